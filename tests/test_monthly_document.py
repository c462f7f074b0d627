"""The monthly report as a document: its pages, its text, and how it is read to those who do not see it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from pypdf import PdfReader

from complaints import actions
from reports import words
from reports.figures.month import Month
from reports.figures.shapes import (
    Aftercare,
    Cases,
    Decision,
    Decisions,
    EstateLine,
    Monthly,
    Rate,
    RepeatLine,
)
from reports.models import IssuedReport
from reports.monthly.parts import parts
from reports.monthly.report import context, monthly_pdf
from tests.cast import DAY, SHANGHAI, march
from tests.figures import APRIL_2
from tests.made_up_month import LINE, month

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


def made(figures: Monthly, language: str, person) -> PdfReader:
    report = IssuedReport(
        kind="monthly", scope="estate-1", starts_on=Month.parse(figures.month).first_day,
        ends_on=Month.parse(figures.month).last_day, language=language, version=3,
        asked_by=person, asked_at=APRIL_2, started_at=APRIL_2,
    )  # fmt: skip
    with translation.override(language):
        return PdfReader(io.BytesIO(monthly_pdf(figures, SHANGHAI, report)))


def bare(text: str) -> str:
    """Without blanks and the ends of lines, which a page sets where it likes."""
    return re.sub(r"\s", "", text)


@pytest.fixture
def march_of_jinxiu(case_in, office_of_jinxiu, extended):
    """Some of everything: closed, late, waiting, in the eye of a lawyer, and come back."""
    people = office_of_jinxiu
    case_in("closed", at=march(1) - 20 * DAY)
    case_in("closed", at=march(2))
    case_in("acting", at=march(3), facts={"lawsuit_threatened": True})
    again = case_in("replied", at=march(4))
    actions.dispute(again, note="还在漏", by=people.limin, at=march(6))
    extended(case_in("acting", at=march(9)), asked_at=march(10), until=march(15), declined=True)
    case_in("recorded", at=march(30))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_holds_the_pages_numbers_and_is_read_in_order(language, march_of_jinxiu, count, zhoujun):
    with translation.override(language):
        figures = count()
        shown, titles = context(figures, SHANGHAI), [part.numbered for part in parts().values()]
        name, running = (
            ("投诉月报", "第3版") if language != "en" else ("Monthly complaint report", "Version 3")
        )
        signed = "编制" if language != "en" else "Prepared by"
    paper = made(figures, language, zhoujun)
    pages = [bare(page.extract_text()) for page in paper.pages]
    whole = "".join(pages)

    # The numbers: of the tiles, the sentences, every table.
    told = [*shown["changes"], *(ask.text for ask in shown["asks"])]
    told += [text for tile in shown["tiles"] for text in (tile.figure, tile.note, tile.means)]
    for fragment in (*shown["tables"].values(), shown["heat"], *(section.table for section in shown["work"])):
        told += [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", fragment)]
    assert len(told) > 150
    assert [text for text in told if bare(text) not in whole] == []
    for line in (line for table in figures.overruns.tables for line in table.lines):
        assert line.number in whole and bare(line.approver) in whole

    # A cover without a running head, and one on every other page, once.
    assert bare(f"{name} · {figures.scope} ·") not in pages[0] and pages[0].count(bare(running)) == 1
    for page in pages[1:]:
        assert page.count(bare(f"{name} · {figures.scope}")) == 1 and page.count(bare(running)) == 1

    # Contents, bookmarks and pages agree; nothing but the month on its page; all sign the cover.
    cover = paper.pages[0].extract_text()
    lines = re.findall(r"^(.+?) ?\.{3,}\s*(\d+)\s*$", cover, re.M)
    found = {bare(title): int(page) for title, page in lines}
    assert list(found) == [bare(title) for title in titles]
    assert all(title in pages[page - 1] for title, page in found.items())
    assert list(found.values())[:2] == [2, 3]
    marks = [mark.title for mark in flat(paper.outline)]
    assert [mark for mark in marks if mark in titles] == titles
    assert bare(signed) in pages[0] and bare(signed) not in "".join(pages[1:])


def flat(outline) -> list:
    return [
        mark for entry in outline for mark in (flat(entry) if isinstance(entry, list) else [entry])
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_for_those_who_have_it_read_to_them(language, case_in, count, zhoujun):
    case_in("closed", at=march(2))
    with translation.override(language):
        paper = made(count(), language, zhoujun)
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"] == ("en" if language == "en" else "zh-Hans")
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert paper.metadata.title.endswith("March 2026" if language == "en" else "2026年3月")
    kinds: dict[str, list] = {}
    walk(root["/StructTreeRoot"], kinds)
    assert len(kinds["/Figure"]) > 3 and all(figure["/Alt"] for figure in kinds["/Figure"])
    assert len(kinds["/H1"]) == 1 and len(kinds["/H2"]) == len(parts())
    assert kinds["/Table"] and kinds["/TH"] and kinds["/LI"] and len(kinds["/Link"]) >= len(parts())


def walk(element, found: dict[str, list]) -> None:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            found.setdefault(kid["/S"], []).append(kid)
            walk(kid, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_month_stands_on_one_page_however_much_there_is_to_say(language, zhoujun, jinxiu):
    """With every sentence, long names and a wait of years."""
    wait = Decision("JX-2026-000007", "延期", "总经理", march(5) - 900 * DAY)
    late = replace(LINE, overdue=timedelta(days=3))
    many = replace(month().overruns.still_open, total=1234, open=987)
    figures = month(
        12345, 2345, 1234, as_of=march(30),
        estates=tuple(
            EstateLine(f"阳光水岸国际花园二期北区（含会所与地下车库）{name}", 900, 30, 30, before, 0)
            for name, before in (("东", 1), ("西", 90))
        ),
        attention=Cases(30, (late,) * 30), decisions=Decisions(1234, (wait,) * 20), second_open=123,
        overruns=replace(month().overruns, still_open=many), revisit=Rate(100, 1300),
        aftercare=Aftercare(late=123), repeats=(RepeatLine("3号楼", "电梯", 3),) * 12,
    )  # fmt: skip
    pages = [page.extract_text() for page in made(figures, language, zhoujun).pages[:3]]
    with translation.override(language):
        said = context(figures, SHANGHAI)
        assert len(said["changes"]) == 9 and len(said["asks"]) == 7
        first = parts()["attention"].numbered
    assert bare(said["asks"][-1].text) in bare(pages[1]) and "26-03" in pages[1]
    assert bare(first) in bare(pages[2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_without_a_single_complaint_is_a_document_too(language, count, zhoujun, jinxiu):
    with translation.override(language):
        figures = count()
        shown = context(figures, SHANGHAI)
    paper = made(figures, language, zhoujun)
    whole = bare("".join(page.extract_text() for page in paper.pages))
    assert [line for line in shown["changes"] if bare(line) not in whole] == []
    assert len(paper.pages) <= 5 and len(figures.trend) == 13
    assert words.NOTHING in whole
