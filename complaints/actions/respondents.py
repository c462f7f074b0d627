"""Who is complained about: he neither sees the case nor acts on it (domain.md 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.collective import notify_of_conflict
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint, Respondent
from config.framework.refusals import Refused
from owners.names import clean_name
from staff.models import Department, User
from staff.roles import Role


@transaction.atomic
def name_respondent(
    complaint: Complaint, *, person: User | Department | str, by: User, at: datetime
) -> Complaint:
    """Somebody is complained about: from now on he neither sees the case nor acts on it."""
    case = UnitOfWork(complaint, "name_respondent", by=by, at=at)
    if isinstance(person, User):
        sentence = ""
        if person == case.row.handler:
            sentence = _("%(name)s is the handler; change the handler first.")
        elif person == case.row.first_receiver:
            sentence = _("%(name)s is the first receiver; transfer that first.")
        elif person == case.row.speaker:
            sentence = _("%(name)s speaks for us; name another speaker first.")
        if sentence:
            raise Refused(sentence % {"name": person}, field="person")
    add_respondent(case.row, person, by)
    del case.barred
    if case.row.accountable_id in case.barred:
        case.set(accountable=next(iter(case.reach(Role.PROPERTY_MANAGER)), None))
    case.record("respondent_named")
    notify_of_conflict(case)
    return case.commit()


def add_respondent(complaint: Complaint, person: User | Department | str, by: User) -> None:
    """Write down who is complained about, once. Raises Refused for an empty name."""
    match person:
        case User():
            who: dict[str, Any] = {"user": person}
        case Department():
            who = {"department": person}
        case str():
            who = {"name": clean_name(person)}
            if not who["name"]:
                raise Refused(_("Name the person or department complained about."), field="respondents")
    if not Respondent.objects.filter(complaint=complaint, **who).exists():
        row = Respondent(complaint=complaint, **who)
        row._history_user = by
        row.save()
