"""The numbers that stand in sentences of the report, each with its list on a page."""

from __future__ import annotations

from django.utils.safestring import SafeString

from reports.figures.shapes import Monthly
from reports.monthly.links import Links


def sentences(figures: Monthly, links: Links) -> dict[str, int | SafeString]:
    """By the name of the figure."""
    money, asked = figures.compensation, figures.extensions
    numbers = {
        "valid": figures.valid,
        "second": figures.second,
        "second_open": figures.second_open,
        "taken_over": figures.taken_over,
        "voided": figures.voided,
        "first": figures.first_time.part,
        "went": figures.first_time.whole,
        "compensated": money.approved,
        "paid": money.paid,
        "compensation_waiting": money.waiting,
        "asked": asked.asked,
        "approved": asked.granted,
        "declined": asked.declined,
        "withdrawn": asked.withdrawn,
        "pending": asked.pending,
        "attention": figures.attention.total,
        "notable": figures.notable.total,
        "decisions": figures.decisions.total,
        "overruns": figures.overruns.total,
        "overruns_waiting": figures.overruns.open,
        "overruns_carried": figures.overruns.carried,
    }
    found = {figure: links.number(n, figure) for figure, n in numbers.items()}
    return found | {"commended": links.commended(len(figures.commended))}
