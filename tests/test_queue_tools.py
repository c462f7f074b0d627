"""The queue's tools: order by column, filters with counts, own views, what is new, acts on all that match."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.http import QueryDict
from django.utils import translation
from pypdf import PdfReader

from complaints import actions
from complaints.actions.remind import AT_MOST_EVERY
from complaints.models import Complaint, OwnView
from complaints.views.lists import sorting
from config.framework.refusals import Refused
from reports import papers, paperwork
from reports.models import Paper
from reports.views import papers as pages
from tests.case_pages import text
from tests.cast import HOUR, MINUTE, MONDAY_9AM, march
from tests.list_pages import copies, numbers
from tests.looking import letters, told
from tests.markup import markup

pytestmark = pytest.mark.django_db
NOON = march(2, 12)
SECOND = timedelta(seconds=1)


# Order ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", sorting.COLUMNS)
@pytest.mark.parametrize("turned", ["", "-"])
def test_pages_of_any_order_neither_lose_nor_repeat_a_case(
    walk_in, categories, column, turned, wanggong
) -> None:
    copies(walk_in(), 9)
    for n, case in enumerate(Complaint.objects.order_by("pk")):
        changes = {
            "severity": ["", "minor", "important", "major"][n % 4],
            "category": [categories["noise"], categories["repairs"], None][n % 3],
            "unit": case.unit if n % 2 else None,
            "handler": wanggong if n % 3 else None,
            "received_at": NOON - HOUR * (5 + n // 2),
            "next_due_at": None if n > 6 else NOON + MINUTE * (n // 2),
        }
        Complaint.objects.filter(pk=case.pk).update(**changes)
    order, cases = sorting.order_of(turned + column, closed=False), Complaint.objects.all()
    whole = [case.pk for case in order.page(cases, QueryDict(), size=50).rows]
    assert len(whole) == 10

    forwards, page = [], order.page(cases, QueryDict(), size=3)
    while True:
        forwards += [case.pk for case in page.rows]
        if not page.older:
            break
        page = order.page(cases, QueryDict(f"after={page.older}"), size=3)
    assert forwards == whole

    backwards = [case.pk for case in page.rows]
    while page.newer:
        page = order.page(cases, QueryDict(f"before={page.newer}"), size=3)
        backwards = [case.pk for case in page.rows] + backwards
    assert backwards == whole


def test_the_heads_of_the_columns_put_the_rows_in_order_and_turn_them_round(read, case_in, chenfang) -> None:
    major, minor = case_in("acting", severity="major"), case_in("acting", severity="minor")
    open_one = case_in("recorded")
    page = read(chenfang, "/cases/", view="open", sort="severity", marks="", own="")
    assert numbers(page) == [major.number, minor.number, open_one.number]
    assert 'aria-sort="ascending"><a href="?view=open&amp;marks=&amp;own=&amp;sort=-severity"' in markup(page)
    turned = read(chenfang, "/cases/", view="open", sort="-severity")
    assert numbers(turned) == [open_one.number, minor.number, major.number]
    assert 'aria-sort="descending"' in markup(turned)


def test_an_order_nobody_knows_is_the_usual_one(read, case_in, chenfang) -> None:
    late, soon = case_in("acting", severity="major"), case_in("recorded")
    for asked in ("x", "-", "--due", "number"):
        assert numbers(read(chenfang, "/cases/", view="open", sort=asked)) == [soon.number, late.number]
    for cursor in ("x", "1.x", "9" * 30 + ".1", "1." + "9" * 30):
        page = read(chenfang, "/cases/", view="open", sort="where", after=cursor)
        assert page.status_code == 200


def test_any_order_costs_the_same_queries(queries, walk_in, chenfang) -> None:
    copies(walk_in(), 60)
    usual = queries(chenfang, "/cases/?view=open")
    for column in sorting.COLUMNS:
        assert queries(chenfang, f"/cases/?view=open&sort=-{column}") == usual


# Filters with counts ---------------------------------------------------------------------------------
def test_each_choice_says_how_many_it_would_show_beside_the_other_filters(read, case_in, chenfang) -> None:
    case_in("acting", severity="major", facts={"urgent": True})
    case_in("acting", severity="minor")
    case_in("recorded")
    page = markup(read(chenfang, "/cases/", view="open", filters="1", status="acting"))
    for words in (
        "In progress (2)</option>", "To be classified (1)</option>",  # its own filter is lifted
        "Major (1)</option>", "Minor (1)</option>", "Important (0)</option>",
        "Repairs (2)</option>", "Urgent (1)", "王建军 (2)</option>",
    ):  # fmt: skip
        assert words in page
    assert 'name="severity"' in page and "陈芳 (0)" not in page


def test_a_category_counts_what_stands_under_it(read, case_in, categories, chenfang) -> None:
    case_in("acting")
    page = markup(read(chenfang, "/cases/", view="open", filters="1", category=categories["noise"].pk))
    assert "Property service: all of it (1)</option>" in page and "Repairs (1)</option>" in page
    assert "Noise (0)</option>" in page and "No case passes these filters" in page


def test_filters_with_counts_cost_the_same_at_ten_rows_and_at_a_hundred(queries, walk_in, chenfang) -> None:
    case = walk_in()
    copies(case, 10)
    few = queries(chenfang, "/cases/?view=open&filters=1&severity=none")
    Complaint.objects.exclude(pk=case.pk)._raw_delete("default")
    copies(case, 40)
    assert (
        queries(chenfang, "/cases/?view=open&filters=1&severity=none") == few <= 8 + 2 + 5
    )  # the page; two walks; what the choices are


# Own views -------------------------------------------------------------------------------------------
def keep(write, person, name: str, query: str = "view=open&severity=major&sort=-received"):
    return write(person, "/cases/views/", {"do": "keep", "name": name, "query": query})


def test_a_view_keeps_filters_and_order_under_a_name_and_is_nobody_elses(
    read, write, case_in, chenfang, limin
) -> None:
    case_in("acting", severity="minor")
    answer = keep(
        write, chenfang, "重大的", "view=open&severity=major&after=1.2&filters=1&own=7&sort=-received"
    )
    view = OwnView.objects.get()
    assert view.query == "view=open&severity=major&sort=-received"
    assert answer["Location"] == f"/cases/?{view.query}&own={view.pk}"
    page = markup(read(chenfang, answer["Location"]))
    assert f'own={view.pk}" aria-current="page">' in page and "重大的</a>" in page
    assert "重大的" not in read(limin, "/cases/").content.decode()
    for act in ("rename", "drop", "begin", "up", "change"):
        assert write(limin, "/cases/views/", {"do": act, "view": view.pk, "name": "x"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.is_default) == ("重大的", False)


def test_the_day_begins_with_the_view_a_person_chose(read, write, chenfang) -> None:
    keep(write, chenfang, "我的早班")
    view = OwnView.objects.get()
    write(chenfang, "/cases/views/", {"do": "begin", "view": view.pk})
    assert read(chenfang, "/cases/")["Location"] == f"/cases/?{view.query}&own={view.pk}"
    assert read(chenfang, "/cases/", view="open").status_code == 200
    write(chenfang, "/cases/views/", {"do": "usual"})
    assert read(chenfang, "/cases/").status_code == 200


def test_views_are_renamed_put_in_order_changed_and_deleted(read, write, chenfang) -> None:
    for name in ("甲", "乙", "丙"):
        keep(write, chenfang, name)
    one, two, _three = OwnView.objects.order_by("order")
    write(chenfang, "/cases/views/", {"do": "down", "view": one.pk})
    write(chenfang, "/cases/views/", {"do": "up", "view": two.pk})  # first already
    write(chenfang, "/cases/views/", {"do": "rename", "view": two.pk, "name": " 丁 "})
    write(chenfang, "/cases/views/", {"do": "change", "view": one.pk, "query": "view=today"})
    found = list(OwnView.objects.order_by("order").values_list("name", "query"))
    kept = "view=open&severity=major&sort=-received"
    assert found == [("丁", kept), ("甲", "view=today"), ("丙", kept)]
    page = markup(read(chenfang, f"/cases/?view=today&sort=who&own={one.pk}"))
    assert "Keep the changes to “甲”" in page and "Keep the changes to “丁”" not in page
    write(chenfang, "/cases/views/", {"do": "drop", "view": one.pk})
    assert list(OwnView.objects.order_by("order").values_list("name", flat=True)) == ["丁", "丙"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("  ", "Give the view a name."), ("甲", "has this name already"), ("长" * 25, "at most 24 characters")],
)
def test_a_name_that_does_not_do_is_said_and_kept(write, chenfang, name, sentence) -> None:
    keep(write, chenfang, "甲")
    answer = keep(write, chenfang, name)
    assert answer.status_code == 422 and sentence in text(answer)
    assert OwnView.objects.count() == 1 and (not name.strip() or f'value="{name}"' in markup(answer))


def test_nobody_keeps_more_views_than_he_can_read(write, chenfang) -> None:
    for n in range(12):
        keep(write, chenfang, f"视图{n}")
    answer = keep(write, chenfang, "再一个")
    assert answer.status_code == 422 and "12 views already" in text(answer)


# Acts on many ----------------------------------------------------------------------------------------
def test_all_that_match_are_listed_by_title_and_done(read, write, case_in, chenfang, laozhao) -> None:
    major = [case_in("acting", severity="major").number for _ in range(2)]
    case_in("acting", severity="minor")
    said = {"do": "transfer", "all": "1", "query": "view=open&severity=major&sort=received"}
    page = write(chenfang, "/cases/bulk/", said)
    assert all(number in text(page) for number in major) and text(page).count("卫生间天花板") == 2
    said |= {"sent": "1", "number": major, "person": f"{laozhao.pk}-0", "note": "换班"}
    del said["all"]
    write(chenfang, "/cases/bulk/", said)
    assert set(Complaint.objects.filter(first_receiver=laozhao).values_list("number", flat=True)) == set(
        major
    )


def test_more_than_can_be_done_at_once_is_said(read, write, walk_in, chenfang, monkeypatch) -> None:
    copies(walk_in(), 60)
    assert "All 61 that match" in text(read(chenfang, "/cases/", view="open"))
    assert "All 61 that match" in text(read(chenfang, "/cases/", view="open", severity="none"))
    monkeypatch.setattr("complaints.views.lists.bulk.MOST", 50)
    page = text(write(chenfang, "/cases/bulk/", {"do": "remind", "all": "1", "query": "view=open"}))
    assert "11 more match; they are not among these." in page


def test_who_holds_the_case_is_reminded_and_the_customer_reads_nothing(
    write, read, case_in, chenfang, wanggong, limin, office_clock
) -> None:
    working, waiting = case_in("acting"), case_in("recorded")
    said = {"do": "remind", "number": [working.number, waiting.number], "sent": "1", "note": "业主明天出差"}
    write(chenfang, "/cases/bulk/", said)
    assert told("reminded", working) == {"wanggong", "sungong"} and told("reminded", waiting) == {"limin"}
    entry = working.events.get(kind="reminded")
    assert (entry.note, entry.owner_sees) == ("业主明天出差", False)
    assert "2 cases: their holders are reminded." in text(read(chenfang, "/cases/"))
    office_clock.now += MINUTE
    answer = write(chenfang, "/cases/bulk/", said)
    assert answer.status_code == 422 and "It was reminded of already" in text(answer)
    actions.remind(working, by=chenfang, at=NOON + AT_MOST_EVERY + MINUTE)
    assert working.events.filter(kind="reminded").count() == 2


def test_nobody_reminds_himself(case_in, limin) -> None:
    with translation.override("en"), pytest.raises(Refused, match="Nobody but you"):
        actions.remind(case_in("recorded"), by=limin, at=NOON)


# Taken back --------------------------------------------------------------------------------------------
@pytest.fixture
def transferred(write, case_in, chenfang, laozhao):
    cases = [case_in("acting"), case_in("recorded")]
    said = {"do": "transfer", "number": [case.number for case in cases], "sent": "1", "query": "view=open"}
    write(chenfang, "/cases/bulk/", said | {"person": f"{laozhao.pk}-0", "note": "换班"})
    return cases


def test_a_transfer_is_taken_back_within_ten_seconds_by_an_entry_of_its_own(
    read, write, transferred, chenfang, limin, laozhao, office_clock
) -> None:
    office_clock.now += 4 * SECOND
    page = markup(read(chenfang, "/cases/", view="open"))
    assert "2 cases have another first receiver." in page and 'data-seconds="6"' in page
    answer = write(chenfang, "/cases/bulk/undo/")
    assert answer["Location"] == "/cases/?view=open"
    for case in transferred:
        case.refresh_from_db()
        assert case.first_receiver == limin
        kinds = list(case.events.order_by("pk").values_list("kind", flat=True))
        assert kinds[-2:] == ["transferred", "transfer_undone"]
        assert letters(case, laozhao)[-2:] == ["transferred", "transferred"]
    page = text(read(chenfang, "/cases/", view="open"))
    assert "Taken back on 2 cases." in page and "Take back (" not in page
    write(chenfang, "/cases/bulk/undo/")  # a second click
    assert all(case.events.filter(kind="transfer_undone").count() == 1 for case in transferred)


def test_nothing_is_taken_back_once_somebody_has_gone_on_or_the_time_is_over(
    read, write, transferred, chenfang, laozhao, office_clock
) -> None:
    went_on, _other = transferred
    actions.add_note(went_on, note="已联系", by=laozhao, at=office_clock.now + SECOND)
    office_clock.now += 5 * SECOND
    answer = write(chenfang, "/cases/bulk/undo/")
    assert answer["Location"] == "/cases/bulk/done/"
    page = text(read(chenfang, "/cases/bulk/done/"))
    assert f"{went_on.number}</span><span>Somebody has gone on with it since" in page
    assert "Taken back on 1 case." in page
    went_on.refresh_from_db()
    assert went_on.first_receiver == laozhao


def test_the_button_goes_with_its_time_and_the_rule_says_so_too(
    read, write, transferred, chenfang, limin, office_clock
) -> None:
    office_clock.now += 11 * SECOND
    assert "data-seconds" not in markup(read(chenfang, "/cases/", view="open"))
    late = office_clock.now + 5 * SECOND
    with translation.override("en"), pytest.raises(Refused, match="for 10 seconds only"):
        actions.undo_transfer(transferred[0], by=chenfang, at=late)
    with translation.override("en"), pytest.raises(Refused, match="belongs to"):
        actions.undo_transfer(transferred[0], by=limin, at=office_clock.now)


# Papers ------------------------------------------------------------------------------------------------
@pytest.fixture
def no_worker(monkeypatch) -> None:
    monkeypatch.setattr(pages, "wake", lambda row: None)
    monkeypatch.setattr(pages, "PATIENCE", 0)


def test_the_sheets_of_the_ticked_cases_are_one_document(client, case_in, limin, no_worker) -> None:
    one, two = case_in("acting"), case_in("recorded")
    client.force_login(limin)
    answer = client.post(
        "/reports/cases/sheets.pdf", {"number": [one.number, two.number], "query": "view=open"}
    )
    paper = Paper.objects.get()
    assert answer["Location"] == f"/reports/paper/{paper.key}/" and paper.name.endswith("-2.pdf")
    paperwork.make_next(paper.asked_at + SECOND)
    pages = PdfReader(BytesIO(client.get(answer["Location"]).content)).pages
    words = ["".join(page.extract_text().split()) for page in pages]
    assert one.number in words[0] and two.number in words[-1] and two.number not in words[0]
    alone = papers.case_sheet(
        one, paper.asked_at + SECOND, paper.language, shows_complainant=True, reads_phones=True
    )
    first = ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(alone)).pages]
    assert words[: len(first)] == first  # each counts its own pages


def test_sheets_are_for_who_may_still_read_all_of_them(
    client, case_in, limin, stranger, monkeypatch, no_worker
) -> None:
    monkeypatch.setattr(paperwork, "MOST_SHEETS", 2)
    cases = [case_in("recorded") for _ in range(3)]
    ticked = [case.number for case in cases]
    client.force_login(stranger)
    assert client.post("/reports/cases/sheets.pdf", {"number": ticked})["Location"] == "/cases/"
    client.force_login(limin)
    client.post("/reports/cases/sheets.pdf", {"number": ticked})
    assert not Paper.objects.exists()  # too many
    there = client.post("/reports/cases/sheets.pdf", {"number": ticked[:2]})["Location"]
    assert client.get(there).status_code == 202
    Complaint.objects.filter(pk=cases[1].pk).update(restricted=True, first_receiver=stranger)
    assert client.get(there).status_code == 404


# From a row, and what is new ---------------------------------------------------------------------------
def test_a_case_is_classified_from_its_row_and_one_is_back_at_the_same_place(
    read, client, case_in, chenfang, wanggong, engineering, categories
) -> None:
    case, below = case_in("recorded", at=MONDAY_9AM + MINUTE), case_in("recorded")
    page = read(chenfang, "/cases/?view=deliver&sort=-received&severity=none")
    link = markup(page).split('class="btn btn-quiet item-act" href="')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(link, headers={"HX-Request": "true", "accept-language": "en"}).content.decode()
    back = f"/cases/?view=deliver&sort=-received&severity=none#{below.number}"
    assert f'name="next" value="{back.replace("&", "&amp;")}"' in form
    said = {
        "severity": "minor", "category": categories["repairs"].pk, "next": back,
        "handler": f"{wanggong.pk}-{engineering.pk}",
    }  # fmt: skip
    answer = client.post(f"/cases/{case.number}/classify/", said)
    assert answer["Location"] == back
    case.refresh_from_db()
    assert case.status == "classified"


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "javascript:alert(1)", "//x/", "/casesx/", "/desk/"]
)
def test_an_act_leads_back_to_a_list_of_ours_alone(client, case_in, chenfang, to) -> None:
    case = case_in("recorded")
    client.force_login(chenfang)
    assert (
        to
        not in client.get(f"/cases/{case.number}/classify/", {"next": to}).content.decode().split("<main")[1]
    )
    answer = client.post(f"/cases/{case.number}/chase/", {"next": to})
    assert answer["Location"].startswith(f"/cases/{case.number}/")


def test_what_is_new_says_numbers_and_moves_nothing(
    read, walk_in, case_in, chenfang, stranger, office_clock
) -> None:
    old = case_in("recorded")
    since = office_clock.now
    office_clock.now += MINUTE
    fresh = walk_in(since + 20 * SECOND)
    actions.record(walk_in(since + 20 * SECOND, recorded=False), by=chenfang, at=since + 30 * SECOND)
    asked = {"since": since.isoformat(), "view": "open", "status": "recorded"}
    said = read(chenfang, "/cases/fresh/", **asked).json()
    assert set(said["changed"]) == {case.number for case in Complaint.objects.exclude(pk=old.pk)}
    assert said["changed"][fresh.number] == [fresh.version, True] and said["counts"]["open"] == 3
    said = read(chenfang, "/cases/fresh/", **(asked | {"severity": "major"})).json()
    assert said["changed"][fresh.number][1] is False  # written, and not in this list
    assert read(stranger, "/cases/fresh/", **asked).json()["changed"] == {}
    for since in ("soon", "", "2026-03-02", "0001-01-01T00:00:00+00:00", "2026-02-30T00:00:00+00:00"):
        assert read(chenfang, "/cases/fresh/", view="open", since=since).status_code == 200
