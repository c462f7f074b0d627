"""The year's targets in its paper: a table, a sentence of each, a sheet of the workbook. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import excel, words
from reports.figures.shapes import Rate
from reports.figures.wide_shapes import TargetLine
from reports.made import Row
from reports.tables import Column, num, table
from reports.target_rules import Direction, Indicator, Standing, printed


def sentences(lines: Iterable[TargetLine]) -> list[str]:
    """One of each target, in their order."""
    return [sentence(one) for one in lines]


def sentence(one: TargetLine) -> str:
    said = {
        "scope": one.scope,
        "indicator": Indicator(one.indicator).label,
        "target": aimed(one),
        "value": _value(one),
        "standing": Standing(one.standing).label,
    }
    if one.value is None:
        return _("%(scope)s, %(indicator)s: target %(target)s; there was nothing to count.") % said
    return _("%(scope)s, %(indicator)s: %(value)s, target %(target)s. %(standing)s.") % said


def aimed(one: TargetLine) -> str:
    """at least 95%"""
    return _("%(direction)s %(target)s") % {
        "direction": Direction(one.direction).label,
        "target": printed(one.indicator, one.target),
    }


def _value(one: TargetLine) -> str:
    value = printed(one.indicator, one.value)
    if one.part is None or not one.whole:
        return value
    return f"{value} ({words.parts(Rate(one.part, one.whole))})"


def target_table(lines: Sequence[TargetLine]) -> SafeString:
    """Empty where there are none."""
    return table(
        [
            Column(_("Covers"), "is-text"), Column(pgettext("report", "Figure"), "is-text"),
            num(pgettext("target", "Target")), num(pgettext("target", "The year"), bold=True),
            Column(pgettext("target", "Standing"), "is-text"),
        ],
        [
            (
                one.scope, Indicator(one.indicator).label, aimed(one), _value(one),
                Standing(one.standing).label,
            )
            for one in lines
        ],
        keep=False,
    )  # fmt: skip


def target_rows(lines: Sequence[TargetLine]) -> tuple[list[excel.Column], list[Row]]:
    columns = [
        excel.Column(_("Covers"), width=24), excel.Column(pgettext("report", "Figure"), width=44),
        excel.Column(pgettext("target", "Direction"), width=12),
        excel.Column(pgettext("target", "Target"), "float", 12),
        excel.Column(pgettext("target", "The year"), "float", 12),
        excel.Column(pgettext("target", "Part"), "int"), excel.Column(pgettext("report", "Of"), "int"),
        excel.Column(pgettext("target", "Standing"), width=22),
    ]  # fmt: skip
    return columns, [
        (
            one.scope, str(Indicator(one.indicator).label), str(Direction(one.direction).label), one.target,
            one.value, one.part, one.whole, str(Standing(one.standing).label),
        )
        for one in lines
    ]  # fmt: skip
