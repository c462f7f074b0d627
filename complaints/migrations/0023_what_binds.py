"""Limits that bind can no longer be moved; the caps of a clock go by what it began with."""

from django.db import migrations
from django.utils.timezone import now

#: What could be extended before and can no longer be (domain.md 5).
EXTENDABLE = ("resolve", "reply", "apology", "revisit")
ASKED_FOR_TIME = ("extension_requested", "extension_waits", "oral_approval")


def keep_what_clocks_began_with(apps, schema_editor):
    """The severity of a clock that was re-graded, as the case's entries tell it.

    An unclassified case begins with what it was classified as first.
    """
    Clock, Event = apps.get_model("complaints", "Clock"), apps.get_model("complaints", "Event")
    graded = Event.objects.filter(kind__in=["classified", "regraded", "severity_raised"])
    changed = graded.filter(kind__in=["regraded", "severity_raised"]).values("complaint")
    entries = {}
    rows = graded.filter(complaint__in=changed).order_by("at", "pk")
    for case, kind, at, params in rows.values_list("complaint", "kind", "at", "params"):
        entries.setdefault(case, []).append((kind, at, params.get("severity", "")))
    clocks = Clock.objects.filter(complaint__in=entries).values_list(
        "pk", "complaint", "started_at", "severity"
    )
    for pk, case, started_at, severity in list(clocks):
        first = next((at for kind, at, _severity in entries[case] if kind == "classified"), None)
        if first is None:
            continue
        known = [to for _kind, at, to in entries[case] if at <= max(started_at, first)]
        if known and known[-1] and known[-1] != severity:
            Clock.objects.filter(pk=pk).update(first_severity=known[-1])


def end_requests_for_what_binds(apps, schema_editor):
    """Requests that wait on limits which no approval can move any more end; who asked is told why."""
    Extension, Event = apps.get_model("complaints", "Extension"), apps.get_model("complaints", "Event")
    Historical = apps.get_model("complaints", "HistoricalExtension")
    Notification = apps.get_model("complaints", "Notification")
    at = now()
    waiting = Extension.objects.filter(state="pending").exclude(clock__kind__in=EXTENDABLE)
    for request in waiting.select_related("clock"):
        request.state = "withdrawn"
        request.save(update_fields=["state"])
        kept = {
            field.attname: getattr(request, field.attname)
            for field in Extension._meta.concrete_fields
            if field.name != "remind_at"
        }
        Historical.objects.create(**kept, history_date=at, history_type="~")
        Event.objects.create(
            complaint_id=request.complaint_id, at=at, recorded_at=at, kind="extension_barred",
            params={"clock": request.clock.kind},
        )  # fmt: skip
        Notification.objects.filter(
            complaint_id=request.complaint_id, kind__in=ASKED_FOR_TIME, params__extension=request.pk,
            read_at=None,
        ).update(read_at=at)  # fmt: skip
        Notification.objects.create(
            user_id=request.requested_by_id, complaint_id=request.complaint_id, kind="extension_barred",
            params={"clock": request.clock.kind, "extension": request.pk}, created_at=at,
            key=f"barred:x{request.pk}",
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("complaints", "0022_customer_told_first")]

    operations = [
        migrations.RunPython(keep_what_clocks_began_with, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(end_requests_for_what_binds, migrations.RunPython.noop, elidable=True),
    ]
