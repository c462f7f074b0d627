"""The first page, the inbox, the revisits and the health check."""

import re
from datetime import date
from html import unescape

import pytest

from complaints import actions, message_texts, notifications
from complaints.actions.reminders import remind_due
from complaints.models import Complaint, Notification, OutboxMessage
from complaints.sweep import sweep
from staff import actions as office
from staff.models import CalendarDay, Estate
from staff.roles import Role
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY_9AM, march
from tests.list_pages import ask_for_time, copies, numbers, tiles
from tests.looking import all_jobs_done
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def swept(office_clock):
    """The sweep has just run."""

    def run(at=None) -> None:
        office_clock.now = at or office_clock.now
        while sweep(office_clock.now):
            pass
        all_jobs_done(office_clock.now)

    return run


# For those who answer for an estate ------------------------------------------------------------------
def test_a_manager_sees_what_is_late_and_whose_it_is(read, case_in, swept, zhoujun) -> None:
    late, fresh = case_in("acting", severity="minor"), case_in("received", at=march(4, 9))
    swept(march(4, 9, 10))
    page = read(zhoujun, "/")
    assert tiles(page) == {
        "Overdue": 1,
        "Due within 24 hours": 1,
        "Late without approval": 0,
        "Waiting for my decision": 0,
        "Escalated to me today": 1,
        "Notice hot or major": 0,
        "To revisit": 0,
        "Follow-ups": 0,
        "Analyses owed": 0,
        "Measures open": 0,
        "Open": 2,
    }
    text = page.content.decode()
    assert "王建军" in text and f"holder={late.handler_id}" in text
    assert numbers(page) == [late.number, fresh.number]


def test_what_waits_for_a_decision_counts_for_the_one_who_decides(
    read, case_in, wanggong, chenfang, wuzong, swept
) -> None:
    case = case_in("acting", severity="important")
    ask_for_time(case, wanggong)
    swept()
    assert tiles(read(wuzong, "/"))["Waiting for my decision"] == 1
    assert tiles(read(chenfang, "/"))["Waiting for my decision"] == 0


def test_figures_leave_out_what_the_person_may_not_know(read, case_in, swept, stranger, auditor) -> None:
    case_in("acting")
    swept()
    assert set(tiles(read(stranger, "/")).values()) == {0}
    assert tiles(read(auditor, "/"))["Open"] == 1


def test_an_auditor_is_told_that_he_only_reads_and_shown_what_waits_for_anybody(
    read, case_in, wanggong, zhoujun, auditor, swept
) -> None:
    case = case_in("acting", severity="important")
    ask_for_time(case, wanggong)
    swept()
    page = read(auditor, "/")
    assert "Read only" in markup(page) and "Read only" not in markup(read(zhoujun, "/"))
    shown = tiles(page)
    assert shown["Awaiting approval"] == 1 and "Still owed" in shown
    assert not {"Waiting for my decision", "Escalated to me today"} & set(shown)
    for url in re.findall(r'class="tile[^"]*" href="([^"]+)"', markup(page)):
        assert read(auditor, unescape(url)).status_code == 200


def test_the_first_page_costs_the_same_at_ten_cases_and_at_a_thousand(
    queries, case_in, chenfang, limin
) -> None:
    case = case_in("acting", at=march(1))
    for person in (chenfang, limin):
        copies(case, 10)
        few = queries(person, "/")
        Complaint.objects.exclude(pk=case.pk)._raw_delete("default")
        copies(case, 1000)
        assert queries(person, "/") == few
        Complaint.objects.exclude(pk=case.pk)._raw_delete("default")


# For those who do the work ---------------------------------------------------------------------------
def test_a_handler_sees_his_work_and_nothing_else(read, case_in, wanggong) -> None:
    mine = case_in("acting")
    case_in("received")
    assert numbers(read(wanggong, "/")) == [mine.number]


