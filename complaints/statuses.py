"""The words of a complaint's life: statuses, outcomes, and the people of its rules (domain.md 3). Pure.

What can be done, in which status, by whom and when is the table in `moves`.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.framework.refusals import Refused
from staff.roles import DESK, READERS, Role


class Status(TextChoices):
    RECEIVED = "received", _("Received")
    RECORDED = "recorded", _("To be classified")
    CLASSIFIED = "classified", _("To be accepted")
    ACTING = "acting", _("In progress")
    HANDLED = "handled", _("Handled, reply due")
    REPLIED = "replied", _("Revisit due")
    CLOSED = "closed", _("Closed")


class Outcome(TextChoices):
    RESOLVED = "resolved", _("Resolved")
    INVALID = "invalid", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    UNSATISFIED = "unsatisfied", _("Closed unsatisfied")
    VOID = "void", _("Void")


def status_in_words(status: str, cycle: int) -> str | Promise:
    """In a later cycle the severity stands: what waits is the handler, to be named again."""
    if status == Status.RECORDED and cycle > 1:
        return gettext("To be assigned again")
    return Status(status).label


class Abnormal(TextChoices):
    """How far the question is, whether a complaint is abnormal; no customer ever reads of it."""

    SUGGESTED = "suggested", _("Abnormal? To be checked by the supervisor")
    PROPOSED = "proposed", _("Abnormal? To be decided by the property manager")
    MARKED = "marked", _("Abnormal")
    DECLINED = "declined", _("Not abnormal")
    LIFTED = "lifted", _("No longer abnormal")


class OwnerStatus(TextChoices):
    """The four words an owner reads; a severity or a verdict is never among them."""

    ACCEPTED = "accepted", pgettext_lazy("owner", "Accepted")
    IN_PROGRESS = "in_progress", pgettext_lazy("owner", "In progress")
    ANSWERED = "answered", pgettext_lazy("owner", "Answered")
    CLOSED = "closed", pgettext_lazy("owner", "Closed")


OWNER_STATUS: dict[Status, OwnerStatus] = {
    Status.RECEIVED: OwnerStatus.ACCEPTED,
    Status.RECORDED: OwnerStatus.ACCEPTED,
    Status.CLASSIFIED: OwnerStatus.IN_PROGRESS,
    Status.ACTING: OwnerStatus.IN_PROGRESS,
    Status.HANDLED: OwnerStatus.IN_PROGRESS,
    Status.REPLIED: OwnerStatus.ANSWERED,
    Status.CLOSED: OwnerStatus.CLOSED,
}


class CaseRole(TextChoices):
    """The roles people have on one case, besides their postings."""

    FIRST_RECEIVER = "first_receiver", _("First receiver")
    HANDLER = "case_handler", _("Case handler")
    ACCOUNTABLE = "accountable", _("Responsible head")
    SPEAKER = "speaker", _("Speaker")
    CUSTOMER = "customer", _("Customer")
    CONTRACTOR = "outside", _("Contractor")  # his other roles here are those of a firm's worker


class TheirDecision(TextChoices):
    """What the hotline or a regulator decides about the due time of its order."""

    EXTENDED = "extended", _("They gave more time")
    RETURNED = "returned", _("They sent it back to us")
    TAKEN_BACK = "taken_back", _("They took it back: not ours")


class TickedPaper(TextChoices):
    """What was ticked of an objection until its papers were documents (X4): entries of before say these."""

    FINDING = "finding", _("The finding, with the day it was served")
    BASIS = "basis", _("Law, contract and service standard we rely on")
    RECORDS = "records", _("Work and inspection records, photos, samples")
    STATEMENT = "statement", _("Questions and answers, read over and signed")
    TALK = "talk", _("Talked to the regulator early")


class WrongStatus(Refused):
    """The move does not start from the case's status."""


class WrongPerson(Refused):
    """The move belongs to other people."""


class NoteNeeded(Refused):
    """The move needs words."""


S = Status
OPEN = (S.RECEIVED, S.RECORDED, S.CLASSIFIED, S.ACTING, S.HANDLED, S.REPLIED)
BEFORE_HANDLED = (S.RECEIVED, S.RECORDED, S.CLASSIFIED, S.ACTING)
BEFORE_REPLIED = (*BEFORE_HANDLED, S.HANDLED)
ANY = (*OPEN, S.CLOSED)
#: The work is somebody's to arrange and to do.
AT_WORK = (S.CLASSIFIED, S.ACTING)

#: People of a rule by the parts they play on a case; by roles alone, who can be looked for without one.
Who = frozenset[Role | CaseRole]
Roles = frozenset[Role]
WORKERS: Who = frozenset({CaseRole.HANDLER, CaseRole.ACCOUNTABLE})
FOLLOWERS: Who = frozenset({CaseRole.FIRST_RECEIVER, Role.SUPERVISOR, Role.PROPERTY_MANAGER})
JUDGES: Roles = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
#: Who looks after the people on the cases of an estate.
SUPERVISING: Roles = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER})
#: Who takes over in the morning what the duty desk received.
CLAIMERS: Roles = frozenset({Role.FRONT_DESK, Role.STEWARD, Role.SUPERVISOR})
MANAGING: Roles = frozenset({Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
GENERAL_MANAGER: Roles = frozenset({Role.GENERAL_MANAGER})
CUSTOMER: Who = frozenset({CaseRole.CUSTOMER})
#: Those who speak to the media and to a regulator for the company.
SPEAKERS: Roles = MANAGING
#: Who knows a complainant that hides (domain.md, story 9).
TOLD: Who = frozenset({CaseRole.FIRST_RECEIVER, Role.SUPERVISOR})
#: Those who decide whether a complaint is abnormal, and who read every restricted case by their role, lest it
#: be one nobody can work.
DECIDERS: Roles = SPEAKERS
#: Those who speak to the media: whoever was named to speak for us in one matter may too.
TO_MEDIA: Who = SPEAKERS | {CaseRole.SPEAKER}
ANSWERING: Who = WORKERS | FOLLOWERS | {CaseRole.SPEAKER}
#: Those who see to what a revisit brought up, and those who sign for it (F3): of its department, too.
FOLLOWING: Who = ANSWERING | {Role.HANDLER, Role.DEPARTMENT_HEAD}
SIGNERS: Who = MANAGING | {CaseRole.ACCOUNTABLE, Role.DEPARTMENT_HEAD}
#: Those who may know why it came to it: whose work it is, the department that is asked, and where its head is
#: not there who is asked instead.
ANALYSTS: Who = WORKERS | MANAGING | {Role.HANDLER, Role.DEPARTMENT_HEAD}
INVOLVED: Who = FOLLOWERS | WORKERS | DESK
WRITERS: Who = frozenset(READERS - {Role.AUDITOR}) | frozenset(CaseRole) - {
    CaseRole.CUSTOMER,
    CaseRole.CONTRACTOR,
}


def names(who: Collection[Role | CaseRole]) -> str:
    """The people of a rule in words, in a fixed order."""
    order: list[Role | CaseRole] = [*CaseRole, *Role]
    labels = [str(member.label) for member in order if member in who]
    return " / ".join(labels)
