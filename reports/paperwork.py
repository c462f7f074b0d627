"""Papers of cases, and sheets of the ledger, are asked for, made and thrown away here, and nowhere else.

A page never sets one itself: it writes a row, a worker makes what waits, and the page looks again.
What a paper says of the customer may be read by who asked alone, and for an hour.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.actions import inquiries
from complaints.models import (
    Bulletin,
    Complaint,
    Extension,
    Inquiry,
    Overrun,
    Revisit,
)
from config.framework.refusals import Refused
from reports import (
    aftercare_papers,
    caseless,
    evidence_papers,
    ledger,
    ledger_print,
    papers,
    posters,
)
from reports.models import Paper, PaperQuerySet
from reports.pdf import ReportError
from reports.scopes import Scope, find, scopes_of
from staff.estates import check_ours
from staff.models import Estate, User
from staff.permissions import Permissions, permissions_of

log = logging.getLogger(__name__)
State, Kind = Paper.State, Paper.Kind
#: So many of one person may wait at once: more would keep the others from theirs.
AT_ONCE = 4
#: A worker that has been silent for so long is taken for dead: no paper takes as long, and of a ledger it
#: tells meanwhile how far it is.
LEASE = timedelta(minutes=3)
#: Sheets of cases in one document: what a worker sets well within its time.
MOST_SHEETS = 30
#: Seconds between two words on how far a ledger is.
TELL_EVERY = 0.5
#: A paper is for printing now; who needs it later asks again.
KEPT = timedelta(hours=1)

CASE = (
    "estate", "unit", "building", "category", "cause", "department", "first_receiver", "handler",
    "accountable", "complainant", "speaker",
)  # fmt: skip

OVERRUN = (
    "complaint__estate", "clock__cycle__opinion_by", "handler", "department", "reason", "explainer",
    "explained_by", "decided_by",
)  # fmt: skip


@transaction.atomic
def ask(
    user: User, kind: str, case: Complaint, subject: int, name: str, language: str, now: datetime, *,
    shows: bool, calls: bool = False, link: str = "", days: dict[str, Any] | None = None,
) -> Paper:  # fmt: skip
    """Put a paper in line; asking again while it waits gives the same one.

    `shows` and `calls`: whether it names the customer, and phones whole. `days`: which annex of the case.
    Raises Refused when too many wait.
    """
    said: dict[str, Any] = {"kind": kind, "complaint": case, "subject": subject, "language": language}
    said |= {"link": link, "days": days or {}}
    return _in_line_once(user, said | {"shows": shows, "calls": calls}, name, now)


@transaction.atomic
def ask_sheets(user: User, sheets: Sequence[papers.Sheet], name: str, language: str, now: datetime) -> Paper:
    """Put the handling sheets of several cases in line, as one document in this order.

    Raises Refused when too many wait, or these are too many.
    """
    if len(sheets) > MOST_SHEETS:
        raise Refused(
            _("One document holds the sheets of at most %(most)s cases; %(n)s are chosen.")
            % {"most": MOST_SHEETS, "n": len(sheets)}
        )
    rows = [[one.case.pk, one.shows_complainant, one.reads_phones] for one in sheets]
    first = sheets[0].case
    said = {"kind": Kind.CASE, "complaint": first, "subject": first.pk, "language": language, "link": ""}
    said |= {
        "shows": any(shows for _pk, shows, _calls in rows),
        "calls": any(calls for *_rest, calls in rows),
    }
    return _in_line_once(user, said | {"days": {"cases": rows}}, name, now)


@transaction.atomic
def ask_ledger(
    user: User, scope: Scope, first: date, last: date, name: str, language: str, now: datetime, *,
    form: str = "xlsx",
) -> Paper:  # fmt: skip
    """Put the sheet of these days in line, `form` "pdf" to be printed. Raises Refused when too many wait
    or it is too long."""
    person = permissions_of(user, now)
    count = ledger.found(person, scope, first, last, now).order_by().count()
    most = ledger_print.MOST_PRINTED if form == "pdf" else ledger.MOST
    if count > most:
        raise Refused(
            _("These days have %(n)s cases; one sheet has at most %(most)s. Choose fewer days.")
            % {"n": count, "most": most},
            field="until",
        )
    days = {"scope": scope.code, "from": f"{first}", "until": f"{last}"} | (
        {"form": form} if form == "pdf" else {}
    )
    said = {"kind": Kind.LEDGER, "subject": 0, "language": language, "shows": False, "days": days}
    return _in_line_once(user, said, name, now)


@transaction.atomic
def ask_posters(
    user: User, estate: Estate, places: Collection[int], size: str, name: str, language: str, now: datetime
) -> Paper:
    """Put posters in line. Raises Refused when too many wait, or there are too many or none."""
    check_ours(estate, now)
    if not places:
        raise Refused(_("Choose at least one place."), field="place")
    if len(places) > posters.MOST:
        raise Refused(
            _("These are %(n)s posters; one file has at most %(most)s. Choose one kind of place.")
            % {"n": len(places), "most": posters.MOST},
            field="place",
        )
    which = {"estate": estate.pk, "size": size, "places": sorted(places)}
    said = {"kind": Kind.POSTERS, "subject": estate.pk, "language": language, "shows": False, "days": which}
    return _in_line_once(user, said, name, now)


@transaction.atomic
def ask_caseless(
    user: User, kind: str, subject: int, which: dict[str, Any], name: str, language: str, now: datetime
) -> Paper:
    """Put a paper of no case in line, as `which` says (`caseless.PAPERS`).

    Raises Refused when too many wait.
    """
    said = {"kind": kind, "subject": subject, "language": language, "shows": False, "days": which}
    return _in_line_once(user, said, name, now)


def _in_line_once(user: User, said: dict[str, Any], name: str, now: datetime) -> Paper:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two clicks at once are counted both
    waiting = Paper.objects.unfinished().filter(asked_by=user, asked_at__gt=now - KEPT)
    if same := waiting.filter(**said).first():
        return same
    if waiting.count() >= AT_ONCE:
        raise Refused(
            _("%(n)s of your documents are still being made. Wait until one is ready, then ask again.")
            % {"n": AT_ONCE}
        )
    return Paper.objects.create(**said, name=name, asked_by=user, asked_at=now)


def receipt_in_line(user: User, case: Complaint, now: datetime) -> Paper | None:
    """A receipt with the customer's link that this person waits for: a second click makes no second one."""
    waiting = Paper.objects.unfinished().filter(asked_by=user, asked_at__gt=now - KEPT)
    return waiting.filter(kind=Kind.RECEIPT, complaint=case).exclude(link="").order_by("pk").first()


