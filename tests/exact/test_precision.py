"""Sides that differ by very little: precision rises until the sign is certain, and the certificate replays."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import Bound, Identity, dimension, norm, number, real, sqrt, vector
from theory.statements.claims import Claim
from verify.adversary.replaying import replay
from verify.exact.agreement import SUSPECT, decide_fully, decide_suspect
from verify.exact.deciding import decide
from verify.exact.instances import Instance, column, scalar
from verify.exact.witnesses import witness_json

n = dimension("n")
a = vector("a", n)
t = real("t")
ROOT = sqrt(number(2))

# Each is off by t times its size.
PLANTED: dict[str, Claim] = {
    "identity": Identity(ROOT * (1 + t), ROOT),
    "bound": Bound(ROOT * (1 + t), ROOT),
    "length": Identity(norm((1 + t) * a), norm(a)),
    "cancelling": Identity((ROOT + t) ** 2 - 2 - 2 * ROOT * t, number(0)),
}
BITS = {40: 256, 200: 1024, 500: 2048}


def at(exponent: int, scale: int = 0) -> Instance:
    size = Fraction(10) ** scale
    return Instance({"n": 2}, {"t": scalar(Fraction(1, 10**exponent)), "a": column(size, 2 * size)})


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("exponent", [3, 40, 200])
def test_a_small_difference_is_certified(name: str, exponent: int) -> None:
    decision = decide_suspect(PLANTED[name], (), at(exponent))
    assert decision.outcome == "different"
    assert decision.bits in SUSPECT
    assert decision.bits >= exponent * 3.3  # fewer bits could not have told


@pytest.mark.parametrize(("exponent", "bits"), BITS.items())
def test_no_more_bits_than_needed(exponent: int, bits: int) -> None:
    assert decide_suspect(PLANTED["identity"], (), at(exponent)).bits == bits


@pytest.mark.parametrize("scale", [150, -150, 400, -400])
def test_the_difference_counts_against_the_size_of_the_sides(scale: int) -> None:
    assert decide_suspect(PLANTED["length"], (), at(200, scale)).outcome == "different"
    assert decide_suspect(Identity(norm(a + 0 * t * a), norm(a)), (), at(200, scale)).outcome == "agree"


def test_a_difference_in_rationals_needs_no_bits() -> None:
    decision = decide(Identity(1 + t, number(1)), (), at(5000))
    assert (decision.outcome, decision.bits) == ("different", 128)


def test_what_is_equal_agrees_and_is_never_called_different() -> None:
    nested = Identity(sqrt(5 + 2 * sqrt(number(6))) + 0 * t, sqrt(number(2)) + sqrt(number(3)))
    assert decide_suspect(nested, (), at(200)).outcome == "agree"
    assert decide_suspect(Identity(ROOT**2 * (1 + t) - 2 * t, number(2)), (), at(200)).outcome == "agree"
    assert decide_suspect(Bound(ROOT * (1 - t), ROOT), (), at(200)).outcome == "agree"


@pytest.mark.parametrize("exponent", [900, 3000])
def test_beyond_the_ladder_the_height_of_the_numbers_decides(exponent: int) -> None:
    for name in ("identity", "bound", "length"):
        assert decide_suspect(PLANTED[name], (), at(exponent)).outcome == "different"
        drawn = decide_fully(PLANTED[name], (), at(exponent))  # exact, or agreement to digits that are said
        assert drawn.outcome == "different" or (drawn.digits is not None and 600 < drawn.digits < exponent)


def test_a_witness_off_by_little_replays_with_both_sides() -> None:
    from theory import Part, Theorem

    theorem = Theorem(
        "user.little",
        parts=(Part("", PLANTED["identity"], None),),
        near_misses={"no": PLANTED["bound"]},
        docstring="Off by little.",
    )
    for name in ("user.little", "user.little/no"):
        again = replay(witness_json(name, at(200)), lambda _: theorem)
        assert (again.outcome, again.bits) == ("different", 1024)
        assert again.left.startswith("[1.41421356")
        assert again.right.startswith("[1.41421356")
