"""Papers that are of no case and no ledger: what makes each, and who may still read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from complaints.actions.posters import kept_by
from complaints.actions.survey_rows import read_by
from complaints.models import Commendation, PostedPlace, Survey
from complaints.surveys import OF_WORDS
from reports import commendation_papers, owner_minutes, posters, survey_papers
from reports.appraisals import papers as appraisal_papers
from reports.models import OwnerMeeting, Paper
from reports.scopes import scopes_of
from staff.models import Estate
from staff.permissions import Permissions

Kind = Paper.Kind


@dataclass(frozen=True)
class Caseless:
    """`made` raises ReportError or Refused; `readable` is asked again whenever the file is fetched."""

    made: Callable[[Paper, datetime, str], bytes]
    readable: Callable[[Paper, Permissions, datetime], bool]
    #: As the audit calls what was taken out; empty where nobody stands on it, or who asked was written down.
    taken_out: str = ""


def _posters(paper: Paper, at: datetime, language: str) -> bytes:
    estate = Estate.objects.get(pk=paper.days["estate"])
    places = PostedPlace.objects.filter(estate=estate, pk__in=paper.days["places"])
    return posters.sheet(estate, places, paper.days["size"], at, language)


def _commendation(paper: Paper, at: datetime, language: str) -> bytes:
    about = Commendation.objects.public().select_related(*commendation_papers.ABOUT)
    return commendation_papers.notice(about.get(pk=paper.subject), at, language)


def _minutes(paper: Paper, at: datetime, language: str) -> bytes:
    meeting = OwnerMeeting.objects.select_related("estate", "signed_by").get(pk=paper.subject)
    return owner_minutes.minutes(meeting, at, language)


def _appraisal(paper: Paper, at: datetime, language: str) -> bytes:
    return appraisal_papers.made(paper.asked_by, paper.days, at, language)


def _survey(paper: Paper, at: datetime, language: str) -> bytes:
    return survey_papers.made(paper.days, at, language)


def _reads_survey(paper: Paper, person: Permissions, _now: datetime) -> bool:
    """Every estate on it, and what owners wrote only whoever reads that."""
    asked = Survey.objects.visible_to(person).filter(pk=paper.subject).first()
    his = {one.pk for one in read_by(asked, person)} if asked else set()
    wanted = set(paper.days["estates"])
    words = not paper.days.get("words") or all(OF_WORDS & person.roles_at(pk) for pk in wanted)
    return bool(wanted) and wanted <= his and words


PAPERS: dict[str, Caseless] = {
    Kind.POSTERS: Caseless(
        _posters, lambda paper, person, _now: kept_by(person).filter(pk=paper.days["estate"]).exists()
    ),
    Kind.COMMENDED: Caseless(
        _commendation,
        lambda paper, person, _now: (
            Commendation.objects.visible_to(person).public().filter(pk=paper.subject).exists()
        ),
        "reports:commendation",
    ),
    Kind.MINUTES: Caseless(
        _minutes,
        lambda paper, person, _now: OwnerMeeting.objects.filter(
            pk=paper.subject, estate__in=[one.pk for scope in scopes_of(person) for one in scope.estates]
        ).exists(),
        "reports:owner_minutes",
    ),
    Kind.APPRAISAL: Caseless(
        _appraisal,
        lambda paper, person, now: appraisal_papers.readable(person.user, paper.days, now),
    ),
    Kind.SURVEY: Caseless(_survey, _reads_survey, "reports:survey"),
}
