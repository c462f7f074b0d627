"""What was typed into the search field finds the case that was meant, and nobody's secret."""

import pytest

from complaints import actions
from complaints.case_search import tidy
from complaints.models import Complainant, Complaint
from owners import actions as register
from tests.cast import MONDAY_9AM, march
from tests.list_pages import copies, numbers

pytestmark = pytest.mark.django_db


@pytest.fixture
def leak(walk_in) -> Complaint:
    """熊霞, 13494795057, of 2-1-302: 卫生间天花板又漏水了，请尽快处理。"""
    return walk_in()


@pytest.fixture
def lift(walk_in, jinxiu, categories) -> Complaint:
    """Somebody else, at 3号楼东门."""
    return walk_in(
        content="电梯一个月坏四次，Lift B stops.",
        place="3号楼东门",
        unit=None,
        category=categories["lifts"],
        person=actions.Person(name="张伟", phone="021-5888 1234", capacity="tenant"),
    )


def found(read, person, query: str, **said) -> list[str]:
    return numbers(read(person, "/search/", q=query, **said))


@pytest.mark.parametrize(
    "query",
    [
        "JX-2026-000018", " jx-2026-000018 ", "ＪＸ－２０２６－０００018", "jx–2026–000018", "jx2026000018",
        "JX 2026 000018",
    ],
)  # fmt: skip
def test_a_number_leads_to_its_case_at_once(read, leak, limin, query) -> None:
    assert leak.number == "JX-2026-000018"
    assert read(limin, "/search/", q=query)["Location"] == f"/cases/{leak.number}/"


def test_a_number_with_a_wrong_digit_finds_nothing_rather_than_another_case(read, leak, limin) -> None:
    assert read(limin, "/search/", q="JX-2026-000019").status_code == 200
    assert found(read, limin, "JX-2026-000019") == []


@pytest.mark.parametrize(
    "query",
    [
        "13494795057", "134 9479 5057", "134-9479-5057", "１３４９４７９５０５７", "5057", "95057",
        "2-1-302", "2 1 302", "2号楼1单元302", "2栋1-302", "２－１－３０２", "2-302", "2号楼1单元", "2号楼",
        "302室 熊霞", "熊霞", "漏水", "天花板", "尽快处理", "熊霞 漏水", "漏水 2号楼", "漏",
    ],
)  # fmt: skip
def test_people_type_it_in_many_ways(read, leak, lift, limin, query) -> None:
    assert leak.number in found(read, limin, query)
    assert lift.number not in found(read, limin, query)


@pytest.mark.parametrize(
    "query", ["02158881234", "021-5888 1234", "1234", "张伟", "电梯", "东门", "3号楼东门", "lift b"]
)
def test_words_of_the_place_landlines_and_letters_find_too(read, leak, lift, limin, query) -> None:
    assert found(read, limin, query) == [lift.number]


@pytest.mark.parametrize(
    "query", ["9999", "13800000000", "9-9-999", "王", "漏水了吗", "熊霞 电梯", "%", "_", "\x00", "a" * 500]
)
def test_what_is_not_there_is_not_found(read, leak, lift, limin, query) -> None:
    page = read(limin, "/search/", q=query)
    assert page.status_code == 200 and numbers(page) == []


def test_an_empty_field_says_what_can_be_typed(read, limin) -> None:
    assert "What to look for" in read(limin, "/search/", q=" \u3000").content.decode()
    assert tidy("  漏水 \n 张伟 ") == "漏水 张伟"


def test_newest_come_first_and_closed_ones_are_found(read, case_in, limin) -> None:
    old, new = case_in("closed", at=MONDAY_9AM), case_in("received", at=march(2, 11))
    assert found(read, limin, "漏水") == [new.number, old.number]


@pytest.mark.parametrize("query", ["WX20261123-01", "wx20261123－01", "RX88120047", "13494795"])
def test_a_number_of_somebody_else_s_order_finds_the_case_it_became(
    read, walk_in, leak, jinxiu, limin, stranger, query
) -> None:
    """The repair order of the note, or the order of the hotline."""
    note = actions.take_note(
        estate=jinxiu, kind="repair", words="龙头漏", by=limin, at=MONDAY_9AM,
        external_number="13494795" if query.isdigit() else "WX20261123-01",
    )  # fmt: skip
    case = walk_in(march(2, 11), from_note=note, facts={"external_number": "RX88120047"})
    assert found(read, limin, query) == [case.number]
    assert found(read, stranger, query) == []


