"""The words of `reports.words` for templates, and times in the report's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template

from reports import pdf, words

register = template.Library()

for word in (words.share, words.parts, words.late, words.yuan, words.month_name):
    register.filter(word.__name__, word)


register.filter("clip", pdf.clip)


register.simple_tag(words.moment)
register.simple_tag(words.moment_year)
register.simple_tag(words.stamp)


@register.simple_tag
def ledger_time(at: datetime | date | str | None, zone: ZoneInfo) -> str:
    """A moment of the ledger: with its time where that is known, words as they are, nothing for none."""
    if isinstance(at, datetime):
        return words.stamp(at, zone)
    return str(at or "")


@register.simple_tag
def clipped(text: str, most: int) -> str:
    """A long text of a narrow column: its beginning; the case has the rest."""
    return pdf.clip(text if len(text) <= most else text[:most] + "…")
