"""What follows the reply, as customer, papers, API and month tell it (domain.md 3, 7, 8)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions import second_calls
from complaints.models import Clock, Complaint, FollowUp, Revisit, SecondCall
from reports import rollups
from reports.figures.behind import FIGURES
from reports.figures.month import Month
from reports.figures.monthly import monthly
from reports.figures.period import Period
from reports.figures.shapes import Aftercare
from staff import actions as office
from tests.cast import DAY, HOUR, march
from tests.portal import letter, words_of
from tests.report_pages import paper

pytestmark = pytest.mark.django_db

RAISED = march(2, 10)


@pytest.fixture
def signed_in(client):
    """The client, signed in as somebody who reads English."""

    def sign_in(user):
        user.language = "en"
        user.save(update_fields=["language"])
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def raised(case_in, office_of_jinxiu) -> Complaint:
    """Closed, with a lamp and a question; nothing is done yet."""
    case = case_in("replied", severity="minor")
    opinions = (actions.Opinion("楼道灯也坏了"), actions.Opinion("费用怎么算", None, march(9, 18)))
    return actions.revisit(
        case, answers=actions.Answers(satisfaction=4, opinions=opinions), method="phone",
        by=office_of_jinxiu.chenfang, at=RAISED,
    )  # fmt: skip


@pytest.fixture
def done(raised, office_of_jinxiu) -> FollowUp:
    """The lamp is mended, the customer told, the head has signed."""
    people, row = office_of_jinxiu, raised.follow_ups.get(words="楼道灯也坏了")
    actions.do_follow_up(
        raised, follow_up=row, note="更换感应灯", told="灯已换好，请放心", method="phone", by=people.wanggong,
        at=march(3),
    )  # fmt: skip
    actions.sign_follow_up(raised, follow_up=row, by=people.sungong, at=march(4))
    return row


def test_the_customer_reads_what_he_raised_by_when_and_what_became_of_it(
    raised, reader, request, portal_clock
):
    portal_clock.at = march(2, 12)
    page = words_of(letter(reader(raised), raised))
    assert "您另外提出的意见" in page
    for words in ("楼道灯也坏了", "3月5日 10:00", "费用怎么算", "3月9日 18:00"):
        assert words in page, words
    request.getfixturevalue("done")
    page = words_of(letter(reader(raised), raised))
    assert "我们的处理情况： 更换感应灯" in page and "我们的答复： 灯已换好，请放心" in page
    assert "3月5日" not in page.split("您另外提出的意见")[1]


def test_a_time_that_was_not_kept_is_said_so(raised, reader, portal_clock):
    portal_clock.at = march(6)
    assert "我们没有做到" in (page := words_of(letter(reader(raised), raised))) or "抱歉" in page


def test_the_sheet_lists_the_opinions_one_by_one_with_the_heads_signature(raised, done, signed_in, limin):
    def flat(name: str, *args: int) -> str:  # the columns are narrow
        return "".join(paper(signed_in(limin), name, raised.number, *args).split())

    sheet = flat("revisit_sheet", 1)
    for words in (
        "楼道灯也坏了",
        "更换感应灯",
        "灯已换好",
        "孙志远",
        "2026-03-0918:00",
        "agreedwiththecustomer",
    ):
        assert words in sheet, words
    assert "更换感应灯" in flat("case_sheet")


def test_the_api_shows_them_lists_them_and_lets_a_program_see_to_them(raised, client, wanggong, stranger):
    client.force_login(wanggong)
    case = client.get(f"/api/v1/cases/{raised.number}/").json()
    assert [row["words"] for row in case["follow_ups"]] == ["楼道灯也坏了", "费用怎么算"]
    assert {"do_follow_up"} <= set(case["moves"])
    row = case["follow_ups"][0]
    said = {"follow_up": row["id"], "note": "更换感应灯"}
    assert client.post(f"/api/v1/cases/{raised.number}/do_follow_up/", said).status_code == 200
    listed = client.get("/api/v1/follow-ups/", {"view": "sign"}).json()["results"]
    assert [(one["number"], one["done"]) for one in listed] == [(raised.number, "更换感应灯")]
    assert client.get("/api/v1/follow-ups/", {"view": "nonsense"}).status_code == 400
    client.force_login(stranger)
    assert client.get("/api/v1/follow-ups/").json()["results"] == []


def test_a_revisit_with_several_opinions_comes_by_the_api_too(case_in, client, chenfang):
    case = case_in("replied")
    client.force_login(chenfang)
    said = {"method": "phone", "satisfaction": "5", "new_opinion": "灯", "new_opinion_2": "门"}
    answer = client.post(f"/api/v1/cases/{case.number}/revisit/", said)
    assert answer.status_code == 200, answer.content
    assert [row["words"] for row in answer.json()["follow_ups"]] == ["灯", "门"]


# The month ------------------------------------------------------------------------------------------
@pytest.fixture
def month(jinxiu):
    def count(number: int, now) -> Aftercare:
        return monthly([jinxiu], Month(2026, number), now).aftercare

    return count


def test_the_month_counts_what_was_raised_done_in_time_and_late(raised, done, month):
    assert month(3, march(8)) == Aftercare(raised=2, in_time=1)
    assert month(3, march(31)) == Aftercare(raised=2, in_time=1, late=1)


def test_each_estate_is_told_by_its_own_end_of_the_month_counted_as_kept(
    raised, done, jinxiu, cuihu, chenfang
):
    """The month of 翠湖雅苑 ends six hours later; what happens at 锦绣花园 meanwhile is of its April."""
    ends = Month(2026, 3).bounds(jinxiu.zone)[1]
    type(cuihu).objects.filter(pk=cuihu.pk).update(time_zone="Europe/Berlin")
    both = [jinxiu, type(cuihu).objects.get(pk=cuihu.pk)]
    raised.follow_ups.filter(words="费用怎么算").update(due_at=ends + HOUR)  # not late yet
    raised.follow_ups.filter(pk=done.pk).update(due_at=ends + 2 * HOUR, ended_at=ends + HOUR)  # not done yet
    Clock.objects.filter(follow_up=done).update(stopped_at=ends + HOUR, stop_recorded_at=None)
    revisit = Revisit.objects.get(cycle__complaint=raised)
    SecondCall.objects.update_or_create(
        complaint=raised, revisit=revisit,
        defaults={"drawn_at": march(5), "called_at": ends + HOUR, "by": chenfang, "outcome": "refused"},
    )  # fmt: skip
    now = ends + 2 * DAY
    counted = monthly(both, Month(2026, 3), now).aftercare
    assert counted == Aftercare(raised=2, drawn=1)
    rollups.fill(now)
    assert monthly(both, Month(2026, 3), now).aftercare == counted
    told = Period(both, Month(2026, 3), now)
    names = ("raised", "raised_in_time", "raised_late", "drawn", "called")
    assert [len(FIGURES[name].find(told, {})) for name in names] == [2, 0, 0, 1, 0]


def test_what_is_done_after_the_month_does_not_move_it(raised, done, month, office_of_jinxiu):
    april = march(31) + (march(31) - march(1))
    before = month(3, april)
    row = raised.follow_ups.get(words="费用怎么算")
    actions.do_follow_up(
        raised,
        follow_up=row,
        note="已算",
        told="已说明",
        method="phone",
        by=office_of_jinxiu.wanggong,
        at=april,
    )
    assert month(3, april) == before == Aftercare(raised=2, in_time=1, late=1)
    assert month(4, april) == Aftercare()


def test_the_month_counts_the_cases_drawn_and_called(monkeypatch, case_in, office_of_jinxiu, month):
    monkeypatch.setattr(second_calls, "is_drawn", lambda number, share: True)
    first, _second = case_in("closed"), case_in("closed")
    actions.second_call(first, outcome="reached", satisfaction=5, by=office_of_jinxiu.zhoujun, at=march(4))
    assert month(3, march(3)) == Aftercare(drawn=2)
    assert month(3, march(31)) == Aftercare(drawn=2, called=1)


def test_the_month_counts_the_revisits_by_somebody_involved(case_in, office_of_jinxiu, admin, month):
    people, case = office_of_jinxiu, case_in("replied")
    for manager in (people.chenfang, people.zhoujun):
        office.end_posting(manager.postings.get(), at=march(2, 10), by=admin)
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.limin, at=march(2, 11),
        alone_because="项目仅三人，其余休假",
    )  # fmt: skip
    assert month(3, march(31)) == Aftercare(by_involved=1)


def test_the_reports_pages_name_it(signed_in, zhoujun, raised):
    page = signed_in(zhoujun).get("/reports/monthly/", {"month": "2026-03"}).content.decode()
    assert "Follow-ups raised" in page and "Cases drawn for a second call" in page
