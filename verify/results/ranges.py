"""In words: which range a claim speaks of, and which range the evidence covered."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from theory.statements.claims import functions_of
from theory.statements.ranges import in_words
from theory.statements.setting import Matrices, Networks, Numbers, Setting
from theory.statements.theorem import Theorem, smoothness
from theory.terms import Activation, Property, ScalarField, Symbol
from theory.terms.known_functions import known_function
from verify.plural import plural
from verify.proof.kernel import Evidence, Verdict
from verify.proof.observations import (
    BoxPart,
    BoxTrace,
    CaseOutcome,
    DenseTrace,
    DerivationTrace,
    EnclosureTrace,
    RepeatedTrace,
    RoundingTrace,
    SamplingTrace,
    StatisticsTrace,
)

MISSED = "not met"  # the range of a rule that says which assumptions the instances drawn did not meet
IN_WORDS = (
    DerivationTrace, RepeatedTrace, DenseTrace, EnclosureTrace, SamplingTrace, BoxTrace, RoundingTrace, StatisticsTrace
)  # fmt: skip
_TIMES = {0: "", 1: "differentiable ", 2: "twice differentiable "}


def claim_range(theorem: Theorem) -> str:
    """What the claim quantifies over, such as `all m, d >= 1; every differentiable phi`."""
    return "; ".join([dimensions(theorem), *functions(theorem)])


def functions(theorem: Theorem) -> list[str]:
    """What each function of the claims may be: `every differentiable phi`, or all that are named."""
    parts = []
    found = frozenset[Activation | ScalarField]().union(*(functions_of(part.claim) for part in theorem.parts))
    for function in sorted(found, key=lambda f: f.name):
        if function.name in theorem.functions:
            named = theorem.functions[function.name]
            parts.append(f"{function.name} one of {len(named)}: {', '.join(named)}")
            continue
        known = known_function(function.name) if isinstance(function, Activation) else None
        if known is not None:
            own = f"{function.name}(t)"
            parts += [f"{own} = {known.formula}"] if own != known.formula else []  # tanh(t) needs no words
            continue
        order = smoothness(theorem, function)
        parts.append(f"every {_TIMES.get(order, f'{order} times differentiable ')}{function.name}")
    return parts


def dimensions(theorem: Theorem) -> str:
    """`all m, d >= 1`, or the ranges of numbers, or that the claim has none."""
    return _OVER[type(theorem.setting)](theorem)


def _every_size(theorem: Theorem) -> str:
    names = [s.name for s in theorem.symbols if s.has(Property.DIMENSION)]
    return f"all {', '.join(names)} >= 1" if names else "all values of its symbols"


_OVER: Mapping[type[Setting], Callable[[Theorem], str]] = MappingProxyType(
    {
        Matrices: _every_size,
        Numbers: lambda theorem: in_words(theorem.domain),
        Networks: lambda _: "random networks of the settings measured",
    }
)


def evidence_range(theorem: Theorem, evidence: Sequence[Evidence]) -> str:
    """What was covered, strongest rule first, such as `proved for all d >= 1; enclosed at 64 points of 256 bits`."""
    covered = (
        _proved(theorem, evidence),
        *(words(evidence) for words in (_witnessed, _boxed, _dense, _enclosed, _sampled, _measured, _otherwise)),
    )
    return "; ".join(text for part in covered for text in part) or "nothing"


def missed(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Which assumptions the instances drawn did not meet, where few met them all."""
    seen = (item.observation for item in evidence)
    said = (dict(trace.ranges).get(MISSED, "") for trace in seen if isinstance(trace, EnclosureTrace))
    return tuple(dict.fromkeys(filter(None, said)))


def of(theorem: Theorem, evidence: Evidence) -> Mapping[str, object]:
    """The range of one piece of evidence as data."""
    seen: object = evidence.observation
    match seen:
        case DerivationTrace(parts):
            every = {s.name: "every size >= 1" for s in theorem.symbols if s.has(Property.DIMENSION)}
            return {**every, "lines": sum(len(part.lines) for part in parts)}
        case RepeatedTrace(parts):
            heard = [(part.label, line) for part in parts for line in part.lines]
            counts = Counter(line.outcome.value for _, line in heard)
            odd = {f"line {x.number} of {label}".removesuffix(" of "): x.detail for label, x in heard if x.detail}
            return {"lines": len(heard), **counts, **odd}
        case DenseTrace(cases):
            return {"cases": len(cases), **_sizes(cases_sizes(cases))}
        case EnclosureTrace() as trace:
            return {"bits": trace.bits, "points": trace.satisfied, "requested": trace.requested, **dict(trace.ranges)}
        case SamplingTrace() as trace:
            return {"instances": trace.satisfied, "requested": trace.requested, **dict(trace.ranges)}
        case BoxTrace(bits, boxed):
            boxes = sum(len(part.boxes) for part in boxed)
            return {"bits": bits, **{part.variable: f"all {covered(part)}, {plural(boxes, 'box')}" for part in boxed}}
        case RoundingTrace() as trace:
            return {"operations": len(trace.steps), **dict(trace.ranges)}
        case StatisticsTrace() as trace:
            runs = {case.label: plural(case.count, "run") for case in trace.cases}
            return {"instances": trace.instances, "false alarms": trace.false_alarm, **runs, **dict(trace.ranges)}
    return by_name(seen)


