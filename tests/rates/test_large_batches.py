"""The enclosures for all large batches, one by one: the remainder, the slope, the tails, the errors of quadrature."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import acb, arb, arb_series, ctx, fmpq, fmpq_poly

from tests.rates.test_trend import PHIS, at, branches
from verify.rates import large_batches, large_moments
from verify.rates.envelopes import Envelope
from verify.rates.large_batches import BITS, Slope, direction, slope_on, slopes
from verify.rates.large_moments import integrals, near_mean
from verify.rates.quadrature import Work, box_around

N = 1000
T = arb(1) / N


def near(a, b, relative: float) -> bool:
    """Is the one known to be the other up to this much of it?"""
    return bool(abs(a - b) <= relative * abs(b))


# ---- the function g, its slope and the remainder ------------------------------------------------------------
@pytest.mark.parametrize("phi", [*PHIS, "exp(z)", "cos(z) + z/5", "max(z, 0) - 2*max(z - 1, 0)"])
def test_the_slope_at_a_point_is_sharp(phi):
    """Symmetric differences of the values, over a thousandth of t."""
    t = Fraction(1, N)
    low, high, found = at(phi, t - t / N), at(phi, t + t / N), at(phi, t)
    with ctx.workprec(BITS):
        assert found.slope.rad() < 1e-4
        assert near((high.value - low.value) * N * N / 2, found.slope, 1e-4)


@pytest.mark.parametrize(("a", "b"), [(0, -3), (0, 1), (2, -1)])
def test_the_slope_of_a_cubic(a, b):
    """Nothing of a cubic is cut: the slope is that of `explosion.cubic-rate`, with B a series in t."""
    found = at(f"z^3 + {a}*z^2 + {b}*z", Fraction(1, N))
    with ctx.workprec(200):
        batch = 1 + 1 / arb_series([T, 1], 2)
        over = (batch * batch - 1) * (batch + 1) * (batch + 3)
        parts = (
            batch / (batch - 1) * (b + 3 * (batch - 1) / (batch + 1)) ** 2,
            2 * batch * (batch - 2) / (batch * batch - 1) * a * a,
            6 * batch * batch * (batch - 2) * (batch - 3) / over,
        )
        top = sum((k * (batch - 3 + k) / (batch - 3) * part for k, part in enumerate(parts, 1)), arb_series([0], 2))
        exact = top / (parts[0] + parts[1] + parts[2])
        assert found.value.overlaps(exact[0])
        assert found.slope.overlaps(exact[1])
        assert found.slope.rad() < 1e-4
        assert found.cut * T**3 < 1e-15


def test_the_remainder_of_a_part_of_degree_seven():
    """phi = S_7 at n = 1000, all of it beyond degree 5: D = 7 (1 + 5t) A, u_K = A, and g is exact."""
    before, now, y = fmpq_poly([0]), fmpq_poly([1]), fmpq_poly([0, 1])
    for k in range(7):
        before, now = now, fmpq(2 * k + N - 2, k + N - 2) * y * now - fmpq(k * N, k + N - 2) * before
    text = " + ".join(f"({c})*z^{j}" for j, c in enumerate(now.coeffs()) if c)
    found = at(text, Fraction(1, N))
    with ctx.workprec(BITS):
        most = large_batches._largest(T, 3)
        g = 7 * (1 + 5 * T) / (1 - 2 * T)
        cut = most * (7 * (1 + 5 * T) + g * (1 - 2 * T)) / ((1 - 2 * T) * (1 - most * T**3))
        assert near(found.value, g, 1e-9)
        assert near(found.cut, cut, 1e-9)


@pytest.mark.parametrize("phi", PHIS)
def test_a_wide_box_holds_the_remainder_of_each_narrow_one(phi):
    for low, high in ((0, 128), (128, 64), (1000, 900)):
        ends = Fraction(1, low) if low else Fraction(0), Fraction(1, high)
        wide = at(phi, (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2).cut.abs_upper()
        if wide.is_finite():
            for share in (0, 1, 2):
                assert at(phi, ends[0] + share * (ends[1] - ends[0]) / 2).cut.lower() <= wide


def test_the_remainder_takes_the_worst_of_wide_integrals(monkeypatch):
    """A = u in [1/2, 3/2] and D = 1, nothing of them in low degrees: u may be 1/2, |g| 2, and 3/2 may be cut."""

    def wide(mass) -> Slope:
        parts = (arb_series([x, 0], 2) for x in (mass, arb(1, 0.5), arb(1)))
        monkeypatch.setattr(large_batches, "integrals", lambda *_: (*parts, [arb_series([0], 2)] * 6))
        return slope_on([], T, 5, Work(1))

    with ctx.workprec(BITS):
        most, left = large_batches._largest(T, 3), 1 - 2 * T
        worst = most * (1 + 2 * fmpq(3, 2)) / (left * (arb(0.5) - most * T**3 * fmpq(3, 2)))
        assert near(wide(arb(1)).cut.abs_upper(), worst, 1e-6)
        assert not wide(arb(0.1, 0.2)).slope.is_finite()


@pytest.mark.parametrize("half", [2, 3, 4])
@pytest.mark.parametrize("n", [8, 64, N])
def test_the_largest_ratio_is_a_mean_over_a_beta_number(n, half):
    with ctx.workprec(100):
        t, alpha = arb(1) / n, arb(fmpq(n - 2, 2))
        moments = [
            (arb(fmpq(1, 2)) + j).gamma()
            * (alpha + fmpq(1, 2)).gamma()
            / arb.pi().sqrt()
            / (alpha + fmpq(1, 2) + j).gamma()
            for j in range(half + 1)
        ]
        binomial = [1, half, half * (half - 1) // 2, half * (half - 1) * (half - 2) // 6, 1][: half + 1]
        mean = sum(
            (c * t ** (2 * (half - j)) * m for j, (c, m) in enumerate(zip(binomial, moments, strict=True))), arb(0)
        )
        assert near(large_batches._largest(t, half), mean / t**half, 1e-20)


def test_a_box_of_many_t_holds_the_largest_ratio_of_each():
    with ctx.workprec(BITS):
        wide = large_batches._largest(arb(0).union(arb(1) / 64), 3)
        assert all(large_batches._largest(arb(1) / n, 3) <= wide for n in (64, 100, 10**5))


# ---- from boxes to all batch sizes --------------------------------------------------------------------------
def planted(monkeypatch, *found: Slope) -> None:
    monkeypatch.setattr(large_batches, "slopes", lambda *_: iter(found))


def box(slope: float, cut: float) -> Slope:
    return Slope(arb(1), arb(slope), arb(cut))


@pytest.mark.parametrize(("sign", "way"), [(1, "falls"), (-1, "rises")])
def test_a_slope_must_exceed_twice_the_remainder(monkeypatch, sign, way):
    """2 c t^(m-2) (1 + t) at t = 1/10: 2.2 at degree 3 and 0.22 at degree 5 for c = 1."""
    for degree, least in ((3, 2.2), (5, 0.22), (7, 0.022)):
        for size, told in ((1.001, way), (0.999, "unknown")):
            planted(monkeypatch, box(sign * 100, 0.5), box(sign * least * size, 1), box(sign * 100, 0.5))
            assert direction([], 10, 3, degree, Work(1)) == told


def test_every_box_counts(monkeypatch):
    good, none = box(1, 0.1), box(-1, 0.1)
    for found in ((good, none), (none, good), (good, box(0, 0.1)), (box(0, 0.1), none)):
        planted(monkeypatch, *found)
        assert direction([], 10, 2, 5, Work(1)) == "unknown"


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_box_of_which_nothing_is_known(monkeypatch, where):
    for unknown in (
        Slope(arb(1), arb.nan(), arb(0)),
        Slope(arb(1), arb(9), arb.nan()),
        Slope(arb(1), arb(9), arb("inf")),
    ):
        found = [box(9, 0.1)] * 3
        found[where] = unknown
        planted(monkeypatch, *found)
        assert direction([], 10, 3, 5, Work(1)) == "unknown"


def test_the_boxes_tile_the_range_of_t(monkeypatch):
    seen = []
    monkeypatch.setattr(large_batches, "slope_on", lambda _, t, *__: seen.append(t))
    list(slopes([], 64, 7, 5, Work(1)))
    assert len(seen) == 7
    for i, t in enumerate(seen):
        assert all(t.contains(arb(fmpq(k, 7 * 64)).mid()) for k in (i, i + 1))


# middle, half, radius of the ellipse; at y = 2.5 the density hardly moves with t
PANELS = ((0.0, 0.5, 2.0), (0.0, 3.0, 2.0), (1.5, 0.25, 3.0), (2.5, 0.01, 2.0), (5.0, 0.5, 2.0), (-5.5, 0.25, 4.5))


# ---- integrals ----------------------------------------------------------------------------------------------
def captured(monkeypatch, phi: str, t, errors=(0,) * 8):
    """What is handed to the quadrature for each piece of phi, and the integrals if its errors were these."""
    seen = []

    def integrate(add, bounds, ends, tolerance, work):
        seen.append((bounds, ends))
        return tuple(arb(e) for e in errors)

    monkeypatch.setattr(large_moments, "integrate", integrate)
    return seen, integrals(branches(phi), t, 5, Work(1))


@pytest.mark.parametrize("phi", ["id", "exp(z) + 20", "z^3 - 3*z", "1/(4 + z^2)", "100*exp(-z^2/2)"])
def test_the_integrands_stay_below_their_bounds(monkeypatch, phi):
    """At complex places of the boxes, and t anywhere in its ball, by the density as it is written."""
    rng = random.Random(phi)
    with ctx.workprec(BITS):
        box_of_t = arb(fmpq(1, 100)).union(arb(fmpq(1, 64)))
        ((bounds, _),), _ = captured(monkeypatch, phi, box_of_t)
        (branch,), centre = branches(phi), near_mean(branches(phi))
        for middle, half, radius in PANELS:
            around = box_around(arb(middle), arb(half), radius)
            found = bounds(around)
            if not all(m.is_finite() for m in found):
                continue
            wide, high = float(around.real.rad()), float(around.imag.rad())
            for _ in range(60):
                y = acb(
                    middle + wide * rng.choice((-1, 1, rng.uniform(-1, 1))),
                    high * rng.choice((-1, 1, rng.uniform(-1, 1))),
                )
                t = arb(1) / rng.choice((64, 80, 100))
                f, g = branch.phi(y)
                f, left = f - centre, 1 - t * y * y
                density = ((1 / t - 3) / 2 * left.log()).exp()
                rise = -left.log() / (2 * t * t) - (1 / t - 3) / 2 * y * y / left
                true = [density, density * f * f, density * left * g * g]
                slope = [rise * true[0], rise * true[1], density * g * g * (rise * left - y * y)]
                powers = [density * f * y**j for j in range(6)]
                assert all(
                    abs(a) <= b * (1 + 1e-12) for a, b in zip([*true, *slope], [*found[:3], *found[4:7]], strict=True)
                )
                assert all(abs(a) <= found[3] * (1 + 1e-12) and abs(a * rise) <= found[7] * (1 + 1e-12) for a in powers)


def test_the_density_where_its_series_is_cut():
    """|t y^2| = 0.97, where 128 terms leave 10^-3 of their sum: at real and complex places."""
    with ctx.workprec(BITS):
        t = arb(1) / 100
        for turn in (0, 0.1, 0.5, 1, 2):
            x = acb(0, turn).exp() * fmpq(97, 100) if turn else arb(fmpq(97, 100))
            y = (100 * x).sqrt()
            left = 1 - t * y * y
            density, rise = large_moments._density(y, t)
            assert density.overlaps(((1 / t - 3) / 2 * left.log()).exp())
            assert rise.overlaps(-left.log() / (2 * t * t) - (1 / t - 3) / 2 * y * y / left)
        assert not large_moments._density(arb(10), t)[0].is_finite()


def test_the_density_with_any_number_of_terms(monkeypatch):
    """On both sides of where more terms are taken, and with too few of them, which make the ball wide and not wrong."""
    with ctx.workprec(BITS):
        t = arb(1) / 100
        edges = large_moments._reach(BITS)
        assert [large_moments._terms(edge * (1 + s), BITS) for edge in edges for s in (-1e-6, 1e-6)] == [
            terms for pair in pairwise(large_moments.TERMS) for terms in pair
        ]
        for asked in (None, *large_moments.TERMS):
            if asked is not None:
                monkeypatch.setattr(large_moments, "_terms", lambda size, bits, asked=asked: asked)
            for x in (arb(edge) * (1 + s) for edge in (*edges, 0.9) for s in (-1e-6, 1e-6)):
                for place in (x, acb(x) * acb(0, 1).exp()):
                    y = (100 * place).sqrt()
                    left = 1 - t * y * y
                    density, rise = large_moments._density(y, t)
                    assert density.overlaps(((1 / t - 3) / 2 * left.log()).exp())
                    assert rise.overlaps(-left.log() / (2 * t * t) - (1 / t - 3) / 2 * y * y / left)


def test_errors_of_quadrature_come_back_in_their_places(monkeypatch):
    with ctx.workprec(BITS):
        _, (mass, square, energy, powers) = captured(monkeypatch, "max(z, 0)", T, range(1, 9))
        for found, place in ((mass, 1), (square, 2), (energy, 3), *((p, 4) for p in powers)):
            for i in (0, 1):  # two pieces: twice the error
                assert 2 * (place + 4 * i) <= float(found[i].rad()) < 2 * (place + 4 * i) + 0.01


def test_pieces_end_at_the_breaks_and_beyond_them(monkeypatch):
    """R lies beyond every break, or nothing is known."""
    with ctx.workprec(BITS):
        seen, found = captured(monkeypatch, "abs(z + 1) + abs(z - 7)", T)
        places = [[float(end) for end in ends] for _, ends in seen]
        assert places[0][1] == places[1][0] == -1
        assert places[1][1] == places[2][0] == 7
        assert places[2][1] == -places[0][0] > 7
        assert found[0][0].is_finite()
        _, (mass, *_) = captured(monkeypatch, "abs(z - 7)", arb(1) / 64)  # sqrt(64 * 3/4) < 7
        assert not mass[0].is_finite()


@pytest.mark.parametrize("envelope", [(2, 1, 0), (3, 0, 1), (0.5, 2, 0.5), (1, 0, 0)])
@pytest.mark.parametrize(("count", "power"), [(0, 4), (1, 5), (2, 0), (2, 4)])
def test_a_tail_lies_below_its_bound(envelope, count, power):
    factor, degree, rate = envelope
    for end, narrow in ((6, 1.0), (8, 0.875)):
        with ctx.workprec(BITS):
            found = large_moments._tail(Envelope(arb(factor), degree, arb(rate)), count, power, arb(end), arb(narrow))
            true = acb.integral(
                lambda y, _, narrow=narrow: (
                    arb(factor) ** count * y ** (count * degree + power) * (count * rate * y - narrow * y * y / 2).exp()
                ),
                end,
                end + 30,
            ).real
            assert true < found < 3 * true


def test_no_tail_is_known_where_the_integrand_still_rises():
    with ctx.workprec(BITS):
        assert large_moments._tail(Envelope(arb(1), 0, arb(3)), 2, 0, arb(6), arb(1)) is None
        assert large_moments._tail(Envelope(arb(1), 20, arb(0)), 2, 0, arb(6), arb(1)) is None


@pytest.mark.parametrize(
    "phi", ["max(z, 0)^3 + z", "min(z, 0)^3 + z", "exp(z)", "exp(-z)", "40 + z", "sin(40*z)", "100*exp(-z^2/2)"]
)
def test_what_lies_beyond_is_bounded_on_both_sides(phi):
    """All integrands beyond |y| = 6 at t = 1/100, up to the edge at 10."""
    with ctx.workprec(BITS):
        t, found = arb(1) / 100, branches(phi)
        centre = near_mean(found)
        bounds = large_moments._beyond(found, fmpq(6), t, 5, abs(centre))

        def true(term) -> float:
            total = 0.0
            for branch, side in ((found[0], -1), (found[-1], 1)):
                for i in range(400):
                    y = arb(6 + (i + 0.5) / 100)
                    f, g = branch.phi(side * y)
                    left = 1 - t * y * y
                    density = ((1 / t - 3) / 2 * left.log()).exp()
                    rise = -left.log() / (2 * t * t) - (1 / t - 3) / 2 * y * y / left
                    total += float(abs(term(y, f - centre, g, density, rise, left)).mid()) / 100
            return total

        terms = (
            lambda y, f, g, density, rise, left: density,
            lambda y, f, g, density, rise, left: density * f * f,
            lambda y, f, g, density, rise, left: density * left * g * g,
            lambda y, f, g, density, rise, left: density * abs(f) * y**5,
            lambda y, f, g, density, rise, left: density * rise,
            lambda y, f, g, density, rise, left: density * rise * f * f,
            lambda y, f, g, density, rise, left: density * g * g * (rise * left - y * y),
            lambda y, f, g, density, rise, left: density * rise * abs(f) * y**5,
        )
        for bound, term in zip(bounds, terms, strict=True):
            assert true(term) <= float(bound.mid())
            assert bound <= 1000 * true(term) or not phi.startswith("sin")  # else it is loose: |z^3 + z| <= 2 z^3


def test_a_slope_that_nothing_bounds():
    with ctx.workprec(BITS):
        assert large_moments._beyond(branches("sin(exp(z^2/9))"), fmpq(6), arb(1) / 100, 5, arb(0)) is None


def test_moments_of_an_exponential():
    """E exp(s y) = 0F1(n/2; s^2 n/4) on the sphere; its slope in t by differences."""
    with ctx.workprec(BITS):
        mass, square, _, powers = integrals(branches("exp(z)"), T, 3, Work(10**6))
        centre = near_mean(branches("exp(z)"))

        def mean(s: int, n):
            return (s * s * n / 4).hypgeom([], [n / 2])

        def expected(n):
            return mean(2, n) - 2 * centre * mean(1, n) + centre * centre

        with ctx.workprec(300):
            step = arb(1) / 10**20
            exact = expected(arb(N))
            t = arb(1) / N
            slope = (expected(1 / (t + step)) - expected(1 / (t - step))) / (2 * step)
        assert (square / mass)[0].overlaps(exact)
        assert near((square / mass)[1], slope, 1e-6)
        assert (powers[0] / mass)[0].overlaps(mean(1, arb(N)) - centre)
        assert square[0].rad() < 1e-6
