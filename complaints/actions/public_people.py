"""Who has to do with a case, and its door: what must not stand in words for owners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

from django.db.models import Q

from complaints.models import (
    CauseAnalysis,
    Complaint,
    ContactNote,
    Cycle,
    Event,
    FollowUp,
    MeasureCase,
    MeasureRound,
    Respondent,
    Revisit,
    SecondCall,
    Signatory,
)
from complaints.public_words import Known
from owners.models import Unit

#: Of a case: who complained, where, and who has it.
SHOWN = ("first_receiver", "handler", "accountable", "speaker", "complainant", "unit")
#: Whoever it was given to once is not in these any more, nor need he have done anything.
GIVEN_TO = ("first_receiver__name", "handler__name", "accountable__name", "speaker__name")


#: Columns that name people of ours, by table: the case first.
ANALYSED = ("complaint", "asked_by__name", "written_by__name")
FOLLOWED = ("complaint", "raised_by__name", "done_by__name", "told_by__name", "signed_by__name")
MEASURED = ("complaint", "added_by__name", "measure__owner__name", "measure__opened_by__name")
TRIED = (
    "measure__case_rows__complaint", "owner__name", "done_by__name", "checked_by__name",
)  # fmt: skip


def known_of(cases: Collection[int]) -> dict[int, Known]:
    """Of each case whose names, phones, numbers and door must not stand in words for owners, of a lead those
    of its members too. A constant number of queries.
    """
    words: dict[int, set[str]] = {pk: set() for pk in cases}
    of: dict[int, list[int]] = defaultdict(list)
    rows = Complaint.objects.filter(Q(pk__in=list(cases)) | Q(lead__in=list(cases)))
    for case in rows.select_related(*SHOWN):
        of[case.pk] = [pk for pk in (case.pk, case.lead_id) if pk in words]
        customer = case.complainant
        ours = (case.first_receiver, case.handler, case.accountable, case.speaker)
        said = {customer.name, customer.phone, customer.representative, case.number}
        said |= {user.name for user in ours if user} | _telling(case.external_number)
        if case.unit and case.unit.kind != Unit.Kind.COMMON:
            said |= {case.unit.name, case.unit.code}
        for pk in of[case.pk]:
            words[pk] |= said
    about = Respondent.objects.filter(complaint__in=list(of))
    signed = Signatory.objects.filter(complaint__in=list(of))
    for case, *names in chain(
        about.values_list("complaint", "name", "user__name"),
        signed.values_list("complaint", "name", "phone"),
        _hands(list(of)),
    ):
        for pk in of[case]:
            words[pk] |= {name for name in names if name}
    return {pk: Known.of(words[pk]) for pk in cases}


def known_of_note(note: ContactNote) -> Known:
    """The same of a contact note: who said it, his phone and door, and the number others know it by."""
    said = {note.name, note.phone} | _telling(note.external_number)
    if note.unit and note.unit.kind != Unit.Kind.COMMON:
        said |= {note.unit.name, note.unit.code}
    return Known.of(said)


def _telling(number: str) -> set[str]:
    """The number others know a case by; a few digits stand in other words too."""
    return {number} if len(number) > 4 else set()


def _hands(cases: list[int]) -> Iterator[tuple[Any, ...]]:
    """Everybody of ours who has had a hand in them: the case, then names, some of them empty."""
    yield from chain(
        Complaint.history.filter(id__in=cases).values_list("id", *GIVEN_TO).distinct(),
        Event.objects.filter(complaint__in=cases).values_list("complaint", "actor__name").distinct(),
        Cycle.objects.filter(complaint__in=cases).values_list(
            "complaint", "opinion_by__name", "handled_by__name", "replied_by__name"
        ),
        Revisit.objects.filter(cycle__complaint__in=cases).values_list("cycle__complaint", "by__name"),
        SecondCall.objects.filter(complaint__in=cases).values_list("complaint", "by__name"),
        CauseAnalysis.objects.filter(complaint__in=cases).values_list(*ANALYSED),
        FollowUp.objects.filter(complaint__in=cases).values_list(*FOLLOWED),
        MeasureCase.objects.filter(complaint__in=cases).values_list(*MEASURED),
        MeasureRound.objects.filter(measure__case_rows__complaint__in=cases).values_list(*TRIED),
    )
