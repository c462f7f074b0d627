"""Results of satisfaction surveys 顾客满意度调查 for programs: the figures of the page."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.actions.survey_rows import read_by
from complaints.api.answers import StaffCall
from complaints.models import Survey
from complaints.surveys import OVER, Quadrant
from complaints.views import person_of
from reports.figures.surveys import Mark, Part, Results, results
from reports.quadrants import decimal


class SurveyMarkShape(serializers.Serializer[Any]):
    """What one group says of one item; everything is null where its answers are too few."""

    item = serializers.IntegerField()
    zh = serializers.CharField()
    en = serializers.CharField()
    answers = serializers.IntegerField(allow_null=True)
    importance = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)
    satisfaction = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)


class SurveyItemResultShape(SurveyMarkShape):
    quadrant = serializers.ChoiceField(choices=Quadrant.choices, allow_null=True)
    satisfaction_before = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)


class SurveyPartShape(serializers.Serializer[Any]):
    """An estate or building. `marks` null: too few answers, not broken down."""

    name = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    marks = SurveyMarkShape(many=True, allow_null=True)


class SurveyResultShape(serializers.Serializer[Any]):
    """`lines`: where the lines of the chart cross, importance first."""

    survey = serializers.CharField()
    asked = serializers.IntegerField()
    answered = serializers.IntegerField()
    lines = serializers.ListField(
        child=serializers.DecimalField(max_digits=3, decimal_places=2), allow_null=True
    )
    items = SurveyItemResultShape(many=True)
    by_estate = SurveyPartShape(many=True)
    by_building = SurveyPartShape(many=True)


class SurveyResults(APIView):
    @extend_schema(operation_id="surveys_results", responses=SurveyResultShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """A closed survey in the estates he works in; what owners wrote is on the page alone."""
        person = person_of(request, timezone.now())
        row = get_object_or_404(Survey.objects.visible_to(person), pk=pk, state__in=OVER)
        return Response(told(results(row, read_by(row, person))))


def told(found: Results) -> dict[str, Any]:
    names = {one.pk: (one.zh, one.en) for one in found.items}
    return {
        "survey": found.survey.number,
        "asked": found.asked,
        "answered": found.answered,
        "lines": [decimal(one) for one in found.lines] if found.lines else None,
        "items": [
            _mark(one.pk, one.mark, names)
            | {
                "quadrant": one.quadrant,
                "satisfaction_before": _plain(one.before.satisfaction if one.before else None),
            }
            for one in found.items
        ],
        "by_estate": [_part(one, names) for one in found.by_estate],
        "by_building": [_part(one, names) for one in found.by_building],
    }


def _part(part: Part, names: dict[int, tuple[str, str]]) -> dict[str, Any]:
    marks = None if part.marks is None else [_mark(pk, mark, names) for pk, mark in part.marks.items()]
    return {"name": part.name, "asked": part.asked, "answered": part.answered, "marks": marks}


def _mark(pk: int, mark: Mark, names: dict[int, tuple[str, str]]) -> dict[str, Any]:
    zh, en = names[pk]
    n = mark.n if mark.importance is not None else None
    said = {"importance": _plain(mark.importance), "satisfaction": _plain(mark.satisfaction)}
    return {"item": pk, "zh": zh, "en": en, "answers": n} | said


def _plain(value: Any) -> str | None:
    return None if value is None else decimal(value)
