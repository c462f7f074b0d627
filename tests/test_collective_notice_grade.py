"""A collective complaint has one grade: its lead's, which counts what its members are and say."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints import actions
from complaints.models import Clock
from complaints.timeline import entries
from config.framework.refusals import Refused
from tests.cast import HOUR, march
from tests.looking import told
from tests.notice_grade import due, edited, graded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["replied", "closed"])
def test_nobody_joins_a_case_whose_reply_has_gone_out(case_in, office_of_jinxiu, status):
    lead, late = case_in(status, at=march(2, 8)), case_in("recorded", at=march(2, 9))
    with pytest.raises(Refused) as refusal:
        actions.join(late, lead=lead, by=office_of_jinxiu.limin, at=march(5, 9))
    assert refusal.value.field == "lead" and "尚未回复" in str(refusal.value)
    assert late.clocks.running().exists()


def test_members_who_join_make_the_lead_hot_then_major(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead = walk_in(march(2, 9))
    for n, (grade, heads) in enumerate([("general", 1), ("hot", 1), ("major", 7)], start=1):
        member = walk_in(march(2, 9) + n * HOUR, facts={"headcount": heads})
        actions.join(member, lead=lead, by=people.limin, at=march(2, 9) + n * HOUR)
        assert graded(lead)[0] == grade
    assert (lead.headcount, lead.people) == (1, 10)
    assert not Clock.objects.running().filter(complaint=member).exists()


def test_a_threat_of_a_member_is_the_leads(walk_in, office_of_jinxiu):
    lead = walk_in(march(2, 9))
    member = walk_in(march(2, 10), facts={"lawsuit_started": True})
    actions.join(member, lead=lead, by=office_of_jinxiu.limin, at=march(2, 11))
    assert graded(lead) == ("major", "major")
    assert lead.bulletins.count() == 1


def test_a_threat_marked_later_on_a_member_raises_its_lead_and_both_say_why(
    case_in, walk_in, office_of_jinxiu
):
    people = office_of_jinxiu
    lead = case_in("acting", severity="minor", at=march(2, 9))
    member = walk_in(march(2, 10))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 11))
    edited(member, people.limin, march(2, 14), lawsuit_threatened=True)
    assert graded(lead) == ("hot", "important")
    assert due(lead, "bulletin") == march(3, 14)
    assert not Clock.objects.filter(complaint=member, kind="bulletin").exists()
    assert "wanggong" in told("grade_raised", lead)
    with translation.override("en"):
        said = {
            case.pk: [line.text for line in entries(list(case.events.order_by("pk")), case)]
            for case in (lead, member)
        }
    assert (
        f"{member.number}, a member of this collective complaint, is marked: lawsuit threatened."
        in (said[lead.pk])
    )
    raised = "Raised from “Notice: general” to “Notice: hot”. Reason: a lawsuit may follow."
    assert raised in said[lead.pk] and raised in said[member.pk]
    assert f"The mark counts for the lead case {lead.number} too." in said[member.pk]


def test_a_member_marked_major_leaves_the_bulletin_to_its_lead(walk_in, office_of_jinxiu):
    lead, member = walk_in(march(2, 9)), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=office_of_jinxiu.limin, at=march(2, 11))
    edited(member, office_of_jinxiu.limin, march(2, 14), media_exposed=True)
    assert graded(lead) == graded(member) == ("major", "major")
    assert (lead.bulletins.count(), member.bulletins.count()) == (1, 0)


def test_a_member_counts_with_its_people_of_today(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead = walk_in(march(2, 9), facts={"headcount": 3, "is_collective": True})
    member = walk_in(march(2, 10), lead=lead)
    edited(member, people.limin, march(2, 11), headcount=7)
    assert graded(lead) == ("major", "major")
    assert (lead.headcount, lead.people) == (3, 10)
    said = lead.events.get(kind="member_counted")
    assert said.params == {"number": member.number, "count": 10}
    assert not lead.events.filter(kind="member_marked").exists()
    edited(lead, people.limin, march(2, 12), headcount=4)
    actions.leave(member, note="情况不同", by=people.chenfang, at=march(2, 13))
    lead.refresh_from_db()
    assert lead.people == lead.headcount == 4
    assert lead.events.get(kind="member_left").params["count"] == 4


def test_a_member_entered_by_mistake_counts_no_longer(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead = walk_in(march(2, 9), facts={"headcount": 3, "is_collective": True})
    member = walk_in(march(2, 10), lead=lead, facts={"headcount": 7, "lawsuit_started": True})
    assert graded(lead) == ("major", "major")
    actions.void(member, note="录错了", by=people.chenfang, at=march(2, 11))
    lead.refresh_from_db()
    assert lead.people == 3
    actions.set_grade(lead, grade="hot", note="只有三人", by=people.chenfang, at=march(2, 12))
    lead.refresh_from_db()
    assert lead.grade_reasons == {"collective_hot": [3, 3]}  # three people, and not ten


def test_a_lead_stays_collective_while_it_has_members(walk_in, office_of_jinxiu):
    lead = walk_in(march(2, 9), facts={"is_collective": True})
    walk_in(march(2, 10), lead=lead)
    with pytest.raises(Refused, match="集体投诉"):
        edited(lead, office_of_jinxiu.limin, march(2, 11), is_collective=False)


def test_other_edits_of_a_member_leave_its_lead_alone(walk_in, office_of_jinxiu):
    lead, member = walk_in(march(2, 9)), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=office_of_jinxiu.limin, at=march(2, 11))
    before = lead.events.count()
    edited(member, office_of_jinxiu.limin, march(2, 14), place="地下车库")
    assert lead.events.count() == before