def test_the_desk_sees_what_the_night_left_first(read, walk_in, laozhao, limin) -> None:
    own = walk_in(MONDAY_9AM, recorded=False)
    night = walk_in(march(2, 2), by=laozhao)
    assert numbers(read(limin, "/"))[:2] == [night.number, own.number]


def test_an_administrator_is_led_to_the_settings(read, admin, case_in) -> None:
    case_in("acting")
    page = read(admin, "/").content.decode()
    assert "No cases here" in page and 'href="/settings/"' in page


# Is everything running? ------------------------------------------------------------------------------
def test_a_late_sweep_is_told_to_managers_and_administrators(
    read, swept, office_clock, chenfang, limin, admin
) -> None:
    assert "no sweep has run yet" in read(chenfang, "/").content.decode()
    swept()
    assert "No clock has been watched" not in read(chenfang, "/").content.decode()
    office_clock.now += 2 * MINUTE + MINUTE
    for person, told in ((chenfang, True), (admin, True), (limin, False)):
        assert ("No clock has been watched for 3 min" in read(person, "/").content.decode()) is told


def test_messages_that_failed_are_told(read, swept, case_in, chenfang) -> None:
    case_in("acting")
    swept()
    OutboxMessage.objects.filter(pk=OutboxMessage.objects.first().pk).update(state="failed")
    assert "1 messages could not be sent" in read(chenfang, "/").content.decode()


def test_failed_messages_lead_whoever_may_send_them_again_there(
    read, swept, case_in, chenfang, admin, jinxiu
) -> None:
    own = cast.person("benguan", "管理", Role.ADMINISTRATOR, estate=jinxiu)
    case_in("acting")
    swept()
    OutboxMessage.objects.filter(pk=OutboxMessage.objects.first().pk).update(state="failed")
    words, way = "1 messages could not be sent", 'href="/settings/messages/"'
    for watcher, leads in ((chenfang, False), (own, False), (admin, True)):
        page = read(watcher, "/").content.decode()
        assert words in page and (way in page) is leads
        assert (read(watcher, "/settings/messages/").status_code == 200) is leads


def test_an_escalation_that_reached_nobody_is_told_until_somebody_is_there(
    read, swept, case_in, office_of_jinxiu, admin, auditor, stranger, jinxiu
) -> None:
    people, words = office_of_jinxiu, "锦绣花园: 1 case can be escalated to nobody"
    case_in("acting", severity="minor")
    for manager in (people.chenfang, people.zhoujun, people.wuzong):
        office.end_posting(manager.postings.get(), at=march(2, 18), by=admin)
    swept(march(3, 8))
    assert words not in read(auditor, "/").content.decode()  # workers were warned
    swept(march(4))
    for watcher in (auditor, admin):
        assert words in read(watcher, "/").content.decode()
    assert "to nobody" not in read(stranger, "/").content.decode()
    office.post(people.zhoujun, Role.PROPERTY_MANAGER, at=march(4), estate=jinxiu)
    for watcher in (auditor, admin, people.zhoujun):
        assert "to nobody" not in read(watcher, "/").content.decode()


def test_a_request_nobody_can_decide_on_is_told(read, swept, case_in, office_of_jinxiu, admin) -> None:
    people = office_of_jinxiu
    case = case_in("acting", severity="important")
    office.end_posting(people.wuzong.postings.get(), at=march(2, 10), by=admin)
    what = {"clock": "resolve", "reason": "parts", "note": "配件两天后到。", "new_due_at": march(7)}
    request = actions.ask_extension(
        case, **what, by=people.wanggong, at=march(2, 11), not_told_because="电话未接通"
    )
    line = Notification.objects.get(kind="undecided")
    assert (line.user, line.complaint) == (admin, None)
    assert case.number in message_texts.words(line.kind, line.params, None).line
    assert message_texts.words(line.kind, line.params, None).path == "/settings/people/"
    swept()
    for watcher in (admin, people.chenfang):
        assert "escalated to nobody" in read(watcher, "/").content.decode()
    while remind_due(request.remind_at):
        pass
    assert Notification.objects.filter(kind="undecided", user=admin).count() == 2
    told = case.events.filter(kind="unreached").values_list("params__told", "params__roles")
    assert list(told) == [([admin.pk], ["general_manager"])] * 2
    office.post(people.wuzong, Role.GENERAL_MANAGER, at=march(2, 11))
    assert "escalated to nobody" not in read(admin, "/").content.decode()


