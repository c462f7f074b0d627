"""The clocks beside the steps: judgement, apology, media, hotline, regulator (domain.md 4)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.models import Category
from complaints.policy import DEFAULTS, ClockKind, Facts, Policy, Severity
from complaints.statuses import WrongPerson
from complaints.timeline import entries
from tests.cast import HOUR, MINUTE, OPINION, march
from tests.looking import clock_of, levels_of, ring, running, told, told_at
from tests.orders import ORDER, edited, refused

pytestmark = pytest.mark.django_db

NIGHT = march(3, 21, 30)


@pytest.fixture
def upheld(walk_in, office_of_jinxiu, categories):
    """A complaint about a guard, upheld."""

    def take(at=NIGHT, **intake):
        case = walk_in(at, **{"category": categories["staff-conduct"]} | intake)
        return actions.classify(
            case, severity="important", category=None, handler=office_of_jinxiu.wanggong,
            by=office_of_jinxiu.chenfang, at=at + HOUR,
        )  # fmt: skip

    return take


# The table -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "limit", "over"),
    [
        ("judge", "4 service hours", ["property_manager"]),
        ("apology", "2 days", ["property_manager"]),
        ("media", "48 hours", ["general_manager"]),
        ("objection", "15 days", ["general_manager"]),
    ],
)
def test_the_table_says(kind, limit, over):
    policy, facts = Policy(1, DEFAULTS), Facts(Severity.MAJOR)
    assert [each.text for each in policy.limits(ClockKind(kind), facts, in_service=True)] == [limit]
    assert policy.recipients(ClockKind(kind), Severity.MINOR) == over


def test_a_version_from_before_these_clocks_goes_by_the_defaults():
    old = {**DEFAULTS, "clocks": {"resolve": DEFAULTS["clocks"]["resolve"]}}
    policy = Policy(2, old)
    assert policy.recipients(ClockKind.MEDIA, Severity.MINOR) == ["general_manager"]
    assert policy.limits(ClockKind.JUDGE, Facts(Severity.MINOR), in_service=True)


# Judgement -----------------------------------------------------------------------------------------


def test_what_is_referred_is_judged_within_four_hours_of_service_time(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 15))
    actions.refer(case, note="像是误会，账单要查", by=people.limin, at=march(2, 15, 30))
    assert running(case)["judge"] == march(3, 10, 30)
    assert told("referred", case) == {"chenfang"}
    ring(march(3, 10, 29))
    assert "zhoujun" not in told("level_over", case)
    ring(march(3, 10, 30))
    assert "zhoujun" in told("level_over", case)


@pytest.mark.parametrize("upheld", [True, False])
def test_the_judgement_ends_it_either_way(walk_in, office_of_jinxiu, upheld):
    people = office_of_jinxiu
    case = walk_in(march(2, 9))
    actions.refer(case, note="拿不准", by=people.limin, at=march(2, 9, 10))
    if upheld:
        case = actions.reject_invalid(case, note="属实", by=people.chenfang, at=march(2, 10))
    else:
        case = actions.confirm_invalid(case, note="今年账单", by=people.chenfang, at=march(2, 10))
        assert (case.cycles.get().result, case.status) == ("今年账单", "handled")
    assert "judge" not in running(case)
    assert case.validity == ("valid" if upheld else "invalid")


def test_nobody_judges_what_he_referred_himself(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 9))
    actions.refer(case, note="拿不准", by=people.chenfang, at=march(2, 9, 10))
    assert told("referred", case) == {"zhoujun"}
    with pytest.raises(WrongPerson):
        actions.confirm_invalid(case, by=people.chenfang, at=march(2, 10))
    refused(actions.refer, case, note="再转", by=people.limin, at=march(2, 10))
    refused(actions.propose_invalid, case, note="误会", by=people.limin, at=march(2, 10))


def test_the_work_begins_while_the_supervisor_judges(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 9))
    actions.refer(case, note="拿不准", by=people.limin, at=march(2, 9, 5))
    work = {"severity": "minor", "category": None, "handler": people.wanggong}
    case = actions.classify(case, **work, by=people.limin, at=march(2, 9, 10))
    assert case.validity == "undecided" and "judge" in running(case)
    case = actions.accept(case, note=OPINION, by=people.wanggong, at=march(2, 9, 20))
    case = actions.handle(case, note="好了", evidence="签字", by=people.wanggong, at=march(2, 10))
    assert case.validity == "valid" and set(running(case)) == {"reply"}


def test_a_supervisor_who_classifies_has_judged(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = walk_in(march(2, 9))
    actions.refer(case, note="拿不准", by=people.limin, at=march(2, 9, 5))
    case = actions.classify(
        case, severity="minor", category=None, handler=people.wanggong, by=people.chenfang, at=march(2, 9, 10)
    )
    assert case.validity == "valid" and "judge" not in running(case)


# Apology -------------------------------------------------------------------------------------------


def test_an_apology_is_owed_two_days_from_the_judgement_and_ends_when_recorded(upheld, office_of_jinxiu):
    people = office_of_jinxiu
    case = upheld()
    assert running(case)["apology"] == march(5, 22, 30)
    words = {"note": "对不起", "apologised_by": "保安赵某", "method": "in_person", "by": people.limin}
    refused(actions.apologise, case, **words | {"apologised_by": " "}, at=march(5, 9), field="apologised_by")
    actions.apologise(case, **words, at=march(5, 9))
    assert "apology" not in running(case)
    shown = entries(list(case.events.order_by("pk")), case, for_owner=True)[-1]
    assert (shown.kind, shown.note) == ("apologised", "对不起")
    refused(actions.apologise, case, **words, at=march(5, 10))


def test_an_apology_is_owed_for_whatever_the_company_puts_below_staff_conduct(upheld, categories):
    guards = Category.objects.create(
        code="guards", zh="保安态度", en="Guards' manners", parent=categories["staff-conduct"]
    )
    assert running(upheld(category=guards))["apology"] == march(5, 22, 30)
    assert "apology" not in running(upheld(category=categories["repairs"]))


def test_no_apology_is_owed_for_other_matters_or_before_the_judgement(case_in, walk_in, categories):
    assert "apology" not in running(case_in("acting"))
    assert "apology" not in running(walk_in(category=categories["staff-conduct"]))


def test_over_it_goes_to_the_property_manager(upheld):
    case = upheld()
    ring(march(5, 22, 30))
    assert told_at(case, "apology", "over") == {"wanggong", "limin", "zhoujun"}


def test_judged_not_upheld_after_all_or_filed_under_another_matter_it_ends(
    upheld, office_of_jinxiu, categories
):
    people = office_of_jinxiu
    case = upheld()
    actions.propose_invalid(case, note="监控不符", by=people.limin, at=march(4, 9))
    actions.confirm_invalid(case, by=people.chenfang, at=march(4, 10))
    assert set(running(case)) == {"reply"}
    other = edited(upheld(), people, march(4, 9), category=categories["security"])
    assert "apology" not in running(other)


def test_another_cycle_asks_for_no_second_apology_but_for_a_missing_one(upheld, office_of_jinxiu):
    people = office_of_jinxiu
    for recorded in (True, False):
        case = upheld()
        if recorded:
            actions.apologise(
                case, note="对不起", apologised_by="赵某", method="phone", by=people.limin, at=march(4, 9)
            )
        case = actions.accept(case, note=OPINION, by=people.wanggong, at=march(4, 9))
        actions.handle(case, note="已教育", evidence="记录", by=people.wanggong, at=march(4, 10))
        actions.reply(case, note="已处理", method="phone", by=people.limin, at=march(4, 11))
        case = actions.dispute(case, note="不诚恳", by=None, at=march(4, 12))
        assert ("apology" in running(case)) is not recorded
        actions.classify(
            case, severity="important", category=None, handler=people.wanggong, by=people.chenfang,
            at=march(4, 13),
        )  # fmt: skip
        assert ("apology" in running(case)) is not recorded


# The media -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "intake",
    [
        {"facts": {"media_exposed": True}},
        {"facts": {"media_asked": True}},
        {"channel": "media"},
        {"person": actions.Person(name="张记者", phone="13800001111", capacity="reporter")},
    ],
)
def test_the_media_are_answered_within_48_hours_of_the_mark(walk_in, office_of_jinxiu, intake):
    case = walk_in(march(2, 14), **intake)
    assert running(case)["media"] == march(4, 14)
    assert "zhoujun" in told("media_marked", case)
    with pytest.raises(WrongPerson):
        actions.answer_media(case, note="已上报", by=office_of_jinxiu.chenfang, at=march(3))
    actions.answer_media(case, note="都市频道：积水已抽干", by=office_of_jinxiu.zhoujun, at=march(3))
    assert "media" not in running(case)


def test_a_later_mark_counts_from_its_own_moment_and_a_new_one_again(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = edited(walk_in(march(2, 9)), people, march(3, 10), media_asked=True)
    assert running(case)["media"] == march(5, 10)
    case = edited(case, people, march(3, 12), media_exposed=True)  # it runs already
    assert running(case)["media"] == march(5, 10)
    actions.answer_media(case, note="说明", by=people.wuzong, at=march(4))
    case.refresh_from_db()
    actions.note_media(case, note="晚报记者追问整改进度", by=people.limin, at=march(6, 9))
    assert running(case)["media"] == march(8, 9)


def test_what_the_media_were_told_before_the_mark_is_no_answer_to_it(walk_in, office_of_jinxiu):
    people = office_of_jinxiu
    case = edited(walk_in(march(2, 9)), people, march(9, 9), media_exposed=True)
    words = {"note": "说明", "by": people.zhoujun, "at": march(10)}
    refused(actions.answer_media, case, done_at=march(3), field="done_at", **words)
    actions.answer_media(case, done_at=march(9, 12), **words)
    assert clock_of(case, "media").stopped_at == march(9, 12)


def test_the_media_never_keep_the_owner_from_his_answer(case_in, office_of_jinxiu):
    case = case_in("acting", facts={"media_exposed": True})
    actions.answer(case, note="今天抽水", method="phone", by=office_of_jinxiu.limin, at=march(2, 12))
    assert "media" in running(case)


def test_a_reporter_is_answered_by_a_manager_only(case_in, office_of_jinxiu):
    people = office_of_jinxiu
    reporter = actions.Person(name="记者", phone="13800000000", capacity="reporter")
    case = case_in("handled", facts={"media_threatened": True}, person=reporter)
    words = {"note": "积水已抽干", "method": "phone", "at": march(2, 12)}
    for act in (actions.answer, actions.reply):
        with pytest.raises(WrongPerson):
            act(case, by=people.limin, **words)
    assert actions.reply(case, by=people.zhoujun, **words).status == "replied"


def test_the_manager_who_must_speak_is_warned_and_the_general_manager_hears_when_it_is_late(walk_in):
    case = walk_in(march(2, 14), facts={"media_asked": True})
    [warning] = [at for _r, level, at in levels_of(clock_of(case, "media"), "pending") if level == "warning"]
    assert warning == march(4, 2)
    ring(warning)
    assert "zhoujun" in told_at(case, "media", "warning")
    ring(march(4, 14))
    assert "wuzong" in told_at(case, "media", "over")


# What ends them and what does not --------------------------------------------------------------------


@pytest.fixture
def owing(upheld):
    """A case that owes everything at once."""
    return upheld(march(2, 9), channel="regulator", facts=ORDER | {"media_exposed": True})


ALL = {"apology", "media", "external", "objection"}


@pytest.mark.parametrize(
    ("end", "left"),
    [
        ("reply", ALL),
        ("dispute", ALL),
        ("withdraw", ALL - {"apology"}),
        ("close", ALL - {"apology"}),
        ("void", set()),
        ("join", ALL),
    ],
)
def test_what_is_owed_outside_outlives_our_case(owing, case_in, office_of_jinxiu, end, left):
    people = office_of_jinxiu
    actions.record_finding(owing, note="不合格", found_at=march(2, 9), by=people.zhoujun, at=march(2, 11))
    if end in ("reply", "dispute", "close"):
        actions.accept(owing, note=OPINION, by=people.wanggong, at=march(2, 12))
        actions.handle(owing, note="好了", evidence="照片", by=people.wanggong, at=march(2, 13))
        actions.reply(owing, note="好了", method="phone", by=people.limin, at=march(2, 14))
    at = march(2, 15)
    good = actions.Answers(satisfaction=5)
    {
        "reply": lambda: None,
        "dispute": lambda: actions.dispute(owing, note="没好", by=None, at=at),
        "withdraw": lambda: actions.withdraw(
            owing, note="算了", confirmed_by="phone", by=people.limin, at=at
        ),
        "close": lambda: actions.revisit(owing, answers=good, method="phone", by=people.chenfang, at=at),
        "void": lambda: actions.void(owing, note="录错", by=people.chenfang, at=at),
        "join": lambda: actions.join(owing, lead=case_in("acting"), by=people.limin, at=at),
    }[end]()
    assert set(running(owing)) & ALL == left
    if end == "void":
        refused(actions.record_finding, owing, note="x", found_at=at, by=people.zhoujun, at=at + MINUTE)
