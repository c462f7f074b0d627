import re
from pathlib import Path

import pytest

from complaints.management.commands.lifecycle import clock_table, diagram
from tests.tree import ROOT

README = Path("README.md").read_text()


def test_the_diagram_in_the_readme_is_the_lifecycle():
    assert diagram() in README


def test_the_clocks_in_the_readme_are_those_of_the_table():
    assert f"\n\n{clock_table()}\n\n" in README


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = re.compile(r"`((?:complaints|owners|staff|reports|config|tests|docs|bin)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_names_is_there(page: Path) -> None:
    named = set(OURS.findall(page.read_text()))
    assert {path for path in named if not (ROOT / path).exists()} == set()
