"""What rows written before the columns of 0035 tell of them: from versions, entries, levels and approvals."""

from collections import defaultdict

from django.db import migrations
from django.db.models import F, Min, OuterRef, Subquery

#: Entries of acts that may be written down later than they were done, and stop or begin clocks.
DONE_EARLIER = ("handled", "replied", "answered", "apologised", "media_answered", "external_answered")


def tell(apps, _schema):
    model = {name: apps.get_model("complaints", name) for name in (
        "Complaint", "HistoricalComplaint", "Clock", "ClockRevision", "Deadline", "Event", "Extension",
        "HistoricalExtension", "CalendarMove",
    )}
    versions = model["HistoricalComplaint"].objects.filter(id=OuterRef("pk")).order_by("-history_date")
    model["Complaint"].objects.update(changed_at=Subquery(versions.values("history_date")[:1]))
    taken_back = model["HistoricalExtension"].objects.filter(id=OuterRef("pk"), state="withdrawn").order_by()
    model["Extension"].objects.filter(state="withdrawn").update(
        withdrawn_at=Subquery(taken_back.values("id").annotate(at=Min("history_date")).values("at"))
    )
    clocks = model["Clock"].objects
    late = model["Complaint"].objects.filter(registered_at__gt=F("received_at"))
    for pk, received_at, registered_at in late.values_list("pk", "received_at", "registered_at"):
        clocks.filter(complaint=pk, started_at=received_at).update(recorded_at=registered_at)
    entries = model["Event"].objects.filter(kind__in=DONE_EARLIER, recorded_at__gt=F("at"))
    for case, at, recorded_at in entries.values_list("complaint", "at", "recorded_at").iterator(2000):
        clocks.filter(complaint=case, stopped_at=at).update(stop_recorded_at=recorded_at)
        clocks.filter(complaint=case, started_at=at, recorded_at=None).update(recorded_at=recorded_at)
    keys = list(clocks.filter(revision__gt=1).order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), 500):
        write_revisions(model, keys[first : first + 500])


def write_revisions(model, keys):
    """When each due time gave way to the next: an approval, a calendar, else a change of the severity."""
    clocks = list(model["Clock"].objects.filter(pk__in=keys))
    dues = defaultdict(dict)
    levels = model["Deadline"].objects.filter(clock__in=keys, level="over")
    for clock, revision, due_at in levels.values_list("clock", "revision", "due_at"):
        dues[clock][revision] = due_at
    moved = defaultdict(list)  # clock: (new due time, when it was set, by an approval)
    granted = model["Extension"].objects.filter(clock__in=keys, state="approved")
    for clock, due_at, at in granted.values_list("clock", "granted_due_at", "decided_at"):
        moved[clock].append((due_at, at, True))
    by_calendar = model["CalendarMove"].objects.filter(clock__in=keys)
    for clock, due_at, at in by_calendar.values_list("clock", "new_due_at", "change__made_at"):
        moved[clock].append((due_at, at, False))
    regraded, before = defaultdict(list), {}
    cases = {clock.complaint_id for clock in clocks}
    versions = model["HistoricalComplaint"].objects.filter(id__in=cases).order_by("history_date", "history_id")
    for case, severity, at in versions.values_list("id", "severity", "history_date"):
        if before.setdefault(case, severity) != severity:
            regraded[case].append(at)
        before[case] = severity
    rows = []
    for clock in clocks:
        extended, since = False, clock.started_at
        known = {1: clock.first_due_at} | dues[clock.pk]
        for revision in range(1, clock.revision):
            due_at, following = known.get(revision), known.get(revision + 1, clock.due_at)
            if due_at is None:
                continue
            set_at = [(at, yes) for new, at, yes in moved[clock.pk] if new == following and at >= since]
            if not set_at:  # each change of the severity set one due time at most
                later = [at for at in regraded[clock.complaint_id] if at > since or at == clock.started_at == since]
                set_at = [(at, False) for at in later[:1]]
            until, by_approval = min(set_at, default=(since, False))
            was_missed = clock.breached_at is not None and clock.breached_at <= until
            rows.append(model["ClockRevision"](
                clock=clock, until=until, due_at=due_at, extended=extended,
                breached_at=clock.breached_at if was_missed else None,
            ))
            extended, since = extended or by_approval, until
    model["ClockRevision"].objects.bulk_create(rows)


class Migration(migrations.Migration):

    dependencies = [('complaints', '0035_months_as_they_ended')]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop, elidable=True)]
