"""Yearly targets 年度目标 beside their figures, for programs: what the page shows."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import StaffCall
from complaints.views import person_of
from reports.scopes import scopes_of
from reports.target_lines import placed
from reports.target_rules import SHAPES, Direction, Indicator, Standing
from reports.views.targets import told, years


class TargetShape(serializers.Serializer[Any]):
    """Target and value in the unit of the figure: percent of a share. Null: nothing to count."""

    scope = serializers.CharField(help_text="The estate, or the company as a whole.")
    indicator = serializers.ChoiceField(choices=list(SHAPES), help_text=", ".join(Indicator.values))
    direction = serializers.ChoiceField(choices=Direction.values)
    target = serializers.FloatField()
    value = serializers.FloatField(allow_null=True)
    part = serializers.IntegerField(allow_null=True)
    whole = serializers.IntegerField(allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.values)
    version = serializers.IntegerField()


class TargetsShape(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    as_of = serializers.DateTimeField()
    targets = TargetShape(many=True)


class Targets(APIView):
    @extend_schema(
        operation_id="targets_list",
        parameters=[OpenApiParameter("year", OpenApiTypes.INT, description="Without it this year.")],
        responses=TargetsShape,
    )
    def get(self, request: StaffCall) -> Response:
        """The targets set for a year beside the figures so far, of the estates whose figures one reads."""
        at = now()
        scopes = scopes_of(person_of(request, at))
        if not scopes:
            raise PermissionDenied
        offered = years(scopes, at)
        said = str(request.query_params.get("year", offered[1]))
        if said not in map(str, offered):
            raise ValidationError(
                {
                    "year": [
                        _("A year from %(first)s to %(last)s.") % {"first": offered[-1], "last": offered[0]}
                    ]
                }
            )
        lines = list(told(placed(scopes, int(said), at)))
        return Response(TargetsShape({"year": int(said), "as_of": at, "targets": lines}).data)
