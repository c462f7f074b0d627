"""A collective complaint: who signed, who speaks for us, and that the manager appears (X7, G10)."""

from __future__ import annotations

from typing import Any

import pytest

from complaints import actions, notifications
from complaints.actions.case_locks import CARRIES_MEMBERS, COUNTS_FOR_LEAD
from complaints.models import Clock, Complaint, Event, Notification, Signatory
from complaints.policy import ClockKind
from complaints.signatory_list import Signer
from complaints.statuses import WrongPerson
from complaints.timeline import entries
from config.framework.refusals import Refused
from staff import actions as office
from tests.cast import DAY, HOUR, MINUTE, march
from tests.looking import every_row

pytestmark = pytest.mark.django_db

NOW = march(2, 12)
TOLD = {"note": "明天上午给您答复", "method": "phone"}
TOGETHER = {"facts": {"headcount": 4, "is_collective": True}}


def signers(count: int, start: int = 1) -> list[Signer]:
    return [Signer(f"业主{n}", f"3-1-{n}02", f"138000000{n:02}") for n in range(start, start + count)]


def owner_reads(case: Complaint) -> str:
    lines = entries(list(case.events.order_by("at", "pk")), case, for_owner=True)
    return "\n".join(f"{line.text} {line.note}" for line in lines)


# Who signed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headcount", "rows", "people", "grade"),
    [(12, 10, 12, "major"), (1, 10, 10, "major"), (1, 3, 3, "hot"), (5, 2, 5, "hot"), (1, 2, 2, "general")],
)
def test_the_greater_of_headcount_and_signatories_counts_for_the_grade(
    walk_in, office_of_jinxiu, headcount, rows, people, grade
):
    case = walk_in(facts={"headcount": headcount})
    case = actions.add_signatories(case, signers=signers(rows), by=office_of_jinxiu.limin, at=NOW)
    assert (case.headcount, case.signed, case.people, case.grade) == (headcount, rows, people, grade)
    assert case.is_collective


