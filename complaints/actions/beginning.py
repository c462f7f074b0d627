"""How a company begins: who looks after it, its words, its rules, and the days of each new estate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.actions.calendars import change_days, days_of
from complaints.actions.current_policy import current_policy
from complaints.actions.first_vocabulary import first_words
from complaints.actions.reply_words import first_reply_words
from complaints.holidays import NotAnnounced, announced
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import Company, Estate, User

#: Where the State Council's holidays hold.
MAINLAND = frozenset({"Asia/Shanghai", "Asia/Urumqi"})


@dataclass(frozen=True)
class Begun:
    """What there is now, and what of it was made just now."""

    company: Company
    is_new_company: bool
    administrator: User
    is_new: bool  # the administrator could not act as one before
    words: int
    policy: int
    years: dict[int, bool]  # this year and the next: whether their holidays are announced
    filled: list[str]  # estates whose calendar was filled
    second: User | None  # the second person who was named, and whether he is new
    is_new_second: bool


def years_of(at: datetime) -> tuple[int, int]:
    year = localtime(at).year
    return year, year + 1


@transaction.atomic
def begin(
    *,
    company: str,
    username: str,
    name: str,
    at: datetime,
    second: dict[str, str] | None = None,
    **fields: Any,
) -> Begun:
    """Everything a company needs before its first estate. What is there already stays as it is.

    `fields`: e-mail, language and password of the administrator; `second`: user name, name and e-mail of the
    person who agrees to the roles the administrator gives (`staff.actions.reviews`). Raises Refused
    or ValidationError.
    """
    administrator = office.administrators(at).first()
    is_new = administrator is None
    if administrator is None:
        administrator = office.first_administrator(
            username=username.strip(), name=name.strip(), at=at, **fields
        )
    known = Company.objects.first()
    is_new_company = known is None
    if known is None:
        if not company.strip():
            raise Refused(_("Say the name of the company."), field="company")
        known = office.name_company(company.strip(), by=administrator)
    words = first_words(by=administrator) + first_reply_words(by=administrator)
    policy = current_policy().number
    filled = [
        estate.name
        for estate in Estate.objects.order_by("code")
        if fill_calendar(estate, by=administrator, at=at)
    ]
    other, is_new_second = office.second_person(**second, at=at) if second else (None, False)
    years = {year: _is_announced(year) for year in years_of(at)}
    return Begun(
        known, is_new_company, administrator, is_new, words, policy, years, filled, other, is_new_second
    )


def _is_announced(year: int) -> bool:
    try:
        return bool(announced(year))
    except NotAnnounced:
        return False


def fill_calendar(estate: Estate, *, by: User, at: datetime) -> list[int]:
    """The holidays of this year and the next, as far as they are announced; the years that were filled.

    A year of which the estate knows any day was entered by somebody and stays. Deadlines that run follow
    with the next sweep.
    """
    if estate.time_zone not in MAINLAND:
        return []
    known = {day.year for day in days_of(estate)}
    filled = []
    for year in years_of(at):
        if year not in known and _is_announced(year):
            change_days(estate, announced(year), by=by, at=at)
            filled.append(year)
    return filled


def open_estate(*, by: User, at: datetime, **fields: Any) -> Estate:
    """Take an estate under management, with the holidays that are known. Raises ValidationError."""
    with transaction.atomic():
        estate = office.open_estate(**fields, by=by)
        fill_calendar(estate, by=by, at=at)
    return estate
