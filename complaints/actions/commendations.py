"""Good handling 通报表扬: proposed by hand, worded, approved, published, withdrawn (A5, A10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import commendations as rules
from complaints import notifications
from complaints.actions.another_person import need_another
from complaints.actions.commendation_rows import (
    HeldCommendation,
    fault_in,
    known_to,
    nameless,
    names_somebody,
    notices,
    refusal_of,
    save,
)
from complaints.actions.commendations_waiting import reminder
from complaints.actions.portal_notes import notes_for
from complaints.actions.visibility import others_as
from complaints.commendations import FOUNDERS, LONGEST, Reach, State, Why, source_of
from complaints.models import Commendation, CommendationEntry, Complaint, ContactNote
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import Department, Estate, User
from staff.permissions import Permissions, permissions_of
from staff.roles import Role
from staff.stand_ins import StandIns

# Beginning ------------------------------------------------------------------------------------------------


def may_propose(person: Permissions, estate: int) -> bool:
    """Whether somebody proposes by hand in an estate: supervisors and managers."""
    return not person.is_contractor and bool(FOUNDERS & person.roles_at(estate))


@transaction.atomic
def propose(
    *,
    complaint: Complaint | None = None,
    note: ContactNote | None = None,
    person: User,
    department: Department | None = None,
    because: str,
    reach: str = Reach.ESTATE,
    by: User,
    at: datetime,
) -> Commendation:
    """Propose somebody by hand, for a case or for a note of praise; why is said."""
    source = complaint or note
    if source is None:
        raise Refused(_("Name the case, or the note of praise."))
    estate = source.estate
    his = permissions_of(by, at)
    _may(his, estate, person, complaint, note)
    if reach not in Reach.values:
        raise Refused(_("Choose one."), field="reach")
    said = _worded(because, _("Say what he did well."), "because")
    key = source_of("case", complaint.pk) if complaint else source_of("note", source.pk)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two hands at once: the second is refused
    if there := Commendation.objects.filter(person=person, source=key, estate=estate).first():
        sentence = _("%(name)s is commended for it already: %(number)s.")
        if there.state == State.DECLINED:
            sentence = _("It was turned down to commend %(name)s for it: %(number)s.")
        raise Refused(sentence % {"name": person, "number": there.number})
    row = Commendation(
        estate=estate, person=person, department=department, why=Why.HAND, source=key, complaint=complaint,
        note=note, facts={"proposer": by.name}, because=said, reach=reach, proposed_at=at, proposed_by=by,
        remind_at=reminder(estate, at),
    )  # fmt: skip
    _check_names(row, said, "because")  # it stands in the history, where nothing is erased
    row.words = nameless(said, known_to(row), person)
    save(row, by, at)
    entry = CommendationEntry.objects.create(commendation=row, at=at, actor=by, kind="begun", note=said)
    stand_ins = StandIns.load(at, [estate])
    people = stand_ins.reach(rules.asked(reach), estate.pk, barred=[person.pk, by.pk])[1]
    notifications.write(notices(row, people, "commendation_proposed"), at=at, source=f"tb{row.pk}:{entry.pk}")
    return row


def _may(
    his: Permissions, estate: Estate, person: User, complaint: Complaint | None, note: ContactNote | None
) -> None:
    if not may_propose(his, estate.pk):
        raise WrongPerson(_("A commendation is proposed by: %(who)s.") % {"who": rules.in_words(FOUNDERS)})
    if person == his.user:
        raise WrongPerson(_("Nobody has a hand in a commendation of himself."), field="person")
    if note and (note.kind != ContactNote.Kind.PRAISE or not notes_for(his).filter(pk=note.pk).exists()):
        raise Refused(_("This is no note of praise."))
    if complaint is None:
        return
    if not Complaint.objects.visible_to(his).filter(pk=complaint.pk).exists():
        raise Refused(_("You do not read this case."))
    if fault := fault_in(complaint, person):
        raise fault


# Words, decision, publishing ------------------------------------------------------------------------------


@transaction.atomic
def edit(row: Commendation, *, version: int, words: str, reach: str, by: User, at: datetime) -> Commendation:
    """What is published, in words that name nobody but him, and how far it goes.

    What was approved already waits for a decision again. `version`: the one that was read.
    """
    held = HeldCommendation(row, "edit", by=by, at=at, version=version)
    said = _worded(words, _("Say what is published."), "words")
    if reach not in Reach.values:
        raise Refused(_("Choose one."), field="reach")
    _check_names(held.row, said)
    if (said, reach) == (held.row.words, held.row.reach):
        raise Refused(_("Nothing was changed."))
    asks = held.row.state == State.APPROVED or reach != held.row.reach
    held.set(
        words=said, reach=reach, version=held.row.version + 1, state=State.PROPOSED,
        approved_at=None, approved_by=None,
    )  # fmt: skip
    held.record("edited")
    if asks:
        held.set(remind_at=reminder(held.row.estate, at))
        held.ask()
    return held.commit()


def _check_names(row: Commendation, words: str, field: str = "words") -> None:
    """Nobody but him is named: the rule of what owners read (`public_words`). Raises Refused at the field."""
    if name := names_somebody(words, known_to(row), row.person):
        raise Refused(
            _("“%(name)s” tells who it is. Write it without names, rooms and phones.") % {"name": name},
            field=field,
        )


@transaction.atomic
def approve(row: Commendation, *, version: int, note: str = "", by: User, at: datetime) -> Commendation:
    """Decided by whom its reach says, never by him nor by who has proposed it."""
    held = HeldCommendation(row, "approve", by=by, at=at, version=version)
    if not held.row.words.strip():
        raise Refused(_("Write first what is published."))
    _check_names(held.row, held.row.words)
    held.set(state=State.APPROVED, approved_at=at, approved_by=by, remind_at=reminder(held.row.estate, at))
    held.record("approved", _short(note))
    held.notify([held.row.proposed_by, *held.reach(Role.SUPERVISOR)], "commendation_approved")
    return held.commit()


@transaction.atomic
def publish(row: Commendation, *, by: User, at: datetime) -> Commendation:
    """Everybody of its reach reads it from now on, and he is told."""
    held = HeldCommendation(row, "publish", by=by, at=at)
    _check_names(held.row, held.row.words)  # somebody may have come to the case meanwhile
    held.set(state=State.PUBLISHED, published_at=at, published_by=by, remind_at=None)
    held.record("published")
    held.tell_praised("commendation_published")
    return held.commit()


@transaction.atomic
def decline(row: Commendation, *, note: str, by: User, at: datetime) -> Commendation:
    """Not commended, with the reason; it is not proposed again."""
    held = HeldCommendation(row, "decline", by=by, at=at)
    because = _worded(note, _("Say why not."), "note")
    held.set(
        state=State.DECLINED, declined_because=because, approved_at=None, approved_by=None, remind_at=None
    )
    held.record("declined", because)
    held.notify([held.row.proposed_by], "commendation_declined")
    return held.commit()


@transaction.atomic
def withdraw(
    row: Commendation, *, note: str, alone_because: str = "", by: User, at: datetime
) -> Commendation:
    """Published wrongly: it stays readable with the mark and the reason, and counts no more.

    By another person than approved and published it; where there is none, he says why he does it himself.
    """
    held = HeldCommendation(row, "withdraw", by=by, at=at)
    because = _worded(note, _("Say why it is withdrawn."), "note")
    _check_names(held.row, because, "note")  # everybody reads it too
    involved = {pk for pk in (held.row.approved_by_id, held.row.published_by_id) if pk}
    alone = need_another(by, involved, lambda: _others(held, involved), alone_because)
    held.set(
        state=State.WITHDRAWN, withdrawn_at=at, withdrawn_by=by, withdrawn_because=because,
        alone_because=alone.get("alone_because", "")[:500],
    )  # fmt: skip
    held.record("withdrawn", because)
    held.tell_praised("commendation_withdrawn")
    held.notify([held.row.approved_by, held.row.published_by], "commendation_withdrawn")
    return held.commit()


def _others(held: HeldCommendation, but: set[int]) -> list[User]:
    """Who else may withdraw it."""
    roles = sorted(rules.who("withdraw", held.row.reach), key=list(Role).index)
    there = others_as(roles, held.stand_ins, held.row.estate_id, but | {held.row.person_id})
    return [one for one in there if refusal_of(held.row, "withdraw", permissions_of(one, held.at)) is None]


def _worded(text: str, sentence: str, field: str) -> str:
    if not text.strip():
        raise Refused(sentence, field=field)
    return _short(text, field)


def _short(text: str, field: str = "note") -> str:
    if len(text.strip()) > LONGEST:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST}, field=field)
    return text.strip()
