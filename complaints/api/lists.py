"""Lists: what a program must know to fill in a form, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.actions.vocabulary import extension_reasons
from complaints.api.answers import StaffCall, chosen
from complaints.api.paging import PAGED, ById, Pages
from complaints.api.schema import CURSOR, SIZE
from complaints.api.shapes import ExtensionShape, FollowUpShape, OverrunShape
from complaints.api.words import (
    CategoryShape,
    CauseShape,
    DepartmentShape,
    EstateShape,
    MeShape,
    PostingShape,
    ReasonShape,
    UnitShape,
)
from complaints.models import Category, Cause, Complaint, Extension, ExtensionReason, Overrun
from complaints.staff_names import Colleagues
from complaints.views import overruns, person_of
from complaints.views.lists.follow_ups import VIEWS as FOLLOW_UP_VIEWS
from complaints.views.lists.follow_ups import in_view, seen_by
from owners import access
from owners.lookup import find_units
from owners.models import Unit
from owners.names import clean_line
from staff.models import Absence, Department, Estate, Posting
from staff.permissions import Permissions, current
from staff.roles import BYSTANDERS

ESTATE = OpenApiParameter("estate", OpenApiTypes.STR, description="Code of an estate.")
#: As many units as a search finds at most.
MOST_UNITS = 100


#: A view's method.
Get = TypeVar("Get", bound=Callable[..., Response])


def listed(name: str, *more: OpenApiParameter) -> Callable[[Get], Get]:
    """The schema of a list: its filters, and the pages."""
    return extend_schema(operation_id=f"{name}_list", parameters=[*more, SIZE, CURSOR])


def estates_of(person: Permissions) -> Any:
    """Those whose cases the person reads."""
    return (
        Estate.objects.all() if person.reads_company() else Estate.objects.filter(pk__in=person.estate_ids())
    )


def named(view: Any, estates: Any) -> Any:
    """Of the estates, the one the address names, or all; 404 for one that is not among them."""
    code = view.request.query_params.get("estate")
    if code is None:
        return estates
    if not estates.filter(code=code).exists():
        raise Http404
    return estates.filter(code=code)


class Listed(ListAPIView):
    """A list in pages; `rows` says which. The schema asks for none."""

    request: StaffCall
    serializer_class: Any
    pagination_class: Any = ById
    parameters: dict[str, tuple[str, ...]] = {"GET": PAGED}

    def get_queryset(self) -> Any:
        model = self.serializer_class.Meta.model
        return model.objects.none() if getattr(self, "swagger_fake_view", False) else self.rows()

    def rows(self) -> Any:
        raise NotImplementedError


class Estates(Listed):
    """The estates whose cases the person reads."""

    serializer_class = EstateShape

    def rows(self) -> Any:
        return estates_of(person_of(self.request, now())).select_related("merged_into")

    @listed("estates")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Categories(Listed):
    """Categories and their sub-categories; a case has one of the latter, by its code."""

    serializer_class = CategoryShape

    def rows(self) -> Any:
        return Category.objects.filter(is_active=True).select_related("parent")

    @listed("categories")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Causes(Listed):
    serializer_class = CauseShape

    def rows(self) -> Any:
        return Cause.objects.filter(is_active=True)

    @listed("causes")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Reasons(Listed):
    """Why more time may be asked for, or was needed."""

    serializer_class = ReasonShape

    def rows(self) -> Any:
        return ExtensionReason.objects.filter(pk__in=[reason.pk for reason in extension_reasons()])

    @listed("reasons")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Departments(Listed):
    """Departments and contractors of the estates the person reads, and of headquarters."""

    serializer_class = DepartmentShape
    parameters = {"GET": (*PAGED, "estate")}

    def rows(self) -> Any:
        here = named(self, estates_of(person_of(self.request, now())))
        rows = Department.objects.filter(Q(estate__in=here) | Q(estate=None))
        return rows.select_related("estate")

    @listed("departments", ESTATE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Staff(Listed):
    """Who serves the estates the person reads: a row for each posting, with the user name forms take."""

    serializer_class = PostingShape
    parameters = {"GET": (*PAGED, "estate", "q")}

    def rows(self) -> Any:
        at = now()
        here = named(self, estates_of(person_of(self.request, at)))
        serve = Q(estate__in=here) | Q(department__estate__in=here)
        serve |= Q(department__isnull=False, department__estate=None)
        away = Absence.objects.filter(user=OuterRef("user"), starts_at__lte=at, ends_at__gt=at)
        rows = Posting.objects.filter(current(at), serve)
        if typed := clean_line(self.request.query_params.get("q", ""))[:60]:
            rows = rows.filter(user__in=Colleagues().called_or_named(typed))
        return (
            rows.exclude(role__in=BYSTANDERS)
            .select_related("user", "estate", "department__estate")
            .annotate(is_away=Exists(away))
        )

    @listed(
        "staff",
        ESTATE,
        OpenApiParameter(
            "q", OpenApiTypes.STR, description="Words of a name in any order, or of a user name: Siu Wong."
        ),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Units(Listed):
    """Places of the registers the person reads: the code is what `where` and `place` take."""

    serializer_class = UnitShape
    parameters = {"GET": (*PAGED, "estate", "q")}

    def rows(self) -> Any:
        here = named(self, access.readable(person_of(self.request, now())))
        rows = Unit.objects.filter(estate__in=here).select_related("estate", "building")
        if typed := self.request.query_params.get("q"):
            found = find_units(typed, list(here), limit=MOST_UNITS)
            rows = rows.filter(pk__in=[unit.pk for unit in found])
        return rows

    @listed(
        "units", ESTATE, OpenApiParameter("q", OpenApiTypes.STR, description="As people type it: 1-2-101.")
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Me(APIView):
    @extend_schema(operation_id="me", responses=MeShape)
    def get(self, request: StaffCall) -> Response:
        """Who asks, and his roles by estate; `*` is the whole company."""
        person = person_of(request, now())
        codes = dict(Estate.objects.values_list("pk", "code"))
        roles = {codes[pk]: sorted(held) for pk, held in person.estates.items()}
        if person.company:
            roles["*"] = sorted(person.company)
        return Response({"username": request.user.username, "name": request.user.name, "roles": roles})


# What waits ------------------------------------------------------------------------------------------


class Extensions(Listed):
    """Requests for overtime on the cases a person may know of."""

    serializer_class = ExtensionShape
    parameters = {"GET": (*PAGED, "state")}

    class pagination_class(Pages):
        ordering = ("-requested_at", "-id")

    def rows(self) -> Any:
        seen = Complaint.objects.visible_to(person_of(self.request, now()))
        rows = Extension.objects.filter(complaint__in=seen)
        if state := chosen(self.request, "state", Extension.State.values):
            rows = rows.filter(state=state)
        return rows.select_related("complaint__estate", "clock__policy", "requested_by").prefetch_related(
            "clock__extensions"
        )

    @listed("extensions", OpenApiParameter("state", OpenApiTypes.STR, enum=Extension.State.values))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class FollowUps(Listed):
    """Follow-ups of the cases a person may know of, by the views of the page."""

    serializer_class = FollowUpShape
    parameters = {"GET": (*PAGED, "view")}

    class pagination_class(Pages):
        ordering = ("-raised_at", "-id")

    def rows(self) -> Any:
        at = now()
        rows = seen_by(person_of(self.request, at), None).select_related("complaint", "department")
        if view := chosen(self.request, "view", FOLLOW_UP_VIEWS):
            rows = rows.filter(in_view(view, at))
        return rows

    @listed("follow_ups", OpenApiParameter("view", OpenApiTypes.STR, enum=list(FOLLOW_UP_VIEWS)))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Overruns(Listed):
    """Late without approval: those of the cases a person may know of, the newest first."""

    serializer_class = OverrunShape
    parameters = {"GET": (*PAGED, "state")}

    class pagination_class(Pages):
        ordering = ("-opened_at", "-id")

    def rows(self) -> Any:
        rows = overruns.seen(person_of(self.request, now()))
        if state := chosen(self.request, "state", Overrun.State.values):
            rows = rows.filter(state=state)
        return rows

    @listed("overruns", OpenApiParameter("state", OpenApiTypes.STR, enum=Overrun.State.values))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)
