"""Which ensemble a batch comes from: sizes out of few buckets, points, functions, corner, seed.

The choices are those of a `Random`: a plain one, or one whose coins Hypothesis tosses (`verify.floating.strategy`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from zlib import crc32

import torch

from numerics.ensembles import CORNERS, MOST_POINTS, WHITE_POINTS
from theory.terms import CalculusError, Property
from theory.terms.limits import MOST_STEPS
from theory.terms.size_arithmetic import number_of
from verify.exact.sizes import choose
from verify.floating.building import Ensemble, build
from verify.floating.needs import Setting

SIZES = (1, 2, 3, 5, 8, 16)
HESSIAN_SIZES = (1, 2, 3, 5, 8)
MULTIPLIED_SIZES = (1, 2, 3, 5)  # where a size is the product of two
POINTS = (2, 3, 4, 6, 8, 12, 16)
PROBE = 16  # instances that tell whether an ensemble can satisfy the assumptions at all
ATTEMPTS = 8
NUMBERS = 12  # bits of an ensemble's number, which tells it from others that share the rest


class NoEnsembleError(CalculusError):
    """A free function for which the library has nothing that the assumptions allow, or dimensions without sizes."""


def draw_ensemble(setting: Setting, rng: Random, index: int | None = None) -> Ensemble:
    """An ensemble, all of it drawn; the `index`-th has functions that take turns. Raises NoEnsembleError if none of the
    library can stand for a function.
    """
    functions: dict[str, str] = {}
    for name, choices in setting.functions:
        if not choices:
            raise NoEnsembleError(f"no function of the library can stand for {name} under the assumptions")
        functions[name] = rng.choice(choices) if index is None else choices[index % len(choices)]
    multiplied = any(size.multiplied for size in setting.made)
    buckets = MULTIPLIED_SIZES if multiplied else HESSIAN_SIZES if setting.hessian else SIZES
    sizes = sizes_of(setting, rng, buckets)
    points: dict[str, int] = {}
    for law in setting.laws:
        if law.name in setting.white or law.name in dict(setting.moments):
            points[law.name] = WHITE_POINTS
            continue
        size = number_of(law.rows, sizes)
        least = size + 2 if law.name in setting.full_rank else 2
        points[law.name] = min(MOST_POINTS, rng.choice([p for p in POINTS if p >= least] or [least, least + 3]))
    corner = rng.choice(CORNERS)
    if index is not None:
        return Ensemble(sizes, points, functions, corner, rng.getrandbits(62))
    # Few coins for the seed; no other ensemble's batch is to begin with the same random numbers, so it is made of all.
    drawn = (dict(sizes), points, functions, corner, rng.getrandbits(NUMBERS))
    return Ensemble(sizes, points, functions, corner, crc32(repr(drawn).encode()))


def sizes_of(setting: Setting, rng: Random, buckets: Sequence[int]) -> Mapping[str, int]:
    """A size for each dimension, and small numbers of steps. Raises NoEnsembleError where what is assumed allows none
    that were tried."""
    names, steps = (tuple(s.name for s in setting.dimensions if s.has(p)) for p in (Property.DIMENSION, Property.STEPS))
    sizes = choose(names, setting.sizes, rng, buckets, steps=steps)
    if sizes is None:
        raise NoEnsembleError("no sizes that were tried meet what is assumed of the dimensions")
    if any(sizes[name] > MOST_STEPS for name in steps):
        raise NoEnsembleError(f"more than {MOST_STEPS} steps are assumed")
    return sizes


def find_ensemble(
    setting: Setting,
    rng: Random,
    index: int | None,
    dtype: torch.dtype,
    device: str,
    tried: dict[int, bool] | None = None,
) -> tuple[Ensemble, int]:
    """As `draw_ensemble`; one on which a few instances all fail an assumption (m = 1, say) is drawn again.

    Returns the number of instances asked for in vain as well. Those few are the same for all ensembles that the
    assumptions cannot tell apart, so that what was `tried`, in one setting and dtype, need not be tried again.
    """
    wasted, tried = 0, {} if tried is None else tried
    ensemble = draw_ensemble(setting, rng, index)
    if setting.checked:
        while wasted < ATTEMPTS * PROBE:
            probe = _probe(setting, ensemble)
            if probe.seed not in tried:
                tried[probe.seed] = bool(build(setting, probe, PROBE, dtype, device, again=False).satisfied.any())
            if tried[probe.seed]:
                break
            wasted += PROBE
            ensemble = draw_ensemble(setting, rng, index)
    return ensemble, wasted


def _probe(setting: Setting, ensemble: Ensemble) -> Ensemble:
    """The ensemble under a number made of all that instances and assumptions see of it: not of the functions of which
    no assumption speaks, nor of its own number."""
    functions = {name: f for name, f in ensemble.functions.items() if name in setting.assumed}
    seen = (dict(ensemble.sizes), dict(ensemble.points), functions, ensemble.corner)
    return replace(ensemble, seed=crc32(repr(seen).encode()))


def entries(ensemble: Ensemble, setting: Setting) -> int:
    """About how many numbers one instance holds: what decides how many instances make a batch."""
    made = (number_of(size, ensemble.sizes) for size in setting.made)
    widest = max((*ensemble.sizes.values(), *made), default=1)
    points = max(ensemble.points.values(), default=1)
    return max(widest * points, widest * widest) * (widest if setting.hessian else 1)
