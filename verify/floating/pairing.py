"""Does every definition's torch reference say what its symbols say? Checked before a theorem's samples count.

The symbolic body and the reference are evaluated on the same batches in float64 and float32 and must agree to the
derived rounding bound. A reference that means something else is named; a definition without one is unfolded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import torch

from numerics.reference import REFERENCES
from theory.statements.claims import Assumption, Identity
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Definition
from theory.terms.rewrite import definitions_in, unfold
from verify.exact.assumptions import functions_used
from verify.floating.building import build
from verify.floating.ensembling import find_ensemble
from verify.floating.measure import Sides, measure
from verify.floating.needs import read
from verify.floating.torch_compile import PROGRAMS

BATCHES, MOST_BATCHES = 6, 24  # more where many instances are degenerate, for the reference or its body
INSTANCES = 256


@dataclass(frozen=True)
class Pairing:
    """One definition: instances compared, the worst residual in units of the bound, and what is wrong if anything."""

    name: str
    instances: int
    worst: float
    problem: str = ""


def definitions_of(theorem: Theorem) -> tuple[Definition, ...]:
    """Definitions that the theorem's claims use, directly or inside one another, by name."""
    found = {d for part in theorem.parts for side in (part.claim.left, part.claim.right) for d in definitions_in(side)}
    return tuple(sorted(found, key=lambda d: d.name))


def compare(
    definition: Definition, assumptions: Sequence[Assumption], *, dtype: torch.dtype, device: str, seed: int = 0
) -> Pairing:
    """The reference against the symbolic body, with the definition's own symbols as arguments.

    The assumptions only supply values for what the definition holds fixed (such as S) and keep it defined; neither
    side uses them. One about a function that the definition does not use can do neither and is left out.
    """
    if definition.reference not in REFERENCES:
        problem = f"there is no torch reference {definition.reference!r}. Remedy: one of {', '.join(REFERENCES)}"
        return Pairing(definition.name, 0, 0.0, f"{definition.name}: {problem}")
    call = definition(*definition.parameters)
    claim = Identity(call, unfold(call))
    assumptions = supplying(definition, assumptions)
    rng = Random(f"{seed}/{definition.name}/{dtype}")
    seen, undefined, worst = 0, 0, 0.0
    try:
        setting, sides = read(claim, assumptions), Sides.of(claim)
        for index in range(MOST_BATCHES):
            if index >= BATCHES and 2 * seen >= BATCHES * INSTANCES:
                break
            ensemble = find_ensemble(setting, rng, index, dtype, device)[0]
            built = build(setting, ensemble, INSTANCES, dtype, device)
            found = measure(sides, built, full=True)
            seen, undefined, worst = seen + found.satisfied, undefined + found.undefined, max(worst, found.worst)
            if len(found.suspects):
                return Pairing(
                    definition.name,
                    seen,
                    worst,
                    f"the torch reference of {definition.name} disagrees with its symbols by {worst:.3g} rounding "
                    f"bounds ({dtype}, {', '.join(f'{k} = {v}' for k, v in ensemble.sizes.items())})",
                )
    except CalculusError:
        raise  # the claim cannot be evaluated in this dtype: nothing about the reference
    except (
        TypeError,
        ValueError,
        KeyError,
        RuntimeError,
    ) as problem:  # a reference of this name that takes other arguments
        return Pairing(
            definition.name,
            seen,
            worst,
            f"the torch reference of {definition.name} cannot be called as its symbols are ({problem}). Remedy: "
            "another reference for the definition, or one of its own in numerics/reference.py",
        )
    if 4 * seen < undefined:
        return Pairing(definition.name, seen, worst, f"the torch reference of {definition.name} is mostly not finite")
    if not seen:
        return Pairing(
            definition.name, 0, worst, f"no instance of {definition.name} could be compared with its reference"
        )
    return Pairing(definition.name, seen, worst)


def supplying(definition: Definition, assumptions: Sequence[Assumption]) -> tuple[Assumption, ...]:
    """Those of the assumptions that are about no function but the definition's own."""
    call = definition(*definition.parameters)
    claim = Identity(call, unfold(call))
    own = set(functions_used(claim, ()))
    return tuple(a for a in assumptions if set(functions_used(claim, [a])) <= own)


@lru_cache(maxsize=PROGRAMS)
def compared(definition: Definition, assumptions: tuple[Assumption, ...], dtype: torch.dtype, device: str) -> Pairing:
    """As `compare`, once in a process: the theorems of a topic have their definitions in common, mostly under the same
    assumptions."""
    return compare(definition, assumptions, dtype=dtype, device=device)


def unpaired(theorem: Theorem) -> tuple[str, ...]:
    """Definitions of the theorem that have no torch reference."""
    return tuple(d.name for d in definitions_of(theorem) if not d.reference)


def problems(theorem: Theorem, *, dtype: torch.dtype, device: str) -> tuple[str, ...]:
    """Why the theorem's samples may not count: one line per definition whose pair disagrees."""
    paired = [d for d in definitions_of(theorem) if d.reference]
    pairs = (compared(d, supplying(d, theorem.assumptions), dtype, device) for d in paired)
    return tuple(p.problem for p in pairs if p.problem)
