"""The letter: what it says in every state, what it never says, and what it costs."""

import re

import pytest
from django.test import Client

from complaints import actions
from complaints.actions import portal_access
from complaints.policy import NoticeGrade
from complaints.statuses import Status
from complaints.sweep import sweep
from tests.cast import HOUR, MINUTE, OPINION, march
from tests.portal import NOON, key_in, letter, words_of

STATUSES = ["received", "recorded", "classified", "acting", "handled", "replied", "closed"]


# What the letter says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "zh", "en", "step"),
    [
        ("received", "已受理", "Accepted", 1),
        ("recorded", "已受理", "Accepted", 2),
        ("classified", "处理中", "In progress", 3),
        ("acting", "处理中", "In progress", 4),
        ("handled", "处理中", "In progress", 4),
        ("replied", "已答复", "Answered", 5),
        ("closed", "已办结", "Closed", 6),
    ],
)
def test_four_words_and_six_steps(reader, case_in, status, zh, en, step):
    case = case_in(status)
    browser = reader(case)
    page = letter(browser, case)
    assert f"<h1>{zh}</h1>" in page
    assert page.count('<li class="is-done"') == (6 if status == "closed" else step - 1)
    assert page.count('aria-current="step"') == (0 if status == "closed" else 1)
    browser.cookies["django_language"] = "en"
    assert f"<h1>{en}</h1>" in letter(browser, case)


def test_the_letter_names_who_is_responsible_and_whom_to_call(reader, case_in):
    case = case_in("acting")
    page = letter(reader(case), case)
    assert "李敏" in page and 'href="tel:02155550100"' in page
    assert "卫生间天花板又漏水了" in page and "2号楼1单元302" in page
    assert "134****5057" in page and "13494795057" not in page


def test_the_letter_tells_what_was_done_and_keeps_the_rest(reader, case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    actions.act(case, note="已关水阀。", owner_sees=True, by=people.wanggong, at=NOON)
    actions.act(case, note="材料从二号仓库领。", by=people.wanggong, at=NOON)
    actions.add_note(case, note="该业主上月也投诉过。", by=people.chenfang, at=NOON)
    page = letter(reader(case), case)
    assert "已关水阀。" in page
    assert "二号仓库" not in page and "上月也投诉" not in page


def test_the_letter_says_what_was_promised_and_why_it_moved(reader, portal_clock, case_in, office_of_jinxiu):
    people, case = office_of_jinxiu, case_in("acting")
    actions.answer(
        case,
        note="周三修好。",
        method="phone",
        clear=True,
        promised_at=march(4, 18),
        by=people.limin,
        at=NOON,
    )
    page = letter(reader(case), case)
    assert "3月4日 18:00（周三）" in page and "to-moved" not in page
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="防水材料缺货", new_due_at=march(8, 9),
        promised_at=march(7, 18), by=people.wanggong, at=NOON, not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=NOON + HOUR)
    browser = reader(case, "en")
    page = letter(browser, case)
    assert "Sat 7 Mar 18:00" in page and "Parts or material on order" in page
    assert "防水材料缺货" not in page
    portal_clock.at = march(7, 18, 1)
    browser = reader(case, "en")
    assert "We have not kept this time" in letter(browser, case)


def test_the_language_is_the_complainants_until_he_chooses(portal_clock, walk_in):
    case = walk_in(person=actions.Person(name="Ann", phone="13800001111", language="en"))
    browser = Client(headers={"accept-language": "zh-CN"})
    browser.post(f"/r/{portal_access.make_receipt_link(case, at=NOON)}")
    assert '<html lang="en">' in letter(browser, case)
    browser.post("/language/", {"language": "zh-hans", "next": f"/portal/{case.number}/"})
    assert '<html lang="zh-Hans">' in letter(browser, case)


