"""A case as the queue shows it: one line of a table, in columns that stand under each other.

Written here and not by a template, as the two lines of other lists are (`case_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from complaints.time_texts import short
from complaints.views.lists.case_rows import Words
from complaints.views.lists.listing import Heading
from staff.permissions import Permissions


def table_rows(
    found: Sequence[dict[str, Any]],
    person: Permissions,
    now: datetime,
    *,
    estates: bool = False,
    acts: Mapping[int, SafeString] | None = None,
    came_from: str = "",
) -> list[SafeString]:
    """`<tr class="q-row">` for each case of `case_rows.values`, as `person` may read it.

    `estates`: name the estate in the place. `acts`: a button in the place of its status, by primary key.
    The box belongs to the form #bulk; `data-v` is the version the row shows.
    """
    if not found:
        return []
    words, acts = Words(person, came_from), acts or {}
    return [_row(words, case, now, estates, acts.get(case["pk"], "")) for case in found]


def _row(words: Words, case: dict[str, Any], now: datetime, estates: bool, act: str) -> SafeString:
    number, zone = case["number"], ZoneInfo(case["estate__time_zone"])
    where = words.where(case)
    if estates:
        where = f"{case['estate__name']} {where}"
    severity = case["severity"]
    outlined = f'<span class="severity is-{severity}">{words.severities[severity]}</span>' if severity else ""
    handler = f' <span class="quiet">›</span> {escape(case["handler_name"])}' if case["handler"] else ""
    state = words.state(case)
    if act:  # what is to be done says how it stands
        state = f'<span class="visually-hidden">{state}</span>{act}'
    return SafeString(  # what people typed is escaped, the rest is ours
        f'<tr class="q-row" id="{number}" data-v="{case["version"]}"><td class="c-tick">'
        f'<label class="item-tick"><input class="item-check" type="checkbox" form="bulk" name="number"'
        f' value="{number}" aria-label="{number}"></label></td><td class="c-severity">{outlined}</td>'
        f'<td class="c-what"><div class="q-what"><span class="number">{number}</span>'
        f'<a class="item-title" href="{number.join(words.case_url)}">{escape(words.title(case))}</a>'
        f'<span class="q-marks">{words.grade(case)}{words.marks(case)}</span></div></td>'
        f'<td class="c-where">{escape(where)}</td><td class="c-state">{state}</td>'
        f'<td class="c-who">{escape(case["receiver_name"])}{handler}</td>'
        f'<td class="c-received">{short(case["received_at"], now, zone, language=words.language)}</td>'
        f'<td class="c-due">{words.time(case, now)}</td></tr>'
    )


def table_head(headings: Iterable[Heading], status: str) -> SafeString:
    """The heads of the columns, each a link that puts the rows in order."""
    return SafeString("".join(_head(head, status) for head in headings))  # words are ours, addresses escaped


def _head(head: Heading, status: str) -> str:
    stands = f' aria-sort="{head.stands}"' if head.stands else ""
    explains = f' title="{escape(str(head.explains))}"' if head.explains else ""
    after = f'<th class="c-state" scope="col">{escape(status)}</th>' if head.name == "where" else ""
    return (
        f'<th class="c-{head.name}" scope="col"{stands}><a href="{escape(head.url)}"{explains}>'
        f"{escape(str(head.label))}</a></th>{after}"
    )
