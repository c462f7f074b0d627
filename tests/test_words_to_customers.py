"""No door lets a forbidden phrase or an empty placeholder pass to a customer unseen (domain.md 9, L4–L6)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from complaints import actions
from complaints.actions.reply_words import first_reply_words
from complaints.actions.words_to_customers import BY_OTHERS, TO_CUSTOMERS, ForbiddenWords
from complaints.forms.fields import TOLD
from complaints.models import Complaint, Event, ForbiddenPhrase, PhraseUse, SubmitKey
from complaints.moves import MOVES
from complaints.timeline_texts import CUSTOMER_NOTES, SAID_BY_CUSTOMER
from complaints.views.case.move_forms import MOVE_FORMS
from config.framework.refusals import Refused
from tests.api_client import client_of
from tests.case_pages import ENGLISH, NOON, text, trace
from tests.cast import MINUTE, march
from tests.portal import letter

pytestmark = pytest.mark.django_db

BAD = "这件事我们不知道，改天再联系您。"
WHY = "业主本人要求照录原话"


@pytest.fixture
def phrases(admin) -> int:
    """The list a company starts with."""
    return first_reply_words(by=admin)


@pytest.fixture
def doors(case_in, office_of_jinxiu, phrases, categories):
    """Each act whose words a customer reads: the case as it must stand, the act, its words' field."""
    o = office_of_jinxiu

    def followed() -> Complaint:
        case = case_in("replied", severity="minor")
        answers = actions.Answers(satisfaction=4, opinions=(actions.Opinion("楼道灯也坏了"),))
        return actions.revisit(case, answers=answers, method="phone", by=o.chenfang, at=march(2, 10))

    def followed_and_done() -> Complaint:
        case = followed()
        row = case.follow_ups.get()
        actions.do_follow_up(case, follow_up=row, note="已换灯泡", by=o.sungong, at=march(2, 11))
        return case

    def staff_case() -> Complaint:
        return case_in("acting", category=categories["staff-conduct"])

    def again() -> Complaint:
        case = case_in("replied")
        actions.dispute(case, note="没有修好", by=None, at=march(2, 11))
        at = march(2, 11, 10)
        actions.classify(
            case, severity="important", category=case.category, handler=o.wanggong, by=o.chenfang, at=at
        )
        actions.accept(case, note="再次上门查看。", by=o.wanggong, at=at + MINUTE)
        actions.handle(case, note="已更换", evidence="签字", by=o.wanggong, at=at + 2 * MINUTE)
        actions.reply(case, note="已再次处理。", method="phone", by=o.limin, at=at + 3 * MINUTE)
        return case

    def posted() -> Complaint:
        case = case_in("acting", channel="forum")
        actions.note_post(
            case, platform="业主论坛", link="https://forum.example/t/18", posted_at=march(2, 8),
            note="电梯何时修好？", by=o.limin, at=march(2, 11),
        )  # fmt: skip
        point = case.online_posts.get().points.get()
        actions.answer_point(case, point=point, note="周五前修好。", by=o.limin, at=march(2, 11))
        return case

    def signed(case: Complaint, *, note: str, **said: Any) -> None:
        actions.answer_post(case, note=f"{note}\n锦绣物业客户服务中心", **said)

    order = {"external_number": "12345-0099", "external_due_at": march(10, 11)}
    return {
        "answer": (lambda: case_in("acting"), actions.answer, {"method": "phone", "by": o.limin}, "note"),
        "reply": (lambda: case_in("handled"), actions.reply, {"method": "phone", "by": o.limin}, "note"),
        "apologise": (
            staff_case, actions.apologise,
            {"method": "phone", "by": o.limin, "apologised_by": "陈芳"}, "note",
        ),
        "act": (lambda: case_in("acting"), actions.act, {"owner_sees": True, "by": o.wanggong}, "note"),
        "close_unsatisfied": (again, actions.close_unsatisfied, {"by": o.wuzong}, "note"),
        "do_follow_up": (
            followed, actions.do_follow_up,
            {"follow_up": None, "note": "已换灯泡", "method": "phone", "by": o.sungong}, "told",
        ),
        "tell_follow_up": (
            followed_and_done, actions.tell_follow_up,
            {"follow_up": None, "method": "phone", "by": o.limin}, "note",
        ),
        "drop_follow_up": (followed, actions.drop_follow_up, {"follow_up": None, "by": o.limin}, "note"),
        "answer_external": (
            lambda: case_in("acting", channel="hotline", facts=order), actions.answer_external,
            {"by": o.chenfang}, "note",
        ),
        "answer_post": (
            posted, signed,
            {"answer_link": "https://forum.example/t/18#2", "by": o.limin}, "note",
        ),
    }  # fmt: skip


