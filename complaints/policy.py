"""The service levels as data: limits, levels, recipients, approvers, caps (domain.md 4 and 5). Pure.

`DEFAULTS` is version 1. A version never changes; a clock keeps the version it was started under.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import reward_terms, thorough, warranty_terms
from complaints.worktime import Limit, Unit
from staff.roles import Role, ladder


class Severity(TextChoices):
    """等级, the axis that sets the clocks; ordered from light to grave."""

    MINOR = "minor", _("Minor")
    IMPORTANT = "important", _("Important")
    MAJOR = "major", _("Major")

    @property
    def weight(self) -> int:
        return list(Severity).index(self)


class NoticeGrade(TextChoices):
    """通报级别, the other axis: who is told. Never shown without its axis name."""

    GENERAL = "general", _("Notice: general")
    IMPORTANT = "important", _("Notice: important")
    HOT = "hot", _("Notice: hot")
    MAJOR = "major", _("Notice: major")

    @property
    def weight(self) -> int:
        return list(NoticeGrade).index(self)


class Channel(TextChoices):
    WALK_IN = "walk_in", _("Walk-in")
    PHONE = "phone", _("Phone")
    PORTAL = "portal", _("Owner portal")
    WECHAT = "wechat", _("WeChat")
    GROUP = "group", _("Owners' group")
    EMAIL = "email", _("E-mail")
    FORUM = "forum", _("Forum")
    LETTER = "letter", _("Letter")
    OPINION_BOX = "opinion_box", _("Opinion box")
    PATROL = "patrol", _("Patrol")
    HOTLINE = "hotline", _("Government hotline 12345")
    REGULATOR = "regulator", _("Regulator")
    MEDIA = "media", _("Media")
    EMPLOYEE = "employee", _("Employee")


#: Channels where the customer writes and waits online: a first answer is due in four hours (T33).
ONLINE: frozenset[Channel] = frozenset(
    {Channel.PORTAL, Channel.WECHAT, Channel.GROUP, Channel.EMAIL, Channel.FORUM}
)
#: Channels that are read now and then: delivery has an hour (T28). WeChat calls like a telephone, and what
#: the opinion box holds is received when it is opened (T46): half an hour, like all others.
SLOW: frozenset[Channel] = (ONLINE - {Channel.WECHAT}) | {Channel.LETTER}
#: Channels whose sender counts by an order number and a due time of his own.
OFFICIAL: frozenset[Channel] = frozenset({Channel.HOTLINE, Channel.REGULATOR})


class ClockKind(TextChoices):
    DELIVER = "deliver", _("Assignment")
    ACCEPT = "accept", _("Acceptance")
    JUDGE = "judge", _("Judgement")
    URGENT_REPORT = "urgent_report", _("Urgent report")
    INITIAL_ANSWER = "initial_answer", _("Initial answer")
    CLEAR_ANSWER = "clear_answer", _("Clear answer")
    RESOLVE = "resolve", _("Handling")
    REPLY = "reply", _("Reply")
    APOLOGY = "apology", _("Apology")
    MEDIA = "media", _("Answer to the media")
    EXTERNAL = "external", _("Answer to the authority")
    OBJECTION = "objection", _("Objection")
    REVISIT = "revisit", _("Revisit")
    TRIES = "tries", _("Further tries to revisit")
    BULLETIN = "bulletin", _("Bulletin")
    OVERRUN = "overrun", _("Explanation of the overrun")
    OVERRUN_DECISION = "overrun_decision", _("Decision on the overrun")
    FOLLOW_UP = "follow_up", pgettext_lazy("clock", "Follow-up")
    PRESENCE = "presence", _("Manager in person")
    ABNORMAL_REVIEW = "abnormal_review", _("Review of the abnormal mark")
    SUPERVISOR_ASKED = "supervisor_asked", _("Decision of the supervisor")
    MANAGER_ASKED = "manager_asked", _("Decision of the property manager")
    SAME_DAY = "same_day", _("Same-day check")


#: Whoever starts one of these reads the holidays himself; others read them where limits were set so.
IN_WORKING_DAYS = (ClockKind.BULLETIN, ClockKind.SUPERVISOR_ASKED, ClockKind.MANAGER_ASKED)


def clock_kinds() -> list[tuple[str, Any]]:
    """Asked by the columns that hold one, so that another kind changes no table."""
    return ClockKind.choices


#: What an approved extension may move (domain.md 5). No version of the rules can allow more: what was
#: stored before this was decided lists others too, and they mean nothing any more.
EXTENDABLE = (ClockKind.RESOLVE, ClockKind.REPLY, ClockKind.APOLOGY, ClockKind.REVISIT)


class Level(TextChoices):
    WARNING = "warning", _("Warning")
    OVER = "over", _("Overdue")
    DAY_OVER = "day_over", _("One day overdue")
    AGAIN = "again", _("Overdue by as much again")

    @property
    def weight(self) -> int:
        return list(Level).index(self)


DEFAULTS: dict[str, Any] = {
    # limits by: severity | any; urgent, outside (of service time), online and slow channels go first
    "clocks": {
        "deliver": {
            "limits": {
                "any": "30 service minutes", "slow": "60 service minutes", "outside": "60 service minutes",
                "urgent": "30 minutes",
            },
            "over": {"any": ["supervisor"]},
        },
        "accept": {
            "limits": {"any": "4 service hours", "urgent": "30 minutes"},
            "over": {"any": ["department_head", "supervisor"]},
        },
        "urgent_report": {
            "limits": {"urgent": "4 hours", "major": "4 hours"},
            "over": {"any": ["general_manager"]},
        },
        "initial_answer": {
            "limits": {"major": "24 hours", "online": "4 service hours"},
            "over": {"any": ["property_manager"]},
        },
        "clear_answer": {"limits": {"major": "2 days"}, "over": {"any": ["general_manager"]}},
        "resolve": {
            "limits": {"minor": "1 day", "important": "3 days", "major": "10 days"},
            "over": {"minor": ["property_manager"], "important": ["general_manager", "property_manager"],
                     "major": ["general_manager", "property_manager"]},
        },
        "judge": {"limits": {"any": "4 service hours"}, "over": {"any": ["property_manager"]}},
        "reply": {"limits": {"any": "24 hours"}, "over": {"any": ["supervisor"]}},
        "apology": {"limits": {"any": "2 days"}, "over": {"any": ["property_manager"]}},
        # The media and an objection are the property manager's to answer, whatever the severity.
        "media": {
            "limits": {"any": "48 hours"}, "warning": {"any": ["supervisor", "property_manager"]},
            "over": {"any": ["general_manager"]}},
        # No limit of ours: due when their order says.
        "external": {"limits": {}, "over": {"any": ["general_manager"]}},
        "objection": {
            "limits": {"any": "15 days"}, "warning": {"any": ["supervisor", "property_manager"]},
            "over": {"any": ["general_manager"]}},
        "revisit": {"limits": {"any": "3 days"}, "over": {"any": ["supervisor", "property_manager"]}},
        # The first try that reaches nobody ends the revisit's own time; the others are made in this.
        "tries": {"limits": {"any": "7 days"}, "over": {"any": ["supervisor", "property_manager"]}},
        # By notice grade: the hot notice; the major one goes out at once, then weekly and on a change.
        "bulletin": {
            "limits": {"hot": "1 working day", "weekly": "7 days", "change": "4 service hours"},
            "warning": {},
            "over": {"any": ["property_manager"], "major": ["general_manager", "property_manager"]},
        },
        # Handled late without an extension (domain.md 5): the explanation, then the approver's word on it.
        "overrun": {
            "limits": {"any": "24 service hours"}, "warning": {},
            "over": {"minor": ["department_head", "property_manager"],
                     "any": ["department_head", "property_manager", "general_manager"]},
        },
        "overrun_decision": {
            "limits": {"any": "24 service hours"}, "warning": {},
            "over": {"minor": ["property_manager"], "any": ["general_manager"]}},
        # What a revisit brought up (F3), unless another time was agreed with the customer.
        "follow_up": {
            "limits": {"any": "3 days"}, "warning": {"any": ["department_head", "supervisor"]},
            "over": {"any": ["department_head", "property_manager"]}},
        # Many complain together: the principal appears first (X7).
        "presence": {"limits": {"any": "2 service hours"}, "over": {"any": ["general_manager"]}},
        "abnormal_review": {
            "limits": {"any": "30 days"}, "warning": {}, "over": {"any": ["property_manager"]}},
        # The customer insists (W12): one superior after the other, each in his own time.
        "supervisor_asked": {
            "limits": {"any": "1 working day"}, "warning": {}, "over": {"any": ["property_manager"]}},
        "manager_asked": {
            "limits": {"any": "1 working day"}, "warning": {}, "over": {"any": ["general_manager"]}},
        # Seen on the spot by the end of service (W8), where `same_day_check` is on.
        "same_day": {"limits": {}, "over": {"any": ["supervisor"]}},
    },
    "same_day_check": False,
    # Who is warned, where the clock does not say it; whoever does it is told of every level (`clocks.doers`).
    "warning": {
        "minor": ["supervisor"],
        "important": ["supervisor", "property_manager"],
        "major": ["supervisor", "property_manager"],
    },
    # So many roles further up a later level goes besides.
    "next_up": {"day_over": 1, "again": 0},
    # Who reads daily what is overdue; these read of such a case there alone, unless it is urgent or its
    # clock goes to them by itself.
    "digest": {
        "readers": ["supervisor", "property_manager", "general_manager"],
        "instead": {"minor": ["general_manager"]},
    },
    # Who signs that he has read the day before 阅签 (F18); nobody: no day is signed.
    "daily_reading": {"readers": ["supervisor"]},
    # What raises the notice grade (V5, V6, T36, T37; "以上" includes the number, K14), and whom it is told.
    "notice": {
        "collective": {"major": 10, "hot": 3},
        "same": {"hot": 3, "within": "1 month"},
        "unsolved": {"major": "1 month", "hot": "1 week"},
        "recipients": {
            "major": ["property_manager", "general_manager", "supervisor"],
            "hot": ["property_manager", "general_manager"],
        },
    },
    # Limits of a day or more warn when this share of the time is gone.
    "warning_share": 0.75,
    "extension": {
        "approvers": {
            "minor": "property_manager", "important": "general_manager", "major": "general_manager",
        },
        "caps": {"minor": "3 days", "important": "7 days", "major": "10 days"},
        "clocks": ["resolve", "reply", "apology", "revisit"],
        "confirm_oral_within": "24 hours",
    },
    # Up to so many yuan a role approves for one case (K11); above all of them the general manager.
    "compensation": {"limits": {"supervisor": 500, "property_manager": 5000}},
    "reopen_within_days": 90,
    # So long after closing the customer reads his case, and the desk offers it to who complains again.
    "shown_for_days": 90, "offered_for_days": 90,
    # Of the revisited cases, so many are called once more by the supervisor (K7).
    "revisit": {"tries": 3, "apart": "4 hours", "second_call_share": 0.1},
    "regrade_least_share": 0.25,
    # Of what comes in over the portal in a day: of one phone, the same words and place, one network, all.
    "portal": {"a_phone": 10, "identical": 2, "a_network": 100, "everybody": 1000},
    "thorough": thorough.DEFAULTS, "warranty": warranty_terms.DEFAULTS, "rewards": reward_terms.DEFAULTS,
}  # fmt: skip


def complete(data: dict[str, Any], defaults: dict[str, Any] = DEFAULTS) -> dict[str, Any]:
    """A version's data with the defaults for what was not yet thought of when it was written."""
    found = dict(defaults)
    for key, value in data.items():
        default = defaults.get(key)
        found[key] = (
            complete(value, default) if isinstance(value, dict) and isinstance(default, dict) else value
        )
    return found


