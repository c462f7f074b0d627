"""Overrun sheet 超时审批单 and follow-up sheet 跟进单, beside extension and revisit sheet (domain.md 8)."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from complaints import actions
from complaints.models import FollowUp
from reports import aftercare_papers, papers
from tests.cast import DAY, HOUR, march
from tests.late_case import explain

pytestmark = pytest.mark.django_db
SAID = {"language": "zh-hans", "shows_complainant": True}


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    """Papers as they are before they are set: what they say, without the second that setting takes."""
    monkeypatch.setattr("reports.pdf.run", lambda job: json.loads(job)["html"].encode())


def flat(text: str) -> str:
    """Without blanks: where cells and lines end is not what is asked here."""
    return "".join(text.split())


def words(paper: bytes) -> str:
    return flat(strip_tags(paper.decode().partition("<body")[2]))


@pytest.fixture
def raised(case_in, office_of_jinxiu):
    case = case_in("replied", severity="minor")
    opinions = (actions.Opinion("楼道灯也坏了"), actions.Opinion("费用怎么算", None, march(9, 18)))
    return actions.revisit(
        case, answers=actions.Answers(satisfaction=4, opinions=opinions), method="phone",
        by=office_of_jinxiu.chenfang, at=march(2, 10),
    )  # fmt: skip


# The overrun sheet ---------------------------------------------------------------------------------


def test_the_overrun_sheet_says_what_was_due_who_explains_and_who_decides(late):
    duty = late()
    told = words(aftercare_papers.overrun_sheet(duty, march(4, 12), **SAID))
    for part in (
        "超时审批单", duty.complaint.number, "应完成时间 2026-03-03 09:00",
        "2026-03-04 10:00 · 超时 1 天 1 小时", "该时限未申请延期", "应由 王建军 说明", "审批意见 –",
        "超时记录保留", "申请人", "审批人",
    ):  # fmt: skip
        assert flat(part) in told, part


def test_the_overrun_sheet_holds_every_request_the_explanation_and_the_decision(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", severity="minor", at=march(2))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等水管", not_told_because="电话未接",
        new_due_at=march(4, 9), by=people.wanggong, at=march(2, 15),
    )  # fmt: skip
    actions.decline_extension(request, comment="库里有货", by=people.zhoujun, at=march(2, 16))
    actions.handle(case, note="已更换水管。", evidence="签字", by=people.wanggong, at=march(4, 10))
    duty = explain(case.overruns.get(), people.wanggong, march(4, 11))
    actions.decline_overrun(duty, comment="应先领料", by=people.zhoujun, at=march(4, 12))
    duty.refresh_from_db()
    told = words(aftercare_papers.overrun_sheet(duty, march(4, 13), **SAID))
    for part in (
        "等水管", "库里有货", "2026-03-04 09:00", "水管到货晚了两天。", "王建军 · 2026-03-04 11:00",
        "业主出差，电话未接。", "周军", "2026-03-04 12:00", "审批意见 应先领料", "不认可",
    ):  # fmt: skip
        assert flat(part) in told, part
    assert "未申请延期" not in told


def test_of_a_wrong_entry_there_is_no_overrun_sheet(late, client, office_of_jinxiu):
    duty = late()
    address = reverse("reports:overrun_sheet", args=[duty.complaint.number, duty.pk])
    client.force_login(office_of_jinxiu.chenfang)
    assert client.get(address).status_code == 200
    duty.state = "dropped"
    duty.save()
    assert client.get(address).status_code == 404


def test_the_overrun_sheet_of_another_case_is_not_found_under_this_number(
    late, case_in, client, office_of_jinxiu
):
    duty, other = late(), case_in("acting")
    client.force_login(office_of_jinxiu.chenfang)
    assert client.get(reverse("reports:overrun_sheet", args=[other.number, duty.pk])).status_code == 404


# The follow-up sheet -------------------------------------------------------------------------------


def test_the_follow_up_sheet_tells_one_by_one_what_was_raised_by_when_and_what_became_of_it(
    raised, office_of_jinxiu
):
    people, lamp = office_of_jinxiu, raised.follow_ups.get(words="楼道灯也坏了")
    actions.do_follow_up(
        raised, follow_up=lamp, note="更换感应灯", told="灯已换好", method="phone", by=people.wanggong,
        at=march(3),
    )  # fmt: skip
    actions.sign_follow_up(raised, follow_up=lamp, by=people.sungong, at=march(4))
    told = words(aftercare_papers.follow_up_sheet(raised, march(10), **SAID))
    first, second = told.split("跟进事项1新")[1].split("跟进事项2新")
    for part in ("楼道灯也坏了", "2026-03-05 10:00", "已处理并告知客户", "更换感应灯",
                 "王建军 · 2026-03-03 09:00", "灯已换好", "孙志远 · 2026-03-04 09:00"):  # fmt: skip
        assert flat(part) in first, part
    assert "超时" not in first
    for part in (
        "费用怎么算",
        "2026-03-09 18:00",
        "与客户约定",
        "待处理",
        "超时 15 小时",
        "跟进人",
        "部门负责人",
    ):
        assert flat(part) in second, part
    assert "跟进事项2项·未完结1项" in told


def test_the_follow_up_sheet_says_what_is_not_pursued_and_where_it_goes_on(raised, office_of_jinxiu):
    lamp, money = raised.follow_ups.order_by("pk")
    actions.drop_follow_up(
        raised, follow_up=lamp, note="与费用一并答复", into=money, by=office_of_jinxiu.chenfang, at=march(9)
    )
    told = words(aftercare_papers.follow_up_sheet(raised, march(9, 12), **SAID))
    assert "并入第2项" in told and "与费用一并答复" in told and "超时" not in told


def test_a_follow_up_is_late_from_its_due_time_until_it_ended_and_never_where_dropped():
    row = FollowUp(due_at=march(5))
    assert aftercare_papers.lateness(row, march(5)) is None
    assert aftercare_papers.lateness(row, march(5) + HOUR) == HOUR
    row.ended_at = march(6)
    assert aftercare_papers.lateness(row, march(20)) == DAY
    row.withdrawn_because = "不用了"
    assert aftercare_papers.lateness(row, march(20)) is None


def test_a_case_without_follow_ups_has_no_such_sheet(case_in, client, office_of_jinxiu):
    client.force_login(office_of_jinxiu.chenfang)
    assert client.get(reverse("reports:follow_up_sheet", args=[case_in("closed").number])).status_code == 404


# All of them ---------------------------------------------------------------------------------------


def test_where_the_customer_is_hidden_no_sheet_names_the_door(late, raised):
    for paper, row in (
        (aftercare_papers.overrun_sheet, late()),
        (aftercare_papers.follow_up_sheet, raised),
    ):
        door = getattr(row, "complaint", row).where
        assert flat(door) in words(paper(row, march(20), "zh-hans", shows_complainant=True))
        assert flat(door) not in words(paper(row, march(20), "zh-hans", shows_complainant=False))


def test_the_sheets_stand_where_their_rows_stand(late, raised, client, office_of_jinxiu):
    duty = late()
    of_duty = reverse("reports:overrun_sheet", args=[duty.complaint.number, duty.pk])
    of_raised = reverse("reports:follow_up_sheet", args=[raised.number])
    client.force_login(office_of_jinxiu.chenfang)
    for page, address in (
        (duty.complaint.get_absolute_url(), of_duty),
        (reverse("overrun", args=[duty.pk]), of_duty),
        (raised.get_absolute_url(), of_raised),
        (reverse("follow_ups"), of_raised),
        (raised.get_absolute_url(), reverse("reports:revisit_sheet", args=[raised.number, 1])),
    ):
        assert f'href="{address}"' in client.get(page).content.decode(), page


def test_the_extension_sheet_is_offered_on_its_case_and_says_what_it_changes(
    case_in, client, office_of_jinxiu
):
    people, case = office_of_jinxiu, case_in("acting", severity="minor", at=march(2))
    asked = {"clock": "resolve", "reason": "parts", "note": "等水管", "not_told_because": "电话未接"}
    soon = actions.ask_extension(case, **asked, new_due_at=march(4), by=people.wanggong, at=march(2, 15))
    actions.approve_extension(soon, by=people.zhoujun, comment="抓紧", at=march(2, 16))
    tardy = actions.ask_extension(case, **asked, new_due_at=march(5), by=people.wanggong, at=march(3))
    actions.approve_extension(tardy, by=people.zhoujun, at=march(4, 10))
    client.force_login(people.chenfang)
    page = client.get(case.get_absolute_url()).content.decode()
    for request, change in ((soon, "计为“按期（延期后）”"), (tardy, "到期后批准，超时记录保留。")):
        assert reverse("reports:extension_sheet", args=[case.number, request.pk]) in page
        request.refresh_from_db()
        told = words(papers.extension_sheet(request, march(6), **SAID))
        assert change in told and "本单附件数0" in told, told
    assert "审批意见抓紧" in words(papers.extension_sheet(soon, march(6), **SAID))


def test_the_revisit_sheet_says_that_nothing_new_was_raised_where_nothing_was(raised, case_in):
    said = "客户未提出新意见"
    quiet = case_in("closed", at=march(10)).cycles.get().revisit
    assert said in words(papers.revisit_sheet(quiet, march(12), **SAID))
    assert said not in words(papers.revisit_sheet(raised.cycles.get().revisit, march(12), **SAID))
