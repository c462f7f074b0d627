"""Whose rating of a month is missing, and which wait: who rates and who checks is told (A12; sweep)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from complaints import notifications
from complaints.notifications import Notice
from reports.figures.contracted import contractors_in
from reports.figures.month import Month
from reports.models import ContractorRating, RatingReminder
from reports.rating_rules import State
from reports.ratings import current_rules, raters_by_rating, told_of
from staff.models import Department, Estate
from staff.roles import Role
from staff.stand_ins import StandIns

JOB = "ratings"
#: What is missing, or lies waiting, is told of again after this.
AGAIN = timedelta(days=7)
#: A rating that was handed in or sent back is left alone for so long.
PATIENCE = timedelta(days=3)

Pair = tuple[Estate, Department]


def expected(estates: Sequence[Estate], month: Month, now: datetime) -> list[Pair]:
    """Which contractors are to be rated where: they worked there in the month, while the estate was ours.

    Three queries, however many estates.
    """
    ours = [
        one
        for one in estates
        if not one.has_ended(month.bounds(one.zone)[0]) and month.bounds(one.zone)[1] <= now
    ]
    return contractors_in(ours, month, now)


def missing(estates: Sequence[Estate], month: Month, now: datetime) -> list[Pair]:
    """Which of them have no rating that was handed in. One query more."""
    rated = ContractorRating.objects.filter(estate__in=estates, starts_on=month.first_day)
    done = set(rated.exclude(state=State.DRAFT).values_list("estate", "department"))
    return [(place, firm) for place, firm in expected(estates, month, now) if (place.pk, firm.pk) not in done]


def remind_due(now: datetime) -> int:
    """Tell who rates what is missing of the last month from its day on, whoever rated what was sent back to
    him, and who checks what waits; once a week. How many notices there were.

    Four queries where nothing is due.
    """
    day = current_rules()[1]["due_day"]
    if not day:
        return 0
    estates = {
        one.pk: one
        for one in Estate.objects.order_by("pk")
        if now.astimezone(one.zone).time() >= one.opens and not one.has_ended(now)
    }
    last = {
        pk: Month.of(now, one.zone).plus(-1)
        for pk, one in estates.items()
        if now.astimezone(one.zone).day >= day
    }
    waiting = _waiting(estates, now)
    due = {*((pk, month) for pk, month in last.items()), *waiting}
    marks = {
        (one.estate_id, one.starts_on): one
        for one in RatingReminder.objects.filter(starts_on__in={month.first_day for _pk, month in due})
    }
    ready = [
        (pk, month)
        for pk, month in sorted(due, key=lambda key: (key[0], key[1].first_day))
        if (mark := marks.get((pk, month.first_day))) is None or mark.at <= now - AGAIN
    ]
    if not ready:
        return 0
    left = _left([(estates[pk], month) for pk, month in ready if last.get(pk) == month], now)
    stand_ins = StandIns.load(now, [estates[pk] for pk in {pk for pk, _month in ready}])
    raters = raters_by_rating([row for key in ready for row in waiting[key]])
    told = 0
    for pk, month in ready:
        said = _Said(estates[pk], month, left[pk, month], waiting[pk, month])
        told += said.tell(marks.get((pk, month.first_day)), stand_ins, raters, now)
    return told


Key = tuple[int, Month]


def _waiting(estates: Mapping[int, Estate], now: datetime) -> dict[Key, list[ContractorRating]]:
    """What has waited to be checked, or to be handed in anew, without a change. One query."""
    versions = ContractorRating.history.filter(id=OuterRef("pk")).order_by("-history_date")
    rows = (
        ContractorRating.objects.filter(estate__in=list(estates), state__in=(State.TO_CHECK, State.DRAFT))
        .annotate(changed_at=Subquery(versions.values("history_date")[:1]))
        .filter(changed_at__lte=now - PATIENCE)
        .select_related("estate", "department", "rated_by")
        .order_by("pk")
    )
    found: dict[Key, list[ContractorRating]] = defaultdict(list)
    for row in rows:
        found[row.estate_id, row.month].append(row)
    return found


def _left(ready: Sequence[tuple[Estate, Month]], now: datetime) -> dict[Key, list[Department]]:
    found: dict[Key, list[Department]] = defaultdict(list)
    for month in {month for _estate, month in ready}:
        for estate, firm in missing([one for one, its in ready if its == month], month, now):
            found[estate.pk, month].append(firm)
    return found


@dataclass(frozen=True)
class _Said:
    """What is told of one month of an estate."""

    estate: Estate
    month: Month
    left: list[Department]
    waiting: list[ContractorRating]

    def tell(
        self, mark: RatingReminder | None, stand_ins: StandIns, raters: Mapping[int, set[int]], now: datetime
    ) -> int:
        """The mark is set where somebody was told or there was nothing to tell: where nobody could be
        reached it is tried again. Of two at the same moment one tells.
        """
        notices = self._notices(stand_ins, raters)
        if not notices and (self.left or self.waiting):
            return 0
        with transaction.atomic(durable=True):
            if mark is None:
                of_month = {"estate": self.estate, "starts_on": self.month.first_day}
                mark, is_mine = RatingReminder.objects.get_or_create(**of_month, defaults={"at": now})
            else:
                is_mine = bool(RatingReminder.objects.filter(pk=mark.pk, at=mark.at).update(at=now))
            if not is_mine:
                return 0
            notifications.write(notices, at=now, source=f"ratings{mark.pk}:{now:%Y%m%d}")
        return len(notices)

    def _notices(self, stand_ins: StandIns, raters: Mapping[int, set[int]]) -> list[Notice]:
        who_rates = stand_ins.reach(Role.SUPERVISOR, self.estate.pk)[1]
        notices: list[Notice] = []
        if self.left:
            said = {
                "ratings": f"{self.month}", "scope": f"estate-{self.estate.pk}", "estate": self.estate.name,
                "count": len(self.left), "contractors": "、".join(one.name for one in self.left)[:200],
            }  # fmt: skip
            notices += [Notice(one, "ratings_missing", None, said) for one in who_rates]
        for row in self.waiting:
            if row.state == State.TO_CHECK:
                kind = "rating_to_check"
                people = stand_ins.reach(Role.PROPERTY_MANAGER, self.estate.pk, barred=raters[row.pk])[1]
            else:
                kind, people = "rating_sent_back", [row.rated_by] if row.rated_by.is_active else who_rates
            notices += [Notice(one, kind, None, told_of(row)) for one in people]
        return notices
