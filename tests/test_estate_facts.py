"""What is known of an estate: its facts, its time zone, how it is opened, and what its change log says."""

from __future__ import annotations

import re
from datetime import time

import pytest

from staff import actions as office
from staff.models import Estate, Region
from tests.markup import markup

pytestmark = pytest.mark.django_db

FACTS = {
    "name": "锦绣花园", "service_phone": "021-5555 0111", "households": "960", "time_zone": "Asia/Shanghai",
}  # fmt: skip


def test_an_estates_facts_are_changed_and_the_change_is_kept(write, read, zhoujun, jinxiu) -> None:
    assert write(zhoujun, "/settings/estates/JX/", FACTS).status_code == 302
    jinxiu.refresh_from_db()
    assert (jinxiu.service_phone, jinxiu.households) == ("021-5555 0111", 960)
    page = markup(read(zhoujun, "/settings/estates/JX/"))
    assert "96 → </span>960" in page and "周军" in page


def test_the_time_zones_of_chinese_companies_are_chosen_by_name_and_the_others_searched(
    read, zhoujun, jinxiu
) -> None:
    page = markup(read(zhoujun, "/settings/estates/JX/"))
    chosen = re.findall(r'<option value="([A-Z][^"]+/[^"]+)"[^>]*>([^<]+)<', page)
    assert chosen[0] == ("Asia/Shanghai", "Beijing time, mainland China (UTC+8)")
    assert {"Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Urumqi"} < {zone for zone, _ in chosen}
    assert len(chosen) < 10
    searched = set(re.findall(r'<option value="([^"]+)"></option>', page))
    assert {"Europe/Rome", "America/Lima"} < searched and not any("Etc/" in zone for zone in searched)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("tokyo", "Asia/Tokyo"), (" New  York ", "America/New_York")],
)
def test_another_time_zone_is_named_by_its_city_and_stays_chosen(
    typed, zone, write, read, zhoujun, jinxiu
) -> None:
    write(zhoujun, "/settings/estates/JX/", FACTS | {"other_zone": typed})
    jinxiu.refresh_from_db()
    assert jinxiu.time_zone == zone
    assert f'<option value="{zone}" selected' in markup(read(zhoujun, "/settings/estates/JX/"))
    write(zhoujun, "/settings/estates/JX/", FACTS | {"time_zone": zone})
    jinxiu.refresh_from_db()
    assert jinxiu.time_zone == zone


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"other_zone": "Tokio"}, "“Tokio” is no time zone. Did you mean Asia/Tokyo"),
        ({"other_zone": "东京"}, "“东京” is no time zone: type a city in English"),
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus is not one of the available choices"),
    ],
)
def test_what_is_no_time_zone_is_named_and_nothing_is_changed(
    wrong, sentence, write, zhoujun, jinxiu
) -> None:
    answer = write(zhoujun, "/settings/estates/JX/", FACTS | wrong)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    jinxiu.refresh_from_db()
    assert (jinxiu.time_zone, jinxiu.households) == ("Asia/Shanghai", 96)


def test_what_was_changed_of_an_estate_is_read_in_words_and_not_in_codes(
    write, read, zhoujun, jinxiu
) -> None:
    write(zhoujun, "/settings/estates/JX/", FACTS | {"time_zone": "Asia/Urumqi"})
    page = markup(read(zhoujun, "/settings/estates/JX/"))
    assert "Beijing time, mainland China (UTC+8) → </span>Xinjiang time, Ürümqi (UTC+6)" in page
    office.edit(jinxiu, {"weekdays": "16", "opens": time(9, 30)}, by=zhoujun)
    page = markup(read(zhoujun, "/settings/estates/JX/"))
    assert "Mon, Sat" in page and "</span>09:30<" in page and "12345" not in page


@pytest.mark.parametrize("typed", ["abc", "——"])
def test_a_service_phone_is_something_one_can_dial(typed, write, zhoujun, jinxiu) -> None:
    answer = write(zhoujun, "/settings/estates/JX/", FACTS | {"service_phone": typed})
    assert answer.status_code == 422 and "Enter a phone number" in answer.content.decode()


def test_an_estate_keeps_its_name(write, zhoujun) -> None:
    answer = write(zhoujun, "/settings/estates/JX/", FACTS | {"name": ""})
    assert answer.status_code == 422 and 'value="021-5555 0111"' in answer.content.decode()
    assert Estate.objects.get(code="JX").name == "锦绣花园"


def test_an_administrator_opens_an_estate_with_its_region(write, read, admin, zhoujun, jinxiu) -> None:
    said = FACTS | {"code": "bh", "name": "滨湖一号", "region_name": " 华中区域 ", "time_zone": "Asia/Urumqi"}
    answer = write(admin, "/settings/estates/new/", said)
    assert answer["Location"] == "/settings/estates/BH/"
    estate = Estate.objects.get(code="BH")
    assert (estate.region.name, estate.time_zone, estate.households) == ("华中区域", "Asia/Urumqi", 960)
    assert estate.history.get().history_user == admin
    assert read(zhoujun, "/settings/estates/new/").status_code == 404


@pytest.mark.parametrize("code", ["JX", "1A", "X", "锦绣", "TOOLONG"])
def test_a_code_that_is_taken_or_no_code_is_refused_and_nothing_is_half_saved(
    code, write, admin, jinxiu
) -> None:
    answer = write(admin, "/settings/estates/new/", FACTS | {"code": code, "region_name": "华中区域"})
    assert answer.status_code == 422 and 'value="华中区域"' in answer.content.decode()
    assert Estate.objects.count() == 1 and not Region.objects.filter(name="华中区域").exists()
