"""Satisfaction surveys 顾客满意度调查: list, one of them, a new plan, an address for each act.

Results are among the reports. What a home has answered is nowhere.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import surveys as rules
from complaints.actions.survey_rows import acts_on, places_of, read_by
from complaints.actions.surveys import plan
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import serializers_of
from complaints.forms.surveys import PlanForm
from complaints.models import Survey
from complaints.views import person_of
from complaints.views import surveys as pages
from complaints.views.survey_forms import SURVEY_FORMS
from staff.permissions import Permissions


class SurveyRow(serializers.ModelSerializer):
    number = serializers.CharField(read_only=True)
    estates: Any = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = Survey
        fields = [
            "id", "number", "title", "title_en", "estates", "state", "starts_on", "ends_on", "published_at",
        ]  # fmt: skip


class SurveyItemShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    zh = serializers.CharField()
    en = serializers.CharField()


class SurveyRateShape(serializers.Serializer[Any]):
    """Homes of one building: asked, and answered, and how many of these on paper."""

    name = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    paper = serializers.IntegerField()


class SurveyShape(SurveyRow):
    """One survey. `rates`: of the estates he reads; `acts`: what he may do now.

    `version` goes back with `edit`, `start` and `publish`.
    """

    items = SurveyItemShape(many=True, read_only=True)
    rates = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta(SurveyRow.Meta):
        fields = [
            *SurveyRow.Meta.fields, "version", "sample", "sample_size", "seed", "remind_on",
            "paper_until", "intro", "intro_en", "items", "rates", "answer", "answer_en", "dropped_because",
            "acts",
        ]  # fmt: skip

    def get_rates(self, row: Survey) -> list[dict[str, Any]]:
        found = pages.rates_of(row, read_by(row, self.context["person"]))
        return [
            {"name": one.name, "asked": one.asked, "answered": one.answered, "paper": one.paper}
            for one in found
        ]

    def get_acts(self, row: Survey) -> list[str]:
        return acts_on(row, self.context["person"], places_of(row))


def answered(pk: int, person: Permissions, *, status: int = 200) -> Response:
    row = pages.find(person, pk)
    return Response(SurveyShape(row, context={"person": person}).data, status=status)


class Surveys(Listed):
    """Surveys of the estates he works in, the newest first."""

    serializer_class = SurveyRow
    parameters = {"GET": (*PAGED, "state")}

    class pagination_class(Pages):
        ordering = ("-id",)

    def rows(self) -> Any:
        state = chosen(self.request, "state", rules.State.values)
        rows = Survey.objects.visible_to(person_of(self.request, now())).prefetch_related("estates")
        return rows.filter(state=state) if state else rows

    @listed("surveys", OpenApiParameter("state", OpenApiTypes.STR, enum=rules.State.values))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="surveys_plan",
        request=serializers_of(PlanForm, "SurveyPlan"),
        responses={201: SurveyShape},
    )
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Plan a survey. Nobody is asked before it is started."""
        at = now()
        person = person_of(request, at)
        estates = pages.planned_by(person, at)
        if not estates:
            raise Http404
        form = PlanForm({}, row=None, estates=estates, at=at)
        checked(form, body_of(request))
        made = plan(form.arguments()["plan"], by=request.user, at=at)
        return answered(made.pk, person, status=201)


class OneSurvey(APIView):
    @extend_schema(operation_id="surveys_get", responses=SurveyShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One survey, with how many homes of each building have answered."""
        return answered(pk, person_of(request, now()))


class SurveyActView(APIView):
    """One act on a survey, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        person = person_of(request, at)
        row = pages.find(person, pk)
        form = pages.form_for(self.verb, row, person, at, {})
        checked(form, body_of(request))
        pages.perform(self.verb, row, form, by=request.user, at=at)
        return answered(pk, person)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: SurveyActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    post.__doc__ = str(SURVEY_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"surveys_{verb}",
        request=serializers_of(SURVEY_FORMS[verb].form, f"Survey{verb.title()}"),
        responses=SurveyShape,
    )(post)
    made: type[SurveyActView] = type(
        f"Survey{verb.title()}View", (SurveyActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


VERBS = tuple(rules.ACTS)
