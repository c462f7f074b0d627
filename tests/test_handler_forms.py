"""What a handler's forms say before they are sent, and take along: photos, due times, who decides."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Attachment
from staff import actions as office
from staff.roles import Role
from tests.case_pages import photo, text
from tests.cast import MONDAY_9AM, march, person


def labels(page: str) -> list[str]:
    return re.findall(r"<label[^>]*>(.*?)</label>", page, re.DOTALL)


def test_an_action_brings_its_photos_along(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    send(case, office_of_jinxiu.wanggong, "act", {"note": "更换水管", "files": [photo()], "owner_sees": "on"})
    send(case, office_of_jinxiu.wanggong, "act", {"note": "量了墙面湿度", "files": [photo("b.jpg")]})
    seen = Attachment.objects.filter(complaint=case).order_by("pk").values_list("owner_sees", flat=True)
    assert list(seen) == [True, False]


def test_a_case_takes_no_tenth_photo_with_an_action(send, case_in, office_of_jinxiu) -> None:
    case = case_in("acting")
    send(case, office_of_jinxiu.wanggong, "attach", {"files": [photo(f"{n}.jpg") for n in range(9)]})
    answer = send(case, office_of_jinxiu.wanggong, "act", {"note": "又拍了一张", "files": [photo()]})
    assert answer.status_code == 422 and "Nine files at most" in text(answer)


def test_handled_says_that_one_of_the_two_is_needed(opened, case_in, office_of_jinxiu) -> None:
    page = text(opened(case_in("acting"), office_of_jinxiu.wanggong, "handle/"))
    shown = [label for label in labels(page) if "How the result" in label or "Photos of the result" in label]
    assert len(shown) == 2
    assert all("one of the two is needed" in label and "optional" not in label for label in shown)


def test_asking_for_time_begins_with_what_is_due_and_how_far_it_reaches(
    opened, case_in, office_of_jinxiu
) -> None:
    """Taken Monday at nine, important: due on Thursday, at most a week more, by the general manager."""
    page = text(opened(case_in("acting"), office_of_jinxiu.wanggong, "ask_extension/"))
    assert "Thu 5 Mar 09:00, 2 d 21 h left; at most until Thu 12 Mar 09:00" in page
    assert 'value="2026-03-06 09:00"' in page
    assert "Decided by: General manager, 吴海涛." in page


def test_the_preset_time_is_a_day_from_now_where_the_limit_has_passed(
    opened, clock, case_in, office_of_jinxiu
) -> None:
    case = case_in("acting", severity="minor")
    clock.now = march(4, 10)
    page = text(opened(case, office_of_jinxiu.wanggong, "ask_extension/"))
    assert "overdue by 1 d 1 h" in page and 'value="2026-03-05 10:00"' in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("2026-03-04T09:00", "after the present one, Thu 5 Mar 09:00"),
        ("2026-03-20T09:00", "until Thu 12 Mar 09:00"),
    ],
)
def test_a_refused_time_names_the_limit(asked, sentence, send, case_in, office_of_jinxiu) -> None:
    said = {"clock": "resolve", "reason": "parts", "note": "缺货", "new_due_at": asked}
    answer = send(case_in("acting"), office_of_jinxiu.wanggong, "ask_extension", said)
    assert answer.status_code == 422 and sentence in text(answer)


def test_handlers_are_offered_by_department_with_what_they_have_in_hand_and_who_is_away(
    opened, case_in, office_of_jinxiu
) -> None:
    people = office_of_jinxiu
    case_in("acting")
    case_in("handled")  # the reply is not his any more
    office.leave_office(
        people.sungong, starts_at=MONDAY_9AM, ends_at=march(4), deputy=None, by=people.sungong
    )
    page = text(opened(case_in("recorded"), people.chenfang, "classify/"))
    group = re.search(r'<optgroup label="Engineering">(.*?)</optgroup>', page, re.DOTALL)
    assert group and re.findall(r">([^<]+)</option>", group[1]) == [
        "孙志远 (Department head, 0 in hand, away)",
        "王建军 (Handler, 1 in hand)",
    ]


def test_many_more_people_cost_no_more_queries(opened, case_in, office_of_jinxiu, engineering) -> None:
    case = case_in("recorded")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            opened(case, office_of_jinxiu.chenfang, "classify/")
        return len(captured)

    cost()
    before = cost()
    for n in range(5):
        case_in("acting")
        person(f"fitter{n}", f"钳工{n}", Role.HANDLER, department=engineering)
    assert cost() == before
