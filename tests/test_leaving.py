"""Somebody leaves: what he held goes to another, case by case, with one message (domain.md 1)."""

from __future__ import annotations

import pytest
from django.utils import translation

from complaints import actions
from complaints.actions.unit_of_work import UnitOfWork
from complaints.message_texts import words
from complaints.models import Complaint, Notification
from tests.cast import DAY, HOUR, march

pytestmark = pytest.mark.django_db
START, NOW = march(2, 9), march(2, 12)


def test_a_leaver_is_accountable_for_nothing_any_more(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("acting", at=START)
    assert case.accountable == people.sungong
    moved, left = actions.transfer_duties(
        people.sungong, to=people.zhoujun, note="离职", by=people.chenfang, at=NOW
    )
    assert (moved, left) == ([case], [])
    case.refresh_from_db()
    assert case.accountable == people.zhoujun
    assert case.events.latest("pk").kind == "accountable_changed"


def test_a_leavers_duties_go_to_another_in_one_act_and_what_cannot_is_named(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    mine = [case_in("acting", at=START + n * HOUR / 10) for n in range(2)]
    about_him = case_in("recorded", at=START + HOUR, respondents=(people.zhoujun,))
    closed = case_in("closed", at=START - DAY)
    moved, left = actions.transfer_duties(
        people.limin, to=people.zhoujun, note="离职", by=people.chenfang, at=NOW
    )
    assert {case.pk for case in moved} == {case.pk for case in mine}
    assert [case.pk for case, sentence in left if sentence] == [about_him.pk]
    closed.refresh_from_db()
    assert closed.first_receiver == people.limin  # what is over stays as it was
    for case in mine:
        case.refresh_from_db()
        assert case.first_receiver == people.zhoujun


def test_a_leavers_work_goes_over_case_by_case_with_one_message(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    cases = [case_in("acting", at=START + n * HOUR / 10) for n in range(3)]
    actions.transfer_duties(people.wanggong, to=people.sungong, note="离职", by=people.chenfang, at=NOW)
    lines = Notification.objects.filter(user=people.sungong, created_at=NOW)
    assert [(line.kind, line.complaint, line.params["count"]) for line in lines] == [
        ("duties_taken", None, 3)
    ]
    with translation.override("en"):
        told = words(lines[0].kind, lines[0].params, None)
    assert (told.line, told.path) == ("Complaints you have taken over from 王建军: 3.", "/cases/?view=mine")
    for case in cases:
        case.refresh_from_db()
        assert (case.handler, case.status) == (people.sungong, "classified")


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_breaks_off_keeps_what_it_has_moved(case_in, office_of_jinxiu, monkeypatch):
    people = office_of_jinxiu
    first, second = (case_in("recorded", at=START + n * HOUR / 10) for n in range(2))
    keep = UnitOfWork.commit

    def breaks(case: UnitOfWork) -> Complaint:
        if case.row.pk == second.pk:
            raise OSError("cut off")
        return keep(case)

    monkeypatch.setattr(UnitOfWork, "commit", breaks)
    with pytest.raises(OSError, match="cut off"):
        actions.transfer_duties(people.limin, to=people.zhoujun, note="离职", by=people.chenfang, at=NOW)
    for case, receiver in ((first, people.zhoujun), (second, people.limin)):
        case.refresh_from_db()
        assert case.first_receiver == receiver
