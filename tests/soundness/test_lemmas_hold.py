"""What the lemmas that lines cite say, and that it is so: of random arguments, most of which a lemma is not of, what
the checker accepts by it holds at every instance that is drawn, inside means and beside other numbers too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError, fields, is_dataclass
from fractions import Fraction
from random import Random

import pytest
from calculus.drawn import holds_at_one

import theory as c
from theory import (
    Below,
    Bound,
    CauchySchwarz,
    DeterminantBound,
    ExpTangent,
    LipschitzBound,
    MeanValue,
    RootBound,
    surplus,
)
from theory.statements.claims import Claim
from theory.statements.derivation import Line, Reason
from theory.statements.lemmas import LEMMAS, Lemma
from theory.statements.theorem import Part, Theorem, TheoremError
from theory.terms import CalculusError, ShapeError, Term
from theory.terms.text import text
from verify.proof.lines_on_matrices import check_line

n, m = c.dimension("n"), c.dimension("m")
P, Q = c.positive_definite("P", n), c.positive_definite("Q", n)
N, H, A = c.positive_semidefinite("N", n), c.symmetric("H", n), c.matrix("A", n)
G, R, X = c.invertible("G", n), c.orthogonal("R", n), c.matrix("X", n, m)
u, v, w, y = c.vector("u", n), c.vector("v", n), c.vector("w", n, nonzero=True), c.vector("y", n, positive=True)
a, b, p, q, k = c.real("a"), c.real("b"), c.positive("p"), c.nonnegative("q"), c.negative("k")
x, one, eye = c.random_vector("x", n), c.number(1), c.eye(n)
phi, tanh, sigmoid, exp = map(c.activation, ("phi", "tanh", "sigmoid", "exp"))
K, M = c.nonnegative("K"), c.nonnegative("M")
BOUNDED = (c.sup_bound(phi, 1, K), c.sup_bound(phi, 2, M))

NUMBERS: Sequence[Term] = [
    a, b, p, q, k, c.number(2), -one, u.T @ v, x.T @ u, x.T @ P @ x, exp(u.T @ x), phi(a), 1 + a**2,
]  # fmt: skip
COLUMNS: Sequence[Term] = [u, v, w, x, x, y, c.ones(n), c.zero(n), exp(x), phi(x), A @ x, c.hadamard(u, x)]
MATRICES: Sequence[Term] = [
    P, P, Q, N, H, A, G, R, eye, X @ X.T, c.diag(y), c.diag(u), c.diag(exp(x)), w @ w.T, x @ x.T, P + x @ x.T,
    c.inverse(Q), c.inverse(P + N), G.T @ G, c.hadamard(P, Q), c.trace(P) * eye,
]  # fmt: skip


def number(coins: Random) -> Term:
    return coins.choice(NUMBERS) if coins.random() < 0.7 else coins.choice(NUMBERS) - coins.choice(NUMBERS)


def column(coins: Random) -> Term:
    one_of, other = coins.choice(COLUMNS), coins.choice(COLUMNS)
    return coins.choice([one_of, one_of, one_of - other, number(coins) * one_of])


def matrix(coins: Random) -> Term:
    one_of, other = coins.choice(MATRICES), coins.choice(MATRICES)
    made = [one_of, one_of, one_of, one_of + other, one_of - other, number(coins) * one_of, one_of @ other @ one_of.T]
    return coins.choice(made)


def products(coins: Random) -> CauchySchwarz:
    sides = coins.choice([column, column, matrix])
    return CauchySchwarz(sides(coins), sides(coins), matrix(coins), coins.choice([None, x]))


def determinants(coins: Random) -> DeterminantBound:
    left = matrix(coins)
    return DeterminantBound(left, coins.choice([matrix(coins), c.inverse(left), eye / c.trace(left)]))


def tangent(coins: Random) -> ExpTangent:
    return ExpTangent(coins.choice([number, column])(coins))


def mean_value(coins: Random) -> MeanValue:
    sides = coins.choice([number, column])
    fourth = c.number(Fraction(1, 4))
    slopes = [(phi, 1, K), (phi, 2, M), (phi, 1, M), (tanh, 1, one), (sigmoid, 1, fourth), (tanh, 1, fourth)]
    return MeanValue(*coins.choice(slopes), sides(coins), sides(coins))


def roots(coins: Random) -> RootBound:
    lower, under = number(coins), coins.choice([number(coins) ** 2, q, p * q, number(coins)])
    upper = coins.choice([c.sqrt(lower**2 + under), -c.sqrt(lower**2 + under), number(coins), q + p])
    return RootBound(lower, upper, coins.choice([under, under, upper**2 - lower**2]))


def maps(coins: Random) -> LipschitzBound:
    """Maps with certificates that are theirs, or nearly: of another bound, or without a part."""
    z, h = c.vector("z", n), c.vector("h", n)
    root, apart = 1 + z.T @ z, h - (z.T @ h / (1 + z.T @ z)) * z
    crossed = (z.T @ h) ** 2 / root**2
    hyperbolic, squared = c.sqrt(root), z.T @ z
    body, bound, term = coins.choice([
        (hyperbolic, one, apart.T @ apart + crossed),
        (hyperbolic, one, apart.T @ apart),
        (hyperbolic, K, K**2 * (h.T @ h) - (z.T @ h) ** 2 / root),
        (a * hyperbolic, abs(a), a**2 * (apart.T @ apart + crossed)),
        (a * hyperbolic, a, a**2 * (apart.T @ apart + crossed)),
        (squared, 2 * p, 4 * p**2 * (h.T @ h) - 4 * (z.T @ h) ** 2),
        (R @ z + v, one, c.zero()),
        (p * z, p + q, (2 * p * q + q**2) * (h.T @ h)),
        (p * z, p - q, (q**2 - 2 * p * q) * (h.T @ h)),
        (P @ z, c.largest_eigenvalue(P), h.T @ (c.largest_eigenvalue(P) ** 2 * eye - P @ P) @ h),
        (z / hyperbolic, one, h.T @ h - apart.T @ apart / root),
        (u.T @ z, one, h.T @ h - (u.T @ h) ** 2),
    ])  # fmt: skip
    return LipschitzBound(body, z, h, bound, term, column(coins), column(coins))


def around(coins: Random, gap: Term) -> Term:
    """A number made of what a lemma says is nonnegative, which need not be so itself."""
    if not gap.is_scalar:
        gap = coins.choice([c.ones(n), y, c.hadamard(u, u), u, c.hadamard(x, x)]).T @ gap
    return coins.choice([gap, gap, gap + number(coins), number(coins) * gap, -gap, 2 * gap + number(coins) ** 2])


def accepted(claim: Claim, lemma: Reason) -> bool:
    theorem = Theorem(
        "sandbox.lemma", parts=(Part("", claim),), near_misses={"itself": claim}, assumptions=BOUNDED, docstring="one"
    )  # fmt: skip
    line = Line(claim.relation, claim.right, (lemma, surplus(claim.right)))
    return check_line(theorem, 1, claim.left, line).accepted


@pytest.mark.parametrize("made", [products, determinants, tangent, mean_value, roots, maps])
def test_what_is_accepted_by_a_lemma_holds(made: Callable[[Random], Reason]) -> None:
    found = 0
    for seed in range(400):
        coins = Random(f"lemmas {seed}")
        try:
            lemma = made(coins)
            term = c.E(around(coins, lemma.gap), x)  # type: ignore[union-attr]
            claim = coins.choice([Bound, Bound, Below])(c.number(0), term)
            if not accepted(claim, lemma):
                continue
        except (ShapeError, CalculusError):  # no lemma at all, or no statement
            continue
        found += 1
        for i, style in enumerate(("small", "small", "corner", "zero")):
            assert holds_at_one(claim, {"n": 3, "m": 2}, seed + i, BOUNDED, style), text(term)
    assert found > 20


# ---- what each says -----------------------------------------------------------------------------------------
def test_the_gaps_are_these() -> None:
    def root(number: Term) -> Term:
        return number ** Fraction(1, 2)

    assert CauchySchwarz(u, v, P).gap == root(u.T @ P @ u) * root(v.T @ P @ v) - u.T @ P @ v
    assert CauchySchwarz(A, G, P).gap == (
        root(c.trace(A.T @ P @ A)) * root(c.trace(G.T @ P @ G)) - c.trace(A.T @ P @ G)
    )  # fmt: skip
    assert CauchySchwarz(u, v, P, x).gap == (
        root(c.E(u.T @ P @ u, x)) * root(c.E(v.T @ P @ v, x)) - c.E(u.T @ P @ v, x)
    )  # fmt: skip
    assert ExpTangent(a).gap == c.exp(a) - 1 - a
    assert ExpTangent(u).gap == exp(u) - c.ones(n) - u
    assert DeterminantBound(P, Q).gap == c.trace(P @ Q) - n - c.log(c.det(P)) - c.log(c.det(Q))
    assert MeanValue(phi, 1, K, a, b).gap == K**2 * ((a - b) * (a - b)) - (phi(a) - phi(b)) * (phi(a) - phi(b))
    assert RootBound(a, b, b**2 - a**2).gap == b - a
    assert LipschitzBound(A @ w, w, y, p, q, u, v).gap == p**2 * ((u - v).T @ (u - v)) - (A @ u - A @ v).T @ (
        A @ u - A @ v
    )
    difference, values = u - v, phi.prime(u) - phi.prime(v)
    assert MeanValue(phi, 2, K, u, v).gap == K**2 * c.hadamard(difference, difference) - c.hadamard(values, values)


def test_a_lemma_is_told_in_words() -> None:
    assert CauchySchwarz(u, v, P).words == "Cauchy-Schwarz for u and v in P"
    assert CauchySchwarz(a, b, one, x).words == "Cauchy-Schwarz for a and b in 1 under E over x"


@pytest.mark.parametrize(
    "made",
    [
        lambda: ExpTangent("a"),
        lambda: ExpTangent(A),
        lambda: DeterminantBound("P", P),
        lambda: DeterminantBound(P, "P"),
        lambda: DeterminantBound(X, P),
        lambda: DeterminantBound(P, X),
        lambda: MeanValue(phi, 1, K, "a", a),
        lambda: MeanValue(phi, 1, K, a, "a"),
        lambda: MeanValue(phi, 1, K, A, u),
        lambda: MeanValue(phi, 1, u, a, b),
        lambda: MeanValue(phi, 1, "K", a, b),
        lambda: c.Antiderivative(a, u),
        lambda: c.Antiderivative(a, "a"),
    ],
)
def test_what_is_no_lemma_is_refused_in_words(made: Callable[[], object]) -> None:
    with pytest.raises(CalculusError, match="expected"):
        made()
    assert c.Antiderivative(a**2 / 2, a).variable == a


def test_the_symbols_of_a_lemma_are_those_of_the_claim() -> None:
    claim, other = Bound(c.number(0), u.T @ u), c.vector("u", m)
    for lemma in (ExpTangent(other), CauchySchwarz(other, other, c.eye(m)), MeanValue(phi, 1, K, a, c.vector("u", 1))):
        derivation = c.start(claim.left).at_most(claim.right, surplus(claim.right), lemma)
        with pytest.raises(TheoremError, match="another u"):
            Theorem(
                "sandbox.lemma", claim, derivation, near_misses={"itself": claim}, assumptions=BOUNDED, docstring="one"
            )


@pytest.mark.parametrize("lemma", LEMMAS, ids=lambda lemma: lemma.__name__)
def test_no_lemma_changes_once_it_is_cited(lemma: type[Lemma]) -> None:
    """The checker reads a lemma more than once, and who prints the line reads it later."""
    assert is_dataclass(lemma)
    name = fields(lemma)[0].name
    cited = object.__new__(lemma)
    with pytest.raises(FrozenInstanceError):
        setattr(cited, name, one)
