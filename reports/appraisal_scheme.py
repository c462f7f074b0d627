"""What is appraised and what counts how much 绩效考核标准: a version's data, its defaults, its checks. Pure.

Sources: rules.md A1 to A6 (001 §4.3 to §4.9). Points are whole or tenths; weights are per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import get_language, gettext, pgettext_lazy

from config.framework.refusals import Refused
from staff.roles import Role, ladder


class Aspect(TextChoices):
    """The four aspects 德勤能绩 (A1)."""

    VIRTUE = "virtue", pgettext_lazy("appraisal", "Conduct")
    DILIGENCE = "diligence", pgettext_lazy("appraisal", "Diligence")
    ABILITY = "ability", pgettext_lazy("appraisal", "Ability")
    RESULTS = "results", pgettext_lazy("appraisal", "Results")


class Object(TextChoices):
    """Whose sheets they are (A3)."""

    OPERATING = "operating", pgettext_lazy("appraisal", "Operating staff")
    MANAGING = "managing", pgettext_lazy("appraisal", "Managing staff")


class Content(TextChoices):
    """What an item is about (A3)."""

    THEORY = "theory", pgettext_lazy("appraisal", "Theory")
    SKILL = "skill", pgettext_lazy("appraisal", "Skill")


#: All points of a sheet without a reward, and of the weights together.
FULL = Decimal(100)
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Criterion:
    """What points are deducted for, and how many as a rule."""

    code: str
    zh: str
    en: str
    points: Decimal

    def __str__(self) -> str:
        return worded(self.zh, self.en)


@dataclass(frozen=True)
class Item:
    """One of the things appraised, with its points and its criteria."""

    code: str
    aspect: Aspect
    zh: str
    en: str
    points: Decimal
    content: Content
    criteria: tuple[Criterion, ...]

    def __str__(self) -> str:
        return worded(self.zh, self.en)

    def criterion(self, code: str) -> Criterion | None:
        return next((one for one in self.criteria if one.code == code), None)


@dataclass(frozen=True)
class Scheme:
    """One version, read. `weights`: checks, monthly, annual."""

    weights: Mapping[str, int]
    reward_most: Decimal
    appeal_days: int
    decide_days: int
    due_day: int
    kept_years: int
    items: Mapping[Object, tuple[Item, ...]]


def worded(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") and en else zh


def object_of(role: str) -> Object:
    """Whoever leads nobody is operating staff: three roles stand above his."""
    return Object.OPERATING if len(ladder(Role(role))) > 3 else Object.MANAGING


_V, _D, _A, _R = Aspect
_THEORY, _SKILL = Content
#: Code, aspect, names, points of operating and of managing staff, content, criteria: (points, zh, en).
_ITEMS: tuple[tuple[str, Aspect, str, str, int, int, Content, tuple[tuple[str, str, str], ...]], ...] = (
    ("morals", _V, "思想道德", "Morals", 5, 5, _THEORY, (
        ("1", "言行有损公司形象", "Words or deeds that harm the company's name"),
        ("2", "不诚实，隐瞒或虚报情况", "Hides or misstates what happened"),
    )),
    ("attitude", _V, "服务态度", "Service attitude", 5, 5, _SKILL, (
        ("1", "接待客户不使用文明用语", "No polite words to a customer"),
        ("2", "对客户推诿、顶撞", "Turns a customer away or answers back"),
    )),
    ("discipline", _V, "纪律作风", "Discipline", 5, 5, _SKILL, (
        ("1", "着装、仪表不合规定", "Dress or appearance against the rules"),
        ("2", "上班做与工作无关的事", "Private matters during working time"),
    )),
    ("relations", _V, "人际关系", "Relations", 5, 5, _SKILL, (
        ("1", "同事之间不配合", "Does not work with colleagues"),
    )),
    ("attendance", _D, "出勤", "Attendance", 5, 5, _SKILL, (
        ("1", "迟到、早退一次", "Late, or left early, once"),
        ("5", "旷工", "Absent without leave"),
    )),
    ("participation", _D, "参与", "Participation", 5, 5, _SKILL, (
        ("1", "无故不参加会议、培训或活动", "Missed a meeting, training or event without reason"),
    )),
    ("initiative", _D, "积极", "Initiative", 5, 5, _SKILL, (
        ("1", "分派的工作拖延不办", "Puts off work that was given"),
    )),
    ("coordination", _D, "协调", "Coordination", 5, 5, _SKILL, (
        ("1", "交接不清，影响他人工作", "Unclear hand-over that holds others up"),
    )),
    ("business", _A, "业务能力", "Business", 12, 8, _SKILL, (
        ("2", "操作不合规程", "Work not done as the procedure says"),
        ("2", "业务知识抽查不合格", "Failed a check of what he must know"),
    )),
    ("organising", _A, "组织能力", "Organising", 6, 8, _SKILL, (
        ("2", "工作安排不当，造成延误", "Work badly arranged, so that it was late"),
    )),
    ("managing", _A, "管理能力", "Managing", 6, 8, _SKILL, (
        ("2", "分管事项无记录、无检查", "Nothing recorded or checked of what he answers for"),
    )),
    ("innovation", _A, "创新能力", "Innovation", 6, 6, _THEORY, (
        ("1", "同类问题重复出现而无改进", "The same fault again and nothing improved"),
    )),
    ("efficiency", _R, "工作效率", "Efficiency", 10, 10, _SKILL, (
        ("2", "投诉未按时限处理", "A complaint not handled in its time"),
        ("1", "投诉未按时限回复或回访", "A complaint not replied to or revisited in its time"),
    )),
    ("training", _R, "培训效果", "Effect of training", 5, 5, _THEORY, (
        ("2", "培训考核不合格", "Failed the test of a training"),
    )),
    ("effect", _R, "工作效果", "Effect of work", 10, 10, _SKILL, (
        ("3", "有效投诉，责任在本人", "A valid complaint that is his own fault"),
        ("2", "处理后客户再次投诉", "The customer complained again after it was handled"),
    )),
    ("other", _R, "其他", "Other", 5, 5, _SKILL, ()),
)  # fmt: skip


def _item(row: Any, points: int) -> dict[str, Any]:
    code, aspect, zh, en, _one, _two, content, criteria = row
    listed = [
        {"code": f"{code}-{n}", "points": many, "zh": words, "en": in_english}
        for n, (many, words, in_english) in enumerate(criteria, 1)
    ]
    return {
        "code": code, "aspect": aspect.value, "zh": zh, "en": en, "points": f"{points}",
        "content": content.value, "criteria": listed,
    }  # fmt: skip


#: What holds until a version says otherwise: the numbers of the source.
DEFAULTS: dict[str, Any] = {
    "weights": {"checks": 20, "monthly": 30, "annual": 50},
    "reward_most": "10",
    "appeal_days": 10,
    "decide_days": 10,
    "due_day": 5,
    "kept_years": 2,
    "items": {
        Object.OPERATING.value: [_item(row, row[4]) for row in _ITEMS],
        Object.MANAGING.value: [_item(row, row[5]) for row in _ITEMS],
    },
}
PARTS: dict[str, Any] = {
    "checks": pgettext_lazy("appraisal", "Checks"),
    "monthly": pgettext_lazy("appraisal", "Monthly appraisals"),
    "annual": pgettext_lazy("appraisal", "Annual appraisal"),
}


def read(data: Mapping[str, Any]) -> Scheme:
    """A version's data as it is reckoned with; what it does not say is the default."""
    said = {**DEFAULTS, **data}
    items = {one: tuple(map(_read_item, said["items"][one.value])) for one in Object}
    numbers = {name: int(said[name]) for name in ("appeal_days", "decide_days", "due_day", "kept_years")}
    return Scheme(said["weights"], Decimal(said["reward_most"]), items=items, **numbers)


