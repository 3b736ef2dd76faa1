"""What rules see: plain frozen data, without a verdict in it. Rules return these; `verify.proof.kernel` judges them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from re import fullmatch
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints


class Seen:
    """What the kernel asks of every observation, besides what its judge reads."""

    @property
    def decided(self) -> int:
        """Instances that were decided: what a count of instances may count."""
        return 0

    @property
    def counterexample(self) -> str | None:
        """A certified witness against the claim."""
        return None

    @property
    def vacuity(self) -> str:
        """In words, why what was seen says nothing of the claim; empty if it says something."""
        return ""

    @property
    def refused(self) -> bool:
        """Was an argument for all instances given that does not hold? Points say nothing beside it."""
        return False


@dataclass(frozen=True)
class LineTrace:
    """One line of a derivation as the checker left it."""

    number: int
    relation: str
    accepted: bool
    used: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class PartTrace:
    """The lines of one part; `complete` says that they run from the claim's left side to its right side."""

    label: str
    complete: bool
    lines: tuple[LineTrace, ...]


@dataclass(frozen=True)
class DerivationTrace(Seen):
    """Every part of a theorem, line by line; in words what its symbols stand for: all dimensions, or ranges."""

    parts: tuple[PartTrace, ...]
    over: str = "all dimensions"

    @property
    def refused(self) -> bool:
        return any(p.lines and not (p.complete and all(line.accepted for line in p.lines)) for p in self.parts)


class LineOutcome(StrEnum):
    """What a second deriver says of a line: that it holds for every dimension or on the whole range, at sizes, at
    points; nothing; or that it does not hold."""

    EVERYWHERE = "everywhere"
    AT_SIZES = "sizes"
    AT_POINTS = "points"
    OPEN = "open"
    DIFFERS = "differs"


@dataclass(frozen=True)
class RepeatedLine:
    """A line of a derivation as a second deriver sees it. detail: at which sizes, why it is open, where it differs."""

    number: int
    outcome: LineOutcome
    detail: str = ""


@dataclass(frozen=True)
class RepeatedPart:
    label: str
    lines: tuple[RepeatedLine, ...]


@dataclass(frozen=True)
class RepeatedTrace(Seen):
    """Every line of a theorem put to a deriver that shares no code with the line checker. A part without lines is
    put as its claim, unless that is a bound."""

    parts: tuple[RepeatedPart, ...]

    @property
    def refused(self) -> bool:
        return any(line.outcome is LineOutcome.DIFFERS for part in self.parts for line in part.lines)


