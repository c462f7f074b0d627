"""The rules of the house that no tool knows. Each reads the tree as it is."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.tree import PAGES, PYTHON, ROOT, STYLES, files, found

pytestmark = pytest.mark.once


# One module writes each app's rows. -----------------------------------------------------------
WRITES = (
    r"(?<!super\(\))(?<!default_storage)\.(save|delete|create|create_user|get_or_create|update_or_create|bulk_create|bulk_update)\("
    r"|\bobjects\b[^\n]*\.update\("
    r"|\.(filter|exclude|all)\([^\n]*\)\.update\("
    r"|\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b"
)
WRITERS = re.compile(
    r"(actions(/\w+)?|complaints/(sweep|digest|notifications)|config/framework/bulk_insert|staff/audit"
    r"|reports/(issue|paperwork|rollups|meetings|public_accounts|rating_due|ratings|targets|calendar(_beat|_digest|_papers|_rules)?"
    r"|owner_(reports|accounts|papers|meetings|promises_due)|appraisals/(beat|checks|keeping|schemes|sheets))"
    r"|owners/importing/(jobs|line))\.py$"
)
# These save something else than rows.
NOT_ROWS = {
    "picture.save(out, kept, **SAVING[kept], **more)",  # a picture
    'image.save(body, "JPEG", quality=80)',  # a picture of the demo
    "book.save(file)",  # a workbook
    "form.save(request)",  # the sign-in library's mail
}


def test_only_the_writers_write_rows() -> None:
    writers = {path for path in files(*PYTHON) if WRITERS.search(str(path))}
    assert found(WRITES, writers)
    elsewhere = found(WRITES, set(files(*PYTHON)) - writers)
    assert {place: line for place, line in elsewhere.items() if line not in NOT_ROWS} == {}


def test_no_file_is_longer_than_400_lines() -> None:
    sources = files(*PYTHON, *PAGES, *STYLES, "config/*.py", "tests/**/*.py", "templates/**/*.txt", "bin/*")
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def functions(paths: Iterable[Path]) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, by `file:name:line`."""
    return {
        f"{path.relative_to(ROOT)}:{node.name}:{node.lineno}": node
        for path in sorted(paths)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, FUNCTIONS)
    }


def test_no_function_is_longer_than_60_lines() -> None:
    ours = functions(files(*PYTHON, "config/**/*.py"))
    lengths = {name: (one.end_lineno or 0) - one.lineno + 1 for name, one in ours.items()}
    assert len(lengths) > 1000
    assert {name: length for name, length in lengths.items() if length > 60} == {}


#: What costs so much to load that only whoever uses it pays; the place says how much.
LOADED_WHEN_USED = {"holidays", "pillow_heif", "fontTools", "weasyprint", "reports.typeset"}
#: The start of a process: what knows rows can be loaded only once Django is set up.
LOADED_WHEN_SET_UP = {"config/serve.py", "reports/apps.py", "tests/test_odd_inputs.py"}


def test_only_what_is_slow_to_load_is_imported_inside_a_function() -> None:
    inside = {
        f"{name}: {imported}"
        for name, one in functions(files(*PYTHON, "config/**/*.py", "tests/test_*.py")).items()
        if name.partition(":")[0] not in LOADED_WHEN_SET_UP
        for node in ast.walk(one)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for imported in [getattr(node, "module", None) or node.names[0].name]
        if not {imported, imported.partition(".")[0]} & LOADED_WHEN_USED
    }
    assert inside == set()


# Migrations: what was done to a table once does not change with the code. -----------------------
#: What a field is made of and Django writes by name: a column would be altered once more without it.
NAMED_BY_FIELDS = {"complaints.policy.clock_kinds", "staff.models.valid_zone"}
#: Besides: how a migration does it, and not what.
NAMED_BY_FIELDS |= {"config.framework.whole_schema.WholeSchema"}
OURS = ("complaints", "config", "owners", "reports", "staff")


