"""Which mistakes are made on purpose: a choice of Cosmic Ray's, and two of our own.

Of each kind the nearest mistakes (`<` for `<=`, `+` for `-`); a `<<` for a `+` dies of a TypeError and
only makes the figure look good.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import cosmic_ray.plugins
from cosmic_ray.operators.operator import Operator
from cosmic_ray.work_item import MutationSpec
from parso.python.tree import Keyword

CHOSEN = {
    *("core/ReplaceBinaryOperator_Add_Sub", "core/ReplaceBinaryOperator_Sub_Add"),
    *("core/ReplaceBinaryOperator_Mul_FloorDiv", "core/ReplaceBinaryOperator_Div_Mul"),
    *("core/ReplaceBinaryOperator_FloorDiv_Mul", "core/ReplaceBinaryOperator_BitOr_BitAnd"),
    *("core/ReplaceBinaryOperator_BitOr_Sub", "core/ReplaceBinaryOperator_BitAnd_BitOr"),
    *("core/ReplaceComparisonOperator_Eq_NotEq", "core/ReplaceComparisonOperator_NotEq_Eq"),
    *("core/ReplaceComparisonOperator_Lt_LtE", "core/ReplaceComparisonOperator_Lt_GtE"),
    *("core/ReplaceComparisonOperator_LtE_Lt", "core/ReplaceComparisonOperator_LtE_Gt"),
    *("core/ReplaceComparisonOperator_Gt_GtE", "core/ReplaceComparisonOperator_Gt_LtE"),
    *("core/ReplaceComparisonOperator_GtE_Gt", "core/ReplaceComparisonOperator_GtE_Lt"),
    *("core/ReplaceComparisonOperator_Is_IsNot", "core/ReplaceComparisonOperator_IsNot_Is"),
    *("core/AddNot", "core/ReplaceUnaryOperator_Delete_Not", "core/ReplaceUnaryOperator_USub_UAdd"),
    *("core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue"),
    *("core/ReplaceAndWithOr", "core/ReplaceOrWithAnd"),
    *("core/ReplaceBreakWithContinue", "core/ReplaceContinueWithBreak"),
    *("core/NumberReplacer", "core/ZeroIterationForLoop", "core/ExceptionReplacer"),
    *("ours/ForgetCall", "ours/SlipInSql"),
}
Place = tuple[int, int]
#: Names of ours for types: nothing but annotations reads them, and most mistakes in one are a TypeError.
TYPES = frozenset({"Who", "Reasons", "CaseRoles", "Word", "Row"})
#: The star before arguments that go by name only: no multiplication, `//` for it is no Python.
BARE_STAR = re.compile(r"\*(?=,)")


class ForgetCall(Operator):
    """Leave out a statement that only calls something: a message, a stopped clock, a check."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Place, Place]]:
        if self._is_call(node):
            yield node.start_pos, node.end_pos

    @staticmethod
    def _is_call(node: Any) -> bool:
        if node.type != "atom_expr" or node.parent is None or node.parent.type != "simple_stmt":
            return False
        last = node.children[-1]
        return bool(last.type == "trailer" and last.children[0].value == "(")

    def mutate(self, node: Any, index: int) -> Any:
        return Keyword("pass", node.start_pos, prefix=node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class SlipInSql(Operator):
    """The same mistakes in the statements of the figures, which are strings to Python."""

    SLIPS: ClassVar = {
        "AND": "OR", "OR": "AND", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=",
        "+": "-", "-": "+", "MIN": "MAX", "MAX": "MIN",
    }  # fmt: skip
    SQL = re.compile(r"\b(SELECT|WHERE|CASE|JOIN|AND|FILTER)\b")
    WORD = re.compile(r"(?<=\s)(AND|OR|<=|>=|<>|<|>|=|\+|-)(?=\s)|\b(MIN|MAX)(?=\()")

    def mutation_positions(self, node: Any) -> Iterator[tuple[Place, Place]]:
        if node.type in ("string", "fstring_string") and self.SQL.search(node.value):
            for _slip in self.WORD.finditer(node.value):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        found = list(self.WORD.finditer(node.value))[index]
        node.value = node.value[: found.start()] + self.SLIPS[found[0]] + node.value[found.end() :]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class Ours:
    """The provider Cosmic Ray asks for operators of that name."""

    def __iter__(self) -> Iterator[str]:
        return iter(("ForgetCall", "SlipInSql"))

    def __getitem__(self, name: str) -> type[Operator]:
        return {"ForgetCall": ForgetCall, "SlipInSql": SlipInSql}[name]


cosmic_ray.plugins.OPERATOR_PROVIDERS["ours"] = Ours()


def without_effect(source: str) -> list[tuple[Place, Place]]:
    """Where a mistake changes nothing that runs: annotations, decorators that only remember, bare stars."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.AnnAssign(annotation=note):
                found.append(note)
            case ast.FunctionDef(args=args, returns=returns, decorator_list=decorators):
                every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
                notes = [each.annotation for each in every if each]
                found += [note for note in [*notes, returns] if note]
                found += [each for each in decorators if "cache" in ast.unparse(each)]
            case ast.ClassDef(decorator_list=decorators):
                found += decorators  # @dataclass(frozen=True)
            case ast.Assign(
                targets=[ast.Name(id="Who" | "Reasons" | "CaseRoles" | "Word" | "Row")], value=value
            ):
                found.append(value)  # a name for a type
            case ast.If(test=ast.NamedExpr(target=name)) | ast.While(test=ast.NamedExpr(target=name)):
                found.append(name)  # "not x := y" is no Python: it says nothing of the tests
            case ast.IfExp(test=ast.NamedExpr(target=name)):
                found.append(name)
    lines = source.splitlines()

    def place(line: int, byte: int) -> Place:
        """ast counts bytes, parso counts letters."""
        return line, len(lines[line - 1].encode()[:byte].decode())

    bare = [
        ((number, star.start()), (number, star.end()))
        for number, line in enumerate(lines, 1)
        for star in BARE_STAR.finditer(line)
    ]
    return bare + [
        (place(e.lineno, e.col_offset), place(e.end_lineno or 0, e.end_col_offset or 0)) for e in found
    ]


def counts(spec: MutationSpec, idle: list[tuple[Place, Place]]) -> bool:
    """Whether a mistake is one of those chosen, at a place that runs."""
    return spec.operator_name in CHOSEN and not any(a <= spec.start_pos < b for a, b in idle)


def idle_in(path: Path) -> list[tuple[Place, Place]]:
    return without_effect(path.read_text())
