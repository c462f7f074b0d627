"""Amounts and signatories at every door: pages, API, sheets, papers, figures."""

from __future__ import annotations

import importlib
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook
from pypdf import PdfReader
from rest_framework.test import APIClient

from complaints import actions
from complaints.models import Attachment, Compensation
from complaints.signatory_list import Signer
from reports import papers
from reports.figures.month import Month
from reports.figures.monthly import monthly
from tests.case_pages import ENGLISH, photo, text
from tests.cast import HOUR, SHANGHAI, march

pytestmark = pytest.mark.django_db

NOW = march(2, 12)


def propose(case: Any, by: Any, amount: Any = 1200) -> Compensation:
    return actions.propose_compensation(case, amount=Decimal(amount), note="墙面修补", by=by, at=NOW)


def test_an_amount_goes_its_way_by_the_api_alone(case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")

    def post(user: Any, path: str, **said: Any) -> Any:
        client = APIClient()
        client.force_authenticate(user)
        return client.post(f"/api/v1/{path}/", said, format="json")

    base = f"cases/{case.number}"
    said = {"amount": "1200", "note": "墙面修补", "kind": "waive"}
    assert post(people.limin, f"{base}/propose_compensation", **said).status_code == 200
    row = case.compensations.get()
    assert (row.kind, row.approver_role) == ("waive", "property_manager")
    path = f"amounts/{row.pk}"
    assert post(people.chenfang, f"{path}/less", granted_amount="900").status_code == 403
    assert post(people.zhoujun, f"{path}/less", granted_amount="1200").status_code == 400
    answer = post(people.zhoujun, f"{path}/less", granted_amount="900")
    assert (answer.status_code, answer.json()["granted_amount"]) == (200, "900.00")
    today = now().astimezone(SHANGHAI).date().isoformat()
    paid = {"compensation": row.pk, "paid_on": today, "voucher": "P-1"}
    assert post(people.wanggong, f"{base}/pay", **paid).status_code == 403
    assert post(people.limin, f"{base}/pay", **paid).status_code == 200
    taken = {"compensation": row.pk, "accepted_on": today, "how": "当面签收"}
    shown = post(people.limin, f"{base}/accept_payment", **taken).json()["compensations"]
    assert [(one["state"], one["paid_on"], one["voucher"]) for one in shown] == [("accepted", today, "P-1")]


def test_the_card_approves_less_and_the_list_shows_what_is_open(
    client,
    case_in,
    office_of_jinxiu,
    clock,
):
    people, case = office_of_jinxiu, case_in("acting")
    clock.now = NOW
    first, second = propose(case, people.limin, 300), propose(case, people.limin)
    client.force_login(people.zhoujun)
    page = client.get("/approvals/").content.decode()
    assert "1,500.00" in page  # all amounts of the case, beside the one asked for
    path = reverse("decide_amount", args=[second.pk, "less"])
    assert client.post(path, {"granted_amount": "1200"}).status_code == 422
    assert client.post(path, {"granted_amount": "960"}).status_code == 302
    actions.decide_compensation(first, approve=True, by=people.chenfang, at=NOW)
    actions.pay(case, compensation=first, paid_on=date(2026, 3, 2), voucher="P-7", by=people.limin, at=NOW)
    context = client.get(reverse("amounts")).context
    assert (context["to_pay"], context["to_accept"]) == ([second], [first])
    assert (context["to_pay_sum"], context["to_accept_sum"]) == (Decimal(960), Decimal(300))
    client.force_login(people.wanggong)
    assert client.get(reverse("amounts")).status_code == 200


def test_the_steps_are_offered_when_they_are_due_and_take_their_paper(
    client, case_in, office_of_jinxiu, opened, send
):
    people, case = office_of_jinxiu, case_in("acting")

    def verbs() -> set[str]:
        return opened(case, people.limin).context["moves"].verbs & {
            "withdraw_compensation", "pay", "accept_payment",
        }  # fmt: skip

    assert verbs() == set()
    row = propose(case, people.limin, 300)
    assert verbs() == {"withdraw_compensation"}
    actions.decide_compensation(row, approve=True, by=people.chenfang, at=NOW)
    assert verbs() == {"pay"}
    assert "300.00 yuan · 2 Mar 2026" in text(client.get(f"{case.get_absolute_url()}pay/", headers=ENGLISH))
    paid = {"compensation": row.pk, "paid_on": "2026-03-02", "voucher": "P-8", "files": [photo()]}
    assert send(case, people.limin, "pay", paid).status_code == 302
    assert verbs() == {"accept_payment"}
    accepted = {"compensation": row.pk, "accepted_on": "2026-03-02", "files": [photo("receipt.jpg")]}
    assert send(case, people.limin, "accept_payment", accepted).status_code == 302
    assert verbs() == set()
    row.refresh_from_db()
    assert (row.voucher_file.name, row.accepted_file.name) == ("result.jpg", "receipt.jpg")
    assert not Attachment.objects.filter(complaint=case, owner_sees=True).exists()


def test_the_months_figures_count_what_was_granted_and_what_was_paid(case_in, jinxiu, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    row, waits = propose(case, people.limin, 1200), propose(case, people.limin, 50)
    gone = propose(case, people.limin, 70)
    actions.decide_compensation(
        row, approve=True, granted_amount=Decimal(800), by=people.zhoujun, at=NOW + HOUR
    )
    actions.withdraw_compensation(case, compensation=gone, note="不必了", by=people.limin, at=NOW)

    def money() -> Any:
        return monthly([jinxiu], Month(2026, 3), march(31, 23).astimezone(SHANGHAI)).compensation

    assert (money().approved, money().approved_amount, money().paid) == (1, 800, 0)
    assert (money().waiting, money().waiting_amount) == (1, waits.amount)
    actions.pay(case, compensation=row, paid_on=date(2026, 3, 3), voucher="P-9", by=people.limin, at=march(3))
    assert (money().approved_amount, money().paid, money().paid_amount) == (800, 1, 800)


def test_the_ledger_has_people_speaker_and_money(client, case_in, office_of_jinxiu, clock):
    people = office_of_jinxiu
    case = case_in("acting", facts={"headcount": 4, "is_collective": True})
    actions.join(case_in("recorded"), lead=case, by=people.limin, at=NOW)
    actions.name_speaker(case, person=people.chenfang, by=people.zhoujun, at=NOW)
    actions.decide_compensation(propose(case, people.limin, 300), approve=True, by=people.chenfang, at=NOW)
    client.force_login(people.zhoujun)
    days = {"from": "2026-03-01", "until": "2026-03-31"}
    sheet = load_workbook(BytesIO(client.get(reverse("reports:ledger_excel"), days).content)).active
    (line,) = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[1] == case.number]
    assert (line[23:25], line[34:36]) == ((300, None), (5, "陈芳"))


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_handling_sheet_has_the_list_and_the_amounts_as_the_reader_may_read_them(
    walk_in, office_of_jinxiu
):
    people, case = office_of_jinxiu, walk_in()
    signers = [Signer("欧阳锋", "3-1-102", "13800000001"), Signer("洪七", "3-1-202", "13800000002")]
    case = actions.add_signatories(case, signers=signers, by=people.limin, at=NOW)
    actions.decide_compensation(propose(case, people.limin, 300), approve=True, by=people.chenfang, at=NOW)
    case.refresh_from_db()

    def sheet(shows: bool, reads: bool) -> str:
        made = papers.case_sheet(case, NOW, "zh-hans", shows_complainant=shows, reads_phones=reads)
        return text_of(made)

    full, masked, hidden = sheet(True, True), sheet(True, False), sheet(False, False)
    assert "欧阳锋" in full
    assert "13800000001" in full
    assert "300.00" in full
    assert "138****0001" in masked
    assert "13800000001" not in masked
    assert "欧阳锋" not in hidden
    assert "联名人 2 名" in hidden


def test_the_photo_of_the_list_is_read_like_its_names(client, walk_in, office_of_jinxiu, send):
    people = office_of_jinxiu
    case = walk_in(facts={"identity_hidden": True})
    sent = {"name": "欧阳锋", "files": [photo("list.jpg")]}
    assert send(case, people.limin, "sign", sent).status_code == 302
    file = case.attachments.get()
    assert (file.is_list, file.owner_sees) == (True, False)
    for person, status in ((people.chenfang, 200), (people.zhoujun, 404)):
        client.force_login(person)
        response = client.get(reverse("file", args=[file.file]))
        if response.streaming:
            b"".join(response.streaming_content)  # read, the file is closed
        assert response.status_code == status


def test_rows_of_before_get_their_approver_and_what_was_granted(case_in, office_of_jinxiu):
    """What was approved stays approved by whoever did; what waits goes by its amount from now on."""
    people = office_of_jinxiu
    minor, grave = case_in("acting", severity="minor"), case_in("acting", severity="important")
    done = actions.decide_compensation(
        propose(minor, people.limin, 300), approve=True, by=people.chenfang, at=NOW
    )
    waits, more = propose(grave, people.limin, 400), propose(grave, people.limin, 4900)
    Compensation.objects.update(approver_role="auditor")
    Compensation.objects.filter(pk=done.pk).update(granted_amount=1)
    importlib.import_module("complaints.migrations.0028_amounts_of_before").fill(apps, None)
    rows = {row.pk: (row.approver_role, row.granted_amount) for row in Compensation.objects.all()}
    assert rows == {
        done.pk: ("property_manager", Decimal(300)),
        waits.pk: ("supervisor", None),
        more.pk: ("general_manager", None),
    }
