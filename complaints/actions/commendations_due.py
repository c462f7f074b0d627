"""Commendations proposed by rule (sweep; A10): praise that names somebody, the best score after a grave case
or a second complaint, a month without overtime.

Set-based: a run costs the same few statements however much it finds. What was proposed once is never
proposed again, whatever became of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.commendation_rows import nameless, notices
from complaints.actions.commendations_waiting import reminder
from complaints.actions.public_people import known_of, known_of_note
from complaints.commendations import BEST, CASES_IN_A_MONTH, EVERY, LOOK_BACK, Why, source_of
from complaints.models import (
    Clock,
    Commendation,
    CommendationEntry,
    Complaint,
    ContactNote,
    Cycle,
    Respondent,
    Revisit,
    SweepMark,
    TakenOver,
)
from complaints.policy import ClockKind, Severity
from complaints.public_words import Known, outside
from complaints.statuses import Outcome
from config.framework.bulk_insert import write
from staff.models import Estate, Posting, User
from staff.permissions import current
from staff.roles import Role
from staff.stand_ins import StandIns

#: Its own mark: that of the sweep's job `commendations` is set after every sweep, and nothing were due.
PROPOSALS, LONG_AGO = "praise_proposals", datetime(2000, 1, 1, tzinfo=UTC)
GRAVE = (Severity.IMPORTANT, Severity.MAJOR)


def propose_due(now: datetime) -> int:
    """Propose what is to be commended and is not; how many were. Looked for once an hour.

    Call as often as wanted: one sweep looks at a time.
    """
    with transaction.atomic(durable=True):
        SweepMark.objects.get_or_create(job=PROPOSALS, defaults={"last_ok": LONG_AGO})
        mark = SweepMark.objects.select_for_update().get(job=PROPOSALS)
        if now - mark.last_ok < EVERY:
            return 0
        found = [*of_notes(now), *of_revisits(now)]
        if mark.last_ok.date() < now.date():  # a month ends once: it is looked at once a day
            found += of_months(now)
        made = _propose(found, now)
        mark.last_ok = now
        mark.save(update_fields=["last_ok"])
    return made


# Praise that names somebody -------------------------------------------------------------------------------


def of_notes(now: datetime) -> Iterator[Commendation]:
    """Praise that a clerk has taken and that names one of those who serve the estate, by the whole name.

    Not whoever took it himself, nor a name that two of them bear, or the customer.
    """
    notes = list(
        ContactNote.objects.filter(kind=ContactNote.Kind.PRAISE, complaint=None, taken_by__isnull=False)
        .filter(taken_at__gt=now - LOOK_BACK, taken_at__lte=now)
        .select_related("estate", "unit")
        .order_by("pk")
    )
    if not notes:
        return
    named = _names({note.estate_id for note in notes}, now)
    for note in notes:
        people = named[note.estate_id]
        for person in named_in_words(_without_customer(note, people), people):
            if person.pk == note.taken_by_id or person.name == note.name:
                continue
            row = _row(note.estate, person, Why.NOTE, source_of("note", note.pk), now, note=note)
            row.facts = {"note": note.reference, "taken_at": note.taken_at.isoformat(), "name": person.name}
            yield row


def _names(estates: Collection[int], now: datetime) -> dict[int, dict[str, User]]:
    """By estate, whoever serves it by his name; a name of two people names neither. One query."""
    here = Q(estate__in=estates) | Q(department__estate__in=estates)
    postings = Posting.objects.filter(current(now), here).select_related("user", "department")
    people: dict[int, dict[str, dict[int, User]]] = defaultdict(lambda: defaultdict(dict))
    for one in postings:
        estate = one.estate_id or (one.department.estate_id if one.department else None)
        if estate and len(one.user.name) > 1:
            people[estate][one.user.name][one.user_id] = one.user
    found: dict[int, dict[str, User]] = defaultdict(dict)
    for estate, by_name in people.items():
        found[estate] = {name: next(iter(some.values())) for name, some in by_name.items() if len(some) == 1}
    return found


def _without_customer(note: ContactNote, people: Collection[str]) -> str:
    """What he said. Where his own name begins as that of one of ours, without it: that is not him."""
    if any(name in note.name and name != note.name for name in people):
        return outside(note.words, note.name, (), lambda _name: "\n")
    return note.words


def named_in_words(text: str, people: dict[str, User]) -> list[User]:
    """Those whose whole name stands in a text; of one name within another the longer one."""
    found = []
    for name in sorted(people, key=lambda name: (-len(name), name)):
        written = re.escape(name)
        pattern = rf"(?<![A-Za-z]){written}(?![A-Za-z])" if name.isascii() else written
        if re.search(pattern, text, re.I):
            found.append(people[name])
            text = re.sub(pattern, "\n", text, flags=re.I)
    return found


# The best score after what was hard -----------------------------------------------------------------------


def revisits_to_commend(now: datetime) -> QuerySet[Revisit]:
    """Revisits with the best score of what was grave, or of the same customer's second complaint.

    Of what was resolved, as its last round stands. A restricted case, one of many together, one taken over
    from a ledger, and one that complains about its handler commend nobody.
    """
    case = "cycle__complaint"
    same_owner = Q(
        cycle__complaint__repeat_of__complainant__owner=F("cycle__complaint__complainant__owner"),
        cycle__complaint__repeat_of__isnull=False,
    )
    about = Respondent.objects.filter(
        complaint=OuterRef("cycle__complaint"), user=OuterRef("cycle__complaint__handler")
    )
    taken_over = TakenOver.objects.filter(complaint=OuterRef("cycle__complaint"))
    return (
        Revisit.objects.filter(satisfaction=BEST, at__gt=now - LOOK_BACK, at__lte=now)
        .filter(
            Q(**{f"{case}__severity__in": GRAVE}) | Q(cycle__number__gte=2) | same_owner,
            **{
                f"{case}__outcome": Outcome.RESOLVED,
                f"{case}__restricted": False,
                f"{case}__lead": None,
                f"{case}__cycle_number": F("cycle__number"),
                f"{case}__handler__is_active": True,
            },
        )
        .filter(~Exists(about), ~Exists(taken_over))
        .exclude(by=F("cycle__complaint__handler"))
    )


def of_revisits(now: datetime) -> Iterator[Commendation]:
    rows = revisits_to_commend(now).select_related(
        "cycle__complaint__estate", "cycle__complaint__handler", "cycle__complaint__category"
    )
    for revisit in rows.order_by("pk"):
        case = revisit.cycle.complaint
        why = Why.REVISIT if case.severity in GRAVE else Why.AGAIN
        row = _row(case.estate, case.handler, why, source_of("case", case.pk), now, complaint=case)
        row.facts = {
            "case": case.number, "severity": case.severity, "name": row.person.name,
            "revisited_at": revisit.at.isoformat(), "score": revisit.satisfaction,
        }  # fmt: skip
        row.words = revisit.remarks.strip()
        yield row


# A month without overtime ---------------------------------------------------------------------------------


def of_months(now: datetime) -> Iterator[Commendation]:
    """Of the month before: whoever has handled so many cases in an estate, and none overtime. Two queries a
    time zone."""
    zones: dict[ZoneInfo, list[Estate]] = defaultdict(list)
    for estate in Estate.objects.all():
        zones[estate.zone].append(estate)
    for zone, estates in zones.items():
        start, end = month_before(now, zone)
        late = people_late(start, end)
        here = {estate.pk: estate for estate in estates}
        numbers = handled(here, start, end)
        counted = [key for key, n in numbers.items() if n >= CASES_IN_A_MONTH]
        people = User.objects.filter(is_active=True).in_bulk({person for _estate, person in counted} - late)
        month = f"{start.astimezone(zone):%Y-%m}"
        for place, person in sorted(counted):
            if person not in people:
                continue
            row = _row(here[place], people[person], Why.MONTH, source_of("month", month), now)
            row.facts = {"month": month, "n": numbers[place, person], "name": people[person].name}
            yield row


def month_before(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The calendar month that is over at `now`: its first instant, and that of the next."""
    end = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (end - timedelta(days=1)).replace(day=1), end


