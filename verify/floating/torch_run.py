"""Programs of `torch_compile` run on a batch: values for every instance, derivatives by torch's autograd.

A derivative is autograd of the compiled body, for all instances of the batch at once, never the calculus' own
differential. One table keyed by the kind of step; `verify.floating.tolerance` walks the same programs for error bounds.

A number that torch shows is a value only where everything on the way has one: `run_defined` says where that is. What
can hide an infinity or a NaN (1/inf, tanh(inf), a trace, an argument that is not used) has its operands looked at; a
derivative needs its point, the body there, and a neighbourhood in the body's domain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from math import prod
from operator import add, and_

import torch
from torch import Tensor

from numerics import activations, fields
from numerics.reference import REFERENCES, Surroundings
from theory import terms as t
from theory.terms import CalculusError, Property
from theory.terms.size_arithmetic import number_of
from verify.floating.torch_compile import Contraction, Differentiation, Program, Step, core_rank


@dataclass(frozen=True)
class Inputs:
    """One batch: sizes of dimensions, values of symbols and laws by name, concrete functions by name."""

    sizes: Mapping[str, int]
    symbols: Mapping[str, Tensor]
    laws: Mapping[str, Tensor]
    functions: Mapping[str, str]
    dtype: torch.dtype
    device: str

    def size(self, dimension: t.Dimension) -> int:
        return number_of(dimension, self.sizes)


def run(program: Program, inputs: Inputs) -> Tensor:
    """The term's value for every instance: (K, *core), or (1, *core) if it is the same for all."""
    with torch.no_grad():
        return execute(program, inputs, {}, forget=True)[program.result]


def run_slots(program: Program, inputs: Inputs) -> list[Tensor]:
    """The value of every step, in order."""
    with torch.no_grad():
        return execute(program, inputs, {})


def run_defined(program: Program, inputs: Inputs) -> tuple[list[Tensor], Tensor]:
    """The value of every step, and (K,) or (1,): has the term a value there that no overflow has touched?"""
    return run_together((program,), inputs)


def run_together(programs: tuple[Program, ...], inputs: Inputs) -> tuple[list[Tensor], Tensor]:
    """As `run_defined`, of programs with the same steps (`compile_together`): do all their terms have a value?"""
    domain = Domain()
    with torch.no_grad():
        slots = execute(programs[0], inputs, {}, domain)
    for program in programs:
        domain.finite(slots[program.result])
    return slots, domain.holds()


class Domain:
    """What must hold for what a program shows to be values: noted while it runs, asked once at its end."""

    def __init__(self) -> None:
        self.values: dict[int, Tensor] = {}  # by identity: several steps may look at one
        self.conditions: list[Tensor] = []

    def finite(self, value: Tensor) -> None:
        """All entries of the value have to be finite."""
        self.values.setdefault(id(value), value)

    def holds(self) -> Tensor:
        """(K,) or (1,): is everything so?"""
        entries = [v.detach().flatten(1) if v.dim() > 1 else v.detach()[:, None] for v in self.values.values()]
        sums = [entries_added(value) for value in entries]
        conditions = [torch.ones_like(sums[0], dtype=torch.bool), *self.conditions]
        if not _all_finite(reduce(add, sums)):
            # Sums of large numbers overflow as well: NaN where an entry is not finite, and so is their sum; far faster
            # than asking each entry.
            pairs = zip(entries, sums, strict=True)
            conditions += [entries_added(value * 0) == 0 for value, total in pairs if not _all_finite(total)]
        return reduce(and_, conditions)


def _all_finite(sums: Tensor) -> bool:
    """Is every sum finite, as it is only where its terms are? Not asked of a device, which has other things to do."""
    return sums.device.type == "cpu" and bool(torch.isfinite(sums).all())


def entries_added(value: Tensor) -> Tensor:
    """The sum of the last axis, as a product: torch's own sum of a short axis takes ten times as long."""
    return value @ _ones(value.shape[-1], value.dtype, value.device)


