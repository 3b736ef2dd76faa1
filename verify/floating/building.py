"""Batches of float instances on which a claim's assumptions hold, for claims read by `verify.floating.needs`.

What can hold exactly does (centring, orthogonality, projectors); what an equality defines is evaluated, and its own
rounding error goes with it; other symbols are moved (`verify.floating.solving`). Then every instance is checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from numerics import activations
from numerics.ensembles import Conditions, LawSpec, SymbolSpec, draw, generator_on
from theory.statements.claims import AtMost, Equal, SupBound
from theory.terms import RIGID, Dimension, Property, Symbol, Term
from theory.terms.size_arithmetic import number_of
from verify.exact.planning import Solvable, scaled_identity
from verify.exact.standing import FAR, NARROW
from verify.floating.needs import Setting, in_assumption
from verify.floating.remembering import Findings, names_in, unfolded
from verify.floating.screen import least_count
from verify.floating.solving import (
    DICE,
    error_of,
    error_of_moment,
    place,
    put,
    solve,
    value_of,
    with_moment,
)
from verify.floating.tolerance import Roundoff, as_double
from verify.floating.torch_compile import PROGRAMS, Program, compile_term, core_rank
from verify.floating.torch_run import Inputs, batch_count, run

FACTORS = (
    0.5,
    2.0**-3,
    2.0**-6,
    2.0**-12,
    2.0,
    2.0**3,
    2.0**6,
    2.0**12,
)  # of values that may meet an inequality by size
TOGETHER = 2**11  # instances, changed in several ways, that are completed at once


@dataclass(frozen=True)
class Built:
    """K instances, the setting they were built for, which of them satisfy the assumptions, and how each inequality
    assumed is met: one row for each of the setting's, with places in `STANDINGS`."""

    inputs: Inputs
    setting: Setting
    satisfied: Tensor
    standings: Tensor


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
    generator = generator_on(device, ensemble.seed)
    inputs = raw(setting, ensemble, count, dtype, device, generator)
    dice = {
        s.name: torch.rand(count, DICE, generator=generator, device=device)
        for s, wanted in setting.solved
        if any(not isinstance(a, Equal) for a in wanted)
    }
    built = complete(setting, inputs, count, dice)
    return _tried_again(built, dice) if again else built


