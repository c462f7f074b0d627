"""Regulator and court in the demo: a signed record with its scan, papers of objections, clauses, a hearing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from complaints import actions
from complaints.actions import inquiries, law, objections
from complaints.actions.inquiries import Talk
from complaints.actions.vocabulary import objection_documents
from complaints.management.demo.evidence import paper
from complaints.management.demo.handling import work
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.management.demo.texts import HEARING, NOT_NEEDED, TALK, Finding, matter_of
from complaints.models import Clause, Complaint
from staff.models import User


def stories(replay: Replay) -> Iterator[Story]:
    yield _sued(replay)


def talk(replay: Replay, case: Complaint, words: Finding, at: datetime) -> Story:
    """The authority comes and asks; the record is read over, signed on paper, and its scan added."""
    manager, desk = replay.who(case.estate, "jingli"), replay.who(case.estate, "zhuguan")
    said = Talk(
        subject=words.finding[:60], held_at=at - 2 * HOUR, place="项目会议室", asker="郑国平",
        asker_unit=words.unit, asker_position="执法人员", answerer="staff", answered_by=manager,
        recorder=desk,
    )  # fmt: skip
    row = replay.do(inquiries.begin, case, talk=said, lines=TALK, by=desk, at=at - HOUR)
    if row is None:
        return
    read = "第 2 答“两天”改为“三天”。"
    row = replay.do(
        inquiries.read_over, row, read_at=at - 50 * MINUTE, corrections=read, revision=row.revision, by=desk,
        at=at - 45 * MINUTE,
    )  # fmt: skip
    scan = paper("询问笔录（逐页签字）.pdf", desk, at)
    row = row and replay.do(
        inquiries.sign, row, signed_at=at - 40 * MINUTE, files=[scan], revision=row.revision, by=desk, at=at
    )
    yield (at := replay.work_time(at + DAY, case.estate))
    if row:
        said = Talk(**(said.__dict__ | {"subject": "补充说明更换数量", "held_at": at - HOUR}))
        replay.do(inquiries.begin, case, talk=said, lines=TALK[:1], supplements=row, by=desk, at=at)


def lay_papers(replay: Replay, case: Complaint, by: User, at: datetime, *, but: Collection[str] = ()) -> None:
    """Every item of the list but some: a document, or why it is not needed."""
    for item in objection_documents():
        if item.code in but:
            continue
        because = NOT_NEEDED.get(item.code, "")
        files = () if because else (paper(f"{item.zh}.pdf", by, at),)
        replay.do(
            objections.lay_paper, case, document=item, files=files, not_needed_because=because, by=by, at=at
        )


def cite(
    replay: Replay, case: Complaint, article: str, use: str, remark: str, by: User, at: datetime
) -> None:
    clause = Clause.objects.filter(article=article).first()
    if clause:
        replay.do(law.cite, case, clause=clause, use=use, remark=remark, by=by, at=at)


def _sued(replay: Replay) -> Story:
    """A lawsuit over a damaged car: filed, a hearing put off, the new one in some days."""
    estate = replay.company.estates[0]
    yield (at := replay.work_time(replay.now - 9 * DAY, estate))
    matter = matter_of("parking")
    case = replay.take(matter, estate, at, words=HEARING[0], lawsuit_threatened=True)
    if case is None:
        return
    replay.add(_court(replay, case, at), at)
    yield from work(replay, case, matter, at, 0.9)


def _court(replay: Replay, case: Complaint, at: datetime) -> Story:
    estate, manager = case.estate, replay.who(case.estate, "jingli")
    yield (at := replay.work_time(at + 2 * DAY, estate))
    replay.do(actions.add_note, case, note=HEARING[1], by=manager, at=at)
    said = {"court": "江州区人民法院", "case_no": "民初字第 1187 号", "by": manager}
    replay.do(law.enter_court, case, stage="filed", on_at=at - HOUR, at=at, **said)
    first = replay.do(law.enter_court, case, stage="hearing", on_at=at + 6 * DAY, at=at, **said)
    cite(replay, case, "第九百四十二条", "court", "已尽到巡查和维护秩序的义务", manager, at)
    yield (at := replay.work_time(at + 3 * DAY, estate))
    if first:
        replay.do(law.call_off, first, note=HEARING[2], by=manager, at=at)
    on_at = replay.work_time(replay.now + 3 * DAY - 2 * HOUR, estate)
    replay.do(law.enter_court, case, stage="hearing", on_at=on_at, at=at, **said)
