"""Theorem files on rates: the example of the documentation is proved, and slips in it are named at once."""

from __future__ import annotations

import re
from pathlib import Path

import files
import pytest

import theory
from verify.errors import UserError
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.rates.parsing import parse
from verify.results.store import Store
from verify.running.runner import run
from verify.settings import Budget, Settings

DOCS = Path(__file__).parents[2] / "docs" / "scalar-theorems.md"
[EXAMPLE] = [
    b for b in re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.S) if "functions=" in b
]
ERRATUM = (Path(__file__).parents[2] / "theory/errata/rate_independent_of_the_batch.py").read_text(encoding="utf-8")


def refusal(folder: Path, text: str) -> tuple[Path, UserError]:
    path = files.write(folder, text)
    with pytest.raises(UserError) as caught:
        loader.load([str(path)])
    return path, caught.value


def test_the_example_is_proved_as_it_stands(tmp_path: Path) -> None:
    theorems = loader.load([str(files.write(tmp_path, EXAMPLE))])
    [result] = run(theorems, Settings(Budget.QUICK), Store(tmp_path / "cache", print))
    assert result.verdict is Verdict.PROVED, result.reason
    assert {miss.verdict for miss in result.authored} == {"refuted"}


@pytest.mark.parametrize("formula", ["nosuch(z)", "leaky_relu:z", "z +", "", "x", "z" + "+z" * 1000])
def test_an_expression_that_cannot_be_read_is_refused_as_by_rate(tmp_path: Path, formula: str) -> None:
    with pytest.raises(UserError) as by_rate:
        parse(formula)
    path, error = refusal(tmp_path, EXAMPLE.replace('"sin(z)"', f'"{formula}"'))
    assert (error.expected, error.got, error.remedy) == (
        by_rate.value.expected,
        by_rate.value.got,
        by_rate.value.remedy,
    )
    assert error.where.startswith(f"{path}\nphi = {formula!r}"[:100])
    assert "PHI" not in error.where


def test_an_expression_is_text(tmp_path: Path) -> None:
    path, error = refusal(tmp_path, EXAMPLE.replace('"sin(z)"', "2"))
    assert error.expected == "expected an expression in z as text"
    assert error.where == f"{path}\nphi = 2"


def test_a_suspect_of_an_erratum_is_read_too(tmp_path: Path) -> None:
    assert loader.load([str(files.write(tmp_path, ERRATUM))])
    path, error = refusal(tmp_path, ERRATUM.replace('("id", "relu")', '("id", "nosuch(z)")'))
    assert error.where == f"{path}\nphi = 'nosuch(z)', position 1"


@pytest.mark.parametrize("name", ["Numbers", "Theorem", "Below", "growth_rate", "whole_at_least"])
def test_a_name_that_was_not_imported(tmp_path: Path, name: str) -> None:
    imports = next(line for line in EXAMPLE.splitlines() if line.startswith("from theory import"))
    others = ", ".join(n for n in imports.removeprefix("from theory import ").split(", ") if n != name)
    text = EXAMPLE.replace(imports, f"from theory import {others}")
    assert text != EXAMPLE
    _, error = refusal(tmp_path, text)
    assert error.remedy == f"from theory import {name}"
    assert repr(name) in error.got


@pytest.mark.parametrize("name", theory.__all__)
def test_every_known_name_says_its_import(tmp_path: Path, name: str) -> None:
    _, error = refusal(tmp_path, f'"""A file."""\nTHEOREM = {name}\n')
    assert error.remedy == f"from theory import {name}"


@pytest.mark.parametrize("name", ["w", "annotations", "Mapping", "dataclass", "W"])
def test_any_other_name_is_to_be_declared(tmp_path: Path, name: str) -> None:
    _, error = refusal(tmp_path, f'"""A file."""\nTHEOREM = {name}\n')
    assert error.remedy.startswith(f"declare it, for instance {name} = ")