@pytest.mark.parametrize("propose", [actions.propose_invalid, actions.refer])
def test_a_case_nobody_can_judge_is_told(propose, read, swept, case_in, office_of_jinxiu, admin) -> None:
    people, case = office_of_jinxiu, case_in("recorded")
    for manager in (people.zhoujun, people.wuzong):
        office.end_posting(manager.postings.get(), at=march(2, 10), by=admin)
    propose(case, note="业主误会。", by=people.chenfang, at=march(2, 11))
    assert Notification.objects.get(kind="undecided").user == admin
    assert case.events.get(kind="unreached").params["told"] == [admin.pk]
    swept()
    assert "escalated to nobody" in read(admin, "/").content.decode()


def test_an_amount_nobody_can_decide_on_is_told(case_in, office_of_jinxiu, admin) -> None:
    people, case = office_of_jinxiu, case_in("acting", severity="important")
    office.end_posting(people.wuzong.postings.get(), at=march(2, 10), by=admin)
    actions.propose_compensation(case, amount=5200, note="墙面修补", by=people.chenfang, at=march(2, 11))
    assert Notification.objects.get(kind="undecided").user == admin
    assert case.events.get(kind="unreached").params["roles"] == ["general_manager"]


def test_whoever_asks_is_no_approver_of_his_own_request(
    read, swept, case_in, office_of_jinxiu, admin
) -> None:
    people = office_of_jinxiu
    case = case_in("acting", severity="minor")
    office.end_posting(people.wuzong.postings.get(), at=march(2, 10), by=admin)
    what = {"clock": "resolve", "reason": "parts", "note": "配件明天到。", "new_due_at": march(4)}
    actions.ask_extension(case, **what, by=people.zhoujun, at=march(2, 11), not_told_because="电话未接通")
    assert Notification.objects.filter(kind="undecided", user=admin).exists()
    swept()
    assert "escalated to nobody" in read(admin, "/").content.decode()


# Inbox -----------------------------------------------------------------------------------------------
def test_the_inbox_says_in_words_what_happened(read, case_in, wanggong) -> None:
    case = case_in("classified")
    page = read(wanggong, "/inbox/").content.decode()
    assert "A complaint was delivered to you; accept it or send it back." in page
    assert case.number in page and "Inbox, 1 unread" in page


def test_opening_a_line_reads_it_and_leads_to_its_case(read, write, case_in, wanggong) -> None:
    case = case_in("classified")
    line = Notification.objects.get(user=wanggong)
    answer = write(wanggong, f"/inbox/{line.pk}/")
    assert answer["Location"] == f"/cases/{case.number}/"
    assert "Everything is read" in read(wanggong, "/inbox/", view="unread").content.decode()


def test_lines_are_read_one_by_one_or_all_at_once(read, write, case_in, wanggong) -> None:
    for _ in range(3):
        case_in("classified")
    first = Notification.objects.filter(user=wanggong).first()
    write(wanggong, "/inbox/read/", {"line": first.pk})
    assert Notification.objects.filter(user=wanggong, read_at=None).count() == 2
    write(wanggong, "/inbox/read/")
    assert Notification.objects.filter(user=wanggong, read_at=None).count() == 0
    assert "Inbox, 0 unread" in read(wanggong, "/inbox/").content.decode()


def test_what_the_inbox_hides_counts_as_no_unread_line(read, walk_in, chenfang, limin) -> None:
    case, _other = walk_in(), walk_in()
    assert "Inbox, 2 unread" in read(chenfang, "/inbox/").content.decode()
    actions.name_respondent(case, person=chenfang, by=limin, at=march(2, 10))
    assert "Inbox, 1 unread" in read(chenfang, "/inbox/").content.decode()


