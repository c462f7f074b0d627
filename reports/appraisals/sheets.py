"""What happens to an appraisal sheet 绩效考核表: begun, points, shown, signed, appealed, decided, closed.

The only writer of sheets and entries. Each act locks its sheet, asks `appraisal_rules.refusal`, compares the
version a person has before him and leaves a step; a `Refused` leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint, Notification, OutboxMessage
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports.appraisal_points import Sort
from reports.appraisal_rows import AppraisalEntry, AppraisalSheet, AppraisalStep
from reports.appraisal_rules import ACTS, State, refusal
from reports.appraisals import figures, years
from reports.appraisals.closing import frozen
from reports.appraisals.keeping import kept_since
from reports.appraisals.people import Seat, is_at, manages, own_permissions, parts_of, rates_as, seats
from reports.appraisals.schemes import scheme_on
from reports.appraisals.telling import above_rater, tell
from reports.calendar_rules import Overtaken
from staff.models import User
from staff.permissions import Permissions

Kind = AppraisalSheet.Kind
#: So long before the days to appeal, or those to decide, are over, whoever is waited for is reminded.
AHEAD = timedelta(days=2)
ABOUT = ("user", "scheme", "estate", "department__estate", "region", "rated_by", "decided_by")


def span_of(kind: str, day: date) -> tuple[date, date]:
    """The first day of the month or year a day lies in, and the first day after it."""
    if kind == Kind.YEAR:
        return date(day.year, 1, 1), date(day.year + 1, 1, 1)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def ended(until: date, at: datetime) -> datetime:
    """The last instant of a time that ends before `until`, or `at` while it lasts."""
    end = datetime.combine(until, datetime.min.time(), get_default_timezone())
    return min(at, end - timedelta(microseconds=1))


@dataclass
class Held:
    """A sheet locked for one act."""

    row: AppraisalSheet
    own: Permissions
    by: User
    at: datetime

    def done(self, verb: str, note: str = "", **changes: Any) -> AppraisalSheet:
        """Write the changes, the next version and the step."""
        changes["version"] = self.row.version + 1
        if (to := ACTS[verb].to) and "state" not in changes:
            changes["state"] = to
        for name, value in changes.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=list(changes))
        AppraisalStep.objects.create(sheet=self.row, at=self.at, verb=verb, by=self.by, note=note)
        return self.row


def hold(sheet: AppraisalSheet, verb: str, started_from: int, by: User, at: datetime) -> Held:
    """Lock the sheet and see whether this person may do this now. Raises Refused."""
    rows = AppraisalSheet.objects.select_for_update(of=("self",), no_key=True).select_related(*ABOUT)
    row = rows.filter(pk=sheet.pk).first()
    if row is None:
        raise Refused(_("This sheet is there no more: it was kept for its time and erased."))
    own = own_permissions(by, at)
    if wrong := refusal(verb, row.state, parts_of(own, row)):
        raise wrong
    if row.version != started_from:
        raise Overtaken
    return Held(row, own, by, at)


@transaction.atomic
def begin(user: User, kind: str, day: date, *, by: User, at: datetime) -> AppraisalSheet:
    """Begin the sheet of a person for the month or year a day lies in. Raises Refused.

    One that is still written where the person was before goes to where he was when its time ended.
    """
    today = at.astimezone(get_default_timezone()).date()
    if day.year > today.year or span_of(kind, day)[0] > today:
        raise Refused(_("This time is still to come."))
    first, until = span_of(kind, day)
    if until <= kept_since(at):
        raise Refused(_("This is longer ago than appraisals are kept."))
    seat = next(iter(seats(ended(until, at), [user.pk])), None)
    own = own_permissions(by, at)
    if seat is None or own.is_contractor or not manages(own, seat):
        raise WrongPerson(_("A sheet is begun by a manager of the person, where he was when its time ended."))
    rows = AppraisalSheet.objects.select_for_update(of=("self",), no_key=True).select_related(*ABOUT)
    same = rows.filter(user=user, kind=kind, starts_on=first)
    if row := same.first():
        return _taken_up(row, seat, own, by, at)
    if kind == Kind.MONTH:
        years.check_open(user.pk, first)
    try:
        with transaction.atomic():
            return _begun(seat, kind, first, until, by, at)
    except IntegrityError:  # somebody else began it just now: it is that one
        return _taken_up(same.get(), seat, own, by, at)


def _taken_up(row: AppraisalSheet, seat: Seat, own: Permissions, by: User, at: datetime) -> AppraisalSheet:
    """The sheet there is. Raises Refused where it was shown at another place: there it stays."""
    if row.state == State.DRAFT and not is_at(row, seat):
        _move(row, seat, by, at)
        row.save()
    elif not manages(own, row):
        raise Refused(
            _("This sheet was shown at %(place)s already: it stays there.") % {"place": row.place()}
        )
    return row


def _move(row: AppraisalSheet, seat: Seat, by: User, at: datetime) -> None:
    """To where the person was when its time ended; whoever calls saves it."""
    row.role, row.estate_id, row.department_id, row.region_id = (
        seat.role, seat.estate, seat.department, seat.region,
    )  # fmt: skip
    row.version += 1
    AppraisalStep.objects.create(sheet=row, at=at, verb="move", by=by)


def _begun(seat: Seat, kind: str, first: date, until: date, by: User, at: datetime) -> AppraisalSheet:
    row = AppraisalSheet.objects.create(
        user=seat.user,
        kind=kind,
        starts_on=first,
        ends_on=until,
        scheme=scheme_on(first),
        role=seat.role,
        estate_id=seat.estate,
        department_id=seat.department,
        region_id=seat.region,
        begun_at=at,
        begun_by=by,
    )
    AppraisalStep.objects.create(sheet=row, at=at, verb="begin", by=by)
    return row


# Entries ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What is written down of an entry. `case`: the number of a complaint, or nothing."""

    words: str
    item: str = ""
    criterion: str = ""
    points: Decimal = Decimal(0)
    penalty: str = ""
    evidence: str = ""
    case: str = ""


