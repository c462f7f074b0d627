"""When a move is possible, besides status and people: each rule once, with its sentence. Pure.

`moves` says which rules a move stands under; everybody else asks `moves`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from complaints.policy import OFFICIAL, Channel, ClockKind, NoticeGrade
from complaints.situation import Rule, Situation
from complaints.statuses import (
    AT_WORK,
    SPEAKERS,
    TO_MEDIA,
    TOLD,
    Abnormal,
    CaseRole,
    Outcome,
    Status,
    WrongPerson,
)
from config.framework.refusals import Refused
from staff.roles import MANAGERS, Role

K = ClockKind
#: As many people are named to whoever may not do it himself.
NAMED = 4
#: So many different signs propose the mark of an abnormal complaint.
ENOUGH_SIGNS = 2
#: The notice grades that ask for bulletins.
GRAVE = (NoticeGrade.HOT, NoticeGrade.MAJOR)
#: Where a decision on the mark waits.
MARK_WAITS = (Abnormal.SUGGESTED, Abnormal.PROPOSED)


def runs(kind: ClockKind, sentence: object) -> Rule:
    """What the clock waits for is still owed."""
    return Rule(lambda s: kind in s.running(), sentence)  # type: ignore[arg-type]


# Who may know and who may speak --------------------------------------------------------------------


def knows_complainant(roles: Collection[Role | CaseRole], *, hidden: bool) -> bool:
    """Who complained, and at which door he lives, is for everybody who knows of the case, unless he asked
    to be hidden: then for the first receiver and the supervisor only (domain.md, story 9)."""
    return not hidden or bool(TOLD.intersection(roles))


def _knows(s: Situation) -> bool:
    return knows_complainant(s.roles, hidden=s.case.identity_hidden)


def speaks(s: Situation) -> bool:
    """On a case with a speaker nobody else's answers go out (G10). His deputy speaks for the absent; where
    he has left or nobody stands in, the managers who may name another one do."""
    if s.case.speaker_id is None or CaseRole.SPEAKER in s.roles:
        return True
    return bool(SPEAKERS & set(s.roles)) and not s.speaker_is_here()


SHOWN = Rule(
    _knows,
    _("Who complained is shown to the first receiver and the supervisor only."),
    WrongPerson,
)
CHOOSES_RECEIVER = Rule(  # whoever follows learns who complained
    _knows,
    _("Who complained is hidden: only the supervisor or the first receiver may choose the next one."),
    WrongPerson,
)
VOICE = Rule(
    speaks,
    lambda s: (
        gettext(
            "%(name)s speaks for us on this case, and nobody else. Pass it on to him; "
            "the property manager can name another speaker."
        )
        % {"name": s.case.speaker}
    ),
    WrongPerson,
)
#: Where a reporter complains, the answer to him is one to the media. An owner's case on which the media
#: ask as well is answered to him by whoever answers owners.
NO_REPORTER = Rule(
    lambda s: bool(TO_MEDIA & set(s.roles)) or not s.from_reporter(),
    _("The media are answered by a manager only. You may say that it has been reported."),
    WrongPerson,
)
BY_MANAGER = Rule(
    lambda s: MANAGERS & set(s.roles),
    _("The notice grade is set by the supervisor or a manager."),
    WrongPerson,
)


def another(verb: str) -> Rule:
    """Somebody who was not involved himself, or whoever is left in a small office."""
    return Rule(lambda s: s.other(verb).may, lambda s: another_is_there(s.other(verb).people), WrongPerson)


def another_is_there(people: Sequence[object]) -> str:
    """Who else could, to one who was involved himself."""
    names = pgettext("between names", ", ").join(str(one) for one in people[:NAMED])
    return gettext("Another person must do this, because you were involved: %(people)s.") % {"people": names}


# The way to the reply ------------------------------------------------------------------------------

AWAITS_CLAIM = Rule(
    lambda s: s.case.awaits_claim, _("This case does not wait to be claimed."), rows=Q(awaits_claim=True)
)
UNPROPOSED = Rule(
    lambda s: s.case.invalid_proposed_by_id is None,
    lambda s: (
        gettext("This has been referred and waits for the judgement.")
        if K.JUDGE in s.running()
        else gettext("This is already proposed and waits for a second person.")
    ),
)
PROPOSED = Rule(
    lambda s: s.case.invalid_proposed_by_id is not None,
    _("Nobody has proposed that this complaint is not upheld."),
    rows=Q(invalid_proposed_by__isnull=False),
)
REPORT_OWED = runs(K.URGENT_REPORT, _("No urgent report is open on this case."))
CHECKING = runs(K.SAME_DAY, _("No same-day check is open on this case."))
APOLOGY_OWED = runs(K.APOLOGY, _("No apology is owed on this case."))

# From the reply to the end, and back again ---------------------------------------------------------

HELD = Rule(
    lambda s: (CaseRole.HANDLER if s.case.status in AT_WORK else CaseRole.FIRST_RECEIVER) not in s.roles,
    _("Nobody but you holds this case: there is nobody to remind."),
)
NOT_ACCEPTED = Rule(lambda s: not s.accepted(), _("The customer has already accepted the reply."))
NOT_RATED = Rule(lambda s: not s.rated(), _("You have rated our work already."))
REPLIED_AGAIN = Rule(
    lambda s: s.replied_again(),
    _("Only after the second cycle has been replied to can a case be closed unsatisfied."),
)
WAITS_FOR_CALL = Rule(
    lambda s: s.waits_for_call(), _("This case was not drawn for a second call, or has been called.")
)
NO_WRONG_ENTRY = Rule(
    lambda s: s.case.outcome != Outcome.VOID, _("A voided entry cannot be reopened; take a new complaint.")
)
#: Within 90 days of closing, says the policy (domain.md 3).
CLOSED_LATELY = Rule(
    lambda s: s.at - (s.case.closed_at or s.at) <= s.policy().reopen_window,
    lambda s: (
        gettext("Closed more than %(days)s days ago; take a new complaint and link it as a repeat.")
        % {"days": s.policy().reopen_window.days}
    ),
)
IS_FOLLOWED_UP = Rule(
    lambda s: s.case.outcome not in (Outcome.VOID, Outcome.WITHDRAWN),
    _("Nothing is followed up on a case that was withdrawn or a wrong entry."),
)


def has_row(verb: str) -> Rule:
    """One of the case's follow-ups or amounts is at that point, and his."""

    def fault(s: Situation) -> str | Refused:
        return s.fault_in_rows(verb) or ""

    return Rule(lambda s: s.fault_in_rows(verb) is None, fault)


