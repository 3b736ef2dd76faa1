"""Every derivation of the catalogue is accepted, line by line."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import theory.theorems
from theory import Matrices, Numbers
from verify.proof import lines_on_matrices as derivation
from verify.proof import lines_on_numbers as scalar_lines

CHECKERS = {Matrices: derivation.observe, Numbers: scalar_lines.observe}
FOLDER = Path(theory.theorems.__path__[0])
NAMES = [
    ".".join(("theory.theorems", *path.relative_to(FOLDER).with_suffix("").parts))
    for path in sorted(FOLDER.rglob("*.py"))
    if not path.name.startswith("_")
]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_accepted(name):
    theorem = importlib.import_module(name).THEOREM
    if type(theorem.setting) not in CHECKERS:
        return  # an experiment, which has no lines
    for part in CHECKERS[type(theorem.setting)](theorem).parts:
        for line in part.lines:
            assert line.accepted, f"part {part.label!r}, line {line.number}: {line.problem}"