def _read_item(row: Mapping[str, Any]) -> Item:
    criteria = tuple(
        Criterion(one["code"], one["zh"], one["en"], Decimal(one["points"])) for one in row["criteria"]
    )
    return Item(
        row["code"], Aspect(row["aspect"]), row["zh"], row["en"], Decimal(row["points"]),
        Content(row["content"]), criteria,
    )  # fmt: skip


def check(data: Mapping[str, Any]) -> None:
    """Raises Refused, at its field, for a version that does not add up."""
    scheme = read(data)
    if sum(scheme.weights.values()) != FULL:
        raise Refused(gettext("The three weights must be 100 together."), field="checks")
    for one, items in scheme.items.items():
        if (total := sum(item.points for item in items)) != FULL:
            raise Refused(
                gettext("The items of %(object)s have %(total)s points together; they must have 100.")
                % {"object": one.label, "total": total}
            )
        for item in items:
            _check_criteria(one, item)


def _check_criteria(one: Object, item: Item) -> None:
    for criterion in item.criteria:
        if not 0 < criterion.points <= item.points:
            raise Refused(
                gettext("“%(criterion)s” takes %(points)s points, and its item has %(most)s.")
                % {"criterion": criterion, "points": criterion.points, "most": item.points},
                field=f"{one.value}-{item.code}-criteria",
            )


def criteria_in_lines(rows: list[dict[str, Any]]) -> str:
    """As they are typed: points, Chinese, English, a line each."""
    return "\n".join(f"{one['points']} | {one['zh']} | {one['en']}".removesuffix(" | ") for one in rows)


def lines_as_criteria(code: str, said: str) -> list[dict[str, Any]]:
    """Raises Refused for a line that cannot be read."""
    found: list[dict[str, Any]] = []
    for line in filter(None, (line.strip() for line in said.splitlines())):
        points, zh, en = ([part.strip() for part in line.replace("｜", "|").split("|")] + ["", ""])[:3]
        try:
            many = points_of(points)
        except InvalidOperation:
            many = None
        if many is None or not zh:
            raise Refused(
                gettext(
                    "A line is points | Chinese | English, such as 2 | 迟到 | Late. This is not: %(line)s"
                )
                % {"line": line[:60]}
            )
        found.append({"code": f"{code}-{len(found) + 1}", "points": f"{many}", "zh": zh, "en": en})
    return found


def points_of(said: str) -> Decimal:
    """Raises InvalidOperation for what is no number of tenths."""
    many = Decimal(said)
    if not many.is_finite() or many != many.quantize(TENTH):
        raise InvalidOperation
    return many


def title(kind: str) -> str:
    """What a sheet is called, as its form is (F19)."""
    return gettext("Monthly appraisal") if kind == "month" else gettext("Annual appraisal")


__all__ = [
    "DEFAULTS", "FULL", "PARTS", "Aspect", "Content", "Criterion", "Item", "Object", "Scheme", "check",
    "criteria_in_lines", "lines_as_criteria", "object_of", "points_of", "read", "title", "worded",
]  # fmt: skip
