"""Seed, serve, measure, print."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.serving import memory, outside, serving, visit
from tests.servers import postgresql

FORM = "application/x-www-form-urlencoded"
ROW = "{:<34} {:>5} {:>8} {:>8} {:>9} {:>9} {:>9}"


def main(words: list[str]) -> None:
    """`--month` first: the figures of one month and no more, for sizes that the whole takes hours for.

    100000/41 are so many cases of 41 days: each month as large as one of a million in 410.
    """
    work, sizes = ("month", words[1:]) if words[:1] == ["--month"] else ("measure", words)
    folder = Path(tempfile.mkdtemp(prefix="shouwen-bench-"))
    folder.chmod(0o711)
    for size in sizes:
        (folder / "pg").mkdir()
        with postgresql(folder / "pg") as url:
            os.environ |= {
                "DATABASE_URL": url,
                "SHOUWEN_VAR": str(folder / "var"),
                "LOG_LEVEL": "ERROR",
                "ALLOWED_HOSTS": "testserver",  # what Django's own client calls itself
            }
            numbers = ", ".join(f"{int(number)}" for number in size.split("/"))
            code = f"from tests.bench.run import {work}; {work}({numbers})"
            subprocess.run([sys.executable, "-c", code], check=True)
        shutil.rmtree(folder / "pg")
    shutil.rmtree(folder)


def seeded(n: int, days: int = 410, *, for_figures: bool = False) -> datetime:
    """A database with n cases; the moment they end at."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests.bench import seed

    now = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    begun = time.perf_counter()
    seed.company(now, random.Random(1))
    seed.cases(n, now, days=days, for_figures=for_figures)
    spent = time.perf_counter() - begun
    print(
        f"\n{n:,} cases of {days} days, {seed.ESTATES} estates; seeded in {spent:.0f} s, {database_size()}",
        flush=True,
    )
    return now


def database_size() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size: str = cursor.fetchone()[0]
    return size


def month(n: int, days: int = 410) -> None:
    """The figures of one month of the company, counted and from roll-ups, and the page that shows them."""
    now = seeded(n, days, for_figures=True)
    from tests.bench import papers

    papers.figures(now)
    print(ROW.format("page", "SQL", "CPU ms", "× floor", "p50 ms", "p95 ms", "req/s"))
    manager, day = visitor("manager"), (now - timedelta(days=45)).strftime("%Y-%m")
    shown = [
        FLOOR,
        ("monthly figures, page", f"/reports/monthly/?month={day}", manager),
        ("dashboard of the company", "/reports/dashboard/", manager),
    ]
    ask(shown)


def measure(n: int, days: int = 410) -> None:
    now = seeded(n, days)
    from tests.bench import papers

    papers.figures(now)
    print(ROW.format("page", "SQL", "CPU ms", "× floor", "p50 ms", "p95 ms", "req/s"))
    pages(now)
    intake(now)
    filing()
    jobs(now)
    job = papers.paper(now)
    papers.ledger()
    beside(job)


def visitor(username: str) -> dict[str, str]:
    """A signed-in session, as a cookie header."""
    from django.conf import settings
    from django.test import Client

    from staff.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}


def portal_cookie(number: str, now: datetime) -> dict[str, str]:
    """The customer's own visit, begun as he does: by his receipt's link."""
    from django.test import Client

    from complaints.actions.portal_access import make_receipt_link
    from complaints.models import Complaint

    client = Client()
    address = f"/r/{make_receipt_link(Complaint.objects.get(number=number), at=now)}"
    client.get(address)
    client.post(address)
    return {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())}


def pages(now: datetime) -> None:
    from complaints.models import Complaint

    staff = visitor("zhuguan.0")
    manager = visitor("manager")
    recent = Complaint.objects.open().filter(estate__code="E00", restricted=False).order_by("-pk")
    number = recent.first().number
    month = (now - timedelta(days=45)).strftime("%Y-%m")
    asked = [
        FLOOR,
        ("queue, 50 rows", "/cases/?view=open", staff),
        ("queue by severity", "/cases/?view=open&sort=severity", staff),
        ("queue, filters with counts", "/cases/?view=open&filters=1", staff),
        ("queue, closed", "/cases/?view=closed", staff),
        ("queue, whole company", "/cases/?view=open", manager),
        ("search, two characters", "/search/?q=%E7%94%B5%E6%A2%AF", staff),
        ("search, two rare characters", "/search/?q=%E8%8D%89%E5%9D%AA", manager),
        ("search, a room", "/search/?q=1-1-101", staff),
        ("search, last four digits", "/search/?q=1234", staff),
        ("case page", f"/cases/{number}/", staff),
        ("home of a supervisor", "/", staff),
        ("home of the general manager", "/", manager),
        ("dashboard of a supervisor", "/reports/dashboard/", staff),
        ("dashboard of the company", "/reports/dashboard/", manager),
        ("desk, empty form", "/desk/", visitor("qiantai.0")),
        ("owner's page", f"/portal/{number}/", portal_cookie(number, now)),
        ("monthly figures, page", f"/reports/monthly/?month={month}", manager),
    ]
    ask(asked)


Asked = tuple[str, str, dict[str, str]]
FLOOR: Asked = ("sign-in page: the floor", "/accounts/login/", {"Cookie": ""})


