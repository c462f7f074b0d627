"""A colleague is found by any words of his name, a phone and a home however they are said, at every door."""

import pytest
from django.db import connection
from django.db.models import Q

from complaints import actions
from complaints.forms.desk.intake import DeskForm
from complaints.forms.desk.places import spot
from complaints.models import Complaint
from complaints.staff_names import Colleagues
from config.framework.refusals import Refused
from owners import actions as register
from owners.lookup import _phones, find_people, find_units, written_so
from owners.models import Unit
from owners.phones import kept, numbers_asked_for, read_phones
from owners.places import in_one_run, parse_asked, parse_place
from tests.cast import MONDAY_9AM, march
from tests.list_pages import numbers

pytestmark = pytest.mark.django_db

WONG = [
    "Wong Siu Ming", "wong siu", "Ming Wong", "ＷＯＮＧ ming", "siu-ming", "Siu\u200b Ming", "wong",
    "WongSiuMing",
]  # fmt: skip
NIYAZ = [
    "阿卜杜拉·尼亚孜",
    "阿卜杜拉•尼亚孜",
    "尼亚孜 阿卜杜拉",
    "阿卜杜拉尼亚孜",
    "尼亚孜",
    "阿卜杜拉．尼亚孜",
]


@pytest.fixture(params=[("Wong Siu Ming", WONG), ("阿卜杜拉・尼亚孜", NIYAZ)], ids=["wong", "niyaz"])
def named(request, wanggong):
    """The handler under another name, and how people write it."""
    wanggong.name, spellings = request.param
    wanggong.save()
    return spellings


def test_his_open_cases_are_found_by_every_spelling(named, case_in, read, limin) -> None:
    case = case_in("acting")
    for query in named:
        assert numbers(read(limin, "/search/", q=query)) == [case.number], query
    for query in ("Wong Tai", "尼亚孜 买买提", "W", "尼"):
        assert numbers(read(limin, "/search/", q=query)) == [], query


def test_the_words_of_a_name_are_one_colleagues_and_not_two(named, case_in, read, limin) -> None:
    """Short words, which alone are nobody's, count beside the others."""
    case = case_in("acting")
    query = "Wong S Ming" if "wong" in named else "阿卜杜拉 尼"
    assert numbers(read(limin, "/search/", q=query)) == [case.number]


def test_he_is_found_among_the_staff_and_by_programs(named, client, admin, limin, wanggong) -> None:
    for query in named:
        client.force_login(admin)
        page = client.get("/settings/people/", {"name": query}).content.decode()
        assert f"/settings/people/{wanggong.pk}/" in page and f"/people/{limin.pk}/" not in page, query
        client.force_login(limin)
        rows = client.get("/api/v1/staff/", {"q": query}).json()["results"]
        assert {row["username"] for row in rows} == {wanggong.username}, query
    rows = client.get("/api/v1/staff/", {"q": wanggong.username[:4].upper()}).json()["results"]
    assert wanggong.username in {row["username"] for row in rows}
    assert client.get("/api/v1/staff/", {"q": "Tai Wong"}).json()["results"] == []


def test_whoever_is_complained_about_is_kept_out_under_every_spelling_of_his_name(
    named, jinxiu, limin, wanggong
) -> None:
    for typed in ("wong siu-ming", "阿卜杜拉尼亚孜"):
        form = DeskForm({"respondents": typed}, estate=jinxiu, person=None, now=MONDAY_9AM)
        form.is_valid()
        same = typed.replace("-", " ").title() == wanggong.name or wanggong.name.startswith("阿卜") == (
            "阿" in typed
        )
        assert form.cleaned_data["respondents"] == ((wanggong,) if same else (typed,)), typed


def test_names_are_read_once_for_a_search_of_several_words(django_assert_num_queries, wanggong) -> None:
    staff = Colleagues()
    with django_assert_num_queries(1):
        assert staff.called(wanggong.name) == staff.meant_by(wanggong.name) == [wanggong.pk]
        staff.called_or_named("x")


# Phones -----------------------------------------------------------------------------------------------
ABROAD = {
    "0085291234567": ["852-9123-4567", "85291234567", "852 9123 4567", "+852 9123 4567", "9123 4567",
                      "8529123456"],
    "0085366123456": ["853-6612-3456", "853 66123456", "66123456", "00853-6612-3456"],
    "00886912345678": ["886-912-345-678", "886 912345678", "912345678", "+886 912 345 678"],
    "0014155552671": ["1-415-555-2671", "14155552671", "+1 415 555 2671", "415-555-2671", "555 2671"],
    "00442079460958": ["44 20 7946 0958", "+44 20 7946-0958", "20 7946 0958", "7946 0958"],
}  # fmt: skip


