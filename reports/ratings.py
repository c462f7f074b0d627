"""Contractors are rated, checked, remarked on; the criteria are kept (A12).

The only writer of the rows of `rating_rows`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.models import Complaint
from complaints.notifications import Notice
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import rating_rules as rules
from reports.calendar_rules import Overtaken
from reports.figures.contracted import Contracted, contracted, read_back
from reports.figures.month import Month
from reports.models import ContractorRating, RatingRules
from reports.rating_rules import DEFAULTS, FULL, LONGEST, RATERS, WORDS_BELOW, Criterion, State, Trade
from staff.models import Department, Estate, Posting, User
from staff.permissions import Permissions, current, permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns


@dataclass(frozen=True)
class Given:
    """What is said of one criterion."""

    points: int
    words: str = ""


@dataclass(frozen=True)
class Said:
    """A rating as it is typed: by key of the criterion."""

    trade: str
    given: Mapping[str, Given]
    words: str
    cases: Sequence[Complaint] = ()


# The rules -------------------------------------------------------------------------------------------------


def current_rules() -> tuple[int, dict[str, Any]]:
    """The number of the version that counts, and what it says; 0 is the house's own."""
    row = RatingRules.objects.first()
    return (row.number, row.data) if row else (0, DEFAULTS)


@transaction.atomic
def keep_rules(
    changes: Mapping[str, Any], *, started_from: int, because: str, by: User, at: datetime
) -> RatingRules:
    """A new version: `due_day`, or the criteria of some trades. Raises Refused."""
    person = permissions_of(by, at)
    if not person.company & rules.KEEPERS:
        raise WrongPerson(_("The criteria are kept by: %(who)s.") % {"who": rules.in_words(rules.KEEPERS)})
    number, data = current_rules()
    if number != started_from:
        raise Overtaken
    new = {**data, **changes, "criteria": {**data["criteria"], **changes.get("criteria", {})}}
    _check_rules(new)
    if new == data:
        raise Refused(_("Nothing was changed."))
    row = RatingRules(number=number + 1, data=new, made_at=at, made_by=by, because=because.strip())
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Overtaken from None
    return row


def _check_rules(data: Mapping[str, Any]) -> None:
    if not 0 <= data["due_day"] <= 28:
        raise Refused(_("A day from 1 to 28, or 0 for no reminder."), field="due_day")
    for trade in Trade:
        criteria = rules.criteria_of(data, trade)
        if not criteria or len({one.zh for one in criteria}) < len(criteria):
            raise Refused(_("Each criterion has a name of its own."), field="criteria")
        if len(criteria) > rules.MOST_CRITERIA:
            raise Refused(_("At most %(n)s criteria.") % {"n": rules.MOST_CRITERIA}, field="criteria")
        if any(one.points < 1 or not one.zh.strip() for one in criteria):
            raise Refused(_("Each criterion has a name and at least one point."), field="criteria")
        if (total := sum(one.points for one in criteria)) != FULL:
            raise Refused(
                _("The points of a trade are %(full)s together; these are %(total)s.")
                % {"full": FULL, "total": total},
                field="criteria",
            )


# Rating ----------------------------------------------------------------------------------------------------


def may_rate(person: Permissions, estate: int, department: Department) -> bool:
    """Whoever answers for the estate, unless he works for the contractor."""
    return bool(RATERS & person.roles_at(estate)) and department.pk not in person.outside


def figures_of(row: ContractorRating, now: datetime) -> Contracted:
    """As published; before that, as they stand."""
    if row.figures:
        return read_back(row.figures)
    return counted(row.estate, [row.department_id], row.month, now)[row.department_id]


def counted(
    estate: Estate, departments: Collection[int], month: Month, now: datetime
) -> dict[int, Contracted]:
    return contracted(estate, departments, *month.bounds(estate.zone), now)


def criteria_for(row: ContractorRating | None, trade: str) -> tuple[Criterion, ...]:
    """Those it was made by; of a new one, and of another trade, those that count now."""
    if row is not None and row.trade == trade:
        return tuple(criterion for criterion, _points, _words in row.given)
    return rules.criteria_of(current_rules()[1], trade)


