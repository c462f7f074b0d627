"""Cases, their moves, and the decisions on requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import actions
from complaints.actions import files, parts_of, shows_complainant
from complaints.api.answers import VersionNeeded, body_of, checked, chosen, serializer_of
from complaints.api.shapes import (
    CaseRow,
    CaseShape,
    CompensationShape,
    ExtensionShape,
    FollowUpShape,
    NoteShape,
)
from complaints.forms.desk import COMPLAINT, DeskForm
from complaints.forms.edit import NOTE, EditForm
from complaints.lifecycle import Status
from complaints.models import Clock, Compensation, Complaint, Extension, FollowUp
from complaints.views import person_of
from complaints.views.approval_cards import AMOUNT, EXTENSION
from complaints.views.follow_ups import VIEWS as FOLLOW_UP_VIEWS
from complaints.views.follow_ups import seen_by
from complaints.views.verbs import VERBS, perform
from staff.authority import Authority
from staff.models import Estate

HEAD = ("estate", "unit", "building", "category", "complainant", "first_receiver", "handler", "department")


SIDES = (
    Prefetch("clocks", Clock.objects.order_by("pk")),
    *("signs__noted_by", "follow_ups__department", "second_calls"),
)


class Pages(CursorPagination):
    page_size = 50
    max_page_size = 100
    page_size_query_param = "size"
    ordering = ("-received_at", "-id")


def found(request: Request, number: str, at: datetime) -> tuple[Complaint, Authority]:
    """The case, if the asking person may know of it; else 404."""
    person = person_of(request, at)
    seen = Complaint.objects.visible_to(person).select_related(*HEAD)
    return get_object_or_404(seen, number=number), person


def shown(case: Complaint, person: Authority, at: datetime, code: int = 200) -> Response:
    fresh = Complaint.objects.select_related(*HEAD).prefetch_related(*SIDES).get(pk=case.pk)
    headers = {"ETag": f'"{fresh.version}"'}
    return Response(
        CaseShape(fresh, context={"person": person, "now": at}).data, status=code, headers=headers
    )


class Cases(ListAPIView):
    """The cases a person may know of, newest first; and taking a new one."""

    serializer_class = CaseRow
    pagination_class = Pages

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Complaint.objects.none()
        cases = Complaint.objects.visible_to(person_of(self.request, now())).for_queue()
        asked = self.request.query_params
        if wanted := asked.get("status"):
            if wanted not in Status.values:
                words = ", ".join(Status.values)
                raise ValidationError({"status": [_("One of: %(words)s.") % {"words": words}]})
            cases = cases.filter(status=wanted)
        if estate := asked.get("estate"):
            cases = cases.filter(estate__code=estate)
        return cases

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"person": person_of(self.request, now())}

    @extend_schema(
        operation_id="cases_list",
        parameters=[
            OpenApiParameter("status", OpenApiTypes.STR, enum=Status.values),
            OpenApiParameter("estate", OpenApiTypes.STR, description="Code of an estate."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="cases_create",
        request=serializer_of(DeskForm, "Intake"),
        responses={201: CaseShape},
        parameters=[
            OpenApiParameter("estate", OpenApiTypes.STR, required=True, description="Code of the estate."),
            OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """Take a complaint (`what` is `complaint`) or a contact note. The same key makes one case."""
        at = now()
        person = person_of(request, at)
        estate = _estate(request, person)
        sent = body_of(request) | {"key": request.headers.get("Idempotency-Key", "")}
        if not sent["key"]:
            raise ValidationError({"Idempotency-Key": [_("Send a key of your own, the same for a retry.")]})
        sent.setdefault("what", COMPLAINT)
        with timezone.override(estate.zone):
            form = DeskForm(sent, estate=estate, person=person, now=at)
            checked(form, sent)
            if form.cleaned_data["what"] != COMPLAINT:
                if form.cleaned_data["what"] == "chase":
                    raise ValidationError({"what": [_("Chase a case at its own address.")]})
                note = actions.take_note(by=request.user, at=at, **form.note())
                return Response(NoteShape(note).data, status=status.HTTP_201_CREATED)
            case = actions.register(form.intake(None), by=request.user, at=at, key=sent["key"])
        return shown(case, person, at, status.HTTP_201_CREATED)


def _estate(request: Request, person: Authority) -> Estate:
    """The estate named in the address, among those whose cases the person reads."""
    estates = Estate.objects.all()
    if not person.reads_company():
        estates = estates.filter(pk__in=person.estate_ids())
    return get_object_or_404(estates, code=request.query_params.get("estate", ""))


class Case(APIView):
    @extend_schema(operation_id="cases_read", responses=CaseShape)
    def get(self, request: Request, number: str) -> Response:
        at = now()
        case, person = found(request, number, at)
        return shown(case, person, at)

    @extend_schema(
        operation_id="cases_edit",
        request=serializer_of(EditForm, "Facts"),
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
    def patch(self, request: Request, number: str) -> Response:
        """Overwrite some facts. 409 when somebody else changed the case since the version seen."""
        at = now()
        case, person = found(request, number, at)
        seen = request.headers.get("If-Match", "").strip('"')
        if not seen.isdigit():
            raise VersionNeeded
        shows = shows_complainant(case, parts_of(case, person))
        with timezone.override(case.estate.zone):
            empty = EditForm(complaint=case, shows=shows)
            before = {name: empty[name].value() for name in empty.fields}
            sent = body_of(request)
            form = EditForm(before | sent | {"version": seen}, complaint=case, shows=shows)
            checked(form, sent)
            changes = {name: value for name, value in form.changes().items() if _touched(name, sent)}
            note = form.cleaned_data[NOTE]
            actions.edit(case, changes, version=int(seen), note=note, by=request.user, at=at)
        return shown(case, person, at)


def _touched(name: str, sent: dict[str, Any]) -> bool:
    return name in sent or (name in ("unit", "building") and "place" in sent)


class MoveView(APIView):
    """One verb of the lifecycle, by the form of the page. An Idempotency-Key makes a retry harmless."""

    verb = ""

    def post(self, request: Request, number: str) -> Response:
        at = now()
        case, person = found(request, number, at)
        entry = VERBS[self.verb]
        with timezone.override(case.estate.zone):
            sent = {name: value for name, value in body_of(request).items() if name != "files"}
            form = entry.form(sent, verb=self.verb, complaint=case, person=person, now=at)
            checked(form, sent)
            if "files" in form.fields:
                uploads = request.FILES.getlist("files")
                form.attachments, refused = files.store_all(
                    uploads, by=request.user, at=at, already=case.attachments.count()
                )
                if refused:
                    raise ValidationError({"files": refused})
            key = request.headers.get("Idempotency-Key", "")[:64]
            perform(self.verb, case, form, key=key, by=request.user, at=at)
        return shown(case, person, at)


def move_view(verb: str) -> Any:
    """The view of one verb, with its own place in the schema."""
    name = "".join(part.title() for part in verb.split("_"))
    view = type(f"{name}View", (MoveView,), {"verb": verb, "post": _post(verb, name)})
    return view.as_view()


def _post(verb: str, name: str) -> Any:
    def post(self: MoveView, request: Request, number: str) -> Response:
        return MoveView.post(self, request, number)

    post.__doc__ = str(VERBS[verb].done)
    return extend_schema(
        operation_id=f"cases_{verb}",
        request=serializer_of(VERBS[verb].form, name),
        responses=CaseShape,
        parameters=[OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)],
    )(post)


class Extensions(ListAPIView):
    """Requests for overtime on the cases a person may know of."""

    serializer_class = ExtensionShape

    class pagination_class(CursorPagination):
        page_size = 50
        ordering = ("-requested_at", "-id")

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Extension.objects.none()
        seen = Complaint.objects.visible_to(person_of(self.request, now()))
        rows = Extension.objects.filter(complaint__in=seen)
        if state := chosen(self.request, "state", Extension.State.values):
            rows = rows.filter(state=state)
        return rows.select_related("complaint__estate", "clock__policy", "requested_by").prefetch_related(
            "clock__extensions"
        )

    @extend_schema(
        operation_id="extensions_list",
        parameters=[OpenApiParameter("state", OpenApiTypes.STR, enum=Extension.State.values)],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class FollowUps(ListAPIView):
    """Follow-ups of the cases a person may know of, by the views of the page."""

    serializer_class = FollowUpShape

    class pagination_class(CursorPagination):
        page_size = 50
        ordering = ("-raised_at", "-id")

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return FollowUp.objects.none()
        at = now()
        rows = seen_by(person_of(self.request, at), None).select_related("complaint", "department")
        if view := chosen(self.request, "view", FOLLOW_UP_VIEWS):
            rows = rows.filter(FOLLOW_UP_VIEWS[view].holds(at))
        return rows

    @extend_schema(
        operation_id="follow_ups_list",
        parameters=[OpenApiParameter("view", OpenApiTypes.STR, enum=list(FOLLOW_UP_VIEWS))],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class DecisionView(APIView):
    """Decide on a request: approve, until (another time), decline, confirm, withdraw, oral."""

    model: Any = Extension
    table: dict[str, Any] = EXTENSION
    shape: Any = ExtensionShape

    @extend_schema(operation_id="extensions_decide", request=OpenApiTypes.OBJECT, responses=ExtensionShape)
    def post(self, request: Request, pk: int, verb: str) -> Response:
        return self.decide(request, pk, verb)

    def decide(self, request: Request, pk: int, verb: str) -> Response:
        if verb not in self.table:
            raise Http404
        at = now()
        seen = Complaint.objects.visible_to(person_of(request, at))
        row = get_object_or_404(
            self.model.objects.filter(complaint__in=seen).select_related("complaint__estate"), pk=pk
        )
        entry = self.table[verb]
        with timezone.override(row.complaint.estate.zone):
            sent = body_of(request)
            form = entry.form(sent, row=row, now=at)
            checked(form, sent)
            entry.act(row, **form.arguments(), by=request.user, at=at)
        return Response(self.shape(self.model.objects.get(pk=row.pk)).data)


class AmountDecisionView(DecisionView):
    model, table, shape = Compensation, AMOUNT, CompensationShape

    @extend_schema(operation_id="amounts_decide", request=OpenApiTypes.OBJECT, responses=CompensationShape)
    def post(self, request: Request, pk: int, verb: str) -> Response:
        return self.decide(request, pk, verb)
