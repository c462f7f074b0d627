"""Photographs every page of the demo and looks for faults a program can see. Started by bin/look.

Each page, as somebody who may open it, in both languages, light and dark, at each width: axe, sideways
scroll, errors of scripts; a page that nobody comes by is a fault too. Pictures and `index.html` lie in
var/look; the exit code is 1 for a fault.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Route, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from config.supervise import Child
from tests.look import known
from tests.servers import free_port

if TYPE_CHECKING:
    from tests.look.pages import Seen

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 600  # seconds until the demo has happened
HEIGHTS = {320: 640, 390: 844, 768: 1024, 1440: 900}
#: Axe is loaded once a page and run in each of its states.
VIOLATIONS = """async () => (await axe.run({resultTypes: ["violations"]})).violations
    .map(found => [found.id, found.nodes.length, found.nodes[0].target.join(" ")])"""
#: What is fetched only once somebody scrolls to it is in the picture too.
ALL_PICTURES = "for (const one of document.images) one.loading = 'eager'"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/look", description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="pages whose name this expression is found in")
    parser.add_argument("--languages", default="zh-hans,en")
    parser.add_argument("--widths", default="320,390,768,1440")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--no-axe", action="store_true", help="pictures and sideways scroll alone: quick")
    parser.add_argument("--no-pictures", action="store_true", help="faults alone")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "look", help="folder of the pictures")
    parser.add_argument("--var", type=Path, help="data of a demo that has happened already, kept afterwards")
    return parser.parse_args()


@contextmanager
def demo(var: Path | None) -> Iterator[str]:
    """The address of a demo company of this run's own, its database set for this process as well."""
    folder = Path(tempfile.mkdtemp(prefix="shouwen-look-"))
    port = free_port()
    os.environ |= {
        "SHOUWEN_VAR": str(var or folder), "PORT": str(port), "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }  # fmt: skip
    os.environ.pop("DATABASE_URL", None)
    server = Child("shouwen", [sys.executable, "config/supervise.py"], dict(os.environ))
    try:
        end = time.monotonic() + PATIENCE
        while not answers(port):
            if server.process.poll() is not None or time.monotonic() > end:
                raise SystemExit("The demo did not start.")
            time.sleep(1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.ask_to_stop()
        try:
            server.process.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/accounts/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def nobody_looked() -> Iterator[None]:
    """Whoever opens a case has seen it: afterwards the rows are as they were before the search."""
    from django.db import connection

    file = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(file)) as rows, closing(sqlite3.connect(":memory:")) as kept:
        rows.backup(kept)
        yield
        connection.close()
        kept.backup(rows)


def look(
    browser: Browser, base: str, page: Seen, cookies: dict[str, str], options: argparse.Namespace
) -> list[str]:
    """The faults of one page in every state, a line each; its pictures are written on the way."""
    faults = []
    for language in options.languages.split(","):
        context = browser.new_context(base_url=base, locale=language)
        said = {**cookies, "django_language": language}
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in said.items()])
        tab = context.new_page()
        wrong: list[str] = []
        tab.on("pageerror", lambda error, wrong=wrong: wrong.append(f"script: {error}"))
        tab.on(
            "console",
            lambda said, wrong=wrong: said.type == "error" and wrong.append(f"console: {said.text}"),
        )
        answer = tab.goto(page.path)
        quiet(tab)  # with what is fetched later
        if answer is None or answer.status not in known.SHOWN:
            wrong.append(f"answered {answer and answer.status}")
        tab.route("**", stays)
        tab.evaluate(ALL_PICTURES)
        quiet(tab)
        if not options.no_axe:
            tab.evaluate(AXE_SCRIPT)
        for theme, width in product(options.themes.split(","), map(int, options.widths.split(","))):
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            tab.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
            wrong += [f"{theme} {width}: {fault}" for fault in state(tab, options.no_axe)]
            if not options.no_pictures:
                picture = options.to / f"{language[:2]}-{theme}-{width}" / f"{page.file}.png"
                tab.screenshot(path=picture, full_page=True)
        faults += [f"{language[:2]} {page.name} ({page.who or 'stranger'}) {fault}" for fault in wrong]
        context.close()
    return faults


def quiet(tab: Page) -> None:
    """Until nothing is fetched any more; what asks again every second is never quiet on a slow machine."""
    with suppress(PlaywrightTimeout):
        tab.wait_for_load_state("networkidle", timeout=5000)


def stays(route: Route) -> None:
    """What waits opens itself anew every second or two: it is looked at as it came."""
    if route.request.is_navigation_request():
        route.abort("aborted")
    else:
        route.continue_()


def state(tab: Page, no_axe: bool) -> Iterator[str]:
    """What is wrong with what is shown now."""
    if (over := tab.evaluate(SIDEWAYS)) > 0:
        yield f"{over} px sideways"
    if not no_axe:
        for name, times, where in tab.evaluate(VIOLATIONS):
            yield f"{name} ×{times} at {where}"


def contact_sheet(folder: Path, pages: list[Seen]) -> None:
    """One page with all pictures, a row each, to be looked at one by one."""
    states = sorted(path.name for path in folder.iterdir() if path.is_dir())
    rows = (
        f"<h2>{page.name} · {page.who or 'stranger'} · {page.path}</h2><p>"
        + "".join(
            f'<a href="{s}/{page.file}.png"><img loading=lazy height=400 src="{s}/{page.file}.png"></a> '
            for s in states
        )
        for page in pages
    )
    (folder / "index.html").write_text("<!doctype html><meta charset=utf-8>" + "".join(rows))


def main() -> int:
    options = asked()
    shutil.rmtree(options.to, ignore_errors=True)
    for language, theme, width in product(
        *(getattr(options, o).split(",") for o in ("languages", "themes", "widths"))
    ):
        (options.to / f"{language[:2]}-{theme}-{width}").mkdir(parents=True)
    with demo(options.var) as base:
        import django

        django.setup()
        logging.getLogger("django.request").setLevel(logging.ERROR)  # not everybody may open everything
        from tests.look.pages import every_page, unseen
        from tests.look.visitors import visitors

        people = visitors()
        with nobody_looked():
            pages = every_page(people)
        faults = [f"no page of {name} was found" for name in unseen(pages)]
        print(*faults, sep="\n", flush=True)
        pages = [page for page in pages if re.search(options.only, page.name)]
        cookies: dict[str, Any] = {
            p.who: {name: m.value for name, m in p.client.cookies.items()} for p in people
        }
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            for n, page in enumerate(pages, start=1):
                print(f"{time.strftime('%X')} {n}/{len(pages)} {page.name}", file=sys.stderr, flush=True)
                new = look(browser, base, page, cookies[page.who], options)
                print(*new, sep="\n", end="\n" if new else "", flush=True)
                faults += new
            browser.close()
    contact_sheet(options.to, pages)
    (options.to / "faults.txt").write_text("".join(f"{fault}\n" for fault in faults))
    print(f"{len(pages)} pages, {len(faults)} faults; pictures: {options.to}/index.html")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
