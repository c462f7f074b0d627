"""The tree as it is: our files, and the lines in them that match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = (
    *("config/framework/**/*.py", "staff/**/*.py", "owners/**/*.py", "complaints/**/*.py"),
    "reports/**/*.py",
)
PAGES = ("templates/**/*.html", "*/templates/**/*.html")
STYLES = ("static/**/*.css", "static/**/*.js")


def files(*patterns: str) -> list[Path]:
    """Files of the tree that are ours: neither migrations nor vendored."""
    matched = [path for pattern in patterns for path in ROOT.glob(pattern)]
    others = {"migrations", "vendor"}
    return [p for p in matched if p.is_file() and not others & set(p.relative_to(ROOT).parts)]


def found(pattern: str, paths: Iterable[Path]) -> dict[str, str]:
    """The lines that match, by `file:line`."""
    return {
        f"{path.relative_to(ROOT)}:{number}": line.strip()
        for path in sorted(paths)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    }
