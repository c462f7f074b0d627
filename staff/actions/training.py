"""Training before a posting 上岗培训 (A7): courses, what was passed, and what lacks."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.framework.refusals import Refused
from staff.actions.history import edit, keep
from staff.models import Posting, Review, User
from staff.permissions import Permissions, current, permissions_of
from staff.roles import Role
from staff.training_rows import PostedWithout, TrainingCourse, TrainingPassed

#: So long before it lapses he is told.
AHEAD = timedelta(days=30)
#: Lines that are pasted at once.
MOST_LINES = 300
FIELD = "without_training"


@dataclass(frozen=True)
class Standing:
    """How somebody stands to a course: `missing`, `lapsed`, `soon` (lapses soon) or `passed`, and by what."""

    course: TrainingCourse
    state: str
    row: TrainingPassed | None = None

    @property
    def lacks(self) -> bool:
        return self.state in ("missing", "lapsed")


def today(at: datetime) -> date:
    """The day of the installation: a training is no matter of an estate."""
    return localtime(at, get_default_timezone()).date()


# Courses --------------------------------------------------------------------------------------------


def keep_course(
    course: TrainingCourse | None, said: Mapping[str, Any], *, by: User, at: datetime
) -> TrainingCourse:
    """A new course, or another version of one: the company's administrators keep them. Raises Refused."""
    if Role.ADMINISTRATOR not in permissions_of(by, at).company:
        raise Refused(_("Courses are kept by the company's administrators."))
    roles = [role for role in said["roles"] if role in Role.values]
    name = str(said["name"]).strip()
    others = TrainingCourse.objects.filter(name=name)
    if others.exclude(pk=course.pk if course else None).exists():
        raise Refused(_("There is a course of this name already."), field="name")
    changes = {**said, "name": name, "roles": roles}
    if course is None:
        course = TrainingCourse(**changes)
        keep(course, by)
    else:
        edit(course, changes, by=by)
    return course


# Who passed what ------------------------------------------------------------------------------------


def may_record(person: Permissions) -> bool:
    """Whoever looks after people."""
    return bool({Role.ADMINISTRATOR, Role.PROPERTY_MANAGER} & person.within())


@transaction.atomic
def record_training(
    user: User,
    course: TrainingCourse,
    passed_on: date,
    *,
    result: str = "",
    link: str = "",
    by: User,
    at: datetime,
) -> TrainingPassed:
    """Somebody has passed a course; nobody records it of himself. Raises Refused."""
    if not may_record(permissions_of(by, at)):
        raise Refused(_("Training is recorded by whoever looks after people."))
    if user == by:
        raise Refused(_("Another person records what you have passed."), field="user")
    if not course.is_active:
        raise Refused(_("This course is no longer in use."), field="course")
    if passed_on > today(at):
        raise Refused(_("This day is still to come."), field="passed_on")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two hands at once: the second is refused
    there = TrainingPassed.objects.filter(user=user, course=course, taken_back_because="")
    if there.filter(passed_on=passed_on).exists():
        raise Refused(_("This is recorded already: %(name)s.") % {"name": user}, field="passed_on")
    until = _months_later(passed_on, course.months) if course.months else None
    row = TrainingPassed(
        user=user, course=course, passed_on=passed_on, valid_until=until, result=result.strip(),
        link=link.strip(), recorded_at=at, recorded_by=by,
    )  # fmt: skip
    counts = _standing(course, [*there, row], today(at)).row is row
    if counts and until and until >= today(at):
        row.remind_on = until - AHEAD
    keep(row, by)
    if counts:  # what it renews is not reminded of any more
        there.exclude(pk=row.pk).update(remind_on=None)
    return row


