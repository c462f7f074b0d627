"""What speaks for an abnormal complaint 非正常投诉, what was decided on it, and who reads a restricted case
(domain.md 9, D8, X1, G14)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.models import User


class Sign(models.TextChoices):
    """The six signs of X1, in the order of the source."""

    GROUNDLESS = "groundless", _("1 Claims without ground")
    RISING = "rising", _("2 Claims that rise step by step")
    PRESSURE = "pressure", _("3 Harsher and harsher means of pressure")
    BYWAYS = "byways", _("4 Byways instead of the regular way")
    NO_PROOF = "no_proof", _("5 No legal proof is given")
    STIRRING = "stirring", _("6 Stirs up publicity in bad faith")


class AbnormalSign(models.Model):
    """One sign seen on a case: the fact, its day, what shows it. Never deleted; withdrawn with a reason."""

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="signs")
    sign = models.CharField(_("sign"), max_length=12, choices=Sign.choices)
    fact = models.TextField(_("fact"))
    on = models.DateField(_("day of the fact"))
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    files = models.ManyToManyField("complaints.Attachment", related_name="+")
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(fact=""), name="a_sign_has_a_fact"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
                name="a_sign_is_withdrawn_by_somebody_with_a_reason",
            ),
        ]


class AbnormalDecision(models.Model):
    """What the property manager decided on the mark, at first and at each review, with the reason."""

    class Kind(models.TextChoices):
        MARKED = "marked", _("Taken for abnormal")
        DECLINED = "declined", _("Not abnormal")
        STAYS = "stays", _("The mark stays")
        LIFTED = "lifted", _("The mark is lifted")

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="abnormal_decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField()
    reason = models.TextField(_("reason"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_decision_on_abnormal_has_a_reason")
        ]


class CircleMember(models.Model):
    """One person of the circle of a restricted case: since when, and who let him in.

    `named_by` empty: by rule, when the case became restricted. Never deleted: it ends with a time.
    """

    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="circle")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    named_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "user"], condition=Q(until=None), name="one_place_in_a_circle"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="a_place_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["user", "complaint"], name="in_circles", condition=Q(until=None))]
