"""Training before a posting (A7): what a role requires, who passed what, the warning, the reminder."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.actions import colleagues, training_due
from complaints.models import Notification
from config.framework.refusals import Refused
from staff import actions as office
from staff.actions import training
from staff.models import AuditRow, Department, Posting, Review, User
from staff.roles import Role
from staff.training_rows import PostedWithout, TrainingCourse, TrainingPassed
from tests.cast import DAY, SHANGHAI, march, person

pytestmark = pytest.mark.django_db

FIRST = date(2026, 3, 1)


@pytest.fixture
def course(admin) -> TrainingCourse:
    """Every handler needs it, for a year."""
    said = {
        "name": "上岗安全培训",
        "name_en": "Safety",
        "roles": ["handler"],
        "months": 12,
        "is_active": True,
    }
    return office.keep_course(None, said, by=admin, at=march(1))


def passed(user, course, by, on=FIRST, at=None, **more):
    return office.record_training(user, course, on, by=by, at=at or march(2), **more)


def states(user, on=FIRST):
    return [(one.course.name, one.state) for one in office.standings(user, ["handler"], on)]


def test_courses_are_kept_by_the_companys_administrators(admin, zhoujun, course):
    said = {"name": "礼仪", "name_en": "", "roles": [], "months": 0, "is_active": True}
    with pytest.raises(Refused):
        office.keep_course(None, said, by=zhoujun, at=march(2))
    with pytest.raises(Refused) as refused:
        office.keep_course(None, said | {"name": course.name}, by=admin, at=march(2))
    assert refused.value.field == "name"
    office.keep_course(course, said | {"name": course.name, "months": 6}, by=admin, at=march(2))
    course.refresh_from_db()
    assert (course.months, course.history.count()) == (6, 2)


def test_what_was_passed_holds_as_long_as_the_course_says(course, wanggong, zhoujun):
    assert states(wanggong) == [("上岗安全培训", "missing")]
    row = passed(wanggong, course, zhoujun)
    assert row.valid_until == date(2027, 2, 28)
    for on, state in (
        (FIRST, "passed"), (date(2027, 1, 28), "passed"), (date(2027, 1, 29), "soon"),
        (date(2027, 2, 28), "soon"), (date(2027, 3, 1), "lapsed"),
    ):  # fmt: skip
        assert states(wanggong, on) == [("上岗安全培训", state)], on
    newer = passed(wanggong, course, zhoujun, on=date(2026, 3, 2))
    assert office.standings(wanggong, ["handler"], FIRST)[0].row == newer


def test_the_last_day_of_a_short_month_is_not_passed_over(course, wanggong, zhoujun, admin):
    said = {"name": course.name, "name_en": "", "roles": ["handler"], "months": 1, "is_active": True}
    office.keep_course(course, said, by=admin, at=march(1))
    row = passed(wanggong, course, zhoujun, on=date(2026, 1, 31))
    assert row.valid_until == date(2026, 2, 27)


def test_nobody_records_his_own_nor_a_day_to_come_nor_the_same_twice(course, wanggong, zhoujun):
    with pytest.raises(Refused):
        passed(zhoujun, course, zhoujun)
    with pytest.raises(Refused) as refused:
        passed(wanggong, course, zhoujun, on=date(2026, 3, 3))
    assert refused.value.field == "passed_on"
    row = passed(wanggong, course, zhoujun)
    with pytest.raises(Refused):
        passed(wanggong, course, zhoujun)
    with pytest.raises(Refused):
        office.take_back_training(row, " ", by=zhoujun, at=march(2))
    office.take_back_training(row, "记错人", by=zhoujun, at=march(2))
    assert states(wanggong) == [("上岗安全培训", "missing")]
    passed(wanggong, course, zhoujun)  # what was taken back bars nothing
    assert TrainingPassed.objects.count() == 2


# A role without it ---------------------------------------------------------------------------------


def test_a_role_without_the_training_is_asked_about_and_the_reason_is_kept(course, limin, engineering, admin):
    with pytest.raises(Refused, match="上岗安全培训|Safety") as refused:
        colleagues.appoint(limin, Role.HANDLER, department=engineering, by=admin, at=march(2))
    assert refused.value.field == "without_training"
    assert not Review.objects.exists() and not PostedWithout.objects.exists()
    asked = colleagues.appoint(
        limin, Role.HANDLER, department=engineering, by=admin, at=march(2), without_training="顶岗一周"
    )
    kept = PostedWithout.objects.get()
    assert (kept.review, kept.courses, kept.because) == (asked, ["上岗安全培训"], "顶岗一周")


def test_a_role_with_the_training_or_that_needs_none_asks_nothing(course, limin, engineering, jinxiu, admin):
    passed(limin, course, admin)
    colleagues.appoint(limin, Role.HANDLER, department=engineering, by=admin, at=march(2))
    colleagues.appoint(limin, Role.STEWARD, estate=jinxiu, by=admin, at=march(2), without_training="无关")
    assert not PostedWithout.objects.exists()


def test_a_training_that_lapsed_is_none(course, limin, engineering, admin):
    passed(limin, course, admin, on=date(2025, 3, 1))
    with pytest.raises(Refused):
        colleagues.appoint(limin, Role.HANDLER, department=engineering, by=admin, at=march(2))


def test_the_form_asks_why_and_the_audit_tells_of_it(client, course, limin, engineering, admin):
    client.force_login(admin)
    page, sent = (
        reverse("person_appoint", args=[limin.pk]),
        {"role": "handler", "scope": f"d{engineering.pk}"},
    )
    asked = client.post(page, sent)
    assert asked.status_code == 422 and 'name="without_training"' in asked.content.decode()
    assert client.post(page, sent | {"without_training": ""}).status_code == 422
    assert not Review.objects.exists()
    assert client.post(page, sent | {"without_training": "顶岗一周"}).status_code == 302
    assert AuditRow.objects.get(kind__in=["right_asked", "right_alone"]).filters == "training=lacks"
    assert "顶岗一周" in client.get(reverse("person", args=[limin.pk])).content.decode()


def test_the_second_person_reads_that_the_training_lacks(client, course, limin, engineering, admin, chenfang):
    User.objects.filter(pk=chenfang.pk).update(last_login=march(1))
    chenfang.set_password("lift three is out of order")
    chenfang.save()
    colleagues.appoint(
        limin, Role.HANDLER, department=engineering, by=admin, at=march(2), without_training="顶岗一周"
    )
    client.force_login(chenfang)
    assert "顶岗一周" in client.get(reverse("reviews")).content.decode()


def test_somebody_new_has_passed_nothing(client, course, engineering, admin):
    client.force_login(admin)
    sent = {"name": "新来的", "username": "xinlai", "role": "handler", "scope": f"d{engineering.pk}"}
    assert client.post(reverse("person_new"), sent).status_code == 422
    assert not User.objects.filter(username="xinlai").exists()
    assert client.post(reverse("person_new"), sent | {"without_training": "下周培训"}).status_code == 302
    assert PostedWithout.objects.get().because == "下周培训"


# The list, the reminder, many at once --------------------------------------------------------------


def test_managers_read_who_lacks_what(client, course, wanggong, sungong, zhoujun, stranger, limin, auditor):
    page = reverse("trainings")
    for reader, status, sees in (
        (zhoujun, 200, True), (auditor, 200, True), (stranger, 200, False), (limin, 404, False),
    ):  # fmt: skip
        client.force_login(reader)
        answer = client.get(page)
        assert (answer.status_code, "王建军" in answer.content.decode()) == (status, sees), reader
    passed(wanggong, course, zhoujun, on=datetime.now(SHANGHAI).date(), at=datetime.now(SHANGHAI))
    client.force_login(zhoujun)
    assert "王建军" not in client.get(page).content.decode()


def test_the_list_takes_as_many_queries_for_many_people(course, engineering):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            office.untrained(Posting.objects.all(), march(2))
        return len(captured)

    person("h0", "甲", Role.HANDLER, department=engineering)
    few = queries()
    for n in range(1, 6):
        person(f"h{n}", f"乙{n}", Role.HANDLER, department=engineering)
    assert queries() == few and len(office.untrained(Posting.objects.all(), march(2))) == 6


def test_he_and_who_looks_after_people_are_told_once_a_month_before(course, wanggong, zhoujun):
    passed(wanggong, course, zhoujun)  # until 28 February 2027
    early = datetime(2027, 1, 28, 9, tzinfo=SHANGHAI)

    def told():
        rows = Notification.objects.filter(kind__startswith="training_")
        return sorted(rows.values_list("kind", "user__username"))

    assert training_due.remind_due(early) == 0 and told() == []
    assert training_due.remind_due(early + DAY) == 1
    assert told() == [("training_own", "wanggong"), ("training_soon", "zhoujun")]
    assert training_due.remind_due(early + 2 * DAY) == 0
    lapsed = datetime(2027, 3, 1, 9, tzinfo=SHANGHAI)
    assert training_due.remind_due(lapsed - DAY) == 0
    assert training_due.remind_due(lapsed) == 1 and len(told()) == 4  # and once more when it has lapsed
    assert training_due.remind_due(lapsed + DAY) == 0


def test_nobody_is_reminded_of_what_no_role_of_his_requires(course, wanggong, limin, zhoujun, admin):
    passed(limin, course, zhoujun)  # of the desk: no handler
    passed(wanggong, course, zhoujun)
    office.keep_course(
        course, {"name": course.name, "roles": ["handler"], "is_active": False}, by=admin, at=march(2)
    )
    assert training_due.remind_due(datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)) == 0
    TrainingCourse.objects.update(is_active=True)
    assert training_due.remind_due(datetime(2027, 3, 1, 9, tzinfo=SHANGHAI)) == 1  # of 王建军


def test_of_headquarters_the_administrators_are_told(course, zhoujun, admin):
    works = Department.objects.create(estate=None, name="总部工程", name_en="Works")
    passed(person("hq", "总部师傅", Role.HANDLER, department=works), course, zhoujun)
    assert training_due.remind_due(datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)) == 1
    assert Notification.objects.get(kind="training_soon").user == admin


def test_what_holds_longest_counts_and_is_reminded_of(course, wanggong, zhoujun, admin):
    """The course held for a year, then for a month: what was passed last lapses first."""
    long = passed(wanggong, course, zhoujun)
    TrainingCourse.objects.update(months=1)
    course.refresh_from_db()
    short = passed(wanggong, course, zhoujun, on=date(2026, 3, 2))
    long.refresh_from_db()
    assert (short.remind_on, long.remind_on) == (None, date(2027, 1, 29))


def test_what_is_out_of_use_or_of_people_who_left_is_not_recorded(
    client, course, wanggong, sungong, zhoujun, limin
):
    row = passed(wanggong, course, zhoujun)
    with pytest.raises(Refused):
        office.take_back_training(row, "记错", by=limin, at=march(2))
    TrainingCourse.objects.update(is_active=False)
    people = User.objects.filter(pk=sungong.pk)
    assert training.record_many("sungong,Safety,2026-03-01", people, by=zhoujun, at=march(2))[0] == 0
    TrainingCourse.objects.update(is_active=True)
    said = "sungong\tSafety\t2026年3月1日\t良, 92 分"
    assert training.record_many(said, people, by=zhoujun, at=march(2)) == (1, [])
    assert TrainingPassed.objects.get(user=sungong).result == "良, 92 分"
    Posting.objects.filter(user=wanggong).update(ends_at=march(3))
    client.force_login(zhoujun)
    sent = {"course": course.pk, "passed_on": "2026-03-02"}
    assert client.post(reverse("person_training", args=[wanggong.pk]), sent).status_code == 404


def test_what_lapsed_while_it_waited_is_shown_and_kept(client, course, limin, engineering, admin, chenfang):
    User.objects.filter(pk=chenfang.pk).update(last_login=march(1))
    chenfang.set_password("lift three is out of order")
    chenfang.save()
    row = passed(limin, course, admin)
    asked = colleagues.appoint(limin, Role.HANDLER, department=engineering, by=admin, at=march(2))
    assert not PostedWithout.objects.exists() and asked.state == "waiting"
    office.take_back_training(row, "记错人", by=admin, at=march(2))
    client.force_login(chenfang)
    entry = client.get(reverse("reviews")).context["to_decide"][0]
    assert entry.lacks == str(course)
    colleagues.agree(asked, by=chenfang, at=march(3))
    assert PostedWithout.objects.get().review == asked


def test_a_list_of_staff_warns_and_asks_once(client, course, engineering, jinxiu, admin):
    client.force_login(admin)
    body = f"姓名,用户名,岗位,小区,部门\n新来的,xinlai,经办人,{jinxiu.name},{engineering.name}\n".encode()
    page = client.post(reverse("staff_file"), {"file": SimpleUploadedFile("staff.csv", body)})
    assert page.status_code == 200 and page.context["rows"][0].lacks == [str(course)]
    sent = {"list": page.context["sealed"]}
    assert client.post(reverse("staff_file_load"), sent).status_code == 422
    assert not User.objects.filter(username="xinlai").exists()
    assert client.post(reverse("staff_file_load"), sent | {"without_training": "下周培训"}).status_code == 200
    assert PostedWithout.objects.get().because == "下周培训"


def test_what_was_renewed_is_not_reminded_of(course, wanggong, zhoujun):
    first = passed(wanggong, course, zhoujun, on=date(2025, 6, 1))
    later = passed(wanggong, course, zhoujun, on=date(2026, 3, 1))
    first.refresh_from_db()
    assert first.remind_on is None and later.remind_on == date(2027, 1, 29)
    office.take_back_training(later, "记错", by=zhoujun, at=march(2))
    first.refresh_from_db()
    assert first.remind_on == date(2026, 5, 1)


def test_many_are_pasted_all_or_none(course, wanggong, sungong, zhoujun):
    people = User.objects.filter(pk__in=[wanggong.pk, sungong.pk])
    good = "wanggong\t上岗安全培训\t2026/3/1\t92分\nsungong，Safety，2026-03-01"
    wrong = f"{good}\nlimin,上岗安全培训,2026-03-01\nwanggong,没有的课,2026-03-01\nsungong,Safety,昨天"
    done, faults = training.record_many(wrong, people, by=zhoujun, at=march(2))
    assert done == 0 and [line for line, _said in faults] == [3, 4, 5]
    assert not TrainingPassed.objects.exists()
    assert training.record_many(good, people, by=zhoujun, at=march(2)) == (2, [])
    assert TrainingPassed.objects.get(user=wanggong).result == "92分"


def test_a_training_is_recorded_and_taken_back_on_the_pages(client, course, wanggong, zhoujun, stranger):
    client.force_login(stranger)
    record = reverse("person_training", args=[wanggong.pk])
    assert client.get(record).status_code == 404
    client.force_login(zhoujun)
    sent = {"course": course.pk, "passed_on": "2026-03-01", "result": "合格", "link": "javascript:alert(1)"}
    assert client.post(record, sent).status_code == 422
    assert client.post(record, sent | {"link": "https://example.com/1.pdf"}).status_code == 302
    row = TrainingPassed.objects.get()
    assert "https://example.com/1.pdf" in client.get(reverse("person", args=[wanggong.pk])).content.decode()
    back = reverse("person_training_back", args=[wanggong.pk, row.pk])
    assert client.post(back, {"because": ""}).status_code == 422
    assert client.post(back, {"because": "记错"}).status_code == 302
    row.refresh_from_db()
    assert row.taken_back_because == "记错"
    client.force_login(wanggong)
    assert "上岗安全培训" in client.get(reverse("profile")).content.decode()


def test_programs_read_and_record_by_the_same_rules(client, course, wanggong, zhoujun, stranger, limin):
    def record(**said):
        return client.post(
            "/api/v1/training/", {"person": "wanggong", "course": course.pk} | said, "application/json"
        )

    client.force_login(limin)
    assert client.get("/api/v1/training/").status_code == 404
    client.force_login(stranger)  # a supervisor of another estate reads and does not record
    assert record(passed_on="2026-03-01").status_code == 404
    client.force_login(zhoujun)
    assert record(passed_on="morgen").status_code == 400
    made = record(passed_on="2026-03-01", result="92分")
    assert made.status_code == 201 and made.json()["valid_until"] == "2027-02-28"
    assert record(passed_on="2026-03-01").status_code == 400
    assert [one["person"] for one in client.get("/api/v1/training/").json()["results"]] == ["wanggong"]
    assert client.get("/api/v1/training/courses/").json()["results"][0]["roles"] == ["handler"]
    client.force_login(stranger)
    assert client.get("/api/v1/training/").json()["results"] == []
