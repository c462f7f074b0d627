"""Posters with codes: what a scan fills in, what is counted of it, and what came by it (domain.md 2)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from complaints.actions import posters
from complaints.actions.posters import Brought, Kind
from complaints.models import Complaint, ContactNote, PortalDraft, PostedPlace, PosterReport, PosterScans
from config.framework.refusals import Refused
from owners import actions as register
from owners.models import Unit
from staff.permissions import permissions_of
from tests.case_pages import ENGLISH
from tests.cast import DAY, march
from tests.markup import markup
from tests.portal import NOON, words_of
from tests.reporting import WORDS, answer, send, walk

pytestmark = pytest.mark.django_db
MOBILE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"


@pytest.fixture
def hang(jinxiu, chenfang):
    """Post a place of 锦绣花园."""

    def post(name: str = "2号楼1单元电梯", kind: str = Kind.LIFT, **where) -> PostedPlace:
        where = {"building": None, "unit": None} | where
        return posters.post_place(jinxiu, kind=kind, name=name, **where, by=chenfang, at=NOON)

    return post


@pytest.fixture
def owner(browser, office_of_jinxiu, home, xiongxia, cuihu) -> Client:
    """Two estates, so that the estate is asked for where a code does not say it."""
    return browser


def scan(browser: Client, code: str, agent: str = MOBILE, **headers: str):
    return browser.get(f"/p/{code}/", headers={"user-agent": agent, "accept-language": "en"} | headers)


def scans() -> dict:
    return {(row.place.name, row.day.day): row.count for row in PosterScans.objects.select_related("place")}


# What a scan fills in ------------------------------------------------------------------------------------


def test_in_a_lift_the_place_is_filled_in_and_not_asked_for(owner, hang, home) -> None:
    code = hang(building=home.building).code
    page = scan(owner, code)
    assert page.url == f"/portal/report/?at={code}"
    assert "You are at: 2号楼1单元电梯" in words_of(owner.get(page.url, headers=ENGLISH).content.decode())
    first = owner.post(page.url, {"kind": "complaint"}, headers=ENGLISH)
    assert first.url == "/portal/report/words/"
    for step in ("words", "photos", "who", "check"):
        said = {"words": {"words": WORDS, "remedy": ""}, "who": {"who": "anonymous"}}.get(step, {})
        assert answer(owner, step, said).status_code == 302
    case = Complaint.objects.get()
    assert (case.building, case.unit, case.place) == (home.building, None, "2号楼1单元电梯")
    assert PosterReport.objects.get().complaint == case


def test_at_a_buildings_poster_the_place_stands_there_to_be_said_closer(owner, hang, home) -> None:
    code = hang("2号楼", Kind.BUILDING, building=home.building).code
    page = owner.post(f"/portal/report/?at={code}", {"kind": "complaint"}, headers=ENGLISH)
    assert page.url == "/portal/report/where/"
    assert 'value="2号楼"' in markup(owner.get(page.url))
    walk(owner, kind={"kind": "complaint"}, until="kind")
    assert answer(owner, "where", {"where": "2-1-302", "area": ""}).url == "/portal/report/words/"
    assert PortalDraft.objects.get().said["unit"] == home.pk


def test_at_the_estates_poster_the_estate_alone_is_known(owner, hang) -> None:
    code = hang("锦绣花园", Kind.ESTATE).code
    page = owner.post(f"/portal/report/?at={code}", {"kind": "complaint"}, headers=ENGLISH)
    assert page.url == "/portal/report/where/"
    assert PortalDraft.objects.get().estate.code == "JX"


def test_a_common_area_of_the_register_is_taken_from_there(owner, hang, jinxiu) -> None:
    gate = register.add_unit(jinxiu, number="东门", code="东门", name="东门", kind=Unit.Kind.COMMON)
    code = hang("东门", Kind.OTHER, unit=gate).code
    owner.post(f"/portal/report/?at={code}", {"kind": "complaint"}, headers=ENGLISH)
    assert PortalDraft.objects.get().said["unit"] == gate.pk


def test_the_code_may_be_typed_in_small_letters(owner, hang) -> None:
    page = owner.get(f"/portal/report/?at={hang().code.lower()}", headers=ENGLISH)
    assert "You are at: 2号楼1单元电梯" in words_of(page.content.decode())


def test_a_poster_that_was_taken_down_opens_the_page_with_a_sentence_and_asks_where(
    owner, hang, chenfang
) -> None:
    place = posters.take_down(hang(), by=chenfang, at=NOON)
    page = words_of(owner.get(f"/portal/report/?at={place.code}", headers=ENGLISH).content.decode())
    assert "This poster is no longer in use" in page and "You are at" not in page
    step = owner.post(f"/portal/report/?at={place.code}", {"kind": "complaint"}, headers=ENGLISH)
    assert step.url == "/portal/report/where/"
    assert PortalDraft.objects.get().estate == place.estate


@pytest.mark.parametrize("code", ["NONE22", "%20", "x" * 300, "<b>"])
def test_an_unknown_code_opens_the_page_with_a_sentence(code, owner, hang) -> None:
    hang()
    page = scan(owner, code)
    assert page.status_code == 302
    shown = owner.get(page.url, headers=ENGLISH)
    assert shown.status_code == 200
    assert "We do not know the code of this poster" in words_of(shown.content.decode())
    assert owner.post(page.url, {"kind": "complaint"}, headers=ENGLISH).url == "/portal/report/estate/"


def test_a_poster_of_an_estate_that_ended_says_whom_to_turn_to(owner, hang, jinxiu) -> None:
    code = hang().code
    jinxiu.ended_at, jinxiu.ended_how, jinxiu.turn_to = march(1), "handed_back", "恒信物业 021-6000 0000"
    jinxiu.save()
    page = words_of(owner.get(f"/portal/report/?at={code}", headers=ENGLISH).content.decode())
    assert "we no longer manage 锦绣花园" in page and "恒信物业" in page


def test_a_later_scan_says_where_he_is_now(owner, hang, home) -> None:
    lift, gate = hang(building=home.building), hang("东门", Kind.OTHER)
    owner.post(f"/portal/report/?at={lift.code}", {"kind": "complaint"}, headers=ENGLISH)
    owner.post(f"/portal/report/?at={gate.code}", {"kind": "complaint"}, headers=ENGLISH)
    said = PortalDraft.objects.get().said
    assert (said["place"], said["building"], said["poster"]) == ("东门", None, gate.pk)


# What came by it -----------------------------------------------------------------------------------------


def test_the_timeline_names_the_poster_and_keeps_its_name_of_then(owner, hang, chenfang, client) -> None:
    place = hang()
    send(owner, kind={"kind": "complaint"})  # without a code
    assert not PosterReport.objects.exists()
    other = Client()
    other.post(f"/portal/report/?at={place.code}", {"kind": "complaint"}, headers=ENGLISH)
    for step, said in (
        ("words", {"words": WORDS}),
        ("photos", {}),
        ("who", {"who": "anonymous"}),
        ("check", {}),
    ):
        answer(other, step, said)
    posters.change_place(place, {"name": "2号楼电梯"}, by=chenfang)
    case = PosterReport.objects.get().complaint
    client.force_login(chenfang)
    page = words_of(client.get(f"/cases/{case.number}/", headers=ENGLISH).content.decode())
    assert "by the poster “2号楼1单元电梯”" in page


def test_of_who_hides_the_poster_is_not_named_it_hangs_at_his_entrance(
    owner, hang, home, zhoujun, chenfang, wanggong, client
) -> None:
    place = hang(building=home.building)
    owner.post(f"/portal/report/?at={place.code}", {"kind": "complaint"}, headers=ENGLISH)
    for step, said in (("words", {"words": WORDS}), ("photos", {}), ("who", {"who": "anonymous"})):
        answer(owner, step, said)
    answer(owner, "check", {})
    Complaint.objects.update(identity_hidden=True, handler=wanggong)
    case = Complaint.objects.get()
    for reader in (zhoujun, wanggong):
        client.force_login(reader)
        page = client.get(f"/cases/{case.number}/", headers=ENGLISH)
        assert page.status_code == 200 and place.name not in words_of(page.content.decode())
    assert posters.cases_by(place, permissions_of(zhoujun, NOON)) == []
    assert posters.cases_by(place, permissions_of(chenfang, NOON)) == [case]


def test_a_note_remembers_its_poster_too(owner, hang) -> None:
    owner.post(f"/portal/report/?at={hang().code}", {"kind": "repair"}, headers=ENGLISH)
    for step, said in (
        ("words", {"words": WORDS}),
        ("photos", {}),
        ("who", {"who": "anonymous"}),
        ("check", {}),
    ):
        answer(owner, step, said)
    assert PosterReport.objects.get().note == ContactNote.objects.get()


def test_whoever_chooses_another_estate_has_left_the_poster(owner, hang, cuihu) -> None:
    owner.post(f"/portal/report/?at={hang().code}", {"kind": "complaint"}, headers=ENGLISH)
    answer(owner, "estate", {"estate": cuihu.pk})
    assert "poster" not in PortalDraft.objects.get().said


# How often -----------------------------------------------------------------------------------------------


def test_scans_are_one_row_a_day_and_place(owner, hang, portal_clock) -> None:
    lift, gate = hang(), hang("东门", Kind.OTHER)
    for code in (lift.code, lift.code, gate.code):
        scan(owner, code)
    portal_clock.at = NOON + DAY
    scan(owner, lift.code)
    assert scans() == {("2号楼1单元电梯", 2): 2, ("东门", 2): 1, ("2号楼1单元电梯", 3): 1}


def test_a_day_is_the_estates_own(owner, hang, portal_clock) -> None:
    portal_clock.at = march(3, 0, 30)  # still the 2nd in Greenwich
    scan(owner, hang().code)
    assert scans() == {("2号楼1单元电梯", 3): 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "curl/8.5"},
        {"user-agent": ""},
        {"user-agent": MOBILE, "sec-purpose": "prefetch;prerender"},
        {"user-agent": MOBILE, "purpose": "prefetch"},
    ],
)
def test_a_program_that_looks_ahead_is_no_scan(headers, owner, hang) -> None:
    assert owner.get(f"/p/{hang().code}/", headers=headers).status_code == 302
    assert scans() == {}


def test_neither_a_reload_nor_a_glance_at_the_head_is_a_scan(owner, hang) -> None:
    code = hang().code
    owner.head(f"/p/{code}/", headers={"user-agent": MOBILE})
    for _again in range(3):
        owner.get(f"/portal/report/?at={code}", headers={"user-agent": MOBILE})
    assert scans() == {}


def test_one_network_counts_ten_times_an_hour_at_most(owner, hang, portal_clock) -> None:
    code = hang().code
    for _again in range(15):
        assert scan(owner, code).status_code == 302  # he is served all the same
    assert scans() == {("2号楼1单元电梯", 2): 10}
    scan(Client(REMOTE_ADDR="198.51.100.9"), code)
    assert scans() == {("2号楼1单元电梯", 2): 11}
    portal_clock.at = march(2, 13, 1)
    scan(owner, code)
    assert scans() == {("2号楼1单元电梯", 2): 12}


def test_what_a_poster_brought_is_counted_between_two_days(
    owner, hang, jinxiu, portal_clock, chenfang, zhoujun
) -> None:
    keeper = permissions_of(chenfang, NOON)
    place = hang()
    scan(owner, place.code)
    portal_clock.at = march(4, 12)
    scan(owner, place.code)
    owner.post(f"/portal/report/?at={place.code}", {"kind": "complaint"}, headers=ENGLISH)
    for step, said in (
        ("words", {"words": WORDS}),
        ("photos", {}),
        ("who", {"who": "anonymous"}),
        ("check", {}),
    ):
        answer(owner, step, said)
    assert posters.brought(jinxiu, march(1).date(), march(3).date(), keeper) == {place.pk: Brought(1, 0, 0)}
    assert posters.brought(jinxiu, march(2).date(), march(4).date(), keeper) == {place.pk: Brought(2, 1, 0)}
    assert posters.brought(jinxiu, march(5).date(), march(9).date(), keeper) == {}
    Complaint.objects.update(restricted=True, first_receiver=zhoujun)  # nobody's but the circle's
    days = march(2).date(), march(4).date()
    assert posters.brought(jinxiu, *days, keeper) == {place.pk: Brought(2, 0, 0)}
    assert posters.brought(jinxiu, *days, permissions_of(zhoujun, NOON)) == {place.pk: Brought(2, 1, 0)}


# Which hang ----------------------------------------------------------------------------------------------


def test_the_register_gives_every_building_entrance_and_lift_once(jinxiu, home, chenfang) -> None:
    for number in ("10", "3"):
        register.add_building(jinxiu, number, f"{number}号楼")
    for name in ("地下车库", "东门"):
        register.add_unit(jinxiu, number=name, code=name, name=name, kind=Unit.Kind.COMMON)
    names = {kind: [place.name for place in some] for kind, some in posters.offered(jinxiu).items()}
    assert names == {
        "estate": ["锦绣花园"],
        "building": ["2号楼", "3号楼", "10号楼"],
        "entrance": ["2号楼1单元"],
        "lift": ["2号楼1单元电梯", "3号楼电梯", "10号楼电梯"],
        "garage": ["地下车库"],
        "other": ["东门"],
    }
    assert posters.post_many(jinxiu, ["building", "lift"], by=chenfang, at=NOON) == 6
    assert posters.post_many(jinxiu, ["building", "lift"], by=chenfang, at=NOON) == 0
    assert set(posters.offered(jinxiu)) == {"estate", "entrance", "garage", "other"}
    assert len(set(PostedPlace.objects.values_list("code", flat=True))) == 6
    assert PostedPlace.history.filter(history_user=chenfang).count() == 6


def test_a_place_that_was_renamed_is_not_offered_again(jinxiu, home, chenfang) -> None:
    posters.post_many(jinxiu, ["lift"], by=chenfang, at=NOON)
    place, code = PostedPlace.objects.get(), PostedPlace.objects.get().code
    posters.change_place(place, {"name": "2号楼东侧电梯"}, by=chenfang)
    place.refresh_from_db()
    assert (place.name, place.code) == ("2号楼东侧电梯", code)
    assert "lift" not in posters.offered(jinxiu)
    posters.take_down(place, by=chenfang, at=NOON)
    assert [one.name for one in posters.offered(jinxiu)["lift"]] == ["2号楼1单元电梯"]


def test_two_posters_that_hang_never_bear_one_name(hang, chenfang) -> None:
    place = hang()
    with pytest.raises(Refused, match="已有同名"):
        hang()
    posters.take_down(place, by=chenfang, at=NOON)
    second = hang()
    assert second.code != place.code
    with pytest.raises(Refused, match="已有同名"):
        posters.put_up_again(place, by=chenfang, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        PostedPlace.objects.filter(pk=place.pk).update(taken_down_at=None)


def test_nothing_new_hangs_in_an_estate_that_ended(jinxiu, chenfang) -> None:
    jinxiu.ended_at, jinxiu.ended_how, jinxiu.turn_to = march(1), "handed_back", "恒信物业"
    jinxiu.save()
    with pytest.raises(Refused, match="锦绣花园"):
        posters.post_many(jinxiu, ["estate"], by=chenfang, at=NOON)


def test_codes_hold_no_letters_that_are_taken_for_one_another() -> None:
    codes = posters._new_codes(200)
    assert len(set(codes)) == 200
    assert set("".join(codes)) <= set(posters.LETTERS) and not set(posters.LETTERS) & set("01OIL")
