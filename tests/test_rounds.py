"""The next round of a case, and a move that somebody else has done meanwhile: what the pages say."""

from __future__ import annotations

import re

import pytest

from complaints import actions
from complaints.actions import Answers
from config.framework.refusals import Refused
from staff import actions as office
from tests.case_pages import text
from tests.cast import MONDAY_9AM, OPINION, march


@pytest.fixture
def again(case_in, office_of_jinxiu):
    """Replied to, and the customer is not satisfied."""
    case = case_in("replied")
    answers = Answers(satisfaction=1, remarks="还在漏")
    return actions.revisit(
        case, answers=answers, method="phone", by=office_of_jinxiu.chenfang, at=march(2, 11)
    )


def test_a_second_round_waits_for_its_handler_not_for_a_severity(
    again, opened, read, office_of_jinxiu
) -> None:
    page = text(opened(again, office_of_jinxiu.chenfang))
    assert ">To be assigned again</span>" in page and ">To be classified<" not in page
    assert "Round 2: the severity Important stands" in page and "还在漏" in page
    listed = text(read(office_of_jinxiu.chenfang, "/cases/?view=open"))
    assert '<span class="state">To be assigned again</span>' in listed


def test_a_first_round_still_waits_for_its_severity(case_in, opened, office_of_jinxiu) -> None:
    assert ">To be classified</span>" in text(opened(case_in("recorded"), office_of_jinxiu.chenfang))


def test_the_earlier_handler_is_set_for_the_second_round(
    again, opened, office_of_jinxiu, engineering
) -> None:
    people = office_of_jinxiu
    key = f"{people.wanggong.pk}-{engineering.pk}"
    assert f'value="{key}" selected' in text(opened(again, people.chenfang, "classify/"))
    office.leave_office(
        people.wanggong, starts_at=MONDAY_9AM, ends_at=march(9), deputy=None, by=people.wanggong
    )
    assert f'value="{key}" selected' not in text(opened(again, people.chenfang, "classify/"))


@pytest.mark.parametrize("in_place", [True, False])
def test_what_somebody_else_has_done_meanwhile_is_said_once_and_the_words_are_kept(
    in_place, case_in, send, office_of_jinxiu
) -> None:
    case = case_in("handled")
    said = {"note": "水管已更换", "method": "phone"}
    assert send(case, office_of_jinxiu.limin, "reply", said).status_code == 302
    headers = {"hx-request": "true"} if in_place else {}
    answer = send(case, office_of_jinxiu.chenfang, "reply", said | {"note": "我来回复：好了"}, **headers)
    page = text(answer)
    assert answer.status_code == 422 and "我来回复：好了" in page and 'name="note"' not in page
    assert re.search(r'id="case-state"[^>]*>Revisit due<', page)


def test_unsatisfied_is_closed_by_the_general_manager_after_the_second_reply(
    case_in, office_of_jinxiu, engineering
):
    people, now = office_of_jinxiu, march(2, 12)
    case = case_in("replied", at=march(2, 9))

    def refused(**said) -> None:
        with pytest.raises(Refused):
            actions.close_unsatisfied(case, **said)

    close = {"note": "已告知12345等途径", "by": people.wuzong, "at": now}
    refused(**close)
    actions.dispute(case, note="没好", by=None, at=now)
    actions.classify(
        case, severity="important", category=None, handler=people.wanggong, by=people.chenfang, at=now
    )
    refused(**close)
    actions.accept(case, note=OPINION, by=people.wanggong, at=now)
    actions.handle(case, note="重做", evidence="签字", by=people.wanggong, at=now)
    actions.reply(case, note="已重做", method="phone", by=people.limin, at=now)
    refused(**close | {"by": people.zhoujun})
    assert actions.close_unsatisfied(case, **close).outcome == "unsatisfied"
