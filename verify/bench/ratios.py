"""`normproof bench`: sampling, the hardest proofs, certified rates, start-up. Ratios within one run, with goals.

A ratio above its goal is good in every row. Absolute times are of this machine; the prototype's times, which the proofs
are compared with, were measured on a two-core machine of 2026 and are the one number here from another run.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from verify.errors import EXIT_UNDECIDED
from verify.results import fingerprint


@dataclass(frozen=True)
class Row:
    """`value` of something in `unit`, next to `baseline` of something else; `ratio` says how much better it is."""

    name: str
    value: float
    unit: str
    against: str
    baseline: float
    ratio: float
    goal: float
    note: str = ""

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal


def measure(device: str, progress: Callable[[str], None]) -> list[Row]:
    """Every row. Each takes seconds, not minutes."""
    rows: list[Row] = []
    for part, name in (
        (_startup, "start-up"),
        (_proofs, "proofs"),
        (_rates, "rates"),
        (_mutants, "mutants"),
        (lambda: _sampling(device), "sampling"),
    ):
        progress(name)
        rows.extend(part())
    return rows


def document(rows: Sequence[Row]) -> Mapping[str, Any]:
    """The rows as plain data."""
    return {
        "schema": 1,
        "versions": dict(fingerprint.versions()),
        "rows": [{**asdict(row), "met": row.met} for row in rows],
    }


def exit_code(rows: Sequence[Row]) -> int:
    """2 if something that was to be proved is not; speed is no verdict."""
    return EXIT_UNDECIDED if any(row.note for row in rows) else 0


# ---- rows ---------------------------------------------------------------------------------------------------
def _startup() -> list[Row]:
    """How much sooner the command line starts than torch alone would be imported."""
    torch = _process("-c", "import torch")
    rows = []
    for arguments in (("--help",), ("list",)):
        taken = _process("-m", "verify", *arguments)
        rows.append(Row(f"normproof {arguments[0]}", taken, "s", "import torch", torch, torch / taken, 5.0))
    return rows


def _process(*arguments: str) -> float:
    """The median time of three runs of Python, after one that fills the file cache."""
    times = []
    for _ in range(4):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def _proofs() -> list[Row]:
    """How much faster each proof is than the prototype's, building its terms included."""
    from verify.bench.hardest_proofs import SUBJECTS, prove
    from verify.proof.matrices.normal_form import Answer

    rows = []
    for name, (subject, prototype) in SUBJECTS.items():
        times, answers = [], set()
        for _ in range(5):
            begin = time.perf_counter()
            answers.add(prove(subject))
            times.append(time.perf_counter() - begin)
        taken = statistics.median(times)
        note = "" if answers == {Answer.EQUAL} else "not proved"
        rows.append(Row(f"proof of {name}", taken, "s", "prototype", prototype, prototype / taken, 10.0, note))
    return rows


def _rates() -> list[Row]:
    """How much sooner a certified rate of 25 digits is there than by other ways, which certify nothing."""
    from verify.bench.certified_rates import compare

    return [
        Row(
            row.name,
            row.seconds,
            "s",
            row.other,
            row.other_seconds,
            row.other_seconds / row.seconds,
            goal,
            "" if row.gap <= row.expected_gap else "the two differ",
        )
        for row, goal in zip(compare(), (5.0, 1.0), strict=True)
    ]


def _mutants() -> list[Row]:
    """How many mutants a second are decided together, next to a search and a shrinking for each alone."""
    from theory.theorems.decoupling import gradient
    from verify.adversary.attack import attack
    from verify.adversary.deciding.on_matrices import observe
    from verify.adversary.mutating.mutants_of_theorems import mutants_of
    from verify.results.records import Fate
    from verify.settings import Budget, Settings

    theorem, settings = gradient.THEOREM, Settings(Budget.QUICK)
    begin = time.perf_counter()
    decided = observe(theorem, settings, "")
    together = len(decided) / (time.perf_counter() - begin)
    begin = time.perf_counter()
    mutants = mutants_of(theorem)
    for mutant in mutants:
        attack(mutant.lie, settings)
    alone = len(mutants) / (time.perf_counter() - begin)
    note = "some survived" if any(miss.verdict is Fate.SURVIVED for miss in decided) else ""
    return [Row(f"mutants of {theorem.id}", together, "/s", "each alone", alone, together / alone, 1.0, note)]


def _sampling(device: str) -> list[Row]:
    """How the sampling rule compares with two other ways to do the same work, and what its batches cost to draw."""
    from verify.bench.throughput import drawn, throughput

    by_hypothesis, by_loop = drawn(device)
    name, other = "sampling: batches drawn by Hypothesis", "the same batches in a plain loop"
    rows = [Row(name, by_hypothesis, "/s", other, by_loop, by_hypothesis / by_loop, 0.9)]
    for found in throughput(device):
        name = f"sampling: {found.name}"
        rows.append(
            Row(name, found.rule, "/s", "one example per instance", found.per_example, found.over_per_example, 500.0)
        )
        rows.append(Row(name, found.rule, "/s", "a loop written by hand", found.by_hand, found.over_by_hand, 0.5))
    return rows
