"""Bounds are derived from the statement alone, each by a certificate that was searched; false ones are not."""

from __future__ import annotations

import pytest
from deriving.statements import S, a, at_most_sides, b, bare, c, d, u, v, w

from theory import (
    E,
    Theorem,
    activation,
    at_most,
    basis_vector,
    diag,
    dimension,
    exp,
    eye,
    inverse,
    log,
    matrix,
    norm,
    number,
    ones,
    positive,
    positive_semidefinite,
    projector,
    random_vector,
    sqrt,
    trace,
    vector,
    zero,
)
from theory.statements.derivation import Surplus
from verify.deriving import propose
from verify.deriving.combining import combination, left_over
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

m, x = dimension("m"), random_vector("x", d)
y, one = vector("y", m), ones(m)
M, P, N = matrix("M", d, d), projector("P", d), positive_semidefinite("N", d)
e, phi, magnitude = basis_vector("e", d), activation("phi"), activation("abs")
p, q, L = positive("p"), positive("q"), positive("L")
SPECTRUM = at_most(S, L * eye(d))
LESS = at_most(p, q)
SPREAD = (y - (one.T @ y / m) * one).T @ (y - (one.T @ y / m) * one) / m

TRUE = {
    "triangle": bare(at_most_sides(norm(u + v), norm(u) + norm(v))),
    "triangle of numbers": bare(at_most_sides(abs(a + b + c), abs(a) + abs(b) + abs(c))),
    "Cauchy-Schwarz": bare(at_most_sides((u.T @ v) ** 2, (u.T @ u) * (v.T @ v))),
    "means": bare(at_most_sides(2 * a * b, a**2 + b**2)),
    "means of lengths": bare(at_most_sides(norm(u) * norm(v), (u.T @ u + v.T @ v) / 2)),
    "three squares": bare(at_most_sides(a * b + b * c + c * a, a**2 + b**2 + c**2)),
    "three vectors": bare(at_most_sides((u + v + w).T @ (u + v + w), 3 * (u.T @ u + v.T @ v + w.T @ w))),
    "largest eigenvalue": bare(at_most_sides(w.T @ S @ w, L * (w.T @ w)), SPECTRUM),
    "in lengths": bare(at_most_sides(sqrt(w.T @ S @ w), sqrt(L) * norm(w)), SPECTRUM),
    "a projector": bare(at_most_sides(zero(), y.T @ (eye(m) - one @ one.T / m) @ y)),
    "a variance": bare(at_most_sides(E(x.T @ w) ** 2, E((x.T @ w) ** 2))),
    "squares of an assumption": bare(at_most_sides(p**2, q**2), LESS),
    "a shorter projection": bare(at_most_sides(norm(P @ u), norm(u))),
    "a metric and its inverse": bare(at_most_sides((u.T @ v) ** 2, (u.T @ S @ u) * (v.T @ inverse(S) @ v))),
    "a mean is shorter": bare(at_most_sides(norm(E(x)) ** 2, E(x.T @ x))),
    "a trace": bare(at_most_sides(trace(M @ M), trace(M.T @ M))),
    "the inverse of a spectrum": bare(at_most_sides(w.T @ S @ S @ w, L * (w.T @ S @ w)), SPECTRUM),
    "the size of a product": bare(at_most_sides(abs(u.T @ v), norm(u) * norm(v))),
    "a matrix is no longer than its Frobenius norm": bare(at_most_sides(norm(M @ u), sqrt(trace(M.T @ M)) * norm(u))),
    "a form in the Frobenius norm": bare(at_most_sides(u.T @ M @ v, sqrt(trace(M.T @ M)) * norm(u) * norm(v))),
    "a trace in the Frobenius norm": bare(at_most_sides(trace(M) ** 2, d * trace(M.T @ M))),
    "over a denominator": bare(at_most_sides(1 / (1 + u.T @ u), number(1))),
    "over a denominator that is a variance": bare(at_most_sides(SPREAD / (SPREAD + p), number(1))),
    "over two denominators": bare(at_most_sides(1 / (1 + u.T @ u) ** 2 / (p + q), 1 / (1 + u.T @ u) / (p + q))),
    "an inverse of a sum": bare(at_most_sides(w.T @ inverse(S + N) @ w, w.T @ inverse(S) @ w)),
    "an inverse below the identity": bare(at_most_sides(w.T @ inverse(N + eye(d)) @ w, w.T @ w)),
    "a spectrum from within": bare(at_most_sides(w.T @ N @ N @ w, L * (w.T @ N @ w)), at_most(N, L * eye(d))),
    "a trace of two": bare(at_most_sides(trace(S @ N), trace(S) * trace(N))),
    "an entry of softmax": bare(at_most_sides(e.T @ exp(u) / (ones(d).T @ exp(u)), number(1))),
    "a length in absolute values": bare(at_most_sides(norm(u), ones(d).T @ magnitude(u))),
    "sums of absolute values": bare(
        at_most_sides(ones(d).T @ magnitude(u + v), ones(d).T @ magnitude(u) + ones(d).T @ magnitude(v))
    ),
    "log-sum-exp above an entry": bare(at_most_sides(e.T @ u, log(ones(d).T @ exp(u)))),
    "log-sum-exp above the mean": bare(at_most_sides(ones(d).T @ u / d + log(d), log(ones(d).T @ exp(u)))),
    "exp above its tangent, under E": bare(at_most_sides(1 + u.T @ E(x), E(exp(u.T @ x)))),
    "a covariance of softmax": bare(at_most_sides((u.T @ exp(v)) ** 2 / (ones(d).T @ exp(v)), u.T @ diag(exp(v)) @ u)),
    "Cauchy-Schwarz under E": bare(
        at_most_sides(E(phi(x.T @ u) * phi(x.T @ v)) ** 2, E(phi(x.T @ u) ** 2) * E(phi(x.T @ v) ** 2))
    ),
    "a mean is no longer than lengths in the mean": bare(at_most_sides(norm(E(x)), E(norm(x)))),
    "a mean in a metric": bare(at_most_sides(E(x).T @ N @ E(x), E(x.T @ N @ x))),
    "a descent step": bare(
        at_most_sides((u - v / L).T @ (u - v / L), u.T @ u - v.T @ v / L**2), at_most(v.T @ v / L, u.T @ v)
    ),
}
FALSE = {
    "an inverse of a sum turned": bare(at_most_sides(w.T @ inverse(S) @ w, w.T @ inverse(S + N) @ w)),
    "an inverse without the sum": bare(at_most_sides(w.T @ inverse(S) @ w, w.T @ w)),
    "a trace of two, one without a sign": bare(at_most_sides(trace(S @ M), trace(S) * trace(M))),
    "two entries of softmax": bare(at_most_sides(2 * e.T @ exp(u) / (ones(d).T @ exp(u)), number(1))),
    "absolute values turned": bare(at_most_sides(ones(d).T @ magnitude(u), norm(u))),
    "log-sum-exp above twice an entry": bare(at_most_sides(2 * e.T @ u, log(ones(d).T @ exp(u)))),
    "log-sum-exp below the mean": bare(at_most_sides(log(ones(d).T @ exp(u)), ones(d).T @ u / d + log(d))),
    "exp below its tangent": bare(at_most_sides(exp(a), 1 + a)),
    "exp above a steeper line": bare(at_most_sides(1 + 2 * a, exp(a))),
    "Cauchy-Schwarz under E for one": bare(at_most_sides(E(phi(x.T @ u)) ** 2, E(phi(x.T @ v) ** 2))),
    "lengths in the mean no longer": bare(at_most_sides(E(norm(x)), norm(E(x)))),
    "a side left out": bare(at_most_sides(norm(u + v), norm(u))),
    "Cauchy-Schwarz turned": bare(at_most_sides(norm(u) * norm(v), u.T @ v)),
    "a constant too large": bare(at_most_sides(3 * a * b, a**2 + b**2)),
    "a constant too small": bare(at_most_sides((u + v).T @ (u + v), u.T @ u + v.T @ v)),
    "a trace turned": bare(at_most_sides(trace(M.T @ M), trace(M @ M))),
    "a metric for its inverse": bare(at_most_sides((u.T @ v) ** 2, (u.T @ S @ u) * (v.T @ S @ v))),
    "a mean is longer": bare(at_most_sides(E(x.T @ x), norm(E(x)) ** 2)),
    "no spectrum": bare(at_most_sides(w.T @ S @ w, L * (w.T @ w))),
    "the smallest for the largest": bare(at_most_sides(w.T @ S @ w, L * (w.T @ w)), at_most(L * eye(d), S)),
    "not assumed": bare(at_most_sides(p**2, q**2)),
    "turned": bare(at_most_sides(q**2, p**2), LESS),
    "squares of numbers of either sign": bare(at_most_sides(a**2, b**2), at_most(a, b)),
    "an eigenvalue of 1": bare(at_most_sides(w.T @ S @ w, w.T @ w), SPECTRUM),
    "half a projector": bare(at_most_sides(y.T @ (eye(m) - one @ one.T / m) @ y, y.T @ y / 2)),
}


