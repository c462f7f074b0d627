"""What evidence 证据 is, and who may do what with it (004-1: 第一现场、第一时间; G17). One table. Pure.

Acts, buttons, page and API ask `refusal` and `possible`. Nothing is ever replaced or deleted: what was
wrong is withdrawn by two persons, and the right one is added beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.statuses import JUDGES, WRITERS, CaseRole, Outcome, Who, WrongPerson, WrongStatus
from complaints.statuses import names as in_words
from config.framework.refusals import Refused
from staff.roles import Role


class Kind(TextChoices):
    FOOTAGE = "footage", pgettext_lazy("evidence", "CCTV footage")
    PHOTO = "photo", pgettext_lazy("evidence", "Photo")
    SOUND = "sound", pgettext_lazy("evidence", "Sound recording")
    SAMPLE = "sample", pgettext_lazy("evidence", "Sample")
    TEST = "test", pgettext_lazy("evidence", "Test report")
    STATEMENT = "statement", pgettext_lazy("evidence", "Customer's written statement")
    INQUIRY = "inquiry", pgettext_lazy("evidence", "Record of questions and answers")
    CONTRACT = "contract", pgettext_lazy("evidence", "Contract")
    RECEIPT = "receipt", pgettext_lazy("evidence", "Receipt or invoice")
    OTHER = "other", pgettext_lazy("evidence", "Other")


class Party(TextChoices):
    """Who collected it, or holds a thing: one of ours by name, the customer, or somebody else in words."""

    STAFF = "staff", pgettext_lazy("evidence", "One of ours")
    CUSTOMER = "customer", pgettext_lazy("evidence", "The customer")
    OUTSIDE = "outside", pgettext_lazy("evidence", "Somebody else")


class State(TextChoices):
    KEPT = "kept", pgettext_lazy("evidence", "Kept")
    TO_WITHDRAW = "to_withdraw", pgettext_lazy("evidence", "Withdrawal to be confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("evidence", "Withdrawn")


class Custody(TextChoices):
    """What a line of the custody of a thing says. The first keeps it, the last two end it."""

    KEPT = "kept", pgettext_lazy("custody", "Taken into custody")
    HANDED = "handed", pgettext_lazy("custody", "Handed over")
    RETURNED = "returned", pgettext_lazy("custody", "Given back")
    DISPOSED = "disposed", pgettext_lazy("custody", "Disposed of")


#: What is printed to be signed, and then has its scan beside it.
SIGNED = (Kind.STATEMENT, Kind.INQUIRY)
#: Kinds that anybody adds; a record of questions becomes evidence by being signed.
ADDED = tuple(kind for kind in Kind if kind != Kind.INQUIRY)
#: The same as choices; named as the enums are, for the schema of the API lists it among them.
Added = [(kind.value, kind.label) for kind in ADDED]
#: What is done with a thing once it is in custody; after the last two nobody holds it any more.
NEXT = (Custody.HANDED, Custody.RETURNED, Custody.DISPOSED)
ENDS = (Custody.RETURNED, Custody.DISPOSED)


class Finding(TextChoices):
    """A file read again and compared with what it was on arrival."""

    SAME = "same", pgettext_lazy("evidence", "Unchanged")
    DIFFERS = "differs", pgettext_lazy("evidence", "Changed")
    MISSING = "missing", pgettext_lazy("evidence", "File missing")


@dataclass(frozen=True)
class Facts:
    """Of one item, what its acts depend on. `holds`: a thing is in custody now."""

    state: str
    kind: str
    has_file: bool
    holds: bool


@dataclass(frozen=True)
class Act:
    """One row. `to` empty: the state stays. `another`: not whoever proposed it; `own`: nobody else."""

    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State | None
    who: Who
    another: bool = False
    own: bool = False


S = State
#: People of ours with a part on the case: a firm's worker adds what he has, and does nothing else with it.
OURS: Who = WRITERS
#: Who adds evidence: they, and a contractor's worker on his own case.
COLLECTORS: Who = WRITERS | {CaseRole.CONTRACTOR}
ACTS: dict[str, Act] = {
    "sign": Act(pgettext_lazy("evidence", "Add the signed scan"), "check", (S.KEPT,), None, OURS),
    "hand_over": Act(
        pgettext_lazy("evidence", "Enter a hand-over"), "users", (S.KEPT, S.TO_WITHDRAW, S.WITHDRAWN), None,
        OURS,
    ),
    "propose_withdrawal": Act(
        pgettext_lazy("evidence", "Propose to withdraw it"), "back", (S.KEPT,), S.TO_WITHDRAW, OURS
    ),
    "confirm_withdrawal": Act(
        pgettext_lazy("evidence", "Confirm the withdrawal"), "ban", (S.TO_WITHDRAW,), S.WITHDRAWN, JUDGES,
        another=True,
    ),
    "keep": Act(
        pgettext_lazy("evidence", "Keep it all the same"), "check", (S.TO_WITHDRAW,), S.KEPT, JUDGES,
        another=True,
    ),
    "take_back": Act(
        pgettext_lazy("evidence", "Take the proposal back"), "back", (S.TO_WITHDRAW,), S.KEPT, OURS, own=True
    ),
}  # fmt: skip
#: So many bytes are read at once; what is left waits for the next press.
AT_ONCE = 400 * 1024 * 1024


def may_add(roles: Collection[Role | CaseRole], outcome: str) -> bool:
    return bool(COLLECTORS & set(roles)) and outcome != Outcome.VOID


def may_verify(roles: Collection[Role | CaseRole]) -> bool:
    """Of ours; a firm reads its own evidence only."""
    return bool(OURS & set(roles)) and CaseRole.CONTRACTOR not in roles


def check_add(roles: Collection[Role | CaseRole], outcome: str) -> None:
    """Raises WrongPerson or WrongStatus."""
    if outcome == Outcome.VOID:
        raise WrongStatus(gettext("This entry is void; no evidence is added to it."))
    if not COLLECTORS & set(roles):
        raise WrongPerson(gettext("Evidence is added by whoever works on the case."))


def may_take_statement(roles: Collection[Role | CaseRole], outcome: str, *, knows_customer: bool) -> bool:
    """Whose a customer's statement is to take: of whoever adds, ours, for the customer speaks to us.

    It bears his name: `knows_customer` says whether the person may know it.
    """
    return may_add(roles, outcome) and knows_customer and CaseRole.CONTRACTOR not in roles


def check_statement(roles: Collection[Role | CaseRole], outcome: str, *, knows_customer: bool) -> None:
    """Raises WrongPerson or WrongStatus."""
    check_add(roles, outcome)
    if not may_take_statement(roles, outcome, knows_customer=knows_customer):
        raise WrongPerson(
            gettext("A customer's statement is taken by our own people who may know who he is.")
        )


def check_verify(roles: Collection[Role | CaseRole]) -> None:
    """Raises WrongPerson."""
    if not may_verify(roles):
        raise WrongPerson(gettext("Evidence is verified by our own people who work on the case."))


def refusal(
    verb: str, facts: Facts, roles: Collection[Role | CaseRole], *, proposed_by_him: bool
) -> Refused | None:
    """Why an act is not possible now: the first it breaks of state, thing and person.

    `proposed_by_him`: whoever asks has proposed the withdrawal that waits.
    """
    act = ACTS[verb]
    if facts.state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the evidence is “%(state)s”.")
            % {"act": act.label, "state": State(facts.state).label}
        )
    if verb == "sign" and (facts.kind not in SIGNED or facts.has_file):
        return WrongStatus(gettext("A scan is added once, to a statement or record that has none yet."))
    if verb == "hand_over" and not facts.holds:
        return WrongStatus(gettext("Nothing of it is in custody."))
    if not act.who & set(roles) or CaseRole.CONTRACTOR in roles:
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(act.who)}
        )
    if act.another and proposed_by_him:
        return WrongPerson(gettext("Another person decides than whoever proposed the withdrawal."))
    if act.own and not proposed_by_him:
        return WrongPerson(gettext("Only whoever proposed the withdrawal takes it back."))
    return None


def possible(facts: Facts, roles: Collection[Role | CaseRole], *, proposed_by_him: bool) -> list[str]:
    return [verb for verb in ACTS if refusal(verb, facts, roles, proposed_by_him=proposed_by_him) is None]


def finding(expected: Collection[str], found: str | None) -> Finding:
    """`expected`: every digest written down on arrival; `found`: that of the file now, None without one."""
    if found is None:
        return Finding.MISSING
    return Finding.SAME if set(expected) == {found} else Finding.DIFFERS
