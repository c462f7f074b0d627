"""Case studies by their words, and those that have something to say to a case (F14, G11).

Words are looked for in Chinese and in English: a study has the words of its category and cause in both. On
PostgreSQL by the pairs of neighbouring characters (migration 0066).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from complaints.case_search import pairs_of, tidy
from complaints.models import CaseStudy, Complaint
from complaints.studies import LEAST_ALIKE, alike, pairs
from staff.permissions import Permissions

#: As many of one category, of one cause and of the newest are weighed beside a case.
WEIGHED = 60
OFFERED = 3


def matching(query: str, studies: QuerySet[CaseStudy]) -> QuerySet[CaseStudy]:
    """The `studies` in which every word of `query` is found; a number finds its study."""
    for word in tidy(query).split():
        said = Q(words__contains=word.lower())
        if connection.vendor == "postgresql" and len(word) > 1:
            said &= pairs_of(word.lower(), "words")
        number = word.upper().removeprefix("AL-")
        if number != word.upper() and number.isdecimal():
            said |= Q(pk=min(int(number), 2**63 - 1))
        studies = studies.filter(said)
    return studies


def beside(case: Complaint, person: Permissions, most: int = OFFERED) -> list[CaseStudy]:
    """Published studies that have most in common with a case: category, cause, place, words. One query.

    Its own is shown apart. Of the newest of its category and cause only: whatever is older has been learned.
    """
    if person.is_contractor:
        return []
    mine = pairs(case.content)
    weighed = [
        (alike(_same(case, study), mine, pairs(f"{study.title} {study.facts}")), study.pk, study)
        for study in _candidates(case)
    ]
    found = [row for row in weighed if row[0] >= LEAST_ALIKE]
    return [study for _weight, _pk, study in sorted(found, reverse=True, key=lambda row: row[:2])[:most]]


def _candidates(case: Complaint) -> Iterable[CaseStudy]:
    published = CaseStudy.objects.published().exclude(complaint=case.pk)
    newest = published.order_by("-published_at", "-pk")
    of = [newest.filter(category=case.category_id)] if case.category_id else []
    of += [newest.filter(cause=case.cause_id)] if case.cause_id else []
    of.append(newest.filter(estate=case.estate_id))
    keys: QuerySet[CaseStudy] = CaseStudy.objects.filter(
        pk__in=[pk for some in of for pk in some.values_list("pk", flat=True)[:WEIGHED]]
    )
    return keys.select_related("estate", "category", "cause", "complaint").order_by("pk")


def _same(case: Complaint, study: CaseStudy) -> list[str]:
    """What both have of what is weighed."""
    of_case, of_study = (
        {
            "category": one.category_id,
            "cause": one.cause_id,
            "estate": one.estate_id,
            "building": place.building_id,
        }
        for one, place in ((case, case), (study, study.complaint))
    )
    return [name for name, key in of_case.items() if key and key == of_study[name]]
