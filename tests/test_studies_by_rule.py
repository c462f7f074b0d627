"""What nobody may overlook in the case library: names, cases that become major, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from complaints.actions import studies as acts
from complaints.actions import studies_due
from complaints.models import CaseStudy, Complaint, Notification
from complaints.studies import Kind, Origin, State
from config.framework.refusals import Refused
from reports.figures.period import Period
from reports.figures.studied import studied
from staff.models import Department, User
from staff.permissions import permissions_of
from staff.roles import Role
from tests.case_studies import APRIL, MORE, Q1, TEXTS, closed, opened, set_major, told_of, written
from tests.cast import DAY, HOUR, march, person

NOW = march(4)


@pytest.fixture
def published(case_in, chenfang, zhoujun, sungong, wuzong) -> CaseStudy:
    study = acts.begin(case_in("acting"), by=chenfang, at=march(3))
    row = acts.send(written(study, chenfang), by=chenfang, at=march(3))
    return acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(3))


def analysed(row: CaseStudy, by: User, check: User, at: Any) -> CaseStudy:
    row = acts.write(row, version=row.version, by=by, at=at, **MORE)
    row = acts.send(row, by=by, at=at)
    return acts.check(row, version=row.version, publish=True, by=check, at=at)


def inbox(user: Any) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def figures(jinxiu: Any) -> tuple[int, int, int, int]:
    with translation.override("en"):
        found = studied(Period.of([jinxiu], *Q1, APRIL))
    return found.due, found.in_time, found.late, found.owed


# Checking -------------------------------------------------------------------------------------------------


def test_why_he_is_alone_names_nobody_either(case_in, zhoujun, chenfang, sungong, wuzong):
    study = acts.begin(case_in("acting"), by=zhoujun, at=march(3))
    row = acts.send(written(study, zhoujun), by=zhoujun, at=march(4))
    User.objects.filter(pk__in=[chenfang.pk, sungong.pk, wuzong.pk]).update(is_active=False)
    with pytest.raises(Refused) as refusal:
        acts.check(row, version=row.version, publish=True, alone_because="陈芳休假", by=zhoujun, at=march(5))
    assert refusal.value.field == "alone_because"


def test_another_person_is_one_who_may_check(case_in, jinxiu, zhoujun, chenfang, sungong, wuzong):
    other = Department.objects.create(estate=jinxiu, name="保洁部", name_en="Cleaning")
    person("songjie", "宋洁", Role.DEPARTMENT_HEAD, department=other)
    study = acts.begin(case_in("acting"), by=zhoujun, at=march(3))
    row = acts.send(written(study, zhoujun), by=zhoujun, at=march(4))
    with pytest.raises(Refused, match="孙志远") as refusal:
        acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(5))
    assert "宋洁" not in str(refusal.value)


# A case that becomes major --------------------------------------------------------------------------------


def test_receipts_of_the_edition_before_do_not_count(published, chenfang, zhoujun):
    acts.read(published, by=chenfang, at=march(3))
    set_major(published.complaint)
    closed(published.complaint, NOW)
    studies_due.draft_due(NOW)
    row = CaseStudy.objects.get()
    assert (row.state, row.edition, row.analysed_in, row.due_at) == (State.DRAFT, 1, 0, NOW + 30 * DAY)
    row = analysed(row, chenfang, zhoujun, march(6))
    assert (row.edition, row.analysed_in) == (2, 2)
    assert not row.readings.filter(edition=row.edition).exists()
    assert studies_due.draft_due(NOW + 3 * DAY) == 0
    row = acts.revise(row, note="补充", by=chenfang, at=march(8))
    assert analysed_again(row, chenfang, zhoujun) == (3, 2)


def analysed_again(row: CaseStudy, by: User, check: User) -> tuple[int, int]:
    row = acts.write(row, version=row.version, by=by, at=march(9), lesson="另一句")
    row = acts.send(row, by=by, at=march(9))
    row = acts.check(row, version=row.version, publish=True, by=check, at=march(9))
    return row.edition, row.analysed_in


def test_what_is_being_revised_owes_the_analysis_too(published, chenfang, zhoujun):
    row = acts.revise(published, note="修订", by=chenfang, at=march(3))
    set_major(row.complaint)
    closed(row.complaint, NOW)
    studies_due.draft_due(NOW)
    row.refresh_from_db()
    assert (row.kind, row.due_at) == (Kind.MAJOR, NOW + 30 * DAY)
    assert row.is_late(NOW + 31 * DAY)


def test_who_wrote_it_and_the_supervisor_are_told_that_it_is_a_draft_again(published, chenfang, sungong):
    CaseStudy.objects.update(written_by=sungong)
    set_major(published.complaint)
    studies_due.draft_due(NOW)
    assert inbox(chenfang)[-1] == inbox(sungong)[-1] == "study_major"
    assert studies_due.draft_due(NOW + HOUR) == 0


def test_only_what_was_published_of_a_major_case_is_its_analysis(published, jinxiu, chenfang, zhoujun):
    set_major(published.complaint)
    closed(published.complaint, march(3))
    studies_due.draft_due(NOW)
    due_at = march(20)
    CaseStudy.objects.update(due_at=due_at)
    CaseStudy.history.update(due_at=due_at)
    assert figures(jinxiu) == (1, 0, 0, 1)
    analysed(CaseStudy.objects.get(), chenfang, zhoujun, march(25))
    assert figures(jinxiu) == (1, 0, 1, 0)


def test_what_changes_after_the_quarter_does_not_change_its_figures(published, jinxiu, wuzong):
    set_major(published.complaint)
    closed(published.complaint, march(3))
    studies_due.draft_due(NOW)
    CaseStudy.objects.update(due_at=march(20))
    CaseStudy.history.update(due_at=march(20))
    opened(published.complaint)
    studies_due.draft_due(march(31) + 3 * DAY)
    assert CaseStudy.objects.get().due_at is None
    assert figures(jinxiu) == (1, 0, 0, 1)
    acts.drop(CaseStudy.objects.get(), note="集团已分析", by=wuzong, at=march(31) + 4 * DAY)
    assert figures(jinxiu) == (1, 0, 0, 1)


# Restricted, and many at once -----------------------------------------------------------------------------


def test_a_restricted_major_case_is_drafted_shut_and_reaches_who_decides(
    case_in, chenfang, zhoujun, sungong, wuzong, stranger
):
    for _n in range(2):
        secret = case_in("acting")
        told_of(secret, "major")
        Complaint.objects.filter(pk=secret.pk).update(restricted=True)
        closed(secret, NOW)
    assert studies_due.draft_due(NOW) == 2
    row = CaseStudy.objects.latest("pk")
    assert (row.origin, row.is_shut, row.due_at) == (Origin.MAJOR, True, NOW + 30 * DAY)
    seen = [CaseStudy.objects.visible_to(permissions_of(who, NOW)).count() for who in (zhoujun, chenfang)]
    assert seen == [2, 0]
    assert inbox(zhoujun)[-1] == "studies_drafted"
    assert "studies_drafted" not in inbox(chenfang)
    row = acts.write(row, version=1, by=zhoujun, at=NOW, **TEXTS, **MORE)
    with pytest.raises(Refused):
        acts.send(row, by=zhoujun, at=NOW)
    studies_due.remind_due(row.due_at)
    assert inbox(zhoujun)[-1] == "studies_due"  # both are due that day
    assert not {"studies_due", "study_due_over"} & set(inbox(chenfang))


def test_a_run_of_many_batches_tells_once(case_in, chenfang, zhoujun, monkeypatch):
    monkeypatch.setattr(studies_due, "BATCH", 2)
    for _n in range(5):
        told_of(case_in("acting"))
    made = [studies_due.draft_due(NOW + n * timedelta(minutes=1)) for n in range(3)]
    assert made == [2, 2, 1]
    (line,) = Notification.objects.filter(user=chenfang, kind__in=["studies_drafted", "study_drafted"])
    assert (line.kind, line.params["count"]) == ("studies_drafted", 5)