def test_a_member_of_a_collective_complaint_reads_what_its_lead_does(
    reader, walk_in, case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    lead, member = walk_in(), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=people.limin, at=march(2, 10, 30))
    actions.classify(
        lead,
        severity="major",
        category=lead.category,
        handler=people.wanggong,
        by=people.chenfang,
        at=march(2, 11),
    )
    actions.accept(lead, note=OPINION, by=people.wanggong, at=march(2, 11, 10))
    actions.act(lead, note="维保单位已到场。", owner_sees=True, by=people.wanggong, at=march(2, 11, 20))
    actions.remark(lead, note="我是3楼的张某，手机13911112222。", at=march(2, 11, 30))
    page = letter(reader(member), member)
    assert "<h1>处理中</h1>" in page and "维保单位已到场。" in page
    assert "张某" not in page


# What an owner never reads ---------------------------------------------------------------------------

#: Words of the house, in both languages; the English ones as whole words.
NEVER_ZH = (
    "无效|有效性|轻微|重要|重大|通报|超时|逾期|超期|升级|延期|待定级|待接单|待回访"
    "|作废|经办人：|内部|二次投诉|定级|判定|转派|退回"
)
NEVER_EN = (
    r"\b(upheld|invalid|severity|minor|important|major|notice|overdue|classified|handler changed"
    r"|escalat|extension|cycle|void|internal|deadline)"
)


@pytest.fixture
def every_state(case_in, walk_in, office_of_jinxiu):
    """A case in every status and by every way to its end, with everything on it that must stay inside."""
    people = office_of_jinxiu
    cases = {
        status: case_in(status, severity="major", at=march(2, 9) + n * MINUTE)
        for n, status in enumerate(STATUSES)
    }

    case = cases["not upheld"] = walk_in(march(2, 9, 20))
    actions.propose_invalid(case, note="本年度账单，并未重复收费。", by=people.limin, at=march(2, 10))
    actions.confirm_invalid(case, by=people.chenfang, at=march(2, 10, 10))
    cases["not upheld, open"] = walk_in(march(2, 9, 30))
    actions.propose_invalid(cases["not upheld, open"], note="账单属实。", by=people.limin, at=march(2, 10))
    case = cases["not upheld, closed"] = walk_in(march(2, 9, 25))
    actions.propose_invalid(case, note="账单属实。", by=people.limin, at=march(2, 10))
    actions.confirm_invalid(case, by=people.chenfang, at=march(2, 10, 10))
    actions.reply(
        case, note="这是今年的账单，去年的确已交清。", method="phone", by=people.limin, at=march(2, 10, 20)
    )
    actions.revisit(
        case, answers=actions.Answers(satisfaction=4), method="phone", by=people.zhoujun, at=march(2, 11)
    )

    case = cases["late, extended, regraded, sent back"] = case_in(
        "classified", severity="minor", at=march(2, 9, 40)
    )
    actions.send_back(case, note="不归工程部管。", by=people.wanggong, at=march(2, 10, 40))
    actions.classify(
        case,
        severity="minor",
        category=case.category,
        handler=people.wanggong,
        by=people.chenfang,
        at=march(2, 10, 50),
    )
    actions.accept(case, note=OPINION, by=people.wanggong, at=march(2, 10, 55))
    actions.regrade(case, severity="major", note="渗到配电箱。", by=people.chenfang, at=march(2, 11))
    actions.set_grade(case, grade=NoticeGrade.HOT, note="可能曝光。", by=people.chenfang, at=march(2, 11))
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="contractor",
        note="外包没人。",
        new_due_at=march(6, 9),
        by=people.wanggong,
        at=march(2, 11),
        not_told_because="电话未接通",
    )
    actions.decline_extension(request, comment="没有理由。", by=people.wuzong, at=march(2, 11, 5))
    sweep(march(12))

    case = cases["second time"] = case_in("replied", at=march(2, 9, 50))
    actions.dispute(case, note="又漏了。", by=None, at=march(2, 13))
    case = cases["unsatisfied"] = case_in("replied", severity="major", at=march(2, 9, 55))
    actions.dispute(case, note="又漏了。", by=None, at=march(2, 13))
    actions.classify(
        case,
        severity="major",
        category=case.category,
        handler=people.wanggong,
        by=people.chenfang,
        at=march(2, 13, 10),
    )
    actions.accept(case, note=OPINION, by=people.wanggong, at=march(2, 13, 20))
    actions.handle(case, note="重做了。", evidence="照片", by=people.wanggong, at=march(2, 13, 30))
    actions.reply(case, note="已重做。", method="phone", by=people.limin, at=march(2, 13, 40))
    actions.close_unsatisfied(case, note="已告知其他途径。", by=people.wuzong, at=march(2, 14))
    case = cases["withdrawn"] = walk_in(march(2, 9, 56))
    actions.withdraw(case, note="自己修好了。", by=None, at=march(2, 13))
    return cases


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_owner_never_reads_the_words_of_the_house(reader, portal_clock, every_state, language):
    portal_clock.at = march(12, 12)
    for name, case in every_state.items():
        browser = reader(case, language)
        pages = [letter(browser, case)]
        pages += [
            browser.get(f"/portal/{case.number}/{verb}/", follow=True).content.decode()
            for verb in portal_access.CUSTOMER_ACTS
        ]
        for page in pages:
            found = re.findall(NEVER_EN if language == "en" else NEVER_ZH, words_of(page), re.I)
            assert not found, (name, found, words_of(page))


