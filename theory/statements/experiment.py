"""An experiment: measured quantities held against predictions, with margins and error rates stated beforehand.

Data only. What is measured is named here and computed by `numerics/experiments`, which knows none of the predictions;
`verify` pairs the two by name. The comparisons of one budget are judged together: the rate of false alarms is that of
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar

from theory.statements.doors import TheoremError
from theory.statements.setting import Networks, Setting
from theory.statements.theorem import Theorem

BUDGETS = ("quick", "standard", "thorough")
RELATIONS = ("=", ">", "<")
WIDEST = Fraction(1, 2)  # of a prediction, and of its distance to a near miss: what a margin may be at most
IMAGES = "images"  # in settings: those that come along, or those that the user names
EXPECTATIONS = ("supported", "undecided", "refuted")
Chosen = str | int | bool | Fraction | tuple["Chosen", ...]


@dataclass(frozen=True)
class Measured:
    """A quantity by its name in `numerics.experiments.measurements`, with the settings it is measured at."""

    name: str
    settings: tuple[tuple[str, Chosen], ...] = ()


def measured(name: str, **settings: Chosen) -> Measured:
    """`measured("growth", activation="relu", batch=8, ...)`."""
    return Measured(name, tuple(settings.items()))


@dataclass(frozen=True)
class Rate:
    """times * lambda(phi, batch), or times * log lambda(phi, batch) if `log`; batch None is the limit."""

    phi: str
    batch: int | None
    log: bool = False
    times: Fraction = Fraction(1)

    def __repr__(self) -> str:
        factor = "" if self.times == 1 else f"{self.times} * "
        return f"{factor}{'log ' if self.log else ''}lambda({self.phi}, {self.batch or 'inf'})"


@dataclass(frozen=True)
class ResidualSlope:
    """times * the least-squares slope, over these depths L, of log prod_{l=1}^{L-1} (1 + lambda/l) against log L.

    The product is Gamma(L+lambda)/(Gamma(L) Gamma(1+lambda)), so the slope tends to lambda as the depths grow.
    """

    phi: str
    batch: int | None
    depths: tuple[int, ...]
    times: Fraction = Fraction(1)

    def __repr__(self) -> str:
        factor = "" if self.times == 1 else f"{self.times} * "
        return f"{factor}slope of prod (1 + lambda({self.phi}, {self.batch or 'inf'})/l) at {self.depths}"


Predicted = Fraction | Rate | ResidualSlope


@dataclass(frozen=True)
class Comparison:
    """`measured` relation `predicted`. For "=": within margin + relative * |predicted|, fixed before looking.

    Raises TheoremError for a number that is not exact.
    """

    label: str
    measured: Measured
    relation: str
    predicted: Predicted
    margin: Fraction = Fraction(0)
    relative: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        for name in ("predicted", "margin", "relative"):
            value = getattr(self, name)
            if name == "predicted" and isinstance(value, Rate | ResidualSlope):
                continue
            if isinstance(value, bool) or not isinstance(value, int | Fraction):
                raise TheoremError(
                    f"{self.label}: {name}: expected an exact number (int or Fraction), got {value!r} "
                    f"({type(value).__name__}). Remedy: write 0.1 as Fraction(1, 10)."
                )
            object.__setattr__(self, name, Fraction(value))


Comparisons = Mapping[str, tuple[Comparison, ...]]


def predicting(comparisons: Comparisons, change: Callable[[Predicted], Predicted]) -> Comparisons:
    """The same measurements with other predictions: what a near miss says."""
    return {b: tuple(replace(c, predicted=change(c.predicted)) for c in cs) for b, cs in comparisons.items()}


def times(factor: Fraction | int) -> Callable[[Predicted], Predicted]:
    """A change of predictions: multiplied by a factor."""
    return lambda value: (
        replace(value, times=value.times * factor)
        if isinstance(value, Rate | ResidualSlope)
        else Fraction(value) * factor
    )


def in_large_batches(value: Predicted) -> Predicted:
    """A change of predictions: a rate at the limit of large batches, everything else as it is."""
    return replace(value, batch=None) if isinstance(value, Rate) else value


def weakness(experiment: Experiment, value: Callable[[Predicted], Fraction | None]) -> str:
    """Why the experiment would say too little: a margin that swallows what it claims, or a near miss that is none.

    `value` says what a prediction is; one that it does not know (None) is not judged. Empty if nothing is wrong.
    """
    for budget, chosen in experiment.comparisons.items():
        claims = {c.label: c for c in chosen}
        missed: dict[str, list[Fraction]] = {}
        for name, comparisons in experiment.near_miss_list():
            apart = False
            for miss in comparisons[budget]:
                where, claim = f"{name}, {budget}: {miss.label}", claims.get(miss.label)
                if claim is None or claim.measured != miss.measured:
                    return (
                        f"{where}: expected a measurement of the claim, with its label and settings, got another one. "
                        "Remedy: predicting(COMPARISONS, times(2)) changes predictions alone."
                    )
                a, b = value(claim.predicted), value(miss.predicted)
                if a is None or b is None:
                    apart = True
                    continue
                if claim.relation == "=" == miss.relation:
                    if (claim.margin, claim.relative) != (miss.margin, miss.relative):
                        return (
                            f"{where}: expected the margins of the claim, {claim.margin} and {claim.relative}, got "
                            f"{miss.margin} and {miss.relative}. Remedy: a near miss changes the prediction alone."
                        )
                    apart = apart or _margin(claim, a) <= abs(a - b) * WIDEST
                    missed.setdefault(claim.label, []).append(abs(a - b))
                elif miss.relation == "=" and _margin(miss, b) < abs(a - b):
                    return (
                        f"{where}: expected a margin that reaches the claim's {claim.relation} {float(a):g}, got "
                        f"{float(b):g} +- {float(_margin(miss, b)):g}. Remedy: margin={abs(a - b)}."
                    )
                else:
                    apart = apart or claim.relation != miss.relation or a != b
            if not apart:
                return (
                    f"{name}, {budget}: expected a prediction at least {1 / WIDEST} margins from the claim's, got "
                    "none: data that support the claim would not refute it. Remedy: smaller margins."
                )
        for claim in chosen:
            if claim.relation == "=" and (a := value(claim.predicted)) is not None:
                margin = _margin(claim, a)
                gaps = [gap for gap in missed.get(claim.label, ()) if margin <= gap * WIDEST]
                if margin > abs(a) * WIDEST and not (a == 0 and gaps and min(gaps) <= 4 * margin / WIDEST):
                    limit = (
                        f"{WIDEST} of the prediction {float(a):g}"
                        if a
                        else f"{WIDEST} of the distance to the nearest near miss, which lies within "
                        f"{4 / WIDEST} margins of a prediction of 0"
                    )
                    return (
                        f"{budget}: {claim.label}: expected a margin of at most {limit}, got {float(margin):g}. "
                        "Remedy: measure more, or claim < or > against the least value that counts."
                    )
    return ""


def _margin(comparison: Comparison, value: Fraction) -> Fraction:
    return comparison.margin + comparison.relative * abs(value)


@dataclass(frozen=True)
class Experiment(Theorem):
    """One experiment, one file, ending in `THEOREM = Experiment(__name__, comparisons=COMPARISONS, ...)`.

    `comparisons` by budget; `near_misses` are other predictions for the same measurements, and the data must refute
    each. `margins` says in words why the margins are what they are, `rests_on` names the theorems whose predictions
    are measured. At best it is supported. A printed claim that did not replicate in a pilot says so: `expected` is then
    "undecided" or "refuted" at that budget, and `expected_because` says what the pilot showed.

    Raises TheoremError if a budget, a label, near misses or reasons are missing.
    """

    comparisons: Comparisons = field(default_factory=dict)
    near_misses: Mapping[str, Any] = field(default_factory=dict)  # comparisons by budget, as above
    false_alarm: Fraction = Fraction(1, 1000)
    margins: str = ""
    setting: Setting = field(default_factory=Networks)
    expected: Mapping[str, str] = field(default_factory=dict)  # by budget, where it is not "supported"
    expected_because: str = ""
    kind: ClassVar[str] = "experiment"
    long: bool = False  # many minutes at the standard budget: quick unless it is asked for by name
    apart: str = ""  # a setting: comparisons that differ in it have nothing in common, and are units of their own

    def __post_init__(self) -> None:
        object.__setattr__(self, "comparisons", MappingProxyType(dict(self.comparisons)))
        object.__setattr__(self, "expected", MappingProxyType(dict(self.expected)))
        super().__post_init__()

    def __hash__(self) -> int:
        return hash(self.module)

    @property
    def takes_images(self) -> bool:
        """Is anything measured on `IMAGES`, which a user may choose?"""
        chosen = (setting for cs in self.comparisons.values() for c in cs for setting in c.measured.settings)
        return any(value == IMAGES for _, value in chosen)

    def piece(self, comparison: Comparison) -> str:
        """Under which name a comparison is measured apart from those that have nothing in common with it."""
        value = dict(comparison.measured.settings).get(self.apart)
        return "" if not self.apart else "the rest" if value is None else f"{self.apart} {value}"

    def near_miss_list(self) -> tuple[tuple[str, Any], ...]:
        """Name and comparisons by budget of each."""
        return tuple(self.near_misses.items())

    def _validate(self) -> None:
        if not self.title:
            raise TheoremError(
                f"{self.id}: the file has no docstring. Remedy: begin it with the statement in one line."
            )
        if self.parts or self.assumptions:
            raise TheoremError(
                f"{self.id}: an experiment has comparisons, no claim, parts or assumptions. "
                "Remedy: Experiment(__name__, comparisons={...}, near_misses={...}, ...)."
            )
        if not self.near_misses or not self.margins.strip() or not 0 < self.false_alarm < Fraction(1, 2):
            raise TheoremError(
                f"{self.id}: expected other predictions that the data refute, the reason for the margins in words, "
                "and a false-alarm rate between 0 and 1/2. Remedy: near_misses={...}, margins='...', "
                "false_alarm=Fraction(1, 1000)."
            )
        for name, comparisons in (("comparisons", self.comparisons), *self.near_misses.items()):
            self._check(name, comparisons)
        if problem := weakness(self, lambda value: value if isinstance(value, Fraction) else None):
            raise TheoremError(f"{self.id}: {problem}")
        unknown = [f"{b}: {v}" for b, v in self.expected.items() if b not in BUDGETS or v not in EXPECTATIONS]
        if unknown or bool(self.expected) != bool(self.expected_because.strip()):
            raise TheoremError(
                f"{self.id}: expected={{budget: verdict}} takes {', '.join(EXPECTATIONS)}, with the reason in words; "
                f"got {'; '.join(unknown) or 'the one without the other'}. Remedy: expected={{'quick': 'refuted'}}, "
                "expected_because='a pilot at other seeds showed ...'."
            )

    def _check(self, name: str, comparisons: Comparisons) -> None:
        if set(comparisons) != set(BUDGETS) or not all(comparisons.values()):
            raise TheoremError(
                f"{self.id}: {name}: expected comparisons for each budget of {', '.join(BUDGETS)}, got "
                f"{', '.join(comparisons) or 'none'}. Remedy: {{'quick': (Comparison(...),), ...}}."
            )
        for budget, chosen in comparisons.items():
            labels = [c.label for c in chosen]
            if len(set(labels)) < len(labels):
                raise TheoremError(f"{self.id}: {name}, {budget}: two comparisons have one label.")
            for c in chosen:
                if c.relation not in RELATIONS or c.margin < 0 or c.relative < 0:
                    raise TheoremError(
                        f"{self.id}: {c.label}: expected a relation of {', '.join(RELATIONS)} and margins of at least "
                        f"0, got {c.relation!r}, {c.margin}, {c.relative}."
                    )
                if c.relation == "=" and c.margin == 0 == c.relative:
                    raise TheoremError(
                        f"{self.id}: {c.label}: no estimate equals a number exactly. Remedy: state a margin."
                    )
