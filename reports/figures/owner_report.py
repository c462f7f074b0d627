"""What the product counts for each block of the report to owners 管理报告 (rules.md F16, D9).

The figures are those of every other report (`behind`), told at the moment of the period. As in the list of
upheld complaints nothing that is kept from anybody is counted: what is restricted, hides who complained or is
taken for abnormal, then or now. Each case counts in the block of the category it had then.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from complaints.measures import COUNTED
from complaints.measures import State as MeasureState
from complaints.models import CaseWarranty, Category, Complaint, Measure, MeasureCase, SiteVisit
from reports.figures import lists
from reports.figures.behind import counted
from reports.figures.period import Period
from reports.figures.public_list import is_kept
from reports.owner_rules import CATEGORIES, Block
from staff.models import Estate

#: Counted of cases: as `OwnerFigures` calls it, as `behind.FIGURES` does.
OF_CASES = {
    "received": "received", "upheld": "valid", "closed": "closed", "due": "fell_due", "on_time": "in_time",
    "said": "said", "satisfied": "satisfied",
}  # fmt: skip

#: What keeps a case from anybody.
MARKS = ("identity_hidden", "restricted", "abnormal")


@dataclass(frozen=True)
class OwnerFigures:
    """Of one block. Complaints received, of them upheld; closed; deadlines that fell due and those kept;
    customers who told us and those satisfied; measures set and found effective; repairs of the builder done
    under warranty; site visits made."""

    received: int = 0
    upheld: int = 0
    closed: int = 0
    due: int = 0
    on_time: int = 0
    said: int = 0
    satisfied: int = 0
    measures: int = 0
    effective: int = 0
    repaired: int = 0
    visits: int = 0


#: Of an estate and its days at a moment: label and value in both languages, [["zh", "en", "value"], …].
Survey = Callable[[Estate, date, date, datetime], list[list[str]]]
SURVEYS: list[Survey] = []


def join_survey(source: Survey) -> None:
    """What surveys of owners came to stands in the assessment; whoever makes surveys joins here."""
    SURVEYS.append(source)


def of_blocks(estate: Estate, first: date, last: date, at: datetime) -> dict[Block, dict[str, Any]]:
    """The figures of every block as seen at `at`. A constant number of queries."""
    period = Period.of([estate], first, last, at)
    found = {name: [one.case for one in counted(period, figure, {})] for name, figure in OF_CASES.items()}
    others = {
        "measures": _measures(period, "opened_at", COUNTED),
        "effective": _measures(period, "ended_at", (MeasureState.EFFECTIVE,)),
    }
    found["repaired"] = _cases(CaseWarranty.objects.filter(period.during("done_at")))
    found["visits"] = _cases(SiteVisit.objects.filter(period.during("arrived_at")))
    block_of = blocks_of({pk for pks in found.values() for pk in pks}, period)
    counts: dict[Block, Counter[str]] = defaultdict(Counter)
    for name, pks in found.items():
        for pk in pks:
            if pk in block_of:
                counts[block_of[pk]][name] += 1
    by_category = _by_category()
    for name, categories in others.items():
        for category in categories:
            counts[by_category.get(category or 0, Block.OTHER)][name] += 1
    told = {block: asdict(OwnerFigures(**counts[block])) for block in Block}
    together = sum(counts.values(), Counter[str]())
    surveys = [line for source in SURVEYS for line in source(estate, first, last, at)]
    told[Block.ASSESSMENT] = asdict(OwnerFigures(**together)) | {"surveys": surveys}
    return told


def blocks_of(cases: Collection[int], period: Period) -> dict[int, Block]:
    """In which block each case counts; those that are kept from anybody, then or now, in none."""
    pks = set(cases)
    if not pks:
        return {}
    now = Complaint.objects.filter(pk__among=pks).only("restricted", "identity_hidden", "abnormal")
    open_now = {case.pk for case in now if not is_kept(case)}
    stood = lists.as_then(open_now, period, *MARKS, "category_id") if open_now else {}
    by_category = _by_category()
    return {
        pk: by_category.get(case.category_id or 0, Block.OTHER)
        for pk, case in stood.items()
        if not is_kept(case)
    }


def _by_category() -> dict[int, Block]:
    block_of = {code: block for block, codes in CATEGORIES.items() for code in codes}
    rows = Category.objects.filter(code__in=block_of).values_list("pk", "code")
    return {pk: block_of[code] for pk, code in rows}


def _cases(rows: Any) -> list[int]:
    return list(rows.values_list("complaint", flat=True))


def _measures(period: Period, field: str, states: Collection[str]) -> list[int | None]:
    """The category of each measure whose `field` lies in the days: its own, else that of its first case.

    What comes from a case that is kept from anybody, then or now, is not counted.
    """
    (zone,) = period.zones
    start, end = period.bounds(zone)
    span = {f"{field}__gte": start, f"{field}__lt": end, f"{field}__lte": period.now}
    rows = Measure.objects.filter(estate__in=period.estates, state__in=states, **span)
    own: dict[int, int | None] = dict(rows.values_list("pk", "category"))
    tied = list(MeasureCase.objects.filter(measure__in=list(own)).order_by("pk").select_related("complaint"))
    cases = {row.complaint_id: row.complaint for row in tied}
    stood = lists.as_then(set(cases), period, *MARKS) if cases else {}
    kept = set()
    for row in tied:
        if is_kept(row.complaint) or is_kept(stood.get(row.complaint_id, row.complaint)):
            kept.add(row.measure_id)
        own[row.measure_id] = own[row.measure_id] or row.complaint.category_id
    return [category for pk, category in own.items() if pk not in kept]
