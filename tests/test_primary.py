"""The primary button is his and stops the clock due next; and the way from a list's case to its next one."""

from __future__ import annotations

import re
from html import unescape

import pytest

from complaints import actions
from complaints.clocks import STEPS
from complaints.models import Complaint, Notification
from complaints.moves import MOVES
from complaints.policy import ClockKind
from complaints.primary import NEXT, STOPS, primary
from complaints.statuses import CaseRole, Status
from complaints.views.case.subject import LONGEST, columns, subject_of
from staff.roles import Role
from tests.case_pages import text
from tests.cast import march

pytestmark = pytest.mark.django_db
K = ClockKind
MANAGER = {Role.PROPERTY_MANAGER}
LIFT = "三号楼电梯停在十二层，里面有人。"


# The rule ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("offered", "due", "parts", "status", "verb"),
    [
        (("record", "classify"), (K.DELIVER, K.RESOLVE), {Role.SUPERVISOR}, "received", "classify"),
        (("record", "classify"), (K.DELIVER, K.RESOLVE), {CaseRole.FIRST_RECEIVER}, "received", "record"),
        (("claim", "classify"), (K.DELIVER,), {Role.SUPERVISOR}, "recorded", "classify"),
        (("claim", "classify"), (K.DELIVER,), {Role.FRONT_DESK}, "recorded", "claim"),
        (("acknowledge", "classify"), (K.DELIVER, K.URGENT_REPORT), MANAGER, "recorded", "acknowledge"),
        (("answer", "act"), (K.INITIAL_ANSWER, K.RESOLVE), {CaseRole.FIRST_RECEIVER}, "acting", "answer"),
        (("answer", "act"), (K.INITIAL_ANSWER, K.RESOLVE), {CaseRole.HANDLER}, "acting", "act"),
        (("answer", "handle"), (K.CLEAR_ANSWER, K.RESOLVE), {CaseRole.HANDLER}, "acting", "handle"),
        (("reply", "answer"), (K.CLEAR_ANSWER, K.REPLY), {CaseRole.FIRST_RECEIVER}, "handled", "reply"),
        (("confirm_invalid", "classify"), (K.DELIVER,), {Role.SUPERVISOR}, "recorded", "confirm_invalid"),
        (("answer_media", "classify"), (K.DELIVER, K.MEDIA), MANAGER, "recorded", "answer_media"),
        (("act", "answer_external"), (K.EXTERNAL,), {CaseRole.FIRST_RECEIVER}, "acting", "answer_external"),
        (("act", "answer_external"), (K.EXTERNAL,), MANAGER, "acting", "answer_external"),
        (("chase", "note"), (K.RESOLVE,), {Role.FRONT_DESK}, "acting", None),
        ((), (K.DELIVER,), {Role.SUPERVISOR}, "received", None),
    ],
)  # fmt: skip
def test_the_primary_move_is_his_and_stops_the_clock_due_next(offered, due, parts, status, verb) -> None:
    assert primary(offered, due, parts, status) == verb


def test_nobody_in_danger_waits_for_a_claim() -> None:
    said = (("claim", "record", "classify"), (K.DELIVER,), {Role.FRONT_DESK}, "received")
    assert primary(*said) == "claim"
    assert primary(*said, in_danger=True) == "classify"


def test_what_does_not_fit_him_is_passed_over() -> None:
    fits = {"handle"}.__contains__
    assert primary(("act", "handle"), (K.RESOLVE,), {CaseRole.HANDLER}, "acting", fits=fits) == "handle"


#: Steps that only lead to the one that stops the clock, and stops that are the facts of an act.
LEADS_TO = {
    "record",
    "act",
    "classify",
    "acknowledge",
    "answer",
    "sign_follow_up",
    "tell_follow_up",
    "do_follow_up",
}


