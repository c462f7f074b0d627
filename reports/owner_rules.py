"""The management report to owners 管理报告: its blocks, its states, who does what (rules.md F16). One table.

Acts, buttons, page and API ask `refusal` and `possible`. Two people at least have a hand in what goes out:
whoever wrote of it does not check it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import Role

DAY = timedelta(days=1)


class Span(TextChoices):
    """How much time a report is about."""

    QUARTER = "quarter", pgettext_lazy("owner report", "Quarter")
    HALF = "half", pgettext_lazy("owner report", "Half a year")
    YEAR = "year", pgettext_lazy("owner report", "Year")


MONTHS = {Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}


class Block(TextChoices):
    """The parts of the body 正文, in this order."""

    EQUIPMENT = "equipment", pgettext_lazy("owner report", "Equipment")
    SECURITY = "security", pgettext_lazy("owner report", "Security")
    FIRE = "fire", pgettext_lazy("owner report", "Fire safety")
    PARKING = "parking", pgettext_lazy("owner report", "Car park")
    CLEANING = "cleaning", pgettext_lazy("owner report", "Cleaning")
    GREENING = "greening", pgettext_lazy("owner report", "Greening")
    PEST = "pest", pgettext_lazy("owner report", "Pest control")
    FEES = "fees", pgettext_lazy("owner report", "Management fees, income and expenditure")
    FUND = "fund", pgettext_lazy("owner report", "Maintenance fund, income and expenditure")
    ASSESSMENT = "assessment", pgettext_lazy("owner report", "What it came to")
    OTHER = "other", pgettext_lazy("owner report", "Other matters")


#: Which sub-categories, by code, belong to which block; the assessment is of all of them.
CATEGORIES: dict[Block, tuple[str, ...]] = {
    Block.EQUIPMENT: ("lifts", "water-power", "repairs"),
    Block.SECURITY: ("security",),
    Block.FIRE: ("fire",),
    Block.PARKING: ("parking",),
    Block.CLEANING: ("cleaning",),
    Block.GREENING: ("greening",),
    Block.PEST: ("pest",),
    Block.FEES: ("fees",),
    Block.FUND: ("maintenance-fund",),
}
#: Blocks with a table of income and expenditure.
MONEY = (Block.FEES, Block.FUND)
#: Blocks that may be left empty; all the others say something.
MAY_BE_EMPTY = (Block.OTHER,)


class Direction(TextChoices):
    INCOME = "income", pgettext_lazy("accounts", "Income")
    EXPENSE = "expense", pgettext_lazy("accounts", "Expenditure")


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("owner report", "Being written")
    TO_CHECK = "to_check", pgettext_lazy("owner report", "To be checked")
    CHECKED = "checked", pgettext_lazy("owner report", "Checked, to be issued")
    ISSUED = "issued", pgettext_lazy("owner report", "Issued, not posted yet")
    POSTED = "posted", pgettext_lazy("owner report", "Posted for owners")
    WITHDRAWN = "withdrawn", pgettext_lazy("owner report", "Withdrawn")
    DROPPED = "dropped", pgettext_lazy("owner report", "Dropped")


#: Frozen: it has a number and a digest.
OUT = (State.ISSUED, State.POSTED, State.WITHDRAWN)
#: Of one time there is one of these at most.
STANDING = (State.DRAFT, State.TO_CHECK, State.CHECKED, State.ISSUED, State.POSTED)
#: Who writes, checks and issues it.
OFFICE: frozenset[Role] = frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})


@dataclass(frozen=True)
class Act:
    """One row. `to` empty: the state stays. `another`: only who wrote nothing of it."""

    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State | None = None
    another: bool = False


S = State
ACTS: dict[str, Act] = {
    "write": Act(pgettext_lazy("owner report", "Write preface and end"), "edit", (S.DRAFT,)),
    "refresh": Act(pgettext_lazy("owner report", "Take the figures anew"), "history", (S.DRAFT,)),
    "hand_in": Act(pgettext_lazy("owner report", "Hand in to be checked"), "send", (S.DRAFT,), S.TO_CHECK),
    "check": Act(pgettext_lazy("owner report", "Checked"), "check", (S.TO_CHECK,), S.CHECKED, another=True),
    "issue": Act(pgettext_lazy("owner report", "Issue under a number"), "done", (S.CHECKED,), S.ISSUED),
    "post": Act(pgettext_lazy("owner report", "Post it for owners"), "send", (S.ISSUED,), S.POSTED),
    "send_back": Act(
        pgettext_lazy("owner report", "Send back"), "back", (S.TO_CHECK, S.CHECKED), S.DRAFT
    ),
    "drop": Act(pgettext_lazy("owner report", "Drop the draft"), "ban", (S.DRAFT,), S.DROPPED),
    "withdraw": Act(
        pgettext_lazy("owner report", "Withdraw it"), "ban", (S.ISSUED, S.POSTED), S.WITHDRAWN
    ),
    "reissue": Act(pgettext_lazy("owner report", "Write it anew"), "edit", (S.WITHDRAWN,)),
}  # fmt: skip
#: The entries by which somebody has written of a report: whoever has, does not check it.
WRITTEN = ("draft", "write", "write_block", "refresh", "hand_in")


def refusal(verb: str, state: str, roles: Collection[Role], *, wrote: bool) -> Refused | None:
    """Why an act is not possible now. `wrote`: whether who asks has written of the report."""
    act = ACTS[verb]
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the report is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if not OFFICE.intersection(roles):
        return WrongPerson(
            gettext("The report to owners is written by the property manager or the general manager.")
        )
    if act.another and wrote:
        return WrongPerson(gettext("Another person than its writers checks the report."))
    return None


def possible(state: str, roles: Collection[Role], *, wrote: bool) -> list[str]:
    return [verb for verb in ACTS if refusal(verb, state, roles, wrote=wrote) is None]


def first_day(span: str, day: date) -> date:
    """Of the time a day lies in.

    >>> first_day("half", date(2026, 8, 14))
    datetime.date(2026, 7, 1)
    """
    months = MONTHS[Span(span)]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def last_day(span: str, first: date) -> date:
    """The last day of the time that begins so.

    >>> last_day("half", date(2026, 7, 1))
    datetime.date(2026, 12, 31)
    """
    after = first.month - 1 + MONTHS[Span(span)]
    return date(first.year + after // 12, after % 12 + 1, 1) - DAY
