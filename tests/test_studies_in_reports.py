"""The quarter's chapter of the case library: complaints by grade, lessons, analyses owed (F14, T42)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints.actions import studies as acts
from complaints.models import CaseStudy, Complaint
from complaints.studies import Kind
from reports.figures.period import Period
from reports.figures.quarterly import quarterly
from reports.figures.studied import studied
from reports.readers import numbers_in
from reports.wide import tables
from tests.case_studies import APRIL, MORE, Q1, TEXTS
from tests.cast import DAY, march


def told(jinxiu: Any, at: datetime = APRIL) -> Any:
    with translation.override("en"):
        return studied(Period.of([jinxiu], *Q1, at))


@pytest.fixture
def publish(case_in, chenfang, zhoujun) -> Any:
    def made(at: datetime, due_at: datetime | None = None) -> CaseStudy:
        study = acts.begin(case_in("acting"), by=chenfang, at=march(3))
        if due_at:
            CaseStudy.objects.filter(pk=study.pk).update(kind=Kind.MAJOR, due_at=due_at)
            CaseStudy.history.filter(id=study.pk).update(kind=Kind.MAJOR, due_at=due_at)
        row = acts.write(study, version=1, by=chenfang, at=at, **TEXTS, **MORE)
        row = acts.send(row, by=chenfang, at=at)
        return acts.check(row, version=row.version, publish=True, by=zhoujun, at=at)

    return made


def test_complaints_are_told_by_grade_as_it_stood(case_in, jinxiu, chenfang):
    cases = [case_in("acting") for _n in range(3)]
    for case, grade, validity in zip(
        cases, ("hot", "general", "general"), ("valid", "valid", "invalid"), strict=True
    ):
        Complaint.objects.filter(pk=case.pk).update(grade=grade, validity=validity)
        Complaint.history.filter(id=case.pk).update(grade=grade, validity=validity)
    lines = {line.grade: line for line in told(jinxiu).grades}
    with translation.override("en"):
        category = str(cases[0].category)
    assert {grade: (line.received, line.valid, line.category) for grade, line in lines.items()} == {
        "Notice: major": (0, 0, ""), "Notice: hot": (1, 1, f"{category} (1)"),
        "Notice: important": (0, 0, ""),
        "Notice: general": (2, 1, f"{category} (1)"),
    }  # fmt: skip


def test_what_was_published_in_the_quarter_is_told_with_its_lesson(publish, jinxiu):
    row = publish(march(20))
    publish(march(31) + 5 * DAY)
    found = told(jinxiu)
    (line,) = found.lines
    assert list(numbers_in(json.loads(json.dumps(asdict(found))))) == []  # else nobody may open the paper
    assert (line.study, line.lesson, line.deeper, found.total) == (
        row.number, TEXTS["lesson"], MORE["deeper"], 1,
    )  # fmt: skip
    with translation.override("en"):
        said = tables.taught(found)
    assert TEXTS["lesson"] in said
    assert "Deeper problem" in said


def test_another_edition_is_no_second_case(publish, jinxiu, chenfang, zhoujun):
    row = publish(datetime(2025, 12, 20, tzinfo=UTC))
    row = acts.revise(row, note="修订", by=chenfang, at=march(10))
    assert told(jinxiu).total == 0
    row = acts.write(row, version=row.version, lesson="新的一句", by=chenfang, at=march(10))
    row = acts.send(row, by=chenfang, at=march(10))
    acts.check(row, version=row.version, publish=True, by=zhoujun, at=march(11))
    assert told(jinxiu).total == 0


def test_analyses_are_in_time_late_or_owed_as_of_the_end(publish, jinxiu):
    publish(march(20), due_at=march(25))
    publish(march(28), due_at=march(25))
    publish(march(31) + 3 * DAY, due_at=march(25))
    publish(march(28), due_at=march(31) + 20 * DAY)  # not due in it
    found = told(jinxiu)
    assert (found.due, found.in_time, found.late, found.owed) == (3, 1, 1, 1)


def test_a_restricted_case_is_not_told(publish, jinxiu):
    row = publish(march(20))
    Complaint.objects.filter(pk=row.complaint_id).update(restricted=True)
    assert told(jinxiu).total == 0


def test_the_chapter_costs_the_same_whatever_there_is(publish, jinxiu):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(jinxiu)
        return len(queries)

    publish(march(20))
    few = cost()
    for _n in range(3):
        publish(march(21), due_at=march(25))
    assert cost() == few


def test_it_is_a_part_of_the_quarters_paper(publish, jinxiu):
    publish(march(28), due_at=march(25))
    with translation.override("en"):
        figures = quarterly([jinxiu], *Q1, APRIL)
    assert figures.studied.total == 1
