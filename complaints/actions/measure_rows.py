"""A measure held for one act: locked, its rule asked, changed, and written with entry and messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from complaints import measures as rules
from complaints import notifications
from complaints.actions.current_policy import current_policy
from complaints.actions.unit_of_work import UnitOfWork
from complaints.measures import Part
from complaints.models import Complaint, Measure, MeasureCase, MeasureEntry, MeasureRound
from complaints.policy import Policy
from complaints.statuses import CaseRole, Outcome, Status, WrongPerson
from complaints.thorough import first_reminder
from config.framework.refusals import Refused
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import BYSTANDERS, Role
from staff.stand_ins import StandIns

LONGEST = 2000
#: Nobody is given longer than this.
LONGEST_TIME = timedelta(days=366)


def parts_on(measure: Measure, person: Permissions) -> frozenset[Role | Part]:
    """The roles a person has in its estate and on it, his own and of whom he stands for."""
    parts: set[Role | Part] = set(person.roles_at(measure.estate_id))
    if measure.owner_id in person.stands_for:
        parts.add(Part.OWNER)
    if measure.department_id in person.headed_departments() and measure.department_id not in person.outside:
        parts.add(Part.HEAD)
    if person.is_contractor:  # he does what is his; a firm neither changes nor checks its own measure
        parts &= {Part.OWNER}
    return frozenset(parts)


class HeldMeasure:
    """One locked measure, and what this act does to it. Raises a Refused before anything is written."""

    def __init__(self, measure: Measure, verb: str | None, *, by: User, at: datetime) -> None:
        self.row = (
            Measure.objects.select_for_update(no_key=True, of=("self",))
            .select_related("estate", "department", "owner", "category", "cause", "building", "unit")
            .get(pk=measure.pk)
        )
        self.by, self.at = by, at
        self._notices: list[notifications.Notice] = []
        self._entry: MeasureEntry | None = None
        if verb and (fault := rules.refusal(verb, self.row.state, self.parts)):
            raise fault

    @cached_property
    def parts(self) -> frozenset[Role | Part]:
        return parts_on(self.row, self.stand_ins.permissions_of(self.by))

    @cached_property
    def stand_ins(self) -> StandIns:
        return StandIns.load(self.at, [self.row.estate])

    @cached_property
    def policy(self) -> Policy:
        return current_policy().policy

    @cached_property
    def round(self) -> MeasureRound:
        """The present one."""
        return MeasureRound.objects.get(measure=self.row, number=self.row.round)

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def due(self, due_at: datetime | None) -> None:
        """What is due next, and when that is reminded of first; None: nothing is owed any more."""
        share = self.policy.data["warning_share"]
        self.set(next_due_at=due_at, remind_at=first_reminder(self.at, due_at, share) if due_at else None)

    def record(self, kind: str, note: str = "", **params: Any) -> None:
        """Its entry. Parameters are codes, ids and ISO times."""
        self._entry = MeasureEntry(
            measure=self.row, at=self.at, actor=self.by, kind=kind, params=params, note=note.strip()
        )

    def notify(self, people: Iterable[User | None], kind: str, **params: Any) -> None:
        """Tell people, the deputy for the absent; whoever acts knows what he did."""
        present = self.stand_ins.present([one for one in people if one])
        self._notices += notices(self.row, [one for one in present if one != self.by], kind, params)

    def reach(self, role: Role) -> list[User]:
        return self.stand_ins.reach(role, self.row.estate_id, department=self.row.department_id)[1]

    def commit(self, *rows: Model) -> Measure:
        """The measure and `rows`, each with its version; then entry and messages."""
        for row in (self.row, *rows):
            save(row, self.by, self.at)
        if self._entry:
            self._entry.save()
        source = f"m{self.row.pk}:{self._entry.pk if self._entry else f'{self.at:%Y%m%d%H%M%S%f}'}"
        notifications.write(self._notices, at=self.at, source=source)
        return self.row


def notices(
    measure: Measure, people: Iterable[User], kind: str, params: dict[str, Any]
) -> list[notifications.Notice]:
    """The messages about a measure; of no case, since whoever is told may not know all of its cases."""
    estate = measure.estate
    said = {"measure": measure.pk, "zg": measure.number, "estate": estate.name, "zone": estate.zone.key}
    said |= params
    return [notifications.Notice(person, kind, None, said) for person in people]


def save(row: Any, by: User | None, at: datetime) -> None:
    row._history_user, row._history_date = by, at
    row.save()


def worded(field: str, text: str, sentence: str) -> str:
    """What was said, tidied. Raises Refused where it is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused(sentence, field=field)
    if len(text) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field=field)
    return text


