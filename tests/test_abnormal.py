"""Abnormal complaints: signs, proposal, decision, review, and that the customer loses nothing (X1, G14)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from complaints import actions
from complaints.models import AbnormalSign, Clock, Complaint, Notification, OutboxMessage
from complaints.statuses import WrongPerson
from complaints.timeline_texts import CIRCLE_ONLY, CUSTOMER
from config.framework.refusals import Refused
from reports import papers
from staff import actions as office
from staff.models import Region
from staff.roles import Role
from tests.api_client import client_of
from tests.case_pages import photo, text
from tests.cast import BEFORE, DAY, HOUR, MINUTE, march, person
from tests.looking import clock_of, letters, ring, told, told_at
from tests.portal import letter

pytestmark = pytest.mark.django_db

AT, DECIDED = march(2, 10), march(2, 12)
SIGNS = ("groundless", "rising", "byways", "no_proof")


def sign(case: Complaint, which: str, by, at=AT, **more) -> Complaint:
    said = {"note": "先要2000元，现要20万元。", "on": at.date(), "evidence": "来电录音"} | more
    return actions.note_sign(case, sign=which, by=by, at=at, **said)


@pytest.fixture
def case(case_in) -> Complaint:
    return case_in("acting", at=march(2, 8))


@pytest.fixture
def signed(case, office_of_jinxiu) -> Complaint:
    for which in SIGNS:
        case = sign(case, which, office_of_jinxiu.limin)
    return case


@pytest.fixture
def proposed(signed, office_of_jinxiu) -> Complaint:
    return actions.propose_abnormal(signed, note="迹象属实", by=office_of_jinxiu.chenfang, at=march(2, 11))


@pytest.fixture
def marked(proposed, office_of_jinxiu) -> Complaint:
    return decide(proposed, office_of_jinxiu.zhoujun, circle=[office_of_jinxiu.chenfang])


def decide(case: Complaint, by, at=DECIDED, **more) -> Complaint:
    said = {"abnormal": True, "note": "依法定损，走12345"} | more
    return actions.decide_abnormal(case, by=by, at=at, **said)


def running(case: Complaint) -> dict[str, object]:
    return dict(Clock.objects.running().filter(complaint=case).values_list("kind", "due_at"))


# Signs ----------------------------------------------------------------------------------------------


def test_a_sign_is_a_fact_of_a_day_with_what_shows_it(case, office_of_jinxiu):
    case = sign(case, "pressure", office_of_jinxiu.wanggong)
    row = case.signs.get()
    assert (row.get_sign_display(), row.fact, row.evidence) == (
        "3 手段升级不断施压", "先要2000元，现要20万元。", "来电录音",
    )  # fmt: skip
    assert (row.on, row.noted_by, row.noted_at) == (AT.date(), office_of_jinxiu.wanggong, AT)
    event = case.events.get(kind="sign_noted")
    assert (event.params, event.note, event.owner_sees) == (
        {"sign": "pressure", "day": "2026-03-02"},
        "",
        False,
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"note": " "}, "note"),
        ({"on": march(3).date()}, "on"),
        ({"which": "rude"}, "sign"),
    ],
)
def test_a_sign_without_fact_or_of_tomorrow_is_refused(case, office_of_jinxiu, said, field):
    which = said.pop("which", "rising")
    with pytest.raises(Refused) as refusal:
        sign(case, which, office_of_jinxiu.limin, **said)
    assert refusal.value.field == field
    assert not case.signs.exists()


def test_the_database_takes_no_sign_without_a_fact(case, limin):
    with pytest.raises(IntegrityError), transaction.atomic():
        AbnormalSign.objects.create(
            complaint=case, sign="rising", fact="", on=AT.date(), noted_by=limin, noted_at=AT
        )


def test_two_different_signs_propose_it_to_the_supervisor_once(case, office_of_jinxiu):
    people = office_of_jinxiu
    case = sign(case, "rising", people.limin)
    case = sign(case, "rising", people.limin)  # the same again is no second sign
    assert (case.abnormal, told("abnormal_suggested", case)) == ("", set())
    case = sign(case, "byways", people.limin)
    assert (case.abnormal, told("abnormal_suggested", case)) == ("suggested", {"chenfang"})
    sign(case, "no_proof", people.limin)
    assert letters(case, people.chenfang).count("abnormal_suggested") == 1
    assert case.events.get(kind="abnormal_suggested").actor is None  # our rule proposes it, nobody else


def test_where_there_is_no_supervisor_it_is_proposed_to_the_property_manager(case, office_of_jinxiu, admin):
    people = office_of_jinxiu
    office.end_posting(people.chenfang.postings.get(), at=march(2, 8), by=admin)
    sign(sign(case, "rising", people.limin), "byways", people.limin)
    assert told("abnormal_suggested", case) == {"zhoujun"}


def test_a_sign_noted_wrongly_is_withdrawn_and_stays_readable(case, office_of_jinxiu):
    people = office_of_jinxiu
    case = sign(sign(case, "rising", people.limin), "byways", people.limin)
    row = case.signs.get(sign="byways")
    with pytest.raises(WrongPerson):
        actions.withdraw_sign(case, sign=row, note="听错", by=people.limin, at=AT + HOUR)
    case = actions.withdraw_sign(case, sign=row, note="听错了", by=people.chenfang, at=AT + HOUR)
    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_because, case.abnormal) == (people.chenfang, "听错了", "")
    assert Notification.objects.get(complaint=case, kind="abnormal_suggested").read_at
    with pytest.raises(Refused):
        actions.withdraw_sign(case, sign=row, note="再撤", by=people.chenfang, at=AT + 2 * HOUR)


# Proposal and decision --------------------------------------------------------------------------------


def test_the_supervisor_puts_it_forward_and_the_property_manager_decides(proposed, office_of_jinxiu):
    people = office_of_jinxiu
    assert (proposed.abnormal, told("abnormal_proposed", proposed)) == ("proposed", {"zhoujun"})
    for other in (people.chenfang, people.limin, people.wanggong):
        with pytest.raises(WrongPerson):
            decide(proposed, other)
    case = decide(proposed, people.zhoujun, circle=[people.chenfang])
    assert (case.abnormal, case.restricted) == ("marked", True)
    row = case.abnormal_decisions.get()
    assert (row.kind, row.decided_by, row.reason) == ("marked", people.zhoujun, "依法定损，走12345")
    assert running(case)["abnormal_review"] == march(2, 12) + 30 * DAY
    assert told("abnormal_marked", case) == {"limin", "wanggong", "chenfang"}
    assert not Notification.objects.filter(complaint=case, kind="abnormal_proposed", read_at=None).exists()


def test_he_may_decide_before_the_supervisor_has_put_it_forward(signed, office_of_jinxiu):
    assert decide(signed, office_of_jinxiu.zhoujun).abnormal == "marked"


def test_it_needs_two_signs_and_a_reason(case, signed, office_of_jinxiu, case_in):
    people = office_of_jinxiu
    with pytest.raises(Refused):
        decide(signed, people.zhoujun, note=" ")
    lone = sign(case_in("acting", at=march(2, 8)), "rising", people.limin)
    with pytest.raises(Refused):
        decide(lone, people.zhoujun)
    with pytest.raises(Refused):
        actions.propose_abnormal(lone, note="可疑", by=people.chenfang, at=AT)


def test_declined_with_a_reason_only_another_sign_asks_again(proposed, office_of_jinxiu):
    people = office_of_jinxiu
    case = decide(proposed, people.zhoujun, abnormal=False, note="诉求有据")
    assert (case.abnormal, case.restricted, "abnormal_review" in running(case)) == ("declined", False, False)
    assert told("abnormal_declined", case) == {"limin", "wanggong", "chenfang"}
    case = sign(case, "rising", people.limin, march(3))
    assert case.abnormal == "declined"
    case = sign(case, "stirring", people.limin, march(3))
    assert case.abnormal == "suggested"


def test_who_noted_all_signs_or_put_it_forward_does_not_decide(case, signed, office_of_jinxiu):
    people = office_of_jinxiu
    case = actions.propose_abnormal(signed, note="属实", by=people.zhoujun, at=march(2, 11))
    assert told("abnormal_proposed", case) == {"wuzong"}  # the next one up
    with pytest.raises(WrongPerson):
        decide(case, people.zhoujun)
    assert decide(case, people.wuzong).abnormal == "marked"


def test_alone_in_the_office_he_decides_with_the_reason(case_in, office_of_jinxiu, admin):
    people = office_of_jinxiu
    case = case_in("acting", at=march(2, 8))
    office.end_posting(people.wuzong.postings.get(), at=march(2, 9), by=admin)
    case = sign(sign(case, "rising", people.zhoujun), "byways", people.zhoujun)
    with pytest.raises(Refused) as refusal:
        decide(case, people.zhoujun)
    assert refusal.value.field == "alone_because"
    case = decide(case, people.zhoujun, alone_because="公司暂无总经理")
    assert case.events.get(kind="abnormal_decided").params["alone_because"] == "公司暂无总经理"


def test_who_is_complained_about_does_not_decide_his_deputy_or_the_next_up_does(
    case_in, office_of_jinxiu, laozhao, admin
):
    people = office_of_jinxiu
    case = case_in("recorded", at=march(2, 8), respondents=(people.zhoujun,))
    for which in SIGNS[:2]:
        case = sign(case, which, people.limin)
    case = actions.propose_abnormal(case, note="属实", by=people.chenfang, at=march(2, 11))
    assert told("abnormal_proposed", case) == {"wuzong"}
    with pytest.raises(WrongPerson):
        decide(case, people.zhoujun)
    office.leave_office(people.zhoujun, starts_at=march(2, 8), ends_at=march(9), deputy=laozhao, by=admin)
    assert decide(case, laozhao).abnormal == "marked"


# Review ---------------------------------------------------------------------------------------------


def test_every_thirty_days_the_property_manager_looks_again(marked, office_of_jinxiu):
    people = office_of_jinxiu
    due = march(2, 12) + 30 * DAY
    ring(due)
    assert told_at(marked, "abnormal_review", "over") == {"zhoujun"}
    assert told_at(marked, "abnormal_review", "warning") == {"zhoujun"}
    case = actions.review_abnormal(marked, stays=True, note="仍拒绝定损", by=people.zhoujun, at=due + HOUR)
    assert running(case)["abnormal_review"] == due + HOUR + 30 * DAY
    assert list(case.abnormal_decisions.order_by("pk").values_list("kind", flat=True)) == ["marked", "stays"]
    case = actions.review_abnormal(case, stays=False, note="已达成协议", by=people.zhoujun, at=due + DAY)
    assert (case.abnormal, case.restricted, "abnormal_review" in running(case)) == ("lifted", False, False)
    assert not case.circle.filter(until=None).exists()


def test_lifted_the_case_may_stay_restricted(marked, office_of_jinxiu):
    case = actions.review_abnormal(
        marked, stays=False, note="已和解", keep_circle=True, by=office_of_jinxiu.zhoujun, at=march(3)
    )
    assert (case.abnormal, case.restricted) == ("lifted", True)


def test_the_review_ends_with_the_case_and_begins_again_when_it_is_reopened(marked, office_of_jinxiu):
    people = office_of_jinxiu
    case = actions.withdraw(marked, note="业主撤回", confirmed_by="phone", by=people.limin, at=march(3))
    assert "abnormal_review" not in running(case)
    case = actions.reopen(case, note="又来闹", by=people.limin, at=march(10))
    assert running(case)["abnormal_review"] == march(10) + 30 * DAY
    assert clock_of(case, "abnormal_review", cycle=1).breached_at is None


# The customer -----------------------------------------------------------------------------------------

WORDS = ("非正常", "迹象", "无理", "斜道", "炒作", "知悉", "复核", "20万元", "bnormal", "circle")


def test_he_reads_nothing_of_it_and_keeps_every_right(marked, office_of_jinxiu, reader):
    people = office_of_jinxiu
    page = letter(reader(marked), marked) + letter(reader(marked, "en"), marked)
    for word in WORDS:
        assert word not in page
    at = march(2, 13)
    case = actions.remark(marked, note="再说一次", at=at)
    case = actions.chase(case, note="怎么样了", by=None, at=at)
    case = actions.handle(case, note="已定损", evidence="单据", by=people.wanggong, at=at + HOUR)
    case = actions.reply(case, note="请按定损处理", method="phone", by=people.limin, at=at + 2 * HOUR)
    case = actions.dispute(case, note="不同意", by=None, at=at + 3 * HOUR)
    assert case.cycle_number == 2
    case = actions.withdraw(case, note="不投诉了", by=None, at=at + 4 * HOUR)
    assert case.outcome == "withdrawn"
    actions.reopen(case, note="再投诉", by=None, at=at + 5 * HOUR)


def test_no_entry_of_it_is_a_customers(marked):
    assert not CIRCLE_ONLY & set(CUSTOMER)
    mine = marked.events.filter(kind__in=CIRCLE_ONLY)
    assert set(mine.values_list("kind", flat=True)) == {
        "sign_noted", "abnormal_suggested", "abnormal_proposed", "abnormal_decided", "circle_changed",
    }  # fmt: skip
    assert not mine.filter(owner_sees=True).exists()


def test_no_message_to_the_customer_comes_of_it(marked, case_in):
    assert not OutboxMessage.objects.filter(complaint=marked, user=None, kind__in=CIRCLE_ONLY).exists()


def test_the_handling_sheet_that_he_signs_says_nothing_of_it(marked, monkeypatch):
    shown = {}
    monkeypatch.setattr(
        papers.pdf, "render", lambda template, context, *_rest, **_words: shown.update(context) or b""
    )
    papers.case_sheet(marked, march(3), "zh-hans", shows_complainant=True)
    said = " ".join([line.text + line.note for line in shown["entries"]] + [c.name for c in shown["clocks"]])
    for word in WORDS:
        assert word not in said
    assert "处理" in said


# Pages and API ----------------------------------------------------------------------------------------


def test_the_panel_shows_signs_decision_review_and_circle(marked, opened, office_of_jinxiu):
    page = text(opened(marked, office_of_jinxiu.zhoujun))
    for words in (
        "Abnormal complaint", "1 Claims without ground", "先要2000元，现要20万元。", "来电录音",
        "依法定损，走12345", "next review by", "Wed 1 Apr 12:00", "Restricted circle", "陈芳",
    ):  # fmt: skip
        assert words in page


def test_a_case_without_signs_has_no_panel(case, opened, office_of_jinxiu):
    page = text(opened(case, office_of_jinxiu.zhoujun))
    assert 'id="abnormal"' not in page and 'id="circle"' not in page
    assert "note_sign/" in page


def test_signs_are_noted_and_decided_by_the_forms(case, send, opened, office_of_jinxiu):
    people = office_of_jinxiu
    for which in ("rising", "byways"):
        said = {"sign": which, "note": "事实", "on": "2026-03-02", "files": photo(), "key": which}
        assert send(case, people.limin, "note_sign", said).status_code == 302
    row = case.signs.get(sign="byways")
    assert [file.name for file in row.files.all()] == ["result.jpg"]
    assert not row.files.filter(owner_sees=True).exists()
    assert send(case, people.chenfang, "propose_abnormal", {"note": "属实"}).status_code == 302
    form = opened(case, people.zhoujun, "decide_abnormal/").context["form"]
    offered = {label.split(" ")[0] for _key, label in form.fields["circle"].choices}
    assert offered == {"陈芳"}  # who is on it, and who decides on it, reads it anyway
    said = {"abnormal": "yes", "note": "依法处理", "circle": [str(people.chenfang.pk)]}
    assert send(case, people.zhoujun, "decide_abnormal", said).status_code == 302
    case.refresh_from_db()
    assert case.abnormal == "marked"
    assert case.circle.get(until=None).user == people.chenfang
    assert send(case, people.zhoujun, "review_abnormal", {"stays": "no", "note": "和解"}).status_code == 302
    case.refresh_from_db()
    assert case.abnormal == "lifted"


def test_the_buttons_are_offered_to_whom_they_belong_and_when(case, signed, opened, office_of_jinxiu):
    people = office_of_jinxiu

    def offered(who) -> set[str]:
        verbs = opened(signed, who).context["moves"].verbs
        return verbs & {
            "withdraw_sign",
            "propose_abnormal",
            "decide_abnormal",
            "review_abnormal",
            "set_circle",
        }

    assert offered(people.limin) == set()
    assert offered(people.chenfang) == {"withdraw_sign", "propose_abnormal"}
    assert offered(people.zhoujun) == {"withdraw_sign", "propose_abnormal", "decide_abnormal"}
    decide(signed, people.zhoujun, circle=[people.chenfang])
    assert offered(people.zhoujun) == {"withdraw_sign", "review_abnormal", "set_circle"}
    assert offered(people.chenfang) == {"withdraw_sign"}


def test_the_api_does_and_shows_the_same(case, office_of_jinxiu):
    people = office_of_jinxiu

    def do(user, verb, **said):
        return client_of(user).post(f"/api/v1/cases/{case.number}/{verb}/", said, format="json")

    for which in ("rising", "byways"):
        assert do(people.limin, "note_sign", sign=which, note="事实", on="2026-03-02").status_code == 200
    assert do(people.limin, "decide_abnormal", abnormal="yes", note="是").status_code == 403
    done = do(people.zhoujun, "decide_abnormal", abnormal="yes", note="是", circle=["chenfang"])
    assert done.status_code == 200, done.json()
    body = done.json()
    assert (body["abnormal"], body["restricted"]) == ("marked", True)
    assert [one["sign"] for one in body["signs"]] == ["rising", "byways"]
    # A row that is written again moves to the end of its table in PostgreSQL; the answer keeps the order.
    case.signs.filter(sign="rising").update(evidence="照片")
    again = client_of(people.zhoujun).get(f"/api/v1/cases/{case.number}/").json()
    assert [one["sign"] for one in again["signs"]] == ["rising", "byways"]
    assert [one["name"] for one in body["circle"]] == ["陈芳"]


def test_the_filter_finds_them_for_who_may_read_them(marked, client, office_of_jinxiu, laozhao):
    for who, found in ((office_of_jinxiu.zhoujun, True), (laozhao, False)):
        client.force_login(who)
        page = client.get("/cases/?view=all&marks=abnormal").content.decode()
        assert (marked.number in page) is found


def test_a_regional_manager_above_reviews_where_the_property_manager_is_away(marked, jinxiu, admin):
    region = Region.objects.create(name="华东")
    office.edit(jinxiu, {"region": region}, by=admin)
    boss = person("boss", "区总", Role.GENERAL_MANAGER, region=region)
    zhoujun = marked.abnormal_decisions.get().decided_by
    office.leave_office(zhoujun, starts_at=BEFORE, ends_at=march(9), deputy=None, by=admin)
    case = actions.review_abnormal(marked, stays=True, note="照旧", by=boss, at=march(3) + MINUTE)
    assert case.abnormal_decisions.count() == 2
