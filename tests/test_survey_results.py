"""Results worked out by hand, the chart's points, and what is not shown because too few have said it."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from django.urls import reverse

from complaints.models import Survey, SurveyAnswer, SurveyWords
from complaints.surveys import FEW, Quadrant, crossing, quadrant, shown, shown_of_line
from reports import quadrants
from reports.figures.surveys import results
from reports.quadrants import decimal, signed
from tests.cast import march
from tests.surveys import closed, homes, running, said_by, three_hundred

ENGLISH = {"accept-language": "en"}


# Pure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "total", "found"),
    [
        ({"a": 10, "b": 5}, 15, {"a", "b"}),
        ({"a": 10, "b": 4}, 14, set()),  # b would be the rest after a
        ({"a": 10, "b": 6, "c": 4}, 20, {"a"}),  # b goes with c: ten are left over
        ({"a": 10, "b": 4, "c": 3}, 17, {"a"}),  # seven together are no small group
        ({"a": 10, "b": 5, "c": 0}, 15, {"a", "b"}),  # of nobody nothing can be told
        ({"a": 5}, 9, set()),
        ({}, 0, set()),
    ],
)
def test_what_may_stand_beside_the_whole(parts, total, found):
    assert shown(parts, total) == found
    assert not 0 < total - sum(parts[one] for one in found) < FEW or not found


def test_quadrants_by_the_crossing_of_means():
    means = [
        (Fraction(4), Fraction(2)),
        (Fraction(4), Fraction(4)),
        (Fraction(2), Fraction(2)),
        (Fraction(2), Fraction(4)),
    ]
    lines = crossing(means)
    assert lines == (3, 3)
    assert [quadrant(*one, lines) for one in means] == ["improve", "keep", "later", "hold"]
    assert quadrant(Fraction(3), Fraction(3), lines) == Quadrant.KEEP  # on the lines counts as above


@pytest.mark.parametrize(
    ("parts", "total", "found"),
    [
        ({"a": (8, 16), "b": (6, 24)}, (14, 40), {"a", "b"}),
        ({"a": (8, 16), "b": (6, 30)}, (14, 46), set()),  # of b each gave 5: all less a would tell it
        ({"a": (8, 16), "b": (6, 6)}, (14, 22), set()),  # and 1 so too
        ({"a": (8, 16), "b": (6, 30), "c": (7, 20)}, (21, 66), {"a"}),  # c goes with it
    ],
)
def test_a_part_that_says_the_same_at_one_end_is_not_shown(parts, total, found):
    assert shown_of_line(parts, total) == found


def test_nothing_is_parted_where_nothing_differs():
    one, other = (Fraction(4), Fraction(2)), (Fraction(4), Fraction(3))
    assert crossing([one]) is crossing([one, other]) is crossing([one, one]) is None


def test_means_are_written_with_two_places():
    said = [decimal(Fraction(one, two)) for one, two in ((7, 2), (10, 3), (5, 1), (401, 200))]
    assert (said, decimal(None)) == (["3.50", "3.33", "5.00", "2.01"], "–")
    assert [signed(Fraction(1, 4)), signed(Fraction(-1, 8)), signed(None)] == ["+0.25", "−0.13", "–"]


# Three hundred answers ------------------------------------------------------------------------------------

#: Means of the four: (4.5 + 14/3 + 2.8 + 2) / 4 and (2.5 + 13/3 + 2.6 + 4) / 4.
CROSSING = (Fraction(419, 120), Fraction(403, 120))


@pytest.fixture
def big(jinxiu, zhoujun) -> Survey:
    return three_hundred(jinxiu, zhoujun)


def test_means_quadrants_and_lines_as_worked_out_by_hand(big, jinxiu):
    found = results(big, [jinxiu])
    assert (found.asked, found.answered, found.rate) == (300, 300, 1.0)
    assert found.lines == CROSSING
    said = {one.zh: (one.mark.importance, one.mark.satisfaction, one.quadrant) for one in found.items}
    assert said == {
        "设备": (Fraction(9, 2), Fraction(5, 2), "improve"),
        "治安": (Fraction(14, 3), Fraction(13, 3), "keep"),
        "停车": (Fraction(14, 5), Fraction(13, 5), "later"),
        "绿化": (Fraction(2), Fraction(4), "hold"),
    }
    spread = {one.zh: one.spread for one in found.items}
    assert (spread["设备"], spread["停车"]) == ((0, 150, 150, 0, 0), (60, 0, 240, 0, 0))


def test_the_points_of_the_chart_lie_where_they_belong(big, jinxiu):
    """The plane runs from 46 to 630 and from 392 up to 12; axes 0.15 beyond the least and the most mean."""
    drawn = quadrants.chart("k", results(big, [jinxiu]))
    rings = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)]

    def x(importance: float) -> float:
        return 46 + (importance - 1.85) / (14 / 3 + 0.15 - 1.85) * 584

    def y(satisfaction: float) -> float:
        return 392 - (satisfaction - 2.35) / (13 / 3 + 0.15 - 2.35) * 380

    wanted = [(x(4.5), y(2.5)), (x(14 / 3), y(13 / 3)), (x(2.8), y(2.6)), (x(2), y(4))]
    assert rings == [pytest.approx(one, abs=0.1) for one in wanted]
    dashed = re.findall(r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"[^>]*dasharray', drawn)
    assert float(dashed[0][0]) == pytest.approx(x(419 / 120), abs=0.1)
    assert float(dashed[1][1]) == pytest.approx(y(403 / 120), abs=0.1)
    assert ('role="img"' in drawn, "<title" in drawn, "4.50 / 2.50" in drawn) == (True, True, True)


def test_a_building_of_three_is_not_told_by_what_stands_beside_it(big, jinxiu):
    parts = {one.name: one for one in results(big, [jinxiu]).by_building}
    assert parts["3号楼"].marks is None
    assert parts["2号楼"].marks is None  # or the whole less the two others would be the third
    marks = parts["1号楼"].marks
    assert marks is not None
    assert {one.n for one in marks.values()} == {200}
    assert [parts[name].answered for name in ("1号楼", "2号楼", "3号楼")] == [200, 97, 3]


# Small groups ---------------------------------------------------------------------------------------------


def test_a_line_that_few_filled_in_is_not_shown(jinxiu, zhoujun):
    units = homes(jinxiu, "1", 12)
    row = running([jinxiu], zhoujun)
    for n, unit in enumerate(units):
        said_by(row, unit, (5, 2), (4, 4) if n < 4 else None, (3, 3))
    found = results(closed(row, zhoujun), [jinxiu])
    assert [one.mark.n for one in found.items] == [12, 4, 12]
    assert [one.quadrant is None for one in found.items] == [False, True, False]
    assert found.items[1].spread is None


def test_a_line_left_out_in_one_building_hides_its_neighbour(jinxiu, zhoujun):
    """Of building 2 two homes rated the second line: all less building 1 would tell what they said."""
    first, second = homes(jinxiu, "1", 8), homes(jinxiu, "2", 8)
    row = running([jinxiu], zhoujun)
    for unit in first:
        said_by(row, unit, (5, 2), (4, 4))
    for n, unit in enumerate(second):
        said_by(row, unit, (5, 2), (1, 1) if n < 2 else None)
    row = closed(row, zhoujun)
    parts = {one.name: one.marks for one in results(row, [jinxiu]).by_building}
    keys = list(row.items.values_list("pk", flat=True))
    for name in ("1号楼", "2号楼"):
        marks = parts[name]
        assert marks is not None
        assert marks[keys[0]].satisfaction == 2
        assert marks[keys[1]].satisfaction is None


def test_nothing_at_all_is_shown_of_four_answers(jinxiu, zhoujun, client):
    units = homes(jinxiu, "1", 9)
    row = running([jinxiu], zhoujun)
    for unit in units[:4]:
        said_by(row, unit, (5, 2), words="灯坏了")
    row = closed(row, zhoujun)
    found = results(row, [jinxiu], words=True)
    assert (found.is_few, found.lines, found.words) == (True, None, [])
    assert all(one.mark.importance is None for one in found.items)
    client.force_login(zhoujun)
    page = client.get(reverse("reports:survey", args=[row.pk]), headers=ENGLISH).content.decode()
    assert ("Too few answers" in page, "灯坏了" in page, "2.00" in page) == (True, False, False)


@pytest.fixture
def of_two(jinxiu, cuihu, wuzong) -> Survey:
    """Eight answers of 锦绣花园 and three of 翠湖雅苑."""
    ours, theirs = homes(jinxiu, "1", 8), homes(cuihu, "7", 3)
    row = running([jinxiu, cuihu], wuzong)
    for n, unit in enumerate([*ours, *theirs]):
        said_by(row, unit, (5, 2) if n < 8 else (1, 5), words="灯坏了" if n else "")
    return closed(row, wuzong)


def test_the_rest_of_a_company_is_not_worked_out_from_one_estate(of_two, jinxiu, cuihu):
    """Owners read the whole; whoever read 锦绣花园 beside it would have the three of 翠湖雅苑."""
    whole = results(of_two, [jinxiu, cuihu])
    assert whole.items[0].mark.n == 11
    assert all(part.marks is None for part in (*whole.by_estate, *whole.by_building))
    for estate in (jinxiu, cuihu):
        his = results(of_two, [estate], words=True)
        assert (his.lines, his.words) == (None, [])
        assert all(part.marks is None for part in his.by_building)


def test_one_estate_is_read_where_that_tells_nothing_of_the_others(jinxiu, cuihu, wuzong):
    ours, theirs = homes(jinxiu, "1", 6), homes(cuihu, "7", 6)
    row = running([jinxiu, cuihu], wuzong)
    for n, unit in enumerate([*ours, *theirs]):
        said_by(row, unit, (5, 2) if n < 6 else (1, 4), (3, 3) if n < 9 else None)
    row = closed(row, wuzong)
    his = results(row, [jinxiu])
    assert (his.answered, his.items[0].mark.satisfaction) == (6, 2)
    assert his.items[1].mark.importance is None  # three of the others rated it: nine less six
    assert [one.mark.n for one in results(row, [jinxiu, cuihu]).items][:2] == [12, 9]


def test_a_running_survey_has_no_results(jinxiu, zhoujun, client):
    units = homes(jinxiu, "1", 9)
    row = running([jinxiu], zhoujun)
    for unit in units:
        said_by(row, unit, (5, 2))
    with pytest.raises(ValueError, match="closed"):
        results(row, [jinxiu])
    client.force_login(zhoujun)
    for name, more in (("survey", []), ("survey_paper", []), ("survey_table", ["csv"])):
        assert client.get(reverse(f"reports:{name}", args=[row.pk, *more])).status_code == 404


def test_what_all_of_a_building_said_is_told_of_none(jinxiu, zhoujun):
    first, second = homes(jinxiu, "1", 8), homes(jinxiu, "2", 5)
    row = running([jinxiu], zhoujun)
    for unit in first:
        said_by(row, unit, (5, 4), (5, 4))
    for n, unit in enumerate(second):
        said_by(row, unit, (5, 1), (5, 1 + n % 2))
    parts = results(closed(row, zhoujun), [jinxiu]).by_building
    said = [[one.satisfaction for one in (part.marks or {}).values()][:2] for part in parts]
    assert said == [[None, 4], [None, Fraction(7, 5)]]


def test_closing_takes_small_buildings_and_estates_out_of_the_answers(jinxiu, cuihu, wuzong):
    """Who has answered is known by home: of a building where one has, the row would be its answer."""
    big, small, theirs = homes(jinxiu, "1", 12), homes(jinxiu, "2", 5), homes(cuihu, "7", 6)
    more = homes(jinxiu, "3", 2)
    row = running([jinxiu, cuihu], wuzong)
    for unit in (*big, *small, *more, theirs[0]):
        said_by(row, unit, (5, 2), words="灯坏了" if unit == theirs[0] else "")
    row = closed(row, wuzong)
    rows = SurveyAnswer.objects.filter(survey=row)
    assert not rows.filter(building__in=[more[0].building, small[0].building, theirs[0].building]).exists()
    assert not rows.filter(estate=cuihu).exists()
    assert SurveyWords.objects.get().estate is None
    assert rows.count() == 20
    assert results(row, [jinxiu, cuihu]).items[0].mark.n == 20


def test_a_part_without_its_small_buildings_is_not_shown_under_another_name(jinxiu, zhoujun):
    big, small, more = homes(jinxiu, "1", 12), homes(jinxiu, "2", 5), homes(jinxiu, "3", 2)
    row = running([jinxiu], zhoujun)
    for unit in (*big, *small, *more):
        said_by(row, unit, (5, 2))
    parts = results(closed(row, zhoujun), [jinxiu]).by_building
    assert [(one.name, one.answered, one.marks is None) for one in parts] == [
        ("1号楼", 12, False), ("2号楼", 5, True), ("3号楼", 2, True),
    ]  # fmt: skip


def test_the_survey_before_tells_nothing_that_was_not_shown_then(of_two, jinxiu, cuihu, wuzong):
    """Owners read of all eleven; beside the eight of 锦绣花园 the three of 翠湖雅苑 would follow."""
    row = running([jinxiu], wuzong, march(12), starts_on=date(2026, 3, 12), ends_on=date(2026, 3, 20))
    for one in row.invitations.select_related("unit"):
        said_by(row, one.unit, (5, 3), at=march(13))
    found = results(closed(row, wuzong, march(15)), [jinxiu])
    assert found.before == of_two
    assert found.items[0].before is not None
    assert (found.items[0].before.satisfaction, found.items[0].change) == (None, None)


def test_only_the_same_homes_are_compared_and_only_with_what_was_closed(jinxiu, zhoujun):
    first, second = homes(jinxiu, "1", 6), homes(jinxiu, "2", 6)

    def made(units, day: int, **said) -> Survey:
        days = {"starts_on": date(2026, 3, day), "ends_on": date(2026, 3, day)}
        row = running([jinxiu], zhoujun, march(day), **days | said)
        for unit in units:
            said_by(row, unit, (5, 2), at=march(day))
        return closed(row, zhoujun, march(day + 2))

    of_one = {"sample": "buildings", "buildings": [first[0].building]}
    of_other = {"sample": "buildings", "buildings": [second[0].building]}
    one, _other = made(first, 2, **of_one), made(second, 5, **of_other)
    every = made([*first, *second], 8)
    assert results(every, [jinxiu]).before is None
    again = made(first, 11, **of_one)
    assert results(again, [jinxiu]).before == one
    late = made(first, 12, **of_one)  # began before the last was closed
    assert results(late, [jinxiu]).before == one
