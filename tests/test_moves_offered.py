"""The moves the API offers are those it takes: each is accepted, or asks for a field; no other is taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from complaints import actions
from complaints.models import Complaint
from complaints.namelist import Signer
from complaints.views.verbs import VERBS
from tests.case_pages import photo
from tests.cast import DAY, HOUR, OPINION, march

pytestmark = pytest.mark.django_db
START, NOW = march(2), march(2, 16)
PEOPLE = ("limin", "wanggong", "sungong", "chenfang", "zhoujun", "wuzong", "auditor", "laozhao")
#: Asked only where another person is there, or never of this person: 403 and 409 say so.
NEVER = (403, 409)


@pytest.fixture
def stories(case_in, walk_in, office_of_jinxiu) -> dict[str, Complaint]:
    """Cases as they may stand, for each status and for what the status does not say."""
    people = office_of_jinxiu
    made = {
        status: case_in(status, at=START)
        for status in ("received", "recorded", "classified", "acting", "handled", "replied", "closed")
    }
    made["urgent"] = case_in("acting", at=START, facts={"urgent": True})
    made["asked"] = case_in("acting", at=START)
    actions.ask_extension(
        made["asked"], clock="resolve", reason="parts", note="等件", new_due_at=START + 4 * DAY,
        by=people.wanggong, at=START + 2 * HOUR, not_told_because="未接通",
    )  # fmt: skip
    made["proposed"] = case_in("recorded", at=START)
    actions.propose_invalid(made["proposed"], note="合同未约定", by=people.limin, at=START + HOUR)
    made["hotline"] = case_in(
        "acting",
        at=START,
        channel="hotline",
        facts={"external_due_at": START + 3 * DAY, "external_number": "1"},
    )
    made["media"] = case_in("acting", at=START, channel="media")
    made["money"] = case_in("acting", at=START)
    actions.propose_compensation(made["money"], amount=100, note="墙面", by=people.limin, at=START + 2 * HOUR)
    made["signs"] = case_in("acting", at=START)
    for sign in ("rising", "byways"):
        actions.note_sign(
            made["signs"], sign=sign, note="事实", on=START.date(), by=people.limin, at=START + HOUR
        )
    made["void"] = actions.void(
        case_in("recorded", at=START), note="误录", by=people.chenfang, at=START + HOUR
    )
    made["second round"] = case_in("replied", at=START)
    actions.dispute(made["second round"], note="又漏了", by=people.limin, at=START + 2 * HOUR)
    made["joined"] = walk_in(START)
    actions.join(made["joined"], lead=made["acting"], by=people.limin, at=START + 2 * HOUR)
    made["signed"] = case_in("acting", at=START)
    actions.add_signatories(
        made["signed"], signers=[Signer("张三", "1-1-101", "", "")],
        by=people.limin, at=START + HOUR,
    )  # fmt: skip
    return made


@pytest.fixture
def at_four(monkeypatch) -> None:
    for module in ("cases", "moves"):
        monkeypatch.setattr(f"complaints.api.{module}.now", lambda: NOW)


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
}  # fmt: skip
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


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_offered_is_taken_and_what_is_not_is_refused(
    stories, at_four, request, office_of_jinxiu, auditor, laozhao, who
) -> None:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(request.getfixturevalue(who))
    wrong = []
    for name, case in stories.items():
        shown = client.get(f"/api/v1/cases/{case.number}/")
        if shown.status_code == 404:
            continue
        offered = set(shown.json()["moves"])
        for verb in VERBS:
            fields = VERBS[verb].form.base_fields
            words = {key: SAID[key] for key in fields if key in SAID and (verb, key) != NOT_BOTH}
            answer = send(client, case.number, verb, words)
            said = answer.json()
            if verb in offered and answer.status_code in NEVER:
                wrong.append((name, verb, "offered, refused", said["detail"]))
            if verb in offered and answer.status_code == 400 and not said["errors"]:
                wrong.append((name, verb, "offered, refused without a field", said["detail"]))
            if verb not in offered and answer.status_code == 200:
                wrong.append((name, verb, "taken, not offered", ""))
    assert not wrong, "\n".join(map(str, wrong))
