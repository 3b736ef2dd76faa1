"""Columns declared positive or nonnegative: what rests on that is proved, and not without it, nor of what is put in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import theory as c
from tests.soundness.random_terms import RSQRT, A, Pi, S, a, e, instance_of, n, p, q, u, value
from tests.soundness.test_citations import proved
from tests.soundness.test_random_terms import (
    QUICK,
    SEEDS,
    a_broken_line_is_refused,
    commutes,
    is_defined_where_it_is_said_to_be,
    signs_are_those_of_values,
)
from tests.soundness.test_wicked import equality, inequality, refusal, theorem
from theory import DIFFERENTIATE, Below, start, surplus, unfold
from theory.statements.derivation import Instance
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Property, Term
from verify.proof.matrices.definedness import first_undefined
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.properties import has_property

b, g = c.vector("b", n, positive=True), c.vector("g", n, positive=True)
h = c.vector("h", n, nonnegative=True)
HALF = Fraction(1, 2)
LOG, SQRT = c.activation("log"), c.activation("sqrt")
of_each = st.sampled_from([LOG, SQRT, RSQRT, c.exp, c.activation("abs"), c.activation("relu")])
numbers = st.sampled_from([a, p, q, c.number(2), c.number(-1), c.number(HALF), n])


def positives(depth: int) -> st.SearchStrategy[Term]:
    """Columns of positive entries, most of them."""
    if depth == 0:
        return st.sampled_from([b, b, g, h, c.ones(n), c.exp(u), Pi @ b])
    inner = positives(depth - 1)
    return st.one_of(
        inner,
        st.builds(lambda f, s: f(s), st.sampled_from([SQRT, RSQRT, c.exp]), inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s - t, inner, inner),
        st.builds(lambda s, t: s * t, numbers, inner),
        st.builds(lambda s, t: s / t, inner, inner.map(lambda s: c.ones(n).T @ s)),
        inner.map(lambda s: Pi @ s),
    )


def columns(depth: int) -> st.SearchStrategy[Term]:
    """Columns of any sign in which such stand."""
    if depth == 0:
        return st.sampled_from([b, g, h, u, e, LOG(b), LOG(g), A @ b])
    inner = columns(depth - 1) | positives(depth)
    return st.one_of(
        inner,
        st.builds(lambda f, s: f(s), of_each, inner),
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s * t, numbers, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: c.inverse(c.diag(s)) @ t, inner, inner),
        st.builds(lambda s, t: c.exp(s * LOG(t)), st.sampled_from([c.number(HALF), c.number(-1), a, n]), positives(1)),
    )


sums = st.one_of(
    st.builds(lambda s, t: s.T @ t, columns(1), columns(2)),
    columns(2).map(lambda s: c.ones(n).T @ s),
    columns(2).map(lambda s: e.T @ s),
    columns(2).map(c.norm),
    positives(2).map(lambda s: c.det(c.diag(s))),
    positives(1).map(lambda s: c.log(c.det(S + c.diag(s)))),
    positives(2).map(lambda s: c.log(c.det(c.diag(s)))),
    numbers.map(lambda s: c.log(c.det(s * c.eye(n)))),
    columns(1).map(c.largest_entry),
    columns(1).map(c.smallest_entry),
    st.builds(lambda s, t: s.T @ c.diag(t) @ s, columns(1), columns(2)),
)
points = positives(1) | columns(1)
of_signs = st.one_of(
    sums,
    columns(2),
    st.builds(lambda s, t: c.gradient(s, b, at=t), sums, points),
    st.builds(lambda s, t: c.jacobian(s, b, at=t), columns(1), points),
    st.builds(lambda s, t: c.hessian(s, b, at=t), sums, points),
)


@given(term=of_signs, instead=points, seed=SEEDS)
@QUICK
def test_substitution_and_simplification_commute(term, instead, seed):
    commutes(term, {u: instead}, seed)


@given(term=of_signs, seed=SEEDS)
@QUICK
def test_what_is_accepted_is_defined(term, seed):
    is_defined_where_it_is_said_to_be(term, seed)


@given(term=of_signs, pick=st.integers(0, 20), seed=SEEDS)
@QUICK
def test_a_line_with_a_slip_is_refused(term, pick, seed):
    a_broken_line_is_refused(term, pick, seed)


@given(term=st.one_of(sums, columns(2), columns(2).map(c.diag)), seed=SEEDS)
@QUICK
def test_what_is_called_nonnegative_is(term, seed):
    signs_are_those_of_values(term, seed)


@given(term=columns(2), seed=SEEDS)
@QUICK
def test_what_is_shown_of_each_entry_is_so_of_each_entry(term, seed):
    """As of what is put for a column of that kind, at every instance where it has a value."""
    ctx = Context(differentiate=carry_out)
    try:
        if first_undefined(term, ctx, ()) is not None:
            return
        form = normal_form(ctx, term)
    except CalculusError:
        return
    shown = {prop for prop in SIGNS if has_property(ctx, form, prop)}
    instance = instance_of(term, seed)
    table = value(term, instance) if shown and instance is not None else "none"
    if not isinstance(table, str):
        for prop in shown:
            assert not SIGNS[prop]([entry for row in table for entry in row]), (prop, term, instance)


SIGNS = {  # what would contradict it
    Property.POSITIVE: lambda entries: any(entry <= 0 for entry in entries),
    Property.NONNEGATIVE: lambda entries: any(entry < 0 for entry in entries),
    Property.NONZERO: lambda entries: all(entry == 0 for entry in entries),
}


# ---- by hand ------------------------------------------------------------------------------------------------
ONE = c.ones(n)
k = c.basis_vector("k", n)
GAIN = c.define("gain", (b,), LOG(b))
TOTAL = c.define("total", (b,), 1 / (ONE.T @ b))
ABSOLUTE = c.define("absolute", (b,), c.activation("abs")(b))
LAW = equality(c.activation("abs")(b), b, name="law")
SUMS = inequality(c.zero(), ONE.T @ b, surplus(ONE.T @ b), name="sums")


@pytest.mark.parametrize(
    "term", [GAIN(b), GAIN(b + h), TOTAL(Pi @ b), ABSOLUTE(u), c.gradient(u.T @ LOG(b), b)], ids=repr
)
def test_it_is_defined(term: Term) -> None:
    assert proved(equality(term, term + 0 * term))


@pytest.mark.parametrize(
    "term",
    [
        GAIN(u), GAIN(h), GAIN(b - g), GAIN(A @ b), TOTAL(u), TOTAL(h), LOG(h), RSQRT(u), SQRT(h), LOG(e),
        c.inverse(c.diag(u)), c.inverse(c.diag(h)), 1 / (ONE.T @ h), 1 / (e.T @ h), c.log(c.det(c.diag(h))),
        c.gradient(ONE.T @ LOG(b), b, at=u), c.gradient(ONE.T @ b, b, at=u), c.gradient(ONE.T @ b, b, at=h),
        c.gradient(ONE.T @ b, b, at=b - g), c.gradient(ONE.T @ b, b, at=b + a * u), c.hessian(ONE.T @ LOG(b), b, at=e),
        c.jacobian(LOG(b), b, at=0 * b), c.gradient(c.gradient(ONE.T @ LOG(b), b, at=u).T @ u, u),
    ],
    ids=repr,
)  # fmt: skip
def test_it_may_be_undefined(term: Term) -> None:
    """A positive parameter, or the variable of a derivative, makes nothing positive that is put for it."""
    assert "may be undefined" in refusal(equality(term, term + 0 * term))


def test_what_is_put_for_a_positive_column_is_shown_to_be_one() -> None:
    size = c.activation("abs")
    for column in (g, b + h, c.exp(u), Pi @ b):
        assert proved(equality(size(column), column, Instance(LAW, ((b, column),))))
    for column in (u, -b, b - g, A @ b, c.hadamard(u, b)):
        assert "b is declared positive; this is not shown" in refusal(
            equality(size(column), column, Instance(LAW, ((b, column),)))
        )
    assert "b is declared positive" in refusal(equality(size(h), 2 * h, Instance(LAW, ((b, h),))))


def test_a_definition_does_not_declare_its_argument() -> None:
    assert proved(equality(ABSOLUTE(b), b, unfold(ABSOLUTE)))
    assert refusal(equality(ABSOLUTE(u), u, unfold(ABSOLUTE)))
    assert proved(equality(ABSOLUTE(h), h, unfold(ABSOLUTE)))


def test_a_gradient_at_a_point_says_nothing_of_the_point() -> None:
    slope = c.gradient(abs(ONE.T @ b), b, at=c.exp(u) - g)
    assert refusal(equality(slope, ONE, DIFFERENTIATE))
    assert proved(equality(c.gradient(abs(ONE.T @ b), b, at=c.exp(u)), ONE, DIFFERENTIATE))


@pytest.mark.parametrize("column", [h, u])
def test_no_strict_inequality_without_the_sign(column: Term) -> None:
    assert proved(below(c.zero(), ONE.T @ b, surplus(ONE.T @ b)))
    assert refusal(below(c.zero(), ONE.T @ column, surplus(ONE.T @ column)))
    assert proved(below(c.zero(), k.T @ b, surplus(k.T @ b)))
    assert refusal(below(c.zero(), k.T @ column, surplus(k.T @ column)))


def test_at_two_places_a_diagonal_matrix_has_zeros() -> None:
    """e'Diag(b)f is an entry of b only where e = f."""
    number = e.T @ c.diag(b) @ k
    assert proved(inequality(c.zero(), number, surplus(number)))
    assert refusal(below(c.zero(), number, surplus(number)))


def test_a_letter_of_a_recursion_is_declared_nothing() -> None:
    with pytest.raises(CalculusError):
        c.iterate(b - u, b, b, c.steps("t"))
    later = c.iterate(u - a * ONE, u, b, c.steps("t"))
    assert "may be undefined" in refusal(equality(LOG(later), LOG(later) + 0 * u))


def below(left: Term, right: Term, *by: object) -> Theorem:
    return theorem(Below(left, right), start(left).below(right, *by))
