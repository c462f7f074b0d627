"""What a message says, by kind, in the reader's language: inbox line, mail subject, mail body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from complaints.message_pages import of_people_or_firms, of_reports
from complaints.models import Complaint
from complaints.time_texts import moment, same_year
from complaints.timeline import PEOPLE, fill, people_named

#: kind: what the person should know or do, in one line
LINES: dict[str, Any] = {
    "received": _("New complaint to be classified and delivered."),
    "urgent_received": _("People in danger: open the case now and see that help comes."),
    "claimed": _("%(person)s has claimed the complaint you received at night."),
    "delivered": _("A complaint was delivered to you; accept it or send it back."),
    "taken_over": _("%(person)s is now the handler."),
    "returned": _("The handler sent the complaint back; name another one."),
    "analysis_asked": _("Write the analysis of the cause by %(due_at)s."),
    "analysis_written": _("The analysis of the cause is written."),
    "analysis_soon": _("The analysis of the cause is due %(due_at)s."),
    "analysis_over": _("The analysis of the cause is overdue since %(due_at)s."),
    "handled": _("Handled; the reply to the customer is due."),
    "referred": _("Referred as hard to judge; decide whether it is upheld."),
    "media_marked": _("The media are on it: only you or a manager above you answers them."),
    "abnormal_suggested": _("%(count)s signs of an abnormal complaint: check them and put it to the property manager."),
    "abnormal_proposed": _("Proposed as abnormal; decide with a reason and name who reads the case."),
    "abnormal_marked": _("Marked as abnormal: only its circle reads the case. Clocks and answers go on."),
    "abnormal_declined": _("Decided: not abnormal."),
    "abnormal_lifted": _("No longer taken for abnormal."),
    "sign_withdrawn": _("A sign of the abnormal complaint was withdrawn: %(sign)s."),
    "circle_named": _("You are in the circle of this restricted case; tell nobody outside it."),
    "external_moved": _("The authority has set a new due time: %(new_due_at)s."),
    "finding_recorded": _("A regulator has found against us; object or waive in time."),
    "inquiry_signing_soon": _("Record of questions no. %(record)s is not signed yet; due %(due_at)s."),
    "inquiry_signing_over": _("Record of questions no. %(record)s is not signed; it was due %(due_at)s. Go on with it, or set it aside."),
    "inquiry_scan_soon": _("Record of questions no. %(record)s has no scan yet; due %(due_at)s."),
    "inquiry_scan_over": _("Record of questions no. %(record)s is signed and has no scan; it was due %(due_at)s."),
    "court_entered": _("Court: %(court_stage)s, %(on_at)s."),
    "court_called_off": _("Court: %(court_stage)s of %(on_at)s does not take place."),
    "court_outcome": _("Court, %(on_at)s: what came of the %(court_stage)s."),
    "court_wrong": _("Court: the entry %(court_stage)s of %(on_at)s was made by mistake."),
    "court_soon": _("In court soon: %(court_stage)s, %(on_at)s."),
    "invalid_proposed": _("Proposed as not upheld; a second person must decide."),
    "invalid_confirmed": _("Confirmed as not upheld; explain it to the customer."),
    "invalid_rejected": _("The complaint is upheld; go on with it."),
    "lead_conflict": _("%(person)s is named here and works on the lead case %(number)s: leave it, or let another work there."),
    "satisfied": _("The customer accepts the reply."),
    "rated_with_opinion": _("The customer is satisfied and has a new opinion; revisit."),
    "withdrawn": _("The customer withdrew the complaint."),
    "voided": _("The entry was voided."),
    "opinion_raised": _("The revisit brought up a new opinion; read and sign it."),
    "follow_ups_raised": _("New opinions of the customer to follow up: %(count)s, the first by %(due_at)s."),
    "follow_up_told": _("A follow-up is done and the customer was told; read and sign it."),
    "second_call_drawn": _("Drawn for a second call: ask the customer once more."),
    "second_call_worse": _("The second call came out worse than the revisit; look at it and decide on reopening."),
    "cycle_started": _("Round %(cycle)s has begun; the customer is not satisfied."),
    "regraded": _("The severity is now: %(severity)s."),
    "graded": _("%(grade)s: set by hand."),
    "grade_raised": _("%(grade)s: %(reasons)s."),
    "bulletin_issued": _("%(bulletin_kind)s no. %(issue)s: read it."),
    "transferred": _("First receiver is now %(person)s."),
    "reminded": _("%(from_person)s reminds you: see to it, and note how it stands."),
    "duties_taken": _("Complaints you have taken over from %(from_person)s: %(count)s."),
    "chased": _("The customer asks how it goes."),
    "remarked": _("The customer added something."),
    "moved_by_days": _("The working days have changed (%(names)s); due now: %(moves)s."),
    "moved_by_hours": _("The working time of the estate has changed; due now: %(moves)s."),
    "extension_requested": _("Extension of %(clock)s waits for your decision."),
    "extension_waits": _("Extension of %(clock)s still waits for your decision; due %(due_at)s."),
    "extension_approved": _("Extension of %(clock)s approved until %(new_due_at)s."),
    "extension_declined": _("Extension of %(clock)s declined; the clock runs on."),
    "extension_lapsed": _("Request for an extension of %(clock)s ended: the clock has stopped."),
    "overrun_opened": _("Handled late without an approved extension: explain it by %(explain_by_at)s."),
    "overrun_unexplained": _("An overrun still waits for your explanation."),
    "overrun_explained": _("Explanation of an overrun waits for your decision; decide by %(decide_by_at)s."),
    "overrun_undecided": _("Explanation of an overrun still waits for your decision."),
    "overrun_accepted": _("The explanation of the overrun was accepted; it stays recorded as late."),
    "overrun_declined": _("The explanation of the overrun was not accepted."),
    "extension_barred": _("%(clock)s can no longer be extended: the request has ended."),
    "oral_approval": _("Confirm your oral approval by %(confirm_by_at)s."),
    "compensation_proposed": _("A compensation of %(amount)s yuan waits for your decision."),
    "compensation_paid": _("The compensation of %(amount)s yuan has been paid; record the customer's acceptance."),
    "presence_owed": _("%(count)s people complain together: meet them in person by %(due_at)s."),
    "speaker_ended": _("Nobody speaks alone for us on this case any more (until now %(from_person)s)."),
    "speaker_named": _("%(person)s speaks for us on this case, and nobody else."),
    "compensation_decided": _("The compensation of %(amount)s yuan has been decided on."),
    "superior_asked": _("The customer insists: decide by %(decide_by_at)s what we answer."),
    "superior_decided": _("The superior has decided: %(superior)s. Tell the customer."),
    "superior_moved": _("What the customer insists on is now with the %(role)s, to be decided by %(decide_by_at)s."),
    "superior_over": _("What the customer insisted on need not be decided any more."),
    "level_warning": _("%(clock)s is due %(due_at)s; three quarters of the time is gone."),
    "level_warning_share": _("%(clock)s is due %(due_at)s; %(share)s%% of the time is gone."),
    "level_over": _("%(clock)s overdue since %(due_at)s."),
    "level_day_over": _("%(clock)s one day overdue; due was %(due_at)s."),
    "level_again": _("%(clock)s overdue by as much again; due was %(due_at)s."),
    "levels_together": _("%(count)s complaints at once (major %(major)s, important %(important)s): %(worst)s."),
    "unreached": _("%(number)s (%(estate)s): a deadline can be told to no manager. Check the postings."),
    "undecided": _("%(number)s (%(estate)s): a request waits and nobody can decide on it. Check the postings."),
    "portal_received": _("Sent on the portal by a customer: claim it."),
    "portal_danger": _("Sent on the portal, and its words may tell of danger: call at once, then claim it."),
    "note_sent": _("%(estate)s: sent on the portal, no complaint. Take it."),
    "note_danger": _("%(estate)s: sent on the portal, and its words may tell of danger. Call at once, then take it."),
    "note_waits": _("%(estate)s: what was sent on the portal on %(sent_at)s has been taken by nobody yet."),
    "relay_passed": _("%(person)s passes on a complaint of %(estate)s: take it."),
    "relay_danger": _("%(person)s passes on from %(estate)s: people may be in danger. Call at once, then take it."),
    "relay_waits": _("What %(person)s passed on at %(estate)s on %(passed_at)s is not settled yet."),
    "relay_taken": _("%(person)s at the desk has taken the complaint you passed on."),
    "relay_taken_over": _("%(person)s has taken over a complaint passed on that was yours to settle."),
    "relay_filed": _("What you passed on is now complaint %(number)s."),
    "relay_added": _("What you passed on belongs to complaint %(number)s, which was asked about."),
    "relay_noted": _("What you passed on was kept as a contact note: it is no complaint."),
    "relay_settled": _("What you passed on is settled; the reason stands with it."),
    "relay_closed": _("Complaint %(number)s, which you passed on, is closed."),
    "people_hired": _("%(from_person)s added a log-in: %(person)s, %(role)s (%(where)s)."),
    "people_hired_together": _("%(from_person)s added %(count)s log-ins from a list."),
    "people_appointed": _("%(from_person)s gave %(person)s a role: %(role)s (%(where)s)."),
    "people_asked": _("%(from_person)s wants %(person)s as %(role)s (%(where)s). A second person agrees or sends it back."),
    "people_asked_together": _("%(from_person)s added %(count)s log-ins from a list. They wait for a second person."),
    "people_agreed": _("%(from_person)s agreed as second person: %(person)s is %(role)s (%(where)s)."),
    "people_sent_back": _("%(from_person)s sent back that %(person)s is %(role)s (%(where)s); the reason stands with it."),
    "people_taken_back": _("%(from_person)s took back the request that %(person)s is %(role)s (%(where)s)."),
    "people_deputy_asked": _("%(from_person)s wants %(deputy)s to stand in for %(person)s. A second person agrees or sends it back."),
    "people_deputy_agreed": _("%(from_person)s agreed as second person: %(deputy)s stands in for %(person)s."),
    "people_deputy_sent_back": _("%(from_person)s sent back that %(deputy)s stands in for %(person)s; the reason stands with it."),
    "people_deputy_taken_back": _("%(from_person)s took back the request that %(deputy)s stands in for %(person)s."),
    "people_dismissed": _("%(from_person)s ended a role of %(person)s: %(role)s (%(where)s)."),
    "people_deputised": _("%(from_person)s named a deputy for %(person)s: %(deputy)s."),
    "people_sent_away": _("%(from_person)s noted an absence of %(person)s, without a deputy."),
    "people_called_back": _("%(from_person)s ended an absence of %(person)s."),
    "people_redirected": _("%(from_person)s changed where the messages of %(person)s go."),
    "people_invited": _("%(from_person)s took the link by which %(person)s chooses a password."),
    "people_closed": _("%(from_person)s closed the log-in of %(person)s."),
    "people_handed_over": _("%(from_person)s transferred the duties of %(person)s to %(deputy)s: %(count)s."),
    "report_opened": _("%(report_name)s is to be prepared, due %(report_due)s."),
    "report_drafted": _("The draft of %(report_name)s is made: look at it and hand it in, due %(report_due)s."),
    "report_draft_failed": _("The draft of %(report_name)s could not be made. Have it made again, or add a file."),
    "report_to_check": _("%(from_person)s handed in %(report_name)s: check it, due %(report_due)s."),
    "report_to_sign": _("%(from_person)s passed on %(report_name)s: sign it, due %(report_due)s."),
    "report_sent_back": _("%(from_person)s sent back %(report_name)s; the reason stands with it."),
    "report_reissued": _("%(from_person)s wants a new version of %(report_name)s; the reason stands with it."),
    "report_sent": _("%(report_name)s, version %(version)s, issued by %(from_person)s: read it."),
    "report_remind": _("%(report_name)s is due %(report_due)s and not out yet."),
    "report_over": _("%(report_name)s is overdue: it was due %(report_due)s."),
    "report_day_over": _("%(report_name)s is one day overdue: it was due %(report_due)s."),
    "report_unreached": _("%(report_name)s is overdue and nobody can be told. Check the postings."),
    "appraisal_shown": _("Your appraisal for %(appraisal_of)s is there: read and sign it."),
    "appraisal_appealed": _("%(from_person)s appeals against an appraisal for %(appraisal_of)s: decide on it."),
    "appraisal_decided": _("%(from_person)s has decided the appeal against an appraisal for %(appraisal_of)s."),
    "appraisal_unsigned": _("Your appraisal for %(appraisal_of)s is not signed yet, and the days to appeal are nearly over."),
    "appraisal_appeal_soon": _("An appeal against an appraisal for %(appraisal_of)s is to be decided within two days."),
    "appraisal_appeal_over": _("An appeal against an appraisal for %(appraisal_of)s is overdue: decide on it."),
    "appraisal_unreached": _("An appeal against an appraisal for %(appraisal_of)s waits and nobody may decide it. Check the postings."),
    "appraisals_year_due": _("Annual appraisals for %(appraisals)s still to be shown to your people: %(count)s."),
    "appraisals_due": _("Appraisals for %(appraisals)s still to be shown to your people: %(count)s."),
    "reading_unsigned": _("%(estate)s: days read by nobody yet: %(count)s, the first is %(day)s. Read and sign them."),
    "reports_late": _("Reports late by more than a day: %(reports_late)s; the first was due on %(since)s."),
    "measure_proposed": _("%(estate)s: one cause has come %(count)s times at one place (%(cause)s). Take up a measure, or say why not."),
    "measures_proposed": _("%(estate)s: %(count)s measures are proposed. Take each up, or say why not."),
    "measure_set": _("Measure %(zg)s (%(estate)s) is yours to do by %(due_at)s."),
    "measure_moved": _("Measure %(zg)s (%(estate)s) is now done by %(person)s."),
    "measure_done": _("Measure %(zg)s (%(estate)s) is done; its effect is checked from %(check_from_at)s on."),
    "measure_effective": _("Measure %(zg)s (%(estate)s) was checked: effective."),
    "measure_again": _("Measure %(zg)s (%(estate)s) was checked: no effect. Try again by %(due_at)s."),
    "measure_withdrawn": _("Measure %(zg)s (%(estate)s) was withdrawn."),
    "measure_told": _("%(estate)s has taken a measure (%(zg)s): say by %(due_at)s whether it applies at %(place)s."),
    "measure_answered": _("%(place)s on measure %(zg)s: %(answer)s."),
    "measure_due_soon": _("Measure %(zg)s (%(estate)s) is due %(due_at)s."),
    "promise_due_soon": _("Promise to owners of %(estate)s, due %(due_on)s: %(promise)s"),
    "promise_due_over": _("Promise to owners of %(estate)s, not kept by %(due_on)s: %(promise)s"),
    "owner_report_to_check": _("Management report of %(estate)s, %(first_day)s to %(last_day)s, waits to be checked"),
    "owner_report_back": _("Management report of %(estate)s, %(first_day)s to %(last_day)s, was sent back to be written on"),
    "promise_reported": _("Promise to owners of %(estate)s: %(keeper)s reports it as kept: %(promise)s"),
    "promise_carried_out": _("Promise to owners of %(estate)s has been carried out, say whether it is kept: %(promise)s"),
    "measure_due_over": _("Measure %(zg)s (%(estate)s) is overdue since %(due_at)s."),
    "measure_check_soon": _("Check the effect of measure %(zg)s (%(estate)s) by %(due_at)s."),
    "measure_check_over": _("The check of measure %(zg)s (%(estate)s) is overdue since %(due_at)s."),
    "measure_answer_soon": _("Measure %(zg)s of %(estate)s: the answer whether it applies is due %(due_at)s."),
    "measure_answer_over": _("Measure %(zg)s of %(estate)s: the answer whether it applies is overdue since %(due_at)s."),
    "evidence_to_withdraw": _("Evidence no. %(evidence)s is proposed to be withdrawn: confirm that, or keep it."),
    "evidence_undecided": _("The proposed withdrawal of evidence no. %(evidence)s still waits: confirm that, or keep it."),
    "evidence_withdrawn": _("Evidence no. %(evidence)s was withdrawn."),
    "evidence_kept": _("Evidence no. %(evidence)s is kept; the reason stands with it."),
    "warranty_yours": _("Under warranty: tell the builder and see that he comes."),
    "warranty_to_sign": _("Repaired by the builder: have the owner confirm it."),
    "warranty_refused": _("The owner does not sign the builder's repair."),
    "warranty_due": _("Warranty: “%(warranty_state)s” was to be seen to by %(due_at)s."),
    "warranty_late": _("Under warranty, and the builder has not come by %(due_at)s. Ask again, or have others repair it."),
    "evidence_differs": _("Evidence is no longer as it came in: no. %(items)s. Look at it at once."),
    "visit_set": _("You are sent to the spot (no. %(visit)s): %(window)s."),
    "visit_moved": _("Site visit no. %(visit)s was moved to %(window)s."),
    "visit_taken": _("Site visit no. %(visit)s (%(window)s) is now %(person)s's."),
    "visit_off": _("Site visit no. %(visit)s (%(window)s) is called off."),
    "visit_soon": _("Site visit no. %(visit)s begins soon: %(window)s."),
    "visit_orphaned": _("Site visit no. %(visit)s (%(window)s): %(person)s no longer sees to it. Send somebody else."),
    "visit_late": _("Site visit no. %(visit)s (%(window)s): nobody has arrived yet. Go before its time is over, or call the customer."),
    "visit_late_common": _("Site visit no. %(visit)s (%(window)s): nobody has arrived yet."),
    "visit_over": _("Site visit no. %(visit)s (%(window)s): its time is over and nobody has arrived. Call the customer, and enter it as missed."),
    "visit_over_common": _("Site visit no. %(visit)s (%(window)s): its time is over and nobody has arrived. Move it or call it off."),
    "visit_unfinished": _("Site visit no. %(visit)s (%(window)s) was begun and not ended. Write down what was found and when he left."),
    "visit_missed": _("Site visit no. %(visit)s (%(window)s) was missed: apologise, and agree on a new one."),
    "visit_in_vain": _("Site visit no. %(visit)s: %(visit_outcome)s. Agree on a new one."),
    "study_drafted": _("%(estate)s: case study %(al)s was drafted for the library (%(origin)s). Write it, or say why not."),
    "studies_drafted": _("%(estate)s: %(count)s case studies were drafted for the library. Write each, or say why not."),
    "study_to_check": _("Case study %(al)s (%(estate)s) is written: check it."),
    "study_returned": _("Case study %(al)s (%(estate)s) was sent back: see what is missing."),
    "study_revised": _("Case study %(al)s (%(estate)s) is a draft again, to be revised."),
    "study_published": _("Case study %(al)s (%(estate)s) is in the library. Read it with your people."),
    "commendation_proposed": _("Commendation %(tb)s (%(estate)s) is proposed: read it and decide."),
    "commendations_proposed": _("%(estate)s: %(count)s commendations are proposed. Read each and decide."),
    "commendation_undecided": _("Commendation %(tb)s (%(estate)s) still waits for a decision: read it and decide."),
    "commendation_unpublished": _("Commendation %(tb)s (%(estate)s) is approved and not published: publish it."),
    "commendation_approved": _("Commendation %(tb)s (%(estate)s) is approved: publish it."),
    "commendation_declined": _("Commendation %(tb)s (%(estate)s) was not approved: see why."),
    "commendation_published": _("You are commended (%(estate)s, %(tb)s). Thank you for the good work."),
    "commendation_withdrawn": _("Commendation %(tb)s (%(estate)s) was withdrawn: see why."),
    "reward_proposed": _("Reward or penalty %(jc)s (%(estate)s) is proposed by the rule: read it and decide."),
    "rewards_proposed": _("%(estate)s: %(count)s rewards or penalties are proposed by the rule. Read each and decide."),
    "reward_undecided": _("Reward or penalty %(jc)s (%(estate)s) still waits for a decision: read it and decide."),
    "reward_doubted": _("Reward or penalty %(jc)s (%(estate)s) has lost its ground: decide again."),
    "reward_decided": _("A reward or penalty of yours was decided (%(estate)s, %(jc)s): read it."),
    "reward_cancelled": _("The decision on reward or penalty %(jc)s (%(estate)s) was cancelled: see why."),
    "survey_closed": _("Survey %(dc)s “%(title)s” is closed: read the results and answer the owners."),
    "survey_remind_on_paper": _(
        "Survey %(dc)s “%(title)s”: today homes are to be reminded, and no text message goes. Hand out the sheets once more."
    ),
    "survey_unanswered": _(
        "Survey %(dc)s “%(title)s” has been closed for 7 days and owners have no answer: read the results and answer them."
    ),
    "training_own": _("Your training “%(course)s” is valid until %(until)s only: renew it."),
    "training_soon": _("%(name)s: the training “%(course)s” is valid until %(until)s only."),
    "rating_to_check": _("%(contractor)s (%(estate)s) is rated for %(month)s: check it."),
    "rating_sent_back": _("The rating of %(contractor)s (%(estate)s) for %(month)s was sent back: see what is missing."),
    "rating_published": _("The rating of %(contractor)s (%(estate)s) for %(month)s is published."),
    "rating_remarked": _("%(contractor)s (%(estate)s) has remarked on its rating for %(month)s."),
    "ratings_missing": _("%(estate)s: contractors not rated for %(ratings)s yet (%(count)s): %(contractors)s."),
    "study_major": _("Case study %(al)s (%(estate)s): its case is major now. It is a draft again, to be analysed by itself."),
    "study_to_recheck": _("Case study %(al)s (%(estate)s): its case is closed again. Check whether it is still right, or revise it."),
    "study_reopened": _("Case study %(al)s (%(estate)s): its case was reopened. Once it is closed, check whether it is still right."),
    "study_rechecked": _("Case study %(al)s (%(estate)s) was checked once more: it stands."),
    "studies_due": _("%(count)s case studies of major cases are due or overdue: %(numbers)s."),
    "study_due_soon": _("Case study %(al)s (%(estate)s) of a major case is to be published by %(due_at)s."),
    "study_due_over": _("Case study %(al)s (%(estate)s) of a major case is overdue since %(due_at)s."),
    "digest": _("Overdue today: %(count)s complaints, %(important)s of them important or major."),
    "digest_owed": _("Closed cases on which something is still owed and overdue: %(owed)s."),
    "digest_both": _("Overdue today: %(count)s complaints, %(important)s of them important or major; and %(owed)s closed cases on which something is still owed."),
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """A message, put into words."""

    subject: str
    line: str
    facts: list[tuple[str, str]]
    path: str


def words(
    kind: str,
    params: dict[str, Any],
    complaint: Complaint | None,
    people: dict[int, str] | None = None,
    said_at: datetime | None = None,
) -> Words:
    """The message in the active language; names no customer, so that a mail can be read over a shoulder.

    `people` are names by id when many messages are put into words at once. Times of another year than that
    of `said_at` say theirs.
    """
    if people is None:
        people = people_named(params.get(name, 0) for name in PEOPLE)
    zone = complaint.estate.zone if complaint else ZoneInfo(params.get("zone") or settings.TIME_ZONE)
    if "report" in params:  # its words are kept in every language
        language = "en" if (get_language() or "").startswith("en") else "zh-hans"
        params = params | {name: params[name][language] for name in ("report_name", "report_due")}
    line = str(LINES[_line(kind, params)]) % fill(params, zone, people, said_at=said_at) + more(params)
    if kind in ("unreached", "undecided", "appraisal_unreached"):
        return Words(line, line, [], reverse("people"))
    if path := of_reports(params):
        return Words(line, line, [], path)
    if kind in ("measures_proposed", "studies_drafted"):
        rows, view = ("measures", "proposed") if kind == "measures_proposed" else ("studies", "draft")
        return Words(line, line, [], f"{reverse(rows)}?view={view}")
    if kind == "studies_due":
        return Words(line, line, [], f"{reverse('studies')}?view=owed")
    if kind == "commendations_proposed":
        return Words(line, line, [], f"{reverse('commendations')}?view=proposed")
    if kind == "rewards_proposed":
        return Words(line, line, [], f"{reverse('rewards')}?view=proposed")
    if kind == "reports_late":
        return Words(line, line, [], f"{reverse('reports:calendar')}?view=late")
    if path := of_people_or_firms(kind, params):
        return Words(line, line, [], path)
    if pk := params.get("relay"):
        at_desk = kind in ("relay_passed", "relay_danger", "relay_waits", "relay_taken_over")
        return Words(line, line, [], reverse("desk_relay", args=[pk]) if at_desk else reverse("relays"))
    if place := params.get("reading"):
        return Words(line, line, [], reverse("reading_day", args=place.split("/")))
    for name in ("study", "commendation", "reward", "survey", "measure"):  # each has its page
        if pk := params.get(name):
            return Words(line, line, [], reverse(name, args=[pk]))
    if pk := params.get("note"):
        return Words(line, line, [], reverse("desk_note", args=[pk]))
    if kind.startswith("people_"):
        waits = "review" in params or kind == "people_asked_together"
        return Words(line, line, [], reverse("reviews" if waits else "inbox"))
    if complaint is None:
        view = "mine" if kind == "duties_taken" else "overdue" if params.get("count") else "owed"
        return Words(line, line, [], f"{reverse('queue')}?view={view}")
    path = _page_of(kind, params, complaint)
    return Words(f"{complaint.number} · {line}", line, _facts(complaint, zone, said_at), path)


def _page_of(kind: str, params: dict[str, Any], complaint: Complaint) -> str:
    """A request or an overrun leads to the card where it is decided, a bulletin and evidence to themselves."""
    for name, page in (
        ("extension", "approval"),
        ("overrun", "overrun"),
        ("bulletin", "bulletin"),
        ("superior_request", "superior"),
    ):
        if pk := params.get(name):
            return reverse(page, args=[pk])
    if item := params.get("evidence"):
        return reverse("evidence_item", args=[complaint.number, item])
    if params.get("warranty"):
        return reverse("case_warranty", args=[complaint.number])
    if visit := params.get("visit"):
        return reverse("visit", args=[complaint.number, visit])
    if kind == "evidence_differs":
        return reverse("evidence", args=[complaint.number])
    return complaint.get_absolute_url()


def _facts(complaint: Complaint, zone: ZoneInfo, said_at: datetime | None) -> list[tuple[str, str]]:
    def when(at: datetime) -> str:
        return moment(at, zone, year=said_at is not None and not same_year(at, said_at, zone))

    facts = [
        (gettext("Number"), complaint.number),
        (gettext("Estate"), str(complaint.estate)),
        (gettext("Place"), complaint.open_where or "–"),
        (gettext("Severity"), complaint.get_severity_display() or gettext("Not classified")),
        (gettext("Received"), when(complaint.received_at)),
    ]
    if complaint.next_due_at:
        facts.append((gettext("Next due"), when(complaint.next_due_at)))
    return facts


def more(params: dict[str, Any]) -> str:
    """How many other limits of the case one message stands for, so that it hides none."""
    said = ""
    if n := params.get("more_over"):
        said += ngettext(
            " %(n)s other time limit has passed too.", " %(n)s other time limits have passed too.", n
        ) % {"n": n}
    if n := params.get("more_soon"):
        said += ngettext(" %(n)s other is soon due.", " %(n)s others are soon due.", n) % {"n": n}
    return said


def _line(kind: str, params: dict[str, Any]) -> str:
    """The digest tells what is overdue, what is overdue on closed cases, or both; a warning how much is gone."""
    if kind == "level_warning" and params.get("share"):
        return "level_warning_share"
    if kind != "digest" or not params.get("owed"):
        return kind
    return "digest_both" if params["count"] else "digest_owed"
