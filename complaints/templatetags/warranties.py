"""What of a unit is still under warranty: for the register's page, which knows of no terms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from complaints.actions.current_policy import current_policy
from complaints.actions.warranty_rows import warranty_of
from complaints.warranty_ends import under_warranty
from owners.handed_over import handed_over
from owners.models import Unit

register = template.Library()


@register.inclusion_tag("complaints/warranty/unit.html")
def unit_warranty(unit: Unit, may_edit: bool, today: date) -> dict[str, Any]:
    """Each part with its last day, from the date that counts for the unit. Three queries."""
    given = handed_over(unit.estate_id, unit=unit)
    context = {"unit": unit, "may_edit": may_edit, "given": given}
    if given is None:
        return context
    terms, estate = current_policy().policy.data["warranty"], warranty_of(unit.estate_id)
    return context | {"parts": under_warranty(given.day, today, terms, estate.design_life)}
