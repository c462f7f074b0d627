from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("registers/", include("owners.urls")),
    path("reports/", include("reports.urls")),
    path("", include("complaints.urls")),
]
