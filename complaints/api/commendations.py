"""Commendations 通报表扬: list, one of them, a new proposal, an address for each act."""

from __future__ import annotations

from typing import Any

from django.http import Http404
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

from complaints import commendations as rules
from complaints.actions.commendation_rows import acts_on
from complaints.actions.commendations import may_propose, propose
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import serializers_of
from complaints.forms.commendations import Propose
from complaints.forms.people import serving
from complaints.models import Commendation, Complaint
from complaints.views import commendations as pages
from complaints.views import person_of
from complaints.views.commendation_forms import COMMENDATION_FORMS
from complaints.views.lists.commendations import VIEWS, held_by, month_asked, seen_by
from staff.permissions import Permissions


class CommendationRow(serializers.ModelSerializer):
    estate = serializers.CharField(source="estate.code")
    number = serializers.CharField(read_only=True)
    person = serializers.CharField(source="person.username")
    department = serializers.CharField(
        source="department.name", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Commendation
        fields = [
            "id", "number", "estate", "person", "department", "why", "reach", "state", "words",
            "proposed_at", "published_at", "withdrawn_at",
        ]  # fmt: skip


class CommendationShape(CommendationRow):
    """One commendation. `reason`, `because` and `case`: for who oversees it; `acts`: what he may do now.

    `version` goes back with `edit` and `approve`.
    """

    reason = serializers.SerializerMethodField(help_text="Why it was proposed; empty for who only reads it.")
    because = serializers.SerializerMethodField()
    case = serializers.SerializerMethodField(help_text="Number of its case, for who reads that.")
    acts = serializers.SerializerMethodField()

    class Meta(CommendationRow.Meta):
        fields = [
            *CommendationRow.Meta.fields, "version", "reason", "because", "case", "declined_because",
            "withdrawn_because", "acts",
        ]  # fmt: skip

    def _inside(self, row: Commendation) -> bool:
        inside: bool = self.context["inside"]
        return inside

    def get_reason(self, row: Commendation) -> str:
        return pages.reason_of(row) if self._inside(row) else ""

    def get_because(self, row: Commendation) -> str:
        return row.because if self._inside(row) else ""

    def get_case(self, row: Commendation) -> str | None:
        if not self._inside(row):
            return None
        seen = Complaint.objects.visible_to(self.context["person"]).filter(pk=row.complaint_id or 0)
        return seen.values_list("number", flat=True).first()

    def get_acts(self, row: Commendation) -> list[str]:
        return acts_on(row, self.context["person"])


def answered(pk: int, person: Permissions) -> Response:
    row = pages.find(person, pk)
    context = {"person": person, "inside": pages.oversees(row, person)}
    return Response(CommendationShape(row, context=context).data)


class Source(serializers.Serializer[Any]):
    """`case` or `note`, and the fields of the page."""

    case = serializers.CharField(required=False, help_text="Number of the case.")
    note = serializers.IntegerField(required=False, help_text="Key of a note of praise.")
    person = serializers.CharField(help_text="Log-in of who is commended.")
    because = serializers.CharField(max_length=rules.LONGEST)
    reach = serializers.ChoiceField(choices=rules.Reach.choices)


YES, NO = ("true", "1"), ("false", "0")


def _month_of(request: Request) -> str:
    """The month that is asked for, empty without. Raises ValidationError for what is none, and where the view
    holds nothing that was published.
    """
    said = str(request.query_params.get("month", ""))
    if said and month_asked(said) is None:
        raise ValidationError({"month": [_("Write the month as 2026-10.")]})
    if said and request.query_params.get("view", "published") not in ("published", ""):
        raise ValidationError({"month": [_("A month goes with what is published only.")]})
    return said


class Commendations(Listed):
    """Commendations the person may read, the newest first, by the views of the page."""

    serializer_class = CommendationRow
    parameters = {"GET": (*PAGED, "view", "month", "mine")}

    class pagination_class(Pages):
        ordering = ("-id",)

    def rows(self) -> Any:
        at = now()
        view = chosen(self.request, "view", VIEWS)
        mine = chosen(self.request, "mine", (*YES, *NO)) in YES
        rows = seen_by(person_of(self.request, at), mine=mine)
        holds = held_by(view or "published", _month_of(self.request))
        return rows.filter(holds).select_related("estate", "person", "department")

    @listed(
        "commendations",
        OpenApiParameter("view", OpenApiTypes.STR, enum=list(VIEWS)),
        OpenApiParameter("month", OpenApiTypes.STR, description="Published in that month, such as 2026-10."),
        OpenApiParameter("mine", OpenApiTypes.BOOL, description="Of whoever asks."),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(operation_id="commendations_propose", request=Source, responses={201: CommendationShape})
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Propose somebody, for a case or for a note of praise."""
        at = now()
        person, sent = person_of(request, at), body_of(request)
        case, note = pages.source_asked(person, sent)
        source = case or note
        if source is None or not may_propose(person, source.estate_id):
            raise Http404
        with timezone.override(source.estate.zone):
            form = Propose({}, postings=serving(source.estate, at, complaint=case))
            checked(form, {name: said for name, said in sent.items() if name not in ("case", "note")})
            made = propose(complaint=case, note=note, **form.arguments(), by=request.user, at=at)
        response = answered(made.pk, person)
        response.status_code = 201
        return response


class OneCommendation(APIView):
    @extend_schema(operation_id="commendations_get", responses=CommendationShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One commendation, with what is published."""
        return answered(pk, person_of(request, now()))


class CommendationActView(APIView):
    """One act on a commendation, by the form of the page."""

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

    def post(self: CommendationActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    post.__doc__ = str(COMMENDATION_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"commendations_{verb}",
        request=serializers_of(COMMENDATION_FORMS[verb].form, f"Commendation{verb.title()}"),
        responses=CommendationShape,
    )(post)
    made: type[CommendationActView] = type(
        f"Commendation{verb.title()}View", (CommendationActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


VERBS = tuple(rules.ACTS)
