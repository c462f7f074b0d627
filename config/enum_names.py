"""What lists of words are called in the API, where fields share a list, or lists a name."""

from __future__ import annotations

ENUM_NAMES: dict[str, str] = (
    {
        "CaseKindEnum": "complaints.models.Complaint.Kind",
        "ClockKindEnum": "complaints.policy.ClockKind",
        "CompensationKindEnum": "complaints.models.Compensation.Kind",
        "DayNoteKindEnum": "complaints.models.DayNote.Kind",
        "ExtendableClockEnum": "complaints.api.schema.EXTENDABLE_CLOCKS",
        "FollowUpMethodEnum": "complaints.models.FollowUp.Method",
        "NoteKindEnum": "complaints.models.ContactNote.Kind",
        "OutcomeEnum": "complaints.statuses.Outcome",
        "ReplyMethodEnum": "complaints.models.Cycle.ReplyMethod",
        "RevisitMethodEnum": "complaints.forms.case.revisits.METHODS",
        "RoleEnum": "staff.roles.Role",
        "SecondCallOutcomeEnum": "complaints.models.SecondCall.Outcome",
        "TellingMethodEnum": "complaints.api.schema.TELLING",
        "ToldAnswerEnum": "complaints.measures.Answer",
        "YesNoEnum": "complaints.forms.case.revisits.YES_NO",
    }
    | {f"Measure{name}Enum": f"complaints.measures.{name}" for name in ("Kind", "State", "Origin")}
    | {f"Study{name}Enum": f"complaints.studies.{name}" for name in ("Kind", "State", "Origin")}
    | {f"Evidence{name}Enum": f"complaints.evidence.{name}" for name in ("Kind", "State", "Party", "Added")}
    | {f"Visit{name}Enum": f"complaints.site_visits.{name}" for name in ("State", "Outcome", "Agreed")}
    | {"VisitFindingEnum": "complaints.forms.site_visits.FINDINGS"}
    | {f"Survey{name}Enum": f"complaints.surveys.{name}" for name in ("State", "Sample", "Quadrant")}
    | {f"Commendation{name}Enum": f"complaints.commendations.{name}" for name in ("Why", "State", "Reach")}
    | {
        "OwnerReportStateEnum": "reports.owner_rules.State",
        "OwnerMeetingKindEnum": "reports.owner_meeting_rows.OwnerMeeting.Kind",
        "OwnerPromiseStateEnum": "reports.owner_meeting_rows.OwnerPromise.State",
        "AppraisalKindEnum": "reports.appraisal_rows.AppraisalSheet.Kind",
        "AppraisalStateEnum": "reports.appraisal_rules.State",
        "RatingStateEnum": "reports.rating_rules.State",
    }
)
