"""What a page needs before it can be opened, and which of its links only a moment leads to.

Made before the search, in the copy of the demo that is looked at, and kept there: looked at a second time,
what is there already serves again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import get_default_timezone, now
from openpyxl import Workbook

from complaints.actions import told_estates
from complaints.models import DayNote, LedgerLoad, Measure, ToldEstate
from owners.models import RegisterLoad
from reports.duties import ReportKind
from reports.figures.month import Month
from reports.models import DueReport, IssuedReport, Paper
from staff.models import Estate, User
from tests.pictures import picture

REGISTER = Path(__file__).resolve().parent.parent / "data" / "register-jinxiu.xlsx"
#: Longer than anybody looks: no worker takes up what another one seems to be making.
LONG = timedelta(days=30)
PATIENCE = 60  # seconds a worker has to read a file

Begin = Callable[[Client, User], list[str]]


def starts(login: str, client: Client) -> list[str]:
    """The addresses at which this log-in begins besides the first page."""
    begin = BEGIN.get(login)
    return begin(client, User.objects.get(username=login)) if begin else []


def _of_the_supervisor(client: Client, user: User) -> list[str]:
    return [
        _being_made(user),
        _paper_being_made(user),
        _ledger_read(client, user),
        reverse("measures") + "?view=told",
        *_told(user),
        *_photographed(client),
    ]


def _of_the_manager(client: Client, _user: User) -> list[str]:
    """What is proposed, and who has a hand in it."""
    proposed = Measure.objects.filter(state="proposed", estate__code="JX").first()
    return [proposed.get_absolute_url()] if proposed else []


def _of_the_general_manager(client: Client, _user: User) -> list[str]:
    """What he may write of every estate."""
    return [_owners_list()]


def _of_the_administrator(client: Client, user: User) -> list[str]:
    return [_register_read(client, user)]


BEGIN: dict[str, Begin] = {
    "zhuguan.jx": _of_the_supervisor,
    "jingli.jx": _of_the_manager,
    "zongjingli": _of_the_general_manager,
    "admin": _of_the_administrator,
}


def _owners_list() -> str:
    """Where people write what owners read of upheld complaints."""
    row = DueReport.objects.filter(kind=ReportKind.PUBLIC_LIST).latest("starts_on")
    return reverse("reports:public", args=[row.scope, f"{row.starts_on:%Y-%m}"])


def _being_made(user: User) -> str:
    """A report half made."""
    jinxiu, month = Estate.objects.get(code="JX"), Month.of(now(), get_default_timezone()).plus(-1)
    found, _new = IssuedReport.objects.get_or_create(
        kind=ReportKind.MONTHLY, scope=f"estate-{jinxiu.pk}", scope_name=jinxiu.name,
        starts_on=month.first_day, ends_on=month.last_day, language="zh-hans", version=90,
        defaults={
            "state": IssuedReport.State.WORKING, "progress": 40, "asked_at": now(), "asked_by": user,
            "started_at": now() + LONG,
        },
    )  # fmt: skip
    return found.get_absolute_url()


def _paper_being_made(user: User) -> str:
    """A sheet of the ledger on its way; one an hour old is none any more."""
    jinxiu = Estate.objects.get(code="JX")
    paper = Paper.objects.create(
        kind=Paper.Kind.LEDGER,
        subject=0,
        language="zh-hans",
        shows=False,
        name="ledger.xlsx",
        days={"scope": f"estate-{jinxiu.pk}", "from": "2026-01-01", "until": "2026-01-31"},
        state=Paper.State.WORKING,
        done=120,
        total=400,
        asked_at=now(),
        asked_by=user,
        started_at=now() + LONG,
    )
    return reverse("reports:paper", args=[paper.key])


def _told(user: User) -> list[str]:
    """Another estate's measure that waits for an answer of this one."""
    waits = ToldEstate.objects.filter(answer="", estate__code="JX").first()
    if waits is None:
        by = User.objects.get(username="zongjingli")
        jinxiu = Estate.objects.get(code="JX")
        measure = Measure.objects.filter(state__in=["open", "to_check"]).exclude(estate=jinxiu).first()
        if measure is None:
            return []
        told_estates.tell(measure, estates=[jinxiu], by=by, at=now())
        waits = ToldEstate.objects.get(measure=measure, estate=jinxiu)
    return [reverse("measure_answer", args=[waits.pk])]


def _photographed(client: Client) -> list[str]:
    """A day with photos in its log."""
    today = now().astimezone(Estate.objects.get(code="JX").zone).date()
    if not DayNote.objects.filter(day=today, files__isnull=False).exists():
        photos = [
            SimpleUploadedFile(f"{name}.jpg", picture(size=size), "image/jpeg")
            for name, size in (("地库积水", (1200, 800)), ("水泵房", (800, 1200)))
        ]
        said = {
            "kind": "patrol",
            "words": "2号楼地库入口有积水，已通知工程部，现场照片如下。",
            "files": photos,
        }
        client.post(reverse("write_day_note", args=["JX", today]), said)
    return [reverse("reading_day", args=["JX", today])]


def _ledger_read(client: Client, user: User) -> str:
    """A ledger kept before that was read, and waits to be looked at."""
    waiting = LedgerLoad.objects.filter(by=user, state__in=LedgerLoad.OPEN)
    if not waiting.exists():
        book = Workbook()
        sheet = book.active
        for row in (
            ("编号", "投诉日期", "房号", "投诉人", "投诉内容", "类别", "经办人", "处理结果", "办结日期"),
            ("A-1", "2025-03-02", "2-1-302", "熊霞", "楼上漏水。", "维修", "王建军", "已修复", "2025-03-04"),
            (
                "A-2",
                "2025-03-05",
                "1-1-101",
                "王丽",
                "夜间施工噪音。",
                "噪音扰民",
                "",
                "已劝止",
                "2025-03-06",
            ),
            ("A-3", "2025-13-05", "1-1-101", "王丽", "", "", "", "", ""),
        ):
            sheet.append(row)
        file = BytesIO()
        book.save(file)
        sent = SimpleUploadedFile("2025年投诉台账.xlsx", file.getvalue())
        client.post(reverse("past_ledgers"), {"estate": "JX", "file": sent})
    job = waiting.latest("pk")
    _until(lambda: not LedgerLoad.objects.get(pk=job.pk).is_working)
    return job.get_absolute_url()


def _register_read(client: Client, user: User) -> str:
    client.post(
        reverse("registers_import", args=["JX"]),
        {"file": SimpleUploadedFile("业主档案.xlsx", REGISTER.read_bytes())},
    )
    _until(lambda: not RegisterLoad.objects.filter(by=user).latest("pk").is_working)
    return reverse("registers_import_check", args=["JX"])


def _until(ready: Callable[[], bool]) -> None:
    """A worker reads it; where none runs, the page that waits is looked at."""
    end = time.monotonic() + PATIENCE
    while not ready() and time.monotonic() < end:
        time.sleep(0.5)


def note_link() -> str:
    """The address on the receipt of what was sent on the portal; a button, whatever the token."""
    return reverse("note_link", args=["-"])
