"""Forbidden phrases 服务忌语 and placeholders, as rules: what is found, what not, what is filled (L4–L7)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import first_phrases, first_reply_texts, reply_texts
from complaints.phrases import Finder, Kind, Phrase, bare, fault_in, replaced

LISTS = (
    ("zh", Kind.FORBIDDEN, first_phrases.ZH),
    ("zh", Kind.PROMISE, first_phrases.ZH_PROMISES),
    ("en", Kind.FORBIDDEN, first_phrases.EN),
    ("en", Kind.PROMISE, first_phrases.EN_PROMISES),
)
PHRASES = [
    Phrase(pk, one.words, language, kind, one.why_zh, one.instead, one.unless)
    for pk, (language, kind, one) in enumerate(
        ((language, kind, one) for language, kind, several in LISTS for one in several), start=1
    )
]
FINDER = Finder(PHRASES)


def written(text: str) -> list[str]:
    return [hit.written for hit in FINDER.find(text)]


def meant(text: str) -> list[str]:
    return [hit.phrase.words for hit in FINDER.find(text)]


# The list of the sources --------------------------------------------------------------------------
FIVE = ("我们不管", "跟我们没关系", "没办法解决", "随便", "不清楚", "不知道")
TEN = (
    "这种问题连小孩子都会", "你要知道,一分钱一分货", "绝对不可能有这种事情发生",
    "你要去工程部,这不是我们的事",
    "嗯,我不太清楚", "我绝对没说过这种话", "我不懂,我不会", "公司的规定就是这样的", "你看不懂中(英)文吗",
    "改天再联系你", "改天再通知你",
)  # fmt: skip
OTHERS = ("不行不行", "你别做梦了", "我们保证", "一定赔", "绝对", "肯定解决")


@pytest.mark.parametrize("said", [*FIVE, *TEN, *OTHERS])
def test_every_phrase_of_the_sources_is_found_with_why_and_what_instead(said: str) -> None:
    hits = FINDER.find(f"好的，{said}。")
    assert hits
    assert all(hit.phrase.why and hit.phrase.instead for hit in hits)


def test_the_first_list_has_no_phrase_that_could_not_be_found_or_says_the_next_wrong_thing() -> None:
    for phrase in PHRASES:
        assert fault_in(phrase.words, phrase.language, phrase.unless) is None, phrase.words
        assert [hit.phrase.pk for hit in FINDER.find(phrase.words)] == [phrase.pk]
        assert not FINDER.find(phrase.instead), phrase.instead
        assert len(phrase.words) <= 60 and len(phrase.instead) <= 200


# What is the same ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("这个我不知道。", ["不知道"]),
        ("这个我不 知·道。", ["不 知·道"]),
        ("不\u200b知-道", ["不\u200b知-道"]),
        ("您要去工程部，这不是我们的事", ["您要去工程部，这不是我们的事"]),
        ("你要去工程部办理", ["你要去工程部"]),
        ("绝对不可能有这种事情发生！", ["绝对不可能有这种事情发生"]),
        ("你要知道一分钱一分货", ["你要知道一分钱一分货"]),
        ("I DON’T\nknow, sorry", ["I DON’T\nknow"]),
        ("ｗｅ ｐｒｏｍｉｓｅ", ["ｗｅ ｐｒｏｍｉｓｅ"]),
        ("It is 100% sure", ["100%"]),
        ("𠮷不知道，也不知道", ["不知道", "不知道"]),
    ],
)
def test_the_same_words_are_found_however_they_are_written(text: str, found: list[str]) -> None:
    assert written(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "园区不能随便停车，请停入划线车位。",
        "不知道您今天下午是否方便？",
        "我们不能保证当天到货，先与您说明。",
        "质量保证金已退还。",
        "楼道标识不清楚，已更换。",
        "您说「不知道找谁」，我们记下了。",
        "您写的“一定赔”是当时员工说的，我们核实。",
        "不。知道的同事会联系您。",
        "不，知道了，马上来。",
        "你要去的地方很远。物业部也在那里。",
        "Please tell us whatever you need.",
        "The guaranteed hours and the unknown caller.",
        "We cannot guarantee it.",
        "",
    ],
)
def test_what_is_meant_otherwise_or_quoted_is_left_alone(text: str) -> None:
    assert written(text) == []


def test_a_quotation_mark_left_open_hides_nothing() -> None:
    assert written("您说「好的。我们不知道") == ["不知道"]
    assert written("“" + "啊" * 400 + "不知道”") == ["不知道"]


def test_of_phrases_that_overlap_the_longest_counts() -> None:
    assert meant("我绝对没说过这种话") == ["我绝对没说过这种话"]
    assert meant("绝对不可能") == ["绝对不可能"]
    assert meant("我绝对会来") == ["绝对"]


def test_what_is_said_instead_stands_in_the_place_of_one_phrase_everywhere() -> None:
    text = "不知道。我们保证，也不 知道。"
    hits = FINDER.find(text)
    pk = hits[0].phrase.pk
    instead = hits[0].phrase.instead
    assert replaced(text, hits, pk) == f"{instead}。我们保证，也{instead}。"
    assert replaced(text, hits, 0) == text


@pytest.mark.parametrize(
    ("words", "language", "unless", "wrong"),
    [
        ("不", "zh", (), ("words", "short")),
        ("。。**", "zh", (), ("words", "short")),
        ("你去**", "zh", (), ("words", "gap")),
        ("**部门不管", "zh", (), ("words", "gap")),
        ("go to ***", "en", (), ("words", "gap")),
        ("随便", "zh", ("不能",), ("unless", "apart")),
        ("随便", "zh", ("不能随 便",), None),
        ("你要去**部", "zh", (), None),
        ("no way", "en", ("by no  way",), None),
    ],
)
def test_a_phrase_that_could_not_be_found_is_refused(words, language, unless, wrong) -> None:
    assert fault_in(words, language, unless) == wrong


# Any text ------------------------------------------------------------------------------------------
PARTS = st.sampled_from(
    [
        "不知道",
        "您",
        "你要去",
        "部",
        "「",
        "」",
        '"',
        "**",
        " ",
        "\n",
        "·",
        "保证",
        "I don't know",
        "，",
        "。",
    ]
)
ANY = st.one_of(st.text(max_size=200), st.lists(PARTS, max_size=60).map("".join))


@settings(max_examples=300, deadline=None)
@given(text=ANY)
def test_of_any_text_the_hits_stand_where_they_say_apart_and_in_order(text: str) -> None:
    hits = FINDER.find(text)
    assert all(
        0 <= hit.start < hit.end <= len(text) and text[hit.start : hit.end] == hit.written for hit in hits
    )
    assert all(one.end <= other.start for one, other in zip(hits, hits[1:], strict=False))


@settings(max_examples=200, deadline=None)
@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_a_phrase_as_a_sentence_of_its_own_is_found_in_any_text_without_quotes(
    before: str, after: str
) -> None:
    plain = [part.translate(dict.fromkeys(map(ord, '「」『』“”"'))) for part in (before, after)]
    assert any(hit.phrase.words == "不行不行" for hit in FINDER.find(f"{plain[0]}。不行不行。{plain[1]}"))


@settings(max_examples=200, deadline=None)
@given(words=st.text(max_size=30), language=st.sampled_from(["zh", "en"]))
def test_any_phrase_that_is_taken_can_be_looked_for(words: str, language: str) -> None:
    if fault_in(words, language, ()) is None:
        Finder([Phrase(1, words, language)]).find(f"前{words}后 {words} end")
    assert bare(f" {words} ", language) == bare(words, language)


@pytest.mark.parametrize("piece", ["不", "你要去", "「", '"', "我不", "we ", "绝对不可能", "**", "guarantee"])
def test_the_work_grows_with_the_length_of_the_text_alone(piece: str) -> None:
    """Each place of the text is looked at a bounded number of times: counted, not timed."""
    looks = 0

    class Counted:
        def __init__(self, pattern) -> None:
            self.pattern = pattern

        def match(self, text, place):
            nonlocal looks
            looks += 1
            return self.pattern.match(text, place)

    finder = Finder(PHRASES)
    for by_first in finder._by_first.values():
        for char, several in by_first.items():
            by_first[char] = [one._replace(pattern=Counted(one.pattern)) for one in several]
    text = (piece * 10_000)[:10_000]
    finder.find(text)
    assert looks <= 2 * len(PHRASES) * len(text) / 5


# Placeholders --------------------------------------------------------------------------------------
def test_a_placeholder_is_filled_by_either_name_and_stays_where_nothing_is_known() -> None:
    values = {"number": "JX-2026-000018", "name": ""}
    text = "{称呼}：{编号} / {Number} / ｛ 编号 ｝ / {承诺时间} / {花}"
    assert reply_texts.filled(text, values) == (
        "{称呼}：JX-2026-000018 / JX-2026-000018 / JX-2026-000018 / {承诺时间} / {花}"
    )
    assert reply_texts.unfilled("{称呼}，{编号}，{称呼}，{花}") == ["{称呼}", "{编号}"]
    assert reply_texts.unknown("{称呼} {花} {") == ["{花}", "{"]


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again() -> None:
    assert reply_texts.filled("{称呼}", {"name": "{编号}", "number": "1"}) == "{编号}"


def test_every_occasion_has_a_first_text_in_both_languages_that_says_nothing_forbidden() -> None:
    assert {one.occasion for one in first_reply_texts.FIRST} == set(reply_texts.Occasion)
    keys = [one.key for one in first_reply_texts.FIRST]
    assert len(keys) == len(set(keys))
    for one in first_reply_texts.FIRST:
        for text in (one.zh, one.en):
            assert text and not FINDER.find(text) and not reply_texts.unknown(text), one.key


def test_the_final_replies_apologise_thank_and_say_what_gets_better() -> None:
    """L7: the three closing sentences."""
    finals = [one for one in first_reply_texts.FIRST if one.occasion == reply_texts.Occasion.FINAL]
    assert len(finals) > 3
    for one in finals:
        assert all(word in one.zh for word in ("歉意", "感谢您的信任", "改进")), one.key
        assert all(word in one.en for word in ("sorry", "Thank you for trusting", "do better")), one.key


@settings(max_examples=200, deadline=None)
@given(text=ANY, value=st.text(max_size=20))
def test_any_text_can_be_filled(text: str, value: str) -> None:
    reply_texts.filled(text, dict.fromkeys(reply_texts.PLACEHOLDERS, value))
    assert all(one in text for one in reply_texts.unfilled(text))
