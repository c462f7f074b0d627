"""Papers of single cases: receipt, handling sheet, extension sheet, revisit sheet. Each raises ReportError.

Whoever calls has checked that the reader may see the case; `shows_complainant` says whether he may
read who complained and at which door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import segno
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from complaints import bulletin_texts, timeline
from complaints.actions.extension_reach import granted_on
from complaints.actions.promises import promises_to
from complaints.clocks import kept_how, limit_in_words
from complaints.models import Bulletin, Clock, Complaint, Extension, Revisit
from complaints.models.field_names import field_name
from complaints.pasted_order import customers_words
from complaints.policy import ClockKind, Severity
from complaints.promises import still_to_come
from complaints.site_visits import Agreed, State
from complaints.time_texts import span, window
from complaints.timeline_texts import CIRCLE_ONLY
from complaints.worktime import Limit
from reports import pdf
from staff.models import Company

#: A finished paper, or one still to be set.
Made = TypeVar("Made", bytes, str)
#: A case with more lines than this is read on the screen; the paper says how many it leaves out.
LONGEST_TIMELINE = 200


@dataclass(frozen=True)
class ClockLine:
    name: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    result: str
    extended: bool
    limit: str  # in words, with how it is kept


def receipt(case: Complaint, link: str, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """受理回执 for the customer; `link` is the address of his case, "" leaves the code out."""
    with override(language):
        return paper(
            "receipt",
            _("Receipt"),
            case,
            now,
            language,
            link=link,
            code=qr(link) if link else "",
            shows=shows_complainant,
            complainant=case.complainant.name if shows_complainant else "",
            said=customers_words(case.content),
            asked=wish_of(case),
            promises=promises_to(case),
            appointments=_appointments(case),
            hears=_hears(case, now),
        )


def _appointments(case: Complaint) -> list[str]:
    """When somebody comes to the customer, the next first."""
    coming = (
        case.site_visits.filter(state=State.PLANNED).exclude(agreed=Agreed.NONE).order_by("starts_at", "pk")
    )
    times = coming.values_list("starts_at", "ends_at")
    return [window(start, end, case.estate.zone, year=True) for start, end in times]


def _hears(case: Complaint, now: datetime) -> str:
    """What the customer hears next and by when; where every time has passed, that we are sorry."""
    told = promises_to(case)
    if coming := still_to_come(told, now):
        return coming[0].sentence(case.estate.zone)
    return (
        _("We have not kept this time, and we are sorry. Ask how it goes, or call us: we owe you an answer.")
        if told
        else ""
    )


def wish_of(case: Complaint) -> str:
    """What the customer asks for, in his words or in ours; that he wants to be heard goes without saying."""
    kinds = (Complaint.Demand.RESPECT, Complaint.Demand.IMPROVE, Complaint.Demand.COMPENSATE)
    return case.remedy_asked or (str(case.get_demand_display()) if case.demand in kinds else "")


def case_sheet(
    case: Complaint, now: datetime, language: str, *, shows_complainant: bool, reads_phones: bool = False
) -> bytes:
    """处理单: the whole case on paper, with the lines to sign.

    `reads_phones`: the phones of who complained and of the signatories stand there whole, else masked.
    """
    return _case_sheet(Sheet(case, shows_complainant, reads_phones), now, language, paper)


@dataclass(frozen=True)
class Sheet:
    """One case to be printed: whether who complained, and phones, stand there whole."""

    case: Complaint
    shows_complainant: bool
    reads_phones: bool


def case_sheets(sheets: Sequence[Sheet], now: datetime, language: str) -> bytes:
    """The sheets of several cases in one PDF, each with page numbers of its own."""
    return pdf.together([_case_sheet(sheet, now, language, page) for sheet in sheets], language)


def _case_sheet(sheet: Sheet, now: datetime, language: str, make: Callable[..., Made]) -> Made:
    case, shows_complainant, reads_phones = sheet.case, sheet.shows_complainant, sheet.reads_phones
    with override(language):
        # The owner signs it too: it says nothing of signs, mark and circle.
        # Most events name no clock: a plain exclude() would leave those out with it, unknown being no "no".
        of_the_mark = Q(kind__in=CIRCLE_ONLY) | Q(params__clock=ClockKind.ABNORMAL_REVIEW)
        told = case.events.exclude(pk__in=case.events.filter(of_the_mark).values("pk"))
        events = list(told.order_by("at", "pk")[: LONGEST_TIMELINE + 1])
        roles = [_("Received by"), _("Handled by"), _("Department head"), _("Supervisor"), _("Owner")]
        if case.severity == Severity.MAJOR:
            roles.append(_("General manager"))
        overruns = list(
            case.overruns.counted()
            .select_related("handler", "department", "reason", "explained_by", "decided_by")
            .order_by("pk")
        )
        if overruns:
            roles.append(_("Approver of the overrun"))
        return make(
            "case",
            pgettext("title of the paper", "Complaint handling sheet"),
            case,
            now,
            language,
            shows=shows_complainant,
            complainant=case.complainant if shows_complainant else None,
            respondents=list(case.respondents.select_related("user", "department")),
            signatories=list(case.signatories.listed()) if shows_complainant and case.signed else [],
            calls=reads_phones,
            amounts=list(
                case.compensations.select_related("proposed_by", "decided_by", "paid_by").order_by("pk")
            ),
            clocks=clock_lines(case, now),
            overruns=overruns,
            cycles=list(
                case.cycles.select_related(
                    "opinion_by",
                    "handled_by",
                    "replied_by",
                    "revisit",
                    "revisit__by",
                    "analysis__department",
                    "analysis__written_by",
                ).order_by("number")
            ),
            visits=case.site_visits.select_related("visitor", "complaint__estate").order_by("number"),
            follow_ups=case.follow_ups.select_related("department", "signed_by").order_by("pk"),
            entries=timeline.entries(events[:LONGEST_TIMELINE], case, reasons=False),  # paper goes anywhere
            more=len(events) > LONGEST_TIMELINE,
            evidence=case.evidence.exclude(state="withdrawn").count(),
            records=list(
                case.inquiries.filter(state="signed")
                .exclude(evidence__state="withdrawn")
                .order_by("number")
                .values_list("number", flat=True)
            ),
            roles=roles,
        )


def extension_sheet(extension: Extension, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """延期审批单: what was asked, why, and what was decided."""
    with override(language):
        return paper(
            "extension",
            _("Extension sheet"),
            extension.complaint,
            now,
            language,
            shows=shows_complainant,
            extension=extension,
            limit=limit_kept(extension.clock.kind, extension.clock.limit),
            files=extension.complaint.attachments.filter(is_list=False).count(),
            so_far=granted_on(
                extension.clock_id, extension.clock.extensions.filter(pk__lt=extension.pk).order_by("pk")
            ),
            roles=[_("Applicant"), _("Approver")],
        )


def bulletin_sheet(bulletin: Bulletin, now: datetime, language: str) -> bytes:
    """热点通报 or 重大快报: one issue, with who has read it so far."""
    with override(language):
        facts = bulletin_texts.facts(bulletin)
        return paper(
            "bulletin",
            str(bulletin.get_kind_display()),
            bulletin.complaint,
            now,
            language,
            shows=False,
            bulletin=bulletin,
            grade=bulletin_texts.grade(bulletin),
            reasons=bulletin_texts.reasons(bulletin),
            fact_rows=[facts[at : at + 2] for at in range(0, len(facts), 2)],
            copies=bulletin.copies.select_related("user").order_by("pk"),
        )


def revisit_sheet(revisit: Revisit, now: datetime, language: str, *, shows_complainant: bool) -> bytes:
    """回访单: satisfaction, the five questions; new opinions item by item, with what became of each (F3)."""
    with override(language):
        names = ["believed", "informed", "passed_around", "polite", "accused"]
        questions = [(field_name(Revisit, name), getattr(revisit, name)) for name in names]
        return paper(
            "revisit",
            _("Revisit sheet"),
            revisit.cycle.complaint,
            now,
            language,
            shows=shows_complainant,
            revisit=revisit,
            questions=questions,
            follow_ups=revisit.follow_ups.select_related("department", "done_by", "signed_by").order_by("pk"),
            roles=[_("Revisited by"), _("Department head")],
        )


def paper(
    kind: str,
    name: str,
    case: Complaint,
    now: datetime,
    language: str,
    *,
    shows: bool,
    style: str = "",
    **more: Any,
) -> bytes:
    return pdf.render(*_parts(kind, name, case, now, language, shows=shows, **more), style=style)


def page(
    kind: str, name: str, case: Complaint, now: datetime, language: str, *, shows: bool, **more: Any
) -> str:
    """The paper before it is set."""
    return pdf.page(*_parts(kind, name, case, now, language, shows=shows, **more))


def _parts(
    kind: str, name: str, case: Complaint, now: datetime, language: str, *, shows: bool, **more: Any
) -> tuple[str, dict[str, Any], str, str]:
    """Template, what it shows, language, title."""
    place = case.where if shows else case.rough_where
    context = {"case": case, "place": place, "name": name, "zone": case.estate.zone, "now": now, **more}
    context["company"] = Company.objects.first()
    return f"reports/{kind}_pdf.html", context, language, f"{name} {case.number}"


def clock_lines(case: Complaint, now: datetime) -> list[ClockLine]:
    return [
        ClockLine(
            str(clock.get_kind_display()), clock.started_at, clock.due_at, clock.stopped_at,
            result(clock, now), clock.extended, limit_kept(clock.kind, clock.limit),
        )
        for clock in Clock.objects.filter(complaint=case).order_by("started_at", "pk")
        if clock.kind != ClockKind.ABNORMAL_REVIEW
    ]  # fmt: skip


def limit_kept(kind: str, limit: str) -> str:
    """`3 days, as a rule`: how long, and whether that binds. What others set has no length of its own."""
    if kind == ClockKind.EXTERNAL:
        return kept_how(kind)
    words = {"limit": limit_in_words(Limit.parse(limit)), "how": kept_how(kind)}
    return _("%(limit)s, %(how)s") % words


def result(clock: Clock, now: datetime) -> str:
    """On time, late by how much, or still running."""
    end = clock.stopped_at or now
    if clock.breached_at or end > clock.due_at:
        return _("late by %(span)s") % {"span": span(end - (clock.breached_at or clock.due_at))}
    return _("on time") if clock.stopped_at else _("running")


def qr(link: str) -> SafeString:
    """The link as an inline drawing."""
    name = _("Scan to see how it goes")  # for those who have the paper read to them
    return mark_safe(segno.make(link, error="m").svg_inline(border=0, omitsize=True, title=name))  # noqa: S308
