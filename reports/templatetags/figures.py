"""The words of `reports.words` for templates, and times in the report's zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from complaints import timewords
from reports import pdf, words

register = template.Library()

for word in (words.share, words.parts, words.late, words.yuan, words.month_name):
    register.filter(word.__name__, word)


register.filter("clip", pdf.clip)


@register.simple_tag
def moment(at: datetime | None, zone: ZoneInfo, beside: datetime | None = None) -> str:
    """3月2日 09:14（周一）, with the year when it is not that of `beside`; a dash for no time."""
    if at is None:
        return words.NOTHING
    other_year = beside is not None and at.astimezone(zone).year != beside.astimezone(zone).year
    return timewords.moment(at, zone, year=other_year)


register.simple_tag(words.stamp)
