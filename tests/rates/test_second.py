"""The second opinion: right on closed forms, held against random expressions; planted faults are found at each door."""

from __future__ import annotations

import ast
import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from flint import arb
from rates.piecewise import activation

from verify.command.cli import cli
from verify.errors import InternalError, UserError
from verify.rates import pieces as cutting
from verify.rates import pointwise, second, signs
from verify.rates.parsing import parse
from verify.rates.rate import checked_rate, rate
from verify.rates.second import AGREES, NONE, at_level, hold_direction, opinion
from verify.rates.trend import trend


def test_it_shares_the_tree_and_nothing_else() -> None:
    names = set()
    for module in (second, pointwise):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    allowed = {"errors", "rates.expression", "rates.parsing", "rates.pointwise"}
    assert {n for n in names if n.startswith("verify")} == {f"verify.{name}" for name in allowed}


def test_a_function_is_worked_out_once_at_each_point() -> None:
    seen: Counter[float] = Counter()

    def counted(x):
        seen.update(x[:, 0].tolist())
        return np.stack([np.abs(x[:, 0]), x[:, 0] ** 2], 1)

    found = second._integral(counted, -1.0, 2.0, np.array([0.0]), 200, 1e-8)
    assert found.tolist() == pytest.approx([2.5, 3.0])
    assert set(seen.values()) == {1}


@pytest.mark.parametrize(
    ("phi", "batch", "expected"),
    [
        ("z", 4, 2.0),
        ("z", 9, 7 / 6),
        ("z", None, 1.0),
        ("7 - 3*z", 33, 31 / 30),
        ("z^3 - 3*z", 4, 18 / 5),
        ("z^3 - 3*z", 5, 99 / 26),
        ("z^3 - 3*z", None, 3.0),
        ("z^2", None, 2.0),
        ("max(z, 0)", None, 1 / 2 / (1 / 2 - 1 / (2 * np.pi))),
        ("abs(z)", None, 1 / (1 - 2 / np.pi)),
        ("sin(z)", None, 1 / np.tanh(1)),
        ("exp(z)", None, np.e / (np.e - 1)),
        ("erf(z)", None, 2 / (np.sqrt(5) * np.arcsin(2 / 3))),
        ("z*sign((tanh(z)-tanh(z))^2) + z^3", None, 9 / 5),
        ("z + max(0, z^2)", 4, 34 / 9),
    ],
)
def test_closed_forms(phi: str, batch: int | None, expected: float) -> None:
    found = at_level(phi, batch, 0).value
    assert found == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("batch", [4, 5, 9, 40])
def test_relu_by_the_arc_cosine_kernel(batch: int) -> None:
    """E[phi phi] = (sqrt(1 - c^2) + c (pi - acos c))/(2 pi), c = -1/n; E[phi' phi'] = (pi - acos c)/(2 pi)."""
    n = batch - 1
    angle = np.arccos(-1 / n)
    pair, both = (np.sin(angle) - (np.pi - angle) / n) / (2 * np.pi), (np.pi - angle) / (2 * np.pi)
    expected = ((n - 1) / 2 + both + pair) / ((n - 2) * (1 / 2 - pair))
    assert at_level("relu", batch, 1).value == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("op", sorted(pointwise.FUNCTIONS))
