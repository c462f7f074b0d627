"""A published study whose case is reopened: marked, told once, and stands again once it was checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIClient

from complaints.actions import studies as acts
from complaints.actions import studies_due
from complaints.actions.study_rows import acts_on
from complaints.models import CaseStudy, Complaint, Cycle, Notification, StudyEntry
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.case_studies import TEXTS, written
from tests.cast import DAY, HOUR, march, person

NOW = march(8)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def published(case_in, chenfang, zhoujun, sungong, wuzong) -> CaseStudy:
    study = acts.begin(case_in("acting"), by=chenfang, at=march(3))
    row = acts.send(written(study, chenfang), by=chenfang, at=march(4))
    return acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))


def opened(row: CaseStudy, at: Any, number: int = 2, why: str = "reopened") -> None:
    Cycle.objects.create(complaint=row.complaint, number=number, started_at=at, why=why)


def closed(row: CaseStudy, at: Any) -> None:
    Complaint.objects.filter(pk=row.complaint_id).update(status="closed", outcome="resolved", closed_at=at)


def now_is(row: CaseStudy) -> CaseStudy:
    return CaseStudy.objects.get(pk=row.pk)


def told(user: User, kind: str = "study_reopened") -> int:
    return Notification.objects.filter(user=user, kind=kind).count()


def test_it_is_marked_and_author_and_checker_are_told_once(published, chenfang, zhoujun, sungong):
    opened(published, march(7))
    assert studies_due.draft_due(NOW) == 1
    row = now_is(published)
    assert (row.state, row.is_to_recheck, row.reopened_at) == ("published", True, march(7))
    assert [told(one) for one in (chenfang, zhoujun, sungong)] == [1, 1, 0]
    assert [studies_due.draft_due(NOW + n * HOUR) for n in (1, 2, 30)] == [0, 0, 0]
    assert [told(chenfang), StudyEntry.objects.filter(kind="reopened").count()] == [1, 1]


@pytest.mark.parametrize(("at", "why"), [(march(4), "reopened"), (march(7), "disputed")])
def test_what_was_reopened_before_or_disputed_is_not(at, why, published):
    opened(published, at, why=why)
    studies_due.draft_due(NOW)
    assert not now_is(published).is_to_recheck


def test_checked_once_more_it_stands_until_the_next_reopening(published, chenfang, zhoujun, wuzong):
    opened(published, march(7))
    closed(published, march(7, 18))
    studies_due.draft_due(NOW)
    row = now_is(published)
    assert "recheck" in acts_on(row, permissions_of(zhoujun, NOW))
    with pytest.raises(WrongPerson):
        acts.recheck(row, version=row.version, by=chenfang, at=NOW)  # who wrote it
    row = acts.recheck(row, version=row.version, by=zhoujun, at=NOW)
    assert (row.is_to_recheck, row.state, row.edition, row.checked_by) == (False, "published", 1, zhoujun)
    assert "recheck" not in acts_on(row, permissions_of(zhoujun, NOW))
    with pytest.raises(Refused, match="reopened"):
        acts.recheck(row, version=row.version, by=wuzong, at=NOW)
    assert studies_due.draft_due(NOW + HOUR) == 0
    opened(row, march(9), 3)
    studies_due.draft_due(march(10))
    assert now_is(row).is_to_recheck
    assert told(chenfang) == 2


def test_a_new_edition_stands_too(published, chenfang, zhoujun):
    opened(published, march(7))
    studies_due.draft_due(NOW)
    row = acts.revise(now_is(published), note="重开", by=chenfang, at=NOW)
    assert not row.is_to_recheck
    row = acts.write(row, version=row.version, by=chenfang, at=NOW, lesson="另一句")
    row = acts.send(row, by=chenfang, at=NOW)
    row = acts.check(row, version=row.version, publish=True, by=zhoujun, at=NOW)
    assert not row.is_to_recheck
    assert studies_due.draft_due(NOW + DAY) == 0
    assert not now_is(row).is_to_recheck


def test_while_its_case_is_open_it_waits_and_is_asked_for_at_closing(published, chenfang, zhoujun, sungong):
    opened(published, march(7))
    studies_due.draft_due(NOW)
    row = now_is(published)
    assert "recheck" not in acts_on(row, permissions_of(zhoujun, NOW))
    with pytest.raises(Refused, match="open"):
        acts.recheck(row, version=row.version, by=zhoujun, at=NOW)
    assert told(zhoujun, "study_to_recheck") == 0
    closed(published, march(9))
    for at, times in ((march(9, 12), 1), (march(9, 14), 1), (march(15), 1), (march(16, 13), 2)):
        studies_due.draft_due(at)
        assert [told(one, "study_to_recheck") for one in (chenfang, zhoujun, sungong)] == [times, times, 0]
    row = now_is(published)
    acts.recheck(row, version=row.version, by=zhoujun, at=march(17))
    studies_due.draft_due(march(30))
    assert told(zhoujun, "study_to_recheck") == 2


def test_where_author_and_checker_are_gone_others_are_told(published, chenfang, zhoujun, jinxiu, wuzong):
    other = person("xinzhuguan", "钱进", Role.SUPERVISOR, estate=jinxiu)
    User.objects.filter(pk__in=[chenfang.pk, zhoujun.pk]).update(is_active=False)
    opened(published, march(7))
    studies_due.draft_due(NOW)
    closed(published, march(9))
    studies_due.draft_due(march(9, 12))
    assert [told(other), told(other, "study_to_recheck")] == [1, 1]
    assert told(wuzong) == 1  # there is no property manager but him


def test_it_stays_readable_with_the_mark(published, client: Client, stranger, zhoujun):
    opened(published, march(7))
    closed(published, march(7, 18))
    studies_due.draft_due(NOW)
    for who, name, args in (
        (stranger, "study", [published.pk]),
        (stranger, "study_training", [published.pk]),
        (stranger, "studies", []),
    ):
        client.force_login(who)
        said = client.get(reverse(name, args=args), headers={"accept-language": "en"}).content.decode()
        assert TEXTS["title"] in said
        assert "Case reopened, to be checked again" in said, name
    client.force_login(zhoujun)
    page = client.get(reverse("studies"), {"view": "check"})
    assert [row.pk for row in page.context["page"].rows] == [published.pk]
    program = APIClient()
    program.force_authenticate(zhoujun)
    at = f"/api/v1/library/{published.pk}/"
    assert program.get(at).json()["to_recheck"] is True
    sent = {"version": now_is(published).version}
    assert program.post(f"{at}recheck/", sent, format="json").json()["to_recheck"] is False
