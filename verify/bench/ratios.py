"""`normproof bench`: start-up, proofs, certified rates, mutants, sampling. Ratios within one run, with goals.

A ratio above its goal is good in every row. Absolute times are of this machine; the prototype's times, which the proofs
are compared with, were measured on a two-core machine of 2026 and are the one number here from another run.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from verify.bench.timing import timed
from verify.errors import EXIT_UNDECIDED
from verify.results import fingerprint

SECOND = "decoupling.reparametrisation"


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
        (_second_run, "a second run"),
        (_proofs, "proofs"),
        (_derivers, "derivers"),
        (_rates, "rates"),
        (_mutants, "mutants"),
        (lambda: _sampling(device), "sampling"),
        (lambda: _memory(device), "memory"),
    ):
        progress(name)
        rows.extend(part())
    return rows


def document(rows: Sequence[Row], growths: Sequence[Mapping[str, Any]] = ()) -> Mapping[str, Any]:
    """The rows as plain data, and how cost grows if that was measured."""
    found: dict[str, Any] = {
        "schema": 1,
        "versions": dict(fingerprint.versions()),
        "cores": os.cpu_count() or 1,
        "rows": [{**asdict(row), "met": row.met} for row in rows],
    }
    return {**found, "growths": list(growths)} if growths else found


def exit_code(rows: Sequence[Row]) -> int:
    """2 if something that was to be proved is not; speed is no verdict."""
    return EXIT_UNDECIDED if any(row.note for row in rows) else 0


# ---- rows ---------------------------------------------------------------------------------------------------
def _startup() -> list[Row]:
    """How the start of the command line compares with importing torch alone, and with Python itself."""
    torch, bare = _process("-c", "import torch"), _process("-c", "pass")
    rows = []
    for arguments in (("--help",), ("list",)):
        taken, name = _process("-m", "verify", *arguments), f"normproof {arguments[0]}"
        rows.append(Row(name, taken, "s", "import torch", torch, torch / taken, 5.0))
        rows.append(Row(name, taken, "s", "a bare interpreter", bare, bare / taken, 1 / 6))
    return rows


def _second_run() -> list[Row]:
    """How an unchanged run compares with the one before it, and loading every theorem with importing torch."""
    torch, loading = _process("-c", "import torch"), _process("-m", "verify", "graph")
    with tempfile.TemporaryDirectory(prefix="normproof-") as cache:
        times = _processes("-m", "verify", "run", SECOND, "--budget", "quick", NORMPROOF_CACHE=cache)
    again = statistics.median(times[1:])
    return [
        Row("loading every theorem", loading, "s", "import torch", torch, torch / loading, 1.0),
        Row(f"second run of {SECOND}", again, "s", "the first", times[0], times[0] / again, 5.0),
    ]


def _process(*arguments: str) -> float:
    """The median time of three runs of Python, after one that fills the file cache and compiles what is imported."""
    return statistics.median(_processes(*arguments)[1:])


def _processes(*arguments: str, **variables: str) -> list[float]:
    """The times of four runs of Python with these environment variables, one after the other."""
    times = []
    with tempfile.TemporaryDirectory(prefix="normproof-") as compiled:
        environment = {**os.environ, **variables}
        if "-m" in arguments and environment.pop("PYTHONDONTWRITEBYTECODE", ""):
            environment["PYTHONPYCACHEPREFIX"] = compiled
        for _ in range(4):
            begin = time.perf_counter()
            subprocess.run(
                [sys.executable, *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            times.append(time.perf_counter() - begin)
    return times


def _proofs() -> list[Row]:
    """How much faster each proof is than the prototype's, building its terms included."""
    from verify.bench.hardest_proofs import SUBJECTS, prove
    from verify.proof.matrices.normal_form import Answer

    rows = []
    for name, (subject, prototype) in SUBJECTS.items():
        answers, taken = timed(partial(prove, subject), 5)
        note = "" if set(answers) == {Answer.EQUAL} else "not proved"
        rows.append(Row(f"proof of {name}", taken, "s", "prototype", prototype, prototype / taken, 10.0, note))
    return rows


