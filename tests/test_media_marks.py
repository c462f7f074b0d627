"""When the media clock runs, and what ends it; and that no true mark is ever unticked (domain.md 4, T16)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions.clock_rows import clocks_for
from complaints.actions.unit_of_work import UnitOfWork
from complaints.clocks import timing
from complaints.forms.lists.queue import MARKS
from complaints.models import Clock, Complaint, PolicyVersion
from complaints.policy import POLICY_1, Channel, ClockKind, Facts, Severity
from complaints.statuses import WrongPerson
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from tests.api_client import client_of
from tests.cast import march
from tests.looking import clock_of, told

pytestmark = pytest.mark.django_db

MEDIA = ClockKind.MEDIA


def running(case: Complaint) -> dict[str, object]:
    return dict(Clock.objects.running().filter(complaint=case).values_list("kind", "due_at"))


def edited(case: Complaint, by, at, note: str = "", **facts) -> Complaint:
    case.refresh_from_db()
    return actions.edit(case, facts, version=case.version, note=note, by=by, at=at)


def begin_as_before(case: Complaint, at) -> None:
    """A media clock as the rule before began it, at a customer's threat."""
    facts = Facts(Severity.IMPORTANT, in_media=True)
    when = timing(MEDIA, at, facts, POLICY_1, UnitOfWork(case, None, by=None, at=at).calendar)
    clocks, levels = clocks_for(case, case.cycles.get(), {MEDIA: when}, at, PolicyVersion.objects.get())
    write(*clocks.values(), levels)


# When it runs ---------------------------------------------------------------------------------------


def test_a_customers_threat_raises_the_grade_and_starts_no_clock(walk_in, office_of_jinxiu):
    case = walk_in(march(2, 10), facts={"media_threatened": True})
    assert (case.grade, "media" in running(case)) == ("hot", False)
    assert told("media_marked", case) == set()
    case = edited(walk_in(march(2, 11)), office_of_jinxiu.limin, march(2, 12), media_threatened=True)
    assert (case.grade, "media" in running(case)) == ("hot", False)


def test_that_the_media_have_asked_is_hot_and_due_in_48_hours(walk_in, office_of_jinxiu):
    case = edited(walk_in(march(2, 9)), office_of_jinxiu.limin, march(2, 14), media_asked=True)
    assert (case.grade, case.severity, running(case)["media"]) == ("hot", "important", march(4, 14))
    assert told("media_marked", case) == {"zhoujun"}
    assert case.grade_reasons["media_asked"]


def test_a_reporter_who_complains_asks_whatever_was_ticked(walk_in, office_of_jinxiu):
    reporter = actions.Person(name="张记者", phone="13800001111", capacity="reporter")
    case = walk_in(march(2, 14), person=reporter)
    assert (case.media_asked, running(case)["media"]) == (True, march(4, 14))
    other = edited(walk_in(march(2, 9)), office_of_jinxiu.limin, march(2, 15), capacity="reporter")
    assert (other.media_asked, running(other)["media"]) == (True, march(4, 15))


def test_what_they_ask_counts_from_the_moment_they_asked_and_each_question_anew(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("closed", at=march(2, 9))
    case = actions.note_media(case, note="晚报记者来电", by=people.limin, at=march(5, 9), done_at=march(5, 8))
    assert running(case)["media"] == march(7, 8)
    with pytest.raises(Refused):
        actions.note_media(case, note="又来电", by=people.limin, at=march(5, 10))
    actions.answer_media(case, note="已书面答复", by=people.zhoujun, at=march(6))
    case = actions.note_media(case, note="追问整改", by=people.limin, at=march(8))
    assert running(case)["media"] == march(10)


def test_an_owner_is_answered_by_the_desk_while_the_media_wait(case_in, office_of_jinxiu):
    case = case_in("handled", facts={"media_asked": True})
    case = actions.reply(case, note="已修好", method="phone", by=office_of_jinxiu.limin, at=march(2, 12))
    assert (case.status, "media" in running(case)) == ("replied", True)


# What ends it ---------------------------------------------------------------------------------------


def test_they_withdraw_their_question_and_the_mark_stays(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 9), facts={"media_asked": True})
    for other in (people.limin, people.chenfang):
        with pytest.raises(WrongPerson):
            actions.drop_media(case, note="记者说不采访了", by=other, at=march(3))
    with pytest.raises(Refused):
        actions.drop_media(case, note=" ", by=people.zhoujun, at=march(3))
    case = actions.drop_media(case, note="都市频道张记者来电撤回采访", by=people.zhoujun, at=march(3))
    assert ("media" in running(case), case.media_asked, case.grade) == (False, True, "hot")
    assert clock_of(case, "media").stopped_at == march(3)


@pytest.mark.parametrize("mark", ["media_asked", "media_exposed"])
def test_a_mark_set_by_mistake_is_taken_back_with_a_reason_and_ends_it(walk_in, office_of_jinxiu, mark):
    people = office_of_jinxiu
    case = walk_in(march(2, 9), facts={mark: True})
    case = edited(case, people.chenfang, march(3), note="登记时点错，无记者来询", **{mark: False})
    assert "media" not in running(case)
    entry = case.events.get(kind="marks_taken_back")
    assert (entry.params["fields"], entry.note, entry.actor) == (
        [mark],
        "登记时点错，无记者来询",
        people.chenfang,
    )
    assert case.events.filter(kind="media_never_asked").exists()


