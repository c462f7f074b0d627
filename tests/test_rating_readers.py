"""What a rating tells of cases to a rater who may not know of them, and of complaints to the firm."""

from __future__ import annotations

import pytest
from django.urls import reverse

from complaints import actions
from complaints.models import Complaint
from reports.figures.contracted import contracted
from staff.models import Posting
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import march, person
from tests.rating_cast import APRIL_2, MARCH, firm_of, given_to, points, published, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(jinxiu):
    return firm_of(jinxiu)


@pytest.fixture
def liugong(firm):
    return person("liugong", "刘师傅", Role.HANDLER, department=firm)


def test_a_case_the_second_rater_may_not_know_of_is_neither_shown_nor_dropped(
    client, firm, jinxiu, office_of_jinxiu, case_in
):
    people = office_of_jinxiu
    songyan = person("songyan", "宋燕", Role.SUPERVISOR, estate=jinxiu)
    secret = case_in("acting", at=march(2), respondents=(songyan,))
    plain, more = case_in("acting", at=march(3)), case_in("acting", at=march(4))
    seen = Complaint.objects.visible_to(permissions_of(songyan, APRIL_2))
    assert secret not in seen and plain in seen
    row = rated(jinxiu, firm, people.zhoujun, cases=(secret, plain))
    assert set(row.cases.all()) == {secret, plain}
    client.force_login(songyan)
    act = reverse("reports:rating_act", args=[row.pk, "rate"])
    page = client.get(act).content.decode()
    assert plain.number in page and secret.number not in page
    sent = {f"points_{key}": one.points for key, one in points().items()}
    sent |= {"version": 1, "trade": "lifts", "words": "改过", "cases": more.number}
    assert client.post(act, sent).status_code == 302
    assert set(row.cases.all()) == {secret, more}
    said = sent | {"version": 2, "words": "再改", "cases": ""}
    api = f"/api/v1/reports/ratings/{row.pk}/rate/"
    assert client.post(api, said, "application/json").status_code == 200
    assert set(row.cases.all()) == {secret}
    client.force_login(people.zhoujun)  # he knows of it, and takes it out
    assert client.post(act, said | {"version": 3}).status_code == 302
    assert not row.cases.exists()


def test_a_contractors_people_do_not_learn_of_complaints_about_them(
    client, firm, jinxiu, office_of_jinxiu, liugong, walk_in
):
    people = office_of_jinxiu
    given_to(walk_in(march(2, 9)), people.wanggong, firm, people.chenfang, march(2, 10))
    about = walk_in(march(6, 9))
    actions.name_respondent(about, person=liugong, by=people.chenfang, at=march(6, 10))
    row = published(rated(jinxiu, firm, people.chenfang), people.zhoujun)
    assert row.figures["about"] == [about.pk]
    behind = reverse("reports:rating_behind") + f"?estate=JX&firm={firm.pk}&month=2026-03&figure="
    for reader, reads in ((people.zhoujun, True), (liugong, False)):
        client.force_login(reader)
        page = client.get(row.get_absolute_url())
        assert ("about" in [one["name"] for one in page.context["figures"]]) is reads
        assert client.get(behind + "about").status_code == (200 if reads else 404)
        api = client.get(f"/api/v1/reports/ratings/{row.pk}/").json()
        assert ("about" in api["figures"]) is reads and api["figures"]["handed"] == 1
    # What he may not open is not said to be of restricted access: he handles another case.
    page = client.get(behind + "handed", headers={"accept-language": "en"}).content.decode()
    assert "1 more is counted, and not shown to you" in page and "of restricted access" not in page


def test_complaints_about_people_count_for_whom_they_worked_for_then(
    firm, jinxiu, office_of_jinxiu, liugong, walk_in
):
    people, other = office_of_jinxiu, firm_of(jinxiu, "绿源园林")
    before, after = walk_in(march(6, 9)), walk_in(march(21, 9))
    for case in (before, after):
        actions.name_respondent(case, person=liugong, by=people.chenfang, at=march(22))
    Posting.objects.filter(user=liugong).update(ends_at=march(20))
    Posting.objects.create(user=liugong, role=Role.HANDLER, department=other, starts_at=march(20))
    found = contracted(jinxiu, [firm.pk, other.pk], *MARCH.bounds(jinxiu.zone), APRIL_2)
    assert (found[firm.pk].about, found[other.pk].about) == ([before.pk], [after.pk])
