"""Site visits 上门/现场勘查: whose each act is, what it asks for, entered later, what follows."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import translation

from complaints import actions
from complaints import site_visits as rules
from complaints.actions import site_visits as acts
from complaints.actions.visit_rows import overlapping
from complaints.models import Event, Notification, SiteVisit
from complaints.site_visits import ACTS, State
from complaints.statuses import CaseRole, WrongPerson, WrongStatus
from complaints.timeline import entries
from config.framework.refusals import Refused
from staff.models import Department
from staff.roles import Role
from tests.cast import DAY, HOUR, MINUTE, march, person
from tests.evidence_cast import sent
from tests.visits_cast import ARRANGED, BEGINS, arranged, plan, walked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def case(case_in):
    return case_in("acting")


@pytest.fixture
def visit(case, wanggong) -> SiteVisit:
    return arranged(case, wanggong)


def refused(do, *args, **words) -> Refused:
    with pytest.raises(Refused) as refusal:
        do(*args, **words)
    return refusal.value


def kinds(case) -> list[str]:
    return list(Event.objects.filter(complaint=case).order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("user__username", flat=True))


# The rules, said a second time ------------------------------------------------------------------------


def test_where_an_act_starts_from() -> None:
    starts = {
        verb: {str(s) for s in State if not rules.refusal(verb, s, {*Role, *CaseRole})} for verb in ACTS
    }
    planned = {"planned"}
    assert starts == {
        "arrive": planned, "find": {"there"}, "leave": {"looked"}, "move": planned, "call_off": planned,
        "miss": planned, "take_back": {"there"},
    }  # fmt: skip


def test_whose_an_act_is() -> None:
    on_spot = {"visitor", "accountable", "supervisor"}
    follows = {
        "visitor", "first_receiver", "case_handler", "accountable", "supervisor", "property_manager",
        "front_desk", "steward", "duty_desk",
    }  # fmt: skip
    for verb, act in ACTS.items():
        everybody = [*Role, *CaseRole, *rules.Part]
        his = {str(one) for one in everybody if not rules.refusal(verb, act.sources[0], {one})}
        assert his == (on_spot if verb in ("arrive", "find", "leave", "take_back") else follows), verb


def test_nobody_visits_for_a_void_entry() -> None:
    assert isinstance(rules.refusal("arrive", "planned", {CaseRole.ACCOUNTABLE}, "void"), WrongStatus)


def test_an_auditor_arranges_nothing_and_nobody_does_on_a_closed_case(case_in, wanggong, auditor) -> None:
    closed, there = case_in("closed"), case_in("acting")
    with pytest.raises(WrongStatus):
        arranged(closed, wanggong)
    with pytest.raises(WrongPerson):
        arranged(there, wanggong, by=auditor)


# Arranging --------------------------------------------------------------------------------------------


def test_a_visit_is_arranged_and_everybody_knows(case, limin, wanggong, visit) -> None:
    other = arranged(case, wanggong, by=limin, starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR)
    assert (visit.number, other.number) == (1, 2)
    assert told("visit_set") == {"wanggong"}  # who sends himself knows
    entry = Event.objects.filter(complaint=case, kind="visit_arranged").first()
    assert entry.owner_sees and entry.note == visit.purpose
    [line] = entries([entry], case)
    assert line.text == ("Site visit no. 1 arranged: 王建军, Wed 4 Mar 14:00–16:00 (By phone). What for:")
    [mine] = entries([entry], case, for_owner=True)
    assert mine.text == "Appointment agreed: a colleague comes on Wed 4 Mar 14:00–16:00."
    assert mine.note == ""


def test_of_a_common_area_the_customer_hears_nothing(case, wanggong) -> None:
    arranged(case, wanggong, agreed="none")
    assert not Event.objects.get(complaint=case, kind="visit_arranged").owner_sees


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"purpose": "看" * 501}, "purpose"),
        ({"agreed": "pigeon"}, "agreed"),
        ({"ends_at": BEGINS}, "ends_at"),
        ({"ends_at": BEGINS + 13 * HOUR}, "ends_at"),
        ({"starts_at": ARRANGED - 2 * HOUR, "ends_at": ARRANGED}, "starts_at"),
        ({"starts_at": ARRANGED + 91 * DAY, "ends_at": ARRANGED + 91 * DAY + HOUR}, "starts_at"),
    ],
)
def test_what_an_appointment_must_say(case, wanggong, said, field) -> None:
    assert refused(arranged, case, wanggong, **said).field == field
    assert not SiteVisit.objects.exists()


def test_the_same_key_arranges_once(case, wanggong) -> None:
    first = acts.arrange(case, plan(wanggong), by=wanggong, at=ARRANGED, key="k")
    again = acts.arrange(case, plan(wanggong), by=wanggong, at=ARRANGED, key="k")
    assert first == again and SiteVisit.objects.count() == 1


def test_nobody_is_sent_who_may_not_know_of_the_case(
    case, limin, wanggong, jinxiu, auditor, stranger
) -> None:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    liugong = person("liugong", "刘师傅", Role.HANDLER, department=firm)
    for somebody in (stranger, auditor, liugong):
        assert refused(arranged, case, somebody, by=limin).field == "visitor"
    case.respondents.create(user=wanggong)
    assert refused(arranged, case, wanggong, by=limin).field == "visitor"


def test_a_contractor_sends_its_own_people_to_its_own_case(case_in, jinxiu, chenfang, wanggong) -> None:
    firm = Department.objects.create(estate=jinxiu, name="迅达维保", is_contractor=True)
    liugong = person("liugong", "刘师傅", Role.HANDLER, department=firm)
    case = case_in("recorded")
    actions.classify(
        case, severity="minor", category=case.category, handler=liugong, department=firm, by=chenfang,
        at=march(2, 10),
    )  # fmt: skip
    assert refused(arranged, case, wanggong, by=liugong).field == "visitor"
    row = walked(arranged(case, liugong), "ended", liugong)
    assert row.outcome == "met"


def test_two_visits_of_one_person_at_one_time_are_seen(case, case_in, wanggong, limin, visit) -> None:
    other = case_in("acting")
    later = arranged(other, wanggong, starts_at=BEGINS + HOUR, ends_at=BEGINS + 3 * HOUR)
    behind = arranged(other, wanggong, starts_at=BEGINS + 3 * HOUR, ends_at=BEGINS + 4 * HOUR)
    arranged(other, limin)
    assert overlapping(later) == [visit] and overlapping(behind) == []
    acts.call_off(visit, note="客户已自修。", asked_by="customer", by=wanggong, at=ARRANGED)
    assert overlapping(later) == []


# Moved, called off, missed ------------------------------------------------------------------------------


def test_an_appointment_is_moved_with_reason_and_who_asked(case, visit, wanggong, limin) -> None:
    words = {"starts_at": BEGINS + DAY, "ends_at": BEGINS + DAY + HOUR, "by": limin, "at": march(3, 12)}
    assert refused(acts.move, visit, note=" ", asked_by="customer", **words).field == "note"
    assert refused(acts.move, visit, note="出差", asked_by="", **words).field == "asked_by"
    row = acts.move(visit, note="客户出差", asked_by="customer", **words)
    assert (row.starts_at, row.moved) == (BEGINS + DAY, 1)
    assert row.remind_at == BEGINS + DAY - rules.BEFORE
    entry = Event.objects.get(complaint=case, kind="visit_moved")
    assert entry.owner_sees and entry.note == "客户出差"
    assert datetime.fromisoformat(entry.params["old_window"][0]) == BEGINS
    [mine] = entries([entry], case, for_owner=True)
    assert (mine.text, mine.note) == (
        "The appointment was moved: a colleague comes on Thu 5 Mar 14:00–15:00.", "",
    )  # fmt: skip
    assert told("visit_moved") == {"wanggong"}


def test_somebody_else_goes(case, visit, wanggong, limin, sungong) -> None:
    same = {"starts_at": visit.starts_at, "ends_at": visit.ends_at, "asked_by": "we", "by": limin}
    assert refused(acts.move, visit, note="无", at=ARRANGED, **same)
    row = acts.move(visit, note="王工请假", visitor=sungong, at=ARRANGED, **same)
    assert row.visitor == sungong
    assert told("visit_taken") == {"wanggong"} and told("visit_set") == {"sungong"}
    assert kinds(case)[-1] == "visit_reassigned"
    with pytest.raises(WrongPerson):
        acts.arrive(row, by=wanggong, at=BEGINS)


def test_what_somebody_changed_meanwhile_is_not_changed_again(visit, limin, chenfang) -> None:
    words = {"note": "改期", "asked_by": "customer", "ends_at": BEGINS + 2 * DAY, "at": ARRANGED}
    acts.move(visit, starts_at=BEGINS + 2 * DAY - HOUR, seen=0, by=limin, **words)
    late = refused(acts.move, visit, starts_at=BEGINS + 2 * DAY - 2 * HOUR, seen=0, by=chenfang, **words)
    assert "Meanwhile" in str(late)


@pytest.mark.parametrize("minutes", [119, 120])
def test_who_let_a_customer_wait_neither_moves_nor_calls_off(visit, limin, minutes) -> None:
    at = BEGINS + minutes * MINUTE
    words = {"note": "忙不过来", "asked_by": "we", "by": limin, "at": at}
    if minutes < 120:
        assert acts.call_off(visit, **words).state == "off"
        return
    assert refused(acts.call_off, visit, **words).field == "asked_by"
    assert refused(acts.move, visit, starts_at=at + DAY, ends_at=at + DAY + HOUR, **words).field == "asked_by"


def test_called_off_is_told_to_customer_and_visitor(case, visit, limin) -> None:
    row = acts.call_off(visit, note="客户已自修。", asked_by="customer", by=limin, at=ARRANGED)
    assert (row.state, row.because, row.remind_at) == ("off", "客户已自修。", None)
    assert told("visit_off") == {"wanggong"}
    entry = Event.objects.get(complaint=case, kind="visit_called_off")
    [mine] = entries([entry], case, for_owner=True)
    assert (mine.text, mine.note) == ("The appointment on Wed 4 Mar 14:00–16:00 was called off.", "")


def test_missed_is_counted_and_seen_by_the_supervisor(case, visit, wanggong) -> None:
    early = refused(acts.miss, visit, note="忘了", by=wanggong, at=BEGINS + 2 * HOUR - MINUTE)
    assert "Its time is not over yet" in str(early)
    assert refused(acts.miss, visit, note=" ", by=wanggong, at=BEGINS + 2 * HOUR).field == "note"
    row = acts.miss(visit, note="上一户耽搁", by=wanggong, at=BEGINS + 2 * HOUR)
    assert (row.state, row.outcome, row.because) == ("ended", "missed", "上一户耽搁")
    assert row.asks_again
    assert told("visit_missed") == {"chenfang", "limin"}
    entry = Event.objects.get(complaint=case, kind="visit_missed")
    [mine] = entries([entry], case, for_owner=True)
    assert mine.text == "We did not keep the appointment on Wed 4 Mar 14:00–16:00, and we are sorry."


def test_where_nobody_waits_nothing_is_missed(case, wanggong) -> None:
    row = arranged(case, wanggong, agreed="none")
    assert refused(acts.miss, row, note="忘了", by=wanggong, at=BEGINS + HOUR)
    assert acts.call_off(row, note="改天", asked_by="we", by=wanggong, at=BEGINS + HOUR).state == "off"


# On the spot ------------------------------------------------------------------------------------------


def test_arrived_found_left_in_three_acts(case, visit, wanggong) -> None:
    there = acts.arrive(visit, by=wanggong, at=BEGINS + 5 * MINUTE)
    assert (there.arrived_at, there.arrived_later, there.on_time) == (BEGINS + 5 * MINUTE, False, True)
    acts.find(
        visit, outcome="met", found="管根渗水", measures="关闭阀门", by=wanggong, at=BEGINS + 20 * MINUTE
    )
    row = acts.leave(visit, by=wanggong, at=BEGINS + 30 * MINUTE)
    assert (row.state, row.outcome, row.left_at, row.left_later) == (
        "ended", "met", BEGINS + 30 * MINUTE, False,
    )  # fmt: skip
    assert there.remind_at == row.ends_at + rules.GRACE and row.remind_at is None
    assert kinds(case)[-4:] == ["visit_arrived", "visit_met", "visit_measures", "visit_left"]
    found = Event.objects.get(complaint=case, kind="visit_met")
    assert (found.note, found.at) == ("管根渗水", BEGINS + 20 * MINUTE)
    [mine] = entries([found], case, for_owner=True)
    assert mine.note == ""


def test_entered_later_with_the_true_time(case, visit, wanggong) -> None:
    late = BEGINS + 5 * HOUR
    assert refused(acts.arrive, visit, done_at=late + MINUTE, by=wanggong, at=late).field == "done_at"
    row = acts.arrive(visit, done_at=BEGINS + 3 * HOUR, by=wanggong, at=late)
    assert (row.arrived_at, row.arrived_entered_at) == (BEGINS + 3 * HOUR, late)
    assert row.arrived_later and row.on_time is False
    acts.find(visit, outcome="met", found="管根渗水", by=wanggong, at=late)
    before = refused(acts.leave, visit, done_at=BEGINS + 2 * HOUR, by=wanggong, at=late)
    assert before.field == "done_at"
    row = acts.leave(visit, done_at=BEGINS + 4 * HOUR, by=wanggong, at=late)
    assert row.left_later and row.left_at == row.ended_at == BEGINS + 4 * HOUR
    entry = Event.objects.get(complaint=case, kind="visit_arrived")
    assert (entry.at, entry.recorded_at) == (BEGINS + 3 * HOUR, late)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "missed"}, "outcome"),
        ({"outcome": "looked", "found": "无"}, "outcome"),  # there was an appointment
        ({"outcome": "met"}, "found"),
        ({"outcome": "absent"}, "note_left"),
    ],
)
def test_what_a_finding_must_say(visit, wanggong, said, field) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    assert refused(acts.find, visit, by=wanggong, at=BEGINS, **said).field == field


def test_customer_not_there_asks_for_a_new_appointment(case, visit, wanggong, limin) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    acts.find(visit, outcome="absent", note_left=True, by=wanggong, at=BEGINS + MINUTE)
    row = acts.leave(visit, by=wanggong, at=BEGINS + 2 * MINUTE)
    assert row.asks_again and row.note_left is True
    assert told("visit_in_vain") == {"limin"}
    again = plan(wanggong, starts_at=BEGINS + DAY, ends_at=BEGINS + DAY + HOUR)
    new = acts.arrange(case, again, follows=row, by=limin, at=BEGINS + HOUR)
    assert new.follows == row and row.followed_by.get() == new


def test_photos_are_evidence_of_the_case(case, visit, wanggong) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    photo = sent(wanggong, BEGINS)
    row = acts.find(
        visit,
        outcome="met",
        found="管根渗水",
        first_scene=True,
        files=[photo],
        by=wanggong,
        at=BEGINS + MINUTE,
    )
    kept = row.evidence
    assert (kept.kind, kept.collected_by, kept.first_scene, kept.collected_at) == (
        "photo", wanggong, True, BEGINS + MINUTE,
    )  # fmt: skip
    assert kept.what == "Site visit no. 1: 管根渗水" and kept.place == case.where
    assert list(kept.files.all()) == [photo]
    row.refresh_from_db()
    assert row.evidence == kept


def test_the_head_writes_for_whoever_does_not_sign_in(visit, sungong, limin) -> None:
    with pytest.raises(WrongPerson):
        acts.arrive(visit, by=limin, at=BEGINS)
    assert acts.arrive(visit, by=sungong, at=BEGINS).state == "there"


def test_two_at_once_arrive_once(visit, wanggong, sungong) -> None:
    acts.arrive(visit, by=wanggong, at=BEGINS)
    with pytest.raises(WrongStatus):
        acts.arrive(visit, by=sungong, at=BEGINS + MINUTE)
