"""Every verb once as it should go, and refused without a trace as it should not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from complaints import actions, notifications
from complaints.models import Attachment, Notification
from complaints.moves import MOVES
from complaints.statuses import WrongPerson, WrongStatus
from config.framework.refusals import Refused
from owners.actions import add_building
from staff.models import User
from tests.cast import DAY, HOUR, MINUTE
from tests.deeds import APART, BY_RULE, DEEDS, MESSAGES, NOW, SEEN, START
from tests.looking import every_row

pytestmark = pytest.mark.django_db


def test_every_verb_of_the_table_is_told_here():
    assert set(MOVES) <= set(DEEDS) | APART


@pytest.mark.parametrize("verb", DEEDS)
def test_as_it_should_go(stage, verb):
    deed = DEEDS[verb]
    case, do = stage(verb)
    before = case.events.count()
    versions = case.history.count()
    earlier = Notification.objects.order_by("pk").last()
    do()
    case.refresh_from_db()
    new = [event for event in list(case.events.order_by("pk"))[before:] if event.kind not in BY_RULE]
    assert case.status == deed.to
    assert [event.kind for event in new] == deed.entries
    assert {(event.at, event.recorded_at) for event in new} == {(NOW, NOW)}
    assert {event.kind for event in new if event.owner_sees} == set(SEEN.get(verb, "").split())
    lines = Notification.objects.filter(pk__gt=earlier.pk if earlier else 0).exclude(kind__in=BY_RULE)
    said = {f"{kind} {person}" for kind, person in lines.values_list("kind", "user__username")}
    assert said == MESSAGES.get(verb, set())
    by = User.objects.get(username=deed.by) if deed.by else None
    assert {(event.actor, event.by_customer) for event in new} == {(by, by is None)}
    if case.history.count() > versions:
        latest = case.history.first()
        assert (latest.history_user, latest.history_date, latest.version) == (by, NOW, case.version)


@pytest.mark.parametrize("verb", DEEDS)
def test_a_refusal_leaves_no_trace_nor_does_what_breaks_half_way(stage, stranger, monkeypatch, verb):
    case, do = stage(verb)
    before = every_row("complaints")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    if DEEDS[verb].by:
        with pytest.raises(WrongPerson):
            do(by=stranger)
    if "note" in DEEDS[verb].words and (MOVES[verb].note or verb == "set_grade"):
        with pytest.raises(Refused):
            do(note=" \n")
    monkeypatch.setattr(notifications, "write", broken)
    with pytest.raises(RuntimeError):
        do()
    assert every_row("complaints") == before


#: A status from which a verb does not start.
NOT_FROM = {
    "received": ["accept", "act", "handle", "reply", "satisfy", "revisit", "reopen", "regrade", "return"],
    "handled": ["record", "accept", "propose_invalid", "confirm_invalid", "handle", "dispute", "reassign"],
    "closed": [
        "answer", "chase", "remark", "withdraw", "void", "transfer", "claim", "acknowledge", "rate",
        "ask_extension", "propose_compensation", "try_revisit", "except_revisit", "name_respondent",
        "set_grade", "reject_invalid", "refer", "apologise",
    ],
}  # fmt: skip


@pytest.mark.parametrize("status", NOT_FROM)
def test_out_of_its_status_a_verb_is_refused_without_a_trace(stage, case_in, office_of_jinxiu, status):
    case = case_in(status, at=START)
    before = every_row("complaints")
    for verb in NOT_FROM[status]:
        deed = DEEDS[verb]
        act = deed.act or getattr(actions, verb)
        words = {name: getattr(office_of_jinxiu, str(v), v) for name, v in deed.words.items()}
        if verb not in ("rate", "remark"):
            words["by"] = getattr(office_of_jinxiu, deed.by) if deed.by else None
        with pytest.raises(WrongStatus):
            act(case, at=NOW, **words)
    assert every_row("complaints") == before


# Told apart ---------------------------------------------------------------------------------------


def refused(act: Callable[..., Any], *args: Any, **words: Any) -> str | None:
    """Refused without a trace; the field it names."""
    before = every_row("complaints")
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    assert every_row("complaints") == before
    assert str(refusal.value)
    return refusal.value.field


def test_an_intake_is_refused_at_the_field_that_is_wrong(walk_in, jinxiu, cuihu, stranger, office_of_jinxiu):
    building = add_building(cuihu, "1", "1号楼")
    for field_name, said in {
        "content": {"content": "  "},
        "received_at": {"received_at": NOW + DAY},
        "backdated_because": {"received_at": NOW - 2 * HOUR},
        "place": {"unit": None, "building": building},
        "handler": {"severity": "minor"},
        "severity": {"handler": office_of_jinxiu.wanggong},
        "category": {"severity": "minor", "handler": office_of_jinxiu.wanggong, "category": None},
        "headcount": {"facts": {"headcount": 0}},
        "respondents": {"respondents": (office_of_jinxiu.limin,)},
    }.items():
        assert refused(walk_in, NOW, **said) == field_name, field_name
    refused(walk_in, NOW, received_at=NOW - 32 * DAY, backdated_because="断电")
    refused(walk_in, NOW, by=stranger)


def test_a_note_becomes_a_complaint_once(walk_in, jinxiu, limin, cuihu):
    note = actions.take_note(by=limin, at=NOW, estate=jinxiu, kind="repair", words="水管漏")
    case = walk_in(NOW + HOUR, from_note=note)
    assert case.contact_note == note
    refused(walk_in, NOW + HOUR, from_note=note)


def test_one_form_can_take_record_classify_and_deliver(walk_in, office_of_jinxiu, engineering):
    case = walk_in(NOW, severity="important", handler=office_of_jinxiu.wanggong, department=engineering)
    assert case.status == "classified"
    assert [e.kind for e in case.events.order_by("pk")] == [
        "registered",
        "recorded",
        "classified",
        "delivered",
    ]


def test_classify_names_severity_category_and_handler(case_in, office_of_jinxiu, engineering, stranger):
    people = office_of_jinxiu
    case = case_in("recorded", at=START)
    said = {
        "severity": "minor", "category": None, "handler": people.wanggong, "department": engineering,
        "by": people.limin, "at": NOW,
    }  # fmt: skip
    assert refused(actions.classify, case, **said | {"severity": "huge"}) == "severity"
    assert refused(actions.classify, case, **said | {"handler": stranger}) == "handler"
    actions.name_respondent(case, person=people.wanggong, by=people.limin, at=NOW)
    assert refused(actions.classify, case, **said) == "handler"
    case = actions.classify(case, **said | {"handler": people.sungong})
    assert (case.status, case.accountable, case.validity) == ("classified", people.sungong, "valid")


def test_who_hands_himself_the_work_has_accepted_it(case_in, office_of_jinxiu):
    case = case_in("recorded", at=START)
    limin = office_of_jinxiu.limin
    case = actions.classify(case, severity="minor", category=None, handler=limin, by=limin, at=NOW)
    assert case.status == "acting"


def test_an_edit_changes_what_it_names(case_in, office_of_jinxiu, cuihu):
    limin = office_of_jinxiu.limin
    case = case_in("acting", at=START)
    said = {"version": case.version, "by": limin, "at": NOW}
    assert refused(actions.edit, case, {"content": ""}, **said) == "content"
    refused(actions.edit, case, {"status": "closed"}, **said)
    after = actions.edit(case, {"place": "2号楼楼道", "phone": "138 0000 1111"}, **said)
    assert (after.place, after.version) == ("2号楼楼道", case.version + 1)
    assert after.complainant.phone == "13800001111"
    assert after.events.latest("pk").params == {"fields": ["phone", "place"]}
    before = every_row("complaints")
    actions.edit(after, {"place": "2号楼楼道"}, version=after.version, by=limin, at=NOW)
    assert every_row("complaints") == before  # nothing changed, nothing written


def test_files_are_given_to_the_case(case_in, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    case = case_in("acting", at=START)
    assert refused(actions.attach, case, [], by=limin, at=NOW) == "files"
    photo = Attachment.objects.create(
        file="a",
        name="a.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="0",
        uploaded_at=NOW,
        uploaded_by=limin,
    )
    actions.attach(case, [photo], by=limin, at=NOW)
    assert list(case.attachments.all()) == [photo]
    assert case.events.latest("pk").params == {"count": 1}
    other = case_in("recorded", at=START)
    assert refused(actions.attach, other, [photo], by=limin, at=NOW) == "files"  # it has its case


@pytest.mark.parametrize("verb", ["answer", "reply", "apologise", "revisit"])
def test_how_it_was_said_is_one_of_the_ways_there_are(stage, verb):
    _case, do = stage(verb)
    assert refused(do, method="pigeon") == "method"


@pytest.mark.parametrize("verb", ["revisit", "rate"])
@pytest.mark.parametrize("score", [0, 6])
def test_satisfaction_goes_from_one_to_five(stage, verb, score):
    _case, do = stage(verb)
    assert refused(do, answers=actions.Answers(satisfaction=score)) == "satisfaction"


@pytest.mark.parametrize(("score", "status"), [(1, "recorded"), (5, "closed")])
def test_one_and_five_are_scores(stage, score, status):
    case, do = stage("revisit")
    do(answers=actions.Answers(satisfaction=score))
    case.refresh_from_db()
    assert case.status == status


def test_handled_needs_something_that_can_be_seen(case_in, office_of_jinxiu):
    case = case_in("acting", at=START)
    said = {"note": "修好了", "by": office_of_jinxiu.wanggong, "at": NOW}
    assert refused(actions.handle, case, **said) == "evidence"


def test_what_was_done_lies_between_receipt_and_now(case_in, office_of_jinxiu):
    case = case_in("acting", at=START)
    said = {"note": "看过了", "by": office_of_jinxiu.wanggong, "at": NOW}
    assert refused(actions.act, case, done_at=NOW + MINUTE, **said) == "done_at"
    assert refused(actions.act, case, done_at=START - MINUTE, **said) == "done_at"
    actions.act(case, done_at=NOW - HOUR, **said)
    event = case.events.latest("pk")
    assert (event.at, event.recorded_at) == (NOW - HOUR, NOW)


def test_a_link_points_to_an_earlier_case_of_the_estate(case_in, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    old, new = case_in("closed", at=START - DAY), case_in("recorded", at=START)
    assert refused(actions.link, old, to=new, by=limin, at=NOW) == "number"
    assert refused(actions.link, new, to=new, by=limin, at=NOW) == "number"
    assert actions.link(new, to=old, by=limin, at=NOW).repeat_of == old


def test_a_collective_complaint_has_one_lead(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    lead, member, third = (case_in("recorded", at=START + n * MINUTE) for n in range(3))
    assert refused(actions.join, lead, lead=lead, by=people.limin, at=NOW) == "lead"
    actions.join(member, lead=lead, by=people.limin, at=NOW)
    lead.refresh_from_db()
    assert (lead.is_collective, lead.people) == (True, 2)
    assert refused(actions.join, third, lead=member, by=people.limin, at=NOW) == "lead"
    assert refused(actions.join, lead, lead=third, by=people.limin, at=NOW) == "lead"
    actions.leave(member, note="情况不同", by=people.chenfang, at=NOW)
    refused(actions.leave, third, note="不在其中", by=people.chenfang, at=NOW)
    lead.refresh_from_db()
    assert lead.people == 1
