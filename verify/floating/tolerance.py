r"""One rounding-error bound, derived, for every term that torch evaluates: first-order running error analysis.

Beside each value v of the straight-line program run two numbers, its size m and its error e in units of the roundoff:

    operation          size m                        error e
    leaf               |v|                           0 (floats are exact), or what its own evaluation left
    sum of n           m_1 + ... + m_n               e_1 + ... + e_n + (n-1) m
    contraction a b    m_a m_b                       e_a m_b + m_a e_b + (inner length + points averaged) m
    f(v)               |f(v)|                        |f'(v)| e_v + c A,  A = sum of |.| of what is added to compute f
    negative powers    |b|^p                         |p| (|b| - u e_b)^(p-1) e_b + c m: infinite once b may vanish
    inverse            |A^-1|                        |A^-1| e_A |A^-1| + 3 n |A^-1| m_A |A^-1|: infinite near singular A

so that |computed - exact| <= u e up to O(u^2); an underflow adds the smallest normal number. The counts hold for any
order of summation. Sizes and errors are computed in float64 whatever the dtype; only u is the dtype's.

*Derivatives.* Sizes and errors are programs too: in the variable's size they have nonnegative Taylor coefficients
(f contributes |f'|, |f''|, |f'''| at v). Hence autograd of the size program is the sum over all paths of the absolute
partials that any order of differentiation adds up, and autograd of the error program is what perturbs it: no second
theory of derivatives is needed. Each adjoint also sums over its fan-out: counted once per reference to an operand.

The bound nominates suspects, it never acquits by itself: an instance is *resolved* only where the bound is finite and
below the size of what is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from numerics import activations, fields
from verify.floating.torch_compile import Contraction, Program, Step, core_rank
from verify.floating.torch_run import (
    Inputs,
    adds_up,
    align,
    contraction,
    differentiated,
    evaluate,
    expanded,
    merged,
    partials,
    stacked,
    traces,
)

LIBRARY_FUNCTION = 8  # roundings in a library function and the few operations of a derivative built from it
TAYLOR = 4  # value and three derivatives: enough for errors of second derivatives


@dataclass(slots=True)
class Approximation:
    """A value, its size and its error in units of the roundoff; `error` None means exact. `tight`: the size is |value|.

    Where nothing has cancelled yet, `gross` is the very tensor `size`, and nothing is computed twice. Nothing changes
    one; to say so to Python takes three times as long for each of millions.
    """

    value: Tensor
    size: Tensor
    error: Tensor | None
    gross: Tensor | None = (
        None  # the size if nothing had ever cancelled; None inside a derivative, where sizes are that
    )
    tight: bool = False

    @property
    def whole(self) -> bool:
        return self.gross is self.size

    @property
    def spread(self) -> Tensor:
        return torch.zeros_like(self.size) if self.error is None else self.error


_FORGOTTEN = Approximation(torch.empty(0), torch.empty(0), None)


@dataclass(frozen=True)
class Roundoff:
    """u = eps/2 of the dtype under judgement, and the underflow threshold in units of u."""

    unit: float
    underflow: float

    @staticmethod
    def of(dtype: torch.dtype) -> Roundoff:
        info = torch.finfo(dtype)
        return Roundoff(info.eps / 2, info.tiny / (info.eps / 2))


Analysis = tuple[Tensor, Tensor, Tensor]


def analyse(program: Program, inputs: Inputs, errors: Mapping[str, Tensor], dtype: torch.dtype) -> Analysis:
    """(value, gross size, error bound) of a program of mode "symbols" for every instance, all float64.

    The gross size is what the value would be had nothing cancelled on the way: the scale on which it is resolved.

    `inputs` are float64; `errors` are absolute errors (in units of u) that symbols bring along. The bound is the
    distance between the exact value and any evaluation in `dtype`, to first order.
    """
    return analyse_together((program,), inputs, errors, dtype)[0]


def analyse_together(
    programs: Sequence[Program], inputs: Inputs, errors: Mapping[str, Tensor], dtype: torch.dtype
) -> list[Analysis]:
    """As `analyse`, of programs that all have the same steps (`compile_together`)."""
    roundoff = Roundoff.of(dtype)
    with torch.no_grad():
        slots = _execute(programs[0], inputs, errors, roundoff, {})
    results = [slots[program.result] for program in programs]
    return [(r.value, r.size if r.gross is None else r.gross, roundoff.unit * r.spread) for r in results]


def bound_of(
    program: Program, inputs: Inputs, errors: Mapping[str, Tensor], dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """(value, error bound) as `analyse` finds them, where nobody asks on what scale the value is resolved."""
    return bounds_of((program,), inputs, errors, dtype)[0]


def bounds_of(
    programs: Sequence[Program], inputs: Inputs, errors: Mapping[str, Tensor], dtype: torch.dtype
) -> list[tuple[Tensor, Tensor]]:
    """As `bound_of`, of programs that all have the same steps (`compile_together`)."""
    roundoff = Roundoff.of(dtype)
    with torch.no_grad():
        slots = _execute(programs[0], inputs, errors, roundoff, {}, gross=False)
    return [(slots[p.result].value, roundoff.unit * slots[p.result].spread) for p in programs]


def as_double(inputs: Inputs, kept: dict[str, tuple[Tensor, Tensor]] | None = None) -> Inputs:
    """The same instances with every tensor in float64. Those `kept` by name are not made again; new ones are."""
    kept = {} if kept is None else kept

    def double(name: str, value: Tensor) -> Tensor:
        if name not in kept or kept[name][0] is not value:
            kept[name] = value, value.double()
        return kept[name][1]

    symbols, laws = ({n: double(n, v) for n, v in values.items()} for values in (inputs.symbols, inputs.laws))
    return replace(inputs, symbols=symbols, laws=laws, dtype=torch.float64)


def _execute(
    program: Program,
    inputs: Inputs,
    errors: Mapping[str, Tensor],
    roundoff: Roundoff,
    given: Mapping[int, Approximation],
    *,
    gross: bool = True,
    known: Sequence[Tensor] | None = None,
) -> list[Approximation]:
    """Every slot, but for those that are spent; `given` are the captured ones and the variable. `known` are the values,
    where somebody has evaluated them. No value requires a gradient, sizes and errors inside a derivative do."""
    slots: list[Approximation] = []
    values: list[Tensor] = []
    for number, step in enumerate(program.steps):
        found = given.get(number)
        if found is None and step.kind == "derivative":
            value, body = differentiated(program, step, values, inputs)
            found = _derivative(program, step, slots, value, body, inputs, errors, roundoff)
        elif found is None:
            value = evaluate(program, step, values, inputs) if known is None else known[number]
            found = _step(program, step, slots, value, inputs, errors, roundoff, gross)
        slots.append(found)
        values.append(found.value)
        for spent in program.spent[number] if program.spent else ():
            slots[spent], values[spent] = _FORGOTTEN, _FORGOTTEN.value
    return slots


def _step(
    program: Program,
    step: Step,
    slots: list[Approximation],
    value: Tensor,
    inputs: Inputs,
    errors: Mapping[str, Tensor],
    roundoff: Roundoff,
    gross: bool,
) -> Approximation:
    if step.kind in _LEAVES:
        size = value.abs()
        return Approximation(value, size, _LEAVES[step.kind](step, size, errors), size if gross else None, True)
    operands = [slots[s] for s in step.sources]
    if step.kind in _LINEAR:
        return _linear(step, operands[0], value, inputs, roundoff)
    if step.kind == "sum":
        return _sum(program, step, operands, value, roundoff)
    if step.kind == "mean":
        place = 1 + program.steps[step.sources[0]].axes.index(step.detail)
        size, error = operands[0].size.mean(place), operands[0].spread.expand_as(operands[0].size).mean(place)
        whole = None if operands[0].gross is None else operands[0].gross.mean(place)
        return _rounded(value, size, error, inputs.laws[step.detail].shape[1], roundoff, whole)
    if step.kind == "choice":
        return operands[inputs.size(step.detail)]
    if step.kind == "contract":
        return _contract(step.detail, operands[0], operands[1], value, inputs, roundoff)
    return _FUNCTIONS[step.kind](step, operands[0], value, inputs, roundoff)


def _error_of_number(step: Step, size: Tensor, errors: Mapping[str, Tensor]) -> Tensor | None:
    exact = step.detail.denominator & (step.detail.denominator - 1) == 0 and abs(step.detail.numerator) < 2**20
    return None if exact else size


def _error_of_law(step: Step, size: Tensor, errors: Mapping[str, Tensor]) -> Tensor | None:
    error = errors.get(step.detail)
    return error if error is None or core_rank(step.shape) else error[..., 0]


_LEAVES: Mapping[str, Callable[[Step, Tensor, Mapping[str, Tensor]], Tensor | None]] = {
    "symbol": lambda step, size, errors: errors.get(step.detail),
    "number": _error_of_number,
    "law": _error_of_law,
    **dict.fromkeys(("eye", "ones", "zeros", "place", "dimension"), lambda step, size, errors: None),
}


def _rounded(
    value: Tensor, size: Tensor, error: Tensor | None, count: int, roundoff: Roundoff, gross: Tensor | None
) -> Approximation:
    """Add `count` roundings of the size, then bring the size down to |v|, keeping how it varies."""
    error = _with_roundings(size, error, count, roundoff)
    return Approximation(value, _brought_to(size, value), error, gross, not size.requires_grad)


def _with_roundings(size: Tensor, error: Tensor | None, count: int, roundoff: Roundoff) -> Tensor:
    new = count * size if error is None else torch.add(error, size, alpha=count)
    new += count * roundoff.underflow  # in place: it is new, and not needed for a gradient
    return new


def _brought_to(size: Tensor, value: Tensor) -> Tensor:
    return size - (size - value.abs()).detach() if size.requires_grad else value.abs()


def _sum(
    program: Program, step: Step, operands: list[Approximation], value: Tensor, roundoff: Roundoff
) -> Approximation:
    rank = core_rank(step.shape)
    axes = [program.steps[s].axes for s in step.sources]
    size = _total([align(x.size, a, step.axes, rank) for x, a in zip(operands, axes, strict=True)])
    inexact = [align(x.error, a, step.axes, rank) for x, a in zip(operands, axes, strict=True) if x.error is not None]
    whole = [align(x.gross, a, step.axes, rank) for x, a in zip(operands, axes, strict=True) if x.gross is not None]
    if all(x.whole for x in operands):
        gross: Tensor | None = size
    else:
        gross = _total(whole) if len(whole) == len(operands) else None
    return _rounded(value, size, _total(inexact) if inexact else None, len(operands) - 1, roundoff, gross)


def _total(parts: list[Tensor]) -> Tensor:
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def _contract(
    detail: Contraction, a: Approximation, b: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff
) -> Approximation:
    count = contraction_roundings(detail, inputs)
    alone = a.tight and b.tight and not adds_up(detail)  # then the size is |value|, and stays it
    size = value.abs() if alone else contraction(detail, a.size, b.size, inputs)
    error: Tensor | None = None
    if a.error is not None:
        error = contraction(detail, a.error, b.size, inputs)
    if b.error is not None:
        other = contraction(detail, a.size, b.error, inputs)
        error = other if error is None else error + other
    if a.whole and b.whole:
        gross: Tensor | None = size
    else:
        gross = None if a.gross is None or b.gross is None else contraction(detail, a.gross, b.gross, inputs)
    if alone:
        return Approximation(value, size, _with_roundings(size, error, count, roundoff), gross, True)
    return _rounded(value, size, error, count, roundoff, gross)


def contraction_roundings(detail: Contraction, inputs: Inputs) -> int:
    return inputs.size(detail.inner) + (inputs.laws[detail.mean].shape[1] if detail.mean else 0)


def _linear(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    def apply(x: Tensor) -> Tensor:
        return _LINEAR[step.kind](x, step)

    error = None if x.error is None else apply(x.error.expand_as(x.size))
    gross = None if x.gross is None else apply(x.gross)
    if step.kind != "trace":
        return Approximation(value, apply(x.size), error, gross)
    return _rounded(value, apply(x.size), error, x.size.shape[-1], roundoff, gross)


_LINEAR: Mapping[str, Callable[[Tensor, Step], Tensor]] = {
    "transpose": lambda x, _: x.mT,
    "merge": merged,
    "vec": lambda x, _: stacked(x),
    "diag": lambda x, _: torch.diag_embed(x),
    "trace": lambda x, _: traces(x),
}


def _orders(x: Approximation) -> int:
    """How many coefficients `_series` reads: outside of a derivative the value and its slope."""
    return TAYLOR if x.size.requires_grad else 2


def _series(coefficients: list[Tensor], x: Approximation) -> tuple[Tensor, Tensor]:
    """The Taylor series with these nonnegative derivatives in x's size, and the same for its slope."""
    if not x.size.requires_grad:
        return coefficients[0], coefficients[1]
    step = x.size - x.size.detach()  # zero, with the size's derivative
    c = coefficients
    value = c[0] + step * (c[1] + step / 2 * (c[2] + step / 3 * c[3]))
    slope = c[1] + step * (c[2] + step / 2 * c[3])
    return value, slope