def handled(estates: Collection[int], start: datetime, end: datetime) -> Counter[tuple[int, int]]:
    """Cases by estate and by who reported them as handled then; of those not upheld and void none count."""
    rows = (
        Cycle.objects.filter(
            handled_at__gte=start, handled_at__lt=end, handled_by__isnull=False,
            complaint__estate__in=list(estates), complaint__lead=None,
        )
        .exclude(complaint__outcome=Outcome.VOID)
        .exclude(complaint__validity=Complaint.Validity.INVALID)
        .filter(~Exists(TakenOver.objects.filter(complaint=OuterRef("complaint"))))
        .values_list("complaint__estate", "handled_by", "complaint")
        .distinct()
    )  # fmt: skip
    return Counter((estate, person) for estate, person, _case in rows)


def people_late(start: datetime, end: datetime) -> set[int]:
    """Whoever had something overtime at any moment of it: as its handler, as who handled it, or as who was
    its handler when its clock stopped. Whoever is to blame: an approval afterwards mends nothing here."""
    missed = Coalesce("breached_at", "due_at")
    clocks = (
        Clock.objects.filter(kind=ClockKind.RESOLVE)
        .annotate(missed=missed)
        .filter(missed__lt=end)
        .filter(Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("missed"), stopped_at__gte=start))
        .exclude(complaint__outcome=Outcome.VOID)
    )
    rows = clocks.values_list("complaint__handler", "cycle__handled_by", "overrun__handler")
    return {pk for row in rows for pk in row if pk}


