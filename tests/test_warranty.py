"""Warranty 保修: from part, hand-over date and day of receipt to the owner's signature (T48)."""

# ruff: noqa: F811 fixtures are asked for by their names
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from complaints import actions, warranty, warranty_terms
from complaints.actions import warranty as acts
from complaints.actions import warranty_due
from complaints.actions.current_policy import current_policy
from complaints.actions.policy_versions import save_policy
from complaints.models import CaseWarranty
from complaints.policy_fields import with_values
from complaints.warranty import State
from complaints.warranty_ends import endings
from config.framework.refusals import Refused
from owners import actions as register
from owners.handed_over import handed_over
from owners.models import Builder, HandOver, Unit
from owners.parts import HandedOver, Part
from tests.cast import DAY, HOUR, march
from tests.warranty_cast import HANDED, TUESDAY, built, covered, inbox, leak, officer, told  # noqa: F401

TERMS = warranty_terms.DEFAULTS


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# The terms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "handed", "last"),
    [
        ("roof", date(2023, 5, 12), date(2028, 5, 11)),
        ("wet_rooms", date(2023, 5, 12), date(2028, 5, 11)),
        ("outer_wall", date(2023, 5, 12), date(2028, 5, 11)),
        ("electric", date(2023, 5, 12), date(2025, 5, 11)),
        ("plumbing", date(2023, 5, 12), date(2025, 5, 11)),
        ("installation", date(2023, 5, 12), date(2025, 5, 11)),
        ("decoration", date(2023, 5, 12), date(2025, 5, 11)),
        ("structure", date(2023, 5, 12), date(2073, 5, 11)),
        ("foundation", date(2023, 5, 12), date(2073, 5, 11)),
        ("infrastructure", date(2023, 5, 12), date(2073, 5, 11)),
        # Two whole seasons: the heating of 2023/24 and 2024/25, the cooling of 2023 and 2024.
        ("heating", date(2023, 5, 12), date(2025, 3, 15)),
        ("heating", date(2023, 11, 15), date(2025, 3, 15)),
        ("heating", date(2023, 11, 16), date(2026, 3, 15)),
        ("heating", date(2024, 1, 10), date(2026, 3, 15)),
        ("cooling", date(2023, 5, 12), date(2024, 9, 30)),
        ("cooling", date(2023, 6, 2), date(2025, 9, 30)),
        # A leap day has no like in most years: the last day of February is the last day.
        ("electric", date(2024, 2, 29), date(2026, 2, 28)),
        ("roof", date(2024, 2, 29), date(2029, 2, 28)),
        ("electric", date(2022, 2, 28), date(2024, 2, 27)),
        ("electric", date(2022, 3, 1), date(2024, 2, 29)),
    ],
)
def test_the_last_day_of_each_part(part, handed, last):
    assert warranty_terms.last_day(part, handed, TERMS, 50) == last


def test_the_design_life_is_the_estates():
    assert warranty_terms.last_day("structure", HANDED, TERMS, 70) == date(2093, 5, 11)


def test_the_last_day_counts_and_the_day_after_does_not():
    given = HandedOver(HANDED, "estate")
    on = warranty_terms.verdict("outer_wall", given, date(2028, 5, 11), TERMS)
    after = warranty_terms.verdict("outer_wall", given, date(2028, 5, 12), TERMS)
    assert (on.covered, after.covered) == (True, False)
    assert warranty_terms.verdict("outer_wall", None, date(2028, 5, 12), TERMS).covered is None


def test_words_offer_a_part_and_nothing_is_set():
    assert warranty.suggest("外墙渗水，窗边渗水")[0] == Part.OUTER_WALL
    assert warranty.suggest("邻居半夜跳舞") is None


# The date that counts ----------------------------------------------------------------------------------