def test_each_clock_is_stopped_by_its_moves_and_nothing_is_named_that_is_no_move() -> None:
    for kind, (verbs, _who) in STOPS.items():
        for verb in verbs:
            assert verb in MOVES
            stops = STEPS[verb].stops if verb in STEPS else (K.BULLETIN,)
            assert verb in LEADS_TO or kind in stops, (kind, verb)
    assert set(NEXT) == set(Status)
    assert {verb for verbs in NEXT.values() for verb in verbs} <= set(MOVES)


def test_only_what_is_decided_on_a_card_has_buttons_of_its_own() -> None:
    cards = {K.OVERRUN, K.OVERRUN_DECISION, K.SUPERVISOR_ASKED, K.MANAGER_ASKED}
    assert set(K) - set(STOPS) == cards


def test_a_supervisor_sees_the_delivery_while_it_runs(opened, case_in, chenfang, limin) -> None:
    case = case_in("received")
    button = opened(case, chenfang).context["moves"].next
    assert (button.verb, str(button.label)) == ("classify", "Classify and assign")
    assert opened(case, limin).context["moves"].next.verb == "record"


# From the row, and on to the next ---------------------------------------------------------------------
@pytest.fixture
def three(case_in) -> list[Complaint]:
    return [case_in("recorded", at=march(2, 9, 3 * n)) for n in range(3)]


def links(response, verb: str) -> list[str]:
    found = re.findall(rf'href="(/cases/[^"/]+/{verb}/[^"]*)"', response.content.decode())
    return [unescape(link) for link in found]


def test_a_row_is_classified_from_the_list_and_the_next_one_comes(
    read, send, three, chenfang, auditor
) -> None:
    page = read(chenfang, "/cases/", view="deliver")
    rows = links(page, "classify")
    assert [row.split("/")[2] for row in rows] == [case.number for case in three]
    assert links(read(auditor, "/cases/", view="deliver"), "classify") == []
    form = read(chenfang, rows[0])
    assert "Save and next" in text(form) and 'name="from" value="view=deliver"' in text(form)
    said = {"severity": "minor", "category": three[0].category_id, "from": "view=deliver", "key": "a"}
    said["handler"] = next(
        value
        for value, label in flat(form.context["form"].fields["handler"].choices)
        if "王建军" in str(label)
    )
    answer = send(three[0], chenfang, "classify", said | {"onward": "1"})
    assert answer["Location"] == f"/cases/{three[1].number}/?from=view%3Ddeliver"
    stays = send(three[1], chenfang, "classify", said | {"key": "b"})
    assert stays["Location"] == f"/cases/{three[1].number}/?done=classify&from=view%3Ddeliver"
    last = send(three[2], chenfang, "classify", said | {"key": "c", "onward": "1"})
    assert last["Location"] == "/cases/?view=deliver"


@pytest.mark.parametrize("verb", ["void", "withdraw", "close_receipts"])
def test_no_next_case_is_offered_beside_what_ends_something(verb, read, three, chenfang) -> None:
    form = text(read(chenfang, f"/cases/{three[0].number}/{verb}/?from=view%3Ddeliver"))
    assert 'name="from" value="view=deliver"' in form and "Save and next" not in form


def flat(choices) -> list[tuple[str, str]]:
    rows = []
    for value, label in choices:
        rows += label if isinstance(label, list | tuple) else [(value, label)]
    return rows


def test_the_next_one_passes_the_filters_of_the_list(send, three, case_in, chenfang) -> None:
    other = case_in("acting", at=march(2, 8))
    said = {"note": "已记录", "from": "status=acting&view=open", "onward": "1"}
    answer = send(three[0], chenfang, "note", said)
    assert answer["Location"].startswith(f"/cases/{other.number}/")


def test_people_in_danger_come_next_whatever_the_list(send, three, walk_in, chenfang) -> None:
    trapped = walk_in(march(2, 11), facts={"urgent": True})
    answer = send(three[0], chenfang, "note", {"note": "已记录", "from": "view=deliver", "onward": "1"})
    assert answer["Location"].startswith(f"/cases/{trapped.number}/")


