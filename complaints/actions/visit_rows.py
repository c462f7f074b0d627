"""A site visit held for one act: its case locked, its rule asked, written with entry and messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from complaints import site_visits as rules
from complaints.actions.arguments import when_done
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.models import CaseWarranty, Complaint, SiteVisit
from complaints.site_visits import Part, State
from complaints.statuses import CaseRole
from complaints.time_texts import moment, window
from complaints.warranty import State as WarrantyState
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions
from staff.roles import BYSTANDERS, Role

LONGEST_PURPOSE, LONGEST = 500, 2000
PEOPLE = ("visitor", "arranged_by", "found_by", "ended_by")


def with_all(rows: QuerySet[SiteVisit]) -> QuerySet[SiteVisit]:
    """With people, case and evidence: one query, however many visits."""
    case = ("estate", "unit", "building", "complainant", "category", "department")
    return rows.select_related(*PEOPLE, "evidence", "follows", *(f"complaint__{name}" for name in case))


def parts_on(
    row: SiteVisit, roles: Iterable[Role | CaseRole], person: Permissions
) -> frozenset[Role | CaseRole | Part]:
    """His roles on the case, and whether it is he who is sent, or whom he stands in for."""
    return frozenset(roles) | ({Part.VISITOR} if row.visitor_id in person.stands_for else frozenset())


def acts_on(
    row: SiteVisit, roles: Collection[Role | CaseRole], person: Permissions, at: datetime
) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    found = rules.possible(row.state, parts_on(row, roles, person), row.complaint.outcome)
    return [verb for verb in found if fault_in_time(verb, row, at) is None]


def fault_in_time(verb: str, row: SiteVisit, at: datetime) -> Refused | None:
    """Missed is what the customer waits for, and only once its time is over; nobody arrives long before."""
    if verb == "miss":
        if not row.is_appointment:
            return Refused(_("No customer waits for it: move it or call it off."))
        if at < row.ends_at:
            return Refused(_("Its time is not over yet: go there, move it or call it off."))
    if verb == "arrive" and not row.moved and at < row.starts_at - rules.EARLY:
        return _too_early(row)
    return None


def check_arrival(row: SiteVisit, arrived_at: datetime) -> None:
    """Raises Refused where nobody can have arrived for it then, as it was arranged at that time."""
    zone = row.complaint.estate.zone
    if arrived_at < row.arranged_at.replace(second=0, microsecond=0):  # a form says the minute
        raise Refused(
            _("That lies before it was arranged, %(moment)s.") % {"moment": moment(row.arranged_at, zone)},
            field="done_at",
        )
    if arrived_at >= row.starts_at - rules.EARLY:
        return
    versions = row.history.filter(history_date__lte=arrived_at).order_by("-history_date", "-history_id")
    was = versions.values_list("starts_at", flat=True).first()
    if was is None or arrived_at < was - rules.EARLY:
        raise _too_early(row)


def _too_early(row: SiteVisit) -> Refused:
    return Refused(
        _("It begins %(moment)s; nobody arrives more than two hours before. Move it first.")
        % {"moment": moment(row.starts_at, row.complaint.estate.zone)},
        field="done_at",
    )


class HeldVisit:
    """One visit on its locked case, for one act. Raises a Refused before anything is written.

    `done_at`: when it was done, where that is entered later.
    """

    def __init__(
        self, row: SiteVisit, verb: str, *, by: User, at: datetime, done_at: datetime | None = None
    ) -> None:
        when = when_done(done_at, at, row.complaint)
        self.case = UnitOfWork(row.complaint, None, by=by, at=when, recorded_at=at)
        # The sweep holds visits without their cases.
        visits = SiteVisit.objects.select_for_update(no_key=True, of=("self",))
        self.row = visits.select_related("visitor").get(pk=row.pk)
        self.row.complaint = self.case.row
        self.by, self.at, self.moment = by, at, when
        person = self.case.stand_ins.permissions_of(by)
        parts = parts_on(self.row, self.case.roles, person)
        #: Whether it is he who is sent, or whom he stands in for.
        self.is_sent = Part.VISITOR in parts
        fault = rules.refusal(verb, self.row.state, parts, self.case.row.outcome)
        if fault := fault or fault_in_time(verb, self.row, at):
            raise fault

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def look_again(self) -> None:
        """When the sweep looks at it next, from what it is now."""
        row = self.row
        self.set(remind_at=rules.next_reminder(row.state, row.starts_at, row.ends_at, self.at))

    def end(self, state: State, at: datetime) -> None:
        self.set(state=state, ended_at=at, ended_by=self.by, remind_at=None)

    @property
    def window(self) -> list[str]:
        return window_of(self.row)

    def record(self, kind: str, note: str = "", *, owner_sees: bool = False, **params: Any) -> None:
        """Its entry; the customer reads only of what he has an appointment for."""
        told = owner_sees and self.row.is_appointment
        self.case.record(kind, note, owner_sees=told, visit=self.row.number, **params)

    def tell(self, people: Iterable[User | None], kind: str, **params: Any) -> None:
        self.case.notify(people, kind, visit=self.row.number, **params)

    def commit(self) -> SiteVisit:
        save(self.row, self.by, self.at)
        self.case.commit()
        return self.row


def window_of(row: SiteVisit) -> list[str]:
    """From–to as entries and messages keep it."""
    return [row.starts_at.isoformat(), row.ends_at.isoformat()]


def save(row: SiteVisit, by: User | None, at: datetime) -> None:
    kept: Any = row
    kept._history_user, kept._history_date = by, at
    row.save()


def next_number(case: Complaint) -> int:
    return (SiteVisit.objects.filter(complaint=case).aggregate(last=Max("number"))["last"] or 0) + 1


def worded(field: str, text: str, sentence: str, longest: int = LONGEST) -> str:
    """What was said, tidied; `sentence` empty: it may be left out. Raises Refused."""
    text = text.strip()
    if sentence and not text:
        raise Refused(sentence, field=field)
    if len(text) > longest:
        raise Refused(_("At most %(n)s characters.") % {"n": longest}, field=field)
    return text


def check_window(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Raises Refused at the field it is about."""
    if ends_at <= starts_at:
        raise Refused(_("It ends after it begins."), field="ends_at")
    if ends_at - starts_at > rules.LONGEST:
        raise Refused(_("Twelve hours at most: name the part of the day."), field="ends_at")
    if ends_at <= at:
        raise Refused(_("That has passed already."), field="starts_at")
    if starts_at > at + rules.FARTHEST:
        raise Refused(_("At most 90 days ahead."), field="starts_at")


