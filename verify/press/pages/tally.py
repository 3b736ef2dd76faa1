"""The counts of a run. They are counted here, once, and every printer takes them from here, so that no two disagree.

Instances, near misses and mutants are those of all results, errata and experiments included; verdicts are those of
theorems and experiments, since a refuted erratum is what one hopes for and has a count of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verify.plural import plural
from verify.press.pages import docket
from verify.press.pages.mutants import VERDICTS
from verify.proof.kernel import Verdict
from verify.results.records import Fate, NearMissResult, TheoremResult


@dataclass(frozen=True)
class Tally:
    """What came out, in numbers. `verdicts` are of what a run has examined, `not_run` are the others. `theorems` and
    `derived_twice` count errata no more than these do; `derived_twice_in_part` are those of `derived_twice` with a line
    that SymPy says at points, or at sizes, alone."""

    theorems: int
    verdicts: Mapping[Verdict, int]
    not_run: int
    errata: int
    errata_refuted: int
    instances: int
    near_misses: Mapping[Fate, int]
    mutants: Mapping[Fate, int]
    excused: int
    derived_twice: int
    derived_twice_in_part: int
    derived_by_program: int
    unexpected: int

    @property
    def misses_met(self) -> tuple[int, int]:
        """Near misses found out, refuted or shown true, of how many."""
        return _met(self.near_misses)

    @property
    def mutants_met(self) -> tuple[int, int]:
        """Mutants found out, of how many."""
        return _met(self.mutants)


def of(results: Sequence[TheoremResult]) -> Tally:
    """Count the results of a run."""
    theorems, errata = docket.split(results)
    found = Counter(result.verdict for result in theorems if result.examined)
    return Tally(
        theorems=len(theorems),
        verdicts={verdict: found[verdict] for verdict in Verdict},
        not_run=sum(not result.examined for result in theorems),
        errata=len(errata),
        errata_refuted=sum(result.as_expected for result in errata),
        instances=sum(result.instances for result in results),
        near_misses=fates(miss for result in results for miss in result.authored),
        mutants=fates(miss for result in results for miss in result.mutants),
        excused=sum(result.excused for result in results),
        derived_twice=sum(result.derived_twice for result in theorems),
        derived_twice_in_part=sum(result.derived_twice and result.repeated_in_part > 0 for result in theorems),
        derived_by_program=sum(result.derived_by_program for result in results),
        unexpected=sum(not result.as_expected for result in results),
    )


def fates(misses: Iterable[NearMissResult]) -> dict[Fate, int]:
    """How many false neighbours had each fate."""
    found = Counter(miss.verdict for miss in misses)
    return {fate: found[fate] for fate in VERDICTS}


def words(tally: Tally) -> str:
    """The counts on one line: what the run ends with on the terminal, and what the Markdown index begins with."""
    found = verdicts(tally)
    if tally.errata:
        found.append(f"{tally.errata_refuted} of {tally.errata} {'erratum' if tally.errata == 1 else 'errata'} refuted")
    said = [", ".join(found) or "nothing finished"]
    said += [f"{tally.derived_twice} derived twice"] if tally.derived_twice else []
    said += [f"{tally.derived_by_program} derived by the program"] if tally.derived_by_program else []
    said.append(plural(tally.instances, "instance"))
    said.append(f"near misses: {_listed(tally.near_misses) or 'none'}")
    said += [f"mutants: {_listed(tally.mutants)}"] if any(tally.mutants.values()) else []
    return "; ".join(said)


def verdicts(tally: Tally) -> list[str]:
    """How many had each verdict, and how many were not run."""
    found = {**{verdict.value: n for verdict, n in tally.verdicts.items()}, "not run": tally.not_run}
    return [f"{n} {name}" for name, n in found.items() if n]


def _listed(fates: Mapping[Fate, int]) -> str:
    return ", ".join(f"{n} {fate.value}" for fate, n in fates.items() if n)


def _met(fates: Mapping[Fate, int]) -> tuple[int, int]:
    total = sum(fates.values())
    return total - fates[Fate.SURVIVED], total
