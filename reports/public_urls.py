"""Addresses of what everybody reads of the reports, under /portal/estate/."""

from django.urls import path

from reports.views import owner_public

urlpatterns = [
    path("<str:code>/reports/", owner_public.index, name="portal_owner_reports"),
    path("<str:code>/reports/<str:series>/", owner_public.report, name="portal_owner_report"),
    path("<str:code>/reports/<str:series>.pdf", owner_public.paper, name="portal_owner_report_pdf"),
]
