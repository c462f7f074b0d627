"""Fourteen months of a company's cases, replayed through the same actions people use.

Every case is a small story that says when it wants to go on; the replay tells all stories in the
order of time and rings every level at the minute it would have rung.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Generator
from datetime import datetime, time, timedelta
from decimal import Decimal

from complaints import actions
from complaints.management.demo.company import Company
from complaints.management.demo.texts import (
    CLOSING_WAYS,
    COLLECTIVE,
    COMPLAINTS_AT_REVISIT,
    DISPUTES,
    EXTENSION_NOTES,
    MATTERS,
    NOTES,
    OPINIONS,
    PRAISE,
    Matter,
)
from complaints.models import Category, Cause, Clock, Complaint, Deadline
from complaints.sweep import sweep
from owners.models import Occupancy
from staff.models import Estate, User
from staff.refusals import Refused

Story = Generator[datetime, None, None]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTHS_BACK = 14


class Past:
    """The replay: company, dice, and the stories still to be told."""

    def __init__(self, company: Company, *, now: datetime, dice: random.Random) -> None:
        self.company, self.now, self.dice = company, now, dice
        self.begins = now - MONTHS_BACK * 30 * DAY
        self.categories = {category.code: category for category in Category.objects.all()}
        self.causes = {cause.code: cause for cause in Cause.objects.all()}
        self.residents = {
            estate.pk: list(
                Occupancy.objects.filter(unit__estate=estate)
                .select_related("owner", "unit__building")
                .prefetch_related("owner__phones")
                .order_by("pk")
            )
            for estate in company.estates
        }
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._order = itertools.count()

    def tell(self, cases: int) -> None:
        """Replay `cases` cases up to now; what lies in the future stays open."""
        for number in range(cases):
            # More of them lately: the company has only just begun to write everything down.
            share = (number / cases) ** 0.85
            self._add(self._case(self.begins + (self.now - self.begins - 2 * HOUR) * share))
        for number in range(60):
            self._add(self._note(self.begins + (self.now - self.begins) * (number / 60)))
        for months in (9, 2):
            self._add(self._collective(self.now - months * 30 * DAY))
        while self._waiting and self._waiting[0][0] <= self.now:
            at, _, story = heapq.heappop(self._waiting)
            self._ring(at)
            self._add(story, at)
        self._ring(self.now)

    def _add(self, story: Story, after: datetime | None = None) -> None:
        try:
            at = next(story)
        except StopIteration:
            return
        heapq.heappush(self._waiting, (max(at, after or at), next(self._order), story))

    def _ring(self, until: datetime) -> None:
        due = Deadline.objects.filter(state=Deadline.State.PENDING, due_at__lte=until).order_by("due_at")
        while (at := due.values_list("due_at", flat=True).first()) is not None:
            sweep(at)

    # Stories ---------------------------------------------------------------------------------------

    def _case(self, day: datetime) -> Story:
        dice = self.dice
        estate = dice.choices(self.company.estates, [3, 2])[0]
        matter = dice.choices(MATTERS, [m.weight for m in MATTERS])[0]
        at = self._moment(day, estate)
        yield at
        case = self._take(matter, estate, at)
        fate = dice.random()
        if fate < 0.03:
            yield from self._invalid(case, at)
            return
        if fate < 0.05:
            yield (at := self._work_time(at + 3 * HOUR, estate))
            self._do(actions.withdraw, case, note="业主来电说已自行解决，撤回投诉。", confirmed_by="phone",
                     by=case.first_receiver, at=at)  # fmt: skip
            return
        if fate < 0.06:
            yield (at := self._work_time(at + HOUR, estate))
            self._do(actions.void, case, note="与前一单重复录入。", by=self._who(estate, "zhuguan"), at=at)
            return
        yield from self._work(case, matter, at, fate)

    def _work(self, case: Complaint, matter: Matter, at: datetime, fate: float, cycle: int = 1) -> Story:
        """Classify, act, reply, revisit; `fate` decides how well it goes."""
        dice, estate = self.dice, case.estate
        handler = self._handler(estate, matter)
        if case.awaits_claim:
            yield (at := self._work_time(at + 20 * MINUTE, estate))
            self._do(actions.claim, case, by=self._who(estate, "qiantai"), at=at)
        yield (at := self._work_time(at + dice.randint(5, 25) * MINUTE, estate))
        severity = self._severity(matter)
        if cycle > 1:
            severity = case.severity
        self._do(
            actions.classify, case, severity=severity, category=self.categories[matter.category],
            handler=handler, department=self._department(estate, matter),
            by=self._who(estate, "zhuguan"), at=at,
        )  # fmt: skip
        if severity == "major":
            yield (at := at + 40 * MINUTE)
            self._do(actions.acknowledge, case, by=self._who(estate, "jingli"), at=at)
        if dice.random() < 0.06:
            yield (at := self._work_time(at + HOUR, estate))
            self._do(actions.send_back, case, note="不属于本部门职责，请改派。", by=handler, at=at)
            yield (at := self._work_time(at + 15 * MINUTE, estate))
            self._do(
                actions.classify, case, severity=severity, category=None, handler=handler,
                department=self._department(estate, matter), by=self._who(estate, "zhuguan"), at=at,
            )  # fmt: skip
        yield (at := self._work_time(at + dice.randint(5, 150) * MINUTE, estate))
        self._do(actions.accept, case, by=handler, at=at)
        if severity != "minor" or dice.random() < 0.4:
            yield (at := self._work_time(at + dice.randint(20, 200) * MINUTE, estate))
            self._do(
                actions.answer, case, note="已安排专人处理，会尽快给您结果，请保持电话畅通。",
                method="phone", clear=severity != "minor", by=case.first_receiver, at=at,
            )  # fmt: skip
        length = {"minor": 0.4, "important": 1.6, "major": 5.5}[severity] * dice.uniform(0.4, 1.3)
        late = 0.06 < fate < 0.17
        if 0.17 < fate < 0.26:
            yield from self._ask_for_time(case, at, severity, handler, approve=fate < 0.235)
            length += {"minor": 1.2, "important": 2.5, "major": 4}[severity]
        if late:
            length += {"minor": 1.1, "important": 2.4, "major": 6}[severity] * dice.uniform(0.8, 1.6)
        for step in matter.steps:
            yield (at := self._work_time(at + length / len(matter.steps) * DAY, estate))
            self._do(actions.act, case, note=step, owner_sees=True, by=handler, at=at)
            if late and dice.random() < 0.5:
                yield (at := self._work_time(at + 2 * HOUR, estate))
                self._do(actions.chase, case, note="业主来电催问进度。", by=case.first_receiver, at=at)
        yield (at := self._work_time(at + dice.randint(10, 60) * MINUTE, estate))
        self._do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
        if matter.category in ("water-power", "construction-quality") and dice.random() < 0.4:
            yield from self._pay(case, at)
        yield (at := self._work_time(at + dice.randint(15, 400) * MINUTE, estate))
        self._do(
            actions.reply, case, note=matter.reply, method=dice.choice(["phone", "in_person", "phone"]),
            by=case.first_receiver, at=at,
        )  # fmt: skip
        yield from self._revisit(case, matter, at, fate, cycle)

    def _revisit(self, case: Complaint, matter: Matter, at: datetime, fate: float, cycle: int) -> Story:
        dice, estate = self.dice, case.estate
        checker = self._who(estate, "zhuguan")
        if 0.26 < fate < 0.32 and cycle == 1:
            yield (at := self._work_time(at + dice.randint(4, 40) * HOUR, estate))
            self._do(actions.dispute, case, note=dice.choice(DISPUTES), by=case.first_receiver, at=at)
            yield from self._work(case, matter, at, 0.9, cycle=2)
            return
        days = dice.choices([0.8, 1.7, 2.6, 4.2], [4, 4, 2, 0.7])[0]
        yield (at := self._work_time(at + days * DAY, estate))
        if 0.32 < fate < 0.36:
            for _ in range(3):
                self._do(actions.try_revisit, case, note="电话无人接听。", by=checker, at=at)
                yield (at := self._work_time(at + 20 * HOUR, estate))
            self._do(
                actions.except_revisit, case, exception="unreachable", note="三次未接通，已短信告知结果。",
                by=checker, at=at,
            )  # fmt: skip
            return
        score = dice.choices([5, 4, 3, 2, 1], [9, 8, 3, 0.7, 0.3])[0]
        if fate > 0.995 and cycle == 2:
            score = 1
        good = score >= 3
        self._do(
            actions.revisit, case, method="phone", by=checker, at=at,
            answers=actions.Answers(
                satisfaction=score, believed=good or dice.random() < 0.5, informed=dice.random() < 0.85,
                passed_around=not good and dice.random() < 0.6, polite=good, accused=False,
                remarks=dice.choice(PRAISE if good else COMPLAINTS_AT_REVISIT),
                new_opinion=dice.choice(OPINIONS) if dice.random() < 0.08 else "",
            ),
        )  # fmt: skip
        if not good and cycle < 3:
            yield from self._work(case, matter, at, 0.9, cycle + 1)
        elif not good:
            yield (at := self._work_time(at + DAY, estate))
            self._do(
                actions.close_unsatisfied, case, note=CLOSING_WAYS, by=self.company.general_manager, at=at
            )
        elif dice.random() < 0.02:
            yield (at := self._work_time(at + dice.randint(5, 60) * DAY, estate))
            self._do(actions.reopen, case, note=dice.choice(DISPUTES), by=case.first_receiver, at=at)
            yield from self._work(case, matter, at, 0.9, cycle + 1)

    def _invalid(self, case: Complaint, at: datetime) -> Story:
        estate = case.estate
        yield (at := self._work_time(at + 10 * MINUTE, estate))
        self._do(
            actions.propose_invalid, case, note="经核实属误解，已向业主说明相关约定。",
            by=case.first_receiver, at=at,
        )  # fmt: skip
        yield (at := self._work_time(at + HOUR, estate))
        self._do(actions.confirm_invalid, case, by=self._who(estate, "zhuguan"), at=at)
        yield (at := self._work_time(at + HOUR, estate))
        self._do(
            actions.reply, case, note="已向您当面说明收费依据和约定，感谢您的理解，有疑问可随时来前台查询。",
            method="in_person", by=case.first_receiver, at=at,
        )  # fmt: skip
        yield (at := self._work_time(at + DAY, estate))
        self._do(
            actions.revisit, case, answers=actions.Answers(satisfaction=self.dice.choice([3, 4, 5])),
            method="phone", by=self._who(estate, "zhuguan"), at=at,
        )  # fmt: skip

    def _ask_for_time(
        self, case: Complaint, at: datetime, severity: str, handler: User, *, approve: bool
    ) -> Story:
        yield (at := self._work_time(at + HOUR, case.estate))
        clock = Clock.objects.running().filter(complaint=case, kind="resolve").first()
        if clock is None or clock.due_at - at < HOUR:
            return
        reason = self.dice.choice(list(EXTENSION_NOTES))
        days = {"minor": 2, "important": 4, "major": 7}[severity]
        request = self._do(
            actions.ask_extension, case, clock="resolve", reason=reason, note=EXTENSION_NOTES[reason],
            new_due_at=clock.due_at + days * DAY, customer_told_at=at, by=handler, at=at,
        )  # fmt: skip
        if request is None:
            return
        by = self._who(case.estate, "jingli") if severity == "minor" else self.company.general_manager
        yield (at := at + self.dice.randint(10, 300) * MINUTE)
        if approve:
            granted = clock.due_at + (days - 1) * DAY if self.dice.random() < 0.25 else None
            self._do(
                actions.approve_extension, request, granted_due_at=granted, comment="同意，务必按期完成。",
                by=by, at=at,
            )  # fmt: skip
        else:
            self._do(
                actions.decline_extension, request, comment="理由不充分，请增派人手按期完成。", by=by, at=at
            )

    def _pay(self, case: Complaint, at: datetime) -> Story:
        yield (at := self._work_time(at + 30 * MINUTE, case.estate))
        amount = Decimal(self.dice.choice([200, 350, 500, 1200, 2600, 8000]))
        proposal = self._do(
            actions.propose_compensation, case, amount=amount, note="按定损单协商一致。",
            by=case.first_receiver, at=at,
        )  # fmt: skip
        if proposal is not None:
            yield (at := at + 2 * HOUR)
            self._do(
                actions.decide_compensation, proposal, approve=True, comment="同意。",
                by=self.company.general_manager, at=at,
            )  # fmt: skip

    def _note(self, day: datetime) -> Story:
        estate = self.dice.choice(self.company.estates)
        at = self._moment(day, estate)
        yield at
        kind, words, outcome, number = self.dice.choice(NOTES)
        home = self.dice.choice(self.residents[estate.pk])
        self._do(
            actions.take_note, by=self._who(estate, "qiantai"), at=at, estate=estate, kind=kind, words=words,
            outcome=outcome, external_number=f"{number}{self.dice.randrange(100, 999)}" if number else "",
            owner=home.owner, name=home.owner.name, phone=self._phone(home), unit=home.unit,
            capacity=home.capacity,
        )  # fmt: skip

    def _collective(self, day: datetime) -> Story:
        """Twelve homes and a lift: one lead case, two members with receipts of their own."""
        estate = self.company.estates[0]
        matter = next(m for m in MATTERS if m.category == COLLECTIVE[0])
        at = self._work_time(day, estate)
        yield at
        lead = self._take(matter, estate, at, words=COLLECTIVE[1], headcount=12, is_collective=True,
                          representative="业主代表", grade="major")  # fmt: skip
        if lead is None:
            return
        members = []
        for _ in range(2):
            yield (at := at + 12 * MINUTE)
            member = self._take(matter, estate, at)
            self._do(actions.join, member, lead=lead, by=member.first_receiver, at=at)
            members.append(member)
        lead.refresh_from_db()
        yield from self._work(lead, matter, at, 0.9)
        for member in members:
            member.refresh_from_db()
            yield from self._revisit(member, matter, at, 0.9, cycle=1)

    # Doing -----------------------------------------------------------------------------------------

    def _do(self, action, subject=None, **said):  # type: ignore[no-untyped-def]
        """Act on the row as it is now; what a rule refuses simply did not happen."""
        try:
            if subject is None:
                return action(**said)
            done = action(subject, **said)
        except Refused:
            return None
        if isinstance(done, Complaint):
            subject.__dict__.update(done.__dict__)
        return done

    def _take(self, matter: Matter, estate: Estate, at: datetime, *, words: str = "", **facts) -> Complaint:  # type: ignore[no-untyped-def]
        dice = self.dice
        home = dice.choice(self.residents[estate.pk])
        night = not time(8, 0) <= at.astimezone(estate.zone).time() < time(18, 0)
        by = self._who(
            estate, "zhiban" if night else dice.choice(["qiantai", "qiantai", "qiantai2", "guanjia"])
        )
        channel = dice.choices(
            ["walk_in", "phone", "wechat", "group", "hotline", "patrol", "email"], [35, 42, 10, 5, 2, 3, 3]
        )[0]
        grade = facts.pop("grade", "")
        case = actions.register(
            actions.Intake(
                estate=estate,
                content=words or dice.choice(matter.words).format(floor=home.unit.number[:-2] or 3),
                person=actions.Person(
                    name=home.owner.name, phone=self._phone(home), capacity=home.capacity, owner=home.owner
                ),
                channel=channel,
                unit=home.unit,
                category=self.categories[matter.category],
                cause=self.causes[matter.cause],
                recorded=True,
                facts={
                    "demand": "compensate" if "赔" in matter.words[0] else "improve",
                    "urgent": matter.category in ("lifts", "water-power") and dice.random() < 0.08,
                    "identity_hidden": matter.category == "noise" and dice.random() < 0.3,
                    "external_number": f"RX{dice.randrange(10**7, 10**8)}" if channel == "hotline" else "",
                    "external_unit": "市12345热线" if channel == "hotline" else "",
                    **facts,
                },
            ),
            by=by,
            at=at,
        )
        if grade:
            self._do(actions.set_grade, case, grade=grade, note="集体投诉十人以上。",
                     by=self._who(estate, "zhuguan"), at=at)  # fmt: skip
        return case

    def _severity(self, matter: Matter) -> str:
        if self.dice.random() < 0.88:
            return matter.severity
        return {"minor": "important", "important": "major", "major": "major"}[matter.severity]

    def _handler(self, estate: Estate, matter: Matter) -> User:
        logins = {
            "engineering": ["gongcheng", "gongcheng2"], "security": ["zhixu"], "cleaning": ["baojie"],
            "fees": ["caiwu"], "service": ["kefu"], "lift": ["dianti"],
        }  # fmt: skip
        return self._who(estate, self.dice.choice(logins[matter.department]))

    def _department(self, estate: Estate, matter: Matter):  # type: ignore[no-untyped-def]
        return self.company.departments[estate.code, matter.department]

    def _who(self, estate: Estate, login: str) -> User:
        return self.company.who(estate, login)

    def _phone(self, home: Occupancy) -> str:
        return next((phone.number for phone in home.owner.phones.all()), "")

    def _moment(self, day: datetime, estate: Estate) -> datetime:
        """A time at which people complain: by day mostly, in the evening often, at night seldom."""
        hour = self.dice.choices(
            range(24), [1, 1, 1, 0, 0, 0, 1, 4, 9, 12, 11, 8, 6, 7, 9, 9, 8, 8, 7, 8, 8, 6, 3, 2]
        )[0]
        local = day.astimezone(estate.zone)
        return min(
            datetime.combine(local.date(), time(hour, self.dice.randrange(60)), estate.zone),
            self.now - 5 * MINUTE,
        )

    def _work_time(self, at: datetime, estate: Estate) -> datetime:
        """`at`, or the next morning when nobody works then."""
        local = at.astimezone(estate.zone)
        if local.time() < time(8, 35):
            local = datetime.combine(local.date(), time(8, 35), estate.zone)
        elif local.time() > time(17, 40):
            local = datetime.combine(local.date() + DAY, time(8, 35), estate.zone)
        else:
            return at
        return local + self.dice.randint(0, 90) * MINUTE
