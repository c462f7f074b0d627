"""The monthly ratings of contractors for programs: list, one, a new one, an address for each act."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.views import person_of
from reports import ratings
from reports.figures.month import Month
from reports.models import ContractorRating
from reports.rating_rules import ACTS, State, Trade
from reports.views import ratings as pages
from staff.permissions import Permissions


class RatingRow(serializers.ModelSerializer[ContractorRating]):
    estate = serializers.CharField(source="estate.code")
    contractor = serializers.IntegerField(source="department_id", help_text="Key of its department.")
    name = serializers.CharField(source="department.name")
    month = serializers.CharField(help_text="2026-10")
    grade = serializers.CharField(help_text="excellent, good, fair, poor")

    class Meta:
        model = ContractorRating
        fields = [
            "id", "estate", "contractor", "name", "month", "trade", "score", "grade", "state", "rated_at",
            "checked_at",
        ]  # fmt: skip


class RatingShape(RatingRow):
    """One rating. `lines`: the criteria with points and words; `figures`: how many cases each counts."""

    figures = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField(help_text="What may be done to it now by who asks.")

    class Meta(RatingRow.Meta):
        fields = [
            *RatingRow.Meta.fields, "version", "lines", "words", "remark", "returned_because", "figures",
            "acts",
        ]  # fmt: skip

    def get_figures(self, row: ContractorRating) -> dict[str, float | None]:
        found = ratings.figures_of(row, now())
        told = pages.figures_for(self.context["person"], row.department_id)
        counts: dict[str, float | None] = {name: len(getattr(found, name)) for name in told}
        return counts | {"mean_hours": found.mean_hours, "satisfaction": found.satisfaction}

    def get_acts(self, row: ContractorRating) -> list[str]:
        return ratings.acts_on(row, self.context["person"])


def answered(pk: int, person: Permissions) -> Response:
    return Response(RatingShape(pages.find(person, pk), context={"person": person}).data)


def _month(said: str) -> Month:
    try:
        return Month.parse(said)
    except ValueError:
        raise ValidationError({"month": [_("Write the month as 2026-10.")]}) from None


def _trade(sent: dict[str, Any]) -> str:
    """Empty: the one there is, or what its name tells."""
    trade = str(sent.pop("trade", ""))
    if trade and trade not in Trade.values:
        raise ValidationError({"trade": [_("One of: %(words)s.") % {"words": ", ".join(Trade.values)}]})
    return trade


class Ratings(Listed):
    """The ratings a person may read, the newest first; a contractor's people read their own, published."""

    serializer_class = RatingRow
    parameters = {"GET": (*PAGED, "month", "state")}

    class pagination_class(Pages):
        ordering = ("-id",)

    def rows(self) -> Any:
        rows = ContractorRating.objects.visible_to(person_of(self.request, now()))
        if said := str(self.request.query_params.get("month", "")):
            rows = rows.filter(starts_on=_month(said).first_day)
        if state := chosen(self.request, "state", State.values):
            rows = rows.filter(state=state)
        return rows.select_related("estate", "department")

    @listed(
        "ratings",
        OpenApiParameter("month", OpenApiTypes.STR, description="Such as 2026-10."),
        OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(operation_id="ratings_begin", request=OpenApiTypes.OBJECT, responses={201: RatingShape})
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Rate a contractor: `estate`, `contractor`, `month`, `trade`, and the fields of the page."""
        at = now()
        person, sent = person_of(request, at), body_of(request)
        month = _month(str(sent.pop("month", "")))
        firm, code = sent.pop("contractor", 0), str(sent.pop("estate", ""))
        if not isinstance(firm, int) or isinstance(firm, bool) or not 0 < firm < 2**63:
            raise ValidationError({"contractor": [_("Send the key of its department.")]})
        place, department, _asked = pages.place_of(person, code, firm, str(month))
        trade = _trade(sent)
        there = ContractorRating.objects.filter(
            estate=place, department=department, starts_on=month.first_day
        )
        if there.exists():
            raise ValidationError({"month": [_("It is rated already.")]})
        form = pages.form_for("rate", None, department, person, {}, trade)
        sent["version"] = 0
        checked(form, sent)
        made = ratings.rate(place, department, month, **form.arguments(), by=request.user, at=at)
        response = answered(made.pk, person)
        response.status_code = 201
        return response


class OneRating(APIView):
    @extend_schema(operation_id="ratings_get", responses=RatingShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One rating, with what was counted beside it."""
        return answered(pk, person_of(request, now()))


class RatingActView(APIView):
    """One act on a rating, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        person = person_of(request, at)
        row = pages.find(person, pk)
        if fault := ratings.refusal_of(row, self.verb, person):
            raise fault
        with timezone.override(row.estate.zone):
            sent = body_of(request)
            trade = _trade(sent) if self.verb == "rate" else ""
            form = pages.form_for(self.verb, row, row.department, person, {}, trade)
            checked(form, sent)
            pages.perform(self.verb, row, form, by=request.user, at=at)
        return answered(pk, person)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: RatingActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    post.__doc__ = str(ACTS[verb].label)
    described = extend_schema(
        operation_id=f"ratings_{verb}", request=OpenApiTypes.OBJECT, responses=RatingShape
    )(post)
    made: type[RatingActView] = type(
        f"Rating{verb.title()}View", (RatingActView,), {"verb": verb, "post": described}
    )
    return made.as_view()
