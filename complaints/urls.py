"""Every address of the staff's pages and the owner's; the API's are beside them."""

from django.urls import path

from complaints.portal import doors, pages
from complaints.views import (
    approvals,
    case,
    desk,
    edit,
    files,
    forecast,
    health,
    home,
    inbox,
    moves,
    notes,
    people,
    profile,
    queue,
    revisits,
    search,
    settings,
    versions,
)

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
    path("profile/absences/", profile.leave, name="profile_leave"),
    path("profile/absences/<int:pk>/back/", profile.come_back, name="profile_back"),
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
    # Today, what has been told, what is looked for
    path("", home.home, name="home"),
    path("forecast/", forecast.forecast, name="forecast"),
    path("healthz", health.healthz, name="healthz"),
    path("search/", search.search, name="search"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.open_line, name="inbox_open"),
    path("revisits/", revisits.revisits, name="revisits"),
    # Lists; these stand before a case's own addresses
    path("cases/", queue.queue, name="queue"),
    path("cases/filters/", queue.filters, name="queue_filters"),
    path("cases/bulk/", queue.bulk, name="queue_bulk"),
    # People and settings
    path("settings/", settings.index, name="settings"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.hire, name="person_new"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("settings/people/<int:pk>/link/", people.send_link, name="person_link"),
    path("settings/people/<int:pk>/close/", people.close, name="person_close"),
    path("settings/people/<int:pk>/duties/", people.duties, name="person_duties"),
    path("settings/people/<int:pk>/postings/", people.appoint, name="person_appoint"),
    path("settings/people/<int:pk>/postings/<int:posting>/end/", people.dismiss, name="person_dismiss"),
    path("settings/people/<int:pk>/absences/", people.absent, name="person_absent"),
    path("settings/people/<int:pk>/absences/<int:absence>/back/", people.back, name="person_back"),
    path("settings/estates/", settings.estates, name="settings_estates"),
    path("settings/estates/<str:code>/", settings.estate, name="settings_estate"),
    path("settings/estates/<str:code>/departments/", settings.add_department, name="settings_department_new"),
    path(
        "settings/estates/<str:code>/departments/<int:pk>/", settings.department, name="settings_department"
    ),
    path("settings/timers/", health.timer_health, name="settings_timers"),
    path("settings/words/", settings.words, name="settings_words"),
    path("settings/words/<str:kind>/new/", settings.word, name="settings_word_new"),
    path("settings/words/<str:kind>/<int:pk>/", settings.word, name="settings_word"),
    # Files of a case
    path("files/<str:name>", files.file, name="file"),
    path("files/<str:name>/thumbnail", files.thumbnail, name="thumbnail"),
    # What waits for a decision
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/decided/", approvals.decided, name="approvals_decided"),
    path("approvals/<int:pk>/", approvals.approval, name="approval"),
    path("approvals/<int:pk>/<str:verb>/", approvals.decide, name="decide_extension"),
    path("approvals/amounts/<int:pk>/<str:verb>/", approvals.decide_amount, name="decide_amount"),
    # One case; a move's address comes last, it takes every verb
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/versions/", versions.versions, name="case_versions"),
    path("cases/<str:number>/edit/", edit.edit, name="case_edit"),
    path("cases/<str:number>/<str:verb>/", moves.move, name="move"),
]
