"""What is shown of a reading and of what a load did: as plain data, labels and sentences, for the page and
for the command alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from owners.importing.loading import Outcome
from owners.importing.reading import Line, Reading
from owners.importing.words import LABELS, Column


def shown(reading: Reading, outcome: Outcome) -> dict[str, Any]:
    """What the page shows of a reading, as plain data."""

    def lines(found: tuple[Line, ...]) -> list[dict[str, Any]]:
        return [asdict(line) for line in found]

    return {
        "columns": [
            [column.sheet, column.letter, column.header, column.meaning or "", column.whose]
            for column in reading.columns
        ],
        "rows": len(reading.entries),
        "homes": reading.count("home"),
        "shops": reading.count("shop"),
        "parking": reading.count("parking"),
        "vacant": reading.vacant,
        "people": reading.people,
        "phones": reading.phones,
        "bad_rows": reading.bad_rows,
        "capacities": [list(pair) for pair in reading.capacities().most_common()],
        "problems": lines(reading.problems),
        "differences": lines(outcome.differences),
        "notes": lines(reading.notes),
        "skipped": lines(tuple(line for line in reading.skipped if line.where or not line.row)[:1000]),
        "new": {
            "buildings": outcome.buildings,
            "units": outcome.units,
            "people": outcome.people,
            "phones": outcome.phones,
            "occupancies": outcome.occupancies,
            "hand_overs": outcome.hand_overs,
        },
        "is_empty": outcome.is_empty,
        "elsewhere": asdict(outcome.elsewhere) if outcome.elsewhere else None,
    }


def column_label(meaning: str, whose: str) -> str:
    """How a column was read; of a phone whose it is, by the heading of the name it stands beside.

    >>> column_label("phone", "tenant") == column_label("tenant_phone", "")
    True
    """
    if not meaning:
        return ""
    if Column(meaning) != Column.PHONE or not whose:
        return str(LABELS[Column(meaning)])
    labels = {
        "owner": _("Owner's phone"),
        Column.TENANT: LABELS[Column.TENANT_PHONE],
        Column.FAMILY: LABELS[Column.FAMILY_PHONE],
        Column.CONTACT: LABELS[Column.CONTACT_PHONE],
    }
    return str(labels.get(whose) or _("Phone of whoever stands under “%(header)s”") % {"header": whose})


def sentences(result: dict[str, Any], *, is_loaded: bool) -> list[str]:
    """What a load did or would do, each sentence true of the rows listed below it."""
    new, differ = result["new"], len({(line["sheet"], line["row"]) for line in result["differences"]})
    bad = result["bad_rows"]
    if not result["is_empty"]:
        sentence = _("New in the register would be: %(counts)s.")
        if is_loaded:
            sentence = _("Loaded: %(counts)s.")
        said = [sentence % {"counts": counts(new)}]
    elif not result["rows"] and not is_loaded:
        said = [_("No row can be loaded as the file stands.")]
    elif not differ and not bad:
        said = [_("Nothing in the file is new: the register has it already.")]
    elif is_loaded:
        said = [_("Nothing was added to the register.")]
    else:
        said = [_("Nothing would be added to the register.")]
    if differ:
        said.append(
            ngettext(
                "In %(count)d row the file says otherwise than the register, which is left as it is.",
                "In %(count)d rows the file says otherwise than the register, which is left as it is.",
                differ,
            )
            % {"count": differ}
        )
    if bad:
        sentence = ngettext(
            "%(count)d row has a problem and is not loaded.",
            "%(count)d rows have a problem and are not loaded.",
            bad,
        )
        said.append(sentence % {"count": bad})
    return said


def counts(new: dict[str, int]) -> str:
    said = (
        _(
            "buildings %(buildings)d, units %(units)d, people %(people)d, phones %(phones)d, "
            "occupancies %(occupancies)d"
        )
        % new
    )
    if n := new.get("hand_overs"):  # what was read before they were counted has none
        said += _(", hand-over dates %(n)d") % {"n": n}
    return said
