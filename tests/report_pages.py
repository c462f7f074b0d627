"""Pages and papers of the reports, as somebody who is signed in gets them."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from kombu.exceptions import OperationalError
from pypdf import PdfReader

from tests.writers import quickly


@pytest.fixture
def signed_in(client):
    """The client, signed in as somebody, reading English."""

    def sign_in(user):
        user.language = "en"
        user.save(update_fields=["language"])
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def no_worker(monkeypatch):
    """A queue that cannot be reached."""

    def fail(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr("reports.tasks.make.delay", fail)


@pytest.fixture
def quick(monkeypatch):
    quickly(monkeypatch)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).replace("\xa0", " ")


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def paper(client, name, *args):
    response = client.get(reverse(f"reports:{name}", args=args))
    assert response["Content-Type"] == "application/pdf"
    return text_of(response.content)
