"""Draw one picture anew, in a process of its own: `python -I reencode.py FORMAT < picture > result`.

What comes out holds pixels only: no EXIF, no place, no bytes behind the end. Knows nothing of Django.
The result is the length of the new picture in 8 bytes, the picture, then its thumbnail. Exit code 2:
not a picture of that format, or a damaged one; 3: more pixels than allowed.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 5
MOST_PIXELS = 40_000_000
THUMBNAIL = (480, 480)
#: How each format is written; what a picture must be for it.
SAVING: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 88, "method": 2},
}


def main(kind: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    data = sys.stdin.buffer.read()
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind])
        if picture.width * picture.height > MOST_PIXELS:
            return 3
        picture = ImageOps.exif_transpose(picture)
        picture = picture.convert(mode_for(kind, picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return 3
    except Exception:  # a damaged file fails in a hundred ways, all meaning the same
        return 2
    whole = written(picture, kind)
    picture.thumbnail(THUMBNAIL)
    if kind != "JPEG" and picture.mode != "RGB":
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
        picture = white
    sys.stdout.buffer.write(len(whole).to_bytes(8, "big"))
    sys.stdout.buffer.write(whole)
    sys.stdout.buffer.write(written(picture, "JPEG"))
    return 0


def mode_for(kind: str, picture: Image.Image) -> str:
    """Grey stays grey; transparency stays where the format knows it; everything else is colour."""
    if picture.mode == "L":
        return "L" if kind != "WEBP" else "RGB"
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return "RGBA" if see_through and kind != "JPEG" else "RGB"


def written(picture: Image.Image, kind: str) -> bytes:
    bare = Image.new(picture.mode, picture.size)  # a new picture carries nothing of the old one's notes
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, kind, **SAVING[kind])
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
