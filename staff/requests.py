"""What a page of ours is asked with, once somebody has signed in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest

from staff.models import User
from staff.permissions import Permissions


class Place(NamedTuple):
    """An estate as the switcher shows it."""

    pk: int
    code: str
    name: str
    ended_at: datetime | None = None


class StaffRequest(HttpRequest):
    """The request of somebody signed in: behind `login_required` the user is one of our people.

    A type only, nobody makes one. What is read once a request is kept on it.
    """

    user: User
    person: Permissions
    unread: int
    company: str
    estates: list[Place]
    register_person: Permissions