#: The customer insists, and no superior has been asked yet (W12).
UNASKED = Rule(
    lambda s: not {K.SUPERVISOR_ASKED, K.MANAGER_ASKED} & set(s.running()),
    _("A superior has been asked already; his answer comes first."),
)

#: A post on the network, each point of it answered (L2).
NO_POST = Rule(lambda s: s.post() is None, _("A post is being answered already; that answer comes first."))
POST_WAITS = Rule(lambda s: s.post() is not None, _("No post waits for an answer on this case."))
POINTS_ANSWERED = Rule(
    lambda s: s.post() == 0, _("A point of the post is still to be answered, or a reason given why not.")
)
OF_POST = (NO_REPORTER, VOICE, POST_WAITS, POINTS_ANSWERED)

# The cause and its analysis (W17) -------------------------------------------------------------------

ASKED_TO_ANALYSE = Rule(
    lambda s: s.knows_cause(),
    _("The analysis is written by the department it was asked of: its head, or who handles the case."),
    WrongPerson,
)
#: What was never written is owed after the end too; what was written stays as it is then.
ANALYSIS_OPEN = Rule(
    lambda s: s.case.status != Status.CLOSED or s.analysis() == "asked",
    _("The case is closed: its analysis is not changed any more."),
)
UNANALYSED = Rule(lambda s: s.analysis() != "written", _("The analysis has been written already."))
NO_WRONG_OR_WITHDRAWN = Rule(
    lambda s: s.case.outcome not in (Outcome.VOID, Outcome.WITHDRAWN),
    _("Nothing is analysed on a case that was withdrawn or a wrong entry."),
)
#: From the work on.
ANALYSED = (Status.ACTING, Status.HANDLED, Status.REPLIED, Status.CLOSED)
OF_ANALYSIS = (NO_WRONG_OR_WITHDRAWN, ANALYSIS_OPEN, ASKED_TO_ANALYSE)
OF_ASKING = (NO_WRONG_OR_WITHDRAWN, UNANALYSED)

# What is owed outside ------------------------------------------------------------------------------

