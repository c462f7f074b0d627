"""The parts of a building that have a warranty of their own, and the day it counts from 保修部位. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import pgettext_lazy

#: 《建设工程质量管理条例》 art. 40 calls it the reasonable life of the design; a house of flats has 50 years.
DESIGN_LIFE = 50


class Part(models.TextChoices):
    """The parts 部位 of a building that have a warranty of their own (《建设工程质量管理条例》 art. 40)."""

    ROOF = "roof", pgettext_lazy("warranty part", "Roof, waterproofing")
    WET_ROOMS = "wet_rooms", pgettext_lazy("warranty part", "Bathroom and wet rooms, waterproofing")
    OUTER_WALL = "outer_wall", pgettext_lazy("warranty part", "Outer wall, seepage")
    HEATING = "heating", pgettext_lazy("warranty part", "Heating system")
    COOLING = "cooling", pgettext_lazy("warranty part", "Cooling system")
    ELECTRIC = "electric", pgettext_lazy("warranty part", "Electric lines")
    PLUMBING = "plumbing", pgettext_lazy("warranty part", "Water and drain pipes")
    INSTALLATION = "installation", pgettext_lazy("warranty part", "Installed equipment")
    DECORATION = "decoration", pgettext_lazy("warranty part", "Fitting-out")
    STRUCTURE = "structure", pgettext_lazy("warranty part", "Main structure")
    FOUNDATION = "foundation", pgettext_lazy("warranty part", "Foundation")
    INFRASTRUCTURE = "infrastructure", pgettext_lazy("warranty part", "Roads, pipes and works outside")


@dataclass(frozen=True)
class HandedOver:
    """The date that counts for a place, and whose it is: `unit`, `building` or `estate`."""

    day: date
    of: str
