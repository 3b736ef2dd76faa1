"""What the sampling rule has seen so far, and the observation that it becomes."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field

from verify.plural import plural
from verify.proof.observations import CodeDisagreement, SamplingTrace


@dataclass
class Tally:
    """What batches showed so far. `reasons` say why instances do not count; `seen` is what was covered, by name."""

    requested: int = 0
    satisfied: int = 0
    suspects: int = 0
    rounding: int = 0
    unknown: int = 0
    examined: int = 0
    touching: int = 0
    disagreements: int = 0
    blamed: int = 0
    code: CodeDisagreement | None = None
    worst: float = 0.0
    witness: str | None = None
    widths: list[float] = field(default_factory=list)
    vacuous: str = ""
    standings: dict[str, Counter[str]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    histogram: Counter[int] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)
    steered: list[str] = field(default_factory=list)

    def note(self, what: str, value: object) -> None:
        """That something was covered."""
        self.seen.setdefault(what, set()).add(str(value))


def trace_of(tally: Tally, device: str, dtype: str) -> SamplingTrace:
    """The observation, with what was covered in words."""
    buckets = max(tally.histogram, default=-1) + 1
    vacuous = tally.vacuous
    if 2 * tally.reasons["undefined"] > tally.requested:
        vacuous = f"a side is not finite on {tally.reasons['undefined']} of {plural(tally.requested, 'instance')}"
    return SamplingTrace(
        dtype=dtype,
        device=device,
        requested=tally.requested,
        satisfied=tally.satisfied,
        suspects=tally.suspects,
        rounding=tally.rounding,
        unknown=tally.unknown + (0 if tally.code else tally.disagreements),
        worst_residual=tally.worst,
        histogram=tuple(tally.histogram[i] for i in range(buckets)),
        witness=tally.witness,
        ranges=_ranges(tally, dtype),
        vacuous=vacuous,
        unresolved=tally.reasons["unresolved"],
        disagreements=tally.disagreements if tally.code else 0,
        code=tally.code,
        agreement=statistics.median(tally.widths) if tally.widths else 0.0,
    )


def _ranges(tally: Tally, dtype: str) -> tuple[tuple[str, str], ...]:
    scales, condition = ("1e-3..1e3", "1e3") if dtype == "float32" else ("1e-6..1e6", "1e8")
    rows = [(name, ", ".join(sorted(values, key=_by_number))) for name, values in sorted(tally.seen.items())]
    rows += [("scales", scales), ("condition numbers", f"to {condition}")]
    for words, counts in tally.standings.items():
        total = counts.total() or 1
        shares = (f"{how} {100 * count / total:.0f} %" for how, count in counts.items() if count)
        rows.append((f"{words} is met", ", ".join(shares) or "never"))
    excluded = {
        "assumptions not met": tally.reasons["unmet"],
        "a side not finite": tally.reasons["undefined"],
        "rounding bound above the values": tally.reasons["unresolved"],
    }
    rows += [("steered, not counted", "; ".join(tally.steered))] if tally.steered else []
    rows += [("not counted", ", ".join(f"{count} {why}" for why, count in excluded.items() if count) or "none")]
    measured = sum(tally.histogram.values())
    rows += [
        ("bound computed", f"{plural(tally.reasons['analysed'], 'instance')}, {measured} of them in the histogram")
    ]
    return tuple(rows)


def _by_number(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (0, text)