def test_the_signatories_of_a_member_count_for_its_lead(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(), walk_in()
    actions.join(member, lead=lead, by=people.limin, at=NOW)
    actions.add_signatories(member, signers=signers(4), by=people.limin, at=NOW)
    lead.refresh_from_db()
    member.refresh_from_db()
    assert (lead.people, lead.grade, member.is_collective) == (5, "hot", False)


def test_who_stands_on_the_list_is_not_entered_twice(walk_in, office_of_jinxiu):
    people, case = office_of_jinxiu, walk_in()
    actions.add_signatories(case, signers=signers(3), by=people.limin, at=NOW)
    again = [Signer("业主1", "3号楼1单元102", "138-0000-0001"), *signers(1, start=4), *signers(1, start=4)]
    case = actions.add_signatories(case, signers=again, by=people.limin, at=NOW)
    assert (case.signed, case.signatories.count()) == (4, 4)
    with pytest.raises(Refused):
        actions.add_signatories(case, signers=signers(2), by=people.limin, at=NOW)


def test_a_signatory_is_corrected_and_taken_off_by_further_entries(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = actions.add_signatories(walk_in(), signers=signers(3), by=people.limin, at=NOW)
    first, second, _third = case.signatories.order_by("pk")
    actions.edit_signatory(
        case, signatory=first, name="欧阳锋", room="3-1-102", phone="13800000001", by=people.limin, at=NOW
    )
    with pytest.raises(Refused) as refusal:
        actions.remove_signatory(case, signatory=second, note=" ", by=people.limin, at=NOW)
    assert refusal.value.field == "note"
    case = actions.remove_signatory(case, signatory=second, note="重复登记", by=people.limin, at=NOW)
    assert (case.signed, list(case.signatories.listed().values_list("name", flat=True))) == (
        2, ["欧阳锋", "业主3"],
    )  # fmt: skip
    assert Signatory.objects.count() == 3  # nothing is deleted
    assert case.grade == "hot"  # and no grade falls by itself
    with pytest.raises(Refused):
        actions.remove_signatory(case, signatory=second, note="重复登记", by=people.limin, at=NOW)


def test_no_entry_and_no_version_repeats_a_signatory(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    signer = Signer("欧阳修", "3-1-702", "13911112222", "退休教师")
    case = actions.add_signatories(walk_in(), signers=[signer], by=people.limin, at=NOW)
    row = case.signatories.get()
    actions.edit_signatory(case, signatory=row, name="欧阳询", room="3-1-702", by=people.limin, at=NOW)
    said = str(list(Event.objects.filter(complaint=case).values_list("params", "note")))
    kept = str([vars(version) for version in Signatory.history.all()])
    for value in ("欧阳", "13911112222", "3-1-702", "退休"):
        assert value not in said
        assert value not in kept


def test_who_hides_has_a_list_for_first_receiver_and_supervisor_only(walk_in, office_of_jinxiu, opened):
    people = office_of_jinxiu
    case = walk_in(facts={"identity_hidden": True, "headcount": 3, "is_collective": True})
    actions.add_signatories(case, signers=signers(3), by=people.limin, at=NOW)
    with pytest.raises(WrongPerson):
        actions.add_signatories(case, signers=signers(1, start=9), by=people.zhoujun, at=NOW)
    assert "13800000002" in opened(case, people.chenfang).content.decode()
    page = opened(case, people.zhoujun).content.decode()
    assert "业主2" not in page
    assert "13800000002" not in page
    assert f"{case.number}/sign/" not in page


def test_an_auditor_reads_the_phones_masked(walk_in, office_of_jinxiu, opened, auditor):
    case = walk_in(**TOGETHER)
    actions.add_signatories(case, signers=signers(2), by=office_of_jinxiu.limin, at=NOW)
    page = opened(case, auditor).content.decode()
    assert "业主2" in page
    assert "138****0002" in page
    assert "13800000002" not in page
    assert "13800000002" in opened(case, office_of_jinxiu.limin).content.decode()


def test_a_pasted_list_keeps_its_text_and_names_the_line_that_cannot_be_read(
    walk_in,
    office_of_jinxiu,
    send,
):
    case, limin = walk_in(), office_of_jinxiu.limin
    text = "张三 3-1-502 13812345678\n3-1-503 13812345679"
    response = send(case, limin, "sign", {"lines": text})
    assert response.status_code == 422
    page = response.content.decode()
    assert "3-1-503 13812345679" in page
    assert not case.signatories.exists()
    good = text.replace("3-1-503", "李四 3-1-503")
    assert send(case, limin, "sign", {"lines": good, "name": "王五", "room": "3-1-504"}).status_code == 302
    names = case.signatories.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["王五", "张三", "李四"]


def test_what_breaks_half_way_or_is_refused_leaves_no_trace(walk_in, office_of_jinxiu, stranger, monkeypatch):
    people = office_of_jinxiu
    case = actions.add_signatories(walk_in(**TOGETHER), signers=signers(3), by=people.limin, at=NOW)
    row = case.signatories.order_by("pk").first()
    deeds: list[tuple[Any, Any, dict[str, Any]]] = [
        (actions.add_signatories, people.limin, {"signers": signers(2, start=7)}),
        (actions.edit_signatory, people.limin, {"signatory": row, "name": "王五"}),
        (actions.remove_signatory, people.limin, {"signatory": row, "note": "重复"}),
        (actions.name_speaker, people.zhoujun, {"person": people.chenfang}),
        (actions.appear, people.limin, {"person": people.zhoujun, "place": "大堂", "note": "说明"}),
    ]
    before = every_row("complaints")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    for act, _by, words in deeds:
        with pytest.raises(WrongPerson):
            act(case, by=stranger, at=NOW, **words)
    monkeypatch.setattr(notifications, "write", broken)
    for act, by, words in deeds:
        with pytest.raises(RuntimeError):
            act(case, by=by, at=NOW, **words)
    assert every_row("complaints") == before


# Who speaks for us -----------------------------------------------------------------------------------


@pytest.fixture
def spoken(case_in, office_of_jinxiu) -> Complaint:
    """In progress, four people together; 陈芳 speaks for us."""
    case = case_in("acting", **TOGETHER)
    return actions.name_speaker(case, person=office_of_jinxiu.chenfang, by=office_of_jinxiu.zhoujun, at=NOW)


def test_nobody_but_the_speaker_answers_replies_or_apologises(spoken, office_of_jinxiu):
    people = office_of_jinxiu
    for person in (people.limin, people.wanggong, people.zhoujun):
        with pytest.raises(WrongPerson, match="陈芳"):
            actions.answer(spoken, by=person, at=NOW, **TOLD)
    with pytest.raises(WrongPerson, match="陈芳"):
        actions.apologise(spoken, apologised_by="周军", by=people.limin, at=NOW, **TOLD)
    actions.answer(spoken, by=people.chenfang, at=NOW, **TOLD)
    actions.handle(spoken, note="修好", evidence="签字", by=people.wanggong, at=NOW + HOUR)
    with pytest.raises(WrongPerson, match="陈芳"):
        actions.reply(spoken, by=people.limin, at=NOW + HOUR, **TOLD)
    assert actions.reply(spoken, by=people.chenfang, at=NOW + HOUR, **TOLD).status == "replied"


def test_the_media_hear_the_speaker_alone_whatever_his_role(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", facts={"media_exposed": True})
    actions.name_speaker(case, person=people.chenfang, by=people.wuzong, at=NOW)
    for person in (people.zhoujun, people.wuzong):
        with pytest.raises(WrongPerson, match="陈芳"):
            actions.answer_media(case, note="正在核实", by=person, at=NOW)
    actions.answer_media(case, note="正在核实", by=people.chenfang, at=NOW)


def test_no_button_is_offered_to_those_who_do_not_speak(spoken, office_of_jinxiu, opened):
    people = office_of_jinxiu
    for person, speaks in ((people.limin, False), (people.zhoujun, False), (people.chenfang, True)):
        verbs = opened(spoken, person).context["moves"].verbs
        assert ("answer" in verbs) == speaks, person


def test_the_deputy_speaks_for_the_absent_and_without_one_a_manager_does(
    spoken,
    office_of_jinxiu,
    opened,
):
    people = office_of_jinxiu
    away = office.leave_office(
        people.chenfang, starts_at=NOW, ends_at=NOW + DAY, deputy=people.limin, by=people.chenfang
    )
    actions.answer(spoken, by=people.limin, at=NOW + MINUTE, **TOLD)
    with pytest.raises(WrongPerson):
        actions.answer(spoken, by=people.zhoujun, at=NOW + MINUTE, **TOLD)
    office.return_to_office(away, at=NOW + 2 * MINUTE, by=people.zhoujun)
    office.leave_office(
        people.chenfang, starts_at=NOW + HOUR, ends_at=NOW + DAY, deputy=None, by=people.zhoujun
    )
    with pytest.raises(WrongPerson):
        actions.answer(spoken, by=people.limin, at=NOW + 2 * HOUR, **TOLD)
    actions.answer(spoken, by=people.zhoujun, at=NOW + 2 * HOUR, **TOLD)


def test_a_manager_names_and_changes_the_speaker_with_a_reason(spoken, office_of_jinxiu):
    people = office_of_jinxiu
    for person in (people.limin, people.chenfang):
        with pytest.raises(WrongPerson):
            actions.name_speaker(spoken, person=people.limin, note="换人", by=person, at=NOW)
    with pytest.raises(Refused) as refusal:
        actions.name_speaker(spoken, person=people.limin, by=people.zhoujun, at=NOW)
    assert refusal.value.field == "note"
    actions.name_speaker(spoken, person=people.limin, note="陈芳出差", by=people.zhoujun, at=NOW)
    assert "此事由李敏统一答复您" in owner_reads(spoken)
    assert "陈芳出差" not in owner_reads(spoken)
    case = actions.name_speaker(spoken, person=None, note="事态平息", by=people.wuzong, at=NOW)
    assert case.speaker is None
    actions.answer(spoken, by=people.limin, at=NOW, **TOLD)


def test_who_has_no_part_or_is_complained_about_does_not_speak(spoken, office_of_jinxiu, stranger):
    people = office_of_jinxiu
    with pytest.raises(Refused):
        actions.name_speaker(spoken, person=stranger, note="换人", by=people.zhoujun, at=NOW)
    with pytest.raises(Refused, match="总指挥"):
        actions.name_respondent(spoken, person=people.chenfang, by=people.limin, at=NOW)


def test_members_have_the_leads_speaker_for_as_long_as_it_is_their_lead(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, early, late = walk_in(), walk_in(), walk_in()
    actions.join(early, lead=lead, by=people.limin, at=NOW)
    lead.refresh_from_db()
    actions.name_speaker(lead, person=people.chenfang, by=people.zhoujun, at=NOW)
    actions.join(late, lead=lead, by=people.limin, at=NOW)
    for member in (early, late):
        with pytest.raises(WrongPerson, match="陈芳"):
            actions.answer(member, by=people.limin, at=NOW, **TOLD)
        assert "陈芳" in owner_reads(member)
    with pytest.raises(Refused):
        actions.name_speaker(early, person=people.limin, by=people.zhoujun, at=NOW)
    actions.leave(late, note="另一回事", by=people.chenfang, at=NOW)
    actions.answer(late, by=people.limin, at=NOW, **TOLD)


def test_members_of_a_lead_that_ended_without_a_reply_go_on_by_themselves(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = walk_in(), walk_in()
    actions.join(member, lead=lead, by=people.limin, at=NOW)
    lead.refresh_from_db()
    actions.name_speaker(lead, person=people.chenfang, by=people.zhoujun, at=NOW)
    assert not member.clocks.running().exists()
    actions.withdraw(lead, note="自己解决了", by=None, at=NOW + HOUR)
    member.refresh_from_db()
    assert (member.lead, member.status) == (None, "recorded")
    assert [clock.started_at for clock in member.clocks.running().filter(kind="resolve")] == [NOW + HOUR]
    assert member.events.get(kind="left").params["number"] == lead.number
    actions.answer(member, by=people.limin, at=NOW + HOUR, **TOLD)  # its own speaker again


def test_an_ordinary_case_has_no_speaker(walk_in, office_of_jinxiu):
    people, case = office_of_jinxiu, walk_in()
    with pytest.raises(Refused):
        actions.name_speaker(case, person=people.chenfang, by=people.zhoujun, at=NOW)


def test_a_leaving_speakers_duty_goes_to_his_successor(spoken, office_of_jinxiu):
    people = office_of_jinxiu
    actions.transfer_duties(people.chenfang, to=people.zhoujun, note="离职", by=people.zhoujun, at=NOW)
    spoken.refresh_from_db()
    assert spoken.speaker == people.zhoujun


# The manager in person -------------------------------------------------------------------------------


def presence(case: Complaint) -> Any:
    return Clock.objects.filter(complaint=case, kind=ClockKind.PRESENCE)


def test_the_clock_begins_when_three_complain_together_once_for_a_case(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 9), facts={"headcount": 2})
    assert not presence(case).exists()
    case = actions.add_signatories(case, signers=signers(3), by=people.limin, at=march(2, 16, 30))
    assert [clock.due_at for clock in presence(case)] == [march(3, 9, 30)]
    lines = Notification.objects.filter(kind="presence_owed", complaint=case)
    assert [line.user for line in lines] == [people.zhoujun]
    came = {"person": people.zhoujun, "place": "大堂", "note": "当面说明", "by": people.limin}
    actions.appear(case, at=march(3, 9, 20), **came)
    case = actions.add_signatories(case, signers=signers(9, start=4), by=people.limin, at=march(3, 10))
    assert case.grade == "major"
    assert [clock.stopped_at for clock in presence(case)] == [march(3, 9, 20)]


def test_filed_as_a_member_it_is_the_leads_manager_who_appears(walk_in):
    lead = walk_in()
    member = walk_in(lead=lead, facts={"headcount": 3})
    assert not presence(member).exists()
    assert presence(lead).get().due_at == march(2, 11)


def test_members_who_join_make_the_leads_manager_appear_and_their_own_clock_ends(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, three, other = walk_in(), walk_in(facts={"headcount": 3}), walk_in()
    assert presence(three).filter(stopped_at=None).exists()
    actions.join(other, lead=lead, by=people.limin, at=NOW)
    assert not presence(lead).exists()
    actions.join(three, lead=lead, by=people.limin, at=NOW)
    assert presence(lead).get().due_at == march(2, 14)
    assert not presence(three).filter(stopped_at=None).exists()
    with pytest.raises(Refused, match=lead.number):
        actions.appear(three, person=people.zhoujun, place="大堂", note="说明", by=people.limin, at=NOW)


def test_only_the_property_manager_or_above_appears_for_us(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(**TOGETHER)
    about = {"place": "3号楼大堂", "note": "当面说明", "by": people.limin, "at": NOW}
    with pytest.raises(Refused) as refusal:
        actions.appear(case, person=people.chenfang, **about)
    assert refusal.value.field == "person"
    with pytest.raises(Refused) as refusal:
        actions.appear(case, person=people.zhoujun, **(about | {"place": " "}))
    assert refusal.value.field == "place"
    with pytest.raises(WrongPerson):
        actions.appear(case, person=people.zhoujun, **(about | {"by": people.wanggong}))
    office.leave_office(
        people.zhoujun, starts_at=NOW - HOUR, ends_at=NOW + DAY, deputy=people.sungong, by=people.zhoujun
    )
    actions.appear(case, person=people.sungong, **about)
    assert "负责人孙志远已到场" in owner_reads(case)
    assert "当面说明" not in owner_reads(case)


def test_few_are_owed_no_presence_and_that_of_many_who_joined_is_their_leads(walk_in, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    assert not presence(walk_in(facts={"lawsuit_threatened": True})).exists()
    lead, member = walk_in(), walk_in()
    actions.join(member, lead=lead, by=limin, at=NOW)
    actions.add_signatories(member, signers=signers(4), by=limin, at=NOW)
    assert presence(lead).exists() and not presence(member).exists()


def test_a_presence_is_no_move_of_an_ordinary_case(walk_in, office_of_jinxiu, opened):
    people, case = office_of_jinxiu, walk_in()
    with pytest.raises(Refused):
        actions.appear(case, person=people.zhoujun, place="大堂", note="说明", by=people.limin, at=NOW)
    assert not {"appear", "name_speaker"} & opened(case, people.zhoujun).context["moves"].verbs


def test_whoever_lowers_the_grade_by_hand_ends_the_clock(walk_in, office_of_jinxiu):
    case = walk_in(facts={"headcount": 3})
    actions.set_grade(case, grade="general", note="一家三口", by=office_of_jinxiu.chenfang, at=NOW)
    assert not presence(case).filter(stopped_at=None).exists()


def test_an_act_that_reaches_members_or_the_lead_locks_them_too():
    assert {"reply", "void", "withdraw", "name_speaker"} <= CARRIES_MEMBERS
    assert {"sign", "edit_signatory", "remove_signatory", "leave", "edit"} <= COUNTS_FOR_LEAD
    assert "answer" not in CARRIES_MEMBERS | COUNTS_FOR_LEAD
