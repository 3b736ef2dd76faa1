"""Random scalar terms with degenerate values, and lines that are broken: what the line checker accepts holds in balls.

A line is accepted on a whole domain, so at random points of it both sides must have a value, and the same one.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scalar.test_hostile import TRUE
from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Identity,
    Numbers,
    Range,
    Theorem,
    arccos,
    at_least,
    between,
    cos,
    derivative,
    erf,
    exp,
    integral,
    log,
    nonnegative,
    number,
    positive,
    raised,
    real,
    sin,
    sqrt,
    start,
)
from theory import terms as t
from theory.terms import CalculusError, Term
from theory.terms.rewrite import rebuild, substitute
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import Work, evaluate, rational
from verify.proof.lines_on_numbers import check_line

F = Fraction
x, y, u, n = real("x"), positive("y"), real("u"), nonnegative("n")
EXPONENTS = [F(v) for v in ("0", "1", "2", "-1", "-2", "1/2", "-1/2", "3/2", "1/3", "2/3")]
DOMAINS: list[tuple[Range, ...]] = [
    (),
    (between(x, 0, 1),),
    (between(x, -1, 1),),
    (between(x, -2, -1),),
    (at_least(x, 1), between(y, 1, 2)),
    (between(x, 0, 1, open=True),),
    (between(x, -1, 1, open=True),),
]
PLACES = [F(v) for v in ("0", "1", "-1", "1/2", "-1/2", "2", "-3/2", "1/3", "3", "7/5")]


def value_at(term: Term, place: dict[t.Symbol, Fraction]) -> Any:
    """The ball there; None where there is none, or none is shown."""
    with ctx.workprec(160):
        try:
            return evaluate(term, {s: rational(v) for s, v in place.items()}, work=Work(3000))
        except (UncertainError, UndefinedError):
            return None


def accepted(left: Term, right: Term, ranges: tuple[Range, ...], *reasons: Any) -> Theorem | None:
    """The one-line theorem, if its line is accepted."""
    try:
        chain = start(left).equals(right, *reasons)
        theorem = Theorem(
            "soundness.line", Identity(left, right), chain, near_misses={"other": Identity(left, left + 1)},
            setting=Numbers(ranges), docstring="A line.")  # fmt: skip
    except CalculusError:
        return None
    return theorem if check_line(theorem, 1, left, chain.lines[0]).accepted else None


def holds(theorem: Theorem, seed: int) -> bool:
    """Do both sides have one value at points of the domain, corners first? Asserted; False if nothing was decided."""
    rng, seen = Random(seed), False
    for index in range(12):
        place = {}
        for symbol, side in theorem.domain.items():
            choices = [p for p in PLACES if side.contains(p)]
            place[symbol] = choices[index % len(choices)] if index < 6 else rng.choice(choices)
        sides = [value_at(side, place) for side in (theorem.parts[0].claim.left, theorem.parts[0].claim.right)]
        assert undefined_at(theorem, place) == "", f"{theorem.parts[0].claim} at {place}"
        if None not in sides:
            seen = True
            assert sides[0].overlaps(sides[1]), f"{theorem.parts[0].claim} at {place}: {sides}"
    return seen


def undefined_at(theorem: Theorem, place: dict[t.Symbol, Fraction]) -> str:
    """Why a side certainly has no value at the place."""
    with ctx.workprec(160):
        for side in (theorem.parts[0].claim.left, theorem.parts[0].claim.right):
            try:
                evaluate(side, {s: rational(v) for s, v in place.items()}, work=Work(3000))
            except UndefinedError as problem:
                return str(problem)
            except UncertainError:
                continue
    return ""


leaves = st.sampled_from([x, y, n, number(0), number(1), number(-1), number(2), number(F(1, 2))])


def grown(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, e: a**e, inner, st.sampled_from(EXPONENTS)),
        st.builds(lambda a, b, e: (a * b) ** e, inner, inner, st.sampled_from(EXPONENTS)),
        st.builds(lambda a, d, e: t.Power(a**d, e), inner, st.sampled_from(EXPONENTS), st.sampled_from(EXPONENTS)),
        st.builds(abs, inner),
        st.builds(lambda f, a: f(a), st.sampled_from([sin, cos, exp, erf, log, arccos]), inner),
        st.builds(raised, inner, inner),
        st.builds(lambda a, b: derivative(substitute(a, {x: u}), u, at=b), inner, inner),
        st.builds(lambda a, b: integral(substitute(a, {x: u}), u, 0, b), inner, inner),
    )


TERMS = st.recursive(leaves, grown, max_leaves=5)
VALUES = st.sampled_from([number(0), number(1), y, n, -x, x**2, abs(x), -y, 1 / y, sqrt(n), x - x, number(F(1, 2))])


def rewritten(term: Term, rng: Random) -> Term:
    """The term with one habit of the pen at random places, right or wrong: roots taken apart, powers merged, ..."""

    def visit(node: Term) -> Term:
        node = rebuild(node, visit)
        if rng.random() < 0.5:
            return node
        match node:
            case t.Power(t.Power(base, inner), outer):
                return t.power(base, inner * outer)
            case t.Power(t.Scale(a, b), e):
                return t.power(a, e) * t.power(b, e)
            case t.Power(base, e) if e == F(1, 2):
                return base * t.power(base, -e)
            case t.Scale(t.Power(a, d), t.Power(b, e)) if a == b:
                return t.power(a, d + e)
            case t.Abs(body):
                return rng.choice([body, -body, sqrt(body**2), body**2 / t.Abs(body)])
            case t.Special("exp", (t.Sum(parts),)):
                product: Term = number(1)
                for part in parts:
                    product = product * exp(part)
                return product
            case t.Special("log", (t.Power(base, e),)):
                return e * log(base)
            case t.Special("pow", (base, t.Number(e))):
                return t.power(base, e)
            case t.Special("arccos", (t.Special("cos", (a,)),)):
                return a
            case t.Special("sin", (a,)):
                return rng.choice([-sin(-a), sqrt(1 - cos(a) ** 2)])
            case t.Derivative(body, variable, at, "gradient"):
                return substitute(body, {variable: at}) * 0
            case _:
                return node

    return visit(term)


@settings(max_examples=250, deadline=None)
@given(TERMS, VALUES, st.integers(0, 10**6), st.sampled_from(DOMAINS))
def test_what_the_line_checker_accepts_holds_at_points(term, put, seed, ranges):
    """A term against what a careless pen makes of it, with a degenerate value put for a symbol first and last."""
    rng = Random(seed)
    try:
        first = substitute(term, {x: put}) if rng.random() < 0.5 else term
        pairs = [(first, rewritten(first, rng)), (first, substitute(rewritten(term, rng), {x: put}))]
    except CalculusError:
        return
    for left, right in pairs:
        theorem = accepted(left + 0 * x, right + 0 * x, ranges, ALGEBRA, DIFFERENTIATE)
        if theorem is not None:
            holds(theorem, seed)


@settings(max_examples=120, deadline=None)
@given(TERMS, st.sampled_from(DOMAINS), st.integers(0, 10**6))
def test_a_term_that_is_accepted_beside_itself_has_a_value_everywhere(term, ranges, seed):
    theorem = accepted(term + 0 * x, term + 1 + 0 * x - 1, ranges, ALGEBRA, DIFFERENTIATE)
    if theorem is not None:
        holds(theorem, seed)


def broken(term: Term, rng: Random) -> Term:
    """The term with one slip: a number changed, a sign, a power, a function, a factor left out."""
    nodes = [node for node in t.walk(term) if not isinstance(node, t.Symbol) or not node.bound]
    target = rng.choice(nodes)

    def slip(node: Term) -> Term:
        match node:
            case t.Number(value):
                return number(rng.choice([value + 1, -value, value / 2, F(0)]))
            case t.Power(base, e):
                return t.power(base, rng.choice([e + 1, -e, e / 2, 2 * e]))
            case t.Scale(a, b):
                return rng.choice([a, b, -node])
            case t.Sum(parts):
                return rng.choice([parts[0], parts[-1], node + 1])
            case t.Special("sin" | "cos" | "exp" | "erf", (a,)):
                return rng.choice([sin(a), cos(a), exp(-a), a])
            case _:
                return rng.choice([-node, 2 * node, node**2])

    done = False

    def visit(node: Term) -> Term:
        nonlocal done
        if node == target and not done:
            done = True
            return slip(node)
        return rebuild(node, visit)

    return visit(term)


@pytest.mark.parametrize("name", TRUE)
def test_a_broken_line_is_accepted_only_if_it_holds(name):
    left, right, reason, ranges = TRUE[name]
    left, right = t.as_term(left), t.as_term(right)
    assert accepted(left, right, ranges, reason) is not None
    rng, refused = Random(name), 0
    for attempt in range(40):
        try:
            sides = (left, broken(right, rng)) if attempt % 2 else (broken(left, rng), right)
        except (CalculusError, ZeroDivisionError):
            continue
        theorem = accepted(*sides, ranges, reason)
        refused += theorem is None
        if theorem is not None:
            holds(theorem, attempt)
    assert refused > 10
