"""A commendation held for one act: locked, its rule asked, changed, and written with entry and messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from complaints import commendations as rules
from complaints import notifications
from complaints.actions.public_people import known_of, known_of_note
from complaints.models import Commendation, CommendationEntry, Complaint, Respondent
from complaints.public_words import Known, named_in, outside, without_names
from complaints.statuses import Outcome, WrongPerson
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns

#: What is read with a commendation that is held.
ABOUT = ("estate", "person", "note__unit", "proposed_by", "approved_by", "published_by", "complaint")
#: Stands for whoever is praised while names are looked for: he alone may be named.
_PRAISED = "\ue000"


def asked_by(row: Commendation, person: Permissions) -> dict[str, Any]:
    """What the rule asks of a commendation and of whoever acts."""
    return {
        "state": row.state,
        "reach": row.reach,
        "roles": frozenset() if person.is_contractor else person.roles_at(row.estate_id),
        "praised": row.person_id == person.user.pk,
        "proposed": row.proposed_by_id == person.user.pk,
    }


def fault_in_case(case: Complaint) -> Refused | None:
    """Why nobody is commended for a case."""
    if case.restricted:
        return Refused(_("The case is restricted: nothing is published about it."))
    if case.outcome == Outcome.VOID:
        return Refused(_("The case is a wrong entry: nobody is commended for it."))
    return None


def fault_in(case: Complaint, praised: User) -> Refused | None:
    """Why he is not commended for this case."""
    if fault := fault_in_case(case):
        return fault
    if Respondent.objects.filter(complaint=case, user=praised).exists():
        return Refused(_("The case complains about %(name)s.") % {"name": praised}, field="person")
    return None


def _fault_now(row: Commendation, verb: str) -> Refused | None:
    """What has come to its case since it was proposed."""
    if verb not in ("approve", "publish") or row.complaint is None:
        return None
    return fault_in(row.complaint, row.person)


def refusal_of(row: Commendation, verb: str, person: Permissions) -> Refused | None:
    """Why this person cannot do it now: the one answer for act, page and API."""
    return rules.refusal(verb, **asked_by(row, person)) or _fault_now(row, verb)


def acts_on(row: Commendation, person: Permissions) -> list[str]:
    """What he may do about it now, as the acts themselves would say."""
    return [verb for verb in rules.possible(**asked_by(row, person)) if _fault_now(row, verb) is None]


def reads_case(row: Commendation, person: Permissions) -> bool:
    """Whether he reads the case it is for; so does everybody where there is none."""
    key = row.complaint_id
    return key is None or Complaint.objects.visible_to(person).filter(pk=key).exists()


class HeldCommendation:
    """One locked commendation. Raises a Refused before anything is written."""

    def __init__(
        self, row: Commendation, verb: str, *, by: User, at: datetime, version: int | None = None
    ) -> None:
        """`version`: the one that was read, where the act is about its words."""
        self.row = (
            Commendation.objects.select_for_update(no_key=True, of=("self",))
            .select_related(*ABOUT)
            .get(pk=row.pk)
        )
        self.by, self.at = by, at
        self._notices: list[notifications.Notice] = []
        self._entry: CommendationEntry | None = None
        his = permissions_of(by, at)
        if fault := refusal_of(self.row, verb, his):
            raise fault
        if not self.row.is_public and not reads_case(self.row, his):
            raise WrongPerson(_("You do not read this case."))
        if version is not None and version != self.row.version:
            raise Refused(_("Somebody else has edited it meanwhile. Read it as it is now."))

    @cached_property
    def stand_ins(self) -> StandIns:
        return StandIns.load(self.at, [self.row.estate])

    def set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.row, name, value)

    def record(self, kind: str, note: str = "", **params: Any) -> None:
        """Its entry. Parameters are codes, ids and ISO times."""
        self._entry = CommendationEntry(
            commendation=self.row, at=self.at, actor=self.by, kind=kind, params=params, note=note.strip()
        )

    def notify(self, people: Iterable[User | None], kind: str) -> None:
        """Tell people, the deputy for the absent; whoever acts knows what he did."""
        present = self.stand_ins.present([one for one in people if one])
        self._notices += notices(self.row, [one for one in present if one != self.by], kind)

    def reach(self, role: Role) -> list[User]:
        """Who answers for its estate as this; never whoever is praised."""
        return self.stand_ins.reach(role, self.row.estate_id, barred=[self.row.person_id])[1]

    def ask(self) -> None:
        """Whoever decides on it now; never whoever has proposed it."""
        barred = [pk for pk in (self.row.person_id, self.row.proposed_by_id) if pk]
        role = rules.asked(self.row.reach)
        self.notify(self.stand_ins.reach(role, self.row.estate_id, barred=barred)[1], "commendation_proposed")

    def tell_praised(self, kind: str) -> None:
        """Himself, and nobody in his place: it is his, wherever he is."""
        if self.row.person.is_active:
            self._notices += notices(self.row, [self.row.person], kind)

    def commit(self) -> Commendation:
        """The commendation with its version; then entry and messages."""
        save(self.row, self.by, self.at)
        if self._entry:
            self._entry.save()
        key = self._entry.pk if self._entry else f"{self.at:%Y%m%d%H%M%S%f}"
        notifications.write(self._notices, at=self.at, source=f"tb{self.row.pk}:{key}")
        return self.row


def save(row: Commendation, by: User | None, at: datetime) -> None:
    row._history_user, row._history_date = by, at
    row.save()


def notices(row: Commendation, people: Iterable[User], kind: str) -> list[notifications.Notice]:
    """The messages about a commendation; of no case, as whoever reads it need not know that."""
    estate = row.estate
    said = {"commendation": row.pk, "tb": row.number, "estate": estate.name, "zone": estate.zone.key}
    return [notifications.Notice(person, kind, None, said) for person in people]


# What names somebody --------------------------------------------------------------------------------------


def known_to(row: Commendation) -> Known:
    """Who must not be named in it: the people of its case, or of its note."""
    if row.complaint_id:
        return known_of([row.complaint_id])[row.complaint_id]
    return known_of_note(row.note) if row.note else Known.of(())


def _masked(text: str, known: Known, name: str) -> tuple[str, Known]:
    """Without the one who is praised, for whom another letter stands: he is named, nobody besides him."""
    if len(name) < 2:
        return text, known
    longer = [word for word in known.words if name in word and name != word]
    said = outside(text, name, longer, lambda found: _PRAISED * len(found))
    return said, Known(known.words - {name})


def names_somebody(text: str, known: Known, praised: User) -> str:
    """The first words that tell of anybody but him; empty where none do."""
    return _unmasked(named_in(*_masked(text, known, praised.name)), praised.name)


def _unmasked(text: str, name: str) -> str:
    return text.replace(_PRAISED * len(name), name) if len(name) > 1 else text


def nameless(text: str, known: Known, praised: User) -> str:
    """The text with everybody but him left out. Another person still reads it."""
    said = _unmasked(without_names(*_masked(text.strip(), known, praised.name)), praised.name)
    return said if len(said) <= rules.LONGEST else f"{said[: rules.LONGEST - 1].rstrip()}…"
