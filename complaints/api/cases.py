"""Cases: those a person may know of, taking a new one, reading one, overwriting facts of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import actions
from complaints.actions import files, roles_on, shows_complainant
from complaints.actions.portal_notes import notes_for
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.paging import PAGED, Pages
from complaints.api.problems import VersionNeeded
from complaints.api.schema import CURSOR, ESTATE_NEEDED, KEY_NEEDED, SIZE, serializers_of
from complaints.api.shapes import CaseRow, CaseShape, NoteShape
from complaints.forms.case.edit import EditForm
from complaints.forms.desk.intake import CHASE, COMPLAINT, WHAT, DeskForm
from complaints.models import Attachment, Clock, Complaint, ContactNote
from complaints.statuses import Status
from complaints.views import person_of
from config.framework.refusals import Refused
from config.framework.request_guard import whole_number
from staff.models import Estate
from staff.permissions import Permissions

HEAD = ("estate", "unit", "building", "category", "complainant", "first_receiver", "handler", "department")
SIDES = (
    Prefetch("clocks", Clock.objects.order_by("pk")),
    *("signs__noted_by", "follow_ups__department", "second_calls", "analyses__cycle", "analyses__written_by"),
)
#: Of the desk's form, what comes otherwise, and the field of a page that holds what was picked.
NOT_OF_INTAKE = ("key", "from_relay")


def found(request: StaffCall, number: str, at: datetime) -> tuple[Complaint, Permissions]:
    """The case, if the asking person may know of it; else 404."""
    person = person_of(request, at)
    seen = Complaint.objects.visible_to(person).select_related(*HEAD)
    return get_object_or_404(seen, number=number), person


def shown(case: Complaint, person: Permissions, at: datetime, code: int = 200) -> Response:
    fresh = Complaint.objects.select_related(*HEAD, "speaker").prefetch_related(*SIDES).get(pk=case.pk)
    headers = {"ETag": f'"{fresh.version}"'}
    response = Response(
        CaseShape(fresh, context={"person": person, "now": at}).data, status=code, headers=headers
    )
    response.is_of_one_who_hides = fresh.identity_hidden  # for the audit
    return response


def key_of(request: StaffCall) -> str:
    """The key a retry sends again; empty without one. Raises ValidationError for one that is too long."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 64:
        raise ValidationError({"Idempotency-Key": [_("64 characters at most.")]})
    return str(key)


def attachments_of(
    request: StaffCall, sent: Mapping[str, Any], at: datetime, *, already: int = 0, as_sent: bool = False
) -> list[Attachment]:
    """The files sent, kept; all of them, or ValidationError and none; `as_sent`: byte by byte."""
    uploads = request.FILES.getlist("files")
    if "files" in sent and not uploads and sent["files"] not in ("", None, []):
        raise ValidationError({"files": [_("Send files as multipart/form-data.")]})
    kept, refused = files.store_all(uploads, by=request.user, at=at, already=already, as_sent=as_sent)
    if refused:
        files.discard(kept)
        raise ValidationError({"files": refused})
    return kept


