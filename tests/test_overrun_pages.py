"""Overruns where people meet them: card, case, queue, first page, messages, API and paper (domain.md 5)."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from complaints import actions, message_texts
from complaints.channels import links
from complaints.digest import digest
from complaints.models import Notification, OutboxMessage, Overrun
from complaints.views import links as link_views
from reports import papers
from staff import actions as office
from tests.case_pages import ENGLISH, text
from tests.cast import HOUR, OPINION, march
from tests.list_pages import numbers, tiles

pytestmark = pytest.mark.django_db

HANDLED = march(4, 10)
WORDS = {"reason": "parts", "note": "水管到货晚了两天。"}
NOT_TOLD = {"not_told_because": "业主出差，电话未接。"}
TITLE = "Late without approval: explanation or decision still to come"


@pytest.fixture
def late(case_in, office_of_jinxiu, clock, office_clock):
    """Handled on Wednesday at ten, due on Tuesday at nine; it is an hour later now."""

    def make(severity: str = "minor", at=HANDLED, **intake) -> Overrun:
        case = case_in("acting", severity=severity, **intake)
        actions.handle(case, note="已更换水管。", evidence="业主签字", by=office_of_jinxiu.wanggong, at=at)
        clock.now = office_clock.now = at + HOUR
        return case.overruns.get()

    return make


@pytest.fixture
def explained(late, office_of_jinxiu):
    def make(*args, **said) -> Overrun:
        duty = late(*args, **said)
        at = duty.opened_at + HOUR / 2
        return actions.explain_overrun(duty, **WORDS, **NOT_TOLD, by=office_of_jinxiu.wanggong, at=at)

    return make


@pytest.fixture
def page(client, clock):
    def read(person, path: str):
        client.force_login(person)
        return client.get(path, headers=ENGLISH)

    return read


@pytest.fixture
def post(client, clock):
    def send(person, duty, verb: str, **data):
        client.force_login(person)
        return client.post(f"/approvals/overruns/{duty.pk}/{verb}/", data, headers=ENGLISH)

    return send


def api(user) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user)
    return client


# Explaining ----------------------------------------------------------------------------------------


def test_the_case_leads_its_handler_to_the_form_and_back(opened, page, post, late, office_of_jinxiu):
    people, duty = office_of_jinxiu, late()
    case = text(opened(duty.complaint, people.wanggong))
    assert f'href="/approvals/overruns/{duty.pk}/"' in case and "Explain the overrun" in case
    form = text(page(people.wanggong, f"/approvals/overruns/{duty.pk}/"))
    assert "Handled 1 d 1 h late, without approval" in form
    for name in ("reason", "note", "customer_told_at", "customer_told_how", "not_told_because"):
        assert f'name="{name}"' in form
    answer = post(people.wanggong, duty, "explain", **WORDS, **NOT_TOLD)
    assert (answer.status_code, answer.url) == (302, duty.complaint.get_absolute_url())
    duty.refresh_from_db()
    assert (duty.state, duty.explained_by) == ("to_decide", people.wanggong)
    case = text(opened(duty.complaint, people.wanggong))
    assert "Explain the overrun" not in case and "Correct the explanation" in case
    assert "水管到货晚了两天。" in case


def test_everything_wrong_with_a_form_is_said_at_once_and_keeps_what_was_typed(post, late, office_of_jinxiu):
    duty = late()
    answer = post(
        office_of_jinxiu.wanggong, duty, "explain", note="到货晚了", customer_told_at="2026-03-05T09:00"
    )
    assert answer.status_code == 422
    errors = answer.context["card"].forms["explain"].errors
    assert set(errors) == {"reason", "customer_told_at", "customer_told_how"}
    assert "到货晚了" in text(answer)
    assert Overrun.objects.get().explained_by is None


def test_who_may_not_explain_finds_no_form_and_is_refused(page, post, late, office_of_jinxiu, auditor):
    duty = late()
    for person in (office_of_jinxiu.limin, office_of_jinxiu.wuzong, auditor):
        assert 'name="note"' not in text(page(person, f"/approvals/overruns/{duty.pk}/"))
        answer = post(person, duty, "explain", **WORDS, **NOT_TOLD)
        assert answer.status_code == 422
    assert Overrun.objects.get().state == "to_explain"


def test_another_estates_people_find_nothing(page, post, explained, stranger, queue_of):
    duty = explained()
    assert page(stranger, f"/approvals/overruns/{duty.pk}/").status_code == 404
    assert post(stranger, duty, "accept").status_code == 404
    assert queue_of(stranger) == []
    assert api(stranger).get("/api/v1/overruns/").json()["results"] == []
    assert api(stranger).post(f"/api/v1/overruns/{duty.pk}/accept/").status_code == 404


@pytest.fixture
def queue_of(read):
    return lambda person: numbers(read(person, "/cases/", view="overrun"))


# Deciding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "at", "name"), [("minor", HANDLED, "zhoujun"), ("important", march(6), "wuzong")]
)
def test_the_card_is_the_approvers_alone_and_decides_with_one_button(
    page, post, explained, office_of_jinxiu, severity, at, name
):
    people, duty = office_of_jinxiu, explained(severity, at)
    for person in (people.chenfang, people.zhoujun, people.wuzong):
        cards = [(card.kind, card.row.pk) for card in page(person, "/approvals/").context["cards"]]
        assert cards == ([("overrun", duty.pk)] if person.username == name else [])
    if severity == "minor":
        below = page(people.wuzong, "/approvals/?view=below").context["cards"]
        assert [card.row.pk for card in below] == [duty.pk]
    approver = getattr(people, name)
    card = text(page(approver, "/approvals/"))
    assert (
        "水管到货晚了两天。" in card and "业主出差，电话未接。" in card and "Accept the explanation" in card
    )
    answer = post(approver, duty, "accept")
    assert (answer.status_code, answer.url) == (302, "/approvals/")
    assert Overrun.objects.get().state == "accepted"
    assert page(approver, "/approvals/").context["cards"] == []
    assert "late, without approval" in text(page(approver, "/approvals/decided/"))


def test_not_accepting_asks_for_words_where_they_are_missing(post, explained, office_of_jinxiu):
    duty = explained()
    answer = post(office_of_jinxiu.zhoujun, duty, "decline")
    assert answer.status_code == 422 and answer.context["card"].asked == "decline"
    assert post(office_of_jinxiu.zhoujun, duty, "decline", comment="应及时申请延期。").status_code == 302
    assert Overrun.objects.get().comment == "应及时申请延期。"


def test_in_a_small_office_the_card_asks_why_nobody_else_decides(
    page, post, case_in, office_of_jinxiu, clock, admin
):
    people = office_of_jinxiu
    case = case_in("recorded")
    actions.classify(
        case, severity="minor", category=case.category, handler=people.zhoujun, by=people.chenfang,
        at=march(2, 10),
    )  # fmt: skip
    actions.accept(case, note=OPINION, by=people.zhoujun, at=march(2, 11))
    actions.handle(case, note="已更换水管。", evidence="业主签字", by=people.zhoujun, at=HANDLED)
    clock.now = HANDLED + HOUR
    duty = actions.explain_overrun(case.overruns.get(), **WORDS, **NOT_TOLD, by=people.zhoujun, at=HANDLED)
    path = f"/approvals/overruns/{duty.pk}/"
    assert "Accept the explanation" not in text(page(people.zhoujun, path))
    office.close_login(people.wuzong, by=admin, at=HANDLED)
    assert 'name="alone_because"' in text(page(people.zhoujun, path))
    assert post(people.zhoujun, duty, "accept").status_code == 422
    assert post(people.zhoujun, duty, "accept", alone_because="总经理空缺").status_code == 302


# Lists ---------------------------------------------------------------------------------------------


def test_a_view_of_the_queue_holds_what_is_open_whether_the_case_is_or_not(
    read, late, queue_of, office_of_jinxiu, auditor
):
    people, duty = office_of_jinxiu, late()
    case = duty.complaint
    assert queue_of(people.chenfang) == [case.number]
    tab = 'aria-current="page">Late without approval<span class="count">1</span>'
    assert tab in text(read(people.chenfang, "/cases/", view="overrun"))
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(4, 12)
    )
    assert queue_of(auditor) == [case.number]
    assert numbers(read(people.chenfang, "/cases/", view="owed")) == [case.number]
    assert "Explanation of the overrun due" in text(read(people.chenfang, "/cases/", view="owed"))
    actions.explain_overrun(duty, **WORDS, **NOT_TOLD, by=people.wanggong, at=march(4, 13))
    assert queue_of(people.zhoujun) == [case.number]
    actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 14))
    assert queue_of(people.zhoujun) == []
    assert "Late without approval" not in text(read(people.chenfang, "/cases/", view="open"))


def test_the_closed_case_says_what_is_still_owed(opened, late, office_of_jinxiu):
    people, duty = office_of_jinxiu, late()
    case = duty.complaint
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(4, 12)
    )
    assert "Closed. Still owed: Explanation of the overrun." in text(opened(case, people.limin))


def test_the_first_page_of_managers_head_and_handler_has_a_line_with_its_count(
    read, late, office_of_jinxiu, laozhao
):
    people, duty = office_of_jinxiu, late()
    for person in (people.zhoujun, people.wuzong):
        assert tiles(read(person, "/"))["Late without approval"] == 1
    for person in (people.wanggong, people.sungong, people.zhoujun, people.wuzong):
        shown = text(read(person, "/"))
        assert f'{TITLE} <span class="count">1</span>' in shown, person
        assert duty.complaint.number in shown
    for person in (people.limin, laozhao):
        assert TITLE not in text(read(person, "/"))
    actions.explain_overrun(duty, **WORDS, **NOT_TOLD, by=people.wanggong, at=march(4, 11))
    assert TITLE not in text(read(people.wanggong, "/"))
    assert TITLE in text(read(people.sungong, "/"))  # until it is decided on
    assert tiles(read(people.zhoujun, "/"))["Waiting for my decision"] == 1


def test_a_leaver_is_not_let_go_with_something_to_explain(read, write, late, office_of_jinxiu, admin):
    people, duty = office_of_jinxiu, late()
    case = duty.complaint
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(4, 12)
    )
    answer = write(admin, f"/settings/people/{people.wanggong.pk}/close/")
    assert answer.url == f"/settings/people/{people.wanggong.pk}/duties/"
    duties = text(read(people.zhoujun, answer.url))
    assert "Overruns to explain" in duties and case.number in duties


# Messages ------------------------------------------------------------------------------------------


def test_the_message_leads_by_a_signed_link_to_the_card_and_nobody_else(
    client, monkeypatch, explained, office_of_jinxiu, settings
):
    settings.WECOM = {"url": "http://127.0.0.1:1", "corp_id": "c", "agent_id": 1, "secret": "s"}
    people = office_of_jinxiu
    office.edit(people.zhoujun, {"wecom_id": "zhoujun"}, by=people.zhoujun)
    duty = explained()
    row = OutboxMessage.objects.get(user=people.zhoujun, kind="overrun_explained", channel="wecom")
    link = links.for_message(row).removeprefix(settings.BASE_URL)
    monkeypatch.setattr(link_views, "now", lambda: march(4, 11))
    client.force_login(people.wuzong)
    assert client.get(link, headers=ENGLISH).status_code == 403
    client.force_login(people.zhoujun)
    answer = client.get(link, headers=ENGLISH)
    assert (answer.status_code, answer.url) == (302, f"/approvals/overruns/{duty.pk}/")


def test_the_inbox_says_what_is_asked_and_what_became_of_it(read, explained, office_of_jinxiu):
    people, duty = office_of_jinxiu, explained()
    assert "Explanation of an overrun waits for your decision" in text(read(people.zhoujun, "/inbox/"))
    line = Notification.objects.get(user=people.zhoujun, kind="overrun_explained")
    words = message_texts.words(line.kind, line.params, line.complaint)
    assert words.path == f"/approvals/overruns/{duty.pk}/"
    assert "Explained, to be decided" in text(read(people.wanggong, "/inbox/"))
    actions.accept_overrun(duty, by=people.zhoujun, at=march(4, 12))
    assert "Explanation accepted" in text(read(people.zhoujun, "/inbox/"))


def test_the_digest_tells_of_a_closed_case_that_still_owes_its_explanation(late, office_of_jinxiu):
    people, case = office_of_jinxiu, late().complaint
    actions.reply(case, note="已修好。", method="phone", by=people.limin, at=march(4, 11))
    actions.revisit(
        case, answers=actions.Answers(satisfaction=5), method="phone", by=people.chenfang, at=march(4, 12)
    )
    digest(march(6, 9))
    assert not Notification.objects.filter(kind="digest").exists()  # due at 16:00
    digest(march(7, 9))
    line = Notification.objects.get(kind="digest", user=people.zhoujun)
    assert line.params["owed"] == 1


# API and paper -------------------------------------------------------------------------------------


def test_the_api_lists_explains_and_decides(late, office_of_jinxiu, monkeypatch):
    people, duty = office_of_jinxiu, late()
    monkeypatch.setattr("complaints.api.moves.now", lambda: march(4, 11))
    answer = api(people.wanggong).get("/api/v1/overruns/?state=to_explain").json()["results"]
    assert [(row["number"], row["late_minutes"], row["handler_name"]) for row in answer] == [
        (duty.complaint.number, 25 * 60, "王建军")
    ]
    path = f"/api/v1/overruns/{duty.pk}"
    refused = api(people.wanggong).post(f"{path}/explain/", WORDS, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["not_told_because"])
    done = api(people.wanggong).post(f"{path}/explain/", WORDS | NOT_TOLD, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "to_decide")
    assert api(people.wanggong).post(f"{path}/accept/", {}, format="json").status_code == 403
    done = api(people.zhoujun).post(f"{path}/decline/", {"comment": "应申请延期"}, format="json")
    assert (done.json()["state"], done.json()["decided_by"]) == ("declined", "zhoujun")
    assert api(people.zhoujun).post(f"{path}/nonsense/").status_code == 404


def test_the_case_file_holds_explanation_decision_and_a_line_to_sign(
    explained, office_of_jinxiu, monkeypatch
):
    duty = explained()
    actions.decline_overrun(duty, comment="应申请延期。", by=office_of_jinxiu.zhoujun, at=march(4, 12))
    shown = {}
    monkeypatch.setattr(
        papers.pdf, "render", lambda template, context, *_rest, **_words: shown.update(context) or b""
    )
    papers.case_sheet(duty.complaint, march(4, 13), "en", shows_complainant=True)
    assert [row.comment for row in shown["overruns"]] == ["应申请延期。"]
    assert "Approver of the overrun" in shown["roles"]
    monkeypatch.undo()
    body = papers.case_sheet(duty.complaint, march(4, 13), "en", shows_complainant=True)
    assert body.startswith(b"%PDF")
