"""The examples in docstrings say what the code does."""

from __future__ import annotations

import doctest
import importlib
import re

import pytest

from tests.tree import PYTHON, ROOT, files

pytestmark = pytest.mark.once

WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in files(*PYTHON)
    if re.search(r"^\s*>>> ", path.read_text(), re.M)
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_hold(name) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted and not result.failed
