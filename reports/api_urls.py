"""Addresses of the reports for programs, under /api/v1/reports/."""

from django.urls import path

from reports import api, owner_api
from reports.duties import ACTS
from reports.owner_rules import ACTS as OWNER_ACTS

urlpatterns = [
    path("due/", api.DueReports.as_view(), name="api_due_reports"),
    path("due/<int:pk>/", api.DueReportView.as_view(), name="api_due_report"),
    *(path(f"due/<int:pk>/{verb}/", api.act_view(verb), name=f"api_due_{verb}") for verb in ACTS),
    path("owners/", owner_api.OwnerReports.as_view(), name="api_owner_reports"),
    path("owners/<int:pk>/", owner_api.OneOwnerReport.as_view(), name="api_owner_report"),
    path(
        "owners/<int:pk>/blocks/<slug:kind>/", owner_api.BlockView.as_view(), name="api_owner_report_block"
    ),
    *(
        path(f"owners/<int:pk>/{verb}/", owner_api.act_view(verb), name=f"api_owner_report_{verb}")
        for verb in OWNER_ACTS
    ),
]
