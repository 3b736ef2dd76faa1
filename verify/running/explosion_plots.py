"""The plots of gradient explosion: rates against batch size, rates that rise, plain stacks against residual ones.

Curves are rates that come along, middles of certified balls, and sums of their logarithms; points are what the
experiments of the run measured. Without the rates nothing is drawn. Pages lay out what is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from theory.statements.erratum import Erratum
from theory.statements.experiment import Comparison, Experiment, Rate, ResidualSlope
from theory.statements.theorem import Theorem
from theory.terms import GrowthRate, Symbol
from verify.proof.observations import Series, StatisticsCase, StatisticsTrace
from verify.rates.named import ALIASES, named
from verify.results.bands import BAND, banded, comparison
from verify.results.drawn_lines import NO_PLOTS, Axes, Kind, Line, Plot, Plots, line
from verify.results.records import TheoremResult

TOPIC = "explosion"
BATCHES = (4, 5, 6, 7, 8, 11, 16, 23, 32, 45, 64, 91, 128)
Rates = Mapping[tuple[str, int], float]  # of an activation, at a batch size
RISING = "Rates that fall at first and rise for ever"
LEAST, RATE, MEASURED = "least rate of all, (B - 2)/(B - 3)", "rate", "measured"


def wanted(results: Sequence[TheoremResult]) -> list[tuple[str, int]]:
    """The activations and batch sizes whose rates the plots of a run draw."""
    pairs = list(_measured_both_ways(results)) if _on_explosion(results) else []
    return list(dict.fromkeys([*wanted_of([result.theorem for result in results]), *pairs]))


def wanted_of(theorems: Sequence[Theorem]) -> list[tuple[str, int]]:
    """Of these, what is known before anything is measured: those of the curves against batch size."""
    curves = [phi for theorem in theorems for phi in rising(theorem)]
    if any(theorem.topic == TOPIC for theorem in theorems):
        curves += named()
    return list(dict.fromkeys((phi, batch) for phi in curves for batch in BATCHES))


def plots(results: Sequence[TheoremResult], rates: Rates) -> Plots:
    """What can be drawn of a run; nothing if it has nothing on explosion."""
    if not rates:
        return NO_PLOTS
    rise = {r.theorem.id: tuple(rates_that_rise(r.theorem, rates)) for r in results}
    found = tuple(plot for each in rise.values() for plot in each)
    if _on_explosion(results):
        found = (rates_by_batch(results, rates), *found, *plain_and_residual(results, rates))
    errata = [r.theorem.id for r in results if isinstance(r.theorem, Erratum)]
    return Plots(found, {name: rise[name] for name in errata if rise[name]})


def _on_explosion(results: Sequence[TheoremResult]) -> bool:
    return any(r.theorem.topic == TOPIC for r in results)


def rates_by_batch(results: Sequence[TheoremResult], rates: Rates) -> Plot:
    """Axes for each named activation, all on one scale: its rate, the least possible one, what was measured."""
    measured = measured_rates(results)
    axes = []
    for name in named():
        lines = [_rate_line(name, rates), _least()]
        if name in measured:
            lines.append(measured[name])
        axes.append(Axes(name, "batch size", tuple(lines), (0.9, 3.3), log_x=True))
    names = (RATE, LEAST, *([MEASURED] if measured else []))
    words = (
        "Growth of the squared gradient per layer. For each of these activations it falls over the sizes drawn, and it "
        "is least for the linear one."
    )
    return Plot("Rate of gradient growth against batch size", names, tuple(axes), words)


def rates_that_rise(theorem: Theorem, rates: Rates) -> Iterator[Plot]:
    """The activations that refute an erratum on rates which fall, and those whose rates a theorem says to rise."""
    tried = rising(theorem)
    if tried:
        title = "Rates that rise with the batch" if isinstance(theorem, Erratum) else RISING
        axes = tuple(Axes(phi, "batch size", (_rate_line(phi, rates), _least()), log_x=True) for phi in tried)
        yield Plot(title, (RATE, LEAST), axes, " ".join(_rise(phi, rates) for phi in tried))


def rising(theorem: Theorem) -> list[str]:
    """The activations whose rates rise, as the claim of a theorem or against that of an erratum."""
    claim = theorem.parts[0].claim if theorem.parts else None
    if claim is None or claim.relation != "<" or not isinstance(claim.left, GrowthRate):
        return []
    if isinstance(theorem, Erratum):
        return [phi for found in theorem.suspects.values() for phi in found]
    if isinstance(claim.left.batch, Symbol):
        return list(theorem.functions[claim.left.function.name])
    return []


def _rise(phi: str, rates: Rates) -> str:
    """From which to which of the batch sizes drawn the rate rises."""
    found = _curve(phi, rates)
    start = next((k for k in range(len(found) - 1) if found[k + 1][1] > found[k][1]), None)
    if start is None:
        return f"The rate of {phi} does not rise."
    low, high = found[start], max(found[start:], key=lambda pair: pair[1])
    return f"The rate of {phi} rises from {low[1]:.4g} at {low[0]} samples to {high[1]:.4g} at {high[0]}."


def measured_rates(results: Sequence[TheoremResult]) -> dict[str, Line]:
    """Points for each activation: rates from slopes of log mean squared gradients that were extrapolated in width."""
    points: dict[str, dict[int, tuple[float, float, float]]] = {}
    for declared, case, _ in _compared(results):
        rate, about = declared.predicted, dict(declared.measured.settings)
        if not isinstance(rate, Rate) or rate.batch is None or not rate.log or rate.times != 1:
            continue
        if about.get("side") or about.get("against") == "layer" or len(_tuple(about.get("widths"))) < 2:
            continue
        spread = BAND * case.standard_error
        values = tuple(math.exp(case.estimate + shift) for shift in (-spread, 0.0, spread))
        points.setdefault(ALIASES.get(rate.phi, rate.phi), {})[rate.batch] = (values[0], values[1], values[2])
    return {name: _points(MEASURED, found) for name, found in points.items()}


def plain_and_residual(results: Sequence[TheoremResult], rates: Rates) -> Iterator[Plot]:
    """For each activation and batch size that was measured both ways: log growth from depth 1, plain and residual."""
    both = _measured_both_ways(results)
    axes = tuple(_both(*key, rates[key], *measured) for key, measured in both.items() if key in rates)
    if axes:
        words = (
            "Without skip connections the logarithm of the squared gradient grows in proportion to depth, with them as "
            "the logarithm of depth. Lines are predicted; the first point of each is put on its line."
        )
        names = ("plain, predicted", "residual, predicted", "plain, measured", "residual, measured")
        yield Plot("Plain stacks and residual ones", names, axes, words)


def _measured_both_ways(results: Sequence[TheoremResult]) -> dict[tuple[str, int], tuple[Series, Series]]:
    """The curves of each activation and batch size that were measured in plain stacks and in residual ones."""
    plain: dict[tuple[str, int], Series] = {}
    residual: dict[tuple[str, int], Series] = {}
    for declared, _, series in _compared(results):
        value, about = declared.predicted, dict(declared.measured.settings)
        if about.get("side") or not series or value is None or len(_tuple(about.get("widths"))) < 2:
            continue
        if isinstance(value, Rate) and value.batch and value.log and value.times == 1 and series[-1].x_name == "depth":
            plain[value.phi, value.batch] = series[-1]
        if isinstance(value, ResidualSlope) and value.batch and value.times == 1:
            residual[value.phi, value.batch] = series[-1]
    return {key: (plain[key], residual[key]) for key in plain if key in residual}


def _both(phi: str, batch: int, growth: float, plain: Series, residual: Series) -> Axes:
    deepest = int(max(plain.x[-1], math.exp(residual.x[-1])) + 0.5)
    depths = range(1, deepest + 1)
    straight = [(d - 1) * math.log(growth) for d in depths]
    bent = [0.0, *accumulate(math.log1p(growth / d) for d in range(1, deepest))]
    lines = (
        line("plain, predicted", [float(d) for d in depths], straight),
        line("residual, predicted", [float(d) for d in depths], bent),
        _placed("plain, measured", plain.x, plain, straight),
        _placed("residual, measured", tuple(math.exp(x) for x in residual.x), residual, bent),
    )
    return Axes(f"{phi}, B = {batch}: log growth from depth 1", "depth", lines)


def _placed(name: str, x: Sequence[float], series: Series, predicted: Sequence[float]) -> Line:
    """Measured points, shifted so that the first lies on the predicted curve: the loss sets the level, not the rate."""
    shift = predicted[round(x[0]) - 1] - series.y[0]
    return banded(name, x, [value + shift for value in series.y], series.errors, Kind.POINTS)


def _compared(
    results: Sequence[TheoremResult],
) -> Iterator[tuple[Comparison, StatisticsCase, list[Series]]]:
    """Every comparison of a run's experiments with what was measured of it, and its curves."""
    for result in results:
        theorem = result.theorem
        if not isinstance(theorem, Experiment):
            continue
        for trace in (e.observation for e in result.evidence if isinstance(e.observation, StatisticsTrace)):
            comparisons = {c.label: c for c in theorem.comparisons[dict(trace.ranges)["budget"]]}
            for case in trace.cases:
                series = [s for s in trace.series if comparison(s.label) == case.label]
                yield comparisons[case.label], case, series


def _points(name: str, found: dict[int, tuple[float, float, float]]) -> Line:
    x = sorted(found)
    low, middle, high = (tuple(found[b][k] for b in x) for k in range(3))
    return Line(name, tuple(float(b) for b in x), middle, low, high, Kind.POINTS)


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _rate_line(phi: str, rates: Rates) -> Line:
    found = _curve(phi, rates)
    return line(RATE, [float(b) for b, _ in found], [value for _, value in found])


def _least() -> Line:
    return line(LEAST, [float(b) for b in BATCHES], [(b - 2) / (b - 3) for b in BATCHES], Kind.GUIDE)


def _curve(phi: str, rates: Rates) -> list[tuple[int, float]]:
    """The rate at each batch size drawn where it exists."""
    return [(batch, rates[phi, batch]) for batch in BATCHES if (phi, batch) in rates]