def _power(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    p = float(step.detail)
    base, slack = x.value.abs(), roundoff.unit * x.spread.detach()
    low, high = (base - slack).clamp(min=0), base + slack
    coefficients, factor = [value.abs()], 1.0
    for order in range(1, _orders(x)):
        factor *= p - order + 1
        exponent = p - order
        if factor == 0:
            coefficients.append(torch.zeros_like(base))
        else:
            coefficients.append(abs(factor) * torch.pow(low if exponent < 0 else high, exponent))
    size, slope = _series(coefficients, x)
    gross = None if x.gross is None else torch.pow(x.gross, p) if p > 0 else value.abs()
    return _rounded(value, size, None if x.error is None else slope * x.error, power_roundings(p), roundoff, gross)


def power_roundings(p: float) -> int:
    return 1 + int(2 * abs(p)) if abs(p) < 3 else LIBRARY_FUNCTION


def _special(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    """exp, its own derivative, taken at the far end of what its argument may be; log and its, at the near end."""
    slack = roundoff.unit * x.spread.detach()
    if step.detail == "exp":
        top = torch.exp(x.value + slack)
        coefficients, own = [top] * TAYLOR, top * (1 + x.value.abs())
    else:
        low = (x.value - slack).clamp(min=0)
        coefficients, own = [value.abs(), 1 / low, 1 / low**2, 2 / low**3], 1 + value.abs()
    size, slope = _series(coefficients, x)
    error = LIBRARY_FUNCTION * own
    return _rounded(value, size, error if x.error is None else error + slope * x.error, 1, roundoff, value.abs())


def _absolute(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    kink = torch.where(x.value.abs() <= roundoff.unit * x.spread.detach(), torch.inf, 0.0)
    zero = torch.zeros_like(value)
    size, slope = _series([value.abs(), torch.ones_like(value), kink, zero], x)
    return Approximation(value, size, None if x.error is None else slope * x.error, x.gross)


def _elementwise(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    name, order = inputs.functions[step.detail[0]], step.detail[1]
    library = activations.LIBRARY[name]
    derivatives, summed = activations.magnitudes(name, order + _orders(x), x.value)
    near = x.value.abs() <= roundoff.unit * x.spread.detach()
    coefficients = [
        torch.where(near, torch.inf, d) if k > library.smoothness else d for k, d in enumerate(derivatives)
    ][order:]
    size, slope = _series(coefficients, x)
    own, _ = _series([a + roundoff.underflow for a in summed[order:]], x)
    error = LIBRARY_FUNCTION * own
    return _rounded(value, size, error if x.error is None else error + slope * x.error, 1, roundoff, derivatives[order])


def _field(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    """A scalar field or one of its derivatives at a column of n entries."""
    name, order = inputs.functions[step.detail[0]], step.detail[1]
    size, carried = _FIELDS[name](name, order, x.size, x.spread)
    count = 2 * x.size.shape[-1] + LIBRARY_FUNCTION
    return _rounded(value, size, carried, count, roundoff, size)


def _nonnegative(name: str, order: int, m: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """All coefficients are nonnegative, so the field is its own size program; only the cubic has third derivatives."""
    if order == 0:
        return fields.value(name, m), (fields.gradient(name, m) * e).sum(-1)
    if order == 1:
        return fields.gradient(name, m), (fields.hessian(name, m) * e[..., None, :]).sum(-1)
    size = fields.hessian(name, m)
    third = 2 * e.sum(-1) if name == "cubic" else torch.zeros_like(e[..., 0])
    return size, third[..., None, None].expand_as(size)


def _wells(name: str, order: int, m: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """As if both signs in (1/4) sum i (u_i^2 - 1)^2 were +."""
    k, square = fields.ranks(m), m * m
    slope, bend = k * m * (square + 1), k * (3 * square + 1)
    if order == 0:
        return (k * (square + 1) ** 2).sum(-1) / 4, (slope * e).sum(-1)
    if order == 1:
        return slope, bend * e
    return torch.diag_embed(bend), torch.diag_embed(6 * k * m * e)


def _sine(name: str, order: int, m: Tensor, e: Tensor) -> tuple[Tensor, Tensor]:
    """The sine and its derivatives are at most 1; its argument is a sum of n products."""
    k = fields.ranks(m)
    angle = (k * m).sum(-1)
    turn = (k * e).sum(-1) + (m.shape[-1] + 1) * angle
    step = angle - angle.detach()
    wave, slope = 1 + step * (1 + step / 2 * (1 + step / 3)), (1 + step * (1 + step / 2)) * turn
    if order == 0:
        return wave + (m * m).sum(-1) / 2, slope + (m * e).sum(-1)
    if order == 1:
        return k * wave[..., None] + m, k * slope[..., None] + e
    outer = torch.outer(k, k)
    return torch.diag(torch.ones_like(k)) + outer * wave[..., None, None], outer * slope[..., None, None]


_FIELDS: Mapping[str, Callable[[str, int, Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    **dict.fromkeys(("quadratic", "cubic", "tilted", "bowl"), _nonnegative),
    "sine": _sine,
    "wells": _wells,
}


def _inverse(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    b = value.abs()
    size, first = b, b @ x.spread @ b
    if x.size.requires_grad:
        d = x.size - x.size.detach()
        size = b + b @ d @ b + b @ d @ b @ d @ b
        first = first + 2 * (b @ d @ b @ x.spread @ b)
    own = 3 * inputs.size(step.shape[0])
    error = first + own * (b @ x.size @ b)
    # Where the perturbation may reach a singular matrix, the first order says nothing.
    reach = roundoff.unit * (b @ (x.spread + own * x.size)).detach().sum(-1).amax(-1)
    error = torch.where((reach < 0.5)[..., None, None], error, torch.inf)
    return _rounded(value, size, error, 1, roundoff, b)


def _determinant(step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff) -> Approximation:
    """Every minor is at most the product of its rows' lengths (Hadamard); elimination changes each entry by some 3 n
    roundings of its row. Under a derivative torch solves with the matrix, and the inverse says how far off that is."""
    n = x.size.shape[-1]
    moved = x.spread + 3 * n * x.size
    if x.size.requires_grad:
        size, error = _by_inverse(x, value, moved, roundoff)
        return _rounded(value, size, error, n, roundoff, size)
    rows, changes = (torch.linalg.vector_norm(a, dim=-1) for a in (x.size, moved))
    others = torch.stack([torch.cat((rows[..., :i], rows[..., i + 1 :]), -1).prod(-1) for i in range(n)], -1)
    size = rows.prod(-1)
    return _rounded(value, size, (changes * others).sum(-1), n, roundoff, size)


def _largest_eigenvalue(
    step: Step, x: Approximation, value: Tensor, inputs: Inputs, roundoff: Roundoff
) -> Approximation:
    """No eigenvalue moves by more than the length of the change (Weyl); torch's reduction to a tridiagonal matrix
    changes the matrix by some multiple of n roundings of its length."""
    size, moved = (torch.linalg.matrix_norm(a) for a in (x.size, x.spread))
    return _rounded(value, size, moved, 8 * x.size.shape[-1], roundoff, size)


def _by_inverse(x: Approximation, value: Tensor, moved: Tensor, roundoff: Roundoff) -> tuple[Tensor, Tensor]:
    """Size and error of a determinant by Jacobi's formula, to the second order in how the size varies."""
    inverse, failed = torch.linalg.inv_ex(x.value)
    b, trace = inverse.abs(), traces
    step = b @ (x.size - x.size.detach())  # zero, with the size's derivative
    first, second, change = trace(step), trace(step @ step), b @ moved
    size = 1 + first + (first**2 + second) / 2
    error = size * trace(change) + (1 + first) * trace(step @ change) + trace(step @ step @ change)
    lost = (failed > 0) | ~(roundoff.unit * change.detach().sum(-1).amax(-1) < 0.5)
    return value.abs() * size, torch.where(lost, torch.inf, value.abs() * error)


_FUNCTIONS: Mapping[str, Callable[[Step, Approximation, Tensor, Inputs, Roundoff], Approximation]] = {
    "power": _power,
    "abs": _absolute,
    "special": _special,
    "elementwise": _elementwise,
    "field": _field,
    "determinant": _determinant,
    "largest eigenvalue": _largest_eigenvalue,
    "inverse": _inverse,
}


def _derivative(
    program: Program,
    step: Step,
    slots: list[Approximation],
    value: Tensor,
    known: Sequence[Tensor],
    inputs: Inputs,
    errors: Mapping[str, Tensor],
    roundoff: Roundoff,
) -> Approximation:
    """Sizes and errors of a derivative: autograd of the sizes and errors of its body, whose values are `known`."""
    taken = step.detail
    inner = taken.body
    variable, source = inner.steps[inner.variable], program.steps[step.sources[0]]

    def widen(x: Tensor) -> Tensor:
        return expanded(x, source.axes, variable.axes, variable.shape, inputs)

    at = slots[step.sources[0]]
    nested = program.variable >= 0
    with torch.enable_grad():
        size = widen(at.size)
        size = size.clone() if size.requires_grad else size.detach().clone().requires_grad_()
        start = Approximation(widen(at.value), size, None if at.error is None else widen(at.error.expand_as(at.size)))
        given = {inside: replace(slots[outside], gross=None) for outside, inside in inner.captures}
        given[inner.variable] = start
        body = _execute(inner, inputs, errors, roundoff, given, gross=False, known=known)[inner.result]
        result = inner.steps[inner.result]
        full = [expanded(x, result.axes, variable.axes, result.shape, inputs) for x in (body.size, body.spread)]
        sizes = partials(taken, full[0], size, keep=nested, again=True)
        spreads = partials(taken, full[1], size, keep=nested)
    additions = fan_out(taken.kind, inner, inputs)
    return Approximation(value, sizes, spreads + additions * (sizes + roundoff.underflow), None if nested else sizes)


def fan_out(kind: str, inner: Program, inputs: Inputs) -> int:
    """Additions of one adjoint: once for every reference to an operand and every entry it was broadcast along."""
    references = sum(len(s.sources) for s in inner.steps)
    lengths = sum(law.shape[1] for law in inputs.laws.values()) + sum(inputs.sizes.values())
    return (references + lengths) * (2 if kind == "hessian" else 1)
