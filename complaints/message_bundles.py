"""What a person is told when much is due at once: one message a case, of the gravest; one for many cases.

domain.md 4, after an outage. Every level is entered by itself; only the messages are gathered. Whoever
would get more than `MOST` at once gets one that counts them, and the row of `ToldTogether` says which cases
it told of, so that the batches that follow add nothing. An urgent case is always told by itself: a person
in danger hides in no count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from complaints import notifications
from complaints.channels import robot
from complaints.clocks import rank
from complaints.danger import is_dangerous
from complaints.models import Complaint, ToldTogether
from complaints.policy import ClockKind, Level, Severity
from config.framework.bulk_insert import insert
from staff.models import User

#: More cases than this at once are told in one message.
MOST = 20
KIND = "levels_together"
#: Stands for the estate's group among the people of a level.
GROUP = None
#: Of the time in percent: a warning says how much is gone, where it is not this much.
THREE_QUARTERS = 75


class Due(Protocol):
    """A level that is due, with its clock and case."""

    @property
    def pk(self) -> int: ...

    @property
    def level(self) -> str: ...

    @property
    def at(self) -> datetime: ...

    @property
    def clock(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def follow_up(self) -> int | None: ...

    @property
    def due_at(self) -> datetime: ...

    @property
    def severity(self) -> str: ...

    @property
    def case(self) -> Complaint: ...

    @property
    def share(self) -> int: ...


class Reader(NamedTuple):
    """A person by his key, or an estate's group by its estate's."""

    user: int | None
    estate: int | None


#: reader: of which cases he was told together, and when
Known = dict[Reader, list[tuple[datetime, frozenset[int]]]]


class Word(NamedTuple):
    """What one reader is told of a case: the gravest level, and how many other clocks it hides."""

    reader: User | None
    level: Due
    over: int
    soon: int

    @property
    def notice(self) -> notifications.Notice:
        level = self.level
        more = {"more_over": self.over, "more_soon": self.soon}
        params = about(level) | {name: n for name, n in more.items() if n}
        return notifications.Notice(self.reader, f"level_{level.level}", level.case, params)


def about(level: Due) -> dict[str, Any]:
    """The parameters of a level's event and of its messages.

    `share`: a warning's, in percent of the time, where the rules do not warn after three quarters of it.
    """
    warned = level.share if level.level == Level.WARNING and level.share != THREE_QUARTERS else None
    said = {"clock": level.kind, "due_at": level.due_at.isoformat()}
    more = {"follow_up": level.follow_up, "share": warned}
    return said | {name: n for name, n in more.items() if n}


def weight(level: Due) -> tuple[int, ...]:
    return rank(Level(level.level), ClockKind(level.kind), Severity(level.severity))


def words_of(told: Iterable[tuple[Due, Iterable[User]]], known: Known) -> list[Word]:
    """One word a case and reader, of levels with the people they go to; nothing of what `known` tells."""
    heard: dict[tuple[Reader, int], list[Due]] = defaultdict(list)
    readers: dict[Reader, User | None] = {}
    for level, people in told:
        for person in [*people, *_group(level)]:
            reader = Reader(person.pk, None) if person else Reader(None, level.case.estate_id)
            readers[reader] = person
            if not _is_told(level, known.get(reader, ())):
                heard[reader, level.case.pk].append(level)
    return [_word(readers[reader], levels) for (reader, _case), levels in heard.items()]


def _group(level: Due) -> list[None]:
    return [GROUP] if robot.hears_of(f"level_{level.level}", level.case) else []


def _is_told(level: Due, together: Iterable[tuple[datetime, frozenset[int]]]) -> bool:
    case = level.case
    return not is_dangerous(case) and any(level.at <= at and case.pk in cases for at, cases in together)


def _word(reader: User | None, levels: list[Due]) -> Word:
    gravest = max(levels, key=weight)
    # Several clocks of a kind run where much is followed up.
    missed = {level.clock for level in levels if level.level != Level.WARNING} - {gravest.clock}
    coming = {level.clock for level in levels} - missed - {gravest.clock}
    return Word(reader, gravest, len(missed), len(coming))


def known_since(levels: Iterable[Due]) -> Known:
    """What was told together of levels as old as these. One query, of a table that is nearly always empty."""
    oldest = min((level.at for level in levels), default=None)
    known: Known = defaultdict(list)
    if oldest:
        rows = ToldTogether.objects.filter(at__gte=oldest)
        for user, estate, at, cases in rows.values_list("user_id", "estate_id", "at", "cases"):
            known[Reader(user, estate)].append((at, frozenset(cases)))
    return known


def write(told: Iterable[tuple[Due, Iterable[User]]], now: datetime) -> None:
    """Tell whoever is told of more than `MOST` cases in one message, and keep which they were."""
    his: dict[Reader, list[Word]] = defaultdict(list)
    for word in words_of(told, {}):
        if not is_dangerous(word.level.case):
            user = word.reader
            his[Reader(user.pk, None) if user else Reader(None, word.level.case.estate_id)].append(word)
    many = {reader: words for reader, words in his.items() if len(words) > MOST}
    cases = [
        (reader.user, reader.estate, now, sorted(word.level.case.pk for word in words))
        for reader, words in many.items()
    ]
    insert(ToldTogether, ("user", "estate", "at", "cases"), cases)
    notices: dict[str, list[notifications.Notice]] = defaultdict(list)
    for reader, words in many.items():
        # The group is found by a case of its estate; a person reads of none by name.
        case = None if reader.user else words[0].level.case
        source = f"together:{reader.estate or ''}:{now.astimezone(UTC):%Y%m%d%H%M%S%f}"
        notices[source].append(notifications.Notice(words[0].reader, KIND, case, counts(words)))
    notifications.write_many(notices, at=now)


def counts(words: Iterable[Word]) -> dict[str, Any]:
    """How many cases, how many grave ones, and what they are missed by, the gravest first."""
    words = sorted(words, key=lambda word: weight(word.level), reverse=True)
    # In this order: a missed one before one that is still to come.
    worst = Counter((word.level.kind, word.level.level != Level.WARNING) for word in words)
    severities = Counter(word.level.case.severity for word in words)
    return {
        "count": len(words),
        "major": severities[Severity.MAJOR],
        "important": severities[Severity.IMPORTANT],
        "worst": [[kind, missed, n] for (kind, missed), n in worst.items()],
    }