#: A sheet takes a hundred times as long as a paper; in a line of its own it keeps nobody's receipt waiting.
SLOW = (Kind.LEDGER, Kind.POSTERS, Kind.SURVEY)
LINES = {"papers": ~Q(kind__in=SLOW), "sheets": Q(kind__in=SLOW)}


def waits(now: datetime, line: str = "papers") -> bool:
    """Whether a paper of that line waits for a worker."""
    return _in_line(now).filter(LINES[line]).exists()


def make_next(now: datetime, line: str = "") -> bool:
    """Make the oldest paper in one line, or in any; False when there is none."""
    if paper := take(now, line):
        make(paper)
    return paper is not None


@transaction.atomic
def take(now: datetime, line: str = "") -> Paper | None:
    """The oldest paper in line, or one whose worker died; marked, so that nobody else makes it."""
    rows = _in_line(now).select_for_update(skip_locked=True, of=("self",)).order_by("asked_at", "pk")
    paper: Paper | None = rows.filter(LINES[line] if line else Q()).first()
    if paper:
        paper.state, paper.started_at = State.WORKING, now
        paper.save(update_fields=["state", "started_at"])
    return paper


def _in_line(now: datetime) -> PaperQuerySet:
    left = Q(state=State.ASKED) | Q(state=State.WORKING, started_at__lt=now - LEASE)
    return Paper.objects.filter(left, asked_at__gt=now - KEPT)


class TakenOver(Exception):
    """This worker was silent for longer than its lease, and another has the paper now."""


def teller(paper: Paper) -> ledger.Tell:
    """Writes how far it is, now and then: the page that waits shows it, and its lease begins anew.

    It raises TakenOver.
    """
    begun, last = time.monotonic(), -TELL_EVERY
    taken = paper.started_at
    if taken is None:
        raise ValueError("A paper is made once a worker has taken it up.")

    def tell(done: int, of: int) -> None:
        nonlocal last
        if done == of or time.monotonic() > last + TELL_EVERY:
            last = time.monotonic()
            heard = taken + timedelta(seconds=last - begun)
            if not _held(paper).update(done=done, total=of, started_at=heard):
                raise TakenOver
            paper.started_at = heard

    return tell


def make(paper: Paper) -> None:
    """Set the paper taken; whatever goes wrong, it ends as failed with a reason."""
    try:
        with translation.override(paper.language):
            body = _set(paper)
    except TakenOver:
        log.warning("Paper %s was taken over by another worker.", paper.key)
    except (ReportError, Refused) as error:
        _end(paper, State.FAILED, reason=str(error)[:300])
    except Exception as error:
        with translation.override(paper.language):
            reason = _("An unexpected error (%(kind)s).") % {"kind": type(error).__name__}
        _end(paper, State.FAILED, reason=reason)
        raise
    else:
        _end(paper, State.DONE, body=body)


