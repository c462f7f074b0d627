"""What pages carry by chance, in letters that no test asks for.

A page has texts that are new each time it is shown: the token of every form, the keys that make sending twice
count once, names of files, addresses of jobs. Among the 62 letters and digits of a token each two stand side
by side once in sixty pages: `assert "V5" not in page` failed for nothing now and then, and `assert "86" in
page` could hold for nothing. So chance has few letters in the tests' own process: J and Q in texts, a to f in
numbers to sixteen. Nobody asks a page for a word of these alone.

Nothing is fixed by it, and nothing weaker: texts are as long as ever, each is another one, and Django makes
and compares its tokens as it does anywhere. Programs that a test starts have the whole alphabet.
"""

from __future__ import annotations

import os
import secrets
import sys
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.middleware import csrf

TEXT, DIGITS = "jJqQ", str.maketrans("0123456789", "abcdefabcd")
HOUSE = ("secrets", "config", "complaints", "owners", "staff", "reports")

_token_hex, _token_urlsafe, _urandom = secrets.token_hex, secrets.token_urlsafe, os.urandom


def _text(nbytes: int | None = None) -> str:
    return "".join(secrets.choice(TEXT) for _ in _token_urlsafe(nbytes))


def _number(nbytes: int | None = None) -> str:
    return _token_hex(nbytes).translate(DIGITS)


def _bytes(length: int) -> bytes:
    """For `uuid4`, which writes its version between them."""
    return bytes.fromhex(_urandom(length).hex().translate(DIGITS))


def few_letters(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(csrf, "CSRF_ALLOWED_CHARS", TEXT)
    patch.setattr(uuid, "os", SimpleNamespace(**vars(os) | {"urandom": _bytes}))
    _everywhere(patch, _token_urlsafe, _text)
    _everywhere(patch, _token_hex, _number)


def _everywhere(patch: pytest.MonkeyPatch, made: Callable[..., Any], given: Callable[..., Any]) -> None:
    """Also where the house took it by name before."""
    for module in [module for name, module in sys.modules.items() if name.partition(".")[0] in HOUSE]:
        for name in [name for name, value in vars(module).items() if value is made]:
            patch.setattr(module, name, given)
