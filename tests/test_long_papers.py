"""A long case is printed whole, or says what it leaves out and where it stands."""

from __future__ import annotations

import io
import re

import pytest
from django.utils import translation
from pypdf import PdfReader

from complaints import actions
from complaints.models import Complaint
from reports import papers
from reports.pdf import LONGEST_TEXT, clip
from staff.models import User
from tests.cast import march

pytestmark = pytest.mark.django_db
LENGTH = 52_000
CHINESE = "".join(f"第{n}次来电：电梯停运，无人维修，要求书面答复。" for n in range(3000))
ENGLISH = "".join(f"Call {n}: the lift has stopped again and nobody came. " for n in range(2000))


def printed(case: Complaint) -> tuple[str, int]:
    """The words of the sheet without blanks, and how many pages it has."""
    body = papers.case_sheet(case, march(9), "zh-hans", shows_complainant=True)
    pages = PdfReader(io.BytesIO(body)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages)), len(pages)


def put(case: Complaint, place: str, text: str, by: User) -> None:
    if place == "content":
        Complaint.objects.filter(pk=case.pk).update(content=text)
    elif place == "note":
        actions.act(case, note=text, by=by, at=march(2, 16))
    else:
        case.cycles.update(**{place: text})
    case.refresh_from_db()


def sentences(text: str) -> list[str]:
    """What must stand there, piece by piece: between two of them a page may end."""
    return [re.sub(r"\s", "", piece) for piece in re.split(r"[。，：:.]", text) if piece.strip()]


@pytest.mark.parametrize(
    ("place", "text"),
    [("content", CHINESE), ("result", CHINESE), ("reply", ENGLISH), ("note", CHINESE)],
    ids=lambda given: given[:7],
)
def test_52_000_characters_are_printed_whole_wherever_they_stand(case_in, office_of_jinxiu, place, text):
    case = case_in("acting" if place == "note" else "replied")
    put(case, place, text[:LENGTH], office_of_jinxiu.wanggong)
    said, pages = printed(case)
    missing = [piece for piece in sentences(text[:LENGTH]) if piece not in said]
    assert len(missing) < pages, "no more than what a page's end takes apart"
    word = "Call" if text is ENGLISH else "来电"
    assert said.count(word) >= text[:LENGTH].count(word) - pages


def test_letters_without_a_blank_are_printed_too(case_in, limin):
    case = case_in("acting")
    put(case, "content", "x" * LENGTH, limin)
    assert printed(case)[0].count("x") >= LENGTH


def test_what_is_left_out_is_said(case_in):
    with translation.override("en"):
        assert clip("长" * (LONGEST_TEXT + 12)).endswith(
            "… (12 more characters: read them in the case, on the screen.)"
        )
        assert clip("长" * LONGEST_TEXT) == "长" * LONGEST_TEXT


def test_the_sheet_tells_what_was_done(case_in, office_of_jinxiu):
    """Also what names no clock."""
    case = case_in("acting")
    put(case, "note", "已关总阀并通知三楼", office_of_jinxiu.wanggong)
    assert "已关总阀并通知三楼" in printed(case)[0]
