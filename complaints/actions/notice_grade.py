"""The notice grade follows the facts: it rises by itself and falls only by hand (domain.md 6).

`rise` is asked whenever an act has changed what the rules look at (`settle`), and by the sweep when
time alone meets a rule. What somebody lowered stays low until a new fact says something new.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints import notice_grade
from complaints.actions import bulletins, presence
from complaints.actions.extensions import readdress_requests
from complaints.actions.limits import regrade_clocks
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Cycle, SetAside
from complaints.models.case import OWN_PEOPLE
from complaints.notice_grade import CaseFacts, Reason, Reasons, Thresholds
from complaints.policy import Channel, NoticeGrade, Severity
from complaints.statuses import BEFORE_HANDLED, Outcome
from complaints.sweep import left_out, set_aside
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role

logger = logging.getLogger(__name__)

GRADE = SetAside.Job.GRADE
G = NoticeGrade
MARKS = (
    "lawsuit_started", "lawsuit_threatened", "media_exposed", "media_asked", "media_threatened",
    "outside_help",
)  # fmt: skip
#: Columns the rules look at; a change of one of them weighs the case again.
WEIGHED = frozenset({*MARKS, "headcount", "signed", "cycle_number", "channel", "delay", "lead", "matter"})
#: Cases the sweep weighs in one go, each in a transaction of its own.
BATCH = 200


# What the rules look at ----------------------------------------------------------------------------


def facts_of(row: Complaint, limits: Thresholds) -> CaseFacts:
    """The facts of a case; a lead speaks for its members too. No query unless it has kin or a past."""
    marks = {mark: bool(getattr(row, mark)) for mark in MARKS}
    marks["media_asked"] |= row.channel == Channel.MEDIA
    people = row.own_people
    if row.is_collective and row.pk:
        for member in row.members.exclude(outcome=Outcome.VOID).values(*MARKS, "channel", own=OWN_PEOPLE):
            people += member["own"]
            marks = {mark: marks[mark] or member[mark] for mark in MARKS}
            marks["media_asked"] |= member["channel"] == Channel.MEDIA
    same, same_ever = same_people(row, limits) if row.matter_id else (0, 0)
    return CaseFacts(
        **marks,
        people=people,
        same=same,
        same_ever=same_ever,
        cycle=row.cycle_number,
        completed=_was_completed(row),
        unsolved_since=unsolved_since(row),
    )


def _was_completed(row: Complaint) -> bool:
    """Whether an earlier cycle was handled; who withdrew before that complains no second time."""
    if row.cycle_number == 1:
        return False
    earlier = Cycle.objects.filter(complaint=row.pk, number__lt=row.cycle_number)
    return earlier.filter(handled_at__isnull=False).exists()


def unsolved_since(row: Complaint) -> datetime | None:
    """Since when a case is unresolved for our reasons (K16); None while that does not count.

    A dispute shows that the work before it solved nothing, so its time counts; a case reopened after
    it had been closed begins anew.
    """
    if row.status not in BEFORE_HANDLED or row.delay != Complaint.Delay.OURS or row.lead_id:
        return None
    if row.cycle_number == 1:
        return row.received_at
    cycles = Cycle.objects.filter(complaint=row).order_by("-number").values_list("why", "started_at")
    begun = (at for why, at in cycles if why in (Cycle.Why.RECEIVED, Cycle.Why.REOPENED))
    return next(begun, row.received_at)


def same_people(row: Complaint, limits: Thresholds) -> tuple[int, int]:
    """Different people heard on the case's matter: within one rolling month, and ever (T37). One query.

    Wrong entries do not count. Whoever is in the register is one person, however often he called, and so
    is whoever calls from a registered person's telephone without being one; two of the register who
    share a telephone are two.
    """
    # The case itself may be about to be written.
    of_matter = Complaint.objects.filter(Q(matter=row.matter_id) | Q(pk=row.pk)).exclude(outcome=Outcome.VOID)
    columns = ("pk", "received_at", "complainant__owner", "complainant__phone")
    calls = list(of_matter.order_by("pk").values_list(*columns))
    owner_of = {phone: owner for _pk, _at, owner, phone in calls if owner and phone}
    heard = []
    for pk, received_at, owner, phone in calls:
        owner = owner or owner_of.get(phone)
        heard.append((received_at, f"o{owner}" if owner else f"p{phone}" if phone else f"c{pk}"))
    within = notice_grade.most_within(heard, row.received_at, limits.same_within, limits.zone)
    return within, len({who for _when, who in heard})


def stored(row: Complaint) -> Reasons:
    return {name: Reason(*reason) for name, reason in row.grade_reasons.items()}


# Rising --------------------------------------------------------------------------------------------


def rise(case: UnitOfWork, *, moment: datetime | None = None) -> None:
    """Weigh the facts as they are now and raise what they raise; nothing falls here.

    `moment`: when a rule was met, if that lies before the act.
    """
    row, limits = case.row, Thresholds(case.policy.notice, case.row.estate.zone)
    facts = facts_of(row, limits)
    holding = notice_grade.holding(facts, limits, case.at)
    # What no longer holds is forgotten: marked again, it is a new fact.
    overruled = {name: mark for name, mark in row.grade_overruled.items() if name in holding}
    reasons = notice_grade.not_overruled(holding, overruled)
    before, known = G(row.grade), stored(row)
    grade = max(before, notice_grade.grade_of(reasons), key=lambda each: each.weight)
    new = {name: reason for name, reason in reasons.items() if reason != known.get(name)}
    # Set by hand and graver since: the rule says why now, unless it says only how long the case is open.
    if grade != before and notice_grade.BY_HAND in known:
        known[notice_grade.BY_HAND] = Reason(1, known[notice_grade.BY_HAND].said or before.value)
        if notice_grade.bearing(reasons, grade).weight >= before.weight:
            del known[notice_grade.BY_HAND]
    next_due = notice_grade.next_moment(facts, limits, case.at, grade, overruled)
    changed = {
        "grade": grade.value,
        "grade_reasons": {name: list(reason) for name, reason in (known | reasons).items()},
        "grade_overruled": overruled,
        "grade_due_at": next_due if row.is_open else None,
    }
    case.set(**{name: value for name, value in changed.items() if getattr(row, name) != value})
    severity = row.effective_severity
    # What the case is may come to light after its age has raised the grade: the floor follows then.
    _lift(case)
    if grade != before:
        raised(case, before, reasons, severity, moment or case.at)
    elif new and (notice_grade.grade_of(new) == grade != G.GENERAL or row.effective_severity != severity):
        said = max(notice_grade.grade_of(new), notice_grade.bearing(new, grade), key=lambda each: each.weight)
        case.record("grade_reason", by_rule=True, at=moment, grade=said, reasons=_of(said, new))
        _record_severity(case, severity, moment)
    if presence.TOGETHER & (reasons.keys() - known.keys()):
        presence.owe(case, facts.people)
    bulletins.follow(case, before=before)


def _of(grade: NoticeGrade, reasons: Reasons) -> dict[str, Any]:
    """The reasons that bear a grade."""
    return {name: list(r) for name, r in reasons.items() if notice_grade.RULES[name].grade == grade}


def bearing_of(row: Complaint) -> NoticeGrade:
    """The grade that sets the floor for severity: that of the reasons which say what the case is."""
    return notice_grade.bearing(row.grade_reasons, G(row.grade))


def floor_of(row: Complaint) -> Severity:
    """The least severity of a case (K1). How long it has been open never raises it (domain.md 4)."""
    return notice_grade.SEVERITY_FLOOR[bearing_of(row)]


def _lift(case: UnitOfWork) -> None:
    """The floor for severity (K1): a re-grading whose reason is the rule."""
    row, floor = case.row, floor_of(case.row)
    if floor.weight <= row.effective_severity.weight or not row.is_open:
        return
    before = row.effective_severity
    case.set(severity=floor)
    if row.status in BEFORE_HANDLED and not row.lead_id and case.running:
        regrade_clocks(case, before)
    readdress_requests(case)


def raised(
    case: UnitOfWork,
    before: NoticeGrade,
    reasons: Reasons,
    severity: str,
    moment: datetime,
    *,
    told: bool = True,
) -> None:
    """Write down and tell that the grade has risen, and with it the severity.

    `told`: in a bulletin, where the grade asks for one at once.
    """
    row, grade = case.row, G(case.row.grade)
    why = _of(grade, reasons)
    case.record("grade_raised", by_rule=True, at=moment, from_grade=before, grade=grade, reasons=why)
    _record_severity(case, severity, moment)
    people = [row.first_receiver, row.handler, *case.reach(Role.SUPERVISOR)]
    if grade.weight >= G.HOT.weight:
        people += case.reach(Role.PROPERTY_MANAGER)
    readers = bulletins.owe_first_bulletin(case) if told and grade == G.MAJOR and not row.lead_id else []
    case.notify([one for one in people if one not in readers], "grade_raised", grade=grade, reasons=why)


def _record_severity(case: UnitOfWork, before: str, moment: datetime | None = None) -> None:
    row = case.row
    if row.severity and row.severity != before:
        case.record(
            "severity_raised", by_rule=True, at=moment, from_severity=before, severity=row.severity,
            grade=bearing_of(row),
        )  # fmt: skip


def lifted(row: Complaint, severity: str) -> Severity:
    """The severity somebody chose, or the case's floor if that is graver."""
    return notice_grade.at_least(floor_of(row), Severity(severity))


