"""Papers of an objection 异议 to a regulator's finding (X3, X4; G16): what is open, and who files. Pure.

Each item of the company's list is a document, or somebody by name has said why it is not needed. While one is
open the objection is not filed; only the general manager files all the same, with his reason, in the last day
of the period: late is worse than incomplete.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext, pgettext

from complaints.statuses import FOLLOWERS, GENERAL_MANAGER, SPEAKERS, WORKERS, CaseRole, Who, WrongPerson
from config.framework.refusals import Refused
from staff.roles import Role

#: Who lays the papers down: whoever works on the case, and those who file.
KEEPERS: Who = FOLLOWERS | WORKERS | SPEAKERS
#: So long before the period ends an objection may go out incomplete.
LAST_DAY = timedelta(days=1)


def may_lay(roles: Collection[Role | CaseRole]) -> bool:
    return bool(KEEPERS & set(roles)) and CaseRole.CONTRACTOR not in roles


def may_force(roles: Collection[Role | CaseRole], due_at: datetime, at: datetime) -> bool:
    """Whether somebody sends it out incomplete at `at`; the period ends at `due_at`.

    `at` and `roles` are those of the filing, whenever that is written down: what went out too early does not
    become right by being entered late.
    """
    return bool(GENERAL_MANAGER & set(roles)) and at >= due_at - LAST_DAY


def check_filing(
    open_items: Sequence[str],
    because: str,
    roles: Collection[Role | CaseRole],
    due_at: datetime,
    at: datetime,
) -> None:
    """Raises Refused or WrongPerson; `because`: why it is incomplete; `at` and `roles`: of the filing."""
    if not open_items:
        return
    which = pgettext("between names", ", ").join(open_items)
    if not may_force(roles, due_at, at):
        said = gettext("Still open: %(papers)s. Add each, or say why it is not needed.") % {"papers": which}
        if GENERAL_MANAGER & set(roles):
            said += " " + gettext("In the last day of the period you may file without them, with a reason.")
        if not because.strip():
            raise Refused(said, field="incomplete_because")
        raise WrongPerson(said)
    if not because.strip():
        raise Refused(
            gettext("Still open: %(papers)s. Say why it goes out without them.") % {"papers": which},
            field="incomplete_because",
        )