class Cases(ListAPIView):
    """The cases a person may know of, newest first; and taking a new one."""

    request: StaffCall
    serializer_class = CaseRow
    pagination_class = Pages
    parameters = {"GET": (*PAGED, "status", "estate"), "POST": ("estate",)}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Complaint.objects.none()
        cases = Complaint.objects.visible_to(person_of(self.request, now())).for_queue()
        if wanted := chosen(self.request, "status", Status.values):
            cases = cases.filter(status=wanted)
        if estate := self.request.query_params.get("estate"):
            cases = cases.filter(estate__code=estate)
        return cases

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "person": person_of(self.request, now())}

    @extend_schema(
        operation_id="cases_list",
        parameters=[
            OpenApiParameter("status", OpenApiTypes.STR, enum=Status.values),
            OpenApiParameter("estate", OpenApiTypes.STR, description="Code of an estate."),
            SIZE,
            CURSOR,
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="cases_create",
        request=serializers_of(DeskForm, "Intake", but=NOT_OF_INTAKE, words={"what": WHAT[:-1]}),
        responses={
            201: PolymorphicProxySerializer("Taken", [CaseShape, NoteShape], resource_type_field_name=None)
        },
        parameters=[ESTATE_NEEDED, KEY_NEEDED],
    )
    def post(self, request: StaffCall) -> Response:
        """Take a complaint (`what` is `complaint`, or left out) or a contact note.

        The same key makes one case. Category and cause are sent by their code, the handler by user name.
        409 `known_order` when the order of the hotline or regulator is a case already: the problem names it
        in `cases`. Send `new_matter` only for another matter under the same order number.
        """
        at = now()
        person = person_of(request, at)
        estate = _estate(request, person)
        key = key_of(request)
        if not key:
            raise ValidationError({"Idempotency-Key": [_("Send a key of your own, the same for a retry.")]})
        sent = body_of(request)
        if sent.get("what") in (None, ""):
            sent["what"] = COMPLAINT
        if sent["what"] == CHASE:
            raise ValidationError({"what": [_("Chase a case at its own address.")]})
        with timezone.override(estate.zone):
            begun = {"key": key, "handler": sent.get("handler"), "phone": str(sent.get("phone") or "")}
            form = DeskForm(begun, estate=estate, person=person, now=at)
            checked(form, {name: said for name, said in sent.items() if name != "files"}, but=NOT_OF_INTAKE)
            from_note = self._note(form, person, estate)
            is_note = form.cleaned_data["what"] != COMPLAINT
            if is_note and sent.get("files"):
                raise ValidationError({"files": [_("A contact note keeps no files.")]})
            form.attachments = attachments_of(request, sent, at)
            if is_note:
                note = actions.take_note(by=request.user, at=at, **form.note())
                return Response(NoteShape(note).data, status=status.HTTP_201_CREATED)
            try:
                case = actions.register(form.intake(from_note), by=request.user, at=at, key=key)
            except Refused:
                files.discard(form.attachments)
                raise
            files.discard(form.attachments)  # of a retry, whose case has them already
        return shown(case, person, at, status.HTTP_201_CREATED)

    def _note(self, form: DeskForm, person: Permissions, estate: Estate) -> ContactNote | None:
        """The contact note out of which the case becomes."""
        if form.cleaned_data["from_note"] is None:
            return None
        note = notes_for(person).filter(estate=estate, pk=form.cleaned_data["from_note"]).first()
        if note is None:
            raise ValidationError({"from_note": [_("There is no such note.")]})
        return note


def _estate(request: StaffCall, person: Permissions) -> Estate:
    """The estate named in the address, among those whose cases the person reads."""
    if not request.query_params.get("estate"):
        raise ValidationError({"estate": [_("Name the estate by its code.")]})
    estates = Estate.objects.all()
    if not person.reads_company():
        estates = estates.filter(pk__in=person.estate_ids())
    return get_object_or_404(estates, code=request.query_params.get("estate", ""))


class Case(APIView):
    @extend_schema(operation_id="cases_read", responses=CaseShape)
    def get(self, request: StaffCall, number: str) -> Response:
        at = now()
        case, person = found(request, number, at)
        return shown(case, person, at)

    @extend_schema(
        operation_id="cases_edit",
        request=serializers_of(EditForm, "Facts", but=("version",), partial=True),
        responses=CaseShape,
        parameters=[
            OpenApiParameter(
                "If-Match",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description="The version seen.",
            )
        ],
    )
    def patch(self, request: StaffCall, number: str) -> Response:
        """Overwrite some facts. 409 when somebody else changed the case since the version seen, or the order
        number now given is another case already.
        """
        at = now()
        case, person = found(request, number, at)
        seen = whole_number(request.headers.get("If-Match", "").strip('"'))
        if seen is None:
            raise VersionNeeded
        shows = shows_complainant(case, roles_on(case, person))
        with timezone.override(case.estate.zone):
            empty = EditForm(complaint=case, shows=shows)
            before = {name: empty[name].value() for name in empty.fields}
            sent = body_of(request)
            form = EditForm(before | {"version": seen}, complaint=case, shows=shows)
            checked(form, sent, but=("version",))
            changes = {name: value for name, value in form.changes().items() if _touched(name, sent)}
            actions.edit(case, changes, version=seen, by=request.user, at=at, **form.beside())
        return shown(case, person, at)


def _touched(name: str, sent: dict[str, Any]) -> bool:
    return name in sent or (name in ("unit", "building") and "place" in sent)
