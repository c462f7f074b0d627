"""The report to owners 管理报告: drafted, written, checked, issued, posted, withdrawn. The only writer.

Rules: `reports.owner_rules`. Figures are taken at drafting and anew as often as wanted until it is handed in.
What was checked is what is issued: frozen with its digest, under the next number of its estate's series. A
report that is withdrawn stays; the one written anew has a number of its own and names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints.actions.idempotency import keep_result, take_key
from config.framework.refusals import Refused
from reports.calendar_rules import Overtaken
from reports.figures.month import Days
from reports.figures.owner_report import of_blocks
from reports.models import OwnerReport, OwnerReportBlock, OwnerReportEntry, OwnerReportItem
from reports.owner_accounts import Line, in_a_line, keep_lines, refill
from reports.owner_checks import check_whole
from reports.owner_content import TEXTS, content_of, digest
from reports.owner_notices import tell_sent_back, tell_to_check, writers
from reports.owner_rules import (
    ACTS,
    MONEY,
    OUT,
    Block,
    State,
    first_day,
    last_day,
    refusal,
)
from reports.owner_told import told_of
from reports.public_amounts import check_names_nobody
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import permissions_of

#: Characters of one text.
LONGEST = 4000


@transaction.atomic
def draft(estate: Estate, span: str, day: date, *, by: User, at: datetime, key: str = "") -> OwnerReport:
    """Begin the report of the time a day lies in, with its figures and the items of the last one.

    Where the one of this time was withdrawn, it is written anew.

    Raises Refused.
    """
    _check_person("write", State.DRAFT, estate, by, at)
    check_ours(estate, at)
    submit = None
    if key:
        submit, is_new = take_key(f"staff:{by.pk}", key, "owner_report", [estate, span, day], at)
        if not is_new:
            return OwnerReport.objects.get(pk=submit.object_id or 0)
    first = first_day(span, day)
    if first > at.astimezone(estate.zone).date():
        raise Refused(_("This time has not begun."), field="day")
    gone = OwnerReport.objects.filter(
        estate=estate, span=span, starts_on=first, state=State.WITHDRAWN, replaced_by__isnull=True
    )
    row = _begin(estate, span, first, by=by, at=at, replaces=gone.order_by("-issued_at", "-pk").first())
    if submit:
        keep_result(submit, row.pk)
    return row


def _begin(
    estate: Estate,
    span: str,
    first: date,
    *,
    by: User,
    at: datetime,
    replaces: OwnerReport | None = None,
) -> OwnerReport:
    row = OwnerReport(
        estate=estate, span=span, starts_on=first, ends_on=last_day(span, first), taken_at=at, drafted_at=at,
        drafted_by=by, replaces=replaces, ask_phone=estate.service_phone,
    )  # fmt: skip
    if replaces:
        for name in (*TEXTS, *(f"{name}_en" for name in TEXTS), "ask_whom", "ask_phone"):
            setattr(row, name, getattr(replaces, name))
    row.before = last_before(row)
    try:
        with transaction.atomic():
            _save(row, by, at)
    except IntegrityError:
        raise Refused(_("There is a report of this time already."), field="day") from None
    source = replaces or row.before
    old = {one.kind: one for one in source.blocks.prefetch_related("items")} if source else {}
    for kind in Block.values:
        model = old.get(kind)
        block = OwnerReportBlock(report=row, kind=kind)
        if replaces and model:
            block.words, block.words_en = model.words, model.words_en
            block.opening, block.balance = model.opening, model.balance
        elif model:
            block.opening = model.balance
        _save(block, by, at)
        OwnerReportItem.objects.bulk_create(
            OwnerReportItem(
                block=block, place=one.place, direction=one.direction, item=one.item, item_en=one.item_en,
                amount=one.amount if replaces else None,
                amount_before=one.amount_before if replaces else one.amount,
            )
            for one in (model.items.all() if model else ())
        )  # fmt: skip
    _take_figures(row, at)
    _enter(row, "draft", by, at)
    return row


def last_before(row: OwnerReport) -> OwnerReport | None:
    """What a report is compared with: the one before it on as much time, as it stands issued."""
    earlier = OwnerReport.objects.filter(
        estate=row.estate_id,
        span=row.span,
        starts_on__lt=row.starts_on,
        state__in=[State.ISSUED, State.POSTED],
    )
    return earlier.order_by("-starts_on", "-pk").first()


def _take_figures(row: OwnerReport, at: datetime) -> None:
    figures = of_blocks(row.estate, row.starts_on, row.ends_on, at)
    for block in row.blocks.all():
        OwnerReportBlock.objects.filter(pk=block.pk).update(figures=figures[Block(block.kind)])
    told = told_of(row.estate, row.span, row.starts_on, row.ends_on, at)
    before, was = last_before(row), row.before_id
    OwnerReport.objects.filter(pk=row.pk).update(taken_at=at, told=told, before=before)
    row.taken_at, row.told, row.before = at, told, before
    refill(row, was)


# Writing --------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    report: OwnerReport, *, started_from: int, by: User, at: datetime, **said: str
) -> OwnerReport:  # fmt: skip
    """Preface, purpose, what follows, and whom to ask. Raises Refused, at its field."""
    row = _hold(report, "write", by, at, started_from)
    for name in (*TEXTS, *(f"{name}_en" for name in TEXTS)):
        words = said.get(name, "").strip()
        check_names_nobody(words, name)
        setattr(row, name, words)
    row.ask_whom, row.ask_phone = said["ask_whom"].strip(), said["ask_phone"].strip()
    return _done(row, "write", by, at)


@transaction.atomic
def write_block(
    report: OwnerReport,
    kind: str,
    *,
    words: str,
    words_en: str,
    started_from: int,
    by: User,
    at: datetime,
    lines: Sequence[Line] = (),
    opening: Decimal | None = None,
    balance: Decimal | None = None,
) -> OwnerReport:
    """The words of a block, and of money its lines and balances. Raises Refused, at its field."""
    row = _hold(report, "write", by, at, started_from)
    block = row.blocks.get(kind=kind)
    for field, text in (("words", words), ("words_en", words_en)):
        check_names_nobody(text, field)
    block.words, block.words_en = words.strip(), words_en.strip()
    if kind in MONEY:
        block.opening, block.balance = opening, balance
        keep_lines(row, block, lines)
    _save(block, by, at)
    note = in_a_line(block, lines) if kind in MONEY else ""
    return _done(row, "write_block", by, at, about=kind, note=note)


@transaction.atomic
def refresh(report: OwnerReport, *, by: User, at: datetime) -> OwnerReport:
    """Take the figures anew. Raises Refused."""
    row = _hold(report, "refresh", by, at)
    _take_figures(row, at)
    return _done(row, "refresh", by, at)


# On its way out -------------------------------------------------------------------------------------


def _check_before(row: OwnerReport) -> None:
    if last_before(row) != row.before:
        raise Refused(
            _("The report it is compared with has changed: send it back, take the figures anew.")
            if row.state != State.DRAFT
            else _("The report it is compared with has changed: take the figures anew.")
        )


@transaction.atomic
def hand_in(report: OwnerReport, *, by: User, at: datetime) -> OwnerReport:
    """Everything is there: it waits for another person. Raises Refused with the first thing that is not."""
    row = _hold(report, "hand_in", by, at)
    _check_before(row)
    check_whole(row)
    _done(row, "hand_in", by, at)
    tell_to_check(row, at=at)
    return row


@transaction.atomic
def check(report: OwnerReport, *, by: User, at: datetime) -> OwnerReport:
    """Another person than its writers has read it. Raises Refused."""
    row = _hold(report, "check", by, at)
    _check_before(row)
    row.checked_at, row.checked_by = at, by
    return _done(row, "check", by, at)


@transaction.atomic
def send_back(report: OwnerReport, *, note: str, by: User, at: datetime) -> OwnerReport:
    """To be written on. Raises Refused."""
    row = _hold(report, "send_back", by, at)
    row.checked_at = row.checked_by = None
    _done(row, "send_back", by, at, note=note)
    tell_sent_back(row, by=by, at=at)
    return row


@transaction.atomic
def drop(report: OwnerReport, *, note: str, by: User, at: datetime) -> OwnerReport:
    """A draft that nobody goes on with; it stays readable. Raises Refused."""
    row = _hold(report, "drop", by, at)
    row.replaces = None  # what it was to replace may be written anew by another one
    return _done(row, "drop", by, at, note=note)


@transaction.atomic
def issue(report: OwnerReport, *, by: User, at: datetime) -> OwnerReport:
    """Freeze it under the next number of its estate and year. Raises Refused."""
    row = _hold(report, "issue", by, at)
    if row.taken_at < Days(row.starts_on, row.ends_on).bounds(row.estate.zone)[1]:
        raise Refused(
            _("Its figures were taken before its time had ended: send it back, and take them anew.")
        )
    _check_before(row)
    check_whole(row)
    # Two of one estate that are issued at once have one number after the other.
    Estate.objects.select_for_update(no_key=True).get(pk=row.estate_id)
    row.year = at.astimezone(row.estate.zone).year
    newest = OwnerReport.objects.filter(estate=row.estate_id, year=row.year).order_by("-serial").first()
    row.serial = (newest.serial or 0) + 1 if newest else 1
    row.content = content_of(row) | {"year": row.year, "serial": row.serial}
    row.sha256 = digest(row.content)
    row.issued_at, row.issued_by = at, by
    return _done(row, "issue", by, at)


@transaction.atomic
def post(report: OwnerReport, *, by: User, at: datetime) -> OwnerReport:
    """From now on everybody reads it on the portal. Raises Refused."""
    row = _hold(report, "post", by, at)
    row.posted_at = at
    return _done(row, "post", by, at)


@transaction.atomic
def withdraw(report: OwnerReport, *, note: str, by: User, at: datetime) -> OwnerReport:
    """It stays, with mark and reason; its page says so. Raises Refused."""
    row = _hold(report, "withdraw", by, at)
    check_names_nobody(note, "note")
    row.withdrawn_at, row.withdrawn_because = at, note.strip()
    return _done(row, "withdraw", by, at, note=note)


@transaction.atomic
def reissue(report: OwnerReport, *, by: User, at: datetime) -> OwnerReport:
    """A new draft with its words and amounts, which will name it. Raises Refused."""
    row = _hold(report, "reissue", by, at)
    if another := OwnerReport.objects.filter(replaces=row).first():
        raise Refused(_("It is written anew already: %(report)s.") % {"report": str(another)})
    made = _begin(row.estate, row.span, row.starts_on, by=by, at=at, replaces=row)
    _done(row, "reissue", by, at)
    return made


# Rows -----------------------------------------------------------------------------------------------


def wrote(report: OwnerReport, by: User) -> bool:
    """Whether he has written of the report, or of one whose words it took over."""
    return by.pk in writers(report)


def _hold(
    report: OwnerReport, verb: str, by: User, at: datetime, started_from: int | None = None
) -> OwnerReport:
    rows = OwnerReport.objects.select_for_update(of=("self",)).select_related("estate", "before", "replaces")
    row = rows.get(pk=report.pk)
    _check_person(verb, row.state, row.estate, by, at, wrote=wrote(row, by))
    if started_from is not None and row.version != started_from:
        raise Overtaken
    return row


def _check_person(
    verb: str, state: str, estate: Estate, by: User, at: datetime, *, wrote: bool = False
) -> None:
    roles = permissions_of(by, at).roles_at(estate.pk)
    if refused := refusal(verb, state, roles, wrote=wrote):
        raise refused


def _done(
    row: OwnerReport, verb: str, by: User, at: datetime, *, note: str = "", about: str = ""
) -> OwnerReport:
    act = ACTS.get(verb)
    was_out = row.state in OUT
    if act and act.to:
        row.state = act.to
    row.version += 1
    fields: dict[str, Any] = {}
    if was_out:
        said = ["state", "version", "posted_at", "withdrawn_at", "withdrawn_because"]
        fields = {"update_fields": said}
    _save(row, by, at, **fields)
    _enter(row, verb, by, at, note=note, about=about)
    return row


def _enter(row: OwnerReport, verb: str, by: User, at: datetime, *, note: str = "", about: str = "") -> None:
    OwnerReportEntry.objects.create(
        report=row, at=at, actor=by, verb=verb, note=note.strip(), about=about
    )  # fmt: skip


def _save(row: OwnerReport | OwnerReportBlock, by: User, at: datetime, **how: Any) -> None:
    row._history_user, row._history_date = by, at  # type: ignore[union-attr]
    row.save(**how)
