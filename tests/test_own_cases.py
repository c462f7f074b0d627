"""我的投诉: after one code all cases of a phone in an estate, and nobody else's."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings
from django.test import Client

from complaints import actions
from complaints.actions import portal_access, portal_own_cases
from complaints.models import Complainant, Complaint, OutboxMessage, PortalCode, PortalVisit
from complaints.notifications import send_due
from complaints.policy import Policy, complete
from owners.models import Owner, Phone
from tests.cast import DAY, HOUR, MINUTE, march
from tests.markup import markup
from tests.portal import NOON, fill, plain, words_of

pytestmark = pytest.mark.django_db
PHONE = "13494795057"
OTHERS = "13800138000"
ENGLISH = {"accept-language": "en"}


def enter(browser: Client, sent: list[str], phone: str = PHONE, estate: str = "JX"):
    """Ask for a code and type it; the answer."""
    asked = browser.post(f"/portal/mine/?estate={estate}", {"phone": phone})
    assert asked.status_code == 302, words_of(asked.content.decode())
    return browser.post("/portal/code/", {"code": sent[-1]})


def listed(browser: Client) -> list[str]:
    """The numbers in the list, in its order."""
    page = browser.get("/portal/mine/")
    assert page.status_code == 200
    return re.findall(r'<a href="/portal/(JX-[^/]+)/">', markup(page))


def person(name: str = "熊霞", phone: str = PHONE, **more) -> actions.Person:
    return actions.Person(name=name, phone=phone, **({"capacity": "other"} | more))


def may_read(browser: Client, case: Complaint) -> bool:
    return browser.get(f"/portal/{case.number}/").status_code == 200


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


@pytest.mark.parametrize("phone", ["021-6543 0001", "abc", "1349479505", ""])
def test_what_no_code_can_reach_is_said_where_it_was_typed(browser, jinxiu, sent, phone) -> None:
    page = browser.post("/portal/mine/?estate=JX", {"phone": phone})
    assert page.status_code == 422 and 'aria-invalid="true"' in page.content.decode()
    assert (sent, PortalCode.objects.count()) == ([], 0)


def test_codes_have_their_limits_here_too(browser, jinxiu, sent) -> None:
    answers = [browser.post("/portal/mine/", {"phone": PHONE}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_only_the_newest_code_of_a_phone_works(portal_clock, walk_in, sent) -> None:
    walk_in()
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/portal/mine/", {"phone": PHONE})
    assert first.post("/portal/code/", {"code": sent[0]}).status_code == 422
    assert second.post("/portal/code/", {"code": sent[1]}).status_code == 302


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


def passed_on(owner: Owner, jinxiu) -> Owner:
    """The number is somebody else's now, says the register."""
    Phone.objects.filter(owner=owner).delete()
    Phone.objects.create(owner=owner, estate=jinxiu, number=OTHERS, last4=OTHERS[-4:])
    tenant = Owner.objects.create(estate=jinxiu, name="新租客")
    Phone.objects.create(owner=tenant, estate=jinxiu, number=PHONE, last4=PHONE[-4:])
    return tenant


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


# The page ------------------------------------------------------------------------------------------------


def copies(case: Complaint, count: int) -> list[Complaint]:
    """The same case many times, as a customer of many years has them."""
    made = []
    for n in range(count):
        received = case.received_at - n * 30 * DAY
        row = Complaint.objects.get(pk=case.pk)
        row.pk, row.number = None, f"JX-{2000 + case.pk}-{n:06d}"
        row.received_at = row.registered_at = received
        if row.closed_at:
            row.closed_at = received + DAY
        row.save(force_insert=True)
        who = Complainant.objects.get(complaint=case)
        who.pk, who.complaint = None, row
        who.save(force_insert=True)
        made.append(row)
    return made


def test_forty_cases_cost_no_more_queries_than_one(
    browser, case_in, walk_in, sent, django_assert_num_queries
) -> None:
    closed, open_one = case_in("closed", at=march(1, 9)), walk_in()
    enter(browser, sent)
    with django_assert_num_queries(6):
        browser.get("/portal/mine/")
    copies(closed, 30), copies(open_one, 10)
    with django_assert_num_queries(6):
        page = browser.get("/portal/mine/").content.decode()
    assert page.count("<h3>") == 4  # of four years
    assert len(listed(browser)) == 42


