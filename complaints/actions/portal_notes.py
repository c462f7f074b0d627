"""What was sent on the portal and is no complaint: it waits at the desk until a clerk takes it.

It has no clocks. The supervisor is told of what waits, as of what colleagues pass on (`relays`); that is why
its receipt can name a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.arrivals import told_of_new
from complaints.actions.clock_rows import calendar_of
from complaints.actions.current_policy import current_policy
from complaints.actions.portal_access import NoAccess, digest
from complaints.actions.visibility import known_to
from complaints.models import Complaint, ContactNote, NoteLink, PortalVisit
from complaints.models.portal_access import is_shown_to_customer
from complaints.statuses import WrongPerson
from complaints.worktime import Limit, Unit, due
from config.framework.refusals import Refused
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import DESK, Role
from staff.stand_ins import StandIns

#: The desk takes it within the time in which an online complaint is delivered; then the supervisor is told,
#: and again as long as it waits.
FIRST_WAIT = Limit(timedelta(minutes=60), Unit.SERVICE_HOURS)
NEXT_WAIT = Limit(timedelta(hours=4), Unit.SERVICE_HOURS)
#: So long after it was sent its page can be read.
SHOWN_FOR = timedelta(days=90)
BATCH = 200


def notes_for(person: Permissions) -> QuerySet[ContactNote]:
    """Contact notes, without those of a complainant or a restricted case he may not know."""
    seen = Complaint.objects.filter(restricted=True).visible_to(person)
    open_to_him = Q(complaint=None) | Q(complaint__restricted=False) | Q(complaint__in=seen)
    return ContactNote.objects.filter(Q(complaint=None) | known_to(person, "complaint__"), open_to_him)


def notes_of_desks(person: Permissions) -> QuerySet[ContactNote]:
    """Those of the desks he sits at."""
    if person.company & DESK:
        return notes_for(person)
    return notes_for(person).filter(estate__in=[pk for pk, roles in person.estates.items() if roles & DESK])


def first_reminder(estate: Estate, at: datetime) -> datetime:
    """By when somebody takes what is sent now; the time on its receipt."""
    return due(at, FIRST_WAIT, calendar_of(estate, current_policy().policy))


def held(note: ContactNote) -> ContactNote:
    """The row, locked until the act ends."""
    rows = ContactNote.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("estate", "taken_by").get(pk=note.pk)


def take_with(row: ContactNote, by: User) -> None:
    """Whoever does something with a note that nobody has taken, takes it. The row is held, saved later."""
    if row.is_waiting:
        row.taken_by, row.remind_at = by, None


@transaction.atomic
def take(note: ContactNote, *, by: User, at: datetime) -> ContactNote:
    """One clerk sees to it, and whoever sent it reads his name. Raises Refused."""
    row = held(note)
    if not permissions_of(by, at).roles_at(row.estate_id) & DESK:
        raise WrongPerson(_("Contacts of %(estate)s are noted by its desk.") % {"estate": row.estate})
    if row.taken_by_id == by.pk:
        return row
    if not row.is_waiting:
        raise Refused(_("%(person)s has taken this already.") % {"person": row.taken_by})
    take_with(row, by)
    row._history_user = by
    row.save(update_fields=["taken_by", "remind_at"])
    return row


def tell_desk(note: ContactNote, stand_ins: StandIns, at: datetime, *, danger: bool) -> None:
    """The desk is told of what has come; the duty desk and managers too where the words tell of danger."""
    kind = "note_danger" if danger else "note_sent"
    _tell(note, told_of_new(stand_ins, note.estate_id, danger=danger), kind, at)


def remind_due(now: datetime) -> int:
    """Tell supervisors of what still waits; how many. Call again while it is not zero."""
    with transaction.atomic(durable=True):
        rows = list(
            ContactNote.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("estate")
            .order_by("remind_at", "pk")[:BATCH]
        )
        if rows:
            _remind(rows, now)
    return len(rows)


def _remind(rows: Collection[ContactNote], now: datetime) -> None:
    """The supervisor, else the next one up; where nobody is reached, those who mend the postings."""
    policy = current_policy().policy
    by_estate: dict[Estate, list[ContactNote]] = defaultdict(list)
    for row in rows:
        by_estate[row.estate].append(row)
    stand_ins = StandIns.load(now, by_estate)
    for estate, waiting in by_estate.items():
        calendar = calendar_of(estate, policy)
        people = stand_ins.reach(Role.SUPERVISOR, estate.pk)[1] or stand_ins.administrators(estate.pk)
        for row in waiting:
            _tell(row, people, "note_waits", now)
            ContactNote.objects.filter(pk=row.pk).update(remind_at=due(now, NEXT_WAIT, calendar))


def _tell(note: ContactNote, people: Iterable[User], kind: str, at: datetime) -> None:
    said = {"note": note.pk, "estate": note.estate.name, "sent_at": note.taken_at.isoformat()}
    said["danger"] = kind == "note_danger"
    notices = [notifications.Notice(person, kind, None, said) for person in people]
    notifications.write(notices, at=at, source=f"note{note.pk}:{at:%Y%m%d%H%M%S%f}")


# Its page --------------------------------------------------------------------------------------------


def open_by_link(token: str, *, at: datetime) -> NoteLink:
    """The link of a note's receipt, for whoever holds its secret. Raises NoAccess."""
    return _shown(NoteLink.objects.filter(token_sha256=digest(token)), at)


def opened(link: int, *, at: datetime) -> NoteLink:
    """The link a browser has opened before, as long as it holds. Raises NoAccess."""
    return _shown(NoteLink.objects.filter(pk=link), at)


def _shown(links: QuerySet[NoteLink], at: datetime) -> NoteLink:
    fresh = links.filter(revoked_at=None, created_at__gt=at - SHOWN_FOR)
    link = fresh.select_related("note__estate", "note__taken_by", "note__unit", "note__complaint").first()
    if link is None:
        raise NoAccess(_("This link opens nothing."))
    return link


def open_case(link: NoteLink, *, at: datetime) -> PortalVisit:
    """Begin a visit to the complaint the note has become; its sender is whose it is. Raises NoAccess."""
    case = link.note.complaint
    if case is None or not is_shown_to_customer(case, at, current_policy().policy):
        raise NoAccess(_("This link opens nothing."))
    return PortalVisit.objects.create(complaint=case, started_at=at)
