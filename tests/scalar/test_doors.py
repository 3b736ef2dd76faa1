"""What a scalar theorem may not be, and that the calculus of matrices takes nothing from it on trust."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from theory import (
    ALGEBRA,
    Antiderivative,
    Below,
    Bound,
    Extension,
    Identity,
    KnownIntegral,
    Numbers,
    Range,
    Theorem,
    Written,
    activation,
    arccos,
    at_least,
    at_most,
    between,
    cos,
    define,
    diag,
    dimension,
    erf,
    hadamard,
    integral,
    inverse,
    number,
    pi,
    positive,
    real,
    sin,
    start,
    surplus,
    vector,
)
from theory import terms as t
from theory.statements.theorem import TheoremError
from theory.terms import CalculusError
from verify.proof import lines_on_matrices as derivation
from verify.proof import lines_on_numbers as scalar_lines
from verify.proof.kernel import Verdict, establish
from verify.proof.observations import Box, BoxOutcome, BoxPart, BoxTrace
from verify.rules import boxes
from verify.settings import Settings

x, a = real("x"), real("a")
POSITIVE = between(x, 0, 1)


def scalar(claim, chain=None, ranges=(), **more):
    more.setdefault("near_misses", {"none": Identity(x, x + 1)})
    return Theorem("user.scalar", claim, chain, setting=Numbers(ranges), docstring="A scalar theorem.", **more)


def absolute() -> Theorem:
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
    with pytest.raises(TheoremError, match="needs a line <"):
        scalar(Below(x, x + 0 * a), start(x).equals(x + 0 * a))
    assert scalar(Below(x, x + 1), None).by_boxes
    assert not scalar(Below(x, x + 1), start(x).below(x + 1, surplus(number(1)))).by_boxes
    assert not Theorem("user.plain", Below(x, x + 1), near_misses={"none": Below(x, x)}, docstring="A claim.").by_boxes
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
            near_misses={"none": Identity(left, right + 1)}, docstring="A theorem on matrices.")  # fmt: skip
        assert establish(derivation.observe(plain)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sin(x) ** 2 + cos(x) ** 2, number(1)),
        (erf(x) - erf(x), number(0)),
        (pi * x, 3 * x),
        (integral(a, a, 0, x), x),
        (define("folded", (x,), arccos(x))(a), a),
    ],
)
def test_a_statement_on_matrices_with_functions_of_analysis_is_refused_with_the_remedy(left, right):
    for claim in (Identity(left, right), Identity(right, left)):
        with pytest.raises(TheoremError, match=r"Remedy: a theorem with setting=Numbers\(...\), on real symbols"):
            Theorem("user.plain", claim, near_misses={"none": Identity(x, number(1))}, docstring="A theorem.")
    with pytest.raises(TheoremError, match=r"Remedy: a theorem with setting=Numbers\(...\), on real symbols"):
        Theorem(
            "user.plain", Identity(x, x + 0 * a), start(x).equals(left, ALGEBRA).equals(x + 0 * a),
            near_misses={"none": Identity(x, number(1))}, docstring="A theorem.")  # fmt: skip


@pytest.mark.parametrize("left", [activation("f")(x), inverse(x), hadamard(x, a), diag(x)])
def test_a_statement_on_scalars_with_matrices_or_activations_is_refused_with_the_remedy(left):
    for claim in (Identity(left, x + 0 * a), Identity(x + 0 * a, left)):
        with pytest.raises(TheoremError, match=r"Remedy: setting=Matrices\(\), for matrices"):
            scalar(claim)
        with pytest.raises(TheoremError, match=r"Remedy: setting=Matrices\(\), for matrices"):
            scalar(Identity(x, x + 0 * a), near_misses={"none": claim})


def test_a_near_miss_speaks_of_the_symbols_of_the_claim():
    with pytest.raises(TheoremError, match="a near miss speaks of a, which the claim does not"):
        scalar(Identity(abs(x), x), near_misses={"other": Identity(x, x + a)})


def test_a_range_has_exact_ends_in_order():
    for low, high, more in (
        (1, 0, {}),
        (1, 1, {"low_open": True}),
        (1, 1, {"high_open": True}),
        (Fraction(1, 3), Fraction(2, 3), {"whole": True}),
        (1, 2, {"whole": True, "low_open": True, "high_open": True}),
    ):
        with pytest.raises(CalculusError, match="low < high"):
            Range(x, low, high, **more)
    for end in (0.5, float("nan"), True, "1", np.int64(3), np.float64(2)):
        for ends in ((end, None), (None, end)):
            with pytest.raises(CalculusError, match="exact end"):
                Range(x, *ends)
    for symbol in (x + 1, t.Symbol("x", bound=1), vector("w", dimension("d")), "x"):
        with pytest.raises(CalculusError, match="expected the real symbol"):
            Range(symbol, 0, 1)
    assert Range(x, 1, 1).low == Fraction(1)
    assert type(Range(x, 1, 2).low) is Fraction
    assert Range(x, 1, 2, whole=True, low_open=True).contains(Fraction(2))
    assert not Range(x, None, 2, low_open=True).low_open
    for ranges in ([between(x, 0, 1)], (x,), "x"):
        with pytest.raises(TheoremError, match="a tuple of ranges"):
            scalar(Identity(abs(x), x), ranges=ranges)


def test_the_data_of_a_reason_are_exact_numbers_and_scalar_terms():
    good = (x, x, Fraction(0), Fraction(1))
    for place, value in itertools.product((2, 3), (0.5, float("nan"), True, "1", np.float64(1), np.int64(1), None)):
        with pytest.raises(CalculusError, match="expected an exact"):
            Extension(*(value if k == place else old for k, old in enumerate(good)))
    for reach in (0, -1, Fraction(-1, 2)):
        with pytest.raises(CalculusError, match="exact positive number as the reach"):
            Extension(x, x, Fraction(0), reach)
    w = vector("w", dimension("d"))
    for make in (
        lambda wrong: Extension(wrong, x, 0, 1),
        lambda wrong: Antiderivative(wrong, x),
        lambda wrong: Written(x, wrong),
        lambda wrong: Written(wrong, x),
        lambda wrong: KnownIntegral("gamma", (x, wrong, x)),
    ):
        for wrong in (1, 0.5, "x", None, w):
            with pytest.raises(CalculusError, match="expected scalar terms"):
                make(wrong)
    for wrong in (w, x + 1, "x"):
        with pytest.raises(CalculusError, match="expected scalar terms"):
            Antiderivative(x, wrong)
    with pytest.raises(CalculusError, match="the name of a known integral"):
        KnownIntegral("gamma", [x])


def test_integrals_and_limits_are_of_scalars_in_a_real_symbol():
    w = vector("w", dimension("d"))
    for wrong in (w, 1, "x"):
        for make in (
            lambda one: t.Integral(one, x, number(0), number(1)),
            lambda one: t.Integral(x, x, one, number(1)),
            lambda one: t.Integral(x, x, number(0), one),
            lambda one: t.Limit(one, x, t.Special("oo")),
            lambda one: t.Limit(x, x, one),
            lambda one: t.Special("sin", (one,)),
            lambda one: t.Integral(x, one, number(0), number(1)),
            lambda one: t.Limit(x, one, t.Special("oo")),
        ):
            with pytest.raises(CalculusError, match=r"takes scalar terms|in a real symbol"):
                make(wrong)


def test_scalars_take_no_matrices():
    w = vector("w", dimension("d"))
    with pytest.raises(TheoremError):
        scalar(Identity(w.T @ w, w.T @ w + 0), start(w.T @ w).equals(w.T @ w + 0))


def box(low: str, high: str, outcome: BoxOutcome = BoxOutcome.HOLDS) -> Box:
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
