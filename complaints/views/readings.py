"""Daily reading 阅签: a day of an estate, its cases and what was written into its logs; signed by one tap."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import get_default_timezone, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.actions import daily_readings as reading
from complaints.actions import files
from complaints.actions.current_policy import current_policy
from complaints.forms.readings import NoteForm, SignForm
from complaints.models import Attachment, Complaint, DailyReading, DayNote
from complaints.statuses import Outcome
from complaints.views import estate_of, estates_of, person_of
from complaints.views.lists.case_rows import in_words, values
from config.framework.refusals import Refused
from staff.models import Estate
from staff.permissions import Permissions
from staff.requests import StaffRequest
from staff.roles import MANAGERS

DAY = timedelta(days=1)
#: Of each list so many cases; all of them are in the queue.
SHOWN = 30


@login_required
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Leads to the day that waits: yesterday for who signs it, today for who writes."""
    at = now()
    person = person_of(request, at)
    places = estates_of(request, at)
    chosen = estate_of(request, at)
    keys = [chosen.pk] if chosen else [one.pk for one in places]
    mine = Estate.objects.filter(pk__in=[pk for pk in keys if reading.reads(person, pk)])
    estate = min(mine, key=lambda one: (one.has_ended(at), one.name), default=None)
    if estate is None:
        raise Http404
    today = at.astimezone(estate.zone).date()
    signs = "write" not in request.GET and reading.signs(person, estate.pk, current_policy().policy)
    return redirect("reading_day", estate.code, today - DAY if signs else today)


@login_required
@require_safe
def day(request: StaffRequest, code: str, day: date) -> HttpResponse:
    estate, person, at = _asked(request, code, day)
    return _page(request, estate, day, person, at, NoteForm(), SignForm())


