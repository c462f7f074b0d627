"""Time zones as people name them: those of Chinese companies first, any other by its city."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

#: Where the estates of a Chinese company lie, most of them in the first. None of them changes its clocks.
COMMON: dict[str, str | Promise] = {
    "Asia/Shanghai": gettext_lazy("Beijing time, mainland China (UTC+8)"),
    "Asia/Hong_Kong": gettext_lazy("Hong Kong (UTC+8)"),
    "Asia/Macau": gettext_lazy("Macau (UTC+8)"),
    "Asia/Taipei": gettext_lazy("Taipei (UTC+8)"),
    "Asia/Urumqi": gettext_lazy("Xinjiang time, Ürümqi (UTC+6)"),
    "Asia/Singapore": gettext_lazy("Singapore (UTC+8)"),
}


def zone_words(zone: str) -> str:
    """A zone as it is shown."""
    return str(COMMON.get(zone, zone))


@cache
def others() -> list[str]:
    """The zones somebody may search in: places, without the many second names and plain offsets."""
    return sorted(zone for zone in available_timezones() if zone.count("/") and not zone.startswith("Etc/"))


def read_zone(text: str) -> str:
    """The zone that is meant by its name or its city: Asia/Tokyo, tokyo, New York.

    Raises ValidationError, which names what was typed and what is like it.
    """
    typed = "_".join(text.split()).casefold()
    names = {zone.casefold(): zone for zone in available_timezones()}
    if typed in names:
        return names[typed]
    cities: dict[str, list[str]] = {}
    for zone in others():
        cities.setdefault(zone.rpartition("/")[2].casefold(), []).append(zone)
    found = cities.get(typed, [])
    if len(found) == 1:
        return found[0]
    near = found or [
        zone for city in get_close_matches(typed.rpartition("/")[2], cities, n=3) for zone in cities[city]
    ]
    if near:
        raise ValidationError(
            _("“%(text)s” is no time zone. Did you mean %(zones)s?")
            % {"text": text, "zones": pgettext("between names", ", ").join(near[:4])}
        )
    raise ValidationError(
        _("“%(text)s” is no time zone: type a city in English, such as Tokyo or London.") % {"text": text}
    )
