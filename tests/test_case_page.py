"""The case page: what it shows to whom, which moves it offers, and what it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from complaints import actions
from complaints.models import Complaint, Event
from complaints.moves import is_his
from complaints.views.case import page
from staff import actions as office
from staff.models import User
from tests.case_pages import Open, photo, text
from tests.cast import DAY, MINUTE, MONDAY_9AM, OPINION, march


def verbs(response: HttpResponse) -> set[str]:
    return response.context["moves"].verbs


@pytest.mark.parametrize(
    "status", ["received", "recorded", "classified", "acting", "handled", "replied", "closed"]
)
def test_everybody_on_a_case_can_open_it_in_every_status(status, opened, case_in, office_of_jinxiu) -> None:
    case = case_in(status)
    for person in vars(office_of_jinxiu).values():
        response = opened(case, person)
        assert response.status_code == 200
        assert case.number in text(response)


def test_a_case_of_another_estate_does_not_exist(opened, case_in, stranger) -> None:
    assert opened(case_in("acting"), stranger).status_code == 404


def test_the_one_complained_about_does_not_find_his_case(opened, walk_in, laozhao) -> None:
    assert opened(walk_in(respondents=(laozhao,)), laozhao).status_code == 404


def test_an_administrator_sees_no_case(opened, case_in, admin) -> None:
    assert opened(case_in("acting"), admin).status_code == 404


# What is next ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "person", "verb"),
    [
        ("received", "limin", "record"),
        ("recorded", "limin", "classify"),
        ("classified", "wanggong", "accept"),
        ("acting", "wanggong", "act"),
        ("handled", "limin", "reply"),
        ("replied", "chenfang", "revisit"),
    ],
)
def test_the_next_step_is_the_primary_button(status, person, verb, opened, case_in, office_of_jinxiu) -> None:
    offers = opened(case_in(status), getattr(office_of_jinxiu, person)).context["moves"]
    assert offers.next.verb == verb
    assert offers.waits == ""


def test_after_an_action_the_next_step_is_the_result(opened, case_in, send, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    assert opened(case, people.limin).context["moves"].next is None  # the handler's turn, not the desk's
    send(case, people.wanggong, "act", {"note": "上门更换"})
    assert opened(case, people.wanggong).context["moves"].next.verb == "handle"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("classified", "Waits to be accepted: 王建军."),
        ("acting", "Being handled: 王建军."),
        ("replied", "Waits for the revisit, by somebody who did not handle, judge or reply to it."),
    ],
)
def test_who_is_waited_for_stands_where_the_button_would(
    status, sentence, opened, case_in, office_of_jinxiu
) -> None:
    """The auditor can do nothing, so he reads whose turn it is."""
    case = case_in(status)
    auditor = office.add_user(username="reader", name="郑洁")
    office.post(auditor, "auditor", at=MONDAY_9AM - DAY)
    response = opened(case, auditor)
    assert response.context["moves"].waits == sentence
    assert verbs(response) == set()


def test_every_button_is_a_move_the_table_allows(opened, case_in, office_of_jinxiu) -> None:
    for status in ("received", "acting", "replied", "closed"):
        case = case_in(status)
        for person in vars(office_of_jinxiu).values():
            response = opened(case, person)
            roles = actions.roles_on(case, page.person_of(response.wsgi_request, march(2, 12)))
            assert [verb for verb in verbs(response) if not is_his(verb, case.status, roles)] == []


def test_no_button_leads_to_a_sure_refusal(opened, case_in, office_of_jinxiu) -> None:
    """Nothing was proposed, nobody waits, no urgent report runs, it is in no collective complaint."""
    manager = verbs(opened(case_in("acting"), office_of_jinxiu.zhoujun))
    assert not manager & {
        "confirm_invalid",
        "reject_invalid",
        "claim",
        "acknowledge",
        "leave",
        "sign_follow_up",
    }
    general = verbs(opened(case_in("replied"), office_of_jinxiu.wuzong))
    assert "close_unsatisfied" not in general


def test_whoever_proposed_is_not_asked_to_confirm_himself(opened, walk_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = walk_in()
    actions.propose_invalid(case, note="去年已缴清的是上年度。", by=people.chenfang, at=march(2, 10))
    assert opened(case, people.chenfang).context["moves"].next.verb == "classify"
    assert opened(case, people.zhoujun).context["moves"].next.verb == "confirm_invalid"


def test_an_urgent_report_is_not_asked_for_once_the_customer_has_his_reply(
    opened, case_in, office_of_jinxiu
) -> None:
    urgent = {"urgent": True}
    assert "acknowledge" in verbs(opened(case_in("acting", facts=urgent), office_of_jinxiu.zhoujun))
    assert "acknowledge" not in verbs(opened(case_in("replied", facts=urgent), office_of_jinxiu.zhoujun))


def test_one_button_is_the_primary_one_even_when_a_request_waits(opened, case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", facts={"urgent": True})
    asked = {"clock": "resolve", "reason": "parts", "note": "缺货", "new_due_at": march(7)}
    actions.ask_extension(case, **asked, by=people.wanggong, at=march(2, 10), not_told_because="电话未接通")
    pages = [opened(case, person) for person in (people.chenfang, people.zhoujun, people.wuzong)]
    assert any(page.context["to_decide"] and page.context["moves"].next for page in pages)
    assert max(page.content.decode().count("btn-primary") for page in pages) == 1


def test_a_closed_case_can_be_reopened_for_90_days(opened, clock, case_in, office_of_jinxiu) -> None:
    case = case_in("closed")
    assert "reopen" in verbs(opened(case, office_of_jinxiu.limin))
    clock.now = march(2) + 91 * DAY
    assert "reopen" not in verbs(opened(case, office_of_jinxiu.limin))


# What it shows ------------------------------------------------------------------------------------
def test_a_hidden_complainant_is_shown_to_first_receiver_and_supervisor_only(
    opened, case_in, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    case = case_in("acting", facts={"identity_hidden": True})
    for knows in (people.limin, people.chenfang):
        assert "熊霞" in text(opened(case, knows)) and "13494795057" in text(opened(case, knows))
    for other in (people.wanggong, people.sungong, people.zhoujun, people.wuzong):
        shown = text(opened(case, other))
        assert "熊霞" not in shown and "13494795057" not in shown
        assert "Identity protected" in shown


def test_the_phone_can_be_called_with_one_touch(opened, case_in, office_of_jinxiu) -> None:
    assert 'href="tel:13494795057"' in text(opened(case_in("acting"), office_of_jinxiu.wanggong))


def test_entries_the_customer_reads_are_marked(opened, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    actions.act(case, note="已上门查看。", by=office_of_jinxiu.wanggong, at=march(2, 10), owner_sees=True)
    actions.add_note(case, note="配件待询价。", by=office_of_jinxiu.limin, at=march(2, 10, 30))
    entries = {
        entry.note: entry.owner_sees for entry in opened(case, office_of_jinxiu.limin).context["entries"]
    }
    assert entries["已上门查看。"] and not entries["配件待询价。"]


def test_words_that_stay_inside_are_told_from_those_the_customer_reads(
    opened, case_in, office_of_jinxiu
) -> None:
    """He is told of the extension, not of the approver's comment on it."""
    people, case = office_of_jinxiu, case_in("acting")
    request = actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="缺货",
        new_due_at=march(7),
        by=people.wanggong,
        at=march(2, 10),
        not_told_because="电话未接通",
    )
    actions.approve_extension(request, by=people.wuzong, at=march(2, 11), comment="下不为例")
    inside = {e.note for e in opened(case, people.limin).context["entries"] if e.note_stays_inside}
    assert inside == {"下不为例"}


