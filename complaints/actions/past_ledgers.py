"""What is made of the rows of a past ledger: found in the register and in the words of the company, or kept
as words; what is doubtful, what is refused. Writes nothing.

Nobody is guessed: a name is a colleague's where one colleague of the estate alone is called so; a word is a
category where the company has that word. What remains is asked for on the page, or kept as it was written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime

from django.utils.translation import gettext as _

from complaints.actions.past_ledger_estate import Known
from complaints.actions.past_ledger_plan import Choices, Plan, Planned
from complaints.models import Complainant, Complaint
from complaints.past_ledger.headings import LABELS, Column
from complaints.past_ledger.reading import Entry, Reading
from complaints.past_ledger.terms import DONE, OPEN, term
from complaints.policy import NoticeGrade
from complaints.statuses import Outcome
from owners import places
from owners.importing.estate_names import same_estate
from owners.importing.reading import Line
from owners.importing.words import capacity_of, plain
from owners.names import clean_name, name_key
from owners.phones import read_phones
from staff.models import Department, Estate, User

#: Columns whose words stay words, whatever they say.
WORDS = (
    Column.AMOUNT, Column.REPLIED, Column.REPLY_HOW, Column.REVISITED, Column.REVISITED_BY,
    Column.SATISFACTION, Column.OVERDUE, Column.RECTIFIED, Column.REMARK,
)  # fmt: skip
LONGEST_PLACE, LONGEST_NAME, LONGEST_RESPONDENT = 80, 100, 60


def plan(
    reading: Reading,
    estate: Estate,
    choices: Choices,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Hold every row against what the estate has. A constant number of queries."""
    return _Planning(estate, choices, at).of(reading, progress)


