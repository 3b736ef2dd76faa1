"""Float values moved to meet assumptions: equations by Newton's steps, inequalities with equality, narrowly or far.

A step moves a value as little as possible, in float64. What is left of an equation's residual becomes an error that the
value carries. Nothing is believed: `building` checks every instance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import torch
from torch import Tensor

from numerics import activations
from numerics.ensembles import coarse
from theory.statements.claims import AtMost, Equal, SupBound
from theory.terms import Property, Symbol
from theory.terms.rewrite import free_symbols, unfold
from verify.exact.planning import Solvable, of_signed_entries, orthonormal_side, scaled_identity
from verify.floating.remembering import Errors, Findings, names_in
from verify.floating.tolerance import Roundoff, as_double, bound_of
from verify.floating.torch_compile import PROGRAMS, Program, compile_term
from verify.floating.torch_run import Inputs, batch_count, execute, run

STEPS = 40  # Newton's steps: a length that is to be 1 is halved first, from 10^6 twenty times
FARTHEST = 2.0  # that one step moves the logarithm of an entry whose sign is declared
LARGEST = (64, 1024)  # equations, and entries of what is moved
DICE = 3  # random numbers that place a value against its ends


@lru_cache(maxsize=PROGRAMS)
def _gap(assumption: Equal | AtMost) -> Program:
    return compile_term(unfold(assumption.right - assumption.left), "symbols")


def value_of(symbol: Symbol, inputs: Inputs) -> Tensor:
    return (inputs.laws if symbol.has(Property.RANDOM) else inputs.symbols)[symbol.name]


def put(symbol: Symbol, value: Tensor, inputs: Inputs) -> Inputs:
    if symbol.has(Property.RANDOM):
        return replace(inputs, laws={**inputs.laws, symbol.name: value})
    return replace(inputs, symbols={**inputs.symbols, symbol.name: value})


# ---- equations ----------------------------------------------------------------------------------------------
def solve(symbol: Symbol, equations: Sequence[Equal], inputs: Inputs) -> Inputs:
    """The symbol moved until the equations hold, where Newton's steps get there; elsewhere it stays."""
    start, dtype = value_of(symbol, inputs), inputs.dtype
    if across := orthonormal_side(symbol, equations):
        return put(symbol, _orthonormal(start.double(), rows=across == "rows").to(dtype), inputs)
    value, double, signed = start.double(), as_double(inputs), of_signed_entries(symbol)
    for _ in range(STEPS):
        found = _linearised(symbol, equations, put(symbol, value, double))
        if found is None:
            return inputs
        residual, slopes = found
        if signed:  # the step is one of logarithms, which keeps the signs
            step = _shortest(slopes * value[:, None, :], residual).reshape(value.shape).clamp(-FARTHEST, FARTHEST)
            step = -value * torch.expm1(-step)
        else:
            step = _shortest(slopes, residual).reshape(value.shape)
        value = torch.where(torch.isfinite(step), value - step, value)
        if bool((step.abs() <= 2.0**-50 * value.abs()).all()):
            break
    value = torch.where(torch.isfinite(value), value, start.double())
    return put(symbol, _exactly(symbol, equations, value.to(dtype), inputs), inputs)


def _orthonormal(value: Tensor, *, rows: bool) -> Tensor:
    """Orthonormal columns that span what the columns of a batch of matrices do, or rows; the matrices themselves where
    there are more than fit."""
    upright = value.mT if rows else value
    if upright.shape[-1] > upright.shape[-2]:
        return value
    turned: Tensor = torch.linalg.qr(torch.nan_to_num(upright)).Q
    return turned.mT if rows else turned


def _exactly(symbol: Symbol, equations: Sequence[Equal], value: Tensor, inputs: Inputs) -> Tensor:
    """The value with half of its digits and one entry adjusted, where that meets a single equation without rounding."""
    flat = value.flatten(1) if value.dim() > 1 else value[:, None]
    rough = coarse(flat).reshape(value.shape)
    found = _linearised(symbol, equations, put(symbol, rough.double(), as_double(inputs)))
    if found is None or found[0].shape[1] != 1:
        return value
    residual, slopes = found[0][:, 0], found[1][:, 0]
    place = slopes.abs().argmax(-1, keepdim=True)
    step = residual[:, None] / slopes.gather(1, place)
    moved = rough.double().reshape(flat.shape).scatter_add(1, place, -torch.nan_to_num(step)).to(value.dtype)
    moved = moved.reshape(value.shape)
    after = _linearised(symbol, equations, put(symbol, moved.double(), as_double(inputs)))
    assert after is not None
    good = (after[0][:, 0] == 0) & torch.isfinite(moved.flatten(1) if value.dim() > 1 else moved[:, None]).all(-1)
    return torch.where(good.reshape((-1,) + (1,) * (value.dim() - 1)), moved, value)


