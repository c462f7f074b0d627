"""A policy version as a page of figures: its leaves by path, what may stand in them, and in words. Pure.

A path is `clocks.resolve.limits.minor`; a leaf is a text, a number or a list. What stands in a leaf
follows from its default, so that a clock added to the table has its place on the page by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext, pgettext

from complaints.clocks import limit_in_words
from complaints.notice_grade import Span
from complaints.policy import DEFAULTS, EXTENDABLE, ClockKind, Severity
from complaints.policy_labels import BY_CASE, CASES, LABELS, NAMED, SECTIONS, WARNED, Text
from complaints.warranty_terms import MOST_SEASONS, MOST_YEARS, fault_of_day
from complaints.worktime import DAY, Limit, Unit
from staff.roles import MANAGERS, Role


class Kind(StrEnum):
    LIMIT = "limit"  # 3 days, 4 service hours
    SPAN = "span"  # 1 week, 1 month
    ROLE = "role"
    ROLES = "roles"
    CLOCKS = "clocks"
    COUNT = "count"
    SHARE = "share"  # 0.75, read as 75 %
    AMOUNT = "amount"  # whole yuan
    SWITCH = "switch"  # on or off
    YEARLY = "yearly"  # 11-15, a day that every year has


#: Longer than this nobody waits for a complaint.
LONGEST = 366 * DAY
MOST = 3650
#: What is set of a measure, in days, the acts take up to a year.
MOST_DAYS = 366
#: No manager of an estate approves more than this by himself.
MOST_YUAN = 1_000_000
#: The leaves that say who reads of cases in the digest alone.
ALONE = "digest.instead."
#: Where nobody need be chosen: then nobody reads in the digest alone, or no day is signed.
NOBODY = (ALONE, "daily_reading.")
#: Roles a deadline can go to; a deputy or the next one up stands in.
ADDRESSEES = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER)
APPROVERS = tuple(role for role in ADDRESSEES if role in MANAGERS)
#: Steps up a level can go besides: from a supervisor two are left.
STEPS_UP = 2


@dataclass(frozen=True)
class Leaf:
    """One figure of the page. `optional`: an empty one means that the clock does not run for it."""

    path: str
    kind: Kind
    value: Any
    optional: bool = False

    @property
    def parts(self) -> list[str]:
        return self.path.split(".")

    @property
    def section(self) -> Text:
        """The heading it stands under: the clock's name, or a part of the rules."""
        first, *rest = self.parts
        if first == "clocks":
            return ClockKind(rest[0]).label
        return SECTIONS.get(first, first)

    @property
    def label(self) -> Text:
        """Its name under that heading."""
        if self.parts[0] != "clocks":
            text = LABELS.get(self.path, " · ".join(self.parts))
            if self.parts[0] in BY_CASE and self.parts[-1] in NAMED:
                return gettext("%(what)s, %(case)s") % {"what": text, "case": NAMED[self.parts[-1]]}
            return text
        case = CASES.get(self.parts[-1], self.parts[-1])
        match self.parts[2]:
            case "over":
                return gettext("Overdue goes to, %(case)s") % {"case": case}
            case "warning":
                return gettext("%(what)s, %(case)s") % {"what": WARNED, "case": case}
            case _limits:
                return gettext("Limit, %(case)s") % {"case": case}

    @property
    def may_be_empty(self) -> bool:
        """Whether it can be left empty: the clock does not run then, or nobody does it."""
        return self.optional or self.path.startswith(NOBODY)


@dataclass(frozen=True)
class Difference:
    """One leaf before and after, in words; empty: there was or is none."""

    leaf: Leaf
    before: str
    after: str


def leaves(data: dict[str, Any]) -> list[Leaf]:
    """What a page offers to edit, in the order of the rules; texts it does not understand are left out."""
    flat = dict(_flat(data))
    found = []
    for path, value in flat.items():
        if kind := kind_of(path, value):
            if kind == Kind.CLOCKS:  # what older versions list besides means nothing any more
                value = [clock for clock in value if clock in EXTENDABLE]
            found.append(Leaf(path, kind, value))
            found += _for_other_severities(path, flat)
    return found


def _for_other_severities(path: str, flat: dict[str, Any]) -> list[Leaf]:
    """Empty places behind the last limit of a clock that runs for some severities only."""
    table, _dot, _key = path.rpartition(".")
    if not (table.startswith("clocks.") and table.endswith(".limits")):
        return []
    keys = [other.rpartition(".")[2] for other in flat if other.rpartition(".")[0] == table]
    if path != f"{table}.{keys[-1]}" or "any" in keys or not set(keys) & set(Severity.values):
        return []
    missing = [severity for severity in Severity if severity not in keys]
    return [Leaf(f"{table}.{severity}", Kind.LIMIT, "", optional=True) for severity in missing]


