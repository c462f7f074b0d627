"""Yearly targets (年度目标): who sets them, how a figure stands, versions kept, page, table, paper."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from reports import targets
from reports.calendar_rules import Overtaken
from reports.figures import behind
from reports.figures.annual import annual
from reports.figures.period import Period
from reports.figures.targets import measured, together
from reports.models import YearTarget
from reports.readers import numbers_in
from reports.scopes import all_scopes, find
from reports.target_rules import SHAPES, Indicator, Standing, printed, standing
from reports.wide.parts import parts
from reports.wide.report import context
from reports.wide.targets import sentence
from reports.wide.workbook import wide_workbook
from staff.models import Estate
from tests.cast import DAY, SHANGHAI, march

pytestmark = pytest.mark.django_db

AT = march(28)
JANUARY_9 = march(1) + 314 * DAY
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def scope_of(estate):
    return find(all_scopes(), f"estate-{estate.pk}")


def aim(estate, by, at=AT, because="年度计划", year=2026, **values):
    said = {name: None if value is None else Decimal(value) for name, value in values.items()}
    scope = scope_of(estate)
    return targets.set_targets(
        scope, year, said, because=because, started_from=targets.newest_key(year, scope.code), by=by, at=at
    )


def held(estate, at=AT):
    return {key[1]: row for key, row in YearTarget.objects.held(2026, [f"estate-{estate.pk}"], at).items()}


# The rule ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "value", "target", "over", "expected"),
    [
        (Indicator.ON_TIME, 95.0, 95, False, Standing.ON_COURSE),
        (Indicator.ON_TIME, 94.96, 95, True, Standing.MET),  # printed as 95%
        (Indicator.ON_TIME, 94.9, 95, False, Standing.BEHIND),
        (Indicator.ON_TIME, 94.9, 95, True, Standing.MISSED),
        (Indicator.ON_TIME, None, 95, True, Standing.NOTHING),
        (Indicator.SECOND, 3, 3, False, Standing.ON_COURSE),
        (Indicator.SECOND, 4, 3, False, Standing.MISSED),  # it only grows
        (Indicator.SECOND, 3, 3, True, Standing.MET),
        (Indicator.PER_THOUSAND, 12.01, 12, False, Standing.MISSED),
        (Indicator.MEAN, 4.19, 4.2, True, Standing.MISSED),
    ],
)
def test_how_a_figure_stands_to_its_target(indicator, value, target, over, expected):
    assert standing(indicator, value, target, SHAPES[indicator].direction, over=over) == expected


def test_every_figure_has_a_shape_and_lists_that_there_are():
    assert list(SHAPES) == list(Indicator)
    for shape in SHAPES.values():
        assert {shape.whole, shape.part or shape.whole} <= behind.FIGURES.keys()
    assert [printed(Indicator.ON_TIME, 98.54), printed(Indicator.ON_TIME, 95.0)] == ["98.5%", "95%"]
    assert [printed(Indicator.MEAN, 4.2), printed(Indicator.SECOND, 3), printed("mean", None)] == [
        "4.20",
        "3",
        "–",
    ]


# Setting them ----------------------------------------------------------------------------------------------


def test_only_the_general_manager_sets_them(jinxiu, office_of_jinxiu, auditor, stranger):
    people = office_of_jinxiu
    for nobody in (people.zhoujun, people.chenfang, people.limin, auditor, stranger):
        with pytest.raises(WrongPerson):
            aim(jinxiu, nobody, on_time="95")
    (row,) = aim(jinxiu, people.wuzong, on_time="95")
    assert (row.number, row.direction, row.value, row.made_by) == (1, "at_least", 95, people.wuzong)


def test_a_change_is_a_new_version_and_the_old_one_stays(jinxiu, office_of_jinxiu):
    wuzong = office_of_jinxiu.wuzong
    aim(jinxiu, wuzong, at=march(2), on_time="90", second="5")
    (changed,) = aim(jinxiu, wuzong, at=march(9), because="提高要求", on_time="95", second="5")
    assert (changed.number, changed.because) == (2, "提高要求")
    assert held(jinxiu, march(5))["on_time"].value == 90
    assert held(jinxiu)["on_time"].value == 95 and held(jinxiu)["second"].value == 5
    aim(jinxiu, wuzong, at=march(10), second=None)
    assert "second" not in held(jinxiu)
    assert len(targets.versions(2026, f"estate-{jinxiu.pk}")) == 4
    with pytest.raises(TypeError):
        changed.save()


def test_what_is_refused(jinxiu, office_of_jinxiu):
    wuzong = office_of_jinxiu.wuzong
    for field, more in (
        ("because", {"because": "  ", "on_time": "95"}),
        ("on_time", {"on_time": "100.1"}), ("on_time", {"on_time": "-1"}), ("on_time", {"on_time": "95.55"}),
        ("mean", {"mean": "6"}),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            aim(jinxiu, wuzong, **more)
        assert refusal.value.field == field
    for year in (2025, 2028):  # over, and too early
        with pytest.raises(Refused):
            aim(jinxiu, wuzong, year=year, on_time="95")
    aim(jinxiu, wuzong, year=2027, on_time="95")
    aim(jinxiu, wuzong, on_time="95")
    with pytest.raises(Refused, match=r"Nothing was changed|没有"):
        aim(jinxiu, wuzong, on_time="95")
    with pytest.raises(Overtaken):
        targets.set_targets(
            scope_of(jinxiu), 2026, {"on_time": Decimal(90)}, because="又改", started_from=0, by=wuzong, at=AT
        )


def test_the_database_counts_versions_and_wants_a_reason(jinxiu, office_of_jinxiu):
    (row,) = aim(jinxiu, office_of_jinxiu.wuzong, on_time="95")
    for change in ({"number": 1}, {"number": 2, "because": ""}, {"number": 2, "value": -1}):
        kept = {
            "scope": row.scope, "year": 2026, "indicator": "on_time", "direction": "at_least", "value": 90,
            "because": "x", "made_at": AT, "made_by": row.made_by, **change,
        }  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            YearTarget.objects.create(**kept)


# The figures ----------------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_paper_and_of_the_lists_behind(busy_quarter, jinxiu):
    period = Period.of([jinxiu], *YEAR, JANUARY_9)
    found, total = measured(period)[jinxiu.pk], annual([jinxiu], *YEAR, JANUARY_9, jinxiu.name).total
    assert total.valid and total.on_time.rate.whole
    assert found.rate("closure") == total.closure
    assert found.rate("on_time") == total.on_time.rate
    assert found.rate("revisited") == total.revisit
    assert found.rate("satisfied") == total.satisfaction.satisfied
    assert found.value("mean") == total.satisfaction.mean
    assert found.value("second") == total.second
    assert found.value("per_thousand") == total.valid * 1000 / jinxiu.households
    for name, shape in SHAPES.items():
        assert len(behind.counted(period, shape.whole, {})) == found.counted(name)
        if shape.part:
            assert len(behind.counted(period, shape.part, {})) == found.rate(name).part


def test_an_estate_without_households_is_in_no_rate_per_thousand(busy_quarter, jinxiu):
    Estate.objects.filter(pk=jinxiu.pk).update(households=0)
    jinxiu.refresh_from_db()
    found = measured(Period.of([jinxiu], *YEAR, AT))
    whole = together(found, [jinxiu])
    assert whole.side.valid and whole.value("per_thousand") is None


# The paper ------------------------------------------------------------------------------------------------


def test_the_annual_paper_says_a_sentence_of_every_target(busy_quarter, jinxiu, office_of_jinxiu):
    with translation.override("en"):
        before = annual([jinxiu], *YEAR, JANUARY_9, jinxiu.name)
        assert before.targets == () and "targets" not in parts(before)
        aim(jinxiu, office_of_jinxiu.wuzong, on_time="1", second="0", per_thousand="0.01")
        figures = annual([jinxiu], *YEAR, JANUARY_9, jinxiu.name)
        shown = context(figures, SHANGHAI)
        assert parts(figures)["targets"].number == 3
        by_name = {one.indicator: one for one in figures.targets}
        assert list(by_name) == ["on_time", "per_thousand", "second"]
        assert by_name["per_thousand"].standing == "missed"
        assert (by_name["on_time"].part, by_name["on_time"].whole) == (
            figures.total.on_time.rate.part, figures.total.on_time.rate.whole,
        )  # fmt: skip
        assert shown["targets"] == [sentence(one) for one in figures.targets]
        rate = printed("per_thousand", by_name["per_thousand"].value)
        assert (
            f"{jinxiu.name}, Upheld per 1,000 households: {rate}, target at most 0.01. Not met."
            in shown["targets"]
        )
        sheet = load_workbook(io.BytesIO(wide_workbook(figures, SHANGHAI)))["Yearly targets"]
    assert "Second complaints" in [row[1] for row in sheet.iter_rows(values_only=True)]
    kept = asdict(figures)["targets"]
    assert list(numbers_in([dict(one) for one in kept])) == []
    assert "number" not in kept[0]


def test_a_paper_of_the_running_year_says_that_it_is_open(busy_quarter, jinxiu, office_of_jinxiu):
    aim(jinxiu, office_of_jinxiu.wuzong, at=march(2), second="99")
    (one,) = annual([jinxiu], *YEAR, AT, jinxiu.name).targets
    assert one.standing == "on_course"
    (one,) = annual([jinxiu], *YEAR, JANUARY_9, jinxiu.name).targets
    assert one.standing == "met"
    assert annual([jinxiu], *YEAR, march(1), jinxiu.name).targets == ()  # it was not set yet


# Pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr("reports.views.targets.clock", lambda: AT)
    monkeypatch.setattr("reports.target_api.now", lambda: AT)


def form_of(**more):
    empty = dict.fromkeys(SHAPES, "")
    return empty | {"started_from": "0", "because": "年度计划"} | more


def test_the_page_shows_figure_target_and_standing_and_the_form_sets_them(
    busy_quarter, jinxiu, office_of_jinxiu, client, today
):
    people, address = office_of_jinxiu, reverse("reports:target", args=[2026, f"estate-{jinxiu.pk}"])
    client.force_login(people.wuzong)
    page = client.post(address, form_of(on_time="abc"))
    assert page.status_code == 422 and 'value="abc"' in page.content.decode()
    assert client.post(address, form_of(per_thousand="0.01", closure="10")).status_code == 302
    text = client.get(address).content.decode()
    assert "0.01" in text and "年度计划" in text
    page = client.post(address, form_of(closure="20"))  # by a page opened before
    assert page.status_code == 422 and YearTarget.objects.count() == 2
    shown = client.get(address).context["form"]
    assert [str(shown[name].value()) for name in ("closure", "per_thousand")] == ["10.0", "0.01"]
    overview = client.get(reverse("reports:targets")).content.decode()
    assert str(Standing.MISSED.label) in overview
    valid = len(behind.counted(Period.of([jinxiu], *YEAR, AT), "valid", {}))
    link = next(part for part in overview.split('href="') if "figure=valid" in part).split('"')[0]
    listed = client.get(link.replace("&amp;", "&"))
    assert listed.status_code == 200 and busy_quarter.number in listed.content.decode() and valid
    client.force_login(people.zhoujun)
    assert client.get(address).status_code == 200 and "<form" in text
    assert client.post(address, form_of(closure="20")).status_code == 403


def test_who_reads_no_figures_and_who_is_of_another_estate(
    jinxiu, office_of_jinxiu, cuihu, stranger, client, today
):
    page, others = reverse("reports:targets"), reverse("reports:target", args=[2026, f"estate-{cuihu.pk}"])
    client.force_login(office_of_jinxiu.wanggong)
    assert client.get(page).status_code == 403
    client.force_login(office_of_jinxiu.zhoujun)
    assert client.get(others).status_code == 404
    assert client.get(page, {"year": "1900"}).status_code == 404
    assert cuihu.name not in client.get(page).content.decode()


def test_the_table_and_the_api_tell_the_same(busy_quarter, jinxiu, office_of_jinxiu, client, today):
    aim(jinxiu, office_of_jinxiu.wuzong, at=march(2), on_time="95", second="9")
    client.force_login(office_of_jinxiu.zhoujun)
    told = client.get("/api/v1/reports/targets/").json()
    assert told["year"] == 2026
    assert [(one["indicator"], one["target"]) for one in told["targets"]] == [
        ("on_time", 95.0),
        ("second", 9.0),
    ]
    assert client.get("/api/v1/reports/targets/", {"year": "x"}).status_code == 400
    lines = client.get(reverse("reports:targets_table")).content.decode().splitlines()
    assert len(lines) == 3 and lines[1].startswith("2026,") and ",95.0," in lines[1]


def test_the_page_costs_the_same_for_more_estates_and_targets(
    busy_quarter, jinxiu, cuihu, office_of_jinxiu, client, today
):
    client.force_login(office_of_jinxiu.wuzong)

    def cost() -> int:
        client.get(reverse("reports:targets"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("reports:targets")).status_code == 200
        return len(queries)

    before = cost()
    Estate.objects.create(name="第三期", code="T3", households=300)
    for estate in (jinxiu, cuihu):
        aim(estate, office_of_jinxiu.wuzong, at=march(2), on_time="95", second="9")
    assert cost() == before


def test_a_year_that_has_not_begun_has_targets_and_no_figures(jinxiu, office_of_jinxiu, client, today):
    aim(jinxiu, office_of_jinxiu.wuzong, year=2027, on_time="95")
    client.force_login(office_of_jinxiu.wuzong)
    text = client.get(reverse("reports:targets"), {"year": 2027}).content.decode()
    assert str(Standing.NOTHING.label) in text and "figure=" not in text


def test_a_target_of_none_at_all_is_typed_again_as_it_stands(jinxiu, office_of_jinxiu, client, today):
    client.force_login(office_of_jinxiu.wuzong)
    address = reverse("reports:target", args=[2026, f"estate-{jinxiu.pk}"])
    assert client.post(address, form_of(second="0")).status_code == 302
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in SHAPES} | {"second": form["second"].value()}
    key = targets.newest_key(2026, f"estate-{jinxiu.pk}")
    again = client.post(address, sent | {"closure": "90", "because": "再加一项", "started_from": key})
    assert again.status_code == 302 and held(jinxiu)["second"].value == 0