class CaseOutcome(StrEnum):
    """What becomes of two sides that are written out in components."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DenseCase:
    """One part written out in components at explicit sizes."""

    part: str
    sizes: tuple[tuple[str, int], ...]
    outcome: CaseOutcome
    detail: str = ""
    witness: str | None = None


@dataclass(frozen=True)
class DenseTrace(Seen):
    cases: tuple[DenseCase, ...]

    @property
    def counterexample(self) -> str | None:
        return next((case.witness for case in self.cases if case.outcome is CaseOutcome.DIFFERENT), None)


@dataclass(frozen=True)
class EnclosureTrace(Seen):
    """Point instances in ball arithmetic. At `agreeing` ones the claim holds (`exact` of these: sides shown equal, or
    a bound shown strict) or balls cannot tell its sides apart, which then agree to 10^-`digits` of their size."""

    bits: int
    requested: int
    satisfied: int
    agreeing: int
    unknown: int
    witness: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    vacuous: str = ""
    exact: int = 0
    digits: int | None = None

    @property
    def decided(self) -> int:
        return max(0, self.satisfied - self.unknown)

    @property
    def counterexample(self) -> str | None:
        return self.witness

    @property
    def vacuity(self) -> str:
        return self.vacuous or _none_satisfied(self.satisfied, self.requested)


def _none_satisfied(satisfied: int, requested: int) -> str:
    return "" if satisfied else f"none of {counted(requested, 'instance')} satisfied the assumptions"


@dataclass(frozen=True)
class CodeDisagreement:
    """A finding about code, not about the claim: at an exact instance the claim holds in balls, and what the `library`
    computes of `side` lies `bounds` derived rounding bounds from the exact value. `instance` in words, `witness` to
    replay; the smallest that was found."""

    library: str
    side: str
    computed: str
    exact: str
    bounds: float
    instance: str
    witness: str

    def __str__(self) -> str:
        return (
            f"{self.library} computes {self.computed} for {self.side}, which is {self.exact} ({self.bounds:.3g} "
            f"rounding bounds away), at {self.instance}"
        )


@dataclass(frozen=True)
class SamplingTrace(Seen):
    """Batched float instances. A suspect lies beyond the derived rounding bound and is decided in balls:
    `rounding` (balls agree), `unknown`, or a certified `witness`. Residuals are in units of the derived bound.

    `satisfied` counts instances on which the assumptions hold, both sides are defined and the bound is narrow enough to
    say something; `unresolved` ones have a wider bound, say nothing and are not among them. `disagreements` of the
    suspects speak against the library, not the claim (`code` is the smallest). `agreement`: to what relative
    width half of the instances agree, 0 if none was measured. `not_evaluated`: why torch has no values for the claim,
    which is no evidence and no vacuity.
    """

    dtype: str
    device: str
    requested: int
    satisfied: int
    suspects: int
    rounding: int
    unknown: int
    worst_residual: float
    histogram: tuple[int, ...] = ()
    witness: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    vacuous: str = ""
    unresolved: int = 0
    disagreements: int = 0
    code: CodeDisagreement | None = None
    agreement: float = 0.0
    not_evaluated: str = ""

    @property
    def decided(self) -> int:
        return max(0, self.satisfied - self.unknown - self.disagreements)

    @property
    def counterexample(self) -> str | None:
        return self.witness

    @property
    def vacuity(self) -> str:
        return "" if self.finding else self.vacuous or _none_satisfied(self.satisfied, self.requested)

    @property
    def closeness(self) -> str:
        """How much floats say at best: to what power of ten the sides agree on half of the instances, in words."""
        if self.unknown or not 0 < self.agreement <= 0.1:
            return ""
        return f", sides agree to about 10^-{math.floor(-math.log10(self.agreement))}"

    @property
    def finding(self) -> str:
        """In words, what keeps the values from speaking about the claim; empty if nothing does."""
        if self.not_evaluated:
            return f"not evaluated: {self.not_evaluated}"
        some = f"{self.disagreements:,} instance{'s' * (self.disagreements != 1)}"
        return "" if self.code is None else f"the code disagrees on {some}: {self.code}"


class BoxOutcome(StrEnum):
    """What an enclosure on a box says of the claim: that it holds, or fails, everywhere on it, or neither."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Box:
    """A closed interval of one variable, ends exact "p/q" or "oo"."""

    start: str
    stop: str
    outcome: BoxOutcome


@dataclass(frozen=True)
class BoxPart:
    """A claim on a whole interval of `variable`, by boxes whose enclosures decide it. The boxes must tile the range.

    `whole`: only whole numbers, so that a box begins one after the end of the one before. An end may be "oo".
    """

    label: str
    variable: str
    start: str
    stop: str
    boxes: tuple[Box, ...]
    witness: str | None = None
    whole: bool = False

    def __str__(self) -> str:
        """`t in [0, 1/3]`, or `whole B in [4, oo]`."""
        return f"{'whole ' if self.whole else ''}{self.variable} in [{self.start}, {self.stop}]"


@dataclass(frozen=True)
class BoxTrace(Seen):
    """Every part of a claim over a whole range of a variable, in ball arithmetic of `bits` bits or, for rates, more."""

    bits: int
    parts: tuple[BoxPart, ...]

    @property
    def counterexample(self) -> str | None:
        return next((part.witness for part in self.parts if part.witness), None)

    @property
    def refused(self) -> bool:
        """A box left open, however small it became: the claim may fail there, and points say nothing of it."""
        return any(box.outcome is not BoxOutcome.HOLDS for part in self.parts for box in part.boxes)


@dataclass(frozen=True)
class StatisticsCase:
    """One comparison of an experiment, decided on before the data were looked at.

    relation "=": the estimate lies within `margin` of the predicted value; ">" and "<": on that side of it.
    `critical` standard errors are the half width of its interval. `count` independent runs; `diverged` ones apart.
    """

    label: str
    relation: str
    estimate: float
    standard_error: float
    predicted: float
    margin: float
    critical: float
    count: int
    diverged: int = 0


@dataclass(frozen=True)
class Series:
    """A measured curve for a plot: y with standard errors at x, and its slope where one was estimated."""

    label: str
    x_name: str
    y_name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    errors: tuple[float, ...]
    slope: float | None = None
    slope_error: float | None = None


@dataclass(frozen=True)
class StatisticsTrace(Seen):
    """An experiment: all its comparisons, and the rate of false alarms stated for all of them together."""

    false_alarm: float
    cases: tuple[StatisticsCase, ...]
    device: str = "cpu"
    dtype: str = "float32"
    instances: int = 0
    ranges: tuple[tuple[str, str], ...] = ()
    series: tuple[Series, ...] = ()

    @property
    def decided(self) -> int:
        return self.instances


