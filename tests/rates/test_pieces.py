"""Breaks are found exactly, jumps are refused, and a batch size sees only its range."""

from __future__ import annotations

from fractions import Fraction

import pytest

from verify.errors import UserError
from verify.rates.expression import same
from verify.rates.parsing import parse
from verify.rates.pieces import pieces

WAVY = "clip(z, -2, 2) + 0.6*sign(z)*sin(12*max(abs(z) - 2, 0))"


def breaks(text: str, square: int | None = None) -> list[Fraction | None]:
    return [piece.low for piece in pieces(parse(text), square)][1:]


@pytest.mark.parametrize(
    ("text", "square", "expected"),
    [
        ("relu", None, [0]),
        ("relu(relu(z))", None, [0]),
        ("max(z, 0.1*z)", None, [0]),
        ("max(z, z)", None, []),
        ("clip(z, -1/3, 0.5)", None, [Fraction(-1, 3), Fraction(1, 2)]),
        ("abs(z^3 - z)", None, [-1, 0, 1]),
        ("abs(z^2 + 1)", None, []),
        ("abs(exp(z))", None, []),
        ("abs(tanh(z - 3))", None, [3]),
        ("max(z, 0) + min(exp(z) - 1, 0)", None, [0]),
        ("abs(z*exp(z))", None, [0]),
        ("z*sign(z)", None, [0]),
        (WAVY, None, [-2, 2]),
        (WAVY, 5, [-2, 2]),
        (WAVY, 4, []),
        (WAVY, 3, []),
        ("relu(z - 3)", 8, []),
        ("abs(z^2 - 99)", 31, []),
        ("tanh(z)*sign(z)^2", None, []),
        ("abs(z)*abs(z)", None, []),
        ("tanh(z)*(-sign(z))^2", None, []),
        ("z*sign(z) + abs((z - 1)/exp(z))", None, [0, 1]),
        ("z*sign(z) + abs((z + 1)/exp(z))", None, [-1, 0]),
    ],
)
def test_breaks(text: str, square: int | None, expected: list[Fraction | int]) -> None:
    assert breaks(text, square) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sign(z)", "a jump from -1 to 1 at z = 0(?!,)"),
        ("-sign(z)", "a jump from 1 to -1 at z = 0"),
        ("sign(z)^2", "a jump from 1 to 1 at z = 0, where phi is 0"),
        ("max(sign(z), 0)", "a jump from 0 to 1 at z = 0"),
        ("min(sign(z), 0)", "a jump from -1 to 0 at z = 0"),
        ("z + sign(sqrt(-exp(z)))", "of undecided sign"),
        ("sign(z)*cos(z)", "a jump from -1 to 1"),
        ("sign(z - 1)*sin(z)", "cannot be shown to agree"),
        ("abs(z^2 - 2)", "1.4142136"),
        ("max(sin(z), 0)", "undecided"),
        ("abs(z^2 - 200)", r"z\^2 \+ \(-200\) vanishes"),
        ("clip(z, -pi, pi)", "(?s)not a rational number.*round it: such as 3.1416"),
        ("abs(z - sqrt(2))", "(?s)not a rational number.*round it"),
        ("+".join(f"abs(z - {i})" for i in range(70)), "pieces"),
    ],
)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        breaks(text)


def test_what_is_never_negative_is_its_own_absolute_value() -> None:
    [piece] = pieces(parse("abs(sin(z)^2)"), None)
    assert same(piece.node, parse("sin(z)^2"))


@pytest.mark.parametrize(("text", "found"), [("abs(z)", {-1, 1}), ("max(z, 1)", {-1, 0, 1}), ("sign(z)", {0, 1})])
def test_no_branch_is_taken_by_a_sign_that_is_none(text: str, found: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """`signs` refuses by itself what has two signs; the lock is looked at alone."""
    monkeypatch.setattr("verify.rates.pieces.signs", lambda *_, **__: frozenset(found))
    with pytest.raises(UserError, match="changes of sign can be found"):
        pieces(parse(text), None)
