"""The second call 抽查复访: of the revisited cases a tenth is asked once more by the supervisor (K7, R14)."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from complaints import case_numbers
from complaints.actions.situations import calls_to_make
from complaints.actions.unit_of_work import UnitOfWork
from complaints.actions.visibility import SECOND_CALLERS, involved, others_as
from complaints.models import Complaint, Revisit, SecondCall
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role


def is_drawn(number: str, share: float) -> bool:
    """Whether a case is drawn, by its number: of every ten numbers of an estate in a row exactly one, by
    a share of 0.1.

    Which one of the ten only the installation's key tells, so nobody knows beforehand; and it is the same
    however often it is asked, so nobody closes a case again to be drawn otherwise.
    """
    part = Fraction(str(share)).limit_denominator(100)
    series, serial = case_numbers.serial_of(number)
    block, place = divmod(serial - 1, part.denominator)

    def lot(place: int) -> str:
        return salted_hmac("shouwen.second.call", f"{series}:{block}:{place}", algorithm="sha256").hexdigest()

    drawn = sorted(range(part.denominator), key=lot)[: part.numerator]
    return place in drawn


def draw(case: UnitOfWork, revisit: Revisit) -> None:
    """Draw a case that its revisit has closed; those without a score have nobody to ask."""
    if not is_drawn(case.row.number, case.policy.data["revisit"]["second_call_share"]):
        return
    call = SecondCall(complaint=case.row, revisit=revisit, drawn_at=case.at)
    call._history_user = case.by
    call.save()
    case.record("second_call_drawn", by_rule=True)
    but = involved([case.row.pk])[case.row.pk] | case.barred | case.readers.without_access
    if case.by:  # else the customer rated himself
        but.add(case.by.pk)
    for role in SECOND_CALLERS:
        if people := others_as([role], case.stand_ins, case.row.estate_id, but):
            case.notify(people, "second_call_drawn")
            break


@transaction.atomic
def second_call(
    complaint: Complaint,
    *,
    outcome: str,
    satisfaction: int | None = None,
    matches: bool | None = None,
    note: str = "",
    by: User,
    at: datetime,
    alone_because: str = "",
) -> Complaint:
    """What the customer says the second time, to somebody who neither revisited nor worked on it.

    A worse result is told to the property manager; the case can be reopened.
    """
    case = UnitOfWork(complaint, "second_call", by=by, at=at)
    call = calls_to_make(case.row).get()
    if outcome not in SecondCall.Outcome.values:
        raise Refused(_("Say how the call went."), field="outcome")
    reached = outcome == SecondCall.Outcome.REACHED
    if reached and (satisfaction is None or not 1 <= satisfaction <= 5):
        raise Refused(_("Satisfaction is a number from 1 to 5."), field="satisfaction")
    if not reached and not note.strip():
        raise Refused(_("Say what was tried."), field="note")
    extra = case.why_alone("second_call", alone_because)
    call.called_at, call.by, call.outcome, call.words = at, by, outcome, note.strip()
    call.satisfaction, call.matches = (satisfaction, matches) if reached else (None, None)
    call._history_user = by
    call.save()
    score: dict[str, Any] = {"satisfaction": satisfaction} if reached else {}
    kind = "second_called" if reached else "second_call_missed"
    case.record(kind, note, call=outcome, **score, **extra)
    if call.is_worse or call.matches is False:
        case.notify(case.reach(Role.PROPERTY_MANAGER), "second_call_worse")
    return case.commit()
