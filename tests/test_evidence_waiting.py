"""A withdrawal that waits for a second person: on his list, and a reminder after two working days, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from complaints.actions import evidence as acts
from complaints.actions import evidence_due
from complaints.api import evidence as api
from complaints.api.answers import wrong_type
from complaints.forms.evidence import AddEvidence
from complaints.models import CircleMember, Complaint, Evidence, Notification
from complaints.views import approvals as approval_pages
from complaints.views import evidence as pages
from complaints.views import home
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, march, person
from tests.evidence_cast import photo_of

ENGLISH = {"accept-language": "en"}
#: A Wednesday: two working days later is Friday.
WEDNESDAY, FRIDAY, NOW = march(4, 10), march(6, 10), march(4, 12)
WHY = "拍的是另一户"


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    for module in (pages, api, approval_pages, home):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def case(case_in) -> Complaint:
    return case_in("acting")


@pytest.fixture
def waiting(case, limin) -> Evidence:
    row = photo_of(case, limin, march(3))
    return acts.propose_withdrawal(row, note=WHY, by=limin, at=WEDNESDAY)


def inbox(user: Any, kind: str = "evidence_undecided") -> int:
    return Notification.objects.filter(user=user, kind=kind).count()


def decides(who: User) -> bool:
    return evidence_due.to_decide(permissions_of(who, NOW)).exists()


# Whose it is ----------------------------------------------------------------------------------------------


def test_it_waits_for_those_who_may_decide(waiting, request):
    for name in ("chenfang", "zhoujun", "wuzong"):
        assert decides(request.getfixturevalue(name)), name
    for name in ("limin", "wanggong", "sungong", "auditor", "admin", "stranger"):
        assert not decides(request.getfixturevalue(name)), name


def test_never_his_own_and_only_while_it_waits(case, chenfang, zhoujun):
    row = acts.propose_withdrawal(photo_of(case, chenfang, march(3)), note=WHY, by=chenfang, at=WEDNESDAY)
    assert [decides(chenfang), decides(zhoujun)] == [False, True]
    acts.keep(row, note="是本户", by=zhoujun, at=NOW)
    assert not decides(zhoujun)


def test_of_a_restricted_case_only_in_its_circle(waiting, case, chenfang, zhoujun):
    Complaint.objects.filter(pk=case.pk).update(restricted=True)
    assert [decides(chenfang), decides(zhoujun)] == [False, True]
    CircleMember.objects.create(complaint=case, user=chenfang, since=march(3), named_by=zhoujun)
    assert decides(chenfang)


def test_a_row_under_approvals_and_a_number_on_the_first_page(waiting, client: Client, chenfang, limin):
    client.force_login(chenfang)
    page = client.get(reverse("approvals"), headers=ENGLISH)
    assert [row.pk for row in page.context["evidence"]] == [waiting.pk]
    assert waiting.get_absolute_url() in page.content.decode()
    assert WHY in page.content.decode()
    assert client.get(reverse("home"), headers=ENGLISH).context["waits"] == 1
    assert client.get(reverse("decide_first"), headers={"HX-Request": "true"}).status_code == 200
    client.force_login(limin)
    assert client.get(reverse("approvals")).context["evidence"] == []


def test_the_same_few_queries_for_one_and_for_many(waiting, case, client: Client, chenfang, limin):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("approvals"))
        return len(queries)

    client.force_login(chenfang)
    asked()
    few = asked()
    for _n in range(4):
        acts.propose_withdrawal(photo_of(case, limin, march(3)), note=WHY, by=limin, at=WEDNESDAY)
    assert asked() == few


# Reminded -------------------------------------------------------------------------------------------------


def test_after_two_working_days_once(waiting, chenfang, limin):
    assert waiting.remind_at == FRIDAY
    assert evidence_due.remind_due(FRIDAY - HOUR) == 0
    assert evidence_due.remind_due(FRIDAY) == 1
    assert [inbox(chenfang), inbox(limin)] == [1, 0]
    assert [evidence_due.remind_due(FRIDAY + n * DAY) for n in (0, 1, 30)] == [0, 0, 0]
    assert inbox(chenfang) == 1
    assert waiting.complaint.events.get(kind="evidence_reminded").params["told"] == [chenfang.pk]


def test_over_the_weekend(case, limin):
    row = acts.propose_withdrawal(photo_of(case, limin, march(3)), note=WHY, by=limin, at=march(6, 10))
    assert row.remind_at == march(10, 10)


@pytest.mark.parametrize("how", ["confirm_withdrawal", "keep", "take_back"])
def test_what_was_decided_is_not_reminded_of(how, waiting, chenfang, limin):
    note = {"note": "已核对"} if how != "take_back" else {}
    by = limin if how == "take_back" else chenfang
    row = getattr(acts, how)(waiting, by=by, at=FRIDAY - HOUR, **note)
    assert row.remind_at is None
    assert evidence_due.remind_due(FRIDAY) == 0


def test_who_proposed_it_is_not_asked_about_it(case, chenfang, zhoujun):
    acts.propose_withdrawal(photo_of(case, chenfang, march(3)), note=WHY, by=chenfang, at=WEDNESDAY)
    evidence_due.remind_due(FRIDAY)
    assert [inbox(chenfang), inbox(zhoujun)] == [0, 1]


def test_a_reminder_is_settled_by_the_decision(waiting, chenfang):
    evidence_due.remind_due(FRIDAY)
    acts.confirm_withdrawal(waiting, by=chenfang, at=FRIDAY + HOUR)
    line = Notification.objects.get(user=chenfang, kind="evidence_undecided")
    assert line.read_at is not None


# What a firm reads of the decision ------------------------------------------------------------------------


@pytest.fixture
def firm(jinxiu, case) -> User:
    lifts = Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)
    worker = person("liugong", "刘洪", Role.HANDLER, department=lifts)
    Complaint.objects.filter(pk=case.pk).update(handler=worker, department=lifts)
    case.refresh_from_db()
    return worker


@pytest.mark.parametrize("decided", [False, True])
def test_a_firm_reads_that_it_was_decided_and_not_by_whom(decided, case, firm, limin, chenfang, client):
    row = acts.propose_withdrawal(photo_of(case, firm, march(3)), note=WHY, by=limin, at=WEDNESDAY)
    if decided:
        acts.confirm_withdrawal(row, note="已核对", by=chenfang, at=WEDNESDAY)
    client.force_login(firm)
    page = client.get(row.get_absolute_url(), headers=ENGLISH)
    said = page.content.decode()
    main = said[said.index("<main") :]
    assert page.status_code == 200
    assert ("Withdrawn" in main, "stays in force" in main) == (decided, not decided)
    for name in ("李敏", "陈芳"):
        assert name not in main
    program = APIClient(headers=ENGLISH)
    program.force_authenticate(firm)
    told = program.get(f"/api/v1/cases/{case.number}/evidence/{row.number}/").json()
    assert (told["proposed_by"], told["withdrawn_by"], told["because"]) == (None, None, "")
    assert told["state"] == ("withdrawn" if decided else "to_withdraw")
    program.force_authenticate(chenfang)
    ours = program.get(f"/api/v1/cases/{case.number}/evidence/{row.number}/").json()
    assert ours["proposed_by"] == "limin"


def test_nor_in_the_timeline_of_the_case(case, firm, limin, chenfang, client):
    row = acts.propose_withdrawal(photo_of(case, firm, march(3)), note=WHY, by=limin, at=WEDNESDAY)
    acts.confirm_withdrawal(row, note="已核对", by=chenfang, at=WEDNESDAY)
    for who, named in ((firm, False), (limin, True)):
        client.force_login(who)
        lines = client.get(reverse("case", args=[case.number]), headers=ENGLISH).context["entries"]
        actors = {one.actor for one in lines if one.kind in ("evidence_withdrawn",)}
        assert ("陈芳" in actors) == named


# What the schema says of files the case has ---------------------------------------------------------------


def test_of_case_is_a_list_of_whole_numbers_as_files_are_named_in_answers(case, limin):
    schemas = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    for name in ("AddEvidence", "AddEvidenceWithFiles"):
        asked = schemas[name]["properties"]["of_case"]
        assert (asked["type"], asked["items"]["type"]) == ("array", "integer"), name
    assert schemas["EvidenceFileShape"]["properties"]["id"]["type"] == "integer"
    field = AddEvidence.base_fields["of_case"]
    assert wrong_type(field, [1, 2]) == ""
    assert wrong_type(field, [{"id": 1}]) != ""
