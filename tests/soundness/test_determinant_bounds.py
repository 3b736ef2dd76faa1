"""The trace above logarithms of determinants, cited by a line: of matrices that are definite, and of no others."""

from __future__ import annotations

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import DeterminantBound, at_most, surplus
from theory.statements.premises import premises
from theory.terms import CalculusError, Term

n = c.dimension("n")
P, Q = c.positive_definite("P", n), c.positive_definite("Q", n)
S, H, G = c.positive_semidefinite("S", n), c.symmetric("H", n), c.invertible("G", n)
A, B = c.matrix("A", n), c.matrix("B", n, c.dimension("m"))
a, p, q = c.real("a"), c.positive("p"), c.nonnegative("q")
eye = c.eye(n)


def line(lemma: DeterminantBound, gap: Term | None = None) -> str:
    """Why the gap of the lemma is not accepted as nonnegative; nothing where it is."""
    gap = lemma.gap if gap is None else gap
    return one_line(c.zero(), gap, surplus(gap), lemma, relation="<=")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (P, Q),
        (P, c.inverse(Q)),
        (P, p * eye),
        (P + S, eye / c.trace(P)),
        (G.T @ G, c.inverse(P + A.T @ A)),
        (P, eye / c.largest_eigenvalue(P)),
    ],
)
def test_of_definite_matrices(left: Term, right: Term) -> None:
    lemma = DeterminantBound(left, right)
    assert line(lemma) == ""
    assert "not visibly nonnegative" in line(lemma, -lemma.gap)
    assert "not visibly nonnegative" in line(lemma, lemma.gap - 1)
    assert line(lemma, lemma.gap + 1) == ""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (S, P),
        (P, S),
        (H, P),
        (P, G),
        (P, A),
        (P, a * eye),
        (P, q * eye),
        (P, -Q),
        (P, P - Q),
        (P, P @ Q),
        (P, S + q * eye),
    ],
)
def test_of_no_others(left: Term, right: Term) -> None:
    """Cited, if by nobody used."""
    lemma = DeterminantBound(left, right)
    assert "needs definite matrices" in one_line(c.zero(), a**2, surplus(a**2), lemma, relation="<=")
    usual = DeterminantBound(P, Q)
    assert one_line(c.zero(), a**2, surplus(a**2), usual, relation="<=") == ""


def test_what_is_assumed_alone_does_not_make_one_definite() -> None:
    lemma, given = DeterminantBound(P, H), at_most(p * eye, H)
    found = one_line(c.zero(), a**2, surplus(a**2), lemma, given, assumptions=(given,), relation="<=")
    assert "needs definite matrices; not visible: H" in found


def test_an_undefined_matrix_is_refused() -> None:
    assert line(DeterminantBound(P, eye / (1 + a**2))) == ""
    assert line(DeterminantBound(P, eye / abs(a))) != ""


def test_a_lemma_of_an_undefined_matrix_is_refused_where_the_line_itself_is_defined() -> None:
    gap, z = DeterminantBound(P, Q).gap, c.real("z", nonzero=True)
    assert "may be undefined" in line(DeterminantBound(P, a / a * Q), gap)
    assert "may be undefined" in line(DeterminantBound(a / a * P, Q), gap)
    assert line(DeterminantBound(z / z * P, z / z * Q), gap) == ""


def test_what_is_no_pair_of_square_matrices_is_refused_when_it_is_written() -> None:
    for left, right in ((B, B), (P, c.eye(c.dimension("m"))), (P, c.vector("v", n))):
        with pytest.raises(CalculusError, match="two square matrices"):
            DeterminantBound(left, right)


def test_it_is_printed_among_what_the_proof_rests_on() -> None:
    gap = DeterminantBound(P, Q).gap
    theorem = c.Theorem(
        "sandbox.determinants", c.Bound(c.zero(), gap),
        c.start(c.zero()).at_most(gap, surplus(gap), DeterminantBound(P, Q)),
        near_misses={"turned": c.Bound(gap, c.zero())}, docstring="a case",
    )  # fmt: skip
    assert "the trace lies above the logarithms of determinants" in premises(theorem)
