"""Largest entries and the max-norm, which are largest eigenvalues of diagonal matrices: what is called >= 0 is so.

Random combinations of lengths, inner products and largest entries, most of which are of no sign; and the rules one by
one, on both sides of what they ask for.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from random import Random

import pytest
from calculus.drawn import holds_at_one, how_many_are_so, is_called

import theory as c
from theory import (
    Bound,
    activation,
    dimension,
    exp,
    eye,
    largest_entry,
    max_norm,
    norm,
    ones,
    real,
    smallest_entry,
    vector,
)
from theory.grammar.stating import read
from theory.terms import Term
from theory.terms.rewrite import substitute
from theory.terms.text import text
from theory.typeset.formulas import latex
from theory.typeset.python_source import python_term
from verify.proof import door
from verify.proof.matrices import order
from verify.proof.matrices.eigenvalues import without_excesses
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, add_rule, equal, normal_form
from verify.proof.matrices.unform import to_term
from verify.running.completing import completed

d = dimension("d")
x, y, a, b = vector("x", d), vector("y", d), real("a"), real("b")
HALF = Fraction(1, 2)
absolute, relu, softplus, one = activation("abs"), activation("relu"), activation("softplus"), ones(d)
PIECES: list[Term] = [
    max_norm(x), max_norm(y), max_norm(x + y), max_norm(c.hadamard(x, y)), largest_entry(x), smallest_entry(x),
    largest_entry(y), one.T @ absolute(x), one.T @ absolute(y), absolute(x).T @ absolute(y), one.T @ x, one.T @ x / d,
    x.T @ y, abs(x.T @ y), x.T @ x, y.T @ y, norm(x), norm(y), abs(a), a, abs(a - b), b, c.number(1), d,
    one.T @ exp(x), exp(x).T @ x, exp(largest_entry(x)), exp(-largest_entry(x)), largest_entry(exp(x)),
    exp(smallest_entry(x)), c.log(one.T @ exp(x)),
]  # fmt: skip
MULTIPLES = [1, -1, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2)]


def a_number(coins: Random) -> Term:
    """A sum of two to four products of pieces, with signs."""
    terms = []
    for _ in range(coins.randint(2, 4)):
        product = coins.choice(PIECES)
        if coins.random() < 0.5:
            product = product * coins.choice(PIECES)
        terms.append(c.number(Fraction(coins.choice(MULTIPLES))) * product)
    found = terms[0]
    for term in terms[1:]:
        found = found + term
    return found / coins.choice([1, d, one.T @ exp(x)]) if coins.random() < 0.3 else found


def called(term: Term) -> bool:
    return is_called(order.nonnegative, term)


def holds(left: Term, right: Term, seed: int) -> bool:
    return holds_at_one(Bound(left, right), {"d": 4}, seed)


@pytest.mark.parametrize("part", range(4))
def test_what_is_called_nonnegative_is_so(part: int) -> None:
    seeds = range(1500 * part, 1500 * part + 1500)
    terms = ((seed, a_number(Random(f"largest entries {seed}"))) for seed in seeds)
    assert how_many_are_so(terms, called, partial(holds, c.number(0)), 5) > 20


TRUE = {
    "an entry": "|x|_inf <= |x|",
    "the length": "|x| <= sqrt(d) |x|_inf",
    "the sum of sizes": "|x|_1 <= d |x|_inf",
    "Hölder": "|x'y| <= |x|_1 |y|_inf",
    "the triangle": "|x + y|_inf <= |x|_inf + |y|_inf",
    "entrywise products": "|x o y| <= |x|_inf |y|",
    "a weighted mean": "softmax(x)'x <= max(x)",
    "the mean": "min(x) <= mean(x)",
    "the larger of two numbers": "max(a, b) >= a",
    "exp of the largest": "exp(max(x)) <= sum(exp(x))",
    "a weighted mean of exp": "relu(y)'exp(x) <= exp(max(x)) sum(relu(y))",
}
LET = {"let": ["x, y: d", "a, b: scalar", "e: basis vector"]}


@pytest.mark.parametrize("name", TRUE)
def test_a_bound_is_visible(name: str) -> None:
    claim = read(TRUE[name], **LET).claim
    assert claim is not None
    left, right = claim.left, claim.right
    squares = not called(right - left) and called(left) and called(right) and called(right**2 - left**2)
    assert called(right - left) or squares
    assert all(holds(left, right, seed) for seed in range(8))


FALSE = {
    "a weight with a sign": "y'x <= max(x) sum(y)",
    "the square of a largest eigenvalue that may be negative": "max(x)^2 <= |x|^2 / 2",
    "the largest entry is no largest size": "|x|_1 <= d max(x)",
    "a size from the other side": "|x|_inf |y|_inf <= |x'y|",
    "a larger number": "max(a, b) <= a",
    "the mean of two": "max(x + y) >= max(x) + max(y)",
    "exp of the largest, below the mean": "exp(max(x)) <= sum(exp(x)) / d",
    "exp of the largest of another": "exp(max(y)) <= sum(exp(x))",
}


EQUAL = {  # exp is increasing: equal, and not so
    "exp of the largest entry": (exp(largest_entry(x)), largest_entry(exp(x)), largest_entry(exp(-x))),
    "a multiple": (exp(2 * largest_entry(x)), largest_entry(exp(x)) ** 2, 2 * largest_entry(exp(x))),
    "a negative one": (exp(-largest_entry(x)), 1 / largest_entry(exp(x)), smallest_entry(exp(x))),
    "a sum": (exp(largest_entry(x) + a), exp(a) * largest_entry(exp(x)), exp(a) + largest_entry(exp(x))),
    "of two": (
        exp(largest_entry(x) - largest_entry(y)),
        largest_entry(exp(x)) / largest_entry(exp(y)),
        largest_entry(exp(x - y)),
    ),
    "the logarithm": (c.log(largest_entry(exp(x))), largest_entry(x), smallest_entry(x)),
    "of a root": (c.log(largest_entry(exp(x / 2)) ** 2), largest_entry(x), 2 * largest_entry(x)),
    "of what is no exp": (
        c.log(2 * largest_entry(softplus(x))),
        c.log(2) + c.log(largest_entry(softplus(x))),
        c.log(2) + largest_entry(x),
    ),
    "no product": (exp(a * largest_entry(x)), exp(largest_entry(x) * a), largest_entry(exp(a * x))),
    "no power": (exp(largest_entry(x) ** 2), exp(largest_entry(x) * largest_entry(x)), largest_entry(exp(x))),
    "no product of two": (
        exp(largest_entry(x) * largest_entry(y)),
        exp(largest_entry(y) * largest_entry(x)),
        largest_entry(exp(x)),
    ),
    "no matrix": (exp(c.largest_eigenvalue(c.symmetric("S", d))), exp(c.largest_eigenvalue(c.symmetric("S", d))), a),
}


@pytest.mark.parametrize("name", EQUAL)
def test_exp_of_a_largest_entry_is_the_largest_of_exp(name: str) -> None:
    left, right, other = EQUAL[name]
    assert equal(left, right) is Answer.EQUAL
    assert equal(left, other) is not Answer.EQUAL
    assert all(holds(left, right, seed) and holds(right, left, seed) for seed in range(4))


q, S = c.nonnegative("q"), c.symmetric("S", d)
ENTRYWISE = {  # without negative entries, and not so
    "below the largest": (largest_entry(x) * one - x, largest_entry(x) * one - y),
    "above the smallest": (x - smallest_entry(x) * one, smallest_entry(x) * one - x),
    "once": (2 * largest_entry(x) * one - 2 * x, 2 * largest_entry(x) * one - x),
    "and more": (largest_entry(x) * one - x + relu(y), largest_entry(x) * one - x - relu(y)),
    "times a number": (q * (largest_entry(x) * one - x), a * (largest_entry(x) * one - x)),
    "exp": (exp(largest_entry(x)) * one - exp(x), exp(largest_entry(x)) * one - exp(-x)),
}


@pytest.mark.parametrize("name", ENTRYWISE)
def test_no_entry_is_above_the_largest(name: str) -> None:
    within, beyond = ENTRYWISE[name]
    assert order.entrywise(Context(), within, [])
    assert not order.entrywise(Context(), beyond, [])
    assert all(holds(c.number(0), relu(y).T @ within, seed) for seed in range(6))
    assert not all(holds(c.number(0), relu(y).T @ beyond, seed) for seed in range(60))


@pytest.mark.parametrize("gap", [
    c.largest_eigenvalue(S) * eye(d) - S,
    c.largest_eigenvalue(c.diag(x) + S) * eye(d) - c.diag(x) - S,
])  # fmt: skip
def test_what_is_semidefinite_may_have_negative_entries(gap: Term) -> None:
    """L(S) I - S has the entries of -S beside the diagonal: what is taken away from a square form is semidefinite."""
    assert order.semidefinite(Context(), gap, [])
    assert not order.entrywise(Context(), gap, [])
    term = relu(x).T @ gap @ relu(y)
    assert not called(term)
    assert not all(holds(c.number(0), term, seed) for seed in range(60))


T, K = c.positive_semidefinite("T", d), c.matrix("K", d, d)
MATRICES = [
    c.largest_eigenvalue(T) * eye(d), c.largest_eigenvalue(T) * one @ one.T, T, T @ T, eye(d), one @ one.T, c.diag(x),
    largest_entry(x) * eye(d), largest_entry(x) * one @ one.T, c.diag(relu(x)), relu(x) @ relu(y).T, x @ x.T, x @ one.T,
    absolute(x) @ one.T, exp(x) @ exp(y).T, c.operator_norm(K) * eye(d), K + K.T, K.T @ K, c.trace(T) * eye(d), x @ y.T,
]  # fmt: skip


BELOW = [  # matrices, and what is below them in Loewner's order
    (c.largest_eigenvalue(T) * eye(d), T), (c.trace(T) * eye(d), T), (largest_entry(x) * eye(d), c.diag(x)),
    (2 * c.operator_norm(K) * eye(d), K + K.T), (T, c.zero(d, d)), (c.operator_norm(K) ** 2 * eye(d), K.T @ K),
]  # fmt: skip


def test_what_is_called_without_negative_entries_is_so() -> None:
    """Of random sums of matrices, between the standard basis vectors and between columns without negative entries."""
    e, f, found = c.basis_vector("e", d), c.basis_vector("f", d), 0
    for seed in range(1500):
        coins = Random(f"entries of matrices {seed}")
        terms = [coins.choice([1, 1, -1, 2]) * coins.choice(MATRICES) for _ in range(coins.randint(1, 3))]
        above, below = coins.choice(BELOW)
        terms = coins.choice([terms, [above, -below, *terms[1:]]])
        matrix = terms[0]
        for term in terms[1:]:
            matrix = matrix + term
        between = coins.choice([relu(x).T @ matrix @ relu(y), relu(x).T @ matrix @ one, one.T @ matrix @ exp(y)])
        if order.entrywise(Context(), matrix, []):
            found += 1
            assert all(holds(c.number(0), e.T @ matrix @ f, seed + i) for i in range(4)), text(matrix)
        if called(between):
            assert all(holds(c.number(0), between, seed + i) for i in range(4)), text(between)
    assert found > 20


@pytest.mark.parametrize("name", FALSE)
def test_what_does_not_hold_is_not_called_so(name: str) -> None:
    claim = read(FALSE[name], **LET).claim
    assert claim is not None
    assert not called(claim.right - claim.left)
    assert not all(holds(claim.left, claim.right, seed) for seed in range(40))


def test_a_mean_is_at_most_the_largest_entry_only_where_the_weights_have_a_sum() -> None:
    """Given that relu(y)'x = q >= 0: max(x) is >= 0 where relu(y) is not 0, and nothing is known of it where it is."""
    q, over = c.nonnegative("q"), one.T @ relu(y)
    largest = largest_entry(x)
    for term, visible in (
        (largest + 1 / over, True),
        (largest * (1 + over), False),
        (largest * (1 + over**HALF), False),
    ):
        context = Context()
        add_rule(context, "GIVEN", relu(y).T @ x, q)
        assert order.nonnegative(context, term, []) is visible
        assert holds(c.number(0), substitute(term, {y: one, x: one}), 0)
        assert visible or not holds(c.number(0), substitute(term, {y: -one, x: -one}), 0)


