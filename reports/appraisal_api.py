"""The staff appraisal for programs: one's own sheets that were shown, and those of whom one manages.

The same rows, forms and acts as its pages.
"""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.statuses import WrongPerson
from reports.appraisal_forms import FORMS
from reports.appraisal_rows import AppraisalSheet
from reports.appraisal_rules import State, possible
from reports.appraisals import lists, years
from reports.appraisals.people import parts_of, reader, visible_to
from reports.views.appraisals import find
from staff.permissions import Permissions

Kind = AppraisalSheet.Kind


class AppraisalShape(serializers.ModelSerializer[AppraisalSheet]):
    """One sheet: of whom and when, its points by item, its entries, and what may be done."""

    person = serializers.CharField(source="user.username")
    version = serializers.IntegerField(help_text="Sent back with an act as `started_from`.")
    scheme = serializers.IntegerField(source="scheme.number")
    total = serializers.SerializerMethodField(help_text="Points, the reward included.")
    items = serializers.SerializerMethodField(help_text="By item: reached, full.")
    entries = serializers.SerializerMethodField()
    year = serializers.SerializerMethodField(help_text="Of an annual sheet: its total; else null.")
    acts = serializers.SerializerMethodField(help_text="What may be done to it now by who asks.")

    class Meta:
        model = AppraisalSheet
        fields = [
            "id", "person", "kind", "starts_on", "ends_on", "state", "version", "scheme", "total", "items",
            "entries", "year", "remark", "appeal", "decision", "shown_at", "appeal_until", "decide_by",
            "signed_at", "frozen_at", "sha256", "acts",
        ]  # fmt: skip

    def get_total(self, row: AppraisalSheet) -> str:
        return f"{row.points.total}"

    def get_items(self, row: AppraisalSheet) -> dict[str, list[str]]:
        return {one.item.code: [f"{one.got}", f"{one.item.points}"] for one in row.points.items}

    def get_entries(self, row: AppraisalSheet) -> list[dict[str, Any]]:
        return [
            {
                "id": one.pk, "sort": one.sort, "item": one.item, "criterion": one.criterion,
                "points": f"{one.points}", "words": one.words, "penalty": one.penalty,
                "evidence": one.evidence, "struck_out": bool(one.struck_at),
            }
            for one in sorted(row.entries.all(), key=lambda one: one.pk)
        ]  # fmt: skip

    def get_year(self, row: AppraisalSheet) -> str | None:
        if row.kind != Kind.YEAR:
            return None
        total = years.told(row).points.total
        return None if total is None else f"{total}"

    def get_acts(self, row: AppraisalSheet) -> list[str]:
        return possible(row.state, parts_of(self.context["own"], row))


def own_of(request: Any) -> Permissions:
    """What he may do in his own name; 403 for who has no part in it."""
    own = reader(request.user, now())
    if own is None:
        raise WrongPerson(_("Appraisals are of our own staff."))
    return own


class Appraisals(Listed):
    """Sheets a person may read, the newest first: his own that were shown, and those of his people."""

    serializer_class = AppraisalShape
    parameters = {"GET": (*PAGED, "kind", "state")}

    class pagination_class(Pages):
        ordering = ("-starts_on", "-id")

    def rows(self) -> Any:
        rows = lists.with_all(visible_to(own_of(self.request)))
        if kind := chosen(self.request, "kind", Kind.values):
            rows = rows.filter(kind=kind)
        if state := chosen(self.request, "state", State.values):
            rows = rows.filter(state=state)
        return rows

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if not getattr(self, "swagger_fake_view", False):
            context["own"] = own_of(self.request)
        return context

    @listed(
        "appraisals",
        OpenApiParameter("kind", OpenApiTypes.STR, enum=Kind.values),
        OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class AppraisalView(APIView):
    """One sheet."""

    @extend_schema(operation_id="appraisals_read", responses=AppraisalShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        return shown(request, pk)


def shown(request: Any, pk: int) -> Response:
    own = own_of(request)
    row = find(request, own, pk, now())
    return Response(AppraisalShape(row, context={"own": own}).data)


class ActView(APIView):
    """One act on a sheet, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        own, what = own_of(request), FORMS[self.verb]
        row = find(request, own, pk, now())
        form: Any = checked(what.form({}, sheet=row), body_of(request))
        started_from = form.cleaned_data["started_from"]
        what.act(row, *what.says(form), started_from=started_from, by=request.user, at=now())
        return shown(request, pk)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: ActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    post.__doc__ = (FORMS[verb].act.__doc__ or "").partition("\n")[0].removesuffix(" Raises Refused.")
    named = "".join(part.title() for part in verb.split("_"))
    form = FORMS[verb].form
    fields: dict[str, Any] = {
        name: serializers.CharField(required=field.required)
        for name, field in form.base_fields.items()
        if name != "started_from"
    }
    fields["started_from"] = serializers.IntegerField(help_text="`version` of the sheet as it was read.")
    described = extend_schema(
        operation_id=f"appraisals_{verb}",
        request=inline_serializer(f"Appraisal{named}", fields),
        responses=AppraisalShape,
    )(post)
    made: type[ActView] = type(f"Appraisal{named}View", (ActView,), {"verb": verb, "post": described})
    return made.as_view()
