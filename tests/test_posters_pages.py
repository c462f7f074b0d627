"""The page of the posters, who may open it, and the posters on paper."""

from __future__ import annotations

import io
import re

import pytest
import segno
from pypdf import PdfReader
from pypdf.generic import ContentStream

from complaints.actions import posters
from complaints.actions.emergency_numbers import save_number
from complaints.actions.posters import Kind
from complaints.models import PostedPlace, PosterScans
from reports import paperwork
from reports import posters as papers
from reports.models import Paper
from reports.views import papers as pages
from tests.cast import march
from tests.markup import markup
from tests.portal import NOON, words_of

pytestmark = pytest.mark.django_db
WHERE = {"building": None, "unit": None}


@pytest.fixture
def hung(jinxiu, home, chenfang) -> list[PostedPlace]:
    """2号楼, its entrance and its lift."""
    posters.post_many(jinxiu, ["building", "entrance", "lift"], by=chenfang, at=NOON)
    return posters.in_order(PostedPlace.objects.all())


def text(page) -> str:
    return words_of(page.content.decode())


# The page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["chenfang", "zhoujun", "admin"])
def test_supervisor_property_manager_and_administrator_keep_the_posters(who, read, hung, request) -> None:
    page = read(request.getfixturevalue(who), "/posters/JX/")
    assert page.status_code == 200 and "2号楼1单元电梯" in text(page)


@pytest.mark.parametrize("who", ["limin", "wanggong", "sungong", "stranger", "auditor"])
def test_nobody_else_finds_them(who, read, write, hung, request) -> None:
    person = request.getfixturevalue(who)
    assert read(person, "/posters/JX/").status_code == 404
    assert write(person, f"/posters/JX/{hung[0].pk}/hang/", {"down": ""}).status_code == 404
    assert write(person, "/posters/JX/many/", {"kinds": "estate"}).status_code == 404
    assert write(person, "/reports/posters/JX.pdf", {"all": "", "size": "a4"}).status_code == 404
    assert not PostedPlace.objects.exclude(taken_down_at=None).exists()


def test_many_are_added_at_once_and_found_in_their_order(write, read, chenfang, jinxiu, home) -> None:
    assert "Lift (1)" in text(read(chenfang, "/posters/JX/many/"))
    assert write(chenfang, "/posters/JX/many/", {}).status_code == 422
    assert write(chenfang, "/posters/JX/many/", {"kinds": ["lift", "building"]}).url == "/posters/JX/"
    page = text(read(chenfang, "/posters/JX/"))
    assert page.index("2号楼") < page.index("2号楼1单元电梯")
    assert "2 places added" in page


def test_a_place_is_added_by_hand_and_its_building_is_found_by_its_name(
    write, chenfang, jinxiu, home
) -> None:
    said = {"kind": "lift", "name": "2号楼货梯"}
    assert write(chenfang, "/posters/JX/new/", said).status_code == 302
    assert PostedPlace.objects.get().building == home.building
    again = write(chenfang, "/posters/JX/new/", said)
    assert again.status_code == 422 and "hangs already" in text(again) and "2号楼货梯" in markup(again)
    room = write(chenfang, "/posters/JX/new/", {"kind": "other", "name": "2-1-302"})
    assert room.status_code == 422 and "not at somebody" in text(room)


def test_a_poster_is_renamed_taken_down_and_put_up_again(write, read, chenfang, hung) -> None:
    lift = hung[-1]
    assert (
        write(chenfang, f"/posters/JX/{lift.pk}/", {"kind": "lift", "name": "2号楼电梯"}).status_code == 302
    )
    write(chenfang, f"/posters/JX/{lift.pk}/hang/", {"down": ""})
    page = text(read(chenfang, f"/posters/JX/{lift.pk}/"))
    assert "Taken down" in page and "2号楼1单元电梯 → 2号楼电梯" in page and lift.code in page
    write(chenfang, f"/posters/JX/{lift.pk}/hang/", {"up": ""})
    lift.refresh_from_db()
    assert (lift.name, lift.taken_down_at) == ("2号楼电梯", None)


