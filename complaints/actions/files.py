"""Files that were sent and wait for a case: the only writer of attachments that are nobody's yet.

Those of what was passed on 转达 or sent on the portal wait with it, as long as it takes; those of a day's log
stay there; those of evidence belong to it, and not to the nine of its case.

A file is kept at once, before the form around it is judged, so that a form that fails need not be
given its photos again. The acts give files to a case: `attach` does nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints import uploads
from complaints.actions.unit_of_work import UnitOfWork
from complaints.file_kinds import MOST_FILES
from complaints.models import (
    Attachment,
    Complaint,
    ContactNote,
    DayNote,
    Evidence,
    ObjectionPaper,
    PortalDraft,
    Relay,
)
from config.framework.refusals import Refused
from staff.models import User

#: A file that no form took within this time is thrown away.
WAITS = timedelta(hours=24)


def store(upload: File, *, by: User | None, at: datetime, as_sent: bool = False) -> Attachment:
    """Check one sent file and keep it, still without a case; `by` None is the customer.

    `as_sent`: a picture too stays as it came, byte by byte. Raises Refused, for the field `files`, and then
    nothing is kept.
    """
    checked = uploads.check(upload.name or "", upload, as_sent=as_sent)
    kept = uploads.keep(checked.body)
    thumbnail = ""
    try:
        thumbnail = uploads.keep(BytesIO(checked.thumbnail)).stored if checked.thumbnail else ""
        return Attachment.objects.create(
            file=kept.stored,
            thumbnail=thumbnail,
            name=checked.name,
            content_type=checked.content_type,
            size=kept.size,
            sha256=kept.sha256,
            as_sent=checked.as_sent,
            uploaded_at=at,
            uploaded_by=by,
            by_customer=by is None,
        )
    except BaseException:  # a file that no row names would lie there for ever
        for stored in filter(None, (kept.stored, thumbnail)):
            uploads.discard(stored)
        raise


def store_all(
    sent: Iterable[File], *, by: User | None, at: datetime, already: int = 0, as_sent: bool = False
) -> tuple[list[Attachment], list[str]]:
    """Keep every good file of a form; also the sentences about those refused.

    `already`: how many files the form or case holds; nine in all.
    """
    kept: list[Attachment] = []
    refused: list[str] = []
    for upload in sent:
        try:
            if already + len(kept) >= MOST_FILES:
                raise Refused(_("Nine files at most; “%(name)s” was left out.") % {"name": upload.name})
            kept.append(store(upload, by=by, at=at, as_sent=as_sent))
        except Refused as refusal:
            refused.append(str(refusal))
        except OSError:  # no room: all of them or none
            discard(kept)
            raise
    return kept, refused


def kept_with(
    before: Iterable[str], sent: Iterable[File], *, by: User, at: datetime, as_sent: bool = False
) -> tuple[list[Attachment], list[str]]:
    """What a form has sent, now and before, kept before it is judged; and what is wrong with the others."""
    already = list(waiting(by, before))
    new, refused = store_all(sent, by=by, at=at, already=len(already), as_sent=as_sent)
    return already + new, refused


def waiting(by: User, names: Iterable[str]) -> QuerySet[Attachment]:
    """Those of the stored names that this person sent and that have no case yet."""
    mine = nobodys().filter(uploaded_by=by, file__in=list(names)[:MOST_FILES])
    return mine.order_by("pk")


def nobodys() -> QuerySet[Attachment]:
    """Those that were sent and belong to nothing yet."""
    return Attachment.objects.filter(
        complaint=None, relay=None, draft=None, note=None, day_note=None, evidence=None, objection=None
    )


def pass_on(relay: Relay, files: Collection[Attachment]) -> None:
    """Give sent files, still nobody's, to what is passed on. Raises Refused for more than nine."""
    if len(files) > MOST_FILES:
        raise Refused(_("Nine files at most."), field="files")
    if files:
        nobodys().filter(pk__in=[file.pk for file in files]).update(relay=relay)


def lay_beside(day_note: DayNote, files: Collection[Attachment]) -> None:
    """Give sent files, still nobody's, to a line of a day's log. Raises Refused for more than nine."""
    if len(files) > MOST_FILES:
        raise Refused(_("Nine files at most."), field="files")
    if files:
        nobodys().filter(pk__in=[file.pk for file in files]).update(day_note=day_note)


def keep_as_evidence(
    row: Evidence, files: Collection[Attachment], of_case: Collection[Attachment] = ()
) -> list[Attachment]:
    """Give an item of evidence its files: sent ones, still nobody's, and some its case has already.

    The case is locked. Raises Refused for more than nine, and where one is somebody's meanwhile.
    """
    wanted = {file.pk for file in (*files, *of_case)}
    if len(wanted) > MOST_FILES:
        raise Refused(_("Nine files at most."), field="files")
    if not wanted:
        return []
    given = nobodys().filter(pk__in=[file.pk for file in files]).update(evidence=row)
    here = Attachment.objects.filter(complaint=row.complaint, evidence=None, is_list=False)
    given += here.filter(pk__in=[file.pk for file in of_case]).update(evidence=row)
    if given != len(wanted):
        raise Refused(
            _("One of these files belongs to something else meanwhile. Send it again."), field="files"
        )
    return list(row.files.order_by("pk"))


