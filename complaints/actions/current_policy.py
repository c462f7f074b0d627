"""The rules that hold now."""

from __future__ import annotations

from datetime import datetime

from complaints.models import PolicyVersion
from config.framework.prepared_queries import PreparedQuery

#: Prepared: saves 0.4 ms of nearly every page and act.
_newest = PreparedQuery(lambda: PolicyVersion.objects.order_by("-number")[:1])


def current_policy() -> PolicyVersion:
    """The newest version; the first one is made from the defaults when there is none."""
    newest: PolicyVersion | None = next(_newest(), None)
    if newest is None:
        newest = PolicyVersion.objects.get_or_create(
            number=1, defaults={"created_at": datetime.fromisoformat("2000-01-01T00:00:00Z")}
        )[0]
    return newest