def _months_later(day: date, months: int) -> date:
    """The last day: that before the same day so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) - timedelta(days=1)


@transaction.atomic
def take_back_training(row: TrainingPassed, because: str, *, by: User, at: datetime) -> None:
    """It was written down by mistake: it stays readable and counts no more. Raises Refused."""
    if not may_record(permissions_of(by, at)):
        raise Refused(_("Training is recorded by whoever looks after people."))
    if row.user == by:
        raise Refused(_("Another person records what you have passed."))
    if not because.strip():
        raise Refused(_("Say why it is taken back."), field="because")
    held = TrainingPassed.objects.select_for_update(no_key=True).get(pk=row.pk)
    if held.taken_back_because:
        raise Refused(_("It was taken back already."))
    held.taken_back_because, held.remind_on = because.strip()[:200], None
    keep(held, by)
    others = TrainingPassed.objects.filter(user=held.user, course=held.course, taken_back_because="")
    last = _standing(held.course, others, today(at)).row
    if last and last.valid_until and last.holds(today(at)) and _counts_before(held) > _counts_before(last):
        others.filter(pk=last.pk).update(remind_on=last.valid_until - AHEAD)


DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _day(text: str) -> date:
    """As sheets write it: 2026-03-02, 2026/3/2, 2026年3月2日. Raises Refused."""
    if not (found := DAY.fullmatch(text)):
        raise Refused(_("Give a day, such as 2026-03-02."))
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise Refused(_("Give a day, such as 2026-03-02.")) from None


@transaction.atomic
def record_many(
    text: str, people: QuerySet[User], *, by: User, at: datetime
) -> tuple[int, list[tuple[int, str]]]:
    """Lines `log-in, course, day, result`, pasted from a sheet: all of them or none; what was wrong."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refused(_("At most %(n)s lines.") % {"n": MOST_LINES}, field="lines")
    in_use = TrainingCourse.objects.filter(is_active=True)
    courses = {name: one for one in in_use for name in (one.name, one.name_en) if name}
    wrong: list[tuple[int, str]] = []
    done = 0
    for number, line in lines:
        # With tabs it comes out of a sheet: its cells may have commas of their own.
        cells = line.split("\t") if "\t" in line else line.replace("，", ",").split(",", 3)
        parts = [part.strip() for part in cells]
        login, name, day, result = (parts + [""] * 4)[:4]
        user = people.filter(username__iexact=login).first() if login else None
        course = courses.get(name)
        try:
            if user is None:
                raise Refused(_("There is no colleague %(login)s here.") % {"login": login})
            if course is None:
                raise Refused(_("There is no course %(name)s.") % {"name": name})
            with transaction.atomic():
                record_training(user, course, _day(day), result=result[:60], by=by, at=at)
        except Refused as refusal:
            wrong.append((number, str(refusal)))
        else:
            done += 1
    if wrong:
        transaction.set_rollback(True)
        return 0, wrong
    return done, []


# What lacks -----------------------------------------------------------------------------------------


def required_for(roles: Collection[str]) -> list[TrainingCourse]:
    """Courses in use that one of these roles must have passed. One query: there are few."""
    return [one for one in TrainingCourse.objects.filter(is_active=True) if set(one.roles) & set(roles)]


def standings(user: User, roles: Collection[str], on: date) -> list[Standing]:
    """How he stands to what these roles need, and to whatever else he passed. Two queries."""
    needed = required_for(roles)
    rows: dict[int, list[TrainingPassed]] = defaultdict(list)
    passed = TrainingPassed.objects.filter(user=user, taken_back_because="")
    for row in passed.select_related("course", "recorded_by"):
        rows[row.course_id].append(row)
    others = {row.course for some in rows.values() for row in some} - set(needed)
    return [
        _standing(course, rows[course.pk], on)
        for course in [*needed, *sorted(others, key=lambda one: one.name)]
    ]


def _counts_before(row: TrainingPassed) -> tuple[date, date]:
    """Of several the one that holds longest counts."""
    return row.valid_until or date.max, row.passed_on


def _standing(course: TrainingCourse, rows: Iterable[TrainingPassed], on: date) -> Standing:
    last = max(rows, key=_counts_before, default=None)
    if last is None:
        return Standing(course, "missing")
    if not last.holds(on):
        return Standing(course, "lapsed", last)
    soon = last.valid_until is not None and last.valid_until - AHEAD <= on
    return Standing(course, "soon" if soon else "passed", last)


def lacking(user: User | None, role: str, on: date) -> list[Standing]:
    """What somebody lacks for a role; None: somebody new, who has passed nothing."""
    if user is None:
        return [Standing(course, "missing") for course in required_for([role])]
    needed = {course.pk for course in required_for([role])}
    return [one for one in standings(user, [role], on) if one.lacks and one.course.pk in needed]