@pytest.mark.parametrize("said", ["", "view=nowhere", "&&&", "x" * 600, "view=closed"])
def test_a_strange_origin_leads_nowhere_strange(said, send, opened, three, chenfang) -> None:
    answer = send(three[0], chenfang, "note", {"note": "已记录", "from": said, "onward": "1"})
    assert answer.status_code == 302 and answer["Location"].startswith("/cases/")
    assert opened(three[1], chenfang, f"?from={said}").status_code == 200


def test_the_page_leads_back_to_the_list_he_came_from(opened, three, chenfang) -> None:
    page = text(opened(three[0], chenfang, "?from=view%3Ddeliver"))
    assert 'class="crumb" href="/cases/?view=deliver"' in page
    assert f"/cases/{three[0].number}/classify/?from=view%3Ddeliver" in page


# The case's heading ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "words", "is_all"),
    [
        ("电梯困人。", "电梯困人。", True),
        ("卫生间天花板\n又漏水了。", "卫生间天花板 又漏水了。", True),
        (LIFT + "门打不开，没有人应。" * 5, LIFT, False),
        ("你好。" + "楼上漏水滴到我家" * 9, "你好。" + ("楼上漏水滴到我家" * 9)[:32] + "…", False),
        ("The lift has stopped between two floors. " + "Nobody answers. " * 9,
         "The lift has stopped between two floors.", False),
    ],
)  # fmt: skip
def test_the_heading_is_the_first_words_of_the_complaint(content, words, is_all) -> None:
    subject = subject_of(content)
    assert (subject.words, subject.is_all) == (words, is_all)
    assert columns(subject.words) <= LONGEST + 1


def test_the_subject_is_the_heading_and_nothing_is_said_twice(opened, case_in, limin) -> None:
    page = text(opened(case_in("acting"), limin))
    assert re.search(r"<h1>卫生间天花板又漏水了，请尽快处理。</h1>", page)
    body = page[page.index("<main") :]
    assert body.count("卫生间天花板又漏水了") == 1
    assert body.count('class="due ') - body.count('class="clock-name"><span class="due ') == 1  # one pill


# The inbox by case --------------------------------------------------------------------------------------
def test_the_inbox_has_one_row_for_a_case_with_all_that_was_told_of_it(
    read, write, case_in, walk_in, office_of_jinxiu
) -> None:
    people, case = office_of_jinxiu, case_in("classified")
    walk_in(march(2, 10))
    actions.chase(case, by=people.limin, at=march(2, 11))
    actions.chase(case, by=people.limin, at=march(2, 11, 30))
    page = read(people.chenfang, "/inbox/")
    groups = page.context["groups"]
    assert [len(group.lines) for group in groups] == [3, 1]
    assert groups[0].newest.row.kind == "chased"
    assert page.content.decode().count('<li class="item') == 2
    assert "2 earlier messages on this case" in page.content.decode()
    said = {"line": groups[0].unread}
    write(people.chenfang, f"/inbox/{groups[0].newest.row.pk}/", said)
    assert Notification.objects.filter(user=people.chenfang, read_at=None).count() == 1
    assert len(read(people.chenfang, "/inbox/", view="unread").context["groups"]) == 1


def test_paging_the_inbox_names_each_case_once(read, walk_in, chenfang, office_of_jinxiu) -> None:
    cases = [walk_in(march(1) + n * (march(1, 9, 1) - march(1))) for n in range(53)]
    for case in cases[:3]:
        actions.chase(case, by=office_of_jinxiu.limin, at=march(2, 11))
    first = read(chenfang, "/inbox/")
    after = first.context["page"].older
    second = read(chenfang, "/inbox/", after=after)
    shown = [group.newest.row.complaint_id for page in (first, second) for group in page.context["groups"]]
    assert len(shown) == len(set(shown)) == 53


def test_today_stands_in_the_rail(read, chenfang) -> None:
    page = read(chenfang, "/cases/").content.decode()
    rail = page[page.index('class="rail"') : page.index("</nav>")]
    assert re.search(r'class="nav-link" href="/".*?<span\s*>Today</span>', rail, re.S)