def test_no_refusal_speaks_of_steps_inside_the_house(reader, case_in, office_of_jinxiu):
    """Sent from a page that had stood open while the case moved on."""
    case = case_in("replied")
    browser = reader(case)
    key = key_in(browser.get(f"/portal/{case.number}/dispute/").content.decode())
    actions.dispute(case, note="电话里说还在漏。", by=office_of_jinxiu.limin, at=NOON)
    answer = browser.post(f"/portal/{case.number}/dispute/", {"key": key, "note": "还在漏"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "还在漏" in page
    inside = [str(status.label) for status in Status if status != Status.CLOSED]
    assert not re.findall("|".join([NEVER_ZH, *inside]), words_of(page))


# What it costs ---------------------------------------------------------------------------------------


def test_the_letter_costs_the_same_for_a_short_and_a_long_story(
    reader, case_in, office_of_jinxiu, django_assert_num_queries
):
    """One query for the visit, with all of the case's head; events and files beside it."""
    short, long = case_in("classified"), case_in("acting", at=march(2, 10))
    for n in range(60):
        actions.act(long, note="上门。", owner_sees=True, by=office_of_jinxiu.wanggong, at=NOON + n * MINUTE)
    for case in (short, long):
        browser = reader(case)
        letter(browser, case)
        with django_assert_num_queries(3):
            letter(browser, case)


def test_while_nobody_is_assigned_the_time_of_the_arrangement_costs_two_more(
    reader, case_in, django_assert_num_queries
):
    case = case_in("received")
    browser = reader(case)
    letter(browser, case)
    with django_assert_num_queries(5):
        letter(browser, case)


# What was promised, and a second round -----------------------------------------------------------------


def test_what_the_handler_reports_is_not_read_as_the_answer(reader, case_in):
    case = case_in("handled")
    assert case.events.get(kind="handled").note
    page = letter(reader(case), case)
    assert case.events.get(kind="handled").note not in page
    assert "工作已完成，接下来会把结果告诉您。" in page and "处理结果将随后告知您" in page


def test_without_a_typed_promise_the_clocks_say_what_is_owed(reader, portal_clock, case_in):
    case = case_in("acting", severity="important", at=march(2, 9))
    browser = reader(case, "en")
    page = words_of(letter(browser, case))
    assert "As a rule settled by Thu 5 Mar 09:00" in page and "tell you what" not in page
    major = case_in("acting", severity="major", at=march(2, 9, 30))
    page = words_of(letter(reader(major, "en"), major))
    assert "We tell you what we will do by Tue 3 Mar 09:30" in page  # it binds
    assert "As a rule settled by Thu 12 Mar 09:30" in page
    handled = case_in("handled", at=march(2, 9, 40))
    page = words_of(letter(reader(handled, "en"), handled))
    assert "As a rule you hear the result by" in page and "settled by" not in page.lower()
    portal_clock.at = march(5, 10)
    assert "We have not kept this time" in letter(reader(case, "en"), case)


def test_before_it_is_judged_it_names_the_time_of_the_arrangement_and_no_other(reader, walk_in):
    """Half an hour to be assigned and four hours to be accepted: what comes then may still change."""
    case = walk_in()
    page = words_of(letter(reader(case, "en"), case))
    assert "We tell you what we will do by Mon 2 Mar 13:30" in page and "Settled by" not in page


def test_after_a_dispute_the_letter_says_that_the_matter_is_assigned_anew(reader, case_in, office_of_jinxiu):
    case, people = case_in("replied"), office_of_jinxiu
    actions.dispute(case, note="又漏了。", by=None, at=NOON)
    case.refresh_from_db()
    page = letter(reader(case), case)
    assert "<h1>处理中</h1>" in page and "第 2 次处理" in page and "3月2日 12:00（周一）" in page
    assert "已收到您的意见，将重新安排处理，李敏会与您联系。" in page
    assert "我们已收到您的投诉" not in page and "正在再次处理" not in page
    page = words_of(letter(reader(case, "en"), case))
    assert "This is round 2, begun Mon 2 Mar 12:00 . 李敏 follows it" in page
    assert "The matter is assigned anew; 李敏 contacts you." in page
    actions.classify(
        case, severity="important", category=case.category, handler=people.wanggong, by=people.chenfang,
        at=NOON + MINUTE,
    )  # fmt: skip
    assert "将重新安排处理" in letter(reader(case), case)
    actions.accept(case, note=OPINION, by=people.wanggong, at=NOON + 2 * MINUTE)
    assert "我们正在再次处理" in letter(reader(case), case)


def test_the_letter_costs_three_statements_and_no_session_of_the_staff(
    reader, case_in, office_of_jinxiu, django_assert_max_num_queries
):
    """One says whether the visit holds; a colleague's sign-in in the same browser is never looked at."""
    case = case_in("acting")
    browser = reader(case)
    browser.force_login(office_of_jinxiu.limin)
    letter(browser, case)
    with django_assert_max_num_queries(3) as asked:
        page = letter(browser, case)
    assert "session" not in " ".join(query["sql"] for query in asked.captured_queries)
    assert "data-person" not in page


# The next round -------------------------------------------------------------------------------------


def answered_again(case, people, at):
    """A case whose first reply found a bad mark is handled and replied to a second time."""
    actions.classify(
        case, severity="important", category=case.category, handler=people.wanggong, by=people.chenfang, at=at
    )
    actions.accept(case, note=OPINION, by=people.wanggong, at=at + 10 * MINUTE)
    actions.handle(case, note="换了整段水管。", evidence="业主签字", by=people.wanggong, at=at + 20 * MINUTE)
    actions.reply(case, note="整段水管已更换。", method="phone", by=people.limin, at=at + 30 * MINUTE)


@pytest.mark.parametrize("by_the_customer", [True, False])
def test_a_bad_mark_for_the_first_reply_leaves_the_second_to_be_judged(
    reader, portal_clock, case_in, office_of_jinxiu, by_the_customer
):
    people, case = office_of_jinxiu, case_in("replied")
    bad = actions.Answers(satisfaction=1)
    if by_the_customer:
        actions.rate(case, answers=bad, at=march(2, 14))
    else:
        actions.revisit(case, answers=bad, method="phone", by=people.chenfang, at=march(2, 14))
    answered_again(case, people, march(2, 15))
    portal_clock.at = march(2, 17)
    page = letter(reader(case), case)
    assert "Thank you for your rating" not in page and "感谢您的评价" not in page
    assert 'action="satisfy/"' in page and 'href="dispute/"' in page
    assert page.count("3月2日 09:00（周一）") >= 2, "received once, whatever the round"


def test_an_accepted_reply_asks_for_nothing_but_a_mark(reader, case_in):
    case = case_in("replied")
    actions.satisfy(case, by=None, at=NOON)
    page = letter(reader(case), case)
    assert "您已认可我们的答复" in page and "请您确认是否认可" not in page
