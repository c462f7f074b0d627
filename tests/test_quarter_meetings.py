"""The record of a quarter's meeting: who keeps it, what it refuses, what stands of it in the papers."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import meetings
from reports.calendar_rules import Overtaken
from reports.figures.annual import annual
from reports.figures.quarterly import quarterly
from reports.meetings import Decided, Held
from reports.models import MeetingDecision, QuarterMeeting
from reports.wide.sentences import fate
from tests.cast import DAY, HOUR, march
from tests.wide_papers import APRIL_8, Q1, WORDS, held

pytestmark = pytest.mark.django_db

LIGHTS = Decided("地下车库照明改为感应灯", "工程部 王建军", date(2026, 6, 30))


def told(jinxiu, at=APRIL_8 + DAY):
    return quarterly([jinxiu], Q1.first, Q1.last, at, jinxiu.name)


# Who keeps it, and what it refuses -------------------------------------------------------------------


def test_a_record_is_kept_by_whoever_may_issue_the_report_and_by_nobody_else(jinxiu, office_of_jinxiu):
    code, people = f"estate-{jinxiu.pk}", office_of_jinxiu
    for nobody in (people.wanggong, people.limin):
        with pytest.raises(WrongPerson):
            held(code, Q1, date(2026, 4, 8), nobody, APRIL_8)
    assert not QuarterMeeting.objects.exists()
    row = held(code, Q1, date(2026, 4, 8), people.chenfang, APRIL_8)
    assert (row.code, row.version, row.scope_name) == ("2026-Q1", 1, jinxiu.name)
    with pytest.raises(WrongPerson):
        meetings.decide(row, LIGHTS, by=people.limin, at=APRIL_8)
    with pytest.raises(WrongPerson):
        held("company", Q1, date(2026, 4, 8), people.chenfang, APRIL_8)


@pytest.mark.parametrize("day", [date(2026, 4, 9), date(2025, 12, 31)])
def test_a_meeting_is_neither_to_come_nor_before_its_quarter(jinxiu, office_of_jinxiu, day):
    with pytest.raises(Refused) as refused:
        held(f"estate-{jinxiu.pk}", Q1, day, office_of_jinxiu.chenfang, APRIL_8)
    assert refused.value.field == "held_on"
    assert not QuarterMeeting.objects.exists()


def test_two_who_write_at_once_do_not_overwrite_each_other(this_meeting, office_of_jinxiu):
    by, other = office_of_jinxiu.zhoujun, Held(date(2026, 4, 7), "别处", "周军", "另一份记录")
    with pytest.raises(Overtaken):
        meetings.keep(this_meeting.scope, Q1, other, started_from=0, by=by, at=APRIL_8)
    meetings.keep(this_meeting.scope, Q1, other, started_from=1, by=by, at=APRIL_8)
    with pytest.raises(Overtaken):
        meetings.keep(this_meeting.scope, Q1, WORDS, started_from=1, by=by, at=APRIL_8)
    this_meeting.refresh_from_db()
    assert (this_meeting.place, this_meeting.version) == ("别处", 2)
    assert [one.place for one in this_meeting.history.order_by("history_date", "history_id")] == [
        WORDS.place, "别处",
    ]  # fmt: skip
    decision = this_meeting.decisions.get()
    meetings.correct(decision, LIGHTS, started_from=1, by=by, at=APRIL_8)
    with pytest.raises(Overtaken):
        meetings.settle(decision, "done", date(2026, 4, 8), "", started_from=1, by=by, at=APRIL_8)


def test_a_decision_is_due_after_its_meeting_also_when_the_meeting_is_moved(this_meeting, office_of_jinxiu):
    by, early = office_of_jinxiu.zhoujun, Decided("早于会议", "周军", date(2026, 4, 7))
    with pytest.raises(Refused) as refused:
        meetings.decide(this_meeting, early, by=by, at=APRIL_8)
    assert refused.value.field == "due_on"
    short = Decided("当日完成", "周军", date(2026, 4, 8))
    meetings.decide(this_meeting, short, by=by, at=APRIL_8)
    later = Held(date(2026, 4, 9), WORDS.place, WORDS.present, WORDS.reported)
    with pytest.raises(Refused) as refused:
        meetings.keep(this_meeting.scope, Q1, later, started_from=1, by=by, at=APRIL_8 + 2 * DAY)
    assert refused.value.field == "held_on"


def test_a_decision_is_done_on_a_day_dropped_for_a_reason_and_opened_again(this_meeting, office_of_jinxiu):
    by, decision, at = office_of_jinxiu.zhoujun, this_meeting.decisions.get(), APRIL_8 + 5 * DAY

    def settle(state, on, note, version):
        return meetings.settle(decision, state, on, note, started_from=version, by=by, at=at)

    for state, on, note, field in (
        ("done", None, "", "on"), ("done", date(2026, 4, 7), "", "on"), ("done", date(2026, 4, 30), "", "on"),
        ("dropped", date(2026, 4, 9), " ", "note"), ("open", None, "", "state"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            settle(state, on, note, 1)
        assert refused.value.field == field
    settle("done", date(2026, 4, 10), "", 1)
    with pytest.raises(Refused) as refused:
        settle("open", None, "", 2)
    assert refused.value.field == "note"
    row = settle("open", None, "返工", 2)
    assert (row.state, row.settled_on, row.note) == ("open", None, "返工")
    row = settle("dropped", date(2026, 4, 12), "改由开发商负责", 3)
    assert (row.state, row.settled_on) == ("dropped", date(2026, 4, 12))
    assert MeetingDecision.history.filter(id=decision.pk).count() == 4


# In the papers ---------------------------------------------------------------------------------------


def test_what_is_not_done_stands_in_the_next_quarters_paper_until_it_is(
    jinxiu, last_meeting, this_meeting, office_of_jinxiu
):
    figures = told(jinxiu)
    assert [(line.index, line.state, line.days_over(Q1.last)) for line in figures.earlier] == [
        (1, "done", 0), (2, "open", 30), (3, "open", 0),
    ]  # fmt: skip
    assert figures.meeting is not None
    assert [(line.what, line.state) for line in figures.meeting.decisions] == [
        ("地下车库照明全部改为感应灯", "open")
    ]
    second = quarterly([jinxiu], date(2026, 4, 1), date(2026, 6, 30), march(31) + 100 * DAY, jinxiu.name)
    # What had been done before the quarter began is told no more; that of the first quarter's meeting is.
    assert [(line.quarter, line.index) for line in second.earlier] == [
        ("2025-Q4", 2), ("2025-Q4", 3), ("2026-Q1", 1),
    ]  # fmt: skip
    assert second.meeting is None


def test_what_an_earlier_meeting_is_written_down_to_have_decided_later_is_no_part_of_a_past_quarter(
    jinxiu, last_meeting, office_of_jinxiu
):
    by, before = office_of_jinxiu.zhoujun, told(jinxiu)
    meetings.decide(last_meeting, LIGHTS, by=by, at=APRIL_8)
    assert told(jinxiu) == before and len(before.earlier) == 3
    april = quarterly([jinxiu], date(2026, 4, 1), date(2026, 6, 30), march(31) + 100 * DAY, jinxiu.name)
    assert [(line.index, line.state) for line in april.earlier] == [(2, "open"), (3, "open"), (4, "open")]


def test_what_is_done_later_leaves_a_past_quarter_as_it_was(jinxiu, last_meeting, office_of_jinxiu):
    before, late = told(jinxiu), last_meeting.decisions.get(number=2)
    meetings.settle(
        late, "done", date(2026, 3, 30), "已排班", started_from=1, by=office_of_jinxiu.zhoujun, at=APRIL_8
    )
    # Written down in April, whatever day it was done on: the first quarter did not know.
    assert told(jinxiu) == before
    april = quarterly([jinxiu], date(2026, 4, 1), date(2026, 6, 30), march(31) + 100 * DAY, jinxiu.name)
    assert [(line.index, line.state) for line in april.earlier] == [(2, "done"), (3, "open")]


def test_a_year_tells_of_its_meetings_and_what_became_of_their_decisions(
    jinxiu, last_meeting, this_meeting, office_of_jinxiu
):
    decision, at = this_meeting.decisions.get(), APRIL_8 + 60 * DAY
    meetings.settle(
        decision, "done", date(2026, 6, 1), "", started_from=1, by=office_of_jinxiu.zhoujun, at=at
    )
    year = date(2026, 1, 1), date(2026, 12, 31)
    figures = annual([jinxiu], *year, march(31) + 300 * DAY, jinxiu.name)
    assert [(one.quarter, [line.state for line in one.decisions]) for one in figures.meetings] == [
        ("2025-Q4", ["done", "open", "open"]),  # held in January
        ("2026-Q1", ["done"]),
    ]
    with translation.override("en"):
        assert fate(figures) == (
            "Decisions made in the year: 4; when it ended done 2, dropped 0, not done 2."
        )
        # The paper of the year before lists it, and follows nothing up that was decided after its end.
        last_year = annual([jinxiu], date(2025, 1, 1), date(2025, 12, 31), at, jinxiu.name)
        assert [one.quarter for one in last_year.meetings] == ["2025-Q4"] and fate(last_year) == ""


def test_another_scope_has_its_own_meetings(jinxiu, this_meeting):
    assert told(jinxiu).meeting is not None
    assert quarterly([jinxiu], Q1.first, Q1.last, APRIL_8 + DAY, "All estates").meeting is None


# Pages -----------------------------------------------------------------------------------------------


def test_the_record_is_written_corrected_and_its_decisions_settled_on_its_page(
    client, jinxiu, office_of_jinxiu
):
    client.force_login(office_of_jinxiu.zhoujun)
    page = reverse("reports:meeting", args=[f"estate-{jinxiu.pk}", "2026-Q1"])
    typed = {"held_on": "2026-04-08", "place": "会议室", "present": "周军、陈芳", "reported": "一季度情况"}
    wrong = client.post(page, typed | {"held_on": "2025-12-01", "started_from": "0"})
    assert wrong.status_code == 422 and "会议室" in wrong.content.decode()
    assert client.post(page, typed | {"started_from": "0"}).status_code == 302
    said = {
        "decide-what": "更换门禁",
        "decide-who": "秩序部",
        "decide-due_on": "2026-06-30",
        "decide-started_from": "0",
    }
    client.post(f"{page}decide/", said)
    decision = MeetingDecision.objects.get()
    name = f"settle{decision.pk}"
    done = {
        f"{name}-state": "done",
        f"{name}-on": "2026-05-30",
        f"{name}-note": "已更换",
        f"{name}-started_from": "1",
    }
    refused = client.post(reverse("reports:meeting_settle", args=[decision.pk]), done | {f"{name}-on": ""})
    assert refused.status_code == 422 and "已更换" in refused.content.decode()
    assert client.post(reverse("reports:meeting_settle", args=[decision.pk]), done).status_code == 302
    correct = {key.replace("decide", f"correct{decision.pk}"): value for key, value in said.items()} | {
        f"correct{decision.pk}-who": "秩序部 老赵",
        f"correct{decision.pk}-started_from": "2",
    }
    assert client.post(reverse("reports:meeting_correct", args=[decision.pk]), correct).status_code == 302
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ("更换门禁", "秩序部 老赵", "2026-05-30", "一季度情况"))
    listed = client.get(reverse("reports:meetings"), {"scope": f"estate-{jinxiu.pk}"}).content.decode()
    assert "2026-04-08" in listed


def again(answer, prefix="") -> dict[str, str]:
    """What the form of the page would send: as it stands there."""
    forms = [answer.context["form"], answer.context["deciding"]]
    forms += [form for line in answer.context["decisions"] for form in line[2:]]
    (form,) = (one for one in forms if (one.prefix or "") == prefix)
    return {field.html_name: "" if field.value() is None else str(field.value()) for field in form}


def test_who_was_overtaken_keeps_what_he_typed_and_saves_it_on_top(client, this_meeting, office_of_jinxiu):
    by, decision = office_of_jinxiu.zhoujun, this_meeting.decisions.get()
    client.force_login(by)
    page = this_meeting.get_absolute_url()
    other = Held(date(2026, 4, 7), "别处", "周军", "另一份记录")
    meetings.keep(this_meeting.scope, Q1, other, started_from=1, by=by, at=APRIL_8)
    meetings.correct(decision, LIGHTS, started_from=1, by=by, at=APRIL_8)
    correct, settle = (
        reverse(f"reports:meeting_{name}", args=[decision.pk]) for name in ("correct", "settle")
    )
    on = {"due_on": "2026-06-30", "started_from": "1"}
    for url, prefix, typed in (
        (
            page,
            "",
            {"held_on": "2026-04-08", "place": "会议室", "present": "陈芳", "reported": "我写的", **on},
        ),
        (correct, f"correct{decision.pk}", {"what": "我写的", "who": "周军", **on}),
        (settle, f"settle{decision.pk}", {"state": "dropped", "note": "我写的", "on": "2026-04-08", **on}),
    ):
        said = {f"{prefix}-{name}" if prefix else name: words for name, words in typed.items()}
        refused = client.post(url, said)
        assert refused.status_code == 422 and "另一份记录" in refused.content.decode() or url != page
        kept = again(refused, prefix)
        assert "我写的" in kept.values(), url
        assert client.post(url, kept).status_code == 302, url
    this_meeting.refresh_from_db()
    decision.refresh_from_db()
    assert (this_meeting.reported, this_meeting.version) == ("我写的", 3)
    assert (decision.what, decision.state, decision.note) == ("我写的", "dropped", "我写的")


def test_who_settles_as_somebody_else_just_did_reads_a_sentence_of_ours(
    client, this_meeting, office_of_jinxiu
):
    decision = this_meeting.decisions.get()
    name = f"settle{decision.pk}"
    said = {f"{name}-state": "done", f"{name}-on": "2026-05-30", f"{name}-started_from": "1"}
    where = reverse("reports:meeting_settle", args=[decision.pk])
    office_of_jinxiu.zhoujun.language = "en"
    office_of_jinxiu.zhoujun.save(update_fields=["language"])
    client.force_login(office_of_jinxiu.zhoujun)
    assert client.post(where, said).status_code == 302
    again = client.post(where, said)
    shown = again.content.decode()
    assert again.status_code == 422 and "Somebody else has changed this meanwhile." in shown
    assert "is not one of the available choices" not in shown
    last = client.post(where, said | {f"{name}-started_from": "2"})
    assert last.status_code == 422 and "It is “Done” already." in last.content.decode()
    assert decision.history.count() == 2


def test_a_decision_sent_twice_is_added_once(client, this_meeting, office_of_jinxiu):
    client.force_login(office_of_jinxiu.zhoujun)
    page = this_meeting.get_absolute_url()
    said = again(client.get(page), "decide") | {
        "decide-what": "更换门禁", "decide-who": "秩序部", "decide-due_on": "2026-06-30",
    }  # fmt: skip
    for _time in range(2):
        assert client.post(f"{page}decide/", said).status_code == 302
    assert this_meeting.decisions.count() == 2
    other = said | {"decide-key": again(client.get(page), "decide")["decide-key"]}
    assert client.post(f"{page}decide/", other).status_code == 302
    assert this_meeting.decisions.count() == 3


def test_who_reads_reports_reads_the_record_and_who_may_not_keep_it_has_no_form(
    client, jinxiu, this_meeting, office_of_jinxiu
):
    page = this_meeting.get_absolute_url()
    client.force_login(office_of_jinxiu.limin)
    assert client.get(page).status_code == 403
    client.force_login(office_of_jinxiu.sungong)  # heads a department: reads figures, issues none
    read = client.get(page)
    assert read.status_code == 200 and '<form class="ask-body' not in read.content.decode()
    decision = this_meeting.decisions.get()
    name = f"settle{decision.pk}"
    said = {f"{name}-state": "done", f"{name}-on": "2026-05-30", f"{name}-started_from": "1"}
    client.post(reverse("reports:meeting_settle", args=[decision.pk]), said)
    decision.refresh_from_db()
    assert decision.state == "open"
    assert client.get(reverse("reports:meeting", args=["estate-999", "2026-Q1"])).status_code == 404
    for code in ("2026-Q5", "2026-1", "26-Q1"):
        assert client.get(reverse("reports:meeting", args=[this_meeting.scope, code])).status_code == 404


def test_the_page_asks_as_often_whatever_stands_in_it(
    client, this_meeting, office_of_jinxiu, django_assert_max_num_queries
):
    client.force_login(office_of_jinxiu.zhoujun)
    page = this_meeting.get_absolute_url()
    client.get(page)
    with django_assert_max_num_queries(60) as few:
        client.get(page)
    for number in range(6):
        said = Decided(f"第 {number} 项", "周军", date(2026, 6, 30))
        meetings.decide(this_meeting, said, by=office_of_jinxiu.zhoujun, at=APRIL_8 + HOUR)
    with django_assert_max_num_queries(len(few)):
        client.get(page)
