"""Answers to a survey 顾客满意度调查: one a home, by link or on paper, tied to none (docs/decisions/12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import surveys as rules
from complaints.actions.portal_access import digest
from complaints.actions.portal_limits import DAY, HOUR, Cap, count
from complaints.actions.survey_rows import HeldSurvey, count_entered, today
from complaints.models import Survey, SurveyAnswer, SurveyInvitation, SurveyWords
from complaints.public_words import Known, without_names
from complaints.statuses import WrongPerson
from complaints.surveys import ENTERERS, LONGEST_WORDS, SCALE, State, Way
from config.framework.refusals import Refused
from owners.models import Occupancy, Phone, Unit
from staff.models import User
from staff.permissions import permissions_of

#: By item: importance and satisfaction.
Ratings = Mapping[int, tuple[int, int]]
#: Addresses that are none, from one network. Who has a right one is not counted: a whole estate may share it.
PACE = ((HOUR, 60), (DAY, 300))


class Door(StrEnum):
    """What a link opens now."""

    UNKNOWN = "unknown"
    EARLY = "early"
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Shut(Refused):
    """The link takes no answer now: `door` says why."""

    def __init__(self, door: Door) -> None:
        super().__init__(str(door))
        self.door = door


def invitation_of(token: str) -> SurveyInvitation | None:
    """Whose link it is. One query."""
    rows = SurveyInvitation.objects.select_related("survey", "unit__estate")
    return rows.filter(token_sha256=digest(token)).first() if 0 < len(token) <= 60 else None


def is_guessing(network: str, at: datetime) -> bool:
    """Count an address that is none; whether too many came from there."""
    return bool(network) and count([Cap("survey", network, PACE)], at=at) is not None


def door_of(row: SurveyInvitation | None, at: datetime) -> Door:
    """What it opens. The last day counts whole, whether the survey was closed since or not."""
    if row is None or row.survey.state in (State.DRAFT, State.DROPPED):
        return Door.UNKNOWN
    if row.survey.state == State.PLANNED:
        return Door.EARLY
    if row.survey.state != State.RUNNING or row.survey.ends_on < today(at):
        return Door.CLOSED
    return Door.ANSWERED if row.answered_on else Door.OPEN


@transaction.atomic
def answer_by_link(token: str, *, ratings: Ratings, words: str, at: datetime) -> None:
    """What a home says by its link. Raises Shut and Refused."""
    row = invitation_of(token)
    if (door := door_of(row, at)) != Door.OPEN or row is None:
        raise Shut(door)
    held = HeldSurvey(row.survey, None, by=None, at=at)
    again = _hold(row.pk)
    if (door := door_of(again, at)) != Door.OPEN or held.row.state != State.RUNNING:
        raise Shut(door if door != Door.OPEN else Door.CLOSED)
    _take(again, ratings, words, Way.LINK, at)


@transaction.atomic
def enter(row: Survey, *, unit: Unit, ratings: Ratings, words: str = "", by: User, at: datetime) -> Survey:
    """What came back on paper from one home, until the paper is in.

    Who entered it is not kept beside the home; how many he entered that day is.
    """
    held = HeldSurvey(row, "enter", by=by, at=at)
    if not ENTERERS & permissions_of(by, at).roles_at(unit.estate_id):
        raise WrongPerson(_("“%(verb)s” belongs to: %(who)s.") % {
            "verb": rules.ACTS["enter"].label, "who": rules.in_words(ENTERERS),
        })  # fmt: skip
    asked = held.row.invitations.filter(unit=unit).values_list("pk", flat=True).first()
    if asked is None:
        raise Refused(_("%(unit)s is not asked by this survey.") % {"unit": unit}, field="unit")
    last = held.row.paper_until or held.row.ends_on
    if last < today(at):
        raise Refused(_("Paper was entered until %(day)s.") % {"day": f"{last:%Y-%m-%d}"})
    again = _hold(asked)
    if again.answered_on:
        raise Refused(_("%(unit)s has answered already: one answer a home.") % {"unit": unit}, field="unit")
    _take(again, ratings, words, Way.PAPER, at)
    count_entered(held.row, by, at)
    return held.row


def _hold(pk: int) -> SurveyInvitation:
    rows = SurveyInvitation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("survey", "unit").get(pk=pk)


def _take(row: SurveyInvitation, ratings: Ratings, words: str, way: Way, at: datetime) -> None:
    """Two rows that know nothing of each other. Raises Refused."""
    known = set(row.survey.items.values_list("pk", flat=True))
    if not ratings:
        raise Refused(_("Answer at least one line."))
    for item, pair in ratings.items():
        if item not in known or len(pair) != 2 or not set(pair) <= set(SCALE):
            raise Refused(_("Give 1 to 5 for each."))
    said = words.strip()
    if len(said) > LONGEST_WORDS:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_WORDS}, field="words")
    unit = row.unit
    SurveyAnswer.objects.create(
        survey=row.survey, estate_id=unit.estate_id, building_id=unit.building_id,
        ratings={str(item): list(pair) for item, pair in sorted(ratings.items())},
    )  # fmt: skip
    if said:
        text = without_names(said, _of_home(unit, at))
        SurveyWords.objects.create(survey=row.survey, estate_id=unit.estate_id, text=text)
    row.answered_on, row.way = today(at), way
    row.save(update_fields=["answered_on", "way"])


def _of_home(unit: Unit, at: datetime) -> Known:
    """Who lives there, and the door: what is left out of the words before they are kept."""
    owners = list(Occupancy.objects.on(today(at)).filter(unit=unit).values_list("owner", "owner__name"))
    phones = Phone.objects.filter(owner__in=[pk for pk, _name in owners]).values_list("number", flat=True)
    return Known.of([unit.name, unit.code, *(name for _pk, name in owners), *phones])
