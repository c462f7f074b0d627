"""Results of a satisfaction survey 顾客满意度调查: means, quadrants 四分图, parts, the one before (F17, G19).

Nothing of fewer than five answers stands anywhere, nor follows from what stands beside it: `surveys.shown`
leaves out whatever would tell a small rest. While a survey runs it has no results at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Survey, SurveyAnswer, SurveyItem, SurveyWords
from complaints.surveys import FEW, OVER, SCALE, Quadrant, crossing, quadrant, shown
from staff.models import Estate

#: Keys of ratings: item, then importance and satisfaction.
Ratings = dict[str, list[int]]


@dataclass(frozen=True)
class Mark:
    """What one group says of one item. `n` answers; means are empty where they are too few."""

    n: int
    importance: Fraction | None = None
    satisfaction: Fraction | None = None


@dataclass(frozen=True)
class ItemResult:
    """One item of the whole. `spread`: how many gave 1 to 5 for satisfaction; `before`: the survey before."""

    number: int
    pk: int
    zh: str
    en: str
    name: str
    mark: Mark
    quadrant: Quadrant | None
    spread: tuple[int, ...] | None
    before: Mark | None

    @property
    def change(self) -> Fraction | None:
        """Of satisfaction, since the survey before."""
        if self.before is None or self.before.satisfaction is None or self.mark.satisfaction is None:
            return None
        return self.mark.satisfaction - self.before.satisfaction


@dataclass(frozen=True)
class Part:
    """An estate or a building: how many were asked and have answered, and what it says of each item."""

    name: str
    asked: int
    answered: int
    marks: dict[int, Mark] | None


@dataclass(frozen=True)
class Results:
    """Of the estates a person reads. `lines`: where the lines of the chart cross, importance first."""

    survey: Survey
    estates: list[Estate]
    asked: int
    answered: int
    items: list[ItemResult]
    lines: tuple[Fraction, Fraction] | None
    by_estate: list[Part]
    by_building: list[Part]
    before: Survey | None
    words: list[str]

    @property
    def rate(self) -> float:
        return self.answered / self.asked if self.asked else 0.0

    @property
    def is_few(self) -> bool:
        return self.answered < FEW


def results(survey: Survey, estates: Sequence[Estate], *, words: bool = False) -> Results:
    """What a closed survey found in these estates; `words`: with what owners wrote. About ten queries.

    Who reads some of its estates reads none whose answers would tell, beside the whole, of a small rest.
    """
    if survey.state not in OVER:
        raise ValueError("A survey has results once it is closed.")
    items = list(survey.items.all())
    every = list(survey.estates.order_by("name", "pk"))
    answers = _answers(survey, every)
    counts = _counts(survey, every)
    by_estate = _by_estate(items, every, answers, counts)
    his = {one.pk for one in estates}
    if his != {one.pk for one in every}:
        his = {pk for pk in his if by_estate[pk].marks is not None}
        answers = [one for one in answers if one[0] in his]
    whole = _marks(items, [one[2] for one in answers])
    if len(his) < len(every):
        for item in items:
            if any(_is_hidden(by_estate[pk], item.pk) for pk in his):
                whole[item.pk] = Mark(whole[item.pk].n)
    before = survey_before(survey, estates)
    earlier = _before(before, estates) if before else {}
    found = _item_results(items, whole, [one[2] for one in answers], earlier)
    mine = [one for one in every if one in estates]
    shown_parts = [by_estate[one.pk] for one in mine]
    return Results(
        survey, mine, sum(one.asked for one in shown_parts), sum(one.answered for one in shown_parts),
        found, _lines(whole), shown_parts, _by_building(items, mine, answers, counts, by_estate), before,
        _words(survey, [pk for pk in his if by_estate[pk].marks is not None]) if words else [],
    )  # fmt: skip


def _lines(whole: dict[int, Mark]) -> tuple[Fraction, Fraction] | None:
    means = [
        (mark.importance, mark.satisfaction)
        for mark in whole.values()
        if mark.importance is not None and mark.satisfaction is not None
    ]
    return crossing(means) if means else None


def _item_results(
    items: Sequence[SurveyItem],
    whole: dict[int, Mark],
    answers: Collection[Ratings],
    earlier: dict[str, Mark],
) -> list[ItemResult]:
    lines = _lines(whole)
    found = []
    for order, item in enumerate(items, 1):
        mark = whole[item.pk]
        spread = _spread(item.pk, answers) if mark.importance is not None else None
        place = _place(mark, lines)
        found.append(
            ItemResult(order, item.pk, item.zh, item.en, str(item), mark, place, spread, earlier.get(item.zh))
        )
    return found


Answer = tuple[int, int | None, Ratings]


def _answers(survey: Survey, estates: Sequence[Estate]) -> list[Answer]:
    rows = SurveyAnswer.objects.filter(survey=survey, estate__in=estates)
    return list(rows.values_list("estate", "building", "ratings"))


def _marks(items: Collection[SurveyItem], answers: Collection[Ratings]) -> dict[int, Mark]:
    """By item what these answers say; only how many where they are too few."""
    found = {}
    for item in items:
        pairs = [one[str(item.pk)] for one in answers if str(item.pk) in one]
        n = len(pairs)
        if n < FEW:
            found[item.pk] = Mark(n)
            continue
        found[item.pk] = Mark(n, Fraction(sum(p[0] for p in pairs), n), Fraction(sum(p[1] for p in pairs), n))
    return found


def _place(mark: Mark, lines: tuple[Fraction, Fraction] | None) -> Quadrant | None:
    if lines is None or mark.importance is None or mark.satisfaction is None:
        return None
    return quadrant(mark.importance, mark.satisfaction, lines)


def _spread(item: int, answers: Collection[Ratings]) -> tuple[int, ...]:
    given = [one[str(item)][1] for one in answers if str(item) in one]
    return tuple(given.count(n) for n in SCALE)


# Parts ----------------------------------------------------------------------------------------------------


def _by_estate(
    items: Collection[SurveyItem], every: Sequence[Estate], answers: Collection[Answer], counts: Counts
) -> dict[int, Part]:
    names = {one.pk: one.name for one in every}
    return _split(items, answers, lambda one: one[0], names, _summed(counts, lambda key: key[0]))


def _is_hidden(part: Part, item: int) -> bool:
    return part.marks is None or part.marks[item].importance is None


def _by_building(
    items: Collection[SurveyItem],
    estates: Sequence[Estate],
    answers: Collection[Answer],
    counts: Counts,
    by_estate: dict[int, Part],
) -> list[Part]:
    """Within each estate; where an estate says nothing, its buildings say nothing, or they would tell it."""
    found: list[Part] = []
    for estate in estates:
        here = {key[1]: count for key, count in counts.items() if key[0] == estate.pk}
        called = {building: name for building, (name, _asked, _answered) in here.items()}
        inside = [one for one in answers if one[0] == estate.pk]
        parts = _split(
            items, inside, lambda one: one[1], called, {k: (a, b) for k, (_n, a, b) in here.items()}
        )
        whole = by_estate[estate.pk]
        for part in parts.values():
            name = f"{estate} · {part.name}" if len(estates) > 1 else part.name
            marks = part.marks if whole.marks is not None else None
            if marks is not None:
                marks = {pk: Mark(one.n) if _is_hidden(whole, pk) else one for pk, one in marks.items()}
            found.append(Part(name, part.asked, part.answered, marks))
    return found


Counts = dict[tuple[int, int | None], tuple[str, int, int]]


def _counts(survey: Survey, estates: Sequence[Estate]) -> Counts:
    """Homes asked and answered, by estate and building, with the building's name. One query."""
    rows = survey.invitations.filter(unit__estate__in=estates).order_by("unit__building__pk")
    found: Counts = {}
    for estate, building, name, answered in rows.values_list(
        "unit__estate", "unit__building", "unit__building__name", "answered_on"
    ):
        called, asked, done = found.get((estate, building), (name or _("Without a building"), 0, 0))
        found[estate, building] = (called, asked + 1, done + (answered is not None))
    return found


