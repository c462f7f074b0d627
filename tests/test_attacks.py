"""What somebody with a log-in and bad intent, or bad luck, tries: met with a refusal, or a whole case."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from complaints import actions
from complaints.models import Clock, Complaint
from complaints.statuses import WrongPerson
from complaints.views.desk.caller import look
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import Department
from staff.permissions import permissions_of
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, OPINION, march, person
from tests.looking import told

pytestmark = pytest.mark.django_db
START, NOW = march(2), march(2, 15)


def running(case: Complaint) -> set[str]:
    return set(Clock.objects.running().filter(complaint=case).values_list("kind", flat=True))


# Who complained -----------------------------------------------------------------------------------


@pytest.fixture
def colleague(jinxiu):
    """A second clerk of the same desk, who did not take the case."""
    return person("xiaoliu", "刘洋", Role.FRONT_DESK, estate=jinxiu)


def test_nobody_unhides_a_complainant_whom_he_may_not_see(case_in, office_of_jinxiu, colleague):
    people = office_of_jinxiu
    case = case_in("acting", at=START, facts={"identity_hidden": True})
    for someone in (colleague, people.zhoujun):
        with pytest.raises(WrongPerson):
            actions.edit(case, {"identity_hidden": False}, version=case.version, by=someone, at=NOW)
    actions.edit(case, {"identity_hidden": False}, version=case.version, by=people.chenfang, at=NOW)


def test_typing_a_phone_at_the_desk_finds_no_case_of_who_is_hidden(
    case_in, office_of_jinxiu, colleague, jinxiu
):
    case = case_in("acting", at=START, facts={"identity_hidden": True})

    def offered(user, **said) -> list[Complaint]:
        return [known.case for known in look(said, jinxiu, permissions_of(user, NOW), NOW).cases]

    assert offered(colleague, phone="13494795057") == []
    assert offered(office_of_jinxiu.limin, phone="13494795057") == [case]
    assert offered(office_of_jinxiu.chenfang, phone="13494795057") == [case]
    assert offered(colleague, where="2-1-302") == []  # his door would name him too
    assert offered(office_of_jinxiu.limin, where="2-1-302") == [case]


def test_a_manager_complained_about_is_not_accountable_for_the_case(walk_in, office_of_jinxiu):
    case = walk_in(START, respondents=(office_of_jinxiu.zhoujun,))
    assert case.accountable == office_of_jinxiu.wuzong


# Collective complaints ----------------------------------------------------------------------------


def test_a_members_work_runs_by_its_leads_clocks_until_the_lead_is_replied_to(
    case_in, walk_in, office_of_jinxiu
):
    people = office_of_jinxiu
    lead, member = case_in("acting", at=START), walk_in(START)
    actions.join(member, lead=lead, by=people.limin, at=NOW)
    assert running(member) == set()
    actions.classify(
        member, severity="major", category=None, handler=people.wanggong, by=people.chenfang, at=NOW
    )
    actions.regrade(member, severity="minor", note="单户影响小", by=people.chenfang, at=NOW)
    assert running(member) == set()  # the lead owns the clocks of the work
    actions.handle(lead, note="已修复", evidence="照片", by=people.wanggong, at=NOW + HOUR)
    actions.reply(lead, note="已修复", method="phone", by=people.limin, at=NOW + 2 * HOUR)
    assert running(member) == {"revisit"}
    actions.dispute(member, note="我家还漏", by=people.limin, at=NOW + 3 * HOUR)
    assert {"deliver", "resolve"} <= running(member)  # its lead has been replied to: nobody else works on it


@pytest.mark.parametrize("end", ["void", "withdraw", "by the customer"])
def test_members_run_by_their_own_clocks_once_their_lead_ends_without_a_reply(
    case_in, walk_in, office_of_jinxiu, end
):
    people = office_of_jinxiu
    lead, member = case_in("acting", at=START), walk_in(START)
    actions.join(member, lead=lead, by=people.limin, at=NOW)
    if end == "void":
        actions.void(lead, note="重复录入", by=people.chenfang, at=NOW + HOUR)
    elif end == "withdraw":
        actions.withdraw(lead, note="不追究了", confirmed_by="phone", by=people.limin, at=NOW + HOUR)
    else:
        actions.withdraw(lead, note="不追究了", by=None, at=NOW + HOUR)
    member.refresh_from_db()
    assert member.is_open and member.lead is None and member.next_due_at
    assert {"deliver", "resolve"} <= running(member)
    left = member.events.get(kind="left")
    assert (left.actor, left.by_customer) == (None, False)  # neither he nor his customer has said so


def test_whoever_is_complained_about_in_one_member_keeps_no_other_waiting(case_in, walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead = case_in("handled", at=START)
    about_her = walk_in(START, by=people.chenfang, respondents=(people.limin,))
    other = walk_in(START)
    for member in (about_her, other):
        actions.join(member, lead=lead, by=people.zhoujun, at=NOW)
    conflict = about_her.events.get(kind="lead_conflict")
    assert conflict.params == {"person": people.limin.pk, "number": lead.number}
    assert told("lead_conflict", about_her) == {"chenfang"}
    assert not other.events.filter(kind="lead_conflict").exists()
    actions.reply(lead, note="已修复", method="phone", by=people.limin, at=NOW + HOUR)
    for member in (about_her, other):
        member.refresh_from_db()
        assert member.status == "replied" and running(member) == {"revisit"}


def test_a_member_that_names_the_leads_handler_later_says_so_once(case_in, walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member = case_in("acting", at=START), walk_in(START)
    actions.join(member, lead=lead, by=people.limin, at=NOW)
    actions.name_respondent(member, person=people.wanggong, by=people.limin, at=NOW)
    actions.name_respondent(member, person="保安", by=people.limin, at=NOW)
    assert member.events.filter(kind="lead_conflict").count() == 1
    assert told("lead_conflict", member) == {"chenfang", "zhoujun"}


# Times --------------------------------------------------------------------------------------------


def test_a_reply_is_not_dated_before_the_matter_was_handled(case_in, office_of_jinxiu):
    case = case_in("handled", at=START)
    with pytest.raises(Refused):
        actions.reply(
            case, note="已修复", method="phone", by=office_of_jinxiu.limin, at=NOW, done_at=START + MINUTE
        )


def test_nothing_of_a_second_cycle_is_dated_before_it_began(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = case_in("replied", at=START)
    actions.dispute(case, note="又漏了", by=people.limin, at=NOW)
    actions.classify(
        case, severity="important", category=None, handler=people.wanggong, by=people.chenfang, at=NOW
    )
    actions.accept(case, note=OPINION, by=people.wanggong, at=NOW)
    with pytest.raises(Refused):
        actions.handle(
            case, note="修好", evidence="照片", by=people.wanggong, at=NOW + HOUR, done_at=START + HOUR
        )


def test_a_posting_that_ends_next_month_counts_until_then(walk_in, office_of_jinxiu, jinxiu, db):
    headquarters = Department.objects.create(name="总部工程中心", name_en="HQ engineering")
    hq = office.add_user(username="hq", name="总部工程师")
    office.post(hq, Role.HANDLER, department=headquarters, at=START - DAY, until=START + 30 * DAY)
    case = walk_in(START)
    case = actions.classify(
        case, severity="minor", category=None, handler=hq, department=headquarters,
        by=office_of_jinxiu.chenfang, at=START,
    )  # fmt: skip
    assert case.handler == hq


# Bodies -------------------------------------------------------------------------------------------


def api(user) -> APIClient:
    client = APIClient(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_authenticate(user)
    return client


@pytest.mark.parametrize("body", [[], [1], "x", 3, None])
def test_a_body_that_is_no_object_is_refused(case_in, office_of_jinxiu, jinxiu, body):
    case = case_in("classified", at=START)
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(7, 9),
        by=office_of_jinxiu.wanggong, at=NOW, not_told_because="电话未接通",
    )  # fmt: skip
    client = api(office_of_jinxiu.wuzong)
    for send, path in (
        (client.post, "/api/v1/cases/?estate=JX"),
        (client.patch, f"/api/v1/cases/{case.number}/"),
        (client.post, f"/api/v1/cases/{case.number}/answer/"),
        (client.post, f"/api/v1/extensions/{request.pk}/decline/"),
    ):
        answer = send(
            path, body, format="json", headers={"if-match": f'"{case.version}"', "idempotency-key": "k"}
        )
        assert 400 <= answer.status_code < 500, (path, answer.status_code)


def test_why_alone_is_heard_only_where_it_is_asked(case_in, office_of_jinxiu):
    case = case_in("classified", at=START)
    answer = api(office_of_jinxiu.wanggong).post(
        f"/api/v1/cases/{case.number}/accept/", {"alone_because": "只有我"}, format="json"
    )
    assert answer.status_code < 500


def test_who_is_alone_on_the_estate_can_log_that_he_reached_nobody(
    jinxiu, engineering, categories, home, client
):
    alone = person("alone", "独自", Role.PROPERTY_MANAGER, estate=jinxiu)
    case = actions.register(
        actions.Intake(
            estate=jinxiu, content="漏水", category=categories["repairs"], severity="minor", handler=alone
        ),
        by=alone,
        at=START,
    )
    actions.handle(case, note="修好", evidence="照片", by=alone, at=NOW)
    actions.reply(case, note="修好", method="phone", by=alone, at=NOW)
    answer = api(alone).post(
        f"/api/v1/cases/{case.number}/try_revisit/",
        {"note": "无人接听", "alone_because": "项目上只有我一人"},
        format="json",
    )
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("days", ["from=9999-12-01&until=9999-12-31", "from=0001-01-01&until=0001-01-02"])
def test_the_ends_of_the_calendar_are_no_days_of_a_ledger(client, office_of_jinxiu, days):
    client.force_login(office_of_jinxiu.chenfang)
    for page in ("ledger/", "ledger.xlsx"):
        assert client.get(f"/reports/{page}?{days}").status_code == 422
