"""Whom a form offers: people who serve the estate, grouped as the office is (domain.md 1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints.models import Complaint, Respondent
from complaints.models.prepared import Prepared
from staff.directory import current
from staff.models import Department, Estate, Posting
from staff.roles import BYSTANDERS, Role

#: As much of a posting as a form shows; Django reads the rest when it is asked for.
SHOWN = (
    "role", "estate", "user__username", "user__name", "user__phone",
    "department__estate", "department__name", "department__name_en",
)  # fmt: skip


def _serving(estate: int, now: datetime) -> QuerySet[Posting]:
    here = Q(estate=estate) | Q(department__estate=estate)
    headquarters = Q(department__isnull=False, department__estate__isnull=True)
    people = Posting.objects.filter(current(now), here | headquarters).exclude(role__in=BYSTANDERS)
    return people.select_related("user", "department").only(*SHOWN)


_read = Prepared(_serving)


def serving(estate: Estate, now: datetime, *, complaint: Complaint | None = None) -> list[Posting]:
    """Postings of the estate and of headquarters departments; nobody complained about. One query, or two."""
    people = sorted(_read(estate.pk, now), key=_as_the_office)
    if not complaint:
        return people
    barred = set(Respondent.objects.filter(complaint=complaint).values_list("user", flat=True))
    return [posting for posting in people if posting.user_id not in barred]


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

    def offer(self, postings: Iterable[Posting], *, of_estate: Estate | None = None) -> None:
        """`of_estate`: only people whose posting is in that estate, not headquarters."""
        self.postings = {}  # a field's copies share what it was made with
        groups: dict[str, list[tuple[str, str]]] = {}
        roles, with_role = dict(Role.choices), _("%(name)s (%(role)s)")
        for posting in postings:
            if of_estate and of_estate.pk not in (posting.estate_id, _estate_of(posting.department)):
                continue
            key = f"{posting.user_id}-{posting.department_id or 0}"
            if key in self.postings:
                continue
            self.postings[key] = posting
            role = str(roles[posting.role])
            group = str(posting.department) if posting.department else role
            label = str(posting.user)
            if posting.department:
                label = with_role % {"name": label, "role": role}
            groups.setdefault(group, []).append((key, label))
        self.choices = [("", _("Choose a person")), *groups.items()]

    def clean(self, value: Any) -> Posting | None:
        return self.postings.get(super().clean(value))


def _estate_of(department: Department | None) -> int | None:
    return department.estate_id if department else None
