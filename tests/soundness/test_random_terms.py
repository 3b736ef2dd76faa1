"""What the normal form and the line checker accept is held against components, on random degenerate terms.

The generators that would have found the holes of November 2026: 0^0, a non-square inverse, a point nobody looks at.
Minutes in `make check`; an hour with `pytest -m long`.
"""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import product

import pytest
from flint import arb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import theory as c
from tests.soundness.random_terms import (
    A,
    B,
    M,
    apart,
    gaps,
    instance_of,
    nearly_positive,
    of_entries,
    of_turns,
    put,
    spectral_gaps,
    squares,
    substitutions,
    terms,
    value,
)
from theory import ALGEBRA, DIFFERENTIATE, Identity, Part, Theorem, start
from theory.terms import CalculusError, Term
from verify.proof.lines_on_matrices import check_line
from verify.proof.matrices import order
from verify.proof.matrices.definedness import first_undefined
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

SEEDS = st.integers(0, 2**20)
FEW, MANY = int(os.environ.get("PYTEST_EXAMPLES", "400")), 30_000  # the mutation run asks for fewer
QUICK = settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=MANY, derandomize=False)


def decided(term: Term) -> Term | None:
    """The term of the normal form, derivatives carried out; None where the calculus does not decide."""
    ctx = Context(differentiate=carry_out)
    try:
        return to_term(ctx, normal_form(ctx, term))
    except CalculusError:
        return None


def commutes(term: Term, values: dict, seed: int) -> None:
    """nf(t)[x := u], nf(nf(t)[x := u]) and t[x := u] have one value wherever the last one is defined."""
    try:
        plain = put(term, values)
        simple = decided(term)
        later = simple if simple is None else put(simple, values)
    except CalculusError:
        return  # a value that may not be put there
    instance = instance_of(plain, seed)
    if later is None or instance is None or isinstance(value(plain, instance), str):
        return
    assert not apart(plain, later, instance), (plain, later, instance)
    again, whole = decided(later), decided(plain)
    for other in (again, whole):
        assert other is None or not apart(plain, other, instance), (plain, other, instance)
    if again is not None and whole is not None:
        try:
            answer = equal(again, whole, Context(differentiate=carry_out))
        except CannotDecide:
            return
        if answer is Answer.DIFFERENT:
            assert isinstance(value(later, instance), str), (again, whole)


def is_symmetric_around_the_point(body: Term, seed: int) -> None:
    """If the eigenvalue of a body may stand under a derivative in A at M, the body is symmetric near M: at M + B."""
    try:
        case = c.gradient(c.largest_eigenvalue(body) ** 0, A, at=M)
        if first_undefined(case, Context(differentiate=carry_out), ()) is not None:
            return
    except CalculusError:
        return
    nearby = put(body, {A: M + Fraction(1, 10**6) * B})
    if (instance := instance_of(nearby, seed)) is not None:
        assert not apart(nearby, nearby.T, instance), (body, instance)


def theorem(left: Term, right: Term) -> Theorem:
    return Theorem(
        "soundness.random",
        parts=(Part("", Identity(left, right), None),),
        near_misses={"another": Identity(left, 2 * right + left)},
        docstring="a random case",
    )


def is_defined_where_it_is_said_to_be(term: Term, seed: int) -> None:
    """If a line with the term is accepted, every instance gives it a value."""
    try:
        case = theorem(term, term + 0 * term)
        line = start(term).equals(case.parts[0].claim.right, ALGEBRA, DIFFERENTIATE).lines[0]
    except CalculusError:
        return
    if check_line(case, 1, term, line).accepted and (instance := instance_of(term, seed)) is not None:
        assert value(term, instance) != "undefined", (term, instance)


def slips(term: Term) -> list[Term]:
    """The term with one slip of the hand, at its top or in one of its parts."""
    out = [2 * term, -term, term + term * Fraction(1, 10**9)]
    match term:
        case c.terms.Sum(parts):
            out += [c.terms.add(*(x for j, x in enumerate(parts) if j != i)) for i in range(len(parts))]
        case c.terms.Scale(scalar, body):
            out += [body, scalar**2 * body, *(scalar * x for x in slips(body))]
        case c.terms.Product(factors) if len({f.shape for f in factors}) == 1:
            out.append(c.terms.Product(factors[::-1]))
        case c.terms.Power(base, exponent):
            out += [c.terms.power(base, exponent + 1), c.terms.power(abs(base), exponent)]
        case c.terms.Abs(body):
            out.append(body)
    return out


def a_broken_line_is_refused(term: Term, pick: int, seed: int) -> None:
    """A line to the normal form with a slip in it is accepted only where no instance tells the two apart."""
    simple = decided(term)
    if simple is None:
        return
    broken = slips(simple)
    right = broken[pick % len(broken)]
    try:
        case = theorem(term, right)
        line = start(term).equals(right, ALGEBRA, DIFFERENTIATE).lines[0]
    except CalculusError:
        return
    if check_line(case, 1, term, line).accepted:
        for turn in range(3):
            instance = instance_of(term + right, seed + turn)
            assert instance is None or not apart(term, right, instance), (term, right, instance)


