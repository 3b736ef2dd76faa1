"""No more parts than before are derived in one line, "unfold everything, differentiate"."""

from __future__ import annotations

import boards
import pytest

from theory import DIFFERENTIATE, LINEARITY, Identity, Part, define, real, start, unfold
from verify.loading import loader

x = real("x")
f, g = define("f", (x,), x**2), define("g", (x,), 2 * x)
CLAIM = Identity(f(x), x**2)


@pytest.mark.parametrize(
    ("reasons", "is_bare"),
    [
        ((unfold(f, g),), True),
        ((unfold(f), unfold(g)), True),
        ((unfold(f), DIFFERENTIATE), True),
        ((unfold(f, g), DIFFERENTIATE, LINEARITY), True),
        ((unfold(f),), False),
        ((DIFFERENTIATE,), False),
        ((), False),
        ((unfold(f, g), loader.find("decoupling.variance")), False),
    ],
)
def test_a_bare_part_is_one_line_by_definitions_and_differentiation_alone(reasons, is_bare) -> None:
    assert boards.bare(Part("", CLAIM, start(f(x)).equals(x**2, *reasons))) is is_bare
    assert not boards.bare(Part("", CLAIM, start(f(x)).equals(x * x).equals(x**2, *reasons)))
    assert not boards.bare(Part("", CLAIM, None))


def test_there_are_no_more_bare_parts_than_before() -> None:
    found = boards.found(loader.load([]))
    assert len(found) <= boards.MOST, "write the lines of a board for one of these:\n" + "\n".join(found)
    assert len(found) == boards.MOST, f"there are fewer: MOST = {len(found)} in tests/boards.py"


STATED, DERIVED = "CLAIM = Identity(a, b)\n", "PROOF = start(a).equals(b)\n"


@pytest.mark.parametrize(
    ("text", "is_derived_first"),
    [
        (STATED + DERIVED, False),
        (DERIVED + STATED, True),
        (DERIVED + "CLAIM = Below(a, b)\n", True),
        ("PART = Part('', Identity(a, b), start(a).equals(b))\n", False),
        (f"def line():\n    {DERIVED}{STATED}", True),
        (STATED, False),
        (DERIVED, False),
        ("", False),
    ],
)
def test_a_derivation_before_any_statement_is_seen(text: str, is_derived_first: bool) -> None:
    assert boards.derived_first(text) is is_derived_first


def test_every_file_states_its_claims_and_then_derives_them() -> None:
    paths = boards.files_of_theorems()
    assert len(paths) > 90
    assert not [str(path) for path in paths if boards.derived_first(path.read_text(encoding="utf-8"))]


def test_the_check_names_them(capsys) -> None:
    boards.main()
    said = capsys.readouterr().out
    assert said.startswith(f"warning: {boards.MOST} parts are derived in one line")
    assert "  smoothness.shift-and-scale (shift)" in said
