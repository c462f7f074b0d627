"""Every address of the staff's pages and the owner's; the API's are beside them."""

from django.urls import path

from complaints.portal import entry_points, pages, texts
from complaints.views import approvals, home, links, overruns, profile, reviews
from complaints.views.case import edit, files, moves, page, reply_words, versions
from complaints.views.desk import contact_notes, intake, pasted_order, relays
from complaints.views.lists import (
    amounts,
    bulk,
    bulletins,
    follow_ups,
    forecast,
    inbox,
    queue,
    revisits,
    search,
)
from complaints.views.office import (
    audit,
    calendars,
    company,
    duties,
    estate_end,
    first_steps,
    health,
    outbox,
    people,
    policy,
    settings,
    staff_file,
)

urlpatterns = [
    # The customer's pages
    path("r/<str:token>", entry_points.receipt, name="receipt_link"),
    path("portal/", entry_points.door, name="portal_door"),
    path("portal/code/", entry_points.code, name="portal_code"),
    path("portal/<str:number>/", pages.case, name="portal_case"),
    path("portal/<str:number>/leave/", entry_points.leave, name="portal_leave"),
    path("portal/<str:number>/files/<str:name>", pages.file, name="portal_file"),
    path(
        "portal/<str:number>/files/<str:name>/thumbnail",
        pages.file,
        {"thumbnail": True},
        name="portal_thumbnail",
    ),
    path("portal/<str:number>/texts/", texts.texts, name="portal_texts"),
    path("portal/<str:number>/<str:verb>/", pages.act, name="portal_act"),
    # The shell
    path("language/", profile.set_language, name="set_language_choice"),
    path("estate/", profile.choose_estate, name="choose_estate"),
    path("profile/", profile.profile, name="profile"),
    path("profile/messages/", profile.ways, name="profile_messages"),
    path("profile/absences/", profile.leave, name="profile_leave"),
    path("profile/absences/<int:pk>/back/", profile.come_back, name="profile_back"),
    # The front desk
    path("desk/", intake.desk, name="desk"),
    path("desk/find/", intake.find, name="desk_find"),
    path("desk/pick/", intake.pick, name="desk_pick"),
    path("desk/look/", intake.look, name="desk_look"),
    path("desk/order/", pasted_order.take_apart, name="desk_order"),
    path("desk/estate/", intake.change_estate, name="desk_estate"),
    path("desk/chase/<str:number>/", intake.chase, name="desk_chase"),
    path("desk/reopen/<str:number>/", intake.reopen, name="desk_reopen"),
    path("desk/claim/<str:number>/", intake.claim, name="desk_claim"),
    path("desk/filed/<str:number>/", intake.filed, name="desk_filed"),
    path("desk/filed/<str:number>/link/", intake.new_link, name="desk_new_link"),
    path("desk/notes/", contact_notes.notes, name="desk_notes"),
    path("desk/notes/<int:pk>/", contact_notes.note, name="desk_note"),
    path("desk/relays/", relays.waiting, name="desk_relays"),
    path("desk/relays/<int:pk>/", relays.relay, name="desk_relay"),
    # Passing a complaint on to the desk: for everybody
    path("relays/", relays.relays, name="relays"),
    # Today, what has been told, what is looked for
    path("", home.home, name="home"),
    path("forecast/", forecast.forecast, name="forecast"),
    path("healthz", health.healthz, name="healthz"),
    path("search/", search.search, name="search"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.open_line, name="inbox_open"),
    path("revisits/", revisits.revisits, name="revisits"),
    path("revisits/follow-ups/", follow_ups.follow_ups, name="follow_ups"),
    # Lists; these stand before a case's own addresses
    path("cases/", queue.queue, name="queue"),
    path("cases/filters/", queue.filters, name="queue_filters"),
    path("cases/bulk/", bulk.bulk, name="queue_bulk"),
    # The audit
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.export, name="audit_export"),
    # People and settings
    path("settings/", settings.index, name="settings"),
    path("settings/first-steps/", first_steps.first_steps, name="first_steps"),
    path("settings/company/", company.company, name="settings_company"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.hire, name="person_new"),
    path("settings/people/file/", staff_file.upload, name="staff_file"),
    path("settings/people/file/template.xlsx", staff_file.template, name="staff_file_template"),
    path("settings/people/file/load/", staff_file.load, name="staff_file_load"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("settings/people/<int:pk>/link/", people.send_link, name="person_link"),
    path("settings/people/<int:pk>/close/", people.close, name="person_close"),
    path("settings/people/<int:pk>/duties/", duties.duties, name="person_duties"),
    path("settings/people/<int:pk>/postings/", people.appoint, name="person_appoint"),
    path("settings/people/<int:pk>/postings/<int:posting>/end/", people.dismiss, name="person_dismiss"),
    path("settings/people/<int:pk>/absences/", people.absent, name="person_absent"),
    path("settings/people/<int:pk>/absences/<int:absence>/back/", people.back, name="person_back"),
    path("settings/estates/", settings.estates, name="settings_estates"),
    path("settings/estates/new/", settings.open_estate, name="settings_estate_new"),
    path("settings/estates/<str:code>/", settings.estate, name="settings_estate"),
    path("settings/estates/<str:code>/end/", estate_end.end_estate, name="settings_estate_end"),
    path("settings/estates/<str:code>/resume/", estate_end.resume_estate, name="settings_estate_resume"),
    path("settings/estates/<str:code>/departments/", settings.add_department, name="settings_department_new"),
    path(
        "settings/estates/<str:code>/departments/<int:pk>/", settings.department, name="settings_department"
    ),
    path("settings/timers/", health.timer_health, name="settings_timers"),
    path("settings/estates/<str:code>/calendar/", calendars.year, name="calendar"),
    path("settings/estates/<str:code>/calendar/save/", calendars.save, name="calendar_save"),
    path("settings/estates/<str:code>/calendar/hours/", calendars.hours, name="calendar_hours"),
    path("settings/estates/<str:code>/calendar/look/<str:source>/", calendars.look, name="calendar_look"),
    path("settings/policy/", policy.policy, name="policy"),
    path("settings/policy/versions/", policy.versions, name="policy_versions"),
    path("settings/words/", settings.words, name="settings_words"),
    path("settings/words/<str:kind>/new/", settings.word, name="settings_word_new"),
    path("settings/words/<str:kind>/<int:pk>/", settings.word, name="settings_word"),
    path("settings/messages/", outbox.failed, name="settings_messages"),
    path("settings/messages/retry/", outbox.retry, name="settings_messages_retry"),
    # What the desk says
    path("words/phrases.json", reply_words.phrases, name="phrases_json"),
    # Files of a case
    path("files/<str:name>", files.file, name="file"),
    path("files/<str:name>/thumbnail", files.thumbnail, name="thumbnail"),
    # Bulletins
    path("bulletins/", bulletins.index, name="bulletins"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    # What waits for a decision
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/decided/", approvals.decided, name="approvals_decided"),
    path("approvals/roles/", reviews.reviews, name="reviews"),
    path("approvals/roles/agree/", reviews.agree, name="review_agree"),
    path("approvals/roles/<int:pk>/back/", reviews.send_back, name="review_send_back"),
    path("approvals/roles/<int:pk>/link/", reviews.link, name="review_link"),
    path("approvals/by-link/<str:token>/", links.decide, name="decide_by_link"),
    path("approvals/amounts/", amounts.amounts, name="amounts"),
    path("approvals/<int:pk>/", approvals.approval, name="approval"),
    path("approvals/overruns/<int:pk>/", overruns.overrun, name="overrun"),
    path("approvals/overruns/<int:pk>/<str:verb>/", overruns.decide, name="decide_overrun"),
    path("approvals/<int:pk>/<str:verb>/", approvals.decide, name="decide_extension"),
    path("approvals/amounts/<int:pk>/<str:verb>/", approvals.decide_amount, name="decide_amount"),
    # One case; a move's address comes last, it takes every verb
    path("cases/<str:number>/", page.case, name="case"),
    path("cases/<str:number>/versions/", versions.versions, name="case_versions"),
    path("cases/<str:number>/edit/", edit.edit, name="case_edit"),
    path("cases/<str:number>/<str:verb>/", moves.move, name="move"),
]
