"""Which files are taken, how each is known by its content, and how large it may be: the one table.

Forms, the API, the check of an upload and the reading of a request all say and hold what stands here. The
name a file comes with decides nothing. Sizes in MB of 1024 × 1024 bytes.

- Pictures 25 MB: a phone of 64 megapixels writes JPEGs of 12 to 24. They are drawn anew
  (`picture_redraw.py`).
- PDF 10 MB: kept as it is and never read.
- Video and sound 100 MB: a minute and a half as a phone records it. Kept as sent, never decoded.
- One request 200 MB, so that two videos go together; the proxy in front needs a little more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MB = 1024 * 1024
#: A case carries this many files.
MOST_FILES = 9
#: What all files of one request may hold together, and what the customer may send of one case in a day.
AT_ONCE = 200 * MB
#: What is read of a file of no kind here: a register in Excel has limits of its own.
OTHERS = 25 * MB
#: Said of pictures; `picture_redraw.MOST_PIXELS` lets what is sold as such a camera through.
MEGAPIXELS = 64
#: So many bytes tell the sort of a file.
HEAD = 4096
#: A table of contents of a video beyond this is none.
LONGEST_INDEX = 32 * MB


@dataclass(frozen=True)
class Kind:
    """A sort of file: what it is called, how it may end, how large it may be, how Pillow calls it."""

    name: str
    content_type: str
    endings: tuple[str, ...]  # the first is given to a file that comes with another
    limit: int  # bytes
    pillow: str = ""
    kept_as: str = ""  # the name of the kind it is drawn anew as, if another

    @property
    def is_picture(self) -> bool:
        return bool(self.pillow)


PICTURE, PAPER, RECORDING = 25 * MB, 10 * MB, 100 * MB
JPEG = Kind("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), PICTURE, "JPEG")
PNG = Kind("PNG", "image/png", (".png",), PICTURE, "PNG")
WEBP = Kind("WebP", "image/webp", (".webp",), PICTURE, "WEBP")
HEIC = Kind("HEIC", "image/heic", (".heic", ".heif", ".hif"), PICTURE, "HEIF", kept_as="JPEG")
PDF = Kind("PDF", "application/pdf", (".pdf",), PAPER)
MP4 = Kind("MP4", "video/mp4", (".mp4", ".m4v", ".3gp"), RECORDING)
MOV = Kind("MOV", "video/quicktime", (".mov", ".qt"), RECORDING)
M4A = Kind("M4A", "audio/mp4", (".m4a", ".m4b"), RECORDING)
KINDS = {kind.name: kind for kind in (JPEG, PNG, WEBP, HEIC, PDF, MP4, MOV, M4A)}
LARGEST = max(kind.limit for kind in KINDS.values())

#: Brands of an `ftyp` box (ISO/IEC 14496-12), as phones and WeChat write them.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
OTHER_PICTURES = frozenset({b"avif", b"avis"})
MP4_BRANDS = frozenset(
    {b"isom", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV", b"M4V ", b"3gp4", b"3gp5", b"3gp6", b"3gp7"}
    | {b"iso%d" % n for n in range(2, 10)}
)
SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})


# Which sort it is --------------------------------------------------------------------------------


def kind_of(head: bytes) -> Kind | None:
    """The sort of a file by its first bytes; an MP4 may prove to be sound alone (`is_sound`)."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    return _by_brand(head)


def _by_brand(head: bytes) -> Kind | None:
    """HEIC, MP4, MOV and M4A begin alike; the first brand they name that is known here decides."""
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= HEAD:
        return None
    box = head[8:size]
    brands = [box[:4], *(box[at : at + 4] for at in range(8, len(box) - 3, 4))]
    if OTHER_PICTURES & set(brands):
        return None
    for brand in brands:
        if brand in HEIC_BRANDS:
            return HEIC
        if brand == b"qt  ":
            return MOV
        if brand in SOUND_BRANDS:
            return M4A
        if brand in MP4_BRANDS:
            return MP4
    return None


