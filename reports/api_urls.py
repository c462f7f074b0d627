"""Addresses of the reports for programs, under /api/v1/reports/."""

from django.urls import path

from reports import api, rating_api
from reports.duties import ACTS
from reports.rating_rules import ACTS as RATING_ACTS

urlpatterns = [
    path("due/", api.DueReports.as_view(), name="api_due_reports"),
    path("due/<int:pk>/", api.DueReportView.as_view(), name="api_due_report"),
    *(path(f"due/<int:pk>/{verb}/", api.act_view(verb), name=f"api_due_{verb}") for verb in ACTS),
    path("ratings/", rating_api.Ratings.as_view(), name="api_ratings"),
    path("ratings/<int:pk>/", rating_api.OneRating.as_view(), name="api_rating"),
    *(
        path(f"ratings/<int:pk>/{verb}/", rating_api.act_view(verb), name=f"api_rating_{verb}")
        for verb in RATING_ACTS
    ),
]
