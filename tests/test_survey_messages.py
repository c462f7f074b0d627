"""When homes are written to about a survey, how often, and what the beat leaves to people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.actions import surveys as acts
from complaints.actions import surveys_due
from complaints.actions.survey_rows import drawn
from complaints.channels.outcomes import NotNeeded
from complaints.channels.surveys import to_home
from complaints.models import Notification, OutboxMessage, Survey, SurveyInvitation
from complaints.survey_hours import CLOSES, OPENS, moments
from complaints.surveys import State
from config.framework.refusals import Refused
from owners.models import Occupancy
from tests.cast import march
from tests.surveys import SMS, closed, homes, planned, running, said_by

SHANGHAI = "Asia/Shanghai"
LATER = {"starts_on": date(2026, 3, 4), "ends_on": date(2026, 3, 20)}


@pytest.fixture
def gateway(settings):
    settings.SMS = SMS


def done(at: datetime) -> int:
    steps = 0
    while surveys_due.work(at):
        steps += 1
    return steps


def times(kind: str = "survey_asked") -> list[datetime]:
    rows = OutboxMessage.objects.filter(kind=kind).order_by("not_before")
    return [one.astimezone(ZoneInfo(SHANGHAI)) for one in rows.values_list("not_before", flat=True)]


def test_twenty_thousand_are_written_to_by_day_and_one_after_the_other():
    found = moments(march(4, 0, 0).replace(second=30), SHANGHAI)
    some = [next(found).astimezone(ZoneInfo(SHANGHAI)) for _each in range(20_000)]
    assert some[0].isoformat() == "2026-03-04T09:00:00+08:00"
    assert all(OPENS <= one.time() < CLOSES for one in some)
    assert min(two - one for one, two in zip(some, some[1:], strict=False)) == timedelta(seconds=2)
    assert (some[-1].day, some[-1].hour) == (5, 9)
    assert next(moments(march(4, 15), SHANGHAI)) == march(4, 15)
    assert next(moments(march(4, 21), SHANGHAI)) == march(5, 9)


@pytest.mark.django_db(transaction=True)
def test_what_begins_at_midnight_is_written_in_the_morning(jinxiu, zhoujun, gateway):
    homes(jinxiu, "1", 6, phones=True)
    running([jinxiu], zhoujun, **LATER, remind_on=date(2026, 3, 9))
    assert done(march(4, 0, 0) + timedelta(seconds=30)) == 1
    assert [f"{one:%d %H:%M:%S}" for one in times()[:3]] == ["04 09:00:00", "04 09:00:02", "04 09:00:04"]
    assert done(march(9, 0, 1)) == 1
    assert f"{times('survey_reminded')[0]:%d %H:%M:%S}" == "09 09:00:00"


def test_what_is_set_going_at_night_is_written_in_the_morning(jinxiu, zhoujun, gateway):
    homes(jinxiu, "1", 6, phones=True)
    row = running([jinxiu], zhoujun, march(2, 22), ends_on=date(2026, 3, 20))
    assert f"{times()[0]:%d %H:%M}" == "03 09:00"
    acts.remind(row, by=zhoujun, at=march(6, 23))
    assert f"{times('survey_reminded')[0]:%d %H:%M}" == "07 09:00"


def test_whoever_has_many_shops_gets_one_text(jinxiu, zhoujun, gateway):
    units = homes(jinxiu, "1", 7, phones=True)
    one = Occupancy.objects.get(unit=units[0]).owner
    Occupancy.objects.filter(unit__in=units[:6]).update(owner=one)
    row = running([jinxiu], zhoujun)
    assert len(times()) == 2
    assert row.entries.get(kind="begun_rest").params == {"homes": 7, "sent": 2, "rest": 5}
    assert SurveyInvitation.objects.filter(survey=row, sent_on=None).count() == 5


def test_no_text_goes_once_links_have_ended(jinxiu, zhoujun, gateway):
    homes(jinxiu, "1", 6, phones=True)
    running([jinxiu], zhoujun, ends_on=date(2026, 3, 2))
    message = OutboxMessage.objects.filter(kind="survey_asked")[0]
    message.not_before = march(3)
    with pytest.raises(NotNeeded):
        to_home(message)


@pytest.mark.django_db(transaction=True)
def test_a_reminder_soon_after_the_last_message_is_left_out(jinxiu, zhoujun, gateway):
    homes(jinxiu, "1", 6, phones=True)
    row = planned([jinxiu], zhoujun, ends_on=date(2026, 3, 20), remind_on=date(2026, 3, 4))
    acts.start(row, by=zhoujun, at=march(5))
    assert done(march(5, 12, 1)) == 1
    assert times("survey_reminded") == []
    assert row.entries.get(kind="reminder_left_out").params == {"day": "2026-03-05"}
    assert done(march(12)) == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_gateway_managers_are_told_to_hand_sheets_out(jinxiu, zhoujun):
    homes(jinxiu, "1", 6)
    row = running([jinxiu], zhoujun, remind_on=date(2026, 3, 7))
    assert done(march(7)) == 1
    assert Notification.objects.filter(kind="survey_remind_on_paper", user=zhoujun).count() == 1
    assert not row.entries.filter(kind="reminded").exists()


@pytest.mark.django_db(transaction=True)
def test_managers_are_reminded_once_of_the_answer_to_owners(jinxiu, zhoujun, wuzong):
    units = homes(jinxiu, "1", 6)
    row = running([jinxiu], wuzong)
    for unit in units:
        said_by(row, unit, (5, 2))
    closed(row, wuzong)
    few = running([jinxiu], wuzong, title="没人答")
    closed(few, wuzong)
    assert done(march(12) - timedelta(minutes=1)) == 0
    assert done(march(12, 23)) == 2
    told = Notification.objects.filter(kind="survey_unanswered", user=zhoujun)
    assert [one.params["survey"] for one in told] == [row.pk]  # of the other nothing can be shown
    assert done(march(13)) == 0


@pytest.mark.django_db(transaction=True)
def test_an_estate_that_is_ours_no_longer_is_not_written_to(jinxiu, cuihu, wuzong, gateway):
    homes(jinxiu, "1", 6, phones=True)
    others = homes(cuihu, "7", 6)
    both = running([jinxiu, cuihu], wuzong, **LATER)
    alone = running([jinxiu], wuzong, **LATER)
    type(jinxiu).objects.filter(pk=jinxiu.pk).update(ended_at=march(3), ended_how="handed_back")
    assert done(march(4)) == 2
    for row in (both, alone):
        row.refresh_from_db()
    assert (both.state, alone.state) == (State.RUNNING, State.DROPPED)
    assert times() == []
    assert others


def test_the_plan_that_was_read_is_set_going(jinxiu, zhoujun):
    homes(jinxiu, "1", 6)
    row = planned([jinxiu], zhoujun)
    said = acts.Plan("新题目", [jinxiu], date(2026, 3, 3), date(2026, 3, 9), (("清洁", ""),))
    acts.edit(row, plan=said, version=1, by=zhoujun, at=march(2))
    with pytest.raises(Refused):
        acts.start(row, version=1, by=zhoujun, at=march(2))
    assert acts.start(row, version=2, by=zhoujun, at=march(2)).state == State.PLANNED


def test_nobody_chooses_the_draw(jinxiu, zhoujun, monkeypatch):
    units = [one.pk for one in homes(jinxiu, "3", 40)]
    numbers = iter((10, 20))
    monkeypatch.setattr("complaints.actions.surveys.secrets.randbelow", lambda most: next(numbers))
    for number in (11, 21):
        row = running([jinxiu], zhoujun, sample="random", sample_size=8)
        assert row.seed == number
        assert set(row.invitations.values_list("unit", flat=True)) == set(drawn(row, units))
    assert Survey.objects.filter(seed=None).count() == 0