#: Roles that approve compensations up to a limit, the nearest first.
PAYING = (Role.SUPERVISOR, Role.PROPERTY_MANAGER)


@dataclass(frozen=True)
class Facts:
    """What of a case decides its limits."""

    severity: Severity
    urgent: bool = False
    channel: Channel = Channel.WALK_IN
    in_media: bool = False  # the media have asked or published, or brought it themselves
    external_due_at: datetime | None = None  # when the hotline or regulator wants its answer


@dataclass(frozen=True)
class Policy:
    """One version's rules, read from its data."""

    number: int
    data: dict[str, Any]

    def _rule(self, kind: ClockKind) -> dict[str, Any]:
        """A clock's row of the table; a version older than the clock goes by the defaults."""
        rule: dict[str, Any] = self.data["clocks"].get(kind) or DEFAULTS["clocks"][kind]
        return rule

    def limits(self, kind: ClockKind, facts: Facts, *, in_service: bool) -> list[Limit]:
        """The limits that apply at once, the earliest due counts; empty: the clock does not run."""
        table = self._rule(kind)["limits"]
        if facts.urgent and "urgent" in table:
            keys = ["urgent"]
        elif not in_service and "outside" in table:
            keys = ["outside"]
        else:
            keys = [facts.severity.value]
            keys += ["online"] if facts.channel in ONLINE else []
            keys += ["slow"] if facts.channel in SLOW else []
            if not set(keys) & set(table):
                keys = ["any"]
        return [Limit.parse(table[key]) for key in keys if key in table]

    def is_by_severity(self, kind: ClockKind, severity: Severity, limit: Limit) -> bool:
        """Whether a clock of this severity has this limit because of it, or of one it had before."""
        table = self._rule(kind)["limits"]
        return severity in table and limit in (Limit.parse(table[s]) for s in Severity if s in table)

    def names(self, kind: ClockKind, case: str) -> bool:
        """Whether a clock has a limit for such cases by name: `major`, `urgent`."""
        return case in self._rule(kind)["limits"]

    def recipients(self, kind: ClockKind, severity: Severity) -> list[Role]:
        """Roles an overdue clock goes to (the table's last column)."""
        return _roles(self._rule(kind)["over"], severity)

    def told(self, kind: ClockKind, severity: Severity, level: Level) -> list[Role]:
        """Roles a level goes to, besides whoever does what the clock waits for."""
        if level == Level.WARNING:
            return _roles(self._rule(kind).get("warning", self.data["warning"]), severity)
        roles = self.recipients(kind, severity)
        further = int(self.data["next_up"].get(level, 0))
        return [*roles, *(up for role in roles for up in ladder(role)[1 : further + 1])]

    def in_digest(self, severity: Severity) -> frozenset[Role]:
        """Roles that read of such cases in the digest alone."""
        return frozenset(Role(role) for role in self.data["digest"]["instead"].get(severity, []))

    @property
    def digest_readers(self) -> list[Role]:
        return [Role(role) for role in self.data["digest"]["readers"]]

    @property
    def day_readers(self) -> list[Role]:
        return [Role(role) for role in self.data["daily_reading"]["readers"]]

    def approver(self, severity: Severity) -> Role:
        """Who allows overtime (V1, V2, K4)."""
        return Role(self.data["extension"]["approvers"][severity])

    def cap(self, severity: Severity) -> Limit:
        """How far one extension may reach from the present due time, or from now once that has passed."""
        return Limit.parse(self.data["extension"]["caps"][severity])

    def approves(self, amount: Decimal) -> Role:
        """Who approves that a case costs `amount` yuan in all (K11)."""
        limits = self.data.get("compensation", DEFAULTS["compensation"])["limits"]
        return next((Role(role) for role in PAYING if amount <= limits[role]), Role.GENERAL_MANAGER)

    @property
    def people_together(self) -> int:
        """From how many people a complaint is one the principal appears for (X7)."""
        return int(self.notice["collective"]["hot"])

    @property
    def notice(self) -> dict[str, Any]:
        """What raises the notice grade; a version older than a figure goes by the defaults."""
        return {**DEFAULTS["notice"], **self.data.get("notice", {})}

    def bulletin_limit(self, occasion: str) -> Limit:
        """When a bulletin is due: `hot`, `weekly` or on a `change`."""
        return Limit.parse(self._rule(ClockKind.BULLETIN)["limits"][occasion])

    def extendable(self, kind: ClockKind) -> bool:
        return kind in EXTENDABLE and kind in self.data["extension"]["clocks"]

    @cached_property
    def counts_working_days(self) -> bool:
        """Whether any limit or cap is in working days, so that holidays matter to it."""
        clocks = [clock for kind, clock in self.data["clocks"].items() if kind not in IN_WORKING_DAYS]
        limits = [text for clock in clocks for text in clock["limits"].values()]
        limits += self.data["extension"]["caps"].values()
        return any(Limit.parse(text).unit == Unit.WORKING_DAYS for text in limits)

    @cached_property
    def oral_window(self) -> timedelta:
        return Limit.parse(self.data["extension"]["confirm_oral_within"]).amount

    @cached_property
    def reopen_window(self) -> timedelta:
        return timedelta(days=self.data["reopen_within_days"])

    @cached_property
    def shown_for(self) -> timedelta:
        """How long after closing the customer can still read his case (domain.md 7)."""
        return timedelta(days=self.data["shown_for_days"])

    @cached_property
    def offered_for(self) -> timedelta:
        """How long after closing a case is offered to who complains of the same again (domain.md 3)."""
        return timedelta(days=self.data["offered_for_days"])


def _roles(table: dict[str, list[str]], severity: Severity) -> list[Role]:
    """The roles of a line of a table by severity."""
    return [Role(role) for role in table.get(severity, table.get("any", []))]


POLICY_1 = Policy(1, DEFAULTS)
