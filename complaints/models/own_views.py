"""Views of the queue that somebody keeps for himself 我的视图."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.models import User


class OwnView(models.Model):
    """A name for an address of the queue: its view, filters and order. Nobody else sees it.

    Written by `complaints.actions.own_views`. It grants nothing: what it shows is asked anew each time.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="own_views", db_index=False)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=24)
    query = models.CharField(max_length=500, blank=True, help_text="view=open&severity=major&sort=received")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_default = models.BooleanField(_("my day begins with it"), default=False)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="own_view_named_once"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_default=True), name="one_own_view_is_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name
