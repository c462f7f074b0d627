"""督办: whoever follows a case reminds whoever holds it, and not every few minutes."""

from __future__ import annotations

import pytest

from complaints import actions
from config.framework.refusals import Refused
from tests.cast import MINUTE, march
from tests.looking import told

pytestmark = pytest.mark.django_db
NOON = march(2, 12)


def test_a_case_is_reminded_of_every_half_hour_at_most(case_in, office_of_jinxiu) -> None:
    people, case = office_of_jinxiu, case_in("acting")
    actions.remind(case, note="业主又来问了。", by=people.chenfang, at=NOON)
    with pytest.raises(Refused, match="12:00"):
        actions.remind(case, by=people.limin, at=NOON + 29 * MINUTE)  # whoever it is
    actions.remind(case, by=people.limin, at=NOON + 30 * MINUTE)
    assert case.events.filter(kind="reminded").count() == 2


def test_the_handler_and_his_head_are_reminded_while_they_work_and_then_the_first_receiver(
    case_in, office_of_jinxiu
) -> None:
    at_work, handled = case_in("acting"), case_in("handled")
    for case in (at_work, handled):
        actions.remind(case, by=office_of_jinxiu.chenfang, at=NOON)
    assert told("reminded", at_work) == {"wanggong", "sungong"}
    assert told("reminded", handled) == {"limin"}
