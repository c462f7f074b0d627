"""A bulletin in words: what it says of the case, in the reader's language.

The issue keeps codes, ids and times; the matter itself is read from the case, so that an erased value is
gone from every bulletin too. Names no customer and no room: a bulletin goes further than its case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from complaints import notice_grade
from complaints.models import Bulletin
from complaints.policy import ClockKind, NoticeGrade, Severity
from complaints.statuses import Outcome, Status
from complaints.time_texts import moment
from complaints.timeline import people_named


@dataclass(frozen=True)
class Draft:
    """A bulletin that an act owes; it is written when everything else of the act is done."""

    why: Bulletin.Why
    words: dict[str, str] = field(default_factory=dict)


def facts(bulletin: Bulletin) -> list[tuple[str, str]]:
    """Label and words of every fact at the moment of issue. One query, for names."""
    case, said = bulletin.complaint, bulletin.facts
    zone = case.estate.zone
    names = people_named(
        said.get(part) or 0 for part in ("first_receiver", "handler", "accountable", "speaker")
    )
    status = str(Status(said["status"]).label)
    if said["outcome"]:
        status += f" · {Outcome(said['outcome']).label}"
    due = [
        (_("%(clock)s due") % {"clock": ClockKind(kind).label}, moment(datetime.fromisoformat(at), zone))
        for kind, at in sorted(said["due"].items(), key=lambda pair: pair[1])
    ]
    return [
        (_("Case"), case.number),
        (_("Estate"), str(case.estate)),
        (_("Place"), case.rough_where or "–"),
        (_("Category"), str(case.category or "–")),
        (_("Received at"), moment(case.received_at, zone, year=True)),
        (_("Severity"), str(Severity(said["severity"]).label) if said["severity"] else _("Not classified")),
        (_("Status"), status),
        (_("Cycle"), str(said["cycle"])),
        (_("Number of people"), str(said["people"])),
        *([(_("Signatories"), str(said["signed"]))] if said.get("signed") else []),
        (_("First receiver"), names.get(said["first_receiver"], "–")),
        (_("Handler"), names.get(said["handler"], "–")),
        (_("Responsible head"), names.get(said["accountable"], "–")),
        *([(_("Speaker"), names.get(said["speaker"], "–"))] if said.get("speaker") else []),
        *(
            [(_("Manager in person"), moment(datetime.fromisoformat(said["met_at"]), zone))]
            if said.get("met_at")
            else []
        ),
        *due,
    ]


def grade(bulletin: Bulletin) -> str:
    return str(NoticeGrade(bulletin.facts["grade"]).label)


def reasons(bulletin: Bulletin) -> list[str]:
    """Why the case had its grade, each with the number of its rule."""
    return notice_grade.in_words(bulletin.facts["reasons"])
