"""What customers insist on, for programs: the requests to a superior, and what he decided (W12)."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.lists import PAGED, Listed, Pages, chosen, listed
from complaints.api.shapes import name_of, username
from complaints.models import SuperiorRequest
from complaints.views import person_of, superior


class SuperiorShape(serializers.ModelSerializer):
    """What the customer insists on, what we can do, and the decision.

    Opinion and comment are said among ourselves: empty for a contractor's people.
    """

    number = serializers.CharField(source="complaint.number")
    asked_by = username("asked_by")
    asked_by_name = name_of("asked_by")
    passed_by = username("passed_by", help_text="Null with a time: it went up because it was not decided.")
    passed_by_name = name_of("passed_by")
    decided_by = username("decided_by")
    decided_by_name = name_of("decided_by")

    class Meta:
        model = SuperiorRequest
        fields = [
            "id", "number", "state", "asks", "offers", "asked_by", "asked_by_name", "asked_at",
            "approver_role", "passed_by", "passed_by_name", "passed_at", "opinion", "decided_by",
            "decided_by_name", "decided_at", "answer", "comment", "told_at",
        ]  # fmt: skip


class SuperiorRequests(Listed):
    """What customers insisted on, on the cases a person may know of, the newest first."""

    serializer_class = SuperiorShape
    parameters = {"GET": (*PAGED, "state")}

    class pagination_class(Pages):
        ordering = ("-asked_at", "-id")

    def rows(self) -> Any:
        rows = superior.seen(person_of(self.request, now()))
        if state := chosen(self.request, "state", SuperiorRequest.State.values):
            rows = rows.filter(state=state)
        return rows

    def paginate_queryset(self, queryset: Any) -> Any:
        person = person_of(self.request, now())
        return [superior.as_read_by(row, person) for row in super().paginate_queryset(queryset) or []]

    @listed("superior", OpenApiParameter("state", OpenApiTypes.STR, enum=SuperiorRequest.State.values))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)
