"""Whom a form offers: people who serve the estate, grouped as the office is (domain.md 1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.forms.models import ModelChoiceIteratorValue
from django.utils.translation import gettext as _

from complaints.models import Complaint, Respondent
from complaints.statuses import Status
from config.framework.prepared_queries import PreparedQuery
from staff.models import Absence, Department, Estate, Posting
from staff.permissions import current
from staff.roles import BYSTANDERS, DESK, Role

#: As much of a posting as a form shows; Django reads the rest when it is asked for.
SHOWN = (
    "role", "estate", "user__username", "user__name", "user__phone",
    "department__estate", "department__name", "department__name_en",
)  # fmt: skip
#: What a handler still has to do.
IN_HAND = (Status.CLASSIFIED, Status.ACTING)


def _serving(estate: int, now: datetime) -> QuerySet[Posting]:
    here = Q(estate=estate) | Q(department__estate=estate)
    headquarters = Q(department__isnull=False, department__estate__isnull=True)
    people = Posting.objects.filter(current(now), here | headquarters).exclude(role__in=BYSTANDERS)
    work = Complaint.objects.open().filter(handler=OuterRef("user"), status__in=IN_HAND)
    counted = work.order_by().values("handler").annotate(n=Count("pk")).values("n")
    absences = Absence.objects.filter(user=OuterRef("user"), starts_at__lte=now, ends_at__gt=now)
    return (
        people.select_related("user", "department")
        .only(*SHOWN)
        .annotate(in_hand=Subquery(counted), is_away=Exists(absences))
    )


#: Prepared: saves 2.7 ms of every form that asks for a person.
_read = PreparedQuery(_serving)


def serving(estate: Estate, now: datetime, *, complaint: Complaint | None = None) -> list[Posting]:
    """Postings of the estate and of headquarters departments; nobody complained about. One query, or two.

    Each with what its person has `in_hand` as handler, and whether he `is_away`.
    """
    people = sorted(_read(estate.pk, now), key=_as_the_office)
    if not complaint:
        return people
    barred = set(Respondent.objects.filter(complaint=complaint).values_list("user", flat=True))
    return [posting for posting in people if posting.user_id not in barred]


def serving_all(estates: Collection[Estate], now: datetime) -> list[Posting]:
    """Postings of people who serve every one of `estates`. One query for each estate."""
    serve = [serving(estate, now) for estate in estates]
    everywhere = set.intersection(*({posting.user_id for posting in people} for people in serve))
    return [posting for posting in serve[0] if posting.user_id in everywhere]


def at_desks(postings: Iterable[Posting], estates: Collection[Estate]) -> list[Posting]:
    """Those of them who may be first receivers: at the desk of one of `estates`, not at headquarters."""
    places = {estate.pk for estate in estates}
    return [
        posting
        for posting in postings
        if posting.role in DESK and places & {posting.estate_id, _estate_of(posting.department)}
    ]


def _as_the_office(posting: Posting) -> tuple[bool, bool, str, int, str]:
    """The estate's departments, those of headquarters, then who belongs to none; the head first, by name."""
    department, role = posting.department, Role(posting.role)
    name = str(department) if department else ""
    rank = -1 if role == Role.DEPARTMENT_HEAD else list(Role).index(role)
    return department is None, bool(department and not department.estate_id), name, rank, str(posting.user)


class PersonField(forms.ChoiceField):
    """One of the postings offered; cleans to the posting, so that the department is known too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.postings: dict[str, Posting] = {}

    def offer(self, postings: Iterable[Posting], *, work: bool = True) -> None:
        """`work`: say of each how much he has in hand."""
        self.postings = {}  # a field's copies share what it was made with
        groups: dict[str, list[tuple[ModelChoiceIteratorValue, str]]] = {}
        roles = dict(Role.choices)
        for posting in postings:
            key = f"{posting.user_id}-{posting.department_id or 0}"
            if key in self.postings:
                continue
            self.postings[key] = posting
            role = str(roles[posting.role])
            remarks = [role] if posting.department else []
            if work and (posting.department or posting.in_hand):
                remarks.append(_("%(n)s in hand") % {"n": posting.in_hand or 0})
            if posting.is_away:
                remarks.append(_("away"))
            label = str(posting.user)
            if remarks:
                label = _("%(name)s (%(role)s)") % {"name": label, "role": _(", ").join(remarks)}
            groups.setdefault(str(posting.department) if posting.department else role, []).append(
                (ModelChoiceIteratorValue(key, posting), label)
            )
        self.choices = [("", _("Choose a person")), *groups.items()]

    def clean(self, value: Any) -> Posting | None:
        return self.postings.get(super().clean(value))


def _estate_of(department: Department | None) -> int | None:
    return department.estate_id if department else None
