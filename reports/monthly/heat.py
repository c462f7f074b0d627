"""Where and what: the heat map of places and categories, the same on page and paper.

Every cell says its number; the shade behind it repeats it in steps of lightness, so that a black and
white print and a reader of the screen lose nothing.
"""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reports.figures.shapes import HeatMap, HeatRow
from reports.monthly.links import PAPER, Links

#: So many places and categories have a row and a column of their own; the rest share one.
ROWS, COLUMNS = 12, 9
#: Steps of the shade: a quarter of the largest number each.
STEPS = 4


def heat_table(heat: HeatMap, links: Links = PAPER) -> SafeString:
    """The rows under their headings with sums on both sides; nothing where nothing was received."""
    if not heat.rows:
        return SafeString("")
    columns, keys, rows = shown(heat)
    most = max(count for row in heat.rows[:ROWS] for count in row.counts[:COLUMNS])
    head = "".join(f'<th scope="col" class="num">{escape(name)}</th>' for name in (*columns, _("Total")))
    body = "".join(_row(row, keys, most if number < ROWS else 0, links) for number, row in enumerate(rows))
    sums = [sum(own) for own in zip(*(row.counts for row in rows), strict=True)]
    foot = "".join(
        f'<td class="num">{links.number(number, "received", category=key)}</td>'
        for number, key in zip(sums, keys, strict=True)
    )
    foot += f'<td class="num">{links.number(sum(sums), "received")}</td>'
    return mark_safe(  # noqa: S308 (every text is escaped above)
        '<div class="table-wrap keep" tabindex="0"><table class="data heat">\n'
        f'<thead><tr><th scope="col">{escape(_("Place"))}</th>{head}</tr></thead>\n<tbody>{body}'
        f'<tr class="sum"><th scope="row">{escape(_("Total"))}</th>{foot}</tr></tbody>\n</table></div>'
    )


def shown(heat: HeatMap) -> tuple[tuple[str, ...], tuple[str, ...], list[HeatRow]]:
    """What fits on a page: categories, with their keys, and places with the most, all others summed up."""
    columns, rows = heat.columns, list(heat.rows)
    keys = heat.keys or ("",) * len(columns)
    if len(columns) > COLUMNS:
        columns = (*columns[:COLUMNS], _("Others"))
        keys = (*keys[:COLUMNS], ",".join(keys[COLUMNS:]))
        rows = [
            HeatRow(row.label, (*row.counts[:COLUMNS], sum(row.counts[COLUMNS:])), row.key) for row in rows
        ]
    if len(rows) > ROWS:
        rest = [row.counts for row in rows[ROWS:]]
        others = _("Other places (%(n)s)") % {"n": len(rest)}
        key = ",".join(row.key for row in rows[ROWS:])
        rows = [*rows[:ROWS], HeatRow(others, tuple(map(sum, zip(*rest, strict=True))), key)]
    return columns, keys, rows


def _row(row: HeatRow, keys: tuple[str, ...], most: int, links: Links) -> str:
    """Only single places and categories are shaded: a sum of many would outshine them."""
    cells = "".join(
        f'<td class="num heat-{shade(count, most if number < COLUMNS else 0)}">'
        f"{_cell(count, row.key, key, links)}</td>"
        for number, (count, key) in enumerate(zip(row.counts, keys, strict=True))
    )
    total = links.number(row.total, "received", building=row.key)
    return (
        f'<tr><th scope="row">{escape(row.label)}</th>{cells}'
        f'<td class="num"><strong>{total}</strong></td></tr>\n'
    )


def _cell(count: int, building: str, category: str, links: Links) -> int | str:
    return links.number(count, "received", building=building, category=category) if count else ""


def shade(count: int, most: int) -> int:
    """From 0 for none to 4 for more than three quarters of the largest."""
    return -(-count * STEPS // most) if most else 0
