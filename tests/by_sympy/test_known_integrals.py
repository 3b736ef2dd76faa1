"""Each integral that is known and not derived is carried out by SymPy once, for every value of its parameters."""

from __future__ import annotations

import pytest
import sympy as sp

from theory.statements.known_integrals import KNOWN, Known
from theory.terms.symbols import positive, real
from verify.by_sympy.reader import scalar_symbol
from verify.by_sympy.real_numbers import Scalars

STATED = {
    "gamma": KNOWN["gamma"][1](real("x"), *(positive(name) for name in ("p", "rate", "q"))),
    "gaussian cosine": KNOWN["gaussian cosine"][1](real("x"), real("b"), positive("rate")),
}


def gap(known: Known) -> sp.Expr:
    """The difference of the sides, the integral carried out."""
    scalars = Scalars()
    whole = scalars.read(known.left)
    assert isinstance(whole, sp.Integral)
    found = sp.integrate(whole.function, *whole.limits, conds="none")
    assert not found.has(sp.Integral)
    return sp.simplify(found - scalars.read(known.right))


def test_every_known_integral_is_here() -> None:
    assert STATED.keys() == KNOWN.keys()


@pytest.mark.parametrize("name", STATED)
def test_sympy_finds_what_the_literature_says(name: str) -> None:
    assert gap(STATED[name]) == 0


@pytest.mark.parametrize("name", STATED)
def test_and_not_what_it_does_not_say(name: str) -> None:
    known = STATED[name]
    for wrong in (2 * known.right, known.right + 1, -known.right):
        assert gap(Known(known.left, wrong, known.positive, known.label, known.source)) != 0


def test_symbols_carry_their_declared_signs() -> None:
    """Otherwise SymPy would ask for conditions, and `conds="none"` would drop what the statement says."""
    known = STATED["gamma"]
    assert [scalar_symbol(symbol).is_positive for symbol in known.positive] == [True, True, True]  # type: ignore[arg-type]
