"""Results worked out by hand, the chart's points, and what is not shown because too few have said it."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from rest_framework.test import APIClient

from complaints.actions import surveys as acts
from complaints.models import Measure, Survey, SurveyAnswer, SurveyInvitation
from complaints.surveys import FEW, Quadrant, crossing, quadrant, shown
from reports import quadrants, survey_papers
from reports.figures.surveys import results
from reports.models import Paper
from reports.quadrants import decimal, signed
from staff.models import Department, User
from staff.roles import Role
from tests.cast import march, person
from tests.surveys import closed, homes, planned, running, said_by

ENGLISH = {"accept-language": "en"}


# Pure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "total", "found"),
    [
        ({"a": 10, "b": 5}, 15, {"a", "b"}),
        ({"a": 10, "b": 4}, 14, set()),  # b would be the rest after a
        ({"a": 10, "b": 6, "c": 4}, 20, {"a"}),  # b goes with c: ten are left over
        ({"a": 10, "b": 4, "c": 3}, 17, {"a"}),  # seven together are no small group
        ({"a": 10, "b": 5, "c": 0}, 15, {"a", "b"}),  # of nobody nothing can be told
        ({"a": 5}, 9, set()),
        ({}, 0, set()),
    ],
)
def test_what_may_stand_beside_the_whole(parts, total, found):
    assert shown(parts, total) == found
    assert not 0 < total - sum(parts[one] for one in found) < FEW or not found


def test_quadrants_by_the_crossing_of_means():
    means = [
        (Fraction(4), Fraction(2)),
        (Fraction(4), Fraction(4)),
        (Fraction(2), Fraction(2)),
        (Fraction(2), Fraction(4)),
    ]
    lines = crossing(means)
    assert lines == (3, 3)
    assert [quadrant(*one, lines) for one in means] == ["improve", "keep", "later", "hold"]
    assert quadrant(Fraction(3), Fraction(3), lines) == Quadrant.KEEP  # on the lines counts as above


def test_means_are_written_with_two_places():
    said = [decimal(Fraction(one, two)) for one, two in ((7, 2), (10, 3), (5, 1), (401, 200))]
    assert (said, decimal(None)) == (["3.50", "3.33", "5.00", "2.01"], "–")
    assert [signed(Fraction(1, 4)), signed(Fraction(-1, 8)), signed(None)] == ["+0.25", "−0.13", "–"]


# Three hundred answers ------------------------------------------------------------------------------------

#: By item, how often each pair (importance, satisfaction) was given; each adds up to 300.
GIVEN = {
    "设备": {(5, 2): 150, (4, 3): 150},  # 4.50 / 2.50
    "治安": {(5, 5): 200, (4, 3): 100},  # 4.67 / 4.33
    "停车": {(2, 1): 60, (3, 3): 240},  # 2.80 / 2.60
    "绿化": {(2, 4): 300},  # 2.00 / 4.00
}
#: Means of the four: (4.5 + 14/3 + 2.8 + 2) / 4 and (2.5 + 13/3 + 2.6 + 4) / 4.
CROSSING = (Fraction(419, 120), Fraction(403, 120))


@pytest.fixture
def big(jinxiu, zhoujun) -> Survey:
    """300 answers of three buildings; the third gave three of them."""
    for code, count in (("1", 200), ("2", 97), ("3", 3)):
        homes(jinxiu, code, count)
    row = running([jinxiu], zhoujun, items=[(zh, "") for zh in GIVEN])
    keys = {one.zh: str(one.pk) for one in row.items.all()}
    columns = {
        keys[zh]: [pair for pair, count in pairs.items() for _each in range(count)]
        for zh, pairs in GIVEN.items()
    }
    asked = list(row.invitations.select_related("unit").order_by("pk"))
    assert len(asked) == 300
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            survey=row, estate=jinxiu, building_id=one.unit.building_id,
            ratings={key: list(pairs[n]) for key, pairs in columns.items()},
        )
        for n, one in enumerate(asked)
    )  # fmt: skip
    SurveyInvitation.objects.filter(survey=row).update(answered_on=date(2026, 3, 3), way="paper")
    return closed(row, zhoujun)


def test_means_quadrants_and_lines_as_worked_out_by_hand(big, jinxiu):
    found = results(big, [jinxiu])
    assert (found.asked, found.answered, found.rate) == (300, 300, 1.0)
    assert found.lines == CROSSING
    said = {one.zh: (one.mark.importance, one.mark.satisfaction, one.quadrant) for one in found.items}
    assert said == {
        "设备": (Fraction(9, 2), Fraction(5, 2), "improve"),
        "治安": (Fraction(14, 3), Fraction(13, 3), "keep"),
        "停车": (Fraction(14, 5), Fraction(13, 5), "later"),
        "绿化": (Fraction(2), Fraction(4), "hold"),
    }
    spread = {one.zh: one.spread for one in found.items}
    assert (spread["设备"], spread["停车"]) == ((0, 150, 150, 0, 0), (60, 0, 240, 0, 0))


def test_the_points_of_the_chart_lie_where_they_belong(big, jinxiu):
    """The plane runs from 46 to 630 and from 392 up to 12; axes 0.15 beyond the least and the most mean."""
    drawn = quadrants.chart("k", results(big, [jinxiu]))
    rings = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)]

    def x(importance: float) -> float:
        return 46 + (importance - 1.85) / (14 / 3 + 0.15 - 1.85) * 584

    def y(satisfaction: float) -> float:
        return 392 - (satisfaction - 2.35) / (13 / 3 + 0.15 - 2.35) * 380

    wanted = [(x(4.5), y(2.5)), (x(14 / 3), y(13 / 3)), (x(2.8), y(2.6)), (x(2), y(4))]
    assert rings == [pytest.approx(one, abs=0.1) for one in wanted]
    dashed = re.findall(r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"[^>]*dasharray', drawn)
    assert float(dashed[0][0]) == pytest.approx(x(419 / 120), abs=0.1)
    assert float(dashed[1][1]) == pytest.approx(y(403 / 120), abs=0.1)
    assert ('role="img"' in drawn, "<title" in drawn, "4.50 / 2.50" in drawn) == (True, True, True)


def test_a_building_of_three_is_not_told_by_what_stands_beside_it(big, jinxiu):
    parts = {one.name: one for one in results(big, [jinxiu]).by_building}
    assert parts["3号楼"].marks is None
    assert parts["2号楼"].marks is None  # or the whole less the two others would be the third
    marks = parts["1号楼"].marks
    assert marks is not None
    assert {one.n for one in marks.values()} == {200}
    assert [parts[name].answered for name in ("1号楼", "2号楼", "3号楼")] == [200, 97, 3]


# Small groups ---------------------------------------------------------------------------------------------


def test_a_line_that_few_filled_in_is_not_shown(jinxiu, zhoujun):
    units = homes(jinxiu, "1", 12)
    row = running([jinxiu], zhoujun)
    for n, unit in enumerate(units):
        said_by(row, unit, (5, 2), (4, 4) if n < 4 else None, (3, 3))
    found = results(closed(row, zhoujun), [jinxiu])
    assert [one.mark.n for one in found.items] == [12, 4, 12]
    assert [one.quadrant is None for one in found.items] == [False, True, False]
    assert found.items[1].spread is None


def test_a_line_left_out_in_one_building_hides_its_neighbour(jinxiu, zhoujun):
    """Of building 2 two homes rated the second line: all less building 1 would tell what they said."""
    first, second = homes(jinxiu, "1", 8), homes(jinxiu, "2", 8)
    row = running([jinxiu], zhoujun)
    for unit in first:
        said_by(row, unit, (5, 2), (4, 4))
    for n, unit in enumerate(second):
        said_by(row, unit, (5, 2), (1, 1) if n < 2 else None)
    row = closed(row, zhoujun)
    parts = {one.name: one.marks for one in results(row, [jinxiu]).by_building}
    keys = list(row.items.values_list("pk", flat=True))
    for name in ("1号楼", "2号楼"):
        marks = parts[name]
        assert marks is not None
        assert marks[keys[0]].satisfaction == 2
        assert marks[keys[1]].satisfaction is None


def test_nothing_at_all_is_shown_of_four_answers(jinxiu, zhoujun, client):
    units = homes(jinxiu, "1", 9)
    row = running([jinxiu], zhoujun)
    for unit in units[:4]:
        said_by(row, unit, (5, 2), words="灯坏了")
    row = closed(row, zhoujun)
    found = results(row, [jinxiu], words=True)
    assert (found.is_few, found.lines, found.words) == (True, None, [])
    assert all(one.mark.importance is None for one in found.items)
    client.force_login(zhoujun)
    page = client.get(reverse("reports:survey", args=[row.pk]), headers=ENGLISH).content.decode()
    assert ("Too few answers" in page, "灯坏了" in page, "2.00" in page) == (True, False, False)


@pytest.fixture
def of_two(jinxiu, cuihu, wuzong) -> Survey:
    """Eight answers of 锦绣花园 and three of 翠湖雅苑."""
    ours, theirs = homes(jinxiu, "1", 8), homes(cuihu, "7", 3)
    row = running([jinxiu, cuihu], wuzong)
    for n, unit in enumerate([*ours, *theirs]):
        said_by(row, unit, (5, 2) if n < 8 else (1, 5), words="灯坏了" if n else "")
    return closed(row, wuzong)


def test_the_rest_of_a_company_is_not_worked_out_from_one_estate(of_two, jinxiu, cuihu):
    """Owners read the whole; whoever read 锦绣花园 beside it would have the three of 翠湖雅苑."""
    whole = results(of_two, [jinxiu, cuihu])
    assert whole.items[0].mark.n == 11
    assert all(part.marks is None for part in (*whole.by_estate, *whole.by_building))
    for estate in (jinxiu, cuihu):
        his = results(of_two, [estate], words=True)
        assert (his.lines, his.words) == (None, [])
        assert all(part.marks is None for part in his.by_building)


def test_one_estate_is_read_where_that_tells_nothing_of_the_others(jinxiu, cuihu, wuzong):
    ours, theirs = homes(jinxiu, "1", 6), homes(cuihu, "7", 6)
    row = running([jinxiu, cuihu], wuzong)
    for n, unit in enumerate([*ours, *theirs]):
        said_by(row, unit, (5, 2) if n < 6 else (1, 5), (3, 3) if n < 9 else None)
    row = closed(row, wuzong)
    his = results(row, [jinxiu])
    assert (his.answered, his.items[0].mark.satisfaction) == (6, 2)
    assert his.items[1].mark.importance is None  # three of the others rated it: nine less six
    assert [one.mark.n for one in results(row, [jinxiu, cuihu]).items][:2] == [12, 9]


def test_a_running_survey_has_no_results(jinxiu, zhoujun, client):
    units = homes(jinxiu, "1", 9)
    row = running([jinxiu], zhoujun)
    for unit in units:
        said_by(row, unit, (5, 2))
    with pytest.raises(ValueError, match="closed"):
        results(row, [jinxiu])
    client.force_login(zhoujun)
    for name, more in (("survey", []), ("survey_paper", []), ("survey_table", ["csv"])):
        assert client.get(reverse(f"reports:{name}", args=[row.pk, *more])).status_code == 404


# Before, papers, measures ---------------------------------------------------------------------------------


def test_the_survey_before_stands_beside_it(jinxiu, zhoujun, big):
    row = running([jinxiu], zhoujun, march(20), starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 25))
    for one in row.invitations.select_related("unit")[:6]:
        said_by(row, one.unit, (5, 4), (5, 4), at=march(21))
    found = results(closed(row, zhoujun, march(22)), [jinxiu])
    assert found.before == big
    said = {one.zh: one.change for one in found.items}
    assert said == {"设备": Fraction(3, 2), "治安": Fraction(-1, 3), "停车": None}  # too few rated it now


@pytest.fixture
def unset(monkeypatch):
    monkeypatch.setattr("reports.pdf.run", lambda job: b"%PDF-unset" + json.loads(job)["html"].encode())


def test_page_table_paper_and_api_say_the_same(big, zhoujun, client, unset):
    client.force_login(zhoujun)
    page = client.get(reverse("reports:survey", args=[big.pk]), headers=ENGLISH)
    assert page.status_code == 200
    assert "importance 3.49, satisfaction 3.36" in " ".join(page.content.decode().split())
    body = client.get(reverse("reports:survey_table", args=[big.pk, "csv"]), headers=ENGLISH)
    said = list(csv.reader(io.StringIO(body.content.decode("utf-8-sig"))))
    assert said[1][:6] == ["Whole", "设备", "300", "4.5", "2.5", "Improve first"]
    assert [line for line in said if line[0] == "3号楼"] == [
        ["3号楼", "", "", "Too few answers, not broken down", "", "", ""]
    ]
    book = client.get(reverse("reports:survey_table", args=[big.pk, "xlsx"]), headers=ENGLISH)
    assert load_workbook(io.BytesIO(book.content)).active["B2"].value == "设备"
    client.get(reverse("reports:survey_paper", args=[big.pk]), headers=ENGLISH)
    paper = Paper.objects.get()
    assert (paper.days["survey"], paper.days["words"]) == (big.pk, True)
    call = APIClient()
    call.force_authenticate(zhoujun)
    api = call.get(f"/api/v1/reports/surveys/{big.pk}/").data
    assert api["lines"] == ["3.49", "3.36"]
    assert [one["quadrant"] for one in api["items"]] == ["improve", "keep", "later", "hold"]
    assert {one["name"]: one["marks"] is None for one in api["by_building"]} == {
        "1号楼": False, "2号楼": True, "3号楼": True,
    }  # fmt: skip


def test_who_reads_results_and_who_reads_words(jinxiu, zhoujun, limin, stranger, admin, client):
    units = homes(jinxiu, "1", 6)
    row = running([jinxiu], zhoujun)
    for unit in units:
        said_by(row, unit, (5, 2), words="车位不够")
    row = closed(row, zhoujun)
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    worker = person("xunda", "马俊峰", Role.HANDLER, department=firm)

    def read(who: User) -> tuple[int, bool]:
        client.force_login(who)
        page = client.get(reverse("reports:survey", args=[row.pk]), headers=ENGLISH)
        return page.status_code, "车位不够" in page.content.decode()

    assert [read(who) for who in (zhoujun, limin)] == [(200, True), (200, False)]
    assert [read(who)[0] for who in (stranger, admin, worker)] == [404] * 3


def test_owners_read_the_answer_once_it_is_published(big, zhoujun, client, monkeypatch):
    monkeypatch.setattr("complaints.portal.visits.now", lambda: march(7))
    path = reverse("survey_answer", args=[big.pk])
    assert path not in client.get("/portal/?estate=JX").content.decode()
    assert client.get(path).status_code == 404
    acts.publish(
        big,
        answer="六月前换两台电梯。",
        answer_en="Two lifts are replaced.",
        version=big.version,
        by=zhoujun,
        at=march(6),
    )
    page = client.get(path, headers={"accept-language": "zh-hans"})
    assert page.status_code == 200
    assert "六月前换两台电梯。" in page.content.decode()
    assert path in client.get("/portal/?estate=JX").content.decode()
    assert "Two lifts are replaced." in client.get(path, headers=ENGLISH).content.decode()


def test_a_measure_begins_with_what_the_survey_says(
    big, jinxiu, zhoujun, office_of_jinxiu, client, monkeypatch
):
    monkeypatch.setattr("reports.views.surveys.clock", lambda: march(6))
    first = big.items.first()
    path = reverse("reports:survey_measure", args=[big.pk, first.pk])
    client.force_login(zhoujun)
    form = client.get(path, headers=ENGLISH).content.decode()
    assert "importance 4.50, satisfaction 2.50 (Improve first)" in form
    handler = re.search(r'value="(\d+-\d+)"[^>]*>[^<]*王建军', form)
    assert handler is not None
    said = {
        "root_cause": "梯龄十八年", "what": "更换两台电梯", "kind": "equipment", "owner": handler[1],
        "due_at": "2026-03-20 10:00", "check_after_days": "30", "key": "k",
    }  # fmt: skip
    sent = client.post(path, said, headers=ENGLISH)
    assert sent.status_code == 302
    [made] = Measure.objects.all()
    assert (made.origin, made.estate, made.root_cause) == ("survey", jinxiu, "梯龄十八年")


def test_links_and_questionnaires_are_printed_for_who_has_not_answered(
    jinxiu, zhoujun, limin, stranger, client, unset, monkeypatch
):
    units = homes(jinxiu, "1", 6)
    row = running([jinxiu], zhoujun)
    said_by(row, units[0], (5, 5))
    for name in ("survey_links", "survey_sheets"):
        client.force_login(stranger)
        assert client.get(reverse(f"reports:{name}", args=[row.pk])).status_code == 404
        client.force_login(limin)
        assert client.get(reverse(f"reports:{name}", args=[row.pk])).status_code in (200, 302)
    assert Paper.objects.count() == 2
    monkeypatch.setitem(survey_papers.MOST, "links", 3)
    client.force_login(limin)
    many = client.get(reverse("reports:survey_links", args=[row.pk]), headers=ENGLISH)
    assert many.status_code == 422
    assert f"?building={units[0].building_id}&amp;part=2" in many.content.decode()
    client.get(
        reverse("reports:survey_links", args=[row.pk]), {"building": units[0].building_id, "part": "2"}
    )
    printed = survey_papers.made(Paper.objects.latest("pk").days, march(3), "en").decode()
    assert [unit.name for unit in units if unit.name in printed] == [units[4].name, units[5].name]
    for paper in Paper.objects.all():
        assert paper.days["survey"] == row.pk


@pytest.mark.parametrize("state", ["draft", "running", "closed"])
def test_every_page_opens_in_both_languages(state, jinxiu, zhoujun, client):
    units = homes(jinxiu, "1", 6)
    row = planned([jinxiu], zhoujun)
    if state != "draft":
        row = acts.start(row, by=zhoujun, at=march(2))
        for unit in units:
            said_by(row, unit, (5, 2), (4, 4))
    if state == "closed":
        row = closed(row, zhoujun)
    client.force_login(zhoujun)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for path in ("/surveys/", "/surveys/new/", row.get_absolute_url()):
                assert client.get(path, headers={"accept-language": language}).status_code == 200, path
            for verb in ("edit", "start", "enter", "remind", "close", "publish", "drop"):
                page = client.get(
                    reverse("survey_act", args=[row.pk, verb]), headers={"accept-language": language}
                )
                assert page.status_code == (200 if verb in _open(state) else 422), (state, verb)


def _open(state: str) -> set[str]:
    return {
        "draft": {"edit", "start", "drop"},
        "running": {"enter", "remind", "close"},
        "closed": {"publish"},
    }[state]


def test_a_list_costs_the_same_however_many_there_are(jinxiu, zhoujun, client):
    client.force_login(zhoujun)

    def cost() -> int:
        client.get("/surveys/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/surveys/").status_code == 200
        return len(asked)

    planned([jinxiu], zhoujun)
    one = cost()
    for _each in range(10):
        planned([jinxiu], zhoujun)
    assert cost() == one


def test_a_plan_is_made_on_the_page_and_by_the_api(jinxiu, zhoujun, limin, client, monkeypatch):
    for module in ("complaints.views.surveys", "complaints.api.surveys"):
        monkeypatch.setattr(f"{module}.now", lambda: march(2))
    said: dict[str, Any] = {
        "title": "年度调查", "estates": [jinxiu.pk], "starts_on": "2026-03-03", "ends_on": "2026-03-09",
        "items": "设备 | Equipment\n治安｜Security\n停车", "sample": "all",
    }  # fmt: skip
    client.force_login(limin)
    assert client.get("/surveys/new/").status_code == 404
    client.force_login(zhoujun)
    assert client.post("/surveys/new/", said | {"ends_on": "2026-03-01"}, headers=ENGLISH).status_code == 422
    assert client.post("/surveys/new/", said, headers=ENGLISH).status_code == 302
    row = Survey.objects.get()
    assert list(row.items.values_list("zh", "en")) == [
        ("设备", "Equipment"),
        ("治安", "Security"),
        ("停车", ""),
    ]
    homes(jinxiu, "1", 6)
    call = APIClient()
    call.force_authenticate(zhoujun)
    made = call.post("/api/v1/surveys/", said, format="json")
    assert (made.status_code, made.data["state"]) == (201, "draft")
    started = call.post(f"/api/v1/surveys/{made.data['id']}/start/", {}, format="json")
    assert (started.status_code, started.data["state"], started.data["rates"][0]["asked"]) == (
        200,
        "planned",
        6,
    )
    assert call.post(
        f"/api/v1/surveys/{made.data['id']}/close/", {"note": "x"}, format="json"
    ).status_code in (403, 409)
    assert len(call.get("/api/v1/surveys/").data["results"]) == 2
