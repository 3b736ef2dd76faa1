"""Instances meet what is assumed of them, and not all in one way: with equality, narrowly, with room and from far."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import (
    E,
    Identity,
    Theorem,
    activation,
    at_most,
    dimension,
    equal,
    eye,
    matrix,
    nonnegative,
    norm,
    number,
    ones,
    positive,
    positive_definite,
    random_vector,
    real,
    sup_bound,
    symmetric,
    trace,
    variance,
    vector,
    zero,
)
from theory.statements.claims import Assumption, Claim
from verify.exact.assumptions import check
from verify.exact.drawing import complete, draw
from verify.exact.instances import Instance, scalar
from verify.exact.laws import moment_law, second_moment
from verify.exact.points_on_spheres import on_sphere, on_sphere_within
from verify.exact.sizes import allowed, choose, dimensions_of, least
from verify.exact.solving import orthonormal
from verify.exact.standing import STANDINGS, standings
from verify.proof.kernel import Verdict, establish
from verify.rules.enclosure import observe
from verify.settings import Budget, Settings

d, m, n = dimension("d"), dimension("m"), dimension("n")
a, b, c, s, t = (real(name) for name in "abcst")
p, q, L = positive("p"), positive("q"), positive("L")
u, v, one = vector("u", m), vector("v", m, nonzero=True), ones(m)
square = matrix("B", m)
A, M, X = positive_definite("A", d), symmetric("M", d), matrix("X", m, d)
w, x, z = random_vector("w", n), random_vector("x", d), random_vector("z", 1)
phi = activation("phi")

# What is assumed, and whether instances must meet its inequalities in more than one way.
ASSUMED: dict[str, tuple[Assumption, ...]] = {
    "below a number": (at_most(a, number(1)),),
    "a chain": (at_most(a, b), at_most(b, c)),
    "a chain of four": (at_most(s, a), at_most(b, c), at_most(a, b)),
    "between two": (at_most(a, b), at_most(c, b), at_most(b, t)),
    "both sides scaled": (at_most(2 * a + 3, 5 * b - c),),
    "a shared bound": (at_most(A, L * eye(d)), at_most(p, L + 1)),
    "between two multiples of I": (at_most(q * eye(d), A), at_most(A, L * eye(d))),
    "an eigenvalue of any matrix": (at_most(M, L * eye(d)),),
    "below a variance": (at_most(p, variance(phi(x.T @ vector("g", d)))),),
    "below a length": (at_most(p, norm(v)),),
    "a short vector": (at_most(norm(u), number(1)),),
    "a long vector": (at_most(number(10**6), u.T @ u),),
    "a bounded slope": (sup_bound(phi, 1, p), at_most(p, q)),
    "nonnegative and small": (at_most(nonnegative("h"), number(Fraction(1, 100))),),
}
EQUATIONS: dict[str, tuple[Assumption, ...]] = {
    "centred": (equal(one.T @ v, zero()),),
    "centred and normal to another": (equal(one.T @ v, zero()), equal(u.T @ v, zero())),
    "a plane": (equal(one.T @ u, number(3)),),
    "two numbers": (equal(a + b, number(1)), equal(2 * c - b, a)),
    "a matrix without trace": (equal(trace(matrix("B", d)), zero()),),
    "a symmetric matrix without trace": (equal(trace(M), zero()),),
    "a symmetric matrix that kills the ones": (equal(symmetric("K", m) @ one, zero(m)),),
    "a unit vector": (equal(u.T @ u, number(1)),),
    "a form of a matrix": (equal(v.T @ square @ v, number(1)),),
    "a vector of length 2/3": (equal(norm(v), number(Fraction(2, 3))),),
    "a sphere whose radius is no rational": (equal(u.T @ u, number(5)),),
    "orthonormal columns": (equal(X.T @ X, eye(d)), at_most(d, m)),
    "orthonormal rows": (equal(eye(m), X @ X.T), at_most(m, d)),
    "an orthogonal matrix that is not declared so": (equal(square.T @ square, eye(m)),),
    "centred columns": (equal(X.T @ one, zero(d)),),
    "a white law": (equal(E(w @ w.T), eye(n)),),
    "a scaled white law": (equal(E(w @ w.T), 2 * eye(n) / n),),
    "any second moment": (equal(E(x @ x.T), A + eye(d)), equal(E(x), zero(d))),
    "a second moment with a name": (equal(E(x @ x.T), symmetric("S", d)), equal(symmetric("S", d), 3 * eye(d))),
    "a mean": (equal(E(x), ones(d)),),
    "one entry": (equal(E(z @ z.T), number(2)), equal(E(z), zero())),
}


def of(assumptions: tuple[Assumption, ...]) -> Claim:
    return Identity(a + t + p + q + L, a + t + p + q + L)


def drawn(assumptions: tuple[Assumption, ...], seed: int) -> Instance | None:
    rng, claim = Random(seed), of(assumptions)
    sizes = choose(dimensions_of(claim, assumptions), assumptions, rng, (1, 2, 3))
    return None if sizes is None else draw(claim, assumptions, sizes, rng, ("small", "general", "edge")[seed % 3])


@pytest.mark.parametrize("name", [*ASSUMED, *EQUATIONS])
def test_most_draws_meet_what_is_assumed_and_stay_as_they_are(name: str) -> None:
    assumptions = {**ASSUMED, **EQUATIONS}[name]
    claim, met = of(assumptions), 0
    for seed in range(40):
        instance = drawn(assumptions, seed)
        if instance is not None and check(instance, claim, assumptions).holds:
            met += 1
            assert complete(instance, claim, assumptions) == instance
    assert met >= 20


@pytest.mark.parametrize("name", ASSUMED)
def test_inequalities_are_met_in_several_ways(name: str) -> None:
    assumptions = ASSUMED[name]
    seen: dict[Assumption, Counter[str]] = {}
    for seed in range(60):
        instance = drawn(assumptions, seed)
        if instance is not None and check(instance, of(assumptions), assumptions).holds:
            for assumption, how in standings(instance, assumptions).items():
                seen.setdefault(assumption, Counter())[how] += 1
    for counts in seen.values():
        assert sum(counts[how] for how in STANDINGS[2:]) >= 5, counts
        assert counts[STANDINGS[0]] + counts[STANDINGS[1]] >= 5 or name in ("a short vector", "a long vector"), counts


@given(st.lists(st.fractions(min_value=-3, max_value=3, max_denominator=5), min_size=9, max_size=9))
def test_laws_have_the_second_moment_asked_for(entries: list[Fraction]) -> None:
    rows = [entries[i : i + 3] for i in (0, 3, 6)]
    moment = tuple(tuple(sum((r * k for r, k in zip(g, h, strict=True)), Fraction(0)) for h in rows) for g in rows)
    law = moment_law(moment, Random(str(entries)))
    assert law is not None
    assert second_moment(law) == moment
    lowered = tuple(tuple(e - (i == j == 0) * 100 for j, e in enumerate(row)) for i, row in enumerate(moment))
    assert moment_law(lowered, Random(1)) is None


# ---- sizes --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("assumptions", "smallest"),
    [
        ((at_most(number(5), m),), {"m": 5}),
        ((at_most(number(2), m), at_most(m, n)), {"m": 2, "n": 2}),
        ((equal(m, 2),), {"m": 2}),
        ((equal(m, 2 * n), at_most(number(7), m + n)), {"m": 6, "n": 3}),
        ((at_most(m + 1, m),), None),
        ((at_most(number(1000), m),), None),
    ],
)
def test_sizes_meet_what_is_assumed_of_them(assumptions: tuple[Assumption, ...], smallest: object) -> None:
    claim = Identity(m + n, n + m)
    names = dimensions_of(Identity(number(0), number(0)), assumptions)
    found = least(names, assumptions)
    assert (None if found is None else dict(found)) == smallest
    for seed in range(10):
        sizes = choose(names, assumptions, Random(seed), (1, 2, 3))
        assert (sizes is None) == (smallest is None)
        assert sizes is None or allowed(sizes, assumptions)
    assert dimensions_of(claim, assumptions) == ("m", "n")


# ---- what counts as evidence --------------------------------------------------------------------------------
QUICK = Settings(budget=Budget.QUICK)


def judged(claim: Claim, *assumptions: Assumption) -> tuple[Verdict, str]:
    theorem = Theorem(
        "user.one",
        claim,
        near_misses={"no": Identity(2 * claim.left, claim.right)},
        assumptions=assumptions,
        docstring="One.",
    )
    evidence = establish(observe(theorem, QUICK))
    return evidence.verdict, evidence.reason


@pytest.mark.parametrize(
    ("claim", "assumptions"),
    [
        (Identity(a, number(1)), (at_most(a, number(1)),)),
        (Identity(a, c), (at_most(a, b), at_most(b, c))),
        (Identity(M @ M, L * M), (at_most(M, L * eye(d)),)),
        (Identity(p, norm(v)), (at_most(p, norm(v)),)),
        (Identity(norm(u), number(1)), (at_most(norm(u), number(1)),)),
        (Identity(m, number(5)), (at_most(number(5), m),)),
    ],
)
def test_what_holds_only_with_equality_is_refuted(claim: Claim, assumptions: tuple[Assumption, ...]) -> None:
    assert judged(claim, *assumptions)[0] is Verdict.REFUTED


@pytest.mark.parametrize(
    ("claim", "assumptions", "words"),
    [
        (Identity(a, b), (at_most(a, b), at_most(b, a)), "with equality at each"),
        (Identity(u, 2 * u), (at_most(norm(u), zero()),), "with equality at each"),
        (Identity(u, 2 * u), (equal(norm(u) + norm(u), norm(u)),), "0 at each|no instance"),
        (Identity(vector("y", m), vector("y", m) + 0 * vector("y", m)), (at_most(number(10**6), m),), "no sizes"),
    ],
)
def test_instances_that_are_all_degenerate_are_vacuous(
    claim: Claim, assumptions: tuple[Assumption, ...], words: str
) -> None:
    import re

    verdict, reason = judged(claim, *assumptions)
    assert verdict is Verdict.UNDECIDED
    assert re.search(words, reason), reason


def test_the_range_says_how_inequalities_were_met() -> None:
    theorem = Theorem(
        "user.one",
        Identity(a + a, 2 * a),
        near_misses={"no": Identity(a, a + 1)},
        assumptions=(at_most(a, b),),
        docstring="One.",
    )
    met = dict(observe(theorem, QUICK).ranges)["a <= b is met"]
    assert all(word in met for word in ("with equality", "with room"))


def test_a_value_that_meets_its_bound_is_kept() -> None:
    assumptions = ASSUMED["a chain"]
    claim = of(assumptions)
    given_ = Instance({}, {k: scalar(e) for k, e in {"a": 1, "b": 2, "c": 7, "p": 1, "q": 1, "L": 1, "t": 0}.items()})
    assert complete(given_, claim, assumptions) == given_
    moved = complete(Instance({}, {**given_.values, "b": scalar(0)}), claim, assumptions)
    assert moved is not None
    assert moved.values["b"] == scalar(1)


@pytest.mark.parametrize(
    "claim",
    [
        Identity(activation("relu")(t - 10**45), 0 * t),
        Identity(activation("relu")(number(Fraction(1, 10**45)) - abs(t)), 0 * t),
        Identity((m - 1) * (m - 2) * (m - 3) * (m - 4), number(0)),
        Identity((m - 1) * (m - 2) * (m - 3) * (m - 4) * (one.T @ one), number(0)),
    ],
    ids=lambda item: repr(item)[:40],
)
def test_magnitudes_and_sizes_go_beyond_what_a_claim_writes_down(claim: Claim) -> None:
    assert judged(claim)[0] in (Verdict.REFUTED, Verdict.UNDECIDED)


def test_moments_of_a_law_may_differ_by_far() -> None:
    from theory import Bound

    fourth = Bound(E((x.T @ x) ** 2), 100 * E(x.T @ x) ** 2)
    assert judged(fourth)[0] is Verdict.REFUTED
    assert judged(Bound(E((w.T @ w) ** 2), 10**4 * n**2), equal(E(w @ w.T), eye(n)))[0] is Verdict.REFUTED


@given(st.lists(st.fractions(-3, 3, max_denominator=6), min_size=1, max_size=4), st.integers(1, 30))
def test_a_point_of_a_sphere_is_on_it(entries: list[Fraction], square: int) -> None:
    point = on_sphere(entries, Fraction(square, 4))
    if point is None:  # no sum of so few squares is that number
        assert len(entries) < 4
        return
    assert sum(row[0] ** 2 for row in point) == Fraction(square, 4)
    again = on_sphere([row[0] for row in point], Fraction(square, 4))
    assert again == point, "a point that is on it stays"


@given(st.lists(st.fractions(-3, 3, max_denominator=6), min_size=2, max_size=6), st.integers(1, 12))
def test_a_centred_point_of_a_sphere_is_centred_and_on_it(entries: list[Fraction], square: int) -> None:
    middle = sum(entries) / len(entries)
    point = on_sphere_within([e - middle for e in entries], Fraction(square), lambda v: [sum(v, Fraction(0))])
    if point is None:
        assert len(entries) % 2 == 1 or square != len(entries), "of an even number 1 and -1 in turn are one"
        return
    assert sum(row[0] ** 2 for row in point) == square
    assert sum(row[0] for row in point) == 0


def test_no_point_is_sought_where_the_equations_are_others() -> None:
    one = Fraction(1)
    assert on_sphere_within([one, -one], Fraction(2), lambda v: [v[0] + v[1]]) is not None
    assert on_sphere_within([one, one], Fraction(2), lambda v: [v[0] + v[1]]) is None  # not there itself
    assert on_sphere_within([one, -one], Fraction(2), lambda v: [v[0] + v[1] - 1]) is None  # with a constant
    assert on_sphere_within([one, -one], Fraction(2), lambda v: []) is None  # without a value
    assert on_sphere_within([one, -one], Fraction(3), lambda v: [v[0] + v[1]]) is None  # not rational


@pytest.mark.parametrize("asked", [
    (equal(u.T @ u, m), equal(one.T @ u, 0)), (equal(norm(u), 2), equal(v.T @ u, 0)), (equal(u.T @ u, 1 + m / m),),
])  # fmt: skip
def test_what_is_centred_and_scaled_has_instances(asked: tuple[Assumption, ...]) -> None:
    from theory import Bound

    assert judged(Bound(u.T @ u, number(0)), *asked)[0] is Verdict.REFUTED


@given(st.integers(1, 4), st.integers(1, 4), st.randoms(use_true_random=False))
def test_orthonormal_columns_are_rational_and_stay(rows: int, columns: int, rng: Random) -> None:
    table = tuple(tuple(Fraction(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(columns)) for _ in range(rows))
    turned = orthonormal(table)
    assert (turned is None) == (columns > rows)
    if turned is not None:
        upright = list(zip(*turned, strict=True))
        products = [[sum(x * y for x, y in zip(p, q, strict=True)) for q in upright] for p in upright]
        assert products == [[int(i == j) for j in range(columns)] for i in range(columns)]
        assert orthonormal(turned) == turned
        flipped = tuple(upright)
        assert orthonormal(flipped, rows=True) == flipped