def through(door: tuple[Any, ...], words: str, **more: Any) -> Complaint:
    """The case of a door, with the act done."""
    make, act, said, field = door
    case = make()
    return done(case, act, said, field, words, **more)


def done(case: Complaint, act: Any, said: dict[str, Any], field: str, words: str, **more: Any) -> Complaint:
    if "follow_up" in said:
        said = said | {"follow_up": case.follow_ups.get()}
    act(case, **said | {field: words}, at=march(2, 15), **more)
    return case


DOORS = sorted(TOLD)


@pytest.mark.parametrize("verb", DOORS)
def test_each_door_points_a_forbidden_phrase_out_and_leaves_no_trace(verb, doors) -> None:
    make, act, said, field = doors[verb]
    case = make()
    before = trace(case)
    with translation.override("zh-hans"), pytest.raises(ForbiddenWords) as refusal:
        done(case, act, said, field, BAD)
    assert refusal.value.field == field
    assert [one.written for one in refusal.value.found] == ["不知道", "改天再联系您"]
    for words in ("不知道", "改天再联系您", "我马上核实", "写明理由"):
        assert words in str(refusal.value)
    assert trace(case) == before
    assert not PhraseUse.objects.exists()


@pytest.mark.parametrize("verb", DOORS)
def test_each_door_lets_it_pass_with_a_reason_that_is_kept(verb, doors) -> None:
    case = through(doors[verb], BAD, phrase_reason=f" {WHY} ")
    uses = list(PhraseUse.objects.order_by("pk"))
    assert [(use.written, use.reason, use.complaint) for use in uses] == [
        ("不知道", WHY, case), ("改天再联系您", WHY, case),
    ]  # fmt: skip
    assert {use.event.note.partition("\n")[0] for use in uses} == {BAD}
    assert {use.by for use in uses} == {doors[verb][2]["by"]}
    assert all(use.role for use in uses)


@pytest.mark.parametrize("verb", DOORS)
def test_each_door_takes_good_words_without_asking(verb, doors) -> None:
    through(doors[verb], "水管已更换，请您查看，电话 021-5555 0100。")
    assert not PhraseUse.objects.exists()


@pytest.mark.parametrize("verb", DOORS)
def test_no_door_sends_a_placeholder_whatever_the_reason(verb, doors) -> None:
    make, act, said, field = doors[verb]
    case = make()
    before = trace(case)
    with pytest.raises(Refused) as refusal:
        done(case, act, said, field, "我们会在 {承诺时间} 前处理。", phrase_reason=WHY)
    assert refusal.value.field == field and "{承诺时间}" in str(refusal.value)
    assert trace(case) == before


def test_every_entry_whose_words_we_write_for_the_customer_is_weighed() -> None:
    assert TO_CUSTOMERS | SAID_BY_CUSTOMER == CUSTOMER_NOTES
    assert {"external_answered", "post_answered", "superior_decided"} == BY_OTHERS
    assert MOVES.keys() >= TOLD and MOVE_FORMS.keys() >= TOLD


def test_a_blank_reason_is_none(doors) -> None:
    with pytest.raises(ForbiddenWords):
        through(doors["answer"], BAD, phrase_reason=" \u3000\n")


