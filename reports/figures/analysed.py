"""Cases of notice grade major and hot, one by one: what happened, what was done, what they teach (F14, T42).

Lessons are not made up here: they are what the cases hold, as it had been written down when the time ended.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Category, Cause, Cycle, Event, FollowUp
from complaints.policy import NoticeGrade
from owners.models import Building
from reports.figures import lists, then
from reports.figures.accounts import handling, short
from reports.figures.overrun_shapes import OverrunLine, Overruns
from reports.figures.period import Period, rows
from reports.figures.wide_shapes import Analysed, AnalysedCases

GRAVE = """
WITH {spans}, stood AS (
  SELECT c.id, c.received_at, s.starts AS starts, {cols}
  {touched} {version}
  WHERE {known} AND c.outcome <> 'void'
)
SELECT id, grade FROM stood WHERE grade IN ({grades}) AND (closed_at IS NULL OR closed_at >= starts)
ORDER BY CASE grade WHEN 'major' THEN 0 ELSE 1 END, received_at, id
"""
#: What was done, in the words of who did it.
DONE = ("acted", "handled")


def analysed(period: Period, overruns: Overruns) -> AnalysedCases:
    """Open at any moment of the period, and hot or major when it ended. Ten queries or so."""
    statement = GRAVE.format(
        spans=then.spans(period),
        touched=then.TOUCHED,
        version=then.version(period),
        known=then.known(period),
        cols=then.cols(period, "grade", "closed_at"),
        grades=lists.quoted(lists.GRAVE_GRADES),
    )
    found = dict(rows(statement, period))
    unlisted = period.unlisted(set(found))
    pks = [pk for pk in found if pk not in unlisted][: lists.LISTED]
    written = Written(period, pks, overruns)
    return AnalysedCases(
        total=len(found),
        lines=tuple(written.line(pk, found[pk]) for pk in pks),
        withheld=sum(pk in unlisted for pk in found),
        major=sum(grade == NoticeGrade.MAJOR for grade in found.values()),
    )


@dataclass
class Kept:
    """What stands in one case."""

    content: str = ""
    cause: int | None = None
    done: list[Any] = field(default_factory=list)
    rounds: list[Any] = field(default_factory=list)
    opinions: int = 0


class Written:
    """What had been written down of some cases when the period ended, in the active language."""

    def __init__(self, period: Period, pks: list[int], overruns: Overruns) -> None:
        self.period = period
        self.cases = lists.as_then(set(pks), period, "content", "cause_id")
        self.due = then.running(period, pks) if pks else {}
        self.categories, self.causes = Category.objects.in_bulk(), Cause.objects.in_bulk()
        self.buildings = Building.objects.filter(estate__in=[e.pk for e in period.estates]).in_bulk()
        self.late: dict[str, list[OverrunLine]] = defaultdict(list)
        for table in overruns.tables:
            for line in table.lines:
                self.late[line.number].append(line)
        self.kept: dict[int, Kept] = defaultdict(Kept)
        self.told = handling(pks, period.as_of)
        self._read(pks)

    def _read(self, pks: list[int]) -> None:
        ended = {pk: self.period.ended(zone) for zone, of in self.period.zones.items() for pk in of}

        def by_then(case: int, at: datetime) -> bool:
            return at < ended[self.cases[case].estate_id]

        for pk, case in self.cases.items():
            self.kept[pk].content, self.kept[pk].cause = case.content, case.cause_id
        for event in Event.objects.filter(complaint__in=pks, kind__in=DONE).order_by("at", "pk"):
            if event.note.strip() and by_then(event.complaint_id, event.recorded_at):
                self.kept[event.complaint_id].done.append(event)
        for cycle in Cycle.objects.filter(complaint__in=pks).order_by("complaint", "number"):
            if by_then(cycle.complaint_id, cycle.started_at):
                self.kept[cycle.complaint_id].rounds.append(cycle)
        for pk, at in FollowUp.objects.filter(complaint__in=pks).values_list("complaint", "raised_at"):
            self.kept[pk].opinions += by_then(pk, at)

    def line(self, pk: int, grade: str) -> Analysed:
        case, kept = self.cases[pk], self.kept[pk]
        category = self.categories.get(case.category_id or 0)
        building = self.buildings.get(case.building_id or 0)
        cause = self.causes.get(kept.cause or 0)
        return Analysed(
            line=lists.case_line(case, self.due.get(pk), self.period, category, building),
            grade=str(NoticeGrade(grade).label),
            account=short(kept.content),
            handling=self.handling(pk),
            cause=str(cause) if cause else "",
            lessons=tuple(self.lessons(pk)),
        )

    def handling(self, pk: int) -> str:
        """What was last written down as done; else what the half-monthly report says of it."""
        done = self.kept[pk].done
        return short(done[-1].note) if done else self.told.get(pk, "")

    def lessons(self, pk: int) -> list[str]:
        """What the department found; that it came back; why it was late; new opinions at the revisit."""
        case, kept, found = self.cases[pk], self.kept[pk], []
        ended = self.period.as_of
        opinions = [
            one.department_opinion for one in kept.rounds
            if one.department_opinion and one.opinion_at and one.opinion_at < ended
        ]  # fmt: skip
        if opinions and (words := short(opinions[-1])) not in self.handling(pk):
            found.append(_("The department finds: %(words)s") % {"words": words})
        again = len(kept.rounds) - 1
        if again > 0:
            said = ngettext("Came back %(n)s time: %(why)s", "Came back %(n)s times: %(why)s", again)
            found.append(said % {"n": again, "why": kept.rounds[-1].get_why_display()})
        found += [
            _("Overdue without approval: %(why)s") % {"why": line.explanation}
            for line in self.late[case.number]
        ]
        if kept.opinions:
            said = ngettext(
                "%(n)s new opinion after the reply", "%(n)s new opinions after the reply", kept.opinions
            )
            found.append(said % {"n": kept.opinions})
        return found
