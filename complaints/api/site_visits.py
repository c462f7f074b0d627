"""Site visits 上门 of cases: list, arranging one, one of them, an address for each act."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints import site_visits as rules
from complaints.actions import files, roles_on
from complaints.actions.site_visits import arrange
from complaints.actions.visit_rows import acts_on, with_all
from complaints.api.answers import StaffCall, body_of, checked, chosen
from complaints.api.cases import attachments_of, found, key_of
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.api.schema import CURSOR, KEY, SIZE, serializers_of
from complaints.api.shapes import name_of, username
from complaints.forms.site_visits import Arrange
from complaints.models import Complaint, SiteVisit
from complaints.views import person_of
from complaints.views import site_visits as pages
from complaints.views.lists.saved_views import midnight_after
from complaints.views.lists.site_visits import VIEWS
from complaints.views.visit_forms import VISIT_FORMS
from staff.permissions import Permissions


class VisitShape(serializers.ModelSerializer):
    """One visit. `number` counts within its case and is what its address names.

    `evidence`: the number of the item that holds its photos. `…_entered_at`: when a time was entered.
    """

    case = serializers.CharField(source="complaint.number", read_only=True)
    visitor = username("visitor")
    visitor_name = name_of("visitor")
    arranged_by = username("arranged_by")
    found_by = username("found_by")
    ended_by = username("ended_by")
    evidence = serializers.IntegerField(
        source="evidence.number", default=None, allow_null=True, read_only=True
    )
    follows = serializers.IntegerField(source="follows.number", default=None, allow_null=True, read_only=True)

    class Meta:
        model = SiteVisit
        fields = [
            "case", "number", "purpose", "visitor", "visitor_name", "agreed", "starts_at", "ends_at", "moved",
            "state", "follows", "arranged_at", "arranged_by", "arrived_at", "arrived_entered_at", "found_at",
            "found_by", "found", "measures", "outcome", "note_left", "evidence", "left_at", "left_entered_at",
            "ended_at", "ended_by", "because",
        ]  # fmt: skip


class OneVisitShape(VisitShape):
    """`acts`: what the person may do about it now. `warnings`: where else whoever is sent should be."""

    acts = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    class Meta(VisitShape.Meta):
        fields = [*VisitShape.Meta.fields, "acts", "warnings"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_acts(self, row: SiteVisit) -> list[str]:
        person = self.context["person"]
        return acts_on(row, roles_on(self.context["case"], person), person, self.context["now"])

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, row: SiteVisit) -> list[str]:
        return pages.clashes(row, self.context["person"]) if row.state in rules.OPEN else []


def answered(case: Complaint, item: int, person: Permissions, at: Any, code: int = 200) -> Response:
    context = {"person": person, "case": case, "now": at}
    return Response(OneVisitShape(pages.find(person, case, item), context=context).data, status=code)


class Visits(Listed):
    """Visits of the cases the person may read, by the views of the page."""

    serializer_class = VisitShape
    parameters = {"GET": (*PAGED, "view")}

    class pagination_class(Pages):
        ordering = ("-starts_at", "-id")

    def rows(self) -> Any:
        at = now()
        person = person_of(self.request, at)
        rows = with_all(SiteVisit.objects.visible_to(person))
        if view := chosen(self.request, "view", VIEWS):
            rows = rows.filter(VIEWS[view].holds(person, at, midnight_after(at)))
        return rows

    @listed("visits", OpenApiParameter("view", OpenApiTypes.STR, enum=list(VIEWS)))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class VisitsOfCase(Listed):
    """The visits of a case, the newest first; and arranging one."""

    serializer_class = VisitShape
    parameters = {"GET": PAGED}

    class pagination_class(Pages):
        ordering = ("-number", "-id")

    def rows(self) -> Any:
        case, _person = found(self.request, self.kwargs["number"], now())
        return with_all(SiteVisit.objects.filter(complaint=case))

    @extend_schema(operation_id="case_visits_list", parameters=[SIZE, CURSOR])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        operation_id="visits_arrange",
        request=serializers_of(Arrange, "ArrangeVisit"),
        responses={201: OneVisitShape},
        parameters=[KEY],
    )
    def post(self, request: StaffCall, number: str) -> Response:
        """Arrange a visit. The same key arranges it once; `warnings` say what overlaps."""
        at = now()
        case, person = found(request, number, at)
        with timezone.override(case.estate.zone):
            rules.check_arrange(roles_on(case, person), case.status)
            form = Arrange({}, case=case, row=None, person=person, now=at)
            checked(form, body_of(request))
            made = arrange(case, **form.arguments(), by=request.user, at=at, key=key_of(request))
        return answered(case, made.number, person, at, 201)


class OneVisit(APIView):
    @extend_schema(operation_id="visits_get", responses=OneVisitShape)
    def get(self, request: StaffCall, number: str, item: int) -> Response:
        """One visit, with what the person may do about it."""
        at = now()
        case, person = found(request, number, at)
        return answered(case, item, person, at)


class VisitActView(APIView):
    """One act on a visit, by the form of the page."""

    verb = ""

    def act(self, request: StaffCall, number: str, item: int) -> Response:
        at = now()
        case, person = found(request, number, at)
        row = pages.find(person, case, item)
        with timezone.override(case.estate.zone):
            sent = body_of(request)
            form = pages.form_for(self.verb, case, row, person, at, {})
            takes_files = "files" in form.fields
            checked(form, {name: said for name, said in sent.items() if name != "files" or not takes_files})
            if takes_files:
                form.attachments = attachments_of(request, sent, at, as_sent=True)
            try:
                pages.perform(self.verb, row, form, by=request.user, at=at)
            finally:
                files.discard(form.attachments)
        return answered(case, item, person, at)


def act_view(verb: str) -> Any:
    """The view of one act, with its own place in the schema."""

    def post(self: VisitActView, request: StaffCall, number: str, item: int) -> Response:
        return self.act(request, number, item)

    title = "".join(part.title() for part in verb.split("_"))
    post.__doc__ = str(VISIT_FORMS[verb].done)
    described = extend_schema(
        operation_id=f"visits_{verb}",
        request=serializers_of(VISIT_FORMS[verb].form, f"Visit{title}"),
        responses=OneVisitShape,
    )(post)
    made: type[VisitActView] = type(f"Visit{title}View", (VisitActView,), {"verb": verb, "post": described})
    return made.as_view()


VERBS = tuple(rules.ACTS)
