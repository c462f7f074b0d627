"""Marks that say how grave a case is: set by whoever edits, taken back only as a wrong entry.

What was true stays on the record: a lawsuit that was won was started all the same, and a reporter who
lost interest has asked. Unticking is no way out of the clocks and grades that a mark has set going, so
a mark is taken back only where it was wrong from the beginning: by a supervisor or a manager, with the
reason. One rule for the edit form, the API and whoever else edits.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from complaints.policy import Channel
from complaints.statuses import JUDGES, Abnormal, WrongPerson
from config.framework.refusals import Refused

#: The marks of people, media, law, many and the circle. Columns of the complaint.
GRAVE = (
    "injury", "media_exposed", "media_asked", "media_threatened", "lawsuit_started", "lawsuit_threatened",
    "is_collective", "restricted",
)  # fmt: skip
#: Those of them by which the media come in; that they brought the case themselves is another.
OF_THE_MEDIA = frozenset({"media_exposed", "media_asked", "media_threatened", "channel"})


def taken_back(row: Complaint, changed: dict[str, Any]) -> list[str]:
    """The marks among the changes that stood on the case and would stand no longer."""
    marks = [mark for mark in GRAVE if changed.get(mark) is False and getattr(row, mark)]
    if row.channel == Channel.MEDIA and changed.get("channel", row.channel) != row.channel:
        marks.append("channel")
    return marks


def check_taken_back(case: UnitOfWork, marks: list[str], note: str) -> None:
    """Refuse to take a mark back unless a supervisor or manager says why it was wrong."""
    if not marks:
        return
    if not case.roles & JUDGES:
        raise WrongPerson(
            _(
                "%(mark)s: what was true stays on the record. A mark set by mistake is taken back by the"
                " supervisor or a manager, with the reason."
            )
            % {"mark": str(Complaint._meta.get_field(marks[0]).verbose_name)},
            field=marks[0],
        )
    if "restricted" in marks and case.row.abnormal == Abnormal.MARKED:
        raise Refused(
            _("The complaint is marked as abnormal: its circle ends with the mark."), field="restricted"
        )
    if not note.strip():
        raise Refused(_("Say why the mark was wrong."), field="note")
