"""One speaker 总指挥: on a case that has one, nobody else's answers go out (统一指挥，不令出多门; G10).

Asked by every act that speaks to customer or media, and by the buttons. His deputy speaks for the absent;
where he has left or nobody stands in, the managers who may name another one do.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.unit_of_work import UnitOfWork
from complaints.conditions import VOICE
from complaints.models import Complaint
from config.framework.refusals import Refused
from staff.models import User
from staff.roles import MANAGERS, Role
from staff.stand_ins import StandIns


def check_voice(case: UnitOfWork) -> None:
    """Refuse what anybody but the speaker wants to tell customer or media on a case that has one."""
    VOICE.check(case.situation)


def candidates(stand_ins: StandIns, row: Complaint, barred: Collection[int]) -> list[User]:
    """Who can be named: the people on the case, the managers of its estate, the head of its department.

    `barred`: those complained about, and those who may not read a restricted case.
    """
    found = [row.first_receiver, row.handler, row.accountable]
    for role in Role:
        if role in MANAGERS:
            found += stand_ins.holders(role, row.estate_id)
    return [one for one in dict.fromkeys(filter(None, found)) if one.is_active and one.pk not in barred]


@transaction.atomic
def name_speaker(
    complaint: Complaint, *, person: User | None, note: str = "", by: User, at: datetime
) -> Complaint:
    """From now on this one speaks for us; another one, or none (`person` None), with the reason.

    The members of a collective complaint have the lead's.
    """
    case = UnitOfWork(complaint, "name_speaker", by=by, at=at)
    row = case.row
    before = row.speaker
    if person == before:
        raise Refused(
            _("%(name)s is already the speaker.") % {"name": person}
            if person
            else _("This case has no speaker."),
            field="person",
        )
    if before and not note.strip():
        raise Refused(_("Say why the speaker changes."), field="note")
    if person and person not in candidates(case.stand_ins, row, case.barred | case.readers.without_access):
        raise Refused(
            _("%(name)s has no part in this case and cannot speak on it.") % {"name": person}, field="person"
        )
    case.set(speaker=person)
    _record_speaker(case, before, note)
    kind = "speaker_named" if person else "speaker_ended"
    case.notify([person, before, row.first_receiver, row.handler], kind, **_who(person, before))
    case.commit()
    for member in row.members.open().order_by("pk"):
        of_member = UnitOfWork(member, None, by=None, at=at)
        follow_speaker(of_member, person, note)
        of_member.commit()
    return case.row


def follow_speaker(member: UnitOfWork, speaker: User | None, note: str = "") -> None:
    """A member's customers hear the lead's speaker, for as long as it is one."""
    before = member.row.speaker
    if before != speaker:
        member.set(speaker=speaker)
        _record_speaker(member, before, note)


def _record_speaker(case: UnitOfWork, before: User | None, note: str) -> None:
    person = case.row.speaker
    kind = "speaker_ended" if person is None else "speaker_changed" if before else "speaker_named"
    case.record(kind, note, owner_sees=person is not None, **_who(person, before))


def _who(person: User | None, before: User | None) -> dict[str, Any]:
    found: dict[str, Any] = {"person": person.pk} if person else {}
    return found | ({"from_person": before.pk} if before else {})
