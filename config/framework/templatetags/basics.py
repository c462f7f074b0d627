"""Small marks that every page uses and that know nothing of complaints."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from config.framework.search_keys import search_keys

register = template.Library()


@cache
def icon_markup(name: str) -> str:
    """The SVG of templates/icons/<name>.svg on one line; an unknown name is an error, not a gap."""
    return (settings.BASE_DIR / "templates" / "icons" / f"{name}.svg").read_text().strip()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon beside a word; with `label` it stands alone and says so to a screen reader."""
    return _with_words(name, format_html('role="img" aria-label="{}"', label)) if label else silent(name)


@cache
def silent(name: str) -> SafeString:
    """An icon that a screen reader passes over."""
    return _with_words(name, 'aria-hidden="true"')


def _with_words(name: str, words: str) -> SafeString:
    return mark_safe(icon_markup(name).replace("<svg", f"<svg {words}", 1))  # noqa: S308 our own files


@register.filter
def label(row: Model, column: str) -> str | Promise:
    """The word for what a column of choices holds: as get_…_display, which reads all choices anew."""
    return labels_of(type(row), column).get(getattr(row, column), "")


@cache
def labels_of(model: type[Model], column: str) -> dict[object, str | Promise]:
    """The words of a column's choices, each in the language of its reader."""
    field: Any = model._meta.get_field(column)
    return dict(field.flatchoices)


@register.simple_tag
def keys(words: object) -> SafeString:
    """For an option written in a template: `<option {% keys estate.name %}>` is found as it is read aloud."""
    found = search_keys(str(words))
    return format_html('data-keys="{}"', found) if found else SafeString("")


@register.filter
def tel(number: str) -> str:
    """A phone number as a tel: link takes it: digits and a leading plus; an extension, kept behind the last
    dash of a number that has no other, is dialled after a pause."""
    text = str(number)
    if kept := re.fullmatch(r"((?![48]00\d{4}-)\d{7,})-(\d{1,6})", text):
        return f"{kept[1]},{kept[2]}"
    return re.sub(r"(?!^\+)[^0-9]", "", text)


@lru_cache(maxsize=512)
def kept_markup(
    template_name: str, language: str | None, facts: tuple[tuple[str, object], ...]
) -> SafeString:
    return render_to_string(template_name, dict(facts))


@register.simple_tag
def kept(template_name: str, **facts: object) -> SafeString:
    """A part of the page that depends on its arguments and the language alone: rendered once a process.

    The shell stands around every page; this keeps it from costing more than the page itself.
    """
    frozen = tuple(
        (name, frozenset(value) if isinstance(value, set) else value) for name, value in facts.items()
    )
    render = kept_markup.__wrapped__ if settings.DEBUG else kept_markup
    return render(template_name, get_language(), frozen)
