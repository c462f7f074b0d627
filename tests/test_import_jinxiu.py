"""The ledger of 锦绣花园 as the office keeps it: its exact outcome, counted by hand in the sheet."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from owners.importing.loading import load
from owners.importing.register import read_register
from owners.importing.words import Column
from owners.models import Building, Occupancy, Owner, Phone, Unit
from tests.cast import MONDAY_9AM
from tests.ledgers import JINXIU, people


@pytest.fixture(scope="module")
def reading():
    with translation.override("en"):
        return read_register(JINXIU.read_bytes(), JINXIU.name)


def test_it_says_how_it_read_each_column(reading):
    assert [(c.letter, c.header, c.meaning) for c in reading.columns] == [
        ("A", "序号", None),
        ("B", "楼栋", Column.BUILDING),
        ("C", "单元", Column.ENTRANCE),
        ("D", "房号", Column.ROOM),
        ("E", "业主姓名", Column.NAME),
        ("F", "联系电话", Column.PHONE),
        ("G", "建筑面积 （㎡）", Column.AREA),
        ("H", "入住日期", Column.MOVED_IN),
        ("I", "备注", Column.REMARK),
    ]


def test_it_counts_96_homes_and_2_shops_without_a_problem(reading):
    assert not reading.problems
    assert len(reading.entries) == 98
    assert (reading.count("home"), reading.count("shop"), reading.count("parking")) == (96, 2, 0)
    assert reading.vacant == 2
    # 94 homes with people, 6 of them with two owners; 14 tenants; 2 merchants
    assert reading.people == 94 + 6 + 14 + 2
    assert reading.capacities() == {"owner_occupier": 83, "investor": 17, "tenant": 14, "merchant": 2}
    # one number a row with people, two of the rows with two; the tenants' own
    assert reading.phones == 96 + 2 + 14


def test_it_leaves_titles_blanks_subtotals_and_the_note_out_and_says_so(reading):
    assert Counter(line.sentence for line in reading.skipped) == {
        "title": 2,
        "header": 1,
        "blank": 8,
        "subtotal": 4,
        "note": 1,
    }
    assert {line.row for line in reading.skipped if line.sentence == "subtotal"} == {30, 57, 84, 111}
    assert next(line.row for line in reading.skipped if line.sentence == "note") == 114


@pytest.mark.parametrize(
    ("code", "who"),
    [
        (
            "1-1-101",
            [("邱强俊", "investor", ("13060267735",)), ("邹沐涵", "tenant", ("17268596938",))],
        ),
        ("1-1-201", [("姜思", "owner_occupier", ("15622461416",))]),  # full width
        ("2-1-202", [("郑晓伟", "owner_occupier", ("17830821982",))]),  # a number, not a text
        ("2-1-502", [("范燕", "owner_occupier", ("13874743113",))]),  # with blanks
        ("3-1-602", [("曾国霞", "owner_occupier", ("15655665794",))]),  # the room is a number
        ("3-2-202", [("魏强沐", "owner_occupier", ("02137471789",))]),  # a landline
        ("S102", [("顺丰速运", "merchant", ("95338",))]),  # a service number
        ("3-1-201", [("白懿敏", "investor", ("15850345670",))]),
        ("3-2-201", []),  # vacant
        (
            "1-1-402",  # two owners and one number: it reaches both
            [
                ("石梅伟", "owner_occupier", ("15879507668",)),
                ("丁梓宸", "owner_occupier", ("15879507668",)),
            ],
        ),
        (
            "2-2-602",  # two owners and two numbers: whose is whose is not made up
            [
                ("薛艳宸", "owner_occupier", ("13288636418", "15000824526")),
                ("叶诗", "owner_occupier", ("13288636418", "15000824526")),
            ],
        ),
    ],
)
def test_each_oddity_of_the_sheet_is_read(reading, code, who):
    assert people(reading)[code] == who


@pytest.mark.parametrize(
    ("code", "day", "precision"),
    [
        ("1-1-101", date(2018, 2, 13), "day"),  # 2018.2.13
        ("1-1-102", date(2021, 4, 23), "day"),  # 2021/04/23
        ("1-1-201", date(2020, 6, 23), "day"),  # 2020年6月23日
        ("1-1-202", date(2018, 2, 24), "day"),  # a real date
        ("1-1-301", date(2025, 3, 1), "month"),  # 2025-03
    ],
)
def test_the_five_ways_to_write_a_date_are_read_as_exactly_as_they_are(reading, code, day, precision):
    entry = next(entry for entry in reading.entries if entry.place.code == code)
    moved_in = entry.people[0].moved_in
    assert (moved_in.date, moved_in.precision) == (day, precision)


def test_it_notes_what_a_person_should_know(reading):
    rows = {line.row for line in reading.notes}
    shared_numbers, dates_of_nobody, no_relation_column = {11, 35, 55, 72, 89, 98}, {73, 82}, {3}
    assert rows == shared_numbers | dates_of_nobody | no_relation_column


def test_it_loads_whole_and_the_second_time_nothing(reading, jinxiu, chenfang):
    first = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    assert first.loaded
    assert (first.buildings, first.units, first.people, first.occupancies) == (4, 98, 116, 116)
    assert first.phones == 112 + 4 + 4  # four numbers shared by two, two pairs of numbers shared by two
    assert sorted(Building.objects.values_list("code", "name")) == [
        ("1", "1号楼"),
        ("2", "2号楼"),
        ("3", "3号楼"),
        ("5", "5号楼"),
    ]
    assert Unit.objects.get(code="1-2-101").name == "1号楼2单元101"
    assert Unit.objects.get(code="S101").name == "商铺S101"
    assert Unit.objects.get(code="3-1-602").area == Decimal("66.00")
    assert Owner.objects.get(name="顺丰速运").kind == Owner.Kind.FIRM
    assert Owner.objects.get(name="白懿敏").remark == "常住外地"
    assert Occupancy.objects.get(owner__name="卢建").starts_precision == "month"

    second = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    assert second.loaded and second.is_empty
    assert second.unchanged == 98
    assert not second.differences
    assert (Unit.objects.count(), Owner.objects.count(), Phone.objects.count()) == (98, 116, 120)


def test_a_number_beside_two_owners_is_surely_neithers(reading, jinxiu, chenfang):
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    doubted = Phone.objects.filter(is_own=False)
    assert doubted.count() == 4 * 2 + 2 * 4  # four numbers of two people, two pairs of numbers of two people
    names = set(doubted.values_list("owner__name", flat=True))
    assert names >= {"石梅伟", "丁梓宸", "薛艳宸", "叶诗"} and len(names) == 12
    assert not doubted.exclude(beside="").exists()


def test_every_row_has_its_first_version_with_who_and_when(reading, jinxiu, chenfang):
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    for model in (Building, Unit, Owner, Phone, Occupancy):
        versions = model.history.order_by().values_list("history_type", "history_user", "history_date")
        assert list(versions.distinct()) == [("+", chenfang.pk, MONDAY_9AM)]
        assert model.history.count() == model.objects.count()
