"""Limits at infinity that no line gives are evaluated at points, or seen not to exist: so are those of mutants."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import (
    Identity,
    Numbers,
    Theorem,
    above,
    between,
    limit,
    number,
    oo,
    positive,
    real,
    sin,
)
from theory.terms import Limit, Term, rewrite
from verify.adversary.deciding.on_numbers import observe
from verify.adversary.replaying import replay
from verify.exact.scalar_limits import diverges, value_of
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.results.records import Fate
from verify.running.completing import completed
from verify.settings import Budget, Settings

a, c, n, t = real("a"), positive("c"), real("n"), real("t")
QUICK = Settings(Budget.QUICK)
DOMAIN = Theorem(
    "tests.domain",
    Identity(a + c, c + a),
    near_misses={"n": Identity(a, c)},
    docstring="D.",
    setting=Numbers((between(a, 1, 2), above(c, 0))),
).domain


def of(body: Term) -> Limit:
    found = limit(body, n, oo)
    assert isinstance(found, Limit)
    return found


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ((1 + n) / n, 1),
        ((n**2 + n) / (2 * n**2 + 1), Fraction(1, 2)),
        (1 / n, 0),
    ],
)
def test_a_limit_of_a_quotient_is_evaluated(body: Term, value: Fraction) -> None:
    assert value_of(of(body), DOMAIN) == number(value)
    assert not diverges(of(body), DOMAIN)


def test_a_limit_with_a_symbol_is_a_term_in_it() -> None:
    value = value_of(of((a * n + 1) / n), DOMAIN)
    assert value is not None
    assert rewrite.free_symbols(value) == {a}
    assert value_of(of((real("b") * n + 1) / n), DOMAIN) is None, "b has no range"


@pytest.mark.parametrize("body", [n, n**2 / (n + 1), a * n, (n**3 + n) / n])
def test_what_grows_without_bound_has_no_limit(body: Term) -> None:
    assert value_of(of(body), DOMAIN) is None
    assert diverges(of(body), DOMAIN)


@pytest.mark.parametrize("body", [sin(n), (c - c) * n, (a - Fraction(3, 2)) * n, real("b") * n])
def test_of_what_is_not_such_a_quotient_or_may_vanish_nothing_is_said(body: Term) -> None:
    assert not diverges(of(body), DOMAIN)


def test_a_limit_somewhere_else_is_left_alone() -> None:
    there = limit(sin(t) / t, t, 0)
    assert isinstance(there, Limit)
    assert value_of(there, DOMAIN) is None
    assert not diverges(there, DOMAIN)


def test_mutants_of_a_limit_are_decided_and_their_witnesses_replay() -> None:
    claim = Identity(limit((1 + n) / n, n, oo), number(1))
    lies = {"two": Identity(claim.left, number(2))}
    theorem = completed(Theorem("tests.limit", claim, near_misses=lies, docstring="A limit.", setting=Numbers(())))
    assert establish(check(theorem)).verdict is Verdict.PROVED
    found = observe(theorem, QUICK, "")
    assert {miss.verdict for miss in found} == {Fate.REFUTED, Fate.EQUIVALENT}
    for miss in found:
        if miss.witness is not None:
            assert replay(miss.witness, lambda name: theorem).outcome == "different"