def test_the_unit_wins_over_the_building_and_that_over_the_estate(jinxiu, home, zhoujun):
    assert handed_over(jinxiu.pk, unit=home) is None
    for day, where in ((1, {}), (2, {"building": home.building}), (3, {"unit": home})):
        register.set_hand_over(jinxiu, date(2023, 5, day), **where, by=zhoujun, at=march(1))
        found = handed_over(jinxiu.pk, unit=home)
        assert found is not None
        assert found.day == date(2023, 5, day)
    other = register.add_unit(
        jinxiu, building=home.building, entrance="1", number="303", code="2-1-303", name="2号楼1单元303"
    )
    assert handed_over(jinxiu.pk, unit=other) == HandedOver(date(2023, 5, 2), "building")
    assert handed_over(jinxiu.pk, building=home.building_id) == HandedOver(date(2023, 5, 2), "building")
    assert handed_over(jinxiu.pk) == HandedOver(date(2023, 5, 1), "estate")
    register.set_hand_over(jinxiu, None, unit=home, by=zhoujun, at=march(2))
    assert handed_over(jinxiu.pk, unit=home) == HandedOver(date(2023, 5, 2), "building")
    assert HandOver.history.filter(unit=home).count() == 2


def test_a_day_to_come_and_another_estates_place_are_refused(jinxiu, cuihu, home, zhoujun):
    with pytest.raises(Refused) as fault:
        register.set_hand_over(jinxiu, date(2026, 3, 2), by=zhoujun, at=march(1, 23))
    assert fault.value.field == "day"
    register.set_hand_over(jinxiu, date(2026, 3, 1), by=zhoujun, at=march(1, 1))
    with pytest.raises(Refused):
        register.set_hand_over(cuihu, HANDED, unit=home, by=zhoujun, at=march(1))


# The fact ----------------------------------------------------------------------------------------------


def test_a_part_under_warranty_makes_the_case_so_and_tells_the_officer(leak, officer, chenfang):
    row = acts.choose_part(leak, part="outer_wall", by=chenfang, at=TUESDAY)
    leak.refresh_from_db()
    assert (row.covered, row.state, row.until, row.opened_at) == (
        True,
        State.TO_NOTIFY,
        date(2028, 5, 11),
        TUESDAY,
    )
    assert leak.under_warranty
    assert row.said == "Outer wall, seepage, handed over 2023-05-12, under warranty until 2028-05-11"
    assert inbox(officer) == ["warranty_yours"]
    assert leak.events.filter(kind="warranty_covered").count() == 1


def test_a_part_out_of_warranty_says_when_it_ended(leak, chenfang):
    row = acts.choose_part(leak, part="plumbing", by=chenfang, at=TUESDAY)
    leak.refresh_from_db()
    assert (row.covered, row.state, leak.under_warranty) == (False, State.NOT_COVERED, False)
    assert "ended 2025-05-11" in row.said


def test_without_a_date_a_person_decides(case_in, chenfang):
    case = case_in("acting")
    row = acts.choose_part(case, part="roof", by=chenfang, at=TUESDAY)
    assert (row.covered, row.state) == (None, State.UNDECIDED)
    assert "no hand-over date" in row.said
    row = acts.decide_otherwise(
        case, covered=True, ground="agreed", because="开发商书面承诺继续保修。", by=chenfang, at=march(4)
    )
    case.refresh_from_db()
    assert (row.covered, case.under_warranty, row.decided_by) == (True, True, chenfang)


def test_the_day_of_receipt_decides_and_not_the_day_it_is_asked(jinxiu, zhoujun, case_in, chenfang):
    """Received at 23:30 of the last day in Shanghai, which is 15:30 in London."""
    register.set_hand_over(jinxiu, date(2024, 3, 3), by=zhoujun, at=march(1))
    on = case_in("acting", at=march(2, 23, 30))
    after = case_in("acting", at=march(3, 0, 5))
    asked = march(5)
    assert acts.choose_part(on, part="electric", by=chenfang, at=asked).covered is True
    assert acts.choose_part(after, part="electric", by=chenfang, at=asked).covered is False


def test_a_later_version_of_the_terms_changes_no_case(covered, home, jinxiu, zhoujun, limin, chenfang, admin):
    data = with_values(current_policy().policy.data, {"warranty.years.outer_wall": 2})
    save_policy(data, started_from=current_policy().number, note="按新规", by=admin, at=march(4))
    row = CaseWarranty.objects.get(pk=covered.pk)
    assert (row.covered, row.until) == (True, date(2028, 5, 11))
    # Another place is worked out by the terms the case was told by.
    register.set_hand_over(jinxiu, date(2022, 1, 1), building=home.building, by=zhoujun, at=march(4))
    other = register.add_unit(
        jinxiu, building=home.building, entrance="1", number="9", code="2-1-9", name="2号楼1单元9"
    )
    actions.edit(covered, {"unit": other}, version=covered.version, by=limin, at=march(4))
    row.refresh_from_db()
    assert (row.covered, row.until) == (True, date(2026, 12, 31))
    # Asked anew, today's hold.
    row = acts.choose_part(covered, part="outer_wall", by=chenfang, at=march(5))
    covered.refresh_from_db()
    assert (row.covered, row.until, covered.under_warranty) == (False, date(2023, 12, 31), False)


