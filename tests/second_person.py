"""A company whose people have signed in: what tests of the second person 复核 need."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from complaints.actions import colleagues, known_to
from complaints.models import Complaint
from staff.models import Review, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import HOUR, march

NOON = march(2, 12)
LATER = NOON + HOUR
ROLES, PEOPLE = "/approvals/roles/", "/settings/people/"
State = Review.State


def came_in(user: User) -> User:
    """He has chosen a password."""
    user.set_password("lift three is out of order")
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def office_at_work(office_of_jinxiu, admin) -> SimpleNamespace:
    """Everybody of the office and the administrator have signed in."""
    office_of_jinxiu.admin = admin
    for one in vars(office_of_jinxiu).values():
        came_in(one)
    return office_of_jinxiu


def hire(by: User, role: Role = Role.FRONT_DESK, at: datetime = NOON, **scope: Any) -> User:
    n = User.objects.count()
    email = f"second{n}@example.com"
    return colleagues.hire(
        username=f"second{n}", name=f"周二{n}", role=role, email=email, by=by, at=at, **scope
    )


def reads(user: User, case: Complaint, at: datetime = LATER) -> bool:
    return Complaint.objects.visible_to(permissions_of(user, at)).filter(pk=case.pk).exists()


def knows(user: User, case: Complaint, at: datetime = LATER) -> bool:
    held = permissions_of(user, at)
    return Complaint.objects.visible_to(held).filter(known_to(held), pk=case.pk).exists()


def state(user: User) -> str:
    return user.reviews.latest("pk").state