def _visits_then(
    case: Complaint, starts_at: datetime, ends_at: datetime, but: SiteVisit | None = None
) -> list[str]:
    """The visits of the case that are to come, or go on, in that time; in words. One query."""
    rows = SiteVisit.objects.open().filter(complaint=case, starts_at__lt=ends_at, ends_at__gt=starts_at)
    rows = rows.exclude(pk=but.pk) if but else rows
    return [
        _("site visit no. %(n)s, %(person)s, %(window)s")
        % {
            "n": row.number,
            "person": row.visitor,
            "window": window(row.starts_at, row.ends_at, case.estate.zone),
        }
        for row in rows.select_related("visitor").order_by("number")
    ]


def builder_comes(case: Complaint, since: datetime) -> datetime | None:
    """When the builder is to come by what was agreed last; None: not since that time. One query."""
    agreed = CaseWarranty.objects.filter(complaint=case, state=WarrantyState.AGREED, visit_at__gte=since)
    found: datetime | None = agreed.values_list("visit_at", flat=True).first()
    return found


def check_nobody_comes(
    case: Complaint, starts_at: datetime, ends_at: datetime, *, but: SiteVisit | None = None, anyway: bool
) -> None:
    """Asks first where a colleague or the builder comes for the case at that time. Raises Refused."""
    if anyway:
        return
    known = _visits_then(case, starts_at, ends_at, but)
    builder = builder_comes(case, starts_at)
    if builder and builder < ends_at:
        known.append(_("the builder, %(moment)s") % {"moment": moment(builder, case.estate.zone)})
    _ask_first(known)


def check_no_visit(case: Complaint, visit_at: datetime, *, anyway: bool) -> None:
    """The same before the builder is to come; a time agreed with him before gives way to the new one."""
    if not anyway:
        _ask_first(_visits_then(case, visit_at, visit_at + timedelta(microseconds=1)))


def _ask_first(known: list[str]) -> None:
    if known:
        raise Refused(
            _("Somebody comes at that time already: %(who)s. Tick the box if both are to come.")
            % {"who": _("; ").join(known)},
            field="anyway",
        )


def check_visitor(case: UnitOfWork, visitor: User) -> None:
    """Who is sent works here and reads the case. A contractor sends people of its own. Raises Refused.

    Nobody comes to read a case by being sent: that is its handler's, or the circle's of a restricted one.
    """
    said = {"name": visitor}
    held = case.stand_ins.permissions_of(visitor)
    everywhere = roles_on(case.row, held).union(*held.departments.values())
    if not visitor.is_active or not everywhere - BYSTANDERS - {CaseRole.CONTRACTOR}:
        raise Refused(_("%(name)s does not work for this estate.") % said, field="visitor")
    if visitor.pk in case.barred:
        raise Refused(_("%(name)s is named in this complaint: send somebody else.") % said, field="visitor")
    if CaseRole.CONTRACTOR in case.roles:
        mine = case.stand_ins.permissions_of(case.by).outside if case.by else {}
        if not mine.keys() & held.outside.keys():
            raise Refused(_("A contractor sends its own people only."), field="visitor")
    if not Complaint.objects.visible_to(held).filter(pk=case.row.pk).exists():
        raise Refused(
            _("%(name)s does not read this case: assign it to him first, or let him into its circle.") % said,
            field="visitor",
        )


def overlapping(row: SiteVisit) -> list[SiteVisit]:
    """Other open visits of the same person at the same time; of anybody's cases. One query."""
    clash = Q(starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
    others = SiteVisit.objects.open().filter(clash, visitor=row.visitor_id).exclude(pk=row.pk)
    return list(others.select_related("complaint__estate").order_by("starts_at", "pk")[:5])
