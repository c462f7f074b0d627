"""What is told of a due report, and to whom: lines of the inbox and messages of the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from complaints.notifications import Notice
from reports.due_words import in_every_language
from reports.models import DueReport
from staff.models import User


def about(due: DueReport, **more: Any) -> dict[str, Any]:
    """The parameters of a message: which report, in every language its reader may have."""
    said = in_every_language(due.kind, due.scope_name, due.period, due.due_at, due.zone)
    return {"report": due.pk, **said, **more}


def notices(due: DueReport, kind: str, people: Iterable[User], **more: Any) -> list[Notice]:
    params = about(due, **more)
    return [Notice(person, kind, None, params) for person in dict.fromkeys(people)]
