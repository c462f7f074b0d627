"""Records of questions and answers 询问笔录 (X4; G16): who keeps them, reading over, the signed words."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import inquiries as rules
from complaints.actions import evidence as evidence_acts
from complaints.actions import inquiries as acts
from complaints.actions.evidence import shown_to as evidence_shown
from complaints.actions.evidence_check import verify, verify_by_itself
from complaints.inquiries import ACTS, State
from complaints.models import Event, Evidence, Inquiry, InquiryLine
from complaints.statuses import CaseRole, WrongStatus
from config.framework.refusals import Refused
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march
from tests.evidence_cast import sent
from tests.inquiry_cast import LINES, record_of, signed_of, talk
from tests.racing import failures, race

pytestmark = pytest.mark.django_db
NOW = march(9)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("acting", channel="regulator")


@pytest.fixture
def row(case, chenfang) -> Inquiry:
    return record_of(case, chenfang, NOW)


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


# The rules, said a second time ------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verb", list(ACTS))
def test_where_an_act_starts_from(verb, state):
    allowed = {"edit": {"draft", "read"}, "read_over": {"draft"}, "sign": {"read"}, "drop": {"draft", "read"}}
    fault = rules.refusal(verb, state, {Role.SUPERVISOR}, knows_customer=True)
    assert (fault is None) == (state in allowed[verb])
    if fault:
        assert isinstance(fault, WrongStatus)


@pytest.mark.parametrize(
    ("roles", "knows", "may"),
    [
        ({Role.SUPERVISOR}, True, True),
        ({Role.PROPERTY_MANAGER}, True, True),
        ({Role.GENERAL_MANAGER}, True, True),
        ({CaseRole.HANDLER}, True, True),
        ({CaseRole.FIRST_RECEIVER}, True, True),
        ({CaseRole.SPEAKER}, True, True),
        ({CaseRole.HANDLER}, False, False),
        ({CaseRole.HANDLER, CaseRole.CONTRACTOR}, True, False),
        ({Role.AUDITOR}, True, False),
        ({Role.FRONT_DESK}, True, False),
    ],
)
def test_whose_they_are(roles, knows, may):
    fault = rules.begin_refusal(roles, "", fitting=True, knows_customer=knows)
    assert (fault is None) == may
    assert (rules.refusal("edit", "draft", roles, knows_customer=knows) is None) == may


def test_only_a_regulator_s_case_or_a_threatened_lawsuit_has_them(case_in, chenfang):
    plain = case_in("acting")
    assert "lawsuit is threatened" in str(refused(record_of, plain, chenfang, NOW))
    sued = case_in("acting", facts={"lawsuit_threatened": True})
    assert record_of(sued, chenfang, NOW).number == 1


def test_nothing_is_recorded_on_a_void_entry(case, chenfang):
    assert isinstance(
        rules.begin_refusal({Role.SUPERVISOR}, "void", fitting=True, knows_customer=True), WrongStatus
    )


# Writing ------------------------------------------------------------------------------------------------


def test_a_draft_is_written_as_often_as_wanted_and_numbered_in_its_case(row, case, chenfang):
    assert (row.number, row.state, row.pairs) == (1, "draft", LINES)
    acts.edit(
        row,
        talk(chenfang),
        [*LINES, ("", ""), ("何时修复？", "3月3日。")],
        revision=1,
        by=chenfang,
        at=NOW + HOUR,
    )
    row.refresh_from_db()
    assert Inquiry.objects.get(pk=row.pk).pairs[-1] == ("何时修复？", "3月3日。")
    assert len(row.pairs) == 3 and row.revision == 2
    assert record_of(case, chenfang, NOW).number == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"asker": " "}, "asker"),
        ({"asker_unit": ""}, "asker_unit"),
        ({"place": ""}, "place"),
        ({"subject": ""}, "subject"),
        ({"held_at": NOW + DAY}, "held_at"),
        ({"answerer": "outside", "answered_by": None}, "answered_by_other"),
        ({"answered_by": None}, "answered_by"),
        ({"recorder": None}, "recorder"),
        ({"answerer": "ghost"}, "answerer"),
        ({"asker": "王" * 61}, "asker"),
    ],
)
def test_what_a_record_must_say(case, chenfang, change, field):
    assert refused(acts.begin, case, talk(chenfang, **change), LINES, by=chenfang, at=NOW).field == field
    assert not Inquiry.objects.exists()


def test_too_much_is_refused_in_a_sentence(case, chenfang):
    many = [("问", "答")] * (rules.MOST_LINES + 1)
    assert refused(acts.begin, case, talk(chenfang), many, by=chenfang, at=NOW).field == "lines"
    long = [("问", "答" * (rules.LONGEST_LINE + 1))]
    assert refused(acts.begin, case, talk(chenfang), long, by=chenfang, at=NOW).field == "lines"


def test_the_same_key_begins_it_once(case, chenfang):
    first = acts.begin(case, talk(chenfang), LINES, by=chenfang, at=NOW, key="k")
    assert acts.begin(case, talk(chenfang), LINES, by=chenfang, at=NOW, key="k") == first


def test_who_saves_on_top_of_what_he_has_not_seen_is_told(row, chenfang, wanggong):
    acts.edit(row, talk(chenfang), LINES, revision=1, by=wanggong, at=NOW)
    fault = refused(acts.edit, row, talk(chenfang), [("另一问", "另一答")], revision=1, by=chenfang, at=NOW)
    assert isinstance(fault, acts.SavedMeanwhile) and str(wanggong) in str(fault)
    assert Inquiry.objects.get(pk=row.pk).pairs == LINES


def test_a_question_without_an_answer_is_not_read_over(case, chenfang):
    row = acts.begin(case, talk(chenfang), [("何时？", "")], by=chenfang, at=NOW)
    assert "No. 1" in str(refused(acts.read_over, row, revision=1, by=chenfang, at=NOW))
    empty = acts.begin(case, talk(chenfang), [], by=chenfang, at=NOW)
    assert refused(acts.read_over, empty, revision=1, by=chenfang, at=NOW).field == "lines"


def test_what_is_changed_after_the_reading_is_read_over_again(row, chenfang):
    acts.read_over(row, corrections="第1答改为三天", revision=1, by=chenfang, at=NOW)
    acts.edit(row, talk(chenfang), LINES, revision=2, by=chenfang, at=NOW)
    now = Inquiry.objects.get(pk=row.pk)
    assert (now.state, now.read_at, now.corrections) == ("draft", None, "")
    assert isinstance(refused(acts.sign, row, revision=3, by=chenfang, at=NOW), WrongStatus)


def test_reading_and_signing_follow_one_another(row, chenfang):
    early = row.held_at - HOUR
    assert refused(acts.read_over, row, read_at=early, revision=1, by=chenfang, at=NOW).field == "read_at"
    assert (
        refused(acts.read_over, row, read_at=NOW + HOUR, revision=1, by=chenfang, at=NOW).field == "read_at"
    )
    acts.read_over(row, read_at=NOW - MINUTE, revision=1, by=chenfang, at=NOW)
    fault = refused(acts.sign, row, signed_at=NOW - HOUR, revision=2, by=chenfang, at=NOW)
    assert fault.field == "signed_at"


# Signed -------------------------------------------------------------------------------------------------


def test_signed_words_are_frozen_and_become_evidence(row, case, chenfang):
    signed = signed_of(row, chenfang, NOW, files=[sent(chenfang, NOW, "笔录扫描.jpg")])
    assert signed.state == "signed" and signed.sha256 == rules.digest(signed.text) and signed.is_as_signed
    for question, answer in LINES:
        assert question in signed.text and answer in signed.text
    assert "市场监督管理局" in signed.text and "第1答改为三天" in signed.text
    item = signed.evidence
    assert (item.kind, item.collected_at, item.files.count()) == ("inquiry", signed.held_at, 1)
    told = Event.objects.get(complaint=case, kind="inquiry_signed").params
    assert told["sha256"] == signed.sha256 and told["item"] == item.number
    for do, words in (
        (acts.edit, {"talk": talk(chenfang), "lines": LINES}),
        (acts.read_over, {}),
        (acts.sign, {}),
        (acts.drop, {"note": "误"}),
    ):
        assert "supplementary" in str(refused(do, signed, **words, revision=3, by=chenfang, at=NOW))


def test_its_words_do_not_depend_on_the_reader_s_language(row, chenfang):
    with translation.override("en"):
        here = row.words
    with translation.override("zh-hans"):
        assert row.words == here


def test_the_database_holds_reading_before_signing(row):
    for wrong in ({"state": "signed"}, {"state": "read"}, {"sha256": "0" * 64}, {"text": "words"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Inquiry.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        Inquiry.objects.all().delete()


def test_a_correction_is_a_record_of_its_own_that_names_the_first(row, case, chenfang, case_in):
    wrong = refused(acts.begin, case, talk(chenfang), LINES, supplements=row, by=chenfang, at=NOW)
    assert "signed record" in str(wrong)
    signed = signed_of(row, chenfang, NOW)
    second = acts.begin(case, talk(chenfang), LINES, supplements=signed, by=chenfang, at=NOW)
    assert Event.objects.get(complaint=case, kind="inquiry_supplement_begun").params["supplements"] == 1
    assert "补充第 1 号笔录" in signed_of(second, chenfang, NOW).text
    other = case_in("acting", channel="regulator")
    refused(acts.begin, other, talk(chenfang), LINES, supplements=signed, by=chenfang, at=NOW)


def test_its_scan_comes_once_and_it_is_withdrawn_as_evidence_is(row, case, chenfang, zhoujun):
    signed = signed_of(row, chenfang, NOW)
    item = signed.evidence
    evidence_acts.sign(item, files=[sent(chenfang, NOW)], by=chenfang, at=NOW)
    refused(evidence_acts.sign, item, files=[sent(chenfang, NOW)], by=chenfang, at=NOW)
    evidence_acts.propose_withdrawal(item, note="签错页", by=chenfang, at=NOW)
    evidence_acts.confirm_withdrawal(item, by=zhoujun, at=NOW)
    assert Inquiry.objects.get().evidence.state == "withdrawn"


def test_a_draft_is_set_aside_with_its_reason(row, chenfang):
    assert refused(acts.drop, row, note=" ", revision=1, by=chenfang, at=NOW).field == "note"
    assert acts.drop(row, note="对方改期", revision=1, by=chenfang, at=NOW).state == "dropped"


# What was tampered with is found -------------------------------------------------------------------------


def test_changed_words_are_found_by_the_check_of_the_evidence(row, case, chenfang, capsys):
    signed = signed_of(row, chenfang, NOW)
    assert not verify(case, by=chenfang, at=NOW + HOUR).wrong
    line = InquiryLine.objects.filter(inquiry=signed).first()
    InquiryLine.objects.filter(pk=line.pk).update(answer="从未发生")
    assert [one.is_text for one in verify(case, by=chenfang, at=NOW + 2 * HOUR).wrong] == [True]
    InquiryLine.objects.filter(pk=line.pk).update(answer=line.answer)
    assert not verify(case, by=chenfang, at=NOW + 3 * HOUR).wrong
    text = signed.text.replace("漏水", "无事")
    Inquiry.objects.filter(pk=signed.pk).update(text=text, sha256=rules.digest(text))
    assert verify(case, by=chenfang, at=NOW + 4 * HOUR).wrong
    with pytest.raises(SystemExit):
        call_command("verify_evidence")
    assert "the words of a signed record" in capsys.readouterr().err


def test_a_question_left_out_afterwards_is_found(row, case, chenfang):
    signed = signed_of(row, chenfang, NOW)
    InquiryLine.objects.filter(inquiry=signed, number=2).delete()
    assert verify_by_itself(case, at=NOW + HOUR).wrong
    assert Event.objects.filter(complaint=case, kind="evidence_differs").count() == 1
    verify_by_itself(case, at=NOW + 2 * HOUR)  # known: told once
    assert Event.objects.filter(complaint=case, kind="evidence_differs").count() == 1


# Who reads them ------------------------------------------------------------------------------------------


def test_whoever_may_not_know_the_customer_reads_none(row, case, chenfang, wanggong):
    signed_of(row, chenfang, NOW)
    type(case).objects.filter(pk=case.pk).update(identity_hidden=True)
    case.refresh_from_db()
    his = permissions_of(wanggong, NOW)
    assert not acts.shown_to(his, case).exists()
    assert not evidence_shown(his, case).filter(kind="inquiry").exists()
    assert acts.shown_to(permissions_of(chenfang, NOW), case).exists()


# Two people at once --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_a_question_at_once_one_is_told(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    row = record_of(case_in("acting", channel="regulator"), people.chenfang, NOW)

    def add(who, question):
        return lambda: acts.edit(
            row, talk(people.chenfang), [*LINES, (question, "答")], revision=1, by=who, at=NOW
        )

    outcomes = race(add(people.chenfang, "甲问"), add(people.wanggong, "乙问"))
    assert not failures(outcomes, acts.SavedMeanwhile) and len(failures(outcomes)) == 1
    assert len(Inquiry.objects.get().pairs) == 3


@pytest.mark.django_db(transaction=True)
def test_of_one_who_signs_and_one_who_edits_one_is_refused(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    row = record_of(case_in("acting", channel="regulator"), people.chenfang, NOW)
    row = acts.read_over(row, revision=1, by=people.chenfang, at=NOW)
    outcomes = race(
        lambda: acts.sign(row, revision=2, by=people.chenfang, at=NOW),
        lambda: acts.edit(row, talk(people.chenfang), LINES[:1], revision=2, by=people.wanggong, at=NOW),
    )
    assert not failures(outcomes, Refused) and len(failures(outcomes)) == 1
    done = Inquiry.objects.get()
    assert (done.state, len(done.pairs)) in (("signed", 2), ("draft", 1))
    assert Evidence.objects.count() == (done.state == "signed")
