from pathlib import Path

from complaints.management.commands.lifecycle import diagram


def test_the_diagram_in_the_readme_is_the_lifecycle():
    assert diagram() in Path("README.md").read_text()
