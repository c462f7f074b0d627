"""The queue: what lies in each view, pages, filters, acts on many, and who sees what."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from complaints import actions
from complaints.models import Complaint
from complaints.views.lists.keyset import Order
from complaints.views.lists.saved_views import VIEWS, by_view, midnight_after
from staff import actions as office
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY_9AM, march
from tests.list_pages import ask_for_time, copies, numbers
from tests.markup import markup

pytestmark = pytest.mark.django_db
NOON = march(2, 12)


def lies_in(case: Complaint, person, now=NOON) -> set[str]:
    """The views in which a person finds the case."""
    authorised = permissions_of(person, now)
    cases = Complaint.objects.visible_to(authorised).filter(pk=case.pk)
    asked = (authorised, now, midnight_after(now))
    found = {slug for slug, view in VIEWS.items() if view.among(cases).filter(view.holds(*asked)).exists()}
    assert found == {slug for row in by_view(cases, *asked) for slug in VIEWS if row[slug]}
    return found


# Views ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "view"),
    [
        ("received", "deliver"),
        ("recorded", "deliver"),
        ("classified", "accept"),
        ("handled", "reply"),
        ("replied", "revisit"),
    ],
)
def test_each_status_that_waits_for_somebody_has_its_view(case_in, chenfang, status, view) -> None:
    waiting = {"deliver", "accept", "reply", "revisit"}
    assert lies_in(case_in(status), chenfang) & waiting == {view}


def test_the_first_receiver_keeps_his_case_and_the_handler_has_it_as_work(case_in, limin, wanggong) -> None:
    case = case_in("acting")
    assert {"mine", "open"} <= lies_in(case, limin)
    assert {"work", "open"} <= lies_in(case, wanggong)
    assert "mine" not in lies_in(case, wanggong)


def test_a_deputy_finds_the_work_of_the_absent(case_in, wanggong, sungong) -> None:
    case = case_in("acting")
    office.leave_office(wanggong, starts_at=MONDAY_9AM, ends_at=march(9), deputy=sungong, by=wanggong)
    assert "work" in lies_in(case, sungong)


def test_a_case_is_due_today_until_it_is_overdue(case_in, chenfang) -> None:
    case = case_in("received")  # to be delivered by 09:30
    assert "today" in lies_in(case, chenfang, march(2, 9, 10))
    assert {"overdue"} <= lies_in(case, chenfang, march(2, 9, 31)) and "today" not in lies_in(case, chenfang)


def test_what_the_night_took_waits_to_be_claimed(walk_in, laozhao, limin) -> None:
    assert "claim" in lies_in(walk_in(march(2, 2), by=laozhao), limin)


def test_an_extension_asked_for_awaits_approval(case_in, wanggong, chenfang, read) -> None:
    case = case_in("acting")
    ask_for_time(case, wanggong)
    assert "approval" in lies_in(case, chenfang)
    assert "extension asked for" in read(chenfang, "/cases/").content.decode()


def test_a_day_begins_with_the_usual_view(read, case_in, limin, wanggong, chenfang) -> None:
    case_in("acting")
    for person, first in ((limin, "I received first"), (wanggong, "My work"), (chenfang, "All open")):
        page = markup(read(person, "/cases/"))
        assert f'aria-current="page">{first}<span class="count">1</span>' in page


def test_a_row_says_what_where_who_and_by_when(read, case_in, limin) -> None:
    case_in("acting")
    page = read(limin, "/cases/").content.decode()
    for words in (
        "Repairs · 卫生间天花板",
        "2号楼1单元302",
        "李敏",
        "王建军",
        "Important",
        "In progress",
        "Handling due",
    ):
        assert words in page


def test_what_people_typed_is_shown_as_text(read, walk_in, limin) -> None:
    walk_in(content="<script>alert(1)</script>", place="<b>", unit=None)
    assert "<script>alert" not in markup(read(limin, "/cases/"))


def test_an_empty_view_says_why_and_leads_on(read, chenfang) -> None:
    page = read(chenfang, "/cases/", view="overdue").content.decode()
    assert "Nothing is overdue." in page and "?view=open" in page


def test_closed_cases_have_a_view_of_their_own(read, case_in, chenfang) -> None:
    closed = case_in("closed")
    assert numbers(read(chenfang, "/cases/", view="open")) == []
    assert numbers(read(chenfang, "/cases/", view="closed")) == [closed.number]


# Pages ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", ["next_due_at", "received_at"])
def test_pages_neither_lose_nor_repeat_a_case(walk_in, column) -> None:
    first = walk_in()
    copies(first, 9)
    same_time = list(Complaint.objects.order_by("pk"))
    for n, case in enumerate(same_time):  # pairs share a time, and some have no due time at all
        changes = {"received_at": MONDAY_9AM - (n // 2) * HOUR, "next_due_at": MONDAY_9AM + (n // 2) * MINUTE}
        Complaint.objects.filter(pk=case.pk).update(**changes | ({"next_due_at": None} if n > 6 else {}))
    order = Order(column, newest_first=column == "received_at")
    whole = [case.pk for case in order.page(Complaint.objects.all(), QueryDict(), size=50).rows]

    forwards, asked, seen = [], "", []
    while True:
        page = order.page(Complaint.objects.all(), QueryDict(asked), size=3)
        forwards.append([case.pk for case in page.rows])
        seen.append(page)
        if not page.older:
            break
        asked = f"after={page.older}"
    assert sum(forwards, []) == whole and len(whole) == 10

    back, page = [forwards[-1]], seen[-1]
    while page.newer:
        page = order.page(Complaint.objects.all(), QueryDict(f"before={page.newer}"), size=3)
        back.append([case.pk for case in page.rows])
    assert sum(reversed(back), []) == whole


@pytest.mark.parametrize(
    "cursor", ["x", "1.x", "99999999999999999999.1", ".", "1." + "9" * 30, "-1.-1", "١.1"]
)
def test_a_broken_page_address_shows_a_page(read, case_in, chenfang, cursor) -> None:
    case_in("acting")
    for way in ("after", "before"):
        assert read(chenfang, "/cases/", view="open", **{way: cursor}).status_code == 200


def test_a_page_costs_the_same_at_ten_rows_and_at_a_thousand(queries, walk_in, chenfang, limin) -> None:
    case = walk_in()
    for person in (chenfang, limin):
        copies(case, 10)
        few = queries(person, "/cases/?view=open")
        Complaint.objects.exclude(pk=case.pk)._raw_delete("default")
        copies(case, 1000)
        assert queries(person, "/cases/?view=open") == few
        assert few <= 4 + 4  # the shell; his own views, keys, rows, counts
        assert queries(person, "/cases/?view=open&after=0.1") == few
        Complaint.objects.exclude(pk=case.pk)._raw_delete("default")


# Filters -------------------------------------------------------------------------------------------
def test_filters_live_in_the_address_and_come_off_one_by_one(read, case_in, walk_in, chenfang) -> None:
    major = case_in("acting", severity="major", facts={"urgent": True})
    case_in("acting", severity="minor")
    page = read(chenfang, "/cases/", view="open", severity="major", marks="urgent")
    assert numbers(page) == [major.number]
    text = page.content.decode()
    assert "Severity: Major" in text and "Marks: Urgent" in text
    assert 'href="?view=open&amp;marks=urgent"' in text and 'href="?view=open&amp;severity=major"' in text


def test_the_notice_grade_is_a_filter_of_its_own(read, case_in, chenfang) -> None:
    hot = case_in("acting", facts={"lawsuit_threatened": True})
    case_in("acting", facts={"lawsuit_started": True})
    case_in("acting")
    page = read(chenfang, "/cases/", view="open", grade="hot")
    assert numbers(page) == [hot.number]
    assert (
        "Notice grade: Notice: hot" in page.content.decode() and 'href="?view=open"' in page.content.decode()
    )
    assert 'name="grade"' in read(chenfang, "/cases/", filters=1).content.decode()
    assert "not understood" in read(chenfang, "/cases/", view="open", grade="worst").content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "acting"}, True),
        ({"status": "handled"}, False),
        ({"channel": "walk_in"}, True),
        ({"channel": "media"}, False),
        ({"since": "2026-03-02", "until": "2026-03-02"}, True),
        ({"since": "2026-03-03"}, False),
        ({"until": "2026-03-01"}, False),
        ({"estate": "JX"}, True),
        ({"severity": "none"}, False),
        ({"grade": "general"}, True),
        ({"grade": "hot"}, False),
        ({"marks": ["warranty", "second"]}, False),
    ],
)
def test_a_filter_keeps_what_it_says(read, case_in, chenfang, asked, found) -> None:
    case = case_in("acting")
    assert numbers(read(chenfang, "/cases/", view="open", **asked)) == [case.number] * found


def test_cases_are_found_by_the_people_and_the_place_of_work(
    read, case_in, categories, chenfang, limin, wanggong, engineering
) -> None:
    case, waiting = case_in("acting"), case_in("received")
    by = {"handler": wanggong.pk, "department": engineering.pk, "receiver": limin.pk, "holder": wanggong.pk}
    for name, pk in by.items():
        shown = numbers(read(chenfang, "/cases/", view="open", **{name: pk}))
        assert case.number in shown and (waiting.number in shown) is (name == "receiver")
    assert numbers(read(chenfang, "/cases/", view="open", holder=limin.pk)) == [waiting.number]
    repairs = categories["repairs"]
    for category, n in ((repairs.pk, 2), (repairs.parent_id, 2), (categories["noise"].pk, 0)):
        assert len(numbers(read(chenfang, "/cases/", view="open", category=category))) == n


def test_what_is_not_understood_is_left_out_and_said(read, case_in, chenfang, stranger) -> None:
    case = case_in("acting")
    asked = {
        "estate": "CH",
        "handler": stranger.pk,
        "since": "soon",
        "until": "9999-12-31",
        "category": "?",
    }
    page = read(chenfang, "/cases/", view="open", **asked)
    assert numbers(page) == [case.number]
    assert "left out: Estate, Category, Handler, Received from, Received until." in page.content.decode()


def test_the_filters_name_people_of_cases_and_each_category_once(
    read, case_in, chenfang, wanggong, auditor, admin, stranger, categories
) -> None:
    case_in("acting")
    page = markup(read(chenfang, "/cases/", filters=1))
    assert {user for user in (wanggong, auditor, admin, stranger) if f">{user} (" in page} == {wanggong}
    group = page.index('<optgroup label="Property service">')
    assert group < page.index(">Property service: all of it (1)<") < page.index(">Repairs (1)<")


def test_days_that_stand_the_wrong_way_round_are_said(read, case_in, chenfang) -> None:
    case_in("acting")
    page = read(chenfang, "/cases/", view="open", since="2026-12-01", until="2026-11-01").content.decode()
    assert "not understood and are left out: Received until" in page


def test_the_filter_form_keeps_what_is_filtered(read, chenfang) -> None:
    page = markup(read(chenfang, "/cases/", filters=1, view="overdue", severity="major"))
    assert '<option value="major" selected>' in page and 'name="view" value="overdue"' in page


# Who sees what -------------------------------------------------------------------------------------
LISTS = ("/cases/?view=open", "/", "/search/?q=漏水", "/revisits/", "/inbox/")


@pytest.mark.parametrize("path", LISTS)
def test_another_estate_sees_nothing_of_a_case(read, case_in, stranger, path) -> None:
    case = case_in("replied")
    assert case.number not in read(stranger, path).content.decode()


@pytest.mark.parametrize("path", LISTS)
def test_the_administrator_sees_no_case(read, case_in, admin, path) -> None:
    case = case_in("replied")
    page = read(admin, path)
    assert page.status_code == 200 and case.number not in page.content.decode()


@pytest.mark.parametrize("path", [*LISTS, "/search/?q=JX-2026-000018"])
def test_whoever_is_complained_about_sees_nothing_of_the_case(
    read, case_in, laozhao, chenfang, office_clock, path
) -> None:
    case = case_in("replied")
    assert case.number == "JX-2026-000018"
    actions.chase(case, by=chenfang, at=NOON)
    actions.name_respondent(case, person=laozhao, by=chenfang, at=NOON)
    page = read(laozhao, path)
    assert page.status_code == 200 and f'"/cases/{case.number}' not in page.content.decode()


def test_the_auditor_reads_everything_and_is_offered_no_act(read, case_in, auditor) -> None:
    case = case_in("classified")
    page = read(auditor, "/cases/").content.decode()
    assert case.number in page and 'name="do"' not in page and "item-act" not in page
    assert "Print sheets" in page  # what he may read, he may print


def test_a_restricted_case_is_for_its_circle(read, case_in, chenfang, laozhao, limin, zhoujun) -> None:
    case = case_in("acting", facts={"restricted": True})
    for person, sees in ((chenfang, True), (zhoujun, True), (limin, True), (laozhao, False)):
        assert (case.number in numbers(read(person, "/cases/", view="open"))) is sees


def test_the_estate_chosen_in_the_switcher_narrows_every_list(read, write, case_in, cuihu, wuzong) -> None:
    case = case_in("acting")
    assert case.number in numbers(read(wuzong, "/cases/"))
    write(wuzong, "/estate/", {"estate": "CH", "next": "/cases/"})
    assert numbers(read(wuzong, "/cases/")) == []
    write(wuzong, "/estate/", {"estate": "", "next": "/cases/"})
    assert case.number in numbers(read(wuzong, "/cases/"))


def test_lists_ask_for_a_sign_in(client) -> None:
    for path in (*LISTS, "/cases/fresh/", "/cases/views/", "/settings/people/", "/profile/"):
        answer = client.get(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_a_headquarters_handler_sees_what_was_delivered_to_him(walk_in, chenfang, categories, read) -> None:
    headquarters = Department.objects.create(name="总部工程中心")
    expert = cast.person("gaogong", "高工", Role.HANDLER, department=headquarters)
    mine, other = walk_in(), walk_in()
    actions.classify(
        mine, severity="minor", category=categories["repairs"], handler=expert, department=headquarters,
        by=chenfang, at=MONDAY_9AM + timedelta(minutes=5),
    )  # fmt: skip
    assert numbers(read(expert, "/cases/", view="open")) == [mine.number] != [other.number]
