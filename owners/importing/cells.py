"""What one cell says: names, a date, an area, a remark. Each reader answers a value and, when it
cannot, a sentence on what is wrong with the cell. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from owners.importing import words
from owners.importing.files import Formula

DAY, MONTH, YEAR = "day", "month", "year"


#: In a class that calls a field `date`.
Date = date


class Bad(Exception):
    """The cell cannot be read; the text is the sentence for its row."""


@dataclass(frozen=True)
class When:
    """A date as exactly as it was written: `2025-03` is the first of March with precision month."""

    date: date
    precision: str = DAY

    @property
    def last(self) -> Date:
        """Its last day: who left in 2021 is surely gone on the last day of it."""
        months = {DAY: 0, MONTH: 1, YEAR: 12}[self.precision]
        if not months:
            return self.date
        year, month = divmod(self.date.year * 12 + self.date.month - 1 + months, 12)
        return date(year, month + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Remark:
    """What a remark says of the unit's use and its tenants, and the rest of its words."""

    vacant: bool = False
    let: bool = False
    investor: bool = False
    merchant: bool = False
    gone: str = ""
    tenant_gone: str = ""
    capacity: str = ""  # a word that alone says who somebody is: 租户
    tenants: str = ""
    tenant_phones: str = ""
    rest: str = ""
    notes: tuple[str, ...] = ()


def text_of(cell: object) -> str:
    """The cell as one line of text; 602 and 602.0 are `602`. Raises Bad for what Excel could not
    calculate."""
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        raise Bad(_("A formula without a saved result: open the file in Excel, save it and send it again."))
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    text = re.sub(r"\s+", " ", str(cell).replace("\u3000", " ")).strip()
    if text.upper() in words.EXCEL_ERRORS:
        raise Bad(_("The cell shows the Excel error %(text)s.") % {"text": text})
    return text


def is_firm(name: str, numbers: list[str]) -> bool:
    """A firm by a word of its name, or because it answers under a service number (95338, 400…)."""
    return bool(words.FIRM.search(name)) or any(re.match(r"9[56]|[48]00\d{7}$", n) for n in numbers)


def date_of(cell: object, epoch: datetime) -> When | None:
    """A date in any of the ledgers' spellings, a real date, or Excel's day number."""
    if isinstance(cell, datetime):
        return _when(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _when(cell.year, cell.month, cell.day)
    shown = text_of(cell)
    text = unicodedata.normalize("NFKC", shown)
    if text.lower() in words.NOBODY:
        return None
    if match := re.fullmatch(r"(\d{4})\.1", text):
        # A cell of numbers shows October, 2019.10, as 2019.1.
        raise Bad(
            _("“%(text)s” may be January or October: write it as %(year)s-01 or %(year)s-10.")
            % {"text": shown, "year": match[1]}
        )
    if match := re.fullmatch(r"(\d{4})\s*年?", text):
        return _when(int(match[1]), None, None)
    if match := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text):
        return _when(*map(int, match.groups()))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _when(*from_excel(float(text), epoch).timetuple()[:3])
    text = re.sub(r"[T ]\d{1,2}:\d\d(:\d\d(\.\d+)?)?$", "", text)
    parts = re.split(r"\s*[-./年月日号\\–—]+\s*", text.strip("月日号 ."))
    if 2 <= len(parts) <= 3 and all(part.isdigit() for part in parts):
        numbers = [int(part) for part in parts]
        if len(parts[0]) == 4:
            return _when(numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None)
        if len(parts) == 3 and len(parts[2]) == 4 and (numbers[0] > 12) != (numbers[1] > 12):
            day, month = sorted(numbers[:2], reverse=True)
            return _when(numbers[2], month, day)
    raise Bad(_("“%(text)s” is not a date that can be read: write it as 2023-06-30.") % {"text": shown})


def _when(year: int, month: int | None, day: int | None) -> When:
    try:
        when = date(year, month or 1, day or 1)
    except ValueError:
        when = date.min
    if not 1949 <= when.year <= 2100:
        shown = "-".join(str(part) for part in (year, month, day) if part is not None)
        raise Bad(_("There is no such date: %(text)s.") % {"text": shown})
    return When(when, DAY if day else MONTH if month else YEAR)


def area_of(cell: object) -> Decimal | None:
    """Square metres to two decimals."""
    shown = text_of(cell)
    text = re.sub(
        r"\s*(?:m2|㎡|平方米|平米|平|sqm)$", "", unicodedata.normalize("NFKC", shown), flags=re.IGNORECASE
    )
    if text.lower() in words.NOBODY:
        return None
    try:
        area = Decimal(text.replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Bad(_("“%(text)s” is not an area in square metres.") % {"text": shown}) from None
    if not 0 < area < 100_000:
        raise Bad(_("An area of %(text)s m² cannot be right.") % {"text": shown})
    return area


def remark_of(text: str) -> Remark:
    """What a remark says, part by part between commas.

    >>> remark_of("投资户，常住外地").investor, remark_of("投资户，常住外地").rest
    (True, '常住外地')
    """
    tenant = words.TENANT_INSIDE.search(text)
    notes: tuple[str, ...] = ()
    rest = text
    if tenant and (tenant["phones"] or tenant["colon"]):
        rest = text[: tenant.start()] + "，" + text[tenant.end() :]
    elif tenant:
        notes = (
            _("“%(text)s” was not read as a tenant: write 租户：name number.") % {"text": tenant[0].strip()},
        )
        tenant = None
    said: dict[str, bool] = {}
    gone = tenant_gone = capacity = ""
    kept: list[str] = []
    for part in re.split(r"[，,;；。\n]+", rest):
        part = part.strip(" （）()")
        if words.capacity_of(part) in ("tenant", "family"):
            capacity = part
        known = [
            use
            for use, pattern in (
                ("vacant", words.VACANT),
                ("let", words.LET),
                ("investor", words.INVESTOR),
                ("merchant", words.MERCHANT),
            )
            if pattern.fullmatch(part)
        ]
        said |= dict.fromkeys(known, True)
        if words.TENANT_GONE.fullmatch(part) and re.search("租", part):
            tenant_gone = part
        elif words.GONE.fullmatch(part):
            gone = part
        elif part and not known and not words.LIVES_THERE.fullmatch(part):
            kept.append(part)
            if words.MAYBE_GONE.search(part):
                notes += (_("“%(text)s” was kept as a remark; nobody is taken for gone.") % {"text": part},)
    if any(re.search(r"\d{7}", unicodedata.normalize("NFKC", part)) for part in kept):
        notes += (_("A number in the remark was kept as a remark, not as a phone."),)
    return Remark(
        **said,
        gone=gone,
        tenant_gone=tenant_gone,
        capacity=capacity,
        tenants=tenant["names"] if tenant else "",
        tenant_phones=(tenant["phones"] or "") if tenant else "",
        rest="，".join(kept)[:200],
        notes=notes,
    )