def check_due(due_at: datetime, at: datetime) -> None:
    if not at < due_at <= at + LONGEST_TIME:
        raise Refused(_("Give a time in the future, a year away at most."), field="due_at")


def check_owner(owner: User, department: Any, estate: Any, stand_ins: StandIns) -> None:
    """Who is responsible works for the estate, or for the department it is given to."""
    held = stand_ins.permissions_of(owner)
    works = held.roles_at(estate.pk) - BYSTANDERS or (department and department.pk in held.departments)
    if not owner.is_active or not works:
        raise Refused(_("%(name)s does not work for this estate.") % {"name": owner}, field="owner")


# Its cases ------------------------------------------------------------------------------------------------

#: Nothing is known of what lies behind a case before the work on it has begun.
NOT_BEGUN = (Status.RECEIVED, Status.RECORDED, Status.CLASSIFIED)


def founds(roles: Collection[Role | CaseRole]) -> bool:
    """Whether he sets a measure out of a case in these roles on it."""
    return CaseRole.CONTRACTOR not in roles and bool(rules.FOUNDERS.intersection(roles))


def may_set_on(case: Complaint, roles: Collection[Role | CaseRole]) -> bool:
    """Whether he sets a measure out of this case now: for its page, as the act itself would say."""
    return founds(roles) and fault_in_case(case) is None


def fault_in_case(case: Complaint) -> Refused | None:
    """Why no measure comes from it. It is read by the whole estate: a restricted case stays in its circle."""
    said = {"number": case.number}
    if case.restricted:
        return Refused(
            _("%(number)s is restricted: describe the cause without naming it.") % said, field="cases"
        )
    if case.outcome == Outcome.VOID:
        return Refused(_("%(number)s is a wrong entry: no measure comes from it.") % said, field="cases")
    if case.cycle_number == 1 and case.status in NOT_BEGUN:
        return Refused(
            _("The work on %(number)s has not begun: what lies behind it is not known yet.") % said,
            field="cases",
        )
    return None


def hold_cases(
    cases: Collection[Complaint], estate: int, person: Permissions, *, by: User, at: datetime
) -> list[UnitOfWork]:
    """The cases a measure comes from, locked and asked then. Raises Refused for one that cannot be."""
    held = [UnitOfWork(case, None, by=by, at=at) for case in sorted(cases, key=lambda one: one.pk)]
    for case in held:
        _check_case(case.row, estate, person)
    return held


def hold_for_founder(
    cases: Collection[Complaint], estate: Estate, by: User, at: datetime
) -> list[UnitOfWork]:
    """The cases, locked. Raises WrongPerson for who sets no measures out of them, or in the estate."""
    person = permissions_of(by, at)
    check_ours(estate, at)
    held = hold_cases(cases, estate.pk, person, by=by, at=at)
    if not all(map(founds, [case.roles for case in held] or [person.roles_at(estate.pk)])):
        who = rules.in_words(rules.FOUNDERS)
        raise WrongPerson(_("A measure is set by: %(who)s.") % {"who": who})
    return held


def tie_cases(measure: Measure, cases: Collection[UnitOfWork], *, by: User, at: datetime) -> None:
    """Each case with an entry in its timeline. Raises Refused for one that belongs to it already."""
    there = set(MeasureCase.objects.filter(measure=measure).values_list("complaint", flat=True))
    made = []
    for case in cases:
        if case.row.pk in there:
            raise Refused(
                _("%(number)s belongs to this measure already.") % {"number": case.row.number}, field="cases"
            )
        made.append(MeasureCase(measure=measure, complaint=case.row, added_at=at, added_by=by))
        _enter(measure, case)
    MeasureCase.objects.bulk_create(made)


def enter(measure: Measure, case: Complaint, *, by: User, at: datetime) -> None:
    """The entry in the timeline of a case that a measure comes from."""
    _enter(measure, UnitOfWork(case, None, by=by, at=at))


def _enter(measure: Measure, case: UnitOfWork) -> None:
    case.record("measure_set", measure=measure.pk, zg=measure.number)
    case.commit()


def _check_case(case: Complaint, estate: int, person: Permissions) -> None:
    if case.estate_id != estate:
        raise Refused(_("%(number)s belongs to another estate.") % {"number": case.number}, field="cases")
    if fault := fault_in_case(case):
        raise fault
    if not Complaint.objects.visible_to(person).filter(pk=case.pk).exists():
        raise Refused(_("There is no such case. Example: JX-2026-000018."), field="cases")
