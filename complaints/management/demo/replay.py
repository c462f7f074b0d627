"""Telling stories in the order of time, and doing what they say through the actions."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Generator
from datetime import datetime, time, timedelta
from typing import Any, cast

from django.db.models import QuerySet

from complaints import actions
from complaints.actions.notice_grade import raise_due
from complaints.actions.superior import climb_due
from complaints.management.demo.company import Company
from complaints.management.demo.texts import ORDER_ANSWERS, Matter
from complaints.models import BulletinCopy, Category, Cause, Clock, Complaint, Deadline, Overrun
from complaints.statuses import Status
from complaints.sweep import sweep
from config.framework.refusals import Refused
from owners.models import Occupancy
from staff.models import Estate, User

Story = Generator[datetime, None, None]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTHS_BACK = 14


def _next_level(until: datetime) -> QuerySet[Deadline, datetime]:
    waiting = Deadline.objects.filter(state=Deadline.State.PENDING, due_at__lte=until)
    return waiting.order_by("due_at").values_list("due_at", flat=True)[:1]


def _next_grade(until: datetime) -> QuerySet[Complaint, datetime]:
    rising = Complaint.objects.filter(grade_due_at__lte=until).order_by("grade_due_at")
    return cast("QuerySet[Complaint, datetime]", rising.values_list("grade_due_at", flat=True)[:1])


def _owed_after(last: int) -> QuerySet[Clock]:
    owed = Clock.objects.running().filter(kind="bulletin", pk__gt=last)
    return owed.select_related("complaint__estate").order_by("pk")


def _opened_after(last: int) -> QuerySet[Overrun]:
    return Overrun.objects.filter(pk__gt=last).order_by("pk")


class Replay:
    """Company, dice, and the stories still to be told."""

    def __init__(
        self,
        company: Company,
        *,
        now: datetime,
        dice: random.Random,
        explain: Callable[[Replay, Overrun], Story],
        open_urgent: Callable[[Replay, Complaint, datetime], Story],
        progress: Callable[[float, datetime], None] = lambda share, at: None,
    ) -> None:
        """`explain`: the story of an overrun that has opened; `open_urgent`: of a case of people in danger.

        `progress` is told, as often as a story goes on, which share of the time has passed and its date."""
        self.company, self.now, self.dice, self._progress = company, now, dice, progress
        self._explain, self._open_urgent = explain, open_urgent
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
        self._last_owed = 0  # the last bulletin's clock that somebody has in mind
        self._last_overrun = 0

    def run(self) -> None:
        """Tell what is waiting up to now, each level ringing at its own minute; the rest stays open."""
        while self._waiting and self._waiting[0][0] <= self.now:
            at, _, story = heapq.heappop(self._waiting)
            self._progress((at - self.begins) / (self.now - self.begins), at)
            self._ring(at)
            self.add(story, at)
            self._plan_bulletins()
            self._plan_overruns()
        self._ring(self.now)
        self._read_bulletins()

    def add(self, story: Story, after: datetime | None = None) -> None:
        try:
            at = next(story)
        except StopIteration:
            return
        heapq.heappush(self._waiting, (max(at, after or at), next(self._order), story))

    def _ring(self, until: datetime) -> None:
        while moments := [*_next_level(until), *_next_grade(until)]:
            sweep(min(moments))
            raise_due(min(moments))
            climb_due(min(moments))
            self._plan_bulletins()

    def _plan_bulletins(self) -> None:
        """Whoever owes a bulletin writes it in time, mostly."""
        for clock in _owed_after(self._last_owed):
            self._last_owed = clock.pk
            if self.dice.random() < 0.9:
                self.add(self._bulletin(clock))

    def _plan_overruns(self) -> None:
        for duty in _opened_after(self._last_overrun):
            self._last_overrun = duty.pk
            self.add(self._explain(self, duty))

    def _bulletin(self, clock: Clock) -> Story:
        estate = clock.complaint.estate
        spent = (clock.due_at - clock.started_at) * self.dice.uniform(0.2, 0.6)
        yield (at := self.work_time(clock.started_at + spent, estate))
        self.do(
            actions.issue_bulletin, clock.complaint, note="已到现场核实并安排处理，与业主代表保持沟通。",
            measures="责任部门每日反馈进度，完成后由首问责任人答复。", help_needed="", by=self.who(estate, "zhuguan"),
            at=at,
        )  # fmt: skip

    def _read_bulletins(self) -> None:
        """Managers open most of what they were sent on the same day."""
        for copy in BulletinCopy.objects.select_related("bulletin__complaint__estate", "user").order_by("pk"):
            issued, estate = copy.bulletin.issued_at, copy.bulletin.complaint.estate
            at = self.work_time(issued + self.dice.uniform(0.1, 8) * HOUR, estate)
            if at <= self.now and self.dice.random() < 0.9:
                actions.open_bulletin(copy.bulletin, by=copy.user, at=at)

    def _file_answer(self, case: Complaint) -> Story:
        """What 12345 is told of its order: in time mostly, and of how it stands by then."""
        spare = self.dice.uniform(-0.2, 1.6) * DAY
        due = case.external_due_at
        if due is None:
            return
        yield (at := self.work_time(due - spare, case.estate))
        done = case.status in (Status.REPLIED, Status.CLOSED)
        self.do(actions.answer_external, case, note=ORDER_ANSWERS[done], by=case.first_receiver, at=at)

    # Doing -----------------------------------------------------------------------------------------

    def do(self, action: Any, subject: Any = None, **said: Any) -> Any:
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

    def take(
        self,
        matter: Matter,
        estate: Estate,
        at: datetime,
        *,
        words: str = "",
        channel: str = "",
        home: Occupancy | None = None,
        **facts: Any,
    ) -> Complaint:
        dice = self.dice
        home = home or dice.choice(self.residents[estate.pk])
        night = not time(8, 0) <= at.astimezone(estate.zone).time() < time(18, 0)
        by = self.who(
            estate, "zhiban" if night else dice.choice(["qiantai", "qiantai", "qiantai2", "guanjia"])
        )
        channel = (
            channel
            or dice.choices(
                ["walk_in", "phone", "wechat", "group", "hotline", "patrol", "email"],
                [35, 42, 10, 5, 2, 3, 3],
            )[0]
        )
        case = actions.register(
            actions.Intake(
                estate=estate,
                content=words or dice.choice(matter.words).format(floor=home.unit.number[:-2] or 3),
                person=actions.Person(
                    name=home.owner.name, phone=self.phone(home), capacity=home.capacity, owner=home.owner
                ),
                channel=channel,
                unit=home.unit,
                category=self.categories[matter.category],
                cause=self.causes[matter.cause],
                recorded=True,
                facts={
                    "demand": "compensate" if "赔" in matter.words[0] else "improve",
                    "lawsuit_threatened": "赔" in matter.words[0] and dice.random() < 0.15,
                    "urgent": matter.category in ("lifts", "water-power") and dice.random() < 0.08,
                    "identity_hidden": matter.category == "noise" and dice.random() < 0.3,
                    "external_number": f"RX{dice.randrange(10**7, 10**8)}" if channel == "hotline" else "",
                    "external_unit": "市12345热线" if channel == "hotline" else "",
                    "external_due_at": at + 5 * DAY if channel == "hotline" else None,
                    **facts,
                },
            ),
            by=by,
            at=at,
        )
        if case.danger_since:
            self.add(self._open_urgent(self, case, at), at)
        if channel == "hotline" and "external_due_at" not in facts:
            self.add(self._file_answer(case), at)
        return case

    def severity(self, matter: Matter) -> str:
        if self.dice.random() < 0.88:
            return matter.severity
        return {"minor": "important", "important": "major", "major": "major"}[matter.severity]

    def handler(self, estate: Estate, matter: Matter, *, first: bool = False) -> User:
        """One of the department's handlers; `first`: the one whose log-in the demo names."""
        logins = {
            "engineering": ["gongcheng", "gongcheng2"], "security": ["zhixu"], "cleaning": ["baojie"],
            "fees": ["caiwu"], "service": ["kefu"], "lift": ["dianti"],
        }  # fmt: skip
        those = logins[matter.department]
        return self.who(estate, those[0] if first else self.dice.choice(those))

    def department(self, estate: Estate, matter: Matter) -> Any:
        return self.company.departments[estate.code, matter.department]

    def who(self, estate: Estate, login: str) -> User:
        return self.company.who(estate, login)

    def phone(self, home: Occupancy) -> str:
        return next((phone.number for phone in home.owner.phones.all()), "")

    def moment(self, day: datetime, estate: Estate) -> datetime:
        """A time at which people complain: by day mostly, in the evening often, at night seldom."""
        hour = self.dice.choices(
            range(24), [1, 1, 1, 0, 0, 0, 1, 4, 9, 12, 11, 8, 6, 7, 9, 9, 8, 8, 7, 8, 8, 6, 3, 2]
        )[0]
        local = day.astimezone(estate.zone)
        return min(
            datetime.combine(local.date(), time(hour, self.dice.randrange(60)), estate.zone),
            self.now - 5 * MINUTE,
        )

    def work_time(self, at: datetime, estate: Estate) -> datetime:
        """`at`, or the next morning when nobody works then."""
        local = at.astimezone(estate.zone)
        if local.time() < time(8, 35):
            local = datetime.combine(local.date(), time(8, 35), estate.zone)
        elif local.time() > time(17, 40):
            local = datetime.combine(local.date() + DAY, time(8, 35), estate.zone)
        else:
            return at
        return local + self.dice.randint(0, 90) * MINUTE
