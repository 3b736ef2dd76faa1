"""Identities in components: true ones reduce to 0, false ones are never equal and come with a certified witness."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from exact_setting import BOUNDED, BOUNDS, FALSE, SETTING, THEOREM, TRUE, d, w

from theory import Bound, Identity, Part, Theorem, dimension, norm, number, projector, real, sqrt, vector
from theory.statements.claims import Claim
from theory.terms.symbols import positive, scalar_field
from verify.exact.number_system import UnsupportedError
from verify.exact.rationals import RationalFunctions
from verify.proof.kernel import Verdict, establish
from verify.rules.dense import compare, observe
from verify.settings import Budget, Settings


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize("size", [2, 3])
def test_true_identities_reduce_to_zero(name: str, size: int) -> None:
    assert compare(TRUE[name], SETTING, {"d": size}, Random(0)).outcome == "equal"


@pytest.mark.parametrize("name", [k for k, c in FALSE.items() if isinstance(c, Identity)])
def test_false_identities_are_different_with_a_witness(name: str) -> None:
    claim = FALSE[name]
    assert isinstance(claim, Claim)
    theorem = Theorem(
        "user.false", parts=(Part("", claim, None),), near_misses={"no": claim}, assumptions=SETTING, docstring="False."
    )
    trace = observe(theorem, Settings(Budget.QUICK))
    assert [case.outcome for case in trace.cases] == ["different"]
    assert establish(trace).verdict is Verdict.REFUTED


def test_a_theorem_at_standard_budget() -> None:
    trace = observe(THEOREM, Settings())
    assert {case.part for case in trace.cases} == set(TRUE)
    assert {case.sizes for case in trace.cases} == {(("d", 2),), (("d", 3),)}
    assert establish(trace).verdict is Verdict.SUPPORTED


def test_bounds_alone_are_unknown() -> None:
    theorem = Theorem(
        "user.bound", BOUNDS["low"], None, near_misses={"no": BOUNDS["low"]}, assumptions=BOUNDED, docstring="Bound."
    )
    trace = observe(theorem, Settings())
    assert {case.outcome for case in trace.cases} == {"unknown"}
    assert establish(trace).verdict is Verdict.UNDECIDED


# ---- radicals and absolute values ---------------------------------------------------------------------------
r, s, p = real("r"), real("s"), positive("p")
n = dimension("n")
y = vector("y", n)
P = projector("P", n)
loss = scalar_field("L", n)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (sqrt(r**2), abs(r), True),
        (sqrt(r**2), r, False),
        (sqrt(p**2), p, True),
        (sqrt(p**2 * (r**2 + 1)), p * sqrt(r**2 + 1), True),
        (sqrt(r**2 * s**2), abs(r) * abs(s), True),
        (abs(r * s), abs(r) * abs(s), True),
        (abs(r + s), abs(r) + abs(s), False),
        (sqrt(number(8)), 2 * sqrt(number(2)), True),
        (sqrt(number(6)), sqrt(number(2)) * sqrt(number(3)), True),
        (sqrt(number(2)), number(Fraction(7, 5)), False),
        (1 / (1 + sqrt(number(2))), sqrt(number(2)) - 1, True),
        (sqrt(p) ** 3 / p, sqrt(p), True),
        (sqrt(1 / p), sqrt(p) / p, True),
        (sqrt(r / s), sqrt(r) / sqrt(s), False),  # not so where both are negative
        (norm(y) ** 2, y.T @ y, True),
        ((P @ y).T @ (P @ y), y.T @ P @ y, True),
        (loss(y + y - y), loss(y), True),
        (loss(y), loss(-y), False),
    ],
)
def test_radicals(left: object, right: object, equal: bool) -> None:
    found = compare(Identity(left, right), (), {"n": 3}, Random(3))  # type: ignore[arg-type]
    assert (found.outcome == "equal") is equal


def test_an_undefined_side_is_not_equal() -> None:
    assert compare(Identity(1 / (r - r), number(0)), (), {}, Random(0)).outcome == "unknown"
    assert (
        compare(Identity(sqrt(number(-1) + r - r) * sqrt(number(-1)), number(-1)), (), {}, Random(0)).outcome
        == "unknown"
    )


def test_quotients_have_lowest_terms() -> None:
    ring = RationalFunctions(4)
    a, b = ring.generator("a"), ring.generator("b")
    square = ring.add(ring.mul(a, a), ring.neg(ring.mul(b, b)))
    quotient = ring.mul(square, ring.power(ring.add(a, b), Fraction(-1)))
    assert quotient == ring.add(a, ring.neg(b))
    assert ring.show(quotient) == "a - b"


TWENTY_DIGITS = 10**20 + 39  # a prime; so are the two below
THIRTEEN = (10**12 + 39, 10**12 + 61)


@pytest.mark.parametrize(
    ("square", "outside", "primes"),
    [
        (Fraction(6 * TWENTY_DIGITS**2), Fraction(TWENTY_DIGITS), (2, 3)),
        (Fraction(TWENTY_DIGITS, 4), Fraction(1, 2), (TWENTY_DIGITS,)),
        (Fraction(THIRTEEN[0] * THIRTEEN[1]), Fraction(1), THIRTEEN),
        (Fraction(8, 27), Fraction(2, 9), (2, 3)),
        (Fraction(1), Fraction(1), ()),
    ],
)
def test_the_root_of_a_rational_is_of_primes(square: Fraction, outside: Fraction, primes: tuple[int, ...]) -> None:
    ring = RationalFunctions(4)
    root = ring.power(ring.rational(square), Fraction(1, 2))
    assert set(ring.names) == {f"sqrt({p})" for p in primes}
    product = ring.rational(outside)
    for p in primes:
        product = ring.mul(product, ring.power(ring.rational(Fraction(p)), Fraction(1, 2)))
    assert root == product
    assert ring.mul(root, root) == ring.rational(square)


def test_what_takes_long_to_factor_is_refused_at_once() -> None:
    ring = RationalFunctions(4)
    hard = (2**521 - 1) * (2**607 - 1)
    with pytest.raises(UnsupportedError, match=f"a factor of {hard.bit_length()} bits"):
        ring.power(ring.rational(Fraction(12 * hard)), Fraction(1, 2))


def test_a_bound_in_a_theorem_with_identities_is_left_out() -> None:
    claims = (Identity(norm(w) ** 2, w.T @ w), Bound(number(0), norm(w)))
    parts = tuple(Part(str(i), c, None) for i, c in enumerate(claims))
    theorem = Theorem("user.both", parts=parts, near_misses={"no": claims[0]}, docstring="Both.")
    assert {c.part for c in observe(theorem, Settings(Budget.QUICK)).cases} == {"0"}
    assert d.name == "d"
