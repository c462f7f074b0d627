"""People of the register are found by pinyin and initials, as colleagues are in every list."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from owners import actions
from owners.lookup import find_people
from owners.models import Owner, Unit
from owners.sounds import LONGEST_SOUND, name_sounds

TODAY = date(2026, 3, 2)
NAMES = ("王建军", "单晓峰", "李敏", "锦绣便利店（个体）", "阿卜杜热合曼·买买提艾力", "Li Wei", "王俊杰")


@pytest.fixture
def people(jinxiu, chenfang):
    for number, name in enumerate(NAMES, 101):
        unit = actions.add_unit(
            jinxiu, number=str(number), code=f"1-{number}", name=f"1号楼{number}", by=chenfang
        )
        actions.add_owner(jinxiu, name, unit=unit, by=chenfang)
    return jinxiu


def found(query, estate) -> list[str]:
    return [home.owner.name for home in find_people(query, [estate], on=TODAY)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("wangjianjun", ["王建军"]),
        ("wang jian", ["王建军"]),
        ("wjj", ["王建军", "王俊杰"]),
        ("WJJ", ["王建军", "王俊杰"]),
        ("wangjj", ["王建军", "王俊杰"]),
        ("wjianj", ["王建军"]),
        ("jianjun", ["王建军"]),
        ("w'j'j", ["王建军", "王俊杰"]),  # as an input method writes it
        ("shanxf", ["单晓峰"]),  # as a surname is read
        ("dxf", ["单晓峰"]),  # as the character is read elsewhere
        ("li", ["Li Wei", "李敏"]),  # written so before sounding so
        ("jxbl", ["锦绣便利店（个体）"]),
        ("abdrhm", ["阿卜杜热合曼·买买提艾力"]),
        ("angjianjun", []),  # no beginning
        ("xyz", []),
        ("w", []),  # one letter is half a company
    ],
)
def test_a_name_is_found_by_how_it_sounds(people, typed, names):
    assert found(typed, people) == names


def test_what_a_name_sounds_like_follows_it_at_every_door(people, chenfang, cuihu):
    owner = Owner.objects.get(name="李敏")
    actions.edit(owner, {"name": "赵四海"}, by=chenfang)
    assert (found("zsh", people), found("lm", people)) == (["赵四海"], [])
    actions.add_resident(Unit.objects.get(code="1-101"), "周杰", capacity="tenant", by=chenfang)
    entered = Owner(estate=people, name="钱多")
    actions.enter(actions.Additions(owners=[entered]), by=chenfang, at=owner.history.first().history_date)
    assert found("zhoujie", people) == ["周杰"]
    assert Owner.objects.get(name="钱多").name_sounds == name_sounds("钱多") != ""
    assert found("zsh", cuihu) == []


def test_names_that_were_there_before_are_read_aloud_by_the_step_that_brings_sounds(people):
    kept = dict(Owner.objects.values_list("pk", "name_sounds"))
    assert sum(map(bool, kept.values())) == len(NAMES) - 1
    Owner.objects.update(name_sounds="")
    import_module("owners.migrations.0009b_names_by_sound_rows").read_aloud(apps, None)
    assert dict(Owner.objects.values_list("pk", "name_sounds")) == kept


def test_the_sounds_of_a_long_name_of_many_readings_fit_their_column():
    longest = name_sounds("曾强平长行重乐朝单解查盖" * 3)
    assert 0 < len(longest) <= LONGEST_SOUND and " " in longest
