"""lambda against the catalogue's table, against other ways to compute it, and against what theory demands of it."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, arb_series, ctx

from verify.errors import UserError
from verify.rates import methods
from verify.rates.closed import two_slopes
from verify.rates.named import named
from verify.rates.rate import Rate, rate

WAVY = "clip(z, -2, 2) + 0.6*sign(z)*sin(12*max(abs(z) - 2, 0))"
BATCHES = (4, 8, 32, 128, None)
TABLE = {
    "relu": {
        4: "3.084060948", 5: "2.273706648", 6: "2.003778624", 8: "1.788189977", 16: "1.589950417", 32: "1.521952831",
        64: "1.493062938", 128: "1.479681272", 1024: "1.468500992", None: "1.46694220692",
    },
    "tanh": {
        4: "2.129256", 8: "1.358548", 16: "1.246258", 32: "1.208303", 64: "1.192264", 128: "1.184853", None: "1.177807",
    },
    "erf": {
        4: "2.167757", 8: "1.405054", 16: "1.293841", 32: "1.256096", 64: "1.240118", 128: "1.232728", None: "1.225700",
    },
    "sin": {
        4: "2.101784", 8: "1.401724", 16: "1.336607", 32: "1.321952", 64: "1.316970", 128: "1.314891", None: "1.313035",
    },
    "sigmoid": {
        4: "2.014023", 8: "1.223641", 16: "1.105630", 32: "1.065671", 64: "1.048795", 128: "1.041000", None: "1.033592",
    },
}  # fmt: skip


def ends(found: Rate) -> tuple[Fraction, Fraction]:
    middle, radius = (Fraction(x) for x in found.decimals)
    return middle - radius, middle + radius


@pytest.mark.parametrize(("phi", "batch"), [(p, b) for p, row in TABLE.items() for b in row])
def test_table_of_the_catalogue_to_all_its_digits(phi: str, batch: int | None) -> None:
    printed = TABLE[phi][batch]
    low, high = ends(rate(phi, batch))
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    assert Fraction(printed) - half <= low <= high <= Fraction(printed) + half


@pytest.mark.parametrize("phi", named())
def test_named_activations_at_every_batch_size(phi: str) -> None:
    """Radius below 1e-20; falling in B; Gegenbauer's and Poincare's lower bounds, attained by the identity alone."""
    before = Fraction(100)
    for batch in BATCHES:
        found = rate(phi, batch)
        assert Fraction(found.decimals[1]) < Fraction(1, 10**20)
        least = Fraction(1) if batch is None else Fraction(batch - 2, batch - 3)
        assert ends(found)[1] < before
        before = ends(found)[0]
        if phi == "id":
            assert found.exact == least
        else:
            assert ends(found)[0] > least


@pytest.mark.parametrize("phi", ["tanh", "elu", "softsign", "gelu", "relu", "z^3 - z", "clip(z, -2, 1)"])
@pytest.mark.parametrize("batch", [4, 7, 40, None])
def test_precisions_overlap(phi: str, batch: int | None) -> None:
    rough, fine = rate(phi, batch, 15), rate(phi, batch, 40)
    with ctx.workprec(250):
        assert rough.value.overlaps(fine.value)
        assert fine.value.rad() <= rough.value.rad()


@pytest.mark.parametrize(("phi", "batch"), [("tanh", 8), ("elu", 4), ("sin", None), ("clip(z, -1, 1)", 5)])
def test_a_planted_wrong_value_is_outside(phi: str, batch: int | None) -> None:
    """One unit in the last certain digit."""
    found = rate(phi, batch)
    digits = found.shown().removesuffix("...")
    unit = Fraction(1, 10 ** len(digits.partition(".")[2]))
    low, high = ends(found)
    assert Fraction(digits) <= low <= high < Fraction(digits) + unit
    for planted in (Fraction(digits) - unit, Fraction(digits) + unit):
        assert not low <= planted <= high


# ---- other ways to the same number --------------------------------------------------------------------------
def mp_limit(phi, slope):  # type: ignore[no-untyped-def]
    """E[phi'^2]/Var phi by mpmath."""
    with mpmath.workdps(45):
        edges = [-mpmath.inf, -4, 0, 4, mpmath.inf]
        mean = mpmath.quad(lambda z: phi(z) * mpmath.npdf(z), edges)
        square = mpmath.quad(lambda z: phi(z) ** 2 * mpmath.npdf(z), edges)
        energy = mpmath.quad(lambda z: slope(z) ** 2 * mpmath.npdf(z), edges)
        return energy / (square - mean**2)


def mp_finite(phi, slope, batch: int, digits: int):  # type: ignore[no-untyped-def]
    """Formula E2 as it stands, in Cartesian coordinates: y_1 = sqrt(n) sin a, y_2 given y_1 by another angle."""
    n = batch - 1
    with mpmath.workdps(digits + 8):
        c = mpmath.mpf(-1) / n
        root, side = mpmath.sqrt(n), mpmath.sqrt(1 - c**2)
        mass = mpmath.beta(mpmath.mpf(n - 1) / 2, 0.5) * mpmath.beta(mpmath.mpf(n - 2) / 2, 0.5)

        def mean(f):  # type: ignore[no-untyped-def]
            def integrand(a, b):  # type: ignore[no-untyped-def]
                y1 = root * mpmath.sin(a)
                y2 = root * (c * mpmath.sin(a) + side * mpmath.cos(a) * mpmath.sin(b))
                return f(y1, y2) * mpmath.cos(a) ** (n - 2) * mpmath.cos(b) ** (n - 3)

            half = mpmath.pi / 2
            return (
                mpmath.quad(integrand, [-half, 0, half], [-half, 0, half], method="gauss-legendre", maxdegree=4) / mass
            )

        u = mean(lambda a, b: phi(a) ** 2 - phi(a) * phi(b))
        top = mean(lambda a, b: (n - a**2) * slope(a) ** 2 + (1 + a * b) * slope(a) * slope(b))
        return top / (n - 2) / u


def off(found: Rate, value: mpmath.mpf) -> float:
    with mpmath.workdps(60):
        return float(abs(mpmath.mpf(found.decimals[0]) - value))


@pytest.mark.parametrize(
    ("phi", "value", "slope"),
    [
        ("tanh", mpmath.tanh, lambda z: mpmath.sech(z) ** 2),
        ("softplus", lambda z: mpmath.log1p(mpmath.exp(z)), lambda z: 1 / (1 + mpmath.exp(-z))),
        ("softsign", lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
        ("elu", lambda z: z if z > 0 else mpmath.expm1(z), lambda z: 1 if z > 0 else mpmath.exp(z)),
    ],
)
def test_limit_against_mpmath_at_forty_digits(phi, value, slope) -> None:  # type: ignore[no-untyped-def]
    assert off(rate(phi, None, 40), mp_limit(value, slope)) < 1e-36


def test_finite_batch_against_the_double_integral_as_it_stands() -> None:
    found = mp_finite(mpmath.erf, lambda z: 2 * mpmath.exp(-z * z) / mpmath.sqrt(mpmath.pi), 8, 12)
    assert off(rate("erf", 8), found) < 1e-11


@pytest.mark.parametrize(("phi", "batch"), [("softsign", 4), ("elu", 6), (WAVY, 9), ("gelu", 16)])
def test_finite_batch_against_points_on_the_sphere(phi: str, batch: int) -> None:
    """Nothing in common but formula E2: normal vectors, centred and scaled; within six standard errors."""
    functions = {
        "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2),
        "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z: np.where(z > 0, 1.0, np.exp(z))),
        "gelu": (
            lambda z: z * np.vectorize(math.erfc)(-z / math.sqrt(2)) / 2,
            lambda z: np.vectorize(math.erfc)(-z / math.sqrt(2)) / 2 + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        ),
        WAVY: (
            lambda z: np.clip(z, -2, 2) + 0.6 * np.sign(z) * np.sin(12 * np.maximum(abs(z) - 2, 0)),
            lambda z: np.where(abs(z) < 2, 1.0, 7.2 * np.cos(12 * np.maximum(abs(z) - 2, 0))),
        ),
    }
    value, slope = functions[phi]
    x = np.random.default_rng(0).standard_normal((200_000, batch))
    x -= x.mean(1, keepdims=True)
    x *= math.sqrt(batch) / np.linalg.norm(x, axis=1, keepdims=True)
    f, g = value(x), slope(x)
    pair = (f.sum(1) ** 2 - (f**2).sum(1)) / (batch * (batch - 1))
    u = (f**2).mean(1) - pair
    cross = (g.sum(1) ** 2 - (g**2).sum(1) + (x * g).sum(1) ** 2 - ((x * g) ** 2).sum(1)) / (batch * (batch - 1))
    top = ((batch - 1 - x**2) * g**2).mean(1) + cross
    estimate = top.mean() / u.mean() / (batch - 3)
    residual = (top / (batch - 3) - estimate * u) / u.mean()
    error = residual.std() / math.sqrt(len(x))
    assert abs(float(Fraction(rate(phi, batch).decimals[0])) - estimate) < 6 * error
    assert error < 0.01


@pytest.mark.parametrize(
    "phi", ["relu", "leaky_relu:0.2", "abs(z) + 1", "3 - relu(-2*z)", "erf", "sin", "z^2", "z^3 - 2*z"]
)
@pytest.mark.parametrize("batch", [4, 5, 30, None])
def test_closed_forms_against_quadrature(phi: str, batch: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    known = rate(phi, batch)
    if batch is None or phi not in ("erf", "sin"):
        assert known.method == "closed-form"
    monkeypatch.setattr("verify.rates.rate.closed_form", lambda found, n: None)
    computed = rate(phi, batch)
    assert computed.method == "quadrature"
    assert computed.value.overlaps(known.value)
    assert computed.value.rad() < 1e-24


@pytest.mark.parametrize(
    ("phi", "batch"),
    [
        ("elu", 20), ("softsign", 40), ("max(z, 0)^2", 12), ("clip(z, -1, 1)", 4), ("clip(z, -1, 1)", 7),
        ("abs(abs(z) - 1)", 4), ("clip(z, -1/2, 5/4) + exp(z/3)", 5), ("relu(z - 1) - relu(-z)", 6), (WAVY, 6),
    ],
)  # fmt: skip
def test_polar_coordinates_against_the_series(phi: str, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    polar = rate(phi, batch)
    assert "polar" in " ".join(polar.evidence)
    assert polar.value.rad() < 1e-23
    monkeypatch.setattr(methods, "POLAR_UP_TO", 0)
    monkeypatch.setattr(methods, "CELLS_UP_TO", 0)
    series = rate(phi, batch)
    assert "Gegenbauer" in " ".join(series.evidence)
    assert series.value.overlaps(polar.value)
    assert series.value.rad() < 1e-3 * abs(series.value)


@pytest.mark.parametrize("phi", ["elu", "softsign", "tanh", "asinh(z)", "max(z, 0)^2 + z"])
def test_few_digits_come_from_a_short_series_wherever_phi_breaks(phi: str) -> None:
    for batch in (4, 9, 30, 200):
        rough = rate(phi, batch, 3)
        assert "Gegenbauer" in " ".join(rough.evidence)
        assert rough.value.contains(rate(phi, batch, 12).value)
        assert rough.value.rad() <= 1e-3 * abs(rough.value)
    assert "degree 8," in " ".join(rough.evidence)


def test_exact_values() -> None:
    for batch in (4, 5, 17):
        assert rate("z^2", batch).exact == Fraction(2 * (batch - 1), batch - 3)
        assert rate("7 - 3*z", batch).exact == Fraction(batch - 2, batch - 3)
    assert rate("z^3", None).exact == Fraction(9, 5)
    assert rate("z^2", None).exact == 2
    with ctx.workprec(200):
        assert rate("exp(z)", None).value.overlaps(arb(1).exp() / (arb(1).exp() - 1))
        assert rate("relu", None).value.overlaps(arb.pi() / (arb.pi() - 1))


def test_relu_at_real_batch_sizes_is_the_catalogue_s_formula() -> None:
    """E4 for real B: with J(c) = (sqrt(1-c^2) + (pi - acos c) c)/pi."""
    with ctx.workprec(200):
        for batch in (arb("4"), arb("4.5"), arb("1000.25")):
            c = -1 / (batch - 1)
            kernel = ((1 - c * c).sqrt() + (arb.pi() - c.acos()) * c) / arb.pi()
            slope = 1 - c.acos() / arb.pi()
            catalogue = (slope + batch - 1) / ((batch - 3) * (1 - kernel)) - 1 / (batch - 3)
            found = two_slopes(arb(0), arb(1), 1 / (batch - 1))
            assert found.overlaps(catalogue)
            assert found.rad() < 1e-50


def test_two_slopes_take_series_and_give_derivatives() -> None:
    """The slope in t = 1/(B - 1) of relu's lambda, against a difference quotient, and positive as E6 says."""
    with ctx.workprec(200):
        for t in (arb(0), arb("0.1"), arb("0.3333")):
            series = two_slopes(arb(0), arb(1), arb_series([t, 1], prec=2))
            step = arb("1e-20")
            quotient = (two_slopes(arb(0), arb(1), t + step) - two_slopes(arb(0), arb(1), t)) / step
            assert series[0].overlaps(two_slopes(arb(0), arb(1), t))
            assert abs(series[1] - quotient) < arb("1e-18")
            assert series[1] > 0


def test_counterexample_to_monotonicity_in_the_batch_size() -> None:
    """R5: for B <= 5 the range is [-2, 2], where phi is linear; at B = 128 lambda is larger, by both enclosures."""
    small, large = rate(WAVY, 5), rate(WAVY, 128)
    assert small.exact == Fraction(3, 2)
    assert ends(large)[0] > Fraction(22, 10) > ends(small)[1]
    assert large.shown().startswith("2.20157340688")


def test_natural_functions_whose_rate_rises_again() -> None:
    """lambda_inf is e/(e - 1) for exp and coth(1) for sinh, and smaller batches lie certainly below."""
    with ctx.workprec(200):
        for phi, batch, limit in (("exp(z)", 24, arb(1).exp() / (arb(1).exp() - 1)), ("sinh(z)", 16, arb(1).coth())):
            assert rate(phi, None).value.overlaps(limit)
            assert rate(phi, batch).value < rate(phi, 128).value < limit


def test_invariances() -> None:
    """lambda sees neither scale nor shift of phi; sums of names and formulas are the same function."""
    for batch in (6, None):
        plain = rate("tanh", batch).value
        for same in ("5 - 1e-12*tanh(z)", "2*sigmoid(2*z) - 1", "sinh(z)/cosh(z)", "-tanh(-z)"):
            assert rate(same, batch).value.overlaps(plain)
        assert not rate("tanh(1.0000001*z)", batch).value.overlaps(plain)


def test_large_batches_tend_to_the_limit() -> None:
    for phi in ("gelu", "softsign", "clip(z, -1, 1)"):
        limit = float(rate(phi, None).value.mid())
        gaps = [abs(float(rate(phi, batch).value.mid()) - limit) * batch for batch in (1000, 10000, 10**6)]
        assert max(gaps) < 3 * min(gaps) < 20


# ---- bad input ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("phi", "batch", "words"),
    [
        ("relu", 3, "at least 4"),
        ("relu", -5, "at least 4"),
        ("relu", 4.5, "whole number"),
        ("relu", True, "whole number"),
        ("relu", 10**9, "at most"),
        ("3", 8, "not constant"),
        ("relu(z - 9)", 8, "not constant"),
        ("z - z", None, "not constant"),
        ("tanh(z)^2 + 1/cosh(z)^2", 4, "cannot be told from a constant"),
        ("sign(z)", 8, "jump"),
        ("1/z", 8, "near z = 0 "),
        ("1/z", None, "near z = 0 "),
        ("log(z)", 8, "cannot be enclosed"),
        ("sqrt(z)", None, "cannot be bounded"),
        ("sqrt(abs(z))", 8, "cannot be enclosed"),
        ("1/(z - 3)", 32, "near z = 3 "),
        ("tan(z)", 4, "near z = -1.5708"),
        ("tan(z)", None, "cannot be bounded"),
        ("exp(z^2)", None, "finite batch sizes"),
        ("sqrt(-1 - z^2)", 4, "cannot be enclosed"),
        ("z/sqrt(z^2)", 4, "cannot be enclosed"),
    ],
)
def test_bad_input_is_one_clear_error(phi: str, batch: int | None, words: str) -> None:
    with pytest.raises(UserError, match=words):
        rate(phi, batch)


@pytest.mark.parametrize("digits", [0, 101, -3, 2.5, True])
def test_bad_digits(digits: int) -> None:
    with pytest.raises(UserError, match="digits"):
        rate("relu", 8, digits)


def test_work_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "WORK", 2000)
    with pytest.raises(UserError, match="limit of work"):
        rate("sin(1000000*z)", 4)


def test_finite_batches_only_need_their_range() -> None:
    assert rate("exp(z^2)", 4).value.rad() < 1e-20
    assert rate("1/(z - 3)", 8).value.rad() < 1e-20
    assert rate("relu(z) + relu(z - 3)", 8).exact is None
    assert rate("z + relu(z - 3)", 8).exact == Fraction(6, 5)
