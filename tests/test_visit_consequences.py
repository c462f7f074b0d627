"""What follows from a visit: danger taken in hand, who revisits, what ends with the case, who is told."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions import site_visits as acts
from complaints.actions.visits_due import remind_due
from complaints.channels.customers import written
from complaints.models import Event, Notification, OutboxMessage, SiteVisit
from complaints.timeline import entries
from staff.models import Absence
from tests.cast import DAY, HOUR, MINUTE, march
from tests.visits_cast import ARRANGED, BEGINS, arranged, walked

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def visit(case, wanggong) -> SiteVisit:
    return arranged(case, wanggong)


def kinds(case) -> list[str]:
    return list(Event.objects.filter(complaint=case).order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_who_arrived_has_taken_the_danger_in_hand(walk_in, chenfang, engineering, wanggong) -> None:
    case = walk_in(march(2), facts={"urgent": True})
    actions.classify(
        case, severity="major", category=case.category, handler=wanggong, department=engineering, by=chenfang,
        at=march(2, 9, 5),
    )  # fmt: skip
    case.refresh_from_db()
    assert case.danger_since
    now = march(2, 9, 10)
    row = arranged(case, wanggong, by=chenfang, at=now, starts_at=now, ends_at=now + HOUR)
    acts.arrive(row, by=wanggong, at=now + 10 * MINUTE)
    case.refresh_from_db()
    assert case.danger_since is None


def test_with_its_case_closed_nobody_goes(case, visit, limin, chenfang) -> None:
    words = {"starts_at": ARRANGED, "ends_at": ARRANGED + HOUR}
    there, looked = (
        walked(arranged(case, limin, **words), to, limin, ARRANGED) for to in ("there", "looked")
    )
    actions.void(case, note="重复录入", by=chenfang, at=ARRANGED + HOUR)
    for row, state in ((visit, "off"), (there, "off"), (looked, "ended")):
        row.refresh_from_db()
        assert (row.state, row.ended_by, row.ended_at, row.remind_at) == (state, None, ARRANGED + HOUR, None)
    assert there.arrived_at and looked.outcome == "met"
    assert told("visit_off") == {"wanggong", "limin"}
    assert sorted(kinds(case)[-3:]) == ["visit_cut_off", "visit_cut_off", "visit_lapsed"]
    assert remind_due(BEGINS + 9 * DAY) == 0


def test_who_is_on_the_spot_may_end_it_on_a_case_that_was_withdrawn(case, limin, wanggong) -> None:
    there = walked(arranged(case, wanggong), "there", wanggong)
    actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=BEGINS + HOUR)
    acts.find(there, outcome="met", found="渗水", by=wanggong, at=BEGINS + HOUR)
    assert acts.leave(there, by=wanggong, at=BEGINS + HOUR).state == "ended"


@pytest.mark.parametrize("how", ["void", "withdraw"])
def test_who_was_told_that_somebody_comes_is_told_that_nobody_does(
    case, visit, limin, wanggong, xiongxia, chenfang, how
) -> None:
    xiongxia.email = "xx@example.com"
    xiongxia.save()
    arranged(case, wanggong, agreed="none")
    arranged(case, wanggong, starts_at=ARRANGED, ends_at=ARRANGED + MINUTE)  # its time is over already
    if how == "void":
        actions.void(case, note="重复录入", by=chenfang, at=ARRANGED + HOUR)
    else:
        actions.withdraw(case, note="不投诉了", confirmed_by="phone", by=limin, at=ARRANGED + HOUR)
    over = SiteVisit.objects.get(number=visit.number + 2)
    assert over.state == ("off" if how == "void" else "planned")
    [seen] = Event.objects.filter(complaint=case, kind="visit_lapsed", owner_sees=True)
    [line] = entries([seen], case, for_owner=True)
    assert "3月4日（周三）14:00–16:00" in line.text and line.text.endswith("已取消。")
    [message] = OutboxMessage.objects.filter(kind="owner_visit_off")
    case.refresh_from_db()
    said = written(message, case).words
    assert "3月4日（周三）14:00–16:00" in said and "已取消" in said  # and none of what we did not keep


def test_who_saw_the_place_does_not_revisit(case_in, wanggong, limin, sungong) -> None:
    case = case_in("acting")
    walked(arranged(case, sungong, by=limin), "looked", sungong)
    assert sungong.pk in actions.involved([case.pk])[case.pk]


def test_who_only_wrote_it_down_may_revisit_and_who_was_there_may_not(
    case, limin, chenfang, wanggong, zhoujun
) -> None:
    row = arranged(case, limin)
    walked(row, "looked", chenfang)  # the supervisor, for who does not sign in
    found = actions.involved([case.pk])[case.pk]
    assert limin.pk in found and chenfang.pk not in found
    Absence.objects.create(user=limin, starts_at=march(4), ends_at=march(6), deputy=zhoujun)
    walked(arranged(case, limin), "looked", zhoujun)  # who stands in for him goes there himself
    assert zhoujun.pk in actions.involved([case.pk])[case.pk]


def test_the_visits_of_who_leaves_go_to_another(case, visit, wanggong, sungong, chenfang) -> None:
    late = arranged(case, wanggong, starts_at=ARRANGED + HOUR, ends_at=ARRANGED + 2 * HOUR)
    there = acts.arrive(
        arranged(case, wanggong, starts_at=ARRANGED, ends_at=ARRANGED + HOUR), by=wanggong, at=ARRANGED
    )
    moved, left = actions.transfer_duties(
        wanggong, to=sungong, note="离职", by=chenfang, at=ARRANGED + 2 * HOUR
    )
    assert case in moved and left == []
    for row, whose in ((visit, sungong), (late, sungong), (there, wanggong)):
        starts_at = row.starts_at
        row.refresh_from_db()
        assert (row.visitor, row.starts_at) == (whose, starts_at)


def test_the_customer_is_written_to_over_the_ways_there_are(case, wanggong, xiongxia, limin) -> None:
    xiongxia.email = "xx@example.com"
    xiongxia.save()
    row = arranged(case, wanggong, agreed="phone")
    acts.move(
        row, note="改期", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR, by=limin,
        at=ARRANGED,
    )  # fmt: skip
    acts.call_off(row, note="不用了", asked_by="customer", by=limin, at=ARRANGED)
    arranged(case, wanggong, agreed="none")
    sent_kinds = OutboxMessage.objects.filter(kind__startswith="owner_visit").order_by("pk")
    assert list(sent_kinds.values_list("channel", "kind")) == [
        ("email", "owner_visit"), ("email", "owner_visit"), ("email", "owner_visit_off"),
    ]  # fmt: skip
    assert "3月5日（周四）14:00–15:00" in written(sent_kinds[1], case).words
