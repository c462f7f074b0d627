"""The warranty of a case 保修: the part and what follows, and the builder's steps to the signature (T48).

Each step is a row of `warranty.ACTS`. Moments may lie before now, for what is written down later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import warranty as rules
from complaints.actions import files as kept_files
from complaints.actions.visit_rows import check_no_visit
from complaints.actions.warranty_rows import (
    LONGEST,
    HeldWarranty,
    apply,
    begin_anew,
    decide,
    kind_of,
    said,
    set_due,
    work_out,
)
from complaints.models import Attachment, CaseWarranty, Complaint
from complaints.warranty import Confirmed, Way, Why
from config.framework.refusals import Refused
from owners.models import Builder
from owners.parts import Part
from staff.models import User


def _words(field: str, text: str, sentence: str, *, longest: int = LONGEST) -> str:
    """What was said, tidied. Raises Refused where it is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused(sentence, field=field)
    if len(text) > longest:
        raise Refused(_("%(n)s characters at most.") % {"n": longest}, field=field)
    return text


@transaction.atomic
def choose_part(complaint: Complaint, *, part: str, by: User, at: datetime) -> CaseWarranty:
    """Say which part it is: whether that is under warranty is worked out, by today's terms and dates.

    The same part again asks anew: after a date was corrected, say. A person's decision is taken back by who
    may decide; a tick gives way to what is worked out, and stays where no date is known.
    """
    if part not in Part.values:
        raise Refused(_("Choose the part."), field="part")
    held = HeldWarranty(complaint, "part", by=by, at=at)
    row, version = held.row, held.case.policy_version
    if row.by_person and row.why != Why.BY_HAND:
        held.check("decide")
    row.part = part
    apply(held.case, row, work_out(held.case.row, part, version, held.estate), version, at)
    return held.commit(kind_of(row), **said(row))


@transaction.atomic
def decide_otherwise(
    complaint: Complaint, *, covered: bool, ground: str, because: str, by: User, at: datetime
) -> CaseWarranty:
    """A person decides, with his reason: the owner's own fitting-out broke it, or no date is known."""
    held = HeldWarranty(complaint, "decide", by=by, at=at)
    if ground not in rules.REASONS:
        raise Refused(_("Choose one."), field="ground")
    reason = _words("because", because, _("Say why."))
    held.set(why=ground, because=reason, decided_by=by)
    decide(held.case, held.row, covered, at)
    kind = "warranty_decided_covered" if covered else "warranty_decided_over"
    return held.commit(kind, reason, warranty_why=ground)


# The builder --------------------------------------------------------------------------------------------


@transaction.atomic
def notify_builder(
    complaint: Complaint,
    *,
    builder: Builder | None = None,
    firm: str = "",
    notified_how: str,
    whom: str = "",
    notified_at: datetime | None = None,
    note: str = "",
    by: User,
    at: datetime,
) -> CaseWarranty:
    """通知施工单位: which firm, when, how and whom. From then on its days run, once for each firm.

    A firm that is typed comes before one of the register.
    """
    held = HeldWarranty(complaint, "notify", by=by, at=at)
    if builder and builder.estate_id != held.case.row.estate_id:
        raise Refused(_("Choose a builder of this estate."), field="builder")
    if notified_how not in Way.values:
        raise Refused(_("Choose one."), field="notified_how")
    if firm.strip():
        builder = None
    name = builder.firm if builder else _words("firm", firm, _("Say which firm was told."), longest=100)
    when = held.day(notified_at, "notified_at", after=held.case.row.received_at)
    first = held.row.late_from if held.row.firm == name else None
    held.set(
        builder=builder, firm=name, notified_at=when, notified_how=notified_how, visit_at=None,
        notified_whom=whom.strip()[:60], sent_at=None, sent_whom="", refused_at=None, refused_because="",
    )  # fmt: skip
    held.late_from(first or when + held.builder_days)
    return held.commit("warranty_notified", note, firm=name, told_how=notified_how, done_at=when.isoformat())


@transaction.atomic
def agree_visit(
    complaint: Complaint,
    *,
    visit_at: datetime,
    note: str = "",
    anyway: bool = False,
    by: User,
    at: datetime,
) -> CaseWarranty:
    """约定上门: when the builder comes. He is late after that, and never later than he was before.

    `anyway`: though a colleague comes for the case at that time.
    """
    held = HeldWarranty(complaint, "agree", by=by, at=at)
    if visit_at < at:
        raise Refused(_("Say a time to come."), field="visit_at")
    if visit_at > at + rules.VISIT_WITHIN:
        raise Refused(
            _("A visit is agreed for the next %(n)s days.") % {"n": rules.VISIT_WITHIN.days}, field="visit_at"
        )
    check_no_visit(held.case.row, visit_at, anyway=anyway)
    held.set(visit_at=visit_at)
    set_due(held.row, min(visit_at, held.row.late_from or visit_at))
    return held.commit("warranty_agreed", note, visit_at=visit_at.isoformat())


