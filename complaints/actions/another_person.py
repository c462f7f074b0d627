"""Another person must do it 换人: who was involved himself does not check his own work (domain.md 1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from complaints.conditions import another_is_there
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import User


def need_another(
    by: User, involved: Collection[int], others: Callable[[], Sequence[User]], alone_because: str
) -> dict[str, Any]:
    """Refuse when `by` was involved himself, unless there are no `others` and he says why.

    Three people can run an estate (domain.md 1). Returns the parameters for the event.
    """
    if by.pk not in involved:
        return {}
    if people := others():
        raise WrongPerson(another_is_there(people))
    return alone_params(alone_because)


def alone_params(alone_because: str) -> dict[str, Any]:
    """The reason why nobody else does it, as the event keeps it. Raises Refused where it is not said."""
    if not alone_because.strip():
        raise Refused(
            _("Nobody else can do this at present: say why you do it yourself."), field="alone_because"
        )
    return {"alone_because": alone_because.strip()}
