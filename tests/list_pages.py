"""Reading the lists and the settings as a person, at a time the test sets, in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import actions, context
from complaints.models import Complaint, Extension
from complaints.views import home, profile
from complaints.views.lists import bulk, follow_ups, forecast, fresh, inbox, queue, revisits, search
from complaints.views.office import company, first_steps, health, people, settings, staff_file
from staff.models import User
from tests.cast import march
from tests.markup import markup

ENGLISH = {"accept-language": "en"}
Page = Callable[..., HttpResponse]


@pytest.fixture
def office_clock(monkeypatch) -> SimpleNamespace:
    """What the lists take for now; begins on Monday at noon."""
    clock = SimpleNamespace(now=march(2, 12))
    views = (
        bulk, company, first_steps, follow_ups, forecast, fresh, health, home, inbox, people, profile, queue,
        revisits, search, settings, staff_file,
    )  # fmt: skip
    for module in (context, *views):
        monkeypatch.setattr(module, "now", lambda: clock.now)
    return clock


@pytest.fixture
def read(client: Client, office_clock) -> Page:
    """A page as a person reads it."""

    def get(person: User, path: str, **said: Any) -> HttpResponse:
        client.force_login(person)
        return client.get(path, said, headers=ENGLISH)

    return get


@pytest.fixture
def write(client: Client, office_clock) -> Page:
    """A form as a person sends it."""

    def post(person: User, path: str, said: dict[str, Any] | None = None) -> HttpResponse:
        client.force_login(person)
        return client.post(path, said or {}, headers=ENGLISH)

    return post


@pytest.fixture
def queries(client: Client, office_clock) -> Callable[[User, str], int]:
    """How many queries a page costs the second time it is opened."""

    def count(person: User, path: str) -> int:
        client.force_login(person)
        client.get(path, headers=ENGLISH)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path, headers=ENGLISH).status_code == 200
        return len(captured)

    return count


def numbers(response: HttpResponse) -> list[str]:
    """The numbers of the cases listed, in their order."""
    return re.findall(r'<span class="number">([A-Z0-9-]+)</span>', markup(response))


def tiles(response: HttpResponse) -> dict[str, int]:
    found = re.findall(r'tile-label">([^<]+)</span><span class="tile-figure">(\d+)<', markup(response))
    return {label: int(figure) for label, figure in found}


def ask_for_time(case: Complaint, by: User) -> Extension:
    """Two days more for the handling, asked for on Monday before noon."""
    return actions.ask_extension(
        case, clock="resolve", reason="parts", note="配件两天后到。", new_due_at=march(7), by=by,
        at=march(2, 11), not_told_because="电话未接通",
    )  # fmt: skip


def copies(case: Complaint, n: int) -> None:
    """`n` more open cases like this one, straight into the table: for counting queries."""
    values = {
        field.attname: getattr(case, field.attname)
        for field in Complaint._meta.concrete_fields
        if not field.primary_key
    }
    Complaint.objects.bulk_create(
        Complaint(**(values | {"number": f"JX-2026-9{serial:05d}"})) for serial in range(n)
    )