def _derivers() -> list[Row]:
    """One theorem for every d, next to SymPy's two ways: for every d as well, and in components at d = 2."""
    from theory.theorems.decoupling import gradient
    from verify.by_sympy.at_sizes import Entries
    from verify.by_sympy.dimension_free import Words
    from verify.by_sympy.lines_on_matrices import Equation
    from verify.proof.door import check

    theorem = gradient.THEOREM
    [part] = theorem.parts
    claim = Equation(part.claim.left, part.claim.right)

    def by_words() -> bool:
        words = Words(theorem.assumptions)
        words.assume()
        return claim.holds(words)

    def in_components() -> bool:
        entries = Entries(theorem.assumptions, {"d": 2})
        entries.assume()
        return claim.holds(entries)

    def by_lines() -> bool:
        return all(line.accepted for part in check(theorem).parts for line in part.lines)

    accepted, ours = timed(by_lines, 5)
    rows = []
    for other, work in (("SymPy, for every d", by_words), ("SymPy in components, d = 2", in_components)):
        shown, theirs = timed(work, 5)
        note = "" if all(accepted) and all(shown) else "not shown"
        rows.append(Row(f"lines of {theorem.id}", ours, "s", other, theirs, theirs / ours, 1.0, note))
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
    """How many mutants a second are decided together, next to a search and a shrinking for each alone; and from what is
    kept beside the theorem."""
    from theory.theorems.decoupling import gradient
    from verify.adversary.attack import attack
    from verify.adversary.deciding.on_matrices import observe
    from verify.adversary.mutating.mutants_of_theorems import mutants_of
    from verify.results.records import Fate
    from verify.settings import Budget, Settings

    theorem, settings = gradient.THEOREM, Settings(Budget.QUICK, search=True)
    begin = time.perf_counter()
    decided = observe(theorem, settings, "")
    together = len(decided) / (time.perf_counter() - begin)
    begin = time.perf_counter()
    kept = len(observe(theorem, replace(settings, search=False), "")) / (time.perf_counter() - begin)
    begin = time.perf_counter()
    mutants = mutants_of(theorem)
    for mutant in mutants:
        attack(mutant.lie, settings)
    alone = len(mutants) / (time.perf_counter() - begin)
    note = "some survived" if any(miss.verdict is Fate.SURVIVED for miss in decided) else ""
    name = f"mutants of {theorem.id}"
    return [
        Row(name, together, "/s", "each alone", alone, together / alone, 1.0, note),
        Row(f"{name}, certified again", kept, "/s", "searched for", together, kept / together, 5.0),
    ]


def _sampling(device: str) -> list[Row]:
    """How the sampling rule compares with two other ways to do the same work, and what its batches cost to draw."""
    from verify.bench.throughput import drawn, gradcheck_rate, throughput

    by_hypothesis, by_loop = drawn(device)
    name, other = "sampling: batches drawn by Hypothesis", "the same batches in a plain loop"
    rows = [Row(name, by_hypothesis, "/s", other, by_loop, by_hypothesis / by_loop, 0.9)]
    for found in throughput(device):
        name = f"sampling: {found.name}"
        rows.append(
            Row(name, found.rule, "/s", "one example per instance", found.per_example, found.over_per_example, 500.0)
        )
        rows.append(Row(name, found.rule, "/s", "a loop written by hand", found.by_hand, found.over_by_hand, 0.5))
    checked = gradcheck_rate()
    rows.append(Row(name, found.rule, "/s", "torch's gradcheck", checked, found.rule / checked, 100.0))
    return rows


def _memory(device: str) -> list[Row]:
    """Bytes a second that the screen's operations move, next to a copy: what memory can do."""
    from verify.bench.gpu import FULL, copying, screens

    plan = replace(FULL[device], first=14, last=14)
    copied, (found, _) = copying(device, plan), screens(device, plan)
    return [
        Row(
            f"screen: {row.claim}, {row.dtype}",
            row.bandwidth / 1e6,
            "MB/s",
            "a copy",
            copied / 1e6,
            row.bandwidth / copied,
            0.5,
        )
        for row in found
    ]
