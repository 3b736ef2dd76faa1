"""How many of the catalogue's derivations the program finds again, each theorem stripped of them.

    python benchmarks/derived_again.py [SELECT ...]

A row a part: what was found, in how many steps, and the author's lines beside; processor time a theorem. Each
stripped theorem may cite what its author cited. A theorem is given up after a minute of processor time, which counts
as not found.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import replace

from theory.statements.theorem import Theorem
from verify.deriving import propose
from verify.loading.loader import load
from verify.patience import OutOfTime, within
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

PATIENCE = 60.0  # seconds of processor time


def stripped(theorem: Theorem) -> Theorem:
    """The theorem without its derivations."""
    return replace(theorem, derivation=None, parts=tuple(replace(part, derivation=None) for part in theorem.parts))


def main() -> None:
    """Print the rows and their sums."""
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    whole: list[str] = []
    times: list[float] = []
    for theorem in load(sys.argv[1:]):
        if type(theorem) is not Theorem or theorem.by_boxes:
            continue
        kind = type(theorem.setting).__name__
        asked.update(f"{kind} {part.claim.relation}" for part in theorem.parts)
        begin = time.process_time()
        try:
            with within(PATIENCE):
                proposal = propose(stripped(theorem), cited=theorem.uses)
        except OutOfTime:
            print(f"{theorem.id:44} given up after {PATIENCE:.0f} s")
            continue
        times.append(time.process_time() - begin)
        if proposal.complete and establish(check(proposal.theorem)).verdict is Verdict.PROVED:
            whole.append(theorem.id)
        for own, part in zip(theorem.parts, proposal.theorem.parts, strict=True):
            got = len(part.derivation.lines) if part.derivation else 0
            found[f"{kind} {own.claim.relation}"] += part.derivation is not None
            author = len(own.derivation.lines) if own.derivation else 0
            beside = f"lines {got} ({author} by the author)"
            print(f"{theorem.id:44} {own.label[:28]:28} {beside}  {part.sought}")
    for name in sorted(asked):
        print(f"{name:12} {found[name]} of {asked[name]} parts")
    ordered = sorted(times)
    middle, most = ordered[len(ordered) // 2], ordered[-1]
    print(f"{len(whole)} theorems proved from the statement alone")
    print(f"median {middle:.2f} s, most {most:.2f} s, all {sum(ordered):.1f} s of processor time")


if __name__ == "__main__":
    main()