def test_nobody_reads_or_opens_anothers_lines(write, case_in, wanggong, limin) -> None:
    case_in("classified")
    line = Notification.objects.get(user=wanggong)
    assert write(limin, f"/inbox/{line.pk}/").status_code == 404
    write(limin, "/inbox/read/", {"line": line.pk})
    line.refresh_from_db()
    assert line.read_at is None


def test_a_line_goes_when_its_case_is_no_longer_his_to_know(read, case_in, chenfang, laozhao) -> None:
    case = case_in("acting")
    notifications.write([notifications.Notice(laozhao, "chased", case)], at=MONDAY_9AM, source="test")
    assert case.number in read(laozhao, "/inbox/").content.decode()
    actions.name_respondent(case, person=laozhao, by=chenfang, at=march(2, 11))
    assert case.number not in read(laozhao, "/inbox/").content.decode()


def test_the_inbox_costs_the_same_at_two_lines_and_at_forty(queries, case_in, chenfang) -> None:
    case = case_in("acting")

    def tell(n: int) -> None:
        for serial in range(n):
            letter = notifications.Notice(chenfang, "transferred", case, {"person": chenfang.pk})
            notifications.write([letter], at=MONDAY_9AM, source=f"test{n}-{serial}")

    tell(2)
    few = queries(chenfang, "/inbox/")
    tell(40)
    assert queries(chenfang, "/inbox/") == few <= 4 + 6


# Revisits --------------------------------------------------------------------------------------------
def test_replies_wait_for_their_revisit_due_first(read, case_in, chenfang) -> None:
    late, early = case_in("replied", at=march(2, 10)), case_in("replied", at=march(2, 8))
    case_in("handled")
    page = read(chenfang, "/revisits/")
    assert numbers(page) == [early.number, late.number]
    assert "Revisit due" in page.content.decode()


def test_tries_of_this_cycle_are_counted_and_the_others_are_due_too(read, case_in, chenfang) -> None:
    tried, fresh = case_in("replied", at=march(2, 8)), case_in("replied", at=march(2, 9))
    for n in range(2):
        actions.try_revisit(tried, note="无人接听", by=chenfang, at=march(2, 11) + n * HOUR)
    page = read(chenfang, "/revisits/")
    assert numbers(page) == [fresh.number, tried.number]
    assert "2 tries, the last on Mon 2 Mar 12:00" in page.content.decode()
    assert "Further tries to revisit due" in page.content.decode()


def test_whoever_took_part_is_told_who_can_call(read, case_in, wanggong, limin, chenfang) -> None:
    case_in("replied")
    own = "You were involved; the revisit belongs to another person: 陈芳, 周军."
    for involved in (wanggong, limin):  # who handled, and who replied
        assert own in read(involved, "/revisits/").content.decode()
    assert "You were involved" not in read(chenfang, "/revisits/").content.decode()


def test_revisits_cost_the_same_at_two_rows_and_at_thirty(queries, case_in, chenfang) -> None:
    case = case_in("replied")
    copies(case, 2)
    few = queries(chenfang, "/revisits/")
    Complaint.objects.exclude(pk=case.pk)._raw_delete("default")
    copies(case, 30)
    assert queries(chenfang, "/revisits/") == few


def test_a_year_without_holidays_is_told_to_those_who_can_enter_it(read, admin, zhoujun, stranger, jinxiu):
    for person, estates in ((admin, "翠湖雅苑, 锦绣花园"), (zhoujun, "锦绣花园"), (stranger, "翠湖雅苑")):
        page = read(person, "/").content.decode()
        assert f"No holidays of 2026 are known for {estates}:" in page
    for estate in Estate.objects.all():
        CalendarDay.objects.create(estate=estate, date=date(2026, 10, 1), is_working=False, name="国庆节")
    assert "No holidays of 2026" not in read(admin, "/").content.decode()
