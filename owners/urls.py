"""Addresses of the register 基础档案, under /registers/."""

from django.urls import path

from owners.views import browse, change, importing, warranty

urlpatterns = [
    path("", browse.estates, name="registers"),
    path("units/<int:pk>/", browse.unit, name="registers_unit"),
    path("units/<int:pk>/edit/", change.edit_unit, name="registers_unit_edit"),
    path("units/<int:pk>/people/add/", change.add_person, name="registers_person_add"),
    path("occupancies/<int:pk>/edit/", change.edit_occupancy, name="registers_occupancy_edit"),
    path("occupancies/<int:pk>/move-out/", change.move_out, name="registers_move_out"),
    path("occupancies/<int:pk>/stay/", change.undo_move_out, name="registers_move_out_undo"),
    path("people/<int:pk>/", browse.owner, name="registers_owner"),
    path("people/<int:pk>/edit/", change.edit_owner, name="registers_owner_edit"),
    path("people/<int:pk>/phones/add/", change.add_phone, name="registers_phone_add"),
    path("phones/<int:pk>/own/", change.own_phone, name="registers_phone_own"),
    path("phones/<int:pk>/remove/", change.remove_phone, name="registers_phone_remove"),
    path("<str:code>/", browse.estate, name="registers_estate"),
    path("<str:code>/buildings/<int:pk>/", browse.building, name="registers_building"),
    path("<str:code>/elsewhere/", browse.elsewhere, name="registers_elsewhere"),
    path("<str:code>/warranty/", warranty.warranty, name="registers_warranty"),
    path("<str:code>/warranty/hand-over/", warranty.hand_over, name="registers_hand_over"),
    path(
        "<str:code>/warranty/hand-over/<int:pk>/remove/",
        warranty.remove_hand_over,
        name="registers_hand_over_remove",
    ),
    path("<str:code>/warranty/hand-over.csv", warranty.hand_overs_csv, name="registers_hand_over_csv"),
    path("<str:code>/warranty/settings/", warranty.settings, name="registers_warranty_settings"),
    path("<str:code>/warranty/builders/add/", warranty.builder, name="registers_builder_add"),
    path("<str:code>/warranty/builders/<int:pk>/", warranty.builder, name="registers_builder"),
    path(
        "<str:code>/warranty/builders/<int:pk>/remove/",
        warranty.remove_builder,
        name="registers_builder_remove",
    ),
    path("<str:code>/import/", importing.upload, name="registers_import"),
    path("<str:code>/import/check/", importing.check, name="registers_import_check"),
    path("<str:code>/import/leave/", importing.leave, name="registers_import_leave"),
    path("<str:code>/import/report.csv", importing.report, name="registers_import_report"),
]
