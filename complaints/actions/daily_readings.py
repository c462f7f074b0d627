"""Daily reading 阅签: who writes into the day's logs, who signs the day, who is reminded (rules.md F18, R24).

A log is kept where somebody has written into it within a month; nothing is owed elsewhere. A day that was
not signed is reminded of once, in the middle of the next working day's service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, Max, QuerySet, Value
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.clock_rows import calendar_of
from complaints.actions.current_policy import current_policy
from complaints.actions.files import lay_beside
from complaints.actions.idempotency import keep_result, take_key
from complaints.models import Attachment, DailyReading, DayNote, ReadingMark
from complaints.policy import Policy
from complaints.statuses import WrongPerson, names
from complaints.time_texts import moment
from config.framework.refusals import Refused
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import BYSTANDERS, Role, ladder
from staff.stand_ins import StandIns

DAY = timedelta(days=1)
#: A log into which nobody has written for so long is not kept.
KEPT = 30
#: So many days back somebody still writes; so many back unsigned days are shown and can be signed.
WRITTEN_BACK, SHOWN_BACK = 7, 14
LONGEST, LONGEST_REMARK = 2000, 500


# Who ------------------------------------------------------------------------------------------------


def signers(policy: Policy) -> frozenset[Role]:
    """Who signs a day: whom the rules name, and everybody above. Nobody: the reading is switched off."""
    return frozenset(up for role in policy.day_readers for up in ladder(role))


def signs(person: Permissions, estate: int, policy: Policy) -> bool:
    return bool(person.roles_at(estate) & signers(policy))


def writes(person: Permissions, estate: int) -> bool:
    """Whoever works at the estate as one of ours writes into its logs."""
    return bool(person.roles_at(estate) - BYSTANDERS)


def reads(person: Permissions, estate: int) -> bool:
    """Whoever writes reads; an auditor reads. Of the cases each reads what he may read elsewhere."""
    return bool(person.roles_at(estate) - {Role.ADMINISTRATOR})


def notes_of(estate: Estate, day: date) -> QuerySet[DayNote]:
    """The lines of a day's logs, with their files, in the order they were written. Two queries."""
    rows = DayNote.objects.filter(estate=estate, day=day).select_related("written_by")
    return rows.prefetch_related("files").order_by("pk")


def may_write_on(day: date, estate: Estate, at: datetime) -> bool:
    today = at.astimezone(estate.zone).date()
    return today - WRITTEN_BACK * DAY <= day <= today


# Writing --------------------------------------------------------------------------------------------


@transaction.atomic
def write_day_note(
    *,
    estate: Estate,
    day: date,
    kind: str = "",
    words: str,
    corrects: DayNote | None = None,
    files: Collection[Attachment] = (),
    by: User,
    at: datetime,
    key: str = "",
) -> DayNote:
    """A line of the log; with `corrects` an addition to one, of its day and kind. The same `key` writes once.

    `files`: sent and still nobody's. Raises Refused, with the field.
    """
    if not writes(permissions_of(by, at), estate.pk):
        raise WrongPerson(_("You do not work for %(estate)s.") % {"estate": estate})
    words = words.strip()
    if not words:
        raise Refused(_("Say what happened."), field="words")
    if len(words) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field="words")
    if corrects:
        corrects = DayNote.objects.filter(pk=corrects.corrects_id or corrects.pk, estate=estate).first()
        if corrects is None:
            raise Refused(_("Choose a note of this estate."), field="corrects")
        day, kind = corrects.day, corrects.kind
    else:
        check_ours(estate, at)
        if not may_write_on(day, estate, at):
            raise Refused(
                _("Write into the log of today or of the last %(n)s days.") % {"n": WRITTEN_BACK}, field="day"
            )
    if kind not in DayNote.Kind.values:
        raise Refused(_("Choose one."), field="kind")
    said: dict[str, Any] = {"estate": estate, "day": day, "kind": kind, "words": words, "corrects": corrects}
    submit = None
    if key:
        sent = said | {"day": f"{day}", "corrects": corrects.pk if corrects else 0, "files": list(files)}
        submit, is_new = take_key(f"staff:{by.pk}", key, "write_day_note", sent, at)
        if not is_new:
            return DayNote.objects.get(pk=submit.object_id)
    note = DayNote.objects.create(**said, written_by=by, written_at=at)
    lay_beside(note, files)
    if submit:
        keep_result(submit, note.pk)
    return note


# Signing --------------------------------------------------------------------------------------------


