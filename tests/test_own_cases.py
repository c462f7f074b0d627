"""我的投诉: after one code all cases of a phone in an estate, and nobody else's."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from complaints import actions
from complaints.actions import portal_access, portal_own_cases
from complaints.models import Complainant, OutboxMessage, PortalCode, PortalVisit
from complaints.notifications import send_due
from complaints.policy import Policy, complete
from owners.models import Owner, Phone
from tests.cast import DAY, HOUR, MINUTE, march
from tests.own_cases import OTHERS, PHONE, enter, listed, may_read, passed_on, person
from tests.portal import NOON, fill, plain, words_of

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


# The way in ------------------------------------------------------------------------------------------


def test_one_code_opens_all_cases_of_the_phone_open_first_then_closed_by_year(browser, case_in, sent) -> None:
    last_year = case_in("closed", at=march(2, 9).replace(year=2025, month=12, day=29))
    replied, acting = case_in("replied", at=march(1, 9)), case_in("acting", at=march(2, 9))
    assert enter(browser, sent).url == "/portal/mine/"
    assert listed(browser) == [replied.number, acting.number, last_year.number]
    page = words_of(browser.get("/portal/mine/").content.decode())
    assert "134****5057" in page and PHONE not in page
    assert "已答复 · 请您确认" in page and "正在处理 · 2" in page and "已办结 · 1 2025" in page
    for case in (replied, acting, last_year):
        assert may_read(browser, case)  # in any order, and back: one visit opens them all


def test_what_he_does_in_a_letter_is_done_to_that_case(browser, case_in, sent) -> None:
    first, second = case_in("replied", at=march(1, 9)), case_in("acting", at=march(2, 9))
    enter(browser, sent)
    assert fill(browser, second, "remark", note="水又来了").status_code == 302
    assert fill(browser, first, "dispute", note="没有修好").status_code == 302
    assert second.events.get(kind="remarked").note == "水又来了"
    first.refresh_from_db()
    assert (first.cycle_number, first.events.filter(kind="remarked").count()) == (2, 0)
    letter = browser.get(f"/portal/{first.number}/").content.decode()
    assert 'href="/portal/mine/"' in letter


def test_who_asks_again_in_the_same_browser_has_one_code_and_another_browser_keeps_its_own(
    browser, walk_in, portal_clock, sent
) -> None:
    walk_in()
    elsewhere = Client()
    for some in (elsewhere, browser, browser):
        assert some.post("/portal/mine/", {"phone": PHONE}).url == "/portal/code/"
    waiting = PortalCode.objects.order_by("pk").values_list("expires_at", flat=True)
    assert [until > portal_clock.at for until in waiting] == [True, False, True]


def test_a_number_with_its_code_opens_its_case_and_the_list(browser, walk_in, sent) -> None:
    one, other = walk_in(march(1, 9)), walk_in()
    browser.post("/portal/find/", {"number": one.number, "phone": PHONE})
    assert browser.post("/portal/code/", {"code": sent[0]}).url == f"/portal/{one.number}/"
    assert listed(browser) == [other.number, one.number]
    assert may_read(browser, other)


def test_a_receipt_opens_one_case_and_no_list(browser, walk_in) -> None:
    one, other = walk_in(march(1, 9)), walk_in()
    browser.post(f"/r/{portal_access.make_receipt_link(one, at=NOON)}")
    assert may_read(browser, one) and not may_read(browser, other)
    assert listed(browser) == []
    assert 'name="phone"' in browser.get("/portal/mine/").content.decode()


def test_the_link_of_a_message_leaves_the_list_open(browser, walk_in, sent) -> None:
    one, other = walk_in(march(1, 9)), walk_in()
    enter(browser, sent)
    browser.post(f"/r/{portal_access.make_receipt_link(one, at=NOON)}")
    assert may_read(browser, other) and listed(browser)


def test_the_answer_is_the_same_whether_the_estate_knows_the_phone(
    walk_in, portal_clock, sent, django_assert_num_queries
) -> None:
    walk_in()
    answers = set()
    for phone in (PHONE, OTHERS):
        browser = Client()
        asked = browser.post("/portal/mine/?estate=JX", {"phone": phone})
        page = browser.get("/portal/code/")
        answers.add((asked.status_code, asked.url, plain(page).replace(f"{phone[:3]}****{phone[-4:]}", "")))
    assert len(answers) == 1 and len(sent) == 2


def test_a_phone_without_cases_is_told_what_to_do(browser, walk_in, sent) -> None:
    case = walk_in()
    assert enter(browser, sent, OTHERS).url == "/portal/mine/"
    page = browser.get("/portal/mine/").content.decode()
    assert listed(browser) == [] and 'href="/portal/report/?estate=JX"' in page
    assert "名下没有可在此查看的投诉" in words_of(page) and "tel:02155550100" in page
    assert not may_read(browser, case)


def test_the_estate_is_asked_where_there_are_several_and_a_menus_link_chooses_it(
    browser, walk_in, sent, cuihu
) -> None:
    case = walk_in()
    assert 'name="estate"' in browser.get("/portal/mine/").content.decode()
    assert browser.post("/portal/mine/", {"phone": PHONE}).status_code == 422
    page = browser.get("/portal/?estate=JX").content.decode()
    assert 'href="/portal/mine/?estate=JX"' in page and "服务时间" in page and "021-5555 0100" in page
    asked = browser.get("/portal/mine/?estate=JX").content.decode()
    assert 'name="estate"' not in asked and "锦绣花园" in asked
    browser.post("/portal/mine/", {"phone": PHONE, "estate": case.estate_id})
    browser.post("/portal/code/", {"code": sent[0]})
    assert listed(browser) == [case.number]
    # A visit is to one estate: the link of another asks anew, and this one stays open.
    assert 'name="phone"' in browser.get("/portal/mine/?estate=CH").content.decode()
    assert listed(browser) == [case.number]


def test_another_estates_cases_stay_closed(browser, walk_in, sent, cuihu) -> None:
    case = walk_in()
    enter(browser, sent, estate="CH")
    assert listed(browser) == [] and not may_read(browser, case)
    # Who chose the wrong estate is led to the question again.
    assert 'href="/portal/mine/?another=1"' in browser.get("/portal/mine/").content.decode()
    browser.post("/portal/mine/?another=1", {"phone": PHONE, "estate": case.estate_id})
    browser.post("/portal/code/", {"code": sent[-1]})
    assert listed(browser) == [case.number]


@pytest.mark.parametrize("phone", ["021-6543 0001", "abc", "1349479505", ""])
def test_what_no_code_can_reach_is_said_where_it_was_typed(browser, jinxiu, sent, phone) -> None:
    page = browser.post("/portal/mine/?estate=JX", {"phone": phone})
    assert page.status_code == 422 and 'aria-invalid="true"' in page.content.decode()
    assert (sent, PortalCode.objects.count()) == ([], 0)


def test_codes_have_their_limits_here_too(browser, jinxiu, sent) -> None:
    answers = [browser.post("/portal/mine/", {"phone": PHONE}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_a_code_in_hand_holds_whoever_asks_for_another(portal_clock, walk_in, sent) -> None:
    walk_in()
    owner, stranger = Client(), Client(REMOTE_ADDR="203.0.113.9")
    for browser in (owner, stranger):
        browser.post("/portal/mine/", {"phone": PHONE})
    assert stranger.post("/portal/code/", {"code": sent[0]}).status_code == 422  # it is another browser's
    assert owner.post("/portal/code/", {"code": sent[0]}).status_code == 302


def test_a_stranger_uses_up_his_own_codes_and_not_the_owners(portal_clock, jinxiu, sent) -> None:
    """From eight networks he asks as often as he may; from the owner's the phone still gets its code."""

    def ask(network: str) -> int:
        return Client(REMOTE_ADDR=network).post("/portal/mine/", {"phone": PHONE}).status_code

    answers = [ask(f"203.0.{n}.9") for n in range(8) for _ in range(4)]
    assert answers.count(302) == 18 and answers[-1] == 429  # one for each network, ten more among them
    assert ask("198.51.100.7") == 302
    assert [ask(f"203.1.{n}.9") for n in range(12)].count(302) == 11  # and an end to it, for the phone's sake


