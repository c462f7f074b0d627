"""The circle of a restricted case: who reads it, who is told, and that somebody can always work on it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from complaints import actions
from complaints.actions.portal_notes import notes_for
from complaints.digest import digest
from complaints.models import CircleMember, Complaint, ContactNote, Notification
from complaints.notifications import send_due
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import BEFORE, DAY, HOUR, OPINION, march, person
from tests.looking import ring, told, told_at

pytestmark = pytest.mark.django_db

NOW = march(2, 12)


def sees(user: User, case: Complaint, at=NOW) -> bool:
    return Complaint.objects.visible_to(permissions_of(user, at)).filter(pk=case.pk).exists()


@pytest.fixture
def other(jinxiu) -> User:
    """A second supervisor, who came after the case had become restricted."""
    return person("other", "何主管", Role.SUPERVISOR, estate=jinxiu)


@pytest.fixture
def case(case_in) -> Complaint:
    return case_in("acting", at=march(2, 9), facts={"restricted": True})


def named(case: Complaint) -> set[str]:
    return set(case.circle.filter(until=None).values_list("user__username", flat=True))


def circle(case: Complaint, *people: User, by: User, at=NOW, note: str = "工作需要") -> Complaint:
    return actions.set_circle(case, circle=people, note=note, by=by, at=at)


def test_restricted_at_the_desk_its_supervisor_is_in_the_circle_by_rule(case, office_of_jinxiu):
    row = case.circle.get()
    assert (row.user, row.named_by, row.since) == (office_of_jinxiu.chenfang, None, march(2, 9))


def test_a_role_reads_nothing_but_the_deciders(case, other, auditor, laozhao, office_of_jinxiu):
    people = office_of_jinxiu
    assert [sees(one, case) for one in (other, auditor, laozhao)] == [False] * 3
    readers = (people.limin, people.wanggong, people.sungong, people.chenfang, people.zhoujun, people.wuzong)
    assert all(sees(one, case) for one in readers)


def test_the_property_manager_names_people_and_takes_them_out_with_a_reason(case, other, office_of_jinxiu):
    people = office_of_jinxiu
    for none in (people.limin, people.chenfang):
        with pytest.raises(WrongPerson):
            circle(case, other, by=none)
    with pytest.raises(Refused):
        circle(case, other, by=people.zhoujun, note=" ")
    case = circle(case, other, by=people.zhoujun)
    assert (sees(other, case), sees(people.chenfang, case)) == (True, False)
    assert told("circle_named", case) == {"other"}
    event = case.events.get(kind="circle_changed")
    assert (event.params, event.note) == ({"came": [other.pk], "went": [people.chenfang.pk]}, "工作需要")
    gone = case.circle.get(user=people.chenfang)
    assert (gone.until, gone.ended_by) == (NOW, people.zhoujun)
    case = circle(case, other, people.chenfang, by=people.zhoujun, at=NOW + HOUR)
    assert case.circle.filter(user=people.chenfang).count() == 2  # who read it when stays known


def test_who_is_complained_about_or_works_elsewhere_is_not_named(case_in, office_of_jinxiu, stranger, admin):
    people = office_of_jinxiu
    case = case_in("recorded", at=march(2, 9), facts={"restricted": True}, respondents=(people.sungong,))
    for nobody in (people.sungong, stranger, admin):
        with pytest.raises(Refused) as refusal:
            circle(case, nobody, by=people.zhoujun)
        assert refusal.value.field == "circle"


def test_an_auditor_reads_it_when_he_is_named(case, auditor, office_of_jinxiu):
    case = circle(case, auditor, by=office_of_jinxiu.zhoujun)
    assert sees(auditor, case)


def test_a_case_that_is_open_has_no_circle(case_in, office_of_jinxiu):
    with pytest.raises(Refused):
        circle(case_in("acting"), office_of_jinxiu.chenfang, by=office_of_jinxiu.zhoujun)


def test_who_is_named_to_work_is_let_in_by_that_and_leaves_with_it(
    case, office_of_jinxiu, jinxiu, engineering
):
    people = office_of_jinxiu
    security = type(engineering).objects.create(estate=jinxiu, name="秩序部")
    head = person("head", "队长", Role.DEPARTMENT_HEAD, department=security)
    guard = person("guard", "保安", Role.HANDLER, department=security)
    assert not sees(guard, case) and not sees(head, case)
    case = actions.reassign(case, handler=guard, department=security, by=people.chenfang, at=NOW)
    assert (case.handler, case.accountable) == (guard, head)
    assert sees(guard, case) and sees(head, case) and not sees(people.wanggong, case)
    assert "guard" in told("delivered", case)
    assert "wanggong" not in told("taken_over", case)
    assert actions.accept(case, note=OPINION, by=guard, at=NOW + HOUR).status == "acting"


def test_the_deputy_of_somebody_in_the_circle_reads_it(case, laozhao, office_of_jinxiu, admin):
    chenfang = office_of_jinxiu.chenfang
    office.leave_office(chenfang, starts_at=NOW, ends_at=NOW + DAY, deputy=laozhao, by=admin)
    assert (sees(laozhao, case), sees(laozhao, case, NOW + DAY)) == (True, False)


def test_taken_out_the_supervisor_is_told_of_nothing_and_the_next_role_up_is(case, office_of_jinxiu):
    people = office_of_jinxiu
    case = circle(case, by=people.zhoujun)
    before = Notification.objects.filter(complaint=case, user=people.chenfang).count()
    actions.chase(case, note="催", by=None, at=NOW + HOUR)
    case = actions.handle(case, note="已修", evidence="照片", by=people.wanggong, at=march(2, 14))
    ring(march(4))
    assert told_at(case, "reply", "over") == {"limin", "wanggong", "zhoujun"}
    assert Notification.objects.filter(complaint=case, user=people.chenfang).count() == before
    assert not case.events.filter(kind="unreached").exists()


def test_a_bulletin_goes_to_the_circle_only(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), facts={"restricted": True})
    case = circle(case, by=people.zhoujun)
    case = actions.edit(case, {"lawsuit_started": True}, version=case.version, by=people.limin, at=NOW + HOUR)
    readers = set(case.bulletins.get().copies.values_list("user__username", flat=True))
    assert readers == {"zhoujun", "wuzong"}


def test_a_letter_to_somebody_who_has_left_the_circle_goes_to_the_next_role_up(case, office_of_jinxiu):
    people = office_of_jinxiu
    actions.chase(case, note="催", by=None, at=NOW)
    circle(case, by=people.zhoujun, at=NOW)
    send_due(NOW + HOUR)
    passed = Notification.objects.filter(complaint=case, kind="chased", user=people.zhoujun)
    assert passed.exists()


def test_the_digest_counts_it_for_the_circle_only(case, other, office_of_jinxiu):
    digest(march(9, 9))
    said = {line.user.username: line.params["count"] for line in Notification.objects.filter(kind="digest")}
    assert "other" not in said
    assert {"limin", "wanggong", "chenfang", "zhoujun"} <= set(said)


def test_restricted_later_it_closes_and_taken_back_it_opens(case_in, office_of_jinxiu, laozhao):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9))
    case = actions.edit(case, {"restricted": True}, version=case.version, by=people.limin, at=NOW)
    assert (named(case), sees(laozhao, case)) == ({"chenfang"}, False)
    case = actions.edit(
        case, {"restricted": False}, version=case.version, note="误选", by=people.chenfang, at=NOW + HOUR
    )
    assert (named(case), sees(laozhao, case)) == (set(), True)


def test_a_marked_case_is_not_opened_by_an_untick(case, office_of_jinxiu):
    people = office_of_jinxiu
    for which in ("rising", "byways"):
        actions.note_sign(case, sign=which, note="事实", on=NOW.date(), by=people.limin, at=NOW)
    case = actions.decide_abnormal(
        case, abnormal=True, note="属实", circle=[people.chenfang], by=people.zhoujun, at=NOW + HOUR
    )
    with pytest.raises(Refused) as refusal:
        actions.edit(
            case, {"restricted": False}, version=case.version, note="误选", by=people.chenfang,
            at=NOW + 2 * HOUR,
        )  # fmt: skip
    assert refusal.value.field == "restricted"


def test_outside_the_circle_there_is_no_such_case_at_any_door(case, other, client, office_of_jinxiu):
    client.force_login(other)
    for address in (f"/cases/{case.number}/", f"/cases/{case.number}/edit/", f"/api/v1/cases/{case.number}/"):
        assert client.get(address).status_code == 404
    for address in ("/cases/?view=all", f"/search/?q={case.number}", "/inbox/", "/"):
        assert f"/cases/{case.number}/" not in client.get(address).content.decode()


def test_a_repair_note_that_became_a_restricted_case_is_the_circles(
    walk_in, limin, chenfang, laozhao, jinxiu, client
):
    note = actions.take_note(by=laozhao, at=march(2, 8), estate=jinxiu, kind="repair", words="车库灯坏")
    walk_in(march(2, 9), from_note=note, facts={"restricted": True})
    assert ContactNote.objects.get().complaint
    assert list(notes_for(permissions_of(laozhao, NOW))) == []
    assert list(notes_for(permissions_of(limin, NOW))) == [note]


def test_one_stands_in_a_circle_once(case, chenfang):
    with pytest.raises(IntegrityError), transaction.atomic():
        CircleMember.objects.create(complaint=case, user=chenfang, since=BEFORE)


def test_who_read_a_restricted_case_by_role_before_is_named_by_the_update(
    case, other, auditor, stranger, office_of_jinxiu
):
    CircleMember.objects.all().delete()
    step = import_module("complaints.migrations.0026_what_stands_of_media_and_circles")
    step.name_readers(apps, None)
    assert named(case) == {"chenfang", "other", "auditor"}


def test_what_was_set_aside_of_a_case_of_the_media_stays_so_after_the_update(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lowered, high = walk_in(march(2, 9), channel="media"), walk_in(march(2, 9), channel="media")
    actions.set_grade(lowered, grade="general", note="例行采访", by=people.chenfang, at=NOW)
    # As the rule before had written them.
    Complaint.objects.filter(pk=lowered.pk).update(grade_overruled={"media_threatened": 1})
    Complaint.objects.filter(pk=high.pk).update(grade_reasons={"media_threatened": [1, None]})
    step = import_module("complaints.migrations.0026_what_stands_of_media_and_circles")
    step.bring_along(apps, None)
    for case in (lowered, high):
        case.refresh_from_db()
        actions.edit(case, {"headcount": 2}, version=case.version, by=people.limin, at=NOW + HOUR)
        case.refresh_from_db()
    assert (lowered.grade, high.grade, high.grade_reasons) == ("general", "hot", {"media_asked": [1, None]})
    assert not high.events.filter(kind="grade_reason").exists()
