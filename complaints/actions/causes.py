"""The cause of a complaint and its analysis 专业分析: chosen at the handling, written by who knows (W17).

An important or major case is not handled without its cause, and then owes the analysis: asked of its
department by the rule, or of another one by hand. A company that keeps no causes is asked for neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.current_policy import current_policy
from complaints.actions.follow_ups import departments_for
from complaints.actions.situations import analysis_of
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Cause, CauseAnalysis, Complaint, Event, Respondent
from complaints.policy import Policy, Severity
from complaints.restricted_access import CaseReaders
from complaints.statuses import Outcome
from complaints.thorough import ASPECTS, Urgency, first_reminder, needs, next_reminder, urgency
from complaints.worktime import Limit, due
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.roles import Role
from staff.stand_ins import StandIns

#: Nobody is given longer than this for an analysis.
LONGEST_DAYS = 366
LONGEST_WORDS = 2000
BATCH = 200


def needs_cause(policy: Policy, severity: str) -> bool:
    """Whether a case of this severity is handled only with its cause: for the act, the form and an edit."""
    return needs(policy.data, "cause", severity) and Cause.objects.filter(is_active=True).exists()


# With the handling ------------------------------------------------------------------------------------


def settle_cause(case: UnitOfWork, cause: Cause | None) -> None:
    """The cause with which the case is reported as handled; what was chosen before stays without another."""
    if cause is not None and cause.pk != case.row.cause_id:
        case.set(cause=cause)
    severity = case.row.effective_severity
    if case.row.cause_id is None and needs_cause(case.policy, severity):
        raise Refused(
            _("Choose the cause: a case of this severity (%(severity)s) is not handled without one.")
            % {"severity": Severity(severity).label},
            field="cause",
        )


def check_cause_stays(case: UnitOfWork, facts: Mapping[str, Any]) -> None:
    """What was handled with its cause does not lose it by an edit; another one may take its place."""
    if "cause" not in facts or facts["cause"] is not None or not case.cycle.handled_at:
        return
    if needs_cause(case.policy, case.row.effective_severity):
        raise Refused(
            _("The case was handled with its cause: choose another one instead of none."), field="cause"
        )


def follow(case: UnitOfWork) -> None:
    """What was handled and owes an analysis that nobody has asked for is asked of its department."""
    if "handled" not in case.recorded_kinds or case.row.cause_id is None:
        return
    if not needs(case.policy.data, "analysis", case.row.effective_severity) or analysis_of(case.row):
        return
    row = CauseAnalysis(complaint=case.row, cycle=case.cycle, department=case.row.department)
    _ask(case, row, _due(case), by_rule=True)


def carry_over(case: UnitOfWork) -> None:
    """What is still owed when the next cycle begins is owed in that one, with its days afresh.

    An analysis belongs to the present cycle: the row of a past one could never be written.
    """
    row = CauseAnalysis.objects.filter(complaint=case.row, written_at=None).select_for_update().first()
    if row is not None:
        row.cycle = case.cycle
        _ask(case, row, max(_due(case), row.due_at or case.recorded_at), by_rule=True)


def _due(case: UnitOfWork) -> datetime:
    """When an analysis the rule asks for now is to be there."""
    limit = Limit.parse(case.policy.data["thorough"]["analysis_within"])
    return due(case.recorded_at, limit, case.calendar)


# Asking and writing -------------------------------------------------------------------------------------


def departments_to_ask(complaint: Complaint) -> Q:
    """Which can be asked: the estate's and the case's own; another firm cannot read what is not its work."""
    return departments_for(complaint) & (Q(is_contractor=False) | Q(pk=complaint.department_id))


@transaction.atomic
def ask_analysis(
    complaint: Complaint,
    *,
    department: Department | None = None,
    due_at: datetime,
    note: str = "",
    by: User,
    at: datetime,
) -> Complaint:
    """Ask a department for the analysis, or ask another one, or give another time."""
    case = UnitOfWork(complaint, "ask_analysis", by=by, at=at)
    department = department or case.row.department
    if department is None or not Department.objects.filter(departments_to_ask(case.row), pk=department.pk):
        raise Refused(_("Choose a department of this estate."), field="department")
    if not at < due_at or (due_at - at).days > LONGEST_DAYS:
        raise Refused(_("Give a time in the future, a year away at most."), field="due_at")
    row = analysis_of(case.row) or CauseAnalysis(complaint=case.row, cycle=case.cycle)
    row.department = department
    _ask(case, row, due_at, note=note)
    return case.commit()


def _ask(
    case: UnitOfWork, row: CauseAnalysis, due_at: datetime, *, note: str = "", by_rule: bool = False
) -> None:
    row.asked_at, row.asked_by = case.recorded_at, row.asked_by if by_rule else case.by
    row.due_at = due_at
    row.remind_at = first_reminder(case.recorded_at, due_at, case.policy.data["warning_share"])
    _save(row, case)
    people = case.stand_ins.reach(
        Role.DEPARTMENT_HEAD, case.row.estate_id, department=row.department_id,
        barred=case.barred | case.readers.without_access,
    )[1]  # fmt: skip
    if by_rule and row.department_id == case.row.department_id:
        people = [*([case.row.handler] if case.row.handler else []), *people]
    told = case.notify(people, "analysis_asked", even_himself=True, due_at=due_at.isoformat())
    case.record(
        "analysis_asked", note, by_rule=by_rule, due_at=due_at.isoformat(), department=row.department_id,
        told=[one.pk for one in told],
    )  # fmt: skip


@transaction.atomic
def analyse(complaint: Complaint, *, by: User, at: datetime, **words: str) -> Complaint:
    """Write the analysis by its aspects, one of them at least; or correct it, until the case is closed."""
    case = UnitOfWork(complaint, "analyse", by=by, at=at)
    said = {name: words.get(name, "").strip() for name in ASPECTS}
    if not any(said.values()):
        raise Refused(_("Write about one of the five aspects at least."), field=next(iter(ASPECTS)))
    for name, text in said.items():
        if len(text) > LONGEST_WORDS:
            raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_WORDS}, field=name)
    row = analysis_of(case.row) or CauseAnalysis(
        complaint=case.row, cycle=case.cycle, department=case.row.department
    )
    again = not row.is_owed
    if again and all(getattr(row, name) == text for name, text in said.items()):
        raise Refused(_("Nothing was changed."))
    for name, text in said.items():
        setattr(row, name, text)
    row.written_at, row.written_by, row.remind_at = row.written_at or at, by, None
    _save(row, case)
    changed = {"fields": [name for name, text in said.items() if text]}
    case.record("analysis_changed" if again else "analysis_written", aspects=changed["fields"])
    if not again:
        asked = [row.asked_by] if row.asked_by else []
        case.notify([*asked, case.row.first_receiver], "analysis_written")
    return case.commit()


def _save(row: CauseAnalysis, case: UnitOfWork) -> None:
    row._history_user, row._history_date = case.by, case.recorded_at
    row.save()


# What is owed -------------------------------------------------------------------------------------------


def remind_due(now: datetime) -> int:
    """Remind of analyses not written, those above too once they are overdue; how many were dealt with."""
    with transaction.atomic(durable=True):
        rows = list(
            CauseAnalysis.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(remind_at__lte=now)
            .select_related("complaint__estate", "complaint__handler", "cycle")
            .order_by("remind_at", "pk")[:BATCH]
        )
        owed = [row for row in rows if _is_still_owed(row)]
        over = {row.pk for row in rows} - {row.pk for row in owed}
        CauseAnalysis.objects.filter(pk__in=over).update(remind_at=None)
        if owed:
            _remind(owed, now)
    return len(rows)


def _is_still_owed(row: CauseAnalysis) -> bool:
    """Nobody is chased for what cannot be written any more: void, withdrawn, or of a past cycle."""
    case = row.complaint
    return case.outcome not in (Outcome.VOID, Outcome.WITHDRAWN) and row.cycle.number == case.cycle_number


def _remind(rows: Collection[CauseAnalysis], now: datetime) -> None:
    """Set-based but for the people: whoever owes it; then the supervisor; then the next ones up."""
    stand_ins = StandIns.load(now, {row.complaint.estate for row in rows})
    barred: dict[int, set[int]] = defaultdict(set)
    about = Respondent.objects.filter(
        complaint__in=[row.complaint_id for row in rows], user__isnull=False
    ).values_list("complaint", "user")
    for pk, user in about:
        barred[pk].add(user)
    notices: dict[str, list[notifications.Notice]] = {}
    events, later = [], defaultdict(list)
    for row in rows:
        case, due_at = row.complaint, row.due_at or now
        but = barred[case.pk] | set(CaseReaders(case, stand_ins).without_access if case.restricted else ())
        step = urgency(due_at, now)
        own = row.department_id == case.department_id and case.handler
        people = stand_ins.present([case.handler], but) if own and case.handler else []
        for role in _roles(step):
            people += stand_ins.reach(role, case.estate_id, department=row.department_id, barred=but)[1]
        people = list(dict.fromkeys(people))
        kind = "analysis_soon" if step == Urgency.SOON else "analysis_over"
        what = {"due_at": due_at.isoformat()}
        source = f"analysis{row.pk}:{row.remind_at:%Y%m%d%H%M%S}"
        notices[source] = [notifications.Notice(person, kind, case, what) for person in people]
        told = {"told": [person.pk for person in people], "over": step > Urgency.SOON} | what
        events.append(Event(complaint=case, at=now, recorded_at=now, kind="analysis_reminded", params=told))
        later[next_reminder(due_at, now)].append(row.pk)
    for at, keys in later.items():
        CauseAnalysis.objects.filter(pk__in=keys).update(remind_at=at)
    Event.objects.bulk_create(events)
    notifications.write_many(notices, at=now)


def _roles(step: Urgency) -> list[Role]:
    """Whom a step goes to besides the handler; each falls to the next one up where nobody holds it."""
    further = {
        Urgency.SOON: [],
        Urgency.OVER: [Role.SUPERVISOR],
        Urgency.DAY_OVER: [Role.SUPERVISOR, Role.PROPERTY_MANAGER],
        Urgency.WEEK_OVER: [Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER],
    }
    return [Role.DEPARTMENT_HEAD, *further[step]]


def current_needs_cause(severity: str) -> bool:
    """As `needs_cause`, by the rules in force: for the form."""
    return needs_cause(current_policy().policy, severity)
