"""Daily reading 阅签 for programs: a day's logs and who signed it; writing into them, and signing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.actions import daily_readings as reading
from complaints.actions import files
from complaints.actions.current_policy import current_policy
from complaints.api.answers import StaffCall, body_of, checked
from complaints.api.cases import attachments_of, key_of
from complaints.api.schema import KEY, serializers_of
from complaints.api.shapes import name_of, username
from complaints.api.words import AttachmentShape
from complaints.forms.readings import NoteForm, SignForm
from complaints.models import DailyReading, DayNote
from complaints.views import person_of
from config.framework.request_guard import whole_number
from staff.models import Estate

DAY = timedelta(days=1)


class DayNoteShape(serializers.ModelSerializer):
    """A line of a log; never rewritten: `corrects` names the line that an addition belongs to."""

    kind = serializers.CharField(help_text="duty or patrol.")
    written_by = username("written_by")
    written_by_name = name_of("written_by")
    files = AttachmentShape(many=True)

    class Meta:
        model = DayNote
        fields = ["id", "kind", "words", "corrects", "written_by", "written_by_name", "written_at", "files"]


class ReadingShape(serializers.Serializer):
    """A day of an estate: its logs, and who has read and signed it."""

    estate = serializers.CharField()
    day = serializers.DateField()
    notes = DayNoteShape(many=True)
    signed_by = serializers.CharField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField()
    may_write = serializers.BooleanField()
    may_sign = serializers.BooleanField()


def found(request: StaffCall, code: str, day: date, at: datetime) -> Estate:
    """The estate, for who may read its days; 404 else, and for a day still to come."""
    estate = Estate.objects.filter(code=code).first()
    if estate is None or not reading.reads(person_of(request, at), estate.pk):
        raise Http404
    if day > at.astimezone(estate.zone).date():
        raise Http404
    return estate


def shown(request: StaffCall, estate: Estate, day: date, at: datetime, code: int = 200) -> Response:
    """The day as it is now. A constant number of queries."""
    person, policy = person_of(request, at), current_policy().policy
    today = at.astimezone(estate.zone).date()
    signed = DailyReading.objects.filter(estate=estate, day=day).select_related("signed_by").first()
    is_open = not estate.has_ended(at) and reading.may_write_on(day, estate, at)
    said = {
        "estate": estate.code,
        "day": day,
        "notes": list(reading.notes_of(estate, day)),
        "signed_by": signed.signed_by.username if signed else None,
        "signed_at": signed.signed_at if signed else None,
        "remark": signed.remark if signed else "",
        "may_write": is_open and reading.writes(person, estate.pk),
        "may_sign": signed is None
        and today - reading.SHOWN_BACK * DAY <= day < today
        and reading.signs(person, estate.pk, policy),
    }
    return Response(ReadingShape(said).data, status=code)


class Reading(APIView):
    """One day of an estate."""

    @extend_schema(operation_id="readings_read", responses=ReadingShape)
    def get(self, request: StaffCall, code: str, day: date) -> Response:
        at = now()
        return shown(request, found(request, code, day, at), day, at)


class ReadingNotes(APIView):
    """The logs of one day."""

    @extend_schema(
        operation_id="readings_write",
        request=serializers_of(NoteForm, "DayNote", but=("key",)),
        responses={201: ReadingShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, code: str, day: date) -> Response:
        """Write a line into a log, with photos as multipart/form-data; the same key writes once."""
        at = now()
        estate = found(request, code, day, at)
        with timezone.override(estate.zone):
            sent = body_of(request)
            form = NoteForm({})
            checked(form, {name: said for name, said in sent.items() if name != "files"}, but=("key",))
            said: dict[str, Any] = form.arguments() | {"key": key_of(request)}
            corrects = self._corrected(said.pop("corrects"), estate, day, sent)
            kept = attachments_of(request, sent, at)
            try:
                reading.write_day_note(
                    estate=estate, day=day, corrects=corrects, files=kept, by=request.user, at=at, **said
                )
            finally:
                files.discard(kept)  # those of a refusal or a retry: a line keeps its own
        return shown(request, estate, day, at, status.HTTP_201_CREATED)

    def _corrected(self, pk: int, estate: Estate, day: date, sent: dict[str, Any]) -> DayNote | None:
        asked = sent.get("corrects")
        if asked in (None, ""):
            return None
        row = (
            DayNote.objects.filter(pk=pk, estate=estate, day=day).first()
            if whole_number(f"{asked}")
            else None
        )
        if row is None:
            raise ValidationError({"corrects": [_("Choose a note of this estate.")]})
        return row


class ReadingSign(APIView):
    """Reading one day."""

    @extend_schema(
        operation_id="readings_sign", request=serializers_of(SignForm, "SignDay"), responses=ReadingShape
    )
    def post(self, request: StaffCall, code: str, day: date) -> Response:
        """He has read the day. `seen`: how many notes he was shown; what came since he reads first."""
        at = now()
        estate = found(request, code, day, at)
        form = checked(SignForm({}), body_of(request))
        reading.sign_day(estate=estate, day=day, by=request.user, at=at, **form.cleaned_data)
        return shown(request, estate, day, at)
