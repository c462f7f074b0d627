"""What is meant by what was typed into the search field: number, phone, room, name or words.

A number is a case's own, or that of a repair or of another office's order. A name is a complainant's, or a
colleague's whose open cases are meant. Every way in has its index: a number and a unit by key (the counters
say which numbers end so), staff by their open cases, phones, names and orders by their own, words of two
characters and more by the pairs of neighbours (migration 0002, PostgreSQL).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, CharField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from complaints import case_numbers
from complaints.actions import known_to
from complaints.actions.visibility import called_by
from complaints.models import Complainant, Complaint, ContactNote, NumberSeries, TakenOver
from complaints.models.case import Complaints
from complaints.staff_names import Colleagues
from complaints.statuses import Status
from owners.lookup import formerly, written_so
from owners.models import Building, Unit
from owners.names import clean_line, joined, name_keys
from owners.phones import numbers_asked_for
from owners.places import HOME, Place, in_one_run, parse_asked, parse_entrance_and_room, parse_room
from staff.permissions import Permissions

LONGEST_QUERY = 80
#: More people of one name, or rooms of one beginning, than anybody looks through.
MANY = 500
#: As many digits as the shortest landline has.
WHOLE = 7
#: The end of a number with its check digit apart, as receipts show it: 00221 6.
_CHECK_DIGIT_APART = re.compile(r"^((?:20\d\d-)?0\d{4})[\s·•-](\d)$")
PAIRS = ArrayField(TextField())


def tidy(query: str) -> str:
    """Half width, one sort of dash, no control characters; a number or place in groups is one word."""
    text = clean_line(unicodedata.normalize("NFKC", query[: 2 * LONGEST_QUERY]))[:LONGEST_QUERY]
    text = _CHECK_DIGIT_APART.sub(r"\1\2", re.sub(r"[‐‑‒–—―−]", "-", text))
    if parse_asked(text) or re.fullmatch(r"\+?[\s()-]*(\d[\s()-]*){7,}", text):
        text = re.sub(r"(?<=\d)\s+(?=\d)", "-", text.strip())
    return joined(text)


def by_number(query: str, cases: Complaints) -> Complaint | None:
    """The case whose number was typed, with blanks and dashes of any kind."""
    number = case_numbers.clean(query)
    return cases.filter(number=number).first() if number else None


def matching(query: str, cases: Complaints, person: Permissions, estates: Collection[int]) -> Complaints:
    """The `cases` in which every word of `query` is found.

    `estates` are where places are looked up. Phones, names and rooms find nobody who asked to stay hidden,
    unless `person` may know who he is: that a case is found would tell as much as its row.
    """
    words = tidy(query).split(" ")
    staff = Colleagues()
    whole = _of_staff(
        staff.called(query) if len(words) > 1 else []
    )  # Wong Siu Ming is one of us, or three words
    for word in words:
        cases = cases.filter(_meant(word, person, estates, staff) | _ordered(word) | whole)
    return cases


def _ordered(word: str) -> Q:
    """Cases that a repair became, or that another office sent, by the number of that order; and those taken
    over from a ledger, by their number there."""
    if not re.search(r"\d{4}|^[A-Za-z]{2,}[-_/]?\d\d", word):
        return Q()
    of_it = Q(external_number__iexact=word) & ~Q(external_number="")  # as its indexes have it
    repairs = ContactNote.objects.filter(of_it, complaint__isnull=False)
    orders = Complaint.objects.filter(of_it)
    former = TakenOver.objects.filter(Q(former_number__iexact=word) & ~Q(former_number=""))
    found = repairs.values_list("complaint").union(
        orders.values_list("pk"), former.values_list("complaint"), all=True
    )
    return Q(pk__in=[pk for (pk,) in found[:MANY]])


def _meant(word: str, person: Permissions, estates: Collection[int], staff: Colleagues) -> Q:
    digits = [said for said in numbers_asked_for(word.strip("-")) if len(said) >= 4]
    called = reduce(or_, map(_called_from, digits), Q()) & called_by(person, "complaint__")
    callers = _people(called, person) if digits and max(map(len, digits)) >= WHOLE else Q()
    ending = case_numbers.ENDING.match(word)
    if ending and ending[1]:  # 2026-000018 is no room
        return numbered(ending, estates) | callers
    place = parse_asked(word)
    if digits and not place:
        callers = callers or _people(called, person)
        return callers | _roomed_or_numbered(digits[0], ending, person, estates)
    if place:
        former = list(formerly(word, estates))
        found = _at(place, person, estates) | _in_units(former, person) | _words(word, person)
        return found | callers  # 555-2671 may be both
    if entered := parse_entrance_and_room(word):
        units = Unit.objects.filter(estate__in=estates, entrance=entered[0], number=entered[1])
        return _in_units(list(units.values_list("pk", flat=True)[:MANY]), person) | _words(word, person)
    if room := parse_room(word):
        return _in_units(_rooms(room, estates), person) | _words(word, person)
    return _people(_named(word), person) | _of_staff(staff.meant_by(word)) | _words(word, person)


def _called_from(digits: str) -> Q:
    """Phones that end so, their extensions aside."""
    said = Q(last4=digits[-4:])
    if len(digits) > 4:
        said &= Q(phone__endswith=digits) | Q(phone__contains=digits + "-")
    return said


def _named(word: str) -> Q:
    """Names that hold the word, by the pairs of its key; one character alone is the whole name."""
    said = Q()
    for key in name_keys(word):
        said &= Q(name_key__contains=key) & pairs_of(key, "name_key") if len(key) > 1 else Q(name_key=key)
    return said or Q(pk__in=[])


def numbered(ending: re.Match[str], estates: Collection[int]) -> Q:
    """Cases whose number ends so, in the year that was named or in any. The counters say which there are."""
    series = NumberSeries.objects.filter(estate__in=estates)
    if ending[1]:
        series = series.filter(year=ending[1])
    return Q(number__in=_endings(ending, series.values_list("estate__code", "year", "last")))


def _endings(ending: re.Match[str], series: Iterable[tuple[str, int, int]]) -> list[str]:
    found = (number for row in series for number in case_numbers.ending_in(ending[2], *row))
    return list(islice(found, MANY))


def _roomed_or_numbered(
    digits: str, ending: re.Match[str] | None, person: Permissions, estates: Collection[int]
) -> Q:
    """Rooms of that number, whichever the building, homes written in one run (12101), and cases whose numbers
    end so: keys and counters in one go."""
    if not ending:
        return _in_units(_rooms(digits, estates), person)
    rooms = _doors(digits, estates)
    series = NumberSeries.objects.filter(estate__in=estates).values_list("estate__code", "year", "last")
    rows = list(rooms.values_list(Value("", CharField()), Value(0), "pk").union(series, all=True))
    units = [pk for code, _year, pk in rows if not code][:MANY]
    return _in_units(units, person) | Q(number__in=_endings(ending, (row for row in rows if row[0])))


def _of_staff(people: list[int]) -> Q:
    """Open cases that one of these colleagues follows or handles."""
    if not people:
        return Q()
    known = people[:MANY]
    return ~Q(status=Status.CLOSED) & (Q(first_receiver__in=known) | Q(handler__in=known))


def _people(said: Q, person: Permissions) -> Q:
    """Cases by who complained. The keys are read first: a list of keys and words share an index scan."""
    found = Complainant.objects.filter(said, known_to(person, "complaint__"))
    return Q(pk__in=list(found.values_list("complaint", flat=True)[:MANY]))


def _in_units(units: list[int], person: Permissions) -> Q:
    """Cases at these doors. Common areas are nobody's door."""
    return Q(unit__in=units) & (known_to(person) | Q(unit__kind=Unit.Kind.COMMON))