def _tried_again(built: Built, dice: Mapping[str, Tensor]) -> Built:
    """The batch with what misses an assumption replaced by what meets it after the first of the `changes` that does.

    They are tried in their order, as long as more than a quarter misses an assumption.

    Several changes are completed as one batch: of the few hundred instances of one, most of the time goes into calling
    torch. What comes after the change at which it would have ended is thrown away.
    """
    waiting, count = list(changes(built.setting)), len(built.satisfied)
    index = (~built.satisfied).nonzero().flatten()
    while waiting and 4 * len(index) > count:
        several = max(1, TOGETHER // len(index))
        now, waiting = waiting[:several], waiting[several:]
        tried = _changed(take(built, index), now, {name: numbers[index] for name, numbers in dice.items()})
        rows = torch.full_like(index, -1)  # of what was tried, that takes the place
        for number, met in enumerate(tried.satisfied.reshape(len(now), len(index))):
            missing = rows < 0
            if 4 * int(missing.sum()) <= count:
                break
            rows = torch.where(missing & met, number * len(index) + torch.arange(len(index), device=rows.device), rows)
        found = rows >= 0
        built = replace_at(built, index[found], take(tried, rows[found]))
        index = index[~found]
    return built


def _changed(chosen: Built, several: Sequence[tuple[Symbol, float]], dice: Mapping[str, Tensor]) -> Built:
    """The instances with each of these changes, one after the other in one batch."""
    times, inputs = len(several), chosen.inputs

    def repeated(values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {name: value.repeat(times, *[1] * (value.dim() - 1)) for name, value in values.items()}

    inputs = replace(inputs, symbols=repeated(inputs.symbols), laws=repeated(inputs.laws))
    for symbol in dict(several):
        factors = [factor if other == symbol else 1.0 for other, factor in several]
        value = value_of(symbol, inputs)
        scale = torch.tensor(factors, dtype=value.dtype, device=value.device).repeat_interleave(len(chosen.satisfied))
        inputs = put(symbol, scale.reshape(-1, *[1] * (value.dim() - 1)) * value, inputs)
    return complete(chosen.setting, inputs, times * len(chosen.satisfied), repeated(dice))


def complete(setting: Setting, inputs: Inputs, count: int, dice: Mapping[str, Tensor] | None = None) -> Built:
    """What the assumptions define is evaluated and what they ask for is moved, then everything declared and assumed is
    checked. `dice` say how far from its ends a value goes, see `place`.

    `count` is said, not read from the inputs: a claim about ones and identities alone has none.
    """
    satisfied, findings = torch.ones(count, dtype=torch.bool, device=inputs.device), Findings()
    inputs = _defined(setting, inputs, count)
    for symbol, wanted in setting.solved:
        equations = [a for a in wanted if isinstance(a, Equal)]
        if equations:
            inputs = _defined(setting, solve(symbol, equations, inputs), count, symbol.name)
        if len(equations) < len(wanted):
            numbers = None if dice is None else dice.get(symbol.name)
            errors = errors_of(setting, inputs, findings)
            inputs = place(symbol, wanted, inputs, errors, numbers, findings)
            inputs = _defined(setting, inputs, count, symbol.name)
    errors = errors_of(setting, inputs, findings) if setting.checked else {}
    for symbol in setting.drawn:
        satisfied &= _has_properties(symbol, inputs)
    for symbol, _ in setting.defined:
        satisfied &= _has_properties(symbol, inputs) & _has_structure(symbol, inputs)
    rows = []
    for assumption in setting.checked:
        good, standing = _holds(assumption, inputs, errors, count, findings)
        satisfied &= good
        rows += [] if isinstance(assumption, Equal) else [standing]
    standings = torch.stack(rows) if rows else torch.zeros(0, count, dtype=torch.int64, device=inputs.device)
    return Built(inputs, setting, satisfied, standings)


def _defined(setting: Setting, inputs: Inputs, count: int, moved: str = "") -> Inputs:
    """Laws with their second moments, then symbols with the values that equalities define; of all of them, or of those
    that a symbol reaches which was `moved`."""
    changed, around, moments = {moved}, dict(setting.around), dict(setting.moments)
    for name in sorted({*around, *moments}):
        terms = [term for term in (moments.get(name), around.get(name)) if term is not None]
        if moved and not changed & {name, *(other for term in terms for other in names_in(term))}:
            continue
        changed.add(name)
        points, middle = inputs.laws[name].double(), None
        if name in around:
            points, middle = _centred(points)
        if name in moments:
            points = with_moment(points, _matrix(run(unfolded(moments[name]), as_double(inputs))))
        if middle is not None:
            mean = around[name]
            points = points + (middle if mean is None else _row(run(unfolded(mean), as_double(inputs))))
        inputs = replace(inputs, laws={**inputs.laws, name: points.to(inputs.dtype)})
    for symbol, term in setting.defined:
        if moved and not changed & set(names_in(term)):
            continue
        changed.add(symbol.name)
        value = run(_program(term), inputs)
        inputs = put(symbol, value.expand(count, *value.shape[1:]), inputs)
    return inputs


def _centred(points: Tensor) -> tuple[Tensor, Tensor]:
    """The points less their mean, and the mean."""
    middle = points.mean(1, keepdim=True)
    return points - middle, middle


def _row(value: Tensor) -> Tensor:
    """A value of shape (K, d), or (K,) of one entry, beside the points of a law, (K, N, d)."""
    return value[:, None, None] if value.dim() == 1 else value[:, None, :]


def _matrix(value: Tensor) -> Tensor:
    """A 1 x 1 value, which has no entries' axes, as a matrix."""
    return value[:, None, None] if value.dim() == 1 else value


@lru_cache(maxsize=PROGRAMS)
def changes(setting: Setting) -> tuple[tuple[Symbol, float], ...]:
    """Symbols of the conditions, with factors that leave them what they are declared: their negatives, then sizes."""
    occurring = frozenset[Symbol]().union(*(in_assumption(a) for a in setting.checked))
    fixed = dict(setting.per_call).keys() | {s.name for s, _ in setting.solved}
    free = [s for s in setting.drawn if s in occurring and s.name not in fixed]
    laws = [s for s in setting.laws if s in occurring and s.name not in setting.white | {n for n, _ in setting.moments}]
    mirrors = [(s, -1.0) for s in free if s.properties <= {Property.NONZERO}]
    movable = [s for s in (*free, *laws) if not s.properties & RIGID]
    return (*mirrors, *((s, factor) for s in movable for factor in FACTORS))


def replace_at(built: Built, index: Tensor, other: Built) -> Built:
    """The instances at these places replaced by those of `other` that satisfy the assumptions."""
    places = index[other.satisfied]
    symbols = dict(built.inputs.symbols)
    for name, value in other.inputs.symbols.items():
        symbols[name] = symbols[name].index_copy(0, places, value[other.satisfied])
    laws = dict(built.inputs.laws)
    for name, value in other.inputs.laws.items():
        laws[name] = laws[name].index_copy(0, places, value[other.satisfied])
    satisfied = built.satisfied.index_fill(0, places, True)
    standings = built.standings.index_copy(1, places, other.standings[:, other.satisfied])
    return Built(replace(built.inputs, symbols=symbols, laws=laws), built.setting, satisfied, standings)


def errors_of(setting: Setting, inputs: Inputs, findings: Findings | None = None) -> dict[str, Tensor]:
    """How far laws and symbols in their dtype may be from what the assumptions ask for, in units of u."""
    errors: dict[str, Tensor] = {}
    findings = Findings() if findings is None else findings
    double, count, unit = findings.double(inputs), batch_count(inputs), Roundoff.of(inputs.dtype).unit
    around = dict(setting.around)
    for name, term in setting.moments:
        moment, slack = findings.bound(term, inputs, errors)
        points = double.laws[name]
        shape = (count, points.shape[-1], points.shape[-1])
        moments, slacks = _matrix(moment).expand(shape), _matrix(slack + torch.zeros_like(moment)).expand(shape)
        points = _centred(points)[0] if name in around else points
        errors[name] = error_of_moment(points, moments, slacks, unit)
    for name, mean in setting.around:
        points = double.laws[name]
        _, own = _centred(points)
        off = points.shape[1] * 2.0**-53 * points.abs().amax(1, keepdim=True)  # of the mean as it is computed here
        if mean is not None:
            value, slack = (_row(part) for part in findings.bound(mean, inputs, errors))
            off = off + (own - value).abs() + slack
        errors[name] = errors.get(name, 0) + off / unit
    for symbol, wanted in setting.solved:
        equations = [a for a in wanted if isinstance(a, Equal)]
        error = error_of(symbol, equations, inputs, errors) if equations else None
        if error is not None:
            errors[symbol.name] = error
    for symbol, term in setting.defined:
        errors[symbol.name] = findings.error(term, inputs, errors, count)
    return errors


def counts_of(setting: Setting, inputs: Inputs) -> dict[str, float]:
    """The least number of roundings of its value that each defined symbol carries; see `verify.floating.screen`."""
    counts: dict[str, float] = {}
    for symbol, term in setting.defined:
        counts[symbol.name] = least_count(unfolded(term), inputs, counts)
    return counts


def take(built: Built, index: Tensor) -> Built:
    """The instances at these places."""
    inputs = built.inputs
    chosen = replace(
        inputs,
        symbols={k: v[index] for k, v in inputs.symbols.items()},
        laws={k: v[index] for k, v in inputs.laws.items()},
    )
    return Built(chosen, built.setting, built.satisfied[index], built.standings[:, index])


@lru_cache(maxsize=PROGRAMS)
def _program(term: Term) -> Program:
    return compile_term(term)


def raw(
    setting: Setting, ensemble: Ensemble, count: int, dtype: torch.dtype, device: str, generator: torch.Generator
) -> Inputs:
    """Free values as their declarations ask, before any assumption is looked at."""
    orthogonal, per_call = dict(setting.orthogonal), dict(setting.per_call)

    def size(dimension: Dimension) -> int:
        return number_of(dimension, ensemble.sizes)

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
            centred=x.name in setting.centred or x.name in dict(setting.around),
            white=x.name in setting.white or x.name in dict(setting.moments),
        )
        for x in setting.laws
    )
    batch = draw(symbols, laws, Conditions(ensemble.corner), count, dtype=dtype, device=device, generator=generator)
    return Inputs(ensemble.sizes, dict(batch.symbols), dict(batch.laws), ensemble.functions, dtype, device)


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
    # By a margin that rounding in E[x x'] (at most points + 1 roundings of the trace) cannot use up.
    roundings = 2 + value.shape[-1] + sum(law.shape[1] for law in inputs.laws.values())
    margin = 2 * roundings * Roundoff.of(inputs.dtype).unit
    if symbol.has(Property.INVERTIBLE):
        if value.dim() == 3:
            spectrum = torch.linalg.svdvals(torch.nan_to_num(value.double()))
            good &= spectrum[..., -1] > margin * spectrum[..., 0]
        else:
            good &= (entries != 0).all(-1)
    if symbol.has(Property.POSITIVE_DEFINITE) and value.dim() == 3:
        slack = margin * value.diagonal(dim1=-2, dim2=-1).sum(-1).double()
        eye = torch.eye(value.shape[-1], dtype=torch.float64, device=value.device)
        good &= torch.linalg.cholesky_ex(torch.nan_to_num(value.double() - slack[..., None, None] * eye))[1] == 0
    return good


