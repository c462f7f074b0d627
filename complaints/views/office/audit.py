"""The audit: who tried, read or took out what, in sentences. For auditors and administrators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone, localtime, now
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints import case_numbers
from complaints.views import person_of
from complaints.views.lists.keyset import Order
from complaints.views.office.audit_words import Line, Words
from config.framework.client_addresses import UNKNOWN
from config.framework.csv_tables import BEGINNING, CONTENT_TYPE, csv_line
from config.framework.typed_dates import DayInput
from staff.audit import KEPT_YEARS, kept_since, taken_out
from staff.models import AuditRow, Posting, User
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import BYSTANDERS

NEWEST_FIRST = Order("at", newest_first=True)
#: Rows of one file; more days are taken out one after the other.
MOST = 20_000


class AuditForm(forms.Form):
    """What is looked for."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    person = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Who"), required=False, empty_label=gettext_lazy("Everybody")
    )
    day = forms.DateField(label=gettext_lazy("Date"), required=False, widget=DayInput())
    case = forms.CharField(label=gettext_lazy("Case number"), required=False, max_length=40)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Everything")), *AuditRow.Kind.choices]
        self.fields["person"].queryset = people

    def clean_case(self) -> str:
        """As it is kept; however it was typed."""
        said = self.cleaned_data["case"]
        number = case_numbers.clean(said) or ""
        if said and not number:
            raise forms.ValidationError(_("That is no case number. Example: JX-2026-000018."))
        return number


def reads_audit(person: Permissions) -> bool:
    return bool(person.everywhere() & BYSTANDERS)


@login_required
@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    """Newest first, a page at a time; the cost does not grow with the rows."""
    at = now()
    form, rows, person = _asked(request, at)
    page = NEWEST_FIRST.page(rows, request.GET, read=_with_people)
    context = {
        "form": form,
        "page": page,
        "lines": Words(page.rows, person).lines(),
        "zone": get_current_timezone(),
        "kept_since": kept_since(at),
        "years": KEPT_YEARS,
    }
    return render(request, "complaints/office/audit.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """The same rows as a table for Excel. Taking it out is itself a row."""
    at = now()
    form, rows, person = _asked(request, at)
    if form.errors:
        return render(request, "complaints/office/audit.html", {"form": form, "lines": []}, status=422)
    said = form.cleaned_data
    taken_out(
        request,
        "audit_export",
        case=said["case"],
        filters=urlencode({name: said[name] for name in ("kind", "day") if said[name]}),
    )
    found = rows.filter(at__lte=at).select_related("user").order_by("-at", "-pk")[:MOST]
    language = get_language() or settings.LANGUAGE_CODE
    response = StreamingHttpResponse(_table(found, person, language), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="audit-{localtime(at):%Y%m%d}.csv"'
    return response


def _asked(request: StaffRequest, at: datetime) -> tuple[AuditForm, QuerySet[AuditRow], Permissions]:
    """The rows this person may read, as the form narrows them. Raises Http404 for anybody else."""
    person = person_of(request, at)
    if not reads_audit(person):
        raise Http404
    people, rows = User.objects.order_by("name", "pk"), AuditRow.objects.all()
    if not person.company & BYSTANDERS:  # of an estate: what its people did
        own = [pk for pk, roles in person.estates.items() if roles & BYSTANDERS]
        here = Q(estate__in=own) | Q(department__estate__in=own)
        people = people.filter(Exists(Posting.objects.filter(here, user=OuterRef("pk"))))
        rows = rows.filter(user__in=people.order_by().values("pk"))
    form = AuditForm(request.GET, people=people)
    if not form.is_valid():
        return form, rows.none(), person
    said = form.cleaned_data
    if said["kind"]:
        rows = rows.filter(kind=said["kind"])
    if said["person"]:
        rows = rows.filter(user=said["person"])
    if said["case"]:
        rows = rows.filter(case=said["case"])
    if said["day"]:
        first, last = _bounds(said["day"])
        rows = rows.filter(at__gte=first, at__lt=last)
    return form, rows, person


def _bounds(day: date) -> tuple[datetime, datetime]:
    """A day of the company's own zone."""
    first = datetime.combine(
        min(max(day, date(2000, 1, 1)), date(2100, 1, 1)), time(), get_current_timezone()
    )
    return first, first + timedelta(days=1)


def _with_people(*rows: int) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(pk__in=rows).select_related("user")


def _table(rows: QuerySet[AuditRow], person: Permissions, language: str) -> Iterator[str]:
    """Written after the view has ended, so in its language by name; so many rows at once are put in words."""
    with override(language):
        heads = [
            *(_("When"), _("Who"), _("User name"), _("What"), _("In words"), _("Details")),
            *(_("Case"), _("Times"), _("From where")),
        ]
        yield BEGINNING + csv_line(heads)
    for some in batched(rows.iterator(chunk_size=500), 500):
        with override(language):
            written = [csv_line(_cells(line)) for line in Words(some, person).lines()]
        yield from written


def _cells(line: Line) -> tuple[object, ...]:
    row = line.row
    return (
        f"{localtime(row.at):%Y-%m-%d %H:%M:%S}",
        row.user or "",
        row.user.username if row.user else "",
        row.get_kind_display(),
        line.words,
        line.more,
        row.case,
        row.times,
        "" if row.address == UNKNOWN else row.address,
    )


def batched(rows: Iterable[AuditRow], size: int) -> Iterator[list[AuditRow]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
