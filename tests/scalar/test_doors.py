"""What a scalar theorem may not be, and that the calculus of matrices takes nothing from it on trust."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory.calculus import dimension, number, positive, real, vector
from theory.calculus.terms import CalculusError
from theory.claims import Below, Bound, Identity, at_most
from theory.derivation import ALGEBRA, start
from theory.scalar import cos, log, pi, sin
from theory.scalar.ranges import Range, at_least, between
from theory.scalar.theorem import ScalarTheorem
from theory.theorem import Theorem, TheoremError
from verify.kernel import Verdict, establish
from verify.observations import Box, BoxPart, BoxTrace
from verify.rules import boxes, derivation, scalar_lines
from verify.settings import Settings

x, a = real("x"), real("a")
POSITIVE = between(x, 0, 1)


def scalar(claim, chain=None, **more):
    more.setdefault("near_misses", {"none": Identity(x, x + 1)})
    return ScalarTheorem("user.scalar", claim, chain, docstring="A scalar theorem.", **more)


def absolute() -> ScalarTheorem:
    return scalar(Identity(abs(x), x), start(abs(x)).equals(x), ranges=(POSITIVE,))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"ranges": (POSITIVE, POSITIVE)}, "stated twice"),
        ({"assumptions": (at_most(number(0), x),)}, "takes ranges, no assumptions"),
        ({"near_misses": {}}, "at least one near miss"),
    ],
)
def test_a_scalar_theorem_that_is_none(more, message):
    with pytest.raises(TheoremError, match=message):
        scalar(Identity(abs(x), x), start(abs(x)).equals(x), **more)


def test_a_strict_claim_is_enclosed_and_a_derived_one_derived():
    with pytest.raises(TheoremError, match="enclosed, not derived"):
        scalar(Below(x, x + 0 * a), start(x).equals(x + 0 * a))
    for claim in (Below(x, x),):
        with pytest.raises(TheoremError, match="expected an Identity or a Bound"):
            Theorem("user.plain", claim, near_misses={"none": Identity(x, x + 1)}, docstring="No theorem.")
    with pytest.raises(TheoremError, match="no < claim"):
        Theorem("user.plain", Identity(x, x), near_misses={"none": Below(x, x)}, docstring="No theorem.")
    with pytest.raises(TheoremError, match="no interval"):
        scalar(Identity(real("u", nonzero=True), x), None)
    with pytest.raises(TheoremError, match="plain real symbol"):
        scalar(Identity(dimension("m") + 0, x), None)
    with pytest.raises(CalculusError, match="low < high"):
        between(x, 1, 1)


def test_a_declaration_is_not_widened():
    y = positive("y")
    with pytest.raises(TheoremError, match="wider than its declaration"):
        scalar(Identity(y, y + 0 * x), None, ranges=(at_least(y, -1),))


def test_a_line_of_matrices_may_not_cite_a_scalar_theorem():
    for reason in (absolute(), absolute().at({x: a})):
        left, right = (abs(x), x) if reason == absolute() else (abs(a), a)
        plain = Theorem(
            "user.plain", Identity(left, right), start(left).equals(right, reason),
            near_misses={"none": Identity(x, 1)}, docstring="A theorem on matrices.")  # fmt: skip
        assert establish(derivation.observe(plain)).verdict is Verdict.UNDECIDED


def test_the_calculus_of_matrices_refuses_functions_of_analysis():
    w = vector("w", dimension("d"))
    for left, right in (
        (sin(x) ** 2 + cos(x) ** 2, number(1)),
        (log(x) - log(x), number(0)),
        (pi * (w.T @ w), w.T @ w),
    ):
        plain = Theorem(
            "user.plain", Identity(left, right), start(left).equals(right), near_misses={"none": Identity(x, 1)},
            docstring="A theorem on matrices.")  # fmt: skip
        try:
            verdict = establish(derivation.observe(plain)).verdict
        except TypeError:
            continue  # an interpreter without a row refuses the node; the runner calls such a theorem undecided
        assert verdict is Verdict.UNDECIDED


def test_scalars_take_no_matrices():
    w = vector("w", dimension("d"))
    with pytest.raises(TheoremError):
        scalar(Identity(w.T @ w, w.T @ w + 0), start(w.T @ w).equals(w.T @ w + 0))


def box(low: str, high: str, outcome: str = "holds") -> Box:
    return Box(low, high, outcome)


def test_boxes_of_a_false_claim():
    claim = Below(number(0), x - Fraction(1, 3))
    seen = boxes.observe(scalar(claim, ranges=(POSITIVE,)), Settings())
    assert establish(seen).verdict is Verdict.REFUTED
    touching = boxes.observe(scalar(Below(number(0), x**2), ranges=(between(x, -1, 1),)), Settings())
    assert establish(touching).verdict is Verdict.UNDECIDED
    true = boxes.observe(scalar(Below(number(0), x**2 - x + 1), ranges=(between(x, -2, 2),)), Settings())
    assert establish(true).verdict is Verdict.PROVED
    for ranges in ((), (between(x, 0, 1, open=True),), (Range(x, Fraction(0)),)):
        open_ended = boxes.observe(scalar(Below(number(-1), abs(x)), ranges=ranges), Settings())
        assert establish(open_ended).verdict is Verdict.UNDECIDED
    two = boxes.observe(scalar(Below(number(-1), x**2 + a**2), ranges=(POSITIVE, between(a, 0, 1))), Settings())
    assert establish(two).verdict is Verdict.UNDECIDED


def test_boxes_with_a_gap_prove_nothing():
    gap = BoxPart("", "x", "0", "1", (box("0", "1/3"), box("1/2", "1")))
    assert establish(BoxTrace(128, (gap,))).verdict is Verdict.UNDECIDED


def test_a_box_is_not_decided_where_the_claim_is_undefined():
    pole = boxes.observe(scalar(Below(number(0), 1 + 1 / x**2), ranges=(between(x, -1, 1),)), Settings())
    assert establish(pole).verdict is Verdict.UNDECIDED


def test_a_bound_needs_every_line():
    chain = start(x).equals(x + 0 * a, ALGEBRA)
    theorem = scalar(Bound(x, x + 0 * a), chain)
    assert establish(scalar_lines.observe(theorem)).verdict is Verdict.PROVED