def deduct(sheet: AppraisalSheet, said: Said, *, started_from: int, by: User, at: datetime) -> AppraisalEntry:
    """Take points off an item, by one of its criteria or for what is not listed. Raises Refused."""
    return _enter(sheet, "deduct", Sort.DEDUCTION, said, started_from, by, at)


def lose(sheet: AppraisalSheet, said: Said, *, started_from: int, by: User, at: datetime) -> AppraisalEntry:
    """Harm was done: all points of an item are lost, and there is a penalty (A6). Raises Refused."""
    return _enter(sheet, "lose", Sort.LOST, said, started_from, by, at)


def reward(sheet: AppraisalSheet, said: Said, *, started_from: int, by: User, at: datetime) -> AppraisalEntry:
    """A commendation 嘉奖 or more: one to ten points on top (A5). Raises Refused."""
    return _enter(sheet, "reward", Sort.REWARD, said, started_from, by, at)


@transaction.atomic
def _enter(
    sheet: AppraisalSheet, verb: str, sort: Sort, said: Said, started_from: int, by: User, at: datetime
) -> AppraisalEntry:
    held = hold(sheet, verb, started_from, by, at)
    _check(held.row, sort, said)
    case = _case(said.case, held)
    made = AppraisalEntry.objects.create(
        sheet=held.row,
        sort=sort,
        item="" if sort == Sort.REWARD else said.item,
        criterion=said.criterion if sort == Sort.DEDUCTION else "",
        points=Decimal(0) if sort == Sort.LOST else said.points,
        words=said.words.strip(),
        penalty=said.penalty.strip() if sort == Sort.LOST else "",
        evidence=said.evidence.strip(),
        complaint=case,
        added_at=at,
        added_by=by,
    )
    held.done(verb)
    return made


