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
from complaints.surveys import FEW, OVER, SCALE, Quadrant, Sample, crossing, quadrant, shown, shown_of_line
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
    read = _read(survey, estates)
    before = survey_before(survey, estates)
    earlier = _before(before, estates) if before else {}
    found = _item_results(read.items, read.whole, [one[2] for one in read.answers], earlier)
    mine = [one for one in read.every if one in estates]
    shown_parts = [read.by_estate[one.pk] for one in mine]
    readable = [pk for pk in read.his if read.by_estate[pk].marks is not None]
    return Results(
        survey, mine, sum(one.asked for one in shown_parts), sum(one.answered for one in shown_parts),
        found, _lines(read.whole), shown_parts,
        _by_building(read.items, mine, read.answers, read.counts, read.by_estate), before,
        _words(survey, readable) if words else [],
    )  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What a survey says to whoever reads some of its estates, so far as it may be shown to him.

    `every`: all its estates; `his`: keys of those whose answers he reads; `whole`: of these together.
    """

    items: list[SurveyItem]
    every: list[Estate]
    his: set[int]
    answers: list[Answer]
    counts: Counts
    by_estate: dict[int, Part]
    whole: dict[int, Mark]


def _read(survey: Survey, estates: Sequence[Estate]) -> Read:
    items = list(survey.items.all())
    every = list(survey.estates.order_by("name", "pk"))
    answers = _answers(survey)
    counts = _counts(survey, every)
    by_estate = _by_estate(items, every, answers, counts)
    his = {one.pk for one in estates} & {one.pk for one in every}
    if len(his) < len(every):
        his = {pk for pk in his if by_estate[pk].marks is not None}
        answers = [one for one in answers if one[0] in his]
    whole = _marks(items, [one[2] for one in answers])
    if len(his) < len(every):
        for item in items:
            if any(_is_hidden(by_estate[pk], item.pk) for pk in his):
                whole[item.pk] = Mark(whole[item.pk].n)
    return Read(items, every, his, answers, counts, by_estate, whole)


def _lines(whole: dict[int, Mark]) -> tuple[Fraction, Fraction] | None:
    means = [
        (mark.importance, mark.satisfaction)
        for mark in whole.values()
        if mark.importance is not None and mark.satisfaction is not None
    ]
    return crossing(means)


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


Answer = tuple[int | None, int | None, Ratings]


def _answers(survey: Survey) -> list[Answer]:
    """All of them: estate, building, ratings; without estate or building where these are too small."""
    rows = SurveyAnswer.objects.filter(survey=survey)
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
        if _mixed(here, inside):
            rest = parts.pop(None, None)
            if rest is not None and None in here:
                parts[None] = Part(rest.name, rest.asked, rest.answered, None)
        for part in parts.values():
            name = f"{estate} · {part.name}" if len(estates) > 1 else part.name
            marks = part.marks if whole.marks is not None else None
            if marks is not None:
                marks = {pk: Mark(one.n) if _is_hidden(whole, pk) else one for pk, one in marks.items()}
            found.append(Part(name, part.asked, part.answered, marks))
    return found


def _mixed(here: dict[int | None, tuple[str, int, int]], inside: Collection[Answer]) -> bool:
    """Whether answers of small buildings were taken out of them at the closing."""
    kept = {one[1] for one in inside}
    return any(
        answered and building is not None and building not in kept
        for building, (_name, _asked, answered) in here.items()
    )


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

    Asked for each item anew: where somebody left a line out, a part may be small for this line alone; where
    all of a part said the same at one end of the scale, its mean would tell what each home said.
    """
    groups: dict[Any, list[Ratings]] = {key: [] for key in names}
    for one in answers:
        groups.setdefault(by(one), []).append(one[2])
    open_ones = shown({key: len(some) for key, some in groups.items()}, len(answers))
    marks = {key: _marks(items, groups[key]) for key in open_ones}
    for item in items:
        said = [one[2][str(item.pk)][1] for one in answers if str(item.pk) in one[2]]
        of_line = {key: marks[key][item.pk] for key in open_ones}
        given = {key: (one.n, int((one.satisfaction or 0) * one.n)) for key, one in of_line.items()}
        kept = shown_of_line(given, (len(said), sum(said)))
        for key in open_ones - kept:
            marks[key][item.pk] = Mark(marks[key][item.pk].n)
    found = {}
    for key, some in groups.items():
        asked, answered = counts.get(key, (0, len(some)))
        found[key] = Part(names.get(key, _("Without a building")), asked, answered, marks.get(key))
    return found


# Before, words --------------------------------------------------------------------------------------------


def survey_before(survey: Survey, estates: Sequence[Estate]) -> Survey | None:
    """The last one that was closed before this one began and asked the same homes: in these estates, in the
    same way, in the same buildings."""
    rows = Survey.objects.filter(state__in=OVER, closed_at__lte=survey.started_at, sample=survey.sample)
    for estate in estates:
        rows = rows.filter(estates=estate)
    found = rows.exclude(pk=survey.pk).order_by("-closed_at", "-pk")
    if survey.sample != Sample.BUILDINGS:
        return found.first()
    asked = {one.pk for one in survey.buildings.all()}
    every = found.prefetch_related("buildings")
    return next((row for row in every if {one.pk for one in row.buildings.all()} == asked), None)


def _before(survey: Survey, estates: Sequence[Estate]) -> dict[str, Mark]:
    """By the Chinese name of an item: so it is found again. What was not shown then is not shown now."""
    read = _read(survey, estates)
    return {item.zh: read.whole[item.pk] for item in read.items}


def _words(survey: Survey, estates: Collection[int]) -> list[str]:
    """Of estates that may be shown, in no order that tells anything."""
    rows = SurveyWords.objects.filter(survey=survey, estate__in=estates)
    return sorted(rows.values_list("text", flat=True))
