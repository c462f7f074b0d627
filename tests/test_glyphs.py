"""Names of every kind print on papers, or the clerk is told which letters do not."""

import json

import pytest
from django.urls import reverse
from fontTools.ttLib import TTFont

from reports import glyphs, papers, pdf
from tests.cast import MONDAY_9AM
from tests.pdf_parts import CSS, fonts, typeset

#: Letters of names, with the font that draws them.
NAMES = {
    "𠮷㛃䶮": "NotoSansJP-Rare",
    "ئالىم غۇپۇر": "NotoSansArabic",
    "བཀྲ་ཤིས": "NotoSerifTibetan",
    "ᠪᠠᠲᠤ": "NotoSansMongolian",
    "ꀊꇁꃅ": "NotoSansYi",
    "김철수": "NotoSansKR-Hangul",
    "สมชาย": "NotoSansThai",
    "Ḥusayn Ṣāliḥ": "NotoSans-Letters",
    "Қайрат Ғабит": "NotoSans-Letters",
    "😀🏠": "NotoEmoji",
    "𠄘𠝹": "NotoSansHK-Rare",
}
NOWHERE = "\U000313f0"  # of extension H


def document_of(text: str) -> bytes:
    style = CSS + glyphs.style(glyphs.faces_for(text))
    return typeset(f"<html lang=zh-Hans><body><p>业主{text}</p></body></html>", style)


@pytest.mark.once
@pytest.mark.parametrize(("name", "file"), NAMES.items())
def test_a_name_is_drawn_by_a_font_of_ours_and_never_by_an_empty_box(name, file) -> None:
    assert file in [face.file for face in glyphs.faces_for(name)]
    assert glyphs.missing_glyphs(name) == []
    drawn: dict[str, str] = {}
    for font, (program, letters_drawn) in fonts(document_of(name)).items():
        assert font.startswith("Noto-"), f"{font} is no font of ours"
        letters_drawn.pop("\uffff", None)  # the range of codes, read as a letter
        for text, glyph in letters_drawn.items():
            assert glyph != 0 and program.getGlyphName(glyph) != ".notdef", f"{text} is an empty box"
            drawn[text] = font
    assert set(name) - set("".join(drawn)) - {" "} == set()


@pytest.mark.once
def test_a_rare_letter_has_the_outline_of_its_font() -> None:
    program, drawn = next(font for name, font in fonts(document_of("𠮷")).items() if "JP" in name)
    whole = TTFont(glyphs.FOLDER / "NotoSansJP-Rare.ttf")
    coordinates = [
        font["glyf"][name].getCoordinates(font["glyf"])[0]
        for font, name in (
            (whole, whole.getBestCmap()[ord("𠮷")]),
            (program, program.getGlyphName(drawn["𠮷"])),
        )
    ]
    assert len(coordinates[0]) > 20 and list(coordinates[0]) == list(coordinates[1])


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("熊霞 2-1-302", []),
        ("𠮷野家\u200d\ufe0f\n", []),
        (f"熊{NOWHERE}霞{NOWHERE}", [NOWHERE]),
        ("\ue000", ["\ue000"]),
        ("", []),
    ],
)
def test_letters_that_no_font_has_are_named_once(text, missing) -> None:
    assert glyphs.missing_glyphs(text, None) == missing


@pytest.mark.parametrize("name", ["ئالىم", "དབང", "ᠪᠠᠲ", "משה"])
def test_what_joins_or_runs_from_right_to_left_is_named_where_letters_stand_one_by_one(name) -> None:
    assert glyphs.missing_glyphs(f"熊{name} \u200f김Ḥ", one_by_one=True) == list(dict.fromkeys(name))


def test_a_document_carries_only_the_fonts_it_needs() -> None:
    assert glyphs.faces_for("业主熊霞 abc") == []
    assert glyphs.style([]) == ""
    assert [face.file for face in glyphs.faces_for("熊霞😀")] == ["NotoEmoji"]


@pytest.mark.parametrize("face", glyphs.FACES)
def test_every_font_of_the_table_is_there_and_known_to_the_typesetter(face) -> None:
    from reports.typeset import FONTS

    assert ord(" ") in glyphs.drawn_by(face.file)  # a name of two words is one run of one font
    assert face.url in FONTS


# What the clerk is told ---------------------------------------------------------------------------


@pytest.fixture
def rare(walk_in, limin):
    case = walk_in()
    case.complainant.name = f"熊{NOWHERE}𠮷"
    case.complainant.save()
    return case


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["case", "desk_filed"])
def test_the_page_that_offers_papers_names_the_letters_they_cannot_print(
    client, limin, rare, page, walk_in
) -> None:
    client.force_login(limin)
    headers = {"Accept-Language": "en"}
    client.cookies["django_language"] = "en"
    said = f"The papers cannot print these letters: {NOWHERE}."
    assert said in client.get(reverse(page, args=[rare.number]), headers=headers).content.decode()
    rare.complainant.name = "熊𠮷"
    rare.complainant.save()
    assert (
        "cannot print" not in client.get(reverse(page, args=[rare.number]), headers=headers).content.decode()
    )


@pytest.mark.django_db
def test_whose_name_he_may_not_know_its_letters_are_not_named(client, wanggong, rare) -> None:
    type(rare).objects.filter(pk=rare.pk).update(identity_hidden=True, handler=wanggong)
    client.force_login(wanggong)
    answer = client.get(reverse("case", args=[rare.number]))
    assert answer.status_code == 200 and NOWHERE not in answer.content.decode()


@pytest.mark.django_db
def test_the_paper_itself_names_them_by_number_and_gets_the_fonts_it_needs(rare, monkeypatch) -> None:
    jobs = []
    monkeypatch.setattr(pdf, "run", lambda job: jobs.append(json.loads(job)) or b"%PDF-")
    papers.receipt(rare, "", MONDAY_9AM, "en", shows_complainant=True)
    [job] = jobs
    assert f"Letters this paper cannot print; write them in by hand: {NOWHERE} (U+313F0)" in job["html"]
    assert "url(font:NotoSansJP-Rare)" in job["css"] and "NotoEmoji" not in job["css"]


@pytest.mark.once
def test_the_licence_lies_beside_the_fonts() -> None:
    licence = (glyphs.FOLDER / "LICENSE_FONT").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for file in ("NotoSansHK-Rare", "NotoSansJP-Rare", "NotoSansKR-Hangul", "NotoSans-Letters"):
        assert file in licence
    for family in ("Arabic", "Tibetan", "Mongolian", "Yi", "Thai", "Emoji"):
        assert family in licence
    assert sum(f.stat().st_size for f in glyphs.FOLDER.glob("*") if "SC_" not in f.name) < 3.5e6
    assert glyphs.FOLDER.parent == pdf.HERE