def _linearised(symbol: Symbol, equations: Sequence[Equal], double: Inputs) -> tuple[Tensor, Tensor] | None:
    """(K, r) residuals and (K, r, n) slopes in the symbol's entries; None if there are too many."""
    count = batch_count(double)
    with torch.enable_grad():
        value = value_of(symbol, double).detach().clone().requires_grad_()
        inputs = put(symbol, value, double)
        programs = [_gap(equation) for equation in equations]
        rows = [execute(program, inputs, {})[program.result] for program in programs]
        residual = torch.cat([row.reshape(row.shape[0], -1).expand(count, -1) for row in rows], dim=1)
        if residual.shape[1] > LARGEST[0] or value.numel() > count * LARGEST[1]:
            return None
        if not residual.requires_grad:
            return None
        slopes = [
            torch.autograd.grad(residual[:, i].sum(), value, retain_graph=True, allow_unused=True)[0]
            for i in range(residual.shape[1])
        ]
    flat = [(torch.zeros_like(value) if s is None else s).reshape(count, -1) for s in slopes]
    return residual.detach(), torch.stack(flat, dim=1)


def _shortest(slopes: Tensor, residual: Tensor) -> Tensor:
    """The shortest step x with slopes x = residual, by least squares where there is none."""
    length = torch.linalg.vector_norm(slopes, dim=-1, keepdim=True)
    rows = torch.nan_to_num(slopes / length)
    right = torch.nan_to_num(residual / length[..., 0])
    inverse = torch.linalg.pinv(rows @ rows.mT, rtol=1e-12, hermitian=True)
    step: Tensor = torch.einsum("krn,krs,ks->kn", rows, inverse, right)
    return step


def error_of(symbol: Symbol, equations: Sequence[Equal], inputs: Inputs, errors: Errors) -> Tensor | None:
    """How far the value may be from one that meets the equations, in units of u, to first order."""
    double = as_double(inputs)
    found = _linearised(symbol, equations, double)
    if found is None:
        return None
    residual, slopes = found
    count, unit = len(residual), Roundoff.of(inputs.dtype).unit
    bounds = [bound_of(_gap(equation), double, errors, inputs.dtype)[1] for equation in equations]
    slack = torch.cat([(b + torch.zeros(count, *b.shape[1:])).reshape(count, -1) for b in bounds], dim=1)
    slack = torch.where(residual == 0, 0.0, residual.abs() + slack)
    length = torch.linalg.vector_norm(slopes, dim=-1, keepdim=True)
    rows = torch.nan_to_num(slopes / length)
    inverse = torch.linalg.pinv(rows @ rows.mT, rtol=1e-12, hermitian=True)
    step = torch.einsum("krn,ks->kn", (inverse @ rows).abs(), torch.nan_to_num(slack / length[..., 0]))
    return step.reshape(value_of(symbol, inputs).shape) / unit


# ---- moments ------------------------------------------------------------------------------------------------
def with_moment(points: Tensor, moment: Tensor) -> Tensor:
    """Points X with E[x x'] of full rank, turned and stretched until it is the moment."""
    second = points.mT @ points / points.shape[1]
    return points @ _root(second, -0.5) @ _root(moment.expand_as(second), 0.5)


def _root(matrix: Tensor, power: float) -> Tensor:
    """A power of a symmetric matrix by its eigenvalues; of a multiple of I without turning it."""
    values, vectors = torch.linalg.eigh(torch.nan_to_num((matrix + matrix.mT) / 2))
    general = vectors @ torch.diag_embed(values.clamp(min=0) ** power) @ vectors.mT
    first = matrix[..., :1, :1]
    eye = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
    plain = (matrix == first * eye).flatten(-2).all(-1)[..., None, None]
    return torch.where(plain, first**power * eye, general)


def error_of_moment(points: Tensor, moment: Tensor, slack: Tensor, unit: float) -> Tensor:
    """How far points may be from some with exactly this second moment: x' = x - R M^-1 x / 2, in units of u."""
    second = points.mT @ points / points.shape[1]
    size = points.abs().mT @ points.abs() / points.shape[1]
    left = (second - moment).abs() + slack + points.shape[1] * 2.0**-53 * size
    turned: Tensor = points.abs() @ torch.linalg.pinv(moment, hermitian=True).abs() @ left.mT / 2
    return turned / unit


# ---- inequalities -------------------------------------------------------------------------------------------
def place(
    symbol: Symbol,
    wanted: Sequence[Solvable],
    inputs: Inputs,
    errors: Errors,
    dice: Tensor | None,
    findings: Findings,
) -> Inputs:
    """A scalar put where the inequalities allow it: at an end, near it, with room, or far; without dice it stays if it
    can and goes to the nearest end otherwise."""
    before = inputs.symbols[symbol.name].double()
    low, high = torch.full_like(before, -torch.inf), torch.full_like(before, torch.inf)
    for a in wanted:
        if isinstance(a, Equal):
            continue
        least, most = _ends(symbol, a, inputs, errors, findings)
        low, high = torch.maximum(low, least), torch.minimum(high, most)
    asked = torch.isfinite(low) | torch.isfinite(high)
    value = before.clamp(min=low, max=high) if dice is None else _placed(symbol, before, low, high, dice)
    return put(symbol, _between(torch.where(asked, value, before), low, high, inputs.dtype), inputs)


