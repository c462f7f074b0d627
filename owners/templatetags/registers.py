"""How the register's dates and numbers are read."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from owners.models import Occupancy

register = template.Library()


@register.filter
def lived(occupancy: Occupancy) -> str:
    """Since when and until when, as exactly as it is known."""
    start = _day(occupancy.starts_on, occupancy.starts_precision) if occupancy.starts_on else ""
    end = _day(occupancy.ends_on, Occupancy.Precision.DAY) if occupancy.ends_on else ""
    if start and end:
        return f"{start} – {end}"
    if end:
        return pgettext("moved out", "until %s") % end
    return pgettext("moved in", "since %s") % start if start else _("since when is not known")


def _day(day: date, precision: str) -> str:
    shape = {
        Occupancy.Precision.YEAR: pgettext("date format", "Y"),
        Occupancy.Precision.MONTH: pgettext("date format", "M Y"),
        Occupancy.Precision.DAY: pgettext("date format", "j M Y"),
    }[Occupancy.Precision(precision)]
    return format_date(day, shape)


@register.filter
def spaced(number: str) -> str:
    """A mobile in groups, as people read it out: 138 0013 8000."""
    if len(number) == 11 and number.startswith("1"):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    return number
