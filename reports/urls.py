"""Addresses of the reports and of the papers of single cases, under /reports/."""

from django.urls import path

from reports.views import calendar, calendar_settings, dashboard, due, ledger, monthly, papers, posters

app_name = "reports"
urlpatterns = [
    path("", monthly.index, name="index"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/cases/", dashboard.cases, name="dashboard_cases"),
    path("calendar/", calendar.index, name="calendar"),
    path("calendar/settings/", calendar_settings.index, name="calendar_settings"),
    path("calendar/settings/begin/", calendar_settings.begin, name="calendar_begin"),
    path("calendar/settings/versions/", calendar_settings.versions, name="calendar_versions"),
    path("calendar/settings/<slug:kind>/", calendar_settings.rule, name="calendar_rule"),
    path("calendar/settings/<slug:kind>/<slug:scope>/", calendar_settings.duty, name="calendar_duty"),
    path("calendar/<int:pk>/", due.due, name="due"),
    path("calendar/<int:pk>/make-draft/", due.make, name="due_make"),
    path("calendar/<int:pk>/<slug:verb>/", due.act, name="due_act"),
    path("calendar/<int:pk>/papers/<int:version>.<slug:form>", due.paper, name="due_paper"),
    path("monthly/", monthly.monthly, name="monthly"),
    path("monthly/ask/", monthly.ask, name="ask"),
    path("made/<uuid:key>/", monthly.made, name="made"),
    path("made/<uuid:key>/issue/", monthly.issue, name="issue"),
    path("made/<uuid:key>/report.pdf", monthly.fetch, {"form": "pdf"}, name="pdf"),
    path("made/<uuid:key>/report.xlsx", monthly.fetch, {"form": "xlsx"}, name="xlsx"),
    path("verify/", monthly.verify, name="verify"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger.xlsx", ledger.ledger_file, {"form": "xlsx"}, name="ledger_excel"),
    path("ledger.pdf", ledger.ledger_file, {"form": "pdf"}, name="ledger_pdf"),
    path("ledger/<uuid:key>.xlsx", papers.paper, name="ledger_made"),
    path("ledger/<uuid:key>.pdf", papers.paper, name="ledger_printed"),
    path("cases/sheets.pdf", papers.case_sheets, name="case_sheets"),
    path("case/<str:number>/receipt.pdf", papers.receipt, name="receipt"),
    path("case/<str:number>/sheet.pdf", papers.case_sheet, name="case_sheet"),
    path("case/<str:number>/extension-<int:pk>.pdf", papers.extension_sheet, name="extension_sheet"),
    path("case/<str:number>/overrun-<int:pk>.pdf", papers.overrun_sheet, name="overrun_sheet"),
    path("case/<str:number>/follow-ups.pdf", papers.follow_up_sheet, name="follow_up_sheet"),
    path("paper/<uuid:key>/", papers.paper, name="paper"),
    path("posters/<str:code>.pdf", posters.posters, name="posters"),
    path("bulletin-<int:pk>.pdf", papers.bulletin, name="bulletin"),
    path("case/<str:number>/revisit-<int:cycle>.pdf", papers.revisit_sheet, name="revisit_sheet"),
]
