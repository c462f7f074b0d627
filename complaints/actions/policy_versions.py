"""Another version of the rules (domain.md 4): the only writer of policy versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.actions.current_policy import current_policy
from complaints.actions.notice_grade import weigh_all
from complaints.models import PolicyVersion
from complaints.policy_fields import differences, faults
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role


class Faulty(Refused):
    """The rules contradict themselves or leave something without a due time: `faults` says where."""

    def __init__(self, found: dict[str, str]) -> None:
        super().__init__(_("Some of these rules cannot stand."))
        self.faults = found


class Overtaken(Refused):
    """Somebody else has saved a version since this one was begun: `newest`."""

    def __init__(self, newest: PolicyVersion) -> None:
        said = {"name": newest.created_by or _("System"), "n": newest.number}
        super().__init__(_("%(name)s has saved version %(n)s meanwhile. Compare and save again.") % said)
        self.newest = newest


def keeps_policy(person: Permissions) -> bool:
    """The rules are the whole company's: its administrators keep them."""
    return Role.ADMINISTRATOR in person.company


def save_policy(
    data: dict[str, Any], *, started_from: int, note: str, by: User, at: datetime
) -> PolicyVersion:
    """Write version n + 1 with who, when and why; clocks begun from now on go by it.

    `started_from` is the version the editor saw. Raises Overtaken, Faulty or another Refused.
    """
    if not keeps_policy(permissions_of(by, at)):
        raise WrongPerson(_("The rules are changed by an administrator of the company."))
    if not note.strip():
        raise Refused(_("Say why the rules change."), field="note")
    newest = current_policy()
    if newest.number != started_from:
        raise Overtaken(newest)
    if found := faults(data):
        raise Faulty(found)
    if not differences(newest.policy.data, data):
        raise Refused(_("Nothing was changed."))
    try:
        with transaction.atomic():
            version = PolicyVersion.objects.create(
                number=newest.number + 1, data=data, note=note.strip()[:200], created_at=at, created_by=by
            )
            if version.policy.notice != newest.policy.notice:
                weigh_all(at=at)
            return version
    except IntegrityError:  # another one was a moment faster
        raise Overtaken(PolicyVersion.objects.latest("number")) from None
