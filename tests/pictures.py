"""Files as people send them."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints import uploads
from config.framework.refusals import Refused


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 800), *, mode: str = "RGB", **saving) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode in ("RGB", "RGBA") else 100).save(out, kind, **saving)
    return out.getvalue()


def photo_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken in flat 302"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 5.0)
    return picture(exif=exif)


def checked_as(name: str, data: bytes) -> uploads.Checked:
    return uploads.check(name, io.BytesIO(data))


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        uploads.check(name, io.BytesIO(data))
    assert refused.value.field == "files"
    return str(refused.value)


def upload(name: str = "漏水.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or picture())
