"""A map whose slope is bounded at every point, between two points: with each condition, and refused without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import LipschitzBound, surplus
from theory.statements.claims import Assumption
from theory.statements.derivation import Reason
from theory.statements.premises import premises
from theory.terms import CalculusError, Symbol, Term
from theory.terms.symbols import gradient
from verify.proof.lines_on_matrices import observe

n = c.dimension("n")
a, b, z, u, w = (c.vector(name, n) for name in "abzuw")
A, H = c.matrix("A", n), c.symmetric("H", n)
K, s, r = c.nonnegative("K"), c.real("s"), c.real("r")
x = c.random_vector("x", n)
phi, tanh, relu = c.activation("phi"), c.activation("tanh"), c.activation("relu")
BELOW = c.at_most(A.T @ A, K**2 * c.eye(n))
ONE = c.number(1)
ROOT = c.sqrt(1 + z.T @ z)  # of slope z'u/ROOT: |u|^2 - (z'u)^2/(1 + z'z) is a sum of squares
APART = u - (z.T @ u / (1 + z.T @ z)) * z
OF_ROOT = LipschitzBound(ROOT, z, u, ONE, APART.T @ APART + (z.T @ u) ** 2 / (1 + z.T @ z) ** 2, a, b)
OF_MATRIX = LipschitzBound(A @ z, z, u, K, u.T @ (K**2 * c.eye(n) - A.T @ A) @ u, a, b)


def line(*reasons: Reason, gap: Term, assumptions: tuple[Assumption, ...] = ()) -> str:
    """Why a line from 0 to the gap is not accepted; nothing where it is."""
    return one_line(c.zero(), gap, surplus(gap), *reasons, assumptions=assumptions, relation="<=")


def test_a_map_of_a_column_into_numbers() -> None:
    assert line(OF_ROOT, gap=OF_ROOT.gap) == ""
    assert line(OF_ROOT, gap=(r**2) * OF_ROOT.gap + s**2) == ""
    assert "not visibly nonnegative" in line(OF_ROOT, gap=-OF_ROOT.gap)
    assert "not visibly nonnegative" in line(OF_ROOT, gap=s * OF_ROOT.gap)
    assert "not visibly nonnegative" in line(gap=OF_ROOT.gap)


def test_a_map_into_columns_by_what_is_assumed() -> None:
    assert line(BELOW, OF_MATRIX, gap=OF_MATRIX.gap, assumptions=(BELOW,)) == ""
    assert "needs what is >= 0" in line(OF_MATRIX, gap=OF_MATRIX.gap)
    assert "needs what is >= 0" in line(OF_MATRIX, BELOW, gap=OF_MATRIX.gap, assumptions=(BELOW,))  # named too late
    assert "does not assume" in line(BELOW, OF_MATRIX, gap=OF_MATRIX.gap)


def test_the_gap_is_this() -> None:
    assert OF_MATRIX.gap == K**2 * ((a - b).T @ (a - b)) - (A @ a - A @ b).T @ (A @ a - A @ b)
    assert OF_MATRIX.beneath(a, b) == K**2 * (a.T @ a) - b.T @ b
    assert "the mean value inequality for z -> A z, between a and b, as" in OF_MATRIX.words


def test_at_any_two_points_random_ones_too() -> None:
    moved = replace(OF_ROOT, left=x, right=A @ x - w)
    assert line(moved, gap=c.E(moved.gap, x)) == ""
    same = replace(OF_ROOT, left=z, right=u)  # points called as the letters are
    assert line(same, gap=same.gap) == ""


def test_the_certificate_is_the_difference_of_the_squares() -> None:
    for other in (OF_ROOT.term + 1, u.T @ u, c.zero(), OF_ROOT.term - (z.T @ u) ** 2):
        wrong = replace(OF_ROOT, term=other)
        assert "and its certificate" in line(wrong, gap=wrong.gap), other
    halved = replace(OF_ROOT, bound=c.number(1) / 2)
    assert "and its certificate" in line(halved, gap=halved.gap)


def test_the_certificate_is_visibly_nonnegative() -> None:
    slope = z.T @ u / ROOT
    seen = replace(OF_ROOT, term=u.T @ u - slope**2)
    assert "not visible" in line(seen, gap=seen.gap)


@pytest.mark.parametrize("letter", [
    c.vector("z", n, nonzero=True), c.vector("z", n, positive=True), c.basis_vector("z", n),
    Symbol("z", (n, 1), bound=1), type("Other", (Symbol,), {})("z", (n, 1)),
])  # fmt: skip
def test_letters_are_plain(letter: Symbol) -> None:
    """Of a nonzero z the line from b to a may pass through 0; of a positive one it may begin where z is not."""
    there = LipschitzBound(c.sqrt(1 + letter.T @ letter), letter, u, ONE, OF_ROOT.term, a, b)
    assert "no plain column" in line(there, gap=there.gap)
    turned = LipschitzBound(ROOT, z, letter, ONE, OF_ROOT.term, a, b)
    assert "no plain column" in line(turned, gap=turned.gap)


def test_no_letter_is_random() -> None:
    there = LipschitzBound(c.sqrt(1 + x.T @ x), x, u, ONE, OF_ROOT.term, a, b)
    with pytest.raises(CalculusError, match="random"):
        _ = there.gap
    assert "no plain column" in line(there, gap=s**2)
    turned = LipschitzBound(ROOT, z, x, ONE, OF_ROOT.term, a, b)
    assert "no plain column" in line(turned, gap=s**2)


@pytest.mark.parametrize("assumed", [
    c.at_most(z.T @ z, ONE), c.at_most(u.T @ u, ONE), c.equal(z.T @ w, c.zero()), c.equal(A @ u, c.zero(n)),
])  # fmt: skip
def test_nothing_is_assumed_of_letters(assumed: Assumption) -> None:
    assert "no plain column" in line(OF_ROOT, gap=OF_ROOT.gap, assumptions=(assumed,))
    assert line(OF_ROOT, gap=OF_ROOT.gap, assumptions=(c.at_most(a.T @ a, ONE),)) == ""


def test_what_is_assumed_of_the_letter_would_prove_what_is_false() -> None:
    """|z'z - a'a| <= 2 |z - a| where |z| <= 1 is assumed, and of a nothing: false for a long a."""
    assumed = c.at_most(z.T @ z, ONE)
    term = 4 * (u.T @ u) - (2 * z.T @ u) ** 2
    lemma = LipschitzBound(z.T @ z, z, u, c.number(2), term, z, a)
    assert "no plain column" in line(assumed, lemma, gap=lemma.gap, assumptions=(assumed,))


def test_the_bound_speaks_of_no_letter() -> None:
    """|z'z - 0| <= 2|z| |z| holds nowhere near z = a for the wrong letter."""
    for bound, body in ((c.sqrt(4 * (z.T @ z)), z.T @ z), (c.sqrt(u.T @ u), A @ z)):
        lemma = LipschitzBound(body, z, u, bound, OF_ROOT.term, a, b)
        assert "speaks of neither" in line(lemma, gap=lemma.gap)
    inside = LipschitzBound(ROOT + u.T @ u, z, u, ONE, OF_ROOT.term, a, b)
    assert "speaks of neither" in line(inside, gap=inside.gap)


