"""Contractors are rated by the month (A12): who rates, checks and reads, what is counted, who is told."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import actions
from complaints.models import Complaint, Notification
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from reports import rating_due, ratings
from reports.calendar_rules import Overtaken
from reports.figures.contracted import contracted
from reports.models import ContractorRating
from reports.rating_rules import DEFAULTS, Trade, criteria_of
from reports.ratings import Given, Said
from staff import actions as office
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import BEFORE, DAY, HOUR, march, person
from tests.rating_cast import APRIL_2, MARCH, firm_of, given_to, points, published, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(jinxiu):
    return firm_of(jinxiu)


@pytest.fixture
def liugong(firm):
    return person("liugong", "刘师傅", Role.HANDLER, department=firm)


# The rule ------------------------------------------------------------------------------------------------


def test_every_trade_has_hundred_points():
    for trade in Trade:
        assert sum(one.points for one in criteria_of(DEFAULTS, trade)) == 100
        assert all(one.zh and one.en for one in criteria_of(DEFAULTS, trade))


def test_it_is_rated_by_who_answers_for_the_estate_and_checked_by_another(
    firm, jinxiu, office_of_jinxiu, liugong, stranger, auditor
):
    people = office_of_jinxiu
    for nobody in (people.limin, people.wanggong, people.sungong, liugong, stranger, auditor):
        with pytest.raises(WrongPerson):
            rated(jinxiu, firm, nobody)
    row = rated(jinxiu, firm, people.zhoujun, less={"quality": 30})
    assert (row.score, row.state, row.grade) == (95, "to_check", "excellent")
    for nobody in (people.chenfang, people.zhoujun, auditor):  # the supervisor does not check
        with pytest.raises(WrongPerson):
            published(row, nobody)
    row = published(row, people.wuzong)
    assert (row.state, row.checked_by, row.figures["handed"]) == ("frozen", people.wuzong, [])
    for verb in ("rate", "check", "send_back"):
        assert isinstance(ratings.refusal_of(row, verb, permissions_of(people.wuzong, APRIL_2)), WrongStatus)


def test_the_database_knows_no_rating_checked_by_who_made_it(firm, jinxiu, office_of_jinxiu):
    row = rated(jinxiu, firm, office_of_jinxiu.zhoujun)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractorRating.objects.filter(pk=row.pk).update(
            state="frozen", checked_by=office_of_jinxiu.zhoujun, checked_at=APRIL_2
        )


def test_points_are_within_the_criterion_and_few_need_a_reason(firm, jinxiu, office_of_jinxiu):
    by = office_of_jinxiu.chenfang
    for given, field in (
        ({"quality": Given(36)}, "points_quality"),
        ({"quality": Given(-1)}, "points_quality"),
        ({"quality": Given(20)}, "words_quality"),
    ):
        with pytest.raises(Refused) as refused:
            said = Said("lifts", points() | given, "尚可")
            ratings.rate(jinxiu, firm, MARCH, said, by=by, at=APRIL_2)
        assert refused.value.field == field
    lacking = {key: one for key, one in points().items() if key != "safety"}
    with pytest.raises(Refused) as refused:
        ratings.rate(jinxiu, firm, MARCH, Said("lifts", lacking, "尚可"), by=by, at=APRIL_2)
    assert refused.value.field == "points_safety"
    with pytest.raises(Refused) as refused:
        ratings.rate(jinxiu, firm, MARCH, Said("lifts", points(), " "), by=by, at=APRIL_2)
    assert refused.value.field == "words"
    ratings.rate(
        jinxiu, firm, MARCH, Said("lifts", points() | {"quality": Given(21)}, "尚可"), by=by, at=APRIL_2
    )


def test_a_month_is_rated_once_it_is_over_and_only_a_contractor_of_the_estate(
    firm, jinxiu, cuihu, engineering, office_of_jinxiu
):
    by = office_of_jinxiu.chenfang
    with pytest.raises(Refused):
        rated(jinxiu, firm, by, at=march(31, 23))
    with pytest.raises(Refused):
        rated(jinxiu, engineering, by)
    with pytest.raises(Refused):
        rated(jinxiu, firm_of(cuihu, "别处"), by)
    assert not ContractorRating.objects.exists()


def test_two_who_rate_at_once_do_not_overwrite_each_other(firm, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    row = rated(jinxiu, firm, people.chenfang)
    with pytest.raises(Overtaken):
        rated(jinxiu, firm, people.zhoujun)
    rated(jinxiu, firm, people.zhoujun, version=1, less={"safety": 5})
    with pytest.raises(Overtaken):
        ratings.check(row, version=1, by=people.wuzong, at=APRIL_2)
    row.refresh_from_db()
    assert (row.rated_by, row.score, row.version) == (people.zhoujun, 90, 2)


def test_who_ever_handed_it_in_does_not_check_it(firm, jinxiu, office_of_jinxiu):
    """A manager who rates, and has a supervisor hand the same in again, is still no second person."""
    people = office_of_jinxiu
    row = rated(jinxiu, firm, people.zhoujun)
    with pytest.raises(Refused):
        rated(jinxiu, firm, people.chenfang, version=1)  # nothing is changed
    Notification.objects.all().delete()
    row = rated(jinxiu, firm, people.chenfang, version=1, less={"safety": 14})
    assert row.rated_by == people.chenfang
    told = Notification.objects.filter(kind="rating_to_check")
    assert set(told.values_list("user", flat=True)) == {people.wuzong.pk}
    with pytest.raises(WrongPerson):
        published(row, people.zhoujun)
    assert "check" not in ratings.acts_on(row, permissions_of(people.zhoujun, APRIL_2))
    assert published(row, people.wuzong).state == "frozen"


def test_a_wrong_trade_is_put_right_until_it_is_published(client, firm, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    row = rated(jinxiu, firm, people.chenfang)
    client.force_login(people.chenfang)
    act = reverse("reports:rating_act", args=[row.pk, "rate"])
    assert (
        "用药安全"
        in client.get(f"{act}?trade=pests", headers={"accept-language": "zh-hans"}).content.decode()
    )
    sent = {f"points_{key}": one.points for key, one in points("pests").items()} | {"words": "消杀到位"}
    assert client.post(act, sent | {"version": 1, "trade": "pests"}).status_code == 302
    row.refresh_from_db()
    assert (row.trade, row.lines[0]["zh"]) == ("pests", "消杀效果")
    api = f"/api/v1/reports/ratings/{row.pk}/rate/"
    assert client.post(api, sent | {"version": 2, "trade": "x"}, "application/json").status_code == 400
    assert client.post(api, sent | {"version": 2, "trade": "other"}, "application/json").status_code == 200
    row.refresh_from_db()
    assert row.trade == "other"


def test_what_the_second_rater_typed_stays_before_him(client, firm, jinxiu, office_of_jinxiu, admin):
    people = office_of_jinxiu
    rated(jinxiu, firm, people.zhoujun)
    client.force_login(people.chenfang)
    new = reverse("reports:rating_new", args=["JX", firm.pk, "2026-03"])
    sent = {f"points_{key}": one.points for key, one in points().items()} | {"version": 0, "trade": "lifts"}
    answer = client.post(new, sent | {"words": "写了很久的一段话"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "写了很久的一段话" in page and str(people.zhoujun) in page
    assert client.get(new).status_code == 302
    client.force_login(admin)  # the criteria: sent again, the version there is was read
    rules, lines = reverse("reports:rating_rules") + "?trade=other", "100 | 服务 | Service"
    ratings.keep_rules({"due_day": 9}, started_from=0, because="", by=admin, at=APRIL_2)
    said = {"criteria": lines, "due_day": 9, "because": "", "started_from": 0}
    page = client.post(rules, said)
    assert page.status_code == 422 and page.context["form"]["started_from"].value() == "1"


def test_what_is_sent_back_is_changed_and_checked_again(firm, jinxiu, office_of_jinxiu):
    people = office_of_jinxiu
    row = rated(jinxiu, firm, people.chenfang)
    with pytest.raises(Refused):
        ratings.send_back(row, version=1, note=" ", by=people.zhoujun, at=APRIL_2)
    row = ratings.send_back(row, version=1, note="缺困人记录", by=people.zhoujun, at=APRIL_2)
    assert Notification.objects.filter(kind="rating_sent_back", user=people.chenfang).count() == 1
    assert rating_due.missing([jinxiu], MARCH, APRIL_2) == [(jinxiu, firm)]
    with pytest.raises(Refused):  # as it was
        rated(jinxiu, firm, people.chenfang, version=row.version)
    row = rated(jinxiu, firm, people.chenfang, version=row.version, less={"safety": 10})
    assert (published(row, people.zhoujun).state, row.history.count()) == ("frozen", 4)


def test_a_rating_keeps_the_criteria_it_was_made_by(firm, jinxiu, office_of_jinxiu, admin):
    people = office_of_jinxiu
    row = rated(jinxiu, firm, people.chenfang)
    new = [{"key": "quality", "zh": "质量", "en": "Quality", "points": 100}]
    with pytest.raises(WrongPerson):
        ratings.keep_rules(
            {"criteria": {"lifts": new}}, started_from=0, because="", by=people.zhoujun, at=APRIL_2
        )
    short = [new[0] | {"points": 90}]
    with pytest.raises(Refused):
        ratings.keep_rules({"criteria": {"lifts": short}}, started_from=0, because="", by=admin, at=APRIL_2)
    ratings.keep_rules({"criteria": {"lifts": new}}, started_from=0, because="简化", by=admin, at=APRIL_2)
    with pytest.raises(Overtaken):
        ratings.keep_rules({"due_day": 8}, started_from=0, because="", by=admin, at=APRIL_2)
    assert len(ratings.criteria_for(row, "lifts")) == 5
    assert len(ratings.criteria_for(None, "lifts")) == 1 and len(ratings.criteria_for(row, "pests")) == 5
    row = rated(jinxiu, firm, people.chenfang, version=1, less={"safety": 10})
    assert row.score == 95


# The contractor's own people ------------------------------------------------------------------------------


def test_a_contractor_reads_its_own_once_published_and_remarks_once(firm, jinxiu, office_of_jinxiu, liugong):
    people = office_of_jinxiu
    other = firm_of(jinxiu, "绿源园林")
    row, theirs = rated(jinxiu, firm, people.chenfang), rated(jinxiu, other, people.chenfang)

    def seen():
        return set(ContractorRating.objects.visible_to(permissions_of(liugong, APRIL_2)))

    assert seen() == set()
    published(theirs, people.zhoujun)
    assert seen() == set()
    row = published(row, people.zhoujun)
    assert seen() == {row}
    assert Notification.objects.filter(kind="rating_published", user=liugong).count() == 1
    with pytest.raises(WrongPerson):
        ratings.remark(row, note="不是他的", by=people.chenfang, at=APRIL_2)
    row = ratings.remark(row, note="12 日停梯为等配件。", by=liugong, at=APRIL_2)
    with pytest.raises(WrongStatus):
        ratings.remark(row, note="再说一句", by=liugong, at=APRIL_2)
    told = Notification.objects.filter(kind="rating_remarked").values_list("user", flat=True)
    assert set(told) == {people.chenfang.pk, people.zhoujun.pk}


def test_nobody_rates_the_firm_he_works_for(firm, jinxiu, office_of_jinxiu):
    chenfang = office_of_jinxiu.chenfang
    office.post(chenfang, Role.HANDLER, at=BEFORE, department=firm)
    with pytest.raises(WrongPerson):
        rated(jinxiu, firm, chenfang)


# What is counted ------------------------------------------------------------------------------------------


def test_what_is_counted_beside_the_points(firm, jinxiu, office_of_jinxiu, liugong, walk_in, engineering):
    """Two cases handed to it: one lies with it for six hours, one goes over its limit and is then ours."""
    people = office_of_jinxiu
    one, two = walk_in(march(2, 9)), walk_in(march(3, 9))
    given_to(one, liugong, firm, people.chenfang, march(2, 10))
    actions.accept(one, note="今天修复", by=liugong, at=march(2, 11))
    actions.handle(one, note="已更换", evidence="照片", by=liugong, at=march(2, 16))
    given_to(two, liugong, firm, people.chenfang, march(3, 10))
    actions.reassign(
        two, handler=people.wanggong, department=engineering, by=people.chenfang, at=march(5, 10)
    )
    three = walk_in(march(6, 9))
    actions.name_respondent(three, person=liugong, by=people.chenfang, at=march(6, 10))
    start, end = MARCH.bounds(jinxiu.zone)

    def found(until=end):
        return contracted(jinxiu, [firm.pk], start, until, APRIL_2)[firm.pk]

    own = found()
    assert (own.handed, own.stayed, own.late, own.about) == (
        [one.pk, two.pk],
        [one.pk, two.pk],
        [two.pk],
        [three.pk],
    )
    assert own.hours == pytest.approx(6 + 48) and own.mean_hours == pytest.approx(27)
    assert (own.again, own.asked, own.satisfaction) == ([], [], None)
    # The customer is asked and not satisfied: it begins anew.
    actions.reply(one, note="已更换，请放心。", method="phone", by=people.limin, at=march(2, 17))
    actions.revisit(
        one, answers=actions.Answers(satisfaction=2), method="phone", by=people.chenfang, at=march(4, 9)
    )
    own = found()
    assert (own.again, own.asked, own.satisfaction) == ([one.pk], [one.pk], 2.0)
    # Of a delay that was another's nothing is counted; of a wrong entry nothing at all.
    Complaint.objects.filter(pk=two.pk).update(delay="customer")
    assert found().late == []
    actions.void(three, note="录错", by=people.chenfang, at=march(7))
    assert found().about == []
    # What lay with it before lies with it still in the next month, and was not handed over then.
    april = ratings.contracted(jinxiu, [firm.pk], march(4), march(31), APRIL_2)[firm.pk]
    assert (april.handed, april.stayed) == ([], [two.pk])


def test_published_figures_stay_as_they_were(firm, jinxiu, office_of_jinxiu, liugong, walk_in):
    people = office_of_jinxiu
    case = given_to(walk_in(march(2, 9)), liugong, firm, people.chenfang, march(2, 10))
    row = published(rated(jinxiu, firm, people.chenfang), people.zhoujun)
    actions.void(case, note="录错", by=people.chenfang, at=APRIL_2 + HOUR)
    assert ratings.figures_of(row, APRIL_2 + DAY).handed == [case.pk]
    start, end = MARCH.bounds(jinxiu.zone)
    assert contracted(jinxiu, [firm.pk], start, end, APRIL_2 + DAY)[firm.pk].handed == []


def test_figures_of_many_contractors_take_as_many_queries_as_of_one(jinxiu, office_of_jinxiu):
    firms = [firm_of(jinxiu, f"外包{n}") for n in range(6)]
    start, end = MARCH.bounds(jinxiu.zone)

    def queries(some):
        with CaptureQueriesContext(connection) as captured:
            contracted(jinxiu, [one.pk for one in some], start, end, APRIL_2)
        return len(captured)

    assert queries(firms) == queries(firms[:1]) <= 7


# Pages ----------------------------------------------------------------------------------------------------


def test_a_rating_goes_its_way_on_its_pages(client, firm, jinxiu, office_of_jinxiu, liugong, walk_in):
    people = office_of_jinxiu
    case = given_to(walk_in(march(2, 9)), liugong, firm, people.chenfang, march(2, 10))
    client.force_login(people.chenfang)
    query = {"scope": f"estate-{jinxiu.pk}", "month": "2026-03"}
    page = client.get(reverse("reports:ratings"), query).content.decode()
    new = reverse("reports:rating_new", args=["JX", firm.pk, "2026-03"])
    assert new in page
    sent = {f"points_{key}": one.points for key, one in points().items()} | {"version": 0, "trade": "lifts"}
    wrong = client.post(new, sent | {"words": "", "points_quality": 3})
    assert wrong.status_code == 422 and not ContractorRating.objects.exists()
    assert client.post(new, sent | {"words": "维保到位", "cases": case.number}).status_code == 302
    row = ContractorRating.objects.get()
    assert list(row.cases.all()) == [case] and row.trade == "lifts"
    behind = reverse("reports:rating_behind") + f"?estate=JX&firm={firm.pk}&month=2026-03&figure=handed"
    assert case.number in client.get(behind).content.decode()
    check = reverse("reports:rating_act", args=[row.pk, "check"])
    assert client.post(check, {"version": 1}).status_code == 422
    client.force_login(liugong)
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(people.zhoujun)
    assert client.post(check, {"version": 1}).status_code == 302
    client.force_login(liugong)
    assert "维保到位" in client.get(row.get_absolute_url()).content.decode()
    assert row.get_absolute_url() in client.get(reverse("reports:ratings")).content.decode()
    assert (
        client.post(reverse("reports:rating_act", args=[row.pk, "remark"]), {"note": "谢谢"}).status_code
        == 302
    )
    assert client.get(reverse("reports:ratings_file"), query).status_code == 403
    client.force_login(people.limin)
    assert client.get(row.get_absolute_url()).status_code == 404


def test_programs_rate_and_check_by_the_same_rules(client, firm, jinxiu, office_of_jinxiu, stranger):
    people = office_of_jinxiu
    client.force_login(people.chenfang)
    sent = {f"points_{key}": one.points for key, one in points().items()}
    sent |= {"estate": "JX", "contractor": firm.pk, "month": "2026-03", "trade": "lifts", "words": "到位"}

    def post(path, said):
        return client.post(f"/api/v1/reports/ratings/{path}", said, content_type="application/json")

    assert post("", sent | {"points_quality": 99}).status_code == 400
    made = post("", sent)
    assert made.status_code == 201 and made.json()["acts"] == ["rate"]
    assert post("", sent).status_code == 400
    pk = made.json()["id"]
    assert post(f"{pk}/check/", {"version": 1}).status_code == 403
    client.force_login(stranger)
    assert client.get(f"/api/v1/reports/ratings/{pk}/").status_code == 404
    assert client.get("/api/v1/reports/ratings/").json()["results"] == []
    client.force_login(people.zhoujun)
    done = post(f"{pk}/check/", {"version": 1}).json()
    assert (done["state"], done["score"], done["grade"]) == ("frozen", 100, "excellent")
    assert [one["id"] for one in client.get("/api/v1/reports/ratings/?month=2026-03").json()["results"]] == [
        pk
    ]
