"""The covariate-shift statements: budgets that hold what they promise, honest verdicts, data that a user names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from numerics.experiments.covariate_shift import Contrast
from numerics.experiments.measurements import measurement
from theory import Comparison, Experiment, measured
from theory.statements.experiment import BUDGETS
from theory.statements.theorem import TheoremError
from verify.command.cli import cli
from verify.loading import loader
from verify.proof.kernel import Verdict, conclude, establish
from verify.proof.observations import StatisticsCase, StatisticsTrace
from verify.results import fingerprint
from verify.rules import statistics
from verify.running import concluding, runner
from verify.settings import Budget, Settings

STATEMENTS = {t.id: t for t in loader.load(["covariate-shift"]) if isinstance(t, Experiment)}
QUICK = Settings(budget=Budget.QUICK, seed=11)
SMALL = {
    "architecture": "deep linear", "data": "gaussian", "loss": "sum", "rate": Fraction(1, 10**6), "steps": 12,
    "every": 3, "batch": 0, "seeds": 4,
}  # fmt: skip


def small(relation: str = ">", **changes: object) -> Experiment:
    comparison = Comparison(
        "small", measured("contrast of normalisations", **{**SMALL, **changes}), relation, Fraction(0)
    )
    other = replace(comparison, relation="<", predicted=Fraction(-1))
    return Experiment(
        "tests.small",
        comparisons=dict.fromkeys(BUDGETS, (comparison,)),
        near_misses={"lower by one": dict.fromkeys(BUDGETS, (other,))},
        margins="none",
        false_alarm=Fraction(1, 10),
        docstring="A small experiment.",
    )


def contrasts(budget: str) -> list[Contrast]:
    found = []
    for theorem in STATEMENTS.values():
        for comparison in theorem.comparisons[budget]:
            settings = {n: "digits" if v == "images" else v for n, v in comparison.measured.settings}
            made = measurement(comparison.measured.name, settings)
            assert isinstance(made, Contrast)
            found.append(made)
    return found


# ---- budgets ------------------------------------------------------------------------------------------------
def test_every_budget_has_the_four_networks_and_their_seeds() -> None:
    for budget, least in (("quick", 3), ("standard", 5), ("thorough", 5)):
        found = contrasts(budget)
        assert min(c.seeds for c in found) >= least
        assert {(c.network, n) for c in found for n in (c.first, c.second)} >= {
            (network, n) for network in ("deep linear", "vgg8x8") for n in ("none", "batch")
        }
    linear = [c for c in contrasts("standard") if c.architecture == "deep linear" and c.steps > 40]
    assert {(c.loss, c.rate, c.steps) for c in linear} == {
        (loss, Fraction(1, 10**k), 2000) for loss in ("sum", "mean") for k in (6, 7)
    }
    published = {(c.architecture, c.rate, c.steps, c.batch) for c in contrasts("thorough")}
    assert {("deep linear", Fraction(1, 10**k), 10_000, 0) for k in (6, 7)} <= published
    assert {("vgg", Fraction(1, 10**k), 15_000, 128) for k in (1, 2)} <= published


def test_named_images_of_32_pixels_take_the_large_network() -> None:
    chosen = next(c for c in contrasts("thorough") if c.architecture == "vgg")
    assert chosen.network == "vgg8x8"
    assert replace(chosen, data="cifar10:/somewhere#0").network == "vgg16"


# ---- verdicts -----------------------------------------------------------------------------------------------
def test_a_small_run_is_judged_both_ways(tmp_path: Path) -> None:
    """Early on the standard network has the higher correlation; so the claim holds, and its opposite does not."""
    trace = statistics.observe(small(), QUICK, folder=tmp_path)
    assert trace.cases[0].count == 4
    assert establish(trace).verdict is Verdict.SUPPORTED
    opposite = establish(statistics.observe(small("<"), QUICK, folder=tmp_path))
    assert opposite.verdict is Verdict.REFUTED


def test_a_diverged_run_decides_nothing_and_is_counted(tmp_path: Path) -> None:
    trace = statistics.observe(small(rate=Fraction(1, 100), steps=40), QUICK, folder=tmp_path)
    assert trace.cases[0].diverged > 0
    assert establish(trace).verdict is Verdict.UNDECIDED


def test_expectations_are_by_budget_and_given_up_for_other_images() -> None:
    vgg, linear = STATEMENTS["covariate-shift.vgg-at-0-1"], STATEMENTS["covariate-shift.deep-linear-averaged-at-1e-7"]
    assert concluding.expected_of(vgg, QUICK) is Verdict.REFUTED
    named = replace(QUICK, data="cifar10:/somewhere#0")
    assert concluding.expected_of(vgg, named) is Verdict.SUPPORTED, "no pilot was made there"
    assert concluding.expected_of(linear, named) is Verdict.REFUTED
    assert concluding.expected_of(small(), QUICK) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "wrong",
    [
        {"expected": {"quick": "refuted"}},
        {"expected_because": "a feeling"},
        {"expected": {"quick": "proved"}, "expected_because": "a pilot"},
        {"expected": {"soon": "refuted"}, "expected_because": "a pilot"},
    ],
)
def test_an_expectation_needs_a_reason_and_a_known_verdict(wrong: dict[str, object]) -> None:
    with pytest.raises(TheoremError, match="with the reason in words"):
        replace(small(), **wrong)  # type: ignore[arg-type]


def test_long_experiments_are_quick_unless_they_are_named() -> None:
    standard = Settings(data="cifar10:/somewhere#0")
    vgg, first = STATEMENTS["covariate-shift.vgg-at-0-1"], STATEMENTS["covariate-shift.deep-linear-first-steps"]
    assert runner.own_settings(vgg, standard, brief=True) == replace(standard, budget=Budget.QUICK)
    assert runner.own_settings(vgg, standard, brief=False) == standard
    assert runner.own_settings(first, standard, brief=True) == replace(standard, data="")


def test_other_images_are_other_evidence() -> None:
    one, two = (fingerprint.key("s", "r", "", Settings(data=d)) for d in ("cifar10:/a#1", "cifar10:/a#2"))
    assert one != two


# ---- the door -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("mnist", "expected --data cifar10:DIR"),
        ("cifar10:", "expected --data cifar10:DIR"),
        ("cifar10:{}/none", "nothing there"),
        ("cifar10:{}", "neither data_batch_1 nor data_batch_1.bin"),
        ("cifar10:{}/cut", "30,730,000 bytes"),
    ],
)
def test_unsound_data_are_a_usage_error(data: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cut").mkdir()
    for index in range(1, 6):
        (tmp_path / "cut" / f"data_batch_{index}.bin").write_bytes(b"\0" * 99)
    result = CliRunner().invoke(cli, ["run", "covariate-shift.vgg-at-0-1", "--data", data.format(tmp_path)])
    assert result.exit_code == 3
    assert said in result.output
    assert "remedy" in result.output
    assert not (tmp_path / ".normproof").exists(), "nothing was computed"


def test_an_undecided_experiment_says_what_is_open() -> None:
    open_case = StatisticsCase("the_one", ">", 0.02, 0.05, 0.0, 0.0, 4.0, 5)
    evidence = establish(StatisticsTrace(0.01, (open_case,)))
    conclusion = conclude([evidence], [], {})
    assert conclusion.verdict is Verdict.UNDECIDED
    assert conclusion.reason == "statistics: open: the_one (1 comparison, false alarms 0.01)"
