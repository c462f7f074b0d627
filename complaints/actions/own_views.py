"""The views of the queue that a person keeps for himself: his alone, and nothing a case knows of."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.models import OwnView
from config.framework.refusals import Refused
from staff.models import User

#: More are no shortcut any more.
MOST = 12


def views_of(user: User) -> QuerySet[OwnView]:
    return OwnView.objects.filter(user=user).order_by("order", "pk")


@transaction.atomic
def keep_view(user: User, *, name: str, query: str) -> OwnView:
    """Keep what an address shows under a name, after the others. Raises Refused."""
    held = _locked(user)
    name = _free_name(held, name)
    if len(held) >= MOST:
        raise Refused(
            _("You keep %(n)s views already. Delete one that you do not need.") % {"n": MOST}, field="name"
        )
    order = max((view.order for view in held), default=0) + 1
    return OwnView.objects.create(user=user, name=name, query=_short(query), order=order)


@transaction.atomic
def change_view(view: OwnView, *, name: str | None = None, query: str | None = None) -> OwnView:
    """Another name, or what another address shows. Raises Refused."""
    held = _locked(view.user)
    if name is not None:
        view.name = _free_name([other for other in held if other.pk != view.pk], name)
    if query is not None:
        view.query = _short(query)
    view.save(update_fields=["name", "query"])
    return view


@transaction.atomic
def begin_with(user: User, view: OwnView | None) -> None:
    """The view the person's day begins with; None: the usual one of his role again."""
    _locked(user)
    views_of(user).filter(is_default=True).update(is_default=False)
    if view:
        views_of(user).filter(pk=view.pk).update(is_default=True)


@transaction.atomic
def move_view(view: OwnView, *, by: int) -> None:
    """One place up (-1) or down (1); at the end it stays."""
    held = _locked(view.user)
    here = next((place for place, other in enumerate(held) if other.pk == view.pk), None)
    if here is None:
        return
    held.insert(min(max(here + by, 0), len(held) - 1), held.pop(here))
    for order, other in enumerate(held, 1):
        other.order = order
    OwnView.objects.bulk_update(held, ["order"])


@transaction.atomic
def drop_view(view: OwnView) -> None:
    """Nothing but the shortcut goes."""
    views_of(view.user).filter(pk=view.pk).delete()


def _locked(user: User) -> list[OwnView]:
    """His views, while nobody else of his windows changes them."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return list(views_of(user))


def _free_name(others: list[OwnView], name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give the view a name."), field="name")
    longest = OwnView._meta.get_field("name").max_length or 0
    if len(name) > longest:
        raise Refused(_("A name has at most %(n)s characters.") % {"n": longest}, field="name")
    if any(other.name == name for other in others):
        raise Refused(_("One of your views has this name already."), field="name")
    return name


def _short(query: str) -> str:
    if len(query) > (OwnView._meta.get_field("query").max_length or 0):
        raise Refused(_("These are more filters than a view can keep. Take some off."), field="name")
    return query