def by_name(seen: Any) -> dict[str, object]:
    """Of what a rule saw that has no row of its own here: its numbers and texts by their names, of what it saw many of
    how many they are, and its ranges. Nothing is said of them but what is there."""
    found: dict[str, object] = {}
    for name in (field.name for field in dataclasses.fields(seen)):
        value = getattr(seen, name)
        if name == "ranges":
            found |= dict(value)
        elif isinstance(value, tuple):
            found[name.replace("_", " ")] = len(value)
        elif isinstance(value, bool | int | float | str) and name != "witness":
            found[name.replace("_", " ")] = value
    return found


def cases_sizes(cases: Sequence[object]) -> Mapping[str, list[int]]:
    """The sizes seen of each dimension, in order."""
    seen: dict[str, set[int]] = {}
    for case in cases:
        for name, size in getattr(case, "sizes", ()):
            seen.setdefault(name, set()).add(size)
    return {name: sorted(sizes) for name, sizes in sorted(seen.items())}


def symbols_in_words(symbol: Symbol) -> str:
    """A symbol's shape and properties, such as `S: d x d, positive definite, symmetric`."""
    from theory.terms import show

    if symbol.has(Property.STEPS):
        return f"{symbol.name}: {Property.STEPS.value}"
    properties = sorted(p.value for p in symbol.properties)
    shape = [] if symbol.is_scalar else [show(symbol.shape)]
    return f"{symbol.name}: " + ", ".join([*shape, *properties] or ["real"])


def _sizes(sizes: Mapping[str, list[int]]) -> dict[str, object]:
    return {name: ", ".join(map(str, values)) for name, values in sizes.items()}


def _proved(theorem: Theorem, evidence: Sequence[Evidence]) -> list[str]:
    proved = any(e.verdict is Verdict.PROVED and isinstance(e.observation, DerivationTrace) for e in evidence)
    return [f"proved for {dimensions(theorem)}"] if proved else []


def _dense(evidence: Sequence[Evidence]) -> list[str]:
    found = []
    for item in evidence:
        if isinstance(item.observation, DenseTrace) and item.verdict is Verdict.SUPPORTED:
            equal = [case for case in item.observation.cases if case.outcome is CaseOutcome.EQUAL]
            sizes = "; ".join(f"{n} = {', '.join(map(str, v))}" for n, v in cases_sizes(equal).items())
            found.append(f"in components at {sizes}" if sizes else "in components")
    return found


def _witnessed(evidence: Sequence[Evidence]) -> list[str]:
    """An erratum's counterexample; a theorem's says enough as the reason of its verdict."""
    found = []
    for item in evidence:
        match item.observation:
            case EnclosureTrace(bits, witness=str(), satisfied=1):
                found.append(f"one counterexample, certified at {bits} bits")
            case RoundingTrace(dtype, device, steps) if item.witness:
                found.append(f"one counterexample, {plural(len(steps), 'operation')} executed in {dtype} on {device}")
    return found


def _boxed(evidence: Sequence[Evidence]) -> list[str]:
    found = []
    for item in evidence:
        if isinstance(item.observation, BoxTrace) and item.verdict is Verdict.PROVED:
            parts = item.observation.parts
            every = f" and {plural(len(parts), 'function')}" if parts[0].whole else ""
            found += [f"enclosed for all {covered(part, spoken=True)}{every}" for part in parts]
    return list(dict.fromkeys(found))


def covered(part: BoxPart, *, spoken: bool = False) -> str:
    """The range of boxes in words: `of [0, 1/3]`, `whole ones from 4 on`; spoken of its variable, `t in [0, 1/3]`."""
    if part.whole and part.stop == "oo":
        return f"whole {part.variable} >= {part.start}" if spoken else f"whole ones from {part.start} on"
    return f"{part.variable} in [{part.start}, {part.stop}]" if spoken else f"of [{part.start}, {part.stop}]"


def _measured(evidence: Sequence[Evidence]) -> list[str]:
    traces = [e.observation for e in evidence if isinstance(e.observation, StatisticsTrace)]
    return [
        f"measured in {plural(sum(c.count for c in t.cases), 'run')} ({t.dtype} on {t.device})"
        for t in traces
        if t.cases
    ]


def _enclosed(evidence: Sequence[Evidence]) -> list[str]:
    traces = [e.observation for e in evidence if isinstance(e.observation, EnclosureTrace) and e.witness is None]
    return [f"enclosed at {plural(t.satisfied, 'point')} of {t.bits} bits" for t in traces if t.satisfied]


def _sampled(evidence: Sequence[Evidence]) -> list[str]:
    traces = [e.observation for e in evidence if isinstance(e.observation, SamplingTrace)]
    total = sum(t.satisfied for t in traces)
    if not total:
        return []
    kinds = ", ".join(dict.fromkeys(f"{t.dtype} on {t.device}" for t in traces))
    return [f"sampled at {plural(total, 'instance')} ({kinds})"]


def _otherwise(evidence: Sequence[Evidence]) -> list[str]:
    """What has no words of its own here is said in those of its verdict, if it is one for the claim."""
    found = [e for e in evidence if not isinstance(e.observation, IN_WORDS)]
    return [e.reason for e in found if e.verdict in (Verdict.PROVED, Verdict.SUPPORTED)]
