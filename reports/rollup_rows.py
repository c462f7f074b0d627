"""Rows of the roll-ups: what a month that is over says of one estate, by keys and numbers.

Written by `reports.rollups` only, read by `reports.figures.kept`.
"""

from __future__ import annotations

from django.db import models

from staff.models import Estate

#: What `facts`, `flow` and `times` are made of; rows of another form are as good as none.
FORM = 2


class MonthRollup(models.Model):
    """One closed month of one estate; no word and no name stands here, those are read when it is shown.

    It may be thrown away at any time: without it the month is counted from the cases. It holds as long as the
    estate has this time zone and nothing has changed the past since: `voids` and `loads` say what was seen of
    that (`reports.figures.kept`).
    """

    estate = models.ForeignKey(Estate, models.CASCADE, related_name="+", db_index=False)
    month = models.DateField(help_text="Its first day.")
    zone = models.CharField(max_length=64, help_text="By whose clock it began and ended.")
    form = models.PositiveSmallIntegerField(default=FORM)
    voids = models.PositiveIntegerField(help_text="Wrong entries of the estate received before the end.")
    loads = models.PositiveIntegerField(help_text="Past ledgers the estate had taken over.")
    received = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0, help_text="Of the received.")
    closed = models.PositiveIntegerField(default=0)
    flow = models.JSONField(default=list, help_text="Deadlines kept, overruns, revisits, answers.")
    facts = models.JSONField(default=dict)
    times = models.BinaryField(default=b"", help_text="Microseconds, eight bytes each, the shortest first.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "month"], name="one_rollup_a_month")]
