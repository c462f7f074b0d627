"""People in danger: on top until somebody has taken it in hand, whoever has seen it and when."""

from __future__ import annotations

import re
from datetime import time

import pytest
from django.db import connection
from django.urls import reverse

from complaints import actions, danger
from complaints.actions.danger_question import words_of_danger
from complaints.actions.vocabulary import danger_words, save_term
from complaints.channels.preferences import is_grave, not_before
from complaints.models import (
    Clock,
    Complaint,
    DangerWord,
    EmergencyNumber,
    Event,
    Notification,
)
from complaints.moves import MOVES
from complaints.timeline_texts import STAFF
from staff import actions as office
from tests.case_pages import text
from tests.cast import HOUR, MINUTE, MONDAY_9AM, OPINION, march
from tests.list_pages import copies, numbers

pytestmark = pytest.mark.django_db
URGENT = {"urgent": True}
TEN = march(2, 10)


@pytest.fixture
def trapped(walk_in):
    """A person in a lift, filed at nine."""

    def take(**said) -> Complaint:
        return walk_in(**({"facts": URGENT, "content": "电梯停在九楼，里面困着一位老人。"} | said))

    return take


def told(case: Complaint, kind: str = "urgent_received") -> set[str]:
    return set(
        Notification.objects.filter(complaint=case, kind=kind).values_list("user__username", flat=True)
    )


def kinds(case: Complaint) -> list[str]:
    return list(Event.objects.filter(complaint=case).order_by("pk").values_list("kind", flat=True))


# The rule -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mark", danger.MARKS)
def test_each_mark_of_danger_puts_a_new_case_on_top_since_it_was_received(mark, trapped) -> None:
    case = trapped(facts={mark: True}, received_at=march(2, 8, 50), at=MONDAY_9AM)
    assert case.danger_since == march(2, 8, 50)
    assert told(case) == {"chenfang", "zhoujun"} and told(case, "received") == set()


def test_an_ordinary_case_is_in_no_danger(walk_in) -> None:
    assert walk_in().danger_since is None


@pytest.mark.parametrize(
    ("done", "ends"),
    [
        (lambda case, p: actions.accept(case, note=OPINION, by=p.wanggong, at=TEN), True),
        (lambda case, p: actions.acknowledge(case, by=p.zhoujun, at=TEN), True),
        (lambda case, p: actions.see(case, by=p.zhoujun, at=TEN), True),
        (lambda case, p: actions.see(case, by=p.wuzong, at=TEN), True),
        (lambda case, p: actions.withdraw(case, note="已出", confirmed_by="phone", by=p.limin, at=TEN), True),
        (lambda case, p: actions.void(case, note="重复", by=p.chenfang, at=TEN), True),
        (lambda case, p: actions.edit(case, {"urgent": False}, version=1, by=p.limin, at=TEN), True),
        (lambda case, p: actions.see(case, by=p.chenfang, at=TEN), False),
        (lambda case, p: actions.see(case, by=p.wanggong, at=TEN), False),
        (lambda case, p: actions.chase(case, by=p.limin, at=TEN), False),
        (lambda case, p: actions.add_note(case, note="已联系维保", by=p.limin, at=TEN), False),
        (lambda case, p: actions.send_back(case, note="不是我的", by=p.wanggong, at=TEN), False),
    ],
)  # fmt: skip
def test_only_who_takes_it_in_hand_ends_the_danger(done, ends, case_in, office_of_jinxiu) -> None:
    case = case_in("classified", facts=URGENT)
    case.version = 1
    case.save_without_historical_record(update_fields=["version"])
    done(case, office_of_jinxiu)
    case.refresh_from_db()
    assert (case.danger_since is None) is ends


def test_a_handler_who_had_accepted_before_it_became_urgent_has_not_taken_the_danger_in_hand(
    case_in, office_of_jinxiu
) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    case = actions.edit(case, {"injury": True}, version=case.version, by=people.limin, at=march(2, 11))
    assert case.danger_since == march(2, 11)
    assert told(case) == {"chenfang", "zhoujun", "wanggong"}
    case = actions.act(case, note="已到现场扶人", by=people.wanggong, at=march(2, 11, 5))
    assert case.danger_since is None


