"""Reports are asked for, made and issued here, and nowhere else."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.framework.refusals import Refused
from reports.calendar_rules import duties
from reports.duties import OFF_UNLESS_ASKED, SHAPES, DuePeriod, DueState, Level, ReportKind
from reports.kinds import WRITERS
from reports.models import DueReport, IssuedReport
from reports.pdf import ReportError
from reports.public_drafts import check_fresh
from reports.readers import check_readable, readers_of, unlisted_for
from reports.scopes import Scope, all_scopes, find, scopes_of
from staff.models import User
from staff.permissions import permissions_of

log = logging.getLogger(__name__)
State = IssuedReport.State
#: Said of a time that has not begun.
NOT_BEGUN = {
    ReportKind.DAILY: gettext_lazy("This day has not begun."),
    ReportKind.HALF_MONTHLY: gettext_lazy("This half of a month has not begun."),
    ReportKind.MONTHLY: gettext_lazy("This month has not begun."),
    ReportKind.QUARTERLY: gettext_lazy("This quarter has not begun."),
    ReportKind.ANNUAL: gettext_lazy("This year has not begun."),
    ReportKind.PUBLIC_LIST: gettext_lazy("This month has not begun."),
    ReportKind.WARRANTY: gettext_lazy("These days have not begun."),
    ReportKind.CONTRACTORS: gettext_lazy("This month has not begun."),
}
#: A worker that has been silent for so long is taken for dead; two documents take less.
LEASE = timedelta(minutes=3)


@transaction.atomic
def ask(user: User, scope: Scope, kind: str, period: DuePeriod, language: str, now: datetime) -> IssuedReport:
    """Put a report in line; asking again while it is being made gives the same one.

    Raises Refused.
    """
    if kind not in WRITERS:
        raise Refused(_("The product makes no such report."), field="kind")
    mine = find(scopes_of(permissions_of(user, now)), scope.code)
    if mine is None:
        raise Refused(_("Reports on %(scope)s are for its managers.") % {"scope": scope.name})
    _check_asked_for(ReportKind(kind), mine)
    if period.first > now.astimezone(scope.estates[0].zone).date():
        raise Refused(str(NOT_BEGUN[ReportKind(kind)]), field="day")
    if not mine.in_month(period.first):
        raise Refused(
            _("%(scope)s is no longer ours in this time: its last report is of the time it ended in.")
            % {"scope": mine.name},
            field="day",
        )
    return put_in_line(mine, kind, period, language, now, user)


def _check_asked_for(kind: ReportKind, scope: Scope) -> None:
    """Not every paper is made of every scope, nor where the company has not decided for it."""
    if Level(scope.code.partition("-")[0]) not in SHAPES[kind].levels:
        raise Refused(_("%(kind)s is not asked for of this.") % {"kind": kind.label}, field="scope")
    if kind in OFF_UNLESS_ASKED and not is_switched_on(kind, scope.code):
        raise Refused(
            _(
                "“%(kind)s” is switched off for %(scope)s. An administrator switches it on in the report "
                "calendar's settings."
            )
            % {"kind": kind.label, "scope": scope.name},
            field="kind",
        )


def is_switched_on(kind: ReportKind, code: str) -> bool:
    """Whether the calendar asks for this kind of this scope."""
    duty = duties().get((kind, code))
    return duty is not None and duty.is_on


def put_in_line(
    scope: Scope, kind: str, period: DuePeriod, language: str, now: datetime, user: User | None
) -> IssuedReport:
    """The next version, or the one in line already; no user: the report calendar asks for it."""
    (report,) = put_all_in_line([Wanted(kind, scope, period)], language, now, user)
    return report


@dataclass(frozen=True)
class Wanted:
    """A report to be put in line."""

    kind: str
    scope: Scope
    period: DuePeriod

    @property
    def name(self) -> Name:
        return self.kind, self.scope.code, self.period.first


Name = tuple[str, str, date]  # kind, scope, first day


def put_all_in_line(
    wanted: Sequence[Wanted], language: str, now: datetime, user: User | None
) -> list[IssuedReport]:
    """As `put_in_line`, of several at once and in their order. Three queries; made singly six each."""
    if not wanted:
        return []
    known = _newest(wanted, language)
    finished = {name: row.version for name, row in known.items() if not row.is_unfinished}
    new = [
        IssuedReport(
            kind=one.kind,
            scope=one.scope.code,
            scope_name=one.scope.name,
            starts_on=one.period.first,
            ends_on=one.period.last,
            language=language,
            version=finished.get(one.name, 0) + 1,
            asked_at=now,
            asked_by=user,
        )
        for one in wanted
        if one.name in finished or one.name not in known
    ]
    if new:
        # Somebody asked for the same at the same moment: his is the one.
        IssuedReport.objects.bulk_create(new, ignore_conflicts=True)
        known = _newest(wanted, language)
    return [known[one.name] for one in wanted]


def _newest(wanted: Sequence[Wanted], language: str) -> dict[Name, IssuedReport]:
    """The last version of each there is: one that is in line is always the last."""
    kinds, scopes, days = ({one.name[n] for one in wanted} for n in range(3))
    rows = IssuedReport.objects.select_for_update(no_key=True).filter(
        kind__in=kinds, scope__in=scopes, starts_on__in=days, language=language
    )
    rows = rows.order_by("version").defer("figures")
    return {(row.kind, row.scope, row.starts_on): row for row in rows}


def waits() -> bool:
    return IssuedReport.objects.filter(state=State.ASKED).exists()


def make_waiting(now: datetime) -> int:
    """Make what is in line, the oldest first; returns how many were taken up."""
    made = 0
    while report := take(now):
        make(report)
        made += 1
    return made


@transaction.atomic
def take(now: datetime) -> IssuedReport | None:
    """The oldest report in line, or one whose worker died; marked, so that nobody else makes it."""
    waiting = Q(state=State.ASKED) | Q(state=State.WORKING, started_at__lt=now - LEASE)
    report = (
        IssuedReport.objects.select_for_update(skip_locked=True).filter(waiting).order_by("asked_at").first()
    )
    if report:
        report.state, report.started_at, report.progress = State.WORKING, now, 5
        report.save(update_fields=["state", "started_at", "progress"])
    return report


class TakenOver(Exception):
    """This worker was silent for longer than its lease, and another has the report now."""


def make(report: IssuedReport) -> None:
    """Count, draw and write the report taken; whatever goes wrong, it ends as failed with a reason.

    A worker that comes back after its lease, when another has taken the report over, leaves no trace.
    """
    try:
        with translation.override(report.language):
            write(report)
    except TakenOver:
        log.warning("Report %s was taken over by another worker.", report.key)
    except (ReportError, Refused) as error:
        fail(report, str(error))
    except Exception as error:
        fail(report, _("An unexpected error (%(kind)s).") % {"kind": type(error).__name__})
        raise


def write(report: IssuedReport) -> None:
    at = report.started_at
    if at is None:
        raise ValueError("A report is written once a worker has taken it up.")
    scopes = scopes_of(permissions_of(report.asked_by, at)) if report.asked_by else all_scopes()
    scope = find(scopes, report.scope)
    if scope is None:
        raise Refused(_("%(person)s no longer reads these figures.") % {"person": report.asked_by})
    readers = readers_of(scope, at)
    writer, zone = WRITERS[report.kind], scope.estates[0].zone
    figures = writer.figures(
        scope.in_month(report.starts_on) or scope.estates,
        report.starts_on,
        report.ends_on,
        at,
        scope.name,
        unlisted_for(*readers),
    )
    advance(report, 30, figures=asdict(figures))
    pdf = writer.pdf(figures, zone, report)
    advance(report, 80)
    sheet = writer.workbook(figures, zone)
    report.pdf.save(f"{report.key}.pdf", ContentFile(pdf), save=False)
    report.xlsx.save(f"{report.key}.xlsx", ContentFile(sheet), save=False)
    try:
        advance(
            report,
            100,
            pdf=report.pdf.name,
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            xlsx=report.xlsx.name,
            xlsx_sha256=hashlib.sha256(sheet).hexdigest(),
            state=State.DONE,
        )
    except TakenOver:
        report.pdf.delete(save=False)
        report.xlsx.delete(save=False)
        raise


def advance(report: IssuedReport, progress: int, **changes: object) -> None:
    """Write how far it is: the page that waits shows it. Raises TakenOver."""
    if not held(report).update(progress=progress, **changes):
        raise TakenOver


def fail(report: IssuedReport, reason: str) -> None:
    held(report).update(state=State.FAILED, reason=reason[:300])


def held(report: IssuedReport) -> QuerySet[IssuedReport]:
    """Its row, as long as it is the one this worker took: nobody has taken it again since."""
    return IssuedReport.objects.filter(pk=report.pk, state=State.WORKING, started_at=report.started_at)


@transaction.atomic
def issue(report: IssuedReport, user: User, now: datetime, *, due: DueReport | None = None) -> IssuedReport:
    """Send a finished report out under a manager's name; from here on it is frozen.

    `due`: the report of the calendar whose paper it is: what is due there is signed there. Raises Refused.
    """
    row = IssuedReport.objects.select_for_update().get(pk=report.pk)
    person = permissions_of(user, now)
    scope = find(scopes_of(person), row.scope)
    if scope is None or not scope.may_issue(person):
        raise Refused(_("Reports are issued by a supervisor, the property manager or the general manager."))
    check_readable(row, person)
    if due is None and due_for(row):
        raise Refused(_("This report stands in the report calendar: it is checked and signed there."))
    if row.issued_at:
        raise Refused(_("This version was already issued by %(person)s.") % {"person": row.issued_by})
    if row.state != State.DONE:
        raise Refused(_("Only a finished report can be issued."))
    if row.started_at is None or row.started_at < row.days.bounds(scope.estates[0].zone)[1]:
        raise Refused(
            _("This version was made before its time had ended: it can be read, not issued. Make a new one.")
        )
    check_fresh(row, now)
    row.supersedes = (
        IssuedReport.objects.filter(
            kind=row.kind,
            scope=row.scope,
            starts_on=row.starts_on,
            language=row.language,
            issued_at__isnull=False,
        )
        .order_by("-issued_at")
        .first()
    )
    row.issued_at, row.issued_by = now, user
    row.save(update_fields=["issued_at", "issued_by", "supersedes"])
    return row


def due_for(report: IssuedReport) -> DueReport | None:
    """The report of the calendar by which this one is signed; once out, it may be had in another language."""
    due = DueReport.objects.filter(kind=report.kind, scope=report.scope, starts_on=report.starts_on)
    row = due.exclude(state=DueState.EXCUSED).select_related("paper__made").first()
    if row is None or row.done_at is None:
        return row
    another = row.paper and row.paper.made and row.paper.made.language != report.language
    return None if another else row
