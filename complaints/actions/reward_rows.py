"""A reward or penalty held for one act: locked, its rule asked, changed, written with entry and messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from complaints import notifications
from complaints import rewards as rules
from complaints.models import Complaint, Cycle, Event, Respondent, Reward, RewardEntry
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.stand_ins import StandIns

#: What is read with one that is held.
ABOUT = ("estate", "person", "complaint", "commendation", "decided_by", "cancelled_by")
#: Whoever did one of these said whether the complaint is upheld.
JUDGED = (
    "classified", "invalid_proposed", "referred", "invalid_confirmed", "invalid_rejected",
    "judgement_overtaken",
)  # fmt: skip


def hands_in(rows: Collection[Reward]) -> dict[int, set[int]]:
    """By row, who does not decide on it: whom it concerns, who took the case or worked on it, who judged it,
    whom else it is about; who proposed and approved the commendation. Three queries.
    """
    cases = {row.complaint_id for row in rows if row.complaint_id}
    found: dict[int, set[int]] = defaultdict(set)
    for rows_of_case in (
        Cycle.objects.filter(complaint__in=cases, handled_by__isnull=False).values_list(
            "complaint", "handled_by"
        ),
        Event.objects.filter(complaint__in=cases, kind__in=JUDGED, actor__isnull=False).values_list(
            "complaint", "actor"
        ),
        Respondent.objects.filter(complaint__in=cases, user__isnull=False).values_list("complaint", "user"),
    ):
        for case, person in rows_of_case.distinct():
            found[case].add(person)
    hands = {}
    for row in rows:
        people: set[Any] = {row.person_id}
        if row.complaint:
            people |= {row.complaint.handler_id, row.complaint.first_receiver_id, *found[row.complaint.pk]}
        if row.commendation:
            people |= {row.commendation.proposed_by_id, row.commendation.approved_by_id}
        hands[row.pk] = {pk for pk in people if pk}
    return hands


def reads_case(row: Reward, person: Permissions) -> bool:
    """Whether he reads the case it is for; so does everybody where there is none."""
    key = row.complaint_id
    return key is None or Complaint.objects.visible_to(person).filter(pk=key).exists()


def _asked_by(row: Reward, person: Permissions) -> dict[str, Any]:
    """What the rule asks of a row and of whoever acts."""
    ground = Reward.objects.with_ground().values_list("ground", flat=True).get(pk=row.pk)
    return {
        "state": row.state,
        "approver": row.approver_role,
        "roles": frozenset() if person.is_contractor else person.roles_at(row.estate_id),
        "own": row.person_id == person.user.pk,
        "hand": person.user.pk in hands_in([row])[row.pk],
        "ground": ground,
    }


def refusal_of(row: Reward, verb: str, person: Permissions) -> Refused | None:
    """Why this person cannot do it now: the one answer for act and page."""
    if fault := rules.refusal(verb, **_asked_by(row, person)):
        return fault
    return None if reads_case(row, person) else WrongPerson(_("You do not read this case."))


def acts_on(row: Reward, person: Permissions) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    found = rules.possible(**_asked_by(row, person))
    return found if found and reads_case(row, person) else []


class HeldReward:
    """One locked row. Raises a Refused before anything is written."""

    def __init__(self, row: Reward, verb: str, *, by: User, at: datetime) -> None:
        self.row = (
            Reward.objects.select_for_update(no_key=True, of=("self",)).select_related(*ABOUT).get(pk=row.pk)
        )
        self.by, self.at = by, at
        self._notices: list[notifications.Notice] = []
        self._entry: RewardEntry | None = None
        if fault := refusal_of(self.row, verb, permissions_of(by, at)):
            raise fault

    @cached_property
    def stand_ins(self) -> StandIns:
        return StandIns.load(self.at, [self.row.estate])

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def record(self, kind: str, note: str = "", **params: Any) -> None:
        """Its entry. Parameters are codes and figures."""
        self._entry = RewardEntry(
            reward=self.row, at=self.at, actor=self.by, kind=kind, params=params, note=note.strip()
        )

    def notify(self, people: Iterable[User | None], kind: str) -> None:
        """Tell people, the deputy for the absent; whoever acts knows what he did."""
        present = self.stand_ins.present([one for one in people if one], barred=[self.row.person_id])
        self._notices += notices(self.row, [one for one in present if one != self.by], kind)

    def tell_him(self, kind: str) -> None:
        """Whom it concerns, and nobody in his place: it is his, wherever he is."""
        if self.row.person.is_active:
            self._notices += notices(self.row, [self.row.person], kind)

    def commit(self) -> Reward:
        """The row with its version; then entry and messages."""
        self.row._history_user, self.row._history_date = self.by, self.at
        self.row.save()
        if self._entry:
            self._entry.save()
        key = self._entry.pk if self._entry else f"{self.at:%Y%m%d%H%M%S%f}"
        notifications.write(self._notices, at=self.at, source=f"jc{self.row.pk}:{key}")
        return self.row


def notices(row: Reward, people: Iterable[User], kind: str) -> list[notifications.Notice]:
    """The messages about one: of no case, and without a name, so that they can be read over a shoulder."""
    estate = row.estate
    said = {"reward": row.pk, "jc": row.number, "estate": estate.name, "zone": estate.zone.key}
    return [notifications.Notice(person, kind, None, said) for person in people]
