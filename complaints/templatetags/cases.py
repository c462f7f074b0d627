"""What of a case a page may say to its reader: {% load cases %}."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from complaints import case_numbers
from complaints.actions import place_shown
from complaints.actions.danger_question import words_of_danger
from complaints.actions.visibility import masked
from complaints.danger import is_red
from complaints.models import Complaint, DangerWord
from complaints.statuses import Outcome, Status, status_in_words
from config.framework.templatetags.basics import silent

register = template.Library()


@register.filter
def state(complaint: Complaint) -> str:
    """The status in a word, with the outcome of a closed case."""
    if complaint.outcome:
        return f"{Status(complaint.status).label} · {Outcome(complaint.outcome).label}"
    return str(status_in_words(complaint.status, complaint.cycle_number))


@register.simple_tag(takes_context=True)
def place(context: Any, complaint: Complaint, none: str = "") -> str:
    """{% place complaint "–" %}: where it is; of whoever hides, the building only.

    The reader is the one the view has found by `person_of`.
    """
    return place_shown(complaint, context["request"].person) or none


@register.filter
def yuan_plain(amount: Decimal) -> str:
    """An amount with its thousands parted, `1,200.00`; the word for yuan stands in the sentence."""
    return f"{amount:,.2f}"


@register.filter
def parted(number: str) -> SafeString:
    """A number with its check digit apart, by style alone: what is copied from the page is the number."""
    counted, check = case_numbers.parted(number)
    return format_html('{}<span class="check-digit">{}</span>', counted, check)


@register.filter
def red(complaint: Complaint) -> bool:
    """Whether what is overdue of a case is shown on red."""
    return is_red(complaint.severity, in_danger=bool(complaint.danger_since))


@register.filter
def at(found: dict[int, Any], pk: int) -> Any:
    """What is told of one row: `told|at:row.pk`."""
    return found.get(pk)


@register.filter
def says_danger(words: str, rows: list[DangerWord]) -> bool:
    """Whether the customer's words may tell of people in danger, by the list of such words."""
    return bool(words_of_danger(words, rows))


@register.filter
def phone_for(phone: str, reads: bool) -> str:
    """A customer's phone: whole for who speaks with customers, else masked."""
    return phone if reads else masked(phone)


@register.simple_tag(takes_context=True)
def move_buttons(context: Any, buttons: Iterable[Any], css: str) -> SafeString:
    """{% move_buttons moves.usual "btn-quiet" %}: each a link to its form, or a form that does it at once.

    `buttons`: of `available_moves`. Written here, since a case offers twenty-five: saves 1.4 ms of its page
    (a template for each was 6,700 of 38,000 calls).
    """
    carried, came_from = escape(context.get("from") or ""), context.get("came_from")
    parts = []
    for button in buttons:
        url, words = escape(button.url), f"{silent(button.icon)}{escape(str(button.label))}"
        if button.at_once:
            kept = f'<input type="hidden" name="from" value="{escape(came_from)}">' if came_from else ""
            token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{context["csrf_token"]}">'
            parts.append(
                f'<form method="post" action="{url}">{token}{kept}'
                f'<button class="btn {css}">{words}</button></form>'
            )
            continue
        opens = f' hx-get="{url}{carried}" hx-target="#move" hx-swap="innerHTML show:top"'
        parts.append(
            f'<a class="btn {css}" href="{url}{carried}"{opens if button.in_place else ""}>{words}'
            f'<span class="busy" aria-hidden="true"></span></a>'
        )
    return SafeString("".join(parts))  # every text is escaped
