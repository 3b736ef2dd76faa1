"""The page of constructors is complete, runs, and is what the docstrings say."""

from __future__ import annotations

import inspect
import re

import pytest

import theory
from tests.api.examples import EXAMPLES
from tests.api.page import NOT_DOCUMENTED, PAGE, held, made, page

ROWS = [(name, example) for examples in EXAMPLES.values() for name, example in examples.items()]


def test_every_name_has_a_row_and_no_other() -> None:
    names = [name for name, _ in ROWS]
    assert sorted(names) == sorted(theory.__all__)


@pytest.mark.parametrize(("name", "example"), ROWS, ids=[name for name, _ in ROWS])
def test_an_example_runs_and_speaks_of_its_name(name: str, example: str) -> None:
    assert re.search(rf"\b{name}\b", example)
    assert made(example, held()) is not None


@pytest.mark.parametrize("name", sorted(theory.__all__))
def test_every_name_says_what_it_is(name: str) -> None:
    assert NOT_DOCUMENTED.get(name) or (inspect.getdoc(getattr(theory, name)) or "").strip()


def test_the_page_is_written_from_the_examples() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.api.page"
