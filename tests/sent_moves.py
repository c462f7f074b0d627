"""Every move sent to the API with plausible words, tried and taken back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework.test import APIClient

from complaints.models import Complaint
from complaints.views.case.move_forms import MOVE_FORMS
from tests.case_pages import photo
from tests.cast import OPINION

#: Plausible words for every field, by its name, so that only a rule refuses.
SAID: dict[str, Any] = {
    "note": OPINION, "severity": "important", "category": "repairs", "handler": "wanggong",
    "method": "phone", "evidence": "业主签字", "satisfaction": "5", "outcome": "reached",
    "confirmed_by": "phone", "reason": "parts", "amount": "10", "kind": "pay", "clock":
    "resolve", "new_due_at": "2026-03-06T10:00", "grade": "hot", "not_told_because": "未接通",
    "person": "chenfang", "place": "大厅", "sign": "rising", "on": "2026-03-02", "abnormal":
    "yes", "stays": "yes", "exception": "refused", "apologised_by": "王建军", "decision":
    "extended", "found_at": "2026-03-02T10:00", "expert": "周军", "name": "李四", "paid_on":
    "2026-03-02", "voucher": "A1", "accepted_on": "2026-03-02", "how": "签字", "lines": "李四 1-1-102",
    "offers": "可以免费更换。", "platform": "业主论坛", "link": "https://forum.example/1",
    "posted_at": "2026-03-02T08:00", "answer_link": "https://forum.example/1#2",
}  # fmt: skip
#: Asked only where another person is there, or never of this person: 403 and 409 say so.
NEVER = (403, 409)
#: A colleague is named, or somebody by name.
NOT_BOTH = ("name_respondent", "person")


def send(client: APIClient, number: str, verb: str, said: dict[str, Any]) -> Any:
    """Try it and take it back; files go along where they are asked for."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        with_files = verb == "attach"
        sent = said | {"files": photo()} if with_files else said
        answer = client.post(
            f"/api/v1/cases/{number}/{verb}/", sent, format="multipart" if with_files else "json"
        )
        transaction.set_rollback(True)
    return answer


def disagreement(
    client: APIClient, case: Complaint, verb: str, said: dict[str, Any], *, offered: bool
) -> tuple[str, str] | None:
    """What is wrong where a move is offered and refused, or taken without an offer; None where both agree."""
    fields = MOVE_FORMS[verb].form.base_fields
    words = {key: said[key] for key in fields if key in said and (verb, key) != NOT_BOTH}
    answer = send(client, case.number, verb, words)
    told = answer.json()
    if offered and answer.status_code in NEVER:
        return "offered, refused", told["detail"]
    if offered and answer.status_code == 400 and not told["errors"]:
        return "offered, refused without a field", told["detail"]
    if not offered and answer.status_code == 200:
        return "taken, not offered", ""
    return None
