"""Warranty: each repair counts, what is entered later counts when it is; members, seasons, signed sheets."""

# ruff: noqa: F811 fixtures are asked for by their names
from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints import actions
from complaints.actions import files
from complaints.actions import warranty as acts
from complaints.models import CaseWarranty, Complaint, PolicyVersion
from complaints.policy import DEFAULTS
from complaints.policy_fields import faults, kind_of, leaves, with_values
from complaints.warranty_terms import last_day
from config.framework.refusals import Refused
from reports.briefs.warranty import lines, said
from reports.views import warranty as pages
from tests.cast import DAY, SHANGHAI, march
from tests.evidence_cast import SMALL
from tests.warranty_month import BEGUN, ENGLISH, built, covered, month, record  # noqa: F401

pytestmark = pytest.mark.django_db
APRIL_DAYS = date(2026, 3, 26), date(2026, 4, 25)
APRIL = datetime(2026, 4, 27, 9, tzinfo=SHANGHAI)
PHONE = {"signed_how": "confirmed", "note": "电话确认"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# The record --------------------------------------------------------------------------------------------


def test_two_repairs_in_the_same_days_count_each(covered, built, jinxiu, chenfang):
    case = covered(march(3), to="signed")
    acts.repair_again(case, because="又渗水", by=chenfang, at=march(10))
    acts.notify_builder(case, builder=built, notified_how="phone", by=chenfang, at=march(11))
    acts.repair_elsewhere(
        case, whom="工程部", because="未到场", cost=Decimal("300"), by=chenfang, at=march(16)
    )
    acts.repair_again(case, because="再次渗水", by=chenfang, at=march(18))
    found = record(jinxiu)
    assert (found.opened_n, found.carried_n, found.open) == (3, 0, 1)
    assert (found.told, found.done, found.signed, found.elsewhere) == (2, 1, 1, 1)
    assert found.cost == Decimal("300.00")
    assert [line.state for line in found.opened] == [
        "Signed by the owner", "Repaired by others", "Builder to be told",
    ]  # fmt: skip
    assert found.by_part[0][1:] == (3, 1)
    assert [line.round for line in found.opened] == [1, 2, 3]
    assert "3 repairs under warranty began" in said(found)
    shown = lines(found.opened, several=False)
    assert shown.count("Repair no.") == 2 and "Repair no. 3" in shown
    after = record(jinxiu, at=APRIL, days=APRIL_DAYS)
    assert (after.opened_n, after.carried_n, after.told) == (0, 1, 0)
    assert [line.round for line in after.carried] == [3]


def test_what_is_carried_over_was_open_at_the_end_before(covered, jinxiu, chenfang):
    """Repaired by others in March; its owner confirms it in April."""
    case = covered(march(10), to="elsewhere")
    covered(march(12), to="notified")
    before = record(jinxiu)
    acts.sign(case, signed_at=march(28), **PHONE, by=chenfang, at=march(28))
    after = record(jinxiu, at=APRIL, days=APRIL_DAYS)
    assert (before.open, after.carried_n, after.opened_n) == (1, 1, 0)
    assert (after.confirmed, after.signed, after.open, len(after.carried)) == (1, 1, 1, 2)
    assert "confirmed by the owner in these days: 1." in said(after)
    assert record(jinxiu, at=APRIL, days=(date(2026, 4, 26), date(2026, 5, 25))).confirmed == 0


def test_a_step_entered_later_counts_when_it_is_and_says_so(covered, built, jinxiu, chenfang):
    """Repaired on 20 March and signed on the 21st; nobody wrote it down before the 28th."""
    case = covered(march(10), to="notified")
    before = record(jinxiu)
    assert (before.done, before.signed, before.open) == (0, 0, 1)
    acts.finish(case, done="打胶", done_at=march(20), by=chenfang, at=march(28))
    acts.sign(case, signed_at=march(21), **PHONE, by=chenfang, at=march(28, 10))
    assert record(jinxiu, at=APRIL) == before
    after = record(jinxiu, at=APRIL, days=APRIL_DAYS)
    (line,) = after.carried
    assert (after.done, after.signed, after.open, after.entered_later) == (1, 1, 0, 1)
    assert (line.done_on, line.signed_on) == (date(2026, 3, 20), date(2026, 3, 21))
    assert line.later == ("done_at", "signed_at")
    assert "Steps of earlier days were entered in these days, in 1." in said(after)
    assert record(jinxiu, at=APRIL, days=(date(2026, 4, 26), date(2026, 5, 25))).carried_n == 0


def test_what_was_entered_in_time_is_not_marked(month, jinxiu):
    found = record(jinxiu)
    assert not found.entered_later and not any(line.later for line in (*found.opened, *found.carried))


def test_a_report_taken_back_is_no_repair(covered, jinxiu, chenfang):
    case = covered(march(10), to="done")
    assert record(jinxiu, at=march(20)).done == 1
    acts.take_report_back(case, because="还没修", by=chenfang, at=march(20))
    assert record(jinxiu).done == 0


# Joined to another ---------------------------------------------------------------------------------------


def test_a_member_has_no_warranty_of_its_own(client: Client, covered, case_in, chenfang):
    lead, member = covered(BEGUN), case_in("acting", at=BEGUN)
    actions.join(member, lead=lead, by=chenfang, at=march(4))
    with pytest.raises(Refused) as fault:
        acts.choose_part(member, part="outer_wall", by=chenfang, at=march(4))
    assert str(fault.value) == f"This case is joined to {lead.number}: the warranty is kept there."
    assert not CaseWarranty.objects.filter(complaint=member).exists()
    client.force_login(chenfang)
    path = reverse("case_warranty_act", args=[member.number, "part"])
    page = client.get(path, headers=ENGLISH)
    assert page.status_code == 422 and lead.number in page.content.decode()
    shown = client.get(reverse("case_warranty", args=[member.number]), headers=ENGLISH).content.decode()
    assert reverse("case_warranty", args=[lead.number]) in shown and path not in shown
    link = f"/api/v1/cases/{member.number}/warranty/part/"
    answer = client.post(link, {"part": "roof"}, content_type="application/json", headers=ENGLISH)
    assert answer.status_code == 409 and lead.number in answer.content.decode()


def test_a_tick_begins_no_warranty_of_a_member(covered, case_in, chenfang, limin):
    lead, member = covered(BEGUN), case_in("acting", at=BEGUN)
    actions.join(member, lead=lead, by=chenfang, at=march(4))
    member.refresh_from_db()
    with pytest.raises(Refused) as fault:
        actions.edit(member, {"under_warranty": True}, version=member.version, by=limin, at=march(5))
    assert fault.value.field == "under_warranty" and lead.number in str(fault.value)
    member.refresh_from_db()
    assert not member.under_warranty and not CaseWarranty.objects.filter(complaint=member).exists()


# Signed sheets -------------------------------------------------------------------------------------------


def scan(by: Any, name: str) -> Any:
    found, faults_ = files.kept_with(
        [], [SimpleUploadedFile(name, SMALL, content_type="image/png")], by=by, at=march(6)
    )
    assert not faults_
    return found[0]


def test_sheets_signed_before_he_hides_are_kept_from_who_may_not_know_him(covered, built, chenfang, limin):
    case = covered(march(3), to="done")
    sheets = [scan(chenfang, name) for name in ("a.png", "b.png")]
    acts.sign(case, signed_how="signed", files=sheets, by=chenfang, at=march(6))
    acts.repair_again(case, because="又渗水", by=chenfang, at=march(7))
    other = scan(chenfang, "c.png")
    actions.attach(case, [other], by=chenfang, at=march(7))
    case.refresh_from_db()
    assert not case.attachments.filter(is_list=True).exists()
    actions.edit(case, {"identity_hidden": True}, version=case.version, by=limin, at=march(8))
    marked = set(case.attachments.filter(is_list=True).values_list("pk", flat=True))
    assert marked == {sheet.pk for sheet in sheets}


# Seasons ---------------------------------------------------------------------------------------------------


def test_the_days_of_a_season_are_a_rule_of_the_company():
    cold = with_values(
        DEFAULTS, {"warranty.season_starts.heating": "10-15", "warranty.season_ends.heating": "04-15"}
    )
    assert not faults(cold)
    handed = date(2023, 11, 1)
    assert last_day("heating", handed, DEFAULTS["warranty"]) == date(2025, 3, 15)
    assert last_day("heating", handed, cold["warranty"]) == date(2026, 4, 15)  # the first had begun
    assert last_day("cooling", handed, cold["warranty"]) == date(2025, 9, 30)
    named = {leaf.path: leaf for leaf in leaves(cold)}
    assert named["warranty.season_starts.heating"].value == "10-15"
    assert kind_of("warranty.season_starts.heating", "10-15") == "yearly"


@pytest.mark.parametrize("day", ["02-29", "13-01", "11-31", "1-1", "", "x", "11/15"])
def test_a_day_that_not_every_year_has_is_refused(day):
    data = with_values(DEFAULTS, {"warranty.season_ends.heating": day})
    assert "warranty.season_ends.heating" in faults(data)


def test_a_version_of_before_goes_by_the_usual_seasons(jinxiu):
    old = with_values(DEFAULTS, {"warranty.season_starts.heating": "", "warranty.season_starts.cooling": ""})
    row = PolicyVersion(number=2, data=old, created_at=march(1) - DAY)
    assert row.policy.data["warranty"]["season_starts"] == {"heating": "11-15", "cooling": "06-01"}


# Where it is found ------------------------------------------------------------------------------------------


def test_the_register_is_reached_from_registers_estate_and_case(client: Client, covered, zhoujun):
    case: Complaint = covered(BEGUN)
    client.force_login(zhoujun)
    for address in (
        reverse("registers_estate", args=["JX"]),
        reverse("registers_warranty", args=["JX"]),
        case.get_absolute_url(),
    ):
        page = client.get(address, headers=ENGLISH).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert f'href="{reverse("warranties")}"' in main, address


# The page of the record ------------------------------------------------------------------------------------


def addresses(page: str) -> dict[str, int]:
    """The lists of a page, each with its number."""
    found = re.findall(r'<a href="(/reports/warranty/behind/[^"]+)">(\d+)</a>', page)
    return {unescape(url): int(n) for url, n in found}


def test_the_page_has_the_rows_of_the_paper_and_every_number_its_list(month, jinxiu, client: Client, zhoujun):
    client.force_login(zhoujun)
    asked = {"scope": f"estate-{jinxiu.pk}", "month": "2026-03"}
    page = client.get(reverse("reports:warranty"), asked, headers=ENGLISH)
    text = page.content.decode()
    figures = record(jinxiu)
    for line in (*figures.opened, *figures.carried):
        assert reverse("case_warranty", args=[line.number]) in text
    assert month["finished"].number not in text
    lists = addresses(text)
    assert len(lists) > 9
    for url, n in lists.items():
        behind = client.get(url, headers=ENGLISH)
        shown = behind.content.decode()
        assert behind.context["total"] == n == len(re.findall(r'href="/cases/[^"]+/warranty/"', shown)), url
    for wrong in (asked | {"month": "2099-01"}, asked | {"scope": "estate-99999"}):
        assert client.get(reverse("reports:warranty"), wrong).status_code == 404
    assert client.get(reverse("reports:warranty_behind"), asked | {"number": "x"}).status_code == 404
    assert client.get(reverse("reports:warranty"), asked | {"month": "x"}).status_code == 422


def test_what_he_may_not_read_is_counted_on_page_and_list(month, jinxiu, client: Client, zhoujun, chenfang):
    Complaint.objects.filter(pk=month["told"].pk).update(restricted=True)
    client.force_login(chenfang)
    asked = {"scope": f"estate-{jinxiu.pk}", "month": "2026-03", "number": "opened"}
    behind = client.get(reverse("reports:warranty_behind"), asked, headers=ENGLISH)
    assert (behind.context["total"], behind.context["hidden"]) == (5, 1)
    assert month["told"].number not in behind.content.decode()
    page = client.get(reverse("reports:warranty"), asked, headers=ENGLISH).content.decode()
    assert month["told"].number not in page and "1 more that you do not read is counted only." in page


@pytest.mark.parametrize(
    ("day", "shown", "newest"),
    [(25, "2026-02", "2026-03"), (26, "2026-03", "2026-04"), (31, "2026-03", "2026-04")],
)
def test_it_opens_with_the_record_that_is_to_be_handed_in(
    monkeypatch, covered, jinxiu, client: Client, zhoujun, day, shown, newest
):
    covered(BEGUN)
    monkeypatch.setattr(pages, "clock", lambda: march(day))
    client.force_login(zhoujun)
    page = client.get(reverse("reports:warranty"), {"scope": f"estate-{jinxiu.pk}"}, headers=ENGLISH)
    assert (str(page.context["month"]), str(page.context["months"][0])) == (shown, newest)
    asked = {"scope": f"estate-{jinxiu.pk}", "month": newest}
    assert client.get(reverse("reports:warranty"), asked, headers=ENGLISH).status_code == 200
