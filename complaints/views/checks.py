"""Who may look after the work of others: revisit it, or call a second time (K7). For pages and the API."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.actions import REVISERS, SECOND_CALLERS, involved, others_as
from complaints.actions.another import NAMED
from complaints.lifecycle import MOVES, Part, Status
from complaints.models import Complaint, Respondent, SecondCall
from staff.authority import Authority
from staff.directory import Directory
from staff.models import User
from staff.roles import Role


@dataclass(frozen=True)
class Check:
    """How a case stands for one who would check it. `call`: the second call that waits."""

    is_free: bool = False  # he was not involved
    others: Sequence[User] = ()  # who else could, if he was
    call: SecondCall | None = None

    @property
    def may(self) -> bool:
        """Without others he may himself, and says why: no button leads to a sure refusal."""
        return self.is_free or not self.others

    @property
    def waits_for(self) -> str:
        """Who can do it, for whoever was involved himself; empty for all others."""
        if self.is_free or not self.others:
            return ""
        names = _(", ").join(str(person) for person in self.others[:NAMED])
        return _("You were involved; the revisit belongs to another person: %(people)s.") % {"people": names}


def check_of(
    case: Complaint,
    person: Authority,
    parts: Collection[Role | Part],
    call: SecondCall | None,
    at: datetime,
) -> Check:
    """How a case stands for him. No query for whoever may check nothing on it as it is."""
    if case.status == Status.REPLIED and MOVES["revisit"].who & set(parts):
        roles: tuple[Role, ...] = REVISERS
        but = involved([case.pk])[case.pk]
    elif call and MOVES["second_call"].who & set(parts):
        roles, but = SECOND_CALLERS, involved([case.pk])[case.pk] | {call.revisit.by_id or 0}
    else:
        return Check(call=call)
    if person.user.pk not in but:
        return Check(is_free=True, call=call)
    barred = Respondent.objects.filter(complaint=case, user__isnull=False).values_list("user_id", flat=True)
    directory = Directory.load(at, [case.estate])
    return Check(others=others_as(roles, directory, case.estate_id, but | set(barred)), call=call)
