"""What was handled late is explained, and decided on, mostly; the latest still wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints import actions
from complaints.management.demo.texts import OVERRUN_COMMENTS, OVERRUN_NOTES
from complaints.models import Overrun
from complaints.policy import Severity
from staff.prepared import Prepared

if TYPE_CHECKING:
    from complaints.management.demo.replay import Replay, Story

opened_after = Prepared(
    lambda last: (
        Overrun.objects.filter(pk__gt=last)
        .select_related("complaint__estate", "complaint__first_receiver", "explainer")
        .order_by("pk")
    )
)


def story(past: Replay, duty: Overrun) -> Story:
    """Explained within two days or not at all; three of four are accepted."""
    from complaints.management.demo.replay import DAY, HOUR

    dice, estate, case = past.dice, duty.complaint.estate, duty.complaint
    lately = past.now - duty.opened_at < 3 * DAY
    if duty.explainer is None or dice.random() < (0.4 if lately else 0.03):
        return
    yield (at := past._work_time(duty.opened_at + dice.uniform(0.5, 14) * HOUR, estate))
    reason = dice.choice(list(OVERRUN_NOTES))
    told: dict[str, object] = {"customer_told_at": duty.due_at, "customer_told_how": "phone"}
    if dice.random() < 0.3:
        told = {"not_told_because": "当天多次致电业主无人接听。"}
    explained = past._do(
        actions.explain_overrun, duty, reason=reason, note=OVERRUN_NOTES[reason], **told, by=duty.explainer,
        at=at,
    )  # fmt: skip
    if explained is None or dice.random() < (0.4 if lately else 0.04):
        return
    yield (at := past._work_time(at + dice.uniform(0.5, 20) * HOUR, estate))
    minor = duty.severity == Severity.MINOR
    by = past._who(case.estate, "jingli") if minor else past.company.general_manager
    if dice.random() < 0.75:
        past._do(actions.accept_overrun, duty, comment=OVERRUN_COMMENTS[0], by=by, at=at)
    else:
        past._do(actions.decline_overrun, duty, comment=dice.choice(OVERRUN_COMMENTS[1:]), by=by, at=at)