def test_the_code_goes_out_by_text_message_in_the_language_of_the_page(browser, walk_in, outside) -> None:
    walk_in()
    browser.post("/portal/mine/", {"phone": PHONE}, headers=ENGLISH)
    while send_due(NOON):
        pass
    body = next(
        body for _path, body, _headers in outside.asked if body.get("template", "").startswith("code")
    )
    assert (body["phone"], body["template"]) == (PHONE, "code-en")
    assert PHONE not in str(OutboxMessage.objects.get(kind="owner_code").params)
    code = body["params"]["code"]
    assert browser.post("/portal/code/", {"code": code}).url == "/portal/mine/"


def test_without_a_gateway_the_way_is_off(browser, walk_in, settings) -> None:
    settings.PORTAL_CODE_IN_CONSOLE = False
    walk_in()
    for page in (browser.get("/portal/mine/"), browser.post("/portal/mine/", {"phone": PHONE})):
        assert page.status_code == 200 and 'name="phone"' not in page.content.decode()


# Whose cases they are ----------------------------------------------------------------------------------


def test_anonymous_reports_wrong_entries_and_other_phones_are_never_listed(
    browser, walk_in, sent, office_of_jinxiu
) -> None:
    kept = walk_in()
    anonymous = walk_in(person=person("", capacity="anonymous"))
    other = walk_in(person=person(phone=OTHERS))
    void = actions.void(walk_in(), note="重复录入", by=office_of_jinxiu.chenfang, at=NOON)
    enter(browser, sent)
    assert listed(browser) == [kept.number]
    assert not any(may_read(browser, case) for case in (anonymous, other, void))


