"""The monthly rating of a contractor 外包单位考评 (A12): criteria, grades, and who may do what when. Pure.

`DEFAULTS` is version 0; each change of the criteria is a version, and a rating keeps those it was made by.
Acts, buttons, page and API ask `refusal` and `possible`. What the product counts stands beside the points
and decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.roles import MANAGERS, Role

#: A remark, a reason, the words under a criterion.
LONGEST = 600
#: All criteria of a trade together: everybody reads points as percent.
FULL = 100
MOST_CRITERIA = 12
#: Who gives less than this share of a criterion's points says why.
WORDS_BELOW = 0.6
#: In the months before this many a contractor's points are shown.
TREND_MONTHS = 13


class Trade(TextChoices):
    CLEANING = "cleaning", pgettext_lazy("trade", "Cleaning")
    GREENING = "greening", pgettext_lazy("trade", "Greening")
    PESTS = "pests", pgettext_lazy("trade", "Pest control")
    LIFTS = "lifts", pgettext_lazy("trade", "Lift upkeep")
    SECURITY = "security", pgettext_lazy("trade", "Security")
    REPAIRS = "repairs", pgettext_lazy("trade", "Repairs and upkeep")
    OTHER = "other", pgettext_lazy("trade", "Another trade")


#: By what a contractor is called: the trade that is offered first.
CALLED: dict[str, str] = {
    "保洁": Trade.CLEANING, "清洁": Trade.CLEANING, "环卫": Trade.CLEANING, "clean": Trade.CLEANING,
    "绿化": Trade.GREENING, "园林": Trade.GREENING, "green": Trade.GREENING, "garden": Trade.GREENING,
    "消杀": Trade.PESTS, "虫": Trade.PESTS, "pest": Trade.PESTS,
    "电梯": Trade.LIFTS, "lift": Trade.LIFTS, "elevator": Trade.LIFTS,
    "保安": Trade.SECURITY, "秩序": Trade.SECURITY, "安保": Trade.SECURITY, "security": Trade.SECURITY,
    "维修": Trade.REPAIRS, "维保": Trade.REPAIRS, "repair": Trade.REPAIRS,
}  # fmt: skip


def trade_called(*names: str) -> str:
    """The trade a name tells of.

    >>> trade_called("安捷电梯维保").value
    'lifts'
    """
    said = " ".join(names).lower()
    return next((trade for word, trade in CALLED.items() if word in said), Trade.OTHER)


@dataclass(frozen=True)
class Criterion:
    """`points`: how many can be given at most."""

    key: str
    zh: str
    en: str
    points: int

    def __str__(self) -> str:
        return self.en if get_language() == "en" and self.en else self.zh

    def kept(self) -> dict[str, Any]:
        return {"key": self.key, "zh": self.zh, "en": self.en, "points": self.points}


_QUALITY: dict[str, tuple[str, str]] = {
    Trade.CLEANING: ("公共区域保洁质量", "Cleanliness of the common areas"),
    Trade.GREENING: ("苗木长势与修剪", "State and trimming of the plants"),
    Trade.PESTS: ("消杀效果", "Effect of the treatment"),
    Trade.LIFTS: ("电梯完好与维保质量", "Lifts in order, quality of the upkeep"),
    Trade.SECURITY: ("岗位执勤与巡逻质量", "Posts kept, rounds made"),
    Trade.REPAIRS: ("施工与维修质量", "Quality of the repairs"),
    Trade.OTHER: ("服务质量", "Quality of the service"),
}
_SAFETY: dict[str, tuple[str, str]] = {
    Trade.PESTS: ("用药安全与告知", "Safe use of chemicals, notices put up"),
    Trade.LIFTS: ("安全作业与困人救援", "Safe work, rescue of people shut in"),
}


def _usual(trade: str) -> tuple[Criterion, ...]:
    quality, safety = _QUALITY[trade], _SAFETY.get(trade, ("安全作业", "Safety at work"))
    return (
        Criterion("quality", *quality, 35),
        Criterion("punctuality", "按计划、按时完成", "Done as planned and in time", 20),
        Criterion("conduct", "人员到岗与仪表行为", "Staff present, their conduct", 15),
        Criterion("safety", *safety, 15),
        Criterion("complaints", "投诉响应与整改", "Response to complaints, corrections", 15),
    )


DEFAULTS: dict[str, Any] = {
    # The rating of a month is missed from this day of the next month on; 0: nobody is reminded.
    "due_day": 5,
    "criteria": {trade.value: [one.kept() for one in _usual(trade)] for trade in Trade},
}


def criteria_of(data: Mapping[str, Any], trade: str) -> tuple[Criterion, ...]:
    """A trade's criteria in a version; what the version does not say goes by the defaults."""
    said = data.get("criteria", {}).get(trade) or DEFAULTS["criteria"][trade]
    return tuple(Criterion(**one) for one in said)


