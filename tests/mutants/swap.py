"""Puts a mistake into a module that is loaded already: its functions are given the code of the mistaken text.

Every place that holds such a function (a table, a name imported elsewhere, a decorator) calls the new code.
What ran while modules were loaded cannot be run again so: `swaps` says None, and the module must be loaded
afresh.
"""

from __future__ import annotations

import ast
import gc
import inspect
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

Swaps = dict[CodeType, CodeType]
#: Called by functions of `noting`, from among the builtins.
NOTE = "__note_a_call__"


def code_of(text: str, path: Path) -> CodeType:
    return compile(text, str(path), "exec", dont_inherit=True)


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def everywhere(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in _inner(code):
        yield from everywhere(each)


def _own(code: CodeType) -> tuple[object, ...]:
    """What it does itself, wherever its lines stand; 1, True and 1.0 are not the same."""
    plain = repr([each for each in code.co_consts if not isinstance(each, CodeType)])
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_name, code.co_code, code.co_exceptiontable, names, plain


def _same(old: CodeType, new: CodeType) -> bool:
    inside = list(zip(_inner(old), _inner(new), strict=False))
    return _own(old) == _own(new) and all(_same(a, b) for a, b in inside)


def swaps(old: CodeType, new: CodeType, ran: set[CodeType]) -> Swaps | None:
    """The functions that differ; None if what differs `ran` already, as modules and bodies of classes do."""
    if _same(old, new):
        return {}
    is_function = bool(old.co_flags & inspect.CO_OPTIMIZED)
    found = {old: new} if is_function else {}
    if _own(old) != _own(new):
        return found if is_function and old not in ran else None
    for a, b in zip(_inner(old), _inner(new), strict=True):
        inside = swaps(a, b, ran)
        if inside is None:
            return None
        found |= inside
    return found


def functions_below(folder: Path) -> dict[tuple[str, CodeType], list[FunctionType]]:
    """All functions that files of the folder made, by file and code."""
    gc.unfreeze()  # what is frozen is not listed
    found = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(f"{folder}/"):
            found[each.__code__.co_filename, each.__code__].append(each)
    gc.freeze()  # a fork does not copy what the collector leaves alone
    return found


class _Noting(ast.NodeTransformer):
    """Every function first calls NOTE."""

    def _call(self) -> ast.Call:
        return ast.Call(ast.Name(NOTE, ast.Load()), [], [])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(self._call()))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        self.generic_visit(node)
        both = ast.Tuple([self._call(), node.body], ast.Load())
        node.body = ast.Subscript(both, ast.Constant(1), ast.Load())
        return node


def noting(text: str, path: Path) -> Swaps:
    """The same functions, each of which calls NOTE when it is called."""
    tree = ast.fix_missing_locations(_Noting().visit(ast.parse(text)))
    new = compile(tree, str(path), "exec", dont_inherit=True)
    pairs = zip(everywhere(code_of(text, path)), everywhere(new), strict=True)
    return {old: told for old, told in pairs if old.co_flags & inspect.CO_OPTIMIZED}
