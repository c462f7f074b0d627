"""Every address of the staff's pages and the owner's; the API's are beside them."""

from django.urls import path

from complaints.views import files, profile

urlpatterns = [
    # The shell
    path("language/", profile.set_language, name="set_language_choice"),
    path("estate/", profile.choose_estate, name="choose_estate"),
    path("profile/", profile.profile, name="profile"),
    # Files of a case
    path("files/<str:name>", files.file, name="file"),
    path("files/<str:name>/thumbnail", files.thumbnail, name="thumbnail"),
]