@transaction.atomic
def send_people(
    complaint: Complaint, *, whom: str, sent_at: datetime | None = None, by: User, at: datetime
) -> CaseWarranty:
    """派修: the builder's people are there. From when they first were, its days to repair it run."""
    held = HeldWarranty(complaint, "send", by=by, at=at)
    name = _words("whom", whom, _("Say who came."), longest=100)
    when = held.day(sent_at, "sent_at", after=held.row.notified_at)
    first = held.row.late_from if held.row.sent_at else None
    held.set(sent_at=when, sent_whom=name)
    held.late_from(first or when + rules.WITHIN[rules.State.SENT])
    return held.commit("warranty_sent", name, done_at=when.isoformat())


@transaction.atomic
def finish(
    complaint: Complaint, *, done: str, done_at: datetime | None = None, by: User, at: datetime
) -> CaseWarranty:
    """完成: what was repaired, and when. It waits for the owner's signature."""
    held = HeldWarranty(complaint, "finish", by=by, at=at)
    what = _words("done", done, _("Say what was repaired."))
    when = held.day(done_at, "done_at", after=held.row.sent_at or held.row.notified_at)
    held.set(done=what, done_at=when, refused_at=None, refused_because="")
    held.due(at)
    held.tell_officer("warranty_to_sign", warranty=held.case.row.number)
    return held.commit("warranty_finished", what, done_at=when.isoformat())


#: What a report of repair has set.
REPORTED = ("state", "done_at", "done", "refused_at", "refused_because", "due_at")


@transaction.atomic
def take_report_back(complaint: Complaint, *, because: str, by: User, at: datetime) -> CaseWarranty:
    """撤回完成: it is not repaired yet, and stands as before it was reported; the days of before run on."""
    held = HeldWarranty(complaint, "not_done", by=by, at=at)
    reason = _words("because", because, _("Say why."))
    versions = CaseWarranty.history.filter(complaint=held.row.pk).exclude(state=rules.State.DONE)
    before = versions.order_by("-history_date", "-history_id").first()
    if before is None:
        raise Refused(_("How it stood before is not kept."))
    held.set(**{name: getattr(before, name) for name in REPORTED})
    set_due(held.row, held.row.due_at)
    return held.commit("warranty_not_done", reason)


@transaction.atomic
def repair_again(complaint: Complaint, *, because: str, by: User, at: datetime) -> CaseWarranty:
    """再次维修: the case came back, or the same part fails again. The builder is to be told anew."""
    held = HeldWarranty(complaint, "again", by=by, at=at)
    reason = _words("because", because, _("Say what is to be repaired again."))
    begin_anew(held.row)
    held.set(opened_at=at)
    held.due(at)
    held.tell_officer("warranty_yours", warranty=held.case.row.number)
    return held.commit("warranty_again", reason)


@transaction.atomic
def sign(
    complaint: Complaint,
    *,
    signed_how: str,
    signed_at: datetime | None = None,
    files: Collection[Attachment] = (),
    note: str = "",
    by: User,
    at: datetime,
) -> CaseWarranty:
    """业主签字: the signed sheet as a scan, or how the owner confirmed it."""
    held = HeldWarranty(complaint, "sign", by=by, at=at)
    if signed_how not in Confirmed.values:
        raise Refused(_("Choose one."), field="signed_how")
    if signed_how == Confirmed.SIGNED and not files:
        raise Refused(_("Add the scan or a photo of the signed sheet."), field="files")
    if signed_how == Confirmed.CONFIRMED:
        _words("note", note, _("Say when and how the owner confirmed it."))
    after = held.row.done_at or held.row.elsewhere_at
    when = held.day(signed_at, "signed_at", after=after)
    kept_files.take(held.case.row, files, is_list=held.case.row.identity_hidden)  # it bears his name
    held.set(signed_at=when, signed_how=signed_how, scan=next(iter(files), None))
    held.due(at)
    sheets = {"sheets": [file.pk for file in files]} if files else {}
    return held.commit("warranty_signed", note, confirmed=signed_how, done_at=when.isoformat(), **sheets)


@transaction.atomic
def refuse_to_sign(complaint: Complaint, *, because: str, by: User, at: datetime) -> CaseWarranty:
    """业主拒签: why the owner does not sign; the builder comes again, or others repair it."""
    held = HeldWarranty(complaint, "refuse", by=by, at=at)
    reason = _words("because", because, _("Say why the owner does not sign."))
    held.set(refused_at=at, refused_because=reason, visit_at=None, sent_at=None, sent_whom="")
    held.late_from(at + held.builder_days)
    held.tell_officer("warranty_refused", warranty=held.case.row.number)
    return held.commit("warranty_refused", reason)


@transaction.atomic
def repair_elsewhere(
    complaint: Complaint,
    *,
    whom: str,
    because: str,
    cost: Decimal | None = None,
    repaired_at: datetime | None = None,
    by: User,
    at: datetime,
) -> CaseWarranty:
    """另行维修: others repaired what the builder did not; the cost is noted, to be claimed back from him."""
    held = HeldWarranty(complaint, "elsewhere", by=by, at=at)
    name = _words("whom", whom, _("Say who repaired it."), longest=100)
    reason = _words("because", because, _("Say why the builder did not."))
    if cost is not None and cost < 0:
        raise Refused(_("Give an amount of 0 or more."), field="cost")
    when = held.day(repaired_at, "repaired_at", after=held.row.notified_at)
    held.set(elsewhere_at=when, elsewhere_by=name, elsewhere_because=reason, cost=cost)
    held.due(at)
    return held.commit("warranty_elsewhere", reason, whom=name, done_at=when.isoformat())
