"""Figures as SVG: the same fragment in the page and in the PDF.

Only attributes, no styles (the pages forbid them). Every chart reads in black and white: values are
written beside the marks, and parts of a whole differ by pattern. Text and axes take the colour of
the surrounding page. `key` must be unique on a page: it prefixes the ids inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

WIDTH = 640
SIZE = 11  # of the letters, in the units of the drawing: 8.5 pt across a printed page
FONT = "Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
INK = "#23539f"
PALE = "#b6c6e0"
MARK = "#9a3c00"
PAPER = "#ffffff"

Fill = Literal["solid", "hatch", "dots", "empty", "pale"]


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart; `mark` is the value it is compared with."""

    label: str
    value: float | None
    text: str
    mark: float | None = None
    url: str = ""  # the list behind it, on a page


@dataclass(frozen=True)
class Part:
    """One part of a whole."""

    label: str
    value: int
    fill: Fill = "solid"
    url: str = ""


@dataclass(frozen=True)
class Point:
    """One month of a trend; `before` is the same month a year earlier."""

    label: str
    value: float | None
    text: str
    before: float | None = None
    url: str = ""


def bars(key: str, title: str, rows: Sequence[Bar], mark_label: str = "") -> SafeString:
    """Horizontal bars, one per row, the value at the end; a short line marks the comparison."""
    left, step, top = room([row.label for row in rows]), 24, 22 if mark_label else 4
    most = (
        max(
            (v for row in rows for v in (row.value, row.mark) if v is not None),
            default=0,
        )
        or 1
    )
    scale = (WIDTH - left - 12 - max((width_of(row.text) for row in rows), default=0)) / most
    drawn: list[SafeString] = []
    if mark_label:
        drawn += [tick(left, 5, 12), label(left + 8, 15, mark_label)]
    for number, row in enumerate(rows):
        y = top + number * step
        length = (row.value or 0) * scale
        own = [label(left - 8, y + 15, fit(row.label, left - 12), anchor="end")]
        if length:
            own.append(rect(left, y + 4, length, step - 9, INK))
        reach = max(length, (row.mark or 0) * scale + 2 if row.mark is not None else 0)
        own.append(label(left + reach + 6, y + 15, row.text))
        drawn.append(link(row.url, f"{row.label}: {row.text}", own))
        if row.mark is not None:
            at = left + row.mark * scale
            if at < left + length:  # printed in greys, the mark would not be seen on its bar
                drawn.append(line(at, y + 4, at, y + step - 5, PAPER, 6))
            drawn.append(tick(at, y + 2, step - 5))
    axis = line(left, top, left, top + step * len(rows))
    said = "; ".join(f"{row.label}: {row.text}" for row in rows)
    linked = any(row.url for row in rows)
    return frame(key, title, said, top + step * len(rows) + 4, [*drawn, axis], linked=linked)


def stacked_bars(
    key: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[Part]]],
    legend: Sequence[Part],
) -> SafeString:
    """Horizontal bars made of parts; all rows have the parts of `legend`, in its order."""
    left, step, top = room([name for name, _parts in rows]), 24, 26
    most = max((sum(part.value for part in parts) for _name, parts in rows), default=0) or 1
    scale = (WIDTH - left - 50) / most
    drawn = [keys_of(key, legend, left)]
    for number, (name, parts) in enumerate(rows):
        y, x = top + number * step, float(left)
        drawn.append(label(left - 8, y + 15, fit(name, left - 12), anchor="end"))
        for part in parts:
            if part.value:
                bar = filled(key, x, y + 4, part.value * scale, step - 9, part.fill)
                drawn.append(link(part.url, f"{name}, {part.label}: {part.value}", [bar]))
                x += part.value * scale
        drawn.append(label(x + 6, y + 15, str(sum(part.value for part in parts))))
    axis = line(left, top, left, top + step * len(rows))
    said = "; ".join(
        f"{name}: " + ", ".join(f"{part.label} {part.value}" for part in parts) for name, parts in rows
    )
    linked = any(part.url for _name, parts in rows for part in parts)
    own = [patterns(key), *drawn, axis]
    return frame(key, title, said, top + step * len(rows) + 4, own, linked=linked)


