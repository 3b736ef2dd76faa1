"""Recursions and powers in the normal form, in signs and in what is called defined, held against components."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import theory as c
from tests.soundness.random_terms import A, G, N, S, a, k, n, p, q, substitutions
from tests.soundness.repeated_terms import binders, repeated, signed
from tests.soundness.test_random_terms import (
    LONG,
    QUICK,
    SEEDS,
    a_broken_line_is_refused,
    commutes,
    is_defined_where_it_is_said_to_be,
    signs_are_those_of_values,
)
from theory.terms import Property
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.properties import has_property


@given(term=repeated, values=substitutions(), seed=SEEDS)
@QUICK
def test_the_normal_form_commutes_with_substitution(term, values, seed):
    commutes(term, values, seed)


@given(term=signed | repeated, seed=SEEDS)
@QUICK
def test_what_is_called_nonnegative_is(term, seed):
    signs_are_those_of_values(term, seed)


@given(term=repeated, seed=SEEDS)
@QUICK
def test_what_is_accepted_as_defined_has_a_value(term, seed):
    is_defined_where_it_is_said_to_be(term, seed)


@given(term=repeated, pick=st.integers(0, 20), seed=SEEDS)
@QUICK
def test_a_line_with_a_slip_is_refused(term, pick, seed):
    a_broken_line_is_refused(term, pick, seed)


@given(term=binders(4), seed=SEEDS)
@QUICK
def test_a_letter_is_no_other_binders(term, seed):
    is_defined_where_it_is_said_to_be(term, seed)


@given(term=binders(3), values=substitutions(), seed=SEEDS)
@QUICK
def test_nor_is_it_where_something_is_put_for_a_symbol(term, values, seed):
    commutes(term, values, seed)


t, y, h, Y, unit = c.steps("t"), c.real("y"), c.real("h"), c.matrix("Y", n), c.eye(n)
M = c.symmetric("M", n)
PROPERTIES = {
    "a power of what is > 0": (p**t, Property.POSITIVE, q**t),
    "a power of what is >= 0": (q**t, Property.NONNEGATIVE, a**t),
    "a power of what is not 0": (k**t, Property.NONZERO, a**t),
    "a power of S": (S**t, Property.POSITIVE_DEFINITE, N**t),
    "a power of N": (N**t, Property.POSITIVE_SEMIDEFINITE, M**t),
    "a power of G": (G**t, Property.INVERTIBLE, A**t),
    "from 1": (c.iterate(p * y, y, 1, t), Property.POSITIVE, c.iterate(p * y, y, q, t)),
    "with nothing beside": (c.iterate(-p * y, y, 1, t), Property.NONZERO, c.iterate(-p * y - p, y, 1, t)),
    "less something at every step": (
        c.iterate(y / 2, y, 1, t), Property.POSITIVE, c.iterate(y - Fraction(1, 2), y, 1, t),
    ),
    "by the state and not to it": (
        c.iterate(S @ Y, Y, unit, t), Property.POSITIVE_DEFINITE, c.iterate(M, Y, unit, t),
    ),
    "from the left": (c.iterate(S @ Y, Y, unit, t), Property.POSITIVE_DEFINITE, c.iterate(S @ M, Y, unit, t)),
    "of matrices": (c.iterate(S @ Y, Y, unit, t), Property.INVERTIBLE, c.iterate(S @ Y - S @ S, Y, unit, t)),
    "by what is none of its states": (
        c.iterate((S + N) @ Y, Y, unit, t), Property.POSITIVE_DEFINITE, c.iterate((S + Y.T @ N @ Y) @ Y, Y, unit, t),
    ),
    "alone": (
        c.iterates({y: (p * y, 1)}, t)[0], Property.NONZERO, c.iterates({y: (p * y, 1), h: (h - y, 1)}, t)[1],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_power_has_the_properties_of_its_base_and_no_other_recursion_has(name):
    """What looks like one: -p y - p is 0 after two steps from 1 at p = 1/2, h - y and S Y - S S after one at S = I."""
    power, prop, other = PROPERTIES[name]
    for term, has in ((power, True), (other, False)):
        ctx = Context()
        assert has_property(ctx, normal_form(ctx, term), prop) is has


@pytest.mark.long
@given(term=binders(5), seed=SEEDS)
@LONG
def test_a_letter_is_no_other_binders_at_length(term, seed):
    is_defined_where_it_is_said_to_be(term, seed)


@pytest.mark.long
@given(term=repeated, values=substitutions(), seed=SEEDS)
@LONG
def test_the_normal_form_commutes_with_substitution_at_length(term, values, seed):
    commutes(term, values, seed)


@pytest.mark.long
@given(term=signed | repeated, seed=SEEDS)
@LONG
def test_what_is_called_nonnegative_is_at_length(term, seed):
    signs_are_those_of_values(term, seed)
