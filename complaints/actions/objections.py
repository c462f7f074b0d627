"""The papers of an objection 异议: laid down one by one, and the objection filed with them (X4; G16)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import objections as rules
from complaints.actions.arguments import done_earlier
from complaints.actions.evidence import shown_to
from complaints.actions.files import lay_with_objection
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import roles_on
from complaints.actions.vocabulary import objection_documents
from complaints.evidence import State
from complaints.models import Attachment, Clock, Complaint, Evidence, ObjectionDocument, ObjectionPaper
from complaints.policy import ClockKind
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions

LONGEST = 500


def period_of(case: Complaint) -> Clock | None:
    """The period for objecting that runs now, else the one that ran last; None: there is no finding."""
    return case.clocks.filter(kind=ClockKind.OBJECTION).order_by("-started_at", "-pk").first()


def papers_of(period: Clock) -> list[ObjectionPaper]:
    """What is there for one finding, with files and people. Two queries."""
    rows = ObjectionPaper.objects.filter(finding=period)
    return list(rows.select_related("evidence__complaint", "of_case", "entered_by").prefetch_related("files"))


def open_items(period: Clock) -> list[ObjectionDocument]:
    """Items of the company's list of which nothing is there yet, or only what was withdrawn as evidence."""
    there = ObjectionPaper.objects.filter(finding=period).exclude(evidence__state=State.WITHDRAWN)
    done = set(there.values_list("document", flat=True))
    return [item for item in objection_documents() if item.pk not in done]


def refusal(case: Complaint, person: Permissions, period: Clock | None) -> Refused | None:
    """Why he lays down no paper now."""
    if period is None or period.stopped_at is not None:
        return WrongStatus(_("There is no finding to object to."))
    if not rules.may_lay(roles_on(case, person)):
        return WrongPerson(_("The papers of an objection are laid down by whoever works on the case."))
    return None


@transaction.atomic
def lay_paper(
    complaint: Complaint,
    document: ObjectionDocument,
    *,
    files: Collection[Attachment] = (),
    evidence: Evidence | None = None,
    of_case: Attachment | None = None,
    not_needed_because: str = "",
    by: User,
    at: datetime,
) -> ObjectionPaper:
    """What is there of one item, in the place of what was said before; nobody's file is thrown away.

    Exactly one of the four is said. Raises Refused at the field it is about.
    """
    case = UnitOfWork(complaint, None, by=by, at=at)
    period = case.running.get(ClockKind.OBJECTION)
    person = case.stand_ins.permissions_of(by)
    if fault := refusal(case.row, person, period):
        raise fault
    because = not_needed_because.strip()
    ways = [bool(files), evidence is not None, of_case is not None, bool(because)]
    if sum(ways) != 1:
        raise Refused(
            _("Add a file, choose one the case has, or say why it is not needed: one of the three.")
        )
    if len(because) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field="not_needed_because")
    if (
        evidence
        and not shown_to(person, case.row).filter(pk=evidence.pk).exclude(state=State.WITHDRAWN).exists()
    ):
        raise Refused(_("Choose from the list."), field="evidence")
    if of_case and of_case.complaint_id != case.row.pk:
        raise Refused(_("Choose from the list."), field="of_case")
    row = ObjectionPaper.objects.filter(finding=period, document=document).first() or ObjectionPaper(
        complaint=case.row, finding=period, document=document
    )
    row.zh, row.en = document.zh, document.en
    row.evidence, row.of_case, row.not_needed_because = evidence, of_case, because
    row.has_files = bool(files)
    row.entered_at, row.entered_by = at, by
    row._history_user, row._history_date = by, at
    row.save()
    lay_with_objection(row, files)
    params: dict[str, Any] = {"paper": [document.zh, document.en]}
    case.record("paper_not_needed" if because else "paper_laid", because, **params)
    case.commit()
    return row


@transaction.atomic
def object_to_finding(
    complaint: Complaint,
    *,
    note: str,
    expert: str,
    incomplete_because: str = "",
    by: User,
    at: datetime,
    done_at: datetime | None = None,
) -> Complaint:
    """The objection went out: who, knowing policy and matter, faces the regulator for us; what went with it.

    Every item of the list is there or not needed; `incomplete_because`: why the general manager files now.
    What was there is named in the entry as the list called it then.
    """
    case = done_earlier(complaint, "object", note=note, by=by, at=at, done_at=done_at)
    if not expert.strip():
        raise Refused(_("Name the person who faces the regulator for us."), field="expert")
    period = case.running[ClockKind.OBJECTION]
    lacking = open_items(period)
    rules.check_filing(
        [str(item) for item in lacking], incomplete_because, case.roles, period.due_at, case.at
    )
    papers = [[row.zh, row.en] for row in papers_of(period) if not row.not_needed_because]
    case.record("objection_filed", note, expert=expert.strip(), papers=papers)
    if lacking:
        missing = [[item.zh, item.en] for item in lacking]
        case.record("objection_incomplete", incomplete_because, papers=missing)
    return case.commit()
