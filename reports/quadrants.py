"""The four-quadrant chart 四分图 of a survey as SVG: the same drawing on page, portal and paper.

Importance runs to the right, satisfaction upwards; the lines cross at both means. Every item is a number in
a ring, named beside it where there is room; the table beside the chart names them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.surveys import Quadrant
from reports.charts import INK, MARK, PALE, PAPER, WIDTH, element, frame, label, line, rect, width_of
from reports.figures.surveys import ItemResult, Results

#: The plane in the units of the drawing, and the ring of an item.
LEFT, RIGHT, TOP, BOTTOM, HEIGHT, RING = 46.0, WIDTH - 10.0, 12.0, 392.0, 424, 11.0
#: In which corner a quadrant lies: to the right, above.
CORNERS: dict[Quadrant, tuple[bool, bool]] = {
    Quadrant.IMPROVE: (True, False),
    Quadrant.KEEP: (True, True),
    Quadrant.LATER: (False, False),
    Quadrant.HOLD: (False, True),
}
Box = tuple[float, float, float, float]


class Dot(NamedTuple):
    item: ItemResult
    x: float
    y: float


def chart(key: str, found: Results) -> SafeString:
    """The chart, or words where nothing can be shown. `key` prefixes the ids inside."""
    title = _("Four quadrants: importance and satisfaction")
    placed = [one for one in found.items if one.quadrant]
    if found.lines is None or not placed:
        rated = any(one.mark.importance is not None for one in found.items)
        why = _("No quadrants: the items do not differ") if rated else _("Too few answers")
        return frame(key, title, why, 30, [label(0, 18, why)])
    across = _axis([one.mark.importance for one in placed] + [found.lines[0]])
    up = _axis([one.mark.satisfaction for one in placed] + [found.lines[1]])
    x, y = _at(found.lines[0], across, LEFT, RIGHT), _at(found.lines[1], up, BOTTOM, TOP)
    dots = [
        Dot(
            one,
            _at(one.mark.importance, across, LEFT, RIGHT),
            _at(one.mark.satisfaction, up, BOTTOM, TOP),
        )
        for one in placed
    ]
    drawn = [
        element(
            "rect", x=round(x, 1), y=round(y, 1), width=round(RIGHT - x, 1), height=round(BOTTOM - y, 1),
            fill=PALE, fill_opacity=0.4,
        ),
        rect(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, "none", outline=True),
        line(x, TOP, x, BOTTOM, MARK, 1.4, dash="5 4"),
        line(LEFT, y, RIGHT, y, MARK, 1.4, dash="5 4"),
        *_corners(),
        *_scales(across, up),
        *_rings(dots),
    ]  # fmt: skip
    said = "; ".join(
        f"{one.number} {one.name}: {one.quadrant.label}, {decimal(one.mark.importance)} / "
        f"{decimal(one.mark.satisfaction)}"
        for one in placed
        if one.quadrant
    )
    return frame(key, title, said, HEIGHT, drawn)


def decimal(value: Fraction | None) -> str:
    """A mean with two places, halves upwards; a dash where there is none."""
    if value is None:
        return "–"
    hundredths = int(value * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02}"


def signed(value: Fraction | None) -> str:
    """A difference with its sign."""
    if value is None:
        return "–"
    return ("−" if value < 0 else "+") + decimal(abs(value))


def _axis(values: Sequence[Fraction | None]) -> tuple[float, float]:
    """From where to where an axis runs: all that stands on it and a little beyond, within 1 to 5."""
    known = [float(one) for one in values if one is not None]
    return max(1.0, min(known) - 0.15), min(5.0, max(known) + 0.15)


def _at(value: Fraction | None, axis: tuple[float, float], start: float, end: float) -> float:
    return start + (float(value or 0) - axis[0]) / ((axis[1] - axis[0]) or 1) * (end - start)


def _corners() -> list[SafeString]:
    found = []
    for one, (is_right, is_above) in CORNERS.items():
        x, anchor = (RIGHT - 8, "end") if is_right else (LEFT + 8, "start")
        y = TOP + 18 if is_above else BOTTOM - 9
        found.append(label(x, y, str(one.label), anchor=anchor, bold=True))
    return found


def _scales(across: tuple[float, float], up: tuple[float, float]) -> list[SafeString]:
    """What the axes mean, and the values at their ends."""
    middle = (TOP + BOTTOM) / 2
    upwards = element(
        "text", f"{_('Satisfaction')} →", x=14, y=round(middle, 1), text_anchor="middle",
        transform=f"rotate(-90 14 {middle:.1f})",
    )  # fmt: skip
    return [
        label(LEFT, BOTTOM + 15, f"{across[0]:.1f}"),
        label(RIGHT, BOTTOM + 15, f"{across[1]:.1f}", anchor="end"),
        label((LEFT + RIGHT) / 2, BOTTOM + 27, f"{_('Importance')} →", anchor="middle"),
        label(LEFT - 5, BOTTOM, f"{up[0]:.1f}", anchor="end"),
        label(LEFT - 5, TOP + 10, f"{up[1]:.1f}", anchor="end"),
        upwards,
    ]


def _rings(dots: Sequence[Dot]) -> list[SafeString]:
    """The rings, and names where they cover nothing."""
    taken: list[Box] = [(dot.x - RING, dot.y - RING, dot.x + RING, dot.y + RING) for dot in dots]
    for is_right, is_above in CORNERS.values():  # the names of the quadrants
        x, y = (RIGHT - 140, RIGHT) if is_right else (LEFT, LEFT + 140), TOP + 22 if is_above else BOTTOM
        taken.append((x[0], y - 22, x[1], y))
    found = []
    for dot in dots:
        found += [
            element(
                "circle",
                cx=round(dot.x, 1),
                cy=round(dot.y, 1),
                r=RING,
                fill=PAPER,
                stroke=INK,
                stroke_width=1.6,
            ),
            label(dot.x, dot.y + 4, str(dot.item.number), anchor="middle", bold=True),
        ]
        wide = width_of(dot.item.name) + 2
        for box, anchor in (
            ((dot.x + RING + 4, dot.y - 8, dot.x + RING + 4 + wide, dot.y + 6), "start"),
            ((dot.x - RING - 4 - wide, dot.y - 8, dot.x - RING - 4, dot.y + 6), "end"),
            ((dot.x - wide / 2, dot.y - RING - 16, dot.x + wide / 2, dot.y - RING - 2), "middle"),
            ((dot.x - wide / 2, dot.y + RING + 2, dot.x + wide / 2, dot.y + RING + 16), "middle"),
        ):
            if _fits(box) and not any(_meet(box, other) for other in taken):
                taken.append(box)
                at = {"start": box[0], "end": box[2], "middle": (box[0] + box[2]) / 2}[anchor]
                found.append(label(at, box[3] - 2, dot.item.name, anchor=anchor))
                break
    return found


def _fits(box: Box) -> bool:
    return box[0] >= LEFT and box[2] <= RIGHT and box[1] >= TOP and box[3] <= BOTTOM


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
