"""The papers of an objection 异议: laid down one by one, and the objection filed with them (X4; G16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
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
from staff.stand_ins import StandIns

LONGEST = 500
#: A form says the minute: what was laid down within it went along.
MINUTE = timedelta(minutes=1)


def period_of(case: Complaint) -> Clock | None:
    """The period for objecting that runs now, else the one that ran last; None: there is no finding."""
    return case.clocks.filter(kind=ClockKind.OBJECTION).order_by("-started_at", "-pk").first()


@dataclass(frozen=True)
class Filing:
    """One finding: its period, what is there of each item, and when the objection went out, if it did."""

    period: Clock
    papers: list[ObjectionPaper]
    filed_at: datetime | None

    @property
    def is_waived(self) -> bool:
        """Whether the period ended and nothing was filed."""
        return self.period.stopped_at is not None and self.filed_at is None


def filings_of(case: Complaint) -> list[Filing]:
    """Every finding with its papers, the newest first. Four queries, however many."""
    periods = list(case.clocks.filter(kind=ClockKind.OBJECTION).order_by("-started_at", "-pk"))
    if not periods:
        return []
    papers: dict[int, list[ObjectionPaper]] = defaultdict(list)
    for paper in _with_all(ObjectionPaper.objects.filter(finding__in=periods)):
        papers[paper.finding_id].append(paper)
    went = case.events.filter(kind="objection_filed").values_list("at", flat=True)
    filed = [max(at, period.started_at) for period in periods for at in went]
    return [
        Filing(period, papers[period.pk], period.stopped_at if period.stopped_at in filed else None)
        for period in periods
    ]


def papers_of(period: Clock) -> list[ObjectionPaper]:
    """What is there for one finding, with files and people. Two queries."""
    return list(_with_all(ObjectionPaper.objects.filter(finding=period)))


def _with_all(rows: QuerySet[ObjectionPaper]) -> QuerySet[ObjectionPaper]:
    beside = ("document", "evidence__complaint", "of_case", "entered_by")
    return rows.select_related(*beside).prefetch_related("files")


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
    revision: int = 0,
    by: User,
    at: datetime,
) -> ObjectionPaper:
    """What is there of one item, in the place of what was said before; nobody's file is thrown away.

    Exactly one of the four is said. `revision`: the version this person has before him, 0 while there is
    none. Raises Refused at the field it is about.
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
    if revision != (row.revision if row.pk else 0):
        raise Refused(
            _("%(who)s has laid down this paper meanwhile. Look at it, then send yours again.")
            % {"who": row.entered_by if row.pk else "–"}
        )
    if row.pk:
        row.revision += 1
    row.zh, row.en = document.zh, document.en
    row.evidence, row.of_case, row.not_needed_because = evidence, of_case, because
    row.has_files = bool(files)
    row.laid = sorted([file.pk, file.sha256] for file in files)
    row.entered_at, row.entered_by = at, by
    row._history_user, row._history_date = by, at
    row.save()
    lay_with_objection(row, files)
    params = _said_of(row)
    case.record("paper_not_needed" if because else "paper_laid", because, **params)
    case.commit()
    return row


def _said_of(row: ObjectionPaper) -> dict[str, Any]:
    """What the entry says of a version: its files by key and digest, or the item of evidence."""
    params: dict[str, Any] = {"paper": [row.zh, row.en], "revision": row.revision}
    of_case = [[row.of_case.pk, row.of_case.sha256]] if row.of_case else []
    if files := row.laid or of_case:
        params["files"] = files
    if row.evidence:
        params["item"] = row.evidence.number
    return params


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
    What was there is named in the entry as the list called it then; what was laid down here only after it
    had gone out, apart.
    """
    case = done_earlier(complaint, "object", note=note, by=by, at=at, done_at=done_at)
    if not expert.strip():
        raise Refused(_("Name the person who faces the regulator for us."), field="expert")
    period = case.running[ClockKind.OBJECTION]
    lacking = open_items(period)
    names = [str(item) for item in lacking]
    rules.check_filing(names, incomplete_because, _roles_then(case), period.due_at, case.at)
    went, later = _gone_with_it(period, case.at if done_at is None else case.at + MINUTE)
    case.record("objection_filed", note, expert=expert.strip(), papers=went, later_papers=later)
    if lacking:
        missing = [[item.zh, item.en] for item in lacking]
        case.record("objection_incomplete", incomplete_because, papers=missing)
    return case.commit()


def _roles_then(case: UnitOfWork) -> frozenset[Any]:
    """What whoever files was on the case when it went out. A query or two where that was earlier."""
    if case.at == case.recorded_at or case.by is None:
        return case.roles
    then = StandIns.load(case.at, [case.row.estate])
    return roles_on(case.row, then.permissions_of(case.by))


def _gone_with_it(period: Clock, before: datetime) -> tuple[list[list[str]], list[list[str]]]:
    """Names of the papers in force: those there before a moment, in whatever version, and the others."""
    versions = ObjectionPaper.history.filter(finding=period, entered_at__lte=before, not_needed_because="")
    there = set(versions.values_list("id", flat=True))
    rows = [row for row in papers_of(period) if not row.not_needed_because and not row.is_withdrawn]
    names = [(row.pk in there, [row.zh, row.en]) for row in rows]
    return [name for was, name in names if was], [name for was, name in names if not was]
