"""The department's opinion 责任部门意见: what it writes on taking the work (T32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from complaints.forms.fields import MoveForm, words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def opinion(hint: StrOrPromise = "", *, needed: bool = True) -> Any:
    usual = _("What you find, what will be done and by when. The customer does not see it.")
    return words(_("Department's opinion"), hint or usual, needed=needed, longest=1000)


def opinion_of_taker() -> Any:
    """Beside the choice of a handler: for whoever names himself, and so accepts with it."""
    hint = _("Only where you take it on yourself. It can also be written afterwards.")
    return opinion(hint, needed=False)


class Accept(MoveForm):
    note = opinion()