def test_what_a_person_decided_stays(covered, home, jinxiu, zhoujun, limin, chenfang):
    acts.decide_otherwise(
        covered,
        covered=False,
        ground="fitting_out",
        because="业主装修时凿穿防水层。",
        by=chenfang,
        at=march(4),
    )
    covered.refresh_from_db()
    assert not covered.under_warranty
    register.set_hand_over(jinxiu, date(2025, 1, 1), building=home.building, by=zhoujun, at=march(4))
    actions.edit(
        covered, {"unit": None, "building": home.building}, version=covered.version, by=limin, at=march(5)
    )
    row = CaseWarranty.objects.get(pk=covered.pk)
    covered.refresh_from_db()
    assert (row.covered, row.why, covered.under_warranty) == (False, "fitting_out", False)


def test_a_decision_needs_its_reason_and_its_person(covered, limin, wanggong, chenfang, officer):
    said = {"covered": False, "ground": "own_damage", "because": "外力撞击"}
    for who in (limin, wanggong):
        with pytest.raises(Refused):
            acts.decide_otherwise(covered, **said, by=who, at=march(4))
    with pytest.raises(Refused) as fault:
        acts.decide_otherwise(covered, **said | {"because": " "}, by=chenfang, at=march(4))
    assert fault.value.field == "because"
    assert acts.decide_otherwise(covered, **said, by=officer, at=march(4)).covered is False


def test_only_who_decides_takes_a_decision_back(covered, limin, chenfang):
    acts.decide_otherwise(
        covered, covered=False, ground="own_damage", because="外力撞击", by=chenfang, at=march(4)
    )
    with pytest.raises(Refused):
        acts.choose_part(covered, part="outer_wall", by=limin, at=march(5))
    assert acts.choose_part(covered, part="outer_wall", by=chenfang, at=march(5)).covered is True


def test_a_tick_at_the_desk_and_by_an_edit_is_a_persons_decision(case_in, limin):
    case = case_in("acting", facts={"under_warranty": True})
    row = CaseWarranty.objects.get(pk=case.pk)
    assert (row.covered, row.why, row.state, row.part) == (True, "by_hand", State.TO_NOTIFY, "")
    actions.edit(case, {"under_warranty": False}, version=case.version, by=limin, at=march(4))
    row.refresh_from_db()
    assert (row.covered, row.state) == (False, State.NOT_COVERED)
    assert not CaseWarranty.objects.exclude(pk=case.pk).exists()


# The builder -------------------------------------------------------------------------------------------


