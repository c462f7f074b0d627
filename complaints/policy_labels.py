"""How the page of the rules names its headings, and each figure by its path. Pure."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.policy import PAYING, Level, NoticeGrade, Severity
from complaints.warranty_terms import DEFAULTS
from owners.parts import Part
from staff.roles import Role

Text = str | Promise

#: Whom a line of a clock's table is for.
CASES: dict[str, Text] = {
    "any": _("All cases"),
    **{severity.value: severity.label for severity in Severity},
    "urgent": _("Urgent"),
    "outside": _("Received outside service hours"),
    "online": _("Portal, WeChat, group, e-mail, forum"),
    "slow": _("Portal, group, e-mail, forum, letter"),
    "hot": NoticeGrade.HOT.label,
    "weekly": _("Notice: major, then every"),
    "change": _("On an important change"),
}
WARNED = _("Warned besides whoever does it")
#: The other leaves, as the page names them.
LABELS: dict[str, Text] = {
    "warning_share": _("Warn when this share of the time is gone"),
    "regrade_least_share": _("Share of the new limit left after a re-grading"),
    "reopen_within_days": _("Days within which a closed case can be reopened"),
    "shown_for_days": _("Days after closing in which the customer can read the case"),
    "offered_for_days": _("Days after closing in which the case is offered to who complains again"),
    "revisit.tries": _("Tries before a customer counts as not reached"),
    "revisit.apart": _("Time between two tries that count"),
    "revisit.second_call_share": _("Share of the revisited cases drawn for a second call"),
    "portal.a_phone": _("Sent with one phone in a day, at most"),
    "portal.identical": _("The same words and place in a day, at most"),
    "portal.a_network": _("Sent from one network in a day, at most"),
    "portal.everybody": _("Sent by everybody together in a day, at most"),
    "extension.clocks": _("Clocks that can be extended"),
    "extension.confirm_oral_within": _("An oral approval is confirmed within"),
    **{f"extension.approvers.{s}": _("Approves more time") for s in Severity},
    **{f"extension.caps.{s}": _("Longest extension at a time") for s in Severity},
    **{f"compensation.limits.{role}": _("Approves up to, for one case in all") for role in PAYING},
    **{f"warning.{s}": WARNED for s in Severity},
    f"next_up.{Level.DAY_OVER}": _("One day overdue: goes so many roles further up as well"),
    f"next_up.{Level.AGAIN}": _("Overdue by as much again: goes so many roles further up as well"),
    "digest.readers": _("The daily digest of what is overdue goes to"),
    **{f"digest.instead.{s}": _("Read of these in the digest alone") for s in Severity},
    "same_day_check": _("On the spot by the end of service, from acceptance on"),
    "daily_reading.readers": _("Signs the day before; nobody: no day is signed"),
    "notice.collective.major": _("People who complain together: notice major from"),
    "notice.collective.hot": _("People who complain together: notice hot from"),
    "notice.same.hot": _("Different people with the same complaint: notice hot from"),
    "notice.same.within": _("The same complaint counts within"),
    "notice.unsolved.major": _("Unsolved for our reasons: notice major after"),
    "notice.unsolved.hot": _("Unsolved for our reasons: notice hot after"),
    "notice.recipients.major": _("Notice major goes to"),
    "notice.recipients.hot": _("Notice hot goes to"),
    **{f"thorough.cause.{s}": _("Handled only with its cause") for s in Severity},
    **{f"thorough.analysis.{s}": _("Owes an analysis of its cause") for s in Severity},
    "thorough.analysis_within": _("The analysis is written within"),
    "thorough.check_after_days": _("Days after which a measure is checked, once it is done"),
    "thorough.check_within_days": _("Days for that check"),
    "thorough.answer_within_days": _("Days for the answer of an estate that is told of a measure"),
    "thorough.study_within_days": _("Days from the closing of a major case to its analysis in the library"),
    "thorough.same.cases": _("So many cases of one cause at one place propose a measure"),
    "thorough.same.days": _("Such cases count within so many days"),
    **{f"warranty.years.{part}": _("Years under warranty") for part in DEFAULTS["years"]},
    **{f"warranty.seasons.{part}": _("Whole seasons under warranty") for part in DEFAULTS["seasons"]},
    **{f"warranty.season_starts.{part}": _("First day of a season") for part in DEFAULTS["season_starts"]},
    **{f"warranty.season_ends.{part}": _("Last day of a season") for part in DEFAULTS["season_ends"]},
    "warranty.builder_days": _("Days after which a builder who was told and has not come is late"),
    "rewards.on": _("Proposed by rule; a second person decides on each"),
    **{
        f"rewards.penalty.{s}": _("Penalty of an upheld complaint, for whom it is about; 0: none")
        for s in Severity
    },
    "rewards.reward": _("Reward for a published commendation; 0: none"),
    "rewards.award_lost": _("Beside a penalty: the estate loses its chance of an award for the month"),
    "warranty.ending_days": _("Days before its end from which a warranty is listed for a last inspection"),
}
#: Those whose last step names a severity or a role, said behind the label.
BY_CASE = ("extension", "compensation", "warning", "digest", "thorough", "warranty", "rewards")
NAMED: dict[str, Text] = {member.value: member.label for member in (*Severity, *Role, *Part)}
SECTIONS: dict[str, Text] = {
    "extension": _("More time"),
    "compensation": _("Compensation"),
    "notice": _("Notice grades"),
    "revisit": _("Revisit and reopening"),
    "reopen_within_days": _("Revisit and reopening"),
    "shown_for_days": _("Revisit and reopening"),
    "offered_for_days": _("Revisit and reopening"),
    "portal": _("Owner portal"),
    "warning": _("Who is told of deadlines"),
    "next_up": _("Who is told of deadlines"),
    "digest": _("Who is told of deadlines"),
    "daily_reading": _("Daily reading"),
    "same_day_check": _("Same-day check"),
    "warning_share": _("Warning and re-grading"),
    "regrade_least_share": _("Warning and re-grading"),
    "thorough": _("Causes and measures"),
    "warranty": _("Warranty"),
    "rewards": _("Rewards and penalties"),
}