def signs_are_those_of_values(term: Term, seed: int) -> None:
    """What is called nonnegative, positive, semidefinite or without negative entries is so at every instance."""
    called = [judge for judge, may in JUDGES.items() if may(term) and _called(judge, term)]
    if not called:
        return
    for turn in range(3):
        instance = instance_of(term, seed + turn)
        table = value(term, instance) if instance is not None else "none"
        if isinstance(table, str):
            continue
        for judge in called:
            assert not SHOWN_FALSE[judge](table), (judge, term, instance)


def _called(judge: str, term: Term) -> bool:
    try:
        return bool(getattr(order, judge)(Context(), term, ()))
    except CalculusError:
        return False


JUDGES = {
    "nonnegative": lambda term: term.is_scalar,
    "positive": lambda term: term.is_scalar,
    "semidefinite": lambda term: term.shape[0] == term.shape[1],
    "entrywise": lambda term: True,
}
SHOWN_FALSE = {
    "nonnegative": lambda table: table[0][0] < 0,
    "positive": lambda table: table[0][0] <= 0,
    "semidefinite": lambda table: any(form < 0 for form in forms_of(table)),
    "entrywise": lambda table: any(entry < 0 for row in table for entry in row),
}


def forms_of(table: list[list[arb]]) -> list[arb]:
    """Quadratic forms of a matrix at columns of -1, 0 and 1."""
    columns = product((-1, 0, 1), repeat=len(table))
    return [sum((x * y * e for x, row in zip(c, table, strict=True) for y, e in zip(c, row, strict=True)), arb(0))
            for c in columns]  # fmt: skip


@given(term=st.one_of(gaps, gaps, nearly_positive, terms), seed=SEEDS)
@QUICK
def test_what_is_called_nonnegative_is(term, seed):
    signs_are_those_of_values(term, seed)


@given(term=spectral_gaps, seed=SEEDS)
@QUICK
def test_what_is_called_nonnegative_of_eigenvalues_is(term, seed):
    signs_are_those_of_values(term, seed)


@pytest.mark.long
@given(term=spectral_gaps, seed=SEEDS)
@LONG
def test_what_is_called_nonnegative_of_eigenvalues_is_at_length(term, seed):
    signs_are_those_of_values(term, seed)


@given(term=spectral_gaps, values=substitutions(), seed=SEEDS)
@QUICK
def test_the_normal_form_of_eigenvalues_commutes_with_substitution(term, values, seed):
    commutes(term, values, seed)


@pytest.mark.long
@given(term=st.one_of(gaps, gaps, nearly_positive, nearly_positive, terms), seed=SEEDS)
@LONG
def test_what_is_called_nonnegative_is_at_length(term, seed):
    signs_are_those_of_values(term, seed)


@given(term=terms, values=substitutions(), seed=SEEDS)
@QUICK
def test_the_normal_form_commutes_with_substitution(term, values, seed):
    commutes(term, values, seed)


@given(term=of_entries, values=substitutions(), seed=SEEDS)
@QUICK
def test_so_it_does_with_entrywise_products(term, values, seed):
    commutes(term, values, seed)


@given(term=of_turns, values=substitutions(), seed=SEEDS)
@QUICK
def test_so_it_does_with_permutations(term, values, seed):
    commutes(term, values, seed)


@given(term=terms, seed=SEEDS)
@QUICK
def test_what_is_accepted_as_defined_has_a_value(term, seed):
    is_defined_where_it_is_said_to_be(term, seed)


@given(body=squares(1) | squares(2), seed=SEEDS)
@QUICK
def test_what_may_be_differentiated_around_a_symmetric_point_is_symmetric_there(body, seed):
    is_symmetric_around_the_point(body, seed)


@given(term=terms, pick=st.integers(0, 20), seed=SEEDS)
@QUICK
def test_a_line_with_a_slip_is_refused(term, pick, seed):
    a_broken_line_is_refused(term, pick, seed)


@pytest.mark.long
@given(term=terms, values=substitutions(), seed=SEEDS)
@LONG
def test_the_normal_form_commutes_with_substitution_at_length(term, values, seed):
    commutes(term, values, seed)


@pytest.mark.long
@given(term=of_entries, values=substitutions(), seed=SEEDS)
@LONG
def test_so_it_does_with_entrywise_products_at_length(term, values, seed):
    commutes(term, values, seed)


@pytest.mark.long
@given(term=of_turns, values=substitutions(), seed=SEEDS)
@LONG
def test_so_it_does_with_permutations_at_length(term, values, seed):
    commutes(term, values, seed)


@pytest.mark.long
@given(term=terms, seed=SEEDS)
@LONG
def test_what_is_accepted_as_defined_has_a_value_at_length(term, seed):
    is_defined_where_it_is_said_to_be(term, seed)


@pytest.mark.long
@given(term=terms, pick=st.integers(0, 20), seed=SEEDS)
@LONG
def test_a_line_with_a_slip_is_refused_at_length(term, pick, seed):
    a_broken_line_is_refused(term, pick, seed)