def trade_of(department: Department) -> str:
    """That of its last rating, else what its name tells."""
    last = ContractorRating.objects.filter(department=department).order_by("-starts_on", "-pk").first()
    return last.trade if last else rules.trade_called(department.name, department.name_en)


@transaction.atomic
def rate(
    estate: Estate,
    department: Department,
    month: Month,
    said: Said,
    *,
    version: int = 0,
    by: User,
    at: datetime,
) -> ContractorRating:
    """Rate a contractor for a month, or change what is not published yet; a second person checks it.

    `version`: the one that was read, 0 for none. Raises Refused at the field it is about.
    """
    his = permissions_of(by, at)
    row = (
        ContractorRating.objects.select_for_update(no_key=True, of=("self",))
        .filter(estate=estate, department=department, starts_on=month.first_day)
        .select_related("estate", "department", "rated_by")
        .first()
    )
    if row is None:
        _may_begin(his, estate, department, month, at)
    elif fault := refusal_of(row, "rate", his):
        raise fault
    if (row.version if row else 0) != version:
        raise Overtaken
    row = row or ContractorRating(estate=estate, department=department, starts_on=month.first_day, version=0)
    before = (row.trade, row.lines, row.words)
    row.lines = _lines(criteria_for(row if row.pk else None, said.trade), said.given)
    row.trade, row.score = said.trade, sum(one["given"] for one in row.lines)
    row.words = _worded(said.words, _("Say in a sentence or two how the month was."), "words")
    cases = _linked(row, said, his)
    if row.pk and before == (row.trade, row.lines, row.words) and cases == _cases_of(row):
        raise Refused(_("Nothing was changed."))
    row.state, row.version = State.TO_CHECK, row.version + 1
    row.rated_by, row.rated_at = by, at
    _save(row, by, at)
    row.cases.set(cases)
    _tell(row, _reach(row, Role.PROPERTY_MANAGER, at, barred=raters_of(row)), "rating_to_check", by, at)
    return row


def _cases_of(row: ContractorRating) -> set[int]:
    return set(row.cases.values_list("pk", flat=True)) if row.pk else set()


def _linked(row: ContractorRating, said: Said, his: Permissions) -> set[int]:
    """The cases it names from now on: those he names, and those he may not know of and so took none out."""
    seen = Complaint.objects.visible_to(his)
    there = _cases_of(row)
    hidden = there - set(seen.filter(pk__in=there).values_list("pk", flat=True))
    named = seen.filter(estate=row.estate, pk__in=[case.pk for case in said.cases])
    return hidden | set(named.values_list("pk", flat=True))


def _may_begin(his: Permissions, estate: Estate, department: Department, month: Month, at: datetime) -> None:
    if not department.is_contractor or department.estate_id not in (None, estate.pk):
        raise Refused(_("This is no contractor of the estate."))
    if not may_rate(his, estate.pk, department):
        raise WrongPerson(_("A contractor is rated by: %(who)s.") % {"who": rules.in_words(RATERS)})
    if month.bounds(estate.zone)[1] > at:
        raise Refused(_("The month is not over yet."))


def _lines(criteria: Sequence[Criterion], given: Mapping[str, Given]) -> list[dict[str, Any]]:
    lines = []
    for one in criteria:
        said = given.get(one.key)
        if said is None or not 0 <= said.points <= one.points:
            raise Refused(
                _("Give 0 to %(points)s points.") % {"points": one.points}, field=f"points_{one.key}"
            )
        words = said.words.strip()
        if said.points < one.points * WORDS_BELOW and not words:
            raise Refused(_("So few points need a reason."), field=f"words_{one.key}")
        if len(words) > LONGEST:
            raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field=f"words_{one.key}")
        lines.append(one.kept() | {"given": said.points, "words": words})
    return lines


# What becomes of it ----------------------------------------------------------------------------------------


def raters_of(row: ContractorRating) -> set[int]:
    return raters_by_rating([row])[row.pk]


def raters_by_rating(rows: Sequence[ContractorRating]) -> dict[int, set[int]]:
    """Everybody who has ever handed it in: by the last one alone the first could check his own points."""
    found = {row.pk: {row.rated_by_id} for row in rows}
    versions = ContractorRating.history.filter(id__in=list(found)).order_by()
    for pk, rater in versions.values_list("id", "rated_by"):
        found[pk].add(rater)
    return found


