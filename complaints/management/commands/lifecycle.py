"""The lifecycle as a Mermaid diagram and its clocks as a table, for the README."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from complaints.clocks import BY_VERB, OF_A_ROUND, STEPS, limit_in_words, on_upgrade
from complaints.moves import MOVES
from complaints.policy import DEFAULTS, POLICY_1, ClockKind, Severity
from complaints.policy_labels import CASES
from complaints.statuses import OPEN, Status
from complaints.worktime import Limit
from staff.roles import Role


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


#: Steps that end a whole round of handling; the table says once what it would say in each row.
WHOLE = [step for step, effect in STEPS.items() if set(OF_A_ROUND) <= set(effect.stops)]


def clock_table() -> str:
    """Each clock with what starts and stops it, its limits and whom it goes to, by the first policy."""
    rows = [
        "| clock | starts with | limit | stops with | when over, goes to |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in ClockKind:
        with override("zh-hans"):
            name = f"{kind.replace('_', ' ')} {kind.label}"
        rule = DEFAULTS["clocks"][kind]
        with override("en"):
            cells = (name, _starts(kind), _limit(kind, rule["limits"]), _stops(kind), _roles(rule["over"]))
        rows.append(f"| {' | '.join(cells)} |")
    ends = _steps(step for step in WHOLE if step != "void")
    return "\n".join(
        [*rows, "", f"The clocks of one round of handling also stop with {ends}; `void` stops all."]
    )


def _starts(kind: ClockKind) -> str:
    found = [_step(step) for step, effect in STEPS.items() if kind in effect.starts]
    graver = [severity.value for severity in Severity if kind in on_upgrade(severity, POLICY_1)]
    return ", ".join([*found, *(f"upgrade to {severity}" for severity in graver)])


def _stops(kind: ClockKind) -> str:
    hidden = WHOLE if kind in OF_A_ROUND else ["void"]
    return _steps(step for step, effect in STEPS.items() if kind in effect.stops and step not in hidden)


def _steps(steps: Iterable[str]) -> str:
    return ", ".join(map(_step, steps))


def _step(step: str) -> str:
    """A verb as it stands in the diagram; what the facts decide, in words."""
    return f"`{step}`" if step in BY_VERB else step.replace("_", " ")


def _limit(kind: ClockKind, table: Mapping[str, str]) -> str:
    if kind == ClockKind.SAME_DAY:
        return "end of service, where the rules switch it on"
    return _limits(table)


def _limits(table: Mapping[str, str]) -> str:
    said = {case: limit_in_words(Limit.parse(text)) for case, text in table.items()}
    usual = [said.pop("any")] if "any" in said else []
    cases = [f"{_small(str(CASES[case]))} {limit}" for case, limit in said.items()]
    return "; ".join([*usual, *cases]) or "their own due time"


def _roles(table: Mapping[str, Iterable[str]]) -> str:
    cases: dict[str, list[str]] = {}
    for case in sorted(table, key=lambda case: case == "any"):
        roles = ", ".join(_small(str(Role(role).label)) for role in table[case])
        cases.setdefault(roles, []).append("else" if case == "any" else case)
    if len(cases) == 1:
        return next(iter(cases))
    return "; ".join(f"{', '.join(of)}: {roles}" for roles, of in cases.items())


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


class Command(BaseCommand):
    help = "Print the lifecycle as a Mermaid diagram, and its clocks as a table."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{diagram()}\n\n{clock_table()}")