def record_lifted(case: UnitOfWork, asked: str) -> None:
    """After what somebody chose: that the grade asks for more."""
    _record_severity(case, asked)


def check_floor(case: UnitOfWork, severity: str) -> None:
    """Refuse a severity below the case's floor (K1)."""
    grade = bearing_of(case.row)
    if Severity(severity).weight < notice_grade.SEVERITY_FLOOR[grade].weight:
        raise Refused(
            _(
                "“%(grade)s” (%(reasons)s) asks for “%(floor)s” at least. Lower the notice grade first,"
                " with the reason."
            )
            % {
                "grade": grade.label,
                "reasons": _(", ").join(notice_grade.why_bearing(case.row.grade_reasons, G(case.row.grade))),
                "floor": notice_grade.SEVERITY_FLOOR[grade].label,
            },
            field="severity",
        )


def settle(case: UnitOfWork) -> None:
    """What a finished act means for the grade (`consequences`)."""
    changed = case.changed
    if WEIGHED & changed:
        rise(case)
    elif "status" in changed and case.row.status not in BEFORE_HANDLED and case.row.grade_due_at:
        case.set(grade_due_at=None)  # resolved, as far as we know


def weigh_lead(case: UnitOfWork) -> None:
    """What is marked on a member and how many they are counts for all: its lead is weighed again.

    Asked once the member is written (`consequences`); whoever edits or voids one has locked its lead too.
    """
    row = case.row
    marked = [mark for mark in MARKS if mark in case.changed and getattr(row, mark)]
    if "channel" in case.changed and row.channel == Channel.MEDIA:
        marked.append("channel")
    voided = "outcome" in case.changed and row.outcome == Outcome.VOID
    counted = voided or bool({"headcount", "signed"} & case.changed)
    if row.lead_id and (marked or counted):
        lead = UnitOfWork(Complaint(pk=row.lead_id), None, by=None, at=case.at, recorded_at=case.recorded_at)
        if lead.row.is_open:
            if marked:
                lead.record("member_marked", number=row.number, fields=marked)
                case.record("lead_weighed", by_rule=True, number=lead.row.number)
            if counted:
                lead.record("member_counted", number=row.number, count=lead.row.people)
            rise(lead)
            lead.commit()


