"""The demo speaks to the acts as they are."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from complaints.management import demo

pytestmark = pytest.mark.once


def test_the_demo_says_to_every_act_what_it_asks_for() -> None:
    found = list(calls())
    assert len(found) > 40
    wrong = []
    for where, act, said, at_least in found:
        parameters = list(inspect.signature(act).parameters.values())
        words = {p.name: p.default is p.empty for p in parameters if p.kind == p.KEYWORD_ONLY}
        takes_more = any(p.kind == p.VAR_KEYWORD for p in parameters)
        unsaid = set() if at_least else {name for name, needed in words.items() if needed} - said
        unknown = set() if takes_more else said - {p.name for p in parameters}
        if unsaid or unknown:
            wrong.append((where, act.__name__, sorted(unsaid), sorted(unknown)))
    assert wrong == []


def calls() -> Iterator[tuple[str, Callable[..., object], set[str], bool]]:
    """Where, which act, what is said to it, and whether more is said than can be read here."""
    for path in sorted(Path(demo.__path__[0]).glob("*.py")):
        module = import_module(f"{demo.__name__}.{path.stem}")
        for call in ast.walk(ast.parse(path.read_text())):
            match call:
                case ast.Call(ast.Attribute(attr="do"), [ast.Attribute(ast.Name(acts), act), *_], said):
                    names = {word.arg for word in said if word.arg}
                    done = getattr(vars(module)[acts], act)
                    yield f"{path.name}:{call.lineno}", done, names, len(names) < len(said)
