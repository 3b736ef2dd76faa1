"""Identities are derived from the statement alone; what is false, or needs what is not assumed, is not."""

from __future__ import annotations

import pytest
from deriving.statements import A, S, a, bare, d, equal_sides, u, v, w

from theory import E, equal, gradient, hessian, inverse, norm, random_vector, trace, zero
from theory.statements.derivation import ALGEBRA
from verify.deriving import propose
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

x = random_vector("x", d)
CENTRED = equal(E(x), zero(d))
MOMENT = equal(E(x @ x.T), S)

TRUE = {
    "expanded": bare(equal_sides((u + v).T @ (u + v), u.T @ u + 2 * (u.T @ v) + v.T @ v)),
    "gradient": bare(equal_sides(gradient((A @ w).T @ (A @ w), w), 2 * A.T @ A @ w)),
    "Hessian": bare(equal_sides(hessian(w.T @ S @ w / 2, w), S)),
    "moment": bare(equal_sides(E((A @ x).T @ (A @ x)), trace(A.T @ A @ S)), MOMENT),
    "centred": bare(equal_sides(E((x.T @ w + a) ** 2), w.T @ S @ w + a**2), CENTRED, MOMENT),
    "inverse": bare(equal_sides(inverse(S) @ S @ w, w)),
}
FALSE = {
    "half the gradient": bare(equal_sides(gradient((A @ w).T @ (A @ w), w), A.T @ A @ w)),
    "not centred": bare(equal_sides(E((x.T @ w + a) ** 2), w.T @ S @ w + a**2), MOMENT),
    "no moment": bare(equal_sides(E((x.T @ w) ** 2), w.T @ S @ w)),
    "may be 0": bare(equal_sides(a / a * (u.T @ u), u.T @ u)),
    "the length for its square": bare(equal_sides(norm(u) * norm(u) ** 2, u.T @ u)),
    "the wrong order": bare(equal_sides(u @ v.T, v @ u.T)),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_statement_is_derived(name: str) -> None:
    proposal = propose(TRUE[name])
    assert proposal.complete
    assert "derived by the program" in proposal.words
    assert establish(check(proposal.theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", FALSE)
def test_what_does_not_follow_is_not_derived(name: str) -> None:
    proposal = propose(FALSE[name])
    assert not proposal.complete
    assert proposal.theorem.parts[0].derivation is None
    assert proposal.words.endswith("nothing found")
    assert establish(check(proposal.theorem)).verdict is Verdict.UNDECIDED


def test_reasons_that_are_not_needed_are_left_out() -> None:
    line = propose(bare(equal_sides(E(x.T @ x) * 0 + u.T @ v, v.T @ u), MOMENT)).parts[0].derivation.lines[0]  # type: ignore[union-attr]
    assert line.reasons == (ALGEBRA,)


def test_a_cited_theorem_is_used_where_its_left_side_fits() -> None:
    lemma = propose(bare(equal_sides(gradient(w.T @ S @ w, w), 2 * S @ w))).theorem
    claim = equal_sides(u.T @ gradient(w.T @ S @ w, w), 2 * (u.T @ S @ w))
    proposal = propose(bare(claim, cites=(lemma,)))
    assert proposal.complete


def test_the_limit_ends_the_search_the_same_way_every_time() -> None:
    hard = bare(equal_sides(E((x.T @ w + a) ** 2), w.T @ S @ w + a**2), MOMENT)
    first, second = (propose(hard, limit=3) for _ in range(2))
    assert first.parts == second.parts
    assert first.words == "derivation sought: limit of 3 steps reached, nothing found"


def test_a_derivation_of_the_author_is_left_alone() -> None:
    derived = propose(TRUE["expanded"]).theorem
    assert propose(derived).theorem is derived
    assert not propose(derived).parts