# Time alone ------------------------------------------------------------------------------------------


def raise_due(now: datetime) -> int:
    """Raise the grades that time alone has raised; how many cases were weighed.

    Each case in a transaction of its own, under its lock: one that cannot be weighed stops no other,
    and two sweeps never raise twice. The entry bears the true moment, however late it is written.
    """
    waiting = Complaint.objects.filter(grade_due_at__lte=now).exclude(pk__in=left_out(GRADE, now))
    done = 0
    for pk in list(waiting.order_by("grade_due_at").values_list("pk", flat=True)[:BATCH]):
        try:
            done += _raise_one(pk, now)
        except OperationalError:  # the database's trouble is no case's fault
            raise
        except Exception as error:  # shown until it is mended; the others must not wait for it
            logger.exception("The notice grade of case %s could not be weighed.", pk)
            set_aside(pk, GRADE, error, now)
    return done


@transaction.atomic(durable=True)
def _raise_one(pk: int, now: datetime) -> int:
    free = Complaint.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    row = free.filter(pk=pk, grade_due_at__lte=now).first()
    if row is None:
        return 0
    case = UnitOfWork(row, None, by=None, at=now)
    if row.is_open:
        rise(case, moment=_moment(case))
    else:
        case.set(grade_due_at=None)
    case.commit()
    SetAside.objects.filter(complaint=pk, job=GRADE).delete()
    return 1


