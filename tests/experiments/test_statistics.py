"""The statistics rule: right predictions are supported, planted ones never; every shipped experiment can be planned."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import files
import pytest
from click.testing import CliRunner

from numerics.experiments.cells import Cell
from numerics.experiments.measurements import measurement
from theory import Comparison, Experiment, Rate, ResidualSlope, measured, predicting, times
from theory.statements.experiment import BUDGETS, weakness
from theory.statements.theorem import TheoremError
from verify.command.cli import cli
from verify.errors import UserError
from verify.loading import loader
from verify.proof.kernel import Rule, Verdict, establish
from verify.proof.observations import StatisticsTrace
from verify.results.codec import decode, encode
from verify.rules import measurable, statistics
from verify.settings import Budget, Settings

ROOT = Path(__file__).parents[2]
QUICK = Settings(budget=Budget.QUICK, seed=5)
EXPERIMENTS = {t.id: t for t in loader.load([]) if isinstance(t, Experiment)}
each = pytest.mark.parametrize("name", EXPERIMENTS)
GROWTH = measured(
    "growth of the gradient", activation="identity", batch=8, widths=(32, 64), depths=(2, 6, 10), networks=512
)
RIGHT = Comparison("linear", GROWTH, "=", Rate("identity", 8, log=True), margin=Fraction(4, 100))


def experiment(comparison: Comparison = RIGHT, **changes: object) -> Experiment:
    chosen = dict.fromkeys(BUDGETS, (comparison,))
    about: dict[str, object] = {
        "comparisons": chosen,
        "near_misses": {"half": predicting(chosen, times(Fraction(1, 2)))},
        "margins": "wide enough for a test",
        "docstring": "A small experiment.",
        **changes,
    }
    return Experiment("tests.small", **about)  # type: ignore[arg-type]


def observed(comparison: Comparison, folder: Path) -> StatisticsTrace:
    return statistics.observe(experiment(comparison), QUICK, folder=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cells")


# ---- verdicts -----------------------------------------------------------------------------------------------
def test_the_true_rate_is_supported(folder: Path) -> None:
    trace = observed(RIGHT, folder)
    evidence = establish(trace)
    assert evidence.rule is Rule.STATISTICS
    assert evidence.verdict is Verdict.SUPPORTED, evidence.reason
    assert trace.cases[0].predicted == pytest.approx(math.log(6 / 5), abs=1e-12)
    assert (trace.cases[0].count, trace.instances) == (512, 512)
    assert [s.label for s in trace.series] == ["linear; width 32", "linear; width 64"]
    assert decode(encode(trace)) == trace


@pytest.mark.parametrize(
    ("predicted", "relation"),
    [
        (Rate("identity", 8, log=True, times=Fraction(1, 2)), "="),  # the norm's rate for that of its square
        (Rate("identity", 8, log=True, times=Fraction(2)), "="),
        (Rate("identity", None, log=True), "="),
        (Rate("relu", 8, log=True), "="),
        (Fraction(1, 2), ">"),
        (Fraction(1, 100), "<"),
    ],
)
def test_planted_predictions_are_refuted(folder: Path, predicted: Rate | Fraction, relation: str) -> None:
    evidence = establish(observed(replace(RIGHT, predicted=predicted, relation=relation), folder))
    assert evidence.verdict is Verdict.REFUTED, evidence.reason


def test_a_margin_below_the_error_decides_nothing(folder: Path) -> None:
    evidence = establish(observed(replace(RIGHT, margin=Fraction(1, 10**6)), folder))
    assert evidence.verdict is Verdict.UNDECIDED


def test_the_interval_is_students_at_the_shared_rate_of_false_alarms(folder: Path) -> None:
    from numerics.estimators import student_critical

    two = {b: (RIGHT, replace(RIGHT, label="again", predicted=Fraction(18, 100))) for b in BUDGETS}
    found = statistics.observe(experiment(comparisons=two, false_alarm=Fraction(1, 50)), QUICK, folder=folder)
    assert [case.critical for case in found.cases] == [student_critical(0.01, 511)] * 2


def test_near_misses_are_held_against_the_same_cells(folder: Path) -> None:
    small, here = experiment(), replace(QUICK, cells=str(folder))
    observed(RIGHT, folder)
    before = sorted(folder.glob("*.json"))
    ((name, miss),) = small.near_miss_list()
    found = statistics.refute(small, name, miss, here)
    assert (found.verdict, found.id, found.origin) == ("refuted", "tests.small/half", "author")
    assert "measured 0.1" in found.left
    assert sorted(folder.glob("*.json")) == before
    true = statistics.refute(small, "true", small.comparisons, here)
    assert (true.verdict, true.witness) == ("survived", None)


def test_predictions() -> None:
    assert statistics.predicted(Fraction(3, 4)) == 0.75
    assert statistics.predicted(Rate("relu", None)) == pytest.approx(math.pi / (math.pi - 1), abs=1e-14)
    assert statistics.predicted(Rate("identity", 4, log=True, times=Fraction(1, 2))) == pytest.approx(math.log(2) / 2)
    slope = statistics.predicted(ResidualSlope("identity", None, (1000, 2000)))  # lambda 1: the product is L
    assert slope == pytest.approx(1, abs=1e-12)


# ---- the file's door ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"near_misses": {}}, "other predictions"),
        ({"margins": " "}, "other predictions"),
        ({"false_alarm": Fraction(1, 2)}, "false-alarm rate"),
        ({"docstring": ""}, "docstring|no module"),
        ({"comparisons": {"quick": (RIGHT,)}}, "each budget"),
        ({"comparisons": dict.fromkeys(BUDGETS, ())}, "each budget"),
        ({"comparisons": dict.fromkeys(BUDGETS, (RIGHT, RIGHT))}, "one label"),
        ({"comparisons": {b: (replace(RIGHT, relation="~"),) for b in BUDGETS}}, "a relation of"),
        ({"comparisons": {b: (replace(RIGHT, margin=Fraction(-1)),) for b in BUDGETS}}, "margins of at least"),
        ({"comparisons": {b: (replace(RIGHT, margin=Fraction(0)),) for b in BUDGETS}}, "state a margin"),
    ],
)
def test_incomplete_experiments_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(TheoremError, match=message):
        experiment(**changes)


# ---- a margin leaves something to claim ---------------------------------------------------------------------
def wide(
    value: Fraction, width: Fraction | int, *others: Fraction, kind: str = "=", **about: object
) -> dict[str, object]:
    claim = Comparison("linear", GROWTH, kind, value, Fraction(width))
    misses = {f"{other}": {b: (replace(claim, predicted=other, **about),) for b in BUDGETS} for other in others}
    return {"comparisons": dict.fromkeys(BUDGETS, (claim,)), "near_misses": misses}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (wide(Fraction(1000), 10**6, Fraction(10**9)), "1/2 of the prediction 1000"),
        (wide(Fraction(-1000), 10**6, Fraction(10**9)), "1/2 of the prediction -1000"),
        (wide(Fraction(2), 1, Fraction(3)), "2 margins from the claim's"),
        (wide(Fraction(2), 1, Fraction(2)), "2 margins from the claim's"),
        (wide(Fraction(0), 10**6, Fraction(10**9)), "a prediction of 0"),
        (wide(Fraction(0), 1, Fraction(1)), "2 margins from the claim's"),
        (wide(Fraction(1000), 1, Fraction(10**9), margin=Fraction(10)), "the margins of the claim"),
        (wide(Fraction(1000), 1, Fraction(10**9), relative=Fraction(1)), "the margins of the claim"),
        (wide(Fraction(1), 0, Fraction(10**9), kind=">"), ""),
        (wide(Fraction(1), 0, Fraction(0), kind=">", relation="=", margin=Fraction(1, 2)), "reaches"),
        (wide(Fraction(1), Fraction(1, 4), Fraction(2), label="another"), "a measurement of the claim"),
        (wide(Fraction(1), Fraction(1, 4), Fraction(2), measured=measured("growth of the gradient")), "of the claim"),
        (wide(Fraction(0), 1, Fraction(3)), ""),
        (wide(Fraction(-4), 1, Fraction(-2)), ""),
    ],
)
def test_a_margin_that_swallows_the_claim_is_refused(changes: dict[str, object], message: str) -> None:
    if not message:
        assert experiment(**changes).near_misses
        return
    with pytest.raises(TheoremError, match=message):
        experiment(**changes)


def test_a_margin_around_a_rate_is_judged_before_the_run() -> None:
    rate = Rate("identity", 8, log=True)  # log(6/5) = 0.182
    small = experiment(replace(RIGHT, predicted=rate, margin=Fraction(1, 5)))
    with pytest.raises(UserError, match=r"2 margins from the claim's"):
        measurable.require_measurable([small])
    measurable.require_measurable([experiment(replace(RIGHT, predicted=rate, margin=Fraction(4, 100)))])


@pytest.mark.parametrize("name", ["predicted", "margin", "relative"])
def test_numbers_of_a_comparison_are_exact(name: str) -> None:
    for value in (0.1, True, "1", float("nan"), None):
        with pytest.raises(TheoremError, match="an exact number"):
            replace(RIGHT, **{name: value})
    assert isinstance(getattr(replace(RIGHT, **{name: 1}), name), Fraction)


@each
def test_the_margins_of_what_ships_leave_something_to_claim(name: str) -> None:
    assert weakness(EXPERIMENTS[name], lambda value: Fraction(statistics.predicted(value))) == ""


# ---- what ships ---------------------------------------------------------------------------------------------
def test_the_explosion_experiments_are_there() -> None:
    assert sum(name.startswith("explosion.") for name in EXPERIMENTS) >= 6


def _cells(comparisons: tuple[Comparison, ...]) -> set[Cell]:
    made = [measurement(c.measured.name, {k: _plain(v) for k, v in c.measured.settings}) for c in comparisons]
    return {cell for m in made for cell in m.plan(0, "cpu")}


def _plain(value: object) -> object:
    return statistics.DIGITS if value == "images" else value


@each
@pytest.mark.parametrize("budget", BUDGETS)
def test_every_experiment_can_be_planned(name: str, budget: str) -> None:
    chosen = EXPERIMENTS[name].comparisons[budget]
    cells = _cells(chosen)
    assert cells
    assert all(math.isfinite(statistics.predicted(c.predicted)) for c in chosen)
    for lie, comparisons in EXPERIMENTS[name].near_miss_list():
        assert _cells(comparisons[budget]) <= cells, f"{lie} needs measurements of its own"


@each
def test_the_file_is_one_board(name: str) -> None:
    source = ROOT / Path(*EXPERIMENTS[name].module.split(".")).with_suffix(".py")
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 120
    assert 10 <= len(EXPERIMENTS[name].title) <= 120
    assert EXPERIMENTS[name].sources


# ---- through the program ------------------------------------------------------------------------------------
FILE = '''"""A small experiment on linear networks."""
from fractions import Fraction
from theory import BUDGETS, Comparison, Experiment, Rate, measured, predicting, times
WHAT = measured("growth of the gradient", activation="identity", batch=8, widths=(32, 64), depths=(2, 6, 10),
                networks=512)
COMPARISONS = {{b: (Comparison("linear", WHAT, "=", Rate("identity", 8, log=True, times=Fraction({times})),
                              margin=Fraction(4, 100)),) for b in BUDGETS}}
THEOREM = Experiment(__name__, comparisons=COMPARISONS, margins="wide enough for a test",
                     near_misses={{"three times": predicting(COMPARISONS, times(3))}})
'''


@pytest.mark.parametrize(
    ("factor", "options", "code", "verdict"),
    [("1", [], 0, "supported"), ("'1/2'", [], 1, "refuted"), ("1", ["--no-cache", "--jobs", "2"], 0, "supported")],
)
def test_through_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factor: str, options: list[str], code: int, verdict: str
) -> None:
    path = files.write(tmp_path, FILE.format(times=factor))
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path / "cache"))
    arguments = ["run", str(path), "--budget", "quick", "--json", str(tmp_path / "out.json"), *options]
    ran = CliRunner().invoke(cli, arguments)
    assert ran.exit_code == code, ran.output
    (result,) = json.loads((tmp_path / "out.json").read_text())["results"]
    assert (result["kind"], result["verdict"], result["expected"]) == ("experiment", verdict, "supported")
    assert result["evidence"][0]["rule"] == "statistics"
    assert [miss["verdict"] for miss in result["near_misses"]] == ["refuted"]
    kept = list((tmp_path / "cache" / "experiments").glob("*.json"))
    assert len(kept) == (0 if options else 4)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("growth of the gradient", "growth of gradient", "did you mean growth of the gradient?"),
        ('"growth of the gradient"', '"weather"', "known are contrast of normalisations"),
        ("batch=8, ", "", "got:    none for batch"),
        ("networks=512", "network=512", "did you mean networks?"),
        ('activation="identity"', 'activation="relo"', "did you mean relu?"),
        ("(32, 64)", "(32, 63)", "width"),
    ],
)
def test_what_cannot_be_measured_is_said_once_before_the_run(
    tmp_path: Path, right: str, wrong: str, words: str
) -> None:
    path = tmp_path / f"small_{hashlib.sha256(wrong.encode()).hexdigest()[:8]}.py"  # one module for each
    text = FILE.format(times=1)
    assert right in text
    path.write_text(text.replace(right, wrong))
    ran = CliRunner().invoke(cli, ["run", str(path), "--budget", "quick", "--no-cache"])
    assert ran.exit_code == 3, ran.output
    assert ran.stderr.count("error:") == 1
    assert words in ran.stderr
    assert ": linear\n" in ran.stderr
    assert "supported" not in ran.stdout


@each
def test_what_ships_can_be_measured(name: str) -> None:
    measurable.require_measurable([replace(EXPERIMENTS[name], module="elsewhere.small")])


def test_the_page_shows_a_whole_file(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    path = tmp_path / "linear_growth_of_the_page.py"
    path.write_text(text)
    ran = CliRunner().invoke(cli, ["run", str(path), "--budget", "quick", "--no-cache"])
    assert ran.exit_code == 0, ran.output
    assert "supported" in ran.stdout
    assert "refuted" not in ran.stderr
