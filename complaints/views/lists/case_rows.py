"""A case as every list shows it: two lines, read as plain values and put into words in one go.

Fifty of these stand on a page, so they are written here and not by a template: objects, template
variables and an address looked up for each row cost several times the rest of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.actions import is_told
from complaints.actions.visibility import parts_by_keys
from complaints.danger import is_red
from complaints.models import Clock, Complaint, Extension
from complaints.models.case import people_together, rough_place
from complaints.policy import ClockKind, NoticeGrade, Severity
from complaints.situation import Situation
from complaints.statuses import Abnormal, Outcome, Status, status_in_words
from complaints.templatetags.times import due, moment
from config.framework.prepared_queries import PreparedQuery
from config.framework.templatetags.basics import icon
from staff.models import User
from staff.permissions import Permissions

#: As many characters of the content as a line holds.
FIRST_WORDS = 60
COLUMNS = (
    "pk", "number", "place", "unit__name", "unit__kind", "building__name", "category__zh", "category__en",
    "estate", "estate__name", "estate__time_zone",
    "status", "outcome", "severity", "grade", "urgent", "injury", "danger_since", "restricted",
    "abnormal", "identity_hidden", "is_collective",
    "cycle_number", "version", "awaits_claim", "received_at", "closed_at", "next_due_at", "next_due_kind",
    "first_receiver", "handler", "accountable", "department",
)  # fmt: skip

#: The columns that decide about a person's part on a case, and those the moves of a list look at.
PARTS = ("estate", "department", "first_receiver", "handler", "accountable")
LOOKED_AT = ("status", "awaits_claim", "identity_hidden")


def columns(cases: QuerySet[Complaint], *more: str) -> QuerySet[Any]:
    """The columns of the two lines, as dictionaries. Few joins: planning many costs more than reading."""
    pending = Extension.objects.filter(complaint=OuterRef("pk"), state=Extension.State.PENDING)
    first = Clock.objects.running().filter(complaint=OuterRef("pk"), due_at=OuterRef("next_due_at"))
    found: QuerySet[Any] = cases.values(
        *COLUMNS,
        *more,
        words=Substr("content", 1, FIRST_WORDS + 1),
        waiting=Exists(pending),
        started=Subquery(first.order_by("pk").values("started_at")[:1]),
        people=people_together(),
        receiver_name=_name("first_receiver"),
        handler_name=_name("handler"),
    )
    return found


def _name(person: str) -> Subquery:
    return Subquery(User.objects.filter(pk=OuterRef(person)).values("name"))


#: The columns of these cases. Prepared: saves 3.3 ms of every list of cases.
values = PreparedQuery(lambda *cases: columns(Complaint.objects.filter(pk__in=cases)))


def in_words(
    found: Sequence[dict[str, Any]],
    person: Permissions,
    now: datetime,
    *,
    estates: bool = False,
    extra: Mapping[int, str] | None = None,
    remarks: Sequence[str] = (),
    acts: Mapping[int, SafeString] | None = None,
    came_from: str = "",
) -> list[SafeString]:
    """`<li class="item">` for each case of `values`, as `person` may read it.

    `estates`: name the estate in the place. `extra`: one more remark in the second line, by primary key;
    `remarks`: row by row, where a case stands in the list more than once. `acts`: a button beside the time,
    by primary key. `came_from`: what the row's address says of the list
    (`links.origin`).
    """
    if not found:
        return []
    words = Words(person, came_from)
    extra, acts = extra or {}, acts or {}
    remarks = remarks or [extra.get(case["pk"], "") for case in found]
    return [
        words.row(case, now, estates, remark, acts.get(case["pk"], ""))
        for case, remark in zip(found, remarks, strict=True)
    ]


def situation_in(row: dict[str, Any], person: Permissions, at: datetime) -> Situation:
    """How a case of `values` stands for a person, for the moves a list offers: they look at its columns."""
    return situations_in([row], person, at)[0]


def situations_in(rows: Sequence[dict[str, Any]], person: Permissions, at: datetime) -> list[Situation]:
    """How each case of `values` stands for a person; those that stand alike share one."""
    found: dict[tuple[Any, ...], Situation] = {}
    stand = []
    for row in rows:
        keys = {name: row[name] for name in PARTS}
        roles, columns = parts_by_keys(person, **keys), {name: row[name] for name in LOOKED_AT}
        alike = (roles, *columns.values())
        if alike not in found:
            found[alike] = Situation(case=SimpleNamespace(**columns), roles=roles, at=at)
        stand.append(found[alike])
    return stand


class Words:
    """The words of one page: labels translated once."""

    def __init__(self, person: Permissions, came_from: str) -> None:
        self.person = person
        before, after = reverse("case", args=["-"]).split("-")
        self.case_url = before, after + escape(came_from)
        self.language = get_language()
        self.category = "category__en" if self.language == "en" else "category__zh"
        self.statuses, self.outcomes = _labels(Status), _labels(Outcome)
        self.statuses["again"] = escape(str(status_in_words(Status.RECORDED, 2)))
        self.severities, self.grades = _labels(Severity), _labels(NoticeGrade)
        self.kinds = dict(_kinds_in(self.language))
        self.receiver, self.handler = escape(_("First receiver")), escape(_("Handler"))
        self.waiting = _("extension asked for")
        self.abnormal = escape(str(Abnormal.MARKED.label))
        self.danger = escape(_("People in danger"))
        self.urgent = escape(_("Urgent"))
        self.tags = {
            "awaits_claim": escape(_("To be claimed")),
            "restricted": escape(_("Restricted")),
            "identity_hidden": escape(_("Identity hidden")),
        }

    def row(self, case: dict[str, Any], now: datetime, estates: bool, extra: str, act: str) -> SafeString:
        number = case["number"]
        where = self.where(case)
        if estates:
            where = f"{case['estate__name']} {where}"
        title = self.title(case)
        handler = f"<span>{self.handler} {escape(case['handler_name'])}</span>" if case["handler"] else ""
        return SafeString(  # what people typed is escaped, the rest is ours
            f'<li class="item"><div class="item-main"><a class="item-title"'
            f' href="{number.join(self.case_url)}">{escape(title)}'
            f' <span class="quiet">{escape(where)}</span></a>'
            f'<p class="item-meta"><span class="number">{number}</span>{self.severity(case)}'
            f"{self.state(case)}<span>{self.receiver} {escape(case['receiver_name'])}</span>{handler}"
            f"{self.marks(case)}{f'<span>{escape(extra)}</span>' if extra else ''}</p></div>"
            f'<div class="item-side">{self.time(case, now)}{act}</div></li>'
        )

    def where(self, case: dict[str, Any]) -> str:
        unit, building, words = case["unit__name"] or "", case["building__name"] or "", case["place"]
        keys = {name: case[name] for name in ("first_receiver", "estate", "department")}
        if case["identity_hidden"] and not is_told(self.person, **keys):
            return rough_place(unit, case["unit__kind"] or "", building, words)
        return unit or words or building

    def state(self, case: dict[str, Any]) -> str:
        closed = case["status"] == Status.CLOSED
        again = case["status"] == Status.RECORDED and case["cycle_number"] > 1
        word = (
            self.outcomes[case["outcome"]] if closed else self.statuses["again" if again else case["status"]]
        )
        return f'<span class="state">{word}</span>'

    def time(self, case: dict[str, Any], now: datetime) -> str:
        zone = ZoneInfo(case["estate__time_zone"])
        if case["status"] == Status.CLOSED and not case["next_due_at"]:
            return f'<span class="quiet small">{moment(case["closed_at"], zone)}</span>'
        waiting = self.waiting if case["waiting"] else ""
        red = is_red(case["severity"], in_danger=bool(case["danger_since"]))
        kind = self.kinds.get(case["next_due_kind"], "")
        return due(
            kind,
            case["next_due_at"],
            now,
            zone,
            started_at=case["started"],
            waiting=waiting,
            red=red,
            language=self.language,
        )

    def severity(self, case: dict[str, Any]) -> str:
        severity = case["severity"]
        word = f'<span class="severity is-{severity}">{self.severities[severity]}</span>' if severity else ""
        return word + self.grade(case)

    def grade(self, case: dict[str, Any]) -> str:
        grade = case["grade"]
        if grade == NoticeGrade.GENERAL:
            return ""
        return f'<span class="grade is-{grade}">{icon("notice")}{self.grades[grade]}</span>'

    def title(self, case: dict[str, Any]) -> str:
        """Category and first words, as text."""
        words = " ".join(case["words"].split())
        if len(words) > FIRST_WORDS:
            words = words[:FIRST_WORDS] + "…"
        return f"{case[self.category]} · {words}" if case[self.category] else words

    def marks(self, case: dict[str, Any]) -> str:
        tags = [word for mark, word in self.tags.items() if case[mark]]
        urgent = f'<span class="tag is-urgent">{self.urgent}</span>' if case["urgent"] else ""
        if case["abnormal"] == Abnormal.MARKED:
            tags.append(self.abnormal)
        if case["cycle_number"] > 1:
            tags.append(escape(_("Round %(n)s") % {"n": case["cycle_number"]}))
        if case["is_collective"]:
            tags.append(escape(_("Collective, %(n)s people") % {"n": case["people"]}))
        strong = f'<span class="tag is-strong">{self.danger}</span>' if case["danger_since"] else ""
        return strong + urgent + "".join(f'<span class="tag">{tag}</span>' for tag in tags)


def _labels(choices: Any) -> dict[str, str]:
    """Words by value, escaped."""
    return dict(_labels_in(choices, get_language()))


@cache
def _labels_in(choices: Any, language: str | None) -> list[tuple[str, str]]:
    """Translated once a process, not for each row: what is escaped while lazy stays lazy."""
    return [(value, escape(str(label))) for value, label in choices.choices]


@cache
def _kinds_in(language: str | None) -> list[tuple[str, str]]:
    """What clocks are called, as text; `language` only keys the cache."""
    return [(kind, str(label)) for kind, label in ClockKind.choices]