def test_what_has_been_taken_in_hand_is_no_danger_again_by_another_edit(case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting", facts=URGENT)
    assert case.danger_since is None
    case = actions.edit(case, {"headcount": 3}, version=case.version, by=people.limin, at=march(2, 11))
    assert case.danger_since is None
    case = actions.edit(case, {"injury": True}, version=case.version, by=people.limin, at=march(2, 12))
    assert case.danger_since == march(2, 12)  # news: somebody is hurt


def test_every_reaction_is_an_entry_that_an_act_makes() -> None:
    assert {"accept", "opinion", "act", "handle", "acknowledge"} <= MOVES.keys()
    assert STAFF.keys() >= danger.REACTIONS


# Who has seen it --------------------------------------------------------------------------------------
def test_opening_the_page_says_so_once_and_a_managers_opening_is_the_report(
    opened, trapped, office_of_jinxiu
) -> None:
    people, case = office_of_jinxiu, trapped()
    for person in (people.limin, people.chenfang, people.chenfang, people.zhoujun, people.wuzong):
        assert opened(case, person).status_code == 200
    assert kinds(case)[-3:] == ["seen", "seen", "acknowledged"]
    seen = Event.objects.filter(complaint=case, kind="seen").order_by("pk")
    assert list(seen.values_list("actor__username", flat=True)) == ["chenfang", "zhoujun"]
    report = Clock.objects.get(complaint=case, kind="urgent_report")
    assert report.stopped_at == march(2, 12)


def test_whoever_was_told_stands_in_an_entry_of_the_rules_own(trapped, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, trapped()
    entry = case.events.get(kind="danger_reported")
    assert set(entry.params["told"]) == {people.chenfang.pk, people.zhoujun.pk}
    assert (entry.actor, entry.by_customer) == (None, False)


def test_only_the_first_look_at_a_danger_is_news(trapped, case_in, office_of_jinxiu, auditor) -> None:
    people, case, calm = office_of_jinxiu, trapped(), case_in("acting")
    before = kinds(calm)
    assert actions.see(calm, by=people.zhoujun, at=TEN) is False and kinds(calm) == before
    for by, news in (
        (people.limin, False),
        (auditor, False),
        (people.chenfang, True),
        (people.chenfang, False),
    ):
        assert actions.see(case, by=by, at=TEN) is news
    assert kinds(case).count("seen") == 1


def test_who_only_looks_on_is_not_written_down(opened, client, trapped, auditor, zhoujun, clock) -> None:
    case = trapped()
    opened(case, auditor)
    client.force_login(zhoujun)
    client.head(f"/cases/{case.number}/")
    client.get(f"/cases/{case.number}/", headers={"sec-purpose": "prefetch;prerender"})
    client.get(f"/cases/{case.number}/danger/")
    assert "seen" not in kinds(case)


def test_a_deputy_of_the_manager_acknowledges_by_opening(
    opened, trapped, zhoujun, sungong, office_of_jinxiu
) -> None:
    office.leave_office(zhoujun, starts_at=march(1), ends_at=march(5), deputy=sungong, by=zhoujun)
    case = trapped()
    opened(case, sungong)
    case.refresh_from_db()
    assert case.danger_since is None


def test_the_page_tells_who_was_told_and_who_has_opened_it(opened, trapped, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, trapped()
    opened(case, people.chenfang)
    panel = text(opened(case, people.limin, "danger/"))
    assert "nobody has taken it in hand yet" in panel and 'hx-trigger="every 10s"' in panel
    words = re.sub(r"<[^>]+>", "", panel)
    assert "陈芳 opened 12:00" in words and "周军 told 09:00, not opened yet" in words
    opened(case, people.zhoujun)
    panel = text(opened(case, people.limin, "danger/"))
    assert "taken in hand" in panel and "hx-trigger" not in panel and "acknowledged" in panel


# On top -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["/", "/cases/", "/cases/?view=mine", "/cases/?view=closed", "/inbox/"])
def test_danger_stands_above_what_is_older_and_later(page, read, case_in, trapped, chenfang) -> None:
    for _ in range(3):
        case_in("acting", severity="minor", at=march(1))
    case = trapped(at=march(2, 11, 50))
    shown = read(chenfang, page).content.decode()
    assert shown.index('class="dangers"') < shown.index(case.number)
    top = shown[shown.index('class="dangers"') : shown.index("</section>", shown.index('class="dangers"'))]
    assert case.number in top and "周军" in top and "not opened yet" in top


def test_it_stands_there_once_and_paging_loses_nobody(read, case_in, trapped, chenfang) -> None:
    case_in("acting", at=march(1))
    copies(case_in("acting", at=march(1)), 60)
    case = trapped()
    first = read(chenfang, "/cases/", view="open")
    assert numbers(first).count(case.number) == 1
    older = re.search(r'href="([^"]*after=[^"]*)"', first.content.decode())
    second = read(chenfang, "/cases/" + older[1].replace("&amp;", "&"))
    everything = set(numbers(first)) | set(numbers(second))
    assert len(everything) == Complaint.objects.count()
    assert numbers(second).count(case.number) == 1  # on top there too


def test_nobody_sees_the_danger_of_a_case_he_may_not_know(read, trapped, stranger, chenfang) -> None:
    case = trapped(respondents=(chenfang,))
    assert case.number not in read(stranger, "/cases/").content.decode()
    assert case.number not in read(chenfang, "/").content.decode()


@pytest.mark.parametrize("page", ["/", "/cases/", "/inbox/"])
def test_lists_cost_the_same_with_one_danger_and_with_nine(page, queries, trapped, chenfang, case_in) -> None:
    case_in("acting")
    trapped()
    few = queries(chenfang, page)
    for _ in range(8):
        trapped()
    assert queries(chenfang, page) == few


def test_the_walk_goes_along_the_index_of_danger(trapped) -> None:
    if connection.vendor == "sqlite":
        plan = Complaint.objects.in_danger().values("pk").explain()
        assert "complaint_in_danger" in plan and "TEMP B-TREE" not in plan


# Red ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("severity", "in_danger", "red"),
    [
        ("", False, False),
        ("minor", False, False),
        ("important", False, True),
        ("major", False, True),
        ("minor", True, True),
    ],
)
def test_red_is_for_danger_and_for_important_and_major(severity, in_danger, red) -> None:
    assert danger.is_red(severity, in_danger=in_danger) is red


def test_an_overdue_minor_case_is_late_in_a_quieter_way(read, case_in, chenfang, office_clock) -> None:
    case_in("acting", severity="minor", at=march(1))
    office_clock.now = march(9)
    assert 'class="due is-over"' in read(chenfang, "/cases/?view=open").content.decode()
    case_in("acting", severity="important", at=march(1))
    assert 'class="due is-over is-red"' in read(chenfang, "/cases/?view=open").content.decode()


FIRST_WORDS = [
    DangerWord(code=code, zh=zh, en=en, **DangerWord.MORE.get(code, {})) for code, zh, en in DangerWord.FIRST
]


# Words that ask -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("有人被困在电梯里", ["被困", "困在"]),
        ("Smoke on the SECOND floor", ["smoke"]),
        ("他们沟通困难，噪音困扰", []),
        ("the firewall of my router", []),
        ("插座漏电，老人晕倒了", ["漏电", "晕倒"]),
        ("", []),
    ],
)
def test_words_of_danger_are_found_in_what_was_said(said, found) -> None:
    assert words_of_danger(said, FIRST_WORDS) == found


