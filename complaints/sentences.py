"""What an entry of the timeline says, by kind: one table for staff, one for the customer. Pure.

`complaints.timeline` puts names, times and words in where the sentences leave room for them.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: kind: (icon, sentence for staff)
STAFF: dict[str, tuple[str, Any]] = {
    "registered": ("desk", _("Received (%(channel)s). First receiver: %(person)s.")),
    "recorded": ("check", _("Read back to the customer and confirmed.")),
    "classified": ("flag", _("Classified: %(severity)s, %(category)s.")),
    "delivered": ("send", _("Assigned to %(person)s.")),
    "reassigned": ("users", _("Handler changed from %(from_person)s to %(person)s.")),
    "accepted": ("user-check", _("Accepted.")),
    "opinion_given": ("edit", _("The department's opinion.")),
    "returned": ("back", _("Sent back by %(person)s.")),
    "claimed": ("user-check", _("Claimed from %(from_person)s; first receiver: %(person)s.")),
    "acted": ("tool", _("Action taken.")),
    "answered": ("message", _("Customer answered (%(method)s).")),
    "answered_clear": ("message", _("Clear answer given to the customer (%(method)s).")),
    "handled": ("done", _("Reported as handled.")),
    "replied": ("send", _("Reply to the customer (%(method)s).")),
    "referred": ("flag", _("Referred to the supervisor as hard to judge.")),
    "apologised": ("message", _("Apology by %(who)s (%(method)s).")),
    "media_answered": ("send", _("The media were answered.")),
    "media_asked": ("message", _("The media have asked.")),
    "media_dropped": ("ban", _("The media withdrew their question; no answer is owed.")),
    "media_never_asked": ("ban", _("No mark of the media is left: no answer is owed to them.")),
    "marks_taken_back": ("flag", _("Taken back as set by mistake: %(fields)s.")),
    "sign_noted": ("flag", _("Sign noted: %(sign)s, %(day)s.")),
    "sign_withdrawn": ("flag", _("Sign withdrawn: %(sign)s, %(day)s.")),
    "abnormal_suggested": ("flag", _("%(count)s different signs: proposed as abnormal to the supervisor.")),
    "abnormal_proposed": ("send", _("Put to the property manager as abnormal.")),
    "abnormal_decided": ("check", _("Decided: %(abnormal_kind)s.")),
    "circle_changed": ("users", _("Circle of readers changed. In: %(came)s. Out: %(went)s.")),
    "external_answered": ("send", _("Answer filed with the authority, order %(order)s.")),
    "external_moved": ("clock-plus", _("%(decision)s; their due time is now %(new_due_at)s.")),
    "external_ended": ("clock-plus", _("%(decision)s; no answer is owed.")),
    "finding_recorded": ("flag", _("Finding against us dated %(found_at)s; the days for objecting run.")),
    "objection_filed": ("send", _("Objection filed; %(expert)s faces the regulator. With it: %(papers)s.")),
    "objection_waived": ("ban", _("Objection waived.")),
    "invalid_proposed": ("flag", _("Proposed as not upheld; waits for a second person.")),
    "invalid_confirmed": ("flag", _("Second person confirmed: not upheld.")),
    "judgement_overtaken": ("flag", _("Handled before a second person decided: the complaint is upheld.")),
    "invalid_rejected": ("flag", _("Second person did not agree: the complaint is upheld.")),
    "satisfied": ("check", _("Customer accepts the reply.")),
    "disputed": ("warning", _("Customer disputes the reply.")),
    "rated": ("star", _("Customer's rating: %(satisfaction)s of 5.")),
    "revisit_tried": ("phone", _("Revisit attempt: not reached.")),
    "revisit_late": ("warning", _("The tries took longer than allowed.")),
    "revisited": ("revisits", _("Revisit (%(method)s): satisfaction %(satisfaction)s of 5.")),
    "revisit_excepted": ("revisits", _("No revisit: %(exception)s.")),
    "opinion_raised": ("message", _("New opinion raised at the revisit.")),
    "opinion_signed": ("check", _("New opinion signed.")),
    "closed": ("lock", _("Closed: %(outcome)s.")),
    "cycle_started": ("history", _("Round %(cycle)s begins: %(why)s.")),
    "reopened": ("history", _("Reopened.")),
    "withdrawn": ("back", _("Withdrawn by the customer, confirmed by %(method)s.")),
    "voided": ("ban", _("Voided as a wrong entry.")),
    "outside_ways_told": ("info", _("Customer told of the outside ways: 12345, owners' committee, mediation, court.")),
    "chased": ("bell", _("Customer asked how it goes.")),
    "remarked": ("message", _("Customer's remark.")),
    "noted": ("edit", _("Internal note.")),
    "attached": ("paperclip", _("Files added: %(count)s.")),
    "edited": ("edit", _("Facts edited: %(fields)s.")),
    "regraded": ("flag", _("Severity changed from %(from_severity)s to %(severity)s.")),
    "graded": ("notice", _("Notice grade changed from %(from_grade)s to %(grade)s.")),
    "grade_raised": ("notice", _("Raised from “%(from_grade)s” to “%(grade)s”. Reason: %(reasons)s.")),
    "grade_reason": ("notice", _("Another reason for %(grade)s: %(reasons)s.")),
    "severity_raised": ("flag", _("Severity raised from %(from_severity)s to %(severity)s, as “%(grade)s” requires.")),
    "bulletin_issued": ("send", _("%(bulletin_kind)s no. %(issue)s issued to: %(told)s.")),
    "same_confirmed": ("link", _("Confirmed: the same matter as %(number)s.")),
    "same_parted": ("link", _("No longer taken for the same matter as others.")),
    "accountable_changed": ("users", _("Responsible head changed from %(from_person)s to %(person)s.")),
    "transferred": ("users", _("First receiver changed from %(from_person)s to %(person)s.")),
    "acknowledged": ("eye", _("Urgent report acknowledged.")),
    "respondent_named": ("user", _("A person or department complained about was added.")),
    "joined": ("users", _("Joined the collective complaint %(number)s.")),
    "member_joined": ("users", _("%(number)s joined; %(count)s people in all.")),
    "member_marked": ("notice", _("%(number)s, a member of this collective complaint, is marked: %(fields)s.")),
    "lead_weighed": ("notice", _("The mark counts for the lead case %(number)s too.")),
    "left": ("users", _("Left the collective complaint %(number)s.")),
    "lead_conflict": ("users", _("%(person)s is named in this complaint and works on the lead case %(number)s.")),
    "member_counted": ("users", _("The people of %(number)s were counted again; %(count)s people in all.")),
    "member_left": ("users", _("%(number)s left; %(count)s people in all.")),
    "linked": ("link", _("Linked as a repeat of %(number)s.")),
    "extension_requested": (
        "clock-plus",
        _("More time asked for. %(clock)s: from %(old_due_at)s to %(new_due_at)s (%(reason)s); waits for: %(role)s."),
    ),
    "extension_approved": ("clock-plus", _("Extension of %(clock)s approved until %(new_due_at)s.")),
    "extension_shortened": ("clock-plus", _("Extension of %(clock)s approved for a shorter time, until %(new_due_at)s.")),
    "extension_declined": ("clock", _("Extension of %(clock)s declined.")),
    "extension_reminded": ("bell", _("Reminded of the extension of %(clock)s: %(told)s.")),
    "extension_lapsed": ("clock", _("The clock has stopped, so no more time is needed. %(clock)s.")),
    "extension_withdrawn": ("clock", _("Request for an extension of %(clock)s withdrawn.")),
    "overrun_opened": (
        "hourglass",
        _("Late without an approved extension: due %(due_at)s, ended %(stopped_at)s. To be explained by: %(told)s."),
    ),
    "overrun_explained": ("message", _("Overrun explained (%(reason)s); decided on by: %(role)s.")),
    "overrun_corrected": ("message", _("Explanation of the overrun corrected (%(reason)s).")),
    "overrun_accepted": ("check", _("Explanation of the overrun accepted. It stays recorded as late.")),
    "overrun_declined": ("ban", _("Explanation of the overrun not accepted.")),
    "overrun_reminded": ("bell", _("Reminded of the overrun: %(told)s.")),
    "overrun_handed_over": ("users", _("The overrun is explained by %(person)s instead of %(from_person)s.")),
    "moved_by_days": (
        "calendar",
        _("%(clock)s is due %(new_due_at)s instead of %(old_due_at)s: the working days have changed (%(names)s)."),
    ),
    "moved_by_hours": (
        "calendar",
        _("%(clock)s is due %(new_due_at)s instead of %(old_due_at)s: the working time of the estate has changed."),
    ),
    "oral_approval": (
        "phone",
        _("%(person)s approved the extension of %(clock)s by word of mouth; to be confirmed by %(confirm_by_at)s."),
    ),
    "compensation_proposed": ("edit", _("Compensation of %(amount)s yuan proposed.")),
    "compensation_approved": ("check", _("Compensation of %(amount)s yuan approved.")),
    "compensation_declined": ("ban", _("Compensation of %(amount)s yuan declined.")),
    "unreached": ("alarm", _("Nobody who should be told or decide can be reached; administrators told: %(told)s.")),
    "level_warning": ("hourglass", _("%(clock)s: most of the time is gone.")),
    "level_over": ("alarm", _("%(clock)s overdue since %(due_at)s; told: %(told)s.")),
    "level_day_over": ("alarm", _("%(clock)s one day overdue; told: %(told)s.")),
    "level_again": ("alarm", _("%(clock)s overdue by as much again; told: %(told)s.")),
}  # fmt: skip

#: What only the circle reads: on no paper that the customer signs.
CIRCLE_ONLY = frozenset(
    {"sign_noted", "sign_withdrawn", "abnormal_suggested", "abnormal_proposed", "abnormal_decided",
     "circle_changed"}
)  # fmt: skip

#: kind: sentence for the customer; what is not here he does not read, whatever its mark.
CUSTOMER: dict[str, Any] = {
    "registered": pgettext_lazy("owner", "We received your complaint. First receiver: %(person)s."),
    "delivered": pgettext_lazy("owner", "A colleague was asked to handle it."),
    "accepted": pgettext_lazy("owner", "The handler has started work."),
    "acted": pgettext_lazy("owner", "What was done:"),
    "answered": pgettext_lazy("owner", "Our answer (%(method)s):"),
    "answered_clear": pgettext_lazy("owner", "Our answer (%(method)s):"),
    "handled": pgettext_lazy("owner", "The work is finished; we will tell you the result."),
    "replied": pgettext_lazy("owner", "Our reply (%(method)s):"),
    "apologised": pgettext_lazy("owner", "We apologised (%(method)s):"),
    "satisfied": pgettext_lazy("owner", "You accepted our reply."),
    "disputed": pgettext_lazy("owner", "You did not accept our reply:"),
    "rated": pgettext_lazy("owner", "Your rating: %(satisfaction)s of 5."),
    "revisited": pgettext_lazy("owner", "Your rating: %(satisfaction)s of 5."),
    "closed": pgettext_lazy("owner", "The case is closed."),
    "cycle_started": pgettext_lazy("owner", "We have taken the matter up again: round %(cycle)s."),
    "reopened": pgettext_lazy("owner", "The case was opened again:"),
    "withdrawn": pgettext_lazy("owner", "You withdrew the complaint."),
    "outside_ways_told": pgettext_lazy(
        "owner",
        "If you are not satisfied you can also turn to the 12345 hotline, the owners' committee, mediation or the court.",
    ),
    "chased": pgettext_lazy("owner", "You asked how it goes."),
    "remarked": pgettext_lazy("owner", "Your remark:"),
    "attached": pgettext_lazy("owner", "Files were added."),
    "transferred": pgettext_lazy("owner", "From now on %(person)s follows your case."),
    "joined": pgettext_lazy("owner", "Your case is handled together with others about the same matter."),
    "moved_by_days": pgettext_lazy("owner", "The working days have changed (%(names)s). New time: %(new_due_at)s."),
    "moved_by_hours": pgettext_lazy("owner", "Our working time has changed. New time: %(new_due_at)s."),
    "extension_approved": pgettext_lazy("owner", "More time is needed (%(reason)s). New promised time: %(promised_at)s."),
    "extension_shortened": pgettext_lazy("owner", "More time is needed (%(reason)s). New promised time: %(promised_at)s."),
}  # fmt: skip
#: Kinds whose note the customer wrote himself or was told; the notes of the others stay inside. What the
#: handler reports as handled is no answer yet: the first receiver's reply is.
CUSTOMER_NOTES = frozenset(
    {"acted", "answered", "answered_clear", "apologised", "replied", "disputed", "remarked", "chased",
     "outside_ways_told"}
)  # fmt: skip
