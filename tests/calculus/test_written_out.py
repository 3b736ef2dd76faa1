"""Definitions written out: what is kept with a term is what it is, whenever asked for and however it is typeset."""

from __future__ import annotations

import pytest

import theory as c
from theory.terms import CalculusError, Symbol, Term, walk
from theory.terms.rewrite import unfold

d = c.dimension("d")
u, v = c.vector("u", d), c.vector("v", d)
x = c.random_vector("x", d)
squared = c.define("squared", (u,), u.T @ u)
twice = c.define("twice", (u,), squared(u) + squared(2 * u))


def letters(term: Term) -> set[str]:
    return {node.tex for node in walk(term) if isinstance(node, Symbol) and node.name == "v"}


def test_definitions_inside_one_another_are_written_out() -> None:
    assert unfold(twice(v)) == v.T @ v + (2 * v).T @ (2 * v)
    assert unfold(v.T @ v) == v.T @ v


def test_some_definitions_are_written_out_and_all_of_them_in_either_order() -> None:
    for first in (frozenset({twice}), None):
        term = twice(v)
        unfold(term, first)
        assert unfold(term, frozenset({twice})) == squared(v) + squared(2 * v)
        assert unfold(term, frozenset({squared})) == term
        assert unfold(term) == v.T @ v + (2 * v).T @ (2 * v)


def test_what_is_written_out_once_is_kept_with_the_term() -> None:
    term = twice(v)
    assert unfold(term) is unfold(term)


def test_equal_arguments_keep_their_own_letters() -> None:
    bold, plain = (c.vector("v", d, tex=tex) for tex in (r"\mathbf{v}", "v"))
    assert bold == plain
    for one, tex in ((bold, r"\mathbf{v}"), (plain, "v")):
        assert letters(unfold(squared(one))) == {tex}
    assert letters(unfold(squared(bold) + squared(plain))) == {r"\mathbf{v}", "v"}


def test_what_would_be_captured_is_refused_each_time() -> None:
    mean = c.define("average", (u,), c.E(x.T @ u, x))
    for _ in range(2):
        with pytest.raises(CalculusError, match="capture"):
            unfold(mean(x))