def test_scans_are_shown_for_the_days_that_were_chosen(read, chenfang, hung) -> None:
    for day, count in ((1, 4), (5, 30)):
        PosterScans.objects.create(place=hung[0], day=march(day).date(), count=count)
    page = text(read(chenfang, "/posters/JX/", first="2026-03-01", last="2026-03-02"))
    assert re.search(r"Together 4 0 0", page)
    assert re.search(
        r"Together 34 0 0", text(read(chenfang, "/posters/JX/", first="2026-03-01", last="2026-03-31"))
    )
    wrong = read(chenfang, "/posters/JX/", first="2026-03-05", last="2026-03-01")
    assert wrong.status_code == 422 and "lies before the first" in text(wrong)


def test_places_are_found_by_words_by_code_and_by_kind(read, chenfang, hung) -> None:
    lift = hung[-1]
    for said in ({"q": "电梯"}, {"q": lift.code.lower()}, {"kind": "lift"}):
        page = text(read(chenfang, "/posters/JX/", **said))
        assert "1 place ·" in page and lift.name in page
    assert "No place is called so" in text(read(chenfang, "/posters/JX/", q="游泳池"))


def test_the_page_costs_the_same_for_three_places_and_for_sixty(queries, chenfang, hung, jinxiu) -> None:
    few = queries(chenfang, "/posters/JX/")
    for number in range(60):
        posters.post_place(jinxiu, kind=Kind.OTHER, name=f"{number}号岗", **WHERE, by=chenfang, at=NOON)
    assert queries(chenfang, "/posters/JX/") == few


def test_an_address_no_phone_reaches_is_pointed_out_before_it_is_printed(
    read, chenfang, hung, settings
) -> None:
    assert "which no phone reaches" in text(read(chenfang, "/posters/JX/"))
    settings.BASE_URL = "https://fuwu.example.com"
    assert "which no phone reaches" not in text(read(chenfang, "/posters/JX/"))


# On paper ------------------------------------------------------------------------------------------------


@pytest.fixture
def printed(client, monkeypatch, chenfang, hung, settings):
    """What the worker makes of a press on the button."""
    monkeypatch.setattr(pages, "wake", lambda row: paperwork.make_next(row.asked_at, "sheets"))
    settings.BASE_URL = "https://fuwu.example.com"

    def press(**said) -> PdfReader:
        client.force_login(chenfang)
        page = client.post("/reports/posters/JX.pdf", said)
        assert page["Content-Type"] == "application/pdf", page.content.decode()[:2000]
        return PdfReader(io.BytesIO(page.content))

    return press


def codes_drawn(page) -> list[list[list[bool]]]:
    """The codes of a page as their modules, read off the strokes that draw them: rows of dark and light."""
    found, drawn, start, outer = [], None, (0.0, 0.0), []
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        numbers = [float(one) for one in operands if isinstance(one, int | float)]
        if operator == b"m":
            start = (numbers[0], numbers[1])
            drawn = drawn if drawn is not None else {}
        elif operator == b"l" and drawn is not None and abs(numbers[1] - start[1]) < 0.001:
            drawn.setdefault(round(start[1] - 0.5), []).append((round(start[0]), round(numbers[0])))
        elif operator in (b"S", b"s", b"f", b"n", b"B") and drawn:
            outer.append(drawn)
            drawn = None
    for rows in outer:
        last = max(end for runs in rows.values() for _start, end in runs)
        first = min(begin for runs in rows.values() for begin, _end in runs)
        if len(rows) < 21:  # a line to cut along
            continue
        found.append(
            [
                [any(begin <= x < end for begin, end in rows[y]) for x in range(first, last)]
                for y in sorted(rows)
            ]
        )
    return found


def modules(link: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in segno.make_qr(link, error="q").matrix]


