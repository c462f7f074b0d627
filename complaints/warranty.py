"""What is done about a case under warranty 保修, in which state and by whom; what its words name (T48, T38).

One table: acts, buttons, page and API ask `refusal` and `possible`. How long a part is under warranty stands
in `warranty_terms`. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.danger import words_in
from complaints.statuses import JUDGES, WRITERS, CaseRole, Outcome, Who, WrongPerson, WrongStatus
from complaints.statuses import names as in_words
from config.framework.refusals import Refused
from owners.parts import Part

P = Part
#: Words that name a part, the more telling first; offered, never set.
WORDS: dict[Part, tuple[str, ...]] = {
    P.ROOF: ("屋面", "屋顶漏", "楼顶漏", "天面", "顶楼漏", "roof"),
    P.OUTER_WALL: ("外墙", "窗边渗", "窗框渗", "窗台渗", "outer wall", "facade"),
    P.WET_ROOMS: ("卫生间漏", "卫生间渗", "厕所漏", "厨房漏", "楼上漏水", "阳台渗", "防水", "bathroom leak"),
    P.HEATING: ("暖气", "供暖", "供热", "地暖", "采暖", "heating"),
    P.COOLING: ("中央空调", "供冷", "制冷", "cooling"),
    P.ELECTRIC: ("跳闸", "电线", "线路", "插座", "漏电", "没电", "wiring", "socket"),
    P.PLUMBING: ("水管", "下水", "管道", "返水", "堵", "地漏", "爆管", "pipe", "drain"),
    P.INSTALLATION: ("电梯", "对讲", "门禁", "水泵", "风机", "可视", "lift", "elevator", "intercom"),
    P.DECORATION: ("空鼓", "地板", "瓷砖", "墙皮", "墙面开裂", "门窗", "入户门", "橱柜", "tile", "flooring"),
    P.FOUNDATION: ("地基", "沉降", "foundation", "subsidence"),
    P.STRUCTURE: ("承重墙", "结构", "楼板", "梁", "structural"),
    P.INFRASTRUCTURE: ("道路塌", "路面塌", "管网", "围墙", "road collapse"),
}


def suggest(text: str) -> tuple[Part, list[str]] | None:
    """The part that most of the words name, and these words; None: none is named."""
    found = [(part, words_in(text, words)) for part, words in WORDS.items()]
    best = max(found, key=lambda one: len(one[1]))
    return best if best[1] else None


# What is done about it ------------------------------------------------------------------------------------


class State(TextChoices):
    UNDECIDED = "undecided", pgettext_lazy("warranty", "To be decided")
    NOT_COVERED = "not_covered", pgettext_lazy("warranty", "Not under warranty")
    TO_NOTIFY = "to_notify", pgettext_lazy("warranty", "Builder to be told")
    NOTIFIED = "notified", pgettext_lazy("warranty", "Builder told")
    AGREED = "agreed", pgettext_lazy("warranty", "Visit agreed")
    SENT = "sent", pgettext_lazy("warranty", "Builder at work")
    DONE = "done", pgettext_lazy("warranty", "Done, to be signed by the owner")
    REFUSED = "refused", pgettext_lazy("warranty", "Owner does not sign")
    ELSEWHERE = "elsewhere", pgettext_lazy("warranty", "Repaired by others")
    SIGNED = "signed", pgettext_lazy("warranty", "Signed by the owner")
    #: Marked and closed before the builder's steps were kept.
    UNTRACKED = "untracked", pgettext_lazy("warranty", "Closed without the builder's steps")
    #: The case was not upheld, withdrawn, void or joined to a lead: nothing is repaired for it.
    DROPPED = "dropped", pgettext_lazy("warranty", "Dropped with the case")


S = State
#: Nothing is left to be done about it.
ENDED = (S.NOT_COVERED, S.SIGNED, S.ELSEWHERE, S.UNTRACKED, S.DROPPED)
#: How a case ends for which nothing is repaired.
DROPS = (Outcome.INVALID, Outcome.WITHDRAWN, Outcome.VOID)
#: It waits for the builder.
WAITING = (S.NOTIFIED, S.AGREED, S.SENT)
#: Nobody has been told of it yet: part and decision may still change what follows.
BEFORE = (S.UNDECIDED, S.NOT_COVERED, S.TO_NOTIFY)
#: Part and decision may be corrected: until it is repaired, or again once the owner does not sign.
OPEN_TO_CORRECT = (*BEFORE, *WAITING, S.REFUSED)
#: Another repair may begin: the case came back, or the same part fails again.
OVER = (S.SIGNED, S.ELSEWHERE, S.UNTRACKED)
#: The days somebody has to see to it, by state; a builder who was told, or comes again, has those of the
#: policy.
WITHIN: dict[State, timedelta] = {
    S.UNDECIDED: timedelta(days=3),
    S.TO_NOTIFY: timedelta(days=1),
    S.SENT: timedelta(days=7),
    S.DONE: timedelta(days=3),
}
#: What is due then; where nothing else is said, that the builder comes.
DUE: dict[str, str | Promise] = {
    S.UNDECIDED: pgettext_lazy("due", "Decision on the warranty"),
    S.TO_NOTIFY: pgettext_lazy("due", "Telling the builder"),
    S.SENT: pgettext_lazy("due", "Repair"),
    S.DONE: pgettext_lazy("due", "Owner's signature"),
}
#: A visit is agreed for the coming days: what lies further ahead is no promise, or a slip of the pen.
VISIT_WITHIN = timedelta(days=30)


def due(state: str, since: datetime, builder: timedelta) -> datetime | None:
    """By when somebody has to see to what stands so since then; None: nothing is left to do."""
    if state in ENDED:
        return None
    return since + WITHIN.get(State(state), builder)


class Way(TextChoices):
    """How the builder was told."""

    LETTER = "letter", pgettext_lazy("builder told", "Letter with receipt")
    PHONE = "phone", pgettext_lazy("builder told", "Phone")
    WECHAT = "wechat", pgettext_lazy("builder told", "WeChat")
    MEETING = "meeting", pgettext_lazy("builder told", "In person")


class Confirmed(TextChoices):
    """How the owner confirmed the repair 业主签字."""

    SIGNED = "signed", pgettext_lazy("owner confirms", "Signed on paper, scan added")
    CONFIRMED = "confirmed", pgettext_lazy("owner confirms", "Confirmed on the phone or in a message")


class Why(TextChoices):
    """What a person's decision rests on."""

    OWN_DAMAGE = "own_damage", pgettext_lazy("warranty", "Damaged by the user")
    FITTING_OUT = "fitting_out", pgettext_lazy("warranty", "Damaged by the owner's own fitting-out")
    FORCE = "force", pgettext_lazy("warranty", "Force majeure or third party")
    AGREED = "agreed", pgettext_lazy("warranty", "As agreed with the builder")
    BY_HAND = "by_hand", pgettext_lazy("warranty", "Ticked when the case was entered")
    OTHER = "other", pgettext_lazy("warranty", "Another reason")


