"""Small ledgers of real offices, each one of a kind: who lives where, with which number, as what."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from owners import lookup
from owners.importing.files import Unreadable
from owners.importing.loading import load
from owners.importing.reading import Reading
from owners.importing.register import read_register
from owners.models import Occupancy, Owner, Phone, Unit
from tests.cast import MONDAY_9AM
from tests.ledgers import people, problems

CASES = Path(__file__).parent / "data" / "cases"
OWNER, INVESTOR, TENANT, FAMILY = "owner_occupier", "investor", "tenant", "family"
SHEN = ("沈一诺", OWNER, ("13911110001",))
LU = ("陆文博", OWNER, ("13911110002",))
FAN = ("范欣怡", OWNER, ("13911110003",))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def case(name: str) -> Reading:
    path = next(CASES.glob(f"{name}-*"))
    return read_register(path.read_bytes(), path.name)


def notes(reading: Reading) -> list[tuple[int, str]]:
    return [(line.row, line.sentence) for line in reading.notes]


WHO = {
    "n01": {
        "1-101": [("沈一诺", OWNER, ("13911110001", "057188880001"))],
        "1-102": [("陆文博", INVESTOR, ("13911110002",))],
        "2-201": [FAN],
    },
    "n03": {"1-1-101": [SHEN], "1-2-101": [LU], "2-1-101": [FAN]},
    "n04": {
        "1-1-101": [
            ("沈国强", OWNER, ("13911110001",)),
            ("李静", FAMILY, ("13911110002",)),
            ("沈子涵", FAMILY, ()),
        ],
        "1-1-102": [("陆文博", INVESTOR, ("13911110004",)), ("姚轩", TENANT, ("13722220003",))],
        "1-2-101": [("范欣怡", OWNER, ("13911110006",))],
    },
    "n06": {
        "别墅1": [SHEN],
        "别墅2": [LU],
        "3": [FAN],
        "5-A": [("顾子涵", OWNER, ("13911110005",))],
        "5-B": [("姚轩", OWNER, ("13911110006",))],
    },
    "n08": {
        "1-101": [("沈一诺", INVESTOR, ("13911110001",)), ("顾子涵", TENANT, ("13722220001",))],
        "1-102": [LU],
    },
    "n11": {"1-101": [SHEN], "1-102": [LU]},
    "n12": {
        "A-0101": [("沈一诺", INVESTOR, ("13911110001",)), ("顾子涵", FAMILY, ("13722220001",))],
        "A-0102": [LU, ("李静", FAMILY, ("13911110012",))],
    },
    "n16": {
        "1-101": [SHEN, ("李静", OWNER, ("13911110001",))],
        "1-102": [("沈国强", OWNER, ("13911110002",))],
        "1-103": [("陆文博", OWNER, ("13911110003",)), ("李静", OWNER, ("13911110003",))],
        "1-104": [("范欣怡", OWNER, ("13911110004",))],
        "1-105": [],
        "1-106": [],
        "1-107": [],
    },
    "r01": {
        "1-101": [("沈一诺", INVESTOR, ("13911110001",)), ("顾子涵", TENANT, ("13722220001",))],
        "1-102": [LU],
        "1-201": [("范欣怡", INVESTOR, ("13911110003",)), ("姚轩", TENANT, ("13722220003",))],
    },
    "r02": {"1-101": [SHEN], "1-102": [LU]},
    "r03": {"1-1-101": [SHEN], "1-1-102": [LU]},
    "r05": {"1-101": [SHEN], "1-102": [LU]},
    "r07": {"1-101": [SHEN, LU], "1-102": []},
    "r08": {
        "1-101": [("沈一诺", OWNER, ("13911110001", "13922220001"))],
        "1-202": [("范欣怡", OWNER, ("13911110004",))],
    },
}


@pytest.mark.parametrize("name", sorted(WHO))
def test_every_person_stands_at_his_home_with_his_own_number(name):
    reading = case(name)
    assert problems(reading) == []
    assert people(reading) == WHO[name]


@pytest.mark.parametrize("name", sorted(WHO))
def test_it_loads_whole_and_the_second_time_nothing(name, jinxiu, chenfang):
    # n01 is of an estate that says so.
    first = load(case(name), jinxiu, by=chenfang, at=MONDAY_9AM, of_this_estate=name == "n01")
    assert first.loaded and not first.differences
    assert set(Unit.objects.values_list("code", flat=True)) == set(WHO[name])
    held = {
        code: sorted(
            (o.owner.name, o.capacity, tuple(sorted(p.number for p in o.owner.phones.all())))
            for o in Occupancy.objects.filter(unit__code=code)
        )
        for code in WHO[name]
    }
    assert held == {
        code: sorted((who, capacity, tuple(sorted(numbers))) for who, capacity, numbers in here)
        for code, here in WHO[name].items()
    }
    second = load(case(name), jinxiu, by=chenfang, at=MONDAY_9AM)
    assert second.is_empty and not second.differences


def test_thirty_columns_keep_the_number_of_the_emergency_contact_out_of_everybodys(jinxiu, chenfang):
    reading = case("n01")
    assert reading.entries[0].people[0].remark == "独居老人，Contact person: 沈国强 13722220001"
    assert reading.entries[0].people[0].moved_in.date == date(2016, 9, 1)  # 入住时间 and not 领房时间
    assert str(reading.entries[0].area) == "89.50"
    assert not load(reading, jinxiu, by=chenfang, at=MONDAY_9AM).loaded  # it names another estate
    assert load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, of_this_estate=True).loaded
    assert not Phone.objects.filter(number="13722220001").exists()
    assert not Owner.objects.filter(name="沈国强").exists()


def test_a_contact_person_is_a_remark():
    assert case("r02").entries[0].people[0].remark == "Contact person: 沈国强（父） 13722220001"
    assert case("r02").phones == 2


def test_the_day_of_the_keys_stands_for_the_day_of_moving_in():
    assert [p.moved_in and p.moved_in.date for e in case("n12").entries for p in e.people] == [
        date(2020, 5, 1), None, date(2020, 6, 1), None,
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["A-0102", "A座0102", "A座102", "A-102", "0102", "102"])
def test_a_home_with_a_nought_is_found_as_it_is_written(query, jinxiu, chenfang):
    load(case("n12"), jinxiu, by=chenfang, at=MONDAY_9AM)
    assert [unit.code for unit in lookup.find_units(query, [jinxiu])] == ["A-0102"]
    assert Unit.objects.get(code="A-0102").number == "0102"


def test_a_villa_is_a_unit_of_its_own_building(jinxiu, chenfang):
    load(case("n06"), jinxiu, by=chenfang, at=MONDAY_9AM)
    villa = Unit.objects.get(code="别墅1")
    assert (villa.name, villa.building.code, villa.number) == ("别墅1号", "别墅1", "别墅1")
    assert Unit.objects.get(code="5-A").building.name == "5号"
    for query, code in (("别墅1号", "别墅1"), ("别墅1", "别墅1"), ("3号", "3"), ("5号A", "5-A")):
        assert lookup.find_units(query, [jinxiu])[0].code == code


def test_a_building_left_blank_in_a_file_that_names_it_is_a_problem():
    reading = case("n13")
    assert problems(reading) == [(4, "The building is not given, and the other rows give it.")]
    assert people(reading) == {
        "12-1-101": [SHEN],
        "13-1-101": [LU],
        "13-2-502": [("y", OWNER, ("13911110004",))],  # what the link shows
    }


def test_two_estates_in_one_file_load_nothing_even_without_the_bad_rows(jinxiu, chenfang):
    reading = case("n14")
    assert [row for row, _sentence in problems(reading)] == [3]
    assert "“项目” is not read, and it tells homes apart (滨江苑、翠湖公馆)" in reading.problems[0].sentence
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, skip_bad=True)
    assert not Unit.objects.exists()


def test_a_web_page_named_xls_is_told_its_way_out():
    with pytest.raises(Unreadable, match=r"web page.*Save as.*\.xlsx"):
        case("n15")


def test_shares_states_and_others_are_no_part_of_a_name():
    reading = case("n16")
    assert reading.entries[3].people[0].remark == "法院查封"
    assert (3, "“沈国强等3人”: the others are not named.") in notes(reading)
    assert (6, "“开发商” is nobody; 13911110005 is not kept.") in notes(reading)
    assert reading.people == 6 and reading.count("home") == 7


def test_who_has_moved_out_has_an_end_and_who_left_no_day_is_left_out(jinxiu, chenfang):
    reading = case("r07")
    assert (4, "范欣怡 is left out: “已过户”, and no day is given.") in notes(reading)
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    ends = Occupancy.objects.order_by("pk").values_list("owner__name", "starts_on", "ends_on")
    assert list(ends) == [
        ("沈一诺", date(2016, 3, 1), date(2021, 5, 30)),
        ("陆文博", date(2021, 6, 1), None),
    ]
    assert not Phone.objects.filter(number="13911110003").exists()


def test_hidden_and_struck_rows_are_left_out_with_a_word():
    left = [
        (line.row, line.sentence, line.where) for line in case("r08").skipped if line.sentence != "header"
    ]
    assert left == [
        (3, "hidden row", "1号楼 102 旧业主甲 13911110002"),
        (4, "row struck out", "1号楼 201 旧业主乙 13911110003"),
    ]
    assert any("1 hidden row was not read" in sentence for _row, sentence in notes(case("r08")))


def test_a_decimal_that_may_be_january_or_october_is_asked():
    reading = case("r09")
    assert problems(reading) == [(2, "“2019.1” may be January or October: write it as 2019-01 or 2019-10.")]
    when = [(e.people[0].moved_in.date, e.people[0].moved_in.precision) for e in reading.entries]
    assert when == [(date(2019, 12, 1), "month"), (date(2019, 10, 1), "month")]


def test_names_of_every_sort_are_kept_as_they_are_written():
    reading = case("r10")
    names = {e.place.code: p.name for e in reading.entries for p in e.people}
    assert names == {
        "1-101": "𠮷田美子",
        "1-102": "㛃明",
        "1-103": "䶮龙",
        "1-201": "阿卜杜热合曼·买买提艾力",
        "1-202": "阿卜杜热合曼·买买提艾力",
        "1-301": "Warnakulasuriya Patabendige Ushantha Joseph Chaminda Perera Vaas",
        "1-302": "O'Brien, Séan",
        "1-401": "M&M洗衣店",
        "1-501": "沈一诺",
        "1-502": "沈一诺",
        "1-701": "〇二二",
        "1-702": "Ли́ Ван",
    }
    assert problems(reading) == [
        (13, "“买买提 艾力” may be one name or two: put 、 between two names, · inside one."),
        (14, "“李四 王五” may be one name or two: put 、 between two names, · inside one."),
    ]
    assert (10, "张三 is left out: “已故”. Enter who holds the home now.") in notes(reading)


def test_one_person_of_two_homes_is_one_whatever_stands_unseen_in_his_name(jinxiu, chenfang):
    load(case("r10"), jinxiu, by=chenfang, at=MONDAY_9AM, skip_bad=True)
    assert Owner.objects.get(name="沈一诺").occupancies.count() == 2
    assert Owner.objects.get(name__startswith="Warna").name.endswith("Perera Vaas")


def test_rooms_are_taken_as_they_stand_on_the_door_and_several_are_never_one():
    reading = case("r13")
    assert [(entry.place.code, entry.name) for entry in reading.entries] == [
        ("1-B101", "1号楼B101"),
        ("1-地下室3", "1号楼地下室3"),
        ("1-1F-02", "1号楼1F-02"),
        ("1-4层东", "1号楼4层东"),
        ("1-601跃", "1号楼601跃"),
        ("1-0701", "1号楼0701"),
        ("1-801", "1号楼801"),
        ("甲1-101", "甲1号楼101"),
        ("1附1-101", "1号楼附1-101"),
        ("北区3-101", "北区3栋101"),
        ("别墅12", "别墅12"),
        ("12A-1203", "12A幢1203"),
        ("B1-1203", "B1座1203"),
    ]
    assert problems(reading) == [
        (2, "“101-102” may be one home or several: give each of 101、102 a row of its own."),
        (3, "“201/202” may be one home or several: give each of 201、202 a row of its own."),
        (4, "“301、302” may be one home or several: give each of 301、302 a row of its own."),
        (13, "“1-2号楼” is not a building."),
    ]


def test_twenty_five_spellings_of_numbers_load_but_for_three_that_are_asked():
    reading = case("r11")
    assert [row for row, _sentence in problems(reading)] == [8, 10, 20]
    assert (len(reading.entries), reading.people, reading.phones) == (22, 22, 25)
    doubts = {p.name: p.doubts for e in reading.entries for p in e.people if p.doubts}
    assert doubts == {
        "乙三": (("13911110113", "老婆"),),
        "乙六": (("13911110016", "老公"), ("13911110116", "老婆")),
    }
    assert (14, "13911110113 is kept with 乙三 as the number of “老婆”, not as their own.") in notes(reading)
