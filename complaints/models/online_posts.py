"""Posts on the network 网上投诉 and what was answered to each point of them (L2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.models.case import Complaint
from config.framework.history import Versions
from staff.models import User


class OnlinePost(models.Model):
    """What somebody posted in public, where it stands, and our answer below it.

    `answer_link` is where the answer stands; `no_opinion_because`: why no department was asked first.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="online_posts")
    platform = models.CharField(_("platform"), max_length=60)
    link = models.URLField(_("link of the post"), max_length=500)
    posted_at = models.DateTimeField(_("posted"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    no_opinion_because = models.CharField(_("why no department is asked"), max_length=300, blank=True)
    answer = models.TextField(_("answer as it was posted"), blank=True)
    answer_link = models.URLField(_("link of the answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(answered_at=None), name="one_post_is_answered_at_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="", answer_link="")
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                & ~Q(answer_link=""),
                name="a_post_is_answered_where_it_stands",
            ),
        ]

    def __str__(self) -> str:
        return self.platform


class PostPoint(models.Model):
    """One thing a post asks: answered, or left out for a reason."""

    post = models.ForeignKey(OnlinePost, models.PROTECT, related_name="points")
    asks = models.CharField(_("what is asked"), max_length=300)
    answer = models.TextField(_("answer"), blank=True)
    left_out_because = models.CharField(_("why it is not answered"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    history = HistoricalRecords(history_manager=Versions)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="") | Q(left_out_because=""), name="a_point_is_answered_or_left_out"
            )
        ]

    def __str__(self) -> str:
        return self.asks

    @property
    def is_open(self) -> bool:
        return not self.answer and not self.left_out_because
