"""Draw one picture anew, in a process of its own: `python -I picture_redraw.py FORMAT < picture > result`.

What comes out holds pixels only: no EXIF, no place, no bytes behind the end. It lies as its EXIF
orientation says. Knows nothing of Django. The result is the length of the new picture in 8 bytes, the
picture, then its thumbnail. Exit code 2: not a picture of that format, or a damaged one; 3: more pixels
than allowed.

Measured with what a phone of 64 megapixels sends (9248 × 6936, on its side, 10 to 30 MB), processor and
address space: JPEG 1 s and 528 MB, progressive JPEG without subsampling 2 s and 683 MB, HEIC in tiles of
512 3 s and 706 MB, PNG 8 s and 601 MB, WebP 4 s and 1,160 MB. The pixels alone are 192 MB, and turning
needs them twice; Pillow reads WebP with two more copies. At most two run at once (`uploads.py`).
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps

MEMORY = 1280 * 1024 * 1024
CPU_SECONDS = 20
MOST_PIXELS = 64_500_000  # what is sold as 64 megapixels has up to 9280 × 6944
THUMBNAIL = (480, 480)
#: From this size on a JPEG is written in one pass: the second needs all its coefficients in memory.
LARGE = 20_000_000
#: What each format is kept as: a HEIC picture is one no browser but Safari shows.
KEPT_AS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "HEIF": "JPEG"}
#: How each format is written.
SAVING: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 88},
    "PNG": {"compress_level": 3},
    "WEBP": {"quality": 88, "method": 2},
}


def main(kind: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    kept = KEPT_AS[kind]
    try:
        if kind == "HEIF":
            learn_heif()
        picture: Image.Image = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=[kind])
        if picture.width * picture.height > MOST_PIXELS:
            return 3
        picture = bare(picture, kept)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return 3
    except Exception:  # a damaged file fails in a hundred ways, all meaning the same
        return 2
    whole = written(picture, kept)
    picture.thumbnail(THUMBNAIL)
    if picture.mode not in ("RGB", "L"):
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
        picture = white
    sys.stdout.buffer.write(len(whole).to_bytes(8, "big"))
    sys.stdout.buffer.write(whole)
    sys.stdout.buffer.write(written(picture, "JPEG"))
    return 0


def learn_heif() -> None:
    """Let Pillow read HEIC: the first picture of a file, without previews, depths and threads."""
    import pillow_heif  # here: 40 ms of start that only a picture of an iPhone pays

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def bare(picture: Image.Image, kept: str) -> Image.Image:
    """The pixels, upright, in the mode they are kept in, and nothing else of the file.

    Each step lets the one before go: two copies of a large picture are in memory at once, never three.
    """
    picture.load()
    mode = mode_for(kept, picture)
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode != mode:
        picture = picture.convert(mode)
    picture.info.clear()  # what a format would write again: profile, comment, EXIF
    return picture


def mode_for(kept: str, picture: Image.Image) -> str:
    """Grey stays grey; transparency stays where the format knows it; everything else is colour."""
    if picture.mode == "L":
        return "L" if kept != "WEBP" else "RGB"
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return "RGBA" if see_through and kept != "JPEG" else "RGB"


def written(picture: Image.Image, kept: str) -> bytes:
    out = io.BytesIO()
    more = {"optimize": True} if kept == "JPEG" and picture.width * picture.height < LARGE else {}
    picture.save(out, kept, **SAVING[kept], **more)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
