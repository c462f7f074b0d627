"""Complaint numbers: gap-free labels whose check digit finds a slip of the pen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.case_numbers import check_digit, clean, compose, ending_in, serial_of
from complaints.case_search import tidy
from complaints.models import NumberSeries
from complaints.templatetags.cases import parted
from config.framework.refusals import Refused
from staff.roles import Role
from tests.cast import DAY, HOUR, march, person

serials = st.integers(1, 999_999)
years = st.integers(2024, 2099)


def test_the_standards_own_example():
    """ISO 7064 MOD 11,10 gives 0794 the check digit 5."""
    assert check_digit("0794") == 5


@given(year=years, serial=serials)
def test_a_number_is_read_back_as_it_was_written(year, serial):
    number = compose("JX", year, serial)
    assert clean(number) == number
    assert len(number) >= 14


@given(year=years, serial=serials, place=st.integers(0, 8), digit=st.integers(0, 9))
def test_every_single_wrong_digit_is_found(year, serial, place, digit):
    number = compose("JX", year, serial)
    digits = [i for i, sign in enumerate(number) if sign.isdigit()]
    at = digits[place]
    wrong = number[:at] + str(digit) + number[at + 1 :]
    assert clean(wrong) == (number if wrong == number else None)


def test_nearly_every_swapped_pair_is_found():
    swaps = found = 0
    for serial in range(1, 3000):
        number = compose("JX", 2026, serial)
        for at in range(len("JX-2026-"), len(number) - 1):
            wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
            if wrong != number:
                swaps += 1
                found += clean(wrong) is None
    assert found / swaps > 0.97


@pytest.mark.parametrize(
    "typed",
    [
        "jx-2026-000018",
        " JX-2026-000018 ",
        "JX－2026－000018",
        "ＪＸ-2026-000018",
        "JX-2026-0000 18",
        "JX2026000018",
        "jx 2026 000018",
        "ｊｘ２０２６００００１８",
        "JX—2026—000018",
        "JX2026-000018",
    ],
)
def test_the_number_is_understood_as_people_type_it(typed):
    assert clean(typed) == "JX-2026-000018"


@given(code=st.sampled_from(["JX", "A2", "A20", "B2026"]), year=years, serial=serials)
def test_dashes_may_be_left_out_even_where_the_code_ends_in_digits(code, year, serial):
    number = compose(code, year, serial)
    if serial < 100_000 or code == "JX":
        assert clean(number.replace("-", "")) == number


@pytest.mark.parametrize("typed", ["", "JX", "JX-2026-00001", "2026-000018", "JX-26-000018", "J-2026-000018"])
def test_what_is_no_number_is_none(typed):
    assert clean(typed) is None


@given(year=years, serial=serials, code=st.sampled_from(["JX", "A2"]))
def test_a_number_names_its_series_and_its_counter(year, serial, code):
    assert serial_of(compose(code, year, serial)) == (f"{code}-{year}", serial)


@pytest.mark.parametrize("digits", ["0018", "2273", "10007", "00018", "000018", "9999", "0000"])
@pytest.mark.parametrize("last", [0, 1, 999, 30_000])
def test_the_end_of_a_number_finds_all_that_end_so(digits, last):
    every = [compose("JX", 2026, serial) for serial in range(1, last + 1)]
    assert list(ending_in(digits, "JX", 2026, last)) == [n for n in every if n.endswith(digits)]


@pytest.mark.django_db
class TestSeries:
    def serials(self, *cases):
        return [int(case.number.split("-")[2][:-1]) for case in cases]

    def test_each_estate_counts_for_itself(self, walk_in, cuihu):
        desk = person("qiantai2", "金铃", Role.FRONT_DESK, estate=cuihu)
        mine = [walk_in(march(2, 9)) for _ in range(3)]
        theirs = walk_in(march(2, 9), estate=cuihu, unit=None, place="东门", by=desk)
        assert self.serials(*mine, theirs) == [1, 2, 3, 1]

    def test_each_year_of_registration_begins_anew_in_the_estates_own_zone(self, walk_in):
        """20:00 UTC on New Year's Eve is already the new year in Shanghai."""
        new_year = march(2, 0).replace(year=2027, month=1, day=1)
        last = walk_in(new_year - HOUR)
        first = walk_in(new_year + 4 * HOUR - HOUR * 3, received_at=new_year - HOUR, backdated_because="停电")
        assert last.number.startswith("JX-2026-00001")
        assert first.number.startswith("JX-2027-00001")  # by the year of registration, not of receipt
        assert NumberSeries.objects.count() == 2

    def test_a_refused_intake_uses_up_no_number(self, walk_in):
        walk_in(march(2, 9))
        with pytest.raises(Refused):
            walk_in(march(2, 9), content=" ")
        with pytest.raises(Refused):
            walk_in(march(2, 9), received_at=march(2, 9) + DAY)
        assert self.serials(walk_in(march(2, 9))) == [2]


@pytest.mark.parametrize("typed", ["JX-2026-00221 6", "JX 2026 00221-6", "jx2026-00221·6", "JX-2026-002216"])
def test_a_number_is_found_with_its_check_digit_apart(typed) -> None:
    assert clean(typed) == "JX-2026-002216"
    assert clean(typed[:-1] + "7") is None


@pytest.mark.parametrize("typed", ["00221 6", "00221-6", "2026-00221·6"])
def test_so_is_the_end_of_a_number(typed) -> None:
    assert tidy(typed).endswith("002216")


@pytest.mark.parametrize("typed", ["12-1-2", "021-5555 0100", "2-1-302", "55550100-2"])
def test_rooms_and_phones_are_none(typed) -> None:
    assert "-" in tidy(typed)


def test_what_is_copied_from_a_page_is_the_number() -> None:
    assert parted("JX-2026-002216") == 'JX-2026-00221<span class="check-digit">6</span>'
