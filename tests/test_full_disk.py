"""A disk that is really full: what is said, what is left half done, and that it heals."""

from __future__ import annotations

import errno
import gc
import re
import resource
import secrets
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import OperationalError
from django.test import Client

from complaints import uploads
from complaints.models import Attachment
from config.framework.outages import is_outage
from tests.outages import wrapped
from tests.pictures import upload

#: What a small file system holds; a photo and its thumbnail take more.
SMALL = 64 * 1024


@pytest.fixture
def small() -> Iterator[Path | None]:
    """A file system of its own in a namespace of its own; None where this machine lets nobody make one."""
    script = f"mount -t tmpfs -o size={SMALL} none /mnt && chmod 777 /mnt && echo made && read end"
    child = subprocess.Popen(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert child.stdout and child.stdin
    made = child.stdout.readline() == "made\n"
    if not made:
        warnings.warn("No namespaces here: a full device stands in for a small file system.", stacklevel=1)
    yield Path(f"/proc/{child.pid}/root/mnt") if made else None
    child.stdin.close()
    child.wait(10)
    child.stdout.close()


@contextmanager
def on_a_full_device(monkeypatch, folder: Path, *, nth: int) -> Iterator[None]:
    """The nth file lies on /dev/full, which takes no byte: wherever Linux runs, whoever runs it."""
    names = [secrets.token_hex(16) for _n in range(12)]
    part = folder / names[nth][:2] / f"{names[nth]}.part"
    part.parent.mkdir(exist_ok=True)
    part.symlink_to("/dev/full")
    coming = iter(names)
    with monkeypatch.context() as patch:
        patch.setattr(uploads.secrets, "token_hex", lambda _bytes: next(coming))
        yield


@contextmanager
def under_a_limit() -> Iterator[None]:
    """No file of this process may hold a byte: EFBIG, as Python lets no signal end it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def left_in(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.glob("*/*") if path.name != "room"]


def send(client: Client, case, files: int = 2):
    page = client.get(f"/cases/{case.number}/act/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    sent = {"key": key, "note": "拍了照片", "files": [upload(f"{n}.jpg") for n in range(files)]}
    return lambda: client.post(f"/cases/{case.number}/act/", sent)


@pytest.fixture
def browser(office_of_jinxiu) -> Client:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.force_login(office_of_jinxiu.wanggong)
    return client


@pytest.mark.parametrize("way", ["photo", "thumbnail", "second photo", "limit", "file system"])
def test_files_that_find_no_room_are_answered_and_leave_nothing(
    way, browser, case_in, settings, tmp_path, monkeypatch, small
) -> None:
    folder = small if way == "file system" and small else tmp_path
    settings.MEDIA_ROOT = folder
    case = case_in("acting")
    events = case.events.count()
    post = send(browser, case)
    if way == "file system" and small:
        (folder / "aa").mkdir()
        with (
            pytest.raises(OSError, match="No space left") as full,
            (folder / "aa" / "room").open("wb") as room,
        ):
            while True:
                room.write(b"x" * 4096)
                room.flush()
        assert full.value.errno == errno.ENOSPC
        answer = post()
        (folder / "aa" / "room").unlink()
    elif way == "limit":
        with under_a_limit():
            answer = post()
    else:
        nth = {"photo": 0, "thumbnail": 1, "second photo": 2}.get(way, 0)
        with on_a_full_device(monkeypatch, folder, nth=nth):
            answer = post()
    text = answer.content.decode()
    assert answer.status_code == 503 and answer["Retry-After"]
    assert "拍了照片" in text and "Files have to be chosen anew" in text
    assert left_in(folder) == [] and not Attachment.objects.exists()
    assert case.events.count() == events
    assert send(browser, case)().status_code == 302, "healed"
    assert Attachment.objects.filter(complaint=case).count() == 2


def test_a_program_is_told_in_its_own_form(browser, case_in, settings, tmp_path, monkeypatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = case_in("acting")
    with on_a_full_device(monkeypatch, tmp_path, nth=0):
        answer = browser.post(
            f"/api/v1/cases/{case.number}/act/", {"note": "x", "files": upload()},
            headers={"idempotency-key": "k", "if-match": f'"{case.version}"'},
        )  # fmt: skip
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "unavailable" and left_in(tmp_path) == []


def test_a_body_too_large_for_memory_that_finds_no_room_is_answered(
    browser, case_in, settings, tmp_path
) -> None:
    """Django puts it into a file of its own before any page reads it."""
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    post = send(browser, case_in("acting"))
    with under_a_limit():
        assert post().status_code == 503
    assert left_in(tmp_path) == []
    # Django's own files cannot be closed while what they still hold finds no room.
    for left in [one for one in gc.get_objects() if type(one) is TemporaryUploadedFile]:
        left.close()


#: Run where the file system is small: SQLite follows no way through /proc into another's.
FILL = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1])
held.execute(sys.argv[2])
try:
    held.execute("CREATE TABLE words (said TEXT)")
    for _n in range(100):
        held.execute("INSERT INTO words VALUES (?)", ("x" * 4000,))
        held.commit()
except sqlite3.OperationalError as error:
    print(error.sqlite_errorcode, error)
"""


def test_a_file_of_sqlite_that_finds_no_room_says_so(small, tmp_path) -> None:
    python = [sys.executable, "-c", FILL]
    if small:
        mount = f'mount -t tmpfs -o size={SMALL} none /mnt && exec "$0" "$@"'
        inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount]
        command = [*inside, *python, "/mnt/db", "SELECT 1"]
    else:
        command = [*python, str(tmp_path / "db"), "PRAGMA max_page_count = 10"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    code, _space, words = said.partition(" ")
    assert int(code) == sqlite3.SQLITE_FULL and "full" in words
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = int(code)
    assert is_outage(wrapped(OperationalError, error))


@pytest.mark.parametrize("code", ["ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EIO"])
def test_what_a_disk_says_when_it_takes_nothing_is_an_outage(code) -> None:
    assert is_outage(OSError(getattr(errno, code), "x"))
