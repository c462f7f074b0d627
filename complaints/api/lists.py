"""What a program must know to fill in a form: estates, categories, causes, and who asks."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.shapes import CategoryShape, CauseShape, EstateShape
from complaints.models import Category, Cause
from complaints.views import person_of
from staff.models import Estate


class Estates(ListAPIView):
    serializer_class = EstateShape
    pagination_class = None

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Estate.objects.none()
        person = person_of(self.request, now())
        estates = Estate.objects.order_by("code")
        return estates if person.reads_company() else estates.filter(pk__in=person.estate_ids())


class Categories(ListAPIView):
    serializer_class = CategoryShape
    pagination_class = None
    queryset = Category.objects.filter(is_active=True).order_by("order", "pk")


class Causes(ListAPIView):
    serializer_class = CauseShape
    pagination_class = None
    queryset = Cause.objects.filter(is_active=True).order_by("order", "pk")


class Me(APIView):
    @extend_schema(operation_id="me", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Who asks, and his roles by estate; `*` is the whole company."""
        person = person_of(request, now())
        codes = dict(Estate.objects.values_list("pk", "code"))
        roles = {codes[pk]: sorted(held) for pk, held in person.estates.items()}
        if person.company:
            roles["*"] = sorted(person.company)
        return Response({"username": request.user.username, "name": request.user.name, "roles": roles})
