"""What people do to a due report: hand in, check, send back, sign, send, begin a new version, excuse.

The only writer of these acts; what happens by itself is `reports.calendar_beat`. Who may and what
follows what is the table `reports.duties.ACTS`. Each act locks the report, leaves a step with who, when
and why, and tells whose turn it is, in one transaction; a `Refused` leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints import notifications
from complaints.actions.another_person import need_another
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import issue
from reports.calendar_papers import Sent, keep, put_in_line
from reports.calendar_rules import duties
from reports.due_messages import notices
from reports.duties import ACTS, Act, DueState, Part, Rule, follows
from reports.duty_scopes import Place, has_part, holders, load_people, places, reached, readers
from reports.models import DueNotice, DuePaper, DueReader, DueReport, DueStep, IssuedReport, ReportDuty
from reports.public_drafts import check_fresh
from reports.readers import check_readable
from staff.models import User
from staff.permissions import Permissions, permissions_of
from staff.roles import ladder

LONGEST_TEXT = 8000


# One act --------------------------------------------------------------------------------------------


@dataclass
class Held:
    """A report locked for one act, and what is asked about it."""

    row: DueReport
    place: Place
    rule: Rule
    duty: ReportDuty | None
    by: User
    at: datetime

    def step(self, verb: str, note: str = "", **more: Any) -> DueStep:
        return DueStep.objects.create(
            due=self.row, at=self.at, verb=verb, by=self.by, note=note, paper=self.row.paper, **more
        )

    def tell(self, step: DueStep, kind: str, part: Part, **more: Any) -> None:
        people = holders(part, self.place, self.rule, self.duty, load_people(self.at, [self.place]))
        told = [person for person in people if person != self.by]
        some = notices(self.row, kind, told, from_person=self.by.pk, **more)
        notifications.write(some, at=self.at, source=f"due{step.pk}")


def acts_for(due: DueReport, place: Place, duty: ReportDuty | None, person: Permissions) -> list[Act]:
    """What this person may do now, in the order of the table: the buttons, and what `_hold` goes by."""
    return [
        act
        for act in ACTS.values()
        if follows(act, due.state, handed_in=due.prepared_at is not None, rule=due.rule)
        and any(has_part(part, place, due.rule, duty, person) for part in act.parts)
    ]


def _hold(due: DueReport, verb: str, note: str, by: User, at: datetime) -> Held:
    """Lock the report and see whether this person may do this now. Raises Refused."""
    row = DueReport.objects.select_for_update(no_key=True, of=("self",)).get(pk=due.pk)
    act, place = ACTS[verb], places().get(row.scope)
    duty = duties().get((row.kind, row.scope))
    if place is None:
        raise Refused(_("What this report is about is there no more."))
    rule = row.rule
    if not follows(act, row.state, handed_in=row.prepared_at is not None, rule=rule):
        raise Refused(
            _("“%(act)s” is not possible here: the report is “%(state)s” now.")
            % {"act": act.label, "state": row.get_state_display()}
        )
    person = permissions_of(by, at)
    if not any(has_part(part, place, rule, duty, person) for part in act.parts):
        roles = [role for part in act.parts if (role := rule.role_of(part))]
        names = pgettext("between names", ", ").join(dict.fromkeys(str(role.label) for role in roles))
        raise WrongPerson(
            _("“%(act)s” is for: %(roles)s, or who is named for it.") % {"act": act.label, "roles": names}
        )
    if act.needs_note and not note.strip():
        raise Refused(_("Say why."), field="note")
    return Held(row, place, rule, duty, by, at)


def _second_person(held: Held, part: Part, alone_because: str) -> dict[str, Any]:
    """Whoever prepared it does not check or sign it, where the rules ask for another (domain.md 1 and 8)."""
    if not held.rule.second:
        return {}
    prepared_by = held.row.prepared_by_id
    involved = {prepared_by} if prepared_by else set()

    def others() -> list[User]:
        people = load_people(held.at, [held.place])
        found = holders(part, held.place, held.rule, held.duty, people)
        if role := held.rule.role_of(part):
            found += [user for step in ladder(role) for user in reached(step, held.place, people)]
        return [user for user in dict.fromkeys(found) if user.pk not in involved]

    return need_another(held.by, involved, others, alone_because)


# Hand in --------------------------------------------------------------------------------------------


@transaction.atomic
def hand_in(
    due: DueReport, *, text: str = "", sent: Sent | None = None, note: str = "", by: User, at: datetime
) -> DueReport:
    """Give the paper out of hand: a file or words, or the draft the product made.

    Raises Refused. What is not made by the product is kept as the next version.
    """
    held = _hold(due, "hand_in", note, by, at)
    row, text = held.row, text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(_("At most %(n)s characters.") % {"n": LONGEST_TEXT}, field="text")
    if text or sent:
        row.paper = keep(row, text, sent, by, at)
    elif row.paper is None:
        raise Refused(_("Add a file, or write the report here."), field="text")
    elif row.paper.signed_at:
        raise Refused(_("This version is out already. Add the new one."), field="text")
    check_fresh(row.paper.made, at)
    row.state, row.prepared_by, row.prepared_at = DueState.DRAFT, by, at
    row.save(update_fields=["paper", "state", "prepared_by", "prepared_at"])
    step = held.step("hand_in", note.strip())
    part = Part.CHECKER if held.rule.checks else Part.APPROVER
    held.tell(step, "report_to_check" if held.rule.checks else "report_to_sign", part)
    return row


@transaction.atomic
def make_draft(due: DueReport, *, by: User, at: datetime) -> IssuedReport:
    """Have the draft made anew: it failed, or the figures have changed. Raises Refused."""
    held = _hold(due, "hand_in", "", by, at)
    made = put_in_line(held.row, at, by)
    if made is None:
        raise Refused(_("Such a report is not made by the product: add a file, or write it here."))
    held.row.asked = made
    held.row.save(update_fields=["asked"])
    held.step("make_draft")
    return made


# Check, sign, send ------------------------------------------------------------------------------------


@transaction.atomic
def check(due: DueReport, *, note: str = "", alone_because: str = "", by: User, at: datetime) -> DueReport:
    """Looked at by a second person, and passed on to be signed. Raises Refused."""
    held = _hold(due, "check", note, by, at)
    alone = _second_person(held, Part.CHECKER, alone_because)
    row = held.row
    check_fresh(row.paper.made if row.paper else None, at)
    row.state, row.checked_by, row.checked_at = DueState.CHECKED, by, at
    row.save(update_fields=["state", "checked_by", "checked_at"])
    held.tell(held.step("check", note.strip(), **alone), "report_to_sign", Part.APPROVER)
    return row


@transaction.atomic
def send_back(due: DueReport, *, note: str, by: User, at: datetime) -> DueReport:
    """Back to whoever prepares it, with the reason. Raises Refused."""
    held = _hold(due, "send_back", note, by, at)
    step = held.step("send_back", note.strip())
    to = held.row.prepared_by
    _back_to_draft(held.row)
    if to and to != by:
        some = notices(held.row, "report_sent_back", [to], from_person=by.pk)
        notifications.write(some, at=at, source=f"due{step.pk}")
    return held.row


def _back_to_draft(row: DueReport) -> None:
    row.state = DueState.DRAFT
    row.prepared_by = row.checked_by = row.signed_by = None
    row.prepared_at = row.checked_at = row.signed_at = None
    row.save(
        update_fields=[
            "state", "prepared_by", "prepared_at", "checked_by", "checked_at", "signed_by", "signed_at",
        ]
    )  # fmt: skip


@transaction.atomic
def sign(due: DueReport, *, note: str = "", alone_because: str = "", by: User, at: datetime) -> DueReport:
    """Issue it: from here on this version is frozen, under this person's name. Raises Refused.

    Where the rules say so it goes to its readers at once.
    """
    held = _hold(due, "sign", note, by, at)
    alone = _second_person(held, Part.APPROVER, alone_because)
    row, paper = held.row, held.row.paper
    if paper is None:
        raise Refused(_("There is no paper to sign."))
    if paper.made:
        issue.issue(paper.made, by, at, due=row)
    paper.signed_at, paper.signed_by = at, by
    paper.save(update_fields=["signed_at", "signed_by"])
    row.state, row.signed_by, row.signed_at = DueState.SIGNED, by, at
    row.save(update_fields=["state", "signed_by", "signed_at"])
    held.step("sign", note.strip(), **alone)
    if held.rule.send_at_once:
        _send(held, _readers(held))
    return row


@transaction.atomic
def send(due: DueReport, *, note: str = "", by: User, at: datetime) -> DueReport:
    """To its readers: a line of the inbox and a mail with the link, each with a receipt. Raises Refused."""
    held = _hold(due, "send", note, by, at)
    if not (people := _readers(held)):
        raise Refused(_("Nobody gets this report: name readers in the report calendar's settings."))
    _send(held, people, note.strip())
    return held.row


def _readers(held: Held) -> list[User]:
    return readers(held.place, held.rule, held.duty, load_people(held.at, [held.place]))


def _send(held: Held, people: list[User], note: str = "") -> None:
    """Nobody to send it to: it stays signed, and the page says so."""
    row, at, paper = held.row, held.at, held.row.paper
    if not people or paper is None:
        return
    row.state, row.done_at = DueState.SENT, row.done_at or at
    row.save(update_fields=["state", "done_at"])
    DueReader.objects.bulk_create(
        [DueReader(paper=paper, user=user, sent_at=at) for user in people], ignore_conflicts=True
    )
    _cancel(row)
    step = held.step("send", note)
    more: dict[str, Any] = {"version": paper.version, "from_person": row.signed_by_id}
    some = [
        notice
        for user in people
        for notice in notices(row, "report_sent", [user], **more, **_attached(held, paper, user))
    ]
    notifications.write(some, at=at, source=f"due{step.pk}")


def _attached(held: Held, paper: DuePaper, user: User) -> dict[str, Any]:
    """The PDF for the mail, where the rules say so and he may read all that it lists."""
    if not held.rule.attach:
        return {}
    name = f"{held.row.scope_name}-{held.row.starts_on}-v{paper.version}.pdf"
    if paper.made:
        try:
            check_readable(paper.made, permissions_of(user, held.at))
        except Refused:
            return {}
        return {"attached": {"file": paper.made.pdf.name, "name": name}}
    if paper.content_type != "application/pdf":
        return {}
    return {"attached": {"file": f"{paper.stored[:2]}/{paper.stored}", "name": paper.name}}


def _cancel(row: DueReport) -> None:
    DueNotice.objects.filter(due=row, state=DueNotice.State.PENDING).update(state=DueNotice.State.CANCELLED)


# After it, or without it --------------------------------------------------------------------------------


@transaction.atomic
def take_back(due: DueReport, *, note: str = "", by: User, at: datetime) -> DueReport:
    """Handed in too early: it is his again, as long as nobody has checked it. Raises Refused."""
    held = _hold(due, "take_back", note, by, at)
    held.step("take_back", note.strip())
    _back_to_draft(held.row)
    return held.row


@transaction.atomic
def reissue(due: DueReport, *, note: str, by: User, at: datetime, drafts: bool = True) -> DueReport:
    """Begin a new version of what is out; that stays as it is. Raises Refused.

    Where the product makes the paper, a new draft is asked for, except where a past is replayed.
    """
    held = _hold(due, "reissue", note, by, at)
    row = held.row
    step = held.step("reissue", note.strip())
    _back_to_draft(row)
    if drafts and (made := put_in_line(row, at, by)):
        row.asked = made
        row.save(update_fields=["asked"])
    held.tell(step, "report_reissued", Part.PREPARER)
    return row


@transaction.atomic
def excuse(due: DueReport, *, note: str, by: User, at: datetime) -> DueReport:
    """Not needed this time, with the reason: nothing is reminded of any more. Raises Refused."""
    held = _hold(due, "excuse", note, by, at)
    if held.row.done_at:
        raise Refused(_("This report is out already: its new version is handed in or sent back."))
    held.row.state = DueState.EXCUSED
    held.row.save(update_fields=["state"])
    _cancel(held.row)
    held.step("excuse", note.strip())
    return held.row


@transaction.atomic
def resume(due: DueReport, *, note: str = "", by: User, at: datetime) -> DueReport:
    """Needed after all: due as before; of its levels those that are still to come. Raises Refused."""
    held = _hold(due, "resume", note, by, at)
    row = held.row
    row.state = DueState.DRAFT if row.paper else DueState.TO_PREPARE
    row.save(update_fields=["state"])
    cancelled = DueNotice.objects.filter(due=row, state=DueNotice.State.CANCELLED, at__gt=at)
    cancelled.update(state=DueNotice.State.PENDING)
    held.tell(held.step("resume", note.strip()), "report_opened", Part.PREPARER)
    return row


def opened(paper: DuePaper, *, by: User, at: datetime) -> bool:
    """Somebody it was sent to has it before him: kept the first time. Whether this was it."""
    unread = DueReader.objects.filter(paper=paper, user=by, opened_at=None)
    return bool(unread.update(opened_at=at))