def test_while_another_mark_asks_the_clock_runs_on(walk_in, office_of_jinxiu):
    case = walk_in(march(2, 9), facts={"media_asked": True, "media_exposed": True})
    case = edited(case, office_of_jinxiu.chenfang, march(3), note="尚未见报", media_exposed=False)
    assert running(case)["media"] == march(4, 9)


def test_a_clock_of_the_old_rule_runs_until_it_is_answered_or_the_mark_is_corrected(
    walk_in, office_of_jinxiu
):
    people = office_of_jinxiu
    case = walk_in(march(2, 9), facts={"media_threatened": True})
    begin_as_before(case, march(2, 9))
    case = edited(
        case, people.limin, march(2, 10), channel="wechat", place="东门"
    )  # says nothing of the media
    assert running(case)["media"] == march(4, 9)
    case = actions.drop_media(case, note="业主只是扬言，并无记者", by=people.zhoujun, at=march(2, 12))
    assert ("media" in running(case), case.media_threatened) == (False, True)

    other = walk_in(march(2, 9), facts={"media_threatened": True})
    begin_as_before(other, march(2, 9))
    other = edited(other, people.chenfang, march(2, 11), note="听错了", media_threatened=False)
    assert "media" not in running(other)


# No true mark is unticked ---------------------------------------------------------------------------

GRAVE = [
    *("injury", "media_exposed", "media_asked", "media_threatened", "lawsuit_started", "lawsuit_threatened"),
    *("is_collective", "restricted"),
]


@pytest.mark.parametrize("mark", GRAVE)
def test_only_a_supervisor_or_above_takes_a_grave_mark_back_and_says_why(case_in, office_of_jinxiu, mark):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), facts={mark: True})
    with pytest.raises(WrongPerson, match="主管") as refusal:
        edited(case, people.limin, march(2, 12), note="点错了", **{mark: False})
    assert refusal.value.field == mark
    with pytest.raises(Refused) as refusal:
        edited(case, people.chenfang, march(2, 12), **{mark: False})
    assert refusal.value.field == "note"
    case.refresh_from_db()
    assert getattr(case, mark) is True
    case = edited(case, people.chenfang, march(2, 12), note="点错了", **{mark: False})
    assert getattr(case, mark) is False


def test_the_channel_of_the_media_is_no_way_out_either(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 9), channel=Channel.MEDIA)
    with pytest.raises(WrongPerson):
        edited(case, people.limin, march(2, 10), channel="phone")
    case = edited(case, people.chenfang, march(2, 10), note="业主来电，登记错渠道", channel="phone")
    assert "media" not in running(case)


def test_marks_that_say_nothing_grave_come_and_go(case_in, office_of_jinxiu):
    case = case_in("acting", facts={"under_warranty": True, "outside_help": True})
    case = edited(case, office_of_jinxiu.limin, march(2, 12), under_warranty=False, outside_help=False)
    assert (case.under_warranty, case.outside_help) == (False, False)


def test_the_form_and_the_api_ask_the_same(typed, send, case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", facts={"lawsuit_started": True})
    said = typed(case, people.limin)
    del said["lawsuit_started"]
    answer = send(case, people.limin, "edit", said)
    assert answer.status_code == 422
    assert (
        "What was true stays on the record" in answer.content.decode()
        or "what was true" in answer.content.decode()
    )
    case.refresh_from_db()

    def patch(user, **facts):
        address, seen = f"/api/v1/cases/{case.number}/", {"if-match": f'"{case.version}"'}
        return client_of(user).patch(address, facts, format="json", headers=seen)

    assert patch(people.limin, lawsuit_started=False).status_code in (400, 403, 409, 422)
    refused = patch(people.chenfang, lawsuit_started=False)
    assert refused.status_code in (400, 422) and "note" in refused.json()["errors"]
    case.refresh_from_db()
    assert case.lawsuit_started
    done = patch(people.chenfang, lawsuit_started=False, note="尚未立案，误录")
    assert (done.status_code, done.json()["lawsuit_started"]) == (200, False)


def test_a_customer_on_the_portal_changes_no_mark(case_in):
    case = case_in("replied", facts={"media_asked": True})
    actions.dispute(case, note="没修好", by=None, at=march(2, 15))
    case.refresh_from_db()
    assert case.media_asked and "media" in running(case)


def test_the_filter_finds_what_the_media_asked_threatened_and_brought(walk_in):
    found = {
        walk_in(march(2, 9), facts={"media_asked": True}).pk,
        walk_in(march(2, 9), facts={"media_threatened": True}).pk,
        walk_in(march(2, 9), channel="media").pk,
    }
    walk_in(march(2, 9))
    assert set(Complaint.objects.filter(MARKS["media"][1]).values_list("pk", flat=True)) == found
