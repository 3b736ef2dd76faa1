"""The mutants themselves: which slips are made, that each compiles, and that every explained survivor still exists."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.mutation.__main__ import ROOT, TARGETS, known
from tests.mutation.mutants import Mutant, mutants

SMALL = '''
def small(a: int, b: str = "x") -> bool:
    """Not a word of this changes."""
    if a < 3 and b == "yes":
        raise ValueError("a message")
    return any(x for x in b if x)
'''


def test_one_slip_at_a_time() -> None:
    found = [m.id.removeprefix("f.py small: ") for m in mutants("f.py", SMALL)]
    condition = "in: if a < 3 and b == 'yes':"
    assert [x for x in found if x.endswith(condition)] == [
        f"{x} {condition}"
        for x in (
            "a < 3 and b == 'yes' -> True",
            "a < 3 and b == 'yes' -> False",
            "a < 3 and b == 'yes' -> a < 3 or b == 'yes'",
            "a < 3 and b == 'yes' -> b == 'yes'",
            "a < 3 and b == 'yes' -> a < 3",
            "a < 3 -> a <= 3",
            "a < 3 -> a >= 3",
            "3 -> 4",
            "b == 'yes' -> b != 'yes'",
            "'yes' -> 'yes?'",
            "raise ValueError('a message') -> pass",
        )
    ]
    assert "any -> all in: return any((x for x in b if x))" in found
    assert "return any((x for x in b if x)) -> return True in: def small(a: int, b: str='x') -> bool:" in found
    assert not any("Not a word" in x for x in found)


@cache
def made(path: str) -> tuple[Mutant, ...]:
    return tuple(mutants(path, (ROOT / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", TARGETS)
def test_every_mutant_is_a_program_of_its_own(path: str) -> None:
    same = ast.unparse(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert len({m.id for m in made(path)}) == len(made(path)) > 100
    for mutant in made(path):
        assert mutant.source != same
        compile(mutant.source, path, "exec")


def test_every_explained_survivor_still_exists() -> None:
    assert known().keys() <= {m.id for path in TARGETS for m in made(path)}
    assert all(len(why) > 20 for why in known().values())
    assert all((Path(ROOT) / "tests" / name).exists() for names in TARGETS.values() for name in names)
