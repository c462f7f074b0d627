"""Daily reading 阅签: the day's cases and logs, signed by the supervisor (rules.md F18, R24, W8)."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.urls import reverse

from complaints import message_texts
from complaints.actions import daily_readings as reading
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.models import DailyReading, DayNote, Notification, OutboxMessage
from complaints.policy_fields import leaves, with_values
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff.models import CalendarDay, Department, Estate
from staff.roles import Role
from tests import cast
from tests.cast import DAY, HOUR, march

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
EVENING, NEXT_MORNING = march(2, 20), march(3, 9)


@pytest.fixture
def write(jinxiu, limin):
    def note(words="巡楼正常", *, day=MONDAY, at=EVENING, by=limin, kind="duty", **more):
        return reading.write_day_note(estate=jinxiu, day=day, kind=kind, words=words, by=by, at=at, **more)

    return note


@pytest.fixture
def sign(jinxiu, chenfang):
    def signs(day=MONDAY, *, by=chenfang, at=NEXT_MORNING, **more):
        return reading.sign_day(estate=jinxiu, day=day, by=by, at=at, **more)

    return signs


def switch_off(admin, at):
    rules = with_values(current_policy().policy.data, {"daily_reading.readers": []})
    save_policy(rules, started_from=current_policy().number, note="不设值班记录", by=admin, at=at)


# Writing -------------------------------------------------------------------------------------------


def test_a_note_holds_its_day_its_log_who_and_when(write, limin):
    note = write(" 23点巡查地库 \n", kind="patrol")
    assert (note.day, note.kind, note.words) == (MONDAY, "patrol", "23点巡查地库")
    assert (note.written_by, note.written_at) == (limin, EVENING)


def test_a_note_sent_twice_with_one_key_stands_once(write):
    assert write(key="a") == write(key="a")
    assert DayNote.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": "  "}, "words"),
        ({"words": "长" * 2001}, "words"),
        ({"kind": ""}, "kind"),
        ({"kind": "visit"}, "kind"),
        ({"day": TUESDAY}, "day"),  # tomorrow
        ({"day": MONDAY - 8 * DAY}, "day"),
    ],
)
def test_what_is_wrong_with_a_note_is_said_at_its_field(write, said, field):
    with pytest.raises(Refused) as refusal:
        write(**said)
    assert refusal.value.field == field and not DayNote.objects.exists()


def test_a_night_shift_writes_into_the_day_before(write):
    assert write(day=MONDAY, at=march(3, 2)).day == MONDAY


def test_who_does_not_work_at_the_estate_writes_nothing(write, stranger, auditor, admin):
    for person in (stranger, auditor, admin):
        with pytest.raises(WrongPerson):
            write(by=person)


def test_a_note_is_never_rewritten_and_an_addition_stands_beside_it(write, wanggong):
    note = write("电梯停运")
    more = write("停运的是2号梯", day=TUESDAY, kind="patrol", at=NEXT_MORNING, by=wanggong, corrects=note)
    assert (more.corrects, more.day, more.kind) == (note, MONDAY, "duty")
    assert write("已修复", corrects=more).corrects == note  # one line, its additions beside it
    note.words = "改写"
    with pytest.raises(TypeError):
        note.save()
    with pytest.raises(TypeError):
        note.delete()


def test_an_addition_to_a_note_of_elsewhere_is_refused(write, cuihu, stranger):
    other = DayNote.objects.create(
        estate=cuihu, day=MONDAY, kind="duty", words="别处", written_by=stranger, written_at=EVENING
    )
    with pytest.raises(Refused):
        write(corrects=other)


# Signing -------------------------------------------------------------------------------------------


def test_the_supervisor_signs_once_and_a_second_tap_changes_nothing(write, sign, chenfang):
    write()
    signed = sign(remark=" 地库灯请报修 ")
    assert (signed.signed_by, signed.signed_at, signed.remark) == (chenfang, NEXT_MORNING, "地库灯请报修")
    assert sign(at=NEXT_MORNING + HOUR, remark="再签") == signed
    assert DailyReading.objects.get().remark == "地库灯请报修"
    with pytest.raises(TypeError):
        signed.save()


def test_another_person_is_told_who_has_signed_already(sign, zhoujun):
    sign()
    with pytest.raises(Refused, match="陈芳"):
        sign(by=zhoujun)


def test_those_above_sign_too_and_nobody_else_does(sign, zhoujun, limin, wanggong, auditor, stranger):
    for person in (limin, wanggong, auditor, stranger):
        with pytest.raises(WrongPerson):
            sign(by=person)
    assert sign(by=zhoujun).signed_by == zhoujun


@pytest.mark.parametrize("day", [TUESDAY, MONDAY - 14 * DAY])
def test_a_day_is_signed_when_it_is_over_and_not_too_late(sign, day):
    with pytest.raises(Refused):
        sign(day)
    assert not DailyReading.objects.exists()


def test_who_signs_has_read_what_was_written_meanwhile(write, sign):
    write()
    with pytest.raises(Refused, match="打开本页后|since this page"):
        sign(seen=0)
    assert sign(seen=1)


def test_where_the_rules_name_nobody_no_day_is_signed(write, sign, admin):
    write()
    switch_off(admin, EVENING)
    with pytest.raises(Refused):
        sign()
    assert reading.remind_due(march(3, 14)) == 0 and not Notification.objects.exists()


def test_the_rules_can_be_saved_with_nobody_and_only_with_managers_of_the_estate():
    leaf = next(one for one in leaves(current_policy().policy.data) if one.path == "daily_reading.readers")
    assert leaf.value == ["supervisor"] and leaf.may_be_empty


# What is not signed --------------------------------------------------------------------------------


def test_a_day_is_unsigned_from_the_first_line_of_a_log_until_a_month_after_the_last(write, sign, jinxiu):
    write()
    assert reading.unsigned([jinxiu.pk], TUESDAY) == {jinxiu.pk: [MONDAY]}
    assert reading.unsigned([jinxiu.pk], MONDAY) == {}
    sign()
    assert reading.unsigned([jinxiu.pk], TUESDAY) == {}
    later = MONDAY + 40 * DAY
    days = reading.unsigned([jinxiu.pk], later)[jinxiu.pk]
    assert (days[0], days[-1]) == (later - 14 * DAY, MONDAY + 29 * DAY)


def test_without_a_log_nothing_is_owed(jinxiu, chenfang):
    assert reading.unsigned([jinxiu.pk], TUESDAY) == {}
    assert reading.remind_due(march(3, 14)) == 0 and not Notification.objects.exists()


def test_the_supervisor_is_reminded_once_in_the_middle_of_the_next_working_day(write, chenfang):
    write()
    assert reading.remind_due(march(3, 12)) == 0  # service is half over at 13:00
    assert reading.remind_due(march(3, 13)) == 1
    for at in (march(3, 13), march(3, 16)):
        assert reading.remind_due(at) == 0
    line = Notification.objects.get(kind="reading_unsigned")
    assert line.user == chenfang and OutboxMessage.objects.filter(kind="reading_unsigned").count() <= 2
    said = message_texts.words(line.kind, line.params, None)
    assert "锦绣花园" in said.line and said.path == reverse("reading_day", args=["JX", MONDAY])


def test_a_day_is_not_reminded_of_a_second_time(write, chenfang):
    write()
    reading.remind_due(march(3, 13))
    reading.remind_due(march(4, 13))
    days = [line.params["day"] for line in Notification.objects.order_by("pk")]
    assert days == ["2026-03-02", "2026-03-03"]  # Tuesday itself was not signed either


def test_days_off_are_reminded_of_with_the_last_working_day(write, chenfang, jinxiu):
    write(day=date(2026, 3, 6), at=march(6, 20))
    for off in (march(7, 14), march(8, 14)):
        reading.remind_due(off)
        assert not Notification.objects.exists()
    CalendarDay.objects.create(estate=jinxiu, date=date(2026, 3, 9), is_working=False, name="调休")
    reading.remind_due(march(9, 14))
    assert not Notification.objects.exists()
    reading.remind_due(march(10, 14))
    line = Notification.objects.get()
    assert (line.params["count"], line.params["day"]) == (4, "2026-03-06")


def test_a_signed_day_is_not_reminded_of(write, sign, chenfang):
    write()
    sign()
    assert reading.remind_due(march(3, 14)) == 1 and not Notification.objects.exists()


def test_where_there_is_no_supervisor_the_next_one_up_is_reminded(write, zhoujun):
    write()
    reading.remind_due(march(3, 14))
    assert Notification.objects.get().user == zhoujun


def test_the_middle_of_service_is_asked_of_the_estate(jinxiu):
    jinxiu.opens, jinxiu.closes = time(8), time(20)
    assert reading._middle(jinxiu) == time(14)


# The page ------------------------------------------------------------------------------------------


@pytest.fixture
def at_nine(monkeypatch):
    def set_to(at):
        for module in ("readings", "home"):
            monkeypatch.setattr(f"complaints.views.{module}.now", lambda: at)

    set_to(NEXT_MORNING)
    return set_to


def page_of(client, person, day=MONDAY):
    client.force_login(person)
    return client.get(reverse("reading_day", args=["JX", day]))


def test_the_page_shows_what_came_in_what_was_closed_and_what_is_late(client, case_in, chenfang, at_nine):
    came = case_in("acting", at=march(2, 10), severity="important")
    before = case_in("acting", at=march(1, 10), severity="minor")  # due on Monday at ten
    after = case_in("received", at=march(3, 0))
    received, closed, late = page_of(client, chenfang).context["lists"]
    assert came.number in "".join(received["rows"]) and received["n"] == 1
    assert before.number in "".join(late["rows"]) and late["n"] == 1
    assert closed["n"] == 0 and after.number not in "".join([*received["rows"], *late["rows"]])


def test_what_one_may_not_read_is_not_on_the_page(client, case_in, wanggong, sungong, chenfang, at_nine):
    hidden = case_in("received", at=march(2, 10), facts={"restricted": True})
    assert hidden.number not in page_of(client, wanggong).content.decode()


def test_writing_and_signing_go_by_the_page_and_what_was_typed_is_kept(client, chenfang, at_nine):
    client.force_login(chenfang)
    to_write, to_sign = (reverse(name, args=["JX", MONDAY]) for name in ("write_day_note", "sign_day"))
    assert client.post(to_write, {"kind": "duty", "words": "水泵异响"}).status_code == 302
    wrong = client.post(to_write, {"kind": "", "words": "电梯困人演练"})
    assert wrong.status_code == 422 and "电梯困人演练" in wrong.content.decode()
    late = client.post(to_sign, {"remark": "请工程跟进", "seen": 0})
    assert late.status_code == 422 and "请工程跟进" in late.content.decode()
    assert client.post(to_sign, {"remark": "请工程跟进", "seen": 1}).status_code == 302
    page = page_of(client, chenfang).content.decode()
    assert "水泵异响" in page and "请工程跟进" in page and to_sign not in page
    note = DayNote.objects.get()
    at_nine(NEXT_MORNING + HOUR)
    assert client.post(to_write, {"corrects": note.pk, "words": "已更换轴承"}).status_code == 302
    assert page_of(client, chenfang).content.decode().count('class="tag"') == 1  # written after it was signed


def test_a_note_kept_after_somebody_has_signed_is_marked_whatever_the_clocks_say(
    client, write, sign, chenfang, at_nine
):
    write()
    sign()
    write("夜间停水", at=NEXT_MORNING - HOUR)  # begun earlier, kept later
    assert page_of(client, chenfang).content.decode().count('class="tag"') == 1


def test_an_addition_that_is_refused_says_why_where_it_was_typed(client, write, limin, at_nine):
    note = write()
    client.force_login(limin)
    address = reverse("write_day_note", args=["JX", MONDAY])
    said = {"corrects": note.pk, "words": "补充一", "key": "a"}
    assert client.post(address, said).status_code == 302
    again = client.post(address, said | {"words": "补充二"})
    assert again.status_code == 422
    assert "补充二" in again.content.decode() and 'class="field-error"' in again.content.decode()


def test_who_works_for_headquarters_alone_is_not_led_to_the_days_of_estates(client, at_nine):
    of_all = Department.objects.create(name="品质部")
    quality = cast.person("pinzhi", "沈洁", Role.HANDLER, department=of_all)
    client.force_login(quality)
    assert reverse("readings") not in client.get(reverse("home")).content.decode()


def test_an_estate_that_has_ended_asks_for_no_signature(client, write, chenfang, jinxiu, at_nine):
    write()
    Estate.objects.filter(pk=jinxiu.pk).update(ended_at=march(2, 22), ended_how="handed_back")
    client.force_login(chenfang)
    assert reverse("reading_day", args=["JX", MONDAY]) not in client.get(reverse("home")).content.decode()


def test_pages_of_other_estates_and_of_days_to_come_are_not_found(client, limin, stranger, at_nine):
    assert page_of(client, stranger).status_code == 404
    assert page_of(client, limin, TUESDAY + DAY).status_code == 404
    assert page_of(client, limin).status_code == 200
    assert client.get("/readings/JX/2026-02-30/").status_code == 404
    assert client.post(reverse("sign_day", args=["JX", MONDAY])).status_code == 422  # not his to sign
    assert not DailyReading.objects.exists()


def test_the_first_page_says_that_yesterday_is_not_signed_to_who_signs_it(
    client, write, sign, chenfang, limin, at_nine
):
    write()
    address = reverse("reading_day", args=["JX", MONDAY])
    for person, shown in ((chenfang, True), (limin, False)):
        client.force_login(person)
        assert (f'href="{address}"' in client.get(reverse("home")).content.decode()) is shown
    sign()
    client.force_login(chenfang)
    assert f'href="{address}"' not in client.get(reverse("home")).content.decode()


def test_the_entry_leads_to_yesterday_to_sign_and_to_today_to_write(client, chenfang, limin, at_nine):
    for person, query, day in (
        (chenfang, {}, MONDAY),
        (chenfang, {"write": ""}, TUESDAY),
        (limin, {}, TUESDAY),
    ):
        client.force_login(person)
        response = client.get(reverse("readings"), query)
        assert response.url == reverse("reading_day", args=["JX", day])


def test_the_page_asks_as_much_of_the_database_for_many_notes_as_for_few(
    client, write, chenfang, at_nine, django_assert_num_queries, django_assert_max_num_queries
):
    write()
    page_of(client, chenfang)
    with django_assert_max_num_queries(20) as few:
        page_of(client, chenfang)
    for n in range(20):
        write(f"第{n}条")
    with django_assert_num_queries(len(few.captured_queries)):
        page_of(client, chenfang)
