"""Addresses of the reports for programs, under /api/v1/reports/."""

from django.urls import path

from reports import api, appraisal_api, owner_api, owner_meeting_api, rating_api, survey_api, target_api
from reports.appraisal_rules import ACTS as APPRAISAL_ACTS
from reports.duties import ACTS
from reports.owner_meeting_forms import OF_MEETING, OF_PROMISE
from reports.owner_rules import ACTS as OWNER_ACTS
from reports.rating_rules import ACTS as RATING_ACTS

urlpatterns = [
    path("due/", api.DueReports.as_view(), name="api_due_reports"),
    path("due/<int:pk>/", api.DueReportView.as_view(), name="api_due_report"),
    path("surveys/<int:pk>/", survey_api.SurveyResults.as_view(), name="api_survey_results"),
    *(path(f"due/<int:pk>/{verb}/", api.act_view(verb), name=f"api_due_{verb}") for verb in ACTS),
    path("appraisals/", appraisal_api.Appraisals.as_view(), name="api_appraisals"),
    path("appraisals/<int:pk>/", appraisal_api.AppraisalView.as_view(), name="api_appraisal"),
    *(
        path(f"appraisals/<int:pk>/{verb}/", appraisal_api.act_view(verb), name=f"api_appraisal_{verb}")
        for verb in APPRAISAL_ACTS
    ),
    path("owners/", owner_api.OwnerReports.as_view(), name="api_owner_reports"),
    path("owners/<int:pk>/", owner_api.OneOwnerReport.as_view(), name="api_owner_report"),
    path("owners/<int:pk>/blocks/<slug:kind>/", owner_api.BlockView.as_view(), name="api_owner_report_block"),
    *(
        path(f"owners/<int:pk>/{verb}/", owner_api.act_view(verb), name=f"api_owner_report_{verb}")
        for verb in OWNER_ACTS
    ),
    path("owner-meetings/", owner_meeting_api.OwnerMeetings.as_view(), name="api_owner_meetings"),
    path(
        "owner-meetings/of/<str:code>/",
        owner_meeting_api.EstateMeetings.as_view(),
        name="api_owner_meetings_of",
    ),
    path("owner-meetings/<int:pk>/", owner_meeting_api.OneOwnerMeeting.as_view(), name="api_owner_meeting"),
    *(
        path(
            f"owner-meetings/<int:pk>/{verb}/",
            owner_meeting_api.act_view(verb),
            name=f"api_owner_meeting_{verb}",
        )
        for verb in OF_MEETING
    ),
    *(
        path(
            f"owner-promises/<int:pk>/{verb}/",
            owner_meeting_api.act_view(verb, of_promise=True),
            name=f"api_owner_promise_{verb}",
        )
        for verb in OF_PROMISE
    ),
    path(
        "owner-promises/<int:pk>/measure/",
        owner_meeting_api.MeasureOfOne.as_view(),
        name="api_owner_promise_measure",
    ),
    path("targets/", target_api.Targets.as_view(), name="api_targets"),
    path("ratings/", rating_api.Ratings.as_view(), name="api_ratings"),
    path("ratings/<int:pk>/", rating_api.OneRating.as_view(), name="api_rating"),
    *(
        path(f"ratings/<int:pk>/{verb}/", rating_api.act_view(verb), name=f"api_rating_{verb}")
        for verb in RATING_ACTS
    ),
]