def test_a_deadline_explains_itself_with_its_extension(opened, case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", severity="major", at=march(4, 19, 10))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="曳引轮缺货。", new_due_at=march(20, 18),
        by=people.wanggong, at=march(12, 10), not_told_because="电话未接通",
    )  # fmt: skip
    actions.approve_extension(request, by=people.wuzong, at=march(12, 15))
    lines = {line.clock.kind: line for line in opened(case, people.limin).context["running"]}
    assert lines["resolve"].why == (
        "Handling, Major: 10 days from Wed 4 Mar 19:10, as a rule by Sat 14 Mar 19:10; on Thu 12 Mar 15:00"
        " extended by the General manager to Fri 20 Mar 18:00 (reason: Parts or material on order);"
        " by policy version 1."
    )
    with override("zh-hans"):
        chinese = page.clock_lines(
            [lines["resolve"].clock], [request.__class__.objects.get()], case.estate.zone
        )
    assert "10 日" in chinese[0].why and "3月4日 19:10" in chinese[0].why and "总经理" in chinese[0].why


def test_a_regraded_deadline_says_what_moved_it(opened, case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", severity="minor")
    actions.regrade(case, severity="major", note="多户受影响", by=people.chenfang, at=march(2, 10))
    lines = {line.clock.kind: line for line in opened(case, people.limin).context["running"]}
    assert lines["resolve"].why == (
        "Handling, Major: 1 day from Mon 2 Mar 09:00, as a rule by Tue 3 Mar 09:00;"
        " the severity was changed since; the earlier due time holds; by policy version 1."
    )
    case = case_in("acting", severity="major")
    actions.regrade(case, severity="minor", note="只影响一户", by=people.chenfang, at=march(3, 8))
    lines = {line.clock.kind: line for line in opened(case, people.limin).context["running"]}
    assert "since the change of severity due Tue 3 Mar 14:00;" in lines["resolve"].why


def test_six_stages_have_the_times_of_the_present_cycle(opened, case_in, office_of_jinxiu) -> None:
    case = case_in("replied")
    stages = opened(case, office_of_jinxiu.limin).context["stages"]
    assert [(stage.state, stage.clock) for stage in stages] == [
        ("done", "09:00"),
        ("done", "09:00"),
        ("done", "09:10"),
        ("done", "09:30"),
        ("done", "09:40"),
        ("now", ""),
    ]
    actions.dispute(case, note="又漏了", by=office_of_jinxiu.limin, at=march(2, 11))
    stages = opened(case, office_of_jinxiu.limin).context["stages"]
    assert [stage.state for stage in stages] == ["done", "done", "now", "", "", ""]
    assert stages[0].clock == "11:00"


def test_owner_wording_stays_off_the_staff_page(opened, case_in, office_of_jinxiu) -> None:
    shown = text(opened(case_in("replied"), office_of_jinxiu.limin))
    assert "Revisit due" in shown
    assert "Our reply" not in shown and "Your rating" not in shown


def test_members_and_lead_of_a_collective_complaint_name_each_other(
    opened, walk_in, office_of_jinxiu
) -> None:
    lead, member = walk_in(), walk_in(march(2, 10))
    actions.join(member, lead=lead, by=office_of_jinxiu.limin, at=march(2, 11))
    assert lead.number in text(opened(member, office_of_jinxiu.limin))
    assert member.number in text(opened(lead, office_of_jinxiu.limin))
    assert "The lead case" in text(opened(member, office_of_jinxiu.limin))


def test_a_member_that_complains_again_is_shown_in_its_second_cycle(
    case_in, walk_in, office_of_jinxiu, opened
):
    """Its lead works again: the second cycle of the member has no clocks of its own."""
    people = office_of_jinxiu
    lead = case_in("handled")
    member = walk_in(march(2, 10), lead=lead)
    actions.reply(lead, note="已修好", method="phone", by=people.limin, at=march(2, 11))
    actions.dispute(lead, note="又漏了", by=None, at=march(2, 12))
    actions.dispute(member, note="我家也又漏了", by=None, at=march(2, 13))
    page = opened(member, people.limin)
    assert page.context["cycle"].number == 2
    assert page.context["cycle"].replied_at is None


def test_the_history_of_columns_is_for_those_who_answer_for_the_case(
    client, case_in, office_of_jinxiu
) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    for person, status in (
        (people.limin, 200),
        (people.chenfang, 200),
        (people.wuzong, 200),
        (people.wanggong, 404),
    ):
        client.force_login(person)
        response = client.get(f"/cases/{case.number}/versions/", headers={"accept-language": "en"})
        assert response.status_code == status
        if status == 200:
            assert "In progress" in text(response) and "熊霞" not in text(response)


# What it costs ------------------------------------------------------------------------------------
#: What every page of the staff costs: who asks, and what the shell around it shows.
SHELL = ('FROM "django_session"', 'WHERE "staff_user"."id" = ', 'FROM "staff_posting"', 'FROM "staff_estate"')


def queries(opened: Open, case: Complaint, person: User) -> list[str]:
    reader = opened(case, person).client  # signed in by the first call
    with CaptureQueriesContext(connection) as captured:
        reader.get(f"/cases/{case.number}/")
    return [q["sql"] for q in captured if not any(part in q["sql"] for part in SHELL)]


def grow(case: Complaint, count: int, by: User) -> None:
    Event.objects.bulk_create(
        Event(
            complaint=case,
            at=march(2, 10) + n * MINUTE / 10,
            recorded_at=march(2, 11),
            kind="noted",
            actor=by,
        )
        for n in range(count)
    )


def test_a_long_history_costs_no_more_than_a_short_one(opened, case_in, office_of_jinxiu) -> None:
    """Beyond fifty entries, one query more finds the times of the stages."""
    limin = office_of_jinxiu.limin
    short, long, longer = case_in("acting"), case_in("acting"), case_in("acting")
    grow(long, 60, limin)
    grow(longer, 300, limin)
    costs = [len(queries(opened, case, limin)) for case in (short, long, longer)]
    assert costs[1] == costs[2] == costs[0] + 1
    assert costs[2] <= 8


def test_a_case_with_everything_costs_at_most_ten_queries(opened, case_in, send, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", respondents=("赵某",))
    actions.ask_extension(
        case,
        clock="resolve",
        reason="parts",
        note="缺货",
        new_due_at=march(7),
        by=people.wanggong,
        at=march(2, 10),
        not_told_because="电话未接通",
    )
    actions.propose_compensation(case, amount=Decimal(800), note="修补", by=people.limin, at=march(2, 10))
    actions.join(case_in("recorded"), lead=case, by=people.limin, at=march(2, 11))
    send(case, people.limin, "attach", {"files": [photo()]})
    assert len(queries(opened, case, people.limin)) <= 10


def test_older_entries_come_by_fifties(opened, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    Event.objects.bulk_create(
        Event(complaint=case, at=march(2, 10), recorded_at=march(2, 10), kind="noted", note=f"第{n}条")
        for n in range(120)
    )
    seen, older = [], ""
    for _page in range(4):
        response = opened(case, office_of_jinxiu.limin, f"?before={older}" if older else "")
        seen += [(entry.at, entry.note, entry.text) for entry in response.context["entries"]]
        older = response.context["older"]
        if not older:
            break
    assert len(seen) == case.events.count()
    assert [note for _at, note, _text in seen if note and note != OPINION] == [
        f"第{n}条" for n in reversed(range(120))
    ]


def test_older_entries_alone_are_sent_to_htmx(opened, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    response = opened(case, office_of_jinxiu.limin, "?before=0", **{"HX-Request": "true"})
    assert "<html" not in text(response)
    assert opened(case, office_of_jinxiu.limin, "?before=nonsense").status_code == 200
