"""A rule's look at a theorem in pieces, each a unit of its own: what comes of it is what one look would have seen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from theory import (
    Below,
    Comparison,
    Experiment,
    Numbers,
    Rate,
    Theorem,
    activation,
    growth_rate,
    measured,
    predicting,
    times,
    whole_at_least,
)
from theory.definitions.mean_field import B
from theory.statements.experiment import BUDGETS
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.proof.observations import BoxTrace, Seen
from verify.results.store import Store
from verify.rules import boxes, statistics
from verify.running import runner
from verify.running.concluding import concluded
from verify.running.cutting import pieces, put_together
from verify.running.executors import Outcome
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=5)


def growth(phi: str, batch: int) -> Comparison:
    return Comparison(
        f"{phi}, B = {batch}",
        measured("growth of the gradient", activation=phi, batch=batch, widths=(8,), depths=(2, 4), networks=16),
        "=",
        Rate(phi, batch, log=True),
        margin=Fraction(9, 10),
        relative=Fraction(1, 10),
    )


def experiment(**changes: object) -> Experiment:
    chosen = dict.fromkeys(BUDGETS, tuple(growth(phi, batch) for phi in ("relu", "tanh") for batch in (8, 12)))
    about: dict[str, object] = {
        "comparisons": chosen,
        "near_misses": {"ten times": predicting(chosen, times(40))},
        "margins": "wide enough for a test",
        "docstring": "A small experiment.",
        "apart": "batch",
        **changes,
    }
    return Experiment("tests.small", **about)  # type: ignore[arg-type]


phi = activation("phi")
FALLING = Theorem(
    "tests.falling",
    Below(growth_rate(phi, B + 1), growth_rate(phi, B)),
    near_misses={"it rises": Below(growth_rate(phi, B), growth_rate(phi, B + 1))},
    setting=Numbers((whole_at_least(B, 4),), functions={"phi": ("relu", "id", "z - tanh(z)")}),
    docstring="Rates fall.",
)


def found(rule: str, seen: Mapping[str, Seen]) -> dict[tuple[str, str], tuple[Outcome, bool]]:
    return {(rule, name): (Outcome(value, 1.0), False) for name, value in seen.items()}


def test_an_experiment_in_pieces_is_the_experiment(tmp_path: Path) -> None:
    small = experiment()
    names = pieces(small, "statistics", QUICK)
    assert names == ("batch 8", "batch 12")
    seen = {name: statistics.observe(small, QUICK, name, folder=tmp_path) for name in reversed(names)}
    assert [len(trace.cases) for trace in seen.values()] == [2, 2]
    joined = put_together(small, QUICK, found("statistics", seen))
    assert list(joined) == [("statistics", "")]
    outcome, cached = joined["statistics", ""]
    assert outcome.value == statistics.observe(small, QUICK, folder=tmp_path)
    assert (outcome.seconds, cached) == (2.0, False)
    assert pieces(experiment(apart=""), "statistics", QUICK) == ()
    assert pieces(experiment(apart="depths"), "statistics", QUICK) == ()  # all have the same


def test_boxes_of_each_function_are_those_of_all() -> None:
    names = pieces(FALLING, "boxes", QUICK)
    assert names == ("relu", "id", "z - tanh(z)")
    seen = {name: boxes.observe(FALLING, QUICK, name) for name in names}
    assert [[part.label for part in trace.parts] for trace in seen.values()] == [[name] for name in names]
    outcome, _ = put_together(FALLING, QUICK, found("boxes", seen))["boxes", ""]
    assert outcome.value == boxes.observe(FALLING, QUICK)
    result = concluded(FALLING, QUICK, found("boxes", seen), {})
    assert [e.verdict for e in result.evidence] == [Verdict.PROVED]


def test_what_misses_a_piece_says_nothing() -> None:
    seen = {name: boxes.observe(FALLING, QUICK, name) for name in ("relu", "id")}
    assert put_together(FALLING, QUICK, found("boxes", seen)) == {}
    assert concluded(FALLING, QUICK, found("boxes", seen), {}).verdict is Verdict.UNDECIDED
    alone = {("boxes", ""): (Outcome(seen["relu"], 1.0), False)}
    result = concluded(FALLING, QUICK, alone, {})
    assert result.verdict is Verdict.UNDECIDED
    assert "none for id, z - tanh(z)" in result.reason
    nothing = {("boxes", ""): (Outcome(BoxTrace(128, ()), 1.0), False)}
    assert concluded(FALLING, QUICK, nothing, {}).verdict is Verdict.UNDECIDED


def test_a_piece_that_fails_is_named_and_no_other_counts() -> None:
    outcomes = found("boxes", {name: boxes.observe(FALLING, QUICK, name) for name in ("relu", "id")})
    outcomes["boxes", "z - tanh(z)"] = (Outcome(None, 1.0, "MemoryError"), False)
    assert list(put_together(FALLING, QUICK, outcomes)) == [("boxes", "z - tanh(z)")]
    result = concluded(FALLING, QUICK, outcomes, {})
    assert result.verdict is Verdict.UNDECIDED
    assert "boxes (z - tanh(z)) failed: MemoryError" in result.reason
    outcomes["boxes", "z - tanh(z)"] = (Outcome("a text", 1.0), True)
    assert "it returned str, not a BoxTrace" in concluded(FALLING, QUICK, outcomes, {}).reason


def test_pieces_are_units_of_a_run(tmp_path: Path) -> None:
    labels: list[str] = []
    with Store(tmp_path / "store", lambda message: None) as store:
        settings = Settings(budget=Budget.QUICK, cells=str(tmp_path / "cells"))
        for cached in (False, True):
            labels.clear()
            [result] = runner.run([experiment()], settings, store, progress=lambda step: labels.append(step.label))
            assert "tests.small / statistics (batch 8)" in labels
            assert "tests.small / statistics (batch 12)" in labels
            [evidence] = [e for e in result.evidence if e.rule.value == "statistics"]
            assert evidence.cached is cached


@pytest.mark.parametrize("budget", [Budget.QUICK, Budget.THOROUGH])
def test_the_long_ones_of_the_catalogue_are_cut(budget: Budget) -> None:
    known = {theorem.id: theorem for theorem in loader.load([])}
    settings = Settings(budget=budget)
    assert len(pieces(known["explosion.rates-decreasing"], "boxes", settings)) == 27
    for name, least in (("explosion.gradient-growth", 2), ("explosion.residual-growth", 3),
                        ("covariate-shift.noisy-batch-norm-correlation", 2)):  # fmt: skip
        assert len(pieces(known[name], "statistics", settings)) >= least
    assert pieces(known["decoupling.variance"], "sampling", settings) == ()