NOT_VOID = Rule(lambda s: s.case.outcome != Outcome.VOID, _("This entry is void; nothing is owed on it."))
MEDIA_WAIT = runs(K.MEDIA, _("The media wait for no answer on this case."))
MEDIA_DO_NOT_WAIT = Rule(
    lambda s: K.MEDIA not in s.running(),
    _("The media wait for an answer already; add what they ask to the note of it."),
)
OF_AUTHORITY = Rule(
    lambda s: s.case.channel in OFFICIAL,
    _("Only cases of the hotline or a regulator have an order of theirs."),
)
#: Open, or without a due time of theirs.
ORDER_WAITS = Rule(
    lambda s: s.case.external_due_at is None or K.EXTERNAL in s.running(),
    _("No order of theirs waits for an answer."),
)
ANSWERS_REGULATOR = Rule(
    lambda s: s.case.channel != Channel.REGULATOR or SPEAKERS & set(s.roles),
    _("A regulator is answered by the property manager or above."),
    WrongPerson,
)
OF_REGULATOR = Rule(
    lambda s: s.case.channel == Channel.REGULATOR, _("Only a regulator's case has a finding.")
)
NO_FINDING = Rule(lambda s: K.OBJECTION not in s.running(), _("The days for objecting already run."))
OF_FINDING = (NOT_VOID, OF_REGULATOR, NO_FINDING)
FINDING = runs(K.OBJECTION, _("There is no finding to object to."))

# Many together, and the same matter ----------------------------------------------------------------

IN_GROUP = Rule(lambda s: s.case.lead_id, _("This case is in no collective complaint."))
IN_NO_GROUP = Rule(
    lambda s: s.case.lead_id is None,
    _("This case is already part of a collective complaint; it leaves that one first."),
    field="lead",
)
LEADS_NONE = Rule(
    lambda s: not s.case.is_collective, _("This case leads a collective complaint itself."), field="lead"
)
SPEAKER_OF_LEAD = Rule(
    lambda s: s.case.lead_id is None,
    lambda s: gettext("The speaker is named on the lead case %(number)s.") % {"number": s.case.lead},
    field="person",
)
#: Where many complain or it is a hot or major notice; a member goes with its lead.
MAY_HAVE_SPEAKER = Rule(
    lambda s: (
        s.case.is_collective
        or s.case.own_people > 1
        or s.case.speaker_id is not None
        or s.case.grade in GRAVE
    ),
    _("A speaker is named where many complain, or on a hot or major notice."),
)
PRESENCE_OF_LEAD = Rule(
    lambda s: s.case.lead_id is None,
    lambda s: gettext("Record it on the lead case %(number)s: it counts for all.") % {"number": s.case.lead},
)
TOGETHER = Rule(
    lambda s: (
        s.case.is_collective or s.case.own_people >= s.policy().people_together or K.PRESENCE in s.running()
    ),
    _("This is no collective complaint."),
)
HAS_SIGNED = Rule(
    lambda s: s.case.signed,
    _("This signatory does not stand on the list any more."),
    field="signatory",
)
CATEGORISED = Rule(
    lambda s: s.case.category_id, _("The same matter has the same sub-category."), field="number"
)
OF_MATTER = Rule(
    lambda s: s.case.matter_id, _("This case is not confirmed as the same matter as another one.")
)
IS_GRAVE = Rule(
    lambda s: s.case.grade in GRAVE, _("Bulletins tell of cases whose notice grade is hot or major.")
)
BULLETIN_OF_LEAD = Rule(
    lambda s: s.case.lead_id is None, _("The lead case carries the bulletins of a collective complaint.")
)

# The abnormal mark and the circle ------------------------------------------------------------------

HAS_SIGNS = Rule(lambda s: s.signs(), _("This sign no longer stands."), field="sign")
ENOUGH = Rule(
    lambda s: s.signs() >= ENOUGH_SIGNS,
    _("At least two different signs, each with fact and day, come before that."),
    field="note",
)
UNMARKED = Rule(
    lambda s: s.case.abnormal != Abnormal.MARKED, _("The complaint is marked as abnormal already.")
)
NOT_PUT = Rule(
    lambda s: s.case.abnormal != Abnormal.PROPOSED, _("It has been put to the property manager already.")
)
DECISION_WAITS = Rule(
    lambda s: s.case.abnormal in MARK_WAITS,
    _("Nothing waits to be decided here: two different signs come first."),
)
MARKED = Rule(lambda s: s.case.abnormal == Abnormal.MARKED, _("The complaint is not marked as abnormal."))
RESTRICTED = Rule(
    lambda s: s.case.restricted, _("The case is open to everybody who works here; it has no circle.")
)