def test_slopes_are_those_of_the_values(op: str) -> None:
    x, h = np.array([0.3, 0.7, 1.1, 1.4]), 1e-5
    value, slope = pointwise.FUNCTIONS[op]
    assert slope(x) == pytest.approx((value(x + h) - value(x - h)) / (2 * h), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(
    "text",
    ["z^3/(1 + z^2)", "max(z, z^2)*min(z, 1)", "(2 + z)^(3/2)", "(1 + z^2)^-2", "abs(z - 1)*sign(z) + clip(z, 0, 2)"],
)
def test_slopes_of_trees(text: str) -> None:
    x, h = np.array([-1.3, 0.37, 1.6, 2.5]), 1e-6
    value, slope = pointwise.Points(x).at(parse(text))
    high, low = (pointwise.Points(y).at(parse(text))[0] for y in (x + h, x - h))
    assert slope == pytest.approx((high - low) / (2 * h), rel=1e-6)
    assert value == pytest.approx((high + low) / 2, rel=1e-6)


def test_kinks_that_no_grid_sees() -> None:
    """Both kinks of a dip of width 2e-6 are found from where it turns round, itself a kink."""
    grid = np.linspace(-3, 3, 100)
    found = pointwise.kinks(parse("relu(abs(z - 1/3) - 1e-6)"), grid)
    assert found == pytest.approx([1 / 3 - 1e-6, 1 / 3, 1 / 3 + 1e-6], abs=1e-12)
    assert pointwise.kinks(parse("relu(1e-10 - (z - 1/3)^2)"), grid) == pytest.approx(
        [1 / 3 - 1e-5, 1 / 3 + 1e-5], abs=1e-10
    )
    assert len(pointwise.kinks(parse("relu(z - z) + abs(z^2) + max(z, z)"), grid)) <= 1  # no change of sign


# ---- random expressions ------------------------------------------------------------------------------------
def asked(seeds: range) -> Counter[str]:
    """What is said of random activations. A disagreement is an InternalError and fails the test."""
    said: Counter[str] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        text, batch = activation(rng), rng.choice([4, 5, 6, 9, 20, 65, None, None, None])
        try:
            said[checked_rate(text, batch, 6).evidence[-1]] += 1
        except UserError:
            said["refused"] += 1
    return said


def test_random_piecewise_expressions_agree() -> None:
    said = asked(range(60))
    assert said[AGREES] > 32
    assert said[AGREES] + said["refused"] > 56  # hardly any without an opinion


@pytest.mark.long
def test_very_many_random_piecewise_expressions_agree() -> None:
    said = asked(range(10_000, 16_000))
    assert said[AGREES] > 3000
    assert said[AGREES] + said["refused"] > 5900


@pytest.mark.parametrize("text", ["z^3 - 3*z", "z + abs(-z^2)*z/6", "max(z, 0)^2 - z", "z + relu(-(z-1)^2*(z+2)^4)"])
def test_trends_hold_in_double_precision(text: str) -> None:
    for stretch in trend(text):
        assert stretch.direction != "unknown"
        last = 60 if stretch.last is None else stretch.last
        for batch in [*range(stretch.first, last + 1, 4), *([150, 700] if stretch.last is None else [])]:
            hold_direction(text, batch, batch + 1, stretch.direction)


@pytest.mark.long
def test_random_trends_hold_in_double_precision() -> None:
    """At every batch size up to 80 and some larger ones, not only where the door looks."""
    told = 0
    for seed in range(400):
        text = activation(random.Random(seed))
        try:
            found = trend(text)
        except UserError:
            continue
        for stretch in found:
            if stretch.direction != "unknown":
                told += 1
                last = 80 if stretch.last is None else stretch.last
                for batch in [*range(stretch.first, last + 1), *([150, 700] if stretch.last is None else [])]:
                    hold_direction(text, batch, batch + 1, stretch.direction)
    assert told > 150


# ---- planted faults -----------------------------------------------------------------------------------------
def by_a_point(poly, where, nonzero):
    """The fault that was: the sign at one point, which may be a zero of even order."""
    value = signs.at(poly, where.inside())
    return frozenset({(value > 0) - (value < 0)})


@pytest.fixture
def signs_by_a_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "_of_polynomial", by_a_point)


@pytest.mark.parametrize(
    ("phi", "batch"),
    [("elu(-z^2) + z", None), ("z + max(0, z^2)", 4), ("relu(-z^2) + z", None), ("min(0, z^4) + z", 30)],
)
@pytest.mark.usefixtures("signs_by_a_point")
def test_a_wrong_sign_is_found_at_the_door_of_rate(phi: str, batch: int | None) -> None:
    with pytest.raises(InternalError, match=r"disagree\n  certified: .*\n  double precision: "):
        checked_rate(phi, batch)


