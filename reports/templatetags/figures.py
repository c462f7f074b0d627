"""The words of `reports.words` for templates, and times in the report's zone."""

from __future__ import annotations

from django import template

from reports import pdf, words

register = template.Library()

for word in (words.share, words.parts, words.late, words.yuan, words.month_name):
    register.filter(word.__name__, word)


register.filter("clip", pdf.clip)


register.simple_tag(words.moment)
register.simple_tag(words.moment_year)
register.simple_tag(words.stamp)
