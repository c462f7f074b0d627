"""Overruns: what was handled late without approval, its explanation and the decision on it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import body_of, checked, chosen
from complaints.api.shapes import OverrunShape
from complaints.models import Overrun
from complaints.views import person_of
from complaints.views.overruns import DECISIONS, seen


class Overruns(ListAPIView):
    """Those of the cases a person may know of, the newest first."""

    serializer_class = OverrunShape

    class pagination_class(CursorPagination):
        page_size = 50
        ordering = ("-opened_at", "-id")

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Overrun.objects.none()
        rows = seen(person_of(self.request, now()))
        if state := chosen(self.request, "state", Overrun.State.values):
            rows = rows.filter(state=state)
        return rows

    @extend_schema(
        operation_id="overruns_list",
        parameters=[OpenApiParameter("state", OpenApiTypes.STR, enum=Overrun.State.values)],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class OverrunView(APIView):
    """Explain it, or decide on the explanation: explain, accept, decline."""

    @extend_schema(operation_id="overruns_decide", request=OpenApiTypes.OBJECT, responses=OverrunShape)
    def post(self, request: Request, pk: int, verb: str) -> Response:
        if verb not in DECISIONS:
            raise Http404
        at = now()
        row = get_object_or_404(seen(person_of(request, at)), pk=pk)
        entry = DECISIONS[verb]
        with timezone.override(row.complaint.estate.zone):
            sent = body_of(request)
            form = entry.form(sent, row=row, person=request.user, now=at)
            checked(form, sent)
            entry.act(row, **form.arguments(), by=request.user, at=at)
        return Response(OverrunShape(seen(person_of(request, at)).get(pk=pk)).data)
