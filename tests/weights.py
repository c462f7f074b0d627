"""What a browser that has nothing yet loads for a page: the page as it is sent, the rest as gzip."""

from __future__ import annotations

import gzip
import re

from django.conf import settings
from django.test import Client


def first_visit(client: Client, path: str) -> int:
    """The bytes of one page with all it asks for. Over TLS browsers take brotli, a fifth less."""
    answer = client.get(path, headers={"accept-encoding": "gzip, deflate, br"})
    assert answer.status_code == 200 and answer.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content)
    asked = {name.decode() for name in re.findall(rb'(?:href|src)="/static/([^"]+)"', page)}
    assert len(asked) > 5
    files = [(settings.BASE_DIR / "static" / name).read_bytes() for name in asked]
    sent = len(answer.content) + sum(len(gzip.compress(file, 9)) for file in files)
    print(f"{path}: {sent / 1024:.0f} KB, {len(asked) + 1} answers")
    return sent
