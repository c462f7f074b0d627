"""One thing has one name: the glossary is true, and a move is called alike from its verb to its form."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from complaints.actions.plain_moves import PLAIN
from complaints.views.case.move_forms import MOVE_FORMS
from tests.tree import PYTHON, ROOT, files

pytestmark = pytest.mark.once

#: verb: what its act is called, where the verb is no name for a function, or would say too little by itself.
CALLED = {
    "return": "send_back",  # a word of the language
    "object": "object_to_finding",  # a name of the language
    "opinion": "give_opinion",  # a noun
    "sign": "add_signatories",  # signatories are added; what a person signs is a follow-up
}
#: Forms of one move that would be called as a model is.
BESIDE_A_MODEL = {"revisit": "RevisitForm", "second_call": "SecondCallForm"}


def test_an_act_is_called_as_its_verb() -> None:
    acts = {verb: entry.act.__name__ for verb, entry in MOVE_FORMS.items() if verb not in PLAIN}
    assert {verb: act for verb, act in acts.items() if act != verb} == CALLED


def test_a_form_of_one_move_is_called_as_its_act() -> None:
    shared = {
        form for form, moves in Counter(entry.form for entry in MOVE_FORMS.values()).items() if moves > 1
    }
    own = {
        verb: entry for verb, entry in MOVE_FORMS.items() if entry.form not in shared and verb not in PLAIN
    }
    assert len(own) > 30
    other = {
        verb: entry.form.__name__
        for verb, entry in own.items()
        if entry.form.__name__ != entry.act.__name__.title().replace("_", "")
    }
    assert other == BESIDE_A_MODEL


def rows() -> list[list[str]]:
    """The rows of the glossary's table: Chinese, on the screen, in the code."""
    lines = (ROOT / "docs/glossary.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return cells[2:]


def test_every_code_word_of_the_glossary_stands_in_the_code() -> None:
    sources = "\n".join(path.read_text() for path in files(*PYTHON))
    paths = [str(path.relative_to(ROOT)) for path in files(*PYTHON)]
    words = [word for row in rows() for word in re.findall(r"`([^`]+)`", row[2])]
    assert len(words) > 60

    def is_there(word: str) -> bool:
        if "/" in word or word.endswith(".py"):
            return any(f"/{word}" in f"/{path}" for path in paths)
        return re.search(rf"\b{re.escape(word)}\b", sources) is not None

    assert [word for word in words if not is_there(word)] == []


def test_every_chinese_word_of_the_glossary_is_one_people_read() -> None:
    """On a page, or in the docstring of what it names."""
    said = (ROOT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text()
    said += "\n".join(path.read_text() for path in files(*PYTHON))
    terms = [term for row in rows() for term in re.findall(r"[\w—]+", re.sub(r"（.*?）", "", row[0]))]
    assert len(terms) > 50
    assert [term for term in terms if term not in said] == []
