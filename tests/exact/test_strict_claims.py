"""Claims `<` at instances: equal sides refute them, told exactly or not at all; what touches is found."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from theory import (
    Below,
    E,
    Theorem,
    det,
    dimension,
    exp,
    inverse,
    matrix,
    norm,
    number,
    orthogonal,
    positive_definite,
    positive_semidefinite,
    projector,
    random_vector,
    real,
    sqrt,
    trace,
    vector,
)
from verify.adversary.attack import attack
from verify.adversary.deciding.shared_instances import refuted_by
from verify.adversary.lies import Lie
from verify.exact.agreement import decide_fully, decide_suspect
from verify.exact.climbing import search
from verify.exact.deciding import decide
from verify.exact.instances import Instance, scalar
from verify.exact.outcomes import Outcome
from verify.proof.kernel import Verdict, establish
from verify.results.records import Fate
from verify.rules import dense, enclosure
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK)
n, m = dimension("n"), dimension("m")
u, v = vector("u", n), vector("v", n)
w, z = vector("w", n, nonzero=True), vector("z", n, nonzero=True)
y = vector("y", m)
A, X = matrix("A", n), matrix("X", n, m)
S, T, N = positive_definite("S", n), positive_definite("T", n), positive_semidefinite("N", n)
P, R = projector("P", n), orthogonal("R", n)
x = random_vector("x", n)
a, b, s = real("a"), real("b"), real("s")
ROOT = sqrt(number(2))


def column(*entries: object) -> tuple[tuple[Fraction, ...], ...]:
    return tuple((Fraction(e),) for e in entries)  # type: ignore[arg-type]


def at(**values: object) -> Instance:
    """Columns of one size, and numbers."""
    columns = {k: column(*e) for k, e in values.items() if isinstance(e, tuple)}
    numbers = {k: scalar(Fraction(e)) for k, e in values.items() if not isinstance(e, tuple)}  # type: ignore[arg-type]
    sizes = {"n": len(next(iter(columns.values())))} if columns else {}
    return Instance(sizes, {**columns, **numbers})


TOLD = {
    "equal rationals": (Below(u.T @ u, u.T @ v), at(u=(1, 2), v=(1, 2)), Outcome.DIFFERENT),
    "unequal ones": (Below(u.T @ u, u.T @ v), at(u=(1, 2), v=(1, 3)), Outcome.AGREE),
    "the other way round": (Below(u.T @ u, u.T @ v), at(u=(1, 2), v=(0, 0)), Outcome.DIFFERENT),
    "zeros": (Below(norm(u), norm(u) + norm(v)), at(u=(0, 0), v=(0, 0)), Outcome.DIFFERENT),
    "equal radicals": (Below(abs(u.T @ v), norm(u) * norm(v)), at(u=(1, 1), v=(2, 2)), Outcome.DIFFERENT),
    "a sum of radicals": (Below(norm(u + v), norm(u) + norm(v)), at(u=(1, 2), v=(2, 4)), Outcome.DIFFERENT),
    "unequal radicals": (Below(norm(u + v), norm(u) + norm(v)), at(u=(1, 2), v=(2, 5)), Outcome.AGREE),
    "far apart": (Below(ROOT, ROOT + s), at(s=1), Outcome.AGREE),
    "as near as 10^-600": (Below(ROOT, ROOT + s), at(s=Fraction(1, 10**600)), Outcome.AGREE),
    "nearer by nothing": (Below(ROOT, ROOT + s), at(s=0), Outcome.DIFFERENT),
    "on the wrong side by 10^-600": (Below(ROOT, ROOT - s), at(s=Fraction(1, 10**600)), Outcome.DIFFERENT),
    "exp at 0": (Below(1 + s, exp(s)), at(s=0), Outcome.DIFFERENT),
    "exp beside 0": (Below(1 + s, exp(s)), at(s=Fraction(1, 10**20)), Outcome.AGREE),
}


@pytest.mark.parametrize("name", TOLD)
def test_sides_are_told_apart_or_shown_equal(name: str) -> None:
    claim, instance, wanted = TOLD[name]
    for found in (decide_fully(claim, (), instance), decide_suspect(claim, (), instance)):
        assert found.outcome is wanted, found
        assert found.digits is None
    assert decide(claim, (), instance).outcome in (wanted, Outcome.UNKNOWN)


def test_what_balls_cannot_tell_stays_open() -> None:
    """Sides that are equal by no algebra that is looked at: no refutation, and no support."""
    claim = Below(exp(s) * exp(-s) + s, 1 + s)
    for decided in (decide, decide_fully, decide_suspect):
        assert decided(claim, (), at(s=1)).outcome is Outcome.UNKNOWN
    trace = enclosure.observe(bare(Below(exp(s), exp(s - 1) * exp(number(1)))), QUICK)
    assert trace.witness is None
    assert establish(trace).verdict is Verdict.UNDECIDED


def bare(claim: Below) -> Theorem:
    return Theorem("user.strict", claim, near_misses={"turned": Below(claim.right, claim.left)}, docstring="A claim.")


TOUCHING = {  # true but where the sides are equal
    "a square": Below(number(0), u.T @ u),
    "two squares": Below(2 * (u.T @ v), u.T @ u + v.T @ v),
    "far from where most are 0": Below(u.T @ v, u.T @ u + v.T @ v),
    "a length more": Below(norm(u), norm(u) + norm(y)),
    "the triangle": Below(norm(w + z), norm(w) + norm(z)),
    "Cauchy-Schwarz": Below(abs(w.T @ z), norm(w) * norm(z)),
    "a semidefinite trace": Below(number(0), trace(N)),
    "a semidefinite form": Below(number(0), w.T @ N @ w),
    "a semidefinite determinant": Below(number(0), det(N)),
    "an image": Below(number(0), w.T @ A.T @ A @ w),
    "a mean": Below(number(0), E((w.T @ x) ** 2, x)),
    "a variance": Below(E(w.T @ x, x) ** 2, E((w.T @ x) ** 2, x)),
    "a projection": Below(w.T @ P @ w, w.T @ w),
    "a rotation": Below(w.T @ R @ w, w.T @ w),
    "an inverse": Below(w.T @ inverse(S + N) @ w, w.T @ inverse(S) @ w),
    "a dimension": Below(number(1), n + 0),
    "a trace and its size": Below(trace(S) ** 2, n * trace(S @ S)),
    "a product of traces": Below(trace(S @ T), trace(S) * trace(T)),
    "of numbers": Below(2 * a * b, a**2 + b**2),
    "at one number": Below(number(0), (3 * a - 2) ** 2 + (b - 5) ** 2),
    "an exponential": Below(1 + a, exp(a)),
}  # fmt: skip
STRICT = {
    "a number more": Below(norm(u), norm(u) + 1),
    "a definite form": Below(number(0), w.T @ S @ w),
    "a trace": Below(number(0), trace(S)),
    "a determinant": Below(number(0), det(S)),
    "an inverse of a sum": Below(w.T @ inverse(S + T) @ w, w.T @ inverse(S) @ w),
    "a mean": Below(number(0), E(exp(u.T @ x), x)),
    "near at large numbers": Below(norm(u), sqrt(u.T @ u + 1)),
}


@pytest.mark.parametrize("name", TOUCHING)
def test_what_touches_is_refuted_at_points_and_never_supported(name: str) -> None:
    evidence = establish(enclosure.observe(bare(TOUCHING[name]), QUICK))
    assert evidence.verdict is Verdict.REFUTED


@pytest.mark.parametrize("name", [name for name in TOUCHING if name != "at one number"])
def test_what_touches_is_found_by_the_attack_with_equal_sides(name: str) -> None:
    claim = TOUCHING[name]
    found = attack(Lie("user.strict", claim, ()), QUICK)
    assert found.verdict is Fate.REFUTED
    assert found.left == found.right or name == "a dimension"


@pytest.mark.parametrize("name", STRICT)
def test_what_is_strict_is_supported_by_points_that_show_it(name: str) -> None:
    trace = enclosure.observe(bare(STRICT[name]), QUICK)
    assert trace.witness is None
    assert trace.exact == trace.agreeing == trace.satisfied, "each was told apart"
    assert establish(trace).verdict is Verdict.SUPPORTED


def test_a_search_begins_where_all_that_may_be_is_0() -> None:
    claim = Below(u.T @ v, u.T @ u + v.T @ v)
    found = search(claim, (), Random(0), 1, steps=0)
    assert found is not None
    assert found.values == {"u": column(0), "v": column(0)}
    assert refuted_by(Below(u.T @ v, 1 + u.T @ u + v.T @ v), (), [claim], Random(0), 2)


def test_components_say_nothing_of_an_inequality() -> None:
    trace = dense.observe(bare(STRICT["a number more"]), QUICK)
    assert {case.outcome for case in trace.cases} == {"unknown"}