def test_words_that_stay_inside_are_nobodys_business(case_in, office_of_jinxiu, phrases) -> None:
    case = case_in("acting")
    actions.add_note(case, note=BAD, by=office_of_jinxiu.limin, at=march(2, 15))
    actions.act(case, note=BAD, by=office_of_jinxiu.wanggong, at=march(2, 15))
    actions.handle(case, note=BAD, evidence="签字", by=office_of_jinxiu.wanggong, at=march(2, 16))
    assert not PhraseUse.objects.exists()


def test_what_the_customer_says_is_written_down_as_he_says_it(case_in, office_of_jinxiu, phrases) -> None:
    case = case_in("replied")
    actions.dispute(case, note=BAD, by=office_of_jinxiu.limin, at=march(2, 15))
    actions.chase(case, note=BAD, by=office_of_jinxiu.limin, at=march(2, 16))
    actions.remark(case, note=BAD, at=march(2, 17))
    assert not PhraseUse.objects.exists()


def test_a_leads_reply_is_weighed_once_and_stands_with_its_members(
    case_in, walk_in, office_of_jinxiu, phrases
) -> None:
    o = office_of_jinxiu
    lead = case_in("acting")
    member = walk_in(march(2, 10))
    actions.join(member, lead=lead, by=o.limin, at=march(2, 11))
    actions.handle(lead, note="已修", evidence="签字", by=o.wanggong, at=march(2, 12))
    actions.reply(lead, note=BAD, method="phone", by=o.limin, at=march(2, 13), phrase_reason=WHY)
    assert {use.complaint_id for use in PhraseUse.objects.all()} == {lead.pk}
    member.refresh_from_db()
    assert member.status == "replied"


def test_a_phrase_of_another_estate_or_out_of_use_is_not_asked(
    case_in, office_of_jinxiu, cuihu, jinxiu
) -> None:
    common = {"language": "zh", "why_zh": "不礼貌"}
    ForbiddenPhrase.objects.create(words="稍等一下", estate=cuihu, **common)
    ForbiddenPhrase.objects.create(words="尽快吧", is_active=False, **common)
    case = case_in("acting")
    said = {"method": "phone", "by": office_of_jinxiu.limin}
    actions.answer(case, note="请稍等一下，尽快吧。", at=march(2, 14), **said)
    ForbiddenPhrase.objects.create(words="再说吧", estate=jinxiu, **common)
    with pytest.raises(ForbiddenWords):
        actions.answer(case, note="再说吧。", at=march(2, 15), **said)


def test_kept_uses_never_change_and_never_go(doors) -> None:
    through(doors["answer"], BAD, phrase_reason=WHY)
    use = PhraseUse.objects.first()
    with pytest.raises(TypeError):
        use.save()
    with pytest.raises(TypeError):
        use.delete()


# The page -----------------------------------------------------------------------------------------
ANSWER = {"note": BAD, "method": "phone", "key": "k1"}


def test_the_page_shows_what_is_wrong_and_what_to_say_and_keeps_what_was_typed(
    case_in, office_of_jinxiu, phrases, send
) -> None:
    case = case_in("acting")
    before = trace(case)
    page = send(case, office_of_jinxiu.limin, "answer", ANSWER)
    said = text(page)
    assert page.status_code == 422 and trace(case) == before
    for words in (BAD, "“不知道”", "我马上核实，核实后第一时间答复您", "Why it is sent as it is"):
        assert words in said
    assert 'name="replace"' in said and not SubmitKey.objects.exists()
    assert send(case, office_of_jinxiu.limin, "answer", ANSWER | {"phrase_reason": WHY}).status_code == 302
    assert PhraseUse.objects.count() == 2
    assert send(case, office_of_jinxiu.limin, "answer", ANSWER | {"phrase_reason": WHY}).status_code == 302
    assert Event.objects.filter(complaint=case, kind="answered").count() == 1
    assert PhraseUse.objects.count() == 2


