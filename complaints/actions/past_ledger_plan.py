"""What is to be made of a past ledger, as plain values: what was chosen, what will be made of each row."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from complaints.models import Category, Cause, Complainant, Complaint
from complaints.past_ledger.reading import Entry
from complaints.policy import NoticeGrade
from owners.importing.reading import Line
from owners.models import Building, Owner, Unit
from staff.models import Department, User

#: What the page asks about words that nobody knows; of the first two each word must be answered.
ASKED = ("channel", "status", "category", "cause", "severity", "department", "validity")
MUST = ("channel", "status")


@dataclass(frozen=True)
class Choices:
    """What the person said on the page: what words mean (by kind, word: code; "" keeps the word), whether the
    open cases keep their own due times, and who follows the cases whose first receiver is nobody of ours."""

    words: dict[str, dict[str, str]] = field(default_factory=dict)
    own_due: bool = False
    receiver: User | None = None


@dataclass
class Planned:
    """One case to be made. `outcome` empty: it is open."""

    entry: Entry
    key: str
    received_at: datetime
    channel: str = ""
    outcome: str = ""
    closed_at: datetime | None = None
    handled_at: datetime | None = None
    promised_at: datetime | None = None
    severity: str = ""
    grade: str = NoticeGrade.GENERAL
    validity: str = Complaint.Validity.UNDECIDED
    category: Category | None = None
    cause: Cause | None = None
    department: Department | None = None
    receiver: User | None = None
    handler: User | None = None
    respondents: tuple[User | Department | str, ...] = ()
    unit: Unit | None = None
    building: Building | None = None
    place: str = ""
    name: str = ""
    phone: str = ""
    capacity: str = Complainant.Capacity.OTHER
    owner: Owner | None = None
    said: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return not self.outcome


@dataclass
class Plan:
    """What a ledger brings: cases to be made, those known already, and what is to be said of the rows.

    `asked`: by kind the words nobody knows, with how many rows have them; "" stands for rows without one.
    """

    new: list[Planned] = field(default_factory=list)
    known: int = 0
    problems: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    asked: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def open(self) -> int:
        return sum(case.is_open for case in self.new)

    def unanswered(self) -> list[str]:
        """The words that must be answered before anything is taken over."""
        return [word for kind in MUST for word in self.asked.get(kind, {})]