@transaction.atomic
def sign_day(
    *, estate: Estate, day: date, remark: str = "", seen: int | None = None, by: User, at: datetime
) -> DailyReading:
    """He has read the day. `seen`: how many notes he was shown; what came since he reads first.

    Signed once: a second tap of the same person changes nothing. Raises Refused.
    """
    policy = current_policy().policy
    if not signers(policy):
        raise Refused(_("The rules name nobody who signs the days; see Settings, Limits and rules."))
    if not signs(permissions_of(by, at), estate.pk, policy):
        raise WrongPerson(_("A day is signed by: %(who)s.") % {"who": names(policy.day_readers)})
    today = at.astimezone(estate.zone).date()
    if day >= today:
        raise Refused(_("A day is signed once it is over."))
    if day < today - SHOWN_BACK * DAY:
        raise Refused(_("A day is signed within %(n)s days.") % {"n": SHOWN_BACK})
    if len(remark) > LONGEST_REMARK:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_REMARK}, field="remark")
    notes = DayNote.objects.filter(estate=estate, day=day).aggregate(written=Count("pk"), last=Max("pk"))
    if seen is not None and seen != notes["written"]:
        raise Refused(_("Something was written since this page was opened. Read it, then sign."))
    signed, is_new = DailyReading.objects.get_or_create(
        estate=estate,
        day=day,
        defaults={
            "signed_by": by, "signed_at": at, "remark": remark.strip(), "last_note": notes["last"] or 0,
        },
    )  # fmt: skip
    if not is_new and signed.signed_by != by:
        said = {"person": signed.signed_by, "moment": moment(signed.signed_at, estate.zone)}
        raise Refused(_("Signed already by %(person)s, %(moment)s.") % said)
    return signed


# What is not signed ---------------------------------------------------------------------------------


def unsigned(estates: Collection[int], today: date) -> dict[int, list[date]]:
    """By estate, the days up to yesterday that nobody has signed though a log is kept. One query."""
    begin = today - (SHOWN_BACK + KEPT) * DAY
    among = {"estate__in": estates, "day__gte": begin, "day__lt": today}
    written = DayNote.objects.filter(**among).annotate(what=Value("n", CharField()))
    read = DailyReading.objects.filter(**among).annotate(what=Value("r", CharField()))
    columns = ("estate", "day", "what")
    rows = written.order_by().values_list(*columns).union(read.order_by().values_list(*columns))
    days: dict[str, dict[int, set[date]]] = {"n": defaultdict(set), "r": defaultdict(set)}
    for estate, day, what in rows:
        days[what][estate].add(day)
    found = {}
    for estate, notes in days["n"].items():
        signed = days["r"][estate]
        asked = (today - back * DAY for back in range(SHOWN_BACK, 0, -1))
        open_days = [day for day in asked if day not in signed and is_kept(day, notes)]
        if open_days:
            found[estate] = open_days
    return found


def is_kept(day: date, notes: Collection[date]) -> bool:
    """Whether a log was kept on that day: somebody wrote into it then, or within a month before."""
    return any(timedelta(0) <= day - note < KEPT * DAY for note in notes)


def remind_due(now: datetime) -> int:
    """Remind of days not signed, once, in the middle of the next working day; how many estates were asked.

    A day off asks for nothing, and its own day is reminded of with the others.
    """
    policy = current_policy().policy
    if not policy.day_readers:
        return 0
    since = now.date() - (SHOWN_BACK + KEPT) * DAY
    kept = Estate.objects.filter(pk__in=DayNote.objects.filter(day__gte=since).values("estate"))
    asked = [(estate, now.astimezone(estate.zone)) for estate in kept.exclude(ended_at__lte=now)]
    due = [(estate, local.date()) for estate, local in asked if local.time() >= _middle(estate)]
    if not due:
        return 0
    marks = ReadingMark.objects.filter(date__gte=now.date() - DAY).values_list("estate", "date")
    done = set(marks)
    return sum(_remind(estate, day, policy, now) for estate, day in due if (estate.pk, day) not in done)


def _middle(estate: Estate) -> Any:
    """The wall time at which half of the service is over."""
    begin = datetime.combine(date.min, estate.opens)
    return (begin + (datetime.combine(date.min, estate.closes) - begin) / 2).time()


@transaction.atomic(durable=True)
def _remind(estate: Estate, today: date, policy: Policy, now: datetime) -> int:
    if not ReadingMark.objects.get_or_create(estate=estate, date=today)[1]:
        return 0
    calendar = calendar_of(estate, policy, holidays=True)
    if calendar.is_working_day(today):
        before = (today - back * DAY for back in range(1, SHOWN_BACK + 1))
        last = next((day for day in before if calendar.is_working_day(day)), today - SHOWN_BACK * DAY)
        days = [day for day in unsigned([estate.pk], today).get(estate.pk, []) if day >= last]
        if days:
            _tell(estate, days, policy, now)
    return 1


def _tell(estate: Estate, days: list[date], policy: Policy, now: datetime) -> None:
    stand_ins = StandIns.load(now, [estate])
    people = [person for role in policy.day_readers for person in stand_ins.reach(role, estate.pk)[1]]
    what = {
        "estate": estate.name,
        "count": len(days),
        "day": f"{days[0]}",
        "reading": f"{estate.code}/{days[0]}",
    }
    notices = [
        notifications.Notice(person, "reading_unsigned", None, what) for person in dict.fromkeys(people)
    ]
    notifications.write(notices, at=now, source=f"reading:{estate.pk}:{days[-1]}")
