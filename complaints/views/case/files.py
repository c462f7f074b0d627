"""Files of a case: served to those who may see the case, and to nobody else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from complaints import uploads
from complaints.actions import roles_on, shows_complainant
from complaints.actions.daily_readings import reads
from complaints.actions.evidence import shown_to
from complaints.actions.portal_notes import notes_of_desks
from complaints.actions.relays import shown_to as relays_shown_to
from complaints.models import Attachment, Complaint
from complaints.statuses import CaseRole
from complaints.views import person_of
from staff import audit
from staff.permissions import Permissions
from staff.requests import StaffRequest

#: A file is never a page: it runs nothing and is kept by no proxy.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Robots-Tag": "noindex",
}


def send(attachment: Attachment, *, thumbnail: bool = False) -> FileResponse:
    """The file to save, or its thumbnail to look at; whoever calls has checked the permission."""
    stored = attachment.thumbnail if thumbnail else attachment.file
    try:
        opened = uploads.path_of(stored).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        opened,
        as_attachment=not thumbnail,
        filename="" if thumbnail else attachment.name,
        content_type="image/jpeg" if thumbnail else attachment.content_type,
        headers=HEADERS,
    )


@login_required
@require_safe
def file(request: StaffRequest, name: str) -> FileResponse:
    """Evidence, of a customer who hides, and a list of those who signed: taking it is a row of the audit."""
    found = _found(request, name)
    beside = found.evidence or found.objection
    case = beside.complaint if beside else found.complaint
    if case and (beside or found.is_list or case.identity_hidden):
        audit.taken_out(request, f"attachment {found.file}", case=case.number)
    return send(found)


@login_required
@require_safe
def thumbnail(request: StaffRequest, name: str) -> FileResponse:
    return send(_found(request, name), thumbnail=True)


def _found(request: StaffRequest, name: str) -> Attachment:
    """A file of a case he sees or of a day he reads, one sent to his desk, or one he has sent himself."""
    beside = ("complaint", "day_note", "evidence__complaint", "objection__complaint")
    attachment = Attachment.objects.filter(file=name).select_related(*beside).first()
    if attachment is None:
        raise Http404
    person = person_of(request, now())
    if item := attachment.evidence:
        seen = Complaint.objects.visible_to(person).filter(pk=item.complaint_id).first()
        if seen is None or not _reads_evidence(attachment, person, seen):
            raise Http404
        return attachment
    if paper := attachment.objection:
        seen = Complaint.objects.visible_to(person).filter(pk=paper.complaint_id).first()
        if seen is None or CaseRole.CONTRACTOR in roles_on(seen, person):
            raise Http404
        return attachment
    if attachment.complaint_id is None:
        if attachment.uploaded_by_id == request.user.pk or _is_shown_without_case(attachment, person):
            return attachment
        raise Http404
    case = Complaint.objects.visible_to(person).filter(pk=attachment.complaint_id).first()
    if case is None:
        raise Http404
    roles = roles_on(case, person)
    if attachment.is_list and (not shows_complainant(case, roles) or CaseRole.CONTRACTOR in roles):
        raise Http404
    return attachment


def _reads_evidence(attachment: Attachment, person: Permissions, case: Complaint) -> bool:
    """As its item; what the case had before it became evidence stays readable as it was."""
    shown = shown_to(person, case).filter(pk=attachment.evidence_id or 0)
    return bool(attachment.complaint_id) or shown.exists()


def _is_shown_without_case(attachment: Attachment, person: Permissions) -> bool:
    """Passed on to a desk of his, sent there on the portal and no complaint, or in a day's log."""
    relay, note = attachment.relay_id, attachment.note_id
    if attachment.day_note_id and attachment.day_note:
        return reads(person, attachment.day_note.estate_id)
    if note:
        return notes_of_desks(person).filter(pk=note).exists()
    return bool(relay and relays_shown_to(person).filter(pk=relay).exists())
