"""Video and sound as phones write them, in a few hundred bytes: a table of tracks, no recording."""


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def recording(brand: bytes, *others: bytes, tracks: tuple[bytes, ...] = (b"vide", b"soun")) -> bytes:
    """`ftyp` with the brands, `mdat` with nothing to hear, and last, as phones do, `moov`."""
    handlers = [box(b"hdlr", bytes(8), track, bytes(12)) for track in tracks]
    index = box(b"moov", *(box(b"trak", box(b"mdia", handler)) for handler in handlers))
    return box(b"ftyp", brand, bytes(4), *others) + box(b"mdat", b"0" * 64) + index
