"""Follow-ups at their edges: how late at the latest, in which order, and what they go on in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import actions
from complaints.models import Complaint, Notification
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR, march
from tests.looking import told

pytestmark = pytest.mark.django_db
RAISED, NOON = march(2, 10), march(3, 12)


@pytest.fixture
def raised(case_in, office_of_jinxiu):
    """A closed case with opinions."""

    def close(*words: str, at=RAISED) -> Complaint:
        case, opinions = case_in("replied", severity="minor"), tuple(map(actions.Opinion, words))
        answers = actions.Answers(satisfaction=4, opinions=opinions)
        return actions.revisit(case, answers=answers, method="phone", by=office_of_jinxiu.chenfang, at=at)

    return close


def refused_for(act, *args, **said) -> str | None:
    with pytest.raises(Refused) as refusal:
        act(*args, **said)
    return refusal.value.field


def test_an_agreed_time_lies_a_year_away_at_most(raised, office_of_jinxiu):
    case, said = raised(), {"note": "换门", "by": office_of_jinxiu.limin, "at": NOON}
    late, soon = NOON + 366 * DAY + timedelta(seconds=1), NOON + timedelta(seconds=1)
    assert refused_for(actions.add_follow_up, case, agreed_at=late, **said) == "agreed_at"
    for agreed in (NOON + 366 * DAY, soon):
        actions.add_follow_up(case, agreed_at=agreed, **said)
    assert set(case.follow_ups.values_list("due_at", flat=True)) == {NOON + 366 * DAY, soon}


def test_the_head_is_told_how_many_there_are_and_when_the_first_is_due(raised):
    case = raised("灯坏了", " ", "门坏了")
    line = Notification.objects.get(kind="follow_ups_raised", complaint=case)
    assert (line.params["count"], case.follow_ups.count()) == (2, 2)
    assert line.params["due_at"] == case.follow_ups.first().due_at.isoformat()


def test_it_is_done_after_it_was_raised_and_told_after_it_was_done(raised, office_of_jinxiu):
    people, case = office_of_jinxiu, raised("灯坏了")
    row, done = case.follow_ups.get(), {"note": "换了灯泡", "by": people.wanggong, "at": NOON}
    early = RAISED - timedelta(seconds=1)
    assert refused_for(actions.do_follow_up, case, follow_up=row, done_at=early, **done) == "done_at"
    actions.do_follow_up(case, follow_up=row, done_at=RAISED + HOUR, **done)
    told_him = {"follow_up": row, "note": "灯泡已换", "by": people.limin, "at": NOON}
    before = RAISED + HOUR - timedelta(seconds=1)
    assert refused_for(actions.tell_follow_up, case, method="phone", done_at=before, **told_him) == "done_at"
    assert refused_for(actions.tell_follow_up, case, method="pigeon", **told_him) == "method"
    actions.tell_follow_up(case, method="phone", done_at=RAISED + HOUR, **told_him)
    row.refresh_from_db()
    assert (row.done_at, row.told_at) == (RAISED + HOUR, RAISED + HOUR)
    seen = case.events.filter(kind__startswith="follow_up", owner_sees=True).order_by("pk")
    assert list(seen.values_list("kind", flat=True)) == [
        "follow_up_raised", "follow_up_done", "follow_up_told",
    ]  # fmt: skip


def test_what_was_signed_before_the_customer_was_told_is_not_asked_for_again(raised, office_of_jinxiu):
    people, case = office_of_jinxiu, raised("灯坏了")
    row = case.follow_ups.get()
    actions.do_follow_up(case, follow_up=row, note="换了灯泡", by=people.wanggong, at=NOON)
    actions.sign_follow_up(case, follow_up=row, by=people.sungong, at=NOON)
    actions.tell_follow_up(
        case, follow_up=row, note="灯泡已换", method="phone", by=people.limin, at=NOON + HOUR
    )
    assert told("follow_up_told", case) == set()
    assert not case.events.filter(kind="follow_up_signed", owner_sees=True).exists()


def test_it_goes_on_in_another_one_of_the_case_that_is_still_pursued(raised, office_of_jinxiu):
    people, case, other = office_of_jinxiu, raised("灯坏了", "门坏了", "墙脏了"), raised("别的")
    lamp, door, wall = case.follow_ups.order_by("pk")
    said = {"note": "同一件事", "by": people.limin, "at": NOON}
    actions.drop_follow_up(case, follow_up=wall, **said)
    for into in (lamp, other.follow_ups.get(), wall):
        assert refused_for(actions.drop_follow_up, case, follow_up=lamp, into=into, **said) == "into"
    actions.do_follow_up(case, follow_up=door, note="已修", by=people.wanggong, at=NOON)
    actions.drop_follow_up(case, follow_up=lamp, into=door, **said)
    lamp.refresh_from_db()
    assert (lamp.merged_into, lamp.ended_at) == (door, NOON)
    stranger = other.follow_ups.get()
    assert refused_for(actions.drop_follow_up, case, follow_up=stranger, **said) == "follow_up"
    kinds = case.events.filter(kind__in=["follow_up_merged", "follow_up_withdrawn"], owner_sees=True)
    assert kinds.count() == 2


def test_what_he_rated_before_the_last_revisit_is_not_taken_up_again(case_in, office_of_jinxiu):
    case, rating = case_in("replied"), (actions.Opinion("楼道灯也坏了"),)
    actions.rate(case, answers=actions.Answers(satisfaction=4, opinions=rating), at=RAISED)
    bad = actions.Answers(satisfaction=1)
    case = actions.revisit(case, answers=bad, method="phone", by=office_of_jinxiu.chenfang, at=RAISED + HOUR)
    assert list(case.follow_ups.values_list("words", "source")) == [("楼道灯也坏了", "rating")]
    assert actions.rated_opinions(case) == []