# Whose name it is -----------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["熊霞", "13494795057", "5057"])
def test_a_hidden_complainant_is_found_only_by_those_who_may_know_him(
    read, walk_in, limin, laozhao, chenfang, zhoujun, wuzong, auditor, query
) -> None:
    case = walk_in(facts={"identity_hidden": True})
    for person, finds in (
        (limin, True), (chenfang, True), (laozhao, False), (zhoujun, False), (wuzong, False),
        (auditor, False),
    ):  # fmt: skip
        assert found(read, person, query) == [case.number] * finds
    assert found(read, laozhao, "漏水") == [case.number]


def test_a_restricted_case_is_found_by_its_circle(read, walk_in, limin, laozhao, chenfang) -> None:
    case = walk_in(facts={"restricted": True})
    for query in ("漏水", "熊霞", "2-1-302"):
        assert found(read, chenfang, query) == found(read, limin, query) == [case.number]
        assert found(read, laozhao, query) == []
    assert read(laozhao, "/search/", q=case.number).status_code == 200


@pytest.mark.parametrize("query", ["JX-2026-000018", "漏水", "熊霞", "13494795057", "2-1-302"])
def test_another_estate_finds_nothing(read, leak, stranger, admin, query) -> None:
    for person in (stranger, admin):
        page = read(person, "/search/", q=query)
        assert page.status_code == 200 and numbers(page) == []


def test_the_chosen_estate_narrows_words_but_never_a_number(read, write, leak, cuihu, wuzong) -> None:
    register.add_unit(cuihu, number="302", code="2-1-302", name="2号楼1单元302")
    write(wuzong, "/estate/", {"estate": "CH"})
    page = read(wuzong, "/search/", q="漏水")
    assert numbers(page) == [] and "Search all estates" in page.content.decode()
    assert found(read, wuzong, "2-1-302", everywhere=1) == [leak.number]
    assert read(wuzong, "/search/", q=leak.number).status_code == 302


def test_a_search_costs_the_same_at_ten_rows_and_at_a_thousand(queries, leak, limin) -> None:
    def fill(n: int) -> None:
        copies(leak, n)
        Complainant.objects.bulk_create(
            Complainant(complaint=case, name="熊霞", phone="13494795057", last4="5057")
            for case in Complaint.objects.exclude(pk=leak.pk).exclude(complainant__isnull=False)
        )

    paths = [
        "/search/?q=漏水",
        "/search/?q=熊霞",
        "/search/?q=5057",
        "/search/?q=2-1-302",
        "/search/?q=WX20261123-01",
    ]
    fill(10)
    few = [queries(limin, path) for path in paths]
    Complainant.objects.exclude(complaint=leak)._raw_delete("default")
    Complaint.objects.exclude(pk=leak.pk)._raw_delete("default")
    fill(1000)
    assert [queries(limin, path) for path in paths] == few
    assert max(few) <= 4 + 6  # the shell; at most two keys, the page, rows, people, estates


# The end of a number, and colleagues -----------------------------------------------------------------
@pytest.mark.parametrize("query", ["0018", "-0018", "00018", "000018", "2026-000018", "－0018"])
def test_the_end_of_a_number_finds_its_case(read, leak, lift, limin, query) -> None:
    assert found(read, limin, query) == [leak.number]


@pytest.mark.parametrize("query", ["018", "2025-000018", "0019", "9-0018"])
def test_too_short_or_another_ending_finds_nothing(read, leak, lift, limin, query) -> None:
    assert found(read, limin, query) == []


def test_the_end_of_a_number_finds_nothing_of_another_estate(read, leak, stranger) -> None:
    assert found(read, stranger, "0018") == []


def test_a_colleague_s_name_finds_his_open_cases(read, case_in, limin, wanggong, chenfang) -> None:
    mine, done = case_in("acting"), case_in("closed", at=march(2, 11))
    assert found(read, chenfang, str(wanggong)) == [mine.number]
    assert found(read, chenfang, str(limin)) == [mine.number]
    assert found(read, chenfang, f"{wanggong} 漏水") == [mine.number]
    assert found(read, chenfang, str(chenfang)) == [] and done.status == "closed"