@dataclass(frozen=True)
class RoundedStep:
    """One operation on floats, as exact rationals: its result, the nearest float (ties to even), what was executed."""

    operation: str
    exact: str
    rounded: str
    executed: str


@dataclass(frozen=True)
class RoundingTrace(Seen):
    """A formula executed in floats step by step; the last step is its value, `truth` what the value should be."""

    dtype: str
    device: str
    steps: tuple[RoundedStep, ...]
    truth: str
    witness: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()

    @property
    def counterexample(self) -> str | None:
        return self.witness


Observation = (
    DerivationTrace | RepeatedTrace | DenseTrace | EnclosureTrace | SamplingTrace | BoxTrace | StatisticsTrace
    | RoundingTrace
)  # fmt: skip


# ---- at the door --------------------------------------------------------------------------------------------
LARGEST = 2**53  # whole numbers up to here are floats exactly
_LEAVES: dict[object, Callable[[Any], bool]] = {  # of a value of any other type only that it is just of it
    int: lambda x: type(x) is int and x >= 0,
    float: lambda x: (type(x) is float and x == x) or (type(x) is int and abs(x) < LARGEST),
}


def malformed(observation: object) -> str:
    """What of an observation is not what its fields declare, in words; empty if all is.

    Types are exact, since a subclass may compare as it likes. Counts are not negative, numbers are no NaN, a text that
    may be missing is not empty.
    """
    kind: Any = type(observation)
    fault = _fault(kind)(observation)
    return f"{kind.__name__}{fault}" if fault else ""


@lru_cache(maxsize=256)
def _fault(kind: Any) -> Callable[[Any], str]:
    """What finds the first thing in a value that is not as this kind declares, beginning with where in the value it is;
    it finds nothing, which is empty, if there is none. A kind is read once."""
    if get_origin(kind) is UnionType:
        (there,) = (_fault(k) for k in get_args(kind) if k is not NoneType)
        return lambda value: "" if value is None else " is empty" if type(value) is str and not value else there(value)
    if get_origin(kind) is tuple:
        return _fault_of_tuple(kind)
    if is_dataclass(kind):
        return _fault_of_fields(kind)
    fits = _LEAVES.get(kind, lambda x: type(x) is kind)

    def of_leaf(value: Any) -> str:
        if fits(value):
            return ""
        said = repr(value)[:40] if type(value) in (int, float, bool, str) else "a thing"
        return f" is {said} of type {type(value).__name__}, not {kind.__name__}"

    return of_leaf


def _fault_of_tuple(kind: Any) -> Callable[[Any], str]:
    kinds = get_args(kind)
    alike, faults = kinds[1:] == (...,), [_fault(k) for k in kinds if k is not ...]

    def of_tuple(value: Any) -> str:
        if type(value) is not tuple or not (alike or len(value) == len(kinds)):
            return f" is {type(value).__name__}, not {kind}"
        for k, (item, fault) in enumerate(zip(value, faults * len(value) if alike else faults, strict=True)):
            if found := fault(item):
                return f"[{k}]{found}"
        return ""

    return of_tuple


def _fault_of_fields(kind: Any) -> Callable[[Any], str]:
    faults = [
        (name, hint if hint in (str, bool) else None, _fault(hint)) for name, hint in get_type_hints(kind).items()
    ]

    def of_fields(value: Any) -> str:
        if type(value) is not kind:
            return f" is {type(value).__name__}, not {getattr(kind, '__name__', kind)}"
        for name, exact, fault in faults:
            item = getattr(value, name)
            if type(item) is not exact and (found := fault(item)):  # of most fields the type says all
                return f".{name}{found}"
        return ""

    return of_fields


def counted(number: int, noun: str) -> str:
    """The number with its noun: `1 box`, `8 boxes`."""
    return f"{number} {noun}" + ("" if number == 1 else "es" if noun.endswith("x") else "s")


def exact_number(text: str, *, whole: bool = False) -> Fraction:
    """An exact number as observations write it: p or p/q, and nothing else that Python would read."""
    if not fullmatch(r"-?[0-9]+" if whole else r"-?[0-9]+(/[0-9]+)?", text):
        raise ValueError(f"expected {'a whole number' if whole else 'p/q'}, got {text[:40]!r}")
    top, _, below = text.partition("/")
    return Fraction(int(top), int(below or 1))