def test_a_letter_opened_from_the_list_costs_two_queries_more(
    browser, walk_in, sent, django_assert_num_queries
) -> None:
    case = walk_in()
    browser.post("/portal/find/", {"number": case.number, "phone": PHONE})
    browser.post("/portal/code/", {"code": sent[0]})
    with django_assert_num_queries(5):
        browser.get(f"/portal/{case.number}/")
    another = Client()
    enter(another, sent)
    with django_assert_num_queries(7):
        another.get(f"/portal/{case.number}/")


def test_the_first_visit_to_forty_cases_weighs_sixty_kilobytes_at_most(browser, case_in, sent) -> None:
    case = case_in("closed", at=march(1, 9))
    copies(case, 40)
    enter(browser, sent)
    page = browser.get("/portal/mine/").content
    asked = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    files = [(settings.BASE_DIR / "static" / name.decode()).read_bytes() for name in asked]
    weight = sum(len(gzip.compress(content, 6)) for content in [page, *files])
    print(f"first visit to 我的投诉 with 41 cases: {weight} bytes")
    assert len(files) > 6 and weight <= 60 * 1024


def test_it_can_be_read_aloud(browser, case_in, sent) -> None:
    case_in("closed", at=march(1, 9)), case_in("acting")
    enter(browser, sent)
    page = markup(browser.get("/portal/mine/"))
    for landmark in ("<header class", "<main", "<footer"):
        assert page.count(landmark) >= 1
    assert page.count("<h1") == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    for labelled in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert f'id="{labelled}"' in page
    assert page.count('<ul class="own-cases">') == 2 and 'lang="zh-Hans"' in page


def test_service_phone_and_hours_stand_on_list_letter_and_question(browser, walk_in, sent, jinxiu) -> None:
    case = walk_in()
    assert "服务时间：每天 08:30–17:30" in words_of(browser.get("/portal/mine/?estate=JX").content.decode())
    enter(browser, sent)
    jinxiu.lunch_starts, jinxiu.lunch_ends = "12:00", "13:30"
    jinxiu.staffed_on_days_off = False
    jinxiu.save()
    for path in ("/portal/mine/", f"/portal/{case.number}/"):
        page = browser.get(path).content.decode()
        assert "服务时间：工作日 08:30–12:00、13:30–17:30" in words_of(page)
        assert "tel:02155550100" in page


def test_the_door_can_be_put_on_the_home_screen(browser, jinxiu) -> None:
    page = browser.get("/portal/mine/?estate=JX").content.decode()
    address = re.search(r'rel="manifest" href="([^"]+)"', page)[1].replace("&amp;", "&")
    said = browser.get(address)
    assert said["Content-Type"] == "application/manifest+json"
    app = said.json()
    assert (app["name"], app["lang"], app["start_url"]) == ("锦绣花园", "zh-Hans", "/portal/?estate=JX")
    assert app["start_url"].startswith(app["scope"]) and {icon["sizes"] for icon in app["icons"]} >= {
        "192x192",
        "512x512",
    }
    for icon in app["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).is_file()
    assert browser.get("/portal/app.webmanifest?estate=XX&language=xx").json()["start_url"] == "/portal/"


def test_the_owner_is_never_told_our_words(browser, case_in, sent) -> None:
    case_in("acting", severity="major")
    enter(browser, sent)
    page = words_of(browser.get("/portal/mine/").content.decode())
    assert "重大" not in page and "超时" not in page and "无效" not in page


def test_the_rule_says_itself_for_a_policy_of_another_length(case_in) -> None:
    case = case_in("closed", at=march(1, 9), person=person())
    for days, shown in ((9, True), (10, False)):
        policy = Policy(1, complete({"shown_for_days": 10}))
        found = portal_own_cases.cases_of(
            PHONE, case.estate_id, at=case.closed_at + days * DAY, policy=policy
        )
        assert found.exists() is shown