def whole(key: str, title: str, parts: Sequence[Part]) -> SafeString:
    """One bar for the whole, cut into its parts, each named with number and share below."""
    total = sum(part.value for part in parts)
    if not total:
        return nothing(key, title)
    drawn, said, x, under, line_at = [patterns(key)], [], 0.0, 0.0, 48
    for part in parts:
        width = part.value / total * WIDTH
        own = [filled(key, x, 2, width, 26, part.fill)] if width else []
        x += width
        words = f"{part.label} {part.value} ({part.value / total:.0%})"
        said.append(words)
        if under + 16 + width_of(words) > WIDTH:
            under, line_at = 0.0, line_at + 18
        own += [filled(key, under, line_at - 10, 11, 11, part.fill), label(under + 16, line_at, words)]
        drawn.append(link(part.url if part.value else "", words, own))
        under += 34 + width_of(words)
    linked = any(part.url and part.value for part in parts)
    return frame(key, title, "; ".join(said), line_at + 8, drawn, linked=linked)


def columns(key: str, title: str, points: Sequence[Point], value_label: str, before_label: str) -> SafeString:
    """Upright columns, one a month, the last one dark; a line marks the same month a year before."""
    height, top, bottom = 190, 36, 22
    values = [v for point in points for v in (point.value, point.before) if v is not None]
    scale = (height - top - bottom) / (max(values, default=0) or 1)
    step = WIDTH / max(len(points), 1)
    floor = height - bottom
    drawn = [
        rect(0, 6, 11, 11, PALE),
        label(16, 15, value_label),
        line(34 + width_of(value_label), 11, 50 + width_of(value_label), 11, MARK, 2),
        label(56 + width_of(value_label), 15, before_label),
    ]
    for number, point in enumerate(points):
        x, tall = number * step, (point.value or 0) * scale
        last = number == len(points) - 1
        own = []
        if tall:
            own.append(
                rect(
                    x + step * 0.2,
                    floor - tall,
                    step * 0.6,
                    tall,
                    INK if last else PALE,
                )
            )
        highest = max(tall, (point.before or 0) * scale)
        middle = x + step / 2
        own.append(label(middle, floor - highest - 5, point.text, anchor="middle", bold=last))
        own.append(label(middle, height - 6, point.label, anchor="middle", bold=last))
        drawn.append(link(point.url, f"{point.label}: {point.text}", own))
        if point.before is not None:
            y = floor - point.before * scale
            if point.before * scale < tall:
                drawn.append(line(x + step * 0.2, y, x + step * 0.8, y, PAPER, 6))
            drawn.append(line(x + step * 0.1, y, x + step * 0.9, y, MARK, 2))
    said = "; ".join(f"{point.label}: {point.text}" for point in points)
    linked = any(point.url for point in points)
    return frame(key, title, said, height, [*drawn, line(0, floor, WIDTH, floor)], linked=linked)


def rates(key: str, title: str, points: Sequence[Point], target: float | None = None) -> SafeString:
    """Shares from 0 to 1 as a line, one point a month; months without a share leave a gap."""
    height, top, bottom = 150, 24, 22
    step, floor = WIDTH / max(len(points), 1), height - bottom
    tall = floor - top
    drawn: list[SafeString] = []
    if target is not None:
        y = floor - target * tall
        drawn.append(line(0, y, WIDTH, y, MARK, 1, dash="4 3"))
    run: list[str] = []
    for number, point in enumerate(points):
        x = number * step + step / 2
        drawn.append(label(x, height - 6, point.label, anchor="middle"))
        if point.value is None:
            drawn.append(path(run))
            run = []
            continue
        y = floor - point.value * tall
        run.append(f"{'L' if run else 'M'}{x:.1f} {y:.1f}")
        drawn.append(element("circle", cx=round(x, 1), cy=round(y, 1), r=3, fill=INK))
        drawn.append(label(x, y - 7, point.text, anchor="middle", bold=number == len(points) - 1))
    said = "; ".join(f"{point.label}: {point.text}" for point in points)
    return frame(key, title, said, height, [*drawn, path(run), line(0, floor, WIDTH, floor)])


def nothing(key: str, title: str) -> SafeString:
    words = _("Nothing to show for this period")
    return frame(key, title, words, 30, [label(0, 18, words)])


# Parts of a drawing --------------------------------------------------------------------------------


