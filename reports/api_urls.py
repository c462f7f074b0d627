"""Addresses of the reports for programs, under /api/v1/reports/."""

from django.urls import path

from reports import api, appraisal_api
from reports.appraisal_rules import ACTS as APPRAISAL_ACTS
from reports.duties import ACTS

urlpatterns = [
    path("due/", api.DueReports.as_view(), name="api_due_reports"),
    path("due/<int:pk>/", api.DueReportView.as_view(), name="api_due_report"),
    *(path(f"due/<int:pk>/{verb}/", api.act_view(verb), name=f"api_due_{verb}") for verb in ACTS),
    path("appraisals/", appraisal_api.Appraisals.as_view(), name="api_appraisals"),
    path("appraisals/<int:pk>/", appraisal_api.AppraisalView.as_view(), name="api_appraisal"),
    *(
        path(f"appraisals/<int:pk>/{verb}/", appraisal_api.act_view(verb), name=f"api_appraisal_{verb}")
        for verb in APPRAISAL_ACTS
    ),
]
