"""What a customer is promised in each state of a case, stated a second time by hand (T47, G2, G21)."""

from __future__ import annotations

import pytest

from complaints.actions.promises import status_seen
from complaints.promises import Promise, What, promises, still_to_come
from complaints.statuses import Status
from tests.cast import march

REGISTERED = march(2, 9)
ARRANGED = march(2, 13, 30)


@pytest.mark.parametrize(
    ("status", "due", "said", "told_of"),
    [
        ("closed", {"reply": march(3)}, {}, []),
        ("handled", {"reply": march(3)}, {}, [("result", march(3), True)]),
        ("handled", {"reply": march(1)}, {}, []),  # late: no promise is made out of it
        ("handled", {}, {}, []),
        ("replied", {"revisit": march(5), "tries": march(9)}, {}, [("revisit", march(5), False)]),
        ("replied", {"tries": march(9)}, {}, [("revisit", march(9), False)]),
        ("acting", {"resolve": march(5)}, {}, [("settled", march(5), True)]),
        ("acting", {"resolve": march(5)}, {"promised_at": march(4)}, [("settled", march(4), False)]),
        # An answer on the way is told of where it comes before the end, the earlier of the two.
        (
            "acting", {"resolve": march(12), "initial_answer": march(3), "clear_answer": march(4)}, {},
            [("plan", march(3), False), ("settled", march(12), True)],
        ),
        ("acting", {"resolve": march(4), "clear_answer": march(4)}, {}, [("settled", march(4), True)]),
        # Unclassified, its handling time may still change.
        ("recorded", {"resolve": march(3)}, {"graded": False}, [("plan", ARRANGED, False)]),
        ("classified", {"accept": march(2, 12)}, {"graded": False}, [("plan", march(2, 12), False)]),
        # Typed in late, what has passed is no promise.
        ("acting", {"resolve": REGISTERED}, {}, [("plan", ARRANGED, False)]),
        (
            "acting", {"resolve": march(9)}, {"promised_at": march(1)},
            [("plan", ARRANGED, False), ("settled", march(1), False)],
        ),
        # What was promised for the very minute it was typed in is not before him either.
        (
            "acting", {"resolve": march(9)}, {"promised_at": REGISTERED},
            [("plan", ARRANGED, False), ("settled", REGISTERED, False)],
        ),
    ],
)  # fmt: skip
def test_what_is_promised_in_each_state(status, due, said, told_of):
    rule = {"graded": True, "promised_at": None, "registered_at": REGISTERED} | said
    found = promises(Status(status), due, arranged_by=lambda delivered: ARRANGED, **rule)
    assert found == [Promise(What(what), at, usual) for what, at, usual in told_of]


def test_what_is_still_to_come_begins_with_the_nearest_and_ends_with_its_time():
    told_of = [Promise(What.SETTLED, march(5)), Promise(What.PLAN, march(3)), Promise(What.RESULT, march(2))]
    assert [promise.what for promise in still_to_come(told_of, march(2))] == ["plan", "settled"]


@pytest.mark.parametrize(
    ("own", "lead", "seen"),
    [
        ("received", None, "received"),
        ("received", "classified", "classified"),
        ("recorded", "acting", "acting"),
        ("classified", "handled", "handled"),
        ("classified", "classified", "classified"),
        ("classified", "received", "classified"),  # the lead has begun again
        ("acting", "handled", "acting"),  # as far: the customer reads of both alike
        ("recorded", "replied", "recorded"),  # the reply to others is none to him
        ("recorded", "closed", "recorded"),
        ("handled", "replied", "handled"),
        ("replied", "acting", "replied"),
    ],
)
def test_a_member_goes_with_its_lead_as_far_as_the_handling_and_never_back(own, lead, seen):
    assert status_seen(own, lead) == Status(seen)