@pytest.mark.parametrize("body", [
    c.sqrt(z.T @ z),  # not differentiable at 0
    relu(z),
    abs(w.T @ z),
    (1 / (w.T @ z)) * z,  # not defined everywhere
    c.log(z.T @ z),
    c.sqrt(w.T @ z),
])  # fmt: skip
def test_the_map_is_shown_to_be_differentiable_everywhere(body: Term) -> None:
    lemma = LipschitzBound(body, z, u, K, u.T @ u, a, b)
    refused = line(lemma, gap=s**2)
    assert "may be undefined" in refused or "declared 0 times differentiable" in refused


def test_terms_that_are_held_fixed_move() -> None:
    """The slope of a'z with a held at z is a: a map of slope 1 by that, which is z'z."""
    held = gradient((z.T @ z) * (w.T @ w), w, holding=[z])
    lemma = LipschitzBound(held, z, u, K, u.T @ u, a, b)
    assert "without derivatives and means" in line(lemma, gap=s**2)
    mean = LipschitzBound(c.E((x.T @ z) * x, x), z, u, K, u.T @ u, a, b)
    assert "without derivatives and means" in line(mean, gap=s**2)


def test_what_stands_in_a_folded_definition_is_seen() -> None:
    y = c.vector("y", n)
    inner = c.define("inner", (y,), c.sqrt(1 + y.T @ y))
    folded = LipschitzBound(inner(z), z, u, ONE, OF_ROOT.term, a, b)
    assert line(folded, gap=folded.gap) != ""
    mean = c.define("mean_of", (y,), c.E(x.T @ y, x))
    hidden = LipschitzBound(mean(z), z, u, K, u.T @ u, a, b)
    assert "without derivatives and means" in line(hidden, gap=s**2)


@pytest.mark.parametrize("made", [
    lambda: LipschitzBound(A, z, u, K, K, a, b),  # type: ignore[arg-type]
    lambda: LipschitzBound(A @ z, A, u, K, K, a, b),
    lambda: LipschitzBound(A @ z, z, z, K, K, a, b),
    lambda: LipschitzBound(A @ z, z, a + b, K, K, a, b),  # type: ignore[arg-type]
    lambda: LipschitzBound(A @ z, A, H, K, K, A, A),
    lambda: LipschitzBound(A @ z, z, u, K, K, K, b),
    lambda: LipschitzBound(A @ z, z, u, K, K, "a", b),  # type: ignore[arg-type]
    lambda: LipschitzBound(A @ z, z, u, K, K, a, K),
    lambda: LipschitzBound(A @ z, z, u, z, K, a, b),
    lambda: LipschitzBound(A @ z, z, u, K, z, a, b),
    lambda: LipschitzBound("z", z, u, K, K, a, b),  # type: ignore[arg-type]
])  # fmt: skip
def test_of_anything_else_it_is_refused_where_it_is_made(made: Callable[[], LipschitzBound]) -> None:
    with pytest.raises(CalculusError, match=r"Remedy: LipschitzBound\(f.*, c\*\*2 .*, a, b\)\.$"):
        made()


def test_it_is_told_what_it_rests_on() -> None:
    gap = OF_ROOT.gap + s**2
    theorem = c.Theorem(
        "sandbox.maps", c.Bound(c.zero(), gap), c.start(c.zero()).at_most(gap, surplus(gap), OF_ROOT),
        near_misses={"turned": c.Bound(gap, c.zero())}, docstring="a case",
    )  # fmt: skip
    [seen] = observe(theorem).parts[0].lines
    assert seen.accepted
    assert LipschitzBound.premise in seen.used
    assert LipschitzBound.premise in premises(theorem)
