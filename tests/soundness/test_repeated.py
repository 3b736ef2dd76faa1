"""Recursions and powers in the normal form, in signs and in what is called defined, held against components."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.soundness.random_terms import substitutions
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
