"""Who has to do with a case, and its door: what must not stand in words for owners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

from complaints.models import Complaint, Cycle, Event, Respondent, Revisit, Signatory
from complaints.public_words import Known
from owners.models import Unit

#: Of a case: who complained, where, and who has it.
SHOWN = ("first_receiver", "handler", "accountable", "speaker", "complainant", "unit")
#: Whoever it was given to once is not in these any more, nor need he have done anything.
GIVEN_TO = ("first_receiver__name", "handler__name", "accountable__name", "speaker__name")


def known_of(cases: Collection[int]) -> dict[int, Known]:
    """Of each case whose names, phones and door must not stand in words for owners. A constant number of
    queries."""
    words: dict[int, set[str]] = defaultdict(set)
    for case in Complaint.objects.filter(pk__in=list(cases)).select_related(*SHOWN):
        customer = case.complainant
        ours = (case.first_receiver, case.handler, case.accountable, case.speaker)
        words[case.pk] = {customer.name, customer.phone, customer.representative}
        words[case.pk] |= {user.name for user in ours if user}
        if case.unit and case.unit.kind != Unit.Kind.COMMON:
            words[case.pk] |= {case.unit.name, case.unit.code}
    about = Respondent.objects.filter(complaint__in=list(cases))
    signed = Signatory.objects.filter(complaint__in=list(cases))
    for pk, *said in [
        *about.values_list("complaint", "name", "user__name"),
        *signed.values_list("complaint", "name", "phone"),
    ]:
        words[pk] |= {word for word in said if word}
    for pk, *names in _hands(list(cases)):
        words[pk] |= {name for name in names if name}
    return {pk: Known.of(words[pk]) for pk in cases}


def _hands(cases: list[int]) -> Iterator[tuple[Any, ...]]:
    """Everybody of ours who has had a hand in them: the case, then names, some of them empty."""
    yield from chain(
        Complaint.history.filter(id__in=cases).values_list("id", *GIVEN_TO).distinct(),
        Event.objects.filter(complaint__in=cases).values_list("complaint", "actor__name").distinct(),
        Cycle.objects.filter(complaint__in=cases).values_list(
            "complaint", "opinion_by__name", "handled_by__name", "replied_by__name"
        ),
        Revisit.objects.filter(cycle__complaint__in=cases).values_list("cycle__complaint", "by__name"),
    )
