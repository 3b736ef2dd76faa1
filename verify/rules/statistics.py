"""Experiments: measure what is named, hold it against the prediction, and say how sure that is.

An estimate's interval is Student's, at the experiment's rate of false alarms divided by the number of its comparisons
(Bonferroni); the kernel judges whether it lies where the claim puts it. Cells that are finished lie beside the store,
so a run that was killed goes on where it stopped, and a near miss is held against the same measurements.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import math
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from numerics.estimators import student_critical
from numerics.experiments.cells import Cell, Progress, run
from numerics.experiments.measurements import Measurement, measurement
from numerics.experiments.outcome import Outcome
from numerics.threads import one_thread
from theory.statements.experiment import IMAGES, Comparison, Experiment, Predicted, ResidualSlope
from verify.floating.memory import keep_freed_memory
from verify.proof.kernel import Verdict, establish
from verify.proof.observations import Series, StatisticsCase, StatisticsTrace
from verify.rates.rate import checked_rate
from verify.results.records import Fate, NearMissResult
from verify.results.store import cells_folder
from verify.rules.covering import DIGITS, covered
from verify.settings import Settings
from verify.ticker import teller


def observe(
    experiment: Experiment,
    settings: Settings,
    piece: str = "",
    *,
    folder: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> StatisticsTrace:
    """Every comparison of the budget, or of one piece of them, with the curves behind it. `folder`: where finished
    cells are kept."""
    every = experiment.comparisons[settings.budget.value]
    chosen = [c for c in every if not piece or experiment.piece(c) == piece]
    tell = progress or teller(experiment.id, folder or cells_folder(settings))
    return _trace(chosen, experiment.false_alarm, len(every), settings, folder, tell)


def refute(
    experiment: Experiment, name: str, miss: Mapping[str, Sequence[Comparison]], settings: Settings
) -> NearMissResult:
    """Hold other predictions against the same measurements: refuted if the kernel says so."""
    chosen = miss[settings.budget.value]
    evidence = establish(_trace(chosen, experiment.false_alarm, len(chosen), settings, None, lambda step: None))
    refuted = evidence.verdict is Verdict.REFUTED
    worst = _farthest(evidence.observation.cases) if isinstance(evidence.observation, StatisticsTrace) else None
    said = (
        ""
        if worst is None
        else f"{worst.label}: measured {worst.estimate:.4g} +/- {worst.critical * worst.standard_error:.2g}"
    )
    return NearMissResult(
        f"{experiment.id}/{name}",
        "author",
        Fate.REFUTED if refuted else Fate.SURVIVED,
        witness=said if refuted else None,
        left=said,
        right="" if worst is None else f"{worst.relation} {worst.predicted:.4g}",
    )


@functools.lru_cache(maxsize=256)  # a claim's is asked for again by its near misses, and before the run
def predicted(value: Predicted) -> float:
    """The number that theory predicts; a rate is the middle of its certified enclosure."""
    if isinstance(value, Fraction):
        return float(value)
    ball = checked_rate(value.phi, value.batch, digits=15).value
    if isinstance(value, ResidualSlope):
        growth = [sum(math.log1p(float(ball.mid()) / block) for block in range(1, depth)) for depth in value.depths]
        return float(value.times) * statistics.linear_regression([math.log(d) for d in value.depths], growth).slope
    return float((ball.log() if value.log else ball).mid()) * float(value.times)


# ---- from cells to cases ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Planned:
    comparison: Comparison
    measurement: Measurement
    cells: tuple[Cell, ...]


def _trace(
    chosen: Sequence[Comparison],
    false_alarm: Fraction,
    judged: int,
    settings: Settings,
    folder: Path | None,
    progress: Callable[[Progress], None],
) -> StatisticsTrace:
    keep_freed_memory()
    planned = [_planned(comparison, settings) for comparison in chosen]
    cells = list(dict.fromkeys(cell for plan in planned for cell in plan.cells))
    kept = folder or cells_folder(settings)
    with one_thread():
        measured = run(cells, kept, version=version(), progress=progress, warn=_warn)
    results = dict(zip(cells, measured, strict=True))
    level = float(false_alarm) / judged
    found = [(p, p.measurement.outcome([results[cell] for cell in p.cells])) for p in planned]
    return StatisticsTrace(
        false_alarm=float(false_alarm),
        cases=tuple(_case(p.comparison, outcome, level) for p, outcome in found),
        device=settings.device,
        dtype=", ".join(sorted({getattr(p.measurement, "dtype", "float32") for p in planned})),
        instances=sum(outcome.estimate.count for _, outcome in found),
        ranges=covered(chosen, settings),
        series=_series(found),
    )


def _warn(message: str) -> None:
    """A full disk, say: the measurement goes on, and whoever waits for it is told once."""
    sys.stderr.write(f"warning: {message}. Remedy: free some space, or set NORMPROOF_CACHE to another folder\n")


def _planned(comparison: Comparison, settings: Settings) -> _Planned:
    images = settings.data or DIGITS
    chosen = {name: images if value == IMAGES else value for name, value in comparison.measured.settings}
    made = measurement(comparison.measured.name, chosen)
    return _Planned(comparison, made, made.plan(settings.seed, settings.device))


def _case(comparison: Comparison, outcome: Outcome, level: float) -> StatisticsCase:
    estimate, value = outcome.estimate, predicted(comparison.predicted)
    return StatisticsCase(
        label=comparison.label,
        relation=comparison.relation,
        estimate=estimate.value,
        standard_error=estimate.standard_error,
        predicted=value,
        margin=float(comparison.margin) + float(comparison.relative) * abs(value),
        critical=student_critical(level, estimate.freedom),
        count=estimate.count,
        diverged=estimate.diverged,
    )


def _series(found: Sequence[tuple[_Planned, Outcome]]) -> tuple[Series, ...]:
    return tuple(
        Series(f"{p.comparison.label}; {c.label}", c.x_name, c.y_name, c.x, c.y, c.errors, c.slope, c.slope_error)
        for p, outcome in found
        for c in outcome.curves
    )


def _farthest(cases: Sequence[StatisticsCase]) -> StatisticsCase:
    """The case whose estimate contradicts its prediction most, in half widths of its interval."""

    def contradiction(case: StatisticsCase) -> float:
        off = case.estimate - case.predicted
        excess = {"=": abs(off) - case.margin, ">": -off, "<": off}[case.relation]
        return excess / (case.critical * case.standard_error or 1e-300)

    return max(cases, key=contradiction)


@functools.cache
def version() -> str:
    """A digest of the code that computes cells, and torch's version: another version computes them again."""
    import numerics

    total = hashlib.sha256(importlib.metadata.version("torch").encode())
    root = Path(next(iter(numerics.__path__)))
    for path in sorted(root.rglob("*.py")):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
