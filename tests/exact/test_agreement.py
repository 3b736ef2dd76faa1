"""Agreement is exact, or to as many digits as the numbers of the claim ask for; small differences are found."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from random import Random

import pytest
from flint import arb, ctx, fmpq

from theory import (
    Bound,
    Identity,
    Theorem,
    activation,
    at_most,
    dimension,
    eye,
    gradient,
    inverse,
    matrix,
    norm,
    number,
    positive,
    real,
    sqrt,
    trace,
    vector,
)
from theory.statements.claims import Claim
from theory.terms import Term
from verify.exact.agreement import decide_fully, size
from verify.exact.assumptions import scope_of
from verify.exact.components import evaluate
from verify.exact.heights import Heights
from verify.exact.instances import Instance, column, scalar
from verify.exact.number_system import UnsupportedError
from verify.exact.outcomes import Outcome
from verify.exact.told_exactly import MOST
from verify.proof.kernel import Verdict, establish
from verify.rules.enclosure import observe
from verify.settings import Budget, Settings

p, t = positive("p"), real("t")
n = dimension("n")
v = vector("v", n)
tanh, erf, phi = activation("tanh"), activation("erf"), activation("phi")
TINY = Fraction(1, 10**330)
ROOT2, ROOT3 = sqrt(number(2)), sqrt(number(3))
ONE = Instance(
    {"n": 2},
    {"p": scalar(1), "t": scalar(Fraction(1, 3)), "v": column(1, 2)},
    {},
    {"tanh": "tanh", "erf": "erf", "phi": "tanh"},
)


@pytest.mark.parametrize(
    "left",
    [
        ROOT2 * p,
        ROOT2 + ROOT3,
        sqrt(5 + 2 * sqrt(number(6))),
        norm(v) * p,
        (1 + ROOT2) ** 7,
        p ** Fraction(1, 3) + 1 / ROOT3,
        tanh(t),
        tanh(ROOT2 * t),
        erf(t) * norm(v),
        gradient(tanh(t) * t, t),
    ],
    ids=str,
)
@pytest.mark.parametrize("tiny", [TINY, Fraction(1, 2**3000), -TINY])
def test_a_planted_difference_is_found(left: Term, tiny: Fraction) -> None:
    assert decide_fully(Identity(left, left * (1 + tiny) + 0 * t), (), ONE).outcome == "different"
    assert decide_fully(Bound(left * (1 + abs(tiny)), left), (), ONE).outcome == "different"


@pytest.mark.parametrize("power", [30, 3000])
def test_exponents_multiply(power: int) -> None:
    near = (number(1) / 10) ** power
    assert decide_fully(Identity(tanh(t) + near, tanh(t)), (), ONE).outcome == "different"
    whole = decide_fully(Identity(tanh(t) + (t / 10) ** 9000, tanh(t)), (), ONE)
    assert whole.outcome == "unknown"
    assert str(MOST // 2) in whole.detail


EQUAL: list[Claim] = [
    Identity(sqrt(5 + 2 * sqrt(number(6))), ROOT2 + ROOT3),
    Identity(norm(2 * v), 2 * norm(v)),
    Identity(sqrt((ROOT2 - ROOT3) ** 2), ROOT3 - ROOT2),
    Identity(1 / (ROOT3 - ROOT2), ROOT3 + ROOT2),
    Identity((2 + ROOT3) ** Fraction(1, 2), (ROOT3 + 1) / ROOT2),
    Bound(norm(v) * norm(v), v.T @ v),
    Identity(sqrt(ROOT2 * ROOT2 - 2 + 0 * t), 0 * t),
]


@pytest.mark.parametrize("claim", EQUAL, ids=str)
def test_what_is_algebraic_is_decided_exactly(claim: Claim) -> None:
    found = decide_fully(claim, (), ONE)
    assert (found.outcome, found.digits) == ("agree", None)


def test_an_undefined_side_is_no_agreement_however_near_to_defined() -> None:
    below = sqrt(ROOT2 * ROOT2 - 2 - TINY + 0 * t)
    assert decide_fully(Identity(below, 0 * t), (), ONE).outcome == "unsatisfied"
    assert (
        decide_fully(Identity((ROOT2 * ROOT2 - 2) ** 0 / (ROOT2**2 - 2), number(1)), (), ONE).outcome == "unsatisfied"
    )
    singular = matrix("A", 2)
    entries = Instance({}, {"A": ((Fraction(1), Fraction(2)), (Fraction(2), Fraction(4)))})
    assert decide_fully(Identity(trace(inverse(ROOT2 * singular)), number(1)), (), entries).outcome == "unsatisfied"


def test_agreement_that_is_not_exact_says_to_how_many_digits() -> None:
    found = decide_fully(Identity(2 * tanh(t), tanh(t) + tanh(t)), (), ONE)
    assert found.outcome == "agree"
    assert found.digits is not None
    assert 60 <= found.digits <= 90
    longer = decide_fully(Identity(2 * tanh(t) + TINY, tanh(t) + tanh(t) + TINY), (), ONE)
    assert longer.digits is not None
    assert longer.digits > 600


@pytest.mark.parametrize(("function", "far"), [(tanh, 300), (erf, 30), (activation("sigmoid"), 900)])
def test_a_function_is_told_from_its_limit(function: object, far: int) -> None:
    theorem = Theorem(
        "user.limit",
        Identity(function(t), number(1)),  # type: ignore[operator]
        near_misses={"no": Identity(t, 2 * t)},
        assumptions=(at_most(number(far), t),),
        docstring="A limit that is not reached.",
    )
    assert establish(observe(theorem, Settings(budget=Budget.QUICK))).verdict is Verdict.REFUTED


def test_what_is_nearer_to_its_limit_than_can_be_told_supports_nothing() -> None:
    theorem = Theorem(
        "user.limit",
        Identity(tanh(t), number(1)),
        near_misses={"no": Identity(t, 2 * t)},
        assumptions=(at_most(number(10**6), t),),
        docstring="A limit that is not reached.",
    )
    assert establish(observe(theorem, Settings(budget=Budget.QUICK))).verdict is Verdict.UNDECIDED


def test_sides_of_which_cancellation_leaves_little_do_not_agree() -> None:
    """An inverse of four rows loses what three factors of 2^5440 take, and no precision is left to try."""
    u = vector("u", 4, nonzero=True)
    near_one = number(Fraction(1, 2**8005)) * eye(4) + eye(4)
    left = trace(inverse(number(2**5440) * sqrt(number(2)) * (u @ u.T) + near_one))
    claim = Identity(left, number(1 + Fraction(1, 2**55)) * left)
    found = decide_fully(claim, (), Instance({}, {"u": column(1, 2, 3, 4)}))
    assert (found.outcome, found.digits) == ("unknown", None)
    assert "too few digits" in found.detail


# ---- heights, against random expressions --------------------------------------------------------------------
def expression(rng: Random, depth: int) -> Term:
    if depth == 0:
        return number(Fraction(rng.randint(-6, 6), rng.randint(1, 4)))
    kind = rng.choice(("+", "*", "root", "root", "cube root", "-", "power"))
    a, b = expression(rng, depth - 1), expression(rng, depth - 1)
    if kind == "root":
        return sqrt(a * a + b * b)
    if kind == "cube root":
        return (a * a + 1) ** Fraction(1, 3)
    if kind == "power":
        return (b * b + 1) ** -1 * a
    return a + b if kind == "+" else a - b if kind == "-" else a * b


@pytest.mark.parametrize("seed", range(60))
def test_no_number_is_nearer_to_zero_than_its_height_says(seed: int) -> None:
    rng = Random(seed)
    term = expression(rng, 3) - expression(rng, 2)
    heights = Heights({})
    plain = scope_of(Instance({}), {}, 64)
    plain.numbers = heights  # type: ignore[assignment]
    height = heights.of(evaluate(term, plain)[0][0])  # type: ignore[type-var]
    if height.gap > 8000:
        pytest.skip("too many bits")
    with ctx.workprec(height.gap + 400):
        value = arb(evaluate(term, scope_of(Instance({}), {}, height.gap + 400))[0][0])
        if value.contains(0):
            assert value.abs_upper() < arb(2) ** -(height.gap + 100)
        else:
            assert value.abs_lower() > arb(2) ** -height.gap


def test_the_degree_counts_each_radical_once() -> None:
    heights = Heights({})
    two, three = (heights.rational(Fraction(k)) for k in (2, 3))
    roots = [heights.power(x, Fraction(1, 2)) for x in (two, three, two)]
    total = heights.add(heights.add(roots[0], roots[1]), roots[2])
    assert prod(k for k, _ in total.roots) == 4
    assert heights.power(heights.rational(Fraction(9, 4)), Fraction(1, 2)) == fmpq(3, 2)
    with pytest.raises(UnsupportedError, match="values of tanh have no height"):
        Heights({"f": "tanh"}).apply("f", 0, two)


def test_sizes_grow_with_exponents_and_calls() -> None:
    assert size((t + 1) ** 1000, {}) >= 1000
    assert size(number(Fraction(1, 2**500)), {}) >= 500
    assert size(tanh(t) ** 3, {"t": 200}) >= 600


def test_a_bound_that_holds_with_room_is_not_asked_for_digits() -> None:
    """Beside a root of what may be 0: the sides are far apart, as they may be, and their digits say nothing."""
    sigmoid = activation("sigmoid")
    hidden = tanh(t) - (2 * sigmoid(2 * t) - 1)
    instance = Instance({}, {"t": scalar(Fraction(1, 2))}, {}, {"tanh": "tanh", "sigmoid": "sigmoid"})
    found = decide_fully(Bound(sqrt(hidden), number(1)), (), instance)
    assert found.outcome is Outcome.AGREE
    assert found.digits is not None
    assert found.digits > 30
    assert decide_fully(Bound(1 + sqrt(hidden), number(Fraction(1, 2))), (), instance).outcome is not Outcome.AGREE
