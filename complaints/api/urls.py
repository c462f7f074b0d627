from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from complaints.api import cases, lists, overruns, relays
from complaints.views.verbs import VERBS

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("me/", lists.Me.as_view(), name="api_me"),
    path("estates/", lists.Estates.as_view(), name="api_estates"),
    path("categories/", lists.Categories.as_view(), name="api_categories"),
    path("causes/", lists.Causes.as_view(), name="api_causes"),
    path("cases/", cases.Cases.as_view(), name="api_cases"),
    path("cases/<str:number>/", cases.Case.as_view(), name="api_case"),
    *(path(f"cases/<str:number>/{verb}/", cases.move_view(verb), name=f"api_{verb}") for verb in VERBS),
    path("extensions/", cases.Extensions.as_view(), name="api_extensions"),
    path("follow-ups/", cases.FollowUps.as_view(), name="api_follow_ups"),
    path("extensions/<int:pk>/<str:verb>/", cases.DecisionView.as_view(), name="api_extension"),
    path("relays/", relays.Relays.as_view(), name="api_relays"),
    path("overruns/", overruns.Overruns.as_view(), name="api_overruns"),
    path("overruns/<int:pk>/<str:verb>/", overruns.OverrunView.as_view(), name="api_overrun"),
    path("amounts/<int:pk>/<str:verb>/", cases.AmountDecisionView.as_view(), name="api_amount"),
]
