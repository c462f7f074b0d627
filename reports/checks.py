"""System checks: libraries of the machine that a PDF needs."""

import ctypes
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

PACKAGES = "Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0, or run bin/setup."


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


@register
def pdf_libraries(**_: Any) -> list[CheckMessage]:
    if not loads("libpangoft2-1.0.so.0"):
        return [Error("Pango is missing: no PDF can be made.", hint=PACKAGES, id="shouwen.E001")]
    if not loads("libharfbuzz-subset.so.0"):
        slow = "HarfBuzz's subset library is missing: a Chinese PDF takes eight seconds instead of one."
        return [Warning(slow, hint=PACKAGES, id="shouwen.W001")]
    return []