def test_many_terms_are_within_reach() -> None:
    many = [vector(f"z_{i}", d) for i in range(6)]
    total, longest = many[0], norm(many[0])
    for z in many[1:]:
        total, longest = total + z, longest + norm(z)
    assert propose(bare(at_most_sides(norm(total), longest))).complete


@pytest.mark.parametrize("name", TRUE)
def test_a_true_bound_is_derived(name: str) -> None:
    proposal = propose(TRUE[name])
    assert proposal.complete
    assert establish(check(proposal.theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", FALSE)
def test_a_false_bound_is_not_derived(name: str) -> None:
    proposal = propose(FALSE[name])
    assert not proposal.complete
    assert proposal.words.endswith("nothing found")


def certificate(theorem: Theorem) -> str:
    """The certificate that was found, as text."""
    derivation = propose(theorem).theorem.parts[0].derivation
    assert derivation is not None
    (found,) = (reason for reason in derivation.lines[-1].reasons if isinstance(reason, Surplus))
    return repr(found.term)


def test_the_simplest_certificate_is_taken() -> None:
    assert certificate(TRUE["means"]) == "(a - b)^2"
    assert certificate(TRUE["largest eigenvalue"]) == "w' (L * I[d] - S) w"


def test_a_bound_is_cited_as_a_brick() -> None:
    lemma = propose(TRUE["largest eigenvalue"]).theorem
    assert propose(bare(at_most_sides(w.T @ S @ w + a**2, L * (w.T @ w) + a**2), SPECTRUM, cites=(lemma,))).complete
    assert not propose(bare(at_most_sides(w.T @ S @ w, L * (w.T @ w)), cites=(lemma,))).complete  # it assumes more


X, Y, Z = ((1, 1),), ((2, 1),), ((3, 1),)  # three monomials


def test_weights_are_exact() -> None:
    wanted = {X: 1, Y: 1, Z: -2}
    columns = [{X: 1, Y: 2, Z: -3}, {X: 2, Y: 1, Z: -3}]
    weights = combination(wanted, columns, [1, 1], {X: 0, Y: 0, Z: 0})
    assert weights is not None
    assert left_over(wanted, columns, weights) == {}


def test_what_is_not_a_combination_has_no_weights() -> None:
    assert combination({X: -1}, [{X: 1}], [1], {X: 1}) is None
    assert combination({X: 1, Y: 1}, [{X: 1}], [1], {X: 0, Y: 0}) is None
    assert combination({X: 1}, [], [], {X: 0}) is None