def kind_of(path: str, value: Any) -> Kind | None:
    """What a leaf holds; None: not for this page."""
    match value:
        case bool():
            return Kind.SWITCH
        case int():
            return Kind.AMOUNT if path.startswith(("compensation.", "rewards.")) else Kind.COUNT
        case float():
            return Kind.SHARE
        case list():
            if path.endswith(".clocks"):
                return Kind.CLOCKS
            return Kind.ROLES if all(word in Role.values for word in value) else None
        case str():
            if path.startswith("warranty.season_"):
                return Kind.YEARLY
            if value in Role.values:
                return Kind.ROLE
            return Kind.LIMIT if _reads(Limit, value) else Kind.SPAN if _reads(Span, value) else None
    return None


def with_values(data: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """A copy of the data with other leaves; an empty one of a clock's table is left out."""
    changed = deepcopy(data)
    for path, value in values.items():
        *way, last = path.split(".")
        place = changed
        for part in way:
            place = place.setdefault(part, {})
        if value == "":
            place.pop(last, None)
        else:
            place[last] = value
    return changed


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What another version says otherwise, in the order of the rules."""
    old = {leaf.path: leaf for leaf in leaves(before) if not leaf.optional}
    new = {leaf.path: leaf for leaf in leaves(after) if not leaf.optional}
    found = []
    for path in dict.fromkeys([*old, *new]):
        was, now = (in_words(table[path]) if path in table else "" for table in (old, new))
        if was != now:
            found.append(Difference(new.get(path) or old[path], was, now))
    return found


def says_the_same(leaf: Leaf, value: Any) -> bool:
    """Whether another value means what the leaf holds: 60 minutes are 1 hour, an order of roles is none."""
    if not leaf.value or not value or _fault(leaf.path, leaf.kind, value):
        return False
    if leaf.kind == Kind.LIMIT:
        return Limit.parse(leaf.value) == Limit.parse(value)
    return in_words(leaf) == in_words(Leaf(leaf.path, leaf.kind, value))


def in_words(leaf: Leaf) -> str:
    """What a leaf holds, as people say it."""
    match leaf.kind:
        case Kind.LIMIT:
            return limit_in_words(Limit.parse(leaf.value))
        case Kind.SPAN:
            return Span.parse(leaf.value).words
        case Kind.ROLE:
            return str(Role(leaf.value).label)
        case Kind.ROLES:
            return pgettext("between names", ", ").join(
                str(role.label) for role in Role if role in leaf.value
            )
        case Kind.CLOCKS:
            return pgettext("between names", ", ").join(
                str(kind.label) for kind in ClockKind if kind in leaf.value
            )
        case Kind.SHARE:
            return f"{leaf.value:.0%}"
        case Kind.AMOUNT:
            return gettext("%(amount)s yuan") % {"amount": f"{leaf.value:,}"}
        case Kind.COUNT | Kind.YEARLY:
            return str(leaf.value)
        case Kind.SWITCH:
            return pgettext("a rule", "on") if leaf.value else pgettext("a rule", "off")


# What may stand there ------------------------------------------------------------------------------


def faults(data: dict[str, Any]) -> dict[str, str]:
    """Why this cannot be a version: a sentence for each path; empty when it can.

    Nothing may be missing that the defaults have, so no clock can be left without a due time.
    """
    flat, defaults = dict(_flat(data)), dict(_flat(DEFAULTS))
    found = {}
    for path in defaults.keys() - flat.keys():
        found[path] = gettext("This must not be empty: without it nothing would ever be due.")
    for path, value in flat.items():
        kind = (
            kind_of(path, defaults[path]) if path in defaults else Kind.LIMIT if ".limits." in path else None
        )
        if kind and (fault := _fault(path, kind, value)):
            found[path] = fault
    return found or _out_of_step(data)


def _out_of_step(data: dict[str, Any]) -> dict[str, str]:
    """Figures that contradict one another."""
    people, unsolved = data["notice"]["collective"], data["notice"]["unsolved"]
    found = {}
    if people["hot"] >= people["major"]:
        found["notice.collective.hot"] = gettext("Notice hot must begin with fewer people than notice major.")
    if _days(unsolved["hot"]) >= _days(unsolved["major"]):
        found["notice.unsolved.hot"] = gettext("Notice hot must begin earlier than notice major.")
    readers = set(data["digest"]["readers"])
    for severity, roles in data["digest"]["instead"].items():
        if set(roles) - readers:
            found[f"{ALONE}{severity}"] = gettext(
                "Whoever reads of them in the digest alone must get the digest."
            )
    yuan = data["compensation"]["limits"]
    if yuan["supervisor"] > yuan["property_manager"]:
        found["compensation.limits.supervisor"] = gettext("Not more than the next role up approves.")
    return found


def _days(text: str) -> int:
    span = Span.parse(text)
    return span.count * {"day": 1, "week": 7, "month": 30}[span.unit]


def _fault(path: str, kind: Kind, value: Any) -> str:
    match kind:
        case Kind.LIMIT:
            return _fault_of_limit(path, value)
        case Kind.SPAN:
            if not isinstance(value, str) or not _reads(Span, value) or _days(value) > LONGEST.days:
                return gettext("Give a number of days, weeks or months, a year at most.")
        case Kind.ROLE:
            if value not in APPROVERS:
                return gettext("Choose one of: %(roles)s.") % {"roles": _named(APPROVERS)}
        case Kind.ROLES:
            if not isinstance(value, list) or not value and not path.startswith(NOBODY):
                return gettext("Somebody must be told: choose at least one role.")
            if set(value) - set(addressees(path)):
                return gettext("Choose one of: %(roles)s.") % {"roles": _named(addressees(path))}
        case Kind.CLOCKS:
            if not isinstance(value, list) or set(value) - set(EXTENDABLE):
                return gettext("Only these can be extended: %(clocks)s.") % {
                    "clocks": pgettext("between names", ", ").join(str(kind.label) for kind in EXTENDABLE)
                }
        case Kind.SHARE:
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0.05 <= value <= 0.95:
                return gettext("Give a share between 5 and 95 %.")
        case Kind.AMOUNT:
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_YUAN:
                return gettext("Give whole yuan from 0 to %(most)s.") % {"most": f"{MOST_YUAN:,}"}
        case Kind.SWITCH:
            return "" if isinstance(value, bool) else gettext("Give yes or no.")
        case Kind.YEARLY:
            return fault_of_day(value)
        case Kind.COUNT if path.startswith("next_up."):
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= STEPS_UP:
                return gettext("Give a whole number from 0 to %(most)s.") % {"most": STEPS_UP}
        case Kind.COUNT:
            most = most_of(path)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
                return gettext("Give a whole number from 1 to %(most)s.") % {"most": most}
    return ""


def most_of(path: str) -> int:
    """The most that stands in a leaf that counts."""
    if path.startswith("warranty.years."):
        return MOST_YEARS
    if path.startswith("warranty.seasons."):
        return MOST_SEASONS
    return MOST_DAYS if path.startswith(("thorough.", "warranty.")) and path.endswith("_days") else MOST


def addressees(path: str) -> tuple[Role, ...]:
    """Which roles can stand in a leaf: of an estate as a whole only its managers read."""
    return APPROVERS if path.startswith(("digest.", "daily_reading.")) else ADDRESSEES


def _fault_of_limit(path: str, value: Any) -> str:
    if not isinstance(value, str) or not _reads(Limit, value):
        return gettext("Give a whole number of 1 or more, and its unit.")
    try:
        limit = Limit.parse(value)
    except OverflowError:
        limit = Limit(timedelta.max, Unit.HOURS)
    if limit.amount > LONGEST:
        return gettext("A limit is a year at most: nobody waits longer for an answer.")
    if path.startswith("extension.caps.") and limit.unit not in (Unit.DAYS, Unit.WORKING_DAYS):
        return gettext("Give it in days or working days.")
    if path in ("extension.confirm_oral_within", "revisit.apart") and limit.unit != Unit.HOURS:
        return gettext("Give it in plain minutes or hours.")
    return ""


# What may stand there, but looks like a slip ---------------------------------------------------------

#: Tables where the graver complaint has the longer time, as it takes longer; elsewhere it is the more urgent.
LONGER_WHEN_GRAVER = ("resolve", "caps")


def doubts(data: dict[str, Any]) -> list[str]:
    """Limits of two neighbouring severities that lie the other way round than one expects."""
    tables = {kind: data["clocks"].get(kind, {}).get("limits", {}) for kind in ClockKind}
    named = {str(kind): (str(kind.label), limits) for kind, limits in tables.items()}
    named |= {"caps": (gettext("Longest extension at a time"), data["extension"]["caps"])}
    found = []
    for table, (name, limits) in named.items():
        longer = table in LONGER_WHEN_GRAVER
        for light, grave in pairwise(severity for severity in Severity if severity in limits):
            lighter, graver = Limit.parse(limits[light]), Limit.parse(limits[grave])
            if _length(graver) < _length(lighter) if longer else _length(graver) > _length(lighter):
                sentence = (
                    gettext("%(name)s: %(grave)s has %(graver)s, less than %(light)s with %(lighter)s.")
                    if longer
                    else gettext("%(name)s: %(grave)s has %(graver)s, more than %(light)s with %(lighter)s.")
                )
                words = {"graver": limit_in_words(graver), "lighter": limit_in_words(lighter)}
                found.append(sentence % {"name": name, "grave": grave.label, "light": light.label, **words})
    yuan = data["compensation"]["limits"]
    if yuan["property_manager"] > 10 * DEFAULTS["compensation"]["limits"]["property_manager"]:
        found.append(
            gettext("Compensation: the property manager alone approves up to %(amount)s yuan for one case.")
            % {"amount": f"{yuan['property_manager']:,}"}
        )
    return found


def _length(limit: Limit) -> timedelta:
    """About how long that is on the wall: eight hours of service a day, five working days a week."""
    stretched = {Unit.SERVICE_HOURS: 3.0, Unit.WORKING_DAYS: 7 / 5}
    return limit.amount * stretched.get(limit.unit, 1)


def _named(roles: tuple[Role, ...]) -> str:
    return pgettext("between names", ", ").join(str(role.label) for role in roles)


def _reads(grammar: type[Limit] | type[Span], text: str) -> bool:
    try:
        grammar.parse(text)
    except OverflowError:
        return True
    except ValueError:
        return False
    return True


def _flat(data: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
