"""Commendations 通报表扬: proposed by hand, worded without names, decided by another, published."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from complaints import commendations as rules
from complaints.actions import commendations as acts
from complaints.actions.commendation_rows import acts_on, nameless, names_somebody, refusal_of
from complaints.actions.public_people import known_of_note
from complaints.commendations import ACTS, Reach, State
from complaints.models import Commendation, CommendationEntry, Complaint, Notification, Respondent
from complaints.public_words import Known
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march, person
from tests.commendations import PRAISE, by_hand, praised, published

NOW = march(4)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def leak(case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def row(leak, wanggong, chenfang, zhoujun, wuzong) -> Commendation:
    return by_hand(leak, wanggong, chenfang, march(3))


@pytest.fixture
def worker(jinxiu) -> User:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    return person("xunda", "马俊峰", Role.HANDLER, department=firm)


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def seen(who: User) -> bool:
    return Commendation.objects.visible_to(permissions_of(who, NOW)).exists()


# The table, said a second time by hand --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "reach", "theirs"),
    [
        ("edit", "estate", {"supervisor", "property_manager", "general_manager"}),
        ("approve", "estate", {"property_manager", "general_manager"}),
        ("approve", "company", {"general_manager"}),
        ("decline", "estate", {"property_manager", "general_manager"}),
        ("decline", "company", {"general_manager"}),
        ("publish", "company", {"supervisor", "property_manager", "general_manager"}),
        ("withdraw", "company", {"property_manager", "general_manager"}),
    ],
)
def test_whose_an_act_is(verb, reach, theirs):
    state = ACTS[verb].sources[0]
    may = {
        role
        for role in Role
        if rules.refusal(verb, state, reach, {role}, praised=False, proposed=False) is None
    }
    assert may == theirs


@pytest.mark.parametrize("verb", list(ACTS))
@pytest.mark.parametrize("state", list(State))
def test_an_act_starts_where_the_table_says(verb, state):
    starts = {
        "edit": {"proposed", "approved"}, "approve": {"proposed"}, "publish": {"approved"},
        "decline": {"proposed", "approved"}, "withdraw": {"published"},
    }  # fmt: skip
    fault = rules.refusal(verb, state, "estate", {Role.GENERAL_MANAGER}, praised=False, proposed=False)
    assert isinstance(fault, WrongStatus) == (state not in starts[verb])


@pytest.mark.parametrize("verb", list(ACTS))
def test_nobody_has_a_hand_in_a_commendation_of_himself(verb):
    state = ACTS[verb].sources[0]
    fault = rules.refusal(verb, state, "estate", {Role.GENERAL_MANAGER}, praised=True, proposed=False)
    assert isinstance(fault, WrongPerson)


def test_only_approving_is_not_his_who_proposed_it():
    refused = {
        verb
        for verb, act in ACTS.items()
        if rules.refusal(verb, act.sources[0], "estate", {Role.GENERAL_MANAGER}, praised=False, proposed=True)
    }
    assert refused == {"approve"}


# Proposed by hand -----------------------------------------------------------------------------------------


def test_a_supervisor_proposes_and_the_property_manager_is_asked(row, zhoujun, chenfang, wanggong):
    assert (row.state, row.source, row.number) == ("proposed", f"case:{row.complaint_id}", f"TB-{row.pk:05d}")
    assert inbox(zhoujun)[-1] == "commendation_proposed"
    assert "commendation_proposed" not in inbox(chenfang) + inbox(wanggong)


def test_of_the_whole_company_the_general_manager_is_asked(leak, wanggong, chenfang, zhoujun, wuzong):
    by_hand(leak, wanggong, chenfang, NOW, reach=Reach.COMPANY)
    assert inbox(wuzong)[-1] == "commendation_proposed"
    assert "commendation_proposed" not in inbox(zhoujun)


@pytest.mark.parametrize("who", ["limin", "wanggong", "sungong", "auditor", "stranger"])
def test_others_do_not_propose(who, leak, request, laozhao):
    with pytest.raises(WrongPerson):
        by_hand(leak, laozhao, request.getfixturevalue(who), NOW)


def test_nobody_is_commended_twice_for_a_case(row, leak, wanggong, sungong, zhoujun):
    with pytest.raises(Refused, match=row.number):
        by_hand(leak, wanggong, zhoujun, NOW)
    by_hand(leak, sungong, zhoujun, NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commendation.objects.create(
            estate=row.estate, person=row.person, source=row.source, why="hand", proposed_at=NOW
        )


def test_what_is_not_commended(leak, wanggong, sungong, chenfang, zhoujun):
    with pytest.raises(WrongPerson):
        by_hand(leak, chenfang, chenfang, NOW)
    with pytest.raises(Refused, match="well"):
        acts.propose(complaint=leak, person=wanggong, because=" ", by=chenfang, at=NOW)
    Respondent.objects.create(complaint=leak, user=sungong)
    with pytest.raises(Refused, match="complains about"):
        by_hand(leak, sungong, chenfang, NOW)
    void = {"restricted": False, "outcome": "void", "status": "closed", "closed_at": NOW}
    for fault in ({"restricted": True}, void):
        Complaint.objects.filter(pk=leak.pk).update(**fault)
        leak.refresh_from_db()
        with pytest.raises(Refused):
            by_hand(leak, wanggong, zhoujun, NOW)
    assert not Commendation.objects.exists()


def test_for_a_note_of_praise_only(jinxiu, limin, wanggong, chenfang):
    note = praised(jinxiu, limin, NOW, name="熊霞")
    made = acts.propose(note=note, person=wanggong, because="当天修好", by=chenfang, at=NOW)
    assert made.source == f"note:{note.pk}"
    note.kind = "enquiry"
    with pytest.raises(Refused, match="praise"):
        acts.propose(note=note, person=limin, because="好", by=chenfang, at=NOW)


# Words ----------------------------------------------------------------------------------------------------


def test_the_words_name_nobody_but_him(row, chenfang, xiongxia):
    for words in (
        "王建军帮熊霞修好了水管",
        "王建军修好1-1-302的水管",
        "王建军和孙师傅修好水管",
        "请拨 13494795057",
    ):
        with pytest.raises(Refused) as refusal:
            acts.edit(row, version=row.version, words=words, reach="estate", by=chenfang, at=NOW)
        assert refusal.value.field == "words"
    done = acts.edit(row, version=1, words="王建军师傅冒雨修好水管。", reach="company", by=chenfang, at=NOW)
    assert (done.words, done.reach, done.version) == ("王建军师傅冒雨修好水管。", "company", 2)
    assert CommendationEntry.objects.filter(commendation=row, kind="edited").count() == 1


def test_who_read_an_older_version_writes_over_nobody(row, chenfang, zhoujun):
    acts.edit(row, version=1, words="修好水管。", reach="estate", by=chenfang, at=NOW)
    with pytest.raises(Refused, match="meanwhile"):
        acts.edit(row, version=1, words="另一句。", reach="estate", by=zhoujun, at=NOW)
    with pytest.raises(Refused, match="meanwhile"):
        acts.approve(row, version=1, by=zhoujun, at=NOW)


# Decided and published ------------------------------------------------------------------------------------


def test_approved_published_and_told(row, zhoujun, chenfang, wanggong):
    done = acts.approve(row, version=1, by=zhoujun, at=NOW)
    assert (done.state, done.approved_by) == ("approved", zhoujun)
    assert inbox(chenfang)[-1] == "commendation_approved"
    assert "commendation_published" not in inbox(wanggong)
    done = acts.publish(done, by=chenfang, at=NOW)
    assert (done.state, done.published_at) == ("published", NOW)
    assert inbox(wanggong)[-1] == "commendation_published"
    assert done.history.count() == 3


def test_nobody_approves_his_own(leak, wanggong, sungong, zhoujun, wuzong, chenfang):
    his = by_hand(leak, wanggong, zhoujun, NOW)
    with pytest.raises(WrongPerson, match="himself"):
        acts.approve(his, version=1, by=zhoujun, at=NOW)
    assert acts.approve(his, version=1, by=wuzong, at=NOW).state == "approved"
    of_him = by_hand(leak, zhoujun, chenfang, NOW)
    assert of_him not in Commendation.objects.visible_to(permissions_of(zhoujun, NOW))
    assert of_him in Commendation.objects.visible_to(permissions_of(wuzong, NOW))
    with pytest.raises(WrongPerson):
        acts.approve(of_him, version=1, by=zhoujun, at=NOW)
    assert inbox(wuzong)[-1] == "commendation_proposed"  # it went past whoever is praised


def test_the_database_holds_it_too(row, wanggong, chenfang):
    for approver in (wanggong, chenfang):
        row.state, row.approved_at, row.approved_by = "approved", NOW, approver
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_not_commended_with_a_reason(row, zhoujun, chenfang, wanggong):
    with pytest.raises(Refused) as refusal:
        acts.decline(row, note="", by=zhoujun, at=NOW)
    assert refusal.value.field == "note"
    done = acts.decline(row, note="是分内的工作", by=zhoujun, at=NOW)
    assert (done.state, done.declined_because) == ("declined", "是分内的工作")
    assert inbox(chenfang)[-1] == "commendation_declined"
    assert not [kind for kind in inbox(wanggong) if "commendation" in kind]
    assert not seen(wanggong)


def test_withdrawn_by_another_person_and_still_read(row, zhoujun, chenfang, wanggong, wuzong, limin):
    done = published(row, zhoujun, chenfang, march(3))
    with pytest.raises(WrongPerson):
        acts.withdraw(done, note="客户后来投诉", by=chenfang, at=NOW)
    with pytest.raises(WrongPerson, match="吴海涛"):
        acts.withdraw(done, note="客户后来投诉", by=zhoujun, at=NOW)
    with pytest.raises(Refused) as refusal:
        acts.withdraw(done, note="熊霞后来投诉", by=wuzong, at=NOW)
    assert refusal.value.field == "note"
    done = acts.withdraw(done, note="客户后来投诉", by=wuzong, at=NOW)
    assert (done.state, done.withdrawn_by) == ("withdrawn", wuzong)
    assert inbox(wanggong)[-1] == inbox(zhoujun)[-1] == "commendation_withdrawn"
    assert seen(wanggong)
    assert seen(limin)


def test_where_nobody_else_is_left_he_says_why(row, zhoujun, chenfang, wuzong):
    done = published(row, zhoujun, chenfang, march(3))
    User.objects.filter(pk=wuzong.pk).update(is_active=False)
    with pytest.raises(Refused) as refusal:
        acts.withdraw(done, note="误发", by=zhoujun, at=NOW)
    assert refusal.value.field == "alone_because"
    done = acts.withdraw(done, note="误发", alone_because="总经理岗位空缺", by=zhoujun, at=NOW)
    assert done.alone_because == "总经理岗位空缺"


# Who reads it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["proposed", "approved", "published"])
def test_the_praised_reads_only_what_is_published(state, row, wanggong, zhoujun, chenfang):
    if state != "proposed":
        row = acts.approve(row, version=1, by=zhoujun, at=NOW)
    if state == "published":
        acts.publish(row, by=chenfang, at=NOW)
    assert seen(wanggong) == (state == "published")


def test_a_draft_is_read_by_those_who_decide_and_oversee(row, request):
    for who in ("chenfang", "zhoujun", "wuzong", "auditor"):
        assert seen(request.getfixturevalue(who)), who
    for who in ("limin", "laozhao", "sungong", "admin", "stranger"):
        assert not seen(request.getfixturevalue(who)), who


def test_what_is_published_is_read_where_it_reaches(row, zhoujun, chenfang, limin, sungong, stranger, worker):
    published(row, zhoujun, chenfang, NOW)
    assert [seen(one) for one in (limin, sungong, stranger, worker)] == [True, True, False, False]
    Commendation.objects.update(reach="company")
    assert [seen(one) for one in (limin, sungong, stranger, worker)] == [True, True, True, False]


def test_a_contractor_reads_his_own_and_nothing_else(leak, worker, chenfang, zhoujun, wanggong):
    his = by_hand(leak, worker, chenfang, NOW)
    assert not seen(worker)
    published(his, zhoujun, chenfang, NOW)
    assert seen(worker)
    other = by_hand(leak, wanggong, chenfang, NOW)
    published(other, zhoujun, chenfang, NOW)
    mine = Commendation.objects.visible_to(permissions_of(worker, NOW))
    assert [one.pk for one in mine] == [his.pk]
    assert acts_on(his, permissions_of(worker, NOW)) == []


def test_the_buttons_are_what_the_acts_would_let_pass(row, zhoujun, chenfang, wuzong, limin):
    for who in (zhoujun, chenfang, wuzong, limin):
        his = permissions_of(who, NOW)
        assert acts_on(row, his) == [verb for verb in ACTS if refusal_of(row, verb, his) is None]
    assert acts_on(row, permissions_of(chenfang, NOW)) == ["edit"]
    assert acts_on(row, permissions_of(zhoujun, NOW)) == ["edit", "approve", "decline"]


def test_the_draft_is_what_was_said(jinxiu, limin, wanggong, chenfang):
    note = praised(jinxiu, limin, NOW)
    said = nameless(PRAISE, known_of_note(note), wanggong)
    made = acts.propose(note=note, person=wanggong, because=said, by=chenfang, at=NOW)
    assert "王建军师傅" in made.words
    assert made.words == made.because == said


def spoil(case: Complaint, fault: str, person: User) -> None:
    if fault == "about":
        Respondent.objects.create(complaint=case, user=person)
    elif fault == "void":
        Complaint.objects.filter(pk=case.pk).update(outcome="void", status="closed", closed_at=NOW)
    else:
        Complaint.objects.filter(pk=case.pk).update(restricted=True)


@pytest.mark.parametrize("fault", ["restricted", "void", "about"])
def test_what_forbids_it_is_asked_again_before_it_is_approved_and_published(
    fault, row, leak, zhoujun, wanggong
):
    his = permissions_of(zhoujun, NOW)
    spoil(leak, fault, wanggong)
    with pytest.raises(Refused):
        acts.approve(row, version=1, by=zhoujun, at=NOW)
    row = Commendation.objects.get()
    assert (row.state, acts_on(row, his)) == ("proposed", ["edit", "decline"])
    Commendation.objects.update(state="approved", approved_at=NOW, approved_by=zhoujun)
    row = Commendation.objects.get()
    assert "publish" not in acts_on(row, his)
    with pytest.raises(Refused):
        acts.publish(row, by=zhoujun, at=NOW)
    assert acts.decline(row, note="案件受限", by=zhoujun, at=NOW).state == "declined"


def test_who_does_not_read_its_case_reads_no_proposal(row, leak, chenfang, zhoujun, auditor):
    Complaint.objects.filter(pk=leak.pk).update(restricted=True)
    assert [seen(one) for one in (chenfang, auditor, zhoujun)] == [False, False, True]
    with pytest.raises(WrongPerson, match="read"):
        acts.edit(row, version=1, words="修好了。", reach="estate", by=chenfang, at=NOW)


def test_what_was_approved_is_worded_and_decided_anew(row, zhoujun, chenfang, sungong, leak):
    row = acts.approve(row, version=1, by=zhoujun, at=NOW)
    row = acts.edit(row, version=1, words="王建军冒雨修好水管。", reach="estate", by=chenfang, at=NOW)
    assert (row.state, row.approved_by, row.approved_at, row.version) == ("proposed", None, None, 2)
    assert inbox(zhoujun)[-1] == "commendation_proposed"
    with pytest.raises(WrongStatus):
        acts.publish(row, by=chenfang, at=NOW)
    row = acts.approve(row, version=2, by=zhoujun, at=NOW)
    assert acts.publish(row, by=chenfang, at=NOW).state == "published"


def test_who_decides_on_a_wider_reach_is_told(row, chenfang, wuzong):
    before = inbox(wuzong).count("commendation_proposed")
    row = acts.edit(row, version=1, words="修好水管。", reach="estate", by=chenfang, at=NOW)
    assert inbox(wuzong).count("commendation_proposed") == before
    acts.edit(row, version=2, words="修好水管。", reach="company", by=chenfang, at=NOW)
    assert inbox(wuzong).count("commendation_proposed") == before + 1


@pytest.mark.parametrize(("language", "said"), [("en", "turned down"), ("zh-hans", "未予表扬")])
def test_what_was_turned_down_is_said_to_be(language, said, row, leak, wanggong, zhoujun):
    acts.decline(row, note="分内的工作", by=zhoujun, at=NOW)
    with translation.override(language), pytest.raises(Refused, match=said):
        by_hand(leak, wanggong, zhoujun, NOW)


@pytest.mark.parametrize("said", ["王建军民说他来得快。", "王建军民女士很满意。", "王建 军民很满意。"])
def test_a_customer_whose_name_begins_as_his_is_no_part_of_it(said, wanggong):
    known = Known.of({"王建军民", "王建军"})
    assert names_somebody(said, known, wanggong)
    left = nameless(f"王建军来得快，{said}", known, wanggong)
    assert left.startswith("王建军来得快，××")
    assert left.count("王建") == 1
    assert "民" not in left
    assert names_somebody(left, known, wanggong) == ""


def test_a_reason_names_nobody_else_either(jinxiu, limin, leak, wanggong, chenfang, xiongxia):
    note = praised(jinxiu, limin, NOW)
    for source in ({"note": note}, {"complaint": leak}):
        with pytest.raises(Refused, match="熊霞") as refusal:
            acts.propose(**source, person=wanggong, because="熊霞家的水管", by=chenfang, at=NOW)
        assert refusal.value.field == "because"
    assert not CommendationEntry.objects.exists()
