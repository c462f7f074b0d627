"""The accounts of a report to owners 收支表: who is named, what is compared, what a withdrawal changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.html import strip_tags

from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import owner_reports as acts
from reports.models import OwnerReport
from reports.owner_accounts import Line
from reports.owner_content import content_of
from reports.owner_forms import _line, lines_in_words
from reports.owner_words import figures, shown
from tests.cast import DAY, march
from tests.owner_reports import APRIL_8, issued, written

pytestmark = pytest.mark.django_db
JULY_9 = march(31) + 100 * DAY
MAY = date(2026, 5, 1)


@pytest.fixture
def people(office_of_jinxiu) -> Any:
    return office_of_jinxiu


def money(row, by, lines, *, opening=100, balance=130, at=APRIL_8, kind="fees") -> OwnerReport:
    return acts.write_block(
        row, kind, words="收支平稳。", words_en="", started_from=row.version, by=by, at=at, lines=lines,
        opening=Decimal(opening), balance=Decimal(balance),
    )  # fmt: skip


def rows_of(report) -> list[list[str]]:
    """The table of the fees, row by row."""
    (fees,) = (one for one in shown(content_of(report))["blocks"] if one["kind"] == "fees")
    rows = str(fees["accounts"]).split("<tr")[2:]
    return [[strip_tags(f"<{cell}").strip() for cell in row.split("<t")[1:]] for row in rows]


@pytest.mark.parametrize("at_place", ["item", "item_en"])
@pytest.mark.parametrize("words", ["3栋1201王女士补缴", "补缴13812345678"])
def test_a_line_that_names_an_owner_is_refused(jinxiu, people, words, at_place):
    row = written(jinxiu, people.zhoujun)
    said = {"item": "物业费", "item_en": ""} | {at_place: words}
    with pytest.raises(Refused) as refused:
        money(row, people.zhoujun, [Line("income", amount=Decimal(30), **said)])
    assert refused.value.field == "lines"
    assert row.blocks.get(kind="fees").items.count() == 2


@pytest.mark.parametrize(
    ("typed", "item", "item_en"),
    [
        ("水/电费", "水/电费", ""),
        ("水 / 电费", "水 / 电费", ""),
        ("水/电费 / Water and power", "水/电费", "Water and power"),
        ("水电费/Water/power", "水电费", "Water/power"),
        ("Water/power", "Water/power", ""),
        ("Water/power / Utilities", "Water/power", "Utilities"),
        ("电费1/2", "电费1/2", ""),
    ],
)
def test_a_slash_parts_a_name_from_its_english_only(typed, item, item_en):
    line = _line(f"支出 | {typed} | 100", 1)
    assert (line.item, line.item_en, line.amount) == (item, item_en, Decimal(100))


def second(estate, people) -> OwnerReport:
    """The report of the second quarter, after one of the first."""
    issued(estate, people)
    return acts.draft(estate, "quarter", MAY, by=people.zhoujun, at=JULY_9)


def test_last_times_sums_are_those_of_all_its_lines(jinxiu, people):
    row = second(jinxiu, people)
    lines = [
        Line("income", "停车费", "Parking", Decimal(30)),
        Line("expense", "人工", "", Decimal(40)),
    ]
    row = money(row, people.zhoujun, lines, opening=130, balance=120, at=JULY_9)
    assert [row[1:] for row in rows_of(row)] == [
        ["130.00", "100.00", "+30.00"],
        ["30.00", "–", "–"],  # parking, new
        ["–", "80.00", "–"],  # management fees, no longer there
        ["30.00", "80.00", "−50.00"],
        ["40.00", "50.00", "−10.00"],
        ["40.00", "50.00", "−10.00"],
        ["−10.00", "30.00", "−40.00"],
        ["120.00", "130.00", "−10.00"],
    ]


def test_what_the_last_report_says_is_not_typed_otherwise(jinxiu, people):
    row = second(jinxiu, people)
    for line, said in (
        (Line("income", "物业服务费", "", Decimal(30), Decimal(79)), "80.00"),
        (Line("income", "停车费", "", Decimal(30), Decimal(5)), "停车费"),
    ):
        with pytest.raises(Refused, match=said) as refused:
            money(row, people.zhoujun, [line], at=JULY_9)
        assert refused.value.field == "lines"
    same = Line("income", "物业服务费", "", Decimal(30), Decimal(80))
    row = money(row, people.zhoujun, [same], at=JULY_9)
    typed = lines_in_words(row.blocks.get(kind="fees"))
    assert _line(typed, 1) == same


def test_every_account_that_is_written_stands_in_its_entry(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    entry = row.entries.filter(verb="write_block", about="fees").latest("pk")
    assert entry.note == "100.00 + 物业服务费 80.00 − 人工 50.00 = 130.00"
    assert row.entries.filter(verb="write_block", about="pest").latest("pk").note == ""


# The report it is compared with changes ----------------------------------------------------------------


def test_a_withdrawn_predecessor_stops_it_at_every_step_until_its_figures_are_taken_anew(jinxiu, people):
    first = issued(jinxiu, people)
    row = acts.draft(jinxiu, "quarter", MAY, by=people.zhoujun, at=JULY_9)
    row = written(jinxiu, people.zhoujun, row, at=JULY_9)
    lines = [Line("income", "物业服务费", "", Decimal(80))]
    for kind in ("fees", "fund"):
        row = money(row, people.zhoujun, lines, opening=130, balance=210, at=JULY_9, kind=kind)
    by = {"by": people.wuzong, "at": JULY_9}
    for step in ("hand_in", "check", "issue"):
        if step == "hand_in":
            acts.withdraw(first, note="金额有误", **by)
        with pytest.raises(Refused, match="compared|对比"):
            getattr(acts, step)(row, **by)
        _stand_again(first)
        row = getattr(acts, step)(row, by=people.zhoujun if step == "hand_in" else people.wuzong, at=JULY_9)
        if step != "issue":
            acts.withdraw(OwnerReport.objects.get(pk=first.pk), note="金额有误", **by)
    assert row.state == "issued"


def _stand_again(row) -> None:
    OwnerReport.objects.filter(pk=row.pk).update(
        state="issued", withdrawn_at=None, withdrawn_because="", posted_at=None
    )


def test_taken_anew_it_has_the_amounts_and_the_balance_of_the_new_one(jinxiu, people):
    first = issued(jinxiu, people)
    row = acts.draft(jinxiu, "quarter", MAY, by=people.zhoujun, at=JULY_9)
    acts.withdraw(first, note="金额有误", by=people.wuzong, at=JULY_9)
    row = acts.refresh(row, by=people.zhoujun, at=JULY_9)
    assert row.before is None
    fees = row.blocks.get(kind="fees")
    assert [one.amount_before for one in fees.items.all()] == [None, None]
    new = acts.reissue(first, by=people.zhoujun, at=JULY_9)
    for kind in ("fees", "fund"):
        lines = [Line("income", "物业服务费", "", Decimal(90)), Line("expense", "人工", "", Decimal(50))]
        new = money(new, people.zhoujun, lines, balance=140, at=JULY_9, kind=kind)
    new = acts.hand_in(new, by=people.zhoujun, at=JULY_9)
    new = acts.issue(acts.check(new, by=people.wuzong, at=JULY_9), by=people.wuzong, at=JULY_9)
    row = acts.refresh(row, by=people.zhoujun, at=JULY_9)
    fees = row.blocks.get(kind="fees")
    assert row.before == new and fees.opening == Decimal(140)
    assert [one.amount_before for one in fees.items.all()] == [Decimal(90), Decimal(50)]


def test_begun_after_a_withdrawal_it_replaces_the_withdrawn_one(jinxiu, people):
    first = issued(jinxiu, people)
    acts.withdraw(first, note="金额有误", by=people.wuzong, at=APRIL_8)
    new = acts.draft(jinxiu, "quarter", date(2026, 2, 1), by=people.wuzong, at=APRIL_8)
    assert new.replaces == first
    assert new.blocks.get(kind="pest").words == first.blocks.get(kind="pest").words
    # Most of its words are still those of who wrote the first: he does not check them either.
    acts.hand_in(new, by=people.wuzong, at=APRIL_8)
    with pytest.raises(WrongPerson):
        acts.check(new, by=people.zhoujun, at=APRIL_8)


# Figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "told"), [(4, False), (5, True)])
def test_few_customers_make_no_share(said, told):
    own = {"received": 3, "said": said, "satisfied": said}
    assert ("100" in str(figures(own, None))) is told
    before = {"received": 3, "said": 9, "satisfied": 9}
    assert ("100" in str(figures(before, own)).split("</td>")[-2]) is False