def _summed(counts: Counts, by: Callable[[tuple[int, int | None]], Any]) -> dict[Any, tuple[int, int]]:
    found: dict[Any, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, (_name, asked, answered) in counts.items():
        had = found[by(key)]
        found[by(key)] = (had[0] + asked, had[1] + answered)
    return found


def _split(
    items: Collection[SurveyItem],
    answers: Collection[Answer],
    by: Callable[[Answer], Hashable],
    names: dict[Any, str],
    counts: dict[Any, tuple[int, int]],
) -> dict[Any, Part]:
    """The parts of a whole, with the marks of those that may be shown beside it.

    Asked for each item anew: where somebody left a line out, a part may be small for this line alone.
    """
    groups: dict[Any, list[Ratings]] = {key: [] for key in names}
    for one in answers:
        groups.setdefault(by(one), []).append(one[2])
    open_ones = shown({key: len(some) for key, some in groups.items()}, len(answers))
    marks = {key: _marks(items, groups[key]) for key in open_ones}
    for item in items:
        total = sum(str(item.pk) in one[2] for one in answers)
        kept = shown({key: marks[key][item.pk].n for key in open_ones}, total)
        for key in open_ones - kept:
            marks[key][item.pk] = Mark(marks[key][item.pk].n)
    found = {}
    for key, some in groups.items():
        asked, answered = counts.get(key, (0, len(some)))
        found[key] = Part(names.get(key, _("Without a building")), asked, answered, marks.get(key))
    return found


# Before, words --------------------------------------------------------------------------------------------


def survey_before(survey: Survey, estates: Sequence[Estate]) -> Survey | None:
    """The last one that was over before this one began and asked in the same estates."""
    rows = Survey.objects.filter(state__in=OVER, ends_on__lt=survey.starts_on).exclude(pk=survey.pk)
    for estate in estates:
        rows = rows.filter(estates=estate)
    return rows.order_by("-ends_on", "-pk").first()


def _before(survey: Survey, estates: Sequence[Estate]) -> dict[str, Mark]:
    """By the Chinese name of an item: so it is found again."""
    items = list(survey.items.all())
    marks = _marks(items, [one for _estate, _building, one in _answers(survey, estates)])
    return {item.zh: marks[item.pk] for item in items}


def _words(survey: Survey, estates: Collection[int]) -> list[str]:
    """Of estates that may be shown, in no order that tells anything."""
    rows = SurveyWords.objects.filter(survey=survey, estate__in=estates)
    return sorted(rows.values_list("text", flat=True))
