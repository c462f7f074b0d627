"""Something else answers in the place of WeChat: a proxy, a network that wants a sign-in."""

import pytest

from complaints.models import OutboxMessage
from tests.cast import MINUTE
from tests.gateways import MORNING, says
from tests.official_account import bound, drain

pytestmark = pytest.mark.django_db
State = OutboxMessage.State


@pytest.mark.parametrize("status", [302, 403, 404])
def test_where_another_answers_in_wechats_place_he_is_told_all_the_same(
    walk_in, official_account, status
) -> None:
    bound()
    official_account.script.append(says({}, status))
    case = walk_in(MORNING)
    drain(MORNING)
    states = dict(OutboxMessage.objects.filter(complaint=case, user=None).values_list("channel", "state"))
    assert states == {"wechat": State.FAILED, "sms": State.SENT}


def test_an_answer_that_is_none_of_wechats_does_not_count_as_told(walk_in, official_account) -> None:
    bound()
    official_account.script.append(says("<html>"))
    walk_in(MORNING)
    drain(MORNING)
    row = OutboxMessage.objects.get(channel="wechat")
    assert row.state == State.QUEUED and row.not_before == MORNING + MINUTE
