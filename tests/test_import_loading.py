"""An import adds rows and never changes one; what differs is reported by row."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from owners import actions
from owners.importing.loading import load
from owners.models import Building, Occupancy, Owner, Phone, Unit
from tests.cast import MONDAY_9AM
from tests.ledgers import JINXIU, ledger, xlsx

DAY = timedelta(days=1)
GOOD = ["1号楼", 1, 101, "李四", "13800138001", 90, "2020-06-01"]
BAD = ["1号楼", 1, 102, "王五", "1380013800"]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def take(jinxiu, chenfang):
    """Load rows under the usual header into 锦绣花园."""

    def take(*rows, at=MONDAY_9AM, **options):
        return load(ledger(*rows), jinxiu, by=chenfang, at=at, **options)

    return take


def said(outcome) -> list[str]:
    return [line.sentence for line in outcome.differences]


def test_nothing_is_loaded_while_one_row_is_wrong(take):
    outcome = take(GOOD, BAD)
    assert not outcome.loaded
    assert not Building.objects.exists() and not Unit.objects.exists() and not Owner.objects.exists()


def test_with_skip_bad_the_good_rows_are_loaded(take):
    outcome = take(GOOD, BAD, skip_bad=True)
    assert outcome.loaded
    assert list(Owner.objects.values_list("name", flat=True)) == ["李四"]
    assert list(Unit.objects.values_list("code", flat=True)) == ["1-1-101"]


def test_a_trial_counts_and_loads_nothing(take):
    outcome = take(GOOD, trial=True)
    assert (outcome.loaded, outcome.units, outcome.people, outcome.phones) == (False, 1, 1, 1)
    assert not Unit.objects.exists()


def test_a_corrected_row_is_added_by_the_second_load(take):
    take(GOOD, BAD, skip_bad=True)
    outcome = take(GOOD, ["1号楼", 1, 102, "王五", "13800138002"])
    assert (outcome.units, outcome.people, outcome.unchanged) == (1, 1, 1)
    assert Building.objects.count() == 1


def test_another_estate_is_another_register(take, cuihu, chenfang):
    take(GOOD)
    outcome = load(ledger(GOOD), cuihu, by=chenfang, at=MONDAY_9AM)
    assert (outcome.buildings, outcome.units, outcome.people) == (1, 1, 1)


def test_a_second_number_is_added(take):
    take(GOOD)
    outcome = take([*GOOD[:4], "13800138001/13900139001", *GOOD[5:]])
    assert outcome.phones == 1 and not outcome.differences
    assert sorted(Phone.objects.values_list("number", flat=True)) == ["13800138001", "13900139001"]


def test_a_changed_number_is_reported_and_not_changed(take):
    take(GOOD)
    outcome = take([*GOOD[:4], "13900139001", *GOOD[5:]])
    assert said(outcome) == ["The file has 13900139001 for 李四; the register has 13800138001."]
    assert outcome.is_empty
    assert list(Phone.objects.values_list("number", flat=True)) == ["13800138001"]


def test_a_number_the_desk_added_is_left_alone(take, chenfang):
    take(GOOD)
    actions.add_phone(Owner.objects.get(), "13900139001", by=chenfang)
    outcome = take(GOOD)
    assert outcome.is_empty and not outcome.differences


def test_another_owner_is_reported_and_not_added(take):
    take(GOOD)
    outcome = take([*GOOD[:3], "赵六", "13900139001"])
    assert said(outcome) == [
        "The file has 赵六 as Owner-occupier; the register has 李四. Move them out first."
    ]
    assert Owner.objects.count() == 1


def test_a_second_owner_beside_the_first_is_added(take):
    take(GOOD)
    outcome = take([*GOOD[:3], "李四、赵六", "13800138001", 90])
    assert (outcome.people, outcome.differences) == (1, ())


def test_a_new_owner_is_added_once_the_old_one_has_moved_out(take, chenfang):
    take(GOOD)
    actions.move_out(Occupancy.objects.get(), on=date(2026, 2, 1), by=chenfang)
    outcome = take([*GOOD[:3], "赵六", "13900139001"])
    assert outcome.people == 1 and not outcome.differences


def test_one_who_moved_out_is_not_brought_back_by_an_old_file(take, chenfang):
    take(GOOD)
    actions.move_out(Occupancy.objects.get(), on=date(2026, 2, 1), by=chenfang)
    outcome = take(GOOD)
    assert said(outcome) == ["李四 moved out on 2026-02-01 by the register; the file still has him there."]
    assert Occupancy.objects.count() == 1


def test_other_facts_that_differ_are_reported(take):
    take(GOOD)
    outcome = take(["1号楼", 1, 101, "李四", "13800138001", 91, "2020-07", "出租"])
    assert said(outcome) == [
        "The file says 91.00 m²; the register has 90.00.",
        "The file has 李四 as Investor; the register as Owner-occupier.",
        "李四 moved in on 2020-07 by the file; the register has 2020-06-01.",
    ]
    assert outcome.is_empty


def test_a_date_known_only_to_the_month_agrees_with_its_day(take):
    take(GOOD)
    assert not take([*GOOD[:6], "2020年6月"]).differences


def test_a_vacancy_where_the_register_has_people_is_reported(take):
    take(GOOD)
    outcome = take(["1号楼", 1, 101, None, None, None, None, "空置"])
    assert said(outcome) == ["The file says it is vacant; the register has 李四."]


def test_the_same_name_with_the_same_number_is_one_person_of_two_units(take):
    take(GOOD, ["1号楼", 1, 102, "李四", "13800138001"])
    assert Owner.objects.get().occupancies.count() == 2
    assert take(["1号楼", 1, 103, "李四", "13800138001"]).people == 0


def test_the_same_name_alone_is_two_people(take):
    take(GOOD, ["1号楼", 1, 102, "李四", "13800138009"], ["1号楼", 1, 103, "李四", None])
    assert Owner.objects.filter(name="李四").count() == 3


def test_the_same_number_alone_is_two_people(take):
    take(GOOD, ["1号楼", 1, 102, "王五", "13800138001"])
    assert Owner.objects.count() == 2


def test_a_ledger_of_one_row_a_person_is_loaded_twice_without_a_difference(jinxiu, chenfang):
    reading = ledger(
        ["1-2-101", "李四", "13800138001", "业主"],
        ["1-2-101", "王五", "13800138002", "妻子"],
        ["1-2-101", "李四", "13800138001", "商户"],
        header=["房号", "姓名", "手机", "客户类型"],
    )
    first = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    assert (first.people, first.occupancies) == (2, 3)
    second = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM + DAY)
    assert second.is_empty and not second.differences


@pytest.mark.parametrize("homes", [5, 60])
def test_a_load_costs_the_same_queries_however_long_the_file(take, homes, django_assert_max_num_queries):
    rows = [["1号楼", 1, 100 + n, f"李{n}", 13800138001 + n] for n in range(homes)]
    # lock, four to read the register, two a table to write, savepoints
    with django_assert_max_num_queries(24):
        assert take(*rows).units == homes


def run(capsys, *words) -> str:
    call_command("import_register", *words)
    return capsys.readouterr().out


def test_the_command_shows_the_columns_the_counts_and_the_result(jinxiu, capsys):
    out = run(capsys, str(JINXIU), "--estate", "JX")
    assert "业主台账!F  联系电话 → Owner's phone" in out
    assert "homes 96, shops 2, parking spaces 0, vacant 2" in out
    assert "Loaded: buildings 4, units 98, people 116, phones 120, occupancies 116" in out
    assert "the register has it already" in run(capsys, str(JINXIU), "--estate", "JX")


def test_the_command_names_wrong_rows_and_loads_nothing(jinxiu, tmp_path, capsys):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(xlsx([["楼栋", "单元", "房号", "姓名", "电话"], GOOD[:5], BAD]))
    with pytest.raises(CommandError, match="Nothing was loaded: 1 row is wrong"):
        run(capsys, str(path), "--estate", "JX")
    assert "row 3 1号楼1单元102: “1380013800” has 10 digits" in capsys.readouterr().out
    assert not Unit.objects.exists()
    run(capsys, str(path), "--estate", "JX", "--skip-bad")
    assert Unit.objects.count() == 1


def test_a_dry_run_of_the_command_loads_nothing(jinxiu, capsys):
    assert "New in the register would be: buildings 4" in run(
        capsys, str(JINXIU), "--estate", "JX", "--dry-run"
    )
    assert not Unit.objects.exists()


def test_the_command_says_which_estates_there_are(jinxiu, capsys):
    with pytest.raises(CommandError, match="no estate with the code XX. Known: JX 锦绣花园"):
        run(capsys, str(JINXIU), "--estate", "XX")


def test_the_command_says_why_a_file_cannot_be_read(jinxiu, tmp_path, capsys):
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 99)
    with pytest.raises(CommandError, match="old .xls format"):
        run(capsys, str(tmp_path / "a.xls"), "--estate", "JX")
    with pytest.raises(CommandError, match="cannot be opened"):
        run(capsys, str(tmp_path / "none.xlsx"), "--estate", "JX")
