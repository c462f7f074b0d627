"""Which analyses of causes are owed: the list, its tile on the first page, and measures by department."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import actions
from complaints.actions import measures as acts
from complaints.actions.measures import Plan
from complaints.models import Cause, CauseAnalysis, Complaint
from complaints.views.lists import analyses, measures
from staff.models import Department
from tests.cast import DAY, HOUR, march
from tests.list_pages import tiles

pytestmark = pytest.mark.django_db
HANDLED = march(2, 12)


@pytest.fixture
def clock(office_clock, monkeypatch):
    """What these lists take for now besides the first page."""
    for module in (analyses, measures):
        monkeypatch.setattr(module, "now", lambda: office_clock.now)
    return office_clock


@pytest.fixture
def owes(case_in, wanggong):
    """Handled cases, each with its analysis to be written by the department."""
    cause = Cause.objects.create(code="quality", zh="房屋质量", en="Building quality")

    def handled() -> Complaint:
        case = case_in("acting")
        done = {"note": "更换了水管。", "evidence": "业主签字", "cause": cause}
        return actions.handle(case, **done, by=wanggong, at=HANDLED)

    return handled


def listed(read, who, **asked) -> list[int]:
    return [row.complaint_id for row in read(who, reverse("analyses"), **asked).context["page"].rows]


def test_what_is_asked_for_and_not_written_is_listed(read, clock, owes, office_of_jinxiu, stranger):
    o, case = office_of_jinxiu, owes()
    assert listed(read, o.chenfang) == listed(read, o.wuzong) == listed(read, o.sungong) == [case.pk]
    assert listed(read, stranger) == []
    actions.analyse(case, equipment="接头老化", by=o.wanggong, at=HANDLED + HOUR)
    assert listed(read, o.chenfang) == []


def test_what_nobody_can_write_any_more_is_not_owed(read, clock, owes, office_of_jinxiu):
    case = owes()
    actions.void(case, note="重复登记", by=office_of_jinxiu.chenfang, at=HANDLED + HOUR)
    assert listed(read, office_of_jinxiu.chenfang) == []


def test_it_is_found_by_its_department(read, clock, owes, office_of_jinxiu, jinxiu):
    o, case, other = office_of_jinxiu, owes(), owes()
    cleaning = Department.objects.create(estate=jinxiu, name="环境部")
    CauseAnalysis.objects.filter(complaint=other).update(department=cleaning)
    engineering = case.department_id
    assert [f"{engineering}", f"{cleaning.pk}"] == sorted(
        (f"{row['department']}" for row in read(o.chenfang, reverse("analyses")).context["departments"]),
        key=int,
    )
    url = reverse("analyses")
    for department, pk in ((engineering, case.pk), (cleaning.pk, other.pk)):
        rows = read(o.chenfang, f"{url}?department={department}").context["page"].rows
        assert [row.complaint_id for row in rows] == [pk]
    assert not read(o.chenfang, f"{url}?department=0").context["page"].rows


def test_the_first_page_says_how_many_and_how_many_of_them_are_late(
    read, clock, owes, office_of_jinxiu, engineering
):
    o, case = office_of_jinxiu, owes()
    plan = Plan("接头老化", "满十年更换", "repair", o.wanggong, march(4), engineering)
    acts.set_measure(plan, cases=[case], by=o.sungong, at=march(3))
    clock.now = march(3, 12)
    for who in (o.chenfang, o.wuzong, o.sungong):
        shown = tiles(read(who, "/"))
        assert (shown["Analyses owed"], shown["Measures open"]) == (1, 1)
    page = read(o.chenfang, "/").content.decode()
    assert "1 overdue" not in page
    clock.now = HANDLED + 5 * DAY
    page = read(o.chenfang, "/").content.decode()
    assert page.count("1 overdue") == 2 and page.count("is-over") >= 2


def test_the_list_costs_the_same_at_two_and_at_ten(client, clock, owes, chenfang):
    def cost() -> int:
        client.force_login(chenfang)
        client.get(reverse("analyses"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("analyses")).status_code == 200
        return len(captured)

    owes(), owes()
    few = cost()
    for _one in range(8):
        owes()
    assert cost() == few


def test_measures_are_found_by_their_department(read, clock, case_in, office_of_jinxiu, engineering, jinxiu):
    o, cleaning = office_of_jinxiu, Department.objects.create(estate=jinxiu, name="环境部")
    made = [
        acts.set_measure(
            Plan("老化", "更换", "repair", o.wanggong, march(20), department),
            cases=[case_in("acting")], by=o.chenfang, at=march(3),
        )
        for department in (engineering, cleaning)
    ]  # fmt: skip
    clock.now = march(4)
    for measure in made:
        for name in ("measures", "measures_csv", "measure_board"):
            page = read(o.chenfang, f"{reverse(name)}?department={measure.department_id}").content.decode()
            assert [one.number in page for one in made] == [one == measure for one in made], name