def asked_by(row: ContractorRating, person: Permissions) -> dict[str, Any]:
    """What the rule asks of a rating and of whoever acts."""
    return {
        "state": row.state,
        "roles": person.roles_at(row.estate_id),
        "rated": person.user.pk in raters_of(row),
        "own": row.department_id in person.outside,
        "remarked": bool(row.remark),
    }


def refusal_of(row: ContractorRating, verb: str, person: Permissions) -> Refused | None:
    """Why this person cannot do it now: the one answer for act, page and API."""
    return rules.refusal(verb, **asked_by(row, person))


def acts_on(row: ContractorRating, person: Permissions) -> list[str]:
    return rules.possible(**asked_by(row, person))


def _held(row: ContractorRating, verb: str, by: User, at: datetime, version: int | None) -> ContractorRating:
    """The rating, locked, if the act is possible. Raises Refused."""
    held = (
        ContractorRating.objects.select_for_update(no_key=True, of=("self",))
        .select_related("estate", "department", "rated_by")
        .get(pk=row.pk)
    )
    if fault := refusal_of(held, verb, permissions_of(by, at)):
        raise fault
    if version is not None and version != held.version:
        raise Overtaken
    return held


@transaction.atomic
def check(row: ContractorRating, *, version: int, by: User, at: datetime) -> ContractorRating:
    """Looked at by a second person: it is frozen with its figures, and the contractor reads it."""
    held = _held(row, "check", by, at, version)
    held.figures = figures_of(held, at).kept()
    held.state, held.checked_by, held.checked_at, held.returned_because = State.FROZEN, by, at, ""
    held.version += 1
    _save(held, by, at)
    theirs = Posting.objects.filter(current(at), department=held.department).select_related("user")
    firm = [one.user for one in theirs.order_by("pk")]
    _tell(held, [held.rated_by, *firm], "rating_published", by, at)
    return held


@transaction.atomic
def send_back(row: ContractorRating, *, version: int, note: str, by: User, at: datetime) -> ContractorRating:
    """Something is missing or not right; whoever rated changes it."""
    held = _held(row, "send_back", by, at, version)
    held.returned_because = _worded(note, _("Say what is missing."), "note")
    held.state = State.DRAFT
    held.version += 1
    _save(held, by, at)
    _tell(held, [held.rated_by], "rating_sent_back", by, at)
    return held


@transaction.atomic
def remark(row: ContractorRating, *, note: str, by: User, at: datetime) -> ContractorRating:
    """The contractor's own word on its rating: one, and it stays."""
    held = _held(row, "remark", by, at, None)
    held.remark = _worded(note, _("Say what you remark on."), "note")
    held.remarked_by, held.remarked_at = by, at
    held.version += 1
    _save(held, by, at)
    people = [held.rated_by, held.checked_by, *_reach(held, Role.PROPERTY_MANAGER, at)]
    _tell(held, [one for one in people if one], "rating_remarked", by, at)
    return held


def _worded(text: str, sentence: str, field: str) -> str:
    said = text.strip()
    if not said:
        raise Refused(sentence, field=field)
    if len(said) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field=field)
    return said


def _save(row: ContractorRating, by: User, at: datetime) -> None:
    row._history_user, row._history_date = by, at  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else has begun it at the same moment
        raise Overtaken from None


def _reach(row: ContractorRating, role: Role, at: datetime, barred: Collection[int] = ()) -> list[User]:
    return StandIns.load(at, [row.estate]).reach(role, row.estate_id, barred=barred)[1]


def told_of(row: ContractorRating) -> dict[str, Any]:
    """What a notice about it says."""
    return {
        "rating": row.pk, "contractor": row.department.name, "estate": row.estate.name,
        "month": str(row.month), "zone": row.estate.zone.key,
    }  # fmt: skip


def _tell(row: ContractorRating, people: Sequence[User], kind: str, by: User, at: datetime) -> None:
    """Those who still work here; whoever acts knows what he did."""
    said = told_of(row)
    present = [one for one in dict.fromkeys(people) if one.is_active and one != by]
    told = [Notice(one, kind, None, said) for one in present]
    notifications.write(told, at=at, source=f"rating{row.pk}:{row.version}")
