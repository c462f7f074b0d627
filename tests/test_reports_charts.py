"""Charts: pure drawings, the same in page and PDF."""

import re
from xml.etree import ElementTree

import pytest

from reports.charts import Bar, Part, Point, bars, columns, fit, rates, stacked_bars, whole

NASTY = '锦绣<script>alert("1")</script>&花园'
PARTS = [Part("轻微", 3, "empty"), Part("重要", 2, "hatch"), Part("重大", 1, "solid")]
DRAWINGS = {
    "bars": lambda: bars("a", "每千户", [Bar(NASTY, 1.5, "1.5", mark=2), Bar("空", None, "–")], "上月"),
    "stacked": lambda: stacked_bars("b", "按类别", [(NASTY, PARTS), ("保洁", [])], PARTS),
    "whole": lambda: whole("c", "及时率", PARTS),
    "columns": lambda: columns(
        "d", "趋势", [Point("1月", 3, "3", 4), Point("2月", None, "–")], "本年", "上年"
    ),
    "rates": lambda: rates("e", "及时率", [Point("1月", 0.5, "50%"), Point("2月", None, "–")], target=1),
    "whole of nothing": lambda: whole("f", "及时率", [Part("轻微", 0)]),
    "no rows": lambda: bars("g", "每千户", []),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_chart_is_wellformed_named_and_free_of_styles(name):
    svg = str(DRAWINGS[name]())
    root = ElementTree.fromstring(svg)
    assert "style" not in svg
    assert root.get("role") == "img" and root.get("viewBox")
    assert root[0].text  # its name for those who do not see it
    for reference in re.findall(r"url\(#([^)]+)\)", svg):
        assert f'id="{reference}"' in svg


def test_the_longest_bar_is_as_much_longer_as_its_value_is_larger():
    svg = bars("a", "x", [Bar("A", 10, "10"), Bar("B", 5, "5")])
    long, short = [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)"', svg)]
    assert long == pytest.approx(2 * short, abs=0.2)


def test_a_whole_names_every_part_with_number_and_share():
    svg = str(whole("c", "x", PARTS))
    for words in ("轻微 3 (50%)", "重要 2 (33%)", "重大 1 (17%)"):
        assert f">{words}</text>" in svg


def test_a_month_without_a_share_leaves_a_gap_in_the_line():
    points = [Point(str(n), share, "") for n, share in enumerate([0.1, 0.2, None, 0.3, 0.4])]
    assert str(rates("e", "x", points)).count("<path") == 2


def test_a_long_label_is_cut_with_an_ellipsis():
    assert fit("阳光水岸花园二期北区", 60) == "阳光水岸…"
    assert fit("短", 60) == "短"
