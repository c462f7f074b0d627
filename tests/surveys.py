"""Homes that are asked, and surveys at any point of their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from complaints.actions import survey_answers, surveys
from complaints.channels.customers import link_token
from complaints.models import Survey, SurveyInvitation
from owners.models import Building, Occupancy, Owner, Phone, Unit
from staff.models import Estate, User
from tests.cast import march

BEGUN, ENDED = march(2), march(5)
ITEMS = (("设备", "Equipment"), ("治安", "Security"), ("停车", "Parking"))


def homes(estate: Estate, code: str, count: int, *, phones: bool = False) -> list[Unit]:
    """A building with so many homes, in each of which somebody lives."""
    building = Building.objects.create(estate=estate, code=code, name=f"{code}号楼")
    units = Unit.objects.bulk_create(
        Unit(
            estate=estate, building=building, number=f"{100 + n}", code=f"{code}-{100 + n}",
            name=f"{code}号楼{100 + n}",
        )
        for n in range(count)
    )  # fmt: skip
    owners = Owner.objects.bulk_create(Owner(estate=estate, name=f"沈{code}{n}") for n in range(count))
    Occupancy.objects.bulk_create(
        Occupancy(owner=owner, unit=unit, capacity="owner_occupier")
        for owner, unit in zip(owners, units, strict=True)
    )
    if phones:
        Phone.objects.bulk_create(
            Phone(owner=owner, estate=estate, number=f"1380000{n:04}", last4=f"{n:04}")
            for n, owner in enumerate(owners)
        )
    return list(units)


def planned(estates: Sequence[Estate], by: User, at: datetime = BEGUN, **said: Any) -> Survey:
    usual: dict[str, Any] = {
        "title": "满意度调查", "title_en": "Survey", "estates": list(estates), "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 10), "items": ITEMS,
    }  # fmt: skip
    return surveys.plan(surveys.Plan(**usual | said), by=by, at=at)


def running(estates: Sequence[Estate], by: User, at: datetime = BEGUN, **said: Any) -> Survey:
    return surveys.start(planned(estates, by, at, **said), by=by, at=at)


def token_of(row: SurveyInvitation) -> str:
    return link_token(row.key)


def said_by(row: Survey, unit: Unit, *pairs: tuple[int, int] | None, words: str = "", at: Any = None) -> None:
    """A home answers by its link: importance and satisfaction of each item in turn; None leaves one out."""
    asked = SurveyInvitation.objects.get(survey=row, unit=unit)
    items = row.items.values_list("pk", flat=True)
    ratings = {pk: pair for pk, pair in zip(items, pairs, strict=False) if pair}
    survey_answers.answer_by_link(
        token_of(asked), ratings=ratings, words=words, network="", at=at or march(3)
    )


def closed(row: Survey, by: User, at: datetime = ENDED) -> Survey:
    with transaction.atomic():
        return surveys.close(row, note="够了", by=by, at=at)
