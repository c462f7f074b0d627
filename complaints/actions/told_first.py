"""Whether the customer was told beforehand 事先说明 that more time is needed (domain.md 5, T5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.channels.customers import no_text_because
from complaints.models import Complaint, Extension
from config.framework.refusals import Refused

Told = Extension.Told
#: How he can have been told.
WAYS = tuple(way for way in Told if way != Told.UNRECORDED)


@dataclass(frozen=True)
class ToldFirst:
    """When and how he was told, or why not; `by_text`: by a message that goes out with the request."""

    told_at: datetime | None
    method: str
    by_text: bool
    not_because: str
    promised_at: datetime | None

    @property
    def is_told(self) -> bool:
        return bool(self.told_at or self.method or self.by_text)

    def faults(self, case: Complaint, at: datetime) -> Iterator[Refused]:
        """Everything wrong with what was said to the customer; a form says it all at once."""
        if self.promised_at and self.promised_at <= at:
            yield Refused(_("The promised time must lie in the future."), field="promised_at")
        yield from faults_in_moment(self.told_at, case, at)
        if self.method and self.method not in WAYS or self.told_at and not self.method:
            yield Refused(_("Say how the customer was told."), field="customer_told_method")
        if self.is_told and self.not_because.strip():
            yield Refused(
                _("Either the customer was told, or he was not: leave one of the two empty."),
                field="not_told_because",
            )
        elif not self.is_told and not self.not_because.strip():
            yield Refused(
                _("The customer is told first: say when and how, or why not."), field="not_told_because"
            )
        if self.by_text and (why := no_text_because(case)):
            yield Refused(why, field="text_now")

    def columns(self, at: datetime) -> dict[str, Any]:
        """What the request keeps; who was told without a time, or by the text message, was told at `at`."""
        return {
            "customer_told_at": (self.told_at or at) if self.is_told else None,
            "customer_told_method": self.method or (Told.TEXT if self.by_text else ""),
            "not_told_because": self.not_because.strip(),
        }

    def params(self, asked: datetime, at: datetime) -> dict[str, Any]:
        """What the entry says of it: codes and times, never the words why he was not told."""
        if not self.is_told:
            return {"told_first": False}
        found = self.columns(at)
        return {
            "told_first": True,
            "told_at": found["customer_told_at"].isoformat(),
            "method": str(found["customer_told_method"]),
            "until_at": (self.promised_at or asked).isoformat(),
            "by_text": self.by_text,
        }


def faults_in_moment(told_at: datetime | None, case: Complaint, at: datetime) -> Iterator[Refused]:
    """What is wrong with when the customer is said to have been told, of more time or of a late handling."""
    if told_at and told_at > at:
        yield Refused(_("The customer cannot have been told in the future."), field="customer_told_at")
    if told_at and told_at < case.received_at:
        yield Refused(_("That lies before the complaint was received."), field="customer_told_at")