def test_the_steps_of_a_builder_to_the_signature(covered, built, limin, chenfang):
    row = told(covered, built, chenfang)
    assert (row.state, row.firm, row.due_at) == (State.NOTIFIED, "华建三局", TUESDAY + 3 * DAY)
    row = acts.agree_visit(covered, visit_at=march(5, 14), by=chenfang, at=march(4))
    assert (row.state, row.due_at) == (State.AGREED, march(5, 14))
    row = acts.send_people(covered, whom="刘工 两人", by=chenfang, at=march(5, 14))
    assert (row.state, row.due_at) == (State.SENT, march(12, 14))
    row = acts.finish(covered, done="外墙注浆并试水", by=chenfang, at=march(6))
    assert row.state == State.DONE
    row = acts.refuse_to_sign(covered, because="还在渗水", by=limin, at=march(6, 12))
    assert (row.state, row.refused_because) == (State.REFUSED, "还在渗水")
    acts.finish(covered, done="重新打胶，试水不漏", by=chenfang, at=march(7))
    row = acts.sign(covered, signed_how="confirmed", note="3月8日电话确认不漏", by=limin, at=march(8))
    assert (row.state, row.signed_at, row.signed_how) == (State.SIGNED, march(8), "confirmed")
    kinds = list(
        covered.events.filter(kind__startswith="warranty_").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == [
        "warranty_covered", "warranty_notified", "warranty_agreed", "warranty_sent", "warranty_finished",
        "warranty_refused", "warranty_finished", "warranty_signed",
    ]  # fmt: skip


def test_steps_in_the_wrong_order_or_time_are_refused(covered, built, chenfang):
    with pytest.raises(Refused):
        acts.finish(covered, done="修好", by=chenfang, at=march(4))
    with pytest.raises(Refused) as fault:
        told(covered, built, chenfang, at=march(4), notified_at=march(9))
    assert fault.value.field == "notified_at"
    told(covered, built, chenfang)
    with pytest.raises(Refused) as fault:
        acts.finish(covered, done="修好", done_at=TUESDAY - HOUR, by=chenfang, at=march(4))
    assert fault.value.field == "done_at"
    acts.finish(covered, done="修好", by=chenfang, at=march(4))
    with pytest.raises(Refused) as fault:
        acts.sign(covered, signed_how="signed", by=chenfang, at=march(4))
    assert fault.value.field == "files"


def test_who_does_not_come_is_late_and_others_repair_it(covered, built, officer, zhoujun, chenfang):
    told(covered, built, chenfang)
    due = TUESDAY + 3 * DAY
    assert warranty_due.remind_due(due - timedelta(minutes=1)) == 0
    assert warranty_due.remind_due(due) == 1
    assert warranty_due.remind_due(due) == 0
    assert inbox(officer).count("warranty_late") == 1
    assert inbox(zhoujun).count("warranty_late") == 0
    assert warranty_due.remind_due(due + 8 * DAY) == 1
    assert inbox(zhoujun).count("warranty_late") == 1
    row = acts.repair_elsewhere(
        covered, whom="本项目工程部", because="催三次未到", cost=Decimal("860.00"), by=chenfang, at=march(20)
    )
    assert (row.state, row.cost, row.due_at, row.remind_at) == (
        State.ELSEWHERE,
        Decimal("860.00"),
        None,
        None,
    )


def test_without_an_officer_the_supervisor_hears_of_it(covered, built, chenfang):
    told(covered, built, chenfang)
    warranty_due.remind_due(TUESDAY + 3 * DAY)
    assert inbox(chenfang).count("warranty_late") == 1


def test_a_builder_told_is_out_of_it_once_it_is_decided_otherwise(covered, built, chenfang):
    told(covered, built, chenfang)
    row = acts.decide_otherwise(
        covered, covered=False, ground="own_damage", because="业主自己钻孔", by=chenfang, at=march(4)
    )
    assert (row.state, row.due_at, row.remind_at) == (State.NOT_COVERED, None, None)


# Who may, and whose ------------------------------------------------------------------------------------


def test_another_estate_and_an_auditor_do_nothing(covered, built, stranger, auditor):
    for who in (stranger, auditor):
        with pytest.raises(Refused):
            told(covered, built, who)


def test_two_builders_of_one_part_are_refused(jinxiu, built, zhoujun):
    with pytest.raises(Refused) as fault:
        register.save_builder(Builder(estate=jinxiu, firm="别家"), by=zhoujun, at=march(2))
    assert fault.value.field == "part"


def test_an_officer_works_at_the_estate(jinxiu, stranger, zhoujun):
    with pytest.raises(Refused):
        register.set_warranty(jinxiu, officer=stranger, design_life=50, by=zhoujun, at=march(1))


# Ending soon -------------------------------------------------------------------------------------------


def test_what_ends_soon_is_found_as_day_by_day(jinxiu, home, zhoujun):
    """Against every date of thirteen years, each part worked out for itself."""
    first, last = date(2026, 3, 2), date(2026, 5, 31)
    days = [date(2013, 1, 1) + timedelta(days=n) for n in range(0, 365 * 13, 3)]
    units = Unit.objects.bulk_create(
        Unit(estate=jinxiu, building=home.building, number=str(n), code=f"x{n}", name=f"x{n}")
        for n in range(len(days))
    )
    HandOver.objects.bulk_create(
        HandOver(estate=jinxiu, unit=unit, day=day) for unit, day in zip(units, days, strict=True)
    )
    slow = {
        (unit.name, until, part)
        for unit, day in zip(units, days, strict=True)
        for part in Part
        if first <= (until := warranty_terms.last_day(part, day, TERMS, 50)) <= last
    }
    found = endings([jinxiu.pk], first, last, TERMS)
    assert {(one.place, one.until, part) for one in found for part in one.parts} == slow
    assert slow
