"""The list somebody came from, carried along in the address: so that he comes back to it, or goes on in it.

`?from=` holds the query of the queue, `view=overdue&severity=major`, without its page.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.urls import reverse

from staff.requests import StaffRequest

NAME = "from"
#: Longer ones nobody's filters make.
LONGEST = 500


def origin(request: StaffRequest) -> str:
    """What the rows of this very list add to their addresses; always something, `?from=view%3D` at least."""
    asked = request.GET.copy()
    for name in ("after", "before", NAME):
        asked.pop(name, None)
    asked.setdefault("view", "")
    return _suffix(asked.urlencode())


def of_view(slug: str) -> str:
    """The same for rows that stand elsewhere as a view of the queue holds them."""
    return _suffix(f"view={slug}")


def came_from(request: StaffRequest) -> str:
    """The query of the list the case or form was opened from; empty when from elsewhere."""
    said = request.POST.get(NAME) or request.GET.get(NAME) or ""
    if not said or len(said) > LONGEST:
        return ""
    try:
        return QueryDict(said).urlencode()
    except (ValueError, SuspiciousOperation):  # no text, or more fields than any list has
        return ""


def suffix_of(request: StaffRequest) -> str:
    """The same as an address carries it on; empty when from elsewhere."""
    said = came_from(request)
    return _suffix(said) if said else ""


def back_to(request: StaffRequest) -> str:
    """The address of the list, or of the whole queue."""
    said = came_from(request)
    return f"{reverse('queue')}?{said}" if said else reverse("queue")


def of_list(address: str) -> bool:
    """Whether an address is a page of the queue or the inbox, where an act from a row leads back to."""
    lists = (reverse("queue"), reverse("inbox"))
    return any(address == one or address.startswith(f"{one}?") for one in lists)


def _suffix(query: str) -> str:
    return f"?{urlencode({NAME: query})}"
