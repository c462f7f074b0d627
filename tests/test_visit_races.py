"""Two people at the same visit at the same moment: one is refused in a sentence, nothing is lost."""

from __future__ import annotations

import pytest

from complaints.actions import site_visits as acts
from complaints.actions.visits_due import remind_due
from complaints.models import Event, Notification, SiteVisit
from config.framework.refusals import Refused
from tests.cast import DAY, HOUR
from tests.racing import failures, race
from tests.visits_cast import ARRANGED, BEGINS, arranged

pytestmark = pytest.mark.django_db(transaction=True)


def test_visits_arranged_at_once_are_numbered_apart(case_in, office_of_jinxiu) -> None:
    case, o = case_in("acting"), office_of_jinxiu
    outcomes = race(*(lambda who=who: arranged(case, who) for who in (o.limin, o.wanggong, o.chenfang)))
    assert not failures(outcomes)
    assert sorted(SiteVisit.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_who_arrives_is_not_called_off_as_well(case_in, office_of_jinxiu) -> None:
    o = office_of_jinxiu
    row = arranged(case_in("acting"), o.wanggong)
    outcomes = race(
        lambda: acts.arrive(row, by=o.wanggong, at=BEGINS),
        lambda: acts.call_off(row, note="不用了", asked_by="customer", by=o.limin, at=BEGINS),
        lambda: acts.move(
            row, note="改期", asked_by="customer", starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR,
            seen=0, by=o.chenfang, at=BEGINS,
        ),
    )  # fmt: skip
    assert not failures(outcomes, Refused)
    row.refresh_from_db()
    kinds = set(Event.objects.filter(kind__in=["visit_arrived", "visit_called_off"]).values_list("kind"))
    assert len(kinds) == 1
    assert row.state in ("there", "off")


def test_two_sweeps_tell_once(case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    for _ in range(3):
        arranged(case, office_of_jinxiu.wanggong, at=ARRANGED)
    outcomes = race(*(lambda: remind_due(BEGINS + HOUR) for _ in range(3)))
    assert not failures(outcomes)
    assert Notification.objects.filter(kind="visit_late").count() == 6