def test_a_phone_corrected_on_the_case_moves_it_at_once(browser, walk_in, sent) -> None:
    case = walk_in(person=person())
    enter(browser, sent)
    assert listed(browser) == [case.number]
    Complainant.objects.filter(complaint=case).update(phone=OTHERS, last4=OTHERS[-4:])
    assert listed(browser) == [] and not may_read(browser, case)


def test_who_hides_is_listed_unless_several_people_go_by_his_phone(browser, walk_in, sent) -> None:
    hidden = walk_in(facts={"identity_hidden": True})
    enter(browser, sent)
    assert listed(browser) == [hidden.number]
    partner = walk_in(person=person("李强"))
    assert listed(browser) == [partner.number] and not may_read(browser, hidden)
    browser.post("/portal/find/", {"number": hidden.number, "phone": PHONE})
    browser.post("/portal/code/", {"code": sent[-1]})
    assert may_read(browser, hidden)  # number and code: he knows of it
    assert hidden.number not in listed(browser)


def test_the_register_knows_of_several_people_too(browser, walk_in, sent, jinxiu) -> None:
    hidden = walk_in(facts={"identity_hidden": True})
    partner = Owner.objects.create(estate=jinxiu, name="李强")
    Phone.objects.create(owner=partner, estate=jinxiu, number=PHONE, last4=PHONE[-4:], is_own=False)
    enter(browser, sent)
    assert listed(browser) == [] and not may_read(browser, hidden)


def test_a_household_that_shares_a_phone_reads_both(browser, walk_in, sent) -> None:
    his, hers = walk_in(march(1, 9), person=person("李强")), walk_in()
    enter(browser, sent)
    assert listed(browser) == [hers.number, his.number]


def test_who_got_the_number_later_reads_nothing_of_who_had_it(
    browser, walk_in, sent, xiongxia, jinxiu
) -> None:
    before = walk_in()
    tenant = passed_on(xiongxia, jinxiu)
    own = walk_in(person=person("新租客", owner=tenant))
    enter(browser, sent)
    assert listed(browser) == [own.number] and not may_read(browser, before)


def test_a_number_the_register_does_not_know_is_still_the_one_he_gave(
    browser, walk_in, sent, xiongxia, jinxiu
) -> None:
    case = walk_in()
    Phone.objects.filter(owner=xiongxia).update(number=OTHERS, last4=OTHERS[-4:])
    enter(browser, sent)
    assert listed(browser) == [case.number]


