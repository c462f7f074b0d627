"""What comes after the reply: who revisits, the follow-ups of new opinions, and second calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from complaints import actions
from complaints.actions.situations import calls_to_make
from complaints.management.demo.replay import DAY, HOUR, Replay, Story
from complaints.management.demo.texts import LATE_OPINIONS, SEEN_TO, matter_of, opinion_of
from complaints.models import Complaint, FollowUp
from staff.models import Estate, User

#: Cases closed in the last days, by what became of their opinions; how many days ago, and how far it went.
LATELY = (
    (1.2, "open"), (2.6, "open"), (4.5, "open"), (2.2, "done"), (3.1, "told"), (5.0, "signed"),
    (1.8, "agreed"), (2.0, "merged"),
)  # fmt: skip


def reviser(replay: Replay, case: Complaint) -> User:
    """Somebody of the desk who did not handle, judge or reply to it; the steward as often as the supervisor."""
    logins = ["zhuguan", "guanjia", "jingli"]
    if replay.dice.random() < 0.5:
        logins = ["guanjia", "zhuguan", "jingli"]
    people = [replay.who(case.estate, login) for login in logins]
    involved = actions.involved([case.pk])[case.pk]
    return next((person for person in people if person.pk not in involved), people[-1])


def after(replay: Replay, case: Complaint, at: datetime) -> None:
    """What the revisit has left to do goes on by itself."""
    for row in case.follow_ups.open():
        replay.add(_see_to(replay, row, "signed" if replay.dice.random() < 0.85 else "told"), at)
    if calls_to_make(case).exists():
        replay.add(_call_again(replay, case, at), at)


def stories(replay: Replay) -> Iterator[Story]:
    for number, (days, how_far) in enumerate(LATELY):
        yield _lately(replay, replay.company.estates[number % 2], days, how_far, number)


def _see_to(replay: Replay, row: FollowUp, how_far: str) -> Story:
    """Done within its three days mostly, told the same day, signed the next."""
    dice, case = replay.dice, row.complaint
    head = replay.who(case.estate, "gczg")
    done, told = SEEN_TO[row.words] if row.words in SEEN_TO else SEEN_TO[""]
    yield (at := replay.work_time(row.raised_at + dice.choice([0.6, 1.2, 2.1, 3.4]) * DAY, case.estate))
    replay.do(
        actions.do_follow_up, case, follow_up=row, note=done, by=case.handler or case.first_receiver, at=at
    )
    if how_far == "done":
        return
    yield (at := replay.work_time(at + 3 * HOUR, case.estate))
    replay.do(
        actions.tell_follow_up,
        case,
        follow_up=row,
        note=told,
        method="phone",
        by=case.speaker or case.first_receiver,
        at=at,
    )
    if how_far == "told":
        return
    yield (at := replay.work_time(at + 20 * HOUR, case.estate))
    for signer in (head, replay.who(case.estate, "jingli")):
        replay.do(actions.sign_follow_up, case, follow_up=row, by=signer, at=at)


def _call_again(replay: Replay, case: Complaint, at: datetime) -> Story:
    """Some days later the head of service asks once more; now and then the customer has changed his mind."""
    dice = replay.dice
    yield (at := replay.work_time(at + dice.uniform(2, 6) * DAY, case.estate))
    first = calls_to_make(case).first()
    if first is None:
        return
    score = first.revisit.satisfaction or 3
    said = {"outcome": "reached", "satisfaction": score, "matches": True, "note": "与首次回访一致。"}
    fate = dice.random()
    if fate < 0.12:
        said = {"outcome": "unreachable", "note": "上午、下午、晚上各拨打一次，均无人接听。"}
    elif fate < 0.25:
        said |= {"satisfaction": max(1, score - 2), "note": "当时满意，近日又出现同样问题。"}
    for caller in ("zhuguan", "jingli"):
        replay.do(actions.second_call, case, by=replay.who(case.estate, caller), at=at, **said)


def _lately(replay: Replay, estate: Estate, days: float, how_far: str, number: int) -> Story:
    """A small case of the last days, revisited with something new."""
    matter = matter_of("cleaning")
    closed = replay.now - days * DAY
    yield (at := closed - 9 * HOUR)
    case = replay.take(matter, estate, at, channel="phone", urgent=False)
    handler = replay.handler(estate, matter)
    replay.do(
        actions.classify, case, severity="minor", category=case.category, handler=handler,
        department=replay.department(estate, matter), by=replay.who(estate, "zhuguan"), at=at,
    )  # fmt: skip
    replay.do(actions.accept, case, note=opinion_of(matter.category, "minor"), by=handler, at=at)
    yield (at := at + HOUR)
    replay.do(actions.handle, case, note=matter.result, evidence=matter.evidence, by=handler, at=at)
    replay.do(actions.reply, case, note=matter.reply, method="phone", by=case.first_receiver, at=at)
    yield closed
    words = LATE_OPINIONS[number % len(LATE_OPINIONS)]
    agreed_at = replay.work_time(replay.now + 4 * DAY, estate) if how_far == "agreed" else None
    department = replay.company.departments[estate.code, "engineering"] if number % 2 else None
    opinions = [actions.Opinion(words, department, agreed_at)]
    if how_far == "merged":
        opinions.append(actions.Opinion(f"还是{words}"))
    answers = actions.Answers(satisfaction=4, polite=True, informed=True, opinions=tuple(opinions))
    by = reviser(replay, case)
    replay.do(actions.revisit, case, answers=answers, method="phone", by=by, at=closed)
    rows = list(case.follow_ups.order_by("pk"))
    if how_far == "merged" and len(rows) == 2:
        replay.do(
            actions.drop_follow_up, case, follow_up=rows[1], into=rows[0], note="与上一项为同一事项。",
            by=case.first_receiver, at=closed + HOUR,
        )  # fmt: skip
    elif rows and how_far in ("done", "told", "signed"):
        yield from _see_to(replay, rows[0], how_far)
