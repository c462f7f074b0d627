"""Whose a number is: somebody's own only where the register says so, and shown with its doubt where not."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation

from owners import actions
from owners.importing.loading import load
from owners.importing.register import read_register
from owners.models import Owner, Phone
from owners.phones import read_phones
from tests.cast import MONDAY_9AM
from tests.ledgers import csv_bytes, problems

ONE, TWO, THREE = "13911110001", "13911110002", "13911110003"
NOBODY_SAYS = ""


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def read(*rows, header=("房号", "业主姓名", "联系电话")):
    return read_register(csv_bytes([header, *rows]), "台账.csv")


def whose(reading) -> dict[str, tuple[set[str], dict[str, str]]]:
    """Name → his own numbers, and those in doubt with the word beside each."""
    found = {}
    for entry in reading.entries:
        for person in entry.people:
            doubts = dict(person.doubts)
            found[person.name] = (set(person.phones) - set(doubts), doubts)
    return found


@pytest.mark.parametrize(
    ("names", "numbers", "expected"),
    [
        ("李四", f"{ONE} {TWO}", {"李四": ({ONE, TWO}, {})}),
        ("李四", f"{ONE}；{TWO} 老婆", {"李四": ({ONE}, {TWO: "老婆"})}),
        ("李四", f"妻：{TWO}", {"李四": (set(), {TWO: "妻"})}),
        ("李四", f"{ONE}（爱人）", {"李四": (set(), {ONE: "爱人"})}),
        ("李四", f"{ONE}(本人)/{TWO}(儿子)", {"李四": ({ONE}, {TWO: "儿子"})}),
        ("李四", f"业主{ONE} 租户{TWO}", {"李四": ({ONE}, {TWO: "租户"})}),
        ("李四", f"{ONE} 王阿姨", {"李四": (set(), {ONE: "王阿姨"})}),
        ("李四", f"李四{ONE} 王五{TWO}", {"李四": ({ONE}, {TWO: "王五"})}),
        ("李四", f"家{ONE}，办公{TWO}", {"李四": ({ONE, TWO}, {})}),
        ("李四", f"{ONE}（已停机）", {"李四": ({ONE}, {})}),
        ("李四", f"{ONE} 紧急{TWO}", {"李四": ({ONE}, {TWO: "紧急"})}),
        ("顺丰速运", f"95338 张经理{TWO}", {"顺丰速运": ({"95338"}, {TWO: "张经理"})}),
        (
            "李四、王五",
            ONE,
            {"李四": (set(), {ONE: NOBODY_SAYS}), "王五": (set(), {ONE: NOBODY_SAYS})},
        ),
        (
            "李四、王五",
            f"{ONE}、{TWO}",
            {
                "李四": (set(), {ONE: NOBODY_SAYS, TWO: NOBODY_SAYS}),
                "王五": (set(), {ONE: NOBODY_SAYS, TWO: NOBODY_SAYS}),
            },
        ),
        ("李四、王五", f"李四{ONE}、王五{TWO}", {"李四": ({ONE}, {}), "王五": ({TWO}, {})}),
        ("李四、王五", f"王五{TWO}、李四{ONE}", {"李四": ({ONE}, {}), "王五": ({TWO}, {})}),
        ("李四（夫）王五（妻）", f"老公{ONE}老婆{TWO}", {"李四": ({ONE}, {}), "王五": ({TWO}, {})}),
        (
            "李四（业主）、王五（妻）",
            f"{ONE}（本人）、{TWO}（老婆）",
            {"李四": ({ONE}, {}), "王五": ({TWO}, {})},
        ),
        (
            "李四、王五（妻）",
            f"王五（妻）{TWO}、{ONE}",
            {"李四": (set(), {ONE: NOBODY_SAYS}), "王五": ({TWO}, {ONE: NOBODY_SAYS})},
        ),
        ("李四夫妇", ONE, {"李四": (set(), {ONE: NOBODY_SAYS})}),
        ("李四", f"{ONE}（房东{TWO}）", {"李四": ({ONE}, {TWO: "房东"})}),
        ("李四", f"老公{ONE}、老婆{ONE}", {"李四": (set(), {ONE: "老公、老婆"})}),
        ("李四、王五", f"李四{ONE}、王五{ONE}", {"李四": ({ONE}, {}), "王五": ({ONE}, {})}),
        ("李四等3人", ONE, {"李四": (set(), {ONE: NOBODY_SAYS})}),
        ("李四（已故）、王五", ONE, {"王五": (set(), {ONE: NOBODY_SAYS})}),
    ],
)  # fmt: skip
def test_a_number_is_his_own_only_where_the_row_says_so(names, numbers, expected):
    reading = read(["1-2-101", names, numbers])
    assert problems(reading) == []
    assert whose(reading) == expected


@pytest.mark.parametrize(
    "cell",
    [
        f"{ONE} 老婆 {TWO}",
        f"{ONE}老婆{TWO}",
        f"{ONE} {TWO} 老婆",
        f"{ONE} 王五 {TWO}",
        f"本人{ONE} 老婆 {TWO}儿子",
    ],
)
def test_a_word_that_may_be_of_either_of_two_numbers_stops_the_row(cell, jinxiu, chenfang):
    reading = read(["1-2-101", "李四", cell], ["1-2-102", "赵六", THREE])
    assert [row for row, _sentence in problems(reading)] == [2]
    assert "may belong to the number before it or behind it" in reading.problems[0].sentence
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM, skip_bad=True)
    assert [phone.number for phone in Phone.objects.all()] == [THREE]


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        (f"{ONE} (老婆) {TWO}", ["老婆", ""]),
        (f"{ONE} 老婆：{TWO}", ["", "老婆"]),
        (f"{ONE}老婆 {TWO}", ["老婆", ""]),
        (f"{ONE} 老婆{TWO}", ["", "老婆"]),
        (f"{ONE} {TWO}（老婆）", ["", "老婆"]),
        (f"{ONE} {TWO}老婆", ["", "老婆"]),
        (f"{ONE} 李四 {TWO} 王五", ["李四", "王五"]),
        (f"李四 {ONE} 王五 {TWO}", ["李四", "王五"]),
    ],
)
def test_a_word_belongs_to_the_number_it_touches(cell, labels):
    assert [(n.label, n.between) for n in read_phones(cell).good] == [(label, "") for label in labels]


def test_a_number_marked_with_somebody_of_another_column_is_his():
    header = ("房号", "业主姓名", "联系电话", "配偶姓名", "租户姓名", "租户电话")
    reading = read(
        ["1-2-101", "李四", f"{ONE}、老婆{TWO}、租户{THREE}", "王五", "赵六", "业主13911110004"],
        header=header,
    )
    assert whose(reading) == {
        "李四": ({ONE, "13911110004"}, {}),
        "王五": ({TWO}, {}),
        "赵六": ({THREE}, {}),
    }


def test_one_row_a_person_gives_the_word_of_the_relation_column_its_number():
    header = ("房号", "姓名", "与业主关系", "电话")
    reading = read(
        ["1-2-101", "李四", "本人", ONE], ["1-2-101", "王五", "妻", f"老婆{TWO} 业主{ONE}"], header=header
    )
    assert whose(reading)["王五"] == ({TWO}, {ONE: "业主"})


def test_a_number_under_a_relation_without_a_name_is_that_ones():
    reading = read(["1-2-101", "李四", ONE, TWO], header=("房号", "业主姓名", "电话", "配偶联系电话"))
    assert problems(reading) == []
    assert whose(reading) == {"李四": ({ONE}, {TWO: "配偶"})}


def test_numbered_phones_behind_numbered_names_are_each_ones_own():
    reading = read(["1-2-101", "李四", "王五", ONE, TWO], header=("房号", "业主1", "业主2", "电话1", "电话2"))
    assert whose(reading) == {"李四": ({ONE}, {}), "王五": ({TWO}, {})}


def test_two_phones_behind_two_names_that_nothing_ties_stop_the_load():
    reading = read(["1-2-101", "李四", "王五", ONE, TWO], header=("房号", "业主", "产权人", "电话", "手机"))
    assert not reading.entries and "two names stand before it" in reading.problems[0].sentence


@pytest.mark.parametrize("name", ["李四（妻王五）", "李四（王五妻）", "李四（配偶：王五）"])
def test_a_name_with_another_persons_inside_is_asked(name):
    reading = read(["1-2-101", name, ONE])
    assert "may be one name or two" in reading.problems[0].sentence and not reading.entries


@pytest.mark.parametrize("between", [[], [""], ["", ""]])
def test_two_tables_side_by_side_are_two_whatever_stands_between(between):
    header = ["楼栋", "房号", "姓名", "电话"]
    rows = [
        [*header, *between, *header],
        ["1号楼", "101", "李四", ONE, *between, "2号楼", "101", "王五", TWO],
    ]
    reading = read_register(csv_bytes(rows), "台账.csv")
    assert {e.name: [p.name for p in e.people] for e in reading.entries} == {
        "1号楼101": ["李四"],
        "2号楼101": ["王五"],
    }


def test_two_tables_side_by_side_under_other_words_stop_the_load():
    rows = [
        ["楼栋", "房号", "姓名", "电话", "栋号", "室号", "业主", "手机"],
        ["1号楼", "101", "李四", ONE, "2号楼", "102", "王五", TWO],
    ]
    reading = read_register(csv_bytes(rows), "台账.csv")
    assert not reading.entries and "names two homes" in reading.problems[0].sentence


def test_it_loads_with_its_doubts_and_the_second_time_nothing(jinxiu, chenfang):
    reading = read(["1-2-101", "李四、王五", ONE], ["1-2-102", "赵六", f"{TWO} 老婆"])
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    kept = Phone.objects.order_by("pk").values_list("owner__name", "number", "is_own", "beside")
    assert list(kept) == [
        ("李四", ONE, False, ""),
        ("王五", ONE, False, ""),
        ("赵六", TWO, False, "老婆"),
    ]
    again = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    assert again.is_empty and not again.differences


def test_another_row_that_says_whose_it_is_settles_it(jinxiu, chenfang):
    reading = read(["1-2-101", "李四、王五", ONE], ["S101", "李四", ONE])
    load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    assert {p.owner.name: p.is_own for p in Phone.objects.select_related("owner")} == {
        "李四": True,
        "王五": False,
    }
    again = load(reading, jinxiu, by=chenfang, at=MONDAY_9AM)
    assert again.is_empty and not again.differences


def test_a_file_that_knows_more_than_the_register_is_told_and_changes_nothing(jinxiu, chenfang):
    load(read(["1-2-101", "李四、王五", ONE]), jinxiu, by=chenfang, at=MONDAY_9AM)
    later = load(read(["1-2-101", "李四、王五", f"李四{ONE}"]), jinxiu, by=chenfang, at=MONDAY_9AM)
    assert [line.sentence for line in later.differences][0] == (
        f"{ONE} is 李四's own by the file; the register has: whose it is, the register does not say."
    )
    assert not Phone.objects.filter(is_own=True).exists()


class TestOnThePages:
    @pytest.fixture
    def couple(self, jinxiu, chenfang):
        load(
            read(["1-2-101", "李四、王五", ONE], ["1-2-102", "赵六", f"{TWO} 老婆"]),
            jinxiu,
            by=chenfang,
            at=MONDAY_9AM,
        )
        return Owner.objects.get(name="李四")

    @pytest.fixture
    def browser(self, client, chenfang):
        chenfang.language = "en"
        chenfang.save(update_fields=["language"])
        client.force_login(chenfang)
        return client

    def test_everywhere_the_number_is_shown_its_doubt_stands_beside_it(self, browser, couple):
        doubt, wifes = "whose it is, the register does not say", "of “老婆”, says the register"
        unit = couple.occupancies.get().unit
        assert browser.get(reverse("registers_unit", args=[unit.pk])).content.decode().count(doubt) == 2
        assert doubt in browser.get(reverse("registers_owner", args=[couple.pk])).content.decode()
        assert wifes in browser.get(reverse("registers_estate", args=["JX"]), {"find": TWO}).content.decode()

    def test_the_desk_sees_the_doubt_and_takes_the_number_only_when_the_caller_gave_it(
        self, client, limin, couple
    ):
        limin.language = "en"
        limin.save(update_fields=["language"])
        client.force_login(limin)
        doubt = "whose it is, the register does not say"
        found = client.post(reverse("desk_find"), {"find": "李四"}, headers={"HX-Request": "true"})
        assert doubt in found.content.decode()
        home = couple.occupancies.get()
        asked = {"estate": couple.estate_id, "pick": home.pk}
        page = client.post(reverse("desk_pick"), asked | {"find": "李四"})
        assert page.context["form"]["phone"].value() == ""
        assert doubt in page.content.decode()
        page = client.post(reverse("desk_pick"), asked | {"find": ONE})
        assert page.context["form"]["phone"].value() == ONE

    def test_who_says_that_it_is_his_settles_it_and_that_is_kept(self, browser, couple, chenfang, client):
        phone = couple.phones.get()
        browser.post(reverse("registers_phone_own", args=[phone.pk]))
        phone.refresh_from_db()
        assert phone.is_own and phone.history.first().history_user == chenfang
        assert not Phone.objects.exclude(pk=phone.pk).filter(is_own=True).exists()
        page = browser.get(reverse("registers_owner", args=[couple.pk])).content.decode()
        assert "does not say" not in page

    def test_who_adds_the_number_says_that_it_is_his(self, couple, chenfang):
        actions.add_phone(couple, ONE, by=chenfang)
        assert couple.phones.get().is_own

    def test_who_may_not_add_a_number_does_not_settle_one(self, client, couple, auditor):
        client.force_login(auditor)
        phone = couple.phones.get()
        assert client.post(reverse("registers_phone_own", args=[phone.pk])).status_code == 403
        phone.refresh_from_db()
        assert not phone.is_own


def test_numbers_of_before_that_two_people_of_one_home_have_are_neithers(jinxiu):
    unit = actions.add_unit(jinxiu, number="101", code="1-101", name="1号楼101")
    here = [
        actions.add_owner(jinxiu, name, phones=[ONE, number], unit=unit)
        for name, number in (("甲", TWO), ("乙", THREE))
    ]
    elsewhere = actions.add_owner(jinxiu, "丙", phones=[TWO])
    import_module("owners.migrations.0008b_whose_number_rows").doubt(apps, None)
    doubted = Phone.objects.filter(is_own=False).order_by("pk").values_list("owner", "number")
    assert list(doubted) == [(owner.pk, ONE) for owner in here]
    assert elsewhere.phones.get().is_own
