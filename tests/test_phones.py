"""A phone is read when every digit is there, and never repaired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owners.phones import read_phones


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
        ("+852 9123 4567", ["85291234567"]),
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
        assert number.digits.isascii() and number.digits.isdigit() and 5 <= len(number.digits) <= 15
