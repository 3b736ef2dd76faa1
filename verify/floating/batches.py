"""Batches of float instances on which a claim's assumptions hold, for claims read by `verify.floating.setting`.

What can hold exactly does (centring, orthogonality, projectors); what an equality defines is evaluated, and its own
rounding error goes with it; bounds of spectra are rounded outwards. Then every instance is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from numerics import activations
from numerics.ensembles import Batch, Conditions, LawSpec, SymbolSpec, draw
from theory.calculus.rewrite import free_symbols, unfold
from theory.calculus.terms import Property, Symbol, Term
from theory.claims import AtMost, Equal
from verify.floating.screen import least_count
from verify.floating.setting import Setting
from verify.floating.tolerance import Roundoff, analyse, as_double
from verify.floating.torch_compile import Program, compile_term, core_rank
from verify.floating.torch_run import Inputs, batch_count, run


@dataclass(frozen=True)
class Built:
    """K instances, the setting they were built for, and which of them satisfy the assumptions."""

    inputs: Inputs
    setting: Setting
    satisfied: Tensor


@dataclass(frozen=True)
class Ensemble:
    """What one batch shares: sizes, points of each law, concrete functions, corner, seed."""

    sizes: Mapping[str, int]
    points: Mapping[str, int]
    functions: Mapping[str, str]
    corner: str
    seed: int


def build(
    setting: Setting, ensemble: Ensemble, count: int, dtype: torch.dtype, device: str, *, again: bool = True
) -> Built:
    """`count` instances of the ensemble; where many miss an assumption, those are tried `again`, mirrored."""
    generator = torch.Generator().manual_seed(ensemble.seed)
    batch = _draw(setting, ensemble, count, dtype, device, generator)
    inputs = Inputs(ensemble.sizes, dict(batch.symbols), dict(batch.laws), ensemble.functions, dtype, device)
    for bound in setting.bounds:
        supremum = activations.supremum(ensemble.functions[bound.function.name], bound.order, dtype)
        inputs = _with(inputs, bound.bound, torch.full((count,), supremum, dtype=dtype, device=device))
    built = complete(setting, inputs, count)
    for symbol in mirrors(setting) if again else ():
        index = (~built.satisfied).nonzero().flatten()
        if 4 * len(index) <= count:
            break
        chosen = take(built, index).inputs
        mirrored = _with(chosen, symbol, -chosen.symbols[symbol.name])
        built = replace_at(built, index, complete(setting, mirrored, len(index)))
    return built


def complete(setting: Setting, inputs: Inputs, count: int) -> Built:
    """What the assumptions define is evaluated, then everything declared and assumed is checked.

    `count` is said, not read from the inputs: a claim about ones and identities alone has none.
    """
    satisfied = torch.ones(count, dtype=torch.bool, device=inputs.device)
    for symbol, term in setting.defined:
        value = run(_program(term), inputs)
        inputs = _with(inputs, symbol, value.expand(count, *value.shape[1:]))
    errors = errors_of(setting, inputs) if setting.spectra or setting.checked else {}
    for spectrum in setting.spectra:
        value = _spectral_bound(spectrum.side, spectrum.end, inputs, errors)
        inputs = _with(inputs, spectrum.symbol, value.expand(count))
    for symbol in {*setting.drawn, *(s for s, _ in setting.defined), *(s.symbol for s in setting.spectra)}:
        satisfied &= _has_properties(symbol, inputs)
    for assumption in setting.checked:
        satisfied &= _holds(assumption, inputs, errors)
    return Built(inputs, setting, satisfied)


@cache
def mirrors(setting: Setting) -> tuple[Symbol, ...]:
    """Symbols of the conditions that may as well be their negatives."""
    conditions = [s.side for s in setting.spectra] + [side for a in setting.checked for side in (a.left, a.right)]
    occurring = frozenset[Symbol]().union(*(free_symbols(side) for side in conditions))
    shared = dict(setting.per_call)
    free = [s for s in setting.drawn if s in occurring and s.name not in shared]
    return tuple(s for s in free if s.properties <= {Property.NONZERO})


def replace_at(built: Built, index: Tensor, other: Built) -> Built:
    """The instances at these places replaced by those of `other` that satisfy the assumptions."""
    places = index[other.satisfied]
    symbols = dict(built.inputs.symbols)
    for name, value in other.inputs.symbols.items():
        symbols[name] = symbols[name].index_copy(0, places, value[other.satisfied])
    satisfied = built.satisfied.index_fill(0, places, True)
    return Built(replace(built.inputs, symbols=symbols), built.setting, satisfied)


def errors_of(setting: Setting, inputs: Inputs) -> dict[str, Tensor]:
    """What evaluating the defined symbols in their dtype may have left, in units of u."""
    errors: dict[str, Tensor] = {}
    double, count = as_double(inputs), batch_count(inputs)
    for symbol, term in setting.defined:
        error = analyse(_unfolded(term), double, errors, inputs.dtype)[2]
        errors[symbol.name] = error.expand(count, *error.shape[1:]) / Roundoff.of(inputs.dtype).unit
    return errors


def counts_of(setting: Setting, inputs: Inputs) -> dict[str, float]:
    """The least number of roundings of its value that each defined symbol carries; see `verify.floating.screen`."""
    counts: dict[str, float] = {}
    for symbol, term in setting.defined:
        counts[symbol.name] = least_count(_unfolded(term), inputs, counts)
    return counts


def take(built: Built, index: Tensor) -> Built:
    """The instances at these places."""
    inputs = built.inputs
    chosen = replace(
        inputs,
        symbols={k: v[index] for k, v in inputs.symbols.items()},
        laws={k: v[index] for k, v in inputs.laws.items()},
    )
    return Built(chosen, built.setting, built.satisfied[index])


@cache
def _program(term: Term) -> Program:
    return compile_term(term)


@cache
def _unfolded(term: Term) -> Program:
    return compile_term(unfold(term), "symbols")


def _with(inputs: Inputs, symbol: Symbol, value: Tensor) -> Inputs:
    return replace(inputs, symbols={**inputs.symbols, symbol.name: value})


def _draw(
    setting: Setting, ensemble: Ensemble, count: int, dtype: torch.dtype, device: str, generator: torch.Generator
) -> Batch:
    orthogonal, per_call = dict(setting.orthogonal), dict(setting.per_call)

    def size(dimension: Symbol | int) -> int:
        return ensemble.sizes[dimension.name] if isinstance(dimension, Symbol) else dimension

    symbols = tuple(
        SymbolSpec(
            s.name,
            (size(s.rows), size(s.columns)),
            frozenset(p.value for p in s.properties),
            axes=core_rank(s.shape),
            orthogonal_to=orthogonal.get(s.name, ""),
            shared=s.name in per_call,
            choices=per_call.get(s.name, ()),
        )
        for s in setting.drawn
    )
    laws = tuple(
        LawSpec(
            x.name,
            size(x.rows),
            ensemble.points[x.name],
            centred=x.name in setting.centred,
            white=x.name in setting.white,
        )
        for x in setting.laws
    )
    return draw(symbols, laws, Conditions(ensemble.corner), count, dtype=dtype, device=device, generator=generator)


def _matrix(term: Term, inputs: Inputs, errors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """A symmetric term in float64, and how far its eigenvalues may be from the exact ones."""
    program = _unfolded(term)
    value, _, error = analyse(program, as_double(inputs), errors, inputs.dtype)
    if term.is_scalar:  # a 1 x 1 matrix
        value, error = value[:, None, None], (error + torch.zeros_like(value))[:, None, None]
    size = value.shape[-1]
    slack = torch.linalg.matrix_norm(error + torch.zeros_like(value))
    own = size * torch.finfo(torch.float64).eps * torch.linalg.matrix_norm(value)
    return (value + value.mT) / 2, slack + own


def _spectral_bound(side: Term, end: str, inputs: Inputs, errors: Mapping[str, Tensor]) -> Tensor:
    value, slack = _matrix(side, inputs, errors)
    spectrum = torch.linalg.eigvalsh(torch.nan_to_num(value))
    bound = spectrum[..., -1] + slack if end == "upper" else spectrum[..., 0] - slack
    rounded = bound.to(inputs.dtype)
    outward = torch.full_like(rounded, torch.inf if end == "upper" else -torch.inf)
    return torch.nextafter(rounded, outward)


def _has_properties(symbol: Symbol, inputs: Inputs) -> Tensor:
    value = inputs.symbols[symbol.name]
    entries = value.flatten(1) if value.dim() > 1 else value[:, None]
    good = torch.isfinite(entries).all(-1)
    if symbol.has(Property.POSITIVE):
        good &= (entries > 0).all(-1)
    if symbol.has(Property.NONNEGATIVE):
        good &= (entries >= 0).all(-1)
    if symbol.has(Property.NEGATIVE):
        good &= (entries < 0).all(-1)
    if symbol.has(Property.NONZERO):
        good &= (entries != 0).any(-1)
    if symbol.has(Property.POSITIVE_DEFINITE) and value.dim() == 3:
        # Positive by a margin that rounding in E[x x'] (at most points + 1 roundings of the trace) cannot use up.
        roundings = 2 + value.shape[-1] + sum(law.shape[1] for law in inputs.laws.values())
        slack = 2 * roundings * Roundoff.of(inputs.dtype).unit * value.diagonal(dim1=-2, dim2=-1).sum(-1).double()
        eye = torch.eye(value.shape[-1], dtype=torch.float64, device=value.device)
        good &= torch.linalg.cholesky_ex(torch.nan_to_num(value.double() - slack[..., None, None] * eye))[1] == 0
    return good


def _holds(assumption: Equal | AtMost, inputs: Inputs, errors: Mapping[str, Tensor]) -> Tensor:
    """Equalities to rounding, inequalities with certainty; both in float64."""
    double = as_double(inputs)
    a, b = (analyse(_unfolded(side), double, errors, inputs.dtype) for side in (assumption.left, assumption.right))
    gap, slack = b[0] - a[0], a[2] + b[2]
    count = next(iter((*inputs.symbols.values(), *inputs.laws.values()))).shape[0]
    if isinstance(assumption, AtMost) and not assumption.left.is_scalar:
        gap = torch.linalg.eigvalsh(torch.nan_to_num((gap + gap.mT) / 2))[..., 0]
        slack = torch.linalg.matrix_norm(slack + torch.zeros_like(a[0] + b[0]))
    good = gap >= slack if isinstance(assumption, AtMost) else gap.abs() <= slack
    return (good.flatten(1).all(-1) if good.dim() > 1 else good).expand(count)
