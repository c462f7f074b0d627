"""Every event and every message can be put into words, in both languages, without a customer's name."""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints import (
    actions,
    commendation_texts,
    measure_texts,
    message_texts,
    reward_texts,
    study_texts,
    survey_texts,
    timeline,
)
from complaints.models import Event, Notification
from complaints.notifications import send_due
from complaints.timeline import entries
from staff.models import User
from tests.cast import march
from tests.looking import ring

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent / "complaints"
WRITERS = [
    *ROOT.glob("actions/*.py"),
    *(ROOT / name for name in ("sweep.py", "digest.py", "notifications.py")),
]
LANGUAGES = ["zh-hans", "en"]


#: They keep a log of their own.
OF_MEASURES = [ROOT / "actions" / name for name in ("measures.py", "told_estates.py")]
OF_STUDIES = [ROOT / "actions" / "studies.py"]
OF_COMMENDATIONS = [ROOT / "actions" / "commendations.py"]
OF_REWARDS = [ROOT / "actions" / "rewards.py"]
OF_SURVEYS = [ROOT / "actions" / name for name in ("surveys.py", "surveys_due.py")]


def words_given_to(method: str, place: int, paths: list[Path] = WRITERS) -> set[str]:
    """The string constants given to calls of a name at one place: `case.notify(people, "chased")`."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == method:
                given = node.args[place] if len(node.args) > place else None
                found |= {n.value for n in ast.walk(given) if isinstance(n, ast.Constant)} if given else set()
    return {word for word in found if isinstance(word, str)}


def test_every_message_written_somewhere_has_its_sentence():
    kinds = words_given_to("notify", 1) | words_given_to("Notice", 1) - {"level_", "moved_by_", "people_"}
    kinds |= words_given_to("notify_approvers", 3) | words_given_to("unreached", 1)
    assert {"chased", "digest", "unreached", "undecided", "extension_requested", "delivered"} <= kinds
    assert kinds - set(message_texts.LINES) == set()


def test_every_event_written_somewhere_has_its_sentence():
    apart = OF_MEASURES + OF_STUDIES + OF_COMMENDATIONS + OF_REWARDS + OF_SURVEYS
    kinds = words_given_to("record", 0, [path for path in WRITERS if path not in apart])
    assert {"accepted", "closed", "follow_up_signed", "measure_set"} <= kinds
    assert (kinds | {"study_begun"}) - set(timeline.STAFF) == set()


def test_every_entry_of_a_measure_has_its_sentence():
    kinds = words_given_to("record", 0, OF_MEASURES)
    assert {"set", "effective", "told"} <= kinds
    assert kinds - set(measure_texts.ENTRIES) == set()


def test_every_entry_of_a_case_study_has_its_sentence():
    kinds = words_given_to("record", 0, OF_STUDIES)
    assert {"written", "sent", "published", "dropped"} <= kinds
    assert kinds - set(study_texts.ENTRIES) - {"study_begun"} == set()  # which the case tells


def test_every_entry_of_a_commendation_has_its_sentence():
    kinds = words_given_to("record", 0, OF_COMMENDATIONS)
    assert {"approved", "published", "withdrawn"} <= kinds
    assert kinds - set(commendation_texts.ENTRIES) == set()


def test_every_entry_of_a_reward_has_its_sentence():
    kinds = words_given_to("record", 0, OF_REWARDS)
    assert {"approved", "rejected", "cancelled"} <= kinds
    assert kinds - set(reward_texts.ENTRIES) == set()


def test_every_entry_of_a_survey_has_its_sentence():
    kinds = words_given_to("record", 0, OF_SURVEYS)
    assert {"begun", "closed", "published"} <= kinds
    assert kinds - set(survey_texts.ENTRIES) == set()


def test_what_the_customer_reads_is_also_in_the_staffs_table():
    assert set(timeline.CUSTOMER) <= set(timeline.STAFF)
    assert set(timeline.CUSTOMER_NOTES) <= set(timeline.CUSTOMER)


@pytest.fixture
def long_story(case_in, walk_in, office_of_jinxiu, engineering):
    """One case in which nearly everything happens."""
    people = office_of_jinxiu
    case = case_in("acting", severity="important", at=march(2, 9))
    actions.answer(case, note="今天上门查看。", method="phone", clear=True, by=people.limin, at=march(2, 10))
    actions.act(case, note="拆开吊顶检查。", owner_sees=True, by=people.wanggong, at=march(2, 11))
    actions.chase(case, note="来电催问", by=people.limin, at=march(2, 12))
    actions.remark(case, note="请尽快", at=march(2, 13))
    request = actions.ask_extension(
        case, clock="resolve", reason="parts", note="等配件", new_due_at=march(8, 9), by=people.wanggong,
        at=march(3, 9), not_told_because="电话未接通",
    )  # fmt: skip
    actions.note_oral_approval(
        request, said_by=people.wuzong, said_at=march(3, 9, 5), by=people.wanggong, at=march(3, 9, 10)
    )
    actions.confirm_oral_approval(request, by=people.wuzong, at=march(3, 10))
    proposal = actions.propose_compensation(case, amount=300, note="误工", by=people.limin, at=march(3, 11))
    actions.decide_compensation(proposal, approve=True, by=people.wuzong, at=march(3, 12))
    actions.regrade(case, severity="major", note="漏到楼下三户", by=people.chenfang, at=march(4, 9))
    actions.transfer(case, to=people.chenfang, note="李敏休假", by=people.zhoujun, at=march(4, 10))
    ring(march(20))
    actions.handle(case, note="更换水管", evidence="签字", by=people.wanggong, at=march(20, 1))
    actions.reply(case, note="水管已更换。", method="phone", by=people.chenfang, at=march(20, 2))
    actions.dispute(case, note="又漏了", by=None, at=march(20, 9))
    return case


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_long_story_reads_without_a_gap(long_story, language):
    with translation.override(language):
        lines = entries(list(Event.objects.order_by("at", "pk")), long_story)
        assert [line.text for line in lines if "–" in line.text or "%(" in line.text] == []
        assert len({line.kind for line in lines}) > 20


CARDS = {"extension": "/approvals/{}/", "overrun": "/approvals/overruns/{}/"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_a_long_story_reads_without_a_gap(long_story, language):
    long_story.refresh_from_db()
    lines = []
    with translation.override(language):
        for row in Notification.objects.all():
            words = message_texts.words(row.kind, row.params, row.complaint)
            lines += [words.subject, words.line]
            # A request and an overrun are decided on cards of their own.
            assert words.path == next(
                (path.format(row.params[name]) for name, path in CARDS.items() if name in row.params),
                f"/cases/{long_story.number}/",
            )
    assert [line for line in lines if "–" in line or "%(" in line] == []
    assert len(set(lines)) > 20


def test_a_message_names_the_case_and_never_the_customer(long_story):
    for row in Notification.objects.all():
        words = message_texts.words(row.kind, row.params, row.complaint)
        text = " ".join([words.subject, words.line, *(value for _, value in words.facts)])
        assert long_story.number in text
        assert "熊霞" not in text
        assert "4795057" not in text


def test_a_message_speaks_the_language_of_its_reader(case_in, office_of_jinxiu, mailoutbox):
    User.objects.filter(username="wanggong").update(language="en")
    case_in("classified", at=march(2, 9))
    while send_due(march(2, 9, 30)):
        pass
    subjects = {message.to[0].split("@")[0]: message.subject for message in mailoutbox}
    assert "delivered to you" in subjects["wanggong"]
    assert "delivered" not in subjects["chenfang"]
    [to_wanggong] = [message for message in mailoutbox if message.to == ["wanggong@example.com"]]
    html = to_wanggong.alternatives[0][0]
    assert "/cases/JX-2026-" in to_wanggong.body
    assert "/cases/JX-2026-" in html


def test_the_customer_reads_neither_names_of_levels_nor_inner_notes(long_story, office_of_jinxiu):
    actions.add_note(long_story, note="此人态度恶劣", by=office_of_jinxiu.chenfang, at=march(20, 10))
    mine = entries(list(Event.objects.order_by("at", "pk")), long_story, for_owner=True)
    text = " ".join(f"{line.text} {line.note}" for line in mine)
    for inside in ("态度恶劣", "重大", "重要", "超时", "300", "误工", "漏到楼下三户", "李敏休假"):
        assert inside not in text
    for said in ("今天上门查看。", "拆开吊顶检查。", "水管已更换。", "又漏了"):
        assert said in text


@pytest.mark.parametrize(
    ("said_at", "time"),
    [("2026-12-30T02:00Z", "2027年1月4日 09:00（周一）"), ("2027-01-03T02:00Z", "1月4日 09:00（周一）")],
)
def test_a_time_of_another_year_than_the_sentences_own_says_its_year(said_at, time):
    due = {"due_at": "2027-01-04T01:00+00:00"}
    filled = timeline.fill(due, ZoneInfo("Asia/Shanghai"), {}, said_at=datetime.fromisoformat(said_at))
    assert filled["due_at"] == time


def test_a_mail_of_january_says_the_year_a_case_of_december_was_received_in(long_story):
    facts = message_texts.words("delivered", {}, long_story, said_at=march(9, 2).replace(year=2027)).facts
    assert [value for _, value in facts if value.startswith("2026年3月2日 ")] != []
