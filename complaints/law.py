"""Clauses of law and contract that are cited (X2, X3), and what happens in court: who may. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext, pgettext_lazy

from complaints.statuses import FOLLOWERS, SPEAKERS, WORKERS, CaseRole, Outcome, Who, WrongPerson, WrongStatus
from complaints.statuses import names as in_words
from config.framework.refusals import Refused
from staff.roles import Role


class Kind(TextChoices):
    LAW = "law", pgettext_lazy("clause", "Law or regulation")
    CONTRACT = "contract", pgettext_lazy("clause", "Contract")
    STANDARD = "standard", pgettext_lazy("clause", "Standard or code")


class Use(TextChoices):
    """Where a case cites it."""

    ANSWER = "answer", pgettext_lazy("cited in", "Answer to the authority")
    OBJECTION = "objection", pgettext_lazy("cited in", "Objection")
    OPINION = "opinion", pgettext_lazy("cited in", "The department's opinion")
    RECORD = "record", pgettext_lazy("cited in", "Record of questions")
    COURT = "court", pgettext_lazy("cited in", "Court")


class Stage(TextChoices):
    """What an entry of the court is about."""

    FILED = "filed", pgettext_lazy("court", "Case filed")
    HEARING = "hearing", pgettext_lazy("court", "Hearing")
    MEDIATION = "mediation", pgettext_lazy("court", "Mediation by the court")
    JUDGMENT = "judgment", pgettext_lazy("court", "Judgment or settlement")
    APPEAL = "appeal", pgettext_lazy("court", "Appeal")
    ENDED = "ended", pgettext_lazy("court", "Withdrawn or ended otherwise")


#: Stages that have a day to be there on: it is reminded of.
ATTENDED = (Stage.HEARING, Stage.MEDIATION)
#: Who cites, and enters what the court does: whoever works on the case, or speaks for us.
KEEPERS: Who = FOLLOWERS | WORKERS | SPEAKERS | {CaseRole.SPEAKER}
#: So long before a hearing it is reminded of; the longest first.
BEFORE = (timedelta(days=3), timedelta(days=1))


def refusal(roles: Collection[Role | CaseRole], outcome: str) -> Refused | None:
    """Why somebody cites nothing and enters nothing of a court on a case."""
    if outcome == Outcome.VOID:
        return WrongStatus(gettext("This entry is void."))
    if not KEEPERS & set(roles) or CaseRole.CONTRACTOR in roles:
        return WrongPerson(gettext("This belongs to: %(who)s.") % {"who": in_words(KEEPERS)})
    return None


def called_off_refusal(stage: str, on_at: datetime, at: datetime, *, over: bool) -> Refused | None:
    """Why a day in court is not called off; `over`: it was, or the entry is marked as wrong."""
    if stage not in ATTENDED or over or on_at <= at:
        return WrongStatus(gettext("Only a day in court that is still to come is called off."))
    return None


def outcome_refusal(stage: str, on_at: datetime, at: datetime, *, over: bool, said: bool) -> Refused | None:
    """Why no outcome is entered; `said`: there is one already."""
    if stage not in ATTENDED or over or on_at > at:
        return WrongStatus(gettext("Only a day in court that has been has an outcome."))
    if said:
        return WrongStatus(
            gettext("Its outcome is entered already. If it is wrong, mark the entry and enter it anew.")
        )
    return None


def next_reminder(on: datetime, after: datetime) -> datetime | None:
    """When a hearing is reminded of next, later than `after`; None: no more."""
    return next((on - before for before in BEFORE if on - before > after), None)
