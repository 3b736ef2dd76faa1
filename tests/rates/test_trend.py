"""All batch sizes at once: the enclosures behind "falls" and "rises", and what is said of each activation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, arb_series, ctx, fmpq

from verify.errors import UserError
from verify.rates import large_batches
from verify.rates.gegenbauer_series import Branch, harmonics, ratios
from verify.rates.large_batches import BITS, Slope, direction, slope_on
from verify.rates.large_moments import integrals
from verify.rates.parsing import parse
from verify.rates.pieces import pieces
from verify.rates.program import bind, compile_
from verify.rates.quadrature import Work
from verify.rates.rate import rate
from verify.rates.trend import Stretch, trend

PHIS = ("tanh", "relu", "gelu", "clip(z, -1, 1)", "sinh(z/2)", "z^3 - 3*z", "sin(3*z)")


def branches(phi: str) -> list[Branch]:
    with ctx.workprec(BITS):
        return [Branch(p.low, p.high, bind(compile_(p.node))) for p in pieces(parse(phi), None)]


def at(phi: str, t: Fraction, width: Fraction = Fraction(0), degree: int = 5) -> Slope:
    with ctx.workprec(BITS):
        low, high = (arb(fmpq(x.numerator, x.denominator)) for x in (t - width, t + width))
        return slope_on(branches(phi), low.union(high), degree, Work(10**6))


# ---- what is enclosed ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("phi", PHIS)
@pytest.mark.parametrize(("n", "degree"), [(64, 5), (200, 5), (100, 7)])
def test_the_rate_lies_within_the_remainder_of_the_cut_series(phi: str, n: int, degree: int) -> None:
    found = at(phi, Fraction(1, n), degree=degree)
    true = rate(phi, n + 1, 20).value
    room = found.cut * arb(1) / n ** ((degree + 1) // 2)
    with ctx.workprec(BITS):
        assert abs(true - found.value).lower() <= room.upper()
    assert room < (0.02 if phi != "sin(3*z)" else 0.1)  # else it says nothing


@pytest.mark.parametrize("phi", PHIS)
@pytest.mark.parametrize("t", [Fraction(1, 70), Fraction(1, 1000)])
def test_the_slope_is_that_of_the_values(phi: str, t: Fraction) -> None:
    width = t / 100
    low, high, box = at(phi, t - width), at(phi, t + width), at(phi, t, width)
    with ctx.workprec(BITS):
        mean = (high.value - low.value) / arb(fmpq((2 * width).numerator, (2 * width).denominator))
        assert mean.overlaps(box.slope)
        assert box.slope.rad() < 2
        assert mean.rad() < 0.4


def test_a_wide_box_holds_the_narrow_ones() -> None:
    wide = at("tanh", Fraction(1, 128), Fraction(1, 128))
    for n in (64, 90, 1000, 10**6):
        narrow = at("tanh", Fraction(1, n))
        assert wide.value.overlaps(narrow.value)
        assert wide.slope.overlaps(narrow.slope)
    assert wide.value.contains(rate("tanh", None, 12).value)


@pytest.mark.parametrize("n", [64, 301])
def test_moments_of_the_sphere(n: int) -> None:
    """The mass is int (1 - y^2/n)^((n-3)/2) dy, and with phi(y) = y: E y^2 = 1, E y^4 = 3n/(n + 2)."""
    with ctx.workprec(BITS):
        mass, square, energy, powers = integrals(branches("id"), arb(1) / n, 3, Work(10**6))
        whole = (arb.pi() * n).sqrt() * arb(fmpq(n - 1, 2)).gamma() / arb(fmpq(n, 2)).gamma()
        assert mass[0].overlaps(whole)
        assert (square / mass)[0].overlaps(arb(1))
        assert (energy / mass)[0].overlaps(arb(fmpq(n - 1, n)))
        assert (powers[3] / mass)[0].overlaps(arb(fmpq(3 * n, n + 2)))
        # E y^4 = 3/(1 + 2t), so its slope is -6/(1 + 2t)^2; that of E y^2 is 0
        assert (powers[3] / mass)[1].overlaps(-6 / (1 + 2 * arb(1) / n) ** 2)
        assert (square / mass)[1].overlaps(arb(0))
        assert all(x[i].rad() < 1e-3 for x in (mass, square, energy) for i in (0, 1))


@pytest.mark.parametrize("n", [5, 16, 100])
def test_gegenbauer_in_t(n: int) -> None:
    with ctx.workprec(200):
        t = arb_series([arb(1) / n, arb(1)], 2)
        polynomials, found = large_batches._gegenbauer(t, 9)
        for k, expected in enumerate(ratios(n, 9)):
            assert found[k][0].overlaps(expected)
            assert large_batches._share(t, k)[0].overlaps(arb(harmonics(n, k)) / arb(n) ** k)
            # p_k = n^(-k/2) S_k(-1/sqrt n), as R_k(x) = n^(-k/2) S_k(x sqrt n)
            y = -1 / arb(n).sqrt()
            value = sum((c[0] * y**j for j, c in enumerate(polynomials[k])), arb(0))
            assert (value / arb(n).sqrt() ** k).overlaps(expected)


@pytest.mark.parametrize("n", [6, 20, 100])
@pytest.mark.parametrize("half", [2, 3, 5])
def test_ratios_of_high_degree_are_small(n: int, half: int) -> None:
    bound = large_batches._largest(arb(1) / n, half) / arb(n) ** half
    sizes = [abs(r) for r in ratios(n, 60)[2 * half :]]
    assert all(size <= bound for size in sizes)
    assert max(sizes, key=float) > bound / 100


# ---- what is said -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("phi", "expected"),
    [
        ("relu", [(4, None, "falls")]),
        ("1000 + sin(z)", [(4, None, "falls")]),
        ("cos(0.1*z)", [(4, None, "falls")]),
        ("z^3 - 3*z", [(4, 6, "rises"), (7, None, "falls")]),
        ("z - z^3/6", [(4, 7, "falls"), (8, None, "rises")]),
        ("z*cos(2*z)", [(4, 5, "falls"), (6, None, "rises")]),
        ("clip(z, -2, 2) + 0.6*sign(z)*sin(12*max(abs(z) - 2, 0))", [(4, 5, "falls"), (6, None, "rises")]),
        (
            "exp(z^2/8)",
            [(4, 64, "falls"), (65, None, "unknown")],
        ),  # no limit: E exp(Z^2/4) is finite, the fourth is not
    ],
)
def test_trends(phi: str, expected: list[tuple[int, int | None, str]]) -> None:
    assert trend(phi) == tuple(Stretch(*stretch) for stretch in expected)


@pytest.mark.parametrize("phi", ["tanh", "z - z^3/6"])
def test_what_is_said_of_all_holds_far_out(phi: str) -> None:
    last = trend(phi)[-1]
    for batch in (last.first + 70, 700, 70_000):
        small, large = rate(phi, batch, 14).value, rate(phi, batch + 1, 14).value
        assert (large < small) if last.direction == "falls" else (small < large)


def test_the_remainder_counts() -> None:
    """With few boxes or a rough series nothing is claimed; a remainder as large as the slope hides it."""
    found = branches("sin(4*z)")
    assert direction(found, 64, 1, 5, Work(10**6)) == "unknown"
    assert direction(found, 64, 64, 3, Work(10**6)) == "unknown"
    assert direction(found, 64, 64, 5, Work(10**6)) == "falls"
    assert direction(found, 64, 64, 5, Work(50)) == "unknown"  # not enough work


@pytest.mark.parametrize("phi", ["2", "z +", "1/z", "sign(z)"])
def test_what_has_no_rate_has_no_trend(phi: str) -> None:
    with pytest.raises(UserError):
        trend(phi)
