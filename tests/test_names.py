"""A name is kept as it is written and found as it is typed."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owners.names import clean_line, clean_name, name_key, name_keys, perhaps_several


def test_the_names_of_a_register_are_kept_as_they_are_written_less_what_nobody_sees():
    text = (Path(__file__).parent / "data" / "cases" / "r10-names.csv").read_text("utf-8-sig")
    kept = {row["房号"]: clean_name(row["姓名"]) for row in csv.DictReader(text.splitlines())}
    assert kept == {
        "101": "𠮷田美子",
        "102": "㛃明",
        "103": "䶮龙",
        "201": "阿卜杜热合曼·买买提艾力",
        "202": "阿卜杜热合曼·买买提艾力",
        "301": "Warnakulasuriya Patabendige Ushantha Joseph Chaminda Perera Vaas",
        "302": "O'Brien, Séan",
        "401": "M&M洗衣店",
        "402": "张三（已故）",
        "501": "沈一诺",
        "502": "沈一诺",
        "601": "买买提 艾力",
        "602": "李四 王五",
        "701": "〇二二",
        "702": "Ли́ Ван",
    }


def test_two_words_of_chinese_characters_may_be_two_people():
    assert perhaps_several("李四 王五")
    assert (
        not perhaps_several("㛃 明") and not perhaps_several("张　三") and not perhaps_several("John Smith")
    )


@pytest.mark.parametrize("dot", ["·", "•", "・", "．", "･", " · ", ".", "‧"])
def test_every_middle_dot_between_chinese_characters_is_the_same(dot):
    assert clean_name(f"阿卜杜{dot}买买提") == "阿卜杜·买买提"


def test_a_familys_own_way_to_write_its_name_stays_and_is_found_by_the_usual_one():
    assert clean_name("\ufa19田") == "\ufa19田"  # the form of 神 that registers of compatibility have
    assert name_key("\ufa19田") == name_key("神田")
    assert clean_name("\u2f2d田") == "山田"  # a radical out of a PDF file is no character of a name


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("O'Brien, Séan", "o’brien sean"),
        ("O'Brien, Séan", "OBRIEN"),
        ("阿卜杜热合曼·买买提艾力", "买买提 艾力"),
        ("阿卜杜热合曼·买买提艾力", "阿卜杜热合曼・买买提艾力"),
        ("Warnakulasuriya Patabendige Ushantha Joseph Chaminda Perera Vaas", "Chaminda Vaas"),
        ("Ли́ Ван", "ли ван"),
        ("𠮷田美子", "𠮷田"),
    ],
)
def test_a_name_holds_the_words_by_which_it_is_asked_for(name, typed):
    assert name_keys(typed) and all(key in name_key(name) for key in name_keys(typed))


@given(st.text(max_size=40))
def test_cleaning_a_clean_text_changes_nothing(text):
    assert clean_name(clean_name(text)) == clean_name(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert name_key(clean_name(text)) == name_key(text)
    assert clean_name(text).isprintable() or not clean_name(text).isascii()