def _ends(
    symbol: Symbol, a: AtMost | SupBound, inputs: Inputs, errors: Errors, findings: Findings
) -> tuple[Tensor, Tensor]:
    count = len(inputs.symbols[symbol.name])
    none = torch.full((count,), torch.inf, dtype=torch.float64, device=inputs.device)
    if isinstance(a, SupBound):
        least = activations.supremum(inputs.functions[a.function.name], a.order, inputs.dtype)
        return torch.full_like(none, least), none
    for alone, side, low in ((a.right, a.left, True), (a.left, a.right, False)):
        if scaled_identity(alone) == symbol and symbol not in free_symbols(side):
            spectrum, slack = findings.spectrum(side, inputs, errors)
            slack = slack + 2 * Roundoff.of(inputs.dtype).unit * spectrum.abs().amax(
                -1
            )  # that of the symbol's own side
            end = (spectrum[..., -1] + slack if low else spectrum[..., 0] - slack).expand(count)
            return (end, none) if low else (-none, end)
    return _linear_ends(symbol, a, findings.double(inputs), Roundoff.of(inputs.dtype).unit, none)


def _linear_ends(symbol: Symbol, a: AtMost, double: Inputs, unit: float, none: Tensor) -> tuple[Tensor, Tensor]:
    """The ends where the gap is linear in the symbol, with a little room for what was rounded."""
    if not a.left.is_scalar:
        return -none, none
    start, names = -1.0 if symbol.has(Property.NEGATIVE) else 1.0, {*names_in(a.left), *names_in(a.right)}
    needed = replace(
        double,
        symbols={n: v.repeat(3, *[1] * (v.dim() - 1)) for n, v in double.symbols.items() if n in names},
        laws={n: v.repeat(3, 1, 1) for n, v in double.laws.items() if n in names},
    )
    tried = torch.cat([torch.full_like(none, f * start) for f in (1, 2, 4)])
    gaps = run(_gap(a), put(symbol, tried, needed)).expand(3 * len(none)).reshape(3, -1)
    slope = (gaps[1] - gaps[0]) / start
    size = gaps.abs().amax(0)
    linear = ((gaps[2] - gaps[0] - 3 * (gaps[1] - gaps[0])).abs() <= 2.0**-40 * size) & (slope.abs() > 2.0**-40 * size)
    end = start - gaps[0] / slope
    room = 64 * unit * (end.abs() + size / slope.abs())
    low = torch.where(linear & (slope > 0), end + room, -none)
    return low, torch.where(linear & (slope < 0), end - room, none)


def _placed(symbol: Symbol, before: Tensor, low: Tensor, high: Tensor, dice: Tensor) -> Tensor:
    """With equality, narrowly, with room or far from an end, a quarter of the instances each."""
    how, which, where = dice.double().unbind(-1)
    signed = symbol.has(Property.POSITIVE) or symbol.has(Property.NONNEGATIVE), symbol.has(Property.NEGATIVE)
    from_low = torch.where(torch.isfinite(low) & torch.isfinite(high), which < 0.5, torch.isfinite(low))
    end = torch.where(from_low, low, high)
    # A sign is an end as well, which is not met with equality: towards it the distance is a share of what there is.
    other = torch.where(from_low, high, low)
    if signed[0]:
        other = torch.where(from_low, other, other.clamp(min=0.0))
    if signed[1]:
        other = torch.where(from_low, other.clamp(max=0.0), other)
    width = (other - end).abs()
    scale = torch.where(end != 0, end.abs(), torch.where(before != 0, before.abs(), 1.0))
    narrow, roomy, far = 2.0 ** -(7 + 8 * where), 2.0 ** (3 * where - 2), 2.0 ** (4 + 6 * where)
    free = scale * torch.where(how < 0.5, narrow, torch.where(how < 0.75, roomy, far))
    within = width * torch.where(how < 0.5, narrow, torch.where(how < 0.75, where, 1 - 1 / far))
    distance = torch.where(how < 0.25, 0.0, torch.where(torch.isfinite(width), within, free))
    return torch.where(from_low, end + distance, end - distance)


def _between(value: Tensor, low: Tensor, high: Tensor, dtype: torch.dtype) -> Tensor:
    """The nearest number of the dtype that is not beyond an end."""
    rounded = value.to(dtype)
    up, down = torch.full_like(rounded, torch.inf), torch.full_like(rounded, -torch.inf)
    rounded = torch.where(rounded.double() < low, torch.nextafter(rounded, up), rounded)
    return torch.where(rounded.double() > high, torch.nextafter(rounded, down), rounded)
