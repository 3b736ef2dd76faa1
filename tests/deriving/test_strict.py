"""Claims `<` are derived from the statement alone, by a difference that is positive everywhere; what touches is not."""

from __future__ import annotations

import pytest
from deriving.statements import S, a, b, bare, d, u, v, w

from theory import (
    Below,
    E,
    at_least,
    at_most,
    cos,
    det,
    dimension,
    exp,
    eye,
    inverse,
    invertible,
    log,
    matrix,
    nonnegative,
    norm,
    number,
    ones,
    positive,
    positive_definite,
    positive_semidefinite,
    random_vector,
    sin,
    sqrt,
    trace,
    vector,
    zero,
)
from theory.statements.setting import Numbers
from verify.deriving import propose
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

m, x = dimension("m"), random_vector("x", d)
M, X, G = matrix("M", d, d), matrix("X", d, m), invertible("G", d)
N, T = positive_semidefinite("N", d), positive_definite("T", d)
p, q = positive("p"), positive("q")
z = vector("z", d, nonzero=True)  # the w of these statements may be 0
r = nonnegative("r")


def below(left: object, right: object) -> Below:
    return Below(left, right)  # type: ignore[arg-type]


TRUE = {
    "a definite form": bare(below(zero(), z.T @ S @ z)),
    "an image": bare(below(zero(), (G @ z).T @ (G @ z))),
    "a number more": bare(below(norm(u), norm(u) + 1)),
    "a ridge": bare(below(zero(), z.T @ (X @ X.T + p * eye(d)) @ z)),
    "squares and a number": bare(below(u.T @ v, u.T @ u + v.T @ v + 1)),
    "a product of such": bare(below(u.T @ v, (1 + u.T @ u) * (1 + v.T @ v))),
    "over a denominator": bare(below(u.T @ u / (1 + u.T @ u), number(1))),
    "the triangle and a number": bare(below(norm(u + v), norm(u) + norm(v) + p)),
    "Cauchy-Schwarz and a number": bare(below(abs(u.T @ v), norm(u) * norm(v) + p)),
    "a root": bare(below(norm(u), sqrt(u.T @ u + 1))),
    "a quadratic without zeros": bare(below(a, a**2 + 1)),
    "a trace": bare(below(zero(), trace(S))),
    "a trace of two": bare(below(zero(), trace(S @ T))),
    "a determinant": bare(below(zero(), det(eye(d) + X @ X.T))),
    "an inverse": bare(below(zero(), z.T @ inverse(S + N) @ z)),
    "an inverse of a sum": bare(below(z.T @ inverse(S + T) @ z, z.T @ inverse(S) @ z)),
    "an inverse below the identity": bare(below(z.T @ inverse(eye(d) + S) @ z, z.T @ z)),
    "what is assumed": bare(below(zero(), (u - v).T @ (u - v)), at_most(p, (u - v).T @ (u - v))),
    "a spectrum": bare(below(zero(), z.T @ M @ z), at_most(p * eye(d), M)),
    "numbers in order": bare(below(p * (u.T @ u), q * (u.T @ u) + 1), at_most(p, q)),
    "a mean": bare(below(zero(), E(exp(u.T @ x)))),
    "exp above its tangent by 1": bare(below(a, exp(a))),
    "log-sum-exp of more than one": bare(below(zero(), log(1 + ones(d).T @ exp(u)))),
    "an entry of softmax": bare(below(zero(), 1 / (ones(d).T @ exp(u)))),
    "of numbers": bare(below(cos(a), number(2)), setting=Numbers()),
    "of numbers above 1": bare(below(zero(), p**3 - p + 1), setting=Numbers((at_least(p, 1),))),
}
FALSE = {
    "a square": bare(below(zero(), u.T @ u)),
    "a length more": bare(below(norm(u), norm(u) + norm(v))),
    "two squares": bare(below(2 * (u.T @ v), u.T @ u + v.T @ v)),
    "a semidefinite form": bare(below(zero(), z.T @ N @ z)),
    "an image that may be 0": bare(below(zero(), z.T @ X @ X.T @ z)),
    "a semidefinite trace": bare(below(zero(), trace(N))),
    "a trace of two, one of them semidefinite": bare(below(zero(), trace(S @ N))),
    "a trace of a square": bare(below(zero(), trace(X.T @ X))),
    "a semidefinite determinant": bare(below(zero(), det(N))),
    "Cauchy-Schwarz": bare(below(abs(z.T @ w), norm(z) * norm(w))),
    "the triangle": bare(below(norm(u + v), norm(u) + norm(v))),
    "a mean of a square": bare(below(zero(), E((z.T @ x) ** 2))),
    "a variance": bare(below(E(x.T @ z) ** 2, E((x.T @ z) ** 2))),
    "an inverse of a sum": bare(below(z.T @ inverse(S + N) @ z, z.T @ inverse(S) @ z)),
    "an inverse for a column that may be 0": bare(below(w.T @ inverse(S + T) @ w, w.T @ inverse(S) @ w)),
    "an assumed nonnegative number": bare(below(zero(), (u - v).T @ (u - v)), at_most(r, (u - v).T @ (u - v))),
    "a spectrum for a column that may be 0": bare(below(zero(), w.T @ M @ w), at_most(p * eye(d), M)),
    "numbers in order": bare(below(p * (z.T @ z), q * (z.T @ z)), at_most(p, q)),
    "exp above its tangent": bare(below(1 + a, exp(a))),
    "a dimension": bare(below(number(1), d + 0)),
    "an equality": bare(below((a + b) ** 2, a**2 + 2 * a * b + b**2)),
    "turned": bare(below(norm(u) + 1, norm(u))),
    "of numbers": bare(below(sin(a), number(1)), setting=Numbers()),
    "at an end": bare(below(zero(), p - 1), setting=Numbers((at_least(p, 1),))),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_a_true_strict_claim_is_derived(name: str) -> None:
    proposal = propose(TRUE[name])
    assert proposal.complete
    assert establish(check(proposal.theorem)).verdict is Verdict.PROVED
    assert [part.derivation.relation for part in proposal.theorem.parts if part.derivation] == ["<"]


@pytest.mark.parametrize("name", FALSE)
def test_what_touches_or_is_false_is_not_derived(name: str) -> None:
    assert not propose(FALSE[name]).complete


def test_a_strict_theorem_is_cited_as_a_brick() -> None:
    lemma = propose(bare(below(zero(), 1 + (w.T @ M @ w) ** 2))).theorem
    assert propose(bare(below(zero(), w.T @ w + 1 + (w.T @ M @ w) ** 2), cites=(lemma,))).complete
