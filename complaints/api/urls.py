from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from complaints.api import (
    cases,
    commendations,
    evidence,
    lists,
    measures,
    moves,
    readings,
    regulator,
    relays,
    site_visits,
    studies,
    superior,
    surveys,
    trainings,
    types,
    warranty,
)
from complaints.views.case.move_forms import MOVE_FORMS
from config.framework import day_in_address  # noqa: F401 (registers `day`)

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api_schema", http_method_names=["get", "head"]),
        name="api_docs",
    ),
    path("problems/<str:code>/", types.problem, name="api_problem"),
    path("me/", lists.Me.as_view(), name="api_me"),
    path("estates/", lists.Estates.as_view(), name="api_estates"),
    path("departments/", lists.Departments.as_view(), name="api_departments"),
    path("staff/", lists.Staff.as_view(), name="api_staff"),
    path("units/", lists.Units.as_view(), name="api_units"),
    path("categories/", lists.Categories.as_view(), name="api_categories"),
    path("causes/", lists.Causes.as_view(), name="api_causes"),
    path("reasons/", lists.Reasons.as_view(), name="api_reasons"),
    path("cases/", cases.Cases.as_view(), name="api_cases"),
    path("cases/<str:number>/", cases.Case.as_view(), name="api_case"),
    *(path(f"cases/<str:number>/{verb}/", moves.move_view(verb), name=f"api_{verb}") for verb in MOVE_FORMS),
    path("cases/<str:number>/evidence/", evidence.EvidenceOfCase.as_view(), name="api_evidence"),
    path(
        "cases/<str:number>/evidence/statement/",
        evidence.StatementOfCase.as_view(),
        name="api_evidence_statement",
    ),
    path(
        "cases/<str:number>/evidence/verify/", evidence.VerifyEvidence.as_view(), name="api_evidence_verify"
    ),
    path("cases/<str:number>/evidence/<int:item>/", evidence.OneEvidence.as_view(), name="api_evidence_item"),
    *(
        path(
            f"cases/<str:number>/evidence/<int:item>/{verb}/",
            evidence.act_view(verb),
            name=f"api_evidence_{verb}",
        )
        for verb in evidence.VERBS
    ),
    path("cases/<str:number>/inquiries/", regulator.InquiriesOfCase.as_view(), name="api_inquiries"),
    path("cases/<str:number>/inquiries/<int:item>/", regulator.OneInquiry.as_view(), name="api_inquiry"),
    *(
        path(
            f"cases/<str:number>/inquiries/<int:item>/{verb}/",
            regulator.act_view(verb),
            name=f"api_inquiry_{verb}",
        )
        for verb in regulator.VERBS
    ),
    path("cases/<str:number>/regulator/", regulator.RegulatorOfCase.as_view(), name="api_regulator"),
    path(
        "cases/<str:number>/regulator/papers/<slug:key>/",
        regulator.regulator_view("paper"),
        name="api_objection_paper",
    ),
    path("cases/<str:number>/regulator/cite/", regulator.regulator_view("cite"), name="api_clause_cite"),
    path("cases/<str:number>/regulator/court/", regulator.regulator_view("court"), name="api_court_add"),
    path(
        "cases/<str:number>/regulator/court/<int:key>/off/",
        regulator.regulator_view("call_off"),
        name="api_court_off",
    ),
    path(
        "cases/<str:number>/regulator/court/<int:key>/outcome/",
        regulator.regulator_view("outcome"),
        name="api_court_outcome",
    ),
    path(
        "cases/<str:number>/regulator/court/<int:key>/wrong/",
        regulator.regulator_view("court_wrong"),
        name="api_court_wrong",
    ),
    path(
        "cases/<str:number>/regulator/cite/<int:key>/wrong/",
        regulator.regulator_view("cite_wrong"),
        name="api_cite_wrong",
    ),
    path("cases/<str:number>/visits/", site_visits.VisitsOfCase.as_view(), name="api_case_visits"),
    path("cases/<str:number>/visits/<int:item>/", site_visits.OneVisit.as_view(), name="api_visit"),
    *(
        path(
            f"cases/<str:number>/visits/<int:item>/{verb}/",
            site_visits.act_view(verb),
            name=f"api_visit_{verb}",
        )
        for verb in site_visits.VERBS
    ),
    path("visits/", site_visits.Visits.as_view(), name="api_visits"),
    path("extensions/", lists.Extensions.as_view(), name="api_extensions"),
    path("follow-ups/", lists.FollowUps.as_view(), name="api_follow_ups"),
    path("warranty/", warranty.Warranties.as_view(), name="api_warranties"),
    path("cases/<str:number>/warranty/", warranty.WarrantyOfCase.as_view(), name="api_warranty"),
    *(
        path(f"cases/<str:number>/warranty/{verb}/", warranty.act_view(verb), name=f"api_warranty_{verb}")
        for verb in warranty.VERBS
    ),
    path("measures/", measures.Measures.as_view(), name="api_measures"),
    path("measures/<int:pk>/", measures.OneMeasure.as_view(), name="api_measure"),
    path("measures/told/<int:pk>/answer/", measures.ToldAnswer.as_view(), name="api_measure_answer"),
    *(
        path(f"measures/<int:pk>/{verb}/", measures.act_view(verb), name=f"api_measure_{verb}")
        for verb in measures.VERBS
    ),
    path("training/courses/", trainings.Courses.as_view(), name="api_training_courses"),
    path("training/", trainings.Trainings.as_view(), name="api_trainings"),
    path("commendations/", commendations.Commendations.as_view(), name="api_commendations"),
    path("commendations/<int:pk>/", commendations.OneCommendation.as_view(), name="api_commendation"),
    *[
        path(
            f"commendations/<int:pk>/{verb}/",
            commendations.act_view(verb),
            name=f"api_commendation_{verb}",
        )
        for verb in commendations.VERBS
    ],
    path("surveys/", surveys.Surveys.as_view(), name="api_surveys"),
    path("surveys/<int:pk>/", surveys.OneSurvey.as_view(), name="api_survey"),
    *[
        path(f"surveys/<int:pk>/{verb}/", surveys.act_view(verb), name=f"api_survey_{verb}")
        for verb in surveys.VERBS
    ],
    path("library/", studies.Studies.as_view(), name="api_studies"),
    path("library/<int:pk>/", studies.OneStudy.as_view(), name="api_study"),
    *(
        path(f"library/<int:pk>/{verb}/", studies.act_view(verb), name=f"api_study_{verb}")
        for verb in studies.VERBS
    ),
    path("readings/<str:code>/<day:day>/", readings.Reading.as_view(), name="api_reading"),
    path("readings/<str:code>/<day:day>/notes/", readings.ReadingNotes.as_view(), name="api_reading_notes"),
    path("readings/<str:code>/<day:day>/sign/", readings.ReadingSign.as_view(), name="api_reading_sign"),
    path("relays/", relays.Relays.as_view(), name="api_relays"),
    path("overruns/", lists.Overruns.as_view(), name="api_overruns"),
    path("superior/", superior.SuperiorRequests.as_view(), name="api_superior"),
    *(
        path(f"{what}/<int:pk>/{verb}/", moves.decision_view(what, verb), name=f"api_{what}_{verb}")
        for what, (_view, table, *_more) in moves.DECISIONS.items()
        for verb in table
    ),
]