def test_one_click_says_it_better_and_sends_nothing(case_in, office_of_jinxiu, phrases, send) -> None:
    case = case_in("acting")
    before = trace(case)
    pk = ForbiddenPhrase.objects.get(words="不知道").pk
    page = send(
        case,
        office_of_jinxiu.limin,
        "answer",
        ANSWER | {"replace": str(pk), "promised_at": "2026-03-05 10:00"},
    )
    said = text(page)
    assert page.status_code == 200 and trace(case) == before
    assert "这件事我们我马上核实，核实后第一时间答复您，改天再联系您。" in said
    assert "2026-03-05 10:00" in said and "checked" in said
    assert said.count('name="replace"') == 1  # the other one is left


@pytest.mark.parametrize("asked", [{"replace": "x"}, {"replace": "999999"}, {"insert": "1", "template": "x"}])
def test_help_that_leads_nowhere_gives_the_words_back(
    case_in, office_of_jinxiu, phrases, send, asked
) -> None:
    case = case_in("acting")
    page = send(case, office_of_jinxiu.limin, "answer", ANSWER | asked)
    assert page.status_code == 200 and BAD in text(page)


def test_the_customer_reads_neither_reason_nor_that_there_was_one(
    case_in, office_of_jinxiu, phrases, opened, reader
) -> None:
    case = case_in("acting")
    actions.answer(
        case, note=BAD, method="phone", by=office_of_jinxiu.limin, at=march(2, 11), phrase_reason=WHY
    )
    page = letter(reader(case), case)
    assert BAD in page and WHY not in page
    assert WHY not in text(opened(case, office_of_jinxiu.chenfang))
    assert WHY not in json.dumps(
        [*Event.objects.filter(complaint=case).values_list("params", "note")], ensure_ascii=False
    )


# The API ------------------------------------------------------------------------------------------
def test_the_api_says_the_same_with_the_phrases_one_by_one(
    case_in, office_of_jinxiu, phrases, monkeypatch
) -> None:
    for name in ("moves", "cases"):
        monkeypatch.setattr(f"complaints.api.{name}.now", lambda: NOON)
    case = case_in("acting")
    before = trace(case)
    client = client_of(office_of_jinxiu.limin)
    url = f"/api/v1/cases/{case.number}/answer/"
    sent = {"note": BAD, "method": "phone"}
    said = client.post(url, sent, format="json", headers=ENGLISH | {"idempotency-key": "a"})
    problem = said.json()
    assert said.status_code == 400 and problem["code"] == "forbidden_phrase"
    assert problem["errors"].keys() == {"note"} and trace(case) == before
    first = problem["phrases"][0]
    assert (first["written"], BAD[first["start"] : first["end"]], first["kind"]) == (
        "不知道",
        "不知道",
        "forbidden",
    )
    assert first["why"] and first["instead"]
    again = sent | {"phrase_reason": WHY}
    for _retry in range(2):
        said = client.post(url, again, format="json", headers=ENGLISH | {"idempotency-key": "a"})
        assert said.status_code == 200
    assert PhraseUse.objects.count() == 2
    assert WHY not in client.get(f"/api/v1/cases/{case.number}/").content.decode()


def test_the_api_knows_no_reason_where_nothing_is_said_to_a_customer(
    case_in, office_of_jinxiu, monkeypatch
) -> None:
    monkeypatch.setattr("complaints.api.moves.now", lambda: NOON)
    case = case_in("acting")
    said = client_of(office_of_jinxiu.limin).post(
        f"/api/v1/cases/{case.number}/note/", {"note": "x", "phrase_reason": WHY}, format="json"
    )
    assert said.status_code == 400 and "phrase_reason" in said.json()["errors"]


def test_the_schema_tells_of_the_reason_and_the_phrases(client, office_of_jinxiu) -> None:
    client.force_login(office_of_jinxiu.limin)
    schema = client.get("/api/v1/schema/?format=json").content.decode()
    assert "phrase_reason" in schema and "forbidden_phrase" in schema
