"""The audit: wrong log-ins, refusals, exports, phones shown whole. For auditors and administrators."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone, localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.views import person_of
from complaints.views.keyset import Order
from staff.authority import Authority
from staff.models import AuditRow, Posting, User
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
    day = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Everything")), *AuditRow.Kind.choices]
        self.fields["person"].queryset = people


def reads_audit(person: Authority) -> bool:
    return bool(person.everywhere() & BYSTANDERS)


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Newest first, a page at a time; the cost does not grow with the rows."""
    form, rows = _asked(request)
    page = NEWEST_FIRST.page(rows, request.GET, read=_with_people)
    context = {"form": form, "page": page, "lines": page.rows, "zone": get_current_timezone()}
    return render(request, "complaints/audit.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same rows as a table for Excel. Taking it out is itself a row."""
    form, rows = _asked(request)
    if form.errors:
        return render(request, "complaints/audit.html", {"form": form, "lines": []}, status=422)
    found = rows.select_related("user").order_by("-at", "-pk")[:MOST]
    response = StreamingHttpResponse(_table(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{localtime(now()):%Y%m%d}.csv"'
    return response


def _asked(request: HttpRequest) -> tuple[AuditForm, QuerySet[AuditRow]]:
    """The rows this person may read, as the form narrows them. Raises Http404 for anybody else."""
    person = person_of(request, now())
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
        return form, rows.none()
    said = form.cleaned_data
    if said["kind"]:
        rows = rows.filter(kind=said["kind"])
    if said["person"]:
        rows = rows.filter(user=said["person"])
    if said["day"]:
        first, last = _bounds(said["day"])
        rows = rows.filter(at__gte=first, at__lt=last)
    return form, rows


def _bounds(day: date) -> tuple[datetime, datetime]:
    """A day of the company's own zone."""
    first = datetime.combine(
        min(max(day, date(2000, 1, 1)), date(2100, 1, 1)), time(), get_current_timezone()
    )
    return first, first + timedelta(days=1)


def _with_people(*rows: int) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(pk__in=rows).select_related("user")


class _Echo:
    """What csv writes comes back as text."""

    def write(self, text: str) -> str:
        return text


def _table(rows: QuerySet[AuditRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it Excel takes UTF-8 for the local code page
    yield writer.writerow([_("When"), _("Who"), _("What"), _("On what"), _("From where")])
    for row in rows.iterator(chunk_size=500):
        who = f"{row.user} ({row.user.username})" if row.user else ""
        yield writer.writerow(
            map(
                _inert,
                (
                    f"{localtime(row.at):%Y-%m-%d %H:%M:%S}",
                    who,
                    row.get_kind_display(),
                    row.about,
                    row.address,
                ),
            )
        )


def _inert(value: object) -> str:
    """A cell that Excel will not take for a formula."""
    text = str(value)
    return "'" + text if text[:1] in "=+-@\t\r\n＝＋－＠" and text else text
