"""A case held for one act: locked, checked, changed, and written down all or nothing.

Every act reads the same: hold the case, decide, set, say what happened, tell people, keep. What its verb
does to the clocks stands in the table of `clocks`; what follows from every act, in `consequences`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from complaints import notifications
from complaints.actions.another_person import alone_params
from complaints.actions.case_locks import lock_for
from complaints.actions.clock_rows import calendar_of, revise_clock, start_clocks, stop_clocks, when_due
from complaints.actions.current_policy import current_policy
from complaints.actions.new_case import NewCase
from complaints.actions.situations import situation_of
from complaints.actions.visibility import roles_on
from complaints.actions.words_to_customers import Words
from complaints.bulletin_texts import Draft
from complaints.clocks import BY_THE_LEAD, BY_VERB, STEPS, Timing
from complaints.models import Clock, Complaint, Cycle, Event, Extension, PolicyVersion, Respondent
from complaints.moves import check
from complaints.policy import ClockKind, Policy
from complaints.promises import Promise
from complaints.restricted_access import CaseReaders
from complaints.situation import Situation
from complaints.statuses import CaseRole, Status, WrongPerson
from complaints.time_texts import moment
from complaints.worktime import Calendar
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import Role, ladder
from staff.stand_ins import StandIns


class UnitOfWork:
    """One locked complaint and what this act does to it."""

    #: What follows from every act, as `consequences` lists it; handed over in `actions/__init__`, since
    #: the rules that follow are written with a hold themselves.
    consequences: ClassVar[tuple[Callable[[UnitOfWork], None], ...]]
    when_written: ClassVar[tuple[Callable[[UnitOfWork], None], ...]]

    def __init__(
        self,
        complaint: Complaint,
        verb: str | None,
        *,
        by: User | None,
        at: datetime,
        note: str | None = None,
        recorded_at: datetime | None = None,
        new: NewCase | None = None,
        phrase_reason: str = "",
    ) -> None:
        """Lock the row and check the move; `by` None is the customer, without a `verb` too a rule of ours.

        A person without a verb: whoever holds the case asks whether he may. `new`: the case is new with this
        act; its customer may have sent it himself. `phrase_reason`: why its words stand as they are.
        Raises a Refused before anything is written.
        """
        self.row = complaint if new else lock_for(complaint, verb)
        if new:
            vars(self).update(vars(new))
        self.by, self.at, self.recorded_at = by, at, recorded_at or at
        self.verb, self.by_rule = verb, verb is None and by is None and new is None
        self.roles: frozenset[Role | CaseRole] = frozenset()
        if by is None and verb:
            self.roles = frozenset({CaseRole.CUSTOMER})
        elif by:
            if by.pk in self.barred:
                raise WrongPerson(_("You are named in this complaint; another person must act on it."))
            self.roles = roles_on(self.row, self.stand_ins.permissions_of(by))
        if verb:
            check(verb, self.situation, note=note)
        self._words = Words(verb, phrase_reason)
        self._changes: dict[str, Any] = {}
        self._events: list[Event] = []
        self._notices: list[notifications.Notice] = []
        #: Requests for more time that nobody can decide on any more.
        self.lapsed: list[Extension] = []
        self.handler_before = self.row.handler_id
        #: The bulletin this act owes: written from the case as the act leaves it.
        self.bulletin: Draft | None = None
        #: The clocks this act has stopped.
        self.stopped: list[Clock] = []
        self._applied: set[str] = set()
        self._clocks_changed = False

    # What the case knows -------------------------------------------------------------------------

    @cached_property
    def barred(self) -> frozenset[int]:
        """People complained about: they never handle, judge, approve or revisit (domain.md 2).

        They themselves: a conflicted role falls to its deputy, then to the next one up (domain.md 1).
        """
        people = Respondent.objects.filter(complaint=self.row.pk, user__isnull=False)
        return frozenset(people.values_list("user_id", flat=True))

    @cached_property
    def situation(self) -> Situation:
        """The case as this act found it, for the rules of its move."""
        held = self.stand_ins.permissions_of(self.by) if self.by else None
        return situation_of(
            self.row, self.roles, held, self.at, policy=lambda: self.policy, clocks=lambda: self._clocks,
            cycle=lambda: self.cycle, barred=lambda: self.barred, stand_ins=lambda: self.stand_ins,
        )  # fmt: skip

    @cached_property
    def readers(self) -> CaseReaders:
        """Who may read the case."""
        return CaseReaders(self.row, self.stand_ins)

    @cached_property
    def stand_ins(self) -> StandIns:
        # What was done earlier is written down by whoever may today, and today's people are told of it.
        return StandIns.load(self.recorded_at, [self.row.estate])

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_of(self.row.estate, self.policy)

    @cached_property
    def policy_version(self) -> PolicyVersion:
        return current_policy()

    @property
    def policy(self) -> Policy:
        return self.policy_version.policy

    @cached_property
    def cycle(self) -> Cycle:
        return Cycle.objects.get(complaint=self.row, number=self.row.cycle_number)

    @cached_property
    def running(self) -> dict[ClockKind, Clock]:
        """Running clocks, locked: the sweep leaves them alone until this act has ended.

        Several follow-ups run at once; theirs are in `following`.
        """
        return {ClockKind(clock.kind): clock for clock in self._clocks if clock.follow_up_id is None}

    @cached_property
    def following(self) -> dict[int, Clock]:
        """The running clocks of follow-ups, by follow-up; locked as the others are."""
        return {clock.follow_up_id: clock for clock in self._clocks if clock.follow_up_id}

    @cached_property
    def _clocks(self) -> list[Clock]:
        clocks = Clock.objects.running().filter(complaint=self.row)
        return list(clocks.select_for_update(no_key=True).order_by("pk"))

    @cached_property
    def past(self) -> dict[str, list[dict[str, Any]]]:
        """The parameters of the entries before this act, by kind."""
        found: dict[str, list[dict[str, Any]]] = {}
        for kind, params in Event.objects.filter(complaint=self.row).values_list("kind", "params"):
            found.setdefault(kind, []).append(params)
        return found

    # What the act does ---------------------------------------------------------------------------

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)
        self._changes |= changes

    @property
    def changed(self) -> frozenset[str]:
        """The columns this act has changed so far."""
        return frozenset(self._changes)

    @property
    def recorded_kinds(self) -> frozenset[str]:
        """The kinds of this act's entries so far."""
        return frozenset(event.kind for event in self._events)

    def set_cycle(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.cycle, name, value)
        self.cycle.save(update_fields=list(changes))

    # Its clocks -----------------------------------------------------------------------------------

    def apply_clocks(self, step: str, *, start: datetime | None = None, follow_up: int = 0) -> None:
        """Stop and start what a step stops and starts: the table of `clocks` alone says what that is.

        An act calls this only for what its facts decide; the row of its verb is applied when it is kept,
        unless the act has done so for a reason of its own. `start`: the moment its clocks count from, where
        that is not the act's. `follow_up`: whose clock ends, where only one of them does.
        """
        self._applied.add(step)
        stops, starts = STEPS[step]
        self.stop(stops, follow_up=follow_up)
        self.start(starts, start=start)

    def start(self, kinds: Collection[ClockKind], *, start: datetime | None = None) -> None:
        """Start the clocks that apply and do not run yet, but those that a lead case owns for this one."""
        if not kinds:
            return
        start = start or self.at
        if self._lead_works():
            kinds = [kind for kind in kinds if kind not in BY_THE_LEAD]
        missing = [kind for kind in kinds if kind not in self.running]
        times = when_due(missing, self.row.facts, start, self.policy, self.calendar)
        clocks = start_clocks(
            self.row, self.cycle, times, start, self.policy_version, written_at=self.recorded_at
        )
        self.running.update(clocks)
        self._clocks_changed = True

    def _lead_works(self) -> bool:
        """Whether a lead case owns the clocks of this one's work: until it is replied to or closed."""
        lead = self.row.lead_id
        working = Complaint.objects.open().exclude(status=Status.REPLIED)
        return lead is not None and working.filter(pk=lead).exists()

    def begin(self, step: str, *clocks: Clock) -> None:
        """Clocks that the act has written itself, with a time or owner of their own, run from now on."""
        for clock in clocks:
            kind = ClockKind(clock.kind)
            if kind not in STEPS[step].starts:
                raise ValueError(f"{step!r} starts no clock {kind!r}.")
            if clock.follow_up_id:
                self.following[clock.follow_up_id] = clock
            else:
                self.running[kind] = clock
        self._clocks_changed = True

    def check_began(self, *steps: str) -> None:
        """Refuse a moment before the clocks of a step began: it cannot answer what they wait for."""
        kinds = [kind for step in steps for kind in STEPS[step].stops]
        waiting = [self.running[kind].started_at for kind in kinds if kind in self.running]
        if waiting and self.at < (began := max(waiting)):
            raise Refused(
                _("That lies before %(moment)s, when the time for it began.")
                % {"moment": moment(began, self.row.estate.zone)},
                field="done_at",
            )

    def stop(self, kinds: Collection[ClockKind], *, follow_up: int = 0) -> None:
        """Stop the running clocks of these kinds; what has not fired by then never fires.

        Of the follow-ups only `follow_up` where one is named. Requests for more time on them can no longer
        be decided, and are withdrawn.
        """
        stopped = [self.running.pop(kind) for kind in kinds if kind in self.running]
        if ClockKind.FOLLOW_UP in kinds:
            ended = [follow_up] if follow_up else list(self.following)
            stopped += [self.following.pop(pk) for pk in ended if pk in self.following]
        if stopped:
            self.lapsed += stop_clocks(stopped, at=self.at, recorded_at=self.recorded_at, by=self.by)
            self.stopped += stopped
            self._clocks_changed = True

    def revise(self, clock: Clock, timing: Timing, **changes: Any) -> None:
        """Give a clock a new due time with levels of its own; the old ones that wait are cancelled."""
        revise_clock(clock, timing, recorded_at=self.recorded_at, **changes)
        self._clocks_changed = True

    # What the act says -------------------------------------------------------------------------------

    def record(
        self,
        kind: str,
        note: str = "",
        *,
        owner_sees: bool = False,
        by_rule: bool = False,
        at: datetime | None = None,
        **params: Any,
    ) -> None:
        """One line of the timeline; parameters are codes, ids and ISO times, never a customer's data.

        `by_rule`: the act set off a rule of ours, which did this at `at`. Raises Refused where the
        customer would read what is not said to him.
        """
        by_rule = by_rule or self.by_rule
        self._events.append(
            Event(
                complaint=self.row,
                at=at or self.at,
                recorded_at=self.recorded_at,
                actor=None if by_rule else self.by,
                by_customer=self.by is None and not by_rule,
                kind=kind,
                params=params,
                note=note.strip(),
                owner_sees=owner_sees,
            )
        )
        self._words.weigh(self._events[-1])

    def notify(
        self,
        people: Iterable[User | None],
        kind: str,
        *,
        even_absent: bool = False,
        even_himself: bool = False,
        **params: Any,
    ) -> list[User]:
        """Notify people, the deputy for the absent; never one complained about. Who is told by that.

        Who is absent without a deputy finds it when he is back; `even_absent`: nobody can stand in. Who acts
        knows what he did; `even_himself`: what he is asked for besides.
        """
        readers: list[User] = []
        for person in filter(None, people):
            stand_in = [] if even_absent else self.stand_ins.present([person], self.barred)
            readers += stand_in or [person]
        told = []
        for reader in dict.fromkeys(readers):
            asked = even_himself or reader != self.by
            if asked and reader.pk not in self.barred and self.readers.reads(reader.pk):
                self._notices.append(notifications.Notice(reader, kind, self.row, params))
                told.append(reader)
        return told

    def notify_approvers(
        self, role: Role, people: Collection[User], but: int, kind: str, **params: Any
    ) -> None:
        """Tell those who decide for `role` on what `but` asks; the administrators where there is nobody."""
        self.notify(people, kind, approver=role, asked_by=but, **params)
        if not people:
            event, notices = notifications.unreached(
                self.row, "undecided", [role], self.stand_ins.administrators(self.row.estate_id),
                at=self.at, recorded_at=self.recorded_at, but=[but],
            )  # fmt: skip
            self._events.append(event)
            self._notices += notices

    def settle(self, role: Role, *kinds: str, **what: Any) -> None:
        """What the holders of `role` and those above were asked for is decided: it waits for nobody."""
        steps = [self.stand_ins.holders(step, self.row.estate_id) for step in ladder(role)]
        people = {person for step in steps for person in [*step, *self.stand_ins.present(step)]}
        notifications.settle(self.row, kinds, people, at=self.recorded_at, **what)

    def reach(self, role: Role, *, barred: Collection[int] = (), outside: bool = False) -> list[User]:
        """Who is reached for a role on this case: deputy, then the next role up.

        `outside`: to be named on a restricted case, and so let into its circle by that.
        """
        without_access = frozenset() if outside else self.readers.without_access
        return self.stand_ins.reach(
            role,
            self.row.estate_id,
            department=self.row.department_id,
            barred=self.barred | without_access | frozenset(barred),
        )[1]

    def why_alone(self, verb: str, alone_because: str) -> dict[str, Any]:
        """Why whoever was involved himself does it, where nobody else can: the parameters for the event."""
        return {} if self.situation.other(verb).is_free else alone_params(alone_because)

    def commit(self, *, text_later: bool = False) -> Complaint:
        """Write everything down: columns, versions, events, messages; and what follows from the act.

        `text_later`: whoever calls texts the customer (`write_to_customer`) when more of it is known.
        """
        if self.verb in BY_VERB.keys() - self._applied:
            self.apply_clocks(self.verb)
        for follow in self.consequences:
            follow(self)
        if self._clocks_changed:
            clocks = [*self.running.values(), *self.following.values()]
            nearest = min(clocks, key=lambda clock: clock.due_at, default=None)
            self.set(
                next_due_at=nearest.due_at if nearest else None,
                next_due_kind=nearest.kind if nearest else "",
            )
        if self._changes:
            # A rule takes nobody's edit away: the version counts what people change.
            self.row.version += not self.by_rule
            self.row._history_user = self.by
            self.row._history_date = self.row.changed_at = self.recorded_at
            self.row.save(update_fields=[*self._changes, "version", "changed_at"])
        for follow in self.when_written:
            follow(self)
        write(*self._events)
        self._words.keep(self.roles)
        # Whoever tells has said what happened: the first entry names what the notices come from.
        source = f"e{self._events[0].pk}" if self._notices else ""
        notifications.write(self._notices, at=self.recorded_at, source=source)
        if not text_later:
            self.write_to_customer()
        return self.row

    def write_to_customer(self, promised: Callable[[], Iterable[Promise]] = tuple) -> None:
        """Text him what this act has said, with what is `promised` to him where the message names that."""
        notifications.write_to_customer(self.row, self._events, at=self.recorded_at, promised=promised)