def frame(
    key: str, title: str, said: str, height: float, drawn: Sequence[SafeString], *, linked: bool = False
) -> SafeString:
    """The drawing with its name and its words for those who do not see it; a picture has no links inside."""
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", said, id=f"{key}-said"),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height:g}",
        role="group" if linked else "img",
        aria_labelledby=f"{key}-title {key}-said",
        class_="chart",
        font_family=FONT,
        font_size=SIZE,
        fill="currentColor",
    )


def link(url: str, name: str, drawn: Sequence[SafeString]) -> SafeString:
    """What belongs to one number, as a link with a name; without an address only drawn."""
    if not url:
        return SafeString("".join(drawn))
    return element("a", *drawn, href=url, aria_label=name)


def patterns(key: str) -> SafeString:
    """The fills that tell parts apart without colour."""
    strokes = {
        "hatch": element("path", d="M-1 1 L1 -1 M0 6 L6 0 M5 7 L7 5", stroke=INK, stroke_width=1.6),
        "dots": element("circle", cx=3, cy=3, r=1.3, fill=INK),
    }
    return element(
        "defs",
        *(
            element(
                "pattern",
                element("rect", width=6, height=6, fill="#ffffff"),
                stroke,
                id=f"{key}-{name}",
                width=6,
                height=6,
                patternUnits="userSpaceOnUse",
            )
            for name, stroke in strokes.items()
        ),
    )


def filled(key: str, x: float, y: float, width: float, height: float, fill: Fill) -> SafeString:
    paint = {"solid": INK, "pale": PALE, "empty": "#ffffff"}.get(fill, f"url(#{key}-{fill})")
    return rect(x + 0.5, y, max(width - 1, 0.5), height, paint, outline=True)


def keys_of(key: str, parts: Sequence[Part], left: float) -> SafeString:
    drawn, x = [], left
    for part in parts:
        drawn += [filled(key, x, 5, 11, 11, part.fill), label(x + 16, 15, part.label)]
        x += 34 + width_of(part.label)
    return element("g", *drawn)


def rect(x: float, y: float, width: float, height: float, fill: str, *, outline: bool = False) -> SafeString:
    edge = {"stroke": INK, "stroke_width": 0.8} if outline else {}
    return element(
        "rect",
        x=round(x, 1),
        y=round(y, 1),
        width=round(width, 1),
        height=round(height, 1),
        fill=fill,
        **edge,
    )


def tick(x: float, y: float, height: float) -> SafeString:
    return line(x, y, x, y + height, MARK, 2)


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    stroke: str = "currentColor",
    width: float = 0.8,
    dash: str = "",
) -> SafeString:
    return element(
        "line",
        x1=round(x1, 1),
        y1=round(y1, 1),
        x2=round(x2, 1),
        y2=round(y2, 1),
        stroke=stroke,
        stroke_width=width,
        **({"stroke_dasharray": dash} if dash else {}),
    )


def path(steps: Sequence[str]) -> SafeString:
    if len(steps) < 2:
        return SafeString("")
    return element("path", d=" ".join(steps), fill="none", stroke=INK, stroke_width=1.6)


def label(x: float, y: float, words: str, anchor: str = "start", *, bold: bool = False) -> SafeString:
    weight = {"font_weight": 700} if bold else {}
    return element("text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, **weight)


def element(tag: str, *children: object, **attributes: object) -> SafeString:
    """One element; everything that is not already markup is escaped."""
    named = "".join(f' {ATTRIBUTE[name]}="{text(value)}"' for name, value in attributes.items())
    inside = "".join(child if isinstance(child, SafeString) else text(child) for child in children)
    return mark_safe(f"<{tag}{named}>{inside}</{tag}>")  # noqa: S308 (every value is escaped above)


def text(value: object) -> str:
    return str(value) if isinstance(value, int | float) else escape(str(value))


class Attributes(dict[str, str]):
    """The names of attributes, by how Python can write them: class_ is class, font_size font-size."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rstrip("_").replace("_", "-")
        return self[name]


ATTRIBUTE = Attributes()


def width_of(words: str, size: float = SIZE) -> float:
    """About how wide the words are: a Chinese character is one em, a Latin one about half."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.56 for letter in words)


def room(names: Sequence[str]) -> float:
    """The width for the names before bars: what the longest asks for, within bounds."""
    longest = max(map(width_of, names), default=0)
    return max(168, min(250, round(longest) + 14))


def fit(words: str, width: float) -> str:
    if width_of(words) <= width:
        return words
    while words and width_of(words + "…") > width:
        words = words[:-1]
    return words + "…"
