"""What is typed on the portal is kept, sent once, limited in the database, and erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import tasks, uploads
from complaints.actions import portal_drafts, portal_limits, portal_reports
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.actions.portal_limits import DAY, HOUR, Cap
from complaints.models import Attachment, Complaint, ContactNote, PortalCode, PortalDraft, PortalLimit
from complaints.policy import DEFAULTS
from complaints.policy_fields import with_values
from staff.models import AuditRow, Estate, User
from tests.cast import march
from tests.pictures import picture, upload
from tests.portal import NOON
from tests.racing import failures, race
from tests.reporting import ENGLISH, NAMED, PHONE, WORDS, answer, send, walk

SMALL = picture(size=(8, 8))
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(browser, office_of_jinxiu, home) -> Client:
    return browser


def secret_of(browser: Client) -> str:
    return browser.cookies["portal-draft"].value


# The draft -------------------------------------------------------------------------------------------


def test_looking_begins_nothing(owner) -> None:
    for page in ("/portal/", "/portal/report/", "/portal/report/words/", "/portal/report/sent/"):
        owner.get(page)
    assert not PortalDraft.objects.exists()


def test_back_and_reload_show_what_was_typed(owner) -> None:
    walk(owner)
    words = owner.get("/portal/report/words/").content.decode()
    assert WORDS in words and "请尽快检修" in words
    assert 'value="2-1-302"' in owner.get("/portal/report/where/").content.decode()
    assert "checked" in owner.get("/portal/report/who/").content.decode()


def test_a_closed_tab_goes_on_where_it_was(owner, portal_clock) -> None:
    walk(owner, until="who")
    portal_clock.at = NOON + timedelta(days=6)
    assert "Go on with what I began" in owner.get("/portal/", headers=ENGLISH).content.decode()
    assert answer(owner, "kind", {"kind": "complaint"}).url == "/portal/report/who/"


def test_nobody_leaps_over_a_question(owner) -> None:
    walk(owner, until="words")
    assert owner.get("/portal/report/check/").url == "/portal/report/words/"
    assert owner.post("/portal/report/check/", {}).url == "/portal/report/words/"
    assert not Complaint.objects.exists()


def test_what_is_refused_stays_in_its_field(owner) -> None:
    walk(owner, until="who")
    page = answer(owner, "who", {"who": "named", "name": "熊霞", "phone": "1381234"})
    assert page.status_code == 422
    assert 'value="熊霞"' in page.content.decode() and 'value="1381234"' in page.content.decode()


def test_an_answer_that_hangs_on_another_is_asked_again(owner, cuihu) -> None:
    answer(owner, "kind", {"kind": "complaint"})
    answer(owner, "estate", {"estate": Estate.objects.get(code="JX").pk})
    walk_on = {"where": {"where": "2-1-302", "area": ""}, "words": {"words": WORDS}}
    for step, said in walk_on.items():
        answer(owner, step, said)
    answer(owner, "estate", {"estate": cuihu.pk})
    assert owner.get("/portal/report/check/").url == "/portal/report/where/"
    assert PortalDraft.objects.get().said["words"] == WORDS


def test_only_the_digest_of_the_browsers_secret_is_kept(owner) -> None:
    walk(owner)
    row = str(PortalDraft.objects.values().get())
    assert secret_of(owner) not in row and len(PortalDraft.objects.get().secret_sha256) == 64
    stranger = Client()
    stranger.cookies["portal-draft"] = PortalDraft.objects.get().secret_sha256
    assert stranger.get("/portal/report/check/").url == "/portal/report/"


def test_he_can_erase_it_himself_with_its_photos(owner) -> None:
    walk(owner, until="photos")
    answer(owner, "photos", {"files": [upload()], "then": "more"})
    stored = Attachment.objects.get().file
    assert owner.post("/portal/report/throw-away/").url == "/portal/"
    assert not PortalDraft.objects.exists() and not Attachment.objects.exists()
    assert not uploads.path_of(stored).exists()


def test_an_abandoned_draft_is_erased_after_seven_days(owner, monkeypatch) -> None:
    walk(owner, until="photos")
    answer(owner, "photos", {"files": [upload()]})
    stored = Attachment.objects.get().file
    monkeypatch.setattr(tasks, "trusted_now", lambda deletes=False: NOON + timedelta(days=7, minutes=-1))
    tasks.forget()
    assert PortalDraft.objects.count() == 1 and uploads.path_of(stored).exists()
    monkeypatch.setattr(tasks, "trusted_now", lambda deletes=False: NOON + timedelta(days=7))
    tasks.forget()
    assert not PortalDraft.objects.exists() and not Attachment.objects.exists()
    assert not uploads.path_of(stored).exists()


def test_what_was_sent_is_kept_on_the_case_alone(owner, sent) -> None:
    walk(owner, who=NAMED | {"phone": PHONE})
    answer(owner, "code", {"ask": "yes"})
    answer(owner, "code", {"code": sent[0]})
    answer(owner, "check", {})
    draft = PortalDraft.objects.get()
    assert (draft.said, draft.complaint) == ({}, Complaint.objects.get())
    assert not PortalCode.objects.filter(draft=draft).exists()
    assert portal_drafts.forget(at=NOON + timedelta(days=7)) == 1
    assert Complaint.objects.get().content == WORDS


def test_the_receipt_is_forgotten_on_a_device_others_use(owner) -> None:
    send(owner)
    owner.post("/portal/report/done/")
    assert owner.get("/portal/report/sent/").url == "/portal/report/"
    assert PortalDraft.objects.count() == 1


# Once ------------------------------------------------------------------------------------------------


def test_sent_twice_is_taken_once(owner) -> None:
    send(owner)
    assert owner.post("/portal/report/check/", {}).url == "/portal/report/sent/"
    assert owner.post("/portal/report/words/", {"words": "别的"}).url == "/portal/report/sent/"
    assert Complaint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_at_once_make_one_complaint(owner) -> None:
    walk(owner)
    secret = secret_of(owner)
    outcomes = race(*[lambda: portal_reports.send(secret, network="n", at=NOON)] * 4)
    assert failures(outcomes) == []
    assert {row.complaint_id for row in outcomes} == {Complaint.objects.get().pk}


def test_another_one_can_be_sent_afterwards(owner) -> None:
    send(owner)
    send(owner, words={"words": "另一件事：楼道灯不亮。"})
    assert Complaint.objects.count() == 2


# Limits ----------------------------------------------------------------------------------------------


def limit(admin: User, name: str, most: int) -> None:
    """Another version of the rules."""
    started_from = current_policy().number
    data = with_values(DEFAULTS, {f"portal.{name}": most})
    save_policy(data, started_from=started_from, note="试", by=admin, at=NOON)


def again(browser: Client, n: int = 0, **said):
    return send(browser, words={"words": f"{WORDS}{n}", "remedy": ""}, **said)


def test_two_of_the_same_a_day_and_what_was_typed_stays(owner, portal_clock) -> None:
    send(owner)
    send(owner)
    page = send(owner, words={"words": WORDS.replace("，", ", "), "remedy": ""})
    assert page.status_code == 429
    text = page.content.decode()
    assert "You have sent the same today already" in text
    assert "021-5555 0100" in text  # whom to call, beside the sentence
    assert Complaint.objects.count() == 2
    assert PortalDraft.objects.get(sent_at=None).said["words"]
    portal_clock.at = NOON + DAY  # the limit slides on, and nothing has to be typed again
    assert answer(owner, "check", {}).url == "/portal/report/sent/"
    assert AuditRow.objects.filter(about="report").exists()


def test_the_same_again_is_asked_before_it_is_sent(owner) -> None:
    send(owner)
    walk(owner)
    asked = "The same has been sent today already"
    assert asked in owner.get("/portal/report/check/", headers=ENGLISH).content.decode()
    answer(owner, "words", {"words": "另一件事", "remedy": ""})
    assert asked not in owner.get("/portal/report/check/", headers=ENGLISH).content.decode()


def test_ten_a_day_with_one_phone_whatever_the_network(owner, portal_clock) -> None:
    for n in range(10):
        assert again(Client(REMOTE_ADDR=f"192.0.2.{n}"), n, who=NAMED).status_code == 302
    page = again(Client(REMOTE_ADDR="192.0.2.99"), 11, who=NAMED)
    assert page.status_code == 429 and "with one phone" in page.content.decode()
    assert (
        again(Client(REMOTE_ADDR="192.0.2.99"), 12, who=NAMED | {"phone": "021-6543 0002"}).status_code == 302
    )


@pytest.mark.parametrize("name", ["a_network", "everybody"])
def test_networks_and_all_together_have_limits_of_the_rules(owner, admin, name) -> None:
    limit(admin, name, 1)
    assert again(owner, 1).status_code == 302
    assert again(owner, 2).status_code == 429
    other = again(Client(REMOTE_ADDR="192.0.2.7"), 3)
    assert other.status_code == (302 if name == "a_network" else 429)


def test_what_was_refused_does_not_count(owner, admin) -> None:
    limit(admin, "a_network", 2)
    again(owner, 1)
    again(owner, 2)
    for n in range(3):
        assert again(owner, 3 + n).status_code == 429
    assert max(len(row.times) for row in PortalLimit.objects.all()) <= 5  # drafts; reports stand at two


@pytest.mark.django_db(transaction=True)
def test_limits_hold_under_any_race() -> None:
    caps = [Cap("race", "1", ((HOUR, 3),)), Cap("race", "2", ((HOUR, 9),))]
    outcomes = race(*[lambda: portal_limits.count(caps, at=NOON)] * 8)
    assert failures(outcomes) == []
    assert outcomes.count(None) == 3


def test_limits_slide_and_no_turn_of_the_day_gives_more(db) -> None:
    cap = Cap("sliding", "x", ((DAY, 2),))
    times = [march(2, 23), march(2, 23, 59), march(3, 0, 1), march(3, 22, 59), march(3, 23), march(3, 23, 30)]
    assert [portal_limits.count([cap], at=at) is None for at in times] == [
        True,
        True,
        False,
        False,
        True,
        False,
    ]


def test_numbers_and_networks_are_kept_keyed_only(owner) -> None:
    send(owner, who=NAMED)
    kept = str(list(PortalLimit.objects.values()))
    assert "02165430001" not in kept and "127.0.0.1" not in kept


def test_a_field_only_programs_see_stops_them_and_no_person(owner) -> None:
    walk(owner)
    page = answer(owner, "check", {"website": "http://spam.example"})
    assert page.status_code == 429 and not Complaint.objects.exists()
    assert "spam.example" not in page.content.decode()
    assert answer(owner, "check", {"website": ""}).url == "/portal/report/sent/"


def test_one_network_does_not_begin_drafts_without_end(owner, monkeypatch) -> None:
    monkeypatch.setattr(portal_drafts, "BEGUN", ((DAY, 2),))
    for _n in range(2):
        assert answer(Client(), "kind", {"kind": "praise"}).status_code == 302
    page = answer(Client(), "kind", {"kind": "praise"})
    assert page.status_code == 422 and "from your network today" in page.content.decode()
    assert PortalDraft.objects.count() == 2


def test_one_draft_holds_so_many_bytes(owner, monkeypatch) -> None:
    walk(owner, until="photos")
    answer(owner, "photos", {"files": [upload("0.jpg", SMALL)], "then": "more"})
    monkeypatch.setattr(portal_drafts, "MOST_BYTES", Attachment.objects.get().size * 2)
    page = answer(owner, "photos", {"files": [upload(f"{n}.jpg", SMALL) for n in range(1, 4)]})
    assert page.status_code == 422 and "2.jpg" in page.content.decode()
    assert [file.name for file in Attachment.objects.order_by("pk")] == ["0.jpg", "1.jpg"]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_upload_at_once_keep_nine_together(owner) -> None:
    walk(owner, until="photos")
    draft = PortalDraft.objects.get()

    def add(first: int):
        sent = [upload(f"{first + n}.jpg", SMALL) for n in range(6)]
        return portal_drafts.add_files(draft, sent, network="n", at=NOON)

    outcomes = race(lambda: add(0), lambda: add(10))
    assert failures(outcomes) == []
    assert draft.files.count() == 9 and Attachment.objects.count() == 9


# How much a page asks --------------------------------------------------------------------------------


def test_the_pages_ask_the_database_the_same_however_much_there_is(owner, walk_in) -> None:
    walk(owner)
    counted(owner)  # the first one writes the rules' first version
    few = counted(owner)
    for n in range(12):
        walk_in(march(2, 10, n))
        ContactNote.objects.count()
    many = counted(owner)
    assert few == many
    assert max(many.values()) <= 8


def counted(browser: Client) -> dict[str, int]:
    found = {}
    for page in ("", "report/", "report/where/", "report/words/", "report/photos/", "report/check/"):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/portal/{page}").status_code == 200
        found[page] = len(queries)
    return found