def test_the_desk_asks_and_keeps_everything(desk) -> None:
    answer = desk(content="电梯里有人被困。", remedy_asked="马上放人")
    page = text(answer)
    assert answer.status_code == 422 and Complaint.objects.count() == 0
    assert "“被困” reads like people in danger. Is it urgent?" in page
    assert "马上放人" in page and "电梯里有人被困。" in page


@pytest.mark.parametrize(("answer", "urgent"), [("yes", True), ("no", False)])
def test_the_answer_decides_and_no_word_does(answer, urgent, desk) -> None:
    assert desk(content="电梯里有人被困。", danger=answer).status_code == 302
    assert Complaint.objects.get().urgent is urgent


def test_who_has_ticked_it_is_not_asked(desk) -> None:
    assert desk(content="电梯里有人被困。", urgent="on").status_code == 302
    assert Complaint.objects.get().danger_since is not None


def test_a_contact_note_of_danger_becomes_a_complaint_by_a_yes(desk) -> None:
    assert desk(what="help", content="老人晕倒了").status_code == 422
    assert desk(what="help", content="老人晕倒了", danger="yes").status_code == 302
    assert Complaint.objects.get().urgent


def test_the_question_comes_while_typing_and_is_not_read_aloud_twice(desk, client) -> None:
    headers = {"headers": {"hx-request": "true"}}
    desk_words = {"content": "着火了", "what": "complaint"}
    asked = client.post(reverse("desk_danger"), desk_words, **headers)
    assert "着火" in text(asked) and 'name="danger"' in text(asked)
    again = client.post(reverse("desk_danger"), desk_words | {"danger_for": "着火"}, **headers)
    assert again.status_code == 204
    none = client.post(reverse("desk_danger"), {"content": "漏水", "danger_for": "着火"}, **headers)
    assert none.status_code == 200 and 'name="danger"' not in text(none)


