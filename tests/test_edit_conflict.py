"""Editing the facts: one version after another, and nothing overwritten blindly."""

from __future__ import annotations

import pytest

from complaints import actions
from tests.case_pages import text, trace
from tests.cast import march


def test_an_edit_overwrites_what_was_changed_and_keeps_the_version_before(
    typed, send, case_in, office_of_jinxiu
) -> None:
    case = case_in("acting")
    said = typed(case, office_of_jinxiu.limin, content="客厅天花板漏水。", under_warranty="on", name="熊小霞")
    assert send(case, office_of_jinxiu.limin, "edit", said).status_code == 302
    case.refresh_from_db()
    assert (case.content, case.under_warranty, case.complainant.name) == ("客厅天花板漏水。", True, "熊小霞")
    assert case.unit is not None
    assert "卫生间天花板又漏水了" in case.history.order_by("history_id").first().content
    event = case.events.get(kind="edited")
    assert event.params["fields"] == ["content", "name", "under_warranty"]
    assert "熊小霞" not in str(event.params)


def test_a_form_sent_back_unchanged_changes_nothing(typed, send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    said = typed(case, office_of_jinxiu.limin)
    before = trace(case)
    assert send(case, office_of_jinxiu.limin, "edit", said).status_code == 302
    assert trace(case) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"content": " "}, "This field is required."),
        ({"place": "9-9-999"}, "锦绣花园 has no 9-9-999."),
        ({"headcount": "0"}, "greater than or equal to 1"),
        ({"channel": "pigeon"}, "pigeon"),
        ({"version": ""}, "This field is required."),
    ],
)
def test_a_wrong_fact_is_refused_at_its_field(
    changes, sentence, typed, send, case_in, office_of_jinxiu
) -> None:
    case = case_in("acting")
    said = typed(case, office_of_jinxiu.limin, remedy_asked="重做防水") | changes
    before = trace(case)
    response = send(case, office_of_jinxiu.limin, "edit", said)
    assert response.status_code == 422
    assert sentence in text(response)
    assert "重做防水" in text(response)
    assert trace(case) == before


def test_a_place_may_be_a_unit_or_words(typed, send, case_in, office_of_jinxiu, home) -> None:
    case = case_in("acting")
    send(case, office_of_jinxiu.limin, "edit", typed(case, office_of_jinxiu.limin, place="地下车库"))
    case.refresh_from_db()
    assert (case.unit, case.place) == (None, "地下车库")
    send(case, office_of_jinxiu.limin, "edit", typed(case, office_of_jinxiu.limin, place="2-1-302"))
    case.refresh_from_db()
    assert (case.unit, case.place, case.building) == (home, "", home.building)


def test_the_second_of_two_editors_is_shown_both_versions(typed, send, case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    mine = typed(case, people.limin, content="客厅也漏。", remedy_asked="重做防水")
    theirs = typed(case, people.chenfang, content="主卧也漏。", headcount="3")
    assert send(case, people.chenfang, "edit", theirs).status_code == 302
    before = trace(case)

    conflict = send(case, people.limin, "edit", mine)
    assert conflict.status_code == 409
    assert trace(case) == before
    shown = text(conflict)
    assert "Somebody else has changed this case meanwhile." in shown and "陈芳" in shown
    differences = {d.mine.name: (d.mine.value(), d.theirs, d.take) for d in conflict.context["differences"]}
    assert differences == {
        "content": ("客厅也漏。", "主卧也漏。", "mine"),
        "remedy_asked": ("重做防水", "–", "mine"),
        "headcount": ("1", "3", "theirs"),  # only she changed it
    }


def test_what_is_chosen_from_both_versions_is_saved(typed, send, case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    mine = typed(case, people.limin, content="客厅也漏。", remedy_asked="重做防水")
    send(case, people.chenfang, "edit", typed(case, people.chenfang, content="主卧也漏。", headcount="3"))
    conflict = send(case, people.limin, "edit", mine)
    version = conflict.context["form"]["version"].value()
    chosen = mine | {"version": version, "take_content": "theirs", "take_remedy_asked": "mine",
                     "take_headcount": "theirs"}  # fmt: skip
    assert send(case, people.limin, "edit", chosen).status_code == 302
    case.refresh_from_db()
    assert (case.content, case.remedy_asked, case.headcount) == ("主卧也漏。", "重做防水", 3)


def test_two_who_correct_only_the_phone_are_a_conflict_too(typed, send, case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    mine = typed(case, people.limin, phone="13900000001")
    theirs = typed(case, people.chenfang, phone="13900000002")
    assert send(case, people.chenfang, "edit", theirs).status_code == 302
    assert send(case, people.limin, "edit", mine).status_code == 409
    case.refresh_from_db()
    assert case.complainant.phone == "13900000002"


def test_a_third_editor_makes_it_a_conflict_again(typed, send, case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    mine = typed(case, people.limin, content="客厅也漏。")
    send(case, people.chenfang, "edit", typed(case, people.chenfang, content="主卧也漏。"))
    conflict = send(case, people.limin, "edit", mine)
    send(case, people.zhoujun, "edit", typed(case, people.zhoujun, content="全屋都漏。"))
    again = send(case, people.limin, "edit", mine | {"version": conflict.context["form"]["version"].value()})
    assert again.status_code == 409
    assert "全屋都漏。" in text(again)


def test_a_move_meanwhile_is_a_conflict_without_differences(typed, send, case_in, office_of_jinxiu) -> None:
    """The status is no fact of the form: both versions say the same, and saving once more goes through."""
    people, case = office_of_jinxiu, case_in("acting")
    mine = typed(case, people.limin)
    actions.reassign(case, handler=people.sungong, by=people.chenfang, at=march(2, 11))
    conflict = send(case, people.limin, "edit", mine)
    assert conflict.status_code == 409
    assert conflict.context["differences"] == []


def test_who_may_not_know_the_complainant_does_not_edit_him(typed, send, case_in, office_of_jinxiu) -> None:
    people = office_of_jinxiu
    case = case_in("acting", facts={"identity_hidden": True})
    said = typed(case, people.zhoujun, name="别人", phone="13900000000", remedy_asked="隔音")
    assert "name" not in {k for k in typed(case, people.zhoujun)}
    assert send(case, people.zhoujun, "edit", said).status_code == 302
    case.refresh_from_db()
    assert (case.complainant.name, case.remedy_asked) == ("熊霞", "隔音")


def test_others_may_not_edit_and_closed_cases_stay(send, opened, case_in, office_of_jinxiu, stranger) -> None:
    people, case, closed = office_of_jinxiu, case_in("acting"), case_in("closed")
    assert send(case, stranger, "edit", {"content": "x"}).status_code == 404
    assert "belongs to: " in text(opened(case, people.wanggong, "edit/"))
    assert opened(closed, people.limin, "edit/").status_code == 422
