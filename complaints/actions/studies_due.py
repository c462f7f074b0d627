"""What the case library owes by the time: drafts by rule, the days of major analyses, reminders (sweep; F14).

Every hot and major bulletin, every reopened and every major case becomes a draft, whenever it happened.
Set-based: a batch costs the same few statements however many cases it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from complaints import notifications
from complaints.actions.studies import owe
from complaints.actions.studies_reopened import ask as ask_to_recheck
from complaints.actions.studies_reopened import mark as mark_reopened
from complaints.actions.study_drafts import Drafts, searched
from complaints.actions.study_rows import notices, save, without_access_of
from complaints.models import Bulletin, CaseStudy, Complaint, Cycle, StudyEntry, SweepMark, TakenOver
from complaints.policy import Severity
from complaints.statuses import Outcome
from complaints.studies import LIVING, TEXTS, Kind, State
from complaints.thorough import Urgency, next_reminder, urgency
from config.framework.bulk_insert import write
from staff.models import Estate, User
from staff.roles import Role
from staff.stand_ins import StandIns

BATCH = 100
#: Drafts are looked for so often: nobody waits for them.
EVERY = timedelta(hours=1)
DRAFTS, LONG_AGO = "case studies", datetime(2000, 1, 1, tzinfo=UTC)
#: Whom a step goes to besides whoever owes it.
ABOVE: dict[Urgency, tuple[Role, ...]] = {
    Urgency.SOON: (),
    Urgency.OVER: (Role.DEPARTMENT_HEAD,),
    Urgency.DAY_OVER: (Role.PROPERTY_MANAGER,),
    Urgency.WEEK_OVER: (Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER),
}


def draft_due(now: datetime) -> int:
    """Draft what is to be in the library and is not, and let drafts follow their cases; how many were.

    Looked for once an hour, a batch after the other where many wait. Call as often as wanted: one sweep looks
    at a time.
    """
    with transaction.atomic(durable=True):
        SweepMark.objects.get_or_create(job=DRAFTS, defaults={"last_ok": LONG_AGO})
        mark = SweepMark.objects.select_for_update().get(job=DRAFTS)
        if now - mark.last_ok < EVERY:
            return 0
        followed, made, again = _keep_up(now), _draft(now), mark_reopened(now)
        asked = ask_to_recheck(now)
        if max(followed, made, again, asked) < BATCH:
            _tell_of(mark.last_ok, now)
            mark.last_ok = now
            mark.save(update_fields=["last_ok"])
    return followed + made + again + asked


def to_draft() -> QuerySet[Complaint]:
    """Cases the library has not: told of in a bulletin, reopened, or major by severity.

    A restricted case is left alone, but for a major one: its analysis is owed, and stays in the circle until
    a decider lets it in. Of many together the lead is told. A ledger taken over knows nothing of its cases
    that could teach.
    """
    of_case = {"complaint": OuterRef("pk")}
    great = Exists(Bulletin.objects.filter(**of_case, kind=Bulletin.Kind.MAJOR))
    told = Bulletin.objects.values("complaint")
    again = Cycle.objects.filter(number__gte=2, why=Cycle.Why.REOPENED).values("complaint")
    return (
        Complaint.objects.filter(
            Q(pk__in=told) | Q(pk__in=again) | Q(severity=Severity.MAJOR),
            Q(restricted=False) | Q(severity=Severity.MAJOR) | great,
            lead__isnull=True,
        )
        .exclude(outcome=Outcome.VOID)
        .filter(~Exists(CaseStudy.objects.filter(**of_case)), ~Exists(TakenOver.objects.filter(**of_case)))
    )


def _draft(now: datetime) -> int:
    cases = list(
        to_draft()
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("estate", "category__parent", "cause")
        .order_by("pk")[:BATCH]
    )
    # What somebody has taken up by hand while these were being locked.
    there = set(CaseStudy.objects.filter(complaint__in=cases).values_list("complaint", flat=True))
    cases = [case for case in cases if case.pk not in there]
    if not cases:
        return 0
    drafts = Drafts(cases)
    rows = []
    for case in cases:
        row = CaseStudy(
            complaint=case, estate=case.estate, category=case.category, cause=case.cause,
            origin=drafts.origin(case), kind=drafts.kind(case), state=State.DRAFT, drafted_at=now,
            **drafts.texts(case),
        )  # fmt: skip
        row.words = searched(row)
        owe(row, now)
        rows.append(row)
    write(*rows, at=now)
    StudyEntry.objects.bulk_create(
        StudyEntry(study=row, at=now, kind="drafted", params={"origin": row.origin}) for row in rows
    )
    return len(rows)


def _tell_of(since: datetime, now: datetime) -> None:
    """Whoever answers for them, of what this run has drafted: of several in an estate in one message."""
    drafted = StudyEntry.objects.filter(study=OuterRef("pk"), kind="drafted", at__gt=since)
    rows = list(
        CaseStudy.objects.filter(Exists(drafted), state__in=LIVING, drafted_at__gt=since)
        .select_related("estate", "complaint")
        .defer(*TEXTS, "words")
        .order_by("pk")
    )
    if not rows:
        return
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    but = without_access_of(rows, stand_ins)
    here: dict[tuple[Estate, User], list[CaseStudy]] = defaultdict(list)
    for row in rows:
        for one in stand_ins.reach(Role.SUPERVISOR, row.estate_id, barred=but[row.pk])[1]:
            here[row.estate, one].append(row)
    sent: dict[str, list[notifications.Notice]] = defaultdict(list)
    for (estate, one), some in here.items():
        first = some[0]
        if len(some) == 1:
            said = {"origin": first.origin}
            sent[f"al{first.pk}:drafted"] += notices(first, [one], "study_drafted", said)
            continue
        together = {"estate": estate.name, "count": len(some)}
        source = f"drafted{estate.pk}:{now:%Y%m%d%H%M%S}"
        sent[source].append(notifications.Notice(one, "studies_drafted", None, together))
    notifications.write_many(sent, at=now)


# As their cases go on ---------------------------------------------------------------------------------------


def _keep_up(now: datetime) -> int:
    """Let studies follow their cases: what has become major, was closed, or is open again; how many did."""
    rows = list(
        _behind()
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("estate", "complaint__category__parent", "complaint__cause")
        .select_related("category__parent", "cause", "written_by")
        .order_by("pk")[:BATCH]
    )
    afresh = [row for row in rows if _is_untouched(row)]
    drafts = Drafts([row.complaint for row in afresh]) if afresh else None
    back = [row for row in rows if _follow(row, drafts if row in afresh else None, now)]
    if back:
        _tell_back(back, now)
    return len(rows)


def _tell_back(rows: Sequence[CaseStudy], now: datetime) -> None:
    """Who wrote them, and whoever answers for them: what was published or left out is a draft again."""
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    but = without_access_of(rows, stand_ins)
    sent = {}
    for row in rows:
        wrote = stand_ins.present([row.written_by] if row.written_by else [], but[row.pk])
        people = [*stand_ins.reach(Role.SUPERVISOR, row.estate_id, barred=but[row.pk])[1], *wrote]
        said = notices(row, dict.fromkeys(people), "study_major", {})
        sent[f"al{row.pk}:major"] = said
    notifications.write_many(sent, at=now)


#: A case is major by its severity, or once a bulletin has told of it as major.
MAJOR_BY_CASE = Q(complaint__severity=Severity.MAJOR) | Exists(
    Bulletin.objects.filter(complaint=OuterRef("complaint"), kind=Bulletin.Kind.MAJOR)
)


def _behind() -> QuerySet[CaseStudy]:
    """Studies that are behind their cases: `_follow` mends just this, or the sweep would find it for ever."""
    new, living = Q(analysed_in=0), Q(state__in=LIVING)
    owed = living & new & Q(kind=Kind.MAJOR, complaint__closed_at__isnull=False, due_at__isnull=True)
    open_again = living & new & Q(complaint__closed_at__isnull=True, due_at__isnull=False)
    closed_since = Q(state=State.DRAFT, written_at__isnull=True, complaint__closed_at__gt=F("drafted_at"))
    return (
        CaseStudy.objects.annotate(by_case=ExpressionWrapper(MAJOR_BY_CASE, BooleanField()))
        .filter(~Q(kind=Kind.MAJOR) & Q(by_case=True) | owed | open_again | closed_since)
        .exclude(complaint__outcome=Outcome.VOID)
    )


def _is_untouched(row: CaseStudy) -> bool:
    """Closed since it was drafted, and nobody has written in it."""
    closed_at = row.complaint.closed_at
    return row.state == State.DRAFT and row.written_at is None and bool(
        closed_at and closed_at > row.drafted_at
    )  # fmt: skip


def _follow(row: CaseStudy, drafts: Drafts | None, now: datetime) -> bool:
    """Whether it was taken back for that."""
    case, before, known_since, back = row.complaint, row.kind, row.drafted_at, False
    if drafts:
        row.category, row.cause, row.kind = case.category, case.cause, drafts.kind(case)
        row.drafted_at, row.version = now, row.version + 1
        for name, text in drafts.texts(case).items():
            setattr(row, name, text)
    if row.by_case or before == Kind.MAJOR:
        row.kind = Kind.MAJOR
    if row.kind != before and row.kind == Kind.MAJOR:
        StudyEntry.objects.create(study=row, at=now, kind="became_major")
        known_since = now
        if back := not row.is_living:  # it is analysed by itself now, whatever was made of it before
            row.state, row.dropped_because = State.DRAFT, ""
            row.version, row.checked_by, row.alone_because = row.version + 1, None, ""
    owe(row, known_since)
    save(row, None, now)
    return back


# Reminders --------------------------------------------------------------------------------------------------


def remind_due(now: datetime) -> int:
    """Remind of analyses of major cases that are owed; how many were dealt with."""
    with transaction.atomic(durable=True):
        rows = list(_to_remind(now).filter(remind_at__lte=now)[:BATCH])
        if rows:
            _remind(rows, now)
    return len(rows)


def _to_remind(now: datetime) -> QuerySet[CaseStudy]:
    return (
        CaseStudy.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .filter(remind_at__isnull=False)
        .select_related("estate", "complaint__estate", "written_by")
        .order_by("remind_at", "pk")
    )


def _later_today(now: datetime) -> list[CaseStudy]:
    """What is reminded of later on the same day: told together with what is due now.

    But what is over only then is told when it is: told before, nobody would hear that it is late.
    """
    rows = _to_remind(now).filter(remind_at__gt=now, remind_at__lte=now + timedelta(days=1))[:BATCH]
    day = {row.pk: now.astimezone(row.estate.zone).date() for row in rows}
    return [
        row
        for row in rows
        if row.remind_at
        and row.remind_at.astimezone(row.estate.zone).date() == day[row.pk]
        and not (row.due_at and now < row.due_at <= row.remind_at)
    ]


@dataclass(frozen=True)
class Reminded:
    """One study, by when it is due, how late that is, and whom that goes to."""

    row: CaseStudy
    due_at: datetime
    step: Urgency
    people: list[User]


def _remind(due: Sequence[CaseStudy], now: datetime) -> None:
    """Each person once a day: of one study in its own words, of several in one message that names them.

    What is reminded of later today comes along where it goes to somebody who is told now.
    """
    later = _later_today(now)
    rows = [*due, *later]
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    but = without_access_of(rows, stand_ins)
    found = [_reminded(row, stand_ins, but[row.pk], now) for row in rows]
    told_now = {one for each in found[: len(due)] for one in each.people}
    found = found[: len(due)] + [each for each in found[len(due) :] if told_now.intersection(each.people)]
    his: dict[User, list[Reminded]] = defaultdict(list)
    for each in found:
        for one in each.people:
            his[one].append(each)
    sent: dict[str, list[notifications.Notice]] = defaultdict(list)
    for one, some in his.items():
        if len(some) == 1:
            row, said = some[0].row, {"due_at": some[0].due_at.isoformat()}
            kind = "study_due_over" if some[0].due_at <= now else "study_due_soon"
            sent[f"al{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"] += notices(row, [one], kind, said)
            continue
        together = {"count": len(some), "numbers": [each.row.number for each in some]}
        source = f"studiesdue:{now.astimezone(UTC):%Y%m%d%H%M%S%f}"
        sent[source].append(notifications.Notice(one, "studies_due", None, together))
    _note(found, now)
    notifications.write_many(sent, at=now)


def _reminded(row: CaseStudy, stand_ins: StandIns, but: Collection[int], now: datetime) -> Reminded:
    """As it is at the moment at which it is reminded of."""
    due_at = row.due_at or now
    step = urgency(due_at, max(now, row.remind_at or now))
    return Reminded(row, due_at, step, list(dict.fromkeys(_owing(row, step, stand_ins, but))))


def _note(found: Sequence[Reminded], now: datetime) -> None:
    """The entries of what is overdue, and when each is reminded of next."""
    entries = []
    next_at: dict[datetime, list[int]] = defaultdict(list)
    for each in found:
        if each.step > Urgency.SOON and each.due_at <= now:
            told = {"told": [one.pk for one in each.people], "due_at": each.due_at.isoformat()}
            entries.append(StudyEntry(study=each.row, at=now, kind="overdue", params=told))
        next_at[next_reminder(each.due_at, max(now, each.row.remind_at or now))].append(each.row.pk)
    for at, keys in next_at.items():
        CaseStudy.objects.filter(pk__in=keys).update(remind_at=at)
    StudyEntry.objects.bulk_create(entries)


def _owing(row: CaseStudy, step: Urgency, stand_ins: StandIns, but: Collection[int]) -> Iterable[User]:
    """Whoever writes it, or checks it once it was sent; then whom the step goes to besides."""
    first = Role.PROPERTY_MANAGER if row.state == State.TO_CHECK else Role.SUPERVISOR
    wrote = [row.written_by] if row.written_by and row.state == State.DRAFT else []
    yield from stand_ins.present(wrote, but)
    for role in (first, *ABOVE[step]):
        department = row.complaint.department_id
        yield from stand_ins.reach(role, row.estate_id, department=department, barred=but)[1]
