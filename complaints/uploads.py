"""Files people send: checked by their content, pictures drawn anew, kept outside every public folder.

Knows files and folders, no rows. Kinds and sizes stand in `file_kinds.py`. Order of the checks: first
bytes, size, and for pictures a process with limits (`picture_redraw.py`); for video and sound whether there
is a track to play. PDFs, video and sound are kept as they are, and so are pictures that are evidence.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import secrets
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.file_kinds import (
    AT_ONCE,
    HEAD,
    KINDS,
    LARGEST,
    M4A,
    MEGAPIXELS,
    MOV,
    MP4,
    OTHERS,
    Kind,
    in_mb,
    kind_of,
    named,
    tracks,
)
from config.framework.refusals import Refused

#: By the clock on the wall; the work itself has 20 s of processor time (picture_redraw.py).
SECONDS = 60
#: Pictures drawn at once on this machine, each with up to 1,280 MB of address space.
DRAWN_AT_ONCE = 2
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Checked:
    """A file that passed, as it will be kept; `body` stands at its beginning."""

    name: str
    content_type: str
    body: IO[bytes]
    thumbnail: bytes = b""
    as_sent: bool = True


@dataclass(frozen=True)
class Kept:
    """A file in the folder: its secret name, bytes and digest."""

    stored: str
    size: int
    sha256: str


def check(name: str, sent: IO[bytes], *, as_sent: bool = False) -> Checked:
    """The file as it will be kept. Raises Refused with the file's name and what is wrong with it.

    `as_sent`: a picture is drawn anew for its thumbnail only, and kept with all the camera wrote into it.
    """
    name = clean_name(name)
    size = sent.seek(0, 2)
    sent.seek(0)
    head = sent.read(HEAD)
    if not head:
        raise _refusal(_("“%(name)s” is empty."), name)
    kind = kind_of(head)
    if kind is None:
        raise _refusal(
            _("“%(name)s” cannot be taken: only %(kinds)s."),
            name,
            kinds=pgettext("between names", ", ").join(KINDS),
        )
    if size > kind.limit:
        raise _refusal(
            _("“%(name)s” is larger than %(limit)s. Send a smaller one."), name, limit=in_mb(kind.limit)
        )
    if kind in (MP4, MOV, M4A):
        kind = _played(kind, name, sent)
    sent.seek(0)
    if not kind.is_picture:
        return Checked(named(name, kind), kind.content_type, sent)
    picture, thumbnail = redraw(name, sent.read(), kind.pillow)
    if as_sent:
        sent.seek(0)
        return Checked(named(name, kind), kind.content_type, sent, thumbnail)
    kept = KINDS[kind.kept_as or kind.name]
    return Checked(named(name, kept), kept.content_type, BytesIO(picture), thumbnail, as_sent=False)


def _played(kind: Kind, name: str, sent: IO[bytes]) -> Kind:
    """Sound alone is M4A whatever its brand; nothing to play is refused, while it can be sent again."""
    found = tracks(sent)
    if not found:
        raise _refusal(_("“%(name)s” is cut off or damaged: there is nothing in it to play."), name)
    return M4A if found == {b"soun"} and kind is MP4 else kind


def redraw(name: str, data: bytes, pillow: str) -> tuple[bytes, bytes]:
    """Pixels only, and a thumbnail; drawn by a process that may use little memory and time."""
    try:
        with _one_of_few(name):
            child = subprocess.run(
                [sys.executable, "-I", str(Path(__file__).with_name("picture_redraw.py")), pillow],
                input=data,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env={"LANG": "C.UTF-8"},
            )
    except subprocess.TimeoutExpired:
        raise _refusal(_("“%(name)s” took too long to read. Send a smaller picture."), name) from None
    if child.returncode == 0:
        length = int.from_bytes(child.stdout[:8], "big")
        return child.stdout[8 : 8 + length], child.stdout[8 + length :]
    if child.returncode == 2:
        raise _refusal(_("“%(name)s” is damaged and cannot be read as a picture."), name)
    raise _refusal(
        _("“%(name)s” has too many pixels: %(millions)s million at most."), name, millions=MEGAPIXELS
    )


@contextmanager
def _one_of_few(name: str) -> Iterator[None]:
    """Hold one of the places for drawing; the system frees it if this process dies."""
    end = time.monotonic() + SECONDS
    with ExitStack() as opened:
        places = [
            opened.enter_context(open(settings.VAR_DIR / f"picture-{n}.lock", "w"))
            for n in range(DRAWN_AT_ONCE)
        ]
        while not any(_taken(place) for place in places):
            if time.monotonic() > end:
                raise _refusal(_("Many pictures are being read just now; send “%(name)s” again."), name)
            time.sleep(0.05)
        yield


def _taken(place: Any) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def clean_name(name: str) -> str:
    """The last part of a name, without what no file name should hold; at most 120 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in name)
    name = re.sub(r"\s+", " ", name).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) < 10 else name[:120]


def _refusal(sentence: str, name: str, **words: Any) -> Refused:
    return Refused(sentence % {"name": name, **words}, field="files")


# The folder --------------------------------------------------------------------------------------


#: What `keep` has not finished.
PART = ".part"


def path_of(stored: str) -> Path:
    """Where a stored name lies; only names made by `keep` have a place."""
    if not re.fullmatch(r"[0-9a-f]{32}", stored):
        raise FileNotFoundError(stored)
    return Path(settings.MEDIA_ROOT) / stored[:2] / stored


def keep(body: IO[bytes]) -> Kept:
    """Write a file under a random name, whole or not at all; the name is a secret of 128 bits."""
    stored = secrets.token_hex(16)
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(PART)
    size, digest = 0, hashlib.sha256()
    try:
        with part.open("wb") as out:
            while chunk := body.read(CHUNK):
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Kept(stored, size, digest.hexdigest())


def digest_of(stored: str) -> str | None:
    """SHA-256 of a file as it lies there now; None where there is none or it cannot be read."""
    try:
        with path_of(stored).open("rb") as body:
            return hashlib.file_digest(body, "sha256").hexdigest()
    except OSError:
        return None


def discard(stored: str) -> None:
    path_of(stored).unlink(missing_ok=True)


def sweep_parts(*, before: datetime) -> int:
    """Throw away what a crash left half written before that moment; returns how many files."""
    swept = 0
    for part in Path(settings.MEDIA_ROOT).glob(f"[0-9a-f][0-9a-f]/*{PART}"):
        try:
            if part.stat().st_mtime < before.timestamp():
                part.unlink()
                swept += 1
        except FileNotFoundError:  # finished, or swept by another, meanwhile
            continue
    return swept


class TooManyFiles(RequestDataTooBig):
    """All files of one request hold more than they may together."""


class LimitUploads(FileUploadHandler):
    """Keeps a request from filling the disk, whatever it says about itself.

    What a file holds beyond the limit of its kind is thrown away as it comes: the file is then just too
    large, and the form can say so. A request with more than all files may hold raises TooManyFiles, which
    is answered by 413 and the limit.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0
        self.limit = LARGEST

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > AT_ONCE:
            raise TooManyFiles(f"more than {in_mb(AT_ONCE)} of files")
        if start == 0:
            kind = kind_of(raw_data[:HEAD])
            self.limit = kind.limit if kind else OTHERS
        return raw_data if start <= self.limit else None

    def file_complete(self, file_size: int) -> None:
        return None
