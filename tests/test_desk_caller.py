"""The desk finds who is calling, offers the same again, hands out receipts and claims the night's cases."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from complaints import case_numbers
from complaints.models import Complaint, ReceiptLink
from owners import actions as register
from tests.at_desk import errors, photo
from tests.cast import DAY, HOUR, person
from tests.markup import markup
from tests.portal import words_of

pytestmark = pytest.mark.django_db


# While typing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["13494795057", "5057", "熊霞", "2-1-302", "2号楼1单元302"])
def test_a_person_is_found_by_phone_last_four_name_and_room(desk, typed) -> None:
    answer = desk("desk_find", find=typed)
    assert [home.owner.name for home in answer.context["people"]] == ["熊霞"]
    assert "卫生间天花板又漏水了" in answer.content.decode()  # without JavaScript the page keeps everything


@pytest.mark.parametrize(
    ("typed", "field"),
    [("139 0000 1234", "phone"), ("张三丰", "name"), ("东门", "where"), ("20-1-101", "where")],
)
def test_who_is_unknown_takes_the_place_of_whom_an_earlier_look_up_filled_in(desk, xiongxia, typed, field):
    form = desk("desk_find", find=typed, owner=xiongxia.pk).context["form"]
    who = {name: form[name].value() for name in ("owner", "name", "phone", "capacity", "where")}
    assert who == dict.fromkeys(who, "") | {field: typed}
    assert form["content"].value() == "卫生间天花板又漏水了。"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("7777", "No phone and no home of this estate"),
        (case_numbers.compose("JX", 2026, 4711), "No complaint you may read"),
    ],
)
def test_a_number_that_finds_nothing_is_said_and_written_nowhere(desk, typed, sentence) -> None:
    answer = desk("desk_find", find=typed, **dict.fromkeys(("owner", "name", "phone", "where"), ""))
    form = answer.context["form"]
    assert [form[name].value() or "" for name in ("name", "phone", "where")] == [""] * 3
    assert sentence in answer.content.decode()


def test_what_was_typed_by_hand_stays_whoever_is_looked_up(desk) -> None:
    form = desk("desk_find", find="13900001234", name="老张", phone="").context["form"]
    assert (form["name"].value(), form["phone"].value()) == ("老张", "13900001234")


def test_a_case_looked_up_lets_nobody_go(desk, walk_in, xiongxia) -> None:
    case = walk_in(now() - HOUR)
    form = desk("desk_find", find=case.number, owner=xiongxia.pk).context["form"]
    assert (form["owner"].value(), form["name"].value()) == (str(xiongxia.pk), "熊霞")


def test_a_person_goes_with_the_home_that_was_chosen(desk, jinxiu, home, xiongxia) -> None:
    door = register.add_unit(
        jinxiu, building=home.building, entrance="1", number="303", code="2-1-303", name="2号楼1单元303"
    )
    register.add_owner(jinxiu, "陈丽华", phones=["13800138001"], unit=door, capacity="tenant")
    found = desk("desk_find", find="2-1-303", owner=xiongxia.pk)
    who = ("owner", "name", "phone", "capacity", "where")
    assert [found.context["form"][name].value() for name in who] == [""] * 5
    [there] = found.context["people"]
    for before in ({"owner": xiongxia.pk}, dict.fromkeys(who, "")):  # without the search between, or after it
        form = desk("desk_pick", pick=there.pk, find="2-1-303", **before).context["form"]
        assert form["owner"].value() == there.owner_id
        typed = [form[name].value() for name in who[1:]]
        assert typed == ["陈丽华", "13800138001", "tenant", "2号楼1单元303"]
        assert form["content"].value() == "卫生间天花板又漏水了。"


def test_nobody_is_found_in_another_estate(client, stranger, xiongxia) -> None:
    client.force_login(stranger)
    answer = client.post("/desk/find/", {"find": "5057"}, headers={"HX-Request": "true"})
    assert answer.context["people"] == []


def test_a_picked_person_fills_the_form_and_keeps_what_was_said(desk, xiongxia) -> None:
    register.add_phone(xiongxia, "021-37471789")
    answer = desk("desk_pick", pick=xiongxia.occupancies.get().pk, name="", phone="", where="", find="1789")
    form = answer.context["form"]
    assert form["name"].value() == "熊霞" and form["phone"].value() == "02137471789"
    assert form["where"].value() == "2号楼1单元302" and form["capacity"].value() == "owner_occupier"
    assert form["content"].value() == "卫生间天花板又漏水了。"


def test_a_place_said_before_the_person_was_found_stays(desk, xiongxia) -> None:
    answer = desk("desk_pick", pick=xiongxia.occupancies.get().pk, where="地下车库")
    assert answer.context["form"]["where"].value() == "地下车库"


def test_a_person_of_another_estate_cannot_be_picked(client, stranger, xiongxia) -> None:
    client.force_login(stranger)
    assert client.post("/desk/pick/", {"pick": xiongxia.occupancies.get().pk}).status_code == 404
    assert client.post("/desk/pick/", {"pick": "x"}).status_code == 404


def test_a_case_is_found_by_its_number(desk, walk_in) -> None:
    case = walk_in()
    assert desk("desk_find", find=f" {case.number.lower()} ").context["cases"] == [case]


@pytest.mark.parametrize("before", ["", "-", "year-"])
def test_a_case_is_found_by_the_end_of_its_number(desk, walk_in, before) -> None:
    case = walk_in(at=now() - HOUR)
    _code, year, end = case.number.split("-")
    typed = before.replace("year", year) + end
    assert desk("desk_find", find=typed).context["cases"] == [case]
    assert desk("desk_find", find=end[-4:]).context["cases"] == [], "four digits are a phone's or a room's"


# The same again -------------------------------------------------------------------------------------


@pytest.fixture
def earlier(walk_in, categories) -> Complaint:
    return walk_in(now() - timedelta(days=2))


@pytest.fixture
def closed(case_in) -> Complaint:
    return case_in("closed", at=now() - timedelta(days=20))


def test_cases_of_the_place_or_caller_are_offered(desk, earlier, closed, categories) -> None:
    answer = desk("desk_look", category=categories["noise"].pk)
    assert {known.case for known in answer.context["beside"].cases} == {earlier, closed}
    by_phone = desk("desk_look", where="")
    assert {known.case for known in by_phone.context["beside"].cases} == {earlier, closed}


def test_the_same_category_comes_first(desk, walk_in, categories) -> None:
    lift = walk_in(now() - timedelta(days=3), category=categories["lifts"])
    walk_in(now() - timedelta(days=1), category=categories["noise"])
    cases = desk("desk_look", category=categories["lifts"].pk).context["beside"].cases
    assert cases[0].case == lift and cases[0].same and not cases[1].same


def test_cases_closed_in_the_last_ninety_days_are_offered_and_open_ones_however_old(
    desk, walk_in, case_in
) -> None:
    case_in("closed", at=now() - timedelta(days=91))
    within = case_in("closed", at=now() - timedelta(days=89))
    old = walk_in(now() - timedelta(days=120))
    assert {known.case for known in desk("desk_look").context["beside"].cases} == {within, old}


def test_a_chase_goes_on_the_open_case_with_what_was_typed(desk, earlier) -> None:
    answer = desk("desk_chase", earlier.number, content="三天了没人来", files=[photo()])
    assert answer["Location"] == f"/desk/filed/{earlier.number}/?did=chase"
    assert Complaint.objects.count() == 1
    assert earlier.events.get(kind="chased").note == "三天了没人来"
    assert earlier.attachments.count() == 1


def test_a_chase_of_the_only_open_case_needs_no_choice(desk, earlier, closed) -> None:
    answer = desk(what="chase", content="怎么还没来修")
    assert answer["Location"] == f"/desk/filed/{earlier.number}/?did=chase"


def test_a_chase_of_one_of_several_asks_which(desk, earlier, walk_in) -> None:
    walk_in(now() - timedelta(days=1))
    assert "several open cases" in errors(desk(what="chase"))["what"][0]


def test_a_chase_without_an_open_case_says_so(desk) -> None:
    assert "No open case" in errors(desk(what="chase"))["what"][0]


def test_a_closed_case_is_reopened_with_what_was_typed(desk, closed) -> None:
    desk("desk_reopen", closed.number, content="昨天下雨又漏了")
    closed.refresh_from_db()
    assert (closed.status, closed.cycle_number) == ("recorded", 2)
    assert closed.events.get(kind="reopened").note == "昨天下雨又漏了"


def test_a_reopening_without_words_is_refused_at_the_words(desk, closed) -> None:
    answer = desk("desk_reopen", closed.number, content="", remedy_asked="重修")
    assert answer.status_code == 422
    assert list(errors(answer)) == ["content"]
    assert "重修" in answer.content.decode()


def test_a_case_of_another_estate_is_not_there(client, stranger, earlier) -> None:
    client.force_login(stranger)
    for name in ("desk_chase", "desk_reopen", "desk_claim", "desk_new_link"):
        assert client.post(reverse(name, args=[earlier.number])).status_code == 404
    assert client.get(reverse("desk_filed", args=[earlier.number])).status_code == 404


def test_a_new_case_is_linked_as_a_repeat(desk, closed) -> None:
    desk(relation=f"repeat:{closed.number}")
    assert Complaint.objects.latest("pk").repeat_of == closed


def test_a_new_case_joins_a_collective_complaint_without_clocks_of_its_own(
    desk, earlier, categories, wanggong, engineering
) -> None:
    desk(
        relation=f"join:{earlier.number}", headcount="3", severity="major",
        category=categories["lifts"].pk, handler=f"{wanggong.pk}-{engineering.pk}",
    )  # fmt: skip
    member = Complaint.objects.latest("pk")
    earlier.refresh_from_db()
    assert member.lead == earlier and member.handler is None
    assert not member.clocks.running().exists()
    assert earlier.is_collective and earlier.people == 4


# After filing -----------------------------------------------------------------------------------------


def test_after_filing_the_number_stands_large_with_receipt_and_next_person(desk, client) -> None:
    to = desk(channel="phone")["Location"]
    page = markup(client.get(to))
    case = Complaint.objects.get()
    assert f'class="big-number">{case.number[:-1]}<' in page and case.number in words_of(page)
    assert "/desk/?channel=phone" in page and "<svg" in page
    assert 'data-draft-clear="desk"' in page
    assert "nobody is kept from the case" not in page


def test_what_was_typed_in_late_shows_the_customer_no_red_clock(desk, client) -> None:
    long_ago = f"{now() - 3 * DAY:%Y-%m-%dT%H:%M}"
    to = desk(received_at=long_ago, backdated_because="停电")["Location"]
    shown = client.get(to).context["clocks"]
    assert Complaint.objects.get().clocks.filter(due_at__lt=now()).exists()
    assert all(clock.due_at > now() for clock in shown)


def test_a_name_nobody_here_bears_keeps_nobody_out_and_the_desk_is_told(desk, client) -> None:
    to = desk(respondents="不存在的人, 王建军")["Location"]
    page = client.get(to).content.decode()
    assert "“不存在的人” is none of the colleagues here" in page
    assert page.count("is none of the colleagues here") == 1


def test_the_receipt_links_secret_stays_with_the_browser_that_filed(desk, client, chenfang) -> None:
    to = desk()["Location"]
    cookie = client.cookies["receipt"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/desk/"
    assert "/r/" in client.get(to).context["link"]
    client.cookies.clear()
    client.force_login(chenfang)
    later = client.get(to)
    assert later.context["link"] == "" and later.context["may_link"]
    client.post(to + "link/")
    assert "/r/" in client.get(to).context["link"]
    assert ReceiptLink.objects.count() == 2


def test_who_may_not_know_the_customer_makes_no_link_to_his_letter(desk, client, jinxiu) -> None:
    to = desk(identity_hidden="on")["Location"]
    client.cookies.clear()
    client.force_login(person("desk2", "钱丽", "front_desk", estate=jinxiu))
    client.post(to + "link/")
    assert not client.get(to).context["may_link"]
    assert ReceiptLink.objects.count() == 1


# Claiming ---------------------------------------------------------------------------------------------


@pytest.fixture
def at_night(walk_in, laozhao) -> Complaint:
    return walk_in(now() - timedelta(hours=9), by=laozhao, content="东门保安骂人")


def test_the_morning_claims_what_the_night_received(desk, client, at_night, limin, laozhao) -> None:
    assert client.get("/desk/").context["claims"] == [at_night]
    answer = desk("desk_claim", at_night.number)
    at_night.refresh_from_db()
    assert at_night.first_receiver == limin and not at_night.awaits_claim
    assert answer.context["claims"] == [] and "卫生间天花板" in answer.content.decode()
    assert desk("desk_claim", at_night.number).status_code == 422
    client.force_login(laozhao)
    assert client.get("/desk/").context["claims"] == []


def test_a_chase_from_the_desk_sent_twice_is_noted_once(desk, client, walk_in, limin) -> None:
    case = walk_in()
    client.force_login(limin)
    for _ in range(2):
        answer = client.post(f"/desk/chase/{case.number}/", {"content": "又来电话。", "key": "k"})
        assert answer.status_code == 302
    assert case.events.filter(kind="chased").count() == 1
    answer = client.post(f"/desk/chase/{case.number}/", {"content": "还没有人来。", "key": "k"})
    assert answer.status_code == 422 and 'value="k"' not in answer.content.decode()