def _rooms(digits: str, estates: Collection[int]) -> list[int]:
    """Rooms of that number, whichever the building: 1201; and homes written in one run."""
    return list(_doors(digits, estates).values_list("pk", flat=True)[:MANY])


def _doors(digits: str, estates: Collection[int]) -> QuerySet[Unit]:
    return Unit.objects.filter(Q(number=digits) | written_so(in_one_run(digits)), estate__in=estates)


def _at(place: Place, person: Permissions, estates: Collection[int]) -> Q:
    """Cases of a unit, of an entrance, or of a whole building."""
    if not place.room and not place.entrance:
        return Q(building__in=list(_buildings(place, estates)))
    units = Unit.objects.filter(estate__in=estates)
    if place.room and place.kind == HOME and not place.entrance:  # 1-101: whichever entrance
        units = units.filter(building__code=place.building_code, number=place.room)
    elif place.room:
        units = units.filter(code=place.code)
    else:
        units = units.filter(building__in=list(_buildings(place, estates)), entrance=place.entrance)
    return _in_units(list(units.values_list("pk", flat=True)[:MANY]), person)


def _buildings(place: Place, estates: Collection[int]) -> Collection[int]:
    return Building.objects.filter(estate__in=estates, code=place.building_code).values_list("pk", flat=True)


def _words(word: str, person: Permissions) -> Q:
    """Cases whose content or place in words holds `word`; of whoever hides, the content.

    On PostgreSQL by the pairs of neighbouring characters; two characters are one pair, more are
    looked for once more, since their pairs might stand apart.
    """
    word = word.lower()
    in_content = Q(content__icontains=word)
    if connection.vendor != "postgresql" or len(word) < 2:
        return in_content | Q(place__icontains=word) & known_to(person)
    held = pairs_of(word, "content", "place")
    if len(word) > 2:
        text = Func("content", "place", function="lower", output_field=TextField(), arg_joiner=" || ' ' || ")
        held &= Q(GreaterThan(StrIndex(text, Value(word)), 0))
    return held & (known_to(person) | in_content)


def pairs_of(word: str, *columns: str) -> Q:
    """Rows whose columns hold every pair of neighbouring characters of `word`, by their index. PostgreSQL."""
    if connection.vendor != "postgresql":
        return Q()
    asked = Value(sorted({word[i : i + 2] for i in range(len(word) - 1)}), output_field=PAIRS)
    # Spelled as the index spells it, or the index is not used.
    said: dict[str, Any] = {"arg_joiner": " || ' ' || "}
    indexed = Func(*columns, function="complaint_bigrams", output_field=PAIRS, **said)
    return Q(Func(indexed, asked, template="%(expressions)s", arg_joiner=" @> ", output_field=BooleanField()))
