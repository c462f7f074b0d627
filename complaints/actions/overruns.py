"""Overruns 超时未批: what was handled late without an extension is explained and decided on (domain.md 5).

The breach stays whatever is said and decided, and the case goes on or ends meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.another_person import need_another
from complaints.actions.clock_rows import clocks_for, when_due
from complaints.actions.told_first import faults_in_moment
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.actions.vocabulary import extension_reasons
from complaints.decisions import OVERRUN, explains
from complaints.models import Clock, Complaint, Overrun
from complaints.moves import check_person
from complaints.policy import ClockKind, Policy, Severity
from complaints.statuses import CaseRole, WrongPerson
from complaints.worktime import Limit, Unit, due
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import BYSTANDERS, Role
from staff.stand_ins import StandIns

State = Overrun.State
#: The messages that ask for an explanation, and for a decision on it.
ASKED_TO_EXPLAIN = ("overrun_opened", "overrun_unexplained")
ASKED_TO_DECIDE = ("overrun_explained", "overrun_undecided")
#: Whoever is asked is reminded when half of the time is gone, and after this much at the latest.
LONGEST_WAIT = Limit(timedelta(hours=4), Unit.SERVICE_HOURS)


# With the act that stops the clock ----------------------------------------------------------------


def follow(case: UnitOfWork) -> None:
    """Open a duty for a resolve clock this act has stopped late; called once for every act.

    A wrong entry owes nothing; who is complained about from now on explains nothing.
    """
    if "voided" in case.recorded_kinds:
        for duty in case.row.overruns.open():
            duty.state, duty.remind_at = State.DROPPED, None
            _save(duty, case, "state", "remind_at")
            _settle(case, duty)
        return
    for clock in list(case.stopped):
        if clock.kind == ClockKind.RESOLVE and clock.stopped_at and clock.stopped_at > clock.due_at:
            _open(case, clock)
    if "respondent_named" in case.recorded_kinds:
        for duty in case.row.overruns.filter(state=State.TO_EXPLAIN, explainer__in=case.barred):
            _ask_to_explain(case, duty, None)


def _open(case: UnitOfWork, clock: Clock) -> None:
    severity = Severity(clock.severity)
    duty = Overrun(
        complaint=case.row,
        clock=clock,
        opened_at=case.recorded_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        severity=severity,
        handler_id=case.handler_before,
        department=case.row.department,
        approver_role=case.policy.approver(severity),
    )
    _ask_to_explain(case, duty, duty.handler)


def _ask_to_explain(case: UnitOfWork, duty: Overrun, person: User | None) -> None:
    """Ask `person`, else the accountable head, else whoever is reached for him."""
    able = [one for one in (person, case.row.accountable) if one and one.is_active]
    people = [one for one in able if one.pk not in case.barred][:1] or case.reach(Role.DEPARTMENT_HEAD)
    duty.explainer = next(iter(people), None)
    is_new = duty.pk is None
    duty._history_user, duty._history_date = case.by, case.recorded_at
    if is_new:
        duty.save()
    run_clocks(case)
    explain_by = case.running[ClockKind.OVERRUN].due_at
    duty.remind_at = _first_reminder(case, duty.opened_at, explain_by)
    _save(duty, case, "explainer", "remind_at")
    if is_new:
        case.record(
            "overrun_opened", by_rule=True, at=case.recorded_at, due_at=duty.due_at.isoformat(),
            stopped_at=duty.stopped_at.isoformat(), told=[one.pk for one in people[:1]],
        )  # fmt: skip
    said: dict[str, Any] = {"overrun": duty.pk, "explain_by_at": explain_by.isoformat()}
    if people:
        case.notify(people[:1], "overrun_opened", even_himself=True, approver=Role.DEPARTMENT_HEAD, **said)
    else:
        case.notify_approvers(Role.DEPARTMENT_HEAD, [], 0, "overrun_opened", **said)


def run_clocks(case: UnitOfWork) -> None:
    """One clock for all explanations a case owes, and one for all decisions: that of the oldest of them."""
    duties = Overrun.objects.asked_by_clocks([case.row.pk])
    for kind, state in Overrun.RUNS_FOR.items():
        oldest = duties.get((case.row.pk, state))
        began = oldest.asked_since if oldest else None
        running = case.running.get(kind)
        if running and running.started_at != began:
            case.apply_clocks(f"{kind}_over")
            running = None
        if oldest and began and running is None:
            times = when_due([kind], case.row.facts, began, case.policy, case.calendar)
            clocks, levels = clocks_for(case.row, oldest.clock.cycle, times, began, case.policy_version)
            for clock in clocks.values():
                clock.severity = oldest.severity
            write(*clocks.values(), levels)
            case.begin(f"overrun_{state}", *clocks.values())


# Explaining ----------------------------------------------------------------------------------------


@transaction.atomic
def explain_overrun(
    overrun: Overrun,
    *,
    reason: str,
    note: str,
    customer_told_at: datetime | None = None,
    customer_told_how: str = "",
    not_told_because: str = "",
    by: User,
    at: datetime,
) -> Overrun:
    """Why it took longer, and whether and when the customer was told. Corrected until it is decided on.

    `reason` is the code of a reason in use.
    """
    case, duty, held = _held(overrun, by, at)
    if not duty.is_open:
        raise OVERRUN.over(duty)
    if not explains(duty, roles_on(case.row, held), held):
        raise WrongPerson(
            _("This is explained by: %(who)s.") % {"who": duty.explainer or CaseRole.ACCOUNTABLE.label}
        )
    why = next((each for each in extension_reasons() if each.code == reason), None)
    if why is None:
        raise Refused(_("Choose a reason."), field="reason")
    if not note.strip():
        raise Refused(_("Say why it took longer."), field="note")
    for fault in faults_in_told(case.row, customer_told_at, customer_told_how, not_told_because, at):
        raise fault
    again, before = duty.state == State.TO_DECIDE, _said(duty)
    duty.reason, duty.note = why, note.strip()
    duty.customer_told_at, duty.customer_told_how = customer_told_at, customer_told_how
    duty.not_told_because = not_told_because.strip()
    if again and _said(duty) == before:  # sent twice
        raise Refused(_("Nothing was changed."))
    duty.explained_by = by
    duty.explained_at = duty.explained_at or at
    duty.state = State.TO_DECIDE
    columns = ("reason", "note", "customer_told_at", "customer_told_how", "not_told_because")
    _save(duty, case, *columns, "explained_by", "explained_at", "state")
    case.record(
        "overrun_corrected" if again else "overrun_explained", note, reason=[why.zh, why.en],
        role=duty.approver_role,
    )  # fmt: skip
    run_clocks(case)
    _settle(case, duty, *ASKED_TO_EXPLAIN)
    _ask_to_decide(case, duty)
    case.commit()
    return duty


def _said(duty: Overrun) -> tuple[Any, ...]:
    told = duty.customer_told_at, duty.customer_told_how, duty.not_told_because
    return duty.reason_id, duty.note, *told


def faults_in_told(
    complaint: Complaint, told_at: datetime | None, how: str, because: str, at: datetime
) -> Iterator[Refused]:
    """Everything wrong with what is said of the customer: when and how he was told, or why not."""
    yield from faults_in_moment(told_at, complaint, at)
    if told_at and how not in Overrun.Method.values:
        yield Refused(_("Say how the customer was told."), field="customer_told_how")
    if not told_at and not because.strip():
        yield Refused(_("Say when the customer was told, or why he was not."), field="not_told_because")


def _ask_to_decide(case: UnitOfWork, duty: Overrun) -> None:
    """Tell who decides; where nobody else is there, whoever had a hand in it decides, with the reason."""
    role, people = others_decide(duty, case.policy, case.stand_ins, case.barred)
    if not people:
        role = _approver(duty, case.policy)
        people = case.reach(role)
    duty.approver_role = role or duty.approver_role
    decide_by = case.running[ClockKind.OVERRUN_DECISION].due_at
    duty.remind_at = _first_reminder(case, case.at, decide_by)
    _save(duty, case, "approver_role", "remind_at")
    case.notify_approvers(
        Role(duty.approver_role), people, duty.explained_by_id or 0, "overrun_explained", overrun=duty.pk,
        decide_by_at=decide_by.isoformat(),
    )  # fmt: skip


# Deciding ------------------------------------------------------------------------------------------


@transaction.atomic
def accept_overrun(
    overrun: Overrun, *, comment: str = "", alone_because: str = "", by: User, at: datetime
) -> Overrun:
    """认可: the explanation holds. The breach stays."""
    return _decide(overrun, State.ACCEPTED, comment, alone_because, by, at)


@transaction.atomic
def decline_overrun(
    overrun: Overrun, *, comment: str, alone_because: str = "", by: User, at: datetime
) -> Overrun:
    """不认可, with the reason."""
    if not comment.strip():
        raise Refused(_("Say why the explanation is not accepted."), field="comment")
    return _decide(overrun, State.DECLINED, comment, alone_because, by, at)


def _decide(
    overrun: Overrun, state: str, comment: str, alone_because: str, by: User, at: datetime
) -> Overrun:
    case, duty, held = _held(overrun, by, at)
    if duty.state == State.TO_EXPLAIN:
        raise Refused(_("This overrun has not been explained yet."))
    approver, involved = _approver(duty, case.policy), OVERRUN.involved(duty)
    if fault := OVERRUN.refusal(duty, roles_on(case.row, held), by.pk, besides=approver):
        raise fault
    extra = need_another(by, involved, lambda: case.reach(approver, barred=involved), alone_because)
    duty.state, duty.decided_by, duty.decided_at, duty.remind_at = state, by, at, None
    duty.comment, duty.alone_because = comment.strip(), extra.get("alone_because", "")
    _save(duty, case, "state", "decided_by", "decided_at", "comment", "alone_because", "remind_at")
    kind = f"overrun_{state}"
    case.record(kind, comment, role=duty.approver_role, due_at=duty.due_at.isoformat(), **extra)
    run_clocks(case)
    _settle(case, duty, *ASKED_TO_DECIDE)
    case.notify([duty.explained_by, duty.handler, case.row.accountable], kind, overrun=duty.pk)
    case.commit()
    return duty


# Whose it is ---------------------------------------------------------------------------------------


def decides(duty: Overrun, held: Permissions, policy: Policy) -> bool:
    """Whether it waits for such as him; who had a hand in it still needs another to decide."""
    roles = roles_on(duty.complaint, held)
    return OVERRUN.refusal(duty, roles, held.user.pk, besides=_approver(duty, policy)) is None


def others_decide(
    duty: Overrun, policy: Policy, stand_ins: StandIns, barred: Collection[int]
) -> tuple[Role | None, list[User]]:
    """Who decides besides those involved and those complained about, and as which role."""
    return stand_ins.reach(
        _approver(duty, policy), duty.complaint.estate_id, barred={*barred, *OVERRUN.involved(duty)}
    )


def _approver(duty: Overrun, policy: Policy) -> Role:
    return policy.approver(Severity(duty.severity))


# Leaving -------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over_overrun(overrun: Overrun, *, to: User, note: str, by: User, at: datetime) -> Overrun:
    """Another person explains, because the one asked leaves; where he cannot, the accountable head."""
    case, duty, _authority = _held(overrun, by, at)
    check_person("transfer", case.roles)
    if not duty.is_open:
        raise OVERRUN.over(duty)
    before = duty.explainer_id
    fits = to.is_active and permissions_of(to, at).roles_at(case.row.estate_id) - BYSTANDERS
    _settle(case, duty, *ASKED_TO_EXPLAIN)
    heads = case.reach(Role.DEPARTMENT_HEAD, barred=[before] if before else [])
    person = to if fits and to.pk not in case.barred else next(iter(heads), None)
    if person is None:
        raise Refused(_("Nobody can explain this overrun. Check the postings."), field="person")
    duty.explainer = person
    _save(duty, case, "explainer")
    case.record("overrun_handed_over", note, from_person=before, person=person.pk)
    if person != to and duty.state == State.TO_EXPLAIN:
        case.notify([person], "overrun_opened", approver=Role.DEPARTMENT_HEAD, overrun=duty.pk,
                  explain_by_at=case.running[ClockKind.OVERRUN].due_at.isoformat())  # fmt: skip
    case.commit()
    return duty


# Rows ----------------------------------------------------------------------------------------------


def _held(overrun: Overrun, by: User, at: datetime) -> tuple[UnitOfWork, Overrun, Permissions]:
    """The case and the duty, locked. The handler of then may have no part on the case any more."""
    case = UnitOfWork(overrun.complaint, None, by=by, at=at)
    duty = (
        Overrun.objects.select_for_update(no_key=True, of=("self",))
        .select_related("clock", "handler", "explainer", "explained_by", "reason")
        .get(pk=overrun.pk)
    )
    duty.complaint = case.row
    return case, duty, case.stand_ins.permissions_of(by)


def _save(duty: Overrun, case: UnitOfWork, *columns: str) -> None:
    duty._history_user = case.by
    duty._history_date = case.recorded_at
    duty.save(update_fields=columns)


def _settle(case: UnitOfWork, duty: Overrun, *kinds: str) -> None:
    """What people were asked for is done: the lines that ask count as read."""
    asked = kinds or (*ASKED_TO_EXPLAIN, *ASKED_TO_DECIDE)
    case.settle(Role.DEPARTMENT_HEAD, *asked, overrun=duty.pk)
    workers = [one for one in (duty.explainer, duty.handler, case.row.accountable) if one]
    people = {*workers, *case.stand_ins.present(workers)}
    notifications.settle(case.row, asked, people, at=case.recorded_at, overrun=duty.pk)


def _first_reminder(case: UnitOfWork, since: datetime, until: datetime) -> datetime:
    return min(due(since, LONGEST_WAIT, case.calendar), since + (until - since) / 2)