class _Planning:
    def __init__(self, estate: Estate, choices: Choices, at: datetime) -> None:
        self.estate, self.choices, self.at, self.zone = estate, choices, at, estate.zone
        self.plan = Plan()
        self.known = Known(estate, at)
        self.seen: dict[str, int] = {}

    def of(self, reading: Reading, progress: Callable[[int, int], None]) -> Plan:
        for done, entry in enumerate(reading.entries):
            if done % 500 == 0:
                progress(done, len(reading.entries))
            wrong, notes = list(entry.wrong), list(entry.notes)
            planned = self._row(entry, wrong, notes)
            where = entry.get(Column.NUMBER) or entry.get(Column.PLACE)
            if wrong:
                self.plan.problems += [Line(entry.sheet, entry.row, one, where) for one in wrong]
            elif planned:
                self.plan.new.append(planned)
                self.plan.notes += [Line(entry.sheet, entry.row, one, where) for one in notes]
        self._say_twins()
        return self.plan

    # One row -----------------------------------------------------------------------------------------

    def _row(self, entry: Entry, wrong: list[str], notes: list[str]) -> Planned | None:
        """The case of a row; None where it is known already, or something is wrong with it."""
        named = entry.get(Column.ESTATE)
        if named and not same_estate(named, self.estate.name) and named != self.estate.code:
            wrong.append(
                _("The row is of “%(other)s”, and this is %(estate)s.")
                % {"other": named, "estate": self.estate.name}
            )
        if not entry.get(Column.CONTENT):
            wrong.append(_("It does not say what happened."))
        moment = entry.moments.get(Column.RECEIVED)
        if moment is None:
            if not entry.wrong:
                wrong.append(_("The day of receipt is not given."))
            return None
        case = Planned(entry, _key(entry), moment.at(self.zone))
        if case.received_at > self.at:
            wrong.append(_("The time of receipt cannot lie in the future."))
        if wrong or self._is_known(case, wrong):
            return None
        self._words(case)
        self._course(case, wrong, notes)
        self._place(case, notes)
        self._complainant(case, notes)
        self._people(case, notes)
        return case

    def _is_known(self, case: Planned, wrong: list[str]) -> bool:
        if case.key in self.known.keys:
            self.plan.known += 1
            return True
        row = self.seen.setdefault(case.key, case.entry.row)
        if row != case.entry.row:
            if case.entry.get(Column.NUMBER):
                wrong.append(
                    _("Its number %(number)s stands in row %(row)s already.")
                    % {"number": case.entry.get(Column.NUMBER), "row": row}
                )
            else:
                wrong.append(_("It says the same as row %(row)s.") % {"row": row})
        return False

    def _words(self, case: Planned) -> None:
        """Channel, category and the like, by the words of the company and the usual ones."""
        case.channel = self._term(case, Column.CHANNEL, "channel")
        code = self._term(case, Column.CATEGORY, "category")
        case.category = self.known.terms["category"].get(code)
        case.cause = self.known.terms["cause"].get(self._term(case, Column.CAUSE, "cause"))
        case.severity = self._term(case, Column.SEVERITY, "severity")
        case.department = self.known.terms["department"].get(
            self._term(case, Column.DEPARTMENT, "department")
        )
        grade = case.entry.get(Column.GRADE)
        case.grade = term("grade", grade) or NoticeGrade.GENERAL
        if grade and not term("grade", grade):
            case.said[Column.GRADE] = grade

    def _term(self, case: Planned, column: Column, kind: str) -> str:
        """The code of a row's word; one that is not known is asked for, and kept as a word until then."""
        word = case.entry.get(column)
        if not word and kind not in ("channel", "validity"):
            return ""
        if found := self.known.code(kind, word):
            return found
        answers = self.choices.words.get(kind, {})
        if word in answers:
            answer = answers[word] if answers[word] in self.known.terms[kind] else ""
        else:
            self.plan.asked[kind][word] += 1
            answer = ""
        if word:
            case.said[column] = word
        return answer

    def _course(self, case: Planned, wrong: list[str], notes: list[str]) -> None:
        """Whether it is over, since when, and what was promised; days after the receipt, and none to come."""
        entry, given = case.entry, {}
        for column, moment in entry.moments.items():
            promise = column == Column.PROMISED
            found = moment.at(self.zone, not_before=case.received_at, end=promise)
            if column == Column.RECEIVED:
                continue
            if found < case.received_at:
                wrong.append(
                    _("%(column)s: %(day)s lies before the receipt.")
                    % {"column": LABELS[column], "day": moment.day}
                )
            elif found > self.at and not promise:
                wrong.append(
                    _("%(column)s: %(day)s lies in the future.")
                    % {"column": LABELS[column], "day": moment.day}
                )
            given[column] = found
        case.promised_at, case.handled_at = given.get(Column.PROMISED), given.get(Column.HANDLED)
        ends = [given[c] for c in (Column.HANDLED, Column.REPLIED, Column.REVISITED) if c in given]
        state: str = self._term(case, Column.STATUS, "status") if entry.get(Column.STATUS) else ""
        if not state:
            over = Column.CLOSED in given or ends or DONE.fullmatch(entry.get(Column.RESULT))
            state = Outcome.RESOLVED if over and Column.STATUS not in case.said else OPEN
        validity = self._term(case, Column.VALIDITY, "validity")
        if state == OPEN:
            if validity == Complaint.Validity.VALID:
                case.validity = validity
            return
        case.validity = validity or Complaint.Validity.UNDECIDED
        if state == Outcome.INVALID:
            case.validity = Complaint.Validity.INVALID
        elif state == Outcome.RESOLVED and case.validity == Complaint.Validity.INVALID:
            state = Outcome.INVALID.value
        case.outcome = state
        case.closed_at = given.get(Column.CLOSED) or max(ends, default=None)
        if case.closed_at is None:
            case.closed_at = case.received_at
            notes.append(_("The day of closing is not given: it counts as closed on the day of receipt."))

    def _place(self, case: Planned, notes: list[str]) -> None:
        """The home by the register; what is not there is kept in words."""
        building, written = case.entry.get(Column.BUILDING), case.entry.get(Column.PLACE)
        whole = f"{building}{'-' if building[-1:].isdigit() else ''}{written}" if building and written else ""
        for text in filter(None, (whole, written)):
            if unit := self.known.unit(text):
                case.unit, case.building = unit, unit.building
                return
        text = " ".join(filter(None, (building, written)))
        case.place = text[:LONGEST_PLACE]
        if len(text) > LONGEST_PLACE:
            case.said[Column.PLACE] = text
        place = places.parse_place(whole or written) if text else None
        place = place or (places.parse_place(building) if building else None)
        if place and place.building_code in self.known.buildings:
            case.building = self.known.buildings[place.building_code]
        if place and place.room:
            notes.append(_("“%(place)s” is not in the register; it is kept in words.") % {"place": text})

    def _complainant(self, case: Planned, notes: list[str]) -> None:
        entry = case.entry
        name = clean_name(entry.get(Column.NAME))
        case.capacity = capacity_of(entry.get(Column.CAPACITY)) or Complainant.Capacity.OTHER
        if plain(name) in ("匿名", "anonymous"):
            name, case.capacity = "", Complainant.Capacity.ANONYMOUS
        case.name = name[:LONGEST_NAME]
        lives = self.known.living.get((case.unit.pk, name_key(name))) if case.unit and name else None
        if lives:
            case.owner = lives.owner
            case.capacity = Complainant.capacity_of(lives)
        numbers = read_phones(entry.phone)
        if numbers.good:
            case.phone = numbers.good[0].kept[:30]
            if len(numbers.good) > 1:
                notes.append(_("Of several phone numbers the first is kept."))
        notes += [f"{sentence} " + _("It is left out.") for sentence in numbers.problems]

    def _people(self, case: Planned, notes: list[str]) -> None:
        """Colleagues by name; whoever works on an open case must be here today."""
        entry = case.entry
        about: list[User | Department | str] = []
        for part in re.split(r"[、,，/;；]", entry.get(Column.ABOUT)):
            if part := part.strip():
                who = self.known.department(part) or self.known.colleague(part)
                about.append(who or part[:LONGEST_RESPONDENT])
        case.respondents = tuple(dict.fromkeys(about))
        for column, name in ((Column.RECEIVER, "receiver"), (Column.HANDLER, "handler")):
            if not (written := entry.get(column)):
                continue
            person = self.known.colleague(written, today=case.is_open)
            if person and case.is_open and person in case.respondents:
                notes.append(_("%(name)s is complained about and cannot work on it.") % {"name": person})
                person = None
            if person:
                setattr(case, name, person)
            else:
                case.said[column] = written
        for column in WORDS:
            if moment := entry.moments.get(column):
                case.said[column] = f"{moment.day}" + (f" {moment.clock:%H:%M}" if moment.clock else "")
            elif words := entry.get(column):
                case.said[column] = words

    def _say_twins(self) -> None:
        """A case of the same home and day that was taken here already may be the same one."""
        units = {case.unit.pk for case in self.plan.new if case.unit}
        if not units:
            return
        first = min(case.received_at for case in self.plan.new)
        there: dict[tuple[int | None, date], str] = {}
        here = Complaint.objects.filter(
            estate=self.estate, received_at__gte=first, taken_over=None, unit__isnull=False
        ).exclude(outcome=Outcome.VOID)
        for number, unit, received in here.order_by("pk").values_list("number", "unit", "received_at"):
            there[unit, received.astimezone(self.zone).date()] = number
        for case in self.plan.new:
            day = case.received_at.astimezone(self.zone).date()
            if case.unit and (twin := there.get((case.unit.pk, day))):
                self.plan.notes.append(
                    Line(
                        case.entry.sheet, case.entry.row,
                        _("%(number)s is of the same home and day: it may be the same complaint.")
                        % {"number": twin},
                        case.entry.get(Column.NUMBER),
                    )
                )  # fmt: skip


def _key(entry: Entry) -> str:
    """What the row is known by when it comes again."""
    if number := entry.get(Column.NUMBER):
        return "n:" + plain(number)[:70]
    received = entry.moments[Column.RECEIVED]
    said = (
        received.day,
        received.clock,
        entry.get(Column.PLACE),
        entry.get(Column.CONTENT),
        entry.get(Column.NAME),
    )
    return "r:" + hashlib.sha256(repr(said).encode()).hexdigest()
