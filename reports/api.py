"""The report calendar for programs: what is due, late, by whom, in which state; and what people do to it.

The same rows and rules as its pages: `views.calendar` says which, `reports.calendar` does the acts.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import SentFile
from complaints.views import person_of
from config.framework.refusals import Refused
from reports import calendar, due_files, tasks
from reports.calendar_rules import duties
from reports.duties import ACTS, DueState, ReportKind
from reports.duty_scopes import Place, holders, load_people
from reports.forms import ActForm
from reports.models import DueReport
from reports.views.calendar import VIEWS, in_view, places_for, places_watched

KINDS, STATES = ReportKind.values, DueState.values
PEOPLE = ("prepared_by", "checked_by", "signed_by")
JSON, PARTS = "application/json", "multipart/form-data"


class DueShape(serializers.ModelSerializer[DueReport]):
    """One due report: of what and when, whose turn it is, who did what of it. Days are half-open."""

    kind = serializers.CharField(help_text="As the filter names them.")
    covers = serializers.CharField(source="scope_name")
    late = serializers.SerializerMethodField(help_text="Not out by its due time, or was not.")
    waits_for = serializers.SerializerMethodField(help_text="preparer, checker, approver; null: nobody.")
    people = serializers.SerializerMethodField(help_text="User names of those it waits for.")
    version = serializers.SerializerMethodField(help_text="Of the paper that is there; null: none.")
    acts = serializers.SerializerMethodField(help_text="What may be done to it now by who asks.")
    prepared_by = serializers.SerializerMethodField()
    checked_by = serializers.SerializerMethodField()
    signed_by = serializers.SerializerMethodField()

    class Meta:
        model = DueReport
        fields = [
            "id", "kind", "scope", "covers", "starts_on", "ends_on", "due_at", "due_on", "state", "late",
            "waits_for", "people", "version", "prepared_by", "prepared_at", "checked_by", "checked_at",
            "signed_by", "signed_at", "done_at", "acts",
        ]  # fmt: skip

    def get_late(self, row: DueReport) -> bool:
        return row.is_late(self.context["now"])

    def get_waits_for(self, row: DueReport) -> str | None:
        return row.waits_for

    def get_people(self, row: DueReport) -> list[str]:
        part = row.waits_for
        if not part:
            return []
        duty = self.context["duties"].get((row.kind, row.scope))
        found = holders(part, self.context["places"][row.scope], row.rule, duty, self.context["people"])
        return [user.username for user in found]

    def get_version(self, row: DueReport) -> int | None:
        return row.paper.version if row.paper else None

    def get_acts(self, row: DueReport) -> list[str]:
        duty = self.context["duties"].get((row.kind, row.scope))
        place = self.context["places"][row.scope]
        return [act.verb for act in calendar.acts_for(row, place, duty, self.context["person"])]

    def get_prepared_by(self, row: DueReport) -> str | None:
        return row.prepared_by.username if row.prepared_by else None

    def get_checked_by(self, row: DueReport) -> str | None:
        return row.checked_by.username if row.checked_by else None

    def get_signed_by(self, row: DueReport) -> str | None:
        return row.signed_by.username if row.signed_by else None


def context_of(request: Any, mine: dict[str, Place], at: datetime) -> dict[str, Any]:
    """What every row is asked with. A constant number of queries, however many rows."""
    known = duties()
    people = load_people(at, mine.values(), known.values())
    return {"now": at, "person": person_of(request, at), "duties": known, "places": mine, "people": people}


def day_of(request: Request, name: str) -> date | None:
    said = request.query_params.get(name)
    if not said:
        return None
    try:
        found = parse_date(said)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError({name: [_("Give a day, such as 2026-03-02.")]})
    return found


class DueReports(Listed):
    """The report calendar: what is due of the scopes a person reads, the last due first."""

    serializer_class = DueShape
    parameters = {"GET": (*PAGED, "state", "kind", "scope", "view", "from", "until")}

    class pagination_class(Pages):
        ordering = ("-due_at", "-id")

    def rows(self) -> QuerySet[DueReport]:
        at, request = now(), self.request
        mine = places_watched(request, at)
        scope = request.query_params.get("scope", "")
        if scope and scope not in mine:
            raise Http404
        rows = DueReport.objects.filter(scope__in=[scope] if scope else list(mine))
        if state := chosen(request, "state", STATES):
            rows = rows.filter(state=state)
        if kind := chosen(request, "kind", KINDS):
            rows = rows.filter(kind=kind)
        if first := day_of(request, "from"):
            rows = rows.filter(due_on__gte=first)
        if last := day_of(request, "until"):
            rows = rows.filter(due_on__lte=last)
        rows = in_view(rows, chosen(request, "view", VIEWS), at)
        return rows.select_related("rules", "paper", *PEOPLE)

    def get_serializer_context(self) -> dict[str, Any]:
        at = now()
        if getattr(self, "swagger_fake_view", False):
            return dict(super().get_serializer_context())
        return {
            **super().get_serializer_context(),
            **context_of(self.request, places_watched(self.request, at), at),
        }

    @listed(
        "due_reports",
        OpenApiParameter("state", OpenApiTypes.STR, enum=STATES),
        OpenApiParameter("kind", OpenApiTypes.STR, enum=KINDS),
        OpenApiParameter("scope", OpenApiTypes.STR, description="As in `scope` of a row."),
        OpenApiParameter(
            "view", OpenApiTypes.STR, enum=list(VIEWS), description="open: to do; late: overdue."
        ),
        OpenApiParameter("from", OpenApiTypes.DATE, description="First due day."),
        OpenApiParameter("until", OpenApiTypes.DATE, description="Last due day."),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class DueReportView(APIView):
    """One due report."""

    @extend_schema(operation_id="due_reports_read", responses=DueShape)
    def get(self, request: StaffCall, pk: int) -> Response:
        return shown(request, pk, now())


def found(request: Any, pk: int, at: datetime) -> tuple[DueReport, dict[str, Place]]:
    """The report; 404 where it is none of those he reads."""
    mine = places_for(request, at)
    rows = DueReport.objects.select_related("rules", "paper__made", *PEOPLE)
    return get_object_or_404(rows, pk=pk, scope__in=list(mine)), mine


def shown(request: Any, pk: int, at: datetime) -> Response:
    row, mine = found(request, pk, at)
    return Response(DueShape(row, context=context_of(request, mine, at)).data)


class ActView(APIView):
    """One act on a due report, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, pk: int) -> Response:
        at = now()
        row, _mine = found(request, pk, at)
        with timezone.override(row.zone):
            sent = body_of(request)
            alone = self.verb in ("check", "sign") and "alone_because" in sent
            form = ActForm({}, request.FILES, act=ACTS[self.verb], alone=alone, draft=row.paper is not None)
            form.prefix = None
            if "file" in form.fields and "file" in sent:
                if not request.FILES and sent["file"] not in ("", None, []):
                    raise ValidationError({"file": [_("Send files as multipart/form-data.")]})
                del sent["file"]
            checked(form, sent)
            said = {name: value for name, value in form.cleaned_data.items() if name != "file"}
            if upload := form.cleaned_data.get("file"):
                try:
                    said["sent"] = due_files.check(upload.name or "", upload)
                except Refused as refusal:
                    raise ValidationError({"file": [str(refusal)]}) from None
            getattr(calendar, self.verb)(row, by=request.user, at=at, **said)
        if self.verb == "reissue":
            tasks.wake(tasks.make)
        return shown(request, pk, at)


