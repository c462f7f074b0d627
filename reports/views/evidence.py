"""Evidence on paper, asked for: the list of a case, and a statement or record of questions to be signed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now as clock
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from complaints.actions import inquiries, roles_on
from complaints.actions.evidence import shown_to
from complaints.statuses import CaseRole
from complaints.views import person_of
from reports.views.papers import asked, visible_case
from staff.requests import StaffRequest


@require_GET
@login_required
def evidence_list(request: StaffRequest, number: str) -> HttpResponse:
    """For our own people: a firm reads what it has brought, on the screen."""
    now = clock()
    case, person = visible_case(request, number, now), person_of(request, now)
    if CaseRole.CONTRACTOR in roles_on(case, person):
        raise Http404
    rows = list(shown_to(person, case).order_by("number").values_list("pk", flat=True))
    name = f"{pgettext('title of the paper', 'Evidence list')}-{number}.pdf"
    return asked(request, "case", case, case.pk, name, now, days={"annex": "evidence", "rows": rows})


@require_GET
@login_required
def statement(request: StaffRequest, number: str, item: int) -> HttpResponse:
    now = clock()
    case, person = visible_case(request, number, now), person_of(request, now)
    row = get_object_or_404(shown_to(person, case), number=item, kind="statement")
    title = pgettext("title of the paper", "Customer's written statement")
    name = f"{title}-{number}-{item}.pdf"
    return asked(request, "case", case, row.pk, name, now, days={"annex": "statement", "rows": [row.pk]})


@require_GET
@login_required
def inquiry(request: StaffRequest, number: str, item: int) -> HttpResponse:
    """A draft too: it is read over on paper, and signed there."""
    now = clock()
    case, person = visible_case(request, number, now), person_of(request, now)
    row = get_object_or_404(inquiries.shown_to(person, case), number=item)
    title = pgettext("title of the paper", "Record of questions and answers")
    name = f"{title}-{number}-{item}.pdf"
    return asked(request, "case", case, row.pk, name, now, days={"annex": "inquiry", "rows": [row.pk]})
