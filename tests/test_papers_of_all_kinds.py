"""Reports of every kind are asked for by hand, listed, issued and told apart on the pages."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.timezone import now

from config.framework.refusals import Refused
from reports import issue
from reports.due_words import period_code, period_words
from reports.duties import OFF_UNLESS_ASKED, DuePeriod, period_of
from reports.figures.month import Days, Month
from reports.figures.period import Period
from reports.kinds import WRITERS
from reports.models import IssuedReport
from reports.scopes import find, scopes_of
from staff.permissions import permissions_of
from tests.cast import DAY, HOUR, MINUTE, SHANGHAI, march
from tests.due_reports import switch_on
from tests.markup import markup
from tests.report_pages import body
from tests.writers import quickly

pytestmark = pytest.mark.django_db


def asked(user, jinxiu, kind: str, day: date, at) -> IssuedReport:
    scope = find(scopes_of(permissions_of(user, at)), f"estate-{jinxiu.pk}")
    return issue.ask(user, scope, kind, period_of(kind, day), "zh-hans", at)


# Days and words -------------------------------------------------------------------------------------


def test_any_days_are_covered_from_the_first_midnight_to_that_after_the_last(jinxiu):
    period = Period.of([jinxiu], date(2026, 3, 1), date(2026, 3, 15), march(20))
    assert period.bounds(SHANGHAI) == (march(1, 0), march(16, 0)) and period.month == Month(2026, 3)
    assert period.as_of == march(16, 0) and period.is_past
    whole = Period.of([jinxiu], date(2026, 3, 1), date(2026, 3, 31), march(20))
    assert (
        whole.bounds(SHANGHAI)
        == Month(2026, 3).bounds(SHANGHAI)
        == Days(date(2026, 3, 1), date(2026, 3, 31)).bounds(SHANGHAI)
    )


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "code", "words"),
    [
        ("daily", (3, 2), (3, 2), (3, 2), "2026-03-02", "2026年3月2日"),
        ("half_monthly", (3, 15), (3, 1), (3, 15), "2026-03-01-15", "2026年3月1日至15日"),
        ("monthly", (2, 28), (2, 1), (2, 28), "2026-02", "2026年2月"),
        ("quarterly", (5, 1), (4, 1), (6, 30), "2026-Q2", "2026年第2季度"),
        ("annual", (5, 1), (1, 1), (12, 31), "2026", "2026年"),
    ],
)
def test_a_day_names_its_period_of_every_kind(kind, day, first, last, code, words):
    period = period_of(kind, date(2026, *day))
    assert (period.first, period.last) == (date(2026, *first), date(2026, *last))
    assert period_code(kind, period) == code and words in period_words(kind, period)


def test_between_two_halves_lies_no_half_month():
    assert period_of("half_monthly", date(2026, 3, 16)) is None
    assert period_code("warranty", DuePeriod(date(2026, 2, 26), date(2026, 3, 26))) == "2026-02-26-2026-03-25"


def test_rows_of_before_end_on_the_last_day_of_their_month(zhoujun, jinxiu):
    rows = [
        asked(zhoujun, jinxiu, "monthly", date(*first, 1), march(20)) for first in ((2024, 2), (2025, 12))
    ]
    IssuedReport.objects.update(ends_on="2999-01-01")
    import_module("reports.migrations.0008b_papers_end_on").end(apps, None)
    for row in rows:
        row.refresh_from_db()
    assert [row.ends_on for row in rows] == [date(2024, 2, 29), date(2025, 12, 31)]


# Asking ---------------------------------------------------------------------------------------------


def ask(client, jinxiu, **said):
    usual = {"scope": f"estate-{jinxiu.pk}", "kind": "daily", "day": "2026-03-02", "language": "en"}
    return client.post(reverse("reports:ask"), usual | said)


def test_each_kind_that_is_made_is_offered_and_asked_for(signed_in, zhoujun, admin, jinxiu, no_worker):
    client = signed_in(zhoujun)
    for kind in OFF_UNLESS_ASKED:
        switch_on(kind, f"estate-{jinxiu.pk}", admin)
    page = markup(client.get(reverse("reports:index")))
    for kind in WRITERS:
        assert f'<option value="{kind}"' in page
        assert ask(client, jinxiu, kind=kind).status_code == 302
    assert set(IssuedReport.objects.values_list("kind", flat=True)) == set(WRITERS)
    half = IssuedReport.objects.get(kind="half_monthly")
    assert (half.starts_on, half.ends_on) == (date(2026, 3, 1), date(2026, 3, 15))
    shown = markup(client.get(half.get_absolute_url()))
    assert "Half-monthly report" in shown and "1–15 Mar 2026" in shown


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"day": "2998-03-02"}, "This day has not begun."),
        ({"kind": "half_monthly", "day": "2998-03-02"}, "This half of a month has not begun."),
        ({"kind": "half_monthly", "day": "2026-03-16"}, "The half-monthly report covers the 1st to the 15th"),
        ({"day": "tomorrow"}, "Give a day, such as 2026-03-02."),
        ({"day": "1999-12-31"}, "Give a day between 2000 and 2999."),
        ({"kind": "input_half"}, "input_half is not one of the available choices"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field_and_what_was_typed_is_kept(
    said, sentence, signed_in, zhoujun, jinxiu, no_worker
):
    response = ask(signed_in(zhoujun), jinxiu, **said)
    page = markup(response)
    assert response.status_code == 422 and sentence in page
    assert f'value="{said.get("day", "2026-03-02")}"' in page
    assert not IssuedReport.objects.exists()


def test_a_time_that_has_not_ended_can_be_read_and_not_issued(monkeypatch, signed_in, zhoujun, jinxiu):
    quickly(monkeypatch, "half_monthly")
    report = asked(zhoujun, jinxiu, "half_monthly", date(2026, 3, 2), march(15, 23))
    issue.make_waiting(march(15, 23))
    report.refresh_from_db()
    assert (report.state, report.reason) == ("done", "")
    with pytest.raises(Refused):
        issue.issue(report, zhoujun, march(17))
    page = markup(signed_in(zhoujun).get(report.get_absolute_url()))
    assert "Made before its time had ended: this version can be read but not issued." in page


@pytest.mark.parametrize("kind", ["daily", "half_monthly"])
def test_a_version_is_issued_frozen_and_a_new_one_replaces_it(kind, monkeypatch, signed_in, zhoujun, jinxiu):
    quickly(monkeypatch, kind)
    made = []
    for hours in (0, 1):
        at = march(20) + hours * HOUR
        report = asked(zhoujun, jinxiu, kind, date(2026, 3, 2), at)
        issue.make_waiting(at + MINUTE)
        report.refresh_from_db()
        made.append(issue.issue(report, zhoujun, at + 2 * MINUTE))
    assert [one.version for one in made] == [1, 2] and made[1].supersedes == made[0]
    with pytest.raises(TypeError):
        made[1].save()
    client = signed_in(zhoujun)
    found = client.post(reverse("reports:verify"), {"sha256": made[1].pdf_sha256})
    assert "Genuine and unchanged." in markup(found) and made[1].covers in markup(found)
    file = client.get(reverse("reports:pdf", args=[made[1].key]))
    assert f"{made[1].code}-v2.pdf" in file["Content-Disposition"] and body(file).startswith(b"%PDF-")


def test_the_list_is_narrowed_to_a_kind_and_turned_page_by_page(signed_in, zhoujun, jinxiu):
    usual = {
        "scope": f"estate-{jinxiu.pk}", "scope_name": "锦绣花园", "language": "en", "asked_by": zhoujun,
        "state": "failed", "reason": "x", "version": 1,
    }  # fmt: skip
    days = [date(2026, 3, 1) + n * DAY for n in range(25)]
    IssuedReport.objects.bulk_create(
        IssuedReport(kind="daily", starts_on=day, ends_on=day, asked_at=now() - n * HOUR, **usual)
        for n, day in enumerate(days)
    )
    client = signed_in(zhoujun)
    first = client.get(reverse("reports:index"), {"kind": "daily"})
    assert len(first.context["made"]) == 20 and first.context["newer"] == ""
    rest = client.get(reverse("reports:index") + first.context["older"].partition("#")[0])
    assert len(rest.context["made"]) == 5 and rest.context["older"] == ""
    assert client.get(reverse("reports:index"), {"kind": "monthly"}).context["made"] == []
    assert len(client.get(reverse("reports:index"), {"kind": "x"}).context["made"]) == 20
