"""What points support: sides that agree exactly or to stated digits, defined on the whole range, at a bounded cost."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import (
    ALGEBRA,
    Below,
    Bound,
    Extension,
    Gamma,
    Identity,
    Numbers,
    Part,
    Range,
    Term,
    Theorem,
    above,
    at_least,
    between,
    cos,
    define,
    derivative,
    erf,
    exp,
    gamma_integral,
    integral,
    limit,
    log,
    number,
    oo,
    pi,
    raised,
    real,
    sin,
    sqrt,
    start,
)
from verify.adversary.replaying import replay
from verify.exact.scalar_balls import Work
from verify.proof.kernel import Evidence, Verdict, conclude, establish
from verify.proof.observations import EnclosureTrace
from verify.rules import boxes, scalar_points
from verify.settings import Budget, Settings

F = Fraction
x, u, h = real("x"), real("u"), real("h")
QUICK = Settings(budget=Budget.QUICK, seed=3)
ONE_TWO = between(x, 1, 2)
SMALL = define("small", (u,), u * F(1, 10**150))


def stated(left: Term, right: Term, *ranges: Range, derived: bool = False) -> Theorem:
    chain = start(left).equals(right, ALGEBRA) if derived else None
    miss = {"one": Identity(x, x + 1)}
    return Theorem(
        "user.points",
        Identity(left, right),
        chain,
        near_misses=miss,
        setting=Numbers(ranges or (ONE_TWO,)),
        docstring="Points.",
    )


def at_points(left: Term, right: Term, *ranges: Range, derived: bool = False) -> Evidence:
    return establish(scalar_points.observe(stated(left, right, *ranges, derived=derived), QUICK))


TINY = {
    "a constant": pi * x * F(1, 10**100),
    "beside a root": sqrt(number(2)) * x * F(1, 10**330),
    "an absolute one beside large numbers": number(F(1, 10**200)),
    "a power": x * number(F(1, 3)) ** 900,
    "a product of small ones": pi * F(1, 10**40) * (sqrt(number(3)) * F(1, 10**40)) * (exp(x) * F(1, 10**40)),
    "exp of exp": x * exp(-exp(number(6))),
    "1 - erf": 1 - erf(30 * x),
    "1/Gamma": 1 / Gamma(number(60)),
    "a power of a function": raised(number(10), number(-300)),
    "folded": SMALL(x),
    "a slope": derivative(F(1, 10**120) * u**2, u, at=x),
    "an integral": integral(F(1, 10**120) * u, u, 0, x),
    "a golden power": ((sqrt(number(5)) - 1) / 2) ** 500,
}


@pytest.mark.parametrize("name", TINY)
def test_sides_that_differ_by_little_are_told_apart(name):
    for whole in (pi * x, x, x**2 + 1):
        assert at_points(whole + TINY[name] + 0 * x, whole).verdict is Verdict.REFUTED


def test_what_is_too_near_to_be_told_apart_is_undecided():
    assert at_points(pi * x + F(1, 10**3900), pi * x).verdict is Verdict.UNDECIDED
    assert at_points(pi * x + exp(-exp(20 * x)), pi * x).verdict is Verdict.UNDECIDED


def test_agreement_is_exact_or_said_to_digits():
    roots = x * (sqrt(number(2)) + sqrt(number(3)))
    exact = scalar_points.observe(stated(x * sqrt(5 + 2 * sqrt(number(6))), roots), QUICK)
    assert (exact.agreeing, exact.exact, exact.digits) == (12, 12, None)
    near = scalar_points.observe(stated(sin(pi * x) ** 2 + cos(pi * x) ** 2, 1 + 0 * x), QUICK)
    assert near.agreeing == 12
    assert near.exact == 0
    assert near.digits is not None
    assert near.digits >= 70
    assert f"10^-{near.digits}" in establish(near).reason


GAPS = {
    "a pole between the points": (pi * x / (x**2 - 2), pi * x * (1 / (x**2 - 2)), ONE_TWO),
    "a root below 0": (c := 0 * log(x), c + 0 * x, between(x, -1, 1)),
    "an end": (x / x * pi, pi + 0 * x, at_least(x, 0)),
    "nowhere": (sqrt(x) * pi, pi * sqrt(x) + 0 * x, between(x, -2, -1)),
}


@pytest.mark.parametrize("name", GAPS)
def test_a_range_with_a_place_without_a_value_is_not_supported(name):
    left, right, side = GAPS[name]
    found = at_points(left, right, side)
    assert found.verdict is Verdict.UNDECIDED
    assert at_points(x / x * pi, pi + 0 * x, above(x, 0)).verdict is Verdict.SUPPORTED


def test_boxes_over_a_place_without_a_value_prove_nothing():
    for left, right, side in (
        (number(-1), 1 / (x - 1) ** 2, between(x, 0, 2)),
        (number(-1), 1 / (x**2 - 2) ** 2, ONE_TWO),
        (sqrt(x) ** 2, number(1), between(x, -1, 0)),
        (x**0, number(F(3, 10)), between(x, F(1, 8), F(1, 2))),
        (integral(sqrt(u), u, x, 1), number(5), between(x, -1, 1)),
    ):
        miss = {"none": Below(number(3), 2 + 0 * x)}
        theorem = Theorem(
            "user.gap", Below(left, right), near_misses=miss, setting=Numbers((side,)), docstring="A gap."
        )
        assert establish(boxes.observe(theorem, QUICK)).verdict in (Verdict.UNDECIDED, Verdict.REFUTED)
        assert establish(scalar_points.observe(theorem, QUICK)).verdict in (Verdict.UNDECIDED, Verdict.REFUTED)


def test_kinks_over_boxes_are_integrated_and_waves_end_with_their_bound():
    kinks = Below(integral(abs(u - x), u, 0, 1), 3 + x)
    miss = {"none": Below(number(3), 2 + 0 * x)}
    theorem = Theorem("user.kinks", kinks, near_misses=miss, setting=Numbers((between(x, 0, 1),)), docstring="Kinks.")
    assert establish(boxes.observe(theorem, QUICK)).verdict is Verdict.PROVED
    waves = Below(integral(abs(sin(10**6 * u * x)), u, 0, 1), number(F(2, 3)))
    theorem = Theorem("user.waves", waves, near_misses=miss, setting=Numbers((between(x, 1, 2),)), docstring="Waves.")
    found = establish(boxes.observe(theorem, QUICK))
    assert found.verdict is Verdict.UNDECIDED
    assert "Remedy: a shorter range" in found.reason


@pytest.mark.parametrize("middle", [F(0), F(1, 3), F(-2, 7)])
def test_points_look_where_a_part_of_the_claim_vanishes(middle):
    """False between two numbers 10^-30 apart, or at one number alone."""
    side, width = between(x, -1, 1), F(1, 10**30)
    bump = abs(x - middle + width) + abs(x - middle - width) - 2 * abs(x - middle)
    assert at_points(x + define("bump", (x,), bump)(x), x + 0 * bump, side).verdict is Verdict.REFUTED
    miss = {"none": Below(number(3), 2 + 0 * x)}
    touching = Below(-((x - middle) ** 2), 0 * x)
    theorem = Theorem("user.touch", touching, near_misses=miss, setting=Numbers((side,)), docstring="It touches.")
    assert establish(scalar_points.observe(theorem, QUICK)).verdict in (Verdict.UNDECIDED, Verdict.REFUTED)


def test_points_look_near_irrational_zeros_and_open_boxes_support_nothing():
    side = between(x, 1, 2)
    narrow = Bound(-((x**2 - 2) ** 2), number(-F(1, 10**40)))
    miss = {"none": Bound(number(3), 2 + 0 * x)}
    theorem = Theorem("user.narrow", narrow, near_misses=miss, setting=Numbers((side,)), docstring="A narrow gap.")
    assert establish(scalar_points.observe(theorem, QUICK)).verdict is Verdict.REFUTED
    touching = Below(-((x**2 - 2) ** 2) - (x**2 - 3) ** 4, 0 * x - (x**2 - 3) ** 4)
    theorem = Theorem("user.touch", touching, near_misses=miss, setting=Numbers((side,)), docstring="It touches.")
    evidence = [establish(boxes.observe(theorem, QUICK)), establish(EnclosureTrace(256, 12, 12, 12, 0, exact=12))]
    assert [e.verdict for e in evidence] == [Verdict.UNDECIDED, Verdict.SUPPORTED]
    assert conclude(evidence, [], {}).verdict is Verdict.UNDECIDED


BEYOND = {
    "a constant": (x, number(10**38), at_least(x, 0)),
    "a square": (x**2, number(10**60), Range(x)),
    "a root": (sqrt(x), number(10**9), at_least(x, 0)),
    "a logarithm": (log(x), number(100), above(x, 0)),
    "a computed constant": (x, exp(exp(number(5))), at_least(x, 1)),
    "downwards": (number(-(10**38)), x, Range(x)),
    "near an open end": (1 / x, number(10**38), above(x, 0)),
    "near an upper end": (1 / (1 - x), number(10**38), Range(x, F(0), F(1), high_open=True)),
    "at a closed end": (number(F(1, 10**30)), x, between(x, 0, 1)),
    "whole": (x, number(10**38), Range(x, F(4), None, whole=True)),
    "a folded constant": (x, define("big", (u,), u**20)(number(100)), Range(x)),
}


@pytest.mark.parametrize("name", BEYOND)
def test_points_go_beyond_every_number_of_the_claim(name):
    left, right, side = BEYOND[name]
    theorem = Theorem(
        "user.beyond", Bound(left, right), near_misses={"one": Bound(x + 1, x)}, setting=Numbers((side,)),
        docstring="Beyond.")  # fmt: skip
    found = scalar_points.observe(theorem, QUICK)
    assert establish(found).verdict is Verdict.REFUTED
    assert replay(found.witness or "", lambda _: theorem).outcome == "different"


def test_numbers_that_no_float_holds_are_shown():
    found = at_points(x * pi, pi * x + 0 * x, at_least(x, 10**400))
    assert found.verdict is Verdict.SUPPORTED
    assert dict(found.observation.ranges)["x"].startswith("1.000e+400")


def test_a_gap_beside_a_limit_that_a_line_gives_is_seen():
    n, s = real("n"), real("s")
    value = limit(1 / n, n, oo)
    shown = Part("limit", Identity(value, number(0)), start(value).equals(number(0), Extension(s, s, F(0), F(1))))
    for beside, wanted in ((0 / (x**3 - 2), Verdict.UNDECIDED), (0 / (x**3 + 2), Verdict.SUPPORTED)):
        parts = (shown, Part("beside", Identity(value + beside, 0 * x), None))
        theorem = Theorem(
            "user.limit",
            parts=parts,
            near_misses={"one": Identity(x, x + 1)},
            setting=Numbers((ONE_TWO,)),
            docstring="A limit.",
        )
        assert establish(scalar_points.observe(theorem, QUICK)).verdict is wanted


def test_points_that_nothing_was_spent_on_are_none_beside_accepted_lines(monkeypatch):
    """An integral costs work at each point, and it may run out: what no line shows is undecided there, as before."""
    left, whole = integral(exp(-x * u), u, 0, oo), Work(10**6)

    def seen(work: Work, *by) -> EnclosureTrace:
        monkeypatch.setattr(scalar_points, "Work", lambda: work)
        chain = start(left).equals(1 / x, *by) if by else None
        theorem = Theorem("user.points", Identity(left, 1 / x), chain, near_misses={"one": Identity(left, x)},
                          setting=Numbers((ONE_TWO,)), docstring="Points.")  # fmt: skip
        return scalar_points.observe(theorem, QUICK)

    known = gamma_integral(1, x)
    every = seen(whole, known)
    half = (10**6 - whole.left) // 2
    some = seen(Work(half), known)
    assert 0 < some.agreeing == some.satisfied == some.requested < every.requested == every.agreeing
    assert establish(some).verdict is establish(every).verdict is Verdict.SUPPORTED
    plain = seen(Work(half))
    assert plain.unknown > 0
    assert plain.requested == every.requested
    none = seen(Work(0), known)
    assert none.unknown == none.requested == every.requested
    said = conclude([establish(none)], [], {})
    assert (said.verdict, said.reason) == (
        Verdict.UNDECIDED, "no instance of the claim was evaluated, so it may be vacuous")  # fmt: skip
    said = conclude([establish(plain)], [], {})
    assert said.verdict is Verdict.UNDECIDED
    assert said.reason.startswith("enclosure: ")
    assert said.reason.endswith("could not be decided")