def asked_for(verb: str) -> dict[str, Any]:
    """What an act asks for, by media type, for the schema."""
    said: dict[str, Any] = {"required": ACTS[verb].needs_note, "help_text": "Why, or a remark."}
    fields: dict[str, Any] = {"note": serializers.CharField(allow_blank=not said["required"], **said)}
    if verb in ("check", "sign"):
        why = "Why you do it yourself; asked for only where you prepared it and nobody else can."
        fields["alone_because"] = serializers.CharField(required=False, allow_blank=True, help_text=why)
    name = f"Due{_title(verb)}"
    if verb != "hand_in":
        return {JSON: inline_serializer(name, fields), PARTS: inline_serializer(f"{name}Form", fields)}
    fields["text"] = serializers.CharField(required=False, allow_blank=True, help_text="The report in words.")
    files = fields | {"file": SentFile(required=False, help_text="PDF, Excel or Word, up to 10 MB.")}
    return {JSON: inline_serializer(name, fields), PARTS: inline_serializer(f"{name}Form", files)}


def _title(verb: str) -> str:
    return "".join(part.title() for part in verb.split("_"))


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: ActView, request: StaffCall, pk: int) -> Response:
        return self.act(request, pk)

    post.__doc__ = (getattr(calendar, verb).__doc__ or "").partition("\n")[0].removesuffix(" Raises Refused.")
    described = extend_schema(
        operation_id=f"due_reports_{verb}", request=asked_for(verb), responses=DueShape
    )(post)
    made: type[ActView] = type(f"Due{_title(verb)}View", (ActView,), {"verb": verb, "post": described})
    return made.as_view()