#: What a person chooses from; a tick is entered by the product.
REASONS = tuple(why for why in Why if why != Why.BY_HAND)


@dataclass(frozen=True)
class Act:
    """One row. `to` None: what is found decides."""

    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State | None
    who: Who


OURS: Who = WRITERS
#: On his own case a builder's worker says when he comes, that he is there, and that it is done.
COMING: Who = WRITERS | {CaseRole.CONTRACTOR}
ACTS: dict[str, Act] = {
    "part": Act(pgettext_lazy("warranty", "Choose the part"), "tool", OPEN_TO_CORRECT, None, OURS),
    "decide": Act(pgettext_lazy("warranty", "Decide otherwise"), "flag", OPEN_TO_CORRECT, None, JUDGES),
    "notify": Act(
        pgettext_lazy("warranty", "Tell the builder"), "send", (S.TO_NOTIFY, *WAITING, S.REFUSED),
        S.NOTIFIED, OURS,
    ),
    "agree": Act(
        pgettext_lazy("warranty", "Agree on a visit"), "calendar", (*WAITING, S.REFUSED),
        S.AGREED, COMING,
    ),
    "send": Act(
        pgettext_lazy("warranty", "Builder sends people"), "users", (S.NOTIFIED, S.AGREED, S.REFUSED), S.SENT,
        COMING,
    ),
    "finish": Act(
        pgettext_lazy("warranty", "Report as repaired"), "done", (*WAITING, S.REFUSED), S.DONE, COMING
    ),
    "not_done": Act(
        pgettext_lazy("warranty", "Take the report of repair back"), "back", (S.DONE,), None, COMING
    ),
    "sign": Act(
        pgettext_lazy("warranty", "Owner confirms"), "check", (S.DONE, S.REFUSED, S.ELSEWHERE), S.SIGNED, OURS
    ),
    "refuse": Act(
        pgettext_lazy("warranty", "Owner does not sign"), "ban", (S.DONE,), S.REFUSED, OURS
    ),
    "elsewhere": Act(
        pgettext_lazy("warranty", "Repaired by others"), "back", (*WAITING, S.REFUSED), S.ELSEWHERE, OURS
    ),
    "again": Act(
        pgettext_lazy("warranty", "Another repair"), "history", OVER, S.TO_NOTIFY, OURS
    ),
}  # fmt: skip


def refusal(
    verb: str,
    state: str,
    roles: Collection[Any],
    *,
    outcome: str = "",
    is_officer: bool = False,
    lead: str = "",
) -> Refused | None:
    """Why an act is not possible now: the first it breaks of case, state and person.

    `is_officer`: who asks sees to the warranty of the estate, or stands in for who does. `lead`: the number
    of the case that the case is joined to; what many report is repaired once, under that one.
    """
    act = ACTS[verb]
    if fault := case_fault(outcome, lead):
        return fault
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the warranty is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    outside = CaseRole.CONTRACTOR in roles and CaseRole.CONTRACTOR not in act.who
    if outside or not (act.who & set(roles) or is_officer):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(act.who)}
        )
    return None


def case_fault(outcome: str, lead: str) -> Refused | None:
    """Why nothing is repaired for a case, whatever its warranty is: no act and no tick begins it."""
    if lead:
        return WrongStatus(
            gettext("This case is joined to %(lead)s: the warranty is kept there.") % {"lead": lead}
        )
    if outcome == Outcome.VOID:
        return WrongStatus(gettext("This entry is void; nothing is repaired for it."))
    if outcome in DROPS:
        return WrongStatus(gettext("The case is not upheld or withdrawn; nothing is repaired for it."))
    return None


def possible(
    state: str, roles: Collection[Any], *, outcome: str = "", is_officer: bool = False, lead: str = ""
) -> list[str]:
    said: dict[str, Any] = {"outcome": outcome, "is_officer": is_officer, "lead": lead}
    return [verb for verb in ACTS if refusal(verb, state, roles, **said) is None]


def may_choose_part(roles: Collection[Any], outcome: str, *, joined: bool) -> bool:
    """Whether he says of a case of which nothing is known yet which part it is."""
    return not joined and refusal("part", S.UNDECIDED, roles, outcome=outcome) is None
