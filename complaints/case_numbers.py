"""Complaint numbers: `<ESTATE>-<YYYY>-<NNNNN><check digit>` (domain.md 2). A label, never a secret. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Dashes may be left out. A code may end in digits, so the year is one of this century and the counter as
#: short as can be.
PATTERN = re.compile(r"^([A-Z][A-Z0-9]{1,5})-?(20\d\d)-?(\d{5,})-?(\d)$")
#: The same within a text, its parts apart or not.
WRITTEN = r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]{1,5}[-\s]?20\d\d[-\s]?\d{5,}[-\s·]?\d?(?!\d)"
DASHES = re.compile(r"[‐‑‒–—―−_·•]")


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10 over `digits`: finds every wrong digit and nearly every swapped pair."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def compose(estate_code: str, year: int, serial: int) -> str:
    """
    >>> compose("JX", 2026, 1)
    'JX-2026-000018'
    """
    return f"{estate_code}-{year}-{serial:05d}{check_digit(f'{year}{serial:05d}')}"


def serial_of(number: str) -> tuple[str, int]:
    """The series and the counter of a number as it is kept.

    >>> serial_of("JX-2026-000018")
    ('JX-2026', 1)
    """
    series, _dash, digits = number.rpartition("-")
    return series, int(digits[:-1])


def parted(number: str) -> tuple[str, str]:
    """A number as it is kept, and its check digit: shown apart, for the counter alone goes on by one.

    >>> parted("JX-2026-000018")
    ('JX-2026-00001', '8')
    """
    return number[:-1], number[-1:]


#: The end of a number as people say it: 2273, -2273, 2026-002273. Three digits of the counter at least.
ENDING = re.compile(r"^-?(?:(20\d\d)-)?(\d{4,9})$")


def ending_in(digits: str, estate_code: str, year: int, last: int) -> Iterator[str]:
    """The numbers up to `last` of a series that end in `digits`, the check digit included.

    >>> list(ending_in("0018", "JX", 2026, 9_999))
    ['JX-2026-000018']
    """
    step = 10 ** (len(digits) - 1)
    for serial in range(int(digits[:-1]) or step, last + 1, step):
        number = compose(estate_code, year, serial)
        if number.endswith(digits):
            yield number


def clean(text: str) -> str | None:
    """The number meant by what was typed or read out, or None when it cannot be one.

    >>> clean(" jx－2026－000018 ")
    'JX-2026-000018'
    >>> clean("a2 2026 000018")
    'A2-2026-000018'
    >>> clean("JX-2026-00001 8"), clean("JX-2026-00001·8")  # the check digit apart, as it is printed
    ('JX-2026-000018', 'JX-2026-000018')
    """
    match = PATTERN.match(DASHES.sub("-", re.sub(r"\s", "", unicodedata.normalize("NFKC", text))).upper())
    if not match:
        return None
    code, year, serial, digit = match.groups()
    return f"{code}-{year}-{serial}{digit}" if check_digit(year + serial) == int(digit) else None


#: What stands between several numbers; the Chinese marks as well.
BETWEEN = re.compile(r"[\s,，、;；]+")


def several(text: str) -> list[str]:
    """The numbers named one after another, each once and as it is kept; what cannot be one as it was typed.

    >>> several("jx－2026－000018，JX-2026-000018; 旧单")
    ['JX-2026-000018', '旧单']
    """
    return list(dict.fromkeys(clean(one) or one for one in BETWEEN.split(text) if one))