def test_an_a4_poster_names_company_estate_place_phone_and_hours_and_its_code_leads_there(
    printed, hung, jinxiu, zhoujun, client
) -> None:
    save_number(None, {"kind": "lift", "phone": "400-820-5119"}, estate=jinxiu, by=zhoujun)
    lift = hung[-1]
    page = printed(place=lift.pk, size="a4").pages[0]
    said = re.sub(r"\s+", "", page.extract_text())
    for words in ("锦绣花园", "2号楼1单元电梯", "我要反映", "扫码反映问题", "021-55550100", "每天08:30–17:30",
                  "119", "110", "400-820-5119", "不要扒门", "Tellus", "Scantoreport"):  # fmt: skip
        assert words in said, words
    link = f"https://fuwu.example.com/p/{lift.code}/"
    assert codes_drawn(page) == [modules(link)]
    assert client.get(link.removeprefix("https://fuwu.example.com")).url == f"/portal/report/?at={lift.code}"


def test_the_whole_estate_is_one_file_in_the_order_one_walks(printed, hung) -> None:
    document = printed(all="", size="a4")
    names = [re.sub(r"\s", "", page.extract_text()) for page in document.pages]
    assert len(names) == 3
    assert all(place.name in said for place, said in zip(hung, names, strict=True))
    assert len(printed(all="", kind="lift", size="a4").pages) == 1


@pytest.mark.parametrize(("size", "sheets"), [("a6", 2), ("small", 1)])
def test_stickers_stand_many_on_a_sheet_each_with_its_own_code(
    size, sheets, printed, hung, jinxiu, chenfang
) -> None:
    for number in range(3):
        posters.post_place(jinxiu, kind=Kind.OTHER, name=f"{number}号岗", **WHERE, by=chenfang, at=NOON)
    document = printed(all="", size=size)
    assert len(document.pages) == sheets
    drawn = [code for page in document.pages for code in codes_drawn(page)]
    places = posters.in_order(PostedPlace.objects.all())
    assert drawn == [modules(f"https://fuwu.example.com/p/{place.code}/") for place in places]


def test_what_was_taken_down_is_not_printed_and_nothing_at_all_says_so(client, chenfang, hung) -> None:
    posters.take_down(hung[0], by=chenfang, at=NOON)
    client.force_login(chenfang)
    page = client.post(
        "/reports/posters/JX.pdf", {"place": hung[0].pk, "size": "a4"}, headers={"accept-language": "en"}
    )
    assert page.status_code == 422 and "Choose at least one place" in text(page)
    assert not Paper.objects.exists()


def test_too_many_for_one_file_are_refused_with_what_to_do(client, chenfang, hung, monkeypatch) -> None:
    monkeypatch.setattr(papers, "MOST", 2)
    client.force_login(chenfang)
    page = client.post(
        "/reports/posters/JX.pdf", {"all": "", "size": "a4"}, headers={"accept-language": "en"}
    )
    assert page.status_code == 422 and "These are 3 posters" in text(page)


def test_whoever_keeps_them_no_more_does_not_get_the_file(client, chenfang, limin, hung, monkeypatch) -> None:
    monkeypatch.setattr(pages, "wake", lambda row: None)
    monkeypatch.setattr(pages, "PATIENCE", 0)
    client.force_login(chenfang)
    waits = client.post("/reports/posters/JX.pdf", {"all": "", "size": "a4"}).url
    assert client.get(waits).status_code == 202
    chenfang.postings.all().delete()
    assert client.get(waits).status_code == 404


def test_hours_say_days_and_the_lunch_break(jinxiu) -> None:
    assert papers.hours(jinxiu) == ("每天 08:30–17:30", "Every day 08:30–17:30")
    jinxiu.staffed_on_days_off = False
    jinxiu.lunch_starts, jinxiu.lunch_ends = march(1, 12).time(), march(1, 13).time()
    assert papers.hours(jinxiu) == (
        "星期一至星期五 08:30–12:00，13:00–17:30",
        "Monday to Friday 08:30–12:00, 13:00–17:30",
    )
    jinxiu.weekdays = "136"
    assert papers.hours(jinxiu).en.startswith("Monday, Wednesday, Saturday ")