def _moment(case: UnitOfWork) -> datetime | None:
    """When the gravest rule of time that holds now was met."""
    limits = Thresholds(case.policy.notice, case.row.estate.zone)
    since = CaseFacts(unsolved_since=unsolved_since(case.row))
    met = (notice_grade.unsolved_at(grade, since, limits) for grade in notice_grade.BY_TIME.values())
    return next((moment for moment in met if moment and moment <= case.at), None)


def weigh_all(*, at: datetime) -> None:
    """New thresholds: the sweep weighs every open case again. One statement."""
    Complaint.objects.open().update(grade_due_at=at)


# By hand ---------------------------------------------------------------------------------------------


@transaction.atomic
def set_grade(complaint: Complaint, *, grade: str, note: str, by: User, at: datetime) -> Complaint:
    """The notice grade by hand, up or down, with the reason; what is known now no longer raises it."""
    case = UnitOfWork(complaint, "set_grade", by=by, at=at)
    if grade not in G.values:
        raise Refused(_("Choose a notice grade."), field="grade")
    if not note.strip():
        raise Refused(_("Say why the grade changes."), field="note")
    before, after = G(case.row.grade), G(grade)
    if before == after:
        raise Refused(_("The notice grade is already this one."), field="grade")
    limits = Thresholds(case.policy.notice, case.row.estate.zone)
    facts = facts_of(case.row, limits)
    holding = notice_grade.holding(facts, limits, at)
    graver = {name: r for name, r in holding.items() if notice_grade.RULES[name].grade.weight > after.weight}
    kept = {name: r for name, r in holding.items() if name not in graver}
    # Raised by hand, it is said to be so grave, which age alone does not say.
    bears = notice_grade.bearing(kept, after) if after.weight > before.weight else notice_grade.grade_of(kept)
    by_hand = {notice_grade.BY_HAND: Reason(1, after.value)} if bears != after else {}
    overruled = case.row.grade_overruled | {name: r.mark for name, r in graver.items()}
    case.set(
        grade=after.value,
        grade_reasons={name: list(reason) for name, reason in (kept | by_hand).items()},
        grade_overruled=overruled,
        grade_due_at=notice_grade.next_moment(facts, limits, at, after, overruled),
    )
    if after.weight < G.HOT.weight:
        case.apply_clocks("few_together")  # whoever lowers it by hand says why it is no such complaint
    severity = case.row.effective_severity
    _lift(case)
    case.record("graded", note, from_grade=before, grade=after)
    _record_severity(case, severity)
    told = bulletins.owe_first_bulletin(case) if after == G.MAJOR and not case.row.lead_id else []
    people = [case.row.first_receiver, case.row.handler, *case.reach(Role.SUPERVISOR)]
    case.notify([one for one in people if one not in told], "graded", grade=after)
    bulletins.follow(case, before=before)
    return case.commit()