def test_what_was_closed_long_ago_is_shown_while_the_number_is_his_in_the_register(
    browser, case_in, sent, portal_clock, xiongxia
) -> None:
    case = case_in("closed", at=march(2, 9))
    portal_clock.at = case.closed_at + 400 * DAY
    enter(browser, sent)
    assert listed(browser) == [case.number] and may_read(browser, case)
    page = browser.get(f"/portal/{case.number}/").content.decode()
    assert not re.search(r'href="(reopen|remark|chase|withdraw)/"', page)
    Phone.objects.filter(owner=xiongxia).update(is_own=False)
    assert listed(browser) == [] and not may_read(browser, case)


def test_what_was_closed_long_ago_is_not_shown_to_who_bears_the_number_of_one_who_left(
    browser, case_in, sent, portal_clock, jinxiu
) -> None:
    case = case_in("closed", at=march(2, 9))
    portal_clock.at = case.closed_at + 400 * DAY
    tenant = Owner.objects.create(estate=jinxiu, name="新租客")  # the one before still stands there
    Phone.objects.create(owner=tenant, estate=jinxiu, number=PHONE, last4=PHONE[-4:])
    enter(browser, sent)
    assert listed(browser) == [] and not may_read(browser, case)


def test_without_the_register_a_closed_case_goes_with_its_receipt(
    browser, case_in, sent, portal_clock
) -> None:
    case = case_in("closed", at=march(2, 9), person=person())
    portal_clock.at = case.closed_at + 90 * DAY - MINUTE
    enter(browser, sent)
    assert listed(browser) == [case.number]
    portal_clock.at = case.closed_at + 90 * DAY
    enter(browser, sent)
    assert listed(browser) == [] and not may_read(browser, case)


def test_a_member_of_a_collective_reads_his_case_and_not_the_leads(
    browser, walk_in, sent, office_of_jinxiu
) -> None:
    lead = walk_in(person=person("李强", OTHERS), facts={"is_collective": True})
    member = walk_in()
    actions.join(member, lead=lead, by=office_of_jinxiu.limin, at=NOON)
    enter(browser, sent)
    assert listed(browser) == [member.number] and not may_read(browser, lead)


# The visit -----------------------------------------------------------------------------------------------


def test_leaving_closes_the_list_and_every_letter_for_every_copy_of_the_cookie(
    browser, walk_in, sent
) -> None:
    case = walk_in()
    enter(browser, sent)
    thief = Client()
    thief.cookies["portal"] = browser.cookies["portal"].value
    assert may_read(thief, case)
    assert browser.post("/portal/mine/leave/").status_code == 200
    assert not may_read(thief, case) and listed(thief) == [] and listed(browser) == []
    assert browser.post("/portal/mine/leave/").status_code == 200  # twice does no harm


def test_the_list_closes_after_thirty_idle_minutes_and_twelve_hours(
    browser, walk_in, sent, portal_clock
) -> None:
    walk_in()
    enter(browser, sent)
    for _ in range(3):
        portal_clock.at += 29 * MINUTE
        assert listed(browser)
    portal_clock.at += 31 * MINUTE
    assert listed(browser) == []
    enter(browser, sent)
    begun = portal_clock.at
    while portal_clock.at - begun < 12 * HOUR - 29 * MINUTE:
        portal_clock.at += 29 * MINUTE
        assert listed(browser)
    portal_clock.at += 29 * MINUTE
    assert listed(browser) == []


def test_the_phone_is_forgotten_with_the_visit_after_a_day(browser, walk_in, sent) -> None:
    walk_in()
    enter(browser, sent)
    portal_access.delete_expired(at=NOON + 25 * HOUR)
    assert PortalVisit.objects.count() == PortalCode.objects.count() == 0


def test_nobody_keeps_the_list(browser, walk_in, sent) -> None:
    walk_in()
    enter(browser, sent)
    page = browser.get("/portal/mine/")
    assert page["Cache-Control"] == "no-store" and "noindex" in page["X-Robots-Tag"]


def test_the_rule_says_itself_for_a_policy_of_another_length(case_in) -> None:
    case = case_in("closed", at=march(1, 9), person=person())
    for days, shown in ((9, True), (10, False)):
        policy = Policy(1, complete({"shown_for_days": 10}))
        found = portal_own_cases.cases_of(
            PHONE, case.estate_id, at=case.closed_at + days * DAY, policy=policy
        )
        assert found.exists() is shown
