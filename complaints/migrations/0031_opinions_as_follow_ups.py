"""New opinions of earlier revisits become follow-ups; what waits for a signature gets its clock."""

from datetime import timedelta

from django.db import migrations
from django.db.models import Q

THREE_DAYS, DAY = timedelta(days=3), timedelta(days=1)


def move(apps, schema_editor):
    Revisit = apps.get_model("complaints", "Revisit")
    opinions = Revisit.objects.exclude(new_opinion="").select_related("cycle__complaint").order_by("pk")
    for revisit in opinions.iterator(chunk_size=500):
        case = revisit.cycle.complaint
        follow_up = write_down(apps, revisit, case)
        if follow_up.ended_at is None:
            start_clock(apps, follow_up, case)


def write_down(apps, revisit, case):
    """The opinion as it was raised, and, as a later version, with its signature.

    A signature said that the head had taken note of it and ended it; what was done was not written down.
    """
    FollowUp = apps.get_model("complaints", "FollowUp")
    Version = apps.get_model("complaints", "HistoricalFollowUp")
    raised = {
        "complaint_id": case.pk,
        "cycle_id": revisit.cycle_id,
        "revisit_id": revisit.pk,
        "source": "revisit" if revisit.by_id else "rating",
        "words": revisit.new_opinion,
        "department_id": case.department_id,
        "raised_at": revisit.at,
        "raised_by_id": revisit.by_id,
        "due_at": revisit.at + THREE_DAYS,
    }
    signed = {"signed_at": revisit.signed_at, "signed_by_id": revisit.signed_by_id}
    signed |= {"ended_at": revisit.signed_at or (case.closed_at if case.outcome == "void" else None)}
    follow_up = FollowUp.objects.create(**raised, **signed)
    Version.objects.create(
        id=follow_up.pk, **raised, history_date=revisit.at, history_type="+", history_user_id=revisit.by_id
    )
    if revisit.signed_at:
        Version.objects.create(
            id=follow_up.pk,
            **raised,
            **signed,
            history_date=revisit.signed_at,
            history_type="~",
            history_user_id=revisit.signed_by_id,
        )
    return follow_up


def start_clock(apps, follow_up, case):
    """Its three days from the revisit; what has passed of them is told once the timers run."""
    Clock = apps.get_model("complaints", "Clock")
    Deadline = apps.get_model("complaints", "Deadline")
    Complaint = apps.get_model("complaints", "Complaint")
    Policy = apps.get_model("complaints", "PolicyVersion")
    policy = Policy.objects.order_by("-number").first()
    if policy is None:
        return
    clock = Clock.objects.create(
        complaint_id=case.pk,
        cycle_id=follow_up.cycle_id,
        kind="follow_up",
        follow_up_id=follow_up.pk,
        policy=policy,
        severity=case.severity or "minor",
        limit="3 days",
        started_at=follow_up.raised_at,
        first_due_at=follow_up.due_at,
        due_at=follow_up.due_at,
    )
    levels = {
        "warning": follow_up.raised_at + THREE_DAYS * 0.75,
        "over": follow_up.due_at,
        "day_over": follow_up.due_at + DAY,
    }
    Deadline.objects.bulk_create(
        Deadline(clock=clock, revision=1, level=level, due_at=at, state="pending") for level, at in levels.items()
    )
    sooner = Q(next_due_at=None) | Q(next_due_at__gt=clock.due_at)
    Complaint.objects.filter(sooner, pk=case.pk).update(next_due_at=clock.due_at, next_due_kind="follow_up")


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0030_follow_ups"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
