"""There and back: a term written in SymPy and read again is the term, whatever it is and wherever it is defined."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import HealthCheck, assume, given, settings
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

import theory as c
from tests.calculus import test_random_terms as with_functions
from tests.soundness import random_terms as with_conditions
from tests.soundness.meanings import TABLE, Meaning
from tests.soundness.test_meanings import balls_on_numbers
from theory import from_sympy, to_sympy
from theory.statements.claims import Claim, assumption_terms
from theory.sympy import declare, explicit, nonnegative, positive, random
from theory.terms import CalculusError, Term, rewrite
from verify.loading import loader
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ALIKE = (c.derivative, c.gradient, c.hessian)


def the_same(read: Term, term: Term) -> bool:
    """One tree, or one normal form where a node has two ways to be written (a 1 x 1 inverse is a power)."""
    return read == term or equal(read, term, Context(differentiate=carry_out)) is Answer.EQUAL


@given(term=with_functions.terms)
@quick
def test_terms_with_functions_and_expectations(term: Term) -> None:
    assert the_same(from_sympy(to_sympy(term)), term)


@given(term=with_conditions.terms)
@quick
def test_terms_with_side_conditions(term: Term) -> None:
    assert the_same(from_sympy(to_sympy(term)), term)


@given(term=with_functions.terms)
@quick
def test_the_test_can_fail(term: Term) -> None:
    assume(not the_same(term, 2 * term))
    assert not the_same(from_sympy(to_sympy(term)), 2 * term)


def catalogue() -> list[Term]:
    """Every term of every claim, line and assumption of the catalogue, errata included."""
    found: dict[Term, None] = {}
    for theorem in loader.load([]):
        for part in theorem.parts:
            if isinstance(part.claim, Claim):
                found |= dict.fromkeys((part.claim.left, part.claim.right))
            if part.derivation is not None:
                found |= dict.fromkeys(line.term for line in part.derivation.lines)
        for assumption in theorem.assumptions:
            found |= dict.fromkeys(assumption_terms(assumption))
    return list(found)


def test_every_term_of_the_catalogue_comes_back_as_it_was() -> None:
    terms = catalogue()
    assert len(terms) > 400
    assert [term for term in terms if from_sympy(to_sympy(term)) != term] == []


def test_unfolded_too() -> None:
    folded = [term for term in catalogue() if rewrite.definitions_in(term)]
    assert len(folded) > 100
    for term in folded:
        unfolded = rewrite.unfold(term)
        read = from_sympy(to_sympy(term, unfold=True))
        assert read == unfolded or to_sympy(read) == to_sympy(unfolded)  # x^a of a real x is written exp(a log x)


# ---- where a term is defined --------------------------------------------------------------------------------
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.written)
def test_the_table_of_meanings_survives_the_journey(row: Meaning) -> None:
    """A value where there was one, and none where there was none: what SymPy would merge is left standing."""
    back = from_sympy(to_sympy(row.term))
    if back == row.term:
        return
    for place, wanted in row.values.items():
        got = balls_on_numbers(back, place)
        assert (got is None) == (wanted is None)
        assert wanted is None or got == pytest.approx(float(wanted))


def test_most_rows_come_back_as_trees() -> None:
    assert sum(from_sympy(to_sympy(row.term)) == row.term for row in TABLE) > len(TABLE) - 8


@pytest.mark.parametrize("written", ["a/a", "0 (1/a)", "(a^(1/2))^2", "1/(1/a)", "(1/a)^0", "(a^(1/2))^0"])
def test_what_sympy_would_have_merged_has_other_values(written: str) -> None:
    """So the writer evaluates nothing, and `doit()` is the reader's own choice."""
    (row,) = (row for row in TABLE if row.written == written)
    merged = from_sympy(to_sympy(row.term).doit())
    got = [balls_on_numbers(merged, place) for place in row.values]
    assert [value is None for value in got] != [value is None for value in row.values.values()]


# ---- bound variables ----------------------------------------------------------------------------------------
d = c.dimension("d")
u, v, w, S = c.vector("u", d), c.vector("v", d), c.vector("w", d, nonzero=True), c.positive_definite("S", d)
r, s, p = c.real("r"), c.real("s"), c.positive("p")


def test_columns_of_signed_entries_keep_what_is_declared() -> None:
    q, h = c.vector("q", d, positive=True), c.vector("h", d, nonnegative=True)
    for column in (q, h, c.vector("z", d, nonnegative=True, nonzero=True)):
        assert from_sympy(to_sympy(column)) == column
    assert from_sympy(declare({sp.MatrixSymbol("q", to_sympy(d), 1): positive})) == q
    assert from_sympy(declare({sp.MatrixSymbol("h", to_sympy(d), 1): nonnegative})) == h
    with pytest.raises(c.CalculusError, match="cannot be declared"):
        declare({sp.MatrixSymbol("A", to_sympy(d), to_sympy(d)): positive})
    with pytest.raises(c.CalculusError, match="cannot be declared"):
        declare({sp.MatrixSymbol("x", to_sympy(d), 1): (positive, random)})
    term = c.gradient(q.T @ c.log(q), q)
    assert from_sympy(to_sympy(term)) == term


