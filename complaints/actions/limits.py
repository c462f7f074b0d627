"""The limits of the clocks that run follow what is known of a case: its severity, and that it is urgent.

Which limits there are, the policy says, and when one falls due, `clocks`: here is what a change does to those
that run.
"""

from __future__ import annotations

from django.db.models import Q

from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import ANSWERS, GRADED, STEPS, Timing, levels, on_upgrade, regraded_due, timing
from complaints.models import Clock
from complaints.policy import ClockKind, Severity


def set_limits(case: UnitOfWork) -> None:
    """The first classification: running clocks get the limits of the severity, from their own start.

    Not delivery, which the severity does not change; and an approved extension is not taken back.
    """
    for kind, clock in case.running.items():
        if kind in GRADED:
            new = timing(kind, clock.started_at, case.row.facts, case.policy, case.calendar)
            stays = clock.extended and new and new.due_at < clock.due_at
            if new and new.due_at != clock.due_at and not stays:
                case.revise(
                    clock,
                    new,
                    first_due_at=new.due_at,
                    limit=new.limit.text,
                    severity=case.row.severity,
                    first_severity="",
                    policy=case.policy_version,
                )
            elif new:
                clock.severity, clock.first_severity = case.row.severity, ""
                clock.save(update_fields=["severity", "first_severity"])
    # What has been answered needs no answer again.
    answered = case.past.get("answered", [])
    done = {
        "answer": bool(answered),
        "clear_answer": any(params.get("clear") for params in answered),
        "acknowledge": "acknowledged" in case.past,
    }
    given = {kind for step, is_done in done.items() if is_done for kind in STEPS[step].stops}
    case.start([kind for kind in ANSWERS if kind not in given], start=case.cycle.started_at)


def regrade_clocks(case: UnitOfWork, before: Severity) -> None:
    """Running clocks get the earlier due time; what the policy asks for the graver severity begins."""
    for kind, clock in case.running.items():
        new = timing(kind, clock.started_at, case.row.facts, case.policy, case.calendar)
        if new is None or kind not in GRADED:
            continue
        due_at = regraded_due(clock.due_at, new, case.at, case.policy, case.calendar)
        first = "" if clock.began_as == case.row.severity else clock.began_as  # its cap stays (domain.md 4)
        if due_at == clock.due_at:
            clock.severity, clock.first_severity = case.row.severity, first
            clock.save(update_fields=["severity", "first_severity"])
            continue
        start = clock.started_at if due_at == new.due_at else case.at
        when = Timing(due_at, new.limit, levels(new.limit, start, due_at, case.policy, case.calendar))
        case.revise(
            clock, when, severity=case.row.severity, first_severity=first, limit=new.limit.text,
            policy=case.policy_version,
        )  # fmt: skip
    after = Severity(case.row.severity)
    begins = on_upgrade(after, case.policy) if after.weight > before.weight else ()
    if begins:
        # The urgent report has been asked for where the case was urgent before; answers are asked for anew.
        so_far = Q(severity=after) | Q(kind=ClockKind.URGENT_REPORT)
        ran = set(Clock.objects.filter(so_far, cycle=case.cycle).values_list("kind", flat=True))
        case.start([kind for kind in begins if kind not in ran])


def hurry(case: UnitOfWork) -> None:
    """Urgent from now on: the shorter limits count from this moment (`danger.follow` tells of it)."""
    for kind, clock in case.running.items():
        if case.policy.names(kind, "urgent"):
            new = timing(kind, case.at, case.row.facts, case.policy, case.calendar)
            if new and new.due_at < clock.due_at:
                case.revise(clock, new, limit=new.limit.text, policy=case.policy_version)
    if "acknowledged" not in case.past:
        case.apply_clocks("urgent")