def _has_structure(symbol: Symbol, inputs: Inputs) -> Tensor:
    """Has a computed matrix, to rounding, the structure that is declared?"""
    value = inputs.symbols[symbol.name].double()
    good = torch.ones(len(value), dtype=torch.bool, device=value.device)
    if value.dim() < 3 or value.shape[-1] != value.shape[-2]:
        return good
    size = torch.linalg.matrix_norm(value)
    slack = 16 * (value.shape[-1] + sum(law.shape[1] for law in inputs.laws.values())) * Roundoff.of(inputs.dtype).unit
    if symbol.properties & {Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE, Property.PROJECTOR}:
        good &= torch.linalg.matrix_norm(value - value.mT) <= slack * size
    if symbol.has(Property.POSITIVE_SEMIDEFINITE):
        good &= torch.linalg.eigvalsh(torch.nan_to_num((value + value.mT) / 2))[..., 0] >= -slack * size
    if symbol.has(Property.ORTHOGONAL):
        eye = torch.eye(value.shape[-1], dtype=torch.float64, device=value.device)
        good &= torch.linalg.matrix_norm(value.mT @ value - eye) <= slack
    if symbol.has(Property.PERMUTATION):
        good &= (torch.minimum(value.abs(), (value - 1).abs()) <= slack).flatten(1).all(-1)
    if symbol.has(Property.PROJECTOR):
        good &= torch.linalg.matrix_norm(value @ value - value) <= slack * size * size
    return good


