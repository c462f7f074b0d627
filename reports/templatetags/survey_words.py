"""How figures of surveys are written in templates."""

from __future__ import annotations

from django import template

from reports import quadrants

register = template.Library()
register.filter("decimal", quadrants.decimal)
register.filter("signed", quadrants.signed)


@register.filter
def percent(share: float) -> str:
    """A share in whole hundredths."""
    return f"{share:.0%}"
