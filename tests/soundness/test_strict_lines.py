"""Lines `<`: on each side of what makes a certificate positive, and the corners at which what is >= 0 is 0."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import theory as c
from theory import (
    ALGEBRA,
    Below,
    Bound,
    CauchySchwarz,
    Identity,
    Part,
    Theorem,
    at_most,
    number,
    squares,
    start,
    surplus,
)
from theory.statements.derivation import Derivation, Line, Surplus
from theory.statements.theorem import TheoremError
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import check_line, observe
from verify.proof.matrices import kinds, signs
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import normal_form

n, m = c.dimension("n"), c.dimension("m")
u, v = c.vector("u", n), c.vector("v", n)
w, z = c.vector("w", n, nonzero=True), c.vector("z", n, nonzero=True)
e = c.basis_vector("e", n)
A, X = c.matrix("A", n), c.matrix("X", n, m)
y = c.vector("y", m, nonzero=True)
G, Q, R = c.invertible("G", n), c.projector("Q", n), c.orthogonal("R", n)
S, T = c.positive_definite("S", n), c.positive_definite("T", n)
N = c.positive_semidefinite("N", n)
a, b, p, q, k = c.real("a"), c.real("b"), c.positive("p"), c.nonnegative("q"), c.negative("k")
h = c.real("h", nonzero=True)
x = c.random_vector("x", n)
ZERO, ONE = c.zero(), number(1)


def theorem(claim, derivation=None, assumptions=()):
    return Theorem(
        "sandbox.case", parts=(Part("", claim, derivation),), near_misses={"itself": claim}, assumptions=assumptions,
        docstring="a case",
    )  # fmt: skip


def accepted(left, right, *reasons, assumptions=(), relation="<"):
    """Is the line accepted, and is then the claim proved by it, with the same relation or a weaker one?"""
    claim = {"<": Below, "<=": Bound}[relation](left, right)
    chain = Derivation(c.terms.as_term(left), (Line(relation, c.terms.as_term(right), reasons),))
    trace = observe(theorem(claim, chain, assumptions))
    found = trace.parts[0].lines[0].accepted
    assert (establish(trace).verdict is Verdict.PROVED) == found
    return found


POSITIVE = {
    "a number": ONE,
    "a dimension": n + 0,
    "a positive symbol": p + 0,
    "minus a negative one": -k,
    "the square of a nonzero one": h**2,
    "its absolute value": abs(h),
    "a sum with one positive term": q + p,
    "a square and a number": a**2 + 1,
    "what is counted from 1": n**2 - n + 1,
    "exp": c.exp(a),
    "the square of a nonzero column": w.T @ w,
    "its length": c.norm(w),
    "of a basis vector": e.T @ e,
    "of the ones": c.ones(n).T @ c.ones(n),
    "a definite form": w.T @ S @ w,
    "of an inverse": w.T @ c.inverse(S) @ w,
    "of a sum with a definite one": w.T @ (N + p * c.eye(n)) @ w,
    "an invertible image": w.T @ G.T @ G @ w,
    "an orthogonal one": w.T @ R.T @ S @ R @ w,
    "as it is written": (c.inverse(c.eye(n) + S) @ w).T @ S @ (c.inverse(c.eye(n) + S) @ w),
    "a quotient": 1 / (1 + u.T @ u),
    "one over a form": 1 / (w.T @ S @ w),
    "a determinant": c.det(S),
    "of a sum": c.det(c.eye(n) + X @ X.T),
    "a trace": c.trace(S),
    "of a product of two": c.trace(S @ T),
    "of a square": c.trace(G.T @ G),
    "of an inverse matrix": c.trace(c.inverse(S)),
    "a mean": c.E(c.exp(u.T @ x), x),
    "a mean of a sum": c.E(1 + (u.T @ x) ** 2, x),
    "a power": (1 + u.T @ u) ** Fraction(-3, 2),
    "a product": (1 + u.T @ u) * (p + abs(a)),
    "the sum of exps": c.ones(n).T @ c.exp(u),
}
NONNEGATIVE = {  # each of them is 0 somewhere, and nowhere less
    "zero": ZERO,
    "a dimension less 1": n - 1,
    "the product of two such": (n - 1) * (m - 1),
    "a nonnegative symbol": q + 0,
    "a square": a**2,
    "a difference squared": (p - q) ** 2,
    "an absolute value": abs(a),
    "two squares": a**2 + b**2,
    "a column": u.T @ u,
    "a length": c.norm(u),
    "a column in a definite form": u.T @ S @ u,
    "a nonzero one in a semidefinite form": w.T @ N @ w,
    "an image that may vanish": w.T @ A.T @ A @ w,
    "an image of another size": y.T @ X.T @ X @ y,
    "a projection": w.T @ Q @ w,
    "a difference of nonzero ones": (w - z).T @ (w - z),
    "a sum of nonzero ones": (w + z).T @ (w + z),
    "an entry of a nonzero one squared": (e.T @ w) ** 2,
    "a product of nonzero ones squared": (w.T @ z) ** 2,
    "a trace": c.trace(N),
    "a trace of a square": c.trace(A.T @ A),
    "a trace of two": c.trace(S @ N),
    "a trace of a projector": c.trace(Q),
    "a determinant": c.det(N),
    "a determinant squared": c.det(A) ** 2,
    "a mean of a square": c.E((w.T @ x) ** 2, x),
    "a mean of a length": c.E(x.T @ x, x),
    "a mean in a definite form": c.E(x.T @ S @ x, x),
    "a mean of an absolute value": c.E(abs(u.T @ x), x),
    "a mean of a fourth power": c.E((w.T @ x) ** 4, x),
    "a mean of a positive number times a square": c.E(c.exp(u.T @ x) * (w.T @ x) ** 2, x),
    "a positive multiple of it": p * (u.T @ u),
    "entries that add up": c.ones(n).T @ c.activation("abs")(u),
    "a root": c.sqrt(q),
}  # fmt: skip


@pytest.mark.parametrize("name", POSITIVE)
def test_what_is_positive_everywhere_makes_a_side_less(name):
    term = POSITIVE[name]
    assert accepted(ZERO, term, surplus(term))
    assert accepted(u.T @ v, u.T @ v + term, surplus(term))
    assert accepted(ZERO, term, surplus(term), relation="<="), "and so at most"


@pytest.mark.parametrize("name", NONNEGATIVE)
def test_what_is_zero_somewhere_does_not(name):
    term = NONNEGATIVE[name]
    assert not accepted(ZERO, term, surplus(term))
    assert not accepted(term, 2 * term, surplus(term))
    assert accepted(ZERO, term, surplus(term), relation="<="), "the same certificate makes it at most"


UNSIGNED = {  # each of them is negative somewhere, and made of what is 0 nowhere
    "a trace": c.trace(G),
    "of a rotation": c.trace(R),
    "of a definite matrix and an invertible one": c.trace(S @ G),
    "of three definite ones": c.trace(S @ T @ c.positive_definite("U", n)),
    "a determinant": c.det(G),
    "a nonzero number": h + 0,
    "a bilinear form": w.T @ S @ z,
    "its form": w.T @ G @ w,
}


@pytest.mark.parametrize("name", UNSIGNED)
def test_what_is_zero_nowhere_need_not_be_positive(name):
    term = UNSIGNED[name]
    assert not accepted(ZERO, term, surplus(term))
    assert not accepted(ZERO, term, surplus(term), relation="<=")


def test_a_mean_of_what_is_negative_is_not_positive():
    """No term has such a mean for an atom today, since numbers that do not vary are taken out of it."""
    ctx = Context()
    for symbol, positive in ((p, True), (k, False), (h, False), (q, False)):
        ((inside, _),) = normal_form(ctx, symbol + 0).terms
        assert signs.atom_positive(ctx, ctx.atom(kinds.Expectation(x, inside), frozenset())) == positive


def test_a_sum_needs_a_positive_term_and_no_negative_one():
    squared = (u - v).T @ (u - v)
    right = u.T @ u + v.T @ v
    for gap, fine in ((1, True), (p, True), (0, False), (q, False), (q - 1, False), (2 - p, False)):
        assert accepted(2 * (u.T @ v), right + gap, surplus(squared + gap)) == fine


def test_squares_may_be_compared_where_the_right_side_is_nonnegative():
    assert accepted(c.norm(u), c.sqrt(u.T @ u + 1), squares(ONE))
    assert accepted(-c.norm(u) - 1, c.norm(u), squares(ZERO - 1)) is False
    assert not accepted(c.norm(u), c.norm(u) + q, squares(2 * q * c.norm(u) + q**2))
    assert not accepted(c.norm(u), -c.sqrt(u.T @ u + 1), squares(ONE)), "-2 is no more than 1"


def test_the_certificate_is_the_difference():
    assert not accepted(ZERO, u.T @ u, surplus(ONE))
    assert not accepted(ZERO, ONE, surplus(number(2)))
    assert not accepted(ONE, ZERO, surplus(ONE))
    assert not accepted(ZERO, w.T @ w, surplus(z.T @ z))
    assert not accepted(ZERO, ONE), "there is none"


# ---- facts --------------------------------------------------------------------------------------------------
def test_an_assumed_bound_is_strict_where_its_left_side_is_positive():
    gap = (u - v).T @ (u - v)
    for least, fine in ((p, True), (q, False), (a, False), (k, False)):
        given = at_most(least, gap)
        assert accepted(ZERO, gap, surplus(gap), given, assumptions=(given,)) == fine
    given = at_most(p, gap)
    assert not accepted(ZERO, gap, surplus(gap), assumptions=(given,)), "it is not named"
    assert not accepted(ZERO, gap, surplus(gap), given), "it is not assumed"
    assert not accepted(p, gap, surplus(gap - p), given, assumptions=(given,)), "p <= gap is no more than that"
    assert accepted(p, gap + p, surplus(gap), given, assumptions=(given,))


def test_what_lies_below_something_positive_need_not_be_positive():
    given = at_most(a, p)
    assert not accepted(ZERO, a, surplus(a), given, assumptions=(given,))
    assert not accepted(ZERO, a, surplus(a), given, assumptions=(given,), relation="<=")


def test_exp_lies_above_its_tangent_in_a_line_and_only_where_that_is_defined():
    gap = c.exp(a) - 1 - a
    assert accepted(ZERO, gap, surplus(gap), c.ExpTangent(a), relation="<=")
    assert not accepted(ZERO, gap, surplus(gap), relation="<=")
    assert not accepted(ZERO, gap, surplus(gap), c.ExpTangent(a))
    assert accepted(ZERO, a**2, surplus(a**2), c.ExpTangent(b), relation="<=")
    assert not accepted(ZERO, a**2, surplus(a**2), c.ExpTangent(1 / b), relation="<=")


def test_an_assumed_order_of_matrices_is_not_strict():
    given = at_most(p * c.eye(n), A)
    half = p * (w.T @ w)
    whole = w.T @ (A - p * c.eye(n)) @ w + half
    assert accepted(ZERO, w.T @ A @ w, surplus(whole), given, assumptions=(given,))
    assert not accepted(half, w.T @ A @ w, surplus(whole - half), given, assumptions=(given,))


def test_cauchy_schwarz_is_not_strict():
    lemma = CauchySchwarz(w, z, c.eye(n))
    assert accepted(w.T @ z, c.norm(w) * c.norm(z), surplus(lemma.gap), lemma, relation="<=")
    assert not accepted(w.T @ z, c.norm(w) * c.norm(z), surplus(lemma.gap), lemma)
    assert accepted(w.T @ z, c.norm(w) * c.norm(z) + 1, surplus(lemma.gap + 1), lemma)


def test_a_cited_strict_theorem_is_a_strict_fact_and_a_cited_bound_is_none():
    """|u| < |u| + 1 at v makes a side less; 0 <= |u|^2 does not."""
    gap = 1 + u.T @ A @ u
    strict = theorem(Below(ZERO, gap), start(ZERO).below(gap, surplus(gap)))
    weak = theorem(Bound(ZERO, gap), start(ZERO).at_most(gap, surplus(gap)))
    here = 1 + v.T @ A @ v
    assert accepted(ZERO, here, surplus(here), strict.at({u: v}))
    assert not accepted(ZERO, here, surplus(here), weak.at({u: v}))
    assert accepted(ZERO, here, surplus(here), weak.at({u: v}), relation="<=")
    assert accepted(ZERO, here, surplus(here), strict.at({u: v}), relation="<=")
    assert accepted(ZERO, 2 * here + v.T @ v, surplus(2 * here + v.T @ v), strict.at({u: v}))
    assert not accepted(ZERO, here - 1, surplus(here - 1), strict.at({u: v}))


def test_a_strict_theorem_is_no_identity():
    strict = theorem(Below(u.T @ u, u.T @ u + 1), start(u.T @ u).below(u.T @ u + 1, surplus(ONE)))
    line = Line("=", u.T @ u + 1, (strict.at({}),))
    assert not check_line(theorem(Identity(u.T @ u, u.T @ u + 1)), 1, u.T @ u, line).accepted


# ---- chains -------------------------------------------------------------------------------------------------
def test_a_chain_is_strict_as_soon_as_a_line_is():
    left, right = 2 * (u.T @ v), u.T @ u + v.T @ v
    at_most_ = start(left).at_most(right, surplus((u - v).T @ (u - v)))
    whole = at_most_.below(right + 1, surplus(ONE)).equals(1 + right, ALGEBRA)
    assert (at_most_.relation, whole.relation) == ("<=", "<")
    assert establish(observe(theorem(Below(left, 1 + right), whole))).verdict is Verdict.PROVED
    assert establish(observe(theorem(Bound(left, 1 + right), whole))).verdict is Verdict.PROVED
    first = start(left).below(left + p, surplus(p)).at_most(left + p + q, surplus(q))
    assert establish(observe(theorem(Below(left, left + p + q), first))).verdict is Verdict.PROVED


def test_a_claim_that_a_side_is_less_needs_a_line_that_says_so():
    left, right = 2 * (u.T @ v), u.T @ u + v.T @ v
    for chain in (start(left).at_most(right, surplus((u - v).T @ (u - v))), start(left).equals(right, ALGEBRA)):
        with pytest.raises(TheoremError, match="needs a line <"):
            theorem(Below(left, right), chain)
        case = theorem(Below(left, right))
        object.__setattr__(case, "parts", (Part("", Below(left, right), chain),))  # past the door
        assert not observe(case).parts[0].complete
        assert establish(observe(case)).verdict is not Verdict.PROVED
    with pytest.raises(TheoremError, match="cannot prove an identity"):
        theorem(Identity(left, left + 1), start(left).below(left + 1, surplus(ONE)))
    case = theorem(Identity(left, left + 1))
    object.__setattr__(case, "parts", (Part("", case.parts[0].claim, start(left).below(left + 1, surplus(ONE))),))
    assert not observe(case).parts[0].complete


def test_a_refused_line_among_strict_ones_spoils_the_chain():
    left = u.T @ u
    chain = start(left).below(left + 1, surplus(ONE)).at_most(left + a**3, surplus(a**3 - 1))
    assert establish(observe(theorem(Below(left, left + a**3), chain))).verdict is Verdict.UNDECIDED


def test_what_was_tampered_with_is_refused():
    right = w.T @ S @ w
    fine = start(ZERO).below(right, surplus(right))
    case = theorem(Below(ZERO, right), fine)
    assert observe(case).parts[0].lines[0].accepted
    line = fine.lines[0]

    class Sly(Surplus):
        """A certificate of a class of its own."""

    for other in (
        replace(line, relation=">"),
        replace(line, relation="<  "),
        replace(line, reasons=(Sly(right),)),
        replace(line, reasons=(Surplus(right), Surplus(right))),
        replace(line, reasons=(Surplus(u.T @ S @ u),)),
        replace(line, term=u.T @ S @ u),
        replace(line, reasons=(Surplus(right, squared=True),)),
    ):
        assert not check_line(case, 1, ZERO, other).accepted, other
    assert not check_line(case, 1, right, line).accepted, "from the right side to itself"


def test_a_side_or_a_certificate_that_may_be_undefined_is_refused():
    assert not accepted(ZERO, 1 / (u.T @ u) ** 2, surplus(1 / (u.T @ u) ** 2))
    assert accepted(ZERO, 1 / (w.T @ w) ** 2, surplus(1 / (w.T @ w) ** 2))
    assert not accepted(ZERO, c.exp(c.log(a)), surplus(c.exp(c.log(a))))


def test_a_symbol_that_is_put_in_must_be_nonzero_where_the_cited_one_is():
    strict = theorem(Below(ZERO, w.T @ w), start(ZERO).below(w.T @ w, surplus(w.T @ w)))
    assert accepted(ZERO, z.T @ z, surplus(z.T @ z), strict.at({w: z}))
    assert not accepted(ZERO, u.T @ u, surplus(u.T @ u), strict.at({w: u}))
    assert not accepted(ZERO, (w - z).T @ (w - z), surplus((w - z).T @ (w - z)), strict.at({w: w - z}))
