"""The register is found as it is typed, in three queries at the most."""

from datetime import date

import pytest

from owners import actions
from owners.importing.loading import load
from owners.importing.register import read_register
from owners.lookup import find_people, find_units
from owners.models import Occupancy, Unit
from tests.cast import MONDAY_9AM
from tests.ledgers import JINXIU

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def reading():
    return read_register(JINXIU.read_bytes(), JINXIU.name)


@pytest.fixture
def register(jinxiu, chenfang, reading):
    """锦绣花园 with its whole ledger."""
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    return jinxiu


def names(query: str, *estates, **options) -> list[str]:
    return [found.owner.name for found in find_people(query, list(estates), on=TODAY, **options)]


@pytest.mark.parametrize(
    "query",
    ["1-1-101", "1号楼1单元101", "1栋1-101", "１－１－１０１", "1幢一单元101室", " 1 1 101 ", "1#1单元101"],
)
def test_a_room_is_found_in_any_spelling(register, query):
    assert names(query, register) == ["邱强俊", "邹沐涵"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("13060267735", ["邱强俊"]),
        ("130 6026 7735", ["邱强俊"]),
        ("１３０６０２６７７３５", ["邱强俊"]),
        ("1306026", ["邱强俊"]),
        ("7735", ["邱强俊"]),
        ("267735", ["邱强俊"]),
        ("021-37471789", ["魏强沐"]),
        ("37471789", ["魏强沐"]),
        ("95338", ["顺丰速运"]),
        ("13288636418", ["薛艳宸", "叶诗"]),
        ("邹沐涵", ["邹沐涵"]),
        ("邹沐", ["邹沐涵"]),
        ("沐涵", ["邹沐涵"]),
        ("便利", ["锦绣便利店（个体）"]),
        ("S101", ["锦绣便利店（个体）"]),
        ("商铺S102", ["顺丰速运"]),
        ("3-2-201", []),
        ("99999999999", []),
        ("诸葛", []),
        ("", []),
        ("  ", []),
        ("%", []),
    ],
)
def test_a_person_is_found_by_phone_end_of_phone_name_or_place(register, query, found):
    assert names(query, register) == found


def test_a_room_being_typed_finds_those_beginning_so(register):
    assert {o.unit.code for o in find_people("2-1-10", [register], on=TODAY)} == {"2-1-101", "2-1-102"}


def test_a_room_without_its_entrance_finds_both_entrances(register):
    assert {o.unit.code for o in find_people("1号楼101", [register], on=TODAY)} == {"1-1-101", "1-2-101"}


def test_names_beginning_so_come_before_names_that_hold_it(register):
    found = names("志", register, limit=20) + names("陆", register, limit=20)
    assert found[-1].startswith("陆") and "陆超娜" in found


def test_a_vacant_home_is_found_as_a_place(register):
    assert [unit.code for unit in find_units("3号楼2单元201", [register])] == ["3-2-201"]
    assert find_units("张三", [register]) == []


def test_those_who_moved_out_come_last(register, chenfang):
    gone = Occupancy.objects.get(owner__name="邱强俊")
    actions.move_out(gone, on=date(2026, 1, 1), by=chenfang)
    assert names("1-1-101", register) == ["邹沐涵", "邱强俊"]


def test_other_estates_stay_out_unless_it_is_the_whole_company(register, cuihu):
    assert names("13060267735", cuihu) == []
    assert [o.owner.name for o in find_people("13060267735", None, on=TODAY)] == ["邱强俊"]
    assert names("13060267735") == []


@pytest.mark.parametrize(
    "query", ["13060267735", "7735", "1201", "邱", "沐涵", "1-1-101", "101", "S101", "2-1-1"]
)
def test_it_takes_three_queries_at_the_most(register, query, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        for found in find_people(query, [register], on=TODAY):
            assert found.owner.name and found.unit.name and found.unit.estate.name
            list(found.owner.phones.all())


def test_no_more_than_the_limit_is_answered(register):
    assert len(names("1-1", register)) == 8
    assert len(names("1-1", register, limit=3)) == 3
    assert Unit.objects.filter(code__startswith="1-1").count() > 8
