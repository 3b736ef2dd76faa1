"""What reduces to 0 is 0, and what is not 0 does not reduce: SymPy scalars with roots, absolute values, functions."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from verify.by_sympy import zero
from verify.by_sympy.atoms import Cannot, activation
from verify.by_sympy.zero import ZeroTest

a, b = sp.symbols("a b", real=True)
p, q = sp.symbols("p q", positive=True)
n = sp.Symbol("n", negative=True)
phi, slope = activation("phi", 0), activation("phi", 1)
THIRD = sp.Rational(1, 3)

ZERO = {
    "a square under a root": sp.sqrt(a**2) - sp.Abs(a),
    "a root below the line": 1 / sp.sqrt(p) - sp.sqrt(p) / p,
    "equal arguments in other forms": phi(a / sp.sqrt(p)) - phi(a * sp.sqrt(p) / p),
    "a product of roots": sp.sqrt(4 * p * q) - 2 * sp.sqrt(p) * sp.sqrt(q),
    "a quotient under a root": sp.sqrt(p / q + b**2) - sp.sqrt((p + b**2 * q) * q) / q,
    "factors of unknown sign": sp.sqrt(a**2 * p / b**2) - sp.Abs(a) * sp.sqrt(p) / sp.Abs(b),
    "cube roots": p**THIRD * p ** (2 * THIRD) - p,
    "a negative symbol": sp.Abs(n) + n,
    "an absolute value of a difference": sp.Abs(a - b) - sp.Abs(b - a),
    "numbers": sp.sqrt(8) - 2 * sp.sqrt(2),
    "a conjugate": 1 / (sp.sqrt(p) + sp.sqrt(q)) - (sp.sqrt(p) - sp.sqrt(q)) / (p - q),
    "a derivative": sp.diff(phi(a**2), a) - 2 * a * slope(a**2),
    "an odd cancellation": (a**3 - b**3) / (a - b) - a**2 - a * b - b**2,
}
NOT_ZERO = {
    "the sign of a root": sp.sqrt(a**2) - a,
    "phi is no line": phi(a + b) - phi(a) - phi(b),
    "phi for its slope": phi(a) - slope(a),
    "phi need not be even": phi(a) - phi(-a),
    "a root of a sum": sp.sqrt(p + q) - sp.sqrt(p) - sp.sqrt(q),
    "a little off": p * (1 + sp.Rational(1, 10**30)) - p,
    "an absolute value of a sum": sp.Abs(a + b) - sp.Abs(a) - sp.Abs(b),
}


@pytest.mark.parametrize("name", ZERO)
def test_it_is_zero(name: str) -> None:
    assert ZeroTest().zero(ZERO[name])


@pytest.mark.parametrize("name", NOT_ZERO)
def test_it_is_not_shown_to_be_zero(name: str) -> None:
    assert not ZeroTest().zero(NOT_ZERO[name])


def test_a_root_that_stands_elsewhere_says_that_its_base_is_not_negative() -> None:
    test = ZeroTest()
    base = p - a**2
    assert not test.zero(sp.sqrt(base**2) - base)
    assert not test.zero(sp.sqrt(base) - q)
    assert test.zero(sp.sqrt(base**2) - base)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (a**b, "the power"),
        (sp.Pow(a - a, -1, evaluate=False), "division by 0"),
        (sp.Integral(a, (a, 0, 1)), "Integral"),
    ],
)
def test_what_it_cannot_ask_is_refused_by_name(value: sp.Expr, said: str) -> None:
    with pytest.raises(Cannot, match=said):
        ZeroTest().zero(value)


def test_what_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero, "LARGEST", 10)
    with pytest.raises(Cannot, match="more than 10 terms"):
        ZeroTest().zero((a + b + p + q) ** 6 - 1)


LEAVES = st.sampled_from([a, b, p, q, sp.Integer(1), sp.Integer(2), sp.Integer(-1)])


def grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda xy: xy[0] + xy[1]),
        pairs.map(lambda xy: xy[0] * xy[1]),
        pairs.map(lambda xy: xy[0] / (1 + xy[1] ** 2)),
        inner.map(lambda x: sp.sqrt(x**2 + 1)),
        inner.map(sp.Abs),
        inner.map(lambda x: sp.sqrt(x**2 * p)),
    )


@given(st.recursive(LEAVES, grown, max_leaves=6), st.recursive(LEAVES, grown, max_leaves=6))
def test_what_is_called_zero_has_the_value_zero(one: sp.Expr, other: sp.Expr) -> None:
    """And what is rewritten by SymPy to the same value is called zero with what it was."""
    point = {a: sp.Rational(-3, 7), b: sp.Rational(5, 4), p: sp.Rational(2, 3), q: sp.Rational(7, 5)}
    value = sp.N((one - other).xreplace(point), 40)
    assume(value.is_finite)
    test = ZeroTest()
    if test.zero(one - other):
        assert abs(mpmath.mpf(str(value))) < mpmath.mpf(10) ** -30
    assert test.zero(sp.expand(one) - one)
    assert test.zero(sp.together(one) - one)
