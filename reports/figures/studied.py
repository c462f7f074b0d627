"""The quarter's analysis 季度分析: complaints by notice grade, and what the case library has (F14, T42).

Hot, important and general complaints are analysed once a quarter with lessons and deeper causes, each major
one by itself (004-5 §5.6.2). Figures tell how it stood when the quarter ended; of the case studies published
in it the words are those of the library when the paper is made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from complaints.models import CaseStudy, Category, Cause, StudyEntry
from complaints.policy import NoticeGrade
from complaints.studies import Kind
from reports.figures import then
from reports.figures.period import Period, rows
from reports.figures.wide_shapes import GradeLine, Studied, Taught

BY_GRADE = """
WITH {spans}, stood AS (
  SELECT c.id, {came} AS came, {cols}
  {touched} {version}
  WHERE {known} AND c.outcome <> 'void'
)
SELECT grade, category_id, cause_id, count(*), count(*) FILTER (WHERE validity = 'valid')
FROM stood WHERE came GROUP BY grade, category_id, cause_id
"""
#: As many studies are told with their words; the library has them all.
LISTED = 20
#: The gravest first.
GRADES = tuple(reversed(NoticeGrade))


def studied(period: Period) -> Studied:
    """Six queries and as many more for another zone."""
    total, lines = _published(period)
    return Studied(grades=_by_grade(period), lines=lines, total=total, **_analyses(period))


def _by_grade(period: Period) -> tuple[GradeLine, ...]:
    """Of each grade received and upheld, and what came most often of the upheld ones."""
    statement = BY_GRADE.format(
        spans=then.spans(period),
        came=then.CAME,
        touched=then.TOUCHED,
        version=then.version(period),
        known=then.known(period),
        cols=then.cols(period, "grade", "category_id", "cause_id", "validity"),
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    categories: dict[str, Counter[int | None]] = defaultdict(Counter)
    causes: dict[str, Counter[int | None]] = defaultdict(Counter)
    for grade, category, cause, came, valid in rows(statement, period):
        counts[grade].update(received=came, valid=valid)
        categories[grade][category] += valid
        causes[grade][cause] += valid
    named, because = Category.objects.in_bulk(), Cause.objects.in_bulk()
    return tuple(
        GradeLine(
            str(grade.label),
            counts[grade]["received"],
            counts[grade]["valid"],
            _most(categories[grade], named),
            _most(causes[grade], because),
        )
        for grade in GRADES
    )


def _most(counted: Counter[int | None], words: Mapping[int, object]) -> str:
    """The one named most often, with its number; nothing where several are equally first."""
    ranked = [(n, pk) for pk, n in counted.items() if pk and n]
    most = max((n for n, _pk in ranked), default=0)
    first = [pk for n, pk in ranked if n == most]
    if len(first) != 1:
        return ""
    return _("%(what)s (%(n)s)") % {"what": words[first[0]], "n": most}


def _in(period: Period) -> Q:
    """Entries of the period about studies of its estates."""
    found = Q()
    for zone, estates in period.zones.items():
        start, end = period.bounds(zone)[0], period.ended(zone)
        found |= Q(study__estate__in=estates, at__gte=start, at__lt=end)
    return found


def _published(period: Period) -> tuple[int, tuple[Taught, ...]]:
    """What was published in it for the first time, or first as analysis of a major case, and still is; major
    ones first.
    """
    new = Q(params__edition=1) | Q(params__analysis=True)
    first = StudyEntry.objects.filter(_in(period), new, kind="published", study=OuterRef("pk"))
    found = CaseStudy.objects.published().filter(Exists(first)).select_related("estate", "category")
    ranked = sorted(found, key=lambda row: (row.kind != Kind.MAJOR, row.kind != Kind.REPEAT, row.pk))
    return len(ranked), tuple(
        Taught(
            study=row.number,
            kind=str(row.get_kind_display()),
            estate=row.estate.name,
            title=row.title,
            category=str(row.category or ""),
            lesson=row.lesson,
            deeper=row.deeper,
            measures=row.measures,
        )
        for row in ranked[:LISTED]
    )


def _analyses(period: Period) -> dict[str, int]:
    """Of major cases whose analysis was due in it, as it stood at its end: published in time, late, and not.

    What was published before the case became major is no analysis of it.
    """
    newest = CaseStudy.history.filter(id=OuterRef("id")).order_by("-history_date", "-history_id")
    analysis = StudyEntry.objects.filter(study=OuterRef("id"), kind="published", params__analysis=True)
    told = Counter(due=0, in_time=0, late=0, owed=0)
    for zone, estates in period.zones.items():
        start, end = period.bounds(zone)[0], period.ended(zone)
        of_it = CaseStudy.history.filter(
            history_id=Subquery(newest.filter(history_date__lt=end).values("history_id")[:1]),
            kind=Kind.MAJOR, estate__in=estates, due_at__gte=start, due_at__lt=end,
        ).annotate(first=Subquery(analysis.values("at")[:1]))  # fmt: skip
        for due_at, first in of_it.values_list("due_at", "first"):
            late = first is None or first > due_at
            owed = first is None or first >= end
            told.update(due=1, in_time=not late, late=late and not owed, owed=owed)
    return dict(told)