def of_the_code(tree: ast.AST) -> set[str]:
    """The names of our code that a migration uses; other migrations stay as they are, and are none."""
    used, modules = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and ".migrations" not in (node.module or ""):
            used |= {f"{OURS[0] if node.level else node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
            used |= {name.name for name in node.names if name.asname}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in modules:
            used.add(ast.unparse(node))
    return {name for name in used if name.partition(".")[0] in OURS}


def test_migrations_use_no_code_but_what_fields_are_made_of() -> None:
    steps = sorted(ROOT.glob("*/migrations/*.py"))
    assert len(steps) > 60
    used = {str(path.relative_to(ROOT)): of_the_code(ast.parse(path.read_text())) for path in steps}
    assert {name for names in used.values() for name in names} >= NAMED_BY_FIELDS
    assert {path: names - NAMED_BY_FIELDS for path, names in used.items() if names - NAMED_BY_FIELDS} == {}


# Locks ------------------------------------------------------------------------------------------
LOCKS = ("config/requirements.txt", "config/requirements-dev.txt", "config/requirements-mutants.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_addresses(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_the_development_lock_holds_the_runtime_lock() -> None:
    """So one .venv serves both bin/run and bin/test."""
    runtime, development = (
        set(re.findall(r"^[\w.\[\],-]+==\S+", (ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2]
    )
    assert runtime - development == set()


# The browser gets nothing inline, so that the Content-Security-Policy can be strict. ------------
def test_templates_hold_no_inline_script_or_style() -> None:
    pages = [path for path in files(*PAGES) if "emails" not in path.parts]
    inline = r"<style\b|\sstyle=|<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|javascript:"
    assert found(inline, pages) == {}


def test_a_long_line_of_a_template_holds_one_element() -> None:
    """bin/check formats the templates; where it finds no place to break, the template is to offer one."""
    assert found(r"^(?=.{161}).*<[a-z].*<[a-z]", files(*PAGES)) == {}


# Their line breaks are shown (white-space: pre-line), or they take room unless empty (:empty).
AS_WRITTEN = ("case-content", "conflict-value", "answer", "entry-words", "words", "messages", "side", "move")
OPENS_WITH_A_BLANK = re.compile(
    rf"""<\w+[^>]*\bclass="(?:[^">]* )?(?:{"|".join(AS_WRITTEN)})[ "{{][^>]*>\s|<blockquote[^>]*>\s"""
)


def test_what_is_shown_as_written_begins_right_behind_its_tag() -> None:
    """The formatter does not know our style sheets: a long line would put a blank line on the page."""
    pages = {path: OPENS_WITH_A_BLANK.findall(path.read_text()) for path in files(*PAGES)}
    assert {path: opened for path, opened in pages.items() if opened} == {}


def test_no_blank_comes_between_a_word_and_its_colon() -> None:
    """Two tags side by side are parted by the formatter unless an inline element holds them."""
    assert found(r"""^\s*\{% translate "(: |, |、)" %\}""", files(*PAGES)) == {}


def test_the_mark_of_waiting_is_not_followed_by_a_blank() -> None:
    """It stands outside the row of its button: a blank behind it would count as a word there."""
    assert found(r"""class="busy"[^>]*></span>\s*$""", files(*PAGES)) == {}


def test_pages_load_nothing_from_elsewhere() -> None:
    elsewhere = r"(src|href|action|url\()\s*=?\s*[\"']?(https?:)?//[^\s\"')]*"
    assert found(elsewhere, files(*PAGES, *STYLES)) == {}


def test_no_signals_carry_our_own_logic() -> None:
    assert found(r"@receiver\b|(?<!connection)\.connect\(", files(*PYTHON)) == {}


def test_no_drawer_for_odds_and_ends() -> None:
    names = {path.name for path in files(*PYTHON)}
    assert names & {"utils.py", "helpers.py", "common.py", "services.py", "selectors.py"} == set()


def test_tests_share_helpers_through_modules_of_their_own() -> None:
    """A fixture stands in a plugin of conftest.py, a helper in a plain module."""
    assert found(r"^\s*(from|import) tests(\.| import )test_", files("tests/**/*.py")) == {}
