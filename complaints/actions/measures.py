"""Measures 整改措施: set out of cases or taken up as proposed, done, checked by another person (W17, G12).

治病治根: no effect begins the next round; what was tried stays. 举一反三: `told_estates`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.another_person import need_another
from complaints.actions.current_policy import current_policy
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.measure_rows import (
    HeldMeasure,
    check_due,
    check_owner,
    enter,
    hold_cases,
    hold_for_founder,
    notices,
    save,
    tie_cases,
    worded,
)
from complaints.actions.survey_measures import check_once
from complaints.actions.told_estates import release_told
from complaints.actions.visibility import others_as
from complaints.measures import Kind, Origin, State
from complaints.models import Bulletin, Complaint, FollowUp, Measure, MeasureEntry, MeasureRound, SurveyItem
from complaints.thorough import days, first_reminder
from config.framework.refusals import Refused
from staff.estates import check_ours
from staff.models import Department, Estate, User
from staff.roles import MANAGERS, Role
from staff.stand_ins import StandIns

#: Longest and shortest time after which an effect is looked at.
CHECKED_AFTER = (1, 366)


@dataclass(frozen=True)
class Plan:
    """What a measure says: why it came to it, what is changed, by whom and by when, checked after how long.

    `check_after_days` None: as the rules say.
    """

    root_cause: str
    what: str
    kind: str
    owner: User
    due_at: datetime
    department: Department | None = None
    process_before: str = ""
    check_after_days: int | None = None


# Beginning ----------------------------------------------------------------------------------------------


@transaction.atomic
def set_measure(
    plan: Plan,
    *,
    cases: Collection[Complaint] = (),
    follow_up: FollowUp | None = None,
    bulletin: Bulletin | None = None,
    meeting_at: Estate | None = None,
    survey_at: Estate | None = None,
    survey_item: SurveyItem | None = None,
    by: User,
    at: datetime,
    key: str = "",
) -> Measure:
    """Set a measure out of cases of one estate, a follow-up or a bulletin; the same `key` sets it once.

    `meeting_at`, `survey_at`: a meeting or a survey asked for it in this estate, with or without cases.
    """
    submit = None
    if key:
        sent = [plan, list(cases), follow_up, bulletin, meeting_at, *([survey_at] if survey_at else [])]
        submit, is_new = take_key(f"staff:{by.pk}", key, "set_measure", sent, at)
        if not is_new:
            return Measure.objects.get(pk=submit.object_id or 0)
    beside = [one.complaint for one in (follow_up, bulletin) if one]
    all_cases = {case.pk: case for case in (*cases, *beside)}
    estate = meeting_at or survey_at or next((case.estate for case in all_cases.values()), None)
    if estate is None:
        raise Refused(_("Name the case or cases it comes from."), field="cases")
    check_once(survey_item, estate)
    held = hold_for_founder(all_cases.values(), estate, by, at)
    stand_ins = StandIns.load(at, [estate])
    said = _said(plan, estate, stand_ins, at)
    causes = {case.cause_id for case in all_cases.values()}
    categories = {case.category_id for case in all_cases.values()}
    sources = (
        (Origin.FOLLOW_UP, follow_up), (Origin.BULLETIN, bulletin), (Origin.MEETING, meeting_at),
        (Origin.SURVEY, survey_at),
    )  # fmt: skip
    origin = next((origin for origin, source in sources if source), Origin.CASES)
    row = Measure(
        estate=estate, origin=origin, follow_up=follow_up, bulletin=bulletin, opened_at=at, opened_by=by,
        cause_id=causes.pop() if len(causes) == 1 else None, round=1, state=State.OPEN,
        category_id=categories.pop() if len(categories) == 1 else None,
        next_due_at=plan.due_at, remind_at=_first(at, plan.due_at), survey_item=survey_item, **said,
    )  # fmt: skip
    save(row, by, at)
    _begin_round(row, plan.due_at, by, at)
    tie_cases(row, held, by=by, at=at)
    entry = MeasureEntry.objects.create(
        measure=row, at=at, actor=by, kind="set",
        params={"person": plan.owner.pk, "due_at": plan.due_at.isoformat()},
    )  # fmt: skip
    people = [one for one in stand_ins.present([plan.owner]) if one != by]
    told = notices(row, people, "measure_set", {"due_at": plan.due_at.isoformat()})
    notifications.write(told, at=at, source=f"m{row.pk}:{entry.pk}")
    if submit:
        keep_result(submit, row.pk)
    return row


@transaction.atomic
def adopt(measure: Measure, *, plan: Plan, by: User, at: datetime) -> Measure:
    """Take up what the rule of the same cause has proposed, with what is to be changed."""
    held = HeldMeasure(measure, "adopt", by=by, at=at)
    check_ours(held.row.estate, at)
    held.set(**_said(plan, held.row.estate, held.stand_ins, at))
    held.set(state=State.OPEN, round=1, opened_at=at, opened_by=by)
    held.due(plan.due_at)
    held.record("set", person=plan.owner.pk, due_at=plan.due_at.isoformat())
    held.notify([plan.owner], "measure_set", due_at=plan.due_at.isoformat())
    row = held.commit()
    _begin_round(row, plan.due_at, by, at)
    for case in Complaint.objects.filter(measure_rows__measure=row).order_by("pk"):
        enter(row, case, by=by, at=at)
    return row


@transaction.atomic
def dismiss(measure: Measure, *, note: str, by: User, at: datetime) -> Measure:
    """Not taken up, with the reason: the same cases propose nothing again."""
    held = HeldMeasure(measure, "dismiss", by=by, at=at)
    because = worded("note", note, _("Say why it is not taken up."))
    held.set(state=State.DISMISSED, dropped_because=because, ended_at=at)
    held.record("dismissed", because)
    return held.commit()


def _said(plan: Plan, estate: Any, stand_ins: StandIns, at: datetime) -> dict[str, Any]:
    """The columns of a plan. Raises Refused at the field it is about."""
    if plan.kind not in Kind.values:
        raise Refused(_("Choose one."), field="kind")
    check_due(plan.due_at, at)
    check_owner(plan.owner, plan.department, estate, stand_ins)
    after = plan.check_after_days
    if after is None:
        after = days(current_policy().policy.data, "check_after").days
    least, most = CHECKED_AFTER
    if not least <= after <= most:
        raise Refused(
            _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most},
            field="check_after_days",
        )
    return {
        "root_cause": worded("root_cause", plan.root_cause, _("Say what the root cause is.")),
        "what": worded("what", plan.what, _("Say what is changed.")),
        "kind": plan.kind,
        "owner": plan.owner,
        "department": plan.department,
        "process_before": plan.process_before.strip(),
        "check_after_days": after,
    }


def _first(at: datetime, due_at: datetime) -> datetime:
    return first_reminder(at, due_at, current_policy().policy.data["warning_share"])


def _begin_round(row: Measure, due_at: datetime, by: User, at: datetime) -> MeasureRound:
    began = MeasureRound(
        measure=row, number=row.round, started_at=at, what=row.what, owner=row.owner, due_at=due_at
    )
    save(began, by, at)
    return began


# Doing and checking ---------------------------------------------------------------------------------------


@transaction.atomic
def do(measure: Measure, *, note: str, process_after: str = "", by: User, at: datetime) -> Measure:
    """It is done, in words; of a changed work flow how it reads now. The days until the check begin."""
    held = HeldMeasure(measure, "do", by=by, at=at)
    done = worded("note", note, _("Say what was done."))
    if held.row.kind == Kind.PROCESS and not (process_after.strip() or held.row.process_after):
        raise Refused(_("Write down how the work flow reads now."), field="process_after")
    if process_after.strip():
        held.set(process_after=process_after.strip())
    check_from = at + timedelta(days=held.row.check_after_days)
    check_due_at = check_from + days(held.policy.data, "check_within")
    part = held.round
    part.done_at, part.done_by, part.done = at, by, done
    part.check_from, part.check_due_at = check_from, check_due_at
    held.set(state=State.TO_CHECK)
    held.due(check_due_at)
    held.set(remind_at=check_from)  # before that day there is nothing to look at
    held.record("done", done, round=part.number, check_from_at=check_from.isoformat())
    held.notify(held.reach(Role.SUPERVISOR), "measure_done", check_from_at=check_from.isoformat())
    return held.commit(part)


@transaction.atomic
def check(
    measure: Measure,
    *,
    effective: bool,
    note: str,
    due_at: datetime | None = None,
    what: str = "",
    alone_because: str = "",
    by: User,
    at: datetime,
) -> Measure:
    """Did it help? Looked at by another person than did it, after its days; a failure shows earlier too.

    Not effective: the next round, to be done by `due_at`; `what`: what is tried now, else the same again.
    """
    held = HeldMeasure(measure, "check", by=by, at=at)
    part = held.round
    finding = worded("note", note, _("Say what was found."))
    if effective and part.check_from and at < part.check_from:
        raise Refused(
            _("It was done %(days)s days ago at most: its effect shows after %(after)s days.")
            % {"days": (at - (part.done_at or at)).days + 1, "after": held.row.check_after_days},
            field="effective",
        )
    but = _had_a_hand(held.row)
    roles = [*sorted(MANAGERS, key=list(Role).index), Role.DEPARTMENT_HEAD]
    others = lambda: others_as(roles, held.stand_ins, held.row.estate_id, but)  # noqa: E731
    part.alone_because = need_another(by, but, others, alone_because).get("alone_because", "")
    part.checked_at, part.checked_by, part.effective, part.finding = at, by, effective, finding
    if effective:
        held.set(state=State.EFFECTIVE, ended_at=at)
        held.due(None)
        held.record("effective", finding, round=part.number)
        held.notify([held.row.owner, held.row.opened_by], "measure_effective")
        return held.commit(part)
    return _again(held, part, finding, due_at, what)


def _had_a_hand(row: Measure) -> set[int]:
    """Whoever was responsible for it at any time, or did it in any of its rounds."""
    people = {pk for pair in row.rounds.values_list("owner", "done_by") for pk in pair}
    return {pk for pk in people.union(row.history.values_list("owner", flat=True)) if pk}


def _again(
    held: HeldMeasure, part: MeasureRound, finding: str, due_at: datetime | None, what: str
) -> Measure:
    if due_at is None:
        raise Refused(_("Say by when it is tried again."), field="due_at")
    check_due(due_at, held.at)
    held.set(state=State.OPEN, round=part.number + 1)
    if what.strip():
        held.set(what=worded("what", what, ""))
    held.due(due_at)
    held.record("not_effective", finding, round=part.number, due_at=due_at.isoformat())
    held.notify(
        [held.row.owner, *held.reach(Role.DEPARTMENT_HEAD)], "measure_again", due_at=due_at.isoformat()
    )
    row = held.commit(part)
    _begin_round(row, due_at, held.by, held.at)
    return row


# Along the way ----------------------------------------------------------------------------------------------


@transaction.atomic
def change(
    measure: Measure,
    *,
    note: str,
    owner: User | None = None,
    department: Department | None = None,
    due_at: datetime | None = None,
    root_cause: str = "",
    what: str = "",
    process_before: str = "",
    by: User,
    at: datetime,
) -> Measure:
    """Another person, another day, other words, with the reason. What is empty stays as it is.

    Once it is done, who did what by when is no longer changed: the check looks at what was done. A day that
    has passed is not moved: it stays recorded as late, whatever is agreed on now.
    """
    held = HeldMeasure(measure, "change", by=by, at=at)
    because = worded("note", note, _("Say why it is changed."))
    row, part, changed = held.row, held.round, []
    if row.state != State.OPEN:
        _check_stays(row, owner, what)
    if owner and owner.pk != row.owner_id:
        check_owner(owner, department, row.estate, held.stand_ins)
        held.notify([row.owner], "measure_moved", person=owner.pk)
        held.set(owner=owner, department=department)
        part.owner = owner
        changed.append("owner")
    if due_at and due_at != row.next_due_at:
        _move_due(held, part, due_at)
        changed.append("next_due_at")
    for name, text in (("root_cause", root_cause), ("what", what), ("process_before", process_before)):
        if text.strip() and text.strip() != getattr(row, name):
            held.set(**{name: worded(name, text, "")})
            changed.append(name)
    if not changed:
        raise Refused(_("Nothing was changed."))
    part.what = row.what
    moved = {"due_at": row.next_due_at.isoformat()} if "next_due_at" in changed and row.next_due_at else {}
    held.record("changed", because, what_changed=changed, **moved)
    if {"owner", "next_due_at"} & {*changed}:
        held.notify([row.owner], "measure_set", due_at=(row.next_due_at or at).isoformat())
    return held.commit(part)


def _check_stays(row: Measure, owner: User | None, what: str) -> None:
    """Of a round that is done, person and words stay as they were."""
    sentence = _("It is done and waits for its check: who did what stays as it is.")
    if owner and owner.pk != row.owner_id:
        raise Refused(sentence, field="owner")
    if what.strip() and what.strip() != row.what:
        raise Refused(sentence, field="what")


def _move_due(held: HeldMeasure, part: MeasureRound, due_at: datetime) -> None:
    if held.row.state != State.OPEN:
        raise Refused(_("It is done: the day of its check follows from that."), field="due_at")
    if part.due_at <= held.at:
        raise Refused(
            _("Its day has passed and stays recorded as late; say under the reason by when it is done."),
            field="due_at",
        )
    check_due(due_at, held.at)
    part.due_at = due_at
    held.due(due_at)


@transaction.atomic
def add_cases(measure: Measure, *, cases: Sequence[Complaint], by: User, at: datetime) -> Measure:
    """More cases it comes from, or that came since."""
    held = HeldMeasure(measure, "add_case", by=by, at=at)
    if not cases:
        raise Refused(_("Name the case or cases it comes from."), field="cases")
    person = held.stand_ins.permissions_of(by)
    tie_cases(held.row, hold_cases(cases, held.row.estate_id, person, by=by, at=at), by=by, at=at)
    held.record("cases_added", numbers=[case.number for case in cases])
    return held.commit()


@transaction.atomic
def withdraw(measure: Measure, *, note: str, by: User, at: datetime) -> Measure:
    """No longer wanted, with the reason; it stays readable."""
    held = HeldMeasure(measure, "withdraw", by=by, at=at)
    because = worded("note", note, _("Say why it is withdrawn."))
    held.set(state=State.WITHDRAWN, dropped_because=because, ended_at=at)
    held.due(None)
    held.record("withdrawn", because)
    held.notify([held.row.owner], "measure_withdrawn")
    row = held.commit()
    release_told(row, by=by, at=at)
    return row


@transaction.atomic
def hand_over(measure: Measure, *, to: User, note: str, by: User, at: datetime) -> Measure:
    """Another one is responsible, because the former one leaves; what that one has done stays his."""
    held = HeldMeasure(measure, "change", by=by, at=at)
    check_owner(to, held.row.department, held.row.estate, held.stand_ins)
    held.set(owner=to)
    held.record("changed", worded("note", note, _("Say why it is changed.")), what_changed=["owner"])
    if held.row.state != State.OPEN:
        return held.commit()
    held.round.owner = to
    held.notify([to], "measure_set", due_at=(held.row.next_due_at or at).isoformat())
    return held.commit(held.round)
