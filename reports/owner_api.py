"""Reports to owners 管理报告 for programs: list, one of them, beginning one, an address for each act."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.cases import key_of
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import KEY, serializers_of
from complaints.views import person_of
from reports import owner_reports as writer
from reports.models import OwnerReport
from reports.owner_content import content_of
from reports.owner_forms import FORMS, BlockForm, DraftForm, block_form
from reports.owner_rules import Block, State
from reports.scopes import find
from reports.views import owner_reports as pages
from reports.views import scopes_for


class OwnerReportRow(serializers.ModelSerializer[OwnerReport]):
    """`year` and `serial`: its number in the series of its estate, once it is issued."""

    estate = serializers.CharField(source="estate.code")

    class Meta:
        model = OwnerReport
        fields = [
            "id", "estate", "span", "starts_on", "ends_on", "state", "version", "taken_at", "year", "serial",
            "issued_at", "posted_at", "withdrawn_at", "sha256", "pdf_sha256",
        ]  # fmt: skip


class OwnerReportShape(OwnerReportRow):
    """One report: what owners read of it, and what may be done with it now by who asks."""

    content = serializers.SerializerMethodField(help_text="As owners read it; of a draft as it stands.")
    acts = serializers.SerializerMethodField()
    withdrawn_because = serializers.CharField(read_only=True)

    class Meta(OwnerReportRow.Meta):
        fields = [*OwnerReportRow.Meta.fields, "withdrawn_because", "content", "acts"]

    def get_content(self, row: OwnerReport) -> dict[str, Any]:
        return content_of(row)

    def get_acts(self, row: OwnerReport) -> list[str]:
        return pages.acts_on(row, self.context["person"])


def shown(request: Any, pk: int, status: int = 200) -> Response:
    at = now()
    row = pages.find(request, pk, at)
    return Response(OwnerReportShape(row, context={"person": person_of(request, at)}).data, status=status)


class OwnerReports(Listed):
    """Reports to owners of the estates whose figures a person reads, the newest time first."""

    serializer_class = OwnerReportRow
    parameters = {"GET": (*PAGED, "scope", "state")}

    class pagination_class(Pages):
        ordering = ("-starts_on", "-id")

    def rows(self) -> Any:
        scopes = scopes_for(self.request, now())
        code = self.request.query_params.get("scope", "")
        scope = find(scopes, code) if code else None
        if code and scope is None:
            raise Http404
        estates = {one.pk for one in scope.estates} if scope else pages.readable(scopes)
        rows = OwnerReport.objects.filter(estate__in=estates)
        if state := chosen(self.request, "state", State.values):
            rows = rows.filter(state=state)
        return rows.select_related("estate").defer("content", "told")

    @listed(
        "owner_reports",
        OpenApiParameter("scope", OpenApiTypes.STR, description="company, region-<id> or estate-<id>."),
        OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="owner_reports_draft",
        request=serializers_of(DraftForm, "OwnerReportDraft", but=("key",)),
        responses={201: OwnerReportShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Begin the report of the time a day lies in, with its figures."""
        at = now()
        mine = pages.offices(scopes_for(request, at), person_of(request, at))
        form = DraftForm({}, estates=mine)
        checked(form, body_of(request), but=("key",))
        said = form.arguments() | {"key": key_of(request)}
        return shown(request, writer.draft(**said, by=request.user, at=at).pk, 201)


class OneOwnerReport(APIView):
    @extend_schema(operation_id="owner_reports_get", responses=OwnerReportShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        """One report, with what owners read of it."""
        return shown(request, pk)


class BlockView(APIView):
    @extend_schema(
        operation_id="owner_reports_block",
        request=serializers_of(BlockForm, "OwnerReportBlock"),
        responses=OwnerReportShape,
    )
    def post(self, request: StaffCall, pk: int, kind: str) -> Response:
        """The words of one block, and of money its lines and balances. `started_from`: the version read."""
        at = now()
        row = pages.find(request, pk, at)
        if kind not in Block.values:
            raise Http404
        form = block_form(row, kind, {})
        checked(form, body_of(request))
        pages.perform(row, "", form, by=request.user, at=at)
        return shown(request, pk)


class ActView(APIView):
    """One act on a report, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        row = pages.find(request, pk, at)
        with timezone.override(row.estate.zone):
            form = FORMS[self.verb].form({}, report=row)
            checked(form, body_of(request))
            made = pages.perform(row, self.verb, form, by=request.user, at=at)
        return shown(request, made.pk)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: ActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    title = "".join(part.title() for part in verb.split("_"))
    post.__doc__ = (getattr(writer, verb).__doc__ or "").partition(" Raises Refused")[0]
    described = extend_schema(
        operation_id=f"owner_reports_{verb}",
        request=serializers_of(FORMS[verb].form, f"OwnerReport{title}"),
        responses=OwnerReportShape,
    )(post)
    made: type[ActView] = type(f"OwnerReport{title}View", (ActView,), {"verb": verb, "post": described})
    return made.as_view()
