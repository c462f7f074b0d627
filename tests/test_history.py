"""History stays: nothing is rewritten, every edit says who, and no customer is named in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

from complaints import actions
from complaints.actions.portal_access import ask_code, make_receipt_link
from complaints.models import Complaint, Event
from complaints.notifications import send_due
from owners import actions as register
from owners.models import Owner
from tests.cast import DAY, HOUR, OPINION, march
from tests.looking import ring

pytestmark = pytest.mark.django_db

NOW = march(2, 12)


# Events -------------------------------------------------------------------------------------------

REWRITES = {
    "saving": lambda event: event.save(),
    "saving a column": lambda event: event.save(update_fields=["note"]),
    "a copy under its number": lambda event: Event(pk=event.pk, complaint=event.complaint, kind="x").save(),
    "creating it again": lambda event: Event.objects.create(pk=event.pk, complaint=event.complaint, kind="x"),
    "deleting": lambda event: event.delete(),
    "a queryset's update": lambda event: Event.objects.filter(pk=event.pk).update(note="x"),
    "a queryset's delete": lambda event: Event.objects.filter(pk=event.pk).delete(),
    "the case's update": lambda event: event.complaint.events.update(note="x"),
    "the case's delete": lambda event: event.complaint.events.all().delete(),
    "bulk_update": lambda event: Event.objects.bulk_update([event], ["note"]),
    "bulk_create over it": lambda event: Event.objects.bulk_create(
        [Event(pk=event.pk, complaint=event.complaint, kind="x", at=NOW, recorded_at=NOW)],
        update_conflicts=True, unique_fields=["id"], update_fields=["kind"],
    ),
    "update_or_create": lambda event: Event.objects.update_or_create(pk=event.pk, defaults={"note": "x"}),
}  # fmt: skip


@pytest.mark.parametrize("way", REWRITES)
def test_an_event_can_be_neither_changed_nor_deleted(walk_in, way):
    event = walk_in(march(2, 9)).events.first()
    with pytest.raises(TypeError), transaction.atomic():
        REWRITES[way](event)
    assert Event.objects.filter(pk=event.pk, kind=event.kind, note=event.note).exists()


def test_a_case_with_history_cannot_be_deleted(walk_in):
    case = walk_in(march(2, 9))
    for delete in (case.delete, Complaint.objects.filter(pk=case.pk).delete):
        with pytest.raises(models.ProtectedError):
            delete()


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found.append((path, entry.callback))
        else:
            found += addresses(entry, path)
    return found


def test_no_address_deletes_and_none_speaks_of_single_events():
    paths = addresses()
    assert len(paths) > 60
    for path, view in paths:
        assert "event" not in path
        verbs = getattr(getattr(view, "cls", None) or getattr(view, "view_class", None), "__dict__", {})
        assert "delete" not in verbs or view.view_class is RedirectView, path


def test_djangos_admin_has_no_address_and_none_of_our_rows():
    assert not any("admin" in path for path, _ in addresses())
    ours = {"complaints", "owners", "staff", "reports"}
    assert [m for m in admin.site._registry if m._meta.app_label in ours] == []


def test_the_api_answers_405_to_a_delete(client, case_in, office_of_jinxiu):
    case = case_in("acting", at=march(2, 9))
    client.force_login(office_of_jinxiu.zhoujun)
    before = case.events.count()
    for path in (f"/api/v1/cases/{case.number}/", "/api/v1/cases/", "/api/v1/extensions/"):
        assert client.delete(path).status_code == 405
    assert case.events.count() == before


# Versions -----------------------------------------------------------------------------------------


def test_every_edit_leaves_a_version_that_says_what_who_and_when(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9))
    for n, (by, place) in enumerate(
        [(people.limin, "一层"), (people.chenfang, "二层"), (people.limin, "三层")]
    ):
        case = actions.edit(case, {"place": place}, version=case.version, by=by, at=NOW + n * HOUR)
    newest = case.history.all()[:3]
    assert [(row.place, row.history_user, row.history_date) for row in newest] == [
        ("三层", people.limin, NOW + 2 * HOUR),
        ("二层", people.chenfang, NOW + HOUR),
        ("一层", people.limin, NOW),
    ]
    assert list(case.history.order_by("version").values_list("version", flat=True)) == list(
        range(1, case.version + 1)
    )  # none is missing


@pytest.fixture
def whole_life(case_in, office_of_jinxiu, engineering):
    """A case with every kind of row that people edit."""
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2, 9), respondents=("保洁员", engineering))
    first = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="等配件",
        new_due_at=march(4, 9),
        by=people.wanggong,
        at=NOW,
        not_told_because="电话未接通",
    )
    actions.note_oral_approval(first, said_by=people.zhoujun, said_at=NOW, by=people.wanggong, at=NOW)
    actions.confirm_oral_approval(first, by=people.zhoujun, at=NOW)
    money = actions.propose_compensation(case, amount=100, note="误工", by=people.limin, at=NOW)
    actions.decide_compensation(money, approve=True, by=people.zhoujun, at=NOW)
    actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="再等",
        new_due_at=march(5, 9),
        by=people.wanggong,
        at=NOW,
        not_told_because="电话未接通",
    )
    actions.regrade(case, severity="important", note="漏到楼下", by=people.chenfang, at=NOW)
    case.refresh_from_db()
    actions.edit(case, {"capacity": "tenant"}, version=case.version, by=people.limin, at=NOW)
    actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=NOW)
    actions.reply(case, note="好了", method="phone", by=people.limin, at=NOW)
    opinion = actions.Answers(satisfaction=4, opinions=(actions.Opinion("灯坏了"),))
    case = actions.revisit(case, answers=opinion, method="phone", by=people.chenfang, at=NOW)
    follow_up = case.follow_ups.get()
    actions.do_follow_up(case, follow_up=follow_up, note="灯已换", by=people.wanggong, at=NOW)
    actions.sign_follow_up(case, follow_up=follow_up, by=people.sungong, at=NOW)
    return case


def test_every_version_of_a_case_and_of_what_hangs_on_it_says_who(whole_life):
    kinds = set()
    for model in apps.get_app_config("complaints").get_models():
        if hasattr(model, "history_object") and model.__name__ not in ("HistoricalCategory",):
            for row in model.objects.all():
                kinds.add(model.__name__)
                assert row.history_user is not None, (model.__name__, row.history_id, vars(row))
    assert {"HistoricalComplaint", "HistoricalComplainant", "HistoricalExtension", "HistoricalRespondent",
            "HistoricalCompensation", "HistoricalRevisit", "HistoricalFollowUp"} <= kinds  # fmt: skip


# No customer in what stays ------------------------------------------------------------------------

NAME, PHONE, SPEAKER = "慕容皎月", "13977755533", "欧阳代表"
#: Complained about in words: a workman who does not log in.
ACCUSED = "司马师傅"
#: Where a customer's values may stand; erasing him overwrites these and nothing else.
HOMES = {
    "complaints_complainant", "owners_owner", "owners_phone", "complaints_contactnote",
    "complaints_portalcode",  # gone after a day
}  # fmt: skip


def tables_that_hold(words: str) -> set[str]:
    """Every table of the database with `words` in any column, as they are or as JSON writes them."""
    needles = (words, json.dumps(words).strip('"'))
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            texts = [str(value) for row in cursor.fetchall() for value in row]
            if any(needle in text for text in texts for needle in needles):
                found.add(table)
    return found


def test_the_customers_name_and_phone_stand_nowhere_but_in_his_own_rows(
    jinxiu, home, office_of_jinxiu, engineering, categories, mailoutbox
):
    people = office_of_jinxiu
    owner = register.add_owner(jinxiu, NAME, phones=[PHONE], unit=home, capacity="tenant")
    person = actions.Person(name=NAME, phone=PHONE, capacity="tenant", owner=owner, representative=SPEAKER)
    actions.take_note(
        by=people.limin, at=march(2, 8), estate=jinxiu, kind="repair", words="水管漏", owner=owner, name=NAME,
        phone=PHONE,
    )  # fmt: skip
    intake = actions.Intake(
        estate=jinxiu, content="漏水", person=person, unit=home, recorded=True, respondents=(ACCUSED,)
    )
    case = actions.register(intake, by=people.limin, at=march(2, 9), key="k1")
    actions.classify(
        case, severity="important", category=categories["repairs"], handler=people.wanggong,
        department=engineering, by=people.chenfang, at=march(2, 10),
    )  # fmt: skip
    make_receipt_link(case, at=march(2, 11))
    ask_code(number=case.number, phone=PHONE, at=march(2, 11))
    actions.accept(case, note=OPINION, by=people.wanggong, at=march(2, 11))
    case.refresh_from_db()
    actions.edit(case, {"language": "en"}, version=case.version, by=people.limin, at=march(2, 11))
    actions.chase(case, by=None, at=march(2, 12))
    actions.remark(case, note="请尽快", at=march(2, 12))
    ring(march(9))
    while send_due(march(9)):
        pass
    actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=march(9))
    actions.reply(case, note="好了", method="phone", by=people.limin, at=march(9))
    actions.dispute(case, note="又漏了", by=None, at=march(9) + DAY)
    for words in (NAME, PHONE, PHONE[3:]):
        assert tables_that_hold(words) <= HOMES, words
        assert tables_that_hold(words) & {"complaints_complainant"}
    assert tables_that_hold(SPEAKER) == {"complaints_complainant"}
    assert tables_that_hold(ACCUSED) == {"complaints_respondent"}
    mails = "\n".join(f"{m.subject}{m.body}{m.alternatives}{m.extra_headers}" for m in mailoutbox)
    assert len(mailoutbox) > 5
    assert NAME not in mails
    assert PHONE not in mails
    assert Owner.objects.get(pk=owner.pk).name == NAME
