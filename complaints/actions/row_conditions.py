"""What a move can be about, where it is about one of a case's rows: a follow-up, an amount, a running clock.

Asked by the act of the row it is given, by the buttons beside a row, by the choices of a form; and by the
table of moves, which wants one such row at least.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from complaints.actions.extension_reach import is_extendable
from complaints.models import Clock, Compensation, FollowUp
from complaints.statuses import ANSWERING, MANAGING, CaseRole, WrongPerson
from config.framework.refusals import Refused
from staff.permissions import Permissions
from staff.roles import Role

CaseRoles = Collection[Role | CaseRole]
State = Compensation.State
OF_FOLLOW_UPS = ("do_follow_up", "tell_follow_up", "sign_follow_up", "drop_follow_up")
OF_AMOUNTS = ("withdraw_compensation", "pay", "accept_payment")


# Follow-ups ----------------------------------------------------------------------------------------


def may_see_to(row: FollowUp, roles: CaseRoles, person: Permissions) -> bool:
    """Whoever follows or handles the case, and the people of the follow-up's department."""
    theirs = row.department_id in person.departments if row.department_id else False
    return theirs or bool(ANSWERING & set(roles))


def may_sign(row: FollowUp, roles: CaseRoles, person: Permissions) -> bool:
    """The head of its department, or the managers above him (F3, W10)."""
    if MANAGING & set(roles):
        return True
    if row.department_id is None or row.department_id == row.complaint.department_id:
        return CaseRole.ACCOUNTABLE in roles
    return row.department_id in person.headed_departments()


def fault_in_follow_up(verb: str, row: FollowUp, roles: CaseRoles, person: Permissions) -> Refused | None:
    """Why this follow-up is not his to do, tell, sign or drop now."""
    field = "follow_up"
    if verb == "sign_follow_up":
        if not may_sign(row, roles, person):
            return WrongPerson(_("Follow-ups are signed by the head of their department."), field=field)
        if row.signed_at or row.is_dropped:
            return Refused(_("There is nothing to sign here."), field=field)
    else:
        if not may_see_to(row, roles, person):
            return WrongPerson(_("This follow-up belongs to another department."), field=field)
        if not row.is_open:
            return Refused(_("This follow-up has ended."), field=field)
    if verb == "do_follow_up" and row.done_at:
        return Refused(_("What was done is recorded already."), field=field)
    if verb in ("tell_follow_up", "sign_follow_up") and row.done_at is None:
        return Refused(_("Say first what was done."), field=field)
    return None


def fault_in_follow_ups(
    verb: str, rows: Iterable[FollowUp], roles: CaseRoles, person: Permissions
) -> Refused | None:
    """Why none of them is; None where one is."""
    faults = [fault_in_follow_up(verb, row, roles, person) for row in rows]
    return _least(faults, Refused(_("Choose a follow-up of this case."), field="follow_up"))


# Amounts -------------------------------------------------------------------------------------------


def fault_in_amount(verb: str, row: Compensation, person: int) -> Refused | None:
    """Why this amount is not to be taken back by him, paid or accepted now."""
    said = None
    if verb == "withdraw_compensation":
        if row.state != State.PROPOSED:
            said = _("This amount has already been decided on.")
        elif row.proposed_by_id != person:
            return WrongPerson(
                _("%(name)s proposed this amount; nobody else takes it back.") % {"name": row.proposed_by},
                field="compensation",
            )
    elif verb == "pay":
        if row.state in (State.PAID, State.ACCEPTED):
            said = _("This amount has already been paid.")
        elif row.state != State.APPROVED:
            said = _("Only an approved amount is paid.")
    elif row.state == State.ACCEPTED:
        said = _("The customer has already accepted this amount.")
    elif row.state != State.PAID:
        said = _("It must be paid first.")
    return Refused(said, field="compensation") if said else None


def fault_in_amounts(verb: str, rows: Iterable[Compensation], person: int) -> Refused | None:
    """Why none of them is; None where one is."""
    faults = [fault_in_amount(verb, row, person) for row in rows]
    return _least(faults, Refused(_("Choose from the list."), field="compensation"))


# Clocks --------------------------------------------------------------------------------------------


def fault_in_clock(clock: Clock, asked: Collection[int]) -> Refused | None:
    """Why no more time can be asked for on a running clock; `asked`: clocks with a request that waits."""
    if not is_extendable(clock):
        return Refused(_("This limit cannot be extended."), field="clock")
    if clock.pk in asked:
        return Refused(_("A request for this clock is already waiting for approval."), field="clock")
    return None


def fault_in_clocks(clocks: Iterable[Clock], asked: Collection[int]) -> Refused | None:
    """Why it can be asked for on none of them; None where it can on one."""
    faults = [fault_in_clock(clock, asked) for clock in clocks]
    waits = [fault for clock, fault in zip(clocks, faults, strict=True) if fault and clock.pk in asked]
    if waits and None not in faults:
        return waits[0]
    return _least(faults, Refused(_("This clock does not run."), field="clock"))


def _least(faults: list[Refused | None], none_at_all: Refused) -> Refused | None:
    """None where one row has no fault; else that of the first row, or that there is none."""
    return None if None in faults else next(iter(faults), none_at_all)