def _holds(
    a: Solvable, inputs: Inputs, errors: Mapping[str, Tensor], count: int, findings: Findings
) -> tuple[Tensor, Tensor]:
    """Equalities to rounding, inequalities with certainty, both in float64; and how an inequality is met."""
    double = findings.double(inputs)
    if isinstance(a, SupBound):
        least = activations.supremum(inputs.functions[a.function.name], a.order, inputs.dtype)
        value = double.symbols[a.bound.name]
        return value >= least, _standing(value - least, 2.0**-50 * value.abs(), value.abs().clamp(min=least))
    if isinstance(a, AtMost) and not a.left.is_scalar:
        for alone, side, sign in ((a.left, a.right, 1), (a.right, a.left, -1)):
            symbol = scaled_identity(alone)
            if symbol is not None:
                return _beyond(symbol, side, sign, inputs, errors, count, findings)
    left, right = findings.bounds(a.left, a.right, inputs, errors)
    gap, slack = right[0] - left[0], left[1] + right[1]
    size = torch.maximum(left[0].abs(), right[0].abs())
    if isinstance(a, AtMost) and not a.left.is_scalar:
        gap = torch.linalg.eigvalsh(torch.nan_to_num((gap + gap.mT) / 2))[..., 0]
        slack = torch.linalg.matrix_norm(slack + torch.zeros_like(size))
        size = size.flatten(1).amax(-1)
    if isinstance(a, Equal):
        good = gap.abs() <= slack
        return (good.flatten(1).all(-1) if good.dim() > 1 else good).expand(count), torch.zeros(0)
    return (gap >= slack).expand(count), _standing(gap, slack, size).expand(count)


def _beyond(
    symbol: Symbol,
    side: Term,
    sign: int,
    inputs: Inputs,
    errors: Mapping[str, Tensor],
    count: int,
    findings: Findings,
) -> tuple[Tensor, Tensor]:
    """As `_holds`, of c I <= A (sign 1) and A <= c I (sign -1), from the eigenvalues of A."""
    spectrum, slack = findings.spectrum(side, inputs, errors)
    value, error = findings.bound(symbol, inputs, errors)
    end = spectrum[..., 0] if sign > 0 else spectrum[..., -1]
    gap = sign * (end - value)
    slack = slack + error + Roundoff.of(inputs.dtype).unit * value.abs()  # the product c I is rounded once
    size = torch.maximum(spectrum.abs().amax(-1), value.abs())
    return (gap >= slack).expand(count), _standing(gap, slack, size).expand(count)


def _standing(gap: Tensor, slack: Tensor, size: Tensor) -> Tensor:
    """Places in `STANDINGS`, with the limits of the exact instances; what rounding leaves of an equality is one."""
    ends = torch.stack([torch.maximum(4 * slack, 2.0**-40 * size), size / NARROW, size * (FAR - 1) / FAR])
    return (gap > ends).sum(0)
