"""What the hotline and regulators want by when, and what ends it (domain.md 4, X4)."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints import actions
from complaints.actions import files, objections
from complaints.actions.vocabulary import objection_documents
from complaints.models import Clock, Event
from complaints.statuses import WrongPerson
from complaints.timeline import entries
from complaints.views.case.clock_lines import clock_lines
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR, march
from tests.evidence_cast import SMALL
from tests.inquiry_cast import lay_all
from tests.looking import clock_of, levels_of, ring, running, told, told_at
from tests.orders import DUE, ORDER, RECEIVED, edited, refused
from tests.pictures import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(walk_in):
    """An order of the hotline, three working days to answer."""
    return walk_in(RECEIVED, channel="hotline", facts=ORDER)


# The hotline and the regulator ---------------------------------------------------------------------


def test_their_due_time_is_theirs(order):
    clock = clock_of(order, "external")
    assert (clock.started_at, clock.due_at) == (RECEIVED, DUE)
    assert levels_of(clock, "pending") == [
        (1, "warning", RECEIVED + (DUE - RECEIVED) * 0.75),
        (1, "over", DUE),
        (1, "day_over", DUE + DAY),
    ]
    ring(DUE)
    assert "wuzong" in told_at(order, "external", "over")


def test_without_an_official_channel_or_a_due_time_there_is_none(walk_in, office_of_jinxiu):
    assert "external" not in running(walk_in(RECEIVED, facts=ORDER))
    case = walk_in(RECEIVED, channel="hotline")
    assert "external" not in running(case)
    case = edited(case, office_of_jinxiu, march(6), external_due_at=DUE)
    assert running(case)["external"] == DUE
    with pytest.raises(Refused):
        walk_in(RECEIVED, channel="hotline", facts={"external_due_at": RECEIVED - HOUR})


def test_their_answer_ends_it_and_its_words_are_kept(order, office_of_jinxiu):
    people = office_of_jinxiu
    with pytest.raises(WrongPerson):
        actions.answer_external(order, note="已处理", by=people.wanggong, at=march(9))
    actions.answer_external(order, note="已加装充电棚，市民满意。", by=people.limin, at=march(9))
    assert "external" not in running(order)
    assert order.events.get(kind="external_answered").note == "已加装充电棚，市民满意。"
    ring(march(20))
    assert not order.events.filter(params__clock="external").exists()


def test_a_regulator_is_answered_by_a_manager(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(RECEIVED, channel="regulator", facts=ORDER)
    with pytest.raises(WrongPerson):
        actions.answer_external(case, note="整改", by=people.limin, at=march(9))
    actions.answer_external(case, note="整改", by=people.zhoujun, at=march(9))


def test_our_own_approval_does_not_move_it(order, office_of_jinxiu):
    refused(
        actions.ask_extension, order, clock="external", reason="parts", note="等", new_due_at=march(12),
        by=office_of_jinxiu.limin, at=march(6), field="clock", not_told_because="电话未接通",
    )  # fmt: skip


def test_an_edit_makes_it_earlier_only(order, office_of_jinxiu):
    people = office_of_jinxiu
    for wrong in (march(12), None, RECEIVED - HOUR):
        refused(edited, order, people, march(6), external_due_at=wrong, field="external_due_at")
    case = edited(order, people, march(6), external_due_at=march(9))
    assert running(case)["external"] == march(9)


def decided(case, people, at, decision, until=None, **words):
    return actions.move_external(
        case, decision=decision, new_due_at=until, note="浦东分中心 3号通知", by=people.limin, at=at, **words
    )


def test_their_extension_moves_it_and_leaves_no_breach_when_given_in_time(order, office_of_jinxiu):
    ring(march(10, 12))
    assert clock_of(order, "external").breached_at == DUE
    case = decided(order, office_of_jinxiu, march(10, 13), "extended", march(12, 17), done_at=march(10, 9))
    clock = clock_of(case, "external")
    assert (clock.due_at, clock.extended, clock.breached_at) == (march(12, 17), True, None)
    assert (case.external_due_at, case.next_due_at) == (march(12, 17), min(running(case).values()))


def test_their_extension_after_the_due_time_leaves_the_breach(order, office_of_jinxiu):
    case = decided(order, office_of_jinxiu, march(10, 13), "extended", march(12, 17))
    assert clock_of(case, "external").breached_at == DUE


@pytest.mark.parametrize("until", [None, march(10, 11), march(5, 12)])
def test_an_extension_needs_a_later_due_time(order, office_of_jinxiu, until):
    refused(decided, order, office_of_jinxiu, march(6), "extended", until, field="new_due_at")


def test_sent_back_to_us_the_order_begins_again_even_after_our_case_is_closed(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("closed", channel="hotline", facts=ORDER | {"external_due_at": march(6)}, at=march(2, 9))
    assert set(running(case)) == {"external"}  # closing our case does not answer their order
    actions.answer_external(case, note="已修", by=people.limin, at=march(3))
    assert running(case) == {}
    decided(case, people, march(4), "returned", march(7))
    assert running(case) == {"external": march(7)}
    ring(march(7))
    assert "wuzong" in told("level_over", case)
    assert len(Clock.objects.filter(complaint=case, kind="external")) == 2


def test_taken_back_by_them_nothing_is_owed(order, office_of_jinxiu):
    decided(order, office_of_jinxiu, march(6), "taken_back")
    assert "external" not in running(order)
    refused(decided, order, office_of_jinxiu, march(6, 10), "taken_back", field="decision")


# The regulator's finding ---------------------------------------------------------------------------


@pytest.fixture
def finding(walk_in, office_of_jinxiu):
    case = walk_in(march(5, 9), channel="regulator")
    return actions.record_finding(
        case, note="电梯检验不合格", found_at=march(6, 10), by=office_of_jinxiu.zhoujun, at=march(9, 9)
    )


def test_the_days_for_objecting_count_from_the_date_of_the_finding(finding):
    assert running(finding)["objection"] == march(21, 10)
    ring(march(21, 10))
    assert "wuzong" in told_at(finding, "objection", "over")


def test_only_a_regulator_s_finding_starts_them(walk_in, office_of_jinxiu):
    for channel in ("hotline", "phone"):
        case = walk_in(RECEIVED, channel=channel)
        refused(
            actions.record_finding, case, note="不合格", found_at=RECEIVED, by=office_of_jinxiu.zhoujun,
            at=march(6),
        )  # fmt: skip
    assert "objection" not in running(walk_in(RECEIVED, channel="regulator"))


def test_objecting_or_waiving_ends_them_and_says_what_went_along(finding, office_of_jinxiu):
    people = office_of_jinxiu
    words = {"note": "检验方法有误", "by": people.zhoujun}
    lay_all(finding, people.zhoujun, march(9, 9), but=["statement"])
    item = next(one for one in objection_documents() if one.code == "statement")
    sheet = files.store(upload("笔录.jpg", SMALL), by=people.zhoujun, at=march(9, 9))
    objections.lay_paper(finding, item, files=[sheet], by=people.zhoujun, at=march(9, 9))
    refused(actions.object_to_finding, finding, **words, expert="", at=march(10), field="expert")
    actions.object_to_finding(finding, **words, expert="吴律师", at=march(10))
    assert "objection" not in running(finding)
    with translation.override("en"):
        line = entries(list(finding.events.order_by("pk")), finding)[-1].text
    assert line == (
        "Objection filed; 吴律师 faces the regulator. With it: Questions and answers, read over and signed."
    )
    refused(actions.waive_objection, finding, note="认", by=people.zhoujun, at=march(11))


def test_what_was_ticked_before_there_were_documents_stays_readable(finding):
    Event.objects.create(
        complaint=finding, at=march(10), recorded_at=march(10), kind="objection_filed",
        params={"expert": "吴律师", "papers": ["finding", "talk"]},
    )  # fmt: skip
    for language, said in (("en", "The finding, with the day it was served, Talked"), ("zh-hans", "吴律师")):
        with translation.override(language):
            assert said in entries(list(finding.events.order_by("pk")), finding)[-1].text


def test_it_cannot_be_extended(finding, office_of_jinxiu):
    refused(
        actions.ask_extension, finding, clock="objection", reason="complex", note="等检测",
        new_due_at=march(25), by=office_of_jinxiu.limin, at=march(10), field="clock",
        not_told_because="电话未接通",
    )  # fmt: skip


# In words -----------------------------------------------------------------------------------------


def test_the_nearest_of_all_clocks_is_what_a_case_is_due_next(order, office_of_jinxiu):
    assert order.next_due_kind == "deliver"
    case = edited(order, office_of_jinxiu, march(5, 11, 30), external_due_at=march(5, 11, 40))
    assert (case.next_due_kind, case.next_due_at) == ("external", march(5, 11, 40))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh-hans",
            "对外答复：以转办单为准，应于 3月10日 11:20（周二）前答复；对方已改为 3月12日 17:00（周四）。",
        ),
        (
            "en",
            "Answer to the authority: as their order says, due Tue 10 Mar 11:20; "
            "moved by them to Thu 12 Mar 17:00.",
        ),
    ],
)
def test_their_due_time_explains_itself(order, office_of_jinxiu, language, sentence):
    decided(order, office_of_jinxiu, march(6), "extended", march(12, 17))
    with translation.override(language):
        [line] = clock_lines([clock_of(order, "external")], [], order.estate.zone)
    assert line.why == sentence
