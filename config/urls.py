from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from reports.views import surveys

handler400 = "complaints.errors.bad_request"
handler403 = "complaints.errors.forbidden"
handler404 = "complaints.errors.not_found"
handler500 = "complaints.errors.server_error"

urlpatterns = [
    # A mailbox is changed under Profile, with the password; the library's own page asks for none.
    path("accounts/email/", RedirectView.as_view(pattern_name="profile")),
    path("accounts/", include("allauth.account.urls")),
    path("registers/", include("owners.urls")),
    path("reports/", include("reports.urls")),
    path("portal/estate/", include("reports.public_urls")),
    # Asked for by browsers where no page names an icon: beside a PDF that they show themselves.
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/mark.svg"))),
    # An owner's page whose figures and chart are of the reports.
    path("portal/surveys/<int:pk>/", surveys.answer, name="survey_answer"),
    path("api/v1/reports/", include("reports.api_urls")),
    path("api/v1/", include("complaints.api.urls")),
    path("", include("complaints.urls")),
]
