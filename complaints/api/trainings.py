"""Training 上岗培训 for programs: the courses, who passed what, and another one recorded."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.answers import StaffCall, body_of, checked
from complaints.api.lists import Listed, listed
from complaints.api.paging import PAGED, Pages
from complaints.forms.trainings import TrainingForm
from complaints.views import person_of
from complaints.views.office import trainings as pages
from staff import actions
from staff.training_rows import TrainingCourse, TrainingPassed


class CourseShape(serializers.ModelSerializer[TrainingCourse]):
    class Meta:
        model = TrainingCourse
        fields = ["id", "name", "name_en", "roles", "months", "is_active"]


class TrainingShape(serializers.ModelSerializer[TrainingPassed]):
    """That somebody passed a course. `valid_until`: the last day, null for ever."""

    person = serializers.CharField(source="user.username")
    course = serializers.IntegerField(source="course_id")

    class Meta:
        model = TrainingPassed
        fields = [
            "id", "person", "course", "passed_on", "valid_until", "result", "link", "recorded_at",
            "taken_back_because",
        ]  # fmt: skip


class Recorded(serializers.Serializer[Any]):
    """The fields of the page, and whose it is."""

    person = serializers.CharField(help_text="Log-in of who has passed it.")
    course = serializers.IntegerField()
    passed_on = serializers.DateField()
    result = serializers.CharField(required=False)
    link = serializers.URLField(required=False)


class Courses(Listed):
    """The courses, for managers, the auditor and administrators."""

    serializer_class = CourseShape

    def rows(self) -> Any:
        pages.estates_of(person_of(self.request, now()), pages.READERS)
        return TrainingCourse.objects.all()

    @listed("training_courses")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class Trainings(Listed):
    """What people of his estates have passed, the newest first."""

    serializer_class = TrainingShape
    parameters = {"GET": (*PAGED, "person")}

    class pagination_class(Pages):
        ordering = ("-id",)

    def rows(self) -> Any:
        estates = pages.estates_of(person_of(self.request, now()), pages.READERS)
        rows = TrainingPassed.objects.filter(user__in=pages.people_in(estates))
        if login := str(self.request.query_params.get("person", "")):
            rows = rows.filter(user__username=login)
        return rows.select_related("user")

    @listed("trainings", OpenApiParameter("person", OpenApiTypes.STR, description="A log-in."))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(operation_id="trainings_record", request=Recorded, responses={201: TrainingShape})
    def post(self, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        """Record that somebody has passed a course."""
        at = now()
        estates = pages.estates_of(person_of(request, at), pages.KEEPERS)
        sent = body_of(request)
        user = get_object_or_404(pages.people_in(estates, at), username=str(sent.pop("person", "")))
        form = checked(TrainingForm({}), sent)
        row = actions.record_training(user, **form.cleaned_data, by=request.user, at=at)
        return Response(TrainingShape(row).data, status=201)