@pytest.mark.usefixtures("signs_by_a_point")
def test_a_wrong_number_is_a_bug_report_and_not_printed() -> None:
    result = CliRunner().invoke(cli, ["rate", "z + max(0, z^2)", "--batch", "4"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a fault of normproof, not of what it was given" in result.stderr
    assert "remedy: use nothing that rests on it, and report this message" in result.stderr
    result = CliRunner().invoke(cli, ["trend", "z + abs(-z^2)*z/6"])
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.usefixtures("signs_by_a_point")
def test_a_wrong_number_is_found_at_the_door_of_theorems() -> None:
    from verify.exact import scalar_growth as growth

    growth._enclosed.cache_clear()
    with pytest.raises(InternalError):
        growth._enclosed("z + max(0, z^2)", 4, 12)


@pytest.mark.usefixtures("signs_by_a_point")
def test_a_wrong_number_is_not_drawn() -> None:
    from verify.running import plotting

    plotting._middle.cache_clear()
    with pytest.raises(InternalError):
        plotting._middle("z + max(0, z^2)", 4)


def test_a_wrong_direction_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the proof for all larger batches alone, where every ball is right."""
    from verify.rates import trend as trends

    monkeypatch.setattr(trends, "direction", lambda *_: "rises")
    with pytest.raises(InternalError, match=r"rises from B = 65 to 66 by proof, and changes by -"):
        trends.trend("tanh")


def test_a_jump_that_is_let_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "_smooth", lambda node, where: parse("z"))
    with pytest.raises(InternalError):
        checked_rate("tanh", 8)


@pytest.mark.parametrize("gap", [3e-6, -3e-6, 1e-3])
def test_small_gaps_are_found(gap: float) -> None:
    true = float(rate("gelu", 8).value.mid())
    assert opinion("gelu", 8, true, 1e-20) == AGREES
    assert opinion("gelu", 8, true * (1 + gap), 2 * abs(gap) * true) == AGREES  # within its radius
    with pytest.raises(InternalError):
        opinion("gelu", 8, true * (1 + gap), 1e-20)


# ---- nothing right is accused -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("phi", "batch"),
    [
        ("1e12 + sin(z)", 4),
        ("1e25 + sin(z)", None),
        ("z + 1e20*z - 1e20*z", 8),
        ("z*sign(exp(-1000 - z^2))", None),
        ("abs(exp(-z^2 - 800)) + z*sign(exp(-z^2 - 800))", 5),
        pytest.param("tanh(z + 18)", None, marks=pytest.mark.long),
        ("exp(9*z)", None),
        pytest.param("sin(40*z)", 5, marks=pytest.mark.long),
        ("z + 1000*relu(1e-4 - abs(z - 0.3337))", 5),
        ("clip(1e6*z, -1, 1)", None),
        ("clip(1e30*z, -1, 1)", 8),
        ("clip(1e13*(z - 1/3), -1, 1) + z", None),
        ("tanh(1e12*(z - 1/3)) + z", None),
        ("exp(-1e10*(z - 1/3)^2) + z", None),
        ("1e70^4*z", 8),
        ("1e-75^4*z + 1e-78^4*z^2", None),
        ("z + 1e-30*sin(z)", None),
        ("exp(z^2/4)", 30),
        ("sinh(3*z)", 10**6),
    ],
)
def test_what_double_precision_cannot_tell_is_no_fault(phi: str, batch: int | None) -> None:
    said = checked_rate(phi, batch, 6).evidence[-1]
    assert said == AGREES or said.startswith(NONE)


def test_numbers_beyond_double_precision_get_no_opinion() -> None:
    assert opinion("1e79*1e79*1e79*1e79*z", 8, 1.2, 0.0).startswith(NONE)
    assert Fraction(6, 5) == rate("1e79*1e79*1e79*1e79*z", 8).exact
    assert arb(1.2).overlaps(rate("1e79*1e79*1e79*1e79*z", 8).value + arb(0, 1e-10))
