"""PDFs: the right glyphs, nothing fetched, and a failure that is an error."""

from __future__ import annotations

import io
import json
import os
import socketserver
import subprocess
import sys
import threading

import pytest
from django.template import engines
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from reports import pdf
from reports.pdf import ReportError, clip, render
from tests.pdf_parts import CSS, fonts, typeset

RARE = "喆珺堃㛃䶮"


def outline(font: TTFont, glyph: str) -> list:
    return list(font["glyf"][glyph].getCoordinates(font["glyf"])[0])


@pytest.mark.once
def test_rare_name_characters_are_drawn_with_their_own_glyphs_from_the_embedded_font():
    """Text that can be extracted proves nothing: boxes and wrong glyphs keep it right."""
    document = typeset(f"<html lang=zh-Hans><body><p>{RARE}李敏，编号</p><p><strong>{RARE}</strong></p>")
    embedded = fonts(document)
    assert set(embedded) == {"Noto-Sans-SC", "Noto-Sans-SC-Bold"}
    sources = {"Noto-Sans-SC": "400Regular", "Noto-Sans-SC-Bold": "700Bold"}
    for name, (subset, drawn) in embedded.items():
        whole = TTFont(pdf.HERE / "fonts" / f"NotoSansSC_{sources[name]}.ttf")
        for character in RARE:
            expected = outline(whole, whole.getBestCmap()[ord(character)])
            assert len(expected) > 20
            assert outline(subset, subset.getGlyphName(drawn[character])) == expected
    assert RARE in PdfReader(io.BytesIO(document)).pages[0].extract_text()


