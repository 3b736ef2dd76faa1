"""There is a c such that ...: what is claimed of the witness, what is declared of c, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from theory import (
    Bound,
    Identity,
    Theorem,
    activation,
    dimension,
    exp,
    eye,
    for_some,
    hadamard,
    inverse,
    invertible,
    matrix,
    negative,
    nonnegative,
    norm,
    number,
    operator_norm,
    orthogonal,
    permutation,
    positive,
    positive_definite,
    positive_semidefinite,
    projector,
    random_vector,
    real,
    symmetric,
    trace,
    vector,
)
from theory.statements.doors import TheoremError
from theory.statements.for_some import Meant
from theory.terms import Property, Symbol
from theory.terms.text import text
from verify.proof import door
from verify.rules import enclosure
from verify.running.completing import completed
from verify.settings import Budget, Settings

d = dimension("d")
A, S, x = matrix("A", d), positive_definite("S", d), vector("x", d)
c, p, n, K = real("c"), positive("p"), negative("n"), nonnegative("K")
relu = activation("relu")
MISS = {"none": Bound(norm(A @ x), -norm(x))}


def said(meant: Meant) -> list[str]:
    return [
        f"{part.label}: {text(part.claim.left)} {part.claim.relation} {text(part.claim.right)}"
        for part in meant["parts"]
    ]


def test_a_number_of_which_nothing_is_declared_leaves_one_claim() -> None:
    meant = for_some({c: norm(x)}, Bound(x.T @ x, c**2))
    assert said(meant) == [": x' x <= x' x"] or len(meant["parts"]) == 1
    assert meant["reads"].startswith("for every x there is c such that x' x <= c^2; one is c = ")


def test_what_a_witness_is_made_of_is_given_before_it_is_chosen() -> None:
    made = for_some({K: operator_norm(A)}, Bound(norm(A @ x), K * norm(x)))
    assert made["reads"].startswith("for every A there is K such that ")
    plain = for_some({c: number(2), p: number(1)}, Bound(x.T @ x, c * (x.T @ x) + p))
    assert plain["reads"].startswith("there are c, p such that ")


@pytest.mark.parametrize(
    ("symbol", "witness", "claims"),
    [
        (p, norm(x) + 1, ["p is positive: 0 < (x' x)^(1/2) + 1"]),
        (K, norm(x), ["K is nonnegative: 0 <= (x' x)^(1/2)"]),
        (n, -norm(x) - 1, ["n is negative: -(x' x)^(1/2) - 1 < 0"]),
        (real("q", nonzero=True), norm(x), ["q is nonzero: 0 < (x' x)^(1/2) (x' x)^(1/2)"]),
    ],
)
def test_what_is_declared_of_it_is_claimed_too(symbol: Symbol, witness: Symbol, claims: list[str]) -> None:
    meant = for_some({symbol: witness}, Bound(symbol, symbol + 1))
    assert said(meant)[0].startswith("the claim: ")
    assert [line.split(":")[0] for line in said(meant)[1:]] == [line.split(":")[0] for line in claims]


@pytest.mark.parametrize(
    ("symbol", "witness", "labels"),
    [
        (symmetric("M", d), A + A.T, ["M is symmetric"]),
        (positive_definite("M", d), S + eye(d), ["M is positive definite", "M is symmetric"]),
        (projector("M", d), A @ A, ["M is orthogonal projector", "M is symmetric"]),
        (orthogonal("M", d), A, ["M is orthogonal"]),
        (permutation("M", d), A, ["M is orthogonal", "M is permutation matrix"]),
        (invertible("M", d), A, ["M is invertible"]),
    ],
)
def test_matrices(symbol: Symbol, witness: Symbol, labels: list[str]) -> None:
    meant = for_some({symbol: witness}, Identity(symbol @ x, 2 * x))
    assert [part.label for part in meant["parts"][1:]] == labels


def test_each_entry_of_a_column() -> None:
    q, h = vector("q", d, positive=True), vector("h", d, nonnegative=True)
    claim = Bound(q.T @ x, q.T @ x + 1)
    assert said(for_some({q: exp(x)}, claim))[1:] == ["q is positive: 0 < v' exp(x)"]
    assert accepted(for_some({q: exp(x)}, claim)) == [True, True]
    assert accepted(for_some({q: x}, claim)) == [True, False]
    assert accepted(for_some({q: 0 * x}, claim)) == [True, False]
    assert accepted(for_some({h: hadamard(x, x)}, Bound(h.T @ x, h.T @ x + 1))) == [True, True]
    assert accepted(for_some({h: x}, Bound(h.T @ x, h.T @ x + 1))) == [True, False]


def accepted(meant: Meant) -> list[bool]:
    """Whether the lines that the program finds for each part are accepted; False where it finds none."""
    theorem = completed(Theorem(__name__, **meant, near_misses=MISS))
    return [part.complete and all(line.accepted for line in part.lines) for part in door.check(theorem).parts]


def test_true_ones_are_derived_and_others_are_not() -> None:
    lipschitz = Bound(norm(A @ x), K * norm(x))
    assert accepted(for_some({K: operator_norm(A)}, lipschitz)) == [True, True]
    assert accepted(for_some({K: operator_norm(A) - 1}, lipschitz)) == [False, False]
    solved = Identity(S @ vector("z", d), x)
    assert accepted(for_some({vector("z", d): inverse(S) @ x}, solved)) == [True]
    assert accepted(for_some({vector("z", d): S @ x}, solved)) == [False]
    P, Q, R, M = permutation("P", d), orthogonal("Q", d), permutation("R", d), permutation("M", d)
    moved = Identity(M @ relu(x), relu(M @ x))
    assert accepted(for_some({M: P @ R.T}, moved)) == [True, True, True]
    assert accepted(for_some({M: Q}, moved)) == [False, True, False]
    alone = Symbol("M", (d, d), frozenset({Property.PERMUTATION}))
    assert accepted(for_some({alone: 0 * P}, Identity(alone @ x, 0 * x))) == [True, False, True]  # 0 o 0 = 0
    assert accepted(for_some({vector("z", d): inverse(A) @ x}, Identity(A @ vector("z", d), x))) == [False]  # undefined


def test_zero_is_not_positive() -> None:
    meant = for_some({p: 0}, Bound(p * norm(x), 0 * norm(x)))
    assert said(meant)[1:] == ["p is positive: 0 < 0"]
    assert accepted(meant) == [True, False]
    assert enclosure.observe(Theorem(__name__, **meant, near_misses=MISS), Settings(Budget.QUICK)).witness is not None


@pytest.mark.parametrize(("names", "letter"), [((), "v"), (("v",), "v_0"), (("v", "v_0"), "v_1"), (("v_0",), "v")])
def test_a_form_is_one_in_a_column_that_stands_nowhere_else(names: tuple[str, ...], letter: str) -> None:
    M, columns = positive_semidefinite("M", d), [vector(name, d) for name in names]
    made = sum((u @ u.T for u in columns), S + eye(d))
    assert said(for_some({M: made}, Bound(0, trace(M))))[1].startswith(f"M is positive semidefinite: 0 <= {letter}' (")
    spoken = sum((norm(u) for u in columns), trace(M))
    assert said(for_some({M: S}, Bound(0, spoken)))[1].startswith(
        f"M is positive semidefinite: 0 <= {letter}' S {letter}"
    )


def test_each_definite_witness_has_a_column_of_its_own() -> None:
    M, N, n = positive_definite("M", d), positive_semidefinite("N", d), dimension("n")
    U, V = positive_definite("U", n), positive_definite("V", n)
    for witness in ({M: S, N: S}, {M: S, V: U}):
        meant = for_some(witness, Bound(-norm(A @ x), sum(map(trace, witness), number(0))))
        assert accepted(meant) == [True] * len(meant["parts"])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: for_some({c: norm(x)}, Bound(x.T @ x, x.T @ x + 1)), "does not speak"),
        (lambda: for_some({c: x}, Bound(x.T @ x, c)), "a witness of shape 1 x 1"),
        (lambda: for_some({c: c + 1}, Bound(x.T @ x, c)), "in terms of other symbols"),
        (lambda: for_some({d: 3}, Bound(d, d + 1)), "can be chosen"),
        (lambda: for_some({random_vector("z", d): x}, Bound(x.T @ random_vector("z", d), 1)), "can be chosen"),
    ],
)
def test_what_is_refused(wrong: Callable[[], Meant], says: str) -> None:
    with pytest.raises(TheoremError, match=says):
        wrong()
