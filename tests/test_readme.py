from pathlib import Path

from complaints.management.commands.lifecycle import clock_table, diagram

README = Path("README.md").read_text()


def test_the_diagram_in_the_readme_is_the_lifecycle():
    assert diagram() in README


def test_the_clocks_in_the_readme_are_those_of_the_table():
    assert f"\n\n{clock_table()}\n\n" in README
