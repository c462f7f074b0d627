"""Files people send: checked by their content, pictures drawn anew, kept outside every public folder.

Knows files and folders, no rows. JPEG, PNG, WebP and PDF; at most 10 MB a file. Order of the checks:
size, first bytes, extension, and for pictures a process with limits (`reencode.py`). PDFs are kept as
they are and never read.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext as _

from staff.refusals import Refused

LARGEST = 10 * 1024 * 1024
#: A case carries this many files.
MOST_FILES = 9
#: What `<input type="file">` offers.
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf"
SECONDS = 20


@dataclass(frozen=True)
class Kind:
    """A sort of file: how it begins, how its name may end, and how Pillow calls it."""

    content_type: str
    endings: tuple[str, ...]
    pillow: str = ""


JPEG = Kind("image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), "JPEG")
PNG = Kind("image/png", (".png",), "PNG")
WEBP = Kind("image/webp", (".webp",), "WEBP")
PDF = Kind("application/pdf", (".pdf",))


@dataclass(frozen=True)
class Checked:
    """A file that passed, as it will be kept."""

    name: str
    content_type: str
    data: bytes
    thumbnail: bytes = b""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def kind_of(data: bytes) -> Kind | None:
    """The sort of file by its first bytes."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-"):
        return PDF
    return None


def check(name: str, data: bytes) -> Checked:
    """The file as it will be kept. Raises Refused with the file's name and what is wrong with it."""
    name = clean_name(name)
    if len(data) > LARGEST:
        raise _refusal(_("“%(name)s” is larger than 10 MB. Send a smaller one."), name)
    if not data:
        raise _refusal(_("“%(name)s” is empty."), name)
    kind = kind_of(data)
    if kind is None:
        raise _refusal(_("“%(name)s” is no JPEG, PNG or WebP picture and no PDF."), name)
    if PurePosixPath(name).suffix.lower() not in kind.endings:
        raise _refusal(_("“%(name)s” is not what its name says. Save it as a JPEG, PNG, WebP or PDF."), name)
    if not kind.pillow:
        return Checked(name, kind.content_type, data)
    picture, thumbnail = redraw(name, data, kind.pillow)
    return Checked(name, kind.content_type, picture, thumbnail)


def redraw(name: str, data: bytes, pillow: str) -> tuple[bytes, bytes]:
    """Pixels only, and a thumbnail; drawn by a process that may use little memory and time."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).with_name("reencode.py")), pillow],
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
    raise _refusal(_("“%(name)s” has too many pixels: 40 million at most."), name)


def clean_name(name: str) -> str:
    """The last part of a name, without what no file name should hold; at most 120 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in name)
    name = re.sub(r"\s+", " ", name).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) < 10 else name[:120]


def _refusal(sentence: str, name: str) -> Refused:
    return Refused(sentence % {"name": name}, field="files")


# The folder --------------------------------------------------------------------------------------


def path_of(stored: str) -> Path:
    """Where a stored name lies; only names made by `keep` have a place."""
    if not re.fullmatch(r"[0-9a-f]{32}", stored):
        raise FileNotFoundError(stored)
    return Path(settings.MEDIA_ROOT) / stored[:2] / stored


def keep(data: bytes) -> str:
    """Write a file under a random name, whole or not at all; the name is a secret of 128 bits."""
    stored = secrets.token_hex(16)
    path = path_of(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return stored


def discard(stored: str) -> None:
    path_of(stored).unlink(missing_ok=True)


class LimitUploads(FileUploadHandler):
    """Keeps a request from filling the disk, whatever it says about itself.

    What a file holds beyond the limit is thrown away as it comes: the file is then just too large, and
    the form can say so. A request with more than all files may hold is cut off.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > (MOST_FILES + 3) * LARGEST:
            raise StopUpload(connection_reset=True)
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size: int) -> None:
        return None
