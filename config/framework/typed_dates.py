"""Days and moments as people type them; the fields of every form that ask for one.

The browser's own date field speaks the browser's language, not the page's, and takes one spelling. Here a day
is text that says how it is written; with JavaScript a button opens the browser's calendar beside it (app.js).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.forms.widgets import DateTimeBaseInput, TimeInput
from django.utils.translation import gettext_lazy as _

DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%d %H:%M"
#: Nobody types a moment in more characters; of a longer text it takes long to see that it is none.
LONGEST = 60
_TYPED = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[T\s]*(上午|下午|晚上|AM|PM)?\s*(\d{1,2})\s*[:点时]\s*(\d{1,2})?\s*分?(?::\d{1,2}(?:\.\d+)?)?\s*(AM|PM)?)?",
    re.I,
)
_RUN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:\s*(\d\d):?(\d\d))?")
_AFTERNOON = {"下午", "晚上", "pm"}


def tidy(text: str) -> str:
    """A day or moment as every field reads it; a text that is none stays as it is, to be refused.

    >>> tidy("2026/3/2"), tidy("２０２６年3月2日 14点30分"), tidy("20260302 1430"), tidy("2026.3.2 下午2:05")
    ('2026-03-02', '2026-03-02 14:30', '2026-03-02 14:30', '2026-03-02 14:05')
    >>> tidy("2026-03-02T14:30"), tidy("tomorrow")
    ('2026-03-02 14:30', 'tomorrow')
    """
    if len(text) > LONGEST:
        return text
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if found := _TYPED.fullmatch(plain):
        year, month, day, half, hour, minute, half_after = found.groups()
    elif found := _RUN.fullmatch(plain):
        (year, month, day, hour, minute), half, half_after = found.groups(), None, None
    else:
        return text
    written = f"{year}-{int(month):02}-{int(day):02}"
    if hour is None:
        return written
    hours, half = int(hour), (half or half_after or "").lower()
    if half in _AFTERNOON and hours < 12:
        hours += 12
    elif half == "am" and hours == 12:
        hours = 0
    return f"{written} {hours:02}:{int(minute or 0):02}"


def tidy_hour(text: str) -> str:
    """A time of day as every field reads it; a text that is none stays as it is, to be refused.

    >>> tidy_hour("8:30"), tidy_hour("０８：３０"), tidy_hour("0830"), tidy_hour("8点"), tidy_hour("17.30")
    ('08:30', '08:30', '08:30', '08:00', '17:30')
    >>> tidy_hour("25:00"), tidy_hour("noon")
    ('25:00', 'noon')
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    found = re.fullmatch(r"(\d{1,2})\s*[:.点时]\s*(\d{2})?\s*分?", plain) or re.fullmatch(
        r"(\d{2})(\d{2})", plain
    )
    return f"{int(found[1]):02}:{int(found[2] or 0):02}" if found else text


class _Typed(DateTimeBaseInput):
    """`written`: how it is typed, said beside the field where it has room."""

    written: Any
    spelling: str
    example: str
    picker: str

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {
            "placeholder": self.example,
            "autocomplete": "off",
            "data-pick": self.picker,
            "data-words": _("Calendar"),
        }
        super().__init__(own | (attrs or {}), format=self.spelling)

    def format_value(self, value: Any) -> str | None:
        return tidy(value) if isinstance(value, str) else super().format_value(value)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return tidy(typed) if isinstance(typed, str) else typed


class DayInput(_Typed):
    format_key, template_name = "DATE_INPUT_FORMATS", "django/forms/widgets/date.html"
    spelling, example, picker, written = DAY, "2026-03-02", "date", _("Written like 2026-03-02.")


class HourInput(TimeInput):
    """A time of day; 08:30, 8.30 and 0830 are the same. The browser's own field speaks its own language."""

    input_type = "text"
    written = _("Written like 08:30.")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"placeholder": "08:30", "autocomplete": "off", "inputmode": "numeric", "data-hour": True}
        super().__init__(own | (attrs or {}), format="%H:%M")

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return tidy_hour(typed) if isinstance(typed, str) else typed


class MomentInput(_Typed):
    format_key, template_name = "DATETIME_INPUT_FORMATS", "django/forms/widgets/datetime.html"
    spelling, example, picker = MOMENT, "2026-03-02 14:30", "datetime-local"
    written = _("Written like 2026-03-02 14:30.")
