"""Measures 整改措施: list, one of them, setting one, an address for each act; by the forms of the pages."""

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

from complaints import case_numbers
from complaints import measures as rules
from complaints.actions.measures import set_measure
from complaints.actions.told_estates import answer as answer_told
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.cases import key_of
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import KEY, serializers_of
from complaints.forms.measures import AnswerForm, SetMeasure
from complaints.models import Complaint, Measure, MeasureRound, ToldEstate
from complaints.views import measures as pages
from complaints.views import person_of
from complaints.views.lists.measures import VIEWS, in_view
from complaints.views.measure_forms import MEASURE_FORMS
from staff.permissions import Permissions


class RoundShape(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner.username")
    done_by = serializers.CharField(source="done_by.username", default=None, allow_null=True, read_only=True)
    checked_by = serializers.CharField(
        source="checked_by.username", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = MeasureRound
        fields = [
            "number", "what", "owner", "due_at", "done_at", "done_by", "done", "check_from", "check_due_at",
            "checked_at", "checked_by", "effective", "finding",
        ]  # fmt: skip


class ToldShape(serializers.ModelSerializer):
    """An estate that was told, by its code."""

    estate = serializers.CharField(source="estate.code")

    class Meta:
        model = ToldEstate
        fields = ["id", "estate", "told_at", "due_at", "answer", "words", "answered_at"]


class MeasureRow(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")
    number = serializers.CharField(read_only=True)
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True, read_only=True)
    cause = serializers.CharField(source="cause.code", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Measure
        fields = [
            "id", "number", "estate", "origin", "state", "kind", "cause", "root_cause", "what", "owner",
            "department", "round", "proposed_at", "opened_at", "next_due_at", "ended_at",
        ]  # fmt: skip


class MeasureShape(MeasureRow):
    """One measure. `cases`: those the person reads; `acts`: what he may do about it now."""

    rounds = RoundShape(many=True, read_only=True)
    told = ToldShape(many=True, read_only=True)
    cases = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()

    class Meta(MeasureRow.Meta):
        fields = [
            *MeasureRow.Meta.fields, "process_before", "process_after", "check_after_days",
            "dropped_because", "rounds", "told", "cases", "acts",
        ]  # fmt: skip

    def get_cases(self, row: Measure) -> list[str]:
        seen = Complaint.objects.visible_to(self.context["person"]).filter(measure_rows__measure=row)
        return list(seen.order_by("pk").values_list("number", flat=True))

    def get_acts(self, row: Measure) -> list[str]:
        return pages.acts_on(row, self.context["person"])


def answered(pk: int, person: Permissions) -> Response:
    return Response(MeasureShape(pages.find(person, pk), context={"person": person}).data)


class Measures(Listed):
    """Measures the person may read, the newest first, by the views of the page."""

    serializer_class = MeasureRow
    parameters = {"GET": (*PAGED, "view")}

    class pagination_class(Pages):
        ordering = ("-id",)

    def rows(self) -> Any:
        at = now()
        person = person_of(self.request, at)
        rows = Measure.objects.visible_to(person).select_related("estate", "owner", "cause", "department")
        if view := chosen(self.request, "view", VIEWS):
            rows = rows.filter(in_view(view, at, person))
        return rows

    @listed("measures", OpenApiParameter("view", OpenApiTypes.STR, enum=list(VIEWS)))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="measures_set",
        request=serializers_of(SetMeasure, "SetMeasure"),
        responses={201: MeasureShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Set a measure out of cases of one estate: `cases` are their numbers, with spaces between."""
        at = now()
        person = person_of(request, at)
        sent = body_of(request)
        first = case_numbers.several(str(sent.get("cases") or ""))[:1]
        seen = Complaint.objects.visible_to(person).filter(number__in=first).select_related("estate").first()
        estate = seen.estate if seen else None
        with timezone.override(estate.zone if estate else None):
            form: Any = SetMeasure({}, measure=None, estate=estate, person=person, now=at)
            checked(form, sent)
            made = set_measure(**form.arguments(), by=request.user, at=at, key=key_of(request))
        response = answered(made.pk, person)
        response.status_code = 201
        return response


class OneMeasure(APIView):
    @extend_schema(operation_id="measures_get", responses=MeasureShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One measure, with its rounds, its cases and the estates that were told."""
        return answered(pk, person_of(request, now()))


class MeasureActView(APIView):
    """One act on a measure, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        person = person_of(request, at)
        row = pages.find(person, pk)
        with timezone.override(row.estate.zone):
            sent = body_of(request)
            form = pages.form_for(self.verb, row, person, at, {})
            if "alone_because" in sent:
                form.ask_why_alone()
            checked(form, sent)
            pages.perform(self.verb, row, form, by=request.user, at=at)
        return answered(pk, person)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: MeasureActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    title = "".join(part.title() for part in verb.split("_"))
    post.__doc__ = str(MEASURE_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"measures_{verb}",
        request=serializers_of(MEASURE_FORMS[verb].form, f"Measure{title}"),
        responses=MeasureShape,
    )(post)
    made: type[MeasureActView] = type(
        f"Measure{title}View", (MeasureActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


class ToldAnswer(APIView):
    @extend_schema(
        operation_id="measures_answer",
        request=serializers_of(AnswerForm, "MeasureAnswer"),
        responses=MeasureShape,
    )
    def post(self, request: StaffCall, pk: int) -> Response:
        """What an estate that was told says of it; `pk` is the id under `told`."""
        at = now()
        person = person_of(request, at)
        seen = Measure.objects.visible_to(person)
        told = get_object_or_404(ToldEstate.objects.filter(measure__in=seen), pk=pk)
        form: Any = AnswerForm({}, told=told)
        checked(form, body_of(request))
        answer_told(told, **form.arguments(), by=request.user, at=at)
        return answered(told.measure_id, person)


VERBS = tuple(rules.ACTS)
