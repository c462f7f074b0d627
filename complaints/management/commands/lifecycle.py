"""The lifecycle as a Mermaid diagram, for the README."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from complaints.lifecycle import OPEN, Status
from complaints.moves import MOVES


def diagram() -> str:
    """Moves that change the status; those possible from every open status are one arrow from `open`."""
    lines = ["stateDiagram-v2", "    [*] --> received", "    state open {"]
    from_anywhere = []
    for verb, move in MOVES.items():
        targets = [to for to in move.to if to not in move.sources or len(move.sources) == 1]
        if move.sources == OPEN and targets:
            from_anywhere += [f"    open --> {to}: {verb}" for to in targets]
            continue
        for source in move.sources:
            for to in move.to:
                if to != source:
                    indent = "    " if Status.CLOSED in (source, to) else "        "
                    lines.append(f"{indent}{source} --> {to}: {verb}")
    inside = [line for line in lines[3:] if line.startswith("        ")]
    outside = [line for line in lines[3:] if not line.startswith("        ")]
    return "\n".join([*lines[:3], *inside, "    }", *outside, *from_anywhere, "    closed --> [*]"])


class Command(BaseCommand):
    help = "Print the lifecycle as a Mermaid diagram."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(diagram())