def _set(paper: Paper) -> bytes:
    """The PDF, as of the moment it was taken up. Raises ReportError."""
    at, language, shows = paper.started_at, paper.language, paper.shows
    if at is None:
        raise ValueError("A paper is made once a worker has taken it up.")
    if paper.kind == Kind.LEDGER:
        person = permissions_of(paper.asked_by, at)
        scope, first, last = days_of(paper, person)
        paper.days["withheld"] = ledger.withheld(person, scope, first, last)
        paper.days["told"] = ledger.told_by(person, scope, first, last)
        if paper.days.get("form") == "pdf":
            return ledger.printed(person, scope, first, last, at, language, teller(paper))
        return ledger.sheet(person, scope, first, last, at, teller(paper))
    if paper.kind in caseless.PAPERS:
        return caseless.PAPERS[paper.kind].made(paper, at, language)
    case = Complaint.objects.select_related(*CASE).get(pk=paper.complaint_id or 0)
    if paper.kind == Kind.RECEIPT:
        return papers.receipt(case, paper.link, at, language, shows_complainant=shows)
    if paper.kind == Kind.CASE and "annex" in paper.days:
        keys = paper.days["rows"]
        if paper.days["annex"] == "inquiry":
            record = inquiries.with_all(Inquiry.objects.filter(complaint=case)).get(pk=keys[0])
            record.complaint = case
            return evidence_papers.inquiry(record, at, language, shows_complainant=shows)
        if paper.days["annex"] == "statement":
            (item,) = evidence_papers.listed(case, keys)
            return evidence_papers.statement(item, at, language, shows_complainant=shows)
        return evidence_papers.evidence_list(case, keys, at, language, shows_complainant=shows)
    if paper.kind == Kind.CASE and "cases" in paper.days:
        cases = Complaint.objects.select_related(*CASE).in_bulk([pk for pk, *_rest in paper.days["cases"]])
        return papers.case_sheets(
            [papers.Sheet(cases[pk], shows, calls) for pk, shows, calls in paper.days["cases"]], at, language
        )
    if paper.kind == Kind.CASE:
        return papers.case_sheet(case, at, language, shows_complainant=shows, reads_phones=paper.calls)
    if paper.kind == Kind.EXTENSION:
        people = ("complaint__estate", "clock", "requested_by", "decided_by", "oral_by")
        extension = Extension.objects.select_related(*people).get(pk=paper.subject)
        return papers.extension_sheet(extension, at, language, shows_complainant=shows)
    if paper.kind == Kind.REVISIT:
        revisit = Revisit.objects.select_related("cycle__complaint__estate", "by").get(pk=paper.subject)
        return papers.revisit_sheet(revisit, at, language, shows_complainant=shows)
    if paper.kind == Kind.OVERRUN:
        overrun = Overrun.objects.select_related(*OVERRUN).get(pk=paper.subject)
        return aftercare_papers.overrun_sheet(overrun, at, language, shows_complainant=shows)
    if paper.kind == Kind.FOLLOW_UP:
        return aftercare_papers.follow_up_sheet(case, at, language, shows_complainant=shows)
    bulletin = Bulletin.objects.select_related("complaint__estate").get(pk=paper.subject)
    return papers.bulletin_sheet(bulletin, at, language)


def days_of(paper: Paper, person: Permissions) -> tuple[Scope, date, date]:
    """What a sheet of the ledger is about. Raises Refused for who may no longer read it."""
    scope = find(scopes_of(person), paper.days["scope"])
    if scope is None:
        raise Refused(_("These figures are no longer yours to read."))
    return scope, date.fromisoformat(paper.days["from"]), date.fromisoformat(paper.days["until"])


def _held(paper: Paper) -> PaperQuerySet:
    """Its row, as long as it is the one this worker took."""
    return Paper.objects.filter(pk=paper.pk, state=State.WORKING, started_at=paper.started_at)


def _end(paper: Paper, state: str, *, reason: str = "", body: bytes = b"") -> None:
    """Nothing is written when another worker has taken it over meanwhile. The link is in the paper now."""
    if not _held(paper).update(state=state, reason=reason, body=body, link="", days=paper.days):
        log.warning("Paper %s was taken over by another worker.", paper.key)


def forget(now: datetime) -> int:
    """Throw away what is older than an hour; how many."""
    return Paper.objects.filter(asked_at__lte=now - KEPT).delete()[0]


@contextmanager
def alone(line: str = "papers") -> Iterator[bool]:
    """Whether this process is the only one of this machine that serves the line, for as long as it holds.

    The other processes of the worker stay free for the timers; the system frees the place of the dead.
    """
    with open(settings.VAR_DIR / f"{line}.lock", "w") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
