"""Meetings with owners 恳谈会 for programs: list, one with its promises, writing one, the acts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import StaffCall, body_of, checked
from complaints.api.cases import key_of
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import KEY, serializers_of
from complaints.views import person_of
from reports import owner_meetings as writer
from reports.models import OwnerMeeting, OwnerPromise, OwnerSupplement
from reports.owner_meeting_forms import (
    MEASURE,
    OF_MEETING,
    OF_PROMISE,
    MeasureOfPromise,
    NewMeeting,
    acts_on,
    acts_on_promise,
)
from reports.scopes import find
from reports.views import owner_meetings as pages
from reports.views import scopes_for
from reports.views.owner_reports import offices, readable


class OwnerPromiseShape(serializers.ModelSerializer[OwnerPromise]):
    keeper = serializers.CharField(source="keeper.username")
    measure = serializers.IntegerField(source="measure_id", allow_null=True, read_only=True)
    acts = serializers.SerializerMethodField()

    class Meta:
        model = OwnerPromise
        fields = [
            "id", "place", "what", "what_en", "keeper", "due_on", "state", "settled_on", "note", "measure",
            "version", "acts",
        ]  # fmt: skip

    def get_acts(self, row: OwnerPromise) -> list[str]:
        mine = row.keeper_id in self.context.get("stands_for", ())
        return acts_on_promise(row, office=bool(self.context.get("may")), keeper=mine)


class SupplementShape(serializers.ModelSerializer[OwnerSupplement]):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = OwnerSupplement
        fields = ["words", "at", "by"]


class MeetingRow(serializers.ModelSerializer[OwnerMeeting]):
    estate = serializers.CharField(source="estate.code")

    class Meta:
        model = OwnerMeeting
        fields = ["id", "estate", "kind", "held_on", "place", "owners", "owners_as", "version", "signed_at"]


class MeetingShape(MeetingRow):
    """One meeting, with its promises and what was added. `acts`: what may be done with it by who asks."""

    promises = OwnerPromiseShape(many=True, read_only=True)
    supplements = SupplementShape(many=True, read_only=True)
    acts = serializers.SerializerMethodField()

    class Meta(MeetingRow.Meta):
        fields = [*MeetingRow.Meta.fields, "staff", "asked", "answered", "promises", "supplements", "acts"]

    def get_acts(self, row: OwnerMeeting) -> list[str]:
        return acts_on(row) if self.context.get("may") else []


def shown(request: Any, pk: int, status: int = 200) -> Response:
    at = now()
    row = pages.find(request, pk, at, keeper=True)
    may = writer.may_keep(row.estate_id, request.user, at)
    prefetch_related_objects(
        [row],
        Prefetch("promises", OwnerPromise.objects.select_related("keeper")),
        Prefetch("supplements", OwnerSupplement.objects.select_related("by")),
    )
    return Response(
        MeetingShape(row, context={"may": may, "stands_for": person_of(request, at).stands_for}).data,
        status=status,
    )


class OwnerMeetings(Listed):
    """Meetings with owners of the estates whose figures a person reads, the newest first."""

    serializer_class = MeetingRow
    parameters = {"GET": (*PAGED, "scope")}

    class pagination_class(Pages):
        ordering = ("-held_on", "-id")

    def rows(self) -> Any:
        scopes = scopes_for(self.request, now())
        code = self.request.query_params.get("scope", "")
        scope = find(scopes, code) if code else None
        if code and scope is None:
            raise Http404
        estates = {one.pk for one in scope.estates} if scope else readable(scopes)
        return OwnerMeeting.objects.filter(estate__in=estates).select_related("estate")

    @listed(
        "owner_meetings",
        OpenApiParameter("scope", OpenApiTypes.STR, description="company, region-<id> or estate-<id>."),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class EstateMeetings(APIView):
    @extend_schema(
        operation_id="owner_meetings_record",
        request=serializers_of(NewMeeting, "OwnerMeetingNew", but=("key",)),
        responses={201: MeetingShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, code: str) -> Response:
        """Write down a meeting of the estate with this code."""
        at = now()
        person = person_of(request, at)
        estate = next((one for one in offices(scopes_for(request, at), person) if one.code == code), None)
        if estate is None:
            raise Http404
        form = NewMeeting({}, estate=estate, person=person, now=at)
        checked(form, body_of(request), but=("key",))
        said = form.arguments() | {"key": key_of(request)}
        return shown(request, writer.record(estate, **said, by=request.user, at=at).pk, 201)


class OneOwnerMeeting(APIView):
    @extend_schema(operation_id="owner_meetings_get", responses=MeetingShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One meeting with what was promised there."""
        return shown(request, pk)


class ActView(APIView):
    """One act on a meeting, or on a promise, by the form of the page."""

    verb, of_promise = "", False

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        promised = pages.find_promise(request, pk, at) if self.of_promise else None
        row = promised.meeting if promised else pages.find(request, pk, at, keeper=True)
        if not pages.may_act(request, row, promised, self.verb, at):
            raise PermissionDenied(_("The record is kept by the property manager or the general manager."))
        with timezone.override(row.estate.zone):
            form = pages.form_for(self.verb, row, promised, request, at, {})
            checked(form, body_of(request) | ({"key": key_of(request)} if "key" in form.fields else {}))
            pages.perform(promised or row, self.verb, form, by=request.user, at=at)
        return shown(request, row.pk)


class MeasureOfOne(APIView):
    @extend_schema(
        operation_id="owner_promises_measure",
        request=serializers_of(MeasureOfPromise, "OwnerPromiseMeasure"),
        responses=MeetingShape,
        parameters=[KEY],
    )
    def post(self, request: StaffCall, pk: int) -> Response:
        """Carry a promise out by a measure of its estate."""
        at = now()
        row = pages.find_promise(request, pk, at)
        estate = row.meeting.estate
        if not pages.may_act(request, row.meeting, row, MEASURE, at):
            raise PermissionDenied(_("The record is kept by the property manager or the general manager."))
        with timezone.override(estate.zone):
            form = MeasureOfPromise({}, measure=None, estate=estate, person=person_of(request, at), now=at)
            checked(form, body_of(request))
            said = form.arguments()
            who: Any = {"by": request.user, "at": at, "key": key_of(request)}
            writer.set_measure_of(row, said["plan"], cases=said["cases"], **who)
        return shown(request, row.meeting_id)


def act_view(verb: str, *, of_promise: bool = False) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: ActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    act = (OF_PROMISE if of_promise else OF_MEETING)[verb]
    post.__doc__ = (act.act.__doc__ or "").partition(" Raises Refused")[0]
    name = "OwnerPromise" if of_promise else "OwnerMeeting"
    title = name + "".join(part.title() for part in verb.split("_"))
    described = extend_schema(
        operation_id=f"owner_{'promises' if of_promise else 'meetings'}_{verb}",
        request=serializers_of(act.form, title, but=("key",)),
        responses=MeetingShape,
    )(post)
    made: type[ActView] = type(
        f"{title}View", (ActView,), {"verb": verb, "of_promise": of_promise, "post": described}
    )
    return made.as_view()