def test_a_word_out_of_use_asks_no_longer(desk, admin) -> None:
    danger_words()
    for row in DangerWord.objects.filter(zh__in=("被困", "困在", "困")):
        save_term(row, {"is_active": False}, by=admin)
    assert desk(content="有人被困在里面").status_code == 302


# The estate's own numbers -------------------------------------------------------------------------------
def test_a_manager_keeps_the_numbers_and_the_desk_shows_them(write, read, zhoujun, desk, jinxiu) -> None:
    page = text(read(zhoujun, "/settings/estates/JX/numbers/"))
    assert "No number yet" in page
    said = {"kind": "lift", "name": "通力救援", "phone": "400-820-5119", "order": 0}
    assert write(zhoujun, "/settings/estates/JX/numbers/", said).status_code == 302
    again = write(zhoujun, "/settings/estates/JX/numbers/", said)
    assert again.status_code == 422 and "on the list already" in text(again)
    wrong = write(zhoujun, "/settings/estates/JX/numbers/", said | {"phone": "call me"})
    assert wrong.status_code == 422 and "call me" in text(wrong)
    row = EmergencyNumber.objects.get(estate=jinxiu)
    out = {"kind": "lift", "name": "通力救援", "phone": "400-820-5119", "order": 0}
    assert write(zhoujun, f"/settings/estates/JX/numbers/{row.pk}/", out).status_code == 302
    row.refresh_from_db()
    assert not row.is_active and row.history.count() == 2
    assert "Not in use" in text(read(zhoujun, "/settings/estates/JX/numbers/"))


def test_numbers_of_another_estate_are_nobodys(read, write, zhoujun, cuihu) -> None:
    assert read(zhoujun, "/settings/estates/CH/numbers/").status_code == 404
    assert (
        write(zhoujun, "/settings/estates/CH/numbers/", {"kind": "lift", "phone": "110"}).status_code == 404
    )


# It never waits for the morning -------------------------------------------------------------------------
def test_at_night_nobody_is_told_to_wait_for_the_morning(client, trapped, laozhao, settings) -> None:
    settings.LANGUAGE_CODE = "en"
    case = trapped(by=laozhao, at=march(2, 3))
    assert case.awaits_claim and Clock.objects.get(complaint=case, kind="deliver").due_at == march(2, 3, 30)
    client.force_login(laozhao)
    client.cookies["django_language"] = "en"
    page = text(client.get(f"/desk/filed/{case.number}/"))
    assert "Help does not wait" in page and "It waits for the desk to claim it" not in page
    assert "周军" in page and "陈芳" in page


def test_who_sleeps_hears_of_people_hurt_at_once(trapped, zhoujun) -> None:
    zhoujun.quiet_from, zhoujun.quiet_until = time(22), time(7)
    case = trapped(facts={"injury": True}, at=march(2, 3))
    assert is_grave(case)
    assert not_before(zhoujun, case, march(2, 3), is_grave=is_grave(case)) == march(2, 3)


def test_an_urgent_case_is_delivered_within_minutes_whatever_the_hour(trapped) -> None:
    for hour in (3, 12, 23):
        case = trapped(at=march(2, hour))
        assert Clock.objects.get(complaint=case, kind="deliver").due_at == march(2, hour) + HOUR / 2
    assert MINUTE * 30 == HOUR / 2


@pytest.mark.parametrize(
    "words",
    [
        "电梯里困了两个人",
        "老人还困着",
        "孩子关在电梯里",
        "车库失火",
        "楼道有浓烟",
        "有人昏倒在大堂",
        "厨房燃气味很重",
    ],
)
def test_what_the_portal_takes_for_danger_asks_at_the_desk_too(words) -> None:
    assert words_of_danger(words, FIRST_WORDS)


@pytest.mark.parametrize("words", ["噪音让人很困扰", "停车困难", "困惑为什么收费", "家里贫困", "处境困难"])
def test_trouble_that_is_no_danger_asks_nothing(words) -> None:
    assert not words_of_danger(words, FIRST_WORDS)
