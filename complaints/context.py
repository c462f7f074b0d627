"""What the shell around every staff page shows: reads nothing until a template asks."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.timezone import now

from complaints.actions import posters
from complaints.rewards import OVERSEERS as REWARD_READERS
from complaints.surveys import READERS as SURVEY_READERS
from complaints.views import estate_of, estates_of, person_of, unread_of
from staff.permissions import nobody_works_here
from staff.requests import Place, StaffRequest
from staff.roles import BYSTANDERS, DESK, MANAGERS, READERS, Role

#: Entries of the rail and the menu: who sees them. The pages behind them check for themselves.
ENTRIES: dict[str, frozenset[Role]] = {
    "desk": DESK,
    "cases": READERS,
    "approvals": MANAGERS,
    "forecast": MANAGERS | {Role.AUDITOR, Role.DEPARTMENT_HEAD},
    "bulletins": MANAGERS | {Role.AUDITOR},
    "visits": READERS,
    "measures": READERS - DESK | MANAGERS,
    "warranty": READERS,
    "library": frozenset(Role),
    "commendations": frozenset(Role),
    "rewards": REWARD_READERS,
    "surveys": SURVEY_READERS,
    "revisits": DESK | {Role.DEPARTMENT_HEAD},
    "reports": MANAGERS | {Role.DEPARTMENT_HEAD, Role.AUDITOR},
    "ratings": MANAGERS | {Role.DEPARTMENT_HEAD, Role.AUDITOR},
    "registers": DESK | MANAGERS | {Role.AUDITOR, Role.ADMINISTRATOR},
    "audit": BYSTANDERS,
    "settings": frozenset({Role.PROPERTY_MANAGER, Role.ADMINISTRATOR}),
    "posters": posters.KEEPERS,
    "relays": frozenset(Role),
    "readings": READERS,
    "words": frozenset(Role),
    "appraisals": frozenset(Role),
    "leads": MANAGERS | {Role.DEPARTMENT_HEAD},
}


class Shell:
    """The signed-in person's rail, switcher and bell."""

    def __init__(self, request: StaffRequest) -> None:
        self._request, self._now = request, now()

    @property
    def active(self) -> str:
        """The entry the page belongs to: the first part of its path."""
        return self._request.path.strip("/").partition("/")[0]

    @cached_property
    def can(self) -> set[str]:
        person = person_of(self._request, self._now)
        if person.is_contractor:
            return {"cases", "measures", "relays", "commendations", "visits", "ratings"}
        roles = person.within()
        found = {entry for entry, who in ENTRIES.items() if who & roles}
        if not READERS & person.company.union(*person.estates.values()):
            found.discard(
                "readings"
            )  # the days of an estate are read in it; headquarters' departments have none
        return found

    @cached_property
    def estates(self) -> list[Place]:
        return estates_of(self._request, self._now)

    @cached_property
    def estate(self) -> Place | None:
        return estate_of(self._request, self._now)

    @property
    def company(self) -> str:
        """Whose installation this is, where the page was asked for and not sent."""
        person_of(self._request, self._now)
        return getattr(self._request, "company", "") or ""

    @cached_property
    def unread(self) -> int:
        return unread_of(self._request, self._now)


def shell(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"nobody_works_here": lambda: nobody_works_here(now())}  # the sign-in page asks
    return {"shell": Shell(cast(StaffRequest, request))}
