"""我要反映: what an owner has said on the portal becomes a complaint or a note, once (domain.md 2 and 7).

A complaint is taken through the same core as at the desk, with the channel's clocks, and waits to be claimed:
whoever claims it is its first receiver. Until then it is the supervisor's, or the next one's up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.actions import (
    files,
    portal_access,
    portal_drafts,
    portal_limits,
    portal_notes,
    portal_phones,
    posters,
)
from complaints.actions.arrivals import told_of_new
from complaints.actions.closing import reopen
from complaints.actions.current_policy import current_policy
from complaints.actions.danger_question import words_of_danger
from complaints.actions.edits import chase
from complaints.actions.grade_at_intake import announce
from complaints.actions.intake import Intake, Person, faults, write_case
from complaints.actions.portal_limits import DAY, Cap
from complaints.actions.portal_own_cases import cases_of
from complaints.actions.promises import promises_to
from complaints.actions.unit_of_work import UnitOfWork
from complaints.channels.customers import link_token
from complaints.models import (
    Complainant,
    Complaint,
    ContactNote,
    NoteLink,
    PortalDraft,
    PostedPlace,
    ReceiptLink,
)
from complaints.policy import Channel, Policy, Severity
from complaints.portal_words import LONGEST_PLACE, NEEDS_PLACE, Said, same_words
from config.framework.bulk_insert import write
from config.framework.refusals import Refused
from owners.models import Building, Occupancy, Owner, Unit
from owners.names import clean_line, clean_name, name_key
from staff.estates import ended
from staff.models import Estate, User
from staff.roles import Role, ladder
from staff.stand_ins import StandIns

#: As many of his own cases are offered when he complains again.
MOST_OFFERED = 6
#: What he does with one of them instead of a new complaint.
INSTEAD: dict[str, Callable[..., Complaint]] = {"chase": chase, "reopen": reopen}


def receipt_token(secret: str) -> str:
    """The secret of the receipt's link, worked out from the browser's and never stored."""
    return link_token(f"draft {secret}")


@transaction.atomic
def send(secret: str, *, network: str, at: datetime) -> PortalDraft:
    """Take what the draft says; what is sent twice is taken once. The row says what came of it.

    Raises Refused with the question it is about as `field`, and TooMuch when a limit holds: nothing of what
    was typed is lost then.
    """
    draft = portal_drafts.of_browser(secret, at=at)
    if draft is None:
        raise Refused(_("What was typed here is no longer kept. Begin again."))
    try:
        row = portal_drafts.hold(draft)
    except portal_drafts.AlreadySent:  # by this browser: here is what came of it
        return PortalDraft.objects.select_related("estate", "complaint__estate", "note__estate").get(
            pk=draft.pk
        )
    if row.estate is None:
        raise Refused(_("Choose your estate."), field="estate")
    _check(row, row.estate, at)
    _count(row, network, at)
    token = portal_access.digest(receipt_token(secret))
    poster = posters.place_of(row.said, row.estate)
    if row.said["kind"] == Said.COMPLAINT:
        row.complaint = _known(row, row.estate, at) or _complaint(row, row.estate, poster, at)
        write(ReceiptLink(complaint=row.complaint, token_sha256=token, created_at=at))
    else:
        row.note = _note(row, row.estate, at)
        write(NoteLink(note=row.note, token_sha256=token, created_at=at))
    posters.keep_source(poster, complaint=row.complaint, note=row.note, at=at)
    row.sent_at = row.touched_at = at
    row.said = {}  # it stands on the case now; here is no second copy to erase
    row.save(update_fields=["complaint", "note", "sent_at", "touched_at", "said"])
    row.codes.all().delete()
    return row


def _check(row: PortalDraft, estate: Estate, at: datetime) -> None:
    said = row.said
    if sentence := ended(estate, at):
        raise Refused(sentence, field="estate")
    if said.get("kind") not in Said.values:
        raise Refused(_("Choose what it is."), field="kind")
    if not str(said.get("words", "")).strip():
        raise Refused(_("Say what happened."), field="words")
    if said["kind"] in NEEDS_PLACE and not _where(said):
        raise Refused(_("Say where it is."), field="where")
    if "who" not in said:
        raise Refused(_("Give your name and phone, or choose to stay anonymous."), field="who")
    phone = said.get("phone", "")
    if portal_phones.can_be_shown(phone) and said.get("verified") != phone:
        raise Refused(_("Show by the code that it is your phone."), field="code")


# Limits ----------------------------------------------------------------------------------------------


def _caps(row: PortalDraft, network: str) -> dict[str, Cap]:
    """What counts one more with this draft, by its name in the rules."""
    most: dict[str, int] = current_policy().policy.data["portal"]
    said, phone = row.said, portal_access.plain(row.said.get("phone", ""))
    words = f"{same_words(_where(said))} {same_words(said['words'])}"
    asked = {
        "identical": f"{phone or network} {row.estate_id} {words}",
        "a_phone": phone,
        "a_network": network,
        "everybody": "everybody",
    }
    return {
        name: Cap(f"report {name}", value, ((DAY, most[name]),)) for name, value in asked.items() if value
    }


def sent_before(row: PortalDraft, *, network: str, at: datetime) -> bool:
    """Whether the same words about the same place came from this phone or network within a day.

    He is asked then, and shown nothing of it: it may have been a neighbour.
    """
    return portal_limits.used(_caps(row, network)["identical"], at=at) > 0


def _count(row: PortalDraft, network: str, at: datetime) -> None:
    """Raises TooMuch with a sentence, the same page and everything typed."""
    full = portal_limits.count(list(_caps(row, network).values()), at=at)
    if full is None:
        return
    sentence = {
        "report identical": _("You have sent the same today already. We have it, and you hear from us."),
        "report a_phone": _("As much as can be sent with one phone in a day has been sent with yours."),
        "report a_network": _("Very much has been sent from your network today."),
    }.get(full.name, _("Very much is being sent to us at this moment."))
    raise portal_drafts.TooMuch(
        _("%(why)s What you typed stays here for seven days. If it cannot wait, call us.") % {"why": sentence}
    )


# A complaint -----------------------------------------------------------------------------------------


def own_cases(row: PortalDraft, *, at: datetime) -> list[Complaint]:
    """His own cases, by the phone he has shown to be his: open, or closed lately enough to be reopened.

    By the rule of 我的投诉 (`portal_own_cases`). Never anybody else's: without a code there are none.
    """
    phone = row.said.get("verified")
    if not phone or row.estate_id is None or row.said.get("kind") != Said.COMPLAINT:
        return []
    return list(_own(row, at, current_policy().policy).order_by("-received_at", "-pk")[:MOST_OFFERED])


def _own(row: PortalDraft, at: datetime, policy: Policy) -> Any:
    lately = Q(closed_at=None) | Q(closed_at__gt=at - min(policy.reopen_window, policy.shown_for))
    mine = cases_of(row.said["verified"], row.estate_id or 0, at=at, policy=policy)
    return mine.filter(lately).select_related("estate", "unit", "building")


def _known(row: PortalDraft, estate: Estate, at: datetime) -> Complaint | None:
    """The case of his it is about, chased or opened again with his words and photos; None: a new matter."""
    verb, _colon, number = str(row.said.get("same", "")).partition(":")
    if verb not in INSTEAD or not row.said.get("verified"):
        return None
    case = _own(row, at, current_policy().policy).filter(number=number).first()
    if case is None:
        raise Refused(_("The case you chose is no longer there. Choose again."), field="same")
    case = INSTEAD[verb](case, note=row.said["words"], by=None, at=at)
    if count := files.take_from_draft(row, complaint=case, note=None):
        held = UnitOfWork(case, "attach", by=None, at=at)
        held.record("attached", owner_sees=True, count=count)
        case = held.commit()
    return case


def _complaint(row: PortalDraft, estate: Estate, poster: PostedPlace | None, at: datetime) -> Complaint:
    said, (unit, building, words) = row.said, _place(row.said, estate)
    intake = Intake(
        estate=estate,
        content=said["words"],
        person=_person(row, estate, unit, at),
        channel=Channel.PORTAL,
        unit=unit,
        building=building,
        place=words,
        facts={
            "remedy_asked": clean_line(said.get("remedy", ""))[:500],
            "identity_hidden": bool(said.get("hidden")),
        },
    )
    for fault in faults(intake, at):
        raise fault
    stand_ins = StandIns.load(at, [estate])
    receiver = _receiver(stand_ins, estate)
    case = write_case(intake, stand_ins, receiver, at, by=None, awaits_claim=True)
    by: dict[str, Any] = {"poster": poster.name} if poster else {}
    case.record("registered", owner_sees=True, channel=Channel.PORTAL, person=receiver.pk, waits=True, **by)
    danger = bool(words_of_danger(said["words"]))
    told = told_of_new(stand_ins, estate.pk, danger=danger)
    case.notify(told, "portal_danger" if danger else "portal_received", danger=danger)
    complaint = case.commit(text_later=True)
    files.take_from_draft(row, complaint=complaint, note=None)
    complaint = announce(complaint, asked=Severity.MINOR, joins=False, sure=False, at=at)
    case.write_to_customer(lambda: promises_to(Complaint.objects.get(pk=complaint.pk)))
    return complaint


def _receiver(stand_ins: StandIns, estate: Estate) -> User:
    """Who answers for it until the desk claims it: the supervisor, the next one up, else whoever is away."""
    found = stand_ins.reach(Role.SUPERVISOR, estate.pk)[1] or stand_ins.reach(Role.FRONT_DESK, estate.pk)[1]
    if not found:
        roles = (*ladder(Role.SUPERVISOR), Role.FRONT_DESK, Role.STEWARD, Role.DUTY_DESK)
        found = [one for role in roles for one in stand_ins.holders(role, estate.pk)]
    if not found:
        raise Refused(
            _("Nobody can take it here yet. What you typed stays here for seven days; call us meanwhile.")
        )
    return found[0]


def _person(row: PortalDraft, estate: Estate, unit: Unit | None, at: datetime) -> Person:
    said = row.said
    language = said.get("language", "zh-hans")
    if said["who"] == "anonymous":
        return Person(capacity=Complainant.Capacity.ANONYMOUS, language=language)
    owner = _owner(said, estate)
    homes = owner.occupancies.on(at.astimezone(estate.zone).date()) if owner else Occupancy.objects.none()
    here = sorted(homes, key=lambda home: (home.unit_id != (unit.pk if unit else 0), home.pk))
    capacity = here[0].capacity if here else Complainant.Capacity.OTHER
    return Person(
        name=said.get("name", ""),
        phone=said.get("phone", ""),
        capacity=capacity,
        language=language,
        owner=owner,
    )


def _owner(said: dict[str, Any], estate: Estate) -> Owner | None:
    """The one person of the register whose own phone it is and who is called so; a phone alone is no key."""
    if not said.get("verified"):
        return None
    called = Owner.objects.filter(estate=estate, name_key=name_key(clean_name(said.get("name", ""))))
    same = list(called.filter(phones__number=said["verified"], phones__is_own=True).distinct()[:2])
    return same[0] if len(same) == 1 else None


def _where(said: dict[str, Any]) -> str:
    """The place as he gave it, to be compared with another time."""
    return " ".join(
        str(said.get(name) or "") for name in ("where", "area", "unit", "building", "place")
    ).strip()


def _place(said: dict[str, Any], estate: Estate) -> tuple[Unit | None, Building | None, str]:
    """The place in the register as it is now; where it has gone from there, his words."""
    unit = Unit.objects.filter(estate=estate, pk=said.get("unit") or 0).select_related("building").first()
    building = Building.objects.filter(estate=estate, pk=said.get("building") or 0).first()
    words = str(said.get("place") or "")
    if said.get("unit") and unit is None:
        words = words or str(said.get("where") or "")
    return unit, building, clean_line(words)[:LONGEST_PLACE]


def place_in_words(row: PortalDraft) -> str:
    """The place as it will stand on the case. Two queries."""
    if row.estate is None:
        return ""
    unit, building, words = _place(row.said, row.estate)
    return " · ".join(part for part in (str(unit or ""), words) if part) or str(building or "")


# Everything else ---------------------------------------------------------------------------------------


def _note(row: PortalDraft, estate: Estate, at: datetime) -> ContactNote:
    said, (unit, building, words) = row.said, _place(row.said, estate)
    person = _person(row, estate, unit, at)
    note = ContactNote(
        estate=estate,
        kind=said["kind"],
        channel=Channel.PORTAL,
        owner=person.owner,
        name=clean_name(person.name),
        phone=person.phone,
        capacity=person.capacity,
        unit=unit,
        place=words or ("" if unit else str(building or "")),
        words=said["words"].strip(),
        taken_at=at,
        remind_at=portal_notes.first_reminder(estate, at),
    )
    write(note, by=None, at=at)
    files.take_from_draft(row, complaint=None, note=note)
    stand_ins = StandIns.load(at, [estate])
    portal_notes.tell_desk(note, stand_ins, at, danger=bool(words_of_danger(note.words)))
    return note
