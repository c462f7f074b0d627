"""Warranty 保修: the register, a case's, and an address for each act; by the forms of the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import warranty as rules
from complaints.actions import files, roles_on
from complaints.actions.visibility import reads_reasons
from complaints.actions.warranty_rows import acts_on, row_of, warranty_of
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.cases import attachments_of, found
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import serializers_of
from complaints.api.shapes import username
from complaints.models import CaseWarranty, Complaint
from complaints.views import person_of
from complaints.views import warranty as pages
from complaints.views.lists.warranties import VIEWS, seen_by
from complaints.views.warranty_forms import WARRANTY_FORMS
from owners.parts import Part
from staff.permissions import Permissions


class WarrantyShape(serializers.ModelSerializer):
    """`said`: the fact with its reason. `because` is empty for a contractor's people."""

    case = serializers.CharField(source="complaint.number", read_only=True)
    estate = serializers.CharField(source="complaint.estate.code", read_only=True)
    said = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)
    decided_by = username("decided_by")

    class Meta:
        model = CaseWarranty
        fields = [
            "case", "estate", "part", "state", "covered", "said", "handed_over_on", "handed_over_of", "until",
            "why", "because", "decided_by", "decided_at", "opened_at", "firm", "notified_at", "notified_how",
            "notified_whom", "visit_at", "sent_at", "sent_whom", "done_at", "done", "signed_at", "signed_how",
            "refused_at", "refused_because", "elsewhere_at", "elsewhere_by", "elsewhere_because", "cost",
            "due_at",
        ]  # fmt: skip

    def to_representation(self, row: CaseWarranty) -> dict[str, Any]:
        said: dict[str, Any] = super().to_representation(row)
        reads = reads_reasons(roles_on(row.complaint, self.context["person"]))
        return said if reads else said | {"because": ""}


class OneWarrantyShape(WarrantyShape):
    """`acts`: what the person may do about it now."""

    acts = serializers.SerializerMethodField()

    class Meta(WarrantyShape.Meta):
        fields = [*WarrantyShape.Meta.fields, "acts"]

    def get_acts(self, row: CaseWarranty) -> list[str]:
        case = row.complaint
        return acts_on(case, row, self.context["person"], warranty_of(case.estate_id))


def answered(case: Complaint, person: Permissions) -> Response:
    context = {"person": person}
    return Response(OneWarrantyShape(row_of(case), context=context).data)


class Warranties(Listed):
    """The warranty register as far as the person reads its cases, by the views of the page."""

    serializer_class = WarrantyShape
    parameters = {"GET": (*PAGED, "view", "part")}

    class pagination_class(Pages):
        ordering = ("-pk",)

    def rows(self) -> Any:
        at = now()
        person = person_of(self.request, at)
        asked = {"part": chosen(self.request, "part", Part.values)}
        rows = seen_by(person, None, asked).select_related("complaint__estate", "decided_by")
        if view := chosen(self.request, "view", VIEWS):
            rows = rows.filter(VIEWS[view].holds(at))
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        person = person_of(self.request, now())
        return {**super().get_serializer_context(), "person": person}

    @listed(
        "warranties",
        OpenApiParameter("view", OpenApiTypes.STR, enum=list(VIEWS)),
        OpenApiParameter("part", OpenApiTypes.STR, enum=list(Part.values)),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class WarrantyOfCase(APIView):
    @extend_schema(operation_id="warranty_get", responses=OneWarrantyShape)
    def get(self, request: StaffCall, number: str) -> Response:
        """The warranty of a case; before its part is chosen as it would begin."""
        case, person = found(request, number, now())
        return answered(case, person)


class WarrantyActView(APIView):
    """One act on the warranty of a case, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, number: str) -> Response:
        at = now()
        case, person = found(request, number, at)
        with timezone.override(case.estate.zone):
            sent = body_of(request)
            form = pages.form_for(self.verb, case, row_of(case), person, at, {})
            takes_files = "files" in form.fields
            checked(form, {name: said for name, said in sent.items() if name != "files" or not takes_files})
            if takes_files:
                form.attachments = attachments_of(request, sent, at)
            try:
                pages.perform(self.verb, case, form, by=request.user, at=at)
            finally:
                files.discard(form.attachments)  # those of a refusal: what was done keeps its own
        return answered(case, person)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: WarrantyActView, request: StaffCall, number: str) -> Response:
        return self.act(request, number)

    title = "".join(part.title() for part in verb.split("_"))
    post.__doc__ = str(WARRANTY_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"warranty_{verb}",
        request=serializers_of(WARRANTY_FORMS[verb].form, f"Warranty{title}"),
        responses=OneWarrantyShape,
    )(post)
    made: type[WarrantyActView] = type(
        f"Warranty{title}View", (WarrantyActView,), {"verb": verb, "post": described}
    )
    return made.as_view()


VERBS = tuple(rules.ACTS)
