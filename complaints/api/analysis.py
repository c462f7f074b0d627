"""The analysis of a case's cause, as the API tells it."""

from __future__ import annotations

from rest_framework import serializers

from complaints.models import CauseAnalysis


class AnalysisShape(serializers.ModelSerializer):
    """Of one round. `due_at`: by when it is owed; `written_at` null: not written yet."""

    round = serializers.IntegerField(source="cycle.number")
    written_by = serializers.CharField(
        source="written_by.username", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = CauseAnalysis
        fields = [
            "round", "department", "due_at", "written_at", "written_by", "people", "equipment", "material",
            "method", "surroundings",
        ]  # fmt: skip
