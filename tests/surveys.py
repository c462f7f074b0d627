"""Homes that are asked, and surveys at any point of their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from complaints.actions import survey_answers, surveys
from complaints.channels.customers import link_token
from complaints.models import Survey, SurveyAnswer, SurveyInvitation
from owners.models import Building, Occupancy, Owner, Phone, Unit
from staff.models import Estate, User
from tests.cast import march

BEGUN, ENDED = march(2), march(5)
#: A gateway that has a text for surveys.
SMS = {
    "url": "http://127.0.0.1:9", "header": "Authorization", "token": "x",
    "templates": {"survey": {"zh-hans": "T1", "en": "T2"}},
}  # fmt: skip
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
    survey_answers.answer_by_link(token_of(asked), ratings=ratings, words=words, at=at or march(3))


def closed(row: Survey, by: User, at: datetime = ENDED) -> Survey:
    with transaction.atomic():
        return surveys.close(row, note="够了", by=by, at=at)


#: By item, how often each pair (importance, satisfaction) was given; each adds up to 300.
GIVEN = {
    "设备": {(5, 2): 150, (4, 3): 150},  # 4.50 / 2.50
    "治安": {(5, 5): 200, (4, 3): 100},  # 4.67 / 4.33
    "停车": {(2, 1): 60, (3, 3): 240},  # 2.80 / 2.60
    "绿化": {(2, 4): 300},  # 2.00 / 4.00
}


def three_hundred(estate: Estate, by: User) -> Survey:
    """300 answers of three buildings; the third gave three of them."""
    for code, count in (("1", 200), ("2", 97), ("3", 3)):
        homes(estate, code, count)
    row = running([estate], by, items=[(zh, "") for zh in GIVEN])
    keys = {one.zh: str(one.pk) for one in row.items.all()}
    columns = {
        keys[zh]: [pair for pair, count in pairs.items() for _each in range(count)]
        for zh, pairs in GIVEN.items()
    }
    asked = list(row.invitations.select_related("unit").order_by("pk"))
    assert len(asked) == 300
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            survey=row, estate=estate, building_id=one.unit.building_id,
            ratings={key: list(pairs[n]) for key, pairs in columns.items()},
        )
        for n, one in enumerate(asked)
    )  # fmt: skip
    SurveyInvitation.objects.filter(survey=row).update(answered_on=date(2026, 3, 3), way="paper")
    return closed(row, by)


def one_in(estate: Estate, *, over: bool) -> Survey:
    """A survey of six homes there, all of which have answered where it is over; the same one again."""
    title = "查阅" if over else "进行中"
    if known := Survey.objects.filter(title=title).first():
        return known
    by = User.objects.get(username="zhoujun")
    units = homes(estate, "8" if over else "9", 6)
    row = running([estate], by, title=title, sample="buildings", buildings=[units[0].building])
    if not over:
        return row
    for unit in units:
        said_by(row, unit, (5, 2), (4, 4))
    return closed(row, by)