def tracks(sent: IO[bytes]) -> set[bytes]:
    """What a video or sound file holds: `vide`, `soun`; empty for one cut off before its table of contents.

    Only headers of boxes and that table are read, never what was recorded.
    """
    for kind, begin, size in _boxes(sent):
        if kind == b"moov" and size <= LONGEST_INDEX:
            sent.seek(begin)
            index = sent.read(size)
            return {index[at + 12 : at + 16] for at in _places(index, b"hdlr")} & {b"vide", b"soun"}
    return set()


def _boxes(sent: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and size of the boxes a file consists of; ends where they make no sense."""
    end = sent.seek(0, 2)
    at = 0
    for _n in range(10_000):
        sent.seek(at)
        head = sent.read(16)
        if len(head) < 8:
            return
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        size = size or end - at
        if size < 8 or at + size > end:
            return
        yield head[4:8], at, size
        at += size


def _places(data: bytes, word: bytes) -> Iterator[int]:
    at = data.find(word)
    while at >= 0:
        yield at
        at = data.find(word, at + 1)


def named(name: str, kind: Kind) -> str:
    """The name with an ending that says what the file is: photo.jpg that is a PNG becomes photo.png."""
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    if ending in kind.endings:
        return name
    known = any(ending in other.endings for other in KINDS.values())
    return (path.stem if known else name) + kind.endings[0]


def icon_of(content_type: str) -> str:
    """The icon that stands for a file without a thumbnail."""
    return {"video": "video", "audio": "microphone"}.get(content_type.partition("/")[0], "file")


# What is said before an upload ---------------------------------------------------------------------

#: What `<input type="file">` offers. Some systems know HEIC and MOV by their endings only.
ACCEPT = ",".join(
    [kind.content_type for kind in KINDS.values()] + [e for k in (HEIC, MOV, M4A) for e in k.endings[:1]]
)


def names(limit: int) -> str:
    return pgettext("between names", ", ").join(kind.name for kind in KINDS.values() if kind.limit == limit)


def in_mb(size: int) -> str:
    return f"{size // MB} MB"


def _limits_of_evidence() -> str:
    """The same of an item of evidence, which has nine files of its own."""
    return _(
        "Kept byte by byte as sent, with what the camera wrote into it."
        " Photos (%(pictures)s) up to %(picture)s, PDF up to %(paper)s,"
        " video and sound (%(recordings)s) up to %(recording)s."
        " %(most)s files an item; %(at_once)s at once."
    ) % {
        "pictures": names(PICTURE),
        "picture": in_mb(PICTURE),
        "paper": in_mb(PAPER),
        "recordings": names(RECORDING),
        "recording": in_mb(RECORDING),
        "most": MOST_FILES,
        "at_once": in_mb(AT_ONCE),
    }


def _limits() -> str:
    """Every limit in one sentence or two, for the hint under the field."""
    return _(
        "Photos (%(pictures)s) up to %(picture)s and %(megapixels)s megapixels each, PDF up to %(paper)s,"
        " video and sound (%(recordings)s) up to %(recording)s. At most %(most)s files; %(at_once)s at once."
    ) % {
        "pictures": names(PICTURE),
        "picture": in_mb(PICTURE),
        "megapixels": MEGAPIXELS,
        "paper": in_mb(PAPER),
        "recordings": names(RECORDING),
        "recording": in_mb(RECORDING),
        "most": MOST_FILES,
        "at_once": in_mb(AT_ONCE),
    }


def _limits_for_customers() -> str:
    return _("%(limits)s Not more than %(day)s in a day. Where a photo was taken is not kept.") % {
        "limits": _limits(),
        "day": in_mb(AT_ONCE),
    }


limits = lazy(_limits, str)
limits_of_evidence = lazy(_limits_of_evidence, str)
limits_for_customers = lazy(_limits_for_customers, str)
