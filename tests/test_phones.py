"""A phone is read when every digit is there, and never repaired."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owners.phones import asked_for, kept, last_four, read_phones


def digits(cell) -> list[str]:
    numbers = read_phones(cell)
    assert not numbers.problems
    return [number.digits for number in numbers.good]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13060267735", ["13060267735"]),
        (13060267735, ["13060267735"]),
        (13060267735.0, ["13060267735"]),
        ("13060267735.0", ["13060267735"]),
        ("１５６２２４６１４１６", ["15622461416"]),
        ("138 7474 3113", ["13874743113"]),
        ("138-7474-3113", ["13874743113"]),
        ("13288636418/15000824526", ["13288636418", "15000824526"]),
        ("13288636418、15000824526", ["13288636418", "15000824526"]),
        ("13288636418\n021-37471789", ["13288636418", "02137471789"]),
        ("13288636418 15000824526", ["13288636418", "15000824526"]),
        ("13288636418/13288636418", ["13288636418"]),
        ("021-37471789", ["02137471789"]),
        ("(021)37471789", ["02137471789"]),
        ("0571-88888888", ["057188888888"]),
        ("37471789", ["37471789"]),
        ("+86 138 0013 8000", ["13800138000"]),
        ("+852 9123 4567", ["0085291234567"]),
        ("400-820-8820", ["4008208820"]),
        ("95338", ["95338"]),
        ("12345", ["12345"]),
        ("电话：13800138000", ["13800138000"]),
        ("021-37471789转802", ["02137471789"]),
        ("021-37471789-802", ["02137471789"]),
        (None, []),
        ("", []),
        ("无", []),
        ("/", []),
    ],
)
def test_a_whole_number_is_read(cell, numbers):
    assert digits(cell) == numbers


@pytest.mark.parametrize(
    "cell",
    [
        "1380013800",
        "138001380001",
        "12800138000",
        "13800138000/1390013900",
        "1.38E+10",
        1.38e10,
        13800000000,
        13800138000.0,
        13060267735.5,
        2137471789,
        "1381234567a",
        "110",
        "见备注",
        "0123456789",
    ],
)
def test_a_number_with_a_wrong_count_of_digits_is_a_problem_and_nothing_else(cell):
    assert read_phones(cell).problems


def test_a_name_beside_a_number_is_kept_as_its_label():
    good = read_phones("张三13800138000/13900139001（李四）").good
    assert [(number.digits, number.label) for number in good] == [
        ("13800138000", "张三"),
        ("13900139001", "李四"),
    ]


mobile = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(st.lists(mobile, min_size=1, max_size=3, unique=True), st.sampled_from(["/", "、", "，", "; ", "\n"]))
def test_any_list_of_mobiles_is_read_in_any_spelling(mobiles, separator):
    assert digits(separator.join(mobiles)) == mobiles
    assert digits(separator.join(m.translate(FULL_WIDTH) for m in mobiles)) == mobiles
    assert digits(separator.join(f"{m[:3]} {m[3:7]} {m[7:]}" for m in mobiles)) == mobiles


@given(mobile, st.integers(0, 10))
def test_a_lost_digit_is_never_made_good(number, position):
    assert not read_phones(int(number[:position] + number[position + 1 :])).good or position == 0


@given(st.one_of(st.text(max_size=30), st.floats(allow_nan=False, allow_infinity=False), st.integers()))
def test_no_cell_breaks_the_reading(cell):
    for number in read_phones(cell).good:
        assert number.digits.isascii() and number.digits.isdigit() and 5 <= len(number.digits) <= 17


#: What each line of the file is kept as, with the words beside it; None is a problem.
CASES = {
    "甲一": ["13911110001"],
    "甲二": ["13911110002"],
    "甲三": ["13911110003"],
    "甲四": ["075588888888-801"],
    "甲五": ["02165430001-8001"],
    "甲六": ["02165430001-8001"],
    "甲七": None,
    "甲八": ["0085291234567"],
    "甲九": None,
    "甲十": ["13911110010"],
    "乙一": ["13911110011"],
    "乙二": ["13911110012"],
    "乙三": ["13911110013", "13911110113 老婆"],
    "乙四": ["13911110014"],
    "乙五": ["13911110015", "65430015"],
    "乙六": ["13911110016 老公", "13911110116 老婆"],
    "乙七": ["13911110017"],
    "乙八": ["13911110018"],
    "乙九": None,
    "丙一": ["13911110020"],
    "丙二": ["4008123123"],
    "丙三": ["13911110022"],
    "丙四": ["13911110023", "13911110123"],
    "丙五": ["13911110024", "13911110124"],
    "丙六": ["0085291234567"],
}


def test_every_line_of_a_register_is_read_as_a_person_would_read_it():
    text = (Path(__file__).parent / "data" / "cases" / "r11-phones.csv").read_text("utf-8-sig")
    rows = {row["姓名"]: read_phones(row["电话"]) for row in csv.DictReader(text.splitlines())}
    assert {name: _said(numbers) for name, numbers in rows.items()} == CASES


def _said(numbers):
    return None if numbers.problems else [f"{n.kept} {n.label}".strip() for n in numbers.good]


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("+86 755 8888 8888", "075588888888"),
        ("+86(0)755-88888888", "075588888888"),
        ("(86)139 1111 0001", "13911110001"),
        ("+44 20 7946-0958", "00442079460958"),
        ("+1 391 111 0001", "0013911110001"),
        ("0575-8888888-8", "05758888888-8"),
        ("6543001-5", "6543001-5"),
        ("139.1111.0001", "13911110001"),
        ("139 1111 0001 分机 12", "13911110001-12"),
        ("021—6543—0001", "02165430001"),
        ("8001", "8001"),
    ],
)
def test_a_phone_is_kept_in_one_spelling_and_read_again_as_the_same(typed, phone):
    assert kept(typed) == phone
    assert kept(phone) == phone


def test_the_last_four_digits_are_those_of_the_number_and_not_of_its_extension():
    assert last_four(kept("021-65430001转8002")) == "0001"


def test_a_home_in_groups_of_digits_is_no_phone():
    assert not read_phones("1-2-101").good and not read_phones("2-1-10101").good
    assert asked_for("1-2-101") == ""
    assert (asked_for("2-10101"), asked_for("123-4567")) == ("", "1234567")


@pytest.mark.parametrize(
    ("written", "number", "extension"),
    [("0014155550123-12", "0014155550123", "12"), ("001415-555-0123", "0014155550123", "")],
)
def test_a_last_group_abroad_is_an_extension_only_behind_a_whole_number(written, number, extension):
    (phone,) = read_phones(written).good
    assert (phone.digits, phone.extension) == (number, extension)


@given(mobile, st.text(alphabet="\u200b\u200d\u202a\u202c\u202d\ufeff\u2060", max_size=3), st.data())
def test_what_nobody_sees_changes_no_number(number, unseen, data):
    place = data.draw(st.integers(0, 11))
    assert kept(number[:place] + unseen + number[place:]) == number
