"""Every word a person reads exists in Chinese. (The English is the source itself.)"""

import ast
import gettext
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("complaints", "config", "owners", "reports", "staff")
CATALOG = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def fresh_catalog(tmp_path_factory) -> Path:
    """What makemessages finds in the sources now, made beside the tree and not in it."""
    copy = tmp_path_factory.mktemp("tree")
    for name in (*ROOMS, "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("*.ttf", "*.pyc"))
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, ROOT / "manage.py", "makemessages", "-v0", "--keep-pot", "-l", "zh_Hans"],
        cwd=copy,
        check=True,
    )
    return copy / "locale/django.pot"


def test_every_string_of_the_sources_is_translated(fresh_catalog) -> None:
    """msgcmp names each msgid that is missing, empty or fuzzy."""
    compared = subprocess.run(["msgcmp", CATALOG, fresh_catalog], capture_output=True, text=True)
    assert compared.stderr == ""


def test_every_word_of_the_code_is_seen_by_the_catalogues_reader(fresh_catalog) -> None:
    """Inside an f-string it sees none, and the word would stay English without a word."""
    seen = msgids(fresh_catalog)
    for file in chain.from_iterable((ROOT / room).rglob("*.py") for room in ROOMS):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            match call:
                case ast.Call(
                    func=ast.Name(id="_" | "gettext" | "gettext_lazy"), args=[ast.Constant(value=str(said))]
                ):
                    assert said in seen, f"{file.relative_to(ROOT)}:{call.lineno}"


def test_no_sentence_is_put_together_before_somebody_reads_it() -> None:
    """A lazy text loses its reader by `%`: in the body of a module or class it would speak Chinese to all."""
    together = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in chain.from_iterable((ROOT / room).rglob("*.py") for room in ROOMS)
        for node in at_start(ast.parse(file.read_text()))
        if isinstance(node, ast.BinOp)
        and isinstance(node.left, ast.Call)
        and getattr(node.left.func, "id", "").removesuffix("_lazy")
        in ("_", "gettext", "pgettext", "ngettext")
    ]
    assert together == []


def at_start(node: ast.AST) -> Iterator[ast.AST]:
    """What is evaluated when a module is imported."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from at_start(child)


def msgids(template: Path) -> set[str]:
    entries = re.findall(r'^msgid ((?:".*"\n)+)', template.read_text(), re.M)
    return {"".join(map(ast.literal_eval, entry.splitlines())) for entry in entries}


def test_translations_keep_the_placeholders() -> None:
    checked = subprocess.run(
        ["msgfmt", "--check-format", "-o", "/dev/null", CATALOG], capture_output=True, text=True
    )
    assert checked.stderr == ""


def messages(compiled: Path) -> dict[object, str]:
    with compiled.open("rb") as file:
        catalog = dict(gettext.GNUTranslations(file)._catalog)
    return {key: text for key, text in catalog.items() if key}


def test_the_compiled_catalog_is_the_written_one(tmp_path) -> None:
    subprocess.run(["msgfmt", CATALOG, "-o", tmp_path / "fresh.mo"], check=True)
    said, shipped = messages(tmp_path / "fresh.mo"), messages(CATALOG.with_suffix(".mo"))
    assert {key: text for key, text in said.items() if text != shipped.get(key)} == {}
