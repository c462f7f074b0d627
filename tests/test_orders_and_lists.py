"""At their edges: what offices decide about their orders, lists of signatories, who speaks, who is let in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import actions
from complaints.actions import orders, signatories
from complaints.models import Attachment, Clock, Complaint
from complaints.signatory_list import LONGEST, Signer
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, march
from tests.cast import person as somebody
from tests.looking import clock_of, running, told
from tests.orders import DUE, ORDER, RECEIVED, edited

pytestmark = pytest.mark.django_db
NOON, SECOND = march(6, 12), timedelta(seconds=1)


def refused_for(act, *args, **said) -> str | None:
    with pytest.raises(Refused) as refusal:
        act(*args, **said)
    return refusal.value.field


# Orders ------------------------------------------------------------------------------------------------


@pytest.fixture
def order(walk_in) -> Complaint:
    return walk_in(RECEIVED, channel="hotline", facts=ORDER)


def test_what_they_decided_names_a_time_after_it_and_after_the_one_before(order, office_of_jinxiu):
    said = {"note": "3号通知", "by": office_of_jinxiu.limin, "at": NOON}
    for decision, until, field in (
        ("perhaps", march(12), "decision"),
        ("extended", None, "new_due_at"),
        ("returned", None, "new_due_at"),
        ("returned", NOON, "new_due_at"),
        ("extended", DUE, "new_due_at"),
    ):
        words = said | {"decision": decision, "new_due_at": until}
        assert refused_for(actions.move_external, order, **words) == field, decision
    case = actions.move_external(order, decision="returned", new_due_at=NOON + SECOND, **said)
    assert running(case)["external"] == case.external_due_at == NOON + SECOND
    assert case.events.get(kind="external_moved").params["old_due_at"]
    assert told("external_moved", case) == set()  # who did it follows the case alone


def test_an_order_that_is_answered_is_neither_extended_nor_moved_by_an_edit(order, office_of_jinxiu):
    people = office_of_jinxiu
    actions.answer_external(order, note="已处理", by=people.limin, at=NOON)
    said = {"note": "通知", "by": people.limin, "at": NOON, "new_due_at": march(12)}
    assert refused_for(actions.move_external, order, decision="extended", **said) == "decision"
    order.refresh_from_db()
    assert refused_for(edited, order, people, NOON, external_due_at=march(9)) == "external_due_at"


def test_an_edit_of_their_time_lies_after_the_receipt_and_an_order_that_is_none_waits_for_nothing(
    order, office_of_jinxiu
):
    people = office_of_jinxiu
    assert refused_for(edited, order, people, NOON, external_due_at=RECEIVED) == "external_due_at"
    case = edited(order, people, NOON, external_due_at=march(9), place="东门")
    clock = clock_of(case, "external")
    assert (clock.due_at, clock.first_due_at, clock.revision) == (march(9), march(9), 2)
    case = edited(case, people, NOON, channel="phone")
    assert "external" not in running(case)
    case = edited(case, people, NOON + HOUR, channel="hotline")
    assert Clock.objects.filter(complaint=case, kind="external").count() == 1  # not begun a second time


def test_a_finding_is_dated_today_at_the_latest(walk_in, office_of_jinxiu):
    case, said = walk_in(RECEIVED, channel="regulator"), {"note": "不合格", "by": office_of_jinxiu.zhoujun}
    later = NOON + SECOND
    assert refused_for(actions.record_finding, case, found_at=later, at=NOON, **said) == "found_at"
    assert "objection" in running(actions.record_finding(case, found_at=NOON, at=NOON, **said))


def test_that_the_media_asked_is_marked_once_they_have(case_in, office_of_jinxiu):
    case = case_in("closed", at=march(2, 9))
    assert not case.media_asked
    case = actions.note_media(case, note="晚报来电", by=office_of_jinxiu.limin, at=NOON)
    assert case.media_asked and told("media_marked", case) == {"zhoujun"}


def test_three_cases_of_an_order_are_named_the_newest_first_without_wrong_entries_and_itself(
    walk_in, office_of_jinxiu
):
    people, facts = office_of_jinxiu, {"external_number": "GD-1"}
    cases = [walk_in(march(5, 9 + n), channel="hotline", facts=facts, new_matter=True) for n in range(5)]
    walk_in(march(5, 15), facts=facts)  # no office's
    actions.void(cases[3], note="重复", by=people.chenfang, at=NOON)
    with pytest.raises(orders.KnownOrder) as known:
        walk_in(NOON, channel="hotline", facts=facts)
    assert known.value.cases == [cases[4], cases[2], cases[1]]
    assert known.value.field == "external_number" and cases[4].number in str(known.value)
    held = permissions_of(people.limin, NOON)
    assert list(orders.cases_of(" gd-1 ", held, but=cases[4].pk)) == [cases[2], cases[1], cases[0]]
    assert list(orders.cases_of(" ", held)) == []
    orders.check_order(cases[4], held, new_matter=True)
    orders.check_order(Complaint(channel="phone", external_number="GD-1"), held, new_matter=False)
    orders.check_order(Complaint(channel="hotline", external_number=""), held, new_matter=False)
    state = orders.state_of(Complaint.objects.get(pk=cases[3].pk)), orders.state_of(cases[0])
    assert state == (str(cases[3].get_outcome_display() or "作废"), str(cases[0].get_status_display()))


# Lists -------------------------------------------------------------------------------------------------


def photo(by: User) -> Attachment:
    return Attachment.objects.create(
        file=f"list{Attachment.objects.count()}", name="名单.jpg", content_type="image/jpeg", size=1,
        sha256="0", uploaded_at=RECEIVED, uploaded_by=by,
    )  # fmt: skip


def test_a_list_has_so_many_lines_and_a_photo_may_stand_for_them(walk_in, office_of_jinxiu, monkeypatch):
    monkeypatch.setattr(signatories, "MOST_LINES", 3)
    limin, case = office_of_jinxiu.limin, walk_in(RECEIVED)
    people, said = [Signer(f"业主{n}", f"{n}", "", "") for n in range(4)], {"by": limin, "at": NOON}
    assert refused_for(actions.add_signatories, case, signers=people, **said) == "lines"
    assert refused_for(actions.add_signatories, case, signers=[], **said) == "lines"
    case = actions.add_signatories(case, signers=people[:1], **said)
    assert (case.signed, case.is_collective) == (1, False)  # one alone is none
    case = actions.add_signatories(case, signers=people[1:3], **said)
    assert (case.signed, case.is_collective) == (3, True)
    assert refused_for(actions.add_signatories, case, signers=people[3:], **said) == "lines"
    case = actions.add_signatories(case, signers=people[:3], files=(photo(limin),), **said)
    case = actions.add_signatories(case, signers=[], files=(photo(limin), photo(limin)), **said)
    assert set(case.attachments.values_list("is_list", flat=True)) == {True}
    entries = case.events.filter(kind="list_attached").order_by("pk").values_list("params__count", flat=True)
    assert (list(entries), case.events.filter(kind="signatories_added").count()) == ([1, 2], 2)


def test_a_row_of_the_list_is_read_as_everywhere_and_stands_there_once(walk_in, office_of_jinxiu):
    limin, case = office_of_jinxiu.limin, walk_in(RECEIVED)
    said = {"by": limin, "at": NOON}
    for column, longest in LONGEST.items():
        if column != "phone":
            row = {"name": "业主", "room": "", "phone": "", "note": ""} | {column: "长" * (longest + 1)}
            assert refused_for(actions.add_signatories, case, signers=[Signer(**row)], **said) == column
            row[column] = "长" * longest
            actions.add_signatories(case, signers=[Signer(**row)], **said)
    assert refused_for(actions.add_signatories, case, signers=[Signer(" ", "3", "", "")], **said) == "name"
    first, second, *_rest = case.signatories.order_by("pk")
    same = {"name": first.name, "room": first.room, "phone": first.phone, "signer_note": first.note}
    assert refused_for(actions.edit_signatory, case, signatory=first, **same, **said) is None
    assert refused_for(actions.edit_signatory, case, signatory=second, **same, **said) == "name"
    other = walk_in(RECEIVED)
    assert refused_for(actions.edit_signatory, other, signatory=first, name="甲", **said) == "signatory"
    version = Complaint.objects.get(pk=case.pk).version
    assert actions.edit_signatory(case, signatory=first, name="甲", **said).version == version + 1


# Who speaks, who is let in -----------------------------------------------------------------------------


def test_who_speaks_and_who_spoke_hear_of_it_and_it_is_named_once(case_in, office_of_jinxiu):
    people, said = office_of_jinxiu, {"by": office_of_jinxiu.zhoujun, "at": NOON}
    case = case_in("acting", facts={"headcount": 4, "is_collective": True})
    with pytest.raises(Refused, match="未指定"):
        actions.name_speaker(case, person=None, **said)
    case = actions.name_speaker(case, person=people.chenfang, **said)
    with pytest.raises(Refused, match="陈芳"):
        actions.name_speaker(case, person=people.chenfang, note="再次", **said)
    assert told("speaker_named", case) == {"chenfang", "limin", "wanggong"}
    assert refused_for(actions.name_speaker, case, person=people.chenfang, note="再次", **said) == "person"
    case = actions.name_speaker(case, person=people.sungong, note="换人", **said)
    assert told("speaker_named", case) == {"chenfang", "limin", "wanggong", "sungong"}
    case = actions.name_speaker(case, person=None, note="平息", **said)
    assert told("speaker_ended", case) == {"sungong", "limin", "wanggong"}
    kinds = case.events.filter(kind__startswith="speaker").order_by("pk")
    assert list(kinds.values_list("kind", "owner_sees")) == [
        ("speaker_named", True), ("speaker_changed", True), ("speaker_ended", False),
    ]  # fmt: skip


def test_the_circle_is_changed_by_another_one_for_people_at_work(case_in, office_of_jinxiu, jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 9), facts={"restricted": True})
    said = {"note": "需要", "by": people.zhoujun, "at": NOON}
    gone = somebody("gone", "离职", Role.FRONT_DESK, estate=jinxiu)
    office.close_login(gone, by=admin, at=march(5))
    gone.refresh_from_db()
    for circle in ([people.chenfang], [people.chenfang, gone], [people.chenfang, people.zhoujun], [admin]):
        assert refused_for(actions.set_circle, case, circle=circle, **said) == "circle"
    case = actions.set_circle(case, circle=[people.chenfang, people.limin], **said)
    assert told("circle_named", case) == {"limin"}
    case = actions.set_circle(case, circle=[people.limin], **said)
    assert case.circle.get(user=people.chenfang).ended_by == people.zhoujun
    assert told("circle_named", case) == {"limin"}


def test_who_speaks_for_us_stays_in_the_circle(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    facts = {"restricted": True, "headcount": 4, "is_collective": True}
    case = case_in("acting", at=march(2, 9), facts=facts)
    said = {"by": people.zhoujun, "at": NOON}
    case = actions.name_speaker(case, person=people.chenfang, **said)
    assert refused_for(actions.set_circle, case, circle=[people.limin], note="需要", **said) == "circle"
    with pytest.raises(WrongPerson):
        actions.set_circle(case, circle=[], note="需要", by=people.chenfang, at=NOON)
