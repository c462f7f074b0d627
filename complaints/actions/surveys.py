"""Satisfaction surveys 顾客满意度调查: planned, set going, reminded of, closed, answered (F17, G19)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import surveys as rules
from complaints.actions.idempotency import keep_result, take_key
from complaints.actions.survey_rows import (
    MOST_HOMES,
    HeldSurvey,
    drawn,
    homes_of,
    invite,
    mix,
    paper_until,
    roles_on,
    save,
    today,
    write_to,
)
from complaints.channels.surveys import goes_by_text
from complaints.models import Survey, SurveyEntry, SurveyItem
from complaints.public_words import Known, named_in
from complaints.statuses import WrongPerson
from complaints.surveys import (
    BETWEEN_REMINDERS,
    FEW,
    LONGEST_ANSWER,
    LONGEST_RUN,
    MOST_ITEMS,
    PLANNERS,
    Sample,
    State,
)
from config.framework.refusals import Refused
from owners.models import Building
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of

#: For so long an answer stands on the owners' first page, and so many of them.
TOLD_FOR, MOST_TOLD = timedelta(days=366), 4


#: Numbers of a draw.
SEEDS = 2_000_000_000


@dataclass(frozen=True)
class Plan:
    """What a survey asks, whom, and when. `items`: Chinese and English of each, in their order."""

    title: str
    estates: Sequence[Estate]
    starts_on: date
    ends_on: date
    items: Sequence[tuple[str, str]]
    title_en: str = ""
    intro: str = ""
    intro_en: str = ""
    sample: str = Sample.ALL
    sample_size: int | None = None
    buildings: Sequence[Building] = ()
    remind_on: date | None = None


def may_plan(person: Permissions, estate: int) -> bool:
    return not person.is_contractor and bool(PLANNERS & person.roles_at(estate))


@transaction.atomic
def plan(said: Plan, *, by: User, at: datetime, key: str = "") -> Survey:
    """A draft: nobody is asked yet. The same `key` makes it once."""
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "plan_survey", [said], at)
        if not is_new:
            return Survey.objects.get(pk=submit.object_id or 0)
    _check(said, permissions_of(by, at), at)
    row = Survey(created_at=at, created_by=by)
    _fill(row, said, by, at)
    SurveyEntry.objects.create(survey=row, at=at, actor=by, kind="planned")
    if submit:
        keep_result(submit, row.pk)
    return row


@transaction.atomic
def edit(row: Survey, *, plan: Plan, version: int, by: User, at: datetime) -> Survey:
    """The plan anew, as long as nobody was asked. `version`: the one that was read."""
    held = HeldSurvey(row, "edit", by=by, at=at, version=version)
    _check(plan, permissions_of(by, at), at)
    held.set(version=held.row.version + 1)
    _fill(held.row, plan, by, at)
    SurveyEntry.objects.create(survey=held.row, at=at, actor=by, kind="edited")
    return held.row


def _fill(row: Survey, said: Plan, by: User, at: datetime) -> None:
    for name in (
        "title", "title_en", "starts_on", "ends_on", "intro", "intro_en", "sample", "remind_on",
    ):  # fmt: skip
        setattr(row, name, getattr(said, name))
    row.sample_size = said.sample_size if said.sample == Sample.RANDOM else None
    save(row, by, at)
    row.estates.set(said.estates)
    row.buildings.set(said.buildings if said.sample == Sample.BUILDINGS else [])
    row.items.all().delete()
    SurveyItem.objects.bulk_create(
        SurveyItem(survey=row, order=order, zh=zh, en=en) for order, (zh, en) in enumerate(said.items, 1)
    )


def _check(said: Plan, person: Permissions, at: datetime) -> None:
    """Raises Refused with the field it is about."""
    if not said.estates:
        raise Refused(_("Choose the estate."), field="estates")
    if not PLANNERS & roles_on(person, said.estates):
        who = rules.in_words(PLANNERS)
        raise WrongPerson(_("A survey is planned by: %(who)s.") % {"who": who}, field="estates")
    for estate in said.estates:
        check_ours(estate, at)
    _check_days(said, at)
    names = [zh for zh, _en in said.items]
    if not names or len(names) > MOST_ITEMS:
        raise Refused(_("Ask about 1 to %(n)s things, one a line.") % {"n": MOST_ITEMS}, field="items")
    if twice := next((one for one in names if names.count(one) > 1), ""):
        raise Refused(_("“%(item)s” stands there twice.") % {"item": twice}, field="items")
    if said.sample == Sample.RANDOM and not said.sample_size:
        raise Refused(_("Say how many homes are drawn."), field="sample_size")
    if said.sample == Sample.BUILDINGS:
        if not said.buildings:
            raise Refused(_("Choose the buildings."), field="buildings")
        if any(one.estate_id not in {place.pk for place in said.estates} for one in said.buildings):
            raise Refused(_("A building belongs to an estate that is not asked."), field="buildings")


def _check_days(said: Plan, at: datetime) -> None:
    if said.ends_on < said.starts_on:
        raise Refused(_("The last day lies before the first."), field="ends_on")
    if said.ends_on < today(at):
        raise Refused(_("The last day is over already."), field="ends_on")
    if said.ends_on - said.starts_on > LONGEST_RUN:
        raise Refused(_("A survey runs at most %(n)s days.") % {"n": LONGEST_RUN.days}, field="ends_on")
    if said.remind_on and not said.starts_on < said.remind_on <= said.ends_on:
        raise Refused(_("Owners are reminded after the first day and not after the last."), field="remind_on")


# Asking ---------------------------------------------------------------------------------------------------


@transaction.atomic
def start(row: Survey, *, version: int | None = None, by: User, at: datetime) -> Survey:
    """Draw the homes and make their links; on its first day it begins, which may be now.

    `version`: the plan that was read. The number of the draw is nobody's choice.
    """
    held = HeldSurvey(row, "start", by=by, at=at, version=version)
    day = today(at)
    if held.row.ends_on < day:
        raise Refused(_("The last day is over already."))
    for estate in held.estates:
        check_ours(estate, at)
    if held.row.sample == Sample.RANDOM:
        held.set(seed=secrets.randbelow(SEEDS) + 1)
    units = drawn(held.row, list(homes_of(held.row, held.estates, day).values_list("pk", flat=True)))
    if len(units) < FEW:
        raise Refused(
            _("Only %(n)s homes would be asked. With fewer than %(few)s nothing can be shown.")
            % {"n": len(units), "few": FEW}
        )
    if len(units) > MOST_HOMES:
        raise Refused(_("A survey asks at most %(n)s homes.") % {"n": MOST_HOMES})
    invite(held.row, units)
    held.set(version=held.row.version + 1, paper_until=paper_until(held.row.ends_on, held.estates))
    if held.row.starts_on > day:
        held.set(state=State.PLANNED)
        held.record("set_going", homes=len(units))
        return held.commit()
    return begin(held, homes=len(units))


def begin(held: HeldSurvey, *, homes: int) -> Survey:
    """Its first day: whoever can be written to gets his link."""
    held.set(state=State.RUNNING, started_at=held.at)
    sent, rest = write_to(held.row, "survey_asked", held.at)
    held.record("begun_rest" if rest else "begun", homes=homes, sent=sent, rest=rest)
    return held.commit()


@transaction.atomic
def remind(row: Survey, *, by: User, at: datetime) -> Survey:
    """Once more to the homes that have not answered, by text message."""
    held = HeldSurvey(row, "remind", by=by, at=at)
    last = was_written_to_on(held.row, at)
    if today(at) - last < BETWEEN_REMINDERS:
        raise Refused(
            _("They were written to on %(day)s. Wait %(n)s days before you remind them.")
            % {"day": f"{last:%Y-%m-%d}", "n": BETWEEN_REMINDERS.days}
        )
    if not goes_by_text():
        raise Refused(
            _("The gateway has no text message for surveys. Print the sheets and hand them out once more.")
        )
    return remind_now(held)


def remind_now(held: HeldSurvey) -> Survey:
    """By text message; where none goes, managers are told that sheets have to do it."""
    held.set(reminded_on=today(held.at))
    if goes_by_text():
        sent, rest = write_to(held.row, "survey_reminded", held.at)
        held.record("reminded_rest" if rest else "reminded", sent=sent, rest=rest)
    else:
        held.record("remind_on_paper")
        held.tell_managers("survey_remind_on_paper")
    return held.commit()


def was_written_to_on(row: Survey, at: datetime) -> date:
    """The day on which homes were last written to."""
    return row.reminded_on or today(row.started_at or at)


@transaction.atomic
def close(row: Survey, *, note: str, by: User, at: datetime) -> Survey:
    """Before its last day, with the reason."""
    held = HeldSurvey(row, "close", by=by, at=at)
    if not note.strip():
        raise Refused(_("Say why it is closed early."), field="note")
    return close_now(held, note)


def close_now(held: HeldSurvey, note: str = "") -> Survey:
    """No more answers are taken; results are read from now on."""
    held.set(state=State.CLOSED, closed_at=held.at)
    asked = held.row.invitations.count()
    answered = held.row.invitations.filter(answered_on__isnull=False).count()
    mix(held.row)
    held.record("closed", note, homes=asked, answered=answered)
    held.tell_managers("survey_closed")
    return held.commit()


@transaction.atomic
def publish(row: Survey, *, answer: str, answer_en: str = "", version: int, by: User, at: datetime) -> Survey:
    """What owners are told of it, with the chart; what was told before is told otherwise by it.

    `version`: the one that was read.
    """
    held = HeldSurvey(row, "publish", by=by, at=at, version=version)
    if not answer.strip():
        raise Refused(_("Say what came of it and what is done now."), field="answer")
    for field, text in (("answer", answer), ("answer_en", answer_en)):
        if len(text.strip()) > LONGEST_ANSWER:
            raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_ANSWER}, field=field)
        if name := named_in(text, Known.of(())):
            raise Refused(
                _("“%(name)s” tells who it is. Write it without names, rooms and phones.") % {"name": name},
                field=field,
            )
    if held.row.answers.count() < FEW:
        raise Refused(_("Fewer than %(n)s homes have answered: nothing can be shown.") % {"n": FEW})
    again = held.row.state == State.PUBLISHED
    held.set(
        state=State.PUBLISHED, answer=answer.strip(), answer_en=answer_en.strip(), published_at=at,
        published_by=by, version=held.row.version + 1,
    )  # fmt: skip
    held.record("published_again" if again else "published")
    return held.commit()


def answered_in(estate: Estate | None, at: datetime) -> list[Survey]:
    """What owners are told of surveys of their estate in the last year, the newest first; of the only estate
    where none is named."""
    rows = Survey.objects.filter(state=State.PUBLISHED, published_at__gt=at - TOLD_FOR)
    if estate is not None:
        rows = rows.filter(estates=estate)
    elif Estate.objects.exclude(ended_at__lte=at).count() > 1:
        return []
    return list(rows.order_by("-published_at", "-pk")[:MOST_TOLD])


@transaction.atomic
def drop(row: Survey, *, note: str, by: User, at: datetime) -> Survey:
    """Not done after all, before anybody was asked. Its links open nothing."""
    held = HeldSurvey(row, "drop", by=by, at=at)
    if not note.strip():
        raise Refused(_("Say why it is dropped."), field="note")
    held.set(state=State.DROPPED, dropped_because=note.strip())
    held.record("dropped", note)
    return held.commit()
