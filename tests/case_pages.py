"""Reading a case's pages and sending its forms, at a time the test sets, in English."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BooleanField
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from complaints.models import (
    Clock,
    Compensation,
    Complaint,
    Deadline,
    Event,
    Extension,
    FollowUp,
    Notification,
    OutboxMessage,
    Overrun,
    Respondent,
    Revisit,
    SecondCall,
)
from complaints.views import approvals, overruns, superior
from complaints.views.case import edit, moves
from complaints.views.case import page as case
from staff.models import User
from tests.cast import march
from tests.markup import markup

NOON = march(2, 12)
Open = Callable[..., HttpResponse]
ENGLISH = {"accept-language": "en"}
#: What a move could write.
WRITTEN = (
    Event, Clock, Deadline, Extension, Compensation, Overrun, Revisit, Respondent, Notification,
    OutboxMessage, FollowUp, SecondCall,
)  # fmt: skip


@pytest.fixture
def clock(monkeypatch) -> SimpleNamespace:
    """What the pages take for now; begins on Monday at noon."""
    clock = SimpleNamespace(now=NOON)
    for view in (approvals, case, edit, moves, overruns, superior):
        monkeypatch.setattr(view, "now", lambda: clock.now)
    return clock


@pytest.fixture
def opened(client: Client, clock) -> Open:
    """A page under the case's address, as a person reads it."""

    def read(case: Complaint, person: User, rest: str = "", **headers: str) -> HttpResponse:
        client.force_login(person)
        return client.get(f"/cases/{case.number}/{rest}", headers=ENGLISH | headers)

    return read


@pytest.fixture
def send(client: Client, clock) -> Open:
    """A move's form as a person sends it."""

    def post(
        case: Complaint, person: User, verb: str, data: dict[str, Any] | None = None, **headers: str
    ) -> HttpResponse:
        client.force_login(person)
        return client.post(f"/cases/{case.number}/{verb}/", data or {}, headers=ENGLISH | headers)

    return post


@pytest.fixture
def typed(opened):
    """What the form holds when a person opens it, as the browser would send it back."""

    def read(case: Complaint, person: Any, **changes: Any) -> dict[str, Any]:
        form = opened(case, person, "edit/").context["form"]
        sent = {}
        for name, field in form.fields.items():
            value = form[name].value()
            if isinstance(field, BooleanField):
                if value:
                    sent[name] = "on"
            elif value not in (None, ""):
                sent[name] = value
        return sent | changes

    return read


def trace(case: Complaint) -> list[Any]:
    """Everything a move could have changed."""
    row = Complaint.objects.filter(pk=case.pk).values().get()
    clocks = list(Clock.objects.order_by("pk").values())
    return [row, clocks, *(model.objects.count() for model in WRITTEN)]


def text(response: HttpResponse) -> str:
    return markup(response)


def photo(name: str = "result.jpg") -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "#446688").save(picture, "JPEG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/jpeg")
