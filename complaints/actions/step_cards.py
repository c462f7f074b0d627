"""Who keeps which step card open: remembered of each person."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import StepCardFold
from complaints.step_cards import CardKind
from config.framework.refusals import Refused
from staff.models import User


@transaction.atomic
def fold_card(kind: str, *, is_open: bool, by: User) -> None:
    """Keep it open, or folded, wherever it comes up for him."""
    if kind not in CardKind.values:
        raise Refused(_("Choose from the list."), field="kind")
    StepCardFold.objects.update_or_create(user=by, kind=kind, defaults={"is_open": is_open})
