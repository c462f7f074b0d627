"""Surveys: planned, set going, reminded of, closed by themselves, answered to owners; who may do what."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings as live

from complaints import surveys as rules
from complaints.actions import surveys as acts
from complaints.actions import surveys_due
from complaints.actions.survey_rows import drawn
from complaints.channels.customers import link_token
from complaints.channels.outcomes import NotNeeded
from complaints.channels.surveys import to_home
from complaints.models import (
    Complainant,
    Notification,
    OutboxMessage,
    Survey,
    SurveyAnswer,
    SurveyEntry,
    SurveyInvitation,
)
from complaints.surveys import ACTS, State
from config.framework.refusals import Refused
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march, person
from tests.surveys import SMS, closed, homes, planned, running, said_by


@pytest.fixture
def units(jinxiu):
    return homes(jinxiu, "1", 6, phones=True)


@pytest.fixture
def gateway(settings):
    settings.SMS = SMS


# Rules ----------------------------------------------------------------------------------------------------

WHOSE = {
    "edit": {"draft"}, "start": {"draft"}, "enter": {"running"}, "remind": {"running"}, "close": {"running"},
    "publish": {"closed", "published"}, "drop": {"draft", "planned"},
}  # fmt: skip


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("state", State.values)
def test_an_act_is_possible_in_its_states_and_for_its_people(verb, state):
    desk = {Role.FRONT_DESK, Role.DUTY_DESK, Role.STEWARD, Role.SUPERVISOR}
    managers = {Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER}
    may = {
        role
        for role in Role
        if state in WHOSE[verb] and role in (managers | (desk if verb == "enter" else set()))
    }
    assert {role for role in Role if rules.refusal(verb, state, {role}) is None} == may


def test_a_plan_is_for_whoever_manages_every_estate(jinxiu, cuihu, chenfang, zhoujun, wuzong, units):
    for who, places in ((chenfang, [jinxiu]), (zhoujun, [jinxiu, cuihu])):
        with pytest.raises(Refused) as refused:
            planned(places, who)
        assert refused.value.field == "estates"
    assert planned([jinxiu, cuihu], wuzong).state == State.DRAFT
    assert planned([jinxiu], zhoujun).items.count() == 3


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ends_on": date(2026, 3, 1)}, "ends_on"),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 2, 20)}, "ends_on"),
        ({"ends_on": date(2026, 8, 1)}, "ends_on"),
        ({"remind_on": date(2026, 3, 2)}, "remind_on"),
        ({"remind_on": date(2026, 3, 11)}, "remind_on"),
        ({"items": ()}, "items"),
        ({"items": (("设备", ""), ("设备", ""))}, "items"),
        ({"items": tuple((f"第{n}项", "") for n in range(21))}, "items"),
        ({"sample": "random"}, "sample_size"),
        ({"sample": "buildings"}, "buildings"),
    ],
)
def test_a_plan_that_cannot_be_says_where(jinxiu, zhoujun, said, field):
    with pytest.raises(Refused) as refused:
        planned([jinxiu], zhoujun, **said)
    assert refused.value.field == field


def test_a_survey_asks_somewhere(zhoujun):
    with pytest.raises(Refused) as refused:
        planned([], zhoujun)
    assert refused.value.field == "estates"


def test_a_building_of_another_estate_is_refused(jinxiu, cuihu, zhoujun):
    [other, *_rest] = homes(cuihu, "9", 1)
    with pytest.raises(Refused) as refused:
        planned([jinxiu], zhoujun, sample="buildings", buildings=[other.building])
    assert refused.value.field == "buildings"


def test_two_who_change_a_plan_do_not_overwrite_each_other(jinxiu, zhoujun, wuzong):
    row = planned([jinxiu], zhoujun)
    said = acts.Plan("新题目", [jinxiu], date(2026, 3, 3), date(2026, 3, 9), (("清洁", "Cleaning"),))
    acts.edit(row, plan=said, version=1, by=wuzong, at=march(2))
    with pytest.raises(Refused):
        acts.edit(row, plan=said, version=1, by=zhoujun, at=march(2))
    row.refresh_from_db()
    assert (row.title, [one.zh for one in row.items.all()], row.version) == ("新题目", ["清洁"], 2)


# Who is asked ---------------------------------------------------------------------------------------------


def test_everybody_who_lives_there_is_asked_once(jinxiu, zhoujun, units, home):
    row = running([jinxiu], zhoujun)
    assert set(row.invitations.values_list("unit", flat=True)) == {one.pk for one in units}  # 302 is empty
    assert row.state == State.RUNNING
    keys = list(row.invitations.values_list("key", "token_sha256"))
    assert len({key for key, _digest in keys}) == 6
    assert not any(link_token(key) in digest for key, digest in keys)


def test_a_draw_is_the_same_again_and_another_number_draws_others(jinxiu, zhoujun):
    some = [one.pk for one in homes(jinxiu, "3", 40)]
    row = Survey(sample="random", sample_size=8, seed=7)
    first = drawn(row, some)
    assert (len(first), drawn(row, list(reversed(some)))) == (8, first)
    assert drawn(Survey(sample="random", sample_size=8, seed=8), some) != first
    assert running([jinxiu], zhoujun, sample="random", sample_size=8).invitations.count() == 8


def test_only_chosen_buildings_are_asked(jinxiu, zhoujun, units):
    others = homes(jinxiu, "2", 5)
    row = running([jinxiu], zhoujun, sample="buildings", buildings=[others[0].building])
    assert set(row.invitations.values_list("unit", flat=True)) == {one.pk for one in others}


def test_fewer_than_five_homes_are_not_asked(jinxiu, zhoujun):
    homes(jinxiu, "1", 4)
    with pytest.raises(Refused):
        running([jinxiu], zhoujun)
    assert SurveyInvitation.objects.count() == 0


# Messages -------------------------------------------------------------------------------------------------


def test_without_a_gateway_nobody_is_written_to(jinxiu, zhoujun, units):
    assert live.SMS is None
    row = running([jinxiu], zhoujun)
    assert OutboxMessage.objects.filter(kind="survey_asked").count() == 0
    with pytest.raises(Refused):
        acts.remind(row, by=zhoujun, at=march(8))


def test_homes_with_a_mobile_number_get_their_own_link(jinxiu, zhoujun, units, gateway, case_in):
    Complainant.objects.filter(complaint=case_in("acting")).update(phone="13800000000", no_texts=True)
    row = running([jinxiu], zhoujun)
    sent = list(OutboxMessage.objects.filter(kind="survey_asked").order_by("pk"))
    assert len(sent) == 6  # seven homes; the first wants no text messages
    assert all(set(one.params) == {"invitation"} for one in sent)
    texts = [to_home(one) for one in sent]
    assert {one.phone for one in texts} == {*(f"1380000000{n}" for n in range(1, 6)), "13494795057"}
    for message, text in zip(sent, texts, strict=True):
        asked = SurveyInvitation.objects.get(pk=message.params["invitation"])
        assert f"/q/{link_token(asked.key)}" in text.words
    assert row.entries.get(kind="begun").params == {"homes": 7, "sent": 6, "rest": 0}


def test_who_has_answered_is_not_written_to_again(jinxiu, zhoujun, units, gateway):
    row = running([jinxiu], zhoujun)
    said_by(row, units[0], (5, 1))
    first = OutboxMessage.objects.filter(kind="survey_asked").order_by("pk")[0]
    with pytest.raises(NotNeeded):
        to_home(first)
    with pytest.raises(Refused):
        acts.remind(row, by=zhoujun, at=march(4))  # two days after they were written to
    acts.remind(row, by=zhoujun, at=march(5))
    assert OutboxMessage.objects.filter(kind="survey_reminded").count() == 5
    with pytest.raises(Refused):
        acts.remind(row, by=zhoujun, at=march(6))


# By itself ------------------------------------------------------------------------------------------------


def done(at) -> int:
    steps = 0
    while surveys_due.work(at):
        steps += 1
    return steps


@pytest.mark.django_db(transaction=True)
def test_it_begins_reminds_once_and_closes_by_itself(jinxiu, zhoujun, gateway):
    units = homes(jinxiu, "1", 6, phones=True)
    row = running(
        [jinxiu], zhoujun, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 10), remind_on=date(2026, 3, 7)
    )
    assert (row.state, OutboxMessage.objects.count()) == (State.PLANNED, 0)
    assert done(march(3)) == 0
    assert done(march(4, 0, 1)) == 1
    assert OutboxMessage.objects.filter(kind="survey_asked").count() == 6
    said_by(row, units[0], (5, 1), at=march(5))
    assert done(march(6)) == 0
    assert done(march(7)) == 1
    assert OutboxMessage.objects.filter(kind="survey_reminded").count() == 5
    assert done(march(10, 23, 59)) == 0
    assert done(march(13, 23, 59)) == 0  # three working days for what came on paper
    assert done(march(14, 0, 1)) == 1
    row.refresh_from_db()
    assert row.state == State.CLOSED
    assert Notification.objects.filter(kind="survey_closed", user=zhoujun).count() == 1
    kinds = list(SurveyEntry.objects.filter(survey=row).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["planned", "set_going", "begun", "reminded", "closed"]


def test_closing_early_needs_a_reason(jinxiu, zhoujun, units):
    row = running([jinxiu], zhoujun)
    with pytest.raises(Refused):
        acts.close(row, note=" ", by=zhoujun, at=march(4))
    assert acts.close(row, note="提前结束", by=zhoujun, at=march(4)).state == State.CLOSED


# Answered to owners ---------------------------------------------------------------------------------------


@pytest.fixture
def over(jinxiu, zhoujun, units):
    row = running([jinxiu], zhoujun)
    for unit in units:
        said_by(row, unit, (5, 2))
    return closed(row, zhoujun)


def test_an_answer_names_nobody_and_stands_on_the_portal(over, jinxiu, zhoujun):
    for words in ("", "谢谢1号楼101的李志强先生"):
        with pytest.raises(Refused) as refused:
            acts.publish(over, answer=words, version=over.version, by=zhoujun, at=march(6))
        assert refused.value.field == "answer"
    row = acts.publish(over, answer="电梯六月前更换。", version=over.version, by=zhoujun, at=march(6))
    assert acts.answered_in(jinxiu, march(7)) == [row]
    assert acts.answered_in(None, march(7)) == [row]  # the only estate there is
    with pytest.raises(Refused):
        acts.publish(over, answer="别的", version=over.version, by=zhoujun, at=march(6))
    again = acts.publish(row, answer="电梯五月前更换。", version=row.version, by=zhoujun, at=march(7))
    assert again.answer == "电梯五月前更换。"


def test_nothing_is_answered_where_nothing_can_be_shown(jinxiu, zhoujun, units):
    row = running([jinxiu], zhoujun)
    for unit in units[:4]:
        said_by(row, unit, (5, 2))
    row = closed(row, zhoujun)
    with pytest.raises(Refused):
        acts.publish(row, answer="谢谢大家。", version=row.version, by=zhoujun, at=march(6))


def test_what_was_dropped_opens_nothing(jinxiu, zhoujun, units):
    row = running([jinxiu], zhoujun, starts_on=date(2026, 3, 5))
    row = acts.drop(row, note="改到下月", by=zhoujun, at=march(3))
    with pytest.raises(Refused):
        said_by(row, units[0], (5, 5), at=march(6))
    assert SurveyAnswer.objects.count() == 0


# Who sees them --------------------------------------------------------------------------------------------


def test_they_are_seen_in_their_estates_and_by_no_contractor(
    jinxiu, cuihu, zhoujun, limin, stranger, wuzong, admin
):
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    worker = person("xunda", "马俊峰", Role.HANDLER, department=firm)
    row = planned([jinxiu], zhoujun)

    def sees(who) -> bool:
        return Survey.objects.visible_to(permissions_of(who, march(2))).filter(pk=row.pk).exists()

    assert [sees(who) for who in (zhoujun, limin, wuzong)] == [True] * 3
    assert [sees(who) for who in (stranger, admin, worker)] == [False] * 3
