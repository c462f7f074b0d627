"""A day in an address: `<day:day>` reads 2026-03-02 as a date; what is no day is not found."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter


class DayConverter:
    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if not 2000 <= day.year < 2200:  # outside of it no page can name the day before
            raise ValueError(value)
        return day

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")
