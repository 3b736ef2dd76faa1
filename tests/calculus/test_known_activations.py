"""Activations that are one function everywhere: what the normal form makes of them, held against their values."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from tests.soundness.random_terms import apart, instance_of, n, value
from tests.soundness.test_definedness import refusal
from tests.soundness.test_random_terms import QUICK, SEEDS, decided
from theory.terms import Elementwise
from theory.terms.known_functions import KNOWN, of_positive
from verify.exact.activations import ACTIVATIONS
from verify.proof.lines_on_matrices import check_line
from verify.proof.matrices.forms import Context
from verify.proof.matrices.known_activations import AT_ZERO, ODD, STEEPEST, reflected, written_out
from verify.proof.matrices.normal_form import Answer, equal, normal_form

x, y, M = c.vector("x", n), c.vector("y", n), c.matrix("M", n)
P = c.permutation("P", n)
q = c.nonnegative("q")
a, b, p, other = c.real("a"), c.real("b"), c.positive("p"), c.real("other", nonzero=True)
ORDERS = [(name, order) for name, known in KNOWN.items() for order in range(known.smoothness + 1)]
ARGUMENTS = [a, a - b, x, y - x, M, -(x @ x.T) + M, x.T, 2 * a + 1, -3 * x]
exp, log, rsqrt, root, softplus = map(c.activation, ("exp", "log", "rsqrt", "sqrt", "softplus"))
POSITIVE = [p, p + b**2, exp(a), exp(y - x), p * exp(x), c.hadamard(x, x) + c.ones(n), exp(M), exp(x).T, 3 * exp(P @ x)]
WRITTEN = {"identity", "square", "cube", "leaky_relu", "hardtanh", "silu"}


@pytest.mark.parametrize(("name", "order"), ORDERS)
def test_what_is_written_out_has_the_same_values(name, order):
    function = c.activation(name)
    for seed, z in enumerate((POSITIVE if of_positive(name) else ARGUMENTS) * 3):
        term, other = Elementwise(function, order, z), Elementwise(function, order, -z)
        for left, right in ((term, written_out(function, order, z)), (other, reflected(function, order, z))):
            if right is None:
                continue
            instance = instance_of(left + 0 * right, seed)
            assert instance is not None
            assert left.shape == right.shape
            assert not isinstance(value(left, instance), str)
            assert not isinstance(value(right, instance), str)
            assert not apart(left, right, instance), (left, right, instance)


def test_each_is_written_out_or_reflected_as_far_as_something_is_known():
    found = {name for name, order in ORDERS if order == 0 and written_out(c.activation(name), 0, x) is not None}
    assert found == {*WRITTEN, "sqrt"}
    number = {name for name, order in ORDERS if order == 0 and written_out(c.activation(name), 0, a) is not None}
    assert number == {*WRITTEN, "sqrt", "rsqrt", "log"}
    derived = {name for name, order in ORDERS if order == 1 and written_out(c.activation(name), 1, a) is not None}
    assert derived == {"identity", "square", "cube", "tanh", "sigmoid", "softplus", "silu", "sqrt", "rsqrt", "log"}
    mirrored = {name for name, _ in ORDERS if reflected(c.activation(name), 0, a) is not None}
    assert mirrored == {*ODD, "sigmoid", "softplus", "gelu", "relu"}
    assert written_out(c.activation("phi"), 1, a) is None
    assert reflected(c.activation("phi"), 0, a) is None


MATRICES = [p * exp(M), softplus(x) @ exp(y).T, 4 * exp(2 * x).T]


@pytest.mark.parametrize("name", [name for name in KNOWN if of_positive(name)])
def test_the_normal_form_has_the_values_of_functions_of_positive_numbers(name):
    for seed, z in enumerate([*POSITIVE, *MATRICES]):
        term = c.activation(name)(z)
        simple = decided(term)
        assert simple is not None
        instance = instance_of(term + 0 * simple, seed)
        assert instance is not None
        assert not apart(term, simple, instance), (term, simple)


def test_a_logarithm_of_0_has_no_normal_form():
    assert decided(log(0 * exp(x))) is None
    assert decided(rsqrt(0 * exp(x).T)) is None
    assert decided(c.log(a - a)) is None


@given(
    pick=st.sampled_from(ORDERS),
    z=st.sampled_from([*ARGUMENTS, *POSITIVE, c.activation("relu")(x), c.activation("abs")(a)]),
    seed=SEEDS,
)  # fmt: skip
@QUICK
def test_the_normal_form_has_the_values_of_the_term(pick, z, seed):
    name, order = pick
    term = Elementwise(c.activation(name), order, z)
    simple = decided(term)
    instance = None if simple is None else instance_of(term + 0 * simple, seed)
    if instance is not None:
        assert not apart(term, simple, instance), (term, simple)


@given(name=st.sampled_from([name for name, known in KNOWN.items() if known.smoothness]), seed=SEEDS,
       z=st.sampled_from([x, -x, x - y, 2 * x, M @ x]),
       above=st.sampled_from([exp, lambda z: c.hadamard(z, z) + exp(x)]))  # fmt: skip
@QUICK
def test_derivatives_have_the_values_of_jets(name, seed, z, above):
    z = above(z) if of_positive(name) else z
    term = c.jacobian(c.activation(name)(z), x)
    simple = decided(term)
    assert simple is not None
    if (instance := instance_of(term + 0 * simple, seed)) is not None:
        assert not apart(term, simple, instance), (term, simple)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "sin"])
def test_the_steepest_slope_that_is_known_holds_in_balls_and_is_the_least(name):
    assert ACTIVATIONS[name].sup(1) == STEEPEST[name].value
    assert 1 in ACTIVATIONS[name].tight


@pytest.mark.parametrize("name", ["tanh", "sin", "erf", "gelu", "sigmoid"])
def test_values_at_zero(name):
    function, one = c.activation(name), c.ones(n)
    for zero, ones in ((c.number(0), c.number(1)), (c.zero(n, 1), one), (x - x, one)):
        assert equal(function(zero), AT_ZERO[name] * ones) is Answer.EQUAL
        assert equal(function(zero), (AT_ZERO[name] + 1) * ones) is not Answer.EQUAL
    assert equal(function(x), AT_ZERO[name] * one) is not Answer.EQUAL
    assert equal(function.derivative(1, c.number(0)), c.number(AT_ZERO[name])) is not Answer.EQUAL
    assert abs(float(ACTIVATIONS[name].derivative(0, fmpq(0))) - float(AT_ZERO[name])) < 1e-12


T, SLIGHT = c.activation("tanh", tex="T"), c.activation("sigmoid", smoothness=1)


ABOVE, SCALED, FOUR = exp(x) + c.ones(n), rsqrt(softplus(x)), rsqrt(4 * p * softplus(x))
TURNED = c.diag(rsqrt(P @ softplus(x))) @ c.diag(rsqrt(P @ softplus(x))) @ c.diag(P @ softplus(x))


def f(name, argument, order=0):
    return Elementwise(c.activation(name), order, argument)


def cubed(z):
    return c.hadamard(c.hadamard(z, z), z)


TRUE = {
    "relu of a multiple": (f("relu", p * x - p * y), p * f("relu", x - y)),
    "relu of a number": (f("relu", -2 * a), 2 * f("relu", a) - 2 * a),
    "leaky_relu": (f("leaky_relu", -x), -Fraction(101, 200) * x + Fraction(99, 200) * f("abs", x)),
    "hardtanh is odd": (f("hardtanh", -x), -f("hardtanh", x)),
    "relu of relu": (f("relu", f("relu", x)), f("relu", x)),
    "relu of what has a sign": (f("relu", f("sigmoid", x)), f("sigmoid", x)),
    "relu twice": (f("relu", x) - f("relu", -x), x + 0),
    "relu beside relu": (c.hadamard(f("relu", x), f("relu", x)), c.hadamard(x, f("relu", x))),
    "relu beside relu of less": (c.hadamard(f("relu", x - y), f("relu", y - x)), 0 * x),
    "relu three times": (cubed(f("relu", M @ x)), c.hadamard(c.hadamard(M @ x, M @ x), f("relu", M @ x))),
    "relu times relu": (f("relu", x).T @ f("relu", x), f("relu", x).T @ x),
    "relu times relu of less": (f("relu", x).T @ f("relu", -x), 0 * a),
    "relu around a diagonal": (f("relu", x).T @ c.diag(y) @ f("relu", x), x.T @ c.diag(f("relu", x)) @ y),
    "relu in diagonals": (c.diag(f("relu", x)) @ c.diag(f("relu", x)) @ M, c.diag(f("relu", x)) @ c.diag(x) @ M),
    "tanh'": (f("tanh", a, 1), 1 - f("tanh", a) ** 2),
    "tanh is odd": (f("tanh", y - x), -f("tanh", x - y)),
    "tanh''": (f("tanh", a, 2), -2 * f("tanh", a) * (1 - f("tanh", a) ** 2)),
    "sigmoid": (f("sigmoid", x) + f("sigmoid", -x), c.ones(n) + 0),
    "sigmoid'": (f("sigmoid", a, 1), f("sigmoid", a) * f("sigmoid", -a)),
    "softplus": (f("softplus", a) - f("softplus", -a), a + 0),
    "softplus''": (f("softplus", a, 2), f("sigmoid", a, 1)),
    "silu'": (f("silu", a, 1), f("sigmoid", a) + a * f("sigmoid", a, 1)),
    "sin''": (f("sin", a, 2), -f("sin", a)),
    "sin'''": (f("sin", a, 3), -f("sin", a, 1)),
    "exp' of a number": (f("exp", a + b, 1), c.exp(a) * c.exp(b)),
    "exp in a row": (exp(x.T), exp(x).T),
    "exp in a row of a sum": (exp(x.T + p * c.ones(n).T), c.exp(p) * exp(x).T),
    "exp of a logarithm in a row": (exp(log(exp(x)).T + y.T), c.hadamard(exp(x), exp(y)).T),
    "exp of a row of ones": (exp(c.ones(n).T) @ x, c.exp(1) * (c.ones(n).T @ x)),
    "relu behind a permutation": (c.ones(n).T @ f("relu", P @ x - y), c.ones(n).T @ f("relu", x - P.T @ y)),
    "tanh behind a permutation": (P.T @ f("tanh", P @ x - y), -f("tanh", P.T @ y - x)),
    "log of exp": (log(exp(x)), x + 0),
    "log of a multiple": (log(p * exp(x)), x + c.log(p) * c.ones(n)),
    "log of a softmax": (log(exp(x) / (c.ones(n).T @ exp(x))), x - c.log(c.ones(n).T @ exp(x)) * c.ones(n)),
    "log in a row": (log(exp(x).T), x.T + 0),
    "log of a number": (log(p), c.log(p)),
    "log'": (f("log", exp(x), 1), exp(-x)),
    "log''": (f("log", p * exp(x), 2), -exp(-2 * x) / p**2),
    "log' of a sum": (f("log", ABOVE, 1), c.hadamard(rsqrt(ABOVE), rsqrt(ABOVE))),
    "rsqrt of exp": (rsqrt(4 * exp(2 * x)), exp(-x) / 2),
    "rsqrt of a number": (f("rsqrt", p, 1), -(p ** -Fraction(3, 2)) / 2),
    "root squared": (c.hadamard(root(exp(x)), root(exp(x))), exp(x)),
    "root'": (f("sqrt", ABOVE, 1), rsqrt(ABOVE) / 2),
    "a root and its inverse": (c.hadamard(c.hadamard(SCALED, softplus(x)), SCALED), c.ones(n) + 0),
    "a root of a multiple and its inverse": (c.hadamard(c.hadamard(FOUR, FOUR), softplus(x)), c.ones(n) / (4 * p)),
    "the same in a diagonal matrix": (c.diag(SCALED) @ c.diag(SCALED) @ c.diag(softplus(x)) @ M, M + 0),
    "log behind a permutation": (log(softplus(P @ x)), P @ log(softplus(x))),
    "with a typography": (T.prime(a), 1 - T(a) ** 2),
    "rsqrt' of a column": (f("rsqrt", ABOVE, 1), -cubed(rsqrt(ABOVE)) / 2),
    "of which less is declared": (SLIGHT.prime(a), SLIGHT(a) * SLIGHT(-a)),
}
FALSE = {
    "relu beside another": (c.hadamard(f("relu", x), f("relu", y)), c.hadamard(x, f("relu", y))),
    "relu times another": (f("relu", x).T @ f("relu", y), x.T @ f("relu", y)),
    "relu around a matrix": (f("relu", x).T @ M @ f("relu", x), x.T @ M @ f("relu", x)),
    "relu times its argument": (f("relu", x).T @ x, x.T @ x),
    "sigmoid times sigmoid": (f("sigmoid", x).T @ f("sigmoid", x), x.T @ f("sigmoid", x)),
    "relu behind a matrix": ((M @ f("relu", x)).T @ M @ f("relu", x), (M @ x).T @ M @ f("relu", x)),
    "relu of any multiple": (f("relu", a * x), a * f("relu", x)),
    "relu of less": (f("relu", -p * x), -p * f("relu", x)),
    "relu is no identity": (f("relu", x), x + 0),
    "relu of what has none": (f("relu", f("tanh", x)), f("tanh", x)),
    "relu of a derivative": (f("relu", f("sigmoid", x, 2)), f("sigmoid", x, 2)),
    "tanh is not even": (f("tanh", y - x), f("tanh", x - y)),
    "tanh' is even": (f("tanh", -a, 1), -f("tanh", a, 1)),
    "sigmoid is not odd": (f("sigmoid", -x), -f("sigmoid", x)),
    "sigmoid'": (f("sigmoid", a, 1), f("sigmoid", a) ** 2),
    "softplus'": (f("softplus", a, 1), f("sigmoid", -a)),
    "silu'": (f("silu", a, 1), f("sigmoid", a)),
    "sin''": (f("sin", a, 2), f("sin", a)),
    "log of a sum": (log(exp(x) + exp(y)), x + y),
    "log of a multiple, entry by entry": (log(p * exp(x)), x + c.log(p) * x),
    "log'": (f("log", exp(x), 1), -exp(-x)),
    "rsqrt once": (c.hadamard(SCALED, softplus(x)), c.ones(n) + 0),
    "rsqrt of another": (c.hadamard(c.hadamard(SCALED, softplus(y)), SCALED), c.ones(n) + 0),
    "rsqrt of what is not turned": (c.hadamard(softplus(x), c.hadamard(P @ SCALED, P @ SCALED)), c.ones(n) + 0),
    "rsqrt of a square": (rsqrt(other**2 * exp(x)), exp(-x / 2) / other),
    "a free function": (c.activation("phi")(-a), -c.activation("phi")(a)),
}


SUMS = [
    exp(x) + exp(y), c.hadamard(x, x) + c.ones(n), exp(M @ x) / n + y,
    p * c.hadamard(x, y) + p * c.hadamard(x, x) + exp(y),
    q * exp(x) + exp(y), a * exp(x) + exp(y), 2 * exp(y) - exp(x), c.hadamard(M, M) @ c.ones(n) / n + p * c.ones(n),
]  # fmt: skip


@given(
    z=st.sampled_from(SUMS), roots=st.integers(0, 5),
    more=st.lists(st.sampled_from([x, y, exp(x), c.ones(n)]), max_size=2),
    times=st.integers(0, 2), where=st.sampled_from(["column", "number", "matrix", "row"]), seed=SEEDS,
)  # fmt: skip
@settings(QUICK, max_examples=150)
def test_roots_of_sums_have_the_values_of_the_term(z, roots, more, times, where, seed):
    column = reduce(c.hadamard, [*[rsqrt(z)] * roots, *[z] * times, *more, c.ones(n)])
    term = {
        "column": column, "number": y.T @ column + column.T @ c.diag(rsqrt(z)) @ z, "row": column.T @ c.diag(rsqrt(z)),
        "matrix": M @ c.diag(column) @ M + c.diag(rsqrt(z)) @ M,
    }[where]  # fmt: skip
    simple = decided(term)
    assert simple is not None
    if (instance := instance_of(term + 0 * simple, seed)) is not None:
        assert not apart(term, simple, instance), (term, simple)


def squared(z):
    return c.hadamard(rsqrt(z), rsqrt(z))


def beside(z, w):
    """w beside the square of the inverse root of z, entry by entry."""
    return c.hadamard(c.hadamard(rsqrt(z), w), rsqrt(z))


def one_part(number, first, second):
    """Of z = c first + second, what first beside its root would be, were c not 0 and first not in second."""
    z = number * first + second
    return beside(z, first), (c.ones(n) - beside(z, second)) / number


SOFT, SOFTER = softplus(x), softplus(y)
TWO = p * SOFT + p**2 * SOFT + SOFTER
ROOT = c.diag(rsqrt(SUMS[0]))
SCALE, TWICE = p * c.hadamard(x, x) + exp(y), exp(x) + 2 * exp(y)
OF_SUMS = {
    "z by its root": (c.hadamard(SUMS[0], squared(SUMS[0])), c.ones(n) + 0),
    "a root squared": (c.hadamard(root(SUMS[1]), root(SUMS[1])), SUMS[1]),
    "the first word": (c.hadamard(exp(x), squared(SUMS[0])), c.ones(n) - c.hadamard(exp(y), squared(SUMS[0]))),
    "the fourth power": (reduce(c.hadamard, [SCALE, squared(SCALE), squared(SCALE)]), squared(SCALE)),
    "a length": (root(SUMS[0]).T @ root(SUMS[0]), c.ones(n).T @ SUMS[0]),
    "a number": (c.hadamard(rsqrt(SUMS[0]), SUMS[0]).T @ c.diag(rsqrt(SUMS[0])) @ SUMS[0], c.ones(n).T @ SUMS[0]),
    "in a matrix": (M.T @ c.diag(root(SUMS[0])) @ c.diag(root(SUMS[0])) @ M, M.T @ c.diag(SUMS[0]) @ M),
    "over a dimension": (c.hadamard(SUMS[7], squared(SUMS[7])), c.ones(n) + 0),
    "one part of a sum": one_part(p, SOFT, SOFTER),
    "the other part": one_part(p, SOFTER, SOFT),
    "a matrix at the end": (M @ ROOT @ (M + ROOT @ c.diag(SUMS[0]) @ M), M @ ROOT @ M + M @ M),
}
NOT_OF_SUMS = {
    "z by its root once": (c.hadamard(SUMS[0], rsqrt(SUMS[0])), c.ones(n) + 0),
    "z by its root thrice": (reduce(c.hadamard, [SUMS[0], squared(SUMS[0]), rsqrt(SUMS[0])]), c.ones(n) + 0),
    "z by another root": (c.hadamard(SUMS[0], squared(SUMS[1])), c.ones(n) + 0),
    "z by one of each": (reduce(c.hadamard, [SUMS[0], rsqrt(SUMS[0]), rsqrt(SUMS[1])]), c.ones(n) + 0),
    "another word": (c.hadamard(exp(x), squared(SUMS[0])), c.hadamard(exp(y), squared(SUMS[0]))),
    "the sign": (c.hadamard(exp(x), squared(SUMS[0])), c.ones(n) + c.hadamard(exp(y), squared(SUMS[0]))),
    "a factor of it": (c.hadamard(exp(y), squared(TWICE)), c.ones(n) - c.hadamard(exp(x), squared(TWICE))),
    "no run": (rsqrt(SUMS[0]).T @ M @ c.diag(rsqrt(SUMS[0])) @ SUMS[0], c.ones(n).T @ M @ c.ones(n)),
    "two columns in one product": (rsqrt(SUMS[0]) @ rsqrt(SUMS[0]).T @ SUMS[0], c.ones(n) + 0),
}


@pytest.mark.parametrize("name", OF_SUMS)
def test_a_line_with_roots_of_sums_is_accepted(name):
    assert not refusal_of(*OF_SUMS[name])


@pytest.mark.parametrize("name", NOT_OF_SUMS)
def test_what_roots_of_sums_do_not_make_is_refused(name):
    assert refusal_of(*NOT_OF_SUMS[name])


NOT_MADE = {  # as they stand, whether they are defined or not
    "one part of a sum under a root": (beside(softplus(x) + softplus(y), softplus(x)), c.ones(n)),
    "the other part": (beside(softplus(x) + softplus(y), softplus(y)), c.ones(n)),
    "a number of no sign under a root": (beside(a * softplus(x), softplus(x)), c.ones(n)),
    "a minus under a root": (beside(-softplus(x), softplus(x)), c.ones(n)),
    "a number of no sign in a sum under a root": one_part(a, SOFT, SOFTER),
    "a number that may be 0 in a sum under a root": one_part(q, SOFT, SOFTER),
    "its root": one_part(c.sqrt(q), SOFT, SOFTER),
    "one of two numbers before it": (beside(TWO, SOFT), (c.ones(n) - beside(TWO, SOFTER)) / p),
    "the other of them": (beside(TWO, SOFT), (c.ones(n) - beside(TWO, SOFTER)) / p**2),
    "log of a multiple of no sign": (log(a * exp(x)), x),
    "log of a negative multiple": (log(-exp(x)), x),
}


@pytest.mark.parametrize("name", NOT_MADE)
def test_what_is_not_so_is_not_made(name):
    left, right = NOT_MADE[name]
    assert equal(left, right + 0 * right) is not Answer.EQUAL


UNDEFINED = {
    "log of a column": log(x),
    "log of a product": log(c.hadamard(x, y)),
    "log of a multiple": log(a * exp(x)),
    "log of what may be 0": log(c.hadamard(x, x)),
    "log of relu": log(f("relu", x)),
    "log of a difference": log(exp(x) - exp(y)),
    "log of one entry that may be negative": log(exp(x) + y),
    "root of a square": root(c.hadamard(x, x)),
    "a difference of logs": log(x) - log(x),
    "nothing times a root": 0 * rsqrt(x),
    "a derivative that does not show it": c.jacobian(x + 0 * log(x), x),
    "below a derivative, at a point where it is defined": c.jacobian(log(x), x, at=x),
}


@pytest.mark.parametrize("name", UNDEFINED)
def test_functions_of_positive_numbers_ask_for_every_entry(name):
    assert "is positive" in refusal(UNDEFINED[name])


@pytest.mark.parametrize("name", TRUE)
def test_a_line_with_what_is_known_is_accepted(name):
    left, right = TRUE[name]
    assert not refusal_of(left, right)


@pytest.mark.parametrize("name", [*TRUE, *OF_SUMS])
def test_what_is_known_is_in_the_normal_form_before_anything_is_written_further(name):
    """A bound is read off from the normal form, where relu is not written by sizes."""
    ctx = Context()
    left, right = (normal_form(ctx, side) for side in {**TRUE, **OF_SUMS}[name])
    assert left == right


def test_a_known_function_is_one_however_it_is_declared_and_a_free_function_is_as_it_was_declared():
    for declared in (c.activation("sin", tex="S"), c.activation("sin", smoothness=1)):
        assert equal(declared(a), f("sin", a)) is Answer.EQUAL
    smooth = c.activation("phi", smoothness=3)
    assert decided(smooth.derivative(3, a + a)) == smooth.derivative(3, 2 * a)
    assert equal(smooth(a), c.activation("phi")(a)) is not Answer.EQUAL


@pytest.mark.parametrize("term", [c.largest_eigenvalue(TURNED), c.largest_eigenvalue(TURNED - c.eye(n)),
                                  c.det(TURNED - c.eye(n))], ids=str)  # fmt: skip
def test_what_may_come_to_nothing_once_it_is_turned_back_is_decided(term):
    """These ended the program where the roots went while the permutation was taken out, and not before."""
    assert not refusal(term)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_not_so_is_refused(name):
    left, right = FALSE[name]
    assert refusal_of(left, right)
    assert refusal_of(left, right + Fraction(1, 2) * right)


def refusal_of(left, right):
    """Why left = right is refused; empty if it is accepted."""
    assert not refusal(left)
    case = c.Theorem(
        "calculus.known",
        parts=(c.Part("", c.Identity(left, right), None),),
        near_misses={"another": c.Identity(left, 2 * right)},
        docstring="a case",
    )
    trace = check_line(case, 1, left, c.start(left).equals(right, c.ALGEBRA).lines[0])
    return "" if trace.accepted else trace.problem


@pytest.mark.parametrize("z", [f("abs", x) + x, p * (exp(a) * x + f("abs", x)), f("abs", x) + c.ones(n)])
def test_what_comes_back_under_roots_has_an_end(z):
    """|x| o |x| = x o x may bring back the word that was replaced."""
    term = reduce(c.hadamard, [z, f("abs", x), rsqrt(z), rsqrt(z)])
    simple = decided(term)
    for seed in range(20):
        if simple is not None and (instance := instance_of(term + 0 * simple, seed)) is not None:
            assert not apart(term, simple, instance), (term, simple)
