"""What follows from every act stands in one list, which no act can pass by."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from complaints import actions
from complaints.actions import consequences
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Complaint
from tests.cast import march

SOURCES = sorted(Path(actions.__file__).parent.glob("*.py"))
HOLD = UnitOfWork.__name__


def called(one: ast.FunctionDef) -> set[str]:
    """The last names of what a function calls."""
    calls = (node.func for node in ast.walk(one) if isinstance(node, ast.Call))
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in calls}


def holders(tree: ast.Module) -> set[str]:
    """Classes that begin a unit of work when they are made, and commit it by a method of that name."""
    return {
        one.name
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef)
        and {HOLD, "commit"}
        <= {name for part in one.body if isinstance(part, ast.FunctionDef) for name in called(part)}
    }


def hands_on(one: ast.FunctionDef) -> bool:
    return one.returns is not None and HOLD in ast.unparse(one.returns)


def test_whoever_begins_a_unit_of_work_commits_it_or_hands_it_on() -> None:
    trees = {path: ast.parse(path.read_text()) for path in SOURCES}
    own = {
        path: [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name != "__init__"
        ]
        for path, tree in trees.items()
    }
    handing = {one.name for path in own for one in own[path] if hands_on(one)}
    held = {name for tree in trees.values() for name in holders(tree)}
    handing |= held
    given = [
        one
        for path in own
        for one in own[path]
        if any(name in ast.unparse(arg) for arg in one.args.args for name in {HOLD, *held})
    ]
    keeping = {"commit"}
    while more := {one.name for one in given if keeping & called(one)} - keeping:
        keeping |= more
    begun, lost = 0, []
    for path, tree in trees.items():
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        imported = {name.name for node in imports for name in node.names}
        giving = (
            {HOLD} | handing & imported | holders(tree) | {one.name for one in own[path] if hands_on(one)}
        )
        begins = [one for one in own[path] if giving & called(one)]
        begun += len(begins)
        lost += [f"{path.stem}.{one.name}" for one in begins if not (hands_on(one) or keeping & called(one))]
    assert begun > 80
    assert lost == []


def test_the_package_hands_the_lists_to_the_unit_of_work() -> None:
    assert (UnitOfWork.consequences, UnitOfWork.when_written) == (
        consequences.WITH_THE_ACT,
        consequences.WHEN_WRITTEN,
    )
    assert UnitOfWork.consequences and UnitOfWork.when_written


@pytest.mark.django_db
def test_all_of_it_follows_in_order_when_a_case_is_taken_and_when_it_is_acted_on(
    walk_in, limin, monkeypatch
) -> None:
    ran: list[tuple[str, bool, int]] = []

    def noted(name: str):
        def follow(case: UnitOfWork) -> None:
            stored = Complaint.objects.get(pk=case.row.pk)
            ran.append((name, case.row.content == stored.content, case.row.events.count()))

        return follow

    monkeypatch.setattr(UnitOfWork, "consequences", (noted("first"), noted("second")))
    monkeypatch.setattr(UnitOfWork, "when_written", (noted("when written"),))
    case = walk_in(march(2, 9))
    assert ran == [("first", True, 0), ("second", True, 0), ("when written", True, 0)]
    ran.clear()
    here = case.events.count()
    said = {"content": "厨房顶也漏了"}
    actions.edit(case, said, version=case.version, by=limin, at=march(2, 10))
    assert ran == [("first", False, here), ("second", False, here), ("when written", True, here)]
