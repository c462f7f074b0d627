"""What the tables of overruns say of each: who, why, and what the approver said to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Complaint, Overrun, PolicyVersion
from complaints.policy import POLICY_1, Severity
from complaints.time_texts import moment
from reports.figures.counts import placed
from reports.figures.late import Asked, Late
from reports.figures.overrun_shapes import OverrunLine
from reports.figures.period import Period
from staff.roles import Role

#: A text of a person, as long as a line of a table bears it; the case has all of it.
LONGEST = 160


class Words:
    """The lines of some late deadlines, in the active language. Three queries where there are any."""

    def __init__(self, period: Period, found: Sequence[Late]) -> None:
        self.period = period
        self.zones = {pk: zone for zone, estates in period.zones.items() for pk in estates}
        self.cases: dict[int, Any] = {}
        self.overruns: dict[int, Any] = {}
        if not found:
            return
        versions = Complaint.history.filter(history_id__among=[line.version for line in found])
        for version in versions.select_related("handler", "department"):
            self.cases[version.history_id] = version
        # An explanation may be corrected until it is decided on: what counts is the word of then.
        ended = {pk: period.ended(zone) for pk, zone in self.zones.items()}
        said = Overrun.history.filter(clock__among=[line.clock for line in found])
        for one in said.select_related("complaint", "reason", "decided_by").order_by(
            "history_date", "history_id"
        ):
            if one.history_date < ended[one.complaint.estate_id] and one.state != Overrun.State.DROPPED:
                self.overruns[one.clock_id] = one
        newest = PolicyVersion.objects.order_by("-number").first()
        self.policy = newest.policy if newest else POLICY_1

    def line(self, late: Late) -> OverrunLine:
        case = self.cases[late.version]
        return OverrunLine(
            number=case.number,
            estate=self.period.names[case.estate_id],
            severity=str(Severity(case.severity).label) if case.severity else _("Not classified"),
            due_at=late.missed,
            done_at=late.done_at,
            late=(late.done_at or self.period.ended(self.zones[case.estate_id])) - late.missed,
            handler=str(case.handler or ""),
            department=placed(self.period, case.department) if case.department else "",
            explanation=self.explanation(late),
            approver=self.approver(late, case),
        )

    def explanation(self, late: Late) -> str:
        """What was said by `as_of` about why it took longer; and in words where nothing was."""
        parts = []
        request = late.answer or late.unanswered
        if request:
            parts.append(_("asked for more time: %(why)s") % {"why": told(request.reason, request.note)})
        overrun = self.overruns.get(late.clock)
        if overrun and overrun.explained_at:
            parts.append(told(str(overrun.reason), overrun.note))
        elif late.done_at and (overrun or not late.answer):
            parts.append(_("not yet explained") if overrun else _("no explanation was asked for"))
        elif not late.done_at and not request:
            parts.append(_("nobody asked for more time"))
        return _("; ").join(parts)

    def approver(self, late: Late, case: Any) -> str:
        """Who decides on it, with his word by `as_of`."""
        parts = []
        if late.answer:
            parts.append(self.answered(late.answer, case))
        elif late.unanswered:
            parts.append(
                _("%(role)s: asked for more time, not answered") % {"role": Role(late.unanswered.role).label}
            )
        overrun = self.overruns.get(late.clock)
        if overrun and late.done_at:
            parts.append(self.decided(overrun))
        elif not parts:
            role = self.policy.approver(Severity(case.severity or Severity.MINOR))
            parts.append(_("%(role)s: was not asked") % {"role": role.label})
        return _("; ").join(parts)

    def answered(self, request: Asked, case: Any) -> str:
        assert request.decided_at is not None  # noqa: S101 (an answer has its time)
        said = {
            "person": request.decided_by,
            "at": moment(request.decided_at, self.zones[case.estate_id]),
        }
        if request.state == "declined":
            return _("%(person)s declined more time on %(at)s") % said
        return _("%(person)s granted more time too late, on %(at)s") % said

    def decided(self, overrun: Any) -> str:
        if not overrun.decided_at:
            return _("%(role)s: not yet decided") % {"role": Role(overrun.approver_role).label}
        if overrun.state == Overrun.State.ACCEPTED:
            said = _("%(person)s: explanation accepted") % {"person": overrun.decided_by}
        else:
            said = _("%(person)s: explanation not accepted") % {"person": overrun.decided_by}
        return told(said, overrun.comment)


def told(reason: str, note: str) -> str:
    """A reason with what was written about it."""
    note = " ".join(note.split())
    note = note if len(note) <= LONGEST else note[:LONGEST] + "…"
    return f"{reason} · {note}" if note else reason
