"""Is everything running? For the alarm outside, for the administrator, for the first page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from complaints.health import (
    FAILURES_COUNT_FOR,
    JOBS,
    STARTING_FOR,
    SWEEP_IS_LATE,
    Health,
    is_starting,
    late_jobs,
    timers,
    years_unknown,
)
from complaints.models import OutboxMessage, SweepMark
from complaints.time_texts import span
from complaints.views import person_of
from complaints.views.office.outbox import sends_again
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import Role

#: As many estates as a warning names.
NAMED = 3
MAY_LOOK = frozenset({Role.ADMINISTRATOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER, Role.AUDITOR})


def sentences(health: Health) -> list[str]:
    """What somebody must look after; empty when all is well."""
    found = []
    if health.sweep_is_late:
        found.append(not_watched(health.swept))
    elif health.levels_wait and health.unfired:
        found.append(
            _("A deadline passed %(time)s ago and nobody has been told yet.") % {"time": span(health.unfired)}
        )
    if health.clocks_differ:
        found.append(
            _(
                "This machine's clock and the database's differ by %(time)s: "
                "nothing is escalated, sent, reminded or deleted until both agree."
            )
            % {"time": span(health.skew)}
        )
    if health.set_aside:
        found.append(
            ngettext(
                "The deadlines of %(n)s case cannot be watched: tell whoever runs this system.",
                "The deadlines of %(n)s cases cannot be watched: tell whoever runs this system.",
                health.set_aside,
            )
            % {"n": health.set_aside}
        )
    if health.grades_aside:
        found.append(
            ngettext(
                "The notice grade of %(n)s case cannot be weighed: tell whoever runs this system.",
                "The notice grades of %(n)s cases cannot be weighed: tell whoever runs this system.",
                health.grades_aside,
            )
            % {"n": health.grades_aside}
        )
    elif health.grades_wait and health.unweighed:
        found.append(
            _("A notice grade should have been weighed %(time)s ago.") % {"time": span(health.unweighed)}
        )
    if health.late_jobs:
        found.append(jobs_fail(health.late_jobs))
    if health.messages_wait and health.unsent:
        found.append(
            _("A message has been waiting for %(time)s. Check the mail settings and the worker.")
            % {"time": span(health.unsent)}
        )
    if health.failed:
        found.append(not_sent(health.failed))
    return found


def not_watched(swept: timedelta | None) -> str:
    """No sweep for so long, or never."""
    if swept is None:
        return _("The clocks are not watched: no sweep has run yet. Start the worker and beat.")
    return _(
        "No clock has been watched for %(time)s: what is overdue reaches nobody. Start worker and beat."
    ) % {"time": span(swept)}


def not_sent(failed: int) -> str:
    return _("%(n)s messages could not be sent in the last 7 days. Check the mail settings.") % {"n": failed}


def jobs_fail(jobs: Collection[str]) -> str:
    return _("Part of the watching fails (%(jobs)s): tell whoever runs this system.") % {
        "jobs": pgettext("between names", ", ").join(str(JOBS[job]) for job in jobs)
    }


def calendars_missing(person: Permissions, at: datetime) -> list[str]:
    """Years of his estates whose holidays nobody has entered, in sentences. One query."""
    found = []
    for year, names in years_unknown(at, None if person.company else list(person.estates)).items():
        named = pgettext("between names", ", ").join(names[:NAMED])
        if len(names) > NAMED:
            named = _("%(names)s and %(n)s more") % {"names": named, "n": len(names) - NAMED}
        found.append(
            _(
                "No holidays of %(year)s are known for %(estates)s: working days are counted as if there were"
                " none. Enter them under Settings, Estates, Working time and holidays."
            )
            % {"year": year, "estates": named}
        )
    return found


def _figures(health: Health) -> list[tuple[str, str, bool, str]]:
    """What it is, how it stands, whether that is wrong, and how it should stand."""
    never, none = _("never"), _("none")
    return [
        (_("Last sweep"), _ago(health.swept, never), health.sweep_is_late, _("every 30 seconds")),
        (
            _("Oldest deadline nobody was told of"),
            _ago(health.unfired, none),
            health.levels_wait,
            _("none, or for some seconds"),
        ),
        (
            _("Last round of sending"),
            _ago(health.sent, never),
            health.sent is None or health.sent > timedelta(minutes=2),
            _("every 10 seconds"),
        ),
        (
            _("Oldest message not sent"),
            _ago(health.unsent, none),
            health.messages_wait,
            _("none, or for some seconds"),
        ),
        (_("Messages given up in 7 days"), str(health.failed), bool(health.failed), "0"),
        (_("Cases set aside"), str(health.set_aside), bool(health.set_aside), "0"),
        (
            _("Oldest notice grade not weighed"),
            _ago(health.unweighed, none),
            health.grades_wait,
            _("none, or for some seconds"),
        ),
        (
            _("Cases whose notice grade was set aside"),
            str(health.grades_aside),
            bool(health.grades_aside),
            "0",
        ),
        (
            _("Parts of the watching that fail"),
            str(len(health.late_jobs)),
            bool(health.late_jobs),
            "0",
        ),
        (
            _("This machine's clock astray"),
            _("%(n)s s") % {"n": f"{abs(health.skew.total_seconds()):.1f}"},
            health.clocks_differ,
            _("less than 2 minutes"),
        ),
    ]


@login_required
def timer_health(request: StaffRequest) -> HttpResponse:
    """The figures behind the alarm, each with what it should be."""
    at = now()
    person = person_of(request, at)
    if not person.everywhere() & MAY_LOOK:
        raise PermissionDenied
    health = timers(at)
    context = {
        "sentences": sentences(health),
        "starting_for": span(STARTING_FOR) if health.is_starting and not health.swept else "",
        "calendars": calendars_missing(person, at),
        "figures": _figures(health),
    }
    return render(request, "complaints/office/health.html", context)


def _ago(length: timedelta | None, otherwise: str) -> str:
    if length is None:
        return otherwise
    if length < timedelta(minutes=1):
        return _("%(n)s s") % {"n": max(0, round(length.total_seconds()))}
    return span(length)


def healthz(request: HttpRequest) -> JsonResponse:
    """503 when the database is gone or the timers are stale; why, only to those who may look.

    An installation that has just begun is well until its first sweep is overdue (`STARTING_FOR`).
    """
    at: datetime = now()
    try:
        health = timers(at)
        facts: dict[str, object] = {"ok": not health.is_stale}
        if (
            request.user.is_authenticated
            and person_of(cast(StaffRequest, request), at).everywhere() & MAY_LOOK
        ):
            facts |= _facts(health, years_unknown(at))
    except DatabaseError:
        return _answer({"ok": False}, 503)
    return _answer(facts, 503 if health.is_stale else 200)


def _facts(health: Health, unknown: dict[int, list[str]]) -> dict[str, object]:
    def seconds(length: timedelta | None) -> int | None:
        return None if length is None else round(length.total_seconds())

    return {
        "state": "stale" if health.is_stale else "starting" if health.is_starting else "running",
        "last_sweep_seconds": seconds(health.swept),
        "oldest_unfired_level_seconds": seconds(health.unfired),
        "oldest_unsent_message_seconds": seconds(health.unsent),
        "failed_messages": health.failed,
        "cases_set_aside": health.set_aside,
        "oldest_unweighed_grade_seconds": seconds(health.unweighed),
        "grades_set_aside": health.grades_aside,
        "late_jobs": list(health.late_jobs),
        "clock_skew_seconds": seconds(health.skew),
        # A warning, no alarm: the timers run.
        "years_without_holidays": {str(year): len(names) for year, names in unknown.items()},
    }


def _answer(facts: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(facts, status=status, headers={"Cache-Control": "no-store"})


def watch(person: Permissions, at: datetime) -> list[str]:
    """What somebody must look after, in sentences; empty when all is well. Two queries.

    What the reader can mend himself leads there.
    """
    sentences = []
    marks = dict(SweepMark.objects.values_list("job", "last_ok"))
    last = marks.get("sweep")
    if last is None and not is_starting(marks, at) or last and at - last > SWEEP_IS_LATE:
        sentences.append(not_watched(at - last if last else None))
    if late := late_jobs(marks, at):
        sentences.append(jobs_fail(late))
    failed = messages_failed(at - FAILURES_COUNT_FOR)
    if failed:
        sentence = not_sent(failed)
        if sends_again(person):
            sentence = format_html('<a href="{}">{}</a>', reverse("settings_messages"), sentence)
        sentences.append(sentence)
    return sentences


def messages_failed(since: datetime) -> int:
    return OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED, created_at__gte=since).count()
