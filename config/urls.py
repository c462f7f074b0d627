from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("registers/", include("owners.urls")),
    path("reports/", include("reports.urls")),
    path("api/v1/", include("complaints.api.urls")),
    path("", include("complaints.urls")),
]
