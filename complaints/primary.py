"""Which of the moves a person may do is the one to do now: his, and it stops the clock due next. Pure.

One answer for the button of a case's page and for the one in a row of a list. `moves` says what may be
done at all; here stands whose it is before others. A supervisor sees 定级派单 while 派单 runs, the first
receiver the answer that is owed, the handler his work. Where no clock of his runs, the order of the steps
says it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from complaints.policy import ClockKind
from complaints.statuses import FOLLOWING, JUDGES, MANAGING, SIGNERS, TO_MEDIA, WORKERS, CaseRole, Status, Who
from staff.roles import DESK, Role

K = ClockKind


class Stop(NamedTuple):
    """The moves that stop a clock, each where it is offered before the next; and whose it is to stop it."""

    verbs: tuple[str, ...]
    who: Who


ANSWERERS: Who = frozenset({CaseRole.FIRST_RECEIVER, CaseRole.SPEAKER})
DISPATCHERS: Who = frozenset({CaseRole.FIRST_RECEIVER, *(DESK - {Role.PROPERTY_MANAGER})})
STOPS: dict[ClockKind, Stop] = {
    # Who took it reads it back to the customer before he classifies it; a supervisor delivers at once.
    K.DELIVER: Stop(("record", "classify"), DISPATCHERS),
    K.ACCEPT: Stop(("accept",), WORKERS),
    K.JUDGE: Stop(("confirm_invalid",), JUDGES),
    K.URGENT_REPORT: Stop(("acknowledge",), MANAGING),
    K.INITIAL_ANSWER: Stop(("reply", "answer"), ANSWERERS),
    K.CLEAR_ANSWER: Stop(("reply", "answer"), ANSWERERS),
    K.RESOLVE: Stop(("act", "handle"), WORKERS),
    K.REPLY: Stop(("reply",), ANSWERERS | {Role.SUPERVISOR}),
    K.APOLOGY: Stop(("apologise",), ANSWERERS),
    K.REVISIT: Stop(("revisit",), DESK),
    K.TRIES: Stop(("revisit",), DESK),
    K.MEDIA: Stop(("answer_media",), TO_MEDIA),
    K.EXTERNAL: Stop(("answer_external",), ANSWERERS | MANAGING),
    K.OBJECTION: Stop(("object",), MANAGING),
    K.BULLETIN: Stop(("issue_bulletin",), frozenset({Role.SUPERVISOR})),
    K.PRESENCE: Stop(("appear",), MANAGING),
    K.ABNORMAL_REVIEW: Stop(("review_abnormal",), MANAGING),
    K.SAME_DAY: Stop(("check_on_spot",), WORKERS),
    K.FOLLOW_UP: Stop(("sign_follow_up", "tell_follow_up", "do_follow_up"), FOLLOWING | SIGNERS),
}
#: status: what comes next, the first that is offered, for whoever no clock waits for
NEXT: dict[str, tuple[str, ...]] = {
    Status.RECEIVED: ("acknowledge", "claim", "confirm_invalid", "record", "classify"),
    Status.RECORDED: ("acknowledge", "claim", "confirm_invalid", "classify"),
    Status.CLASSIFIED: ("acknowledge", "claim", "confirm_invalid", "accept"),
    Status.ACTING: ("acknowledge", "claim", "confirm_invalid", "act", "handle"),
    Status.HANDLED: ("claim", "reply"),
    Status.REPLIED: ("claim", "revisit"),
    Status.CLOSED: ("sign_follow_up", "tell_follow_up", "do_follow_up", "second_call"),
}


def primary(
    offered: Collection[str],
    due: Iterable[ClockKind],
    parts: Collection[Role | CaseRole],
    status: str,
    *,
    in_danger: bool = False,
    fits: Callable[[str], bool] = lambda verb: True,
) -> str | None:
    """The verb of the primary button; None where the next step is somebody else's.

    `offered`: what `moves` lets him do. `due`: the clocks that run, the one due next first. `fits`: whether
    a verb is his to do first, by what the door knows besides. What waits for its claim is claimed before it
    is worked on, but for people in danger, who wait for nothing, and a supervisor, who delivers it anyway.
    """
    may = [verb for verb in offered if fits(verb)]
    supervises = Role.SUPERVISOR in parts
    if "claim" in may and not in_danger and not supervises:
        return "claim"
    if "confirm_invalid" in may:
        return "confirm_invalid"
    for kind in due:
        verbs, who = STOPS.get(kind, Stop((), frozenset()))
        if not who.intersection(parts):
            continue
        for verb in verbs:
            if verb in may and not (verb == "record" and (supervises or in_danger)):
                return verb
    return next((verb for verb in NEXT.get(status, ()) if verb in may), None)
