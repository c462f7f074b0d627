"""Who revisits, and the second call of every tenth case (domain.md 3, K7, R14)."""

from __future__ import annotations

from collections import Counter

import pytest

from complaints import actions, case_numbers
from complaints.actions import second_calls
from complaints.actions.second_calls import is_drawn
from complaints.actions.situations import calls_to_make
from complaints.models import Complaint, SecondCall
from complaints.policy import complete
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import User
from staff.roles import Role
from tests.case_pages import text
from tests.cast import BEFORE, OPINION, march, person
from tests.looking import told

pytestmark = pytest.mark.django_db

GOOD = {"answers": actions.Answers(satisfaction=5), "method": "phone"}


# Who revisits ---------------------------------------------------------------------------------------
def test_the_desk_does_not_revisit_its_own_reply(case_in, office_of_jinxiu) -> None:
    case = case_in("replied")
    with pytest.raises(WrongPerson, match="陈芳"):
        actions.revisit(case, by=office_of_jinxiu.limin, alone_because="别人忙", at=march(2, 11), **GOOD)


def test_whoever_apologised_does_not_either(case_in, office_of_jinxiu, categories, laozhao) -> None:
    people = office_of_jinxiu
    case = case_in("acting", category=categories["staff-conduct"])
    actions.apologise(
        case, note="对不起", apologised_by="陈芳", method="in_person", by=people.chenfang, at=march(2, 10)
    )
    actions.handle(case, note="已教育", evidence="签字", by=people.wanggong, at=march(2, 11))
    actions.reply(case, note="已道歉", method="phone", by=people.limin, at=march(2, 12))
    with pytest.raises(WrongPerson):
        actions.revisit(case, by=people.chenfang, at=march(2, 13), **GOOD)
    assert actions.revisit(case, by=laozhao, at=march(2, 13), **GOOD).status == "closed"


def test_to_classify_is_not_to_judge_but_to_refer_and_to_uphold_is(walk_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu

    def finish(case: Complaint) -> None:
        actions.classify(
            case,
            severity="minor",
            category=None,
            handler=people.wanggong,
            by=people.chenfang,
            at=march(2, 11),
        )
        actions.accept(case, note=OPINION, by=people.wanggong, at=march(2, 11))
        actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=march(2, 12))
        actions.reply(case, note="好了", method="phone", by=people.limin, at=march(2, 13))

    plain = walk_in()
    finish(plain)
    assert actions.involved([plain.pk])[plain.pk] == {people.wanggong.pk, people.limin.pk}
    referred = walk_in()
    actions.refer(referred, note="难判断", by=people.zhoujun, at=march(2, 10))
    finish(referred)  # by classifying he upholds it
    expected = {people.wanggong.pk, people.limin.pk, people.zhoujun.pk, people.chenfang.pk}
    assert actions.involved([referred.pk])[referred.pk] == expected


def test_a_member_is_not_revisited_by_who_worked_on_its_lead(case_in, walk_in, office_of_jinxiu) -> None:
    people, lead, member = office_of_jinxiu, case_in("acting"), walk_in()
    actions.join(member, lead=lead, by=people.limin, at=march(2, 10))
    actions.act(lead, note="协调", by=people.chenfang, at=march(2, 10))
    lead.refresh_from_db()
    actions.handle(lead, note="好了", evidence="签字", by=people.wanggong, at=march(2, 11))
    actions.reply(lead, note="好了", method="phone", by=people.limin, at=march(2, 12))
    expected = {people.wanggong.pk, people.limin.pk, people.chenfang.pk}
    assert actions.involved([member.pk])[member.pk] == expected
    with pytest.raises(WrongPerson):
        actions.revisit(member, by=people.chenfang, at=march(2, 13), **GOOD)


def test_no_door_offers_a_revisit_that_is_sure_to_be_refused(
    opened, case_in, office_of_jinxiu, client
) -> None:
    case = case_in("replied")
    page = opened(case, office_of_jinxiu.limin)
    assert not page.context["moves"].verbs & {"revisit", "try_revisit", "except_revisit"}
    assert "You were involved; the revisit belongs to another person: 陈芳" in text(page)
    moves = client.get(f"/api/v1/cases/{case.number}/").json()["moves"]
    assert not set(moves) & {"revisit", "try_revisit", "except_revisit", "second_call"}
    assert "revisit" in opened(case, office_of_jinxiu.chenfang).context["moves"].verbs
    assert "revisit" in client.get(f"/api/v1/cases/{case.number}/").json()["moves"]


