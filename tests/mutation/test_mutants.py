"""The mutants themselves: which slips are made, that each compiles, and that every explained survivor still exists."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tests.mutation.__main__ import ROOT, _by_turns, ast_text, known, module_name, swaps
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.targets import TARGETS

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
            "a < 3 and b == 'yes' -> False",
            "a < 3 and b == 'yes' -> b == 'yes'",
            "a < 3 and b == 'yes' -> a < 3",
            "a < 3 -> a <= 3",
            "3 -> 4",
            "raise ValueError('a message') -> pass",
        )
    ]
    assert "any -> all in: return any((x for x in b if x))" in found
    assert "return any((x for x in b if x)) -> return True in: def small(a: int, b: str='x') -> bool:" in found
    assert not any("Not a word" in x for x in found)


NESTED = """
def nested(term, ctx):
    if (
        term
        and ctx
    ):
        found = [
            x < 1
            for x in term
        ]
    match term:
        case [x] if x > 2:
            return 3
    return [
        4,
        ctx(5, 6)]
"""


def test_a_mutant_names_the_lines_of_its_statement_alone() -> None:
    found = {m.id.removeprefix("f.py nested: ").split(" in:")[0]: (m.first, m.last) for m in mutants("f.py", NESTED)}
    assert found["term and ctx -> ctx"] == (3, 6)
    assert found["1 -> 2"] == (7, 10)
    assert found["2 -> 3"] == (12, 12)
    assert found["3 -> 4"] == (13, 13)
    assert found["ctx(5, 6) -> ctx(6, 5)"] == (14, 16)


CORE = (
    "verify/proof/kernel.py",
    "verify/proof/lines_on_matrices.py",
)  # all of their mutants are looked at, of other files the first
FIRST = 40


@cache
def made(path: str) -> tuple[Mutant, ...]:
    found = mutants(path, (ROOT / path).read_text(encoding="utf-8"))
    return tuple(found if path in CORE else islice(found, FIRST))


@pytest.mark.parametrize("path", TARGETS)
def test_every_mutant_is_a_program_of_its_own(path: str) -> None:
    same = ast.unparse(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert len({m.id for m in made(path)}) == len(made(path)) > 0
    for mutant in made(path):
        assert mutant.source != same
        compile(mutant.source, path, "exec")


def test_the_whole_room_of_proof_is_tried() -> None:
    room = {str(path.relative_to(ROOT)) for path in (ROOT / "verify/proof").rglob("*.py") if path.read_text().strip()}
    assert {path for path in room if not path.endswith("__init__.py")} <= TARGETS.keys()


def test_every_explained_survivor_still_exists() -> None:
    explained = known()
    paths = {name.split(" ")[0] for name in explained}
    assert explained.keys() <= {m.id for p in paths for m in mutants(p, (ROOT / p).read_text(encoding="utf-8"))}
    assert all(len(why) > 20 for why in explained.values())
    assert all((Path(ROOT) / "tests" / name).exists() for names in TARGETS.values() for name in names)


def test_a_mutant_gets_into_the_functions_that_it_changes() -> None:
    """A slip in a function is its code; one in a table or a default is not, and is tried in a process of its own."""
    path = "verify/proof/matrices/powers.py"
    module, source = importlib.import_module(module_name(path)), ast_text(path)
    changed = swaps(module, path, source, source.replace("if exponent == 0:", "if exponent == 1:", 1))
    assert [function.__name__ for function, _ in changed or ()] == ["power"]
    assert swaps(module, path, source, source.replace("LARGEST_EXPANSION = 200", "LARGEST_EXPANSION = 201")) is None


def test_each_file_of_tests_has_its_turn() -> None:
    tests = [("a::1", 0.3), ("a::2", 0.1), ("a::3", 0.2), ("b::1", 9.0), ("c::1", 0.4), ("c::2", 0.05), ("c::3", 1.0)]
    found = [name for name, _ in _by_turns(tests, lambda test: test)]
    assert found == ["c::2", "a::2", "a::3", "c::1", "a::1", "b::1", "c::3"]
