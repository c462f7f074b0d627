"""The case library 案例库: list and search, one study, taking up a case, an address for each act."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import studies as rules
from complaints.actions.studies import begin
from complaints.actions.study_rows import acts_on
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import serializers_of
from complaints.models import CaseStudy, Complaint
from complaints.studies import Kind
from complaints.views import person_of
from complaints.views import studies as pages
from complaints.views.lists.studies import VIEWS, seen_by
from complaints.views.study_forms import STUDY_FORMS
from staff.permissions import Permissions


class StudyRow(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")
    number = serializers.CharField(read_only=True)
    to_recheck = serializers.BooleanField(
        source="is_to_recheck", read_only=True, help_text="Published, and its case was reopened since."
    )
    category = serializers.CharField(source="category.code", default=None, allow_null=True, read_only=True)
    cause = serializers.CharField(source="cause.code", default=None, allow_null=True, read_only=True)

    class Meta:
        model = CaseStudy
        fields = [
            "id", "number", "estate", "category", "cause", "origin", "kind", "state", "title", "edition",
            "drafted_at", "published_at", "due_at", "to_recheck",
        ]  # fmt: skip


class StudyShape(StudyRow):
    """One case study. `case`: its number, for who reads the case; `acts`: what he may do about it now.

    `version` goes back with `write` and `check`.
    """

    case = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()
    read_by = serializers.SerializerMethodField()

    class Meta(StudyRow.Meta):
        fields = [
            *StudyRow.Meta.fields, "facts", "why", "handling", "helped", "lesson", "deeper", "measures",
            "version", "dropped_because", "case", "read_by", "acts",
        ]  # fmt: skip

    def get_case(self, row: CaseStudy) -> str | None:
        seen = Complaint.objects.visible_to(self.context["person"]).filter(pk=row.complaint_id)
        return seen.values_list("number", flat=True).first()

    def get_acts(self, row: CaseStudy) -> list[str]:
        return acts_on(row, self.context["person"])

    def get_read_by(self, row: CaseStudy) -> int:
        return row.readings.filter(edition=row.edition).count()


class TakeUp(serializers.Serializer[Any]):
    case = serializers.CharField(help_text="Number of the case.")


def answered(pk: int, person: Permissions) -> Response:
    return Response(StudyShape(pages.find(person, pk), context={"person": person}).data)


class Studies(Listed):
    """Case studies the person may read, the newest first, by the views and the search of the page."""

    serializer_class = StudyRow
    parameters = {"GET": (*PAGED, "view", "kind", "q")}

    class pagination_class(Pages):
        ordering = ("-id",)

    def rows(self) -> Any:
        at = now()
        view, kind = chosen(self.request, "view", VIEWS), chosen(self.request, "kind", Kind.values)
        asked = {"kind": kind, "q": self.request.query_params.get("q", "")}
        rows = seen_by(person_of(self.request, at), asked)
        return rows.filter(VIEWS[view or "published"].holds(at)).select_related("estate", "category", "cause")

    @listed(
        "studies",
        OpenApiParameter("view", OpenApiTypes.STR, enum=list(VIEWS)),
        OpenApiParameter("kind", OpenApiTypes.STR, enum=list(Kind.values)),
        OpenApiParameter("q", OpenApiTypes.STR, description="Words, in Chinese or English; AL-00012."),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(operation_id="studies_begin", request=TakeUp, responses={201: StudyShape})
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Take a case up by hand: drafted out of it, without names."""
        at = now()
        person = person_of(request, at)
        seen = Complaint.objects.visible_to(person)
        case = get_object_or_404(seen, number=str(body_of(request).get("case") or ""))
        made = begin(case, by=request.user, at=at)
        response = answered(made.pk, person)
        response.status_code = 201
        return response


class OneStudy(APIView):
    @extend_schema(operation_id="studies_get", responses=StudyShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One case study, with what it says."""
        return answered(pk, person_of(request, now()))


class StudyActView(APIView):
    """One act on a case study, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        person = person_of(request, at)
        row = pages.find(person, pk)
        with timezone.override(row.estate.zone):
            sent = body_of(request)
            form = pages.form_for(self.verb, row, {})
            if "alone_because" in sent:
                form.ask_why_alone()
            checked(form, sent)
            pages.perform(self.verb, row, form, by=request.user, at=at)
        return answered(pk, person)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: StudyActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    post.__doc__ = str(STUDY_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"studies_{verb}",
        request=serializers_of(STUDY_FORMS[verb].form, f"Study{verb.title()}"),
        responses=StudyShape,
    )(post)
    made: type[StudyActView] = type(
        f"Study{verb.title()}View", (StudyActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


VERBS = tuple(rules.ACTS)
