"""Where a bound is tight: small batches around a starting point whose entries Hypothesis climbs with.

Random instances stay away from equality: a bound that is false by a tenth is met by all of them where equality takes a
special law. Here the entries of the free symbols are choices, copies scattered around them are a batch, and the score
of an example is how close the closest copy comes. Nothing is believed of it: what fails is decided in balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import Tensor

from numerics.ensembles import WHITE_POINTS, centre, generator_on
from theory.terms import RIGID, SEMIDEFINITE, Property, Symbol
from theory.terms.size_arithmetic import number_of
from verify.exact.coins import Coins
from verify.floating.building import Built, Ensemble, complete, counts_of, raw
from verify.floating.ensembling import NoEnsembleError, sizes_of
from verify.floating.measure import Sides
from verify.floating.needs import Setting
from verify.floating.screen import least_bounds
from verify.floating.torch_compile import PROGRAMS, core_rank
from verify.floating.torch_run import run_together

COPIES = 512
SIZES = (1, 2, 3)
MORE_POINTS = (0, 1, 2)  # of a law, than it needs
ENTRIES = tuple(k / 8 for k in range(-16, 17))  # in order, so that a neighbour among the choices is near by
SCATTER = (-2.0, 0.3)  # of copies around their start, in powers of ten: each has a scale of its own
NOWHERE = -2.0  # the score of a copy that meets no assumption or has no value; the least of any other is -1

_SIZED = frozenset({Property.POSITIVE, Property.NONNEGATIVE})


class _TooFewError(Exception):
    """Choices end before a start is made."""


@dataclass(frozen=True)
class Start:
    """Where copies are scattered: what they share, and the entries of the free symbols one after another.

    choices: the coins and the places among `ENTRIES` that it was made of, a byte each.
    """

    ensemble: Ensemble
    entries: tuple[float, ...]
    choices: bytes


def starts(setting: Setting) -> st.SearchStrategy[Start]:
    """Starting points of few dimensions and points. Raises NoEnsembleError inside as `draw_ensemble` does."""
    boolean, entry = st.booleans(), st.sampled_from(range(len(ENTRIES)))

    @st.composite
    def drawn(draw: st.DrawFn) -> Start:
        assume(draw(boolean))  # all coins tails, with which Hypothesis begins, is the same start each time
        return _start(setting, lambda: draw(boolean), lambda: draw(entry))

    return drawn()


def again(setting: Setting, choices: bytes) -> Start | None:
    """The start that was made of these choices; None if they are too few, or of another setting."""
    left = iter(choices)

    def taken() -> int:
        choice = next(left, None)
        if choice is None:
            raise _TooFewError
        return choice

    try:
        return _start(setting, lambda: bool(taken() % 2), lambda: taken() % len(ENTRIES))
    except _TooFewError:
        return None


def _start(setting: Setting, toss: Callable[[], bool], pick: Callable[[], int]) -> Start:
    choices = bytearray()

    def noted(choice: int) -> int:
        choices.append(choice)
        return choice

    ensemble = _ensemble(setting, Coins(lambda: bool(noted(toss()))))
    count = sum(number_of(s.rows, ensemble.sizes) * number_of(s.columns, ensemble.sizes) for s in _free(setting))
    count += sum(ensemble.points[x.name] * number_of(x.rows, ensemble.sizes) for x in _laws(setting))
    entries = tuple(ENTRIES[noted(pick())] for _ in range(count))
    return Start(ensemble, entries, bytes(choices))


def around(setting: Setting, start: Start, dtype: torch.dtype, device: str) -> Built:
    """Copies scattered around the start, the first of them on it. What a declaration fixes, such as a projector, is
    drawn for each copy."""
    generator = generator_on(device, start.ensemble.seed)
    inputs = raw(_others(setting), start.ensemble, COPIES, dtype, device, generator)
    least, most = SCATTER
    exponent = torch.rand(COPIES, generator=generator, dtype=dtype, device=device) * (most - least) + least
    scale = torch.pow(torch.full_like(exponent, 10.0), exponent)
    scale[0] = 0
    base = torch.tensor(start.entries, dtype=dtype, device=device)
    noise = torch.randn((COPIES, len(base)), generator=generator, dtype=dtype, device=device)
    entries = torch.addcmul(base, scale[:, None], noise)
    chosen = [(s, _shape(s, start.ensemble)) for s in (*_free(setting), *_laws(setting))]
    parts = torch.split(entries, [math.prod(shape) for _, shape in chosen], dim=1)
    symbols, laws = dict(inputs.symbols), dict(inputs.laws)
    for (symbol, shape), part in zip(chosen, parts, strict=True):
        value = part.reshape(COPIES, *shape)
        if symbol.has(Property.RANDOM):
            laws[symbol.name] = centre(value) if symbol.name in setting.centred else value
        else:
            symbols[symbol.name] = _as_declared(symbol, value)
    return complete(setting, replace(inputs, symbols=symbols, laws=laws), COPIES)


def closeness(sides: Sides, built: Built) -> Tensor:
    """(K,): (l - r)/(|l| + |r|) of a bound's sides, the largest of its entries: more than 0 where the bound fails.

    Sides that are equal to rounding have 0; sides that are both 0 to rounding say nothing and have -1. Where a side is
    to be more than 0, it counts beside 1, and is equal where it is 0.
    """
    count, inputs = len(built.satisfied), built.inputs
    counts = counts_of(built.setting, inputs)
    programs = sides.left, sides.right
    slots, defined = run_together(programs, inputs)
    defined = defined & built.satisfied
    values = [_entries(slots[program.result], count) for program in programs]
    roundings = [_entries(bound, count) for bound in least_bounds(programs, slots, inputs, counts)]
    gap, size, noise = values[0] - values[1], values[0].abs() + values[1].abs(), roundings[0] + roundings[1]
    size = size + 1 if sides.strict and sides.against_zero else size
    score = torch.where(gap <= noise, (gap / size).clamp(max=0), gap / size)
    score = torch.where(size <= noise, -1.0, torch.nan_to_num(score, nan=-1.0)).amax(-1)
    return torch.where(defined, score, NOWHERE)


def _entries(value: Tensor, count: int) -> Tensor:
    return value.reshape(value.shape[0], -1).expand(count, -1)


# ---- what is a choice ---------------------------------------------------------------------------------------
def _free(setting: Setting) -> tuple[Symbol, ...]:
    """Symbols whose entries are choices: not those with one value a batch, and none that only a construction meets."""
    built = dict(setting.per_call).keys() | {name for pair in setting.orthogonal for name in pair}
    return tuple(s for s in setting.drawn if s.name not in built and not s.properties & RIGID)


def _laws(setting: Setting) -> tuple[Symbol, ...]:
    built = setting.white | dict(setting.moments).keys()
    return tuple(x for x in setting.laws if x.name not in built)


@lru_cache(maxsize=PROGRAMS)
def _others(setting: Setting) -> Setting:
    """The setting as far as its values are no choices."""
    chosen = {s.name for s in (*_free(setting), *_laws(setting))}
    drawn, laws = (tuple(s for s in some if s.name not in chosen) for some in (setting.drawn, setting.laws))
    return replace(setting, drawn=drawn, laws=laws)


def _shape(symbol: Symbol, ensemble: Ensemble) -> tuple[int, ...]:
    """Of one instance's value."""
    rows, columns = number_of(symbol.rows, ensemble.sizes), number_of(symbol.columns, ensemble.sizes)
    if symbol.has(Property.RANDOM):
        return ensemble.points[symbol.name], rows
    return ((), (max(rows, columns),), (rows, columns))[core_rank(symbol.shape)]


def _ensemble(setting: Setting, coins: Coins) -> Ensemble:
    functions: dict[str, str] = {}
    for name, choices in setting.functions:
        if not choices:
            raise NoEnsembleError(f"no function of the library can stand for {name} under the assumptions")
        functions[name] = coins.choice(choices)
    sizes = sizes_of(setting, coins, SIZES)
    ensemble = Ensemble(sizes, {}, functions, "generic", coins.getrandbits(8))
    points = {x.name: WHITE_POINTS for x in setting.laws}
    for law in _laws(setting):
        least = number_of(law.rows, ensemble.sizes) + 2 if law.name in setting.full_rank else 2
        points[law.name] = least + coins.choice(MORE_POINTS)
    return replace(ensemble, points=points)


def _as_declared(symbol: Symbol, value: Tensor) -> Tensor:
    if value.dim() == 3 and symbol.properties & SEMIDEFINITE:
        return value @ value.mT
    if value.dim() == 3 and symbol.has(Property.SYMMETRIC):
        return (value + value.mT) / 2
    if symbol.properties & (_SIZED | SEMIDEFINITE):
        return value.abs()
    return -value.abs() if symbol.has(Property.NEGATIVE) else value
