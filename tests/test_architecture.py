"""The rules of the house that no tool knows. Each reads the tree as it is."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
APPS = ("staff", "owners", "complaints", "reports")


def files(*patterns: str) -> list[Path]:
    """Files of the tree that are ours: tracked or about to be, neither migrations nor vendored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    ours = [line for line in listed if "/migrations/" not in line and "/vendor/" not in line]
    return [ROOT / line for line in ours if (ROOT / line).exists()]


def where(path: Path, text: str, position: int) -> str:
    return f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, position) + 1}"


def found(pattern: str, paths: list[Path]) -> list[str]:
    """`file:line: text` of every match."""
    hits = []
    for path in paths:
        text = path.read_text()
        for match in re.finditer(pattern, text):
            hits.append(f"{where(path, text, match.start())}: {match.group().strip()}")
    return hits


# One module writes each app's rows. -----------------------------------------------------------
WRITES = (
    r"(?<!super\(\))\.(save|delete|create|get_or_create|update_or_create|bulk_create|bulk_update)\("
    r"|\bobjects\b[^\n]*\.update\("
    r"|\.(filter|exclude|all)\([^\n]*\)\.update\("
    r"|\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b"
)
WRITERS = re.compile(r"(actions(/\w+)?|complaints/sweep|complaints/notifications|reports/issue)\.py$")


def test_only_the_writers_write_rows() -> None:
    readers = [path for path in files(*(f"{app}/*.py" for app in APPS)) if not WRITERS.search(str(path))]
    readers.remove(ROOT / "reports/excel.py")  # it saves workbooks
    assert found(WRITES, readers) == []


def test_no_file_is_longer_than_400_lines() -> None:
    sources = files("*.py", "*.html", "*.css", "*.js", "*.txt", "bin/*", ":!config/requirements*")
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


# Locks ------------------------------------------------------------------------------------------
LOCKS = ("config/requirements.txt", "config/requirements-dev.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_addresses(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_the_development_lock_holds_the_runtime_lock() -> None:
    """So one .venv serves both bin/run and bin/test."""
    runtime, development = (
        set(re.findall(r"^[\w.\[\],-]+==\S+", (ROOT / lock).read_text(), re.M)) for lock in LOCKS
    )
    assert runtime - development == set()


# The browser gets nothing inline, so that the Content-Security-Policy can be strict. ------------
def test_templates_hold_no_inline_script_or_style() -> None:
    pages = [path for path in files("*.html") if "emails" not in path.parts]
    inline = r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|javascript:"
    assert found(inline, pages) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    elsewhere = r"(src|href|action|url\()\s*=?\s*[\"']?(https?:)?//[^\s\"')]*"
    assert found(elsewhere, files("templates/*.html", "static/*.css", "static/*.js")) == []


def test_no_signals_carry_our_own_logic() -> None:
    assert found(r"@receiver\b|\.connect\(", files(*(f"{app}/*.py" for app in APPS))) == []


def test_no_drawer_for_odds_and_ends() -> None:
    names = {path.name for path in files("*.py")}
    assert names & {"utils.py", "helpers.py", "common.py", "services.py", "selectors.py"} == set()
