"""What the step to "the customer is told first" makes of rows that were there (migration 0023)."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps

from complaints import actions
from complaints.message_texts import words
from complaints.models import Clock, Extension, Notification
from complaints.timeline import entries
from tests.cast import march
from tests.extension_requests import ask_until
from tests.looking import clock_of

pytestmark = pytest.mark.django_db

STEP = import_module("complaints.migrations.0023_what_binds")
SCHEMA = SimpleNamespace()


def test_a_request_that_waits_on_what_now_binds_ends_and_who_asked_reads_why(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case, other = case_in("acting", severity="major", at=march(2)), case_in("acting", at=march(2))
    request, stays = ask_until(case, people, march(15)), ask_until(other, people, march(7))
    clear = clock_of(case, "clear_answer")
    Extension.objects.filter(pk=request.pk).update(clock=clear)  # as it could be asked for before
    STEP.end_requests_for_what_binds(apps, SCHEMA)
    request.refresh_from_db()
    stays.refresh_from_db()
    assert (request.state, stays.state) == ("withdrawn", "pending")
    assert request.history.latest().state == "withdrawn"
    event = case.events.get(kind="extension_barred")
    assert entries([event], case)[0].text == "“明确答复”已不能延期，申请终止。"
    line = Notification.objects.get(kind="extension_barred")
    assert line.user == people.wanggong
    assert "已不能延期" in words(line.kind, line.params, case).line
    asked = Notification.objects.filter(user=people.wuzong, kind="extension_requested")
    assert [row.complaint for row in asked.filter(read_at=None)] == [other]
    STEP.end_requests_for_what_binds(apps, SCHEMA)  # nothing twice
    assert case.events.filter(kind="extension_barred").count() == 1


def test_clocks_that_were_regraded_keep_what_they_began_with(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    regraded, plain = case_in("acting", severity="minor", at=march(2)), case_in("acting", at=march(2))
    actions.regrade(regraded, severity="major", note="漏到楼下", by=people.chenfang, at=march(2, 13))
    Clock.objects.update(first_severity="")
    STEP.keep_what_clocks_began_with(apps, SCHEMA)
    assert clock_of(regraded, "resolve").began_as == "minor"
    assert clock_of(regraded, "clear_answer").began_as == "major"  # began with the re-grading
    assert clock_of(plain, "resolve").first_severity == ""