@pytest.mark.parametrize(("stored", "typed"), ABROAD.items(), ids=str)
def test_a_number_of_another_country_is_found_with_its_code_and_without(
    walk_in, read, limin, jinxiu, home, stored, typed
) -> None:
    case = walk_in(person=actions.Person(name="甲", phone="+" + stored[2:], capacity="tenant"))
    owner = register.add_owner(jinxiu, "甲", phones=["+" + stored[2:]], unit=home)
    assert [phone.number for phone in owner.phones.all()] == [stored]
    for query in typed:
        found = find_people(query, [jinxiu], on=MONDAY_9AM.date())
        assert [row.owner.name for row in found] == ["甲"], query
        if query != "8529123456":  # a beginning finds as it is typed, at the desk
            assert numbers(read(limin, "/search/", q=query)) == [case.number], query


@pytest.mark.parametrize("typed", ["852-9123-4567", "853-6612-3456", "886-912-345-678", "44 20 7946 0958"])
def test_on_entry_a_number_without_its_plus_is_asked_for(walk_in, typed) -> None:
    assert not read_phones(typed).good
    with pytest.raises(Refused) as refused:
        walk_in(person=actions.Person(name="甲", phone=typed, capacity="tenant"))
    assert refused.value.field == "phone"
    assert kept("852-9123转4567") == "8529123-4567", "a landline with an extension that is called one"


def test_the_portal_and_the_desks_right_column_compare_such_a_number_too(
    browser, walk_in, sent, client, limin
) -> None:
    case = walk_in(person=actions.Person(name="甲", phone="+852 9123 4567", capacity="tenant"))
    browser.post("/portal/find/", {"number": case.number, "phone": "852-9123-4567"})
    client.force_login(limin)
    beside = client.post("/desk/look/", {"phone": "852-9123-4567"}, headers={"HX-Request": "true"})
    assert case.number in beside.content.decode()


# Homes ------------------------------------------------------------------------------------------------
SAID = [
    "2.1.302",
    "2。1。302",
    "２．１．３０２",
    "2 1 302",
    "21302",
    "２１３０２",
    "2－1－302",
    "2/1/302",
    "2.302",
]


@pytest.mark.parametrize("typed", SAID)
def test_a_home_is_found_as_it_is_said(walk_in, read, limin, jinxiu, home, typed) -> None:
    case = walk_in()
    owner = register.add_owner(jinxiu, "甲", unit=home)
    assert numbers(read(limin, "/search/", q=typed)) == [case.number]
    assert home in find_units(typed, [jinxiu])
    assert owner.pk in [row.owner_id for row in find_people(typed, [jinxiu], on=MONDAY_9AM.date())]
    assert spot(typed, jinxiu).unit == home


def test_digits_in_one_run_find_every_home_they_can_mean_and_no_other(jinxiu) -> None:
    for code in ("1-2-101", "12-1-101", "12-101", "1-2101", "1-21-01", "121-01", "2-101"):
        register.add_unit(jinxiu, number=code.rpartition("-")[2], code=code, name=code)
    found = {unit.code for unit in find_units("12101", [jinxiu])}
    assert {"1-2-101", "12-101", "1-2101", "12-1-101"} == found, "the last: building 12, whichever entrance"
    with pytest.raises(Refused, match="1-2-101"):
        spot("12101", jinxiu)
    assert [place.code for place in in_one_run("0000000")] == []


def test_dots_are_no_home_in_a_ledger_and_no_home_in_a_phone() -> None:
    assert parse_place("1.101") is None
    assert parse_asked("139.1111.0001") is None


def test_a_home_in_other_spellings_costs_no_more_queries(walk_in, queries, limin) -> None:
    assert isinstance(walk_in(march(2, 9)), Complaint)
    assert queries(limin, "/search/?q=2.1.302") == queries(limin, "/search/?q=2-1-302")
    assert queries(limin, "/search/?q=21302") <= queries(limin, "/search/?q=5057")


def test_homes_in_one_run_and_numbers_of_other_countries_are_read_by_their_indexes(jinxiu) -> None:
    """Of small tables PostgreSQL would read every row: sequential reading is forbidden here."""
    homes = Unit.objects.filter(Q(number="12101") | written_so(in_one_run("12101")), estate=jinxiu)
    phones = _phones(numbers_asked_for("44-20-7946-0958"), [jinxiu])
    if connection.vendor != "postgresql":
        assert not homes.exists() and not phones.exists()
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for rows in (homes, phones):
        assert "Seq Scan" not in rows.explain(), rows.explain()