@lru_cache(maxsize=64)
def _ones(size: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.ones(size, dtype=dtype, device=device)


def _everywhere(good: Tensor) -> Tensor:
    return good.flatten(1).all(-1) if good.dim() > 1 else good


def execute(
    program: Program,
    inputs: Inputs,
    given: Mapping[int, Tensor],
    domain: Domain | None = None,
    order: int = 0,
    *,
    forget: bool = False,
) -> list[Tensor]:
    """Every slot's value; `given` holds the captured slots and the variable. What must hold for them to be values is
    noted in `domain`; `order`: how many derivatives are taken of them. `forget`: only results are wanted."""
    slots: list[Tensor] = []
    for number, step in enumerate(program.steps):
        slots.append(given[number] if number in given else evaluate(program, step, slots, inputs, domain, order))
        if domain is not None and step.kind in _HIDING:
            for source in step.sources:
                domain.finite(slots[source])
        if domain is not None:
            domain.conditions += _interior(step, slots, inputs, order)
        for spent in program.spent[number] if forget else ():
            slots[spent] = _FORGOTTEN
    return slots


_FORGOTTEN = torch.empty(0)


_HIDING = frozenset(
    {
        "power", "elementwise", "field", "special", "inverse", "determinant", "largest eigenvalue", "trace", "call",
        "guard", "derivative",
    }
)  # fmt: skip


def _interior(step: Step, slots: list[Tensor], inputs: Inputs, order: int) -> list[Tensor]:
    """Conditions for `order` derivatives of this step: off kinks, and off the edge of a root's domain."""
    if order and step.kind == "abs":
        return [_everywhere(slots[step.sources[0]].detach() != 0)]
    if order and step.kind == "power" and step.detail.denominator > 1:
        return [_everywhere(slots[step.sources[0]].detach() > 0)]
    if step.kind == "elementwise" and order + step.detail[1]:
        kinks = activations.LIBRARY[inputs.functions[step.detail[0]]].kinks
        return [_everywhere(slots[step.sources[0]].detach() != kink) for kink in kinks]
    return []


def evaluate(
    program: Program,
    step: Step,
    slots: list[Tensor],
    inputs: Inputs,
    domain: Domain | None = None,
    order: int = 0,
) -> Tensor:
    """One step's value from the slots before it."""
    if step.kind == "derivative":
        return differentiated(program, step, slots, inputs, domain, order)[0]
    operands = [slots[s] for s in step.sources]
    if step.kind in _ALIGNED:
        rank = core_rank(step.shape)
        operands = [
            align(x, program.steps[s].axes, step.axes, rank) for x, s in zip(operands, step.sources, strict=True)
        ]
    if step.kind == "call":
        sources = [program.steps[s] for s in step.sources]
        operands = [align(x, s.axes, step.axes, core_rank(s.shape)) for x, s in zip(operands, sources, strict=True)]
    if step.kind == "mean":
        place = 1 + program.steps[step.sources[0]].axes.index(step.detail)
        return operands[0].mean(place)
    return _RUN[step.kind](step, operands, inputs)


def differentiated(
    program: Program,
    step: Step,
    slots: list[Tensor],
    inputs: Inputs,
    domain: Domain | None = None,
    order: int = 0,
) -> tuple[Tensor, list[Tensor]]:
    """A derivative step's value, and that of every step of its body."""
    taken = step.detail
    captured = {inside: slots[outside] for outside, inside in taken.body.captures}
    source = step.sources[0]
    at = expanded(slots[source], program.steps[source].axes, step.axes, taken.body.steps[0].shape, inputs)
    if domain is not None:
        for value in captured.values():
            domain.finite(value)
        domain.conditions += _admitted(at, core_rank(taken.body.steps[0].shape), taken.properties)
    return differentiate(taken, captured, at, inputs, domain, order)


def _admitted(at: Tensor, rank: int, properties: frozenset[Property]) -> list[Tensor]:
    """Has the point of a derivative the properties that its variable is declared to have?"""
    at = at.detach()
    entries = at.flatten(at.dim() - rank) if rank else at[..., None]
    return [_everywhere(_HAS[prop](entries)) for prop in _HAS if prop in properties]


_HAS: Mapping[Property, Callable[[Tensor], Tensor]] = {
    Property.POSITIVE: lambda entries: (entries > 0).all(-1),
    Property.NONNEGATIVE: lambda entries: (entries >= 0).all(-1),
    Property.NEGATIVE: lambda entries: (entries < 0).all(-1),
    Property.NONZERO: lambda entries: (entries != 0).any(-1),
}


def align(x: Tensor, have: tuple[str, ...], want: tuple[str, ...], rank: int) -> Tensor:
    """Insert axes of length one for the laws that `x` does not depend on."""
    if have == want:
        return x
    core = x.shape[x.dim() - rank :] if rank else x.shape[:0]
    sizes = iter(x.shape[1 : 1 + len(have)])
    return x.reshape(x.shape[0], *(next(sizes) if a in have else 1 for a in want), *core)


def expanded(x: Tensor, have: tuple[str, ...], want: tuple[str, ...], shape: t.Shape, inputs: Inputs) -> Tensor:
    """`x` with every axis at full length and K instances, so that differentiating one entry touches one instance."""
    rank = core_rank(shape)
    x = align(x, have, want, rank)
    count = batch_count(inputs)
    return x.expand(count, *(inputs.laws[a].shape[1] for a in want), *x.shape[x.dim() - rank :])


def batch_count(inputs: Inputs) -> int:
    return max((v.shape[0] for v in (*inputs.symbols.values(), *inputs.laws.values())), default=1)


def differentiate(
    taken: Differentiation,
    captured: Mapping[int, Tensor],
    at: Tensor,
    inputs: Inputs,
    domain: Domain | None,
    order: int,
) -> tuple[Tensor, list[Tensor]]:
    """Autograd of the compiled body at `at`, for all instances at once, and the values of the body's steps; the result
    is differentiated `order` times."""
    inner = taken.body
    with torch.enable_grad():
        variable = at.clone() if at.requires_grad else at.detach().clone().requires_grad_()
        slots = execute(inner, inputs, {**captured, inner.variable: variable}, domain, order + taken.order)
        end = inner.steps[inner.result]
        body = expanded(slots[inner.result], end.axes, inner.steps[inner.variable].axes, end.shape, inputs)
        if domain is not None:
            domain.finite(body)
        result = partials(taken, body, variable, keep=order > 0)
    return result, [s.detach() for s in slots]


def partials(taken: Differentiation, body: Tensor, variable: Tensor, *, keep: bool, again: bool = False) -> Tensor:
    """Gradient, Jacobian (rows: entries of the body) or Hessian of independent instances; zero where independent.

    `keep`: the result is differentiated once more. `again`: the graph below is needed for another call.
    """
    inner = taken.body
    entries, variables = (core_rank(inner.steps[s].shape) for s in (inner.result, inner.variable))
    if taken.kind == "hessian":
        body, entries = _grad(body, variable, keep=True, again=True), variables
    if taken.kind == "gradient" or not entries:
        return _grad(body, variable, keep=keep, again=keep or again)
    return _rows(body, variable, keep=keep, again=keep or again).movedim(0, -1 - variables)


def _rows(output: Tensor, variable: Tensor, *, keep: bool, again: bool) -> Tensor:
    """The gradient of every entry of the output's last axis, (entries, *variable), in one pass back for all of them."""
    entries = output.shape[-1]
    if entries == 1 or not output.requires_grad:
        return _grad(output, variable, keep=keep, again=again).expand(entries, *variable.shape)
    one = torch.eye(entries, dtype=output.dtype, device=output.device)
    each = one.reshape(entries, *(1,) * (output.dim() - 1), entries).expand(entries, *output.shape)
    (result,) = torch.autograd.grad(
        output, variable, each, create_graph=keep, retain_graph=again, allow_unused=True, is_grads_batched=True
    )
    return variable.new_zeros(entries, *variable.shape) if result is None else result


def _grad(output: Tensor, variable: Tensor, *, keep: bool, again: bool) -> Tensor:
    if not output.requires_grad:
        return torch.zeros_like(variable)
    (result,) = torch.autograd.grad(output.sum(), variable, create_graph=keep, retain_graph=again, allow_unused=True)
    return torch.zeros_like(variable) if result is None else result


def _contract(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    return contraction(step.detail, x[0], x[1], inputs)


def contraction(detail: Contraction, a: Tensor, b: Tensor, inputs: Inputs) -> Tensor:
    result = _CONTRACT[_kind(detail.equation)](detail.equation, a, b)
    return result / inputs.laws[detail.mean].shape[1] if detail.mean else result


def adds_up(detail: Contraction) -> bool:
    """Is any entry of the result more than one product?"""
    return bool(detail.mean) or _kind(detail.equation) != "product"


@lru_cache(maxsize=4096)
def _kind(equation: str) -> str:
    """What an einsum is: a "product" that sums nothing, the "inner" product of the last axes, or any other."""
    left, right, out = _operands(equation)
    if not set(left + right) - set(out):
        return "product"
    return "inner" if left == right == out + left[-1] else "einsum"


def _operands(equation: str) -> tuple[str, str, str]:
    operands, out = equation.split("->")
    left, right = operands.split(",")
    return left, right, out


@lru_cache(maxsize=4096)
def _absent(equation: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Axes of the result that each operand does not have; the axes of an operand come in the result's order."""
    left, right, out = _operands(equation)
    first, second = (tuple(i for i, x in enumerate(out) if x not in operand) for operand in (left, right))
    return first, second


def _multiplied(equation: str, a: Tensor, b: Tensor) -> Tensor:
    first, second = _absent(equation)
    for place in first:
        a = a.unsqueeze(place)
    for place in second:
        b = b.unsqueeze(place)
    return a * b


_CONTRACT: Mapping[str, Callable[[str, Tensor, Tensor], Tensor]] = {
    "product": _multiplied,
    "inner": lambda equation, a, b: entries_added(a * b),
    "einsum": torch.einsum,
}


def _call_reference(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    extra = len(step.axes)

    def lifted(value: Tensor) -> Tensor:
        return value.reshape(value.shape[0], *(1,) * extra, *value.shape[1:])

    around = Surroundings(
        {n: lifted(v) for n, v in inputs.laws.items()},
        {n: lifted(v) for n, v in inputs.symbols.items()},
        {n: _activation(c) for n, c in inputs.functions.items() if c in activations.LIBRARY},
    )
    return REFERENCES[step.detail.reference].compute(*x, around)


def _activation(name: str) -> Callable[[Tensor], Tensor]:
    return lambda v: activations.derivative(name, 0, v)


class NotRepresentableError(CalculusError):
    """A constant that no number of the dtype stands for; what is computed with another says nothing."""


def rational(value: Fraction, inputs: Inputs) -> Tensor:
    """A rational correctly rounded to float64, then to the dtype. Raises NotRepresentableError beyond its range."""
    return _constant_of(value, inputs.dtype, inputs.device)


@lru_cache(maxsize=1024)
def _constant_of(value: Fraction, dtype: torch.dtype, device: str) -> Tensor:
    info = torch.finfo(dtype)
    if value and not Fraction(info.tiny) <= abs(value) <= Fraction(info.max):
        size = (len(str(abs(value.numerator))), len(str(value.denominator)))
        shown = str(value) if max(size) <= 30 else f"a number of {size[0]} over {size[1]} digits"
        name = str(dtype).removeprefix("torch.")
        raise NotRepresentableError(f"the constant {shown} is not representable in {name}")
    return torch.full((1,), value.numerator / value.denominator, dtype=dtype, device=device)


def power(base: Tensor, exponent: Fraction) -> Tensor:
    """A rational power by square roots, products and reciprocals where these suffice; x^0 is 1 wherever x is."""
    if exponent == 0:
        return torch.where(torch.isfinite(base), torch.ones_like(base), torch.nan)
    if abs(exponent.numerator) > 2**53 or exponent.denominator > 2**53:
        raise NotRepresentableError(f"an exponent of {len(str(exponent))} digits is not representable in float64")
    if exponent < 0:
        return power(base, -exponent).reciprocal()
    if exponent.denominator == 2 and exponent.numerator < 6:
        root = torch.sqrt(base)
        return root if exponent.numerator == 1 else root * power(base, exponent - Fraction(1, 2))
    if exponent.denominator == 1 and exponent.numerator < 4:
        return base if exponent == 1 else base * power(base, exponent - 1)
    return torch.pow(base, exponent.numerator / exponent.denominator)


def _constant(make: Callable[..., Tensor]) -> Callable[[Step, list[Tensor], Inputs], Tensor]:
    def rule(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
        sizes = [inputs.size(s) for s in step.shape if s != 1]
        made = make(*(sizes or [1]), dtype=inputs.dtype, device=inputs.device)
        return made.reshape(sizes)[None]  # of size 1 x 1 it is a scalar

    return rule


def _place(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    whole, size, before = (inputs.size(n) for n in (*step.shape, step.detail))
    made = torch.eye(whole, dtype=inputs.dtype, device=inputs.device)[:, before : before + size]
    return made[None] if step.shape[1] != 1 else made[None, :, 0]


def merged(x: Tensor, step: Step) -> Tensor:
    """The axes of rows made one, and those of columns."""
    rows, columns = step.detail
    lead = x.dim() - rows - columns
    sides = [prod(part) for part in (x.shape[lead : lead + rows], x.shape[lead + rows :]) if part]
    return x.reshape(*x.shape[:lead], *sides)


def stacked(x: Tensor) -> Tensor:
    """The columns one below another."""
    return x.mT.flatten(-2)


def traces(x: Tensor) -> Tensor:
    return x.diagonal(dim1=-2, dim2=-1).sum(-1)


def _inverse(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    value, failed = torch.linalg.inv_ex(x[0])
    return torch.where((failed > 0)[..., None, None], torch.nan, value)


def _largest_eigenvalue(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    """nan where the matrix is not symmetric, beyond what rounding may leave, or not finite."""
    apart, size = (x[0] - x[0].mT).abs().amax((-2, -1)), x[0].abs().amax((-2, -1))
    defined = apart <= 1e-3 * size
    usable = torch.where(defined[..., None, None], x[0], torch.zeros_like(x[0]))
    return torch.where(defined, torch.linalg.eigvalsh(usable)[..., -1], torch.nan)


def _field(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    name, order = step.detail
    return (fields.value, fields.gradient, fields.hessian)[order](inputs.functions[name], x[0])


def _sum(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    total = x[0]
    for other in x[1:]:
        total = total + other
    return total


# torch's logarithm of 0 is -inf, which is no value, and of a negative number nan
_SPECIAL: Mapping[str, Callable[[Tensor], Tensor]] = {"exp": torch.exp, "log": torch.log}
_ALIGNED = frozenset({"sum"})
_RUN: Mapping[str, Callable[[Step, list[Tensor], Inputs], Tensor]] = {
    "number": lambda s, x, i: rational(s.detail, i),
    "dimension": lambda s, x, i: rational(Fraction(i.sizes[s.detail]), i),
    "symbol": lambda s, x, i: i.symbols[s.detail],
    "law": lambda s, x, i: i.laws[s.detail] if core_rank(s.shape) else i.laws[s.detail][..., 0],
    "eye": lambda s, x, i: torch.eye(i.size(s.shape[0]), dtype=i.dtype, device=i.device)[
        (None, ...) if s.shape[0] != 1 else (None, 0, 0)
    ],
    "ones": _constant(torch.ones),
    "place": _place,
    "zeros": _constant(torch.zeros),
    "sum": _sum,
    "contract": _contract,
    "transpose": lambda s, x, i: x[0].mT,
    "merge": lambda s, x, i: merged(x[0], s),
    "vec": lambda s, x, i: stacked(x[0]),
    "trace": lambda s, x, i: traces(x[0]),
    "determinant": lambda s, x, i: torch.linalg.det(x[0]),
    "largest eigenvalue": _largest_eigenvalue,
    "inverse": _inverse,
    "diag": lambda s, x, i: torch.diag_embed(x[0]),
    "power": lambda s, x, i: power(x[0], s.detail),
    "abs": lambda s, x, i: x[0].abs(),
    "special": lambda s, x, i: _SPECIAL[s.detail](x[0]),
    "elementwise": lambda s, x, i: activations.derivative(i.functions[s.detail[0]], s.detail[1], x[0]),
    "field": _field,
    "call": _call_reference,
    "guard": lambda s, x, i: x[0],
    "choice": lambda s, x, i: x[i.size(s.detail)],
}
