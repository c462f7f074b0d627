"""How figures of surveys are written in templates."""

from __future__ import annotations

from django import template

from reports import quadrants
from reports.figures.surveys import ItemResult
from staff.models import Estate

register = template.Library()
register.filter("decimal", quadrants.decimal)
register.filter("signed", quadrants.signed)


@register.filter
def percent(share: float) -> str:
    """A share in whole hundredths."""
    return f"{share:.0%}"


@register.filter
def unset_in(item: ItemResult, measures: dict[Estate, set[int]]) -> list[Estate]:
    """The estates where no measure is set for an item yet."""
    return [estate for estate, made in measures.items() if item.pk not in made]