def test_three_people_may_with_a_reason_and_the_button_stays(
    opened, send, case_in, office_of_jinxiu, admin
) -> None:
    people, case = office_of_jinxiu, case_in("replied")
    for manager in (people.chenfang, people.zhoujun):
        office.end_posting(manager.postings.get(), at=march(2, 10), by=admin)
    offers = opened(case, people.limin).context["moves"]
    assert offers.next is None and "revisit" in offers.verbs  # the general manager calls nobody
    said = {"method": "phone", "satisfaction": "5"}
    assert 'name="alone_because"' in text(send(case, people.limin, "revisit", said))
    said["alone_because"] = "项目仅三人，其余休假"
    assert send(case, people.limin, "revisit", said).status_code == 302
    assert case.events.get(kind="revisited").params["alone_because"] == "项目仅三人，其余休假"


# The draw -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("share", "of", "drawn"), [(0.1, 10, 1), (0.25, 4, 1), (0.15, 20, 3)])
def test_of_so_many_numbers_in_a_row_exactly_as_many_are_drawn(share, of, drawn) -> None:
    chosen = [n for n in range(1, 401) if is_drawn(case_numbers.compose("JX", 2026, n), share)]
    by_block = Counter((n - 1) // of for n in chosen)
    assert by_block == dict.fromkeys(range(400 // of), drawn)
    assert len({(n - 1) % of for n in chosen}) > 1  # and nobody can tell which of them


def test_another_key_or_estate_draws_others(settings) -> None:
    def drawn(code: str) -> list[int]:
        return [n for n in range(1, 201) if is_drawn(case_numbers.compose(code, 2026, n), 0.1)]

    here = drawn("JX")
    assert drawn("JX") == here != drawn("CH")
    settings.SECRET_KEY = "another-key-another-key-another-key-another-key"
    assert drawn("JX") != here


def test_the_share_is_a_figure_of_the_rules_and_older_versions_have_it() -> None:
    assert complete({"revisit": {"tries": 2}})["revisit"]["second_call_share"] == 0.1


@pytest.fixture
def always(monkeypatch) -> None:
    monkeypatch.setattr(second_calls, "is_drawn", lambda number, share: True)


@pytest.fixture
def caller(jinxiu) -> User:
    return person("caller", "林主管", Role.SUPERVISOR, estate=jinxiu)


@pytest.fixture
def drawn(always, case_in) -> Complaint:
    """Closed after 陈芳 revisited it: five of five."""
    return case_in("closed")


def test_a_revisited_case_is_drawn_and_the_supervisor_hears_of_it(drawn, chenfang) -> None:
    call = SecondCall.objects.get()
    assert (call.complaint, call.drawn_at, call.called_at) == (drawn, drawn.closed_at, None)
    assert told("second_call_drawn", drawn) == {"zhoujun"}  # the supervisor revisited it himself


def test_whoever_replied_or_is_complained_about_does_not_hear_of_the_draw(
    always, case_in, office_of_jinxiu, caller
) -> None:
    people = office_of_jinxiu
    first, second, third = (case_in("handled") for _n in range(3))
    actions.reply(second, note="好了", method="phone", by=caller, at=march(2, 12))
    actions.name_respondent(third, person=caller, by=people.limin, at=march(2, 12))
    for case in (first, third):
        actions.reply(case, note="好了", method="phone", by=people.limin, at=march(2, 12))
    for case, who in ((first, {"caller"}), (second, {"zhoujun"}), (third, {"zhoujun"})):
        actions.revisit(case, by=people.chenfang, at=march(2, 13), **GOOD)
        assert told("second_call_drawn", case) == who


@pytest.mark.parametrize("end", ["except", "withdraw", "void"])
def test_without_a_score_nobody_is_asked_again(always, case_in, office_of_jinxiu, end) -> None:
    people, case = office_of_jinxiu, case_in("replied")
    act = {
        "except": lambda: actions.except_revisit(
            case, exception="refused", note="不愿", by=people.chenfang, at=march(2, 11)
        ),
        "withdraw": lambda: actions.withdraw(
            case, note="算了", by=people.limin, at=march(2, 11), confirmed_by="phone"
        ),
        "void": lambda: actions.void(case, note="录错", by=people.chenfang, at=march(2, 11)),
    }
    act[end]()
    assert not SecondCall.objects.exists()


def test_who_revisited_or_took_part_does_not_call_a_second_time(drawn, office_of_jinxiu, caller) -> None:
    people = office_of_jinxiu
    said = {"outcome": "reached", "satisfaction": 5, "at": march(3)}
    with pytest.raises(WrongPerson):
        actions.second_call(drawn, by=people.limin, **said)  # not hers at all
    with pytest.raises(WrongPerson, match="林主管"):
        actions.second_call(drawn, by=people.chenfang, alone_because="别人忙", **said)
    case = actions.second_call(drawn, by=caller, matches=True, **said)
    call = SecondCall.objects.get()
    assert (call.by, call.satisfaction, call.matches) == (caller, 5, True)
    assert told("second_call_worse", case) == set()
    with pytest.raises(Refused):  # once
        actions.second_call(drawn, by=caller, **said)


def test_a_worse_result_is_told_and_the_case_can_be_opened_again(
    drawn, office_of_jinxiu, caller, opened
) -> None:
    actions.second_call(drawn, outcome="reached", satisfaction=2, note="又漏了", by=caller, at=march(3))
    assert told("second_call_worse", drawn) == {"zhoujun"}
    page = opened(drawn, office_of_jinxiu.zhoujun)
    assert "Worse than at the revisit." in text(page) and "reopen" in page.context["moves"].verbs


def test_a_revisit_that_was_written_down_otherwise_is_told_too(drawn, caller) -> None:
    actions.second_call(drawn, outcome="reached", satisfaction=5, matches=False, by=caller, at=march(3))
    assert told("second_call_worse", drawn) == {"zhoujun"}


@pytest.mark.parametrize(("score", "is_taken"), [(None, False), (0, False), (1, True), (5, True), (6, False)])
def test_satisfaction_goes_from_one_to_five(drawn, caller, score, is_taken) -> None:
    said = {"outcome": "reached", "satisfaction": score, "note": "问过了", "by": caller, "at": march(3)}
    if is_taken:
        actions.second_call(drawn, **said)
        assert SecondCall.objects.get().satisfaction == score
        return
    with pytest.raises(Refused) as refusal:
        actions.second_call(drawn, **said)
    assert refusal.value.field == "satisfaction"


def test_not_reached_is_a_result_with_its_words(drawn, caller) -> None:
    with pytest.raises(Refused) as refusal:
        actions.second_call(drawn, outcome="unreachable", by=caller, at=march(3))
    assert refusal.value.field == "note"
    actions.second_call(
        drawn, outcome="unreachable", satisfaction=5, note="三次无人接", by=caller, at=march(3)
    )
    assert SecondCall.objects.get().satisfaction is None
    assert drawn.events.latest("pk").kind == "second_call_missed"


def test_closing_it_again_draws_it_again(drawn, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = actions.reopen(drawn, note="又漏", by=people.limin, at=march(3))
    actions.classify(
        case,
        severity=case.severity,
        category=None,
        handler=people.wanggong,
        by=people.chenfang,
        at=march(3, 10),
    )
    actions.accept(case, note=OPINION, by=people.wanggong, at=march(3, 11))
    actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=march(3, 12))
    actions.reply(case, note="好了", method="phone", by=people.limin, at=march(3, 13))
    case = actions.revisit(case, by=people.chenfang, at=march(3, 14), **GOOD)
    assert SecondCall.objects.count() == 2
    call = calls_to_make(case).first()
    assert call is not None and call.revisit.cycle.number == 2


def test_the_list_is_for_those_who_call(read, drawn, office_of_jinxiu, wanggong) -> None:
    title = "Second calls"
    for who in (office_of_jinxiu.chenfang, office_of_jinxiu.zhoujun):
        assert title in text(read(who, "/revisits/")) and drawn.number in text(read(who, "/revisits/"))
    assert title not in text(read(wanggong, "/revisits/"))


def test_it_is_recorded_on_the_case_page(send, opened, drawn, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    assert opened(drawn, people.zhoujun).context["moves"].next.verb == "second_call"
    assert "second_call" not in opened(drawn, people.chenfang).context["moves"].verbs
    said = {"outcome": "reached", "satisfaction": "4", "record_matches": "yes", "note": "还行"}
    assert send(drawn, people.zhoujun, "second_call", said).status_code == 302
    call = SecondCall.objects.get()
    assert (call.satisfaction, call.matches) == (4, True)


def test_a_colleague_at_the_desk_may_revisit_what_the_supervisor_judged(
    case_in, jinxiu, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    other = office.add_user(username="other", name="周敏", email="o@example.com")
    office.post(other, Role.FRONT_DESK, at=BEFORE, estate=jinxiu)
    case = case_in("recorded")
    actions.propose_invalid(case, note="误解", by=people.limin, at=march(2, 10))
    actions.confirm_invalid(case, by=people.chenfang, at=march(2, 11))
    actions.reply(case, note="已说明", method="phone", by=people.limin, at=march(2, 12))
    with pytest.raises(WrongPerson, match="周敏"):
        actions.revisit(case, by=people.chenfang, at=march(2, 13), **GOOD)
    assert actions.revisit(case, by=other, at=march(2, 13), **GOOD).outcome == "invalid"


def test_who_calls_reads_what_the_first_revisit_wrote_down(read, drawn, zhoujun) -> None:
    page = text(read(zhoujun, f"/cases/{drawn.number}/second_call/"))
    assert "by 陈芳: 5 of 5" in page