@login_required
@require_POST
def write(request: StaffRequest, code: str, day: date) -> HttpResponse:
    estate, person, at = _asked(request, code, day)
    form = NoteForm(request.POST)
    kept, refused = files.kept_with(
        request.POST.getlist("kept"), request.FILES.getlist("files"), by=request.user, at=at
    )
    if form.is_valid() and not refused:
        said = form.arguments()
        wanted = said.pop("corrects")
        corrects = DayNote.objects.filter(pk=wanted, estate=estate, day=day).first() if wanted else None
        if wanted and corrects is None:
            raise Http404
        try:
            note = reading.write_day_note(
                estate=estate, day=day, corrects=corrects, files=kept, by=request.user, at=at, **said
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written into the log."))
            return redirect(f"{reverse('reading_day', args=[code, day])}#note-{note.pk}")
    for sentence in refused:
        form.add_error("files", sentence)
    return _page(request, estate, day, person, at, form, SignForm(), kept=kept, status=422)


@login_required
@require_POST
def sign(request: StaffRequest, code: str, day: date) -> HttpResponse:
    estate, person, at = _asked(request, code, day)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            reading.sign_day(estate=estate, day=day, by=request.user, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Signed."))
            waits = reading.unsigned([estate.pk], at.astimezone(estate.zone).date()).get(estate.pk)
            return redirect("reading_day", code, waits[-1] if waits else day)
    return _page(request, estate, day, person, at, NoteForm(), form, status=422)


def _asked(request: StaffRequest, code: str, day: date) -> tuple[Estate, Permissions, datetime]:
    """The estate, for who may read its days; no day that is still to come."""
    at = now()
    person = person_of(request, at)
    estate = Estate.objects.filter(code=code).first()
    if estate is None or not reading.reads(person, estate.pk) or day > at.astimezone(estate.zone).date():
        raise Http404
    return estate, person, at


def _page(
    request: StaffRequest,
    estate: Estate,
    day: date,
    person: Permissions,
    at: datetime,
    note_form: NoteForm,
    sign_form: SignForm,
    *,
    kept: Collection[Attachment] = (),
    status: int = 200,
) -> HttpResponse:
    today, policy = at.astimezone(estate.zone).date(), current_policy().policy
    notes = reading.notes_of(estate, day)
    signed = DailyReading.objects.filter(estate=estate, day=day).select_related("signed_by").first()
    waits = reading.unsigned([estate.pk], today).get(estate.pk, []) if policy.day_readers else []
    context: dict[str, Any] = {
        "estate": estate,
        "zone": estate.zone,
        "day": day,
        "before": day - DAY,
        "after": day + DAY if day < today else None,
        "lists": _lists(estate, day, person, at),
        "logs": _logs(list(notes)),
        "signed": signed,
        "unsigned": [one for one in waits if one != day],
        "is_unsigned": day in waits,
        "may_sign": signed is None
        and today - reading.SHOWN_BACK * DAY <= day < today
        and reading.signs(person, estate.pk, policy),
        "may_write": not estate.has_ended(at)
        and reading.may_write_on(day, estate, at)
        and reading.writes(person, estate.pk),
        "may_add": reading.writes(person, estate.pk),
        "note_form": note_form,
        "blank_form": NoteForm() if note_form.is_bound else note_form,
        "adds_to": note_form["corrects"].value() or "",
        "kept": kept,
        "sign_form": sign_form,
        "seen": len(notes),
    }
    return render(request, "complaints/reading_day.html", context, status=status)


def _logs(notes: list[DayNote]) -> list[tuple[str, list[tuple[DayNote, list[DayNote]]]]]:
    """By log its lines in the order they were written, each with what was added to it."""
    added: dict[int, list[DayNote]] = {}
    for note in notes:
        if note.corrects_id:
            added.setdefault(note.corrects_id, []).append(note)
    return [
        (
            str(kind.label),
            [
                (note, added.get(note.pk, []))
                for note in notes
                if note.kind == kind and note.corrects_id is None
            ],
        )
        for kind in DayNote.Kind
    ]


def _lists(estate: Estate, day: date, person: Permissions, at: datetime) -> list[dict[str, Any]]:
    """What came in, what was closed, what was late when the day ended and still is; wrong entries aside."""
    begin, end = (datetime.combine(one, time(), estate.zone) for one in (day, day + DAY))
    seen = Complaint.objects.visible_to(person).filter(estate=estate.pk).exclude(outcome=Outcome.VOID)
    on_it = Q(received_at__gte=begin, received_at__lt=end)
    closed = Q(closed_at__gte=begin, closed_at__lt=end)
    asked: list[tuple[str, QuerySet[Complaint], str]] = [
        (_("Received"), seen.filter(on_it).order_by("received_at", "pk"), _("Nothing came in.")),
        (_("Closed"), seen.filter(closed).order_by("closed_at", "pk"), _("Nothing was closed.")),
        (
            _("Overdue when the day ended, and still"),
            seen.overdue(min(end, at)).order_by("next_due_at", "pk"),
            _("Nothing was overdue that still is."),
        ),
    ]
    keys = [list(rows.values_list("pk", flat=True)) for _title, rows, _none in asked]
    wanted = {pk for some in keys for pk in some[:SHOWN]}
    found = {row["pk"]: row for row in values(*wanted)} if wanted else {}
    return [
        {
            "title": title,
            "n": len(some),
            "rows": in_words([found[pk] for pk in some[:SHOWN]], person, at),
            "more": max(0, len(some) - SHOWN),
            "none": none,
        }
        for (title, _rows, none), some in zip(asked, keys, strict=True)
    ]


def waiting_for(request: StaffRequest, person: Permissions, at: datetime) -> dict[str, Any]:
    """For the first page of who signs: where yesterday is not signed. One query where no log is kept."""
    if not person.everywhere() & MANAGERS:
        return {}
    places = {one.pk: one for one in estates_of(request, at) if person.roles_at(one.pk) & MANAGERS}
    waits = reading.unsigned(list(places), localtime(at, get_default_timezone()).date())
    policy = current_policy().policy if waits else None
    ours = Estate.objects.filter(pk__in=waits).exclude(ended_at__lte=at).order_by("name")
    found = []
    for estate in ours if policy else ():
        yesterday = at.astimezone(estate.zone).date() - DAY
        days = [one for one in waits[estate.pk] if one <= yesterday]
        if policy and yesterday in days and reading.signs(person, estate.pk, policy):
            found.append({"estate": estate, "day": yesterday, "more": len(days) - 1})
    return {"to_read": found}
