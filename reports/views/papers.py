"""PDFs of single cases, for whoever may see the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now as clock
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.actions import doors, parts_of, shows_complainant
from complaints.actions.parts import reads_phones
from complaints.models import Complaint, Extension, ReceiptLink, Revisit
from complaints.views import person_of
from complaints.views.bulletins import bulletins_for
from reports import papers
from reports.pdf import ReportError
from reports.views import file_answer


@login_required
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """With the code when the page that still knows the link posts it, or asks for a fresh one; else without.

    Only the fingerprint of a link is kept, so one that is lost cannot be printed again: a fresh one is
    made beside it. A link that is not this case's is left out.
    """
    now = clock()
    case, person = visible_case(request, number, now), person_of(request, now)
    token = request.POST.get("link", "").rstrip("/").rpartition("/")[2]
    if "fresh" in request.POST and doors.may_make_link(case, person):
        token = doors.make_receipt_link(case, at=now)
    known = ReceiptLink.objects.filter(complaint=case, token_sha256=doors.digest(token), revoked_at=None)
    link = settings.BASE_URL + reverse("receipt_link", args=[token]) if token and known.exists() else ""
    shows = shows_complainant(case, parts_of(case, person))
    return made(
        request,
        lambda: papers.receipt(case, link, now, case.complainant.language, shows_complainant=shows),
        f"{_('Receipt')}-{case.number}.pdf",
    )


@require_GET
@login_required
def case_sheet(request: HttpRequest, number: str) -> HttpResponse:
    now = clock()
    case = visible_case(request, number, now)
    parts = parts_of(case, person_of(request, now))
    shows, calls = shows_complainant(case, parts), reads_phones(case, parts)
    return made(
        request,
        lambda: papers.case_sheet(case, now, get_language(), shows_complainant=shows, reads_phones=calls),
        f"{_('Complaint handling sheet')}-{case.number}.pdf",
    )


@require_GET
@login_required
def extension_sheet(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    now = clock()
    people = ("complaint__estate", "clock", "requested_by", "decided_by", "oral_by")
    case = visible_case(request, number, now)
    extension = get_object_or_404(Extension.objects.select_related(*people), pk=pk, complaint=case)
    shows = shows_complainant(case, parts_of(case, person_of(request, now)))
    return made(
        request,
        lambda: papers.extension_sheet(extension, now, get_language(), shows_complainant=shows),
        f"{_('Extension sheet')}-{number}-{pk}.pdf",
    )


@require_GET
@login_required
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    now = clock()
    row = get_object_or_404(bulletins_for(person_of(request, now)), pk=pk)
    return made(
        request, lambda: papers.bulletin_sheet(row, now, get_language()), f"{_('Bulletin')}-{row.number}.pdf"
    )


@require_GET
@login_required
def revisit_sheet(request: HttpRequest, number: str, cycle: int) -> HttpResponse:
    now = clock()
    case = visible_case(request, number, now)
    revisit = get_object_or_404(
        Revisit.objects.select_related("cycle__complaint__estate", "by"),
        cycle__number=cycle,
        cycle__complaint=case,
    )
    shows = shows_complainant(case, parts_of(case, person_of(request, now)))
    return made(
        request,
        lambda: papers.revisit_sheet(revisit, now, get_language(), shows_complainant=shows),
        f"{_('Revisit sheet')}-{number}-{cycle}.pdf",
    )


def visible_case(request: HttpRequest, number: str, now: datetime) -> Complaint:
    """The case, or 404 for who may not know of it."""
    seen = Complaint.objects.visible_to(person_of(request, now)).select_related(
        "estate", "unit", "building", "category", "cause", "department", "first_receiver", "handler",
        "accountable", "complainant", "speaker",
    )  # fmt: skip
    return get_object_or_404(seen, number=number)


def made(request: HttpRequest, make: Callable[[], bytes], name: str) -> HttpResponse:
    """The file, or a page that says why there is none."""
    try:
        body = make()
    except ReportError as error:
        return render(request, "reports/failed.html", {"reason": str(error)}, status=503)
    return file_answer(body, name, "application/pdf", keep=False)
