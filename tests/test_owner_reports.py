"""The report to owners 管理报告: who does what, what it counts, what is frozen, who reads it (F16)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from reports import owner_reports as acts
from reports.calendar_rules import Overtaken
from reports.figures.owner_report import of_blocks
from reports.models import OwnerReport, OwnerReportItem
from reports.owner_accounts import Line
from reports.owner_content import content_of, digest
from reports.owner_rules import Block, first_day, last_day
from reports.owner_words import shown
from tests.cast import DAY, march
from tests.owner_reports import APRIL_8, Q1, TEXTS, issued, written

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def people(office_of_jinxiu) -> Any:
    return office_of_jinxiu


def counts(estate, at=APRIL_8) -> dict[Block, dict[str, Any]]:
    return of_blocks(estate, *Q1, at)


# Figures ---------------------------------------------------------------------------------------------


def test_each_case_counts_in_the_block_of_its_category_and_in_the_assessment(
    jinxiu, cuihu, case_in, categories
):
    case_in("acting", at=march(2), category=categories["lifts"])
    case_in("acting", at=march(3), category=categories["water-power"])
    case_in("acting", at=march(4), category=categories["noise"])
    told = counts(jinxiu)
    assert [told[block]["received"] for block in (Block.EQUIPMENT, Block.OTHER, Block.FIRE)] == [2, 1, 0]
    assert told[Block.ASSESSMENT]["received"] == 3
    assert counts(cuihu)[Block.ASSESSMENT]["received"] == 0
    assert of_blocks(jinxiu, date(2026, 4, 1), date(2026, 6, 30), APRIL_8)[Block.OTHER]["received"] == 0


def test_what_is_kept_from_anybody_is_not_counted(jinxiu, case_in, categories, limin):
    case_in("acting", at=march(2), category=categories["lifts"])
    for fact in ("restricted", "identity_hidden"):
        case_in("acting", at=march(3), category=categories["lifts"], facts={fact: True})
    assert counts(jinxiu)[Block.EQUIPMENT]["received"] == 1
    assert counts(jinxiu)[Block.ASSESSMENT]["received"] == 1


def test_satisfaction_and_closing_count_with_their_block(jinxiu, case_in, categories):
    case_in("closed", at=march(2), category=categories["lifts"])
    told = counts(jinxiu)[Block.EQUIPMENT]
    assert (told["received"], told["closed"], told["due"], told["on_time"]) == (1, 1, 1, 1)


def test_the_figures_cost_as_many_queries_for_ten_cases_as_for_two(jinxiu, case_in, categories):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            counts(jinxiu)
        return len(captured)

    for day in (2, 3):
        case_in("acting", at=march(day), category=categories["lifts"])
    few = asked()
    for day in range(4, 10):
        case_in("acting", at=march(day), category=categories["noise"])
    assert asked() == few


# Who does what ---------------------------------------------------------------------------------------


def test_it_is_written_by_the_manager_of_the_estate_and_by_nobody_below(jinxiu, people, auditor, stranger):
    for nobody in (people.limin, people.chenfang, people.sungong, auditor, stranger):
        with pytest.raises(WrongPerson):
            acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=nobody, at=APRIL_8)
    row = acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8)
    assert (row.starts_on, row.ends_on, row.state) == (*Q1, "draft")
    with pytest.raises(Refused) as refused:
        acts.draft(jinxiu, "quarter", date(2026, 1, 9), by=people.wuzong, at=APRIL_8)
    assert refused.value.field == "day"
    with pytest.raises(Refused):
        acts.draft(jinxiu, "quarter", date(2026, 7, 1), by=people.wuzong, at=APRIL_8)


def test_the_same_form_sent_twice_begins_one(jinxiu, people):
    made = [
        acts.draft(jinxiu, "year", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8, key="k") for _n in "ab"
    ]
    assert made[0] == made[1] and OwnerReport.objects.count() == 1


def test_whoever_wrote_of_it_does_not_check_it(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    with pytest.raises(WrongStatus):
        acts.check(row, by=people.wuzong, at=APRIL_8)
    acts.hand_in(row, by=people.zhoujun, at=APRIL_8)
    with pytest.raises(WrongPerson, match="Another|编写人以外"):
        acts.check(row, by=people.zhoujun, at=APRIL_8)
    with pytest.raises(WrongPerson):
        acts.check(row, by=people.chenfang, at=APRIL_8)
    assert acts.check(row, by=people.wuzong, at=APRIL_8).checked_by == people.wuzong
    back = acts.send_back(row, note="绿化部分请补充", by=people.wuzong, at=APRIL_8)
    assert (back.state, back.checked_by) == ("draft", None)


def test_two_who_write_at_once_do_not_overwrite_each_other(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    said = {"words": "新写的", "words_en": "", "by": people.zhoujun, "at": APRIL_8}
    with pytest.raises(Overtaken):
        acts.write_block(row, "pest", started_from=row.version - 1, **said)
    assert row.blocks.get(kind="pest").words != "新写的"


# What is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["感谢2-1-302业主的理解", "李女士反映的问题已解决", "联系13800001111"])
def test_words_that_name_somebody_are_refused_at_their_field(jinxiu, people, words):
    row = written(jinxiu, people.zhoujun)
    said = {"started_from": row.version, "by": people.zhoujun, "at": APRIL_8}
    with pytest.raises(Refused) as refused:
        acts.write_block(row, "pest", words=words, words_en="", **said)
    assert refused.value.field == "words"
    with pytest.raises(Refused) as refused:
        acts.write(row, **TEXTS | {"closing": words}, **said)
    assert refused.value.field == "closing"


def test_amounts_are_no_telephones(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    said = {"started_from": row.version, "by": people.zhoujun, "at": APRIL_8}
    acts.write_block(row, "pest", words="消杀费用 12345678 元", words_en="", **said)


def test_what_is_missing_is_said_before_it_is_handed_in(jinxiu, people):
    row = acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8)
    with pytest.raises(Refused, match="问候语|Greeting"):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)
    row = written(jinxiu, people.zhoujun, row)
    block = row.blocks.get(kind="greening")
    block.words = ""
    block.save()
    with pytest.raises(Refused, match="绿化|Greening"):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)


def money(row, by, **said):
    told = {"words": "收支平稳。", "words_en": "", "opening": Decimal(100), "balance": Decimal(130)}
    lines = [Line("income", "物业费", "", Decimal(80)), Line("expense", "人工", "", Decimal(50))]
    return acts.write_block(
        row, "fees", **told | {"lines": lines} | said, started_from=row.version, by=by, at=APRIL_8
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"balance": Decimal(131)}, "130.00"),
        ({"opening": None}, "期初|beginning"),
        ({"lines": []}, "期初|beginning"),
        ({"lines": [Line("income", "物业费", "", None)]}, "物业费"),
    ],
)
def test_accounts_that_do_not_add_up_are_not_handed_in(jinxiu, people, said, told):
    row = money(written(jinxiu, people.zhoujun), people.zhoujun, **said)
    with pytest.raises(Refused, match=told):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)


def test_a_line_stands_once(jinxiu, people):
    row = written(jinxiu, people.zhoujun)
    twice = [Line("income", "物业费", "", Decimal(1))] * 2
    with pytest.raises(Refused) as refused:
        money(row, people.zhoujun, lines=twice)
    assert refused.value.field == "lines"


def test_a_time_that_is_not_over_is_not_issued(jinxiu, people):
    at = march(30)
    row = written(jinxiu, people.zhoujun, at=at)
    acts.hand_in(row, by=people.zhoujun, at=at)
    acts.check(row, by=people.wuzong, at=at)
    with pytest.raises(Refused, match="before its time|期末"):
        acts.issue(row, by=people.wuzong, at=APRIL_8)


# Frozen ----------------------------------------------------------------------------------------------


def test_what_is_issued_has_the_next_number_of_its_estate_and_never_changes(jinxiu, cuihu, people):
    row = issued(jinxiu, people)
    assert (row.year, row.serial, row.sha256) == (2026, 1, digest(row.content))
    assert issued(cuihu, people, writer=people.wuzong, checker=None).serial == 1
    second = issued(jinxiu, people, day=date(2025, 12, 1), at=APRIL_8 + DAY)
    assert (second.year, second.serial) == (2026, 2)
    row.greeting = "改了"
    for change in (
        row.save,
        row.delete,
        lambda: OwnerReport.objects.filter(pk=row.pk).update(sha256="x"),
        lambda: OwnerReport.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(TypeError):
            change()
    for act in (acts.hand_in, acts.refresh, acts.issue):
        with pytest.raises(WrongStatus):
            act(row, by=people.zhoujun, at=APRIL_8)


def test_a_case_that_changes_afterwards_leaves_it_as_it_was(jinxiu, people, case_in, categories):
    case_in("acting", at=march(2), category=categories["lifts"])
    row = issued(jinxiu, people)
    case_in("acting", at=march(3), category=categories["lifts"])
    told = {block["kind"]: block for block in content_of(row)["blocks"]}
    assert told["equipment"]["figures"]["received"] == 1
    assert digest(OwnerReport.objects.get(pk=row.pk).content) == row.sha256


def test_withdrawn_it_stays_and_the_one_written_anew_names_it(jinxiu, people):
    row = acts.post(issued(jinxiu, people), by=people.zhoujun, at=APRIL_8)
    with pytest.raises(WrongStatus):
        acts.reissue(row, by=people.zhoujun, at=APRIL_8)
    acts.withdraw(row, note="收支表一项有误", by=people.wuzong, at=APRIL_8 + DAY)
    new = acts.reissue(row, by=people.zhoujun, at=APRIL_8 + DAY)
    assert new.blocks.get(kind="greening").words == row.blocks.get(kind="greening").words
    assert OwnerReportItem.objects.filter(block__report=new).count() == 4
    with pytest.raises(Refused):
        acts.reissue(row, by=people.wuzong, at=APRIL_8 + DAY)
    acts.drop(new, note="另写", by=people.zhoujun, at=APRIL_8 + DAY)
    new = acts.reissue(row, by=people.zhoujun, at=APRIL_8 + DAY)
    acts.hand_in(new, by=people.zhoujun, at=APRIL_8 + DAY)
    acts.check(new, by=people.wuzong, at=APRIL_8 + DAY)
    new = acts.issue(new, by=people.wuzong, at=APRIL_8 + DAY)
    assert (new.serial, new.content["replaces"]["serial"]) == (2, 1)
    row.refresh_from_db()
    assert (row.state, row.serial, digest(row.content)) == ("withdrawn", 1, row.sha256)


# Compared --------------------------------------------------------------------------------------------


def test_it_is_compared_with_the_last_one_on_as_much_time(jinxiu, people, case_in, categories):
    issued(jinxiu, people, day=date(2025, 12, 1), at=march(5))
    case_in("acting", at=march(2), category=categories["lifts"])
    row = acts.draft(jinxiu, "quarter", date(2026, 3, 1), by=people.zhoujun, at=APRIL_8)
    assert row.before and row.before.serial == 1
    fees = row.blocks.get(kind="fees")
    # The items of the last one, with its amounts beside; what its account ended with begins this one.
    assert [(one.item, one.amount, one.amount_before) for one in fees.items.all()] == [
        ("物业服务费", None, Decimal(80)), ("人工", None, Decimal(50)),
    ]  # fmt: skip
    assert fees.opening == Decimal(130)
    told = shown(content_of(row))
    (equipment,) = (one for one in told["blocks"] if one["kind"] == "equipment")
    assert '<td class="num">1</td><td class="num">0</td><td class="num">+1</td>' in equipment["figures"]
    written(jinxiu, people.zhoujun, row)
    with pytest.raises(Refused, match="130.00"):
        acts.hand_in(row, by=people.zhoujun, at=APRIL_8)


def test_sums_and_differences_stand_in_the_table(jinxiu, people):
    row = money(
        written(jinxiu, people.zhoujun),
        people.zhoujun,
        lines=[
            Line("income", "物业费", "", Decimal("1080.50"), Decimal(1000)),
            Line("income", "停车费", "", Decimal(20)),
            Line("expense", "人工", "", Decimal("50"), Decimal(70)),
        ],
    )
    (fees,) = (one for one in shown(content_of(row))["blocks"] if one["kind"] == "fees")
    cells = [cell.partition("</td>")[0] for cell in str(fees["accounts"]).split('<td class="num">')[1:]]
    assert "1,100.50" in cells and "+80.50" in cells and "1,050.50" in cells and "−20.00" in cells


@pytest.mark.parametrize(
    ("span", "day", "days"),
    [
        ("quarter", date(2026, 12, 31), (date(2026, 10, 1), date(2026, 12, 31))),
        ("half", date(2026, 6, 30), (date(2026, 1, 1), date(2026, 6, 30))),
        ("half", date(2026, 7, 1), (date(2026, 7, 1), date(2026, 12, 31))),
        ("year", date(2024, 2, 29), (date(2024, 1, 1), date(2024, 12, 31))),
    ],
)
def test_its_days(span, day, days):
    first = first_day(span, day)
    assert (first, last_day(span, first)) == days