@pytest.mark.parametrize(
    "term",
    [
        c.gradient(c.gradient(w.T @ S @ w, w, at=u).T @ w, w),
        c.gradient(c.gradient(u.T @ S @ v, u, at=v + u).T @ v, v, at=2 * u),
        c.derivative(c.integral(r * s, s, 0, r), r, at=p),
        c.integral(c.integral(r * s, s, 0, r), r, 0, s),
        c.integral(r, r, 0, r),
        c.limit(c.derivative(r**2 * s, r, at=s), s, p),
        rewrite.substitute(c.derivative(r * s, r, at=p), {s: r}),
        rewrite.substitute(c.integral(r * s, r, 0, 1), {s: r}),
        c.hessian(r**3, r, at=s),
        c.jacobian(r * u, r, at=s),
        c.jacobian(u.T @ S @ u, u),
        c.gradient(c.trace(S @ u @ v.T), u),
    ],
    ids=repr,
)
def test_binders_inside_binders(term: Term) -> None:
    read = from_sympy(to_sympy(term))
    assert read == term or _alike(read, term)


def _alike(read: Term, term: Term) -> bool:
    """The same up to the names of bound variables: the clash of two names is avoided with a prime."""
    texts = [repr(x).replace("r'~", "r~").replace("r'", "r") for x in (read, term)]
    return (
        read.shape == term.shape and rewrite.free_symbols(read) == rewrite.free_symbols(term) and texts[0] == texts[1]
    )


# ---- activations, fields, sizes -----------------------------------------------------------------------------
phi, L, K = c.activation("phi", smoothness=5), c.scalar_field("L", d), c.scalar_field("K", 1)
tiny = c.random_vector("x", 1)


@pytest.mark.parametrize(
    "term",
    [phi.derivative(order, argument) for order in range(6) for argument in (r, u, S)]
    + [f(u) for f in (L, L.gradient, L.hessian)]
    + [f(r) for f in (K, K.gradient, K.hessian)]
    + [c.activation(name)(u) for name in ("relu", "tanh", "sin", "square", "gelu", "abs")]
    + [c.E(tiny * phi(tiny)), c.positive_definite("T", 1) * r, c.zero(d, d), c.zero(2, 3), c.eye(1), c.ones(1)]
    + [c.matrix("A", 2, 3) @ c.vector("z", 3), c.inverse(p), c.diag(r), c.hadamard(r, s), c.trace(r * s)]
    + [c.growth_rate(phi, p), c.growth_rate(phi, c.oo), u @ r, u @ v.T @ w @ v.T],
    ids=repr,
)
def test_every_activation_field_and_size(term: Term) -> None:
    assert the_same(from_sympy(to_sympy(term)), term)


def test_equal_terms_are_equal_expressions() -> None:
    for term in (phi.second(u), c.E(tiny * phi(tiny)), L.hessian(S @ u), c.gradient(c.norm(phi(w)), w)):
        assert to_sympy(term) == to_sympy(term)
        assert hash(to_sympy(term)) == hash(to_sympy(term))


def test_a_bound_variable_without_its_binder_is_not_read_as_a_free_one() -> None:
    with pytest.raises(CalculusError, match="expected a name"):
        from_sympy(to_sympy(c.gradient(u.T @ S @ u, u).body))


def test_activations_stay_apart_from_functions_of_analysis() -> None:
    assert from_sympy(to_sympy(c.activation("sin")(r))) == c.activation("sin")(r) != c.sin(r)
    assert to_sympy(c.sin(r)) == sp.sin(sp.Symbol("r", real=True))
    assert isinstance(to_sympy(phi(u)), ElementwiseApplyFunction)


# ---- explicit sizes -----------------------------------------------------------------------------------------
def test_derivatives_at_explicit_sizes_are_those_of_the_calculus() -> None:
    """Entry by entry on one side, for every dimension on the other, compared at whole numbers."""
    A = c.matrix("A", d)
    bodies = (c.norm_in(w, S), u.T @ A @ w / (w.T @ w), phi(w.T @ A @ w), c.trace(A @ A @ w @ u.T))
    derivatives = [c.gradient(body, w) for body in bodies] + [c.hessian(body, w) for body in bodies[1:3]]
    derivatives += [c.gradient(bodies[3], A), c.jacobian(phi(A @ w), w), c.gradient(bodies[0], w, at=A @ u)]
    places = {w: (2, -1), u: (3, 5), S: (4, 1, 1, 3), A: (1, 2, -3, 7)}
    at = {
        entry: value
        for symbol, values in places.items()
        for entry, value in zip(explicit(symbol, {d: 2}), values, strict=True)
    }
    for derivative in derivatives:
        carried_out = carry_out(Context(differentiate=carry_out), derivative)
        difference = (explicit(derivative, {d: 2}) - explicit(carried_out, {d: 2})).subs(at)
        assert sp.simplify(difference) == sp.zeros(*difference.shape)
        assert explicit(derivative, {d: 2}).subs(at) != sp.zeros(*difference.shape)


def test_what_stays_symbolic_at_explicit_sizes() -> None:
    x = c.random_vector("x", d)
    with pytest.raises(CalculusError, match="under E"):
        explicit(c.gradient(c.E(phi(x.T @ w)), w), {d: 2})
    assert explicit(Fraction(1, 2) * c.ones(d).T @ c.ones(d), {d: 3}) == sp.Rational(3, 2)
