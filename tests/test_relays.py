"""Passing a complaint on 转达: anybody tells the desk, one clerk takes it, nothing is lost, he is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints import actions, message_texts
from complaints.actions import relays, reminders
from complaints.models import Complaint, ContactNote, Event, Notification, Relay, Respondent
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from staff import actions as office
from staff.models import Department, User
from staff.roles import Role
from tests.cast import MINUTE, march, person

TEN, LATER = march(2, 10), march(2, 10, 20)
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def passed(jinxiu, wanggong, office_of_jinxiu):
    """王工 was told of something while he repaired something else."""

    def pass_on(at=TEN, *, by: User | None = None, **said: Any) -> Relay:
        words = {
            "words": "3号楼大堂的灯坏了三天了。",
            "name": "熊霞",
            "phone": "13494795057",
            "place": "2-1-302",
        }
        return actions.pass_on(estate=jinxiu, **(words | said), by=by or wanggong, at=at)

    return pass_on


def told(user: User) -> list[str]:
    """The kinds of what he was told of relays, oldest first."""
    rows = Notification.objects.filter(user=user, kind__startswith="relay_").order_by("pk")
    return list(rows.values_list("kind", flat=True))


def filed(relay: Relay, walk_in, at=LATER, **said: Any) -> Complaint:
    return walk_in(at, from_relay=relay, channel="employee", **said)


# Who passes on, and how it reaches the desk ------------------------------------------------------


def test_everybody_with_a_posting_passes_a_complaint_on(
    jinxiu, office_of_jinxiu, laozhao, auditor, admin, client: Client
):
    lifts = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    people = [
        office_of_jinxiu.wanggong, office_of_jinxiu.sungong, laozhao, auditor, admin, office_of_jinxiu.wuzong,
        person("steward", "管家", Role.STEWARD, estate=jinxiu),
        person("liugong", "刘师傅", Role.HANDLER, department=lifts),
    ]  # fmt: skip
    for who in people:
        client.force_login(who)
        page = client.get("/", headers=ENGLISH).content.decode()
        assert 'href="/relays/"' in page, who
        assert client.get("/relays/", headers=ENGLISH).status_code == 200
        sent = {"words": f"{who}听到的投诉", "estate": jinxiu.pk, "key": who.username}
        assert client.post("/relays/", sent, headers=ENGLISH).status_code == 302, who
    assert Relay.objects.waiting().count() == len(people)


def test_it_lands_on_the_desks_list_and_first_page(passed, limin, stranger, client: Client):
    row = passed()
    client.force_login(limin)
    assert "1 complaint passed on" in client.get("/", headers=ENGLISH).content.decode()
    assert "1 passed on" in client.get("/desk/", headers=ENGLISH).content.decode()
    assert "3号楼大堂" in client.get("/desk/relays/", headers=ENGLISH).content.decode()
    assert told(limin) == ["relay_passed"]
    client.force_login(stranger)  # of the other estate
    assert "3号楼大堂" not in client.get("/desk/relays/", headers=ENGLISH).content.decode()
    assert client.get(f"/desk/relays/{row.pk}/", headers=ENGLISH).status_code == 404


def test_a_form_sent_twice_passes_on_once(passed):
    assert passed(key="k") == passed(key="k")
    assert Relay.objects.count() == 1


@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_relay_without_words_is_refused(passed, words):
    with pytest.raises(Refused) as refusal:
        passed(words=words)
    assert refusal.value.field == "words" and not Relay.objects.exists()


def test_nobody_passes_on_for_an_estate_he_does_not_work_in(jinxiu, stranger, client: Client):
    with pytest.raises(WrongPerson):
        actions.pass_on(estate=jinxiu, words="灯坏了", by=stranger, at=march(2))
    client.force_login(stranger)
    assert client.post("/relays/", {"words": "灯坏了", "estate": jinxiu.pk}).status_code == 422
    assert not Relay.objects.exists()


def test_an_estate_that_has_ended_takes_no_relay(passed, jinxiu, wuzong, wanggong, client: Client):
    office.end_estate(
        jinxiu, day=march(1).date(), because="到期", turn_to="新家物业", by=wuzong, at=march(2, 8)
    )
    jinxiu.refresh_from_db()
    with pytest.raises(Refused, match="新家物业"):
        passed()


# The desk takes it ------------------------------------------------------------------------------------


def test_two_clerks_take_it_once(passed, limin, laozhao, wanggong):
    row = passed()
    relays.take(row, by=limin, at=march(2, 10, 5))
    with pytest.raises(Refused, match="李敏"):
        relays.take(row, by=laozhao, at=march(2, 10, 5))
    relays.take(row, by=limin, at=march(2, 10, 6))  # once more by himself: nothing happens
    assert told(wanggong) == ["relay_taken"]


def test_another_takes_it_over_only_from_whoever_has_it(passed, limin, laozhao, chenfang):
    row = passed()
    relays.take(row, by=limin, at=march(2, 10, 5))
    relays.take(row, by=laozhao, at=march(2, 11), instead_of=limin.pk)
    with pytest.raises(Refused, match="赵国强"):  # she had looked at the page before that
        relays.take(row, by=chenfang, at=march(2, 11), instead_of=limin.pk)
    assert told(limin)[-1] == "relay_taken_over"


def test_only_the_desk_takes_it(passed, wanggong, sungong, auditor, stranger):
    row = passed()
    for who in (wanggong, sungong, auditor, stranger):
        with pytest.raises(WrongPerson):
            relays.take(row, by=who, at=march(2, 11))


def test_taking_it_opens_the_form_with_what_was_said_and_files_it(passed, desk, client: Client):
    row = passed(at=march(2, 10))
    answer = client.post(f"/desk/relays/{row.pk}/", {"act": "take"})
    assert answer.url.startswith("/desk/?relay=")
    page = client.get(answer.url).content.decode()
    assert "3号楼大堂的灯坏了三天了。" in page and 'value="13494795057"' in page and "王建军" in page
    answer = desk(from_relay=str(row.pk), channel="employee", content=row.words)
    case = Complaint.objects.get()
    assert answer.url.endswith(f"/desk/filed/{case.number}/"), answer.content.decode()[:500]
    row.refresh_from_db()
    assert (row.outcome, row.complaint, row.remind_at) == ("complaint", case, None)
    assert case.received_at == row.passed_at and case.first_receiver.username == "limin"


def test_who_takes_it_is_first_receiver_and_the_timeline_says_who_passed_it_on(
    passed, walk_in, limin, wanggong
):
    case = filed(passed(), walk_in)
    assert case.first_receiver == limin
    assert case.received_at == march(2, 10)  # we know of it from then, however long the desk took
    event = Event.objects.get(complaint=case, kind="relayed")
    assert (event.params, event.at) == ({"person": wanggong.pk}, march(2, 10))


def test_a_relay_becomes_one_complaint(passed, walk_in):
    row = passed()
    filed(row, walk_in)
    with pytest.raises(Refused):
        filed(row, walk_in)
    assert Complaint.objects.count() == 1


def test_what_is_known_already_is_a_chase_on_that_case(passed, desk, walk_in, wanggong):
    case, row = walk_in(march(2, 9)), passed()
    desk("desk_chase", case.number, from_relay=str(row.pk), what="chase", content=row.words)
    row.refresh_from_db()
    assert (row.outcome, row.complaint) == ("chase", case)
    kinds = set(case.events.values_list("kind", flat=True))
    assert {"chased", "relayed"} <= kinds
    assert told(wanggong) == ["relay_added"]


def test_what_is_no_complaint_is_a_contact_note(passed, desk, wanggong):
    row = passed()
    for _twice in range(2):
        answer = desk(from_relay=str(row.pk), what="enquiry", content="问几点关灯")
        assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.note) == ("note", ContactNote.objects.get())
    assert told(wanggong) == ["relay_noted"]


def test_nothing_is_to_be_done_only_for_a_reason_which_he_reads(passed, limin, wanggong, client: Client):
    row = passed()
    client.force_login(limin)
    wrong = client.post(f"/desk/relays/{row.pk}/", {"act": "settle", "because": " "}, headers=ENGLISH)
    assert wrong.status_code == 422
    client.post(f"/desk/relays/{row.pk}/", {"act": "settle", "because": "已当场修好"}, headers=ENGLISH)
    row.refresh_from_db()
    assert (row.outcome, row.because, row.taken_by) == ("other", "已当场修好", limin)
    client.force_login(wanggong)
    assert "已当场修好" in client.get("/relays/", headers=ENGLISH).content.decode()
    with pytest.raises(Refused):
        relays.settle(row, because="再来一次", by=limin, at=march(2, 12))


# Nothing is lost ------------------------------------------------------------------------------------


def test_what_waits_is_told_to_the_supervisor_until_it_is_settled(passed, chenfang, limin):
    row = passed(at=march(2, 10))
    assert reminders.remind_due(march(2, 10, 29)) == 0
    assert reminders.remind_due(march(2, 10, 30)) == 1
    assert reminders.remind_due(march(2, 10, 30)) == 0
    relays.take(row, by=limin, at=march(2, 10, 40))  # taken, but nothing came of it yet
    assert reminders.remind_due(march(2, 14, 29)) == 0
    assert reminders.remind_due(march(2, 14, 30)) == 1
    assert told(chenfang) == ["relay_waits", "relay_waits"]
    relays.settle(row, because="已修好", by=limin, at=march(2, 15))
    assert reminders.remind_due(march(9)) == 0


def test_what_is_passed_on_at_night_waits_for_the_desk_to_open(passed, chenfang):
    passed(at=march(2, 22))
    assert reminders.remind_due(march(3, 8, 59)) == 0
    assert reminders.remind_due(march(3, 9)) == 1


def test_without_a_supervisor_the_next_one_up_is_told(passed, chenfang, zhoujun):
    office.close_login(chenfang, at=march(2, 9), by=person("boss", "管理员", Role.ADMINISTRATOR))
    passed(at=march(2, 10))
    reminders.remind_due(march(2, 11))
    assert told(zhoujun) == ["relay_waits"]


# What he hears ------------------------------------------------------------------------------------------


def close(case: Complaint, by: User) -> None:
    actions.withdraw(case, note="业主撤回", by=by, at=march(3))


def test_he_hears_when_it_was_taken_and_when_it_was_closed(passed, walk_in, wanggong, limin, chenfang):
    row = passed()
    relays.take(row, by=limin, at=march(2, 10, 5))
    case = filed(row, walk_in)
    close(case, chenfang)
    assert told(wanggong) == ["relay_taken", "relay_filed", "relay_closed"]
    # Opened and closed once more, he is not told again.
    case.refresh_from_db()
    case = actions.reopen(case, note="又漏了", by=limin, at=march(4))
    actions.withdraw(case, note="撤回", by=chenfang, at=march(5))
    assert told(wanggong).count("relay_closed") == 1


def test_what_is_added_to_a_case_opened_again_is_not_told_as_closed(
    passed, walk_in, wanggong, limin, chenfang
):
    """The desk adds it to the case as it was found: closed, before the act that opened it again."""
    found = walk_in()
    close(found, chenfang)
    found.refresh_from_db()
    actions.reopen(found, note="又来问了", by=limin, at=march(4))
    found.status, row = "closed", passed(at=march(4))
    relays.add_to_known(row, found, by=limin, at=march(4, 10))
    assert told(wanggong) == ["relay_added"]
    said = found.events.get(kind="relayed")
    assert (said.at, said.recorded_at, said.actor, said.params) == (
        march(4), march(4, 10), limin, {"person": wanggong.pk},
    )  # fmt: skip


def test_of_a_customer_who_hides_he_hears_number_and_state_only(
    passed, walk_in, jinxiu, chenfang, client: Client
):
    lifts = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    firm = person("liugong", "刘师傅", Role.HANDLER, department=lifts)
    case = filed(
        passed(by=firm, words="有人抽烟", name="", phone="", place=""),
        walk_in,
        facts={"identity_hidden": True},
        person=actions.Person(name="白露", phone="13700001111"),
    )
    close(case, chenfang)
    client.force_login(firm)
    page = client.get("/relays/", headers=ENGLISH).content.decode()
    assert case.number in page and f"/cases/{case.number}" not in page and "白露" not in page
    assert client.get(f"/cases/{case.number}/").status_code == 404
    inbox = client.get("/inbox/", headers=ENGLISH).content.decode()
    assert case.number in inbox and "白露" not in inbox and "2号楼" not in inbox
    api = client.get("/api/v1/relays/").json()["results"][0]
    assert (api["number"], api["state"]) == (case.number, "closed")


def test_the_desk_reads_no_more_of_who_hides_than_of_the_case(
    passed, walk_in, laozhao, limin, client: Client
):
    row = passed(name="白露", phone="13700001111")
    hidden = {"facts": {"identity_hidden": True}, "person": actions.Person(name="白露", phone="13700001111")}
    filed(row, walk_in, **hidden)
    for who, reads in ((laozhao, False), (limin, True)):  # she is the first receiver
        client.force_login(who)
        page = client.get(f"/desk/relays/{row.pk}/", headers=ENGLISH)
        assert page.status_code == (200 if reads else 404), who
        assert ("3号楼大堂" in client.get("/desk/relays/", headers=ENGLISH).content.decode()) == reads


def test_who_is_complained_about_hears_nothing_of_the_case(
    passed, walk_in, wanggong, chenfang, client: Client
):
    row = passed(words="他自己被投诉")
    case = filed(row, walk_in, respondents=(wanggong,))
    assert Respondent.objects.filter(complaint=case, user=wanggong).exists()
    close(case, chenfang)
    assert told(wanggong) == []
    client.force_login(wanggong)
    for path in ("/relays/", "/inbox/", "/api/v1/relays/"):
        assert case.number not in client.get(path, headers=ENGLISH).content.decode(), path


def test_every_message_is_a_sentence_that_leads_somewhere_he_may_go(
    passed, walk_in, wanggong, limin, chenfang
):
    row = passed()
    reminders.remind_due(march(2, 12))
    relays.take(row, by=limin, at=march(2, 12, 5))
    close(filed(row, walk_in, at=march(2, 12, 10)), chenfang)
    for line in Notification.objects.filter(kind__startswith="relay_"):
        said = message_texts.words(line.kind, line.params, None)
        assert "–" not in said.line and "13494795057" not in said.line and "熊霞" not in said.line
        desk_page = line.user in (limin, chenfang)
        assert said.path == (f"/desk/relays/{row.pk}/" if desk_page else "/relays/"), line.kind


# The API -----------------------------------------------------------------------------------------------


def test_the_api_passes_on_once_for_a_key(jinxiu, wanggong, client: Client):
    client.force_login(wanggong)
    said = {"words": "灯坏了", "name": "熊霞"}
    for _twice in range(2):
        answer = client.post(
            "/api/v1/relays/?estate=JX", said, content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.content
    assert Relay.objects.count() == 1
    assert client.post("/api/v1/relays/?estate=JX", said, content_type="application/json").status_code == 400
    assert client.post(
        "/api/v1/relays/?estate=CH", said, content_type="application/json", headers={"Idempotency-Key": "2"}
    ).status_code == 404  # fmt: skip


# Cost -------------------------------------------------------------------------------------------------


def test_the_lists_cost_the_same_however_much_waits(
    passed, limin, wanggong, client, django_assert_num_queries
):
    def cost(who: User, path: str) -> int:
        client.force_login(who)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    pages = [(limin, "/desk/relays/"), (limin, "/desk/"), (limin, "/"), (wanggong, "/relays/")]
    passed()
    before = [cost(*page) for page in pages]
    for n in range(5):
        row = passed(at=march(2, 10) + n * MINUTE)
    relays.take(row, by=limin, at=march(2, 11))
    assert [cost(*page) for page in pages] == before


def test_a_phone_nobody_can_call_back_is_sent_back(wanggong, jinxiu) -> None:
    with pytest.raises(Refused) as refused:
        actions.pass_on(estate=jinxiu, words="漏水", phone="13x", by=wanggong, at=march(2, 9))
    assert refused.value.field == "phone" and not Relay.objects.exists()
    kept = actions.pass_on(
        estate=jinxiu, words="漏水", phone="+86 139-1111-0001", by=wanggong, at=march(2, 9)
    )
    assert kept.phone == "13911110001"
