"""Every address of the staff's pages and the owner's; the API's are beside them."""

from django.urls import path

from complaints.portal import doors, pages
from complaints.views import desk, files, notes, profile, queue

urlpatterns = [
    # The customer's pages
    path("r/<str:token>", doors.receipt, name="receipt_link"),
    path("portal/", doors.door, name="portal_door"),
    path("portal/code/", doors.code, name="portal_code"),
    path("portal/<str:number>/", pages.case, name="portal_case"),
    path("portal/<str:number>/leave/", doors.leave, name="portal_leave"),
    path("portal/<str:number>/files/<str:name>", pages.file, name="portal_file"),
    path(
        "portal/<str:number>/files/<str:name>/thumbnail",
        pages.file,
        {"thumbnail": True},
        name="portal_thumbnail",
    ),
    path("portal/<str:number>/<str:verb>/", pages.act, name="portal_act"),
    # The shell
    path("language/", profile.set_language, name="set_language_choice"),
    path("estate/", profile.choose_estate, name="choose_estate"),
    path("profile/", profile.profile, name="profile"),
    # The front desk
    path("desk/", desk.desk, name="desk"),
    path("desk/find/", desk.find, name="desk_find"),
    path("desk/pick/", desk.pick, name="desk_pick"),
    path("desk/look/", desk.look, name="desk_look"),
    path("desk/estate/", desk.change_estate, name="desk_estate"),
    path("desk/chase/<str:number>/", desk.chase, name="desk_chase"),
    path("desk/reopen/<str:number>/", desk.reopen, name="desk_reopen"),
    path("desk/claim/<str:number>/", desk.claim, name="desk_claim"),
    path("desk/filed/<str:number>/", desk.filed, name="desk_filed"),
    path("desk/filed/<str:number>/link/", desk.new_link, name="desk_new_link"),
    path("desk/notes/", notes.notes, name="desk_notes"),
    path("desk/notes/<int:pk>/", notes.note, name="desk_note"),
    # Lists; these stand before a case's own addresses
    path("cases/", queue.queue, name="queue"),
    path("cases/filters/", queue.filters, name="queue_filters"),
    path("cases/bulk/", queue.bulk, name="queue_bulk"),
    # Files of a case
    path("files/<str:name>", files.file, name="file"),
    path("files/<str:name>/thumbnail", files.thumbnail, name="thumbnail"),
]
