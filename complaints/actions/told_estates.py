"""举一反三: other estates are told of a measure, and each answers whether it applies there (G12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints import measures as rules
from complaints import notifications
from complaints.actions.current_policy import current_policy
from complaints.actions.measure_rows import HeldMeasure, notices, save, worded
from complaints.measures import Answer, State
from complaints.models import Measure, MeasureEntry, ToldEstate
from complaints.statuses import WrongPerson
from complaints.thorough import days, first_reminder
from config.framework.refusals import Refused
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of
from staff.stand_ins import StandIns


def estates_to_tell(measure: Measure, person: Permissions, at: datetime) -> QuerySet[Estate]:
    """Those of the same region; from headquarters, of the whole company; not those told already."""
    ours = Estate.objects.exclude(ended_at__lte=at).exclude(pk=measure.estate_id)
    if not person.company:
        ours = ours.filter(Q(region=measure.estate.region_id) if measure.estate.region_id else Q())
    told = ToldEstate.objects.filter(measure=measure).values("estate")
    return ours.exclude(pk__in=told).order_by("name")


@transaction.atomic
def tell(measure: Measure, *, estates: Collection[Estate], note: str = "", by: User, at: datetime) -> Measure:
    """Tell estates of it; each answers within the days of the rules. Who answers for them is told."""
    held = HeldMeasure(measure, "tell", by=by, at=at)
    if not estates:
        raise Refused(_("Choose at least one estate."), field="estates")
    able = estates_to_tell(held.row, permissions_of(by, at), at)
    if able.filter(pk__in=[one.pk for one in estates]).count() != len({one.pk for one in estates}):
        raise Refused(_("One of these estates cannot be told, or has been told already."), field="estates")
    due_at = at + days(held.policy.data, "answer_within")
    remind_at = first_reminder(at, due_at, held.policy.data["warning_share"])
    made = [
        ToldEstate(measure=held.row, estate=one, told_at=at, told_by=by, due_at=due_at, remind_at=remind_at)
        for one in estates
    ]
    held.record("told", note, estates=[one.name for one in estates], due_at=due_at.isoformat())
    row = held.commit(*made)
    _tell_answerers(made, "measure_told", by, at, due_at=due_at.isoformat())
    return row


def _tell_answerers(rows: Collection[ToldEstate], kind: str, by: User, at: datetime, **params: str) -> None:
    """Tell whoever answers for each of these estates."""
    stand_ins = StandIns.load(at, [one.estate for one in rows])
    for one in rows:
        people = [
            person
            for role in rules.TOLD
            for person in stand_ins.reach(role, one.estate_id)[1]
            if person != by
        ]
        where = {"place": one.estate.name, "zone": one.estate.zone.key}
        told = notices(one.measure, dict.fromkeys(people), kind, params | where)
        notifications.write(told, at=at, source=f"mt{one.pk}" + ("" if kind == "measure_told" else kind))


def release_told(measure: Measure, *, by: User, at: datetime) -> None:
    """It is withdrawn: the estates that have not answered owe nothing any more, and are told so."""
    waiting = measure.told.select_for_update(no_key=True, of=("self",)).filter(answer="").order_by("pk")
    rows = list(waiting.select_related("estate"))
    if not rows:
        return
    ToldEstate.objects.filter(pk__in=[one.pk for one in rows]).update(remind_at=None)
    _tell_answerers(rows, "measure_withdrawn", by, at)


def may_answer(told: ToldEstate, person: Permissions) -> bool:
    """Whether it waits for such as him."""
    withdrawn = told.measure.state == State.WITHDRAWN
    return told.is_open and not withdrawn and bool(person.roles_at(told.estate_id) & rules.ANSWERERS)


@transaction.atomic
def answer(told: ToldEstate, *, reply: str, note: str, by: User, at: datetime) -> ToldEstate:
    """It applies and will be done; it is done; it does not apply, and why. What applies is done later."""
    row = (
        ToldEstate.objects.select_for_update(no_key=True, of=("self",))
        .select_related("measure__estate", "measure__owner", "estate", "told_by")
        .get(pk=told.pk)
    )
    if not permissions_of(by, at).roles_at(row.estate_id) & rules.ANSWERERS:
        raise WrongPerson(
            _("For %(estate)s this is answered by: %(who)s.")
            % {"estate": row.estate, "who": rules.in_words(rules.ANSWERERS)}
        )
    if row.measure.state == State.WITHDRAWN:
        raise Refused(_("The measure was withdrawn: nothing is to be answered any more."))
    if not row.is_open:
        raise Refused(_("Answered already: %(answer)s.") % {"answer": row.get_answer_display()})
    if reply not in Answer.values or reply == row.answer:
        raise Refused(_("Choose one."), field="reply")
    words = worded("note", note, _("Say what is done there, or why it does not apply."))
    row.answer, row.words, row.answered_at, row.answered_by, row.remind_at = reply, words, at, by, None
    save(row, by, at)
    entry = MeasureEntry.objects.create(
        measure=row.measure, at=at, actor=by, kind="answered", note=words,
        params={"place": row.estate.name, "answer": reply},
    )  # fmt: skip
    stand_ins = StandIns.load(at, [row.measure.estate])
    people = stand_ins.present([one for one in (row.measure.owner, row.told_by) if one])
    what = {"place": row.estate.name, "answer": reply}
    told_of = notices(row.measure, [one for one in people if one != by], "measure_answered", what)
    notifications.write(told_of, at=at, source=f"m{row.measure_id}:{entry.pk}")
    return row


def policy_days() -> int:
    """Days an estate has for its answer, by the rules in force: for the form."""
    return days(current_policy().policy.data, "answer_within").days
