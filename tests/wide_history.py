"""Half a year of a small estate, at random: cases of two departments that go on, come back and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from complaints import actions
from complaints.models import Cause, Compensation, Complaint, Extension
from complaints.sweep import sweep
from config.framework.refusals import Refused
from tests.cast import HOUR, OPINION
from tests.slow_month import Photo, photograph

NEXT = {
    "recorded": "classify", "classified": "accept", "acting": "handle", "handled": "reply",
    "replied": "revisit", "closed": "reopen",
}  # fmt: skip
MORE = ("invalid", "dispute", "edit", "void", "compensate", "pay", "ask", "grant", "withdraw")


@dataclass
class House:
    people: Any
    departments: tuple[Any, Any]
    categories: dict[str, Any]
    take: Callable[..., Complaint]
    cases: list[Complaint] = field(default_factory=list)

    def live(self, dice: Random, begin: datetime, ends: list[datetime], acts: int) -> list[Photo]:
        """Acts one after the other, the sweep going by; a photograph at each of the ends."""
        photos: list[Photo] = []
        self.cases.clear()
        at = begin
        for _n in range(acts):
            at += dice.randint(1, 6) * HOUR if dice.random() < 0.75 else dice.randint(20, 140) * HOUR
            while len(photos) < len(ends) and at >= ends[len(photos)]:
                swept(ends[len(photos)] - timedelta(seconds=1))
                photos.append(photograph(ends[len(photos)]))
            swept(at)
            self.act(dice, at)
        while len(photos) < len(ends):
            swept(ends[len(photos)] - timedelta(seconds=1))
            photos.append(photograph(ends[len(photos)]))
        return photos

    def act(self, dice: Random, at: datetime) -> None:
        """What the house refuses leaves no trace."""
        if not self.cases or dice.random() < 0.12:
            category = self.categories[dice.choice(("repairs", "lifts", "noise"))]
            facts = {"lawsuit_threatened": dice.random() < 0.3, "lawsuit_started": dice.random() < 0.1}
            back = {"received_at": at - 9 * HOUR, "backdated_because": "停电"} if dice.random() < 0.3 else {}
            self.cases.append(self.take(at, category=category, facts=facts, **back))
            return
        case = dice.choice(self.cases[-4:] if dice.random() < 0.7 else self.cases)
        case.refresh_from_db()
        verb = NEXT[case.status] if dice.random() < 0.75 else dice.choice(MORE)
        try:
            with transaction.atomic():
                getattr(self, verb)(case, dice, at)
        except (Refused, Extension.DoesNotExist, Compensation.DoesNotExist):
            pass

    def classify(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.classify(
            case, severity=dice.choice(("minor", "important", "major")), category=case.category,
            reason="复核", handler=dice.choice((self.people.wanggong, self.people.sungong)),
            department=dice.choice(self.departments), by=self.people.chenfang, at=at,
        )  # fmt: skip

    def accept(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.accept(case, note=OPINION, by=case.handler, at=at)

    def handle(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.handle(case, note="已修", evidence="照片", by=case.handler, at=at)

    def reply(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.reply(case, note="修好了", method="phone", by=self.people.limin, at=at)

    def revisit(self, case: Complaint, dice: Random, at: datetime) -> None:
        answers = actions.Answers(satisfaction=dice.randint(1, 5))
        actions.revisit(case, answers=answers, method="phone", by=self.people.zhoujun, at=at)

    def reopen(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.reopen(case, note="又漏了", by=self.people.limin, at=at)

    def dispute(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.dispute(case, note="没修好", by=None, at=at)

    def withdraw(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.withdraw(case, note="不投诉了", by=self.people.limin, at=at, confirmed_by="phone")

    def void(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.void(case, note="重复录入", by=self.people.chenfang, at=at)

    def edit(self, case: Complaint, dice: Random, at: datetime) -> None:
        changes: dict[str, Any] = {"category": self.categories[dice.choice(("parking", "noise"))]}
        changes["cause"] = dice.choice([None, *Cause.objects.order_by("pk")])
        actions.edit(case, changes, version=case.version, by=self.people.limin, at=at)

    def invalid(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.propose_invalid(case, note="与物业无关", by=self.people.limin, at=at)
        actions.confirm_invalid(case, by=self.people.chenfang, at=at + HOUR)

    def ask(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.ask_extension(
            case, clock="resolve", reason="parts", note="等配件", not_told_because="电话未接",
            new_due_at=at + dice.randint(1, 6) * 12 * HOUR, by=case.handler or self.people.wanggong, at=at,
        )  # fmt: skip

    def grant(self, case: Complaint, dice: Random, at: datetime) -> None:
        actions.approve_extension(case.extensions.get(state="pending"), by=self.people.wuzong, at=at)

    def compensate(self, case: Complaint, dice: Random, at: datetime) -> None:
        amount = Decimal(dice.randint(50, 400))
        actions.propose_compensation(case, amount=amount, note="地板", by=self.people.limin, at=at)

    def pay(self, case: Complaint, dice: Random, at: datetime) -> None:
        waiting = Compensation.objects.filter(complaint=case, state="proposed").earliest("pk")
        actions.decide_compensation(waiting, approve=True, comment="见记录", by=self.people.wuzong, at=at)


def swept(at: datetime) -> None:
    while sweep(at):
        pass
