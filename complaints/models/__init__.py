"""The rows of a complaint, by what changes together."""

from complaints.models import among  # noqa: F401 (registers the lookup)
from complaints.models.bulletins import Bulletin, BulletinCopy
from complaints.models.calendars import CalendarChange, CalendarMove, calendar_from
from complaints.models.case import Complaint, NumberSeries
from complaints.models.doors import PortalCode, PortalLimit, PortalVisit, ReceiptLink
from complaints.models.follow_ups import FollowUp, SecondCall
from complaints.models.messages import (
    DigestMark,
    Notification,
    OutboxMessage,
    SetAside,
    SubmitKey,
    SweepMark,
)
from complaints.models.people import Complainant, Respondent
from complaints.models.record import Attachment, Compensation, ContactNote, Event, Revisit
from complaints.models.vocabulary import Category, Cause, ExtensionReason, PolicyVersion
from complaints.models.work import Clock, Cycle, Deadline, Extension

__all__ = [
    "Attachment",
    "Bulletin",
    "BulletinCopy",
    "CalendarChange",
    "CalendarMove",
    "Category",
    "Cause",
    "Clock",
    "Compensation",
    "Complainant",
    "Complaint",
    "ContactNote",
    "Cycle",
    "Deadline",
    "DigestMark",
    "Event",
    "Extension",
    "ExtensionReason",
    "FollowUp",
    "Notification",
    "NumberSeries",
    "OutboxMessage",
    "PolicyVersion",
    "PortalCode",
    "PortalLimit",
    "PortalVisit",
    "ReceiptLink",
    "Respondent",
    "Revisit",
    "SecondCall",
    "SetAside",
    "SubmitKey",
    "SweepMark",
    "calendar_from",
]
