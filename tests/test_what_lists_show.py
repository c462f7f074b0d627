"""What stands first and how it is coloured; what somebody may not open is not offered."""

import re

import pytest

from complaints import actions
from complaints.actions import relays
from staff.roles import Role
from tests.cast import MINUTE, march, person
from tests.markup import markup

pytestmark = pytest.mark.django_db
TEN = march(2, 10)


@pytest.mark.parametrize(("minutes", "colour"), [(15, "is-today"), (25, "is-soon")])
def test_a_time_in_a_list_is_coloured_by_the_length_of_its_own_clock(
    minutes, colour, read, case_in, office_clock, chenfang
) -> None:
    """Half an hour to assign: under a quarter of it is left after 25 minutes, not after 15."""
    case_in("recorded", at=TEN)
    office_clock.now = TEN + minutes * MINUTE
    page = markup(read(chenfang, "/cases/?view=deliver"))
    assert re.findall(r'class="due (is-\w+)', page) == [colour]


def test_danger_passed_on_stands_red_and_first_until_somebody_takes_it(
    read, jinxiu, wanggong, limin, office_clock
) -> None:
    said = {"words": "轿厢停在七楼，里面困着一位女士。", "name": "", "phone": "", "place": "3号楼1单元电梯"}
    relay = actions.pass_on(estate=jinxiu, by=wanggong, at=TEN, danger="yes", **said)
    office_clock.now = TEN
    page = markup(read(limin, "/"))
    assert page.index("home-danger") < page.index("item-title" if "item-title" in page else "</main>")
    assert "is-danger" in markup(read(limin, "/desk/relays/"))
    relays.take(relay, by=limin, at=TEN)
    assert "home-danger" not in markup(read(limin, "/"))


def test_who_gives_no_roles_is_not_offered_their_page(read, jinxiu, chenfang, office_clock) -> None:
    contractor = person("dianti", "钟德明", Role.HANDLER, estate=jinxiu)
    office_clock.now = TEN
    assert "/approvals/roles/" not in markup(read(contractor, "/approvals/"))
    assert "/approvals/roles/" in markup(read(chenfang, "/approvals/"))