# Writing them down ----------------------------------------------------------------------------------------


def _row(
    estate: Estate, person: User | None, why: Why, source: str, now: datetime, **about: Any
) -> Commendation:
    """`words`: what a customer said of him, if anything; what is published is made of it in `_fill`."""
    return Commendation(estate=estate, person=person, why=why, source=source, proposed_at=now, **about)


def _propose(found: list[Commendation], now: datetime) -> int:
    """Those that are new, with words, entry and messages."""
    keys = {(row.person_id, row.source, row.estate_id) for row in found}
    if not keys:
        return 0
    people = {person for person, _source, _estate in keys}
    # Somebody may be proposing one of them by hand at the same moment.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    there = Commendation.objects.filter(person__in=people, source__in={key[1] for key in keys})
    known = set(there.values_list("person", "source", "estate"))
    new = [row for row in found if (row.person_id, row.source, row.estate_id) not in known]
    if not new:
        return 0
    _fill(new, now)
    write(*new, at=now)
    CommendationEntry.objects.bulk_create(
        CommendationEntry(commendation=row, at=now, kind="proposed") for row in new
    )
    _tell_of(new, now)
    return len(new)


def _fill(rows: Iterable[Commendation], now: datetime) -> None:
    """Department, words in the company's language, and when it is reminded of. Queries: one, those of the
    names of cases, and the calendars of the estates.
    """
    rows = list(rows)
    postings = Posting.objects.filter(
        current(now), user__in={row.person_id for row in rows}, department__isnull=False
    )
    departments: dict[tuple[int, int | None], int] = {}
    for user, estate, department in postings.order_by("-pk").values_list(
        "user", "department__estate", "department"
    ):
        departments[user, estate] = department
    estates = {row.estate_id: row.estate for row in rows}
    again = {pk: reminder(estate, now) for pk, estate in estates.items()}
    named = known_of([row.complaint_id for row in rows if row.complaint_id])
    with translation.override(settings.LANGUAGE_CODE):
        for row in rows:
            row.remind_at = again[row.estate_id]
            own = departments.get((row.person_id, row.estate_id)) or departments.get((row.person_id, None))
            row.department_id = own or (row.complaint.department_id if row.complaint else None)
            known = named.get(row.complaint_id or 0, Known.of(()))
            if row.note:
                known = known_of_note(row.note)
            row.words = nameless(_said(row), known, row.person)


def _said(row: Commendation) -> str:
    """What might be published, as the rows say it."""
    name = row.person.name
    if row.note:
        return str(row.note.words)
    if row.why == Why.MONTH:
        said: str = _("%(name)s handled %(n)s complaints in %(month)s, none of them overtime.") % row.facts
        return said
    about = str(row.complaint.category) if row.complaint and row.complaint.category else _("a complaint")
    said = _("%(name)s handled it (%(category)s) and the customer gave the best score at the revisit.") % {
        "name": name, "category": about,
    }  # fmt: skip
    return f"{said}\n{row.words}" if row.words else said


def _tell_of(rows: Iterable[Commendation], now: datetime) -> None:
    """Whoever decides in the estate: of several in one message; nobody of what is about himself."""
    rows = list(rows)
    stand_ins = StandIns.load(now, {row.estate for row in rows})
    here: dict[tuple[Estate, User], list[Commendation]] = defaultdict(list)
    for row in rows:
        for one in stand_ins.reach(Role.PROPERTY_MANAGER, row.estate_id, barred=[row.person_id])[1]:
            here[row.estate, one].append(row)
    sent: dict[str, list[notifications.Notice]] = defaultdict(list)
    for (estate, one), some in here.items():
        if len(some) == 1:
            sent[f"tb{some[0].pk}:proposed"] += notices(some[0], [one], "commendation_proposed")
            continue
        together = {"estate": estate.name, "count": len(some)}
        source = f"commendations{estate.pk}:{now:%Y%m%d%H%M%S}"
        sent[source].append(notifications.Notice(one, "commendations_proposed", None, together))
    notifications.write_many(sent, at=now)
