"""`normproof rate` and `trend`: text, JSON, exit codes; and decimals that claim only what is known."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.command import rating
from verify.command.cli import cli
from verify.rates.decimals import certain, enclosure, exactly
from verify.rates.rate import rate
from verify.rates.trend import Stretch


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, ["rate", *arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def test_text() -> None:
    output = call("relu", "--batch", "4,inf").stdout
    assert "lambda      = 1.466942206924259859983394... +/- " in output
    assert "norm rate   = 1.21117389623..." in output
    assert "depth scale = 2.6097388..." in output
    assert output.count("evidence: closed-form") == 2


def test_exact_values_say_so() -> None:
    output = call("id", "--batch", "4,32,inf").stdout
    assert "lambda      = 2 exactly" in output
    assert "(exactly 30/29)" in output
    assert "infinite, the gradient does not grow" in output
    assert "cannot be told from 1" in call("z + 1e-30*sin(z)", "--batch", "inf").stdout


def test_a_fraction_that_nobody_reads_is_not_printed() -> None:
    output = call(f"({'9' * 50}*z + 1/7)^64 + z", "--batch", "5").stdout
    assert re.search(r"lambda      = [\d.]+ \(exactly a fraction, whose denominator has [\d,]+ bits\)", output)
    assert max(map(len, output.splitlines())) < 200
    call(f"z + sign(z - 1/3)*({'9' * 50}*z + 1/7)^64", code=3)


def test_a_limit_that_shares_few_digits_has_its_radius(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rate("clip(z, -1, 1)", None, 4)
    with ctx.workprec(60):
        wide = replace(found, value=arb(1.5, 1e-9), exact=None)
    monkeypatch.setattr(rating, "checked_rate", lambda *_: wide)
    assert "1.5 +/- " in rating.stretch_text("phi", Stretch(4, None, "falls"))


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    call("tanh", "--batch", "8,inf", "--digits", "30", "--json", str(path))
    first, last = json.loads(path.read_text())
    assert (first["phi"], first["batch"], last["batch"]) == ("tanh", 8, None)
    for row in (first, last):
        assert {"phi", "batch", "lambda", "radius", "norm_rate", "method", "seconds"} <= row.keys()
        middle, radius = Fraction(row["lambda"]), Fraction(row["radius"])
        assert 0 < radius < Fraction(1, 10**29)
        with ctx.workprec(250):
            fine = rate("tanh", row["batch"], 60).value
            low, high = (arb(x.numerator) / x.denominator for x in (middle - radius, middle + radius))
            assert low < fine < high
        assert abs(Fraction(row["norm_rate"]) ** 2 - middle) < Fraction(1, 10**28)
        assert row["method"] == "quadrature"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["relu", "--batch", "3"], "at least 4"),
        (["relu", "--batch", "8.5"], "8.5"),
        (["relu", "--batch", "8,,9"], "nothing between commas"),
        (["relu", "--batch", "eight"], "eight"),
        (["relu", "--batch", ",".join(["8"] * 100)], "64"),
        (["relu", "--digits", "0"], "0"),
        (["relu", "--digits", "1000"], "1000"),
        (["gleu"], "did you mean gelu?"),
        (["__import__('os')"], "position"),
        (["9**9**9"], "exponent"),
        (["-z"], "--help"),
        ([], "PHI"),
    ],
)
def test_mistakes(arguments: list[str], words: str) -> None:
    result = call(*arguments, code=3)
    assert result.stderr.count("error:") == 1
    assert words in result.stderr
    assert not result.stdout


def test_expressions_that_begin_with_a_minus_sign() -> None:
    assert "lambda      = 6 exactly" in call("--batch", "4", "--", "-z^2").stdout


def test_unwritable_json_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    assert not call("relu", "--json", str(tmp_path / "taken" / "out.json"), code=3).stdout


def test_the_documentation_shows_what_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rates.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ normproof ((?:rate|trend) .*?)\n(.*?)```", page, flags=re.S)
    assert len(blocks) == 2
    for arguments, shown in blocks:
        printed = CliRunner().invoke(cli, shlex.split(arguments)).stdout.splitlines()
        lines = [line for line in shown.splitlines() if line != "  ..."]
        assert len(lines) >= 3
        assert [line for line in printed if line in lines] == lines


def test_bench_rows_agree_with_the_other_ways() -> None:
    from verify.bench.certified_rates import compare

    for row in compare():
        assert row.gap <= row.expected_gap, row
        assert min(row.seconds, row.other_seconds) > 0


# ---- decimals -----------------------------------------------------------------------------------------------
NUMBERS = st.fractions(Fraction(1, 1000), 10**6, max_denominator=10**9)
RADII = st.integers(1, 120).map(lambda k: Fraction(1, 2**k))


def as_ball(middle: Fraction, radius: Fraction) -> arb:
    return arb(arb(middle.numerator) / middle.denominator, arb(radius.numerator) / radius.denominator)


@settings(deadline=None)
@given(NUMBERS, RADII, st.integers(2, 40))
def test_decimals_hold_the_ball(middle: Fraction, radius: Fraction, digits: int) -> None:
    with ctx.workprec(160):
        ball = as_ball(middle, radius)
        shown, spread = (Fraction(x) for x in enclosure(ball, digits))
        for end in (middle - radius, middle + radius):
            assert abs(end - shown) <= spread


@settings(deadline=None)
@given(NUMBERS, RADII, st.integers(2, 40))
def test_shown_digits_are_certain(middle: Fraction, radius: Fraction, digits: int) -> None:
    """Digits before ... are those of both ends of the ball, cut off."""
    with ctx.workprec(160):
        text = certain(as_ball(middle, radius), digits)
    if text.endswith("..."):
        places = len(text.removesuffix("...").partition(".")[2])
        for end in (middle - radius, middle + radius):
            assert (end * 10**places).__floor__() == Fraction(text.removesuffix("...")) * 10**places
    else:
        shown = Fraction(text)
        assert abs(shown - middle) <= 3 * radius + Fraction(1, 10 ** (digits - 2)) * max(1, middle)


@settings(deadline=None)
@given(NUMBERS, st.integers(1, 40))
def test_rational_numbers_are_cut_not_rounded(value: Fraction, digits: int) -> None:
    text = exactly(value, digits)
    shown = Fraction(text.removesuffix("..."))
    assert shown <= value < shown + Fraction(1, 10**digits)
    assert (shown == value) != text.endswith("...")


def test_radius_is_rounded_up() -> None:
    with ctx.workprec(100):
        assert re.fullmatch(r"\d(\.\d)?e-\d\d", enclosure(arb.pi(), 20)[1])
        assert enclosure(arb(3), 20) == ("3", "0")


# ---- trend --------------------------------------------------------------------------------------------------
def trend(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, ["trend", *arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def test_a_trend_in_words() -> None:
    assert trend("z - z^3/6").stdout.splitlines() == [
        "lambda(z - z^3/6, B)",
        "  falls from B = 4 to 8: 2.15311004... to 1.5863179...",
        "  rises from B = 8 on, for ever: 1.5863179... to 1.8 in the limit",
    ]


@pytest.mark.parametrize(
    ("phi", "why"),
    [
        ("exp(z^2/8)", "the limit of large batches cannot be enclosed: growth that cannot be bounded"),
        ("abs(z^2 - 200)", "phi cannot be cut into pieces on the whole line: a break near z = -14.142136"),
        ("z^64", "a polynomial of a degree above 24 is not tried for all at once"),
    ],
)
def test_what_is_not_known_has_a_reason_and_its_own_exit_code(phi: str, why: str) -> None:
    assert f"  not known from B = 65 on: {why}" in trend(phi, code=2).stdout


def test_a_pole_met_by_larger_batches_is_named() -> None:
    message = trend("1/(z - 5)", code=3).stderr
    assert "a division by 0 at z = 5" in message
    assert "batch size 26" in message
    assert "--digits" not in message


def test_a_trend_as_data(tmp_path: Path) -> None:
    file = tmp_path / "trend.json"
    trend("z - z^3/6", "--json", str(file))
    assert json.loads(file.read_text()) == [
        {"phi": "z - z^3/6", "from": 4, "to": 8, "direction": "falls"},
        {"phi": "z - z^3/6", "from": 8, "to": None, "direction": "rises"},
    ]


@pytest.mark.parametrize("phi", ["2", "z +", "__import__('os')", "1/z"])
def test_no_trend_without_a_rate(phi: str) -> None:
    assert "remedy" in trend(phi, code=3).output


def test_larger_batches_are_a_remedy_where_phi_is_constant_on_a_small_range() -> None:
    assert "or larger batches" in call("max(z - 2, 0)", "--batch", "4", code=3).stderr
    assert "larger batches" not in call("2", "--batch", "inf", code=3).stderr
    assert "1/(u(B-3))" in call("relu", "--batch", "3", code=3).stderr
