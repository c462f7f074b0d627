"""Fourteen months of a company's cases, replayed through the same actions people use.

Every case is a small story that says when it wants to go on; the replay tells all stories in the
order of time and rings every level at the minute it would have rung.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from complaints import actions
from complaints.management.demo import abnormal, aftercare, danger, outside, overruns, relays, together
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.management.demo.texts import (
    APOLOGY,
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
    opinion_of,
)
from complaints.models import Clock, Complaint
from complaints.statuses import Status
from staff.models import User

#: Where the cases of the last days stand still.
LATELY = (
    ["new"] * 4 + ["night"] * 3 + ["invalid"] * 2 + ["delivered"] * 5 + ["acting"] * 6 + ["late"] * 7
    + ["asks"] * 6 + ["pays"] * 2 + ["handled"] * 4 + ["revisit"] * 6
    + ["granted"] * 2 + ["paid"] * 2
)  # fmt: skip


class Past(Replay):
    """The replay: company, dice, and the stories still to be told."""

    def tell(self, cases: int) -> None:
        """Replay `cases` cases up to now; what lies in the future stays open."""
        for number in range(cases):
            # More of them lately: the company has only just begun to write everything down.
            share = (number / cases) ** 0.85
            self._add(self._case(self.begins + (self.now - self.begins - 2 * HOUR) * share))
        for number, stops in enumerate(LATELY):
            self._add(self._lately(stops, number))
        for number in range(60):
            self._add(self._note(self.begins + (self.now - self.begins) * (number / 60)))
        for months in (9, 2):
            self._add(self._collective(self.now - months * 30 * DAY))
        rooms = (outside, abnormal, overruns, aftercare, relays, danger)
        for story in (story for room in rooms for story in room.stories(self)):
            self._add(story)
        self.run()

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
        severity, at = yield from self._placed(case, matter, handler, at, cycle)
        if matter.category == "staff-conduct" and cycle == 1 and dice.random() < 0.9:
            yield (at := self._work_time(at + dice.randint(2, 20) * HOUR, estate))
            self._do(
                actions.apologise, case, note=APOLOGY, apologised_by=str(self._who(estate, "zhuguan")),
                method="in_person", by=case.first_receiver, at=at,
            )  # fmt: skip
        if severity != "minor" or dice.random() < 0.4:
            yield (at := self._work_time(at + dice.randint(20, 200) * MINUTE, estate))
            self._do(
                actions.answer, case, note="已安排专人处理，会尽快给您结果，请保持电话畅通。",
                method="phone", clear=severity != "minor", by=case.speaker or case.first_receiver, at=at,
            )  # fmt: skip
        length = {"minor": 0.25, "important": 1.6, "major": 5.5}[severity] * dice.uniform(0.4, 1.3)
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
            by=case.speaker or case.first_receiver, at=at,
        )  # fmt: skip
        yield from self._revisit(case, matter, at, fate, cycle)

    def _placed(
        self, case: Complaint, matter: Matter, handler: User, at: datetime, cycle: int
    ) -> Generator[datetime, None, tuple[str, datetime]]:
        """Claimed, classified, sometimes sent back, accepted: its severity, and when the work begins."""
        dice, estate = self.dice, case.estate
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
        self._do(actions.accept, case, note=opinion_of(matter.category, severity), by=handler, at=at)
        return severity, at

    def _revisit(self, case: Complaint, matter: Matter, at: datetime, fate: float, cycle: int) -> Story:
        dice, estate = self.dice, case.estate
        checker = aftercare.reviser(self, case)
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
                opinions=(actions.Opinion(dice.choice(OPINIONS)),) if dice.random() < 0.08 else (),
            ),
        )  # fmt: skip
        aftercare.after(self, case, at)
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
            method="phone", by=aftercare.reviser(self, case), at=at,
        )  # fmt: skip
        aftercare.after(self, case, at)

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
            new_due_at=clock.due_at + days * DAY, by=handler, at=at, **self._told_first(at),
        )  # fmt: skip
        if request is None:
            return
        by = self._who(case.estate, "jingli") if severity == "minor" else self.company.general_manager
        yield (at := at + self.dice.randint(10, 300) * MINUTE)
        if approve:
            other = self.dice.choices([0, -1, 1], [7, 2, 1])[0]  # mostly as asked, else until another time
            granted = clock.due_at + (days + other) * DAY if other else None
            self._do(
                actions.approve_extension, request, granted_due_at=granted, comment="同意，务必按期完成。",
                by=by, at=at,
            )  # fmt: skip
        else:
            self._do(
                actions.decline_extension, request, comment="理由不充分，请增派人手按期完成。", by=by, at=at
            )

    def _told_first(self, at: datetime) -> dict[str, Any]:
        """Most customers are told before more time is asked for; some cannot be reached."""
        if self.dice.random() < 0.15:
            return {"not_told_because": "两次致电无人接听，已留言，次日再联系。"}
        method = self.dice.choice(["phone", "phone", "in_person", "wechat"])
        return {"customer_told_at": at - 10 * MINUTE, "customer_told_method": method}

    def _pay(self, case: Complaint, at: datetime) -> Story:
        yield (at := self._work_time(at + 30 * MINUTE, case.estate))
        amount = Decimal(self.dice.choice([200, 350, 500, 1200, 2600, 8000]))
        proposal = self._do(
            actions.propose_compensation, case, amount=amount, note="按定损单协商一致。",
            by=case.first_receiver, at=at,
        )  # fmt: skip
        if proposal is not None:
            self._add(together.settle(self, case, proposal, at), at)

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
        lead = self._take(matter, estate, at, words=COLLECTIVE[1], headcount=12, is_collective=True)
        if lead is None:
            return
        yield from together.gather(self, lead, at)
        for _ in range(2):
            yield (at := at + 40 * MINUTE)
            member = self._take(matter, estate, at)
            self._do(actions.join, member, lead=lead, by=member.first_receiver, at=at)
            self._add(self._member(member, matter, at))
        lead.refresh_from_db()
        yield from self._work(lead, matter, at, 0.9)

    def _member(self, case: Complaint, matter: Matter, at: datetime) -> Story:
        """Revisited on its own once the reply to the lead case has come to it."""
        while case.status != Status.REPLIED:
            yield (at := at + 4 * HOUR)
            case.refresh_from_db()
        yield from self._revisit(case, matter, at, 0.9, cycle=1)

    def _lately(self, stops: str, number: int) -> Story:
        """A case of the last days that stands still at one step, so that every list has something in it."""
        dice, estate = self.dice, self.company.estates[number % len(self.company.estates)]
        matter = dice.choices(MATTERS, [m.weight for m in MATTERS])[0]
        days = {"late": 4.5, "asks": 2.4, "revisit": 2.2, "granted": 1.6, "paid": 1.8}.get(
            stops, 0.4
        ) * dice.uniform(0.8, 1.2)
        yield (at := self._moment(self.now - days * DAY, estate))
        if stops == "night":
            at = datetime.combine(self.now.astimezone(estate.zone).date(), time(1, 20), estate.zone)
        case = self._take(matter, estate, at := min(at, self.now - 20 * MINUTE))
        if stops == "night":
            return
        if case.awaits_claim:
            yield (at := at + 10 * MINUTE)
            self._do(actions.claim, case, by=self._who(estate, "qiantai"), at=at)
        if stops == "new":
            return
        if stops == "invalid":
            yield (at := at + 30 * MINUTE)
            self._do(
                actions.propose_invalid, case, note="经核实，情况不属实。", by=case.first_receiver, at=at
            )
            return
        handler = self._handler(estate, matter)
        yield (at := at + 20 * MINUTE)
        self._do(
            actions.classify, case, severity=self._severity(matter), handler=handler,
            category=self.categories[matter.category], department=self._department(estate, matter),
            by=self._who(estate, "zhuguan"), at=at,
        )  # fmt: skip
        if stops == "delivered":
            return
        yield (at := at + 40 * MINUTE)
        self._do(actions.accept, case, note=opinion_of(matter.category, case.severity), by=handler, at=at)
        if stops == "asks":
            clock = Clock.objects.running().get(complaint=case, kind="resolve")
            yield (at := min(clock.due_at, self.now) - HOUR)
            self._do(
                actions.ask_extension, case, clock="resolve", reason="parts", note=EXTENSION_NOTES["parts"],
                new_due_at=max(clock.due_at, self.now) + 2 * DAY, by=handler, at=at,
                customer_told_at=at, customer_told_method="phone",
            )  # fmt: skip
            return
        if stops in ("acting", "late"):
            yield (at := at + 2 * HOUR)
            self._do(actions.act, case, note=matter.steps[0], owner_sees=True, by=handler, at=at)
            return
        if stops in ("pays", "granted", "paid"):
            yield from together.owes(self, case, stops, at)
            return
        yield (at := at + 3 * HOUR)
        self._do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
        if stops == "revisit":
            yield (at := at + HOUR)
            self._do(actions.reply, case, note=matter.reply, method="phone", by=case.first_receiver, at=at)
