"""A file that is no register is refused with a sentence that says what to do."""

import io
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook

from owners.importing import files
from owners.importing.files import Unreadable
from owners.importing.register import read_register
from tests.ledgers import csv_bytes, problems, saved, xlsx


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return stream.getvalue()


LEDGER = xlsx([["房号", "姓名"], ["1-2-101", "李四"]])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (OLE, "This is the old .xls format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (zipped(**{"word/document.xml": b"<x/>"}), "neither an Excel workbook"),
        (b"%PDF-1.7\n\xff\xfe\x00\x01", "neither an Excel workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page that was only named .xls"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither an Excel workbook"),
        (LEDGER[:900], "The file is damaged"),
        (with_part(LEDGER, "xl/vbaProject.bin", b"macro"), "contains macros"),
        (with_part(LEDGER, "xl/media/big.bin", b"\0" * (files.MAX_UNPACKED + 1)), "Unpacked, the workbook"),
        (with_part(LEDGER, "xl/worksheets/sheet9.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), "neither an"),
        (b"\0" * (files.MAX_BYTES + 1), "larger than 10 MB"),
        (xlsx([["某物业公司"], ["通知"]]), "No row with column headers was found"),
        (b"hello", "No row with column headers was found"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_it_is_refused_with_a_clear_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read_register(content, "file.xlsx")


def test_more_rows_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 3)
    rows = [["房号", "姓名"], *([f"1-1-{n}", "李四"] for n in range(101, 104))]
    for content in (xlsx(rows), csv_bytes(rows)):
        with pytest.raises(Unreadable, match="More than 3 rows"):
            read_register(content, "a.csv")


def test_a_formula_that_was_never_calculated_is_a_problem_of_its_row():
    book = Workbook()
    book.active.append(["房号", "姓名", "电话"])
    book.active.append(["1-2-101", "李四", "=A1"])
    book.active.append(["1-2-102", "王五", "13800138001"])
    reading = read_register(saved(book), "a.xlsx")
    assert [row for row, sentence in problems(reading) if "formula" in sentence] == [2]
    assert len(reading.entries) == 1


def test_a_calculated_formula_is_read_by_its_saved_result():
    sheet = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1" t="str"><v>房号</v></c><c r="B1" t="str"><v>姓名</v></c></row>
    <row r="2"><c r="A2" t="str"><f>"1-2-"&amp;101</f><v>1-2-101</v></c><c r="B2" t="str"><v>Li</v></c></row>
    </sheetData></worksheet>"""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(LEDGER)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    assert read_register(stream.getvalue(), "a.xlsx").entries[0].place.code == "1-2-101"
