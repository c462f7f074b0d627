"""Who is told of what an owner says or a colleague passes on: the desk; of danger whoever is there at all."""

from __future__ import annotations

import pytest

from complaints.actions.arrivals import told_of_new
from staff.models import Estate
from staff.stand_ins import StandIns
from tests.cast import march

pytestmark = pytest.mark.django_db


def told(estate: Estate, *, danger: bool) -> set[str]:
    people = told_of_new(StandIns.load(march(2), [estate]), estate.pk, danger=danger)
    assert len(people) == len(set(people))
    return {one.username for one in people}


def test_the_desk_and_its_supervisor_are_told(office_of_jinxiu, laozhao, jinxiu) -> None:
    assert told(jinxiu, danger=False) == {"limin", "chenfang"}


def test_of_danger_the_night_desk_and_the_manager_too(office_of_jinxiu, laozhao, jinxiu) -> None:
    assert told(jinxiu, danger=True) == {"limin", "laozhao", "chenfang", "zhoujun"}


@pytest.mark.parametrize("danger", [False, True])
def test_where_nobody_is_posted_the_administrators_are(jinxiu, admin, danger) -> None:
    assert told(jinxiu, danger=danger) == {"admin"}
