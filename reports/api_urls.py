"""Addresses of the reports for programs, under /api/v1/reports/."""

from django.urls import path

from reports import api, survey_api
from reports.duties import ACTS

urlpatterns = [
    path("due/", api.DueReports.as_view(), name="api_due_reports"),
    path("due/<int:pk>/", api.DueReportView.as_view(), name="api_due_report"),
    path("surveys/<int:pk>/", survey_api.SurveyResults.as_view(), name="api_survey_results"),
    *(path(f"due/<int:pk>/{verb}/", api.act_view(verb), name=f"api_due_{verb}") for verb in ACTS),
]
