"""Warranty in register, API and record: what a month that is over says stays said (domain.md 8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from complaints.actions import warranty as acts
from complaints.models import CaseWarranty, Complaint
from complaints.views.lists.warranties import VIEWS
from owners import actions as register
from owners.importing.loading import load
from owners.models import HandOver
from owners.versions import versions
from staff import actions as office
from staff.models import Department, User
from staff.roles import Role
from tests.cast import DAY, march, person
from tests.ledgers import ledger
from tests.warranty_month import (  # noqa: F401
    ENGLISH,
    HEADER,
    built,
    covered,
    month,
    record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lifts(jinxiu) -> Department:
    return Department.objects.create(estate=jinxiu, name="迅达维保", name_en="Lifts", is_contractor=True)


@pytest.fixture
def liugong(lifts) -> User:
    """刘工 works for the firm."""
    return person("liugong", "刘师傅", Role.HANDLER, department=lifts)


def test_nothing_done_later_changes_the_record_of_past_days(month, jinxiu, built, chenfang):  # noqa: F811
    """Told again, agreed on, decided out, repaired, begun anew: the whole record stays as it was."""
    with translation.override("en"):
        before = record(jinxiu)
        told = {"notified_how": "phone", "by": chenfang}
        acts.notify_builder(month["told"], firm="别家", at=march(28), **told)
        acts.agree_visit(month["told"], visit_at=march(30), by=chenfang, at=march(29))
        acts.notify_builder(month["new"], builder=built, at=march(28), **told)
        acts.decide_otherwise(
            month["refused"], covered=False, ground="other", because="复核", by=chenfang, at=march(28)
        )
        acts.repair_again(month["signed"], because="又渗水", by=chenfang, at=march(28))
        acts.finish(month["carried"], done="修好", by=chenfang, at=march(28))
        Complaint.objects.filter(pk=month["new"].pk).update(
            outcome="void", status="closed", closed_at=march(29)
        )
        assert record(jinxiu, at=before.as_of + 5 * DAY) == before
        after = record(jinxiu, at=march(30), days=(date(2026, 3, 26), date(2026, 4, 25)))
    lines = {line.number for line in (*after.opened, *after.carried)}
    assert month["refused"].number not in lines
    assert month["signed"].number in {line.number for line in after.opened}


def test_list_and_record_say_the_same_of_what_is_late(month, jinxiu):  # noqa: F811
    ended = march(25) + timedelta(hours=15)
    listed = CaseWarranty.objects.filter(VIEWS["late"].holds(ended)).exclude(pk=month["later"].pk)
    found = record(jinxiu, at=ended)
    late = {line.number for line in (*found.opened, *found.carried) if line.is_late}
    assert late == set(listed.values_list("complaint__number", flat=True))
    assert late


def test_who_hides_is_not_told_by_his_words_in_the_record(month, jinxiu):  # noqa: F811
    Complaint.objects.filter(pk=month["refused"].pk).update(identity_hidden=True)
    with translation.override("en"):
        signed = {line.number: line.signed for line in record(jinxiu).opened}
    assert signed[month["refused"].number] == "Does not sign"


def test_the_list_of_the_api_keeps_reasons_from_a_contractor(
    covered,  # noqa: F811
    chenfang,
    cuihu,
    lifts,  # noqa: F811
    liugong,  # noqa: F811
):
    """Of ours in another estate, and a firm's man on this case."""
    office.post(liugong, Role.FRONT_DESK, at=march(1), estate=cuihu)
    case = covered()
    acts.decide_otherwise(case, covered=True, ground="other", because="对内说明", by=chenfang, at=march(4))
    Complaint.objects.filter(pk=case.pk).update(handler=liugong, department=lifts)
    client = APIClient()
    for reader, said in ((chenfang, "对内说明"), (liugong, "")):
        client.force_authenticate(reader)
        rows = client.get("/api/v1/warranty/").json()["results"]
        assert [row["because"] for row in rows] == [said]


# The register ------------------------------------------------------------------------------------------


def test_an_empty_form_deletes_nothing_and_the_button_does(jinxiu, built, client, zhoujun):  # noqa: F811
    client.force_login(zhoujun)
    path = reverse("registers_hand_over", args=["JX"])
    assert client.post(path, {"day": ""}, headers=ENGLISH).status_code == 422
    row = HandOver.objects.get()
    page = client.get(reverse("registers_warranty", args=["JX"]), headers=ENGLISH).content.decode()
    remove = reverse("registers_hand_over_remove", args=["JX", row.pk])
    assert remove in page
    assert client.post(remove, headers=ENGLISH).status_code == 302
    assert not HandOver.objects.exists()


def test_the_form_of_a_unit_opens_with_its_day(jinxiu, home, client, zhoujun):
    register.set_hand_over(jinxiu, date(2024, 1, 2), unit=home, by=zhoujun, at=march(1))
    client.force_login(zhoujun)
    page = client.get(reverse("registers_unit", args=[home.pk]), headers=ENGLISH).content.decode()
    assert f"?unit={home.code}&amp;day=2024-01-02" in page


@pytest.mark.parametrize(
    ("heading", "day", "kept"),
    [
        ("交付日期", "2023-05-12", 1),
        ("交付日期", "2099-01-01", 0),
        ("交付日期", "1900-01-01", 0),
        ("收房日期", "2023-05-12", 0),
        ("接房日期", "2023-05-12", 0),
        ("领房日期", "2023-05-12", 0),
    ],
)
def test_only_a_homes_own_day_in_reason_begins_its_warranty(heading, day, kept, jinxiu, chenfang):
    row = ["1号楼", 1, 101, "李四", "13800138001", day]
    reading = ledger(row, header=[*HEADER[:-1], heading])
    outcome = load(reading, jinxiu, by=chenfang, at=march(2), skip_bad=True)
    assert (outcome.hand_overs, HandOver.objects.count()) == (kept, kept)
    assert kept or [*reading.notes, *reading.problems, *outcome.differences]


def test_the_newest_changes_are_never_left_out(jinxiu, zhoujun):
    row = HandOver.objects.create(estate=jinxiu, day=date(2020, 1, 1))
    first: Any = HandOver.history.get()
    HandOver.history.bulk_create(
        HandOver.history.model(
            id=row.pk, estate=jinxiu, day=date(2020, 1, 1) + n * DAY, history_date=march(1) + n * DAY / 24,
            history_type="~",
        )
        for n in range(1100)
    )  # fmt: skip
    assert first
    newest = versions(("x", HandOver.history.all()))[0]
    assert newest.at >= march(1) + 1099 * DAY / 24
