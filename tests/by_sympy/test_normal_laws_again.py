"""SymPy takes the moments of a normal law by itself, entry by entry, and says nothing of what is no polynomial."""

from __future__ import annotations

import pytest

import theory as c
from tests.gaussian_setting import BY_PARTS, CENTRED, NEAR, NEARLY_BY_PARTS, NO_POLYNOMIALS, TRUE
from theory import Identity, Theorem, start
from theory.statements.claims import Gaussian
from verify.by_sympy.answers import Answer, Repeated
from verify.by_sympy.lines_on_matrices import repeat


def answer(left: c.Term, right: c.Term, law: Gaussian) -> Repeated:
    claim = Identity(left, right)
    lie = Identity(left, 2 * right + right)
    lines = start(left).equals(right, law)
    stated = Theorem("sandbox.again", claim, lines, near_misses={"l": lie}, assumptions=(law,), docstring="Again.")
    return repeat(stated)[0][0]


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_shown_at_sizes(name: str) -> None:
    left, right, law = TRUE[name]
    assert answer(left, right, law).answer is Answer.AT_SIZES


@pytest.mark.parametrize("name", NEAR)
def test_what_is_nearly_so_is_not(name: str) -> None:
    left, _, law = TRUE[name]
    assert answer(left, NEAR[name], law).answer is Answer.OPEN


@pytest.mark.parametrize(("left", "right"), NO_POLYNOMIALS)
def test_what_is_no_polynomial_stays_open_but_by_parts(left: c.Term, right: c.Term) -> None:
    by_parts = any(isinstance(node, c.terms.Elementwise) and node.order == 1 for node in c.terms.walk(right))
    assert answer(left, right, CENTRED).answer is (Answer.AT_SIZES if by_parts else Answer.OPEN)


@pytest.mark.parametrize("name", BY_PARTS)
def test_sympy_integrates_by_parts(name: str) -> None:
    left, right, law, _ = BY_PARTS[name]
    further = ("of the length", "a ratio", "tanh")  # of what is not linear, and tanh' = 1 - tanh^2 is not known
    assert answer(left, right, law).answer is (Answer.OPEN if name in further else Answer.AT_SIZES)


@pytest.mark.parametrize("name", NEARLY_BY_PARTS)
def test_what_is_nearly_so_by_parts_is_not(name: str) -> None:
    left, _, law, _ = BY_PARTS[name]
    assert answer(left, NEARLY_BY_PARTS[name], law).answer is Answer.OPEN
