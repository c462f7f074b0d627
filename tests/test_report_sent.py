"""我要反映, what the act makes of what was typed: place, person, receiver, limits, and what it refuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from complaints.actions import portal_access, portal_drafts, portal_limits, portal_phones, portal_reports
from complaints.actions.portal_limits import DAY, Cap
from complaints.models import Attachment, Complaint, OutboxMessage, PortalCode, PortalDraft
from owners import actions as register
from owners.models import Occupancy, Unit
from staff import actions as office
from tests.cast import MINUTE, march
from tests.looking import told
from tests.pictures import picture, upload
from tests.portal import NOON
from tests.reporting import PHONE, WORDS

pytestmark = pytest.mark.django_db
GATE = {"kind": "complaint", "words": WORDS, "where": "东门", "place": "东门", "who": "anonymous"}
HIS = {"who": "named", "name": "熊霞", "phone": PHONE, "verified": PHONE}
PHOTO = picture(size=(8, 8))


@pytest.fixture
def typed(office_of_jinxiu, jinxiu):
    """A draft with everything answered; and the secret of its browser."""

    def begin(network: str = "", **said: Any) -> tuple[PortalDraft, str]:
        return portal_drafts.begin(network=network, at=NOON, estate=jinxiu, **(GATE | said))

    return begin


@pytest.fixture
def send(typed):
    def send(network: str = "n", at=NOON, **said: Any) -> PortalDraft:
        _draft, secret = typed(network, **said)
        return portal_reports.send(secret, network=network, at=at)

    return send


# Where -------------------------------------------------------------------------------------------------


def test_the_place_stands_once_by_the_register_or_else_in_his_words(send, home) -> None:
    building = home.building
    for said, kept in (
        ({"unit": home.pk, "where": "2-1-302", "place": ""}, (home, "")),
        ({"unit": home.pk, "where": "2-1-302", "place": "厨房"}, (home, "厨房")),
        ({"unit": 10**6, "where": "9-9-999", "place": ""}, (None, "9-9-999")),  # gone from the register
        ({"unit": 10**6, "where": "9-9-999", "place": "厨房"}, (None, "厨房")),
        ({"building": building.pk, "where": "2号楼", "place": ""}, (None, "")),
    ):
        case = send(words=f"{WORDS}{said}", **said).complaint
        assert (case.unit, case.place) == kept, said
        assert case.building == (None if said.get("unit") == 10**6 else building), said
    assert send().complaint.building is None


def test_the_place_is_read_back_before_it_is_sent_as_the_case_will_have_it(typed, home) -> None:
    for said, words in (
        ({"unit": home.pk, "place": ""}, "2号楼1单元302"),
        ({"unit": home.pk, "place": "厨房"}, "2号楼1单元302 · 厨房"),
        ({"building": home.building_id, "place": "电梯"}, "电梯"),
        ({"building": home.building_id, "place": ""}, str(home.building)),
        ({"place": ""}, ""),
    ):
        assert portal_reports.place_in_words(typed(**said)[0]) == words, said
    assert portal_reports.place_in_words(PortalDraft(said=GATE)) == ""


def test_a_note_has_the_place_too(send, home) -> None:
    for said, kept in (
        ({"unit": home.pk, "place": ""}, (home, "")),
        ({"unit": home.pk, "place": "厨房"}, (home, "厨房")),
        ({"building": home.building_id, "place": ""}, (None, "2号楼")),
        ({}, (None, "东门")),
    ):
        note = send(kind="repair", words=f"灯坏了{said}", **said).note
        assert (note.unit, note.place) == kept, said


# Who ---------------------------------------------------------------------------------------------------


def test_he_complains_as_what_he_is_at_the_place_it_is_about(send, jinxiu, home, xiongxia) -> None:
    shop = register.add_unit(jinxiu, number="S1", code="S1", name="商铺S1", kind=Unit.Kind.SHOP)
    register.move_in(xiongxia, shop, capacity=Occupancy.Capacity.MERCHANT)
    capacities = [
        send(words=words, where="x", unit=unit, **HIS).complaint.complainant.capacity
        for words, unit in (("住处漏水", home.pk), ("店铺漏水", shop.pk), ("东门不开", None))
    ]
    assert capacities == ["owner_occupier", "merchant", "owner_occupier"]


def test_of_two_who_are_called_alike_and_share_a_phone_it_is_neither(send, jinxiu, xiongxia) -> None:
    assert send(**HIS).complaint.complainant.owner == xiongxia
    register.add_owner(jinxiu, "熊霞", phones=[PHONE])
    person = send(words="另一件事", **HIS).complaint.complainant
    assert (person.owner, person.capacity) == (None, "other")


def test_the_supervisor_answers_for_it_before_the_desk_even_while_both_are_away(send, office_of_jinxiu):
    people = office_of_jinxiu
    for away in (people.limin, people.chenfang, people.zhoujun, people.wuzong):
        office.leave_office(away, starts_at=march(1), ends_at=march(9), deputy=None, by=away)
    assert send().complaint.first_receiver == people.chenfang


def test_where_nobody_manages_the_desk_answers_for_it_itself(jinxiu, limin) -> None:
    _draft, secret = portal_drafts.begin(network="n", at=NOON, estate=jinxiu, **GATE)
    assert portal_reports.send(secret, network="n", at=NOON).complaint.first_receiver == limin


# What is kept ------------------------------------------------------------------------------------------


def test_what_he_asks_for_is_cut_where_a_case_has_no_more_room(send) -> None:
    case = send(remedy="早" * 501).complaint
    assert case.remedy_asked == "早" * 500
    entry = case.events.get(kind="registered")
    assert (entry.params["waits"], entry.owner_sees) == (True, True)


def test_he_is_written_to_once_with_the_time_that_is_promised(send, outside) -> None:
    case = send(**HIS).complaint
    message = OutboxMessage.objects.get(channel="sms", complaint=case)
    assert message.kind == "owner_received"
    assert datetime.fromisoformat(message.params["promised_at"]) == march(2, 16)


def test_the_secret_a_browser_keeps_has_160_bits(typed) -> None:
    assert len(typed()[1]) == 27  # of six bits each


# Who is told -------------------------------------------------------------------------------------------


def test_the_desk_hears_of_a_note_and_whoever_is_there_of_one_that_tells_of_danger(send, laozhao) -> None:
    send(kind="repair", words="灯坏了")
    assert told("note_sent", None) == {"limin", "chenfang"} and not told("note_danger", None)
    send(kind="help", words="老人晕倒了")
    assert told("note_danger", None) == {"limin", "laozhao", "chenfang", "zhoujun"}
    assert told("note_sent", None) == {"limin", "chenfang"}


# The same again ----------------------------------------------------------------------------------------


def test_six_of_his_own_cases_are_offered_the_newest_first(typed, walk_in, jinxiu) -> None:
    cases = [walk_in(march(2, 9, n)) for n in range(7)]
    mine, _secret = typed(**HIS)
    assert portal_reports.own_cases(mine, at=NOON) == cases[:0:-1]
    for said in (HIS | {"verified": ""}, HIS | {"kind": "repair"}):
        assert portal_reports.own_cases(typed(**said)[0], at=NOON) == []
    assert portal_reports.own_cases(PortalDraft(said=GATE | HIS), at=NOON) == []


def test_a_closed_one_is_offered_as_long_as_it_may_be_opened_again(typed, case_in) -> None:
    case, (mine, _secret) = case_in("closed"), typed(**HIS)
    assert portal_reports.own_cases(mine, at=case.closed_at + 90 * DAY - MINUTE) == [case]
    assert portal_reports.own_cases(mine, at=case.closed_at + 90 * DAY) == []


def test_photos_sent_with_a_chase_are_named_and_none_are_where_none_were_sent(typed, walk_in) -> None:
    for photos in (0, 2):
        case = walk_in()
        draft, secret = typed(same=f"chase:{case.number}", words=f"还没来，{photos}", **HIS)
        portal_drafts.add_files(
            draft, [upload(f"{n}.jpg", PHOTO) for n in range(photos)], network="", at=NOON
        )
        assert portal_reports.send(secret, network="n", at=NOON).complaint == case
        found = case.events.filter(kind="attached").values_list("params__count", "owner_sees", "by_customer")
        assert list(found) == ([(2, True, True)] if photos else [])
    assert Complaint.objects.count() == 2


# How often ---------------------------------------------------------------------------------------------


def asked_again(draft: PortalDraft, network: str, at=NOON) -> bool:
    return portal_reports.sent_before(draft, network=network, at=at)


def test_the_same_is_known_by_the_phone_and_without_one_by_the_network(send, typed) -> None:
    landline = {"who": "named", "name": "熊霞", "phone": "021-6543 0001"}
    nameless, named = typed()[0], typed(**landline)[0]
    send("a")
    assert [asked_again(nameless, network) for network in "ab"] == [True, False]
    assert not asked_again(named, "a")
    send("a", **landline)
    assert asked_again(named, "b")
    assert asked_again(named, "b", NOON + DAY - MINUTE) and not asked_again(named, "b", NOON + DAY)


def test_two_hundred_drafts_a_day_are_begun_from_one_network(typed) -> None:
    used_up("drafts", "n", 199)
    typed("n")
    with pytest.raises(portal_drafts.TooMuch):
        typed("n")
    typed("m")


def test_a_hundred_batches_of_photos_a_day_come_from_one_network(typed) -> None:
    draft, _secret = typed()
    used_up("batches", "n", 99)
    assert portal_drafts.add_files(draft, [upload("0.jpg", PHOTO)], network="n", at=NOON) == []
    assert portal_drafts.add_files(draft, [], network="n", at=NOON) == []
    with pytest.raises(portal_drafts.TooMuch) as refusal:
        portal_drafts.add_files(draft, [upload("1.jpg", PHOTO)], network="n", at=NOON)
    assert refusal.value.field == "files" and draft.files.count() == 1


def used_up(name: str, value: str, times: int) -> None:
    """So many of it were counted from there an hour ago."""
    bucket = Cap(name, value, ()).bucket
    earlier = (NOON - 60 * MINUTE).timestamp()
    portal_limits.PortalLimit.objects.create(bucket=bucket, times=[earlier] * times, touched_at=NOON)


def test_the_photos_of_one_draft_hold_a_hundred_megabytes(typed) -> None:
    draft, _secret = typed()
    portal_drafts.add_files(draft, [upload("0.jpg", PHOTO)], network="", at=NOON)
    small = Attachment.objects.get().size
    Attachment.objects.update(size=100 * 1024 * 1024 - small)
    assert portal_drafts.add_files(draft, [upload("1.jpg", PHOTO)], network="", at=NOON) == []
    [sentence] = portal_drafts.add_files(draft, [upload("2.jpg", PHOTO)], network="", at=NOON)
    assert "2.jpg" in sentence and "100 MB" in sentence
    assert draft.files.count() == 2


# The code ----------------------------------------------------------------------------------------------


def test_the_fifth_try_may_be_the_right_one(typed, sent) -> None:
    draft, _secret = typed(**(HIS | {"verified": ""}))
    portal_phones.ask_code(draft, network="n", at=NOON)
    for _try in range(4):
        with pytest.raises(portal_access.WrongCode):
            portal_phones.show(draft, "x", at=NOON)
    assert portal_phones.show(draft, sent[0], at=NOON).said["verified"] == PHONE
    salt, _sign, kept = PortalCode.objects.get().code.partition("$")
    assert (len(salt), len(kept)) == (16, 64) and sent[0] not in kept


def test_three_codes_an_hour_go_to_the_phone_of_a_draft_and_the_newest_holds_ten_minutes(typed, sent) -> None:
    draft, _secret = typed(**(HIS | {"verified": ""}))
    for minute in (0, 1, 2):
        portal_phones.ask_code(draft, network="n", at=NOON + minute * MINUTE)
    with pytest.raises(portal_access.TooManyCodes) as refusal:
        portal_phones.ask_code(draft, network="n", at=NOON + 3 * MINUTE)
    assert (refusal.value.field, len(sent)) == ("phone", 3)
    with pytest.raises(portal_access.WrongCode):
        portal_phones.show(draft, sent[0], at=NOON + 3 * MINUTE)
    with pytest.raises(portal_access.CodeSpent):
        portal_phones.show(draft, sent[2], at=NOON + 12 * MINUTE)
    portal_phones.show(draft, sent[2], at=NOON + 12 * MINUTE - MINUTE / 2)
    with pytest.raises(portal_access.CodeSpent):  # used
        portal_phones.show(draft, sent[2], at=NOON + 12 * MINUTE - MINUTE / 2)
    portal_phones.ask_code(draft, network="n", at=NOON + 60 * MINUTE)  # the hour has slid on
