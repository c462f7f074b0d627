"""What measures owe by the time: reminders that climb, and the proposals of the same cause (sweep; G12).

Both are set-based: a batch of reminders costs the same few statements however many rows it holds, and the
proposals are found by one grouping, not case by case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from complaints import notifications
from complaints.actions.current_policy import current_policy
from complaints.actions.measure_rows import notices
from complaints.measures import LIVING, TOLD, Origin, State
from complaints.models import (
    Cause,
    Complaint,
    Event,
    Measure,
    MeasureCase,
    MeasureEntry,
    SweepMark,
    ToldEstate,
)
from complaints.statuses import Outcome
from complaints.thorough import Urgency, next_reminder, urgency
from config.framework.bulk_insert import write
from staff.models import Estate, User
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 200
#: The proposals are looked for so often: nobody waits for them, and 90 days of cases are read each time.
EVERY = timedelta(hours=1)
PROPOSALS, LONG_AGO = "proposals", datetime(2000, 1, 1, tzinfo=UTC)
#: Whom a step goes to besides whoever owes it.
ABOVE: dict[Urgency, tuple[Role, ...]] = {
    Urgency.SOON: (),
    Urgency.OVER: (Role.DEPARTMENT_HEAD, Role.SUPERVISOR),
    Urgency.DAY_OVER: (Role.SUPERVISOR, Role.PROPERTY_MANAGER),
    Urgency.WEEK_OVER: (Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER),
}


def remind_due(now: datetime) -> int:
    """Remind of measures to be done or checked and of answers that wait; how many were dealt with."""
    with transaction.atomic(durable=True):
        measures = list(
            Measure.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("estate", "owner")
            .order_by("remind_at", "pk")[:BATCH]
        )
        told = list(
            ToldEstate.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("estate", "measure__estate")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if measures or told:
            _remind(measures, told, now)
    return len(measures) + len(told)


def _remind(measures: Sequence[Measure], told: Sequence[ToldEstate], now: datetime) -> None:
    estates = {row.estate_id: row.estate for row in (*measures, *told)}
    stand_ins = StandIns.load(now, estates.values())
    sent: dict[str, list[notifications.Notice]] = {}
    later: dict[tuple[type[Any], datetime], list[int]] = defaultdict(list)
    entries = []
    for row in measures:
        due_at = row.next_due_at or now
        step, checks = urgency(due_at, now), row.state == State.TO_CHECK
        people = stand_ins.reach(Role.SUPERVISOR, row.estate_id)[1] if checks else []
        people = people or stand_ins.present([row.owner] if row.owner else [])
        if not people:  # who has left, or is away without a deputy, is answered for by the head
            people = stand_ins.reach(Role.DEPARTMENT_HEAD, row.estate_id, department=row.department_id)[1]
        people = [*people, *_above(stand_ins, step, row.estate_id, row.department_id)]
        what = "measure_check" if checks else "measure_due"
        kind = f"{what}_soon" if step == Urgency.SOON else f"{what}_over"
        _send(sent, row, people, kind, due_at, f"m{row.pk}:{row.remind_at:%Y%m%d%H%M%S}")
        if step > Urgency.SOON:
            entries.append(_reminded(row, due_at, people, now))
        later[Measure, next_reminder(due_at, now)].append(row.pk)
    for one in told:
        step = urgency(one.due_at, now)
        people = [p for role in TOLD for p in stand_ins.reach(role, one.estate_id)[1]]
        people += _above(stand_ins, step, one.estate_id, None)
        kind = "measure_answer_soon" if step == Urgency.SOON else "measure_answer_over"
        source = f"mt{one.pk}:{one.remind_at:%Y%m%d%H%M%S}"
        _send(sent, one.measure, people, kind, one.due_at, source, zone=one.estate.zone.key)
        later[ToldEstate, next_reminder(one.due_at, now)].append(one.pk)
    for (model, at), keys in later.items():
        model.objects.filter(pk__in=keys).update(remind_at=at)
    MeasureEntry.objects.bulk_create(entries)
    notifications.write_many(sent, at=now)


def _above(stand_ins: StandIns, step: Urgency, estate: int, department: int | None) -> list[User]:
    return [one for role in ABOVE[step] for one in stand_ins.reach(role, estate, department=department)[1]]


def _send(
    sent: dict[str, list[notifications.Notice]],
    measure: Measure,
    people: Iterable[User],
    kind: str,
    due_at: datetime,
    source: str,
    **more: str,
) -> None:
    sent[source] = notices(measure, dict.fromkeys(people), kind, {"due_at": due_at.isoformat()} | more)


def _reminded(row: Measure, due_at: datetime, people: Iterable[User], now: datetime) -> MeasureEntry:
    params = {"due_at": due_at.isoformat(), "told": [one.pk for one in dict.fromkeys(people)]}
    return MeasureEntry(measure=row, at=now, actor=None, kind="overdue", params=params)


# The same cause again and again ---------------------------------------------------------------------------


def propose_due(now: datetime) -> int:
    """Propose a measure where one cause came so often at one place; how many proposals were made.

    Looked for once an hour. Call as often as wanted: one sweep looks at a time.
    """
    with transaction.atomic(durable=True):
        SweepMark.objects.get_or_create(job=PROPOSALS, defaults={"last_ok": LONG_AGO})
        mark = SweepMark.objects.select_for_update().get(job=PROPOSALS)
        if now - mark.last_ok < EVERY:
            return 0
        made = _propose(now)
        mark.last_ok = now
        mark.save(update_fields=["last_ok"])
    return made


#: The same again: estate, cause and sub-category (domain.md 6), and the place as the register knows it: the
#: building, or what stands in none (a shop, a common area). Causes alone are few and wide: every building
#: would propose something.
PLACE = ("estate", "cause", "category", "building", "place_unit")
Key = tuple[Any, ...]


def loose_cases(now: datetime, within: timedelta) -> QuerySet[Complaint, Any]:
    """Cases of a known cause and place that belong to no measure yet, nor ever did.

    Those judged not upheld, withdrawn or void count for nothing; many together are one; a restricted case
    stays in its circle.
    """
    taken = MeasureCase.objects.filter(complaint=OuterRef("pk"))
    return (
        Complaint.objects.filter(received_at__gt=now - within, received_at__lte=now)
        .filter(
            Q(building__isnull=False) | Q(unit__isnull=False), cause__isnull=False, category__isnull=False
        )
        .filter(lead__isnull=True, restricted=False)
        .exclude(outcome__in=[Outcome.VOID, Outcome.WITHDRAWN])
        .exclude(validity=Complaint.Validity.INVALID)
        .filter(~Exists(taken))
        .annotate(place_unit=Case(When(building__isnull=True, then=F("unit"))))
        .order_by()
    )


def _propose(now: datetime) -> int:
    same = current_policy().policy.data["thorough"]["same"]
    loose = loose_cases(now, timedelta(days=same["days"]))
    often = loose.values(*PLACE).annotate(n=Count("pk")).filter(n__gte=same["cases"])
    found = {tuple(group[name] for name in PLACE) for group in often[:BATCH]}
    standing = _standing(found, loose)
    keys = found | standing.keys()
    if not keys:
        return 0
    cases: dict[Key, list[tuple[int, str]]] = defaultdict(list)
    read = loose.filter(reduce(or_, map(_at, keys))).order_by("pk")
    for pk, number, *key in read.values_list("pk", "number", *PLACE):
        cases[tuple(key)].append((pk, number))
    new = {
        key: Measure(
            estate_id=key[0], cause_id=key[1], category_id=key[2], building_id=key[3], unit_id=key[4],
            origin=Origin.REPEATS, state=State.PROPOSED, proposed_at=now,
        )
        for key in sorted(found - standing.keys(), key=str)
        if len(cases[key]) >= same["cases"]  # some may have been tied to another one meanwhile
    }  # fmt: skip
    write(*new.values(), at=now)
    rows = standing | new
    tied = {key: cases[key] for key in rows if cases[key]}
    MeasureCase.objects.bulk_create(
        MeasureCase(measure=rows[key], complaint_id=pk, added_at=now)
        for key, some in tied.items()
        for pk, _number in some
    )
    _enter_joined({rows[key]: some for key, some in tied.items() if key in standing}, now)
    _tell_of(new, cases, now)
    return len(new)


def _standing(found: set[Key], loose: QuerySet[Complaint, Any]) -> dict[Key, Measure]:
    """What later cases join, locked: the proposals that some wait for, and what is being done at `found`.

    Only those, a batch of each, and the cases are read when they are held: nobody adds one meanwhile.
    """
    same_place = {name: OuterRef(name) for name in ("estate", "cause", "category")}
    waiting = loose.filter(
        Q(building=OuterRef("building")) | Q(building__isnull=True, unit=OuterRef("unit")), **same_place
    )
    proposed = Measure.objects.filter(Exists(waiting), state=State.PROPOSED, origin=Origin.REPEATS)
    pks = list(proposed.order_by("pk").values_list("pk", flat=True)[:BATCH])
    rows = (
        Measure.objects.select_for_update(no_key=True, of=("self",))
        .filter(reduce(or_, map(_at, found), Q(pk__in=pks)), state__in=[State.PROPOSED, *LIVING])
        .order_by("pk")
    )
    # Of several at one place the proposal, else the newest.
    return {
        (one.estate_id, one.cause_id, one.category_id, one.building_id, one.unit_id): one
        for one in sorted(rows, key=lambda one: (one.state == State.PROPOSED, one.pk))
    }


def _at(key: Key) -> Q:
    estate, cause, category, building, unit = key
    return Q(
        estate=estate,
        cause=cause,
        category=category,
        building=building,
        **({} if building else {"unit": unit}),
    )


def _enter_joined(joined: dict[Measure, list[tuple[int, str]]], now: datetime) -> None:
    """An entry of the system in each measure; in the cases once it is more than a proposal, as by hand."""
    MeasureEntry.objects.bulk_create(
        MeasureEntry(
            measure=row, at=now, kind="cases_added", params={"numbers": [number for _pk, number in some]}
        )
        for row, some in joined.items()
    )
    Event.objects.bulk_create(
        Event(
            complaint_id=pk, at=now, recorded_at=now, kind="measure_set",
            params={"measure": row.pk, "zg": row.number},
        )
        for row, some in joined.items()
        if row.state in LIVING
        for pk, _number in some
    )  # fmt: skip


def _tell_of(new: dict[Key, Measure], cases: dict[Key, list[tuple[int, str]]], now: datetime) -> None:
    """An entry each; the supervisor of each estate is told, of several at once in one message."""
    if not new:
        return
    estates = Estate.objects.in_bulk({key[0] for key in new})
    causes = Cause.objects.in_bulk({key[1] for key in new})
    stand_ins = StandIns.load(now, estates.values())
    entries: list[MeasureEntry] = []
    here: dict[int, list[MeasureEntry]] = defaultdict(list)
    for key, row in new.items():
        row.estate = estates[key[0]]
        what = {"count": len(cases[key]), "cause": [causes[key[1]].zh, causes[key[1]].en]}
        entries.append(MeasureEntry(measure=row, at=now, actor=None, kind="proposed", params=what))
        here[key[0]].append(entries[-1])
    sent = {}
    for pk, some in here.items():
        people, first = stand_ins.reach(Role.SUPERVISOR, pk)[1], some[0]
        if len(some) == 1:
            said = notices(first.measure, people, "measure_proposed", first.params)
            sent[f"m{first.measure.pk}:proposed"] = said
            continue
        together = {"estate": estates[pk].name, "count": len(some)}
        sent[f"proposed{pk}:{now:%Y%m%d%H%M%S}"] = [
            notifications.Notice(one, "measures_proposed", None, together) for one in people
        ]
    MeasureEntry.objects.bulk_create(entries)
    notifications.write_many(sent, at=now)