def lay_with_objection(row: ObjectionPaper, files: Collection[Attachment]) -> None:
    """Give sent files, still nobody's, to an item of an objection.

    Raises Refused for more than nine, and where one is somebody's meanwhile.
    """
    if len(files) > MOST_FILES:
        raise Refused(_("Nine files at most."), field="files")
    wanted = {file.pk for file in files}
    if wanted and nobodys().filter(pk__in=wanted).update(objection=row) != len(wanted):
        raise Refused(
            _("One of these files belongs to something else meanwhile. Send it again."), field="files"
        )


def follow(came: Relay | ContactNote, complaint: Complaint) -> int:
    """What was passed on or noted came to this case, which is locked or new: its files go along; how many."""
    theirs = came.files.filter(complaint=None)
    if more := theirs.count():
        check_room(complaint, more)
        theirs.update(complaint=complaint)
    return more


def give_to_draft(draft: PortalDraft, files: Collection[Attachment]) -> None:
    """Keep sent files, still nobody's, with what is being said on the portal; the draft is locked."""
    nobodys().filter(pk__in=[file.pk for file in files]).update(draft=draft)


def take_from_draft(draft: PortalDraft, *, complaint: Complaint | None, note: ContactNote | None) -> int:
    """What was said is sent: its files are the case's or the note's, as the customer's own; how many."""
    if complaint and (more := draft.files.count()):
        check_room(complaint, more)
    return draft.files.update(draft=None, complaint=complaint, note=note, owner_sees=True)


def drop_from_draft(draft: PortalDraft, stored: str | None = None) -> None:
    """Throw one file of a draft away, or all of them."""
    _remove(draft.files.filter(file=stored) if stored else draft.files.all())


def check_room(complaint: Complaint, more: int) -> None:
    """Raises Refused when a case would carry more than nine files; whoever calls has locked it."""
    if Attachment.objects.filter(complaint=complaint).count() + more > MOST_FILES:
        raise Refused(_("A case carries nine files at most."), field="files")


def take(complaint: Complaint, files: Collection[Attachment], **marks: bool) -> None:
    """Give the files sent with a step, still nobody's, to its case, marked so; the case is locked."""
    if files:
        check_room(complaint, len(files))
        waiting = nobodys().filter(pk__in=[file.pk for file in files])
        waiting.update(complaint=complaint, **marks)


def attach_uploads(complaint: Complaint, attachments: tuple[Attachment, ...]) -> None:
    """Give uploaded files, still nobody's, to a case."""
    nobodys().filter(pk__in=[a.pk for a in attachments]).update(complaint=complaint)


@transaction.atomic
def attach(
    complaint: Complaint,
    files: Iterable[Attachment],
    *,
    by: User | None,
    at: datetime,
    owner_sees: bool = False,
) -> Complaint:
    """Give uploaded files to the case; those that are somebody's already stay where they are."""
    case = UnitOfWork(complaint, "attach", by=by, at=at)
    waiting = nobodys().filter(pk__in=[f.pk for f in files])
    check_room(case.row, waiting.count())
    given = waiting.update(complaint=case.row, owner_sees=owner_sees or by is None)
    if not given:
        raise Refused(_("Choose a file."), field="files")
    case.record("attached", owner_sees=owner_sees or by is None, count=given)
    if by is None:
        case.notify([case.row.first_receiver, case.row.handler], "remarked")
    return case.commit()


def discard(rows: Iterable[Attachment]) -> None:
    """Throw away files that were refused after they had been kept; those with a case stay."""
    _remove(nobodys().filter(pk__in=[row.pk for row in rows]))


def forget(by: User, stored: str) -> None:
    """Take back a file before its form is sent."""
    _remove(waiting(by, [stored]))


def sweep(*, at: datetime) -> int:
    """Throw away what no form took within a day, and what a crash left half written; how many files."""
    forgotten = _remove(nobodys().filter(uploaded_at__lt=at - WAITS))
    return forgotten + uploads.sweep_parts(before=at - WAITS)


def _remove(rows: QuerySet[Attachment]) -> int:
    """Rows first: a file without a row does no harm, a row without its file would.

    They are locked, so that a form that takes one meanwhile finds it gone, or keeps row and file.
    """
    with transaction.atomic():
        names = list(rows.select_for_update().values_list("pk", "file", "thumbnail"))
        Attachment.objects.filter(pk__in=[pk for pk, _file, _thumbnail in names]).delete()
    for _pk, file, thumbnail in names:
        uploads.discard(file)
        if thumbnail:
            uploads.discard(thumbnail)
    return len(names)