def _check(row: AppraisalSheet, sort: Sort, said: Said) -> None:
    if not said.words.strip():
        raise Refused(_("Say what happened."), field="words")
    if sort == Sort.REWARD:
        most = row.scheme.read.reward_most
        if not 1 <= said.points <= most:
            raise Refused(_("A reward is 1 to %(most)s points.") % {"most": most}, field="points")
        return
    item = next((one for one in row.items if one.code == said.item), None)
    if item is None:
        raise Refused(_("Choose an item."), field="item")
    if sort == Sort.LOST:
        if not said.penalty.strip():
            raise Refused(_("Say which penalty goes with it."), field="penalty")
        return
    if said.criterion and item.criterion(said.criterion) is None:
        raise Refused(_("This criterion belongs to another item."), field="criterion")
    if not 0 < said.points <= item.points:
        raise Refused(_("This item has %(most)s points.") % {"most": item.points}, field="points")


def _case(number: str, held: Held) -> Complaint | None:
    """Raises Refused for a case that whoever writes it down may not read."""
    if not number.strip():
        return None
    case = Complaint.objects.visible_to(held.own).filter(number=number.strip().upper()).first()
    if case is None:
        raise Refused(_("There is no case with this number among those you may read."), field="case")
    return case


@transaction.atomic
def strike(
    sheet: AppraisalSheet, entry: int, because: str, *, started_from: int, by: User, at: datetime
) -> AppraisalSheet:
    """An entry counts no more, and stays to be read with the reason: while it is written, or on appeal."""
    verb = "strike_on_appeal" if sheet.state == State.APPEALED else "strike"
    held = hold(sheet, verb, started_from, by, at)
    if not because.strip():
        raise Refused(_("Say why."), field="because")
    row = held.row.entries.filter(pk=entry).first()
    if row is None or row.struck_at:
        raise Refused(_("This entry is struck out already."))
    if verb == "strike_on_appeal" and row.sort == Sort.REWARD:
        raise Refused(_("An appeal takes no reward away."), field="entry")
    row.struck_at, row.struck_by, row.struck_because = at, by, because.strip()[:300]
    row.save(update_fields=["struck_at", "struck_by", "struck_because"])
    kept = years.kept(held.row) if verb == "strike_on_appeal" else {}
    changes: dict[str, Any] = {"frozen": {"year": kept}} if kept else {}
    return held.done(verb, **changes)


# Shown, signed, appealed, decided -----------------------------------------------------------------------


@transaction.atomic
def show(sheet: AppraisalSheet, *, started_from: int, by: User, at: datetime) -> AppraisalSheet:
    """Lay it before the person: from now on he may read, sign and appeal. Raises Refused."""
    held = hold(sheet, "show", started_from, by, at)
    row = held.row
    seat = next(iter(seats(ended(row.ends_on, at), [row.user_id])), None)
    if seat and not is_at(row, seat):
        if not manages(held.own, seat):
            raise WrongPerson(
                _("When this time ended the person was at %(place)s: it is begun and shown there.")
                % {"place": seat.place()}
            )
        _move(row, seat, by, at)
    if row.ends_on > at.astimezone(get_default_timezone()).date():
        raise Refused(_("Its time is not over yet: it is shown from %(day)s on.") % {"day": row.ends_on})
    if row.kind == Kind.MONTH:
        years.check_open(row.user_id, row.starts_on)
    elif open_ones := years.open_months(row):
        raise Refused(
            _("First these months are to be closed: %(months)s.") % {"months": ", ".join(open_ones)}
        )
    until = at + timedelta(days=row.scheme.read.appeal_days)
    row.state = State.SHOWN  # a year counts its own sheet from now on
    kept = years.kept(row)
    held.done(
        "show",
        role=row.role,
        estate_id=row.estate_id,
        department_id=row.department_id,
        region_id=row.region_id,
        rated_by=by,
        rated_as=rates_as(held.own, row) or "",
        shown_at=at,
        appeal_until=until,
        remind_at=until - AHEAD if until - AHEAD > at else None,
        frozen={"year": kept} if kept else {},
        figures=figures.cases_of(row, at),
    )
    tell(row, "appraisal_shown", [row.user], by, at)
    return row