def test_weights_of_another_length_do_not_weigh_entries() -> None:
    other = vector("z", dimension("n"))
    context = Context()
    form = normal_form(context, largest_entry(x) * (ones(other.rows).T @ relu(other)))
    assert to_term(context, without_excesses(context, form, eager=True)).is_scalar


def test_words() -> None:
    assert [text(t) for t in (max_norm(x), largest_entry(x), smallest_entry(x))] == ["|x|_inf", "max(x)", "min(x)"]
    assert read("|x|_inf", **LET).term == max_norm(x)
    assert read("|x'|_oo + max(x) - min(y)", **LET).term == max_norm(x) + largest_entry(x) - smallest_entry(y)
    assert equal(read("max(a, b) + min(a, b)", **LET).term, a + b) is Answer.EQUAL
    assert equal(read("|eye|_op", let=["eye: d x d"]).term, c.operator_norm(c.matrix("eye", d))) is Answer.EQUAL
    assert equal(c.largest_eigenvalue(eye(d)), c.number(1)) is Answer.EQUAL


@pytest.mark.parametrize(
    ("term", "said", "typeset"),
    [
        (a + smallest_entry(x), "a + min(x)", r"a + \min(x)"),
        (a - 2 * smallest_entry(x), "a - 2 * min(x)", r"a - 2\, \min(x)"),
        (largest_entry(x) - smallest_entry(x), "max(x) - min(x)", r"\max(x) - \min(x)"),
        (a * smallest_entry(x) / b, "a * min(x) / b", r"\frac{a\, \min(x)}{b}"),
        (smallest_entry(x) * smallest_entry(y), "min(x) * min(y)", r"\min(x)\, \min(y)"),
        (b - c.smallest_eigenvalue(c.diag(x) + eye(d)), "b - lambda_min(Diag(x) + I[d])", r"\lambda_{\min}("),
        (-max_norm(x), "-|x|_inf", r"-\lVert x \rVert_\infty"),
        (-largest_entry(-x) + a, "min(x) + a", r"\min(x) + a"),
    ],
)
def test_the_minus_of_what_is_smallest_is_its_own(term: Term, said: str, typeset: str) -> None:
    assert text(term) == said
    assert typeset in latex(term)
    assert eval(python_term(term), {**vars(c), "x": x, "y": y, "a": a, "b": b, "d": d}) == term


def test_sizes_of_a_product_entry_by_entry() -> None:
    assert equal(absolute(c.hadamard(x, y)), c.hadamard(absolute(x), absolute(y))) is Answer.EQUAL
    assert equal(absolute(x + y), absolute(x) + absolute(y)) is not Answer.EQUAL


@pytest.mark.parametrize("typed", ["|x'y| <= |x|_1 |y|_1", "x'y <= |x|_1 |y|_1", "|x o y|_1 <= |x|_1 |y|_inf"])
def test_a_certificate_is_found(typed: str) -> None:
    claim = read(typed, **LET).claim
    assert claim is not None
    theorem = completed(c.Theorem(__name__, claim, near_misses={"turned": Bound(claim.right, claim.left)}))
    [part] = door.check(theorem).parts
    assert part.complete
    assert all(line.accepted for line in part.lines)
