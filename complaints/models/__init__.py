"""The rows of a complaint, by what changes together."""

from complaints.models import many_keys  # noqa: F401 (registers the lookup)
from complaints.models.abnormal import (
    AbnormalDecision,
    AbnormalSign,
    CircleMember,
    Sign,
)
from complaints.models.analyses import CauseAnalysis
from complaints.models.bulletins import Bulletin, BulletinCopy
from complaints.models.calendars import CalendarChange, CalendarMove, calendar_from
from complaints.models.case import Complaint, NumberSeries
from complaints.models.clocks import Clock, ClockRevision, Cycle, Deadline, Extension
from complaints.models.commendations import Commendation, CommendationEntry
from complaints.models.compensation import Compensation
from complaints.models.complainants import Complainant, Respondent, Signatory
from complaints.models.court import CourtEntry
from complaints.models.daily_readings import DailyReading, DayNote, ReadingMark
from complaints.models.emergency_numbers import EmergencyNumber
from complaints.models.events import Attachment, ContactNote, Event, Revisit
from complaints.models.evidence import CustodyEntry, Evidence
from complaints.models.follow_ups import FollowUp, SecondCall
from complaints.models.inquiries import Inquiry, InquiryLine, InquiryVersion
from complaints.models.law import Citation, Clause
from complaints.models.measures import Measure, MeasureCase, MeasureEntry, MeasureRound, ToldEstate
from complaints.models.messages import (
    DigestMark,
    Notification,
    OutboxMessage,
    SetAside,
    SubmitKey,
    SweepMark,
    ToldTogether,
)
from complaints.models.objections import ObjectionDocument, ObjectionPaper
from complaints.models.online_posts import OnlinePost, PostPoint
from complaints.models.overruns import Overrun
from complaints.models.own_views import OwnView
from complaints.models.past_ledgers import LedgerLoad, TakenOver
from complaints.models.portal_access import PortalCode, PortalLimit, PortalVisit, ReceiptLink
from complaints.models.portal_reports import NoteLink, PortalDraft
from complaints.models.posters import PostedPlace, PosterReport, PosterScans
from complaints.models.relays import Relay
from complaints.models.reply_words import ForbiddenPhrase, PhraseUse, ReplyTemplate
from complaints.models.rewards import Reward, RewardEntry
from complaints.models.site_visits import SiteVisit
from complaints.models.step_cards import StepCard, StepCardFold
from complaints.models.studies import CaseStudy, StudyEntry, StudyReading
from complaints.models.suggestions import SuggestionRule
from complaints.models.superior import SuperiorRequest
from complaints.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyEntered,
    SurveyEntry,
    SurveyInvitation,
    SurveyItem,
    SurveyWords,
)
from complaints.models.vocabulary import Category, Cause, DangerWord, ExtensionReason, PolicyVersion
from complaints.models.warranty import CaseWarranty
from complaints.models.wechat import WeChatBinding

__all__ = [
    "Inquiry",
    "InquiryLine",
    "InquiryVersion",
    "Measure",
    "MeasureCase",
    "MeasureEntry",
    "MeasureRound",
    "ToldEstate",
    "AbnormalDecision",
    "AbnormalSign",
    "Attachment",
    "Bulletin",
    "BulletinCopy",
    "CalendarChange",
    "CalendarMove",
    "CircleMember",
    "Category",
    "Cause",
    "CaseStudy",
    "CauseAnalysis",
    "Clock",
    "ClockRevision",
    "Commendation",
    "CommendationEntry",
    "Compensation",
    "Complainant",
    "Complaint",
    "ContactNote",
    "Citation",
    "Clause",
    "CourtEntry",
    "CustodyEntry",
    "Cycle",
    "DangerWord",
    "Deadline",
    "DailyReading",
    "DayNote",
    "DigestMark",
    "EmergencyNumber",
    "Event",
    "Evidence",
    "Extension",
    "ExtensionReason",
    "FollowUp",
    "ForbiddenPhrase",
    "LedgerLoad",
    "NoteLink",
    "Notification",
    "NumberSeries",
    "OutboxMessage",
    "ObjectionDocument",
    "ObjectionPaper",
    "OnlinePost",
    "Overrun",
    "OwnView",
    "PhraseUse",
    "PolicyVersion",
    "PortalCode",
    "PostPoint",
    "PortalDraft",
    "PortalLimit",
    "PortalVisit",
    "PostedPlace",
    "PosterReport",
    "PosterScans",
    "ReadingMark",
    "ReceiptLink",
    "Relay",
    "ReplyTemplate",
    "Respondent",
    "Revisit",
    "Reward",
    "RewardEntry",
    "SecondCall",
    "SetAside",
    "Sign",
    "Signatory",
    "SiteVisit",
    "StudyEntry",
    "StudyReading",
    "SubmitKey",
    "StepCard",
    "StepCardFold",
    "SuperiorRequest",
    "Survey",
    "SurveyAnswer",
    "SurveyEntered",
    "SurveyEntry",
    "SurveyInvitation",
    "SurveyItem",
    "SurveyWords",
    "SuggestionRule",
    "SweepMark",
    "TakenOver",
    "CaseWarranty",
    "ToldTogether",
    "WeChatBinding",
    "calendar_from",
]
