"""What an office wrote to us stays with us: the customer reads only what he has said (letter, receipt)."""

import pytest

from complaints import actions
from reports import papers
from tests.api_client import client_of
from tests.cast import DAY, HOUR, MONDAY_9AM
from tests.portal import letter

pytestmark = pytest.mark.django_db
ORDER = """12345热线催办单
工单编号：GD20260302001
诉求内容：熊女士来电，漏水还没有修好。
区中心办理意见：请属地核实，该市民多次缠访。
派单备注：注意舆情，不要激化矛盾。"""
INSIDE = ("办理意见", "缠访", "派单备注", "舆情", "GD20260302001")


def read_by_customer(reader, case) -> str:
    return letter(reader(case), case)


def test_a_chase_with_a_whole_order_shows_the_customer_his_words_alone(reader, case_in, limin) -> None:
    case = case_in("acting")
    actions.chase(case, note=ORDER, by=limin, at=MONDAY_9AM + DAY)
    page = read_by_customer(reader, case)
    assert "漏水还没有修好" in page
    assert not [word for word in INSIDE if word in page]
    assert case.events.get(kind="chased").note == ORDER  # the staff have all of it


def test_the_staff_read_all_of_it_and_that_the_customer_does_not(client, case_in, limin) -> None:
    case = case_in("acting")
    actions.chase(case, note=ORDER, by=limin, at=MONDAY_9AM + DAY)
    client.force_login(limin)
    page = client.get(case.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "缠访" in page and "the customer reads only his own words of it" in page


def test_a_chase_by_the_api_is_no_other_door(reader, case_in, limin) -> None:
    case = case_in("acting")
    done = client_of(limin).post(f"/api/v1/cases/{case.number}/chase/", {"note": ORDER}, format="json")
    assert done.status_code == 200
    page = read_by_customer(reader, case)
    assert not [word for word in INSIDE if word in page]


def test_the_first_words_are_read_without_the_offices_remarks(reader, walk_in, limin) -> None:
    case = walk_in(MONDAY_9AM, content=ORDER, channel="hotline")
    page = read_by_customer(reader, case)
    assert "漏水还没有修好" in page and not [word for word in INSIDE if word in page]


def test_first_words_that_are_the_offices_alone_are_not_shown(reader, walk_in) -> None:
    case = walk_in(MONDAY_9AM, content="派单备注：注意舆情", channel="hotline")
    page = read_by_customer(reader, case)
    assert "舆情" not in page and "<blockquote>" not in page


def test_what_he_does_not_accept_is_told_in_his_own_words(reader, case_in, limin) -> None:
    case = case_in("replied")
    actions.dispute(case, note=ORDER, by=limin, at=MONDAY_9AM + 20 * DAY)
    page = read_by_customer(reader, case)
    assert "漏水还没有修好" in page and not [word for word in INSIDE if word in page]


def test_a_reopening_shows_none_of_the_words(reader, case_in, limin) -> None:
    case = case_in("closed")
    actions.reopen(case, note=ORDER, by=limin, at=MONDAY_9AM + 20 * DAY)
    assert not [word for word in INSIDE if word in read_by_customer(reader, case)]


def test_what_the_customer_writes_himself_is_not_touched(reader, case_in) -> None:
    case = case_in("acting")
    actions.remark(case, note="备注：请下午来电", at=MONDAY_9AM + HOUR)
    assert "备注：请下午来电" in read_by_customer(reader, case)


def test_the_receipt_prints_his_words_alone(walk_in, monkeypatch, limin) -> None:
    case = walk_in(MONDAY_9AM, content=ORDER, channel="hotline")
    said = {}
    monkeypatch.setattr(papers, "paper", lambda *args, **context: said.update(context) or b"")
    papers.receipt(case, "", MONDAY_9AM + HOUR, "zh-hans", shows_complainant=True)
    assert said["said"] == "熊女士来电，漏水还没有修好。"
