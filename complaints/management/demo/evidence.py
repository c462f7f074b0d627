"""Evidence of the demo's cases 证据: photos, footage, a sample that changed hands, a statement, one withdrawn."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from complaints.actions import evidence as acts
from complaints.actions import files
from complaints.actions.evidence import Collected, Holder
from complaints.actions.evidence_check import verify
from complaints.management.demo.replay import DAY, HOUR, MINUTE, Replay, Story
from complaints.models import Attachment, Complaint
from complaints.statuses import Outcome
from staff.models import User

#: A paper as a scanner writes it: one empty page.
SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def stories(replay: Replay) -> Iterator[Story]:
    for estate in replay.company.estates[:2]:
        yield _leak(replay, estate.code)
        yield _gate(replay, estate.code)


def _case(code: str, words: str, at: datetime) -> Complaint | None:
    """The newest one with these words that somebody works on or has worked on."""
    rows = Complaint.objects.filter(
        estate__code=code,
        content__contains=words,
        received_at__lt=at,
        restricted=False,
        handler__isnull=False,
    )
    found = rows.exclude(outcome=Outcome.VOID).select_related("estate", "handler", "first_receiver")
    return found.order_by("-received_at", "-pk").first()


def _leak(replay: Replay, code: str) -> Story:
    """Water from the ceiling: photos at once, a sample that goes to the laboratory, its report, a statement."""
    yield (at := replay.now - 6 * DAY)
    case = _case(code, "渗水", at)
    if case is None or case.handler is None:
        return
    handler, desk, supervisor = case.handler, case.first_receiver, replay.who(case.estate, "zhuguan")
    yield (at := replay.work_time(at + HOUR, case.estate))
    shots = [a_photo(n, handler, at) for n in (1, 2)]
    seen = _collected(
        "photo", "顶面滴水点和地面积水，未动现场", handler, at - 20 * MINUTE, "业主家卫生间", "巡检手机 02"
    )
    replay.do(acts.add_evidence, case, said=seen, files=shots, by=handler, at=at)
    drawn = _collected(
        "sample",
        "滴水水样 500 毫升，另留对比样一瓶",
        handler,
        at - 10 * MINUTE,
        "业主家卫生间",
        "取样瓶 2 个",
    )
    held = Holder("staff", handler, "", "工程部样品柜 3 号格，封条 0117")
    sample = replay.do(acts.add_evidence, case, said=drawn, holder=held, by=handler, at=at + 5 * MINUTE)
    yield (at := replay.work_time(at + 3 * HOUR, case.estate))
    told = _collected("statement", "漏水经过和受损物品", desk, at, "客服前台", "")
    words = "上周起顶面每天滴水两三次，夜里较多。吊顶发黄，柜门起泡。请查明原因并维修。"
    row = replay.do(acts.take_statement, case, said=told, statement=words, by=desk, at=at)
    if row:
        scan = paper("客户书面陈述（签字）.pdf", desk, at)
        replay.do(acts.sign, row, files=[scan], by=desk, at=at + 20 * MINUTE)
    yield (at := replay.work_time(at + DAY, case.estate))
    if sample:
        lab = Holder("outside", None, "市水质检测中心", "收样室，受理单 2417")
        replay.do(
            acts.hand_over,
            sample,
            act="handed",
            to=lab,
            after=1,
            note="当面核对封条完好。",
            by=handler,
            at=at,
        )
    yield (at := replay.work_time(at + 2 * DAY, case.estate))
    report = Collected(
        kind="test", what="水样检测报告：与市政供水一致，判断为给水管渗漏", collected_at=at - HOUR, place="市水质检测中心",
        first_scene=False, collector="outside", collected_by_other="市水质检测中心", device="",
    )  # fmt: skip
    replay.do(
        acts.add_evidence, case, said=report, files=[paper("水样检测报告.pdf", desk, at)], by=desk, at=at
    )
    replay.do(verify, case, by=supervisor, at=at + 10 * MINUTE)


def _gate(replay: Replay, code: str) -> Story:
    """A car in somebody else's place: footage, a photo of the wrong car that two persons withdraw, one that waits."""
    yield (at := replay.now - 3 * DAY)
    case = _case(code, "车位", at)
    if case is None or case.handler is None:
        return
    handler, supervisor = case.handler, replay.who(case.estate, "zhuguan")
    yield (at := replay.work_time(at + HOUR, case.estate))
    first = _collected(
        "footage",
        "东门道闸 11:38 车辆进场和停放过程截图",
        handler,
        at - 2 * HOUR,
        "东门岗亭",
        "东门 03 号摄像机",
    )
    replay.do(acts.add_evidence, case, said=first, files=[a_photo(3, handler, at)], by=handler, at=at)
    wrong = _collected("photo", "占用车位的车辆和车牌", handler, at - HOUR, "地面车位 B12", "岗亭手机")
    row = replay.do(
        acts.add_evidence, case, said=wrong, files=[a_photo(4, handler, at)], by=handler, at=at + MINUTE
    )
    if row:
        yield (at := at + HOUR)
        replay.do(acts.propose_withdrawal, row, note="拍的是相邻车位的车，车牌不符。", by=handler, at=at)
        yield (at := replay.work_time(at + 2 * HOUR, case.estate))
        row.refresh_from_db()
        replay.do(acts.confirm_withdrawal, row, note="已核对车牌。", by=supervisor, at=at)
    receipt = _collected("contract", "车位租赁协议原件", case.first_receiver, at, "客服前台", "")
    kept = Holder("staff", case.first_receiver, "", "前台档案柜 B2")
    bill = replay.do(
        acts.add_evidence, case, said=receipt, files=[paper("车位租赁协议.pdf", case.first_receiver, at)], holder=kept,
        by=case.first_receiver, at=at,
    )  # fmt: skip
    if bill:
        yield (at := at + HOUR)
        because = "客户另交了加盖公章的协议，此份无章。"
        replay.do(acts.propose_withdrawal, bill, note=because, by=case.first_receiver, at=at)


def _collected(kind: str, what: str, by: User, at: datetime, place: str, device: str) -> Collected:
    return Collected(
        kind=kind, what=what, collected_at=at, place=place, first_scene=kind in ("photo", "sample", "footage"),
        collector="staff", collected_by=by, device=device,
    )  # fmt: skip


def a_photo(n: int, by: User, at: datetime) -> Attachment:
    """A drawn stand-in for a photo, as a phone sends one."""
    image = Image.new("RGB", (640, 480), (206 - 18 * n, 214 - 9 * n, 208))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 330, 640, 480), fill=(150, 146, 138))
    for drop in range(6):
        x, y = 120 + 70 * drop, 60 + 37 * ((drop * n) % 5)
        draw.ellipse((x, y, x + 26, y + 44), fill=(92, 128, 160))
    body = io.BytesIO()
    image.save(body, "JPEG", quality=80)
    return files.store(ContentFile(body.getvalue(), f"IMG_{1130 + n}.jpg"), by=by, at=at, as_sent=True)


def paper(name: str, by: User, at: datetime) -> Attachment:
    """A scanned sheet, sent and still nobody's."""
    return files.store(ContentFile(SCAN, name), by=by, at=at, as_sent=True)
