"""The record of questions and answers 询问笔录 (X4; G16): who keeps it, what can be done with it. Pure.

Acts, buttons, page and API ask `refusal` and `possible`. A draft is written as often as wanted; read over and
signed, its words stay as they are for good, and a correction is a record of its own 补充笔录.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.policy import Channel
from complaints.statuses import FOLLOWERS, SPEAKERS, WORKERS, CaseRole, Outcome, Who, WrongPerson, WrongStatus
from complaints.statuses import names as in_words
from config.framework.refusals import Refused
from staff.roles import Role


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("inquiry", "Draft")
    READ = "read", pgettext_lazy("inquiry", "Read over")
    SIGNED = "signed", pgettext_lazy("inquiry", "Signed")
    DROPPED = "dropped", pgettext_lazy("inquiry", "Draft set aside")


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State


#: Whoever works on the case, and those who speak to a regulator for us; of a contractor's people nobody.
KEEPERS: Who = FOLLOWERS | WORKERS | SPEAKERS | {CaseRole.SPEAKER}
S = State
ACTS: dict[str, Act] = {
    "edit": Act(pgettext_lazy("inquiry", "Go on writing"), "edit", (S.DRAFT, S.READ), S.DRAFT),
    "read_over": Act(pgettext_lazy("inquiry", "Record the reading over"), "eye", (S.DRAFT,), S.READ),
    "sign": Act(pgettext_lazy("inquiry", "Record the signing"), "check", (S.READ,), S.SIGNED),
    "drop": Act(pgettext_lazy("inquiry", "Set the draft aside"), "ban", (S.DRAFT, S.READ), S.DROPPED),
}
#: A record that was begun is signed, and the scan of a signed one added, within so long.
SIGN_WITHIN, SCAN_WITHIN = timedelta(days=7), timedelta(days=3)
#: What one record holds at most; a longer talk is a second record.
MOST_LINES, LONGEST_LINE = 120, 3000


def fits(channel: str, *, lawsuit: bool) -> bool:
    """Whether a case is one to keep such records on: a regulator's, or one that may end in court."""
    return channel == Channel.REGULATOR or lawsuit


def reads(roles: Collection[Role | CaseRole], *, knows_customer: bool) -> bool:
    """Of ours, who may know who complained: the words of a talk give him away."""
    return CaseRole.CONTRACTOR not in roles and knows_customer


def begin_refusal(
    roles: Collection[Role | CaseRole], outcome: str, *, fitting: bool, knows_customer: bool
) -> Refused | None:
    """Why no record is begun on a case: its state, what it is about, and the person."""
    if outcome == Outcome.VOID:
        return WrongStatus(gettext("This entry is void; no record is kept on it."))
    if not fitting:
        return WrongStatus(
            gettext("Records of questions belong to a regulator's case, or where a lawsuit is threatened.")
        )
    return _wrong_person(roles, knows_customer)


def refusal(
    verb: str, state: str, roles: Collection[Role | CaseRole], *, knows_customer: bool, outcome: str = ""
) -> Refused | None:
    """Why an act is not possible now: the first it breaks of the case, the state and the person."""
    act = ACTS[verb]
    if outcome == Outcome.VOID:
        return WrongStatus(gettext("This entry is void; no record is kept on it."))
    if state == State.SIGNED:
        return WrongStatus(
            gettext("The record is signed; its words stay as they are. Write a supplementary record.")
        )
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the record is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    return _wrong_person(roles, knows_customer)


def possible(
    state: str, roles: Collection[Role | CaseRole], *, knows_customer: bool, outcome: str = ""
) -> list[str]:
    return [
        verb
        for verb in ACTS
        if refusal(verb, state, roles, knows_customer=knows_customer, outcome=outcome) is None
    ]


def _wrong_person(roles: Collection[Role | CaseRole], knows_customer: bool) -> Refused | None:
    if not KEEPERS & set(roles) or not reads(roles, knows_customer=knows_customer):
        return WrongPerson(gettext("Such a record is kept by: %(who)s.") % {"who": in_words(KEEPERS)})
    return None


def due(state: str, since: datetime, *, has_scan: bool = False) -> datetime | None:
    """By when somebody has to see to a record that stands so since then; None: nothing is left to do."""
    if state in (State.DRAFT, State.READ):
        return since + SIGN_WITHIN
    return since + SCAN_WITHIN if state == State.SIGNED and not has_scan else None


def digest(text: str) -> str:
    """The SHA-256 of the words as they stand, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def missing(lines: Sequence[tuple[str, str]]) -> Refused | None:
    """Why these questions and answers cannot be read over yet."""
    if not lines:
        return Refused(gettext("Write down at least one question and its answer."), field="lines")
    for number, (question, answer) in enumerate(lines, 1):
        if not question or not answer:
            return Refused(
                gettext("No. %(n)s has a question without an answer, or the other way round.")
                % {"n": number},
                field="lines",
            )
    return None