class Grade(TextChoices):
    EXCELLENT = "excellent", pgettext_lazy("contractor", "Excellent")
    GOOD = "good", pgettext_lazy("contractor", "Good")
    FAIR = "fair", pgettext_lazy("contractor", "Acceptable")
    POOR = "poor", pgettext_lazy("contractor", "Not acceptable")


#: From so many points on.
GRADES: tuple[tuple[int, Grade], ...] = ((90, Grade.EXCELLENT), (80, Grade.GOOD), (60, Grade.FAIR))


def grade_of(points: int) -> Grade:
    """
    >>> [grade_of(n).value for n in (90, 89, 60, 59)]
    ['excellent', 'good', 'fair', 'poor']
    """
    return next((grade for least, grade in GRADES if points >= least), Grade.POOR)


class State(TextChoices):
    DRAFT = "draft", pgettext_lazy("rating", "Sent back")
    TO_CHECK = "to_check", pgettext_lazy("rating", "To be checked")
    FROZEN = "frozen", pgettext_lazy("rating", "Published")


@dataclass(frozen=True)
class Act:
    label: str | Promise
    icon: str
    sources: tuple[State, ...]
    to: State


S = State
ACTS: dict[str, Act] = {
    "rate": Act(pgettext_lazy("rating", "Change the rating"), "edit", (S.DRAFT, S.TO_CHECK), S.TO_CHECK),
    "check": Act(pgettext_lazy("rating", "Check and publish"), "check", (S.TO_CHECK,), S.FROZEN),
    "send_back": Act(pgettext_lazy("rating", "Send back"), "back", (S.TO_CHECK,), S.DRAFT),
    "remark": Act(pgettext_lazy("rating", "Remark on it"), "message", (S.FROZEN,), S.FROZEN),
}

Who = frozenset[Role]
RATERS: Who = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
CHECKERS: Who = frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
#: Who reads ratings, besides the contractor's own people. As reports.scopes has it.
READERS: Who = frozenset(MANAGERS | {Role.DEPARTMENT_HEAD, Role.AUDITOR})
#: Who changes criteria and day.
KEEPERS: Who = frozenset({Role.GENERAL_MANAGER, Role.ADMINISTRATOR})

FIRST_PERSON = _("The one who rated does not check it.")


def refusal(
    verb: str, state: str, roles: Collection[Role], *, rated: bool, own: bool, remarked: bool
) -> Refused | None:
    """Why an act is not possible now: the first it breaks.

    `roles`: of ours, in the estate. `rated`: he has rated it himself; `own`: he works for the contractor.
    `remarked`: the contractor has said its word.
    """
    act = ACTS[verb]
    if state not in act.sources:
        return WrongStatus(
            gettext("“%(act)s” is not possible: the rating is “%(state)s”.")
            % {"act": act.label, "state": State(state).label}
        )
    if verb == "remark":
        if not own:
            return WrongPerson(gettext("The contractor's own people remark on its rating."))
        if remarked:
            return WrongStatus(gettext("The contractor has remarked on it already, once."))
        return None
    if own:
        return WrongPerson(gettext("Nobody rates the contractor he works for."))
    belongs = RATERS if verb == "rate" else CHECKERS
    if not belongs.intersection(roles):
        return WrongPerson(
            gettext("“%(verb)s” belongs to: %(who)s.") % {"verb": act.label, "who": in_words(belongs)}
        )
    if verb == "check" and rated:
        return WrongPerson(str(FIRST_PERSON))
    return None


def possible(state: str, roles: Collection[Role], *, rated: bool, own: bool, remarked: bool) -> list[str]:
    return [
        verb for verb in ACTS if refusal(verb, state, roles, rated=rated, own=own, remarked=remarked) is None
    ]


def in_words(roles: Collection[Role]) -> str:
    return " / ".join(str(role.label) for role in Role if role in roles)