@pytest.fixture(scope="module")
def canary():
    """A server that notes who came."""
    visits: list[str] = []

    class Note(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            visits.append(self.rfile.readline().decode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", visits
        server.shutdown()


BODY = {
    "image": '<img src="{url}">',
    "stylesheet": '<link rel="stylesheet" href="{url}">',
    "style of the page": '<style>@import url("{url}");</style>',
    "background": '<style>p {{ background: url("{url}") }}</style><p>x</p>',
    "object": '<object data="{url}"></object>',
    "embed": '<embed src="{url}">',
    "attachment": '<link rel="attachment" href="{url}">',
    "drawing": '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image href="{url}"/></svg>',
}
SHEET = {
    "import": '@import url("{url}"); p {{ color: red }}',
    "background": 'p {{ background: url("{url}") }}',
    "font": '@font-face {{ font-family: X; src: url("{url}") }} p {{ font-family: X }}',
    "content": "p::before {{ content: url('{url}') }}",
}


@pytest.mark.once
@pytest.mark.parametrize("where", BODY)
def test_a_page_never_reaches_the_network(where, canary):
    address, visits = canary
    refused = refusal(BODY[where].format(url=address), CSS)
    assert visits == []
    # An image inside a drawing is left out without a word; all else ends the work.
    assert refused or where == "drawing"


@pytest.mark.once
@pytest.mark.parametrize("where", SHEET)
def test_a_stylesheet_never_reaches_the_network(where, canary):
    address, visits = canary
    assert refusal("<p>x</p>", SHEET[where].format(url=address))
    assert visits == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("html", "css"),
    [(BODY["image"], CSS), (BODY["attachment"], CSS), ("<p>x</p>", SHEET["import"])],
    ids=["image", "attachment", "stylesheet"],
)
def test_no_file_of_the_machine_is_read(html, css, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    assert refusal(*(part.format(url=secret.as_uri()) if part is not CSS else CSS for part in (html, css)))


def refusal(html: str, css: str) -> str:
    """Why there is no document; empty when there is one."""
    try:
        typeset(f"<html><body>{html}<p>x</p>", css=css)
    except ReportError as error:
        return str(error)
    return ""


@pytest.mark.once
def test_a_document_that_takes_too_long_is_stopped_with_a_sentence(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.3)
    with pytest.raises(ReportError, match="0.3"):
        typeset("<p>x</p>")


@pytest.mark.once
def test_the_child_may_not_take_more_than_its_share_of_memory_and_time():
    code = (
        f"import sys; sys.path.insert(0, {str(pdf.HERE)!r}); import os, resource, typeset; typeset.limit()\n"
        f"print(resource.getrlimit(resource.RLIMIT_CPU)[0], os.nice(0) - {os.nice(0)})\n"
        "bytearray(600 * 1024 * 1024)"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert child.stdout.strip() == "60 5"
    assert "MemoryError" in child.stderr


@pytest.mark.once
def test_a_page_beyond_all_reason_is_refused_before_it_is_set(monkeypatch):
    monkeypatch.setattr(pdf, "LARGEST_PAGE", 100)
    with pytest.raises(ReportError):
        render("reports/paper.html", {}, "zh-hans", "很长" * 100)


@pytest.mark.once
def test_what_a_person_typed_is_escaped_and_never_a_tag(tmp_path, settings):
    text = '<img src="file:///etc/passwd"><script>1</script>'
    page = engines["django"].from_string("<p>{{ text }}</p>").render({"text": text})
    assert typeset(page)[:5] == b"%PDF-"


@pytest.mark.once
def test_the_child_knows_no_secrets_of_the_parent(monkeypatch):
    seen = {}

    def run(*args, env, **kwargs):
        seen.update(env)
        raise OSError

    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setattr(pdf.subprocess, "run", run)
    with pytest.raises(OSError):
        typeset("<p>x</p>")
    assert set(seen) == {"LANG", "PATH", "XDG_CACHE_HOME"}


@pytest.mark.once
def test_no_more_than_two_documents_are_made_at_once(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    with pdf.one_of_few(), pdf.one_of_few(), pytest.raises(ReportError), pdf.one_of_few():
        pass
    with pdf.one_of_few():
        pass


def test_a_long_text_is_cut():
    assert clip("短") == "短"
    assert clip("长" * 70_000).startswith("长" * 60_000 + "…")


@pytest.mark.once
def test_nobody_signs_a_page_with_nothing_else_on_it():
    """Whatever stands before: what a page leaves too little room for takes its last paragraph along."""
    signed = engines["django"].get_template("reports/monthly_signatures.html").render({})
    for millimetres in range(190, 260, 10):
        blocks = f'<svg width="1" height="{millimetres}mm"></svg><h2>8</h2><p class="none">Nothing waits.</p>'
        pages = PdfReader(io.BytesIO(typeset(f"<html><body>{blocks}{signed}"))).pages
        assert "Nothing waits." in pages[-1].extract_text()


def test_no_blank_ends_a_paragraph_on_paper(settings, tmp_path, monkeypatch):
    """WeasyPrint would break a line for it that holds all its words."""
    (tmp_path / "blank.html").write_text("<body><p>\n  Asked for <b>two</b> \n</p><pre>a </pre></body>")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    set_by = []
    monkeypatch.setattr(pdf, "run", lambda job: set_by.append(json.loads(job)["html"]) or b"")
    render("blank.html", {}, "en", "Title")
    assert set_by == ["<body><p>\n  Asked for <b>two</b></p><pre>a </pre></body>"]


CLOSER = "p { margin: 0; line-height: 1.2 }"


def set_tight(paragraphs: int, tight: str = CLOSER, says: str = ' data-tighter="yes"') -> list[str]:
    """The pages of so many paragraphs in a document that may be set tighter."""
    lines = "".join(f"<p>Line {n}</p>" for n in range(paragraphs))
    job = {"html": f"<html lang=en><body{says}>{lines}", "css": CSS, "files": {}, "tight": tight}
    pages = PdfReader(io.BytesIO(pdf.run(json.dumps(job).encode()))).pages
    return [page.extract_text() for page in pages]


@pytest.mark.once
def test_a_paper_is_set_tighter_where_that_saves_a_page_and_only_there():
    wide = set_tight(50, tight="")
    assert len(wide) == 2 and len(set_tight(50)) == 1
    assert set_tight(50, says="") == wide, "it has to say so"
    assert set_tight(66) == set_tight(66, tight=""), "two pages either way: then in the usual size"


@pytest.mark.once
def test_what_runs_along_every_page_is_no_text_of_the_page():
    running = "data-paper='Report of March' data-before=Page data-between=of data-after=pages"
    body = f"<body {running}><p>One</p><p style='break-before: page'>Two</p>"
    first, second = PdfReader(io.BytesIO(typeset(f"<html lang=en>{body}"))).pages
    for page, words, number in ((first, "One", 1), (second, "Two", 2)):
        assert page.extract_text().count("Report of March") == 1
        assert words in page.extract_text() and f"Page {number} of 2" in page.extract_text()
