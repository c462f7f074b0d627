"""Cases in brief: each line with a short account of what it is about and what was done, as it stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Bulletin, Category, Clock, Complaint, Cycle
from complaints.policy import Channel, ClockKind
from owners.models import Building
from reports.figures import then
from reports.figures.brief_shapes import Brief, Briefs
from reports.figures.lists import as_then, case_line
from reports.figures.period import Period
from reports.figures.shapes import CaseLine, Cases

#: Characters of an account as a paper bears it; the case has all of it.
LONGEST = 140
#: More cases than this nobody reads one by one; the ledger has them all.
LISTED = 200


def briefs(
    pks: Sequence[int], period: Period, categories: dict[int, Category], buildings: dict[int, Building]
) -> Briefs:
    """Cases by key, in their order. A constant number of queries."""
    unlisted = period.unlisted(set(pks)) if pks else frozenset()
    listed = [pk for pk in pks if pk not in unlisted][:LISTED]
    cases = as_then(set(listed), period) if listed else {}
    due = then.running(period, listed) if listed else {}
    lines = []
    for pk in listed:
        case = cases[pk]
        category, building = categories.get(case.category_id or 0), buildings.get(case.building_id or 0)
        lines.append(case_line(case, due.get(pk), period, category, building))
    return Briefs(len(pks), _told(lines, period), sum(pk in unlisted for pk in pks))


def of_lines(cases: Cases, period: Period) -> Briefs:
    """Lines that another list has told already, with their accounts."""
    return Briefs(cases.total, _told(cases.lines, period), cases.withheld)


def _told(lines: Iterable[CaseLine], period: Period) -> tuple[Brief, ...]:
    lines = tuple(lines)
    if not lines:
        return ()
    now = Complaint.objects.filter(number__in=[line.number for line in lines])
    said = {
        number: (pk, channel, content, urgent)
        for pk, number, channel, content, urgent in now.values_list(
            "pk", "number", "channel", "content", "urgent"
        )
    }
    pks = [pk for pk, *_others in said.values()]
    if period.is_past:
        for version in then.as_they_stood(pks, period.as_of):
            said[version.number] = version.id, version.channel, version.content, version.urgent
    done = handling(pks, period.as_of)
    return tuple(
        Brief(
            line,
            channel=str(Channel(said[line.number][1]).label),
            account=short(said[line.number][2]),
            handling=done.get(said[line.number][0], ""),
            urgent=said[line.number][3],
        )
        for line in lines
    )


def handling(pks: Sequence[int], as_of: datetime) -> dict[int, str]:
    """What was written down by then of what was done: the result, else where its last bulletin says it
    stands, else the department's opinion; nothing where there is nothing. Three queries."""
    cycles = Cycle.objects.filter(complaint__in=pks, started_at__lt=as_of).order_by("number", "pk")
    last: dict[int, Cycle] = {cycle.complaint_id: cycle for cycle in cycles}
    recorded = dict(
        Clock.objects.filter(
            cycle__in=[cycle.pk for cycle in last.values()], kind=ClockKind.RESOLVE
        ).values_list("cycle", "stop_recorded_at")
    )
    bulletins: dict[int, Bulletin] = {
        bulletin.complaint_id: bulletin
        for bulletin in Bulletin.objects.filter(complaint__in=pks, issued_at__lt=as_of).order_by(
            "issue", "pk"
        )
    }
    found = {pk: _done(last.get(pk), recorded, bulletins.get(pk), as_of) for pk in pks}
    return {pk: words for pk, words in found.items() if words}


def _done(cycle: Cycle | None, recorded: dict[int, Any], bulletin: Bulletin | None, as_of: datetime) -> str:
    if cycle and cycle.handled_at and (recorded.get(cycle.pk) or cycle.handled_at) < as_of and cycle.result:
        return _("Handled: %(result)s") % {"result": short(cycle.result)}
    if bulletin and (words := " ".join(filter(None, (bulletin.state, bulletin.measures)))):
        return short(words)
    if cycle and cycle.opinion_at and cycle.opinion_at < as_of and cycle.department_opinion:
        return _("Department's opinion: %(words)s") % {"words": short(cycle.department_opinion)}
    return ""


def short(text: str) -> str:
    """On one line, as long as a paper bears it."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