def beside(job: bytes) -> None:
    """What staff wait for most, alone and while as many papers are made as may be at once."""
    from complaints.models import Complaint
    from tests.bench.papers import two_at_once

    staff = visitor("zhuguan.0")
    number = Complaint.objects.open().filter(estate__code="E00", restricted=False).order_by("-pk")[0].number
    waited_for = [
        FLOOR,
        ("queue, 50 rows", "/cases/?view=open", staff),
        ("case page", f"/cases/{number}/", staff),
        ("desk, empty form", "/desk/", visitor("qiantai.0")),
    ]
    print("alone:")
    ask(waited_for)
    print("beside papers that are made:")
    with two_at_once(job):
        ask(waited_for)


def ask(asked: list[Asked]) -> None:
    with serving() as port:
        for title, path, headers in asked:
            sql, cpu, floor = inside(path, headers)
            p50, p95, rate, note = outside(port, visit(path, headers))
            times = f"{cpu / floor:.1f}"
            print(ROW.format(title, sql, f"{cpu:.1f}", times, p50, p95, rate) + note, flush=True)
        print(f"memory of a web worker: {memory(port)} MiB")


def statements(work: Callable[[], object]) -> int:
    """How many SQL statements `work` sends."""
    from django.db import connection

    sent: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        work()
    return len(sent)


def inside(path: str, headers: dict[str, str]) -> tuple[int, float, float]:
    """SQL statements and CPU milliseconds of one request, and of the sign-in page beside it.

    In turns: what else the machine does slows both, and their ratio stays what it is. Measured once at the
    beginning, the floor of a busy machine made 3.3 times of it look like 5.8.
    """
    from django.test import Client

    def asking(path: str, headers: dict[str, str]) -> Callable[[], object]:
        client = Client(headers={"cookie": headers["Cookie"], "accept-language": "zh-CN"})
        return lambda: client.get(path)

    here, floor = asking(path, headers), asking(*FLOOR[1:])
    for work in (here, floor):
        work()
    sql = statements(here)
    spent = [(cpu_of(here), cpu_of(floor)) for _ in range(40)]
    return sql, min(one for one, _floor in spent), min(floor for _one, floor in spent)


def cpu_of(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def best_of_twenty(work: Callable[[], object]) -> float:
    """CPU milliseconds."""
    return min(cpu_of(work) for _ in range(20))


def filing() -> None:
    """Walk-ins filed by POST over HTTP, four desks at once, over all estates."""
    from django.test import Client

    from tests.bench.seed import ESTATES

    desks = [visitor(f"qiantai.{number}")["Cookie"] for number in range(ESTATES)]
    token = "b" * 32  # any text of the right length, if cookie and form agree

    def walk_in(n: int) -> tuple[str, dict[str, str]]:
        typed = {
            "csrfmiddlewaretoken": token, "key": f"bench-http-{n}", "what": "complaint",
            "channel": "walk_in", "name": "业主", "phone": "13800001234", "capacity": "tenant",
            "where": "东门", "content": "电梯停运", "language": "zh-hans",
        }  # fmt: skip
        return urlencode(typed), {"Cookie": f"{desks[n % len(desks)]}; csrftoken={token}"}

    def file(connection: http.client.HTTPConnection, n: int) -> int:
        typed, headers = walk_in(n)
        connection.request("POST", "/desk/", typed, headers | {"Content-Type": FORM})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    one, client = iter(range(1_000_000, 2_000_000)), Client()

    def here() -> None:
        typed, headers = walk_in(next(one))
        client.cookies.clear()
        client.post("/desk/", typed, content_type=FORM, headers={"cookie": headers["Cookie"]})

    here()
    sql, cpu = statements(here), best_of_twenty(here)
    with serving() as port:
        p50, p95, rate, note = outside(port, file)
    print(ROW.format("intake (POST)", sql, f"{cpu:.1f}", "", p50, p95, rate) + note)


def intake(now: datetime) -> None:
    """Taking complaints through the action, over all estates: statements, CPU and rate of one process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from complaints import actions
    from complaints.models import Category
    from staff.models import Estate, User

    category = Category.objects.get(code="lifts")
    estates = list(Estate.objects.order_by("pk"))
    desks = [User.objects.get(username=f"qiantai.{number}") for number in range(len(estates))]

    def take(i: int) -> None:
        n = i % len(estates)
        person = actions.Person(name="业主", phone="13800001234", capacity="tenant")
        said = actions.Intake(
            estate=estates[n], content="电梯停运", person=person, category=category, recorded=True
        )
        actions.register(said, by=desks[n], at=now, key=f"bench-{i}-{os.getpid()}")

    take(0)
    with CaptureQueriesContext(connection) as queries:
        take(1)
    many, cpu, begun = 200, time.process_time(), time.perf_counter()
    for i in range(2, many + 2):
        take(i)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - begun
    print(
        ROW.format(
            "intake (action)",
            len(queries),
            f"{cpu / many * 1000:.1f}",
            "",
            f"{wall / many * 1000:.1f}",
            "",
            f"{many / wall:.0f}",
        )
    )


def jobs(now: datetime) -> None:
    """The sweep over 10,000 due levels."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from complaints.models import Complaint, Notification, OutboxMessage
    from complaints.sweep import sweep

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    from tests.bench import seed

    due = seed.overdue(min(10_000, Complaint.objects.count()), now)
    before = Notification.objects.count() + OutboxMessage.objects.count()
    begun, fired = time.perf_counter(), 0
    with CaptureQueriesContext(connection) as queries:
        while done := sweep(now):
            fired += done
    wall = time.perf_counter() - begun
    messages = Notification.objects.count() + OutboxMessage.objects.count() - before
    print(f"sweep: {fired:,} of {due:,} due levels, {messages:,} messages, {wall:.1f} s, {len(queries)} SQL")


if __name__ == "__main__":
    main(sys.argv[1:])
