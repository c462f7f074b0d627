"""What workers make: roll-ups, the figures of one month, its paper, a ledger of 10,000 cases."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

LEDGER = 10_000


def month_of(now: datetime) -> Any:
    from reports.figures.month import Month

    return Month.parse((now - timedelta(days=45)).strftime("%Y-%m"))


def best(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Milliseconds by the wall, and of processor time in this process."""
    spent = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(wall for wall, _cpu in spent) * 1000, min(cpu for _wall, cpu in spent) * 1000


def figures(now: datetime) -> None:
    """One month of the company, counted from its cases; then the roll-ups, and the same from them."""
    from reports import rollups
    from reports.figures.monthly import monthly
    from staff.models import Estate
    from tests.bench.run import statements

    estates = list(Estate.objects.order_by("pk"))

    def told() -> None:
        monthly(estates, month_of(now), now)

    counted, _cpu = best(told)
    sent = statements(told)
    begun = time.perf_counter()
    made = rollups.fill(now)
    print(f"roll-ups: {made} months of estates made in {time.perf_counter() - begun:.0f} s")
    kept, cpu = best(told)
    print(
        f"figures of one month: {kept:.0f} ms, {cpu:.0f} ms CPU, {statements(told)} SQL;"
        f" without roll-ups {counted:.0f} ms, {sent} SQL",
        flush=True,
    )


def paper(now: datetime) -> bytes:
    """The whole company's month on paper, as the worker makes it, and two floors of the typesetter: its words
    and no more; its words, tables and charts in the plainest style.

    What the child was given, for `two_at_once`.
    """
    from reports import issue, pdf
    from reports.duties import Every, period_ending_after
    from reports.scopes import scopes_of
    from staff.models import User
    from staff.permissions import permissions_of

    user = User.objects.get(username="manager")
    set_by, jobs, seconds = pdf.run, [], []

    def watched(job: bytes) -> bytes:
        begun = time.perf_counter()
        made = set_by(job)
        seconds.append(time.perf_counter() - begun)
        jobs.append(job)
        return made

    pdf.run = watched
    begun = time.perf_counter()
    try:
        month = period_ending_after(Every.MONTH, month_of(now).first_day)
        report = issue.ask(user, scopes_of(permissions_of(user, now))[0], "monthly", month, "zh-hans", now)
        issue.make_waiting(now)
    finally:
        pdf.run = set_by
    whole = time.perf_counter() - begun
    report.refresh_from_db()
    if not report.pdf:
        raise SystemExit(f"monthly PDF and Excel: {report.reason}")
    job = jobs[0]
    floor, unstyled = (min(timed(partial(set_by, one)) for _ in range(3)) for one in (bare(job), plain(job)))
    again = min([*seconds, *(timed(partial(set_by, job)) for _ in range(2))])
    print(
        f"monthly PDF and Excel: {whole:.1f} s; PDF {again:.1f} s, {report.pdf.size / 1024:.0f} KB,"
        f" {again / unstyled:.2f} × its words, tables and charts unstyled ({unstyled:.1f} s),"
        f" {again / floor:.1f} × its bare words ({floor:.1f} s)",
        flush=True,
    )
    return job


@contextmanager
def two_at_once(job: bytes) -> Iterator[None]:
    """While it lasts two children set the same paper again and again: as many as there are places."""
    from reports import pdf

    over = threading.Event()

    def again() -> None:
        while not over.is_set():
            pdf.run(job)

    threads = [threading.Thread(target=again) for _ in range(pdf.AT_ONCE)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def bare(job: bytes) -> bytes:
    """The same words in twelve sections of plain paragraphs, without tables, charts and styles of its own."""
    said = json.loads(job)
    body = re.sub(r"<(head|style|svg)\b.*?</\1>", "", said["html"], flags=re.DOTALL)
    words = [line for text in re.split(r"<[^>]*>", body) if (line := " ".join(text.split()))]
    each = -(-len(words) // 12)
    sections = (words[n : n + each] for n in range(0, len(words), each))
    html = "".join(
        f'<section style="break-before: page"><h2>{part[0]}</h2><p>{" ".join(part[1:])}</p></section>'
        for part in sections
    )
    return json.dumps(
        said | {"html": f'<html lang="zh-Hans"><title>-</title><body>{html}</body></html>', "more": []}
    ).encode()


PLAIN = """
@font-face { font-family: N; src: url(font:regular) }
@font-face { font-family: N; font-weight: 700; src: url(font:bold) }
body { font: 9pt N } section { break-before: page }
table { width: 100%; border-collapse: collapse } td, th { border: 1px solid }
"""


def plain(job: bytes) -> bytes:
    """The same content without a style of its own: what WeasyPrint needs for these tables and charts."""
    said = json.loads(job)
    html = re.sub(r"<style\b.*?</style>", "", said["html"], flags=re.DOTALL)
    html = re.sub(r' (?:style|class)="[^"]*"', "", html)
    return json.dumps(said | {"html": html, "css": PLAIN, "tight": ""}).encode()


def ledger() -> None:
    """A sheet of 10,000 cases, in a process of its own for its memory."""
    code = "import django; django.setup(); from tests.bench.papers import ledger_here; ledger_here()"
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)


def ledger_here() -> None:
    from django.utils import timezone, translation

    from complaints.models import Complaint
    from reports import ledger as book
    from reports.scopes import scopes_of
    from staff.models import User
    from staff.permissions import permissions_of

    now = timezone.now()
    person = permissions_of(User.objects.get(username="manager"), now)
    scope, zone = scopes_of(person)[0], now.astimezone(scopes_of(person)[0].estates[0].zone)
    received = Complaint.objects.order_by("-received_at").values_list("received_at", flat=True)
    first = received[min(LEDGER, received.count()) - 1].astimezone(zone.tzinfo).date() + timedelta(days=1)
    before = most_memory()
    with translation.override("zh-hans"):
        begun, cpu = time.perf_counter(), time.process_time()
        made = book.sheet(person, scope, first, zone.date(), now)
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    many = book.found(person, scope, first, zone.date(), now).count()
    print(
        f"ledger of {many:,} cases: {wall:.1f} s, {cpu:.1f} s CPU, {len(made) // 1024} KB,"
        f" {most_memory()} MiB at most ({before} before it)",
        flush=True,
    )


def most_memory() -> int:
    """MiB this process had resident at most; what a parent had before it does not count."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    return int(line.split()[1]) // 1024
