"""Events as sentences, in the reader's language.

An event holds codes, ids and times; names and words are put in when it is read, so that a timeline
speaks both languages and an erased name is gone everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, pgettext

from complaints import notice_grade
from complaints.evidence import Kind as EvidenceKind
from complaints.evidence import Party
from complaints.law import Stage, Use
from complaints.measures import Answer
from complaints.models import (
    AbnormalDecision,
    Bulletin,
    Category,
    Compensation,
    Complainant,
    Complaint,
    Cycle,
    Event,
    Extension,
    ExtensionReason,
    Measure,
    Revisit,
    SecondCall,
    Sign,
    SuperiorRequest,
)
from complaints.models.field_names import field_name
from complaints.pasted_order import customers_words
from complaints.policy import Channel, ClockKind, Level, NoticeGrade, Severity
from complaints.site_visits import Agreed, AskedBy
from complaints.site_visits import Outcome as VisitOutcome
from complaints.statuses import Outcome, TheirDecision, TickedPaper
from complaints.studies import TEXTS, Origin
from complaints.thorough import ASPECTS
from complaints.time_texts import HOUR, day, moment, same_year, window
from complaints.timeline_texts import (
    AMONG_SUPERIORS,
    CUSTOMER,
    CUSTOMER_NOTES,
    DECIDED_INSIDE,
    OURS_ONLY,
    SAID_BY_CUSTOMER,
    STAFF,
)
from complaints.warranty import Confirmed as WarrantyConfirmed
from complaints.warranty import State as WarrantyState
from complaints.warranty import Way as WarrantyWay
from complaints.warranty import Why as WarrantyWhy
from owners.parts import Part as WarrantyPart
from staff.models import User
from staff.roles import Role

CHOICES: dict[str, Any] = {
    "channel": Channel,
    "severity": Severity,
    "from_severity": Severity,
    "grade": NoticeGrade,
    "from_grade": NoticeGrade,
    "bulletin_kind": Bulletin.Kind,
    "clock": ClockKind,
    "level": Level,
    "outcome": Outcome,
    "role": Role,
    "why": Cycle.Why,
    "exception": Revisit.Exception,
    "decision": TheirDecision,
    "sign": Sign,
    "abnormal_kind": AbnormalDecision.Kind,
    "money": Compensation.Kind,
    "call": SecondCall.Outcome,
    "answer": Answer,
    "superior": SuperiorRequest.State,
    "evidence_kind": EvidenceKind,
    "warranty_part": WarrantyPart,
    "warranty_why": WarrantyWhy,
    "warranty_state": WarrantyState,
    "told_how": WarrantyWay,
    "confirmed": WarrantyConfirmed,
    "party": Party,
    "origin": Origin,
    "court_stage": Stage,
    "cited_in": Use,
    "visit_agreed": Agreed,
    "visit_wished": AskedBy,
    "visit_outcome": VisitOutcome,
}
#: kind, parameter that says more, kind of the sentence that says it
BY_PARAM = (
    ("taken_over", "former", "taken_over_numbered"),
    ("registered", "poster", "registered_by_poster"),
    ("registered", "waits", "registered_online"),
    ("objection_filed", "later_papers", "objection_filed_later"),
    ("objection_filed", "papers", "objection_filed_with"),
    ("paper_laid", "files", "paper_laid_files"),
    ("paper_laid", "item", "paper_laid_evidence"),
    ("analysis_reminded", "over", "analysis_late"),
    ("answered", "clear", "answered_clear"),
    ("compensation_proposed", "role", "compensation_proposed_to"),
    ("compensation_approved", "asked", "compensation_reduced"),
    ("visit_moved", "asked_at", "visit_moved_said"),
    ("visit_called_off", "asked_at", "visit_called_off_said"),
    ("visit_lapsed", "unkept", "visit_lapsed_unkept"),
    ("level_warning", "share", "level_warning_share"),
    ("custody_handed", "party", "custody_handed_outside"),
    ("custody_returned", "party", "custody_returned_outside"),
    ("custody_disposed", "party", "custody_disposed_outside"),
)
PEOPLE = ("person", "from_person", "deputy")
#: Several people each.
GROUPS = ("told", "came", "went")


@dataclass(frozen=True)
class Entry:
    """One line of a timeline, ready to be shown."""

    at: datetime
    text: str
    note: str
    actor: str
    icon: str
    owner_sees: bool
    kind: str
    recorded_at: datetime
    told: str = ""  # of the note, what the customer reads

    @property
    def was_late(self) -> bool:
        """Written down an hour or more after it happened."""
        return self.recorded_at - self.at >= HOUR

    @property
    def note_stays_inside(self) -> bool:
        """The customer reads the entry, but not these words."""
        return bool(self.note) and self.owner_sees and not self.told

    @property
    def note_partly_inside(self) -> bool:
        """The customer reads of these words only what he said himself."""
        return self.owner_sees and bool(self.told) and self.told != self.note


def entries(
    events: Sequence[Event],
    complaint: Complaint,
    *,
    for_owner: bool = False,
    people: dict[int, str] | None = None,
    reasons: bool = True,
) -> list[Entry]:
    """`events` as lines, in the order given; at most one query for people and one for categories.

    `reasons`: with what superiors said among themselves, and with what is said to regulators and courts.

    `people`: the names of all of `ids_in(events)`, when they are known already.
    """
    people = people_named(ids_in(events)) if people is None else people
    if for_owner:
        told = [event for event in events if event.owner_sees and event.kind in CUSTOMER]
        return [entry_told(event, complaint.estate.zone, people) for event in told]
    categories = _categories(events, complaint)
    lines = []
    for event in events:
        if not reasons and event.kind in OURS_ONLY:
            continue
        kind = event.kind if not reasons and event.kind == "objection_filed" else _kind_of(event)
        if kind == "registered_by_poster" and complaint.identity_hidden:
            kind = "registered_online"  # the poster of an entrance says where he lives
        icon, sentence = STAFF[kind]
        lines.append(
            Entry(
                at=event.at,
                text=sentence % fill(event.params, complaint.estate.zone, people, categories, event.at),
                note=event.note if reasons or kind not in AMONG_SUPERIORS else "",
                actor=_actor(event, people)
                if reasons or kind not in DECIDED_INSIDE
                else gettext("Our office"),
                icon=icon,
                owner_sees=event.owner_sees and kind in CUSTOMER,
                kind=kind,
                recorded_at=event.recorded_at,
                told=_note_told(event, kind) if event.owner_sees else "",
            )
        )
    return lines


class Happening(Protocol):
    """What an event tells a customer."""

    @property
    def at(self) -> datetime: ...

    @property
    def kind(self) -> str: ...

    @property
    def params(self) -> dict[str, Any]: ...

    @property
    def note(self) -> str: ...

    @property
    def by_customer(self) -> bool: ...


def entry_told(event: Happening, zone: ZoneInfo, people: dict[int, str]) -> Entry:
    """An event whose kind is in `CUSTOMER` as the customer reads it; `people` are those it names."""
    kind = _kind_of(event)
    text = str(CUSTOMER[kind])
    words = _note_told(event, kind)
    return Entry(
        at=event.at,
        text=text % fill(event.params, zone, people, said_at=event.at) if "%" in text else text,
        note=words,
        told=words,
        actor="",
        icon=STAFF[kind][0],
        owner_sees=True,
        kind=kind,
        recorded_at=event.at,
    )


def _note_told(event: Happening, kind: str) -> str:
    """The words of an entry that the customer reads: his own without what an office added to them."""
    if kind not in CUSTOMER_NOTES:
        return ""
    return customers_words(event.note) if kind in SAID_BY_CUSTOMER and not event.by_customer else event.note


def _kind_of(event: Happening | Event) -> str:
    """The sentence an event is told by: some kinds have another one with more to say."""
    for kind, param, said in BY_PARAM:
        if event.kind == kind and event.params.get(param):
            return said
    if event.kind == "extension_requested" and "told_first" in event.params:
        return f"extension_requested_{'told' if event.params['told_first'] else 'untold'}"
    return event.kind


def fill(
    params: dict[str, Any],
    zone: ZoneInfo,
    people: dict[int, str],
    categories: dict[int, str] | None = None,
    said_at: datetime | None = None,
) -> dict[str, str]:
    """Codes, ids and times of an event as words; unknown or missing ones as a dash.

    Times of another year than that of `said_at`, when it happened, say theirs.
    """
    words: dict[str, str] = _Dashes()
    for name, value in params.items():
        if value is None:
            continue
        if name in CHOICES:
            words[name] = str(CHOICES[name](value).label)
        elif name in PEOPLE:
            words[name] = people.get(value, "–")
        elif name == "told":
            words[name] = _names(people.get(pk, "–") for pk in value) or gettext("nobody could be reached")
        elif name in GROUPS:
            words[name] = _names(people.get(pk, "–") for pk in value) or "–"
        elif name in ("day", "handed_over", "until"):
            words[name] = day(date.fromisoformat(value))
        elif name == "reasons":
            words[name] = gettext(", ").join(notice_grade.in_words(value)) or gettext("set by hand")
        elif name == "moves":
            words[name] = gettext(", ").join(
                f"{ClockKind(k).label} {_moment(at, zone, said_at)}" for k, at in value
            )
        elif name == "worst":
            words[name] = _names(_missed(*each) for each in value)
        elif name == "category":
            words[name] = (categories or {}).get(value, "–")
        elif name == "aspects":
            words[name] = _names(str(ASPECTS[aspect]) for aspect in value)
        elif name == "fields":
            words[name] = _names(_label(field) for field in value)
        elif name in ("reason", "cause"):
            words[name] = _reason(value)
        elif name == "what_changed":
            words[name] = _names(str(field_name(Measure, field)) for field in value)
        elif name == "parts":
            words[name] = _names(str(TEXTS[part]) for part in value) or "–"
        elif name in ("estates", "numbers", "items"):
            words[name] = _names(value)
        elif name in SAID_BY:
            words[name] = SAID_BY[name](value)
        elif name.endswith("papers"):
            words[name] = _names(map(_paper, value)) or "–"
        elif name == "paper":
            words[name] = _paper(value)
        elif name in ("window", "old_window"):
            words[name] = _window(value, zone, said_at)
        elif name.endswith("_at"):
            words[name] = _moment(value, zone, said_at)
        else:
            words[name] = str(value)
    return words


def _names(names: Iterable[str]) -> str:
    return pgettext("between names", ", ").join(names)


def _missed(kind: str, missed: bool, n: int) -> str:
    sentence = gettext("%(clock)s overdue %(n)s") if missed else gettext("%(clock)s soon due %(n)s")
    return sentence % {"clock": ClockKind(kind).label, "n": n}


def _moment(value: str, zone: ZoneInfo, said_at: datetime | None) -> str:
    at = datetime.fromisoformat(value)
    return moment(at, zone, year=said_at is not None and not same_year(at, said_at, zone))


def _window(value: list[str], zone: ZoneInfo, said_at: datetime | None) -> str:
    start, end = (datetime.fromisoformat(one) for one in value)
    return window(start, end, zone, year=said_at is not None and not same_year(start, said_at, zone))


class _Dashes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"


def _label(field: str) -> str:
    model = Complainant if field in Complainant.EDITABLE_COLUMNS else Complaint
    return str(field_name(model, field))


def _method(value: str) -> str:
    for choices in (Cycle.ReplyMethod, Revisit.Method, Extension.Told):
        if value in choices.values:
            return str(choices(value).label)
    return value


def _reason(value: list[str] | str) -> str:
    """The words of the reason as they were then, zh and en; a code in older events."""
    if isinstance(value, str):
        value = next(([zh, en] for code, zh, en in ExtensionReason.FIRST if code == value), [value, value])
    return value[get_language() == "en"]


def _paper(value: list[str] | str) -> str:
    """A paper as the list called it then, zh and en; in older entries the code of a tick."""
    return str(TickedPaper(value).label) if isinstance(value, str) else value[get_language() == "en"]


def _files(value: list[tuple[int, str]]) -> str:
    """Files by their keys and how their digests begin."""
    return _names(f"{key} (SHA-256 {digest[:16]}…)" for key, digest in value)


SAID_BY: dict[str, Callable[[Any], str]] = {"files": _files, "method": _method}


def _actor(event: Event, people: dict[int, str]) -> str:
    if event.by_customer:
        return gettext("Customer")
    return people.get(event.actor_id or 0, gettext("System"))


def people_named(ids: Iterable[int]) -> dict[int, str]:
    wanted = {pk for pk in ids if pk}
    people = User.objects.filter(pk__in=wanted).values_list("pk", "name", "username") if wanted else ()
    return {pk: name or username for pk, name, username in people}


def ids_in(events: Iterable[Event]) -> set[int]:
    """The people an entry names."""
    ids: set[int] = {event.actor_id for event in events if event.actor_id}
    for event in events:
        ids |= {event.params[name] for name in PEOPLE if event.params.get(name)}
        ids |= {pk for name in GROUPS for pk in event.params.get(name, [])}
    return ids


def _categories(events: Sequence[Event], complaint: Complaint) -> dict[int, str]:
    ids = {event.params["category"] for event in events if event.params.get("category")}
    if complaint.category_id and ids == {complaint.category_id}:
        return {complaint.category_id: str(complaint.category)}
    return {c.pk: str(c) for c in Category.objects.filter(pk__in=ids)} if ids else {}
