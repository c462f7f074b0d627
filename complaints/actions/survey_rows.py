"""A survey held for one act: locked, its rule asked, written with entry and messages; who is asked by it."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from complaints import notifications
from complaints import surveys as rules
from complaints.actions.portal_access import digest
from complaints.channels import surveys as ways
from complaints.channels.customers import link_token
from complaints.models import (
    OutboxMessage,
    Survey,
    SurveyAnswer,
    SurveyEntered,
    SurveyEntry,
    SurveyInvitation,
    SurveyWords,
)
from complaints.models.calendars import calendar_from
from complaints.survey_hours import moments
from complaints.surveys import ENTERERS, PAPER_DAYS, Sample, shown
from config.framework.refusals import Refused
from owners.models import Occupancy, Unit
from staff.models import CalendarDay, Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns

#: Kinds of units where somebody lives or trades.
ASKED_AT = (Unit.Kind.HOME, Unit.Kind.SHOP)
#: So many homes are asked by one survey at most: what one sheet and one act can bear.
MOST_HOMES = 20_000


def today(at: datetime) -> date:
    """The day of a moment, as surveys count days."""
    return at.astimezone(get_default_timezone()).date()


def places_of(row: Survey) -> list[Estate]:
    """Its estates, by name."""
    return list(row.estates.order_by("name", "pk"))


def roles_on(person: Permissions, estates: Iterable[Estate], verb: str = "") -> frozenset[Role]:
    """His roles in every estate of a survey; to enter an answer, in any of them."""
    if person.is_contractor:
        return frozenset()
    held = [person.roles_at(one.pk) for one in estates]
    if not held:
        return frozenset()
    return frozenset.union(*held) if verb == "enter" else frozenset.intersection(*held)


def refusal_of(row: Survey, verb: str, person: Permissions, estates: Sequence[Estate]) -> Refused | None:
    """Why this person cannot do it now: the one answer for act, page and API."""
    return rules.refusal(verb, row.state, roles_on(person, estates, verb))


def acts_on(row: Survey, person: Permissions, estates: Sequence[Estate]) -> list[str]:
    return [verb for verb in rules.ACTS if refusal_of(row, verb, person, estates) is None]


def read_by(row: Survey, person: Permissions) -> list[Estate]:
    """Those of its estates whose answers he reads, by name."""
    if person.is_contractor:
        return []
    return [one for one in places_of(row) if rules.READERS & person.roles_at(one.pk)]


def entered_by(row: Survey, person: Permissions) -> list[Estate]:
    """Those of its estates whose sheets he hands out and enters, by name."""
    if person.is_contractor:
        return []
    return [one for one in places_of(row) if ENTERERS & person.roles_at(one.pk)]


class HeldSurvey:
    """One locked survey. Raises a Refused before anything is written."""

    def __init__(
        self, row: Survey, verb: str | None, *, by: User | None, at: datetime, version: int | None = None
    ) -> None:
        """`verb` None: the beat does it. `version`: the one that was read, where it is about its plan."""
        self.row = Survey.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        self.by, self.at, self.estates = by, at, places_of(row)
        self._entry: SurveyEntry | None = None
        self._notices: list[notifications.Notice] = []
        if verb and by and (fault := refusal_of(self.row, verb, permissions_of(by, at), self.estates)):
            raise fault
        if version is not None and version != self.row.version:
            raise Refused(_("Somebody else has changed it meanwhile. Read it as it is now."))

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def record(self, kind: str, note: str = "", **params: Any) -> None:
        self._entry = SurveyEntry(
            survey=self.row, at=self.at, actor=self.by, kind=kind, params=params, note=note.strip()
        )

    def tell_managers(self, kind: str) -> None:
        """Whoever answers for its estates; whoever acts knows what he did."""
        stand_ins = StandIns.load(self.at, self.estates)
        reached = [
            one for place in self.estates for one in stand_ins.reach(Role.PROPERTY_MANAGER, place.pk)[1]
        ]
        people = [one for one in dict.fromkeys(reached) if one != self.by]
        said = {"survey": self.row.pk, "dc": self.row.number, "title": self.row.title}
        self._notices += [notifications.Notice(one, kind, None, said) for one in people]

    def commit(self) -> Survey:
        save(self.row, self.by, self.at)
        if self._entry:
            self._entry.save()
        key = self._entry.pk if self._entry else f"{self.at:%Y%m%d%H%M%S%f}"
        notifications.write(self._notices, at=self.at, source=f"dc{self.row.pk}:{key}")
        return self.row


def save(row: Survey, by: User | None, at: datetime) -> None:
    row._history_user, row._history_date = by, at
    row.save()


# Who is asked ---------------------------------------------------------------------------------------------


def homes_of(row: Survey, estates: Collection[Estate], day: date) -> QuerySet[Unit]:
    """Homes and shops where somebody is entered as living or trading on that day; of its buildings alone
    where it says so."""
    lives = Occupancy.objects.on(day).filter(unit=OuterRef("pk"))
    found = Unit.objects.filter(Exists(lives), estate__in=estates, kind__in=ASKED_AT)
    if row.sample == Sample.BUILDINGS:
        found = found.filter(building__in=row.buildings.all())
    return found.order_by("pk")


def drawn(row: Survey, units: Sequence[int]) -> list[int]:
    """Of these homes those that are asked. The same number of the draw gives the same ones everywhere."""
    if row.sample != Sample.RANDOM or row.sample_size is None:
        return list(units)

    def lot(pk: int) -> str:
        return hashlib.sha256(f"{row.seed}:{pk}".encode()).hexdigest()

    return sorted(sorted(units, key=lot)[: row.sample_size])


def invite(row: Survey, units: Sequence[int]) -> list[SurveyInvitation]:
    """A link for each home. Its key is random: nothing of it can be guessed from another."""
    made = []
    for unit in units:
        key = f"survey:{secrets.token_urlsafe(16)}"
        made.append(SurveyInvitation(survey=row, unit_id=unit, key=key, token_sha256=digest(link_token(key))))
    return SurveyInvitation.objects.bulk_create(made, batch_size=500)


def write_to(row: Survey, kind: str, at: datetime) -> tuple[int, int]:
    """A text message to every home that has not answered and has a mobile number, one to each number.

    How many, and how many homes more have the same numbers. Estates that are ours no longer get none.
    """
    if not ways.goes_by_text():
        return 0, 0
    day = today(at)
    ours = Q(unit__estate__ended_at=None) | Q(unit__estate__ended_at__gt=at)
    waiting = {
        unit: (pk, zone)
        for unit, pk, zone in row.invitations.filter(ours, answered_on=None).values_list(
            "unit", "pk", "unit__estate__time_zone"
        )
    }
    found = ways.reached(list(waiting), day)
    first: dict[str, int] = {}
    for unit, (phone, _language) in found.items():
        first.setdefault(phone, unit)
    times: dict[str, list[int]] = {}
    for unit in first.values():
        pk, zone = waiting[unit]
        times.setdefault(zone, []).append(pk)
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=f"sms:dc{pk}:{kind}:{day:%Y%m%d}", channel="sms", kind=kind, params={"invitation": pk},
                not_before=when, created_at=at, state=OutboxMessage.State.QUEUED,
            )
            for zone, keys in times.items()
            for pk, when in zip(keys, moments(at, zone), strict=False)
        ],
        batch_size=500,
    )  # fmt: skip
    mark = {"sent_on": day} if kind == "survey_asked" else {"reminded_on": day}
    SurveyInvitation.objects.filter(pk__in=[waiting[unit][0] for unit in first.values()]).update(**mark)
    return len(first), len(found) - len(first)


def paper_until(ends_on: date, estates: Collection[Estate]) -> date:
    """The last day on which paper is entered: so many working days after the last one, in every estate."""
    marked: dict[int, list[tuple[date, bool]]] = {}
    rows = CalendarDay.objects.filter(estate__in=estates, date__gt=ends_on)
    for place, day, works in rows.values_list("estate", "date", "is_working"):
        marked.setdefault(place, []).append((day, works))
    found = ends_on
    for estate in estates:
        calendar = calendar_from(estate, marked.get(estate.pk, ()))
        days = (ends_on + timedelta(days=n) for n in range(1, 60))
        worked = [day for day in days if calendar.is_working_day(day)][:PAPER_DAYS]
        found = max([found, *worked])
    return found


def count_entered(row: Survey, by: User, at: datetime) -> None:
    """One more sheet of his today. The survey is held."""
    mine = SurveyEntered.objects.filter(survey=row, person=by, day=today(at))
    if not mine.update(count=F("count") + 1):
        SurveyEntered.objects.create(survey=row, person=by, day=today(at), count=1)


def mix(row: Survey) -> None:
    """Write the answers anew in another order, once no more come: not even the place of a row in the files of
    the database tells then which home answered when. Of what is too small to be shown, the building or
    estate is left out: who has answered there is known."""
    answers = list(SurveyAnswer.objects.filter(survey=row))
    words = list(SurveyWords.objects.filter(survey=row))
    estates = shown(Counter(one.estate_id for one in answers), len(answers))
    for estate in {one.estate_id for one in answers}:
        inside = [one for one in answers if one.estate_id == estate]
        buildings = shown(Counter(one.building_id for one in inside), len(inside))
        for one in inside:
            one.building_id = one.building_id if estate in estates and one.building_id in buildings else None
    for line in (*answers, *words):
        line.estate_id = line.estate_id if line.estate_id in estates else None
    every: tuple[tuple[type[Any], list[Any]], ...] = ((SurveyAnswer, answers), (SurveyWords, words))
    for model, rows in every:
        model.objects.filter(survey=row).delete()
        for one in rows:
            one.id = uuid.uuid4()
        model.objects.bulk_create(sorted(rows, key=lambda one: one.id), batch_size=500)
