"""A place has many spellings and one short name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owners.places import Place, building_in, parse_building, parse_entrance, parse_place, parse_room


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1号楼2单元101", "1-2-101"),
        ("1栋2单元101室", "1-2-101"),
        ("1栋2-101", "1-2-101"),
        ("1幢二单元101", "1-2-101"),
        ("一号楼二单元101", "1-2-101"),
        ("1#2单元101", "1-2-101"),
        ("1#-2-101", "1-2-101"),
        ("1座2单元101号", "1-2-101"),
        ("1-2-101", "1-2-101"),
        ("01-02-101", "1-2-101"),
        ("1 2 101", "1-2-101"),
        (" 1号楼 2单元 101 ", "1-2-101"),
        ("１－２－１０１", "1-2-101"),
        ("１号楼２单元１０１", "1-2-101"),
        ("1—2—101", "1-2-101"),
        ("1号楼101", "1-101"),
        ("A座1201", "A-1201"),
        ("a-1201", "A-1201"),
        ("3栋B单元1502", "3-B-1502"),
        ("十二号楼1单元301", "12-1-301"),
        ("一期3号楼1单元101", "1期3-1-101"),
        ("东区3栋1-101", "东区3-1-101"),
        ("紫薇阁2单元101", "紫薇阁-2-101"),
        ("S101", "S101"),
        ("s-101", "S101"),
        ("商铺S101", "S101"),
        ("商铺101", "S101"),
        ("1号楼商铺101", "1-S101"),
        ("车位B1-023", "B1-023"),
        ("车位23", "P23"),
        ("1号楼2单元", "1-2"),
        ("3号楼", "3"),
    ],
)
def test_every_spelling_has_the_same_short_name(text, code):
    assert parse_place(text).code == code


@pytest.mark.parametrize(
    "text",
    ["", "张三", "13800138000", "021-37471789", "2018-02-13", "101", "1-2-3-101", "小计", "1号楼甲乙丙"],
)
def test_what_names_no_place_is_none(text):
    assert parse_place(text) is None


def test_two_entrances_differ():
    assert parse_place("1号楼1单元101") != parse_place("1号楼2单元101")


number = st.integers(1, 99).map(str)
room = st.integers(101, 3999).map(str)


@given(
    building=number,
    entrance=number,
    room=room,
    spelling=st.sampled_from(
        [
            "{b}号楼{e}单元{r}",
            "{b}栋{e}-{r}",
            "{b}-{e}-{r}",
            "{b}幢{e}单元{r}室",
            " {b} - {e} - {r} ",
            "{b}#{e}单元{r}",
        ]
    ),
)
def test_a_spelled_place_is_read_back(building, entrance, room, spelling):
    place = parse_place(spelling.format(b=building, e=entrance, r=room))
    assert place == Place(building=building, entrance=entrance, room=room)
    assert parse_place(place.code) == place
    assert parse_place(place.name(f"{building}号楼")) == place


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text):
    place = parse_place(text)
    assert place is None or place.code
    parse_room(text), parse_entrance(text), parse_building(text), building_in(text)


@pytest.mark.parametrize(
    ("text", "building"),
    [
        ("1号楼", ("", "1", "1号楼")),
        ("1栋", ("", "1", "1栋")),
        ("一幢", ("", "1", "一幢")),
        ("1#", ("", "1", "1#")),
        ("1", ("", "1", "1号楼")),
        ("０３号楼", ("", "3", "03号楼")),
        ("A", ("", "A", "A座")),
        ("一期3栋", ("1期", "3", "一期3栋")),
        ("紫薇阁", ("", "紫薇阁", "紫薇阁")),
        ("商铺", None),
        ("", None),
    ],
)
def test_a_building_has_a_short_name_and_a_name(text, building):
    assert parse_building(text) == building


def test_a_title_names_its_one_building():
    assert building_in("锦绣花园3号楼业主台账") == ("", "3", "3号楼")
    assert building_in("1号楼、2号楼业主台账") is None
    assert building_in("锦绣花园小区业主信息登记台账（2026年）") is None