def lacking_each(asked: Collection[tuple[int, str]], on: date) -> dict[tuple[int, str], list[Standing]]:
    """What each lacks for a role, by user and role. Two queries, however many."""
    courses = list(TrainingCourse.objects.filter(is_active=True)) if asked else []
    passed: dict[tuple[int, int], list[TrainingPassed]] = defaultdict(list)
    users = {user for user, _role in asked}
    for row in TrainingPassed.objects.filter(taken_back_because="", user__in=users) if courses else ():
        passed[row.user_id, row.course_id].append(row)
    return {
        (user, role): [
            standing
            for course in courses
            if role in course.roles and (standing := _standing(course, passed[user, course.pk], on)).lacks
        ]
        for user, role in asked
    }


def check_trained(user: User | None, role: Role, because: str, at: datetime) -> list[Standing]:
    """What he lacks, where it is confirmed with a reason. Raises Refused where it is not.

    It warns and forbids nothing: somebody must stand at the desk tomorrow.
    """
    found = lacking(user, role, today(at))
    if found and not because.strip():
        names = pgettext("between names", ", ").join(str(one.course) for one in found)
        raise Refused(
            _("Required training is missing or has lapsed: %(names)s. Say why it is given anyway.")
            % {"names": names},
            field=FIELD,
        )
    return found


def posted_without(review: Review, found: list[Standing], because: str) -> None:
    """Keep with the role what lacked and why it was given; nothing where nothing lacks."""
    if found:
        names = [one.course.name for one in found]
        PostedWithout.objects.create(review=review, courses=names, because=because.strip()[:200])


def untrained(
    postings: QuerySet[Posting], at: datetime
) -> list[tuple[User, list[tuple[Posting, list[Standing]]]]]:
    """Who holds a role without what it requires, by name. Three queries, however many people."""
    on = today(at)
    courses = list(TrainingCourse.objects.filter(is_active=True))
    roles = {role for one in courses for role in one.roles}
    held = list(
        postings.filter(current(at), role__in=roles)
        .select_related("user", "estate", "region", "department__estate")
        .order_by("user__name", "user", "pk")
    )
    passed: dict[tuple[int, int], list[TrainingPassed]] = defaultdict(list)
    rows = TrainingPassed.objects.filter(taken_back_because="", user__in={one.user_id for one in held})
    for row in rows:
        passed[row.user_id, row.course_id].append(row)
    found: dict[User, list[tuple[Posting, list[Standing]]]] = {}
    for posting in held:
        lack = [
            standing
            for course in courses
            if posting.role in course.roles
            and (standing := _standing(course, passed[posting.user_id, course.pk], on)).lacks
        ]
        if lack:
            found.setdefault(posting.user, []).append((posting, lack))
    return list(found.items())


def to_remind(at: datetime, batch: int) -> list[TrainingPassed]:
    """What lapses within the month or has lapsed, each told once, locked; and marked as told.

    Told of is only what counts, of a course in use that a role of his requires.
    """
    on = today(at)
    rows = list(
        TrainingPassed.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .filter(remind_on__lte=on)
        .select_related("user", "course")
        .order_by("remind_on", "pk")[:batch]
    )
    for row in rows:
        again = row.valid_until + timedelta(days=1) if row.valid_until and row.holds(on) else None
        TrainingPassed.objects.filter(pk=row.pk).update(remind_on=again)
    users = {row.user_id for row in rows}
    roles: dict[int, set[str]] = defaultdict(set)
    for user, role in Posting.objects.filter(current(at), user__in=users).values_list("user", "role"):
        roles[user].add(role)
    there: dict[tuple[int, int], list[TrainingPassed]] = defaultdict(list)
    for one in TrainingPassed.objects.filter(user__in=users, taken_back_because=""):
        there[one.user_id, one.course_id].append(one)
    return [
        row
        for row in rows
        if row.course.is_active
        and roles[row.user_id] & set(row.course.roles)
        and _standing(row.course, there[row.user_id, row.course_id], on).row == row
    ]


def administrators(at: datetime) -> list[User]:
    """Who looks after the people of headquarters. One query."""
    whole = {"role": Role.ADMINISTRATOR, "estate": None, "region": None, "department": None}
    return [one.user for one in Posting.objects.filter(current(at), **whole).select_related("user")]


def places_of(users: Collection[int], at: datetime) -> dict[int, set[int]]:
    """The estates they are posted in. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Posting.objects.filter(current(at), user__in=users).filter(
        Q(estate__isnull=False) | Q(department__estate__isnull=False)
    )
    for user, estate, other in rows.values_list("user", "estate", "department__estate"):
        found[user].add(estate or other)
    return found
