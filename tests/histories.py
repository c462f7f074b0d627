"""Random histories of an estate: what people do to its cases, one act after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from complaints import actions
from complaints.actions.unit_of_work import current_policy
from complaints.models import Compensation, Complaint, Extension
from complaints.sweep import sweep
from config.framework.refusals import Refused
from tests.cast import HOUR, OPINION

#: Fewer than a list of the report shows.
MANY = 12


@dataclass
class House:
    """The cases so far, and the acts people do on them."""

    people: Any
    engineering: Any
    categories: dict[str, Any]
    take: Callable[..., Complaint]
    cases: list[Complaint]

    def act(self, verb: str, which: int, dice: int, at: datetime) -> None:
        """One act as people try it; what the house refuses leaves no trace."""
        if (verb == "register" and len(self.cases) < MANY) or not self.cases:
            back = {"received_at": at - dice * 5 * HOUR, "backdated_because": "停电"} if dice % 3 == 2 else {}
            facts = {"lawsuit_threatened": dice == 4, "outside_help": dice == 7}
            category = self.categories[("repairs", "lifts", "noise")[dice % 3]]
            channel = ("walk_in", "phone", "hotline")[dice % 3]
            self.cases.append(self.take(at, category=category, channel=channel, facts=facts, **back))
            return
        case = self.cases[which % len(self.cases)]
        case.refresh_from_db()
        if verb in ("forward", "register"):
            verb = {
                "recorded": "classify", "classified": "accept", "acting": "handle", "handled": "reply",
                "replied": "revisit", "closed": "reopen",
            }[case.status]  # fmt: skip
        try:
            with transaction.atomic():
                getattr(self, verb)(case, dice, at)
        except (Refused, Extension.DoesNotExist, Compensation.DoesNotExist):
            pass

    def worker(self, case: Complaint) -> Any:
        return case.handler or self.people.wanggong

    def classify(self, case: Complaint, dice: int, at: datetime) -> None:
        handler = (self.people.wanggong, self.people.sungong)[dice % 2]
        severity = ("minor", "important", "major")[dice % 3]
        actions.classify(
            case, severity=severity, category=case.category, handler=handler, reason="复核",
            department=self.engineering, by=self.people.chenfang, at=at,
        )  # fmt: skip

    def accept(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.accept(case, note=OPINION, by=self.worker(case), at=at)

    def hand_over(self, case: Complaint, dice: int, at: datetime) -> None:
        other = self.people.sungong if case.handler == self.people.wanggong else self.people.wanggong
        actions.reassign(case, handler=other, note="调班", by=self.people.chenfang, at=at)

    def handle(self, case: Complaint, dice: int, at: datetime) -> None:
        done_at = at - dice * HOUR if dice % 2 else None
        actions.handle(case, note="已修", evidence="照片", by=self.worker(case), at=at, done_at=done_at)

    def answer(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.answer(
            case, note="明日上门", method="phone", clear=bool(dice % 2), by=self.people.limin, at=at
        )

    def reply(self, case: Complaint, dice: int, at: datetime) -> None:
        done_at = at - dice * HOUR if dice % 2 else None
        actions.reply(case, note="修好了", method="phone", by=self.people.limin, at=at, done_at=done_at)

    def revisit(self, case: Complaint, dice: int, at: datetime) -> None:
        answers = actions.Answers(satisfaction=1 + dice % 5)
        actions.revisit(case, answers=answers, method="phone", by=self.people.zhoujun, at=at)

    def dispute(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.dispute(case, note="没修好", by=None, at=at)

    def reopen(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.reopen(case, note="又漏了", by=self.people.limin, at=at)

    def withdraw(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.withdraw(case, note="不投诉了", by=self.people.limin, at=at, confirmed_by="phone")

    def void(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.void(case, note="重复录入", by=self.people.chenfang, at=at)

    def edit(self, case: Complaint, dice: int, at: datetime) -> None:
        category = self.categories[("parking", "noise", "lifts")[dice % 3]]
        changes = {"category": category, "media_exposed": dice == 1}
        actions.edit(case, changes, version=case.version, by=self.people.limin, at=at)

    def regrade(self, case: Complaint, dice: int, at: datetime) -> None:
        severity = ("minor", "important", "major")[dice % 3]
        actions.regrade(case, severity=severity, note="复核", by=self.people.chenfang, at=at)

    def propose_invalid(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.propose_invalid(case, note="与物业无关", by=self.people.limin, at=at)

    def judge(self, case: Complaint, dice: int, at: datetime) -> None:
        if dice % 2:
            actions.confirm_invalid(case, by=self.people.chenfang, at=at)
        else:
            actions.reject_invalid(case, note="有效", by=self.people.chenfang, at=at)

    def ask(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.ask_extension(
            case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
        new_due_at=at + (1 + dice) * 12 * HOUR,
            by=self.worker(case), at=at,
        )  # fmt: skip

    def decide(self, case: Complaint, dice: int, at: datetime) -> None:
        request = case.extensions.filter(state="pending").get()
        if dice % 3 == 0:
            actions.decline_extension(request, comment="有货", by=self.people.wuzong, at=at)
        elif dice % 3 == 1:
            actions.withdraw_extension(request, by=request.requested_by, at=at)
        else:
            actions.approve_extension(request, by=self.people.wuzong, at=at)

    def compensate(self, case: Complaint, dice: int, at: datetime) -> None:
        actions.propose_compensation(
            case, amount=Decimal(100 + dice), note="地板", by=self.people.limin, at=at
        )

    def pay(self, case: Complaint, dice: int, at: datetime) -> None:
        waiting = Compensation.objects.filter(complaint=case, state="proposed").earliest("pk")
        actions.decide_compensation(
            waiting, approve=bool(dice % 2), comment="见记录", by=self.people.wuzong, at=at
        )


@pytest.fixture
def house(office_of_jinxiu, engineering, categories, walk_in):
    current_policy()
    with translation.override("en"):
        yield House(office_of_jinxiu, engineering, categories, walk_in, [])


MOVE_FORMS = (
    *("register", "forward", "forward", "forward", "forward", "forward", "hand_over", "edit", "regrade"),
    *("propose_invalid", "judge", "ask", "ask", "decide", "answer", "dispute", "withdraw", "void"),
    *("compensate", "pay", "revisit", "reopen", "classify", "handle"),
)


def acts(dice: Random) -> list[tuple[str, int, int, int]]:
    """Verb, which case, a number for whatever the act leaves open, hours to it: over two or three months."""
    verbs = ["register"] * 3 + dice.choices(MOVE_FORMS, k=45)
    return [(verb, dice.randrange(12), dice.randrange(8), dice.randint(1, 6)) for verb in verbs]


def swept(at: datetime) -> None:
    while sweep(at):
        pass
