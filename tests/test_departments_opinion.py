"""The department's opinion 责任部门意见 (T32): words on the case, asked for on taking it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from complaints import actions
from complaints.models import Cycle, Extension, OutboxMessage
from complaints.statuses import NoteNeeded
from config.framework.refusals import Refused
from reports import papers
from tests.api_client import client_of
from tests.case_pages import ENGLISH, text, trace
from tests.cast import MINUTE, OPINION, march
from tests.portal import letter, words_of

pytestmark = pytest.mark.django_db
ZH = {"accept-language": "zh-hans"}


def cycle_of(case) -> Cycle:
    return case.cycles.get(number=case.cycle_number)


@pytest.mark.parametrize("words", ["", "  \n"])
def test_nobody_accepts_without_words(case_in, wanggong, words):
    case = case_in("classified")
    before = trace(case)
    with pytest.raises(NoteNeeded) as refusal:
        actions.accept(case, note=words, by=wanggong, at=march(2, 10))
    assert refusal.value.field == "note"
    assert trace(case) == before


def test_the_opinion_stands_on_the_case_with_name_and_time(case_in, office_of_jinxiu, opened):
    case, people = case_in("classified"), office_of_jinxiu
    actions.accept(case, note=f" {OPINION}\n", by=people.wanggong, at=march(2, 10))
    cycle = cycle_of(case)
    assert (cycle.department_opinion, cycle.opinion_by, cycle.opinion_at) == (
        OPINION, people.wanggong, march(2, 10),
    )  # fmt: skip
    page = text(opened(case, people.limin, **ZH))
    assert page.count(OPINION) == 2  # among the facts, and in the timeline
    assert "责任部门意见" in page
    assert re.search("王建军 · <time[^>]*>3月2日 10:00（周一）", page)


def test_the_head_writes_it_for_his_worker(case_in, sungong):
    case = case_in("classified")
    actions.accept(case, note=OPINION, by=sungong, at=march(2, 10))
    assert cycle_of(case).opinion_by == sungong
    assert case.events.get(kind="opinion_given").actor == sungong


def test_the_customer_never_reads_it(case_in, reader, settings):
    case = case_in("acting")
    assert OPINION not in letter(reader(case), case)
    assert not case.events.get(kind="opinion_given").owner_sees
    assert not OutboxMessage.objects.filter(user=None, params__icontains=OPINION).exists()
    assert "责任部门意见" not in words_of(letter(reader(case, "zh-hans"), case))


def test_another_opinion_takes_its_place_and_the_first_stays_in_the_timeline(case_in, office_of_jinxiu):
    case, people = case_in("acting"), office_of_jinxiu
    actions.give_opinion(case, note="接头需订货，周四更换。", by=people.sungong, at=march(2, 11))
    assert cycle_of(case).department_opinion == "接头需订货，周四更换。"
    said = case.events.filter(kind="opinion_given").order_by("at").values_list("actor__username", "note")
    assert list(said) == [("wanggong", OPINION), ("sungong", "接头需订货，周四更换。")]
    with pytest.raises(NoteNeeded):
        actions.give_opinion(case, note=" ", by=people.sungong, at=march(2, 12))


def test_each_round_has_its_own(case_in, office_of_jinxiu, engineering):
    case, people = case_in("replied"), office_of_jinxiu
    case = actions.dispute(case, note="又漏了", by=None, at=march(3, 9))
    actions.classify(
        case, severity=case.severity, category=None, handler=people.wanggong, department=engineering,
        by=people.chenfang, at=march(3, 10),
    )  # fmt: skip
    assert cycle_of(case).department_opinion == ""
    actions.accept(case, note="更换整段立管。", by=people.wanggong, at=march(3, 11))
    assert list(case.cycles.order_by("number").values_list("department_opinion", flat=True)) == [
        OPINION, "更换整段立管。",
    ]  # fmt: skip


def classified_by_himself(case, head, department, **said):
    return actions.classify(
        case, severity="minor", category=case.category, handler=head, department=department, by=head,
        at=march(2, 10), **said,
    )  # fmt: skip


def test_whoever_hands_himself_the_work_is_asked_in_the_same_form(walk_in, engineering, chenfang, send):
    case = walk_in()
    said = {
        "severity": "minor", "category": case.category_id, "opinion": OPINION,
        "handler": f"{chenfang.pk}-0",
    }  # fmt: skip
    assert send(case, chenfang, "classify", said).status_code == 302
    case.refresh_from_db()
    assert case.status == "acting"
    assert cycle_of(case).department_opinion == OPINION


def test_he_may_also_write_it_afterwards_and_the_page_reminds_him(walk_in, engineering, chenfang, opened):
    case = classified_by_himself(walk_in(), chenfang, engineering)
    assert case.status == "acting" and cycle_of(case).opinion_at is None
    page = opened(case, chenfang)
    assert "opinion" in page.context["moves"].verbs and "Not written yet" in text(page)
    actions.give_opinion(case, note=OPINION, by=chenfang, at=march(2, 12))
    assert "Not written yet" not in text(opened(case, chenfang))


def test_an_opinion_typed_while_naming_another_is_not_lost_in_silence(walk_in, office_of_jinxiu, engineering):
    case, people = walk_in(), office_of_jinxiu
    before = trace(case)
    with pytest.raises(Refused) as refusal:
        actions.classify(
            case, severity="minor", category=case.category, handler=people.wanggong, department=engineering,
            opinion=OPINION, by=people.chenfang, at=march(2, 10),
        )  # fmt: skip
    assert refusal.value.field == "opinion"
    assert trace(case) == before


def test_a_head_who_takes_it_over_himself_writes_it_too(case_in, sungong, engineering):
    case = case_in("classified")
    actions.reassign(
        case, handler=sungong, department=engineering, note="我来", opinion=OPINION, by=sungong,
        at=march(2, 10),
    )  # fmt: skip
    assert (case.events.filter(kind="opinion_given").get().note, cycle_of(case).opinion_by) == (
        OPINION, sungong,
    )  # fmt: skip


def test_the_case_sheet_prints_it_with_name_and_time(case_in, wanggong):
    case = case_in("classified")
    actions.accept(case, note=OPINION, by=wanggong, at=march(2, 10))
    sheet = papers.case_sheet(case, march(2, 12), "zh-hans", shows_complainant=True)
    said = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(sheet)).pages).split())
    before, _word, after = said.partition("责任部门意见")
    assert after.startswith(f"{OPINION}王建军")


def test_whoever_decides_on_more_time_reads_it_on_the_card(case_in, office_of_jinxiu, client, clock):
    case, people = case_in("acting"), office_of_jinxiu
    actions.ask_extension(
        case, clock="resolve", reason="parts", note="接头缺货。", not_told_because="电话未接",
        new_due_at=march(7, 9), by=people.wanggong,
        at=march(2, 11),
    )  # fmt: skip
    client.force_login(people.wuzong)
    for page in ("/approvals/", f"/approvals/{Extension.objects.get().pk}/"):
        assert OPINION in text(client.get(page, headers=ENGLISH))


def test_the_api_asks_for_it_and_shows_it(case_in, wanggong):
    case, client = case_in("classified"), client_of(wanggong)
    address = f"/api/v1/cases/{case.number}/"
    assert client.get(address).json()["department_opinion"] is None
    refused = client.post(f"{address}accept/", {}, format="json")
    assert refused.status_code == 400 and "note" in refused.json()["errors"]
    done = client.post(f"{address}accept/", {"note": OPINION}, format="json").json()
    assert done["status"] == "acting"
    assert done["department_opinion"]["words"] == OPINION
    assert done["department_opinion"]["by"] == "王建军"


def test_several_are_accepted_each_with_its_own_words(write, case_in, wanggong):
    first, second = case_in("classified"), case_in("classified", at=march(2, 9, 5))
    said = {
        "do": "accept", "number": [first.number, second.number], "sent": "1", "note": "明天一并处理。",
        f"note_{second.pk}": OPINION,
    }  # fmt: skip
    write(wanggong, "/cases/bulk/", said)
    assert [cycle_of(case).department_opinion for case in (first, second)] == ["明天一并处理。", OPINION]


def test_a_case_without_words_is_not_accepted_in_bulk(write, case_in, wanggong):
    case = case_in("classified")
    answer = write(wanggong, "/cases/bulk/", {"do": "accept", "number": [case.number], "sent": "1"})
    assert answer.status_code == 422 and "needs a few words" in text(answer)
    case.refresh_from_db()
    assert case.status == "classified"


def test_words_without_a_name_and_a_time_cannot_be_stored(case_in):
    cycle = cycle_of(case_in("acting", at=march(2, 9) - MINUTE))
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=cycle.pk).update(opinion_by=None)