@transaction.atomic
def take_back(
    sheet: AppraisalSheet, note: str, *, started_from: int, by: User, at: datetime
) -> AppraisalSheet:
    """Back to be written on, before it is signed: the person no longer reads it, nor that it is there.

    Raises Refused.
    """
    held = hold(sheet, "take_back", started_from, by, at)
    if not note.strip():
        raise Refused(_("Say why."), field="note")
    lines = {"user": held.row.user_id, "kind": "appraisal_shown", "params__appraisal": held.row.pk}
    Notification.objects.filter(**lines, read_at=None).update(read_at=at)
    queued = OutboxMessage.objects.filter(**lines, state=OutboxMessage.State.QUEUED)
    queued.update(state=OutboxMessage.State.MUTED)
    nothing: dict[str, Any] = {"rated_by": None, "rated_as": "", "shown_at": None, "appeal_until": None}
    return held.done("take_back", note.strip(), **nothing, remind_at=None, figures={}, frozen={})


@transaction.atomic
def sign(sheet: AppraisalSheet, remark: str, *, started_from: int, by: User, at: datetime) -> AppraisalSheet:
    """The person has read it, and may remark on it. He may still appeal. Raises Refused."""
    held = hold(sheet, "sign", started_from, by, at)
    return held.done("sign", signed_at=at, remark=remark.strip(), remind_at=None)


@transaction.atomic
def appeal(sheet: AppraisalSheet, words: str, *, started_from: int, by: User, at: datetime) -> AppraisalSheet:
    """Ask the next manager above the rater, who has so many days. Raises Refused once the days are over."""
    held = hold(sheet, "appeal", started_from, by, at)
    row = held.row
    if row.appeal_until is None or at >= row.appeal_until:
        raise Refused(
            _("An appeal was possible within %(days)s days.") % {"days": row.scheme.read.appeal_days}
        )
    if not words.strip():
        raise Refused(_("Say what is wrong with it."), field="words")
    people = above_rater(row, at)
    if not people:
        raise Refused(_("Nobody stands above who rated it. Sign it with a remark instead."))
    decide_by = at + timedelta(days=row.scheme.read.decide_days)
    held.done(
        "appeal",
        appealed_at=at,
        appeal=words.strip(),
        decide_by=decide_by,
        remind_at=max(at, decide_by - AHEAD),
    )
    tell(row, "appraisal_appealed", people, by, at)
    return row


@transaction.atomic
def decide(sheet: AppraisalSheet, words: str, *, started_from: int, by: User, at: datetime) -> AppraisalSheet:
    """Decide the appeal, after striking out what does not stand; the sheet is closed. Raises Refused."""
    held = hold(sheet, "decide", started_from, by, at)
    if not words.strip():
        raise Refused(_("Say what was decided, and why."), field="words")
    row = held.row
    row.decision, row.decided_by, row.decided_at = words.strip(), by, at
    said: dict[str, Any] = {"decision": row.decision, "decided_by": by, "decided_at": at, "remind_at": None}
    held.done("decide", **said, **frozen(row, at))
    tell(row, "appraisal_decided", [one for one in (row.user, row.rated_by) if one], by, at)
    return row


# Closed --------------------------------------------------------------------------------------------------


@transaction.atomic
def close_due(now: datetime, batch: int = 100) -> int:
    """Close what was shown and whose days to appeal are over; how many. Call again while it is not zero."""
    rows = AppraisalSheet.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    due = rows.filter(state__in=[State.SHOWN, State.SIGNED], appeal_until__lte=now)
    found = list(due.select_related(*ABOUT).order_by("appeal_until", "pk")[:batch])
    for row in found:
        row.state, row.version, row.remind_at = State.FROZEN, row.version + 1, None
        for name, value in frozen(row, now).items():
            setattr(row, name, value)
        row.save(update_fields=["state", "version", "remind_at", "frozen_at", "frozen", "sha256"])
        AppraisalStep.objects.create(sheet=row, at=now, verb="close")
    return len(found)
