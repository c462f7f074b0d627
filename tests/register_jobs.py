"""A register sent in the browser, and the worker that reads and loads it."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from owners.importing import jobs
from staff.models import User

HEADER = ["房号", "姓名", "手机", "备注"]
GOOD = ["1-2-101", "李四", "13800138001", ""]
BAD = ["1-2-102", "王五", "1380013800", "=1+1"]
LEASE, MINUTE = jobs.LEASE, timedelta(minutes=1)


@pytest.fixture
def woken(monkeypatch) -> list[str]:
    """No broker: what would have been told to the worker."""
    told: list[str] = []
    monkeypatch.setattr("owners.tasks.load_registers.delay", lambda: told.append("load"))
    return told


@pytest.fixture
def browser_of(client):
    def sign_in(user: User):
        user.language = "en"
        user.save(update_fields=["language"])
        client.force_login(user)
        return client

    return sign_in


def upload(browser, content: bytes, name: str = "台账.csv", code: str = "JX"):
    return browser.post(reverse("registers_import", args=[code]), {"file": SimpleUploadedFile(name, content)})


def work() -> int:
    return jobs.work_waiting(timezone.now)


def kept() -> list[str]:
    return default_storage.listdir("registers")[1] if default_storage.exists("registers") else []


CHECK = "/registers/JX/import/check/"
