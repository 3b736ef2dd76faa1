"""Terms become batched torch programs: straight lines of steps, shared subexpressions computed once.

Every value of a batch of K instances has shape (K, *law axes, *core): a law's points are an axis only where the value
depends on that random vector; a scalar has no core, columns and rows have (n,), matrices (r, c). In mode "reference"
calls go to the torch references (those without one are unfolded); in mode "symbols" they must have been unfolded.
Derivatives are torch's autograd of the compiled body, never the calculus' own differential. A node that the table
does not know is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

from numerics import activations, fields
from numerics.reference import REFERENCES, Surroundings
from theory.calculus import terms as t
from theory.calculus.rewrite import depends_on, unfold
from theory.calculus.terms import CalculusError, Property, Symbol, Term

NOMINAL_SIZE = 8  # stands for a symbolic dimension when products are ordered


class CannotCompileError(CalculusError):
    """A term that has no torch program; the message names the node."""


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
        return self.sizes[dimension.name] if isinstance(dimension, Symbol) else dimension


@dataclass(frozen=True)
class Step:
    """One operation; `sources` are slots of earlier steps, `axes` the laws on which the result depends."""

    kind: str
    sources: tuple[int, ...]
    axes: tuple[str, ...]
    shape: t.Shape
    detail: Any = None


@dataclass(frozen=True)
class Contraction:
    """An einsum; `mean` names the law averaged over, `inner` the dimension summed over."""

    equation: str
    inner: t.Dimension = 1
    mean: str = ""


@dataclass(frozen=True)
class Program:
    """Steps in order. `captures` are pairs (slot outside, slot here); `variable` is a derivative's own slot."""

    steps: tuple[Step, ...]
    result: int
    captures: tuple[tuple[int, int], ...] = ()
    variable: int = -1

    @property
    def axes(self) -> tuple[str, ...]:
        return self.steps[self.result].axes


def compile_term(term: Term, mode: str = "reference") -> Program:
    """The program of a term without free random vectors.

    Raises CannotCompileError for a node without a rule, for a call in mode "symbols", and for a random vector that no
    expectation binds.
    """
    if mode not in ("reference", "symbols"):
        raise ValueError(f'expected mode "reference" or "symbols", got {mode!r}.')
    compiler = _Compiler(mode)
    result = compiler.slot(term)
    program = Program(tuple(compiler.steps), result)
    if program.axes:
        raise CannotCompileError(
            f"{term!r} depends on {', '.join(program.axes)} outside of any expectation. Remedy: E(...)."
        )
    return program


# ---- compiling ----------------------------------------------------------------------------------------------
@dataclass
class _Compiler:
    mode: str
    variable: Symbol | None = None
    parent: _Compiler | None = None
    steps: list[Step] = field(default_factory=list)
    memo: dict[Term, int] = field(default_factory=dict)
    captures: list[tuple[int, int]] = field(default_factory=list)

    def slot(self, term: Term) -> int:
        if term not in self.memo:
            self.memo[term] = self._compile(term)
        return self.memo[term]

    def _compile(self, term: Term) -> int:
        if self.parent is not None and self.variable is not None and not depends_on(term, self.variable):
            outside = self.parent.slot(term)
            inside = self.emit("capture", (), term.shape, axes=self.parent.steps[outside].axes)
            self.captures.append((outside, inside))
            return inside
        rule = _COMPILE.get(type(term))
        if rule is None:
            raise CannotCompileError(f"no torch program for {type(term).__name__}: {term!r}.")
        return rule(self, term)

    def emit(
        self,
        kind: str,
        sources: tuple[int, ...],
        shape: t.Shape,
        detail: Any = None,
        axes: tuple[str, ...] | None = None,
    ) -> int:
        joined = self.axes(*sources) if axes is None else axes
        self.steps.append(Step(kind, sources, joined, shape, detail))
        return len(self.steps) - 1

    def axes(self, *slots: int) -> tuple[str, ...]:
        return tuple(sorted({a for s in slots for a in self.steps[s].axes}))

    def contract(self, a: int, b: int, shape: t.Shape, core: str, inner: t.Dimension = 1, mean: str = "") -> int:
        """Emit an einsum over aligned batch letters; `core` is its equation in core letters."""
        joined = self.axes(a, b)
        letters = {name: chr(ord("A") + i) for i, name in enumerate(joined)}
        out_axes = tuple(x for x in joined if x != mean)
        inputs, output = core.split("->")
        left, right = inputs.split(",")
        batch = ["k" + "".join(letters[x] for x in axes) for axes in (self.steps[a].axes, self.steps[b].axes, out_axes)]
        equation = f"{batch[0]}{left},{batch[1]}{right}->{batch[2]}{output}"
        detail = Contraction(equation, inner, mean if mean in joined else "")
        return self.emit("contract", (a, b), shape, detail, out_axes)


def core_rank(shape: t.Shape) -> int:
    return sum(1 for s in shape if s != 1)


def _letters(shape: t.Shape, names: str) -> str:
    return "".join(n for s, n in zip(shape, names, strict=True) if s != 1)


def _symbol(c: _Compiler, term: Symbol) -> int:
    if c.variable is not None and term == c.variable:
        raise CannotCompileError(f"{term!r} was not bound before its use.")
    if term.has(Property.RANDOM):
        return c.emit("law", (), term.shape, term.name, (term.name,))
    return c.emit("dimension" if term.has(Property.DIMENSION) else "symbol", (), term.shape, term.name)


def _split(factors: tuple[Term, ...]) -> int:
    """Where to cut a product so that the fewest multiplications are done (the classic matrix-chain order)."""
    sizes = [NOMINAL_SIZE if isinstance(s, Symbol) else s for s in (*(f.rows for f in factors), factors[-1].columns)]
    n = len(factors)
    cost = [[0] * n for _ in range(n)]
    cut = [[0] * n for _ in range(n)]
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            options = [(cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)]
            cost[i][j], cut[i][j] = min(options)
    return cut[0][n - 1] + 1


def _pair(term: t.Product | t.Scale | t.Hadamard) -> tuple[Term, Term, str, t.Dimension]:
    """A bilinear node as two operands, its core equation and the dimension summed over."""
    if isinstance(term, t.Scale):
        body = _letters(term.body.shape, "rc")
        return term.scalar, term.body, f",{body}->{body}", 1
    if isinstance(term, t.Hadamard):
        core = _letters(term.shape, "rc")
        return term.left, term.right, f"{core},{core}->{core}", 1
    cut = _split(term.factors)
    left, right = (f[0] if len(f) == 1 else t.Product(f) for f in (term.factors[:cut], term.factors[cut:]))
    core = f"{_letters(left.shape, 'ri')},{_letters(right.shape, 'ic')}->{_letters(term.shape, 'rc')}"
    return left, right, core, left.columns


def _product(c: _Compiler, term: t.Product) -> int:
    """A matrix product; (A + B) v becomes A v + B v, so that no matrix is formed where a column will do."""
    factors = tuple(f for f in term.factors if not isinstance(f, t.Eye)) or term.factors[:1]
    if len(factors) == 1:
        return c.slot(factors[0])
    cut = _split(factors)
    left, right = (f[0] if len(f) == 1 else t.Product(f) for f in (factors[:cut], factors[cut:]))
    if isinstance(left, t.Sum) and core_rank(left.shape) == 2 and core_rank(right.shape) == 1:
        return c.slot(t.add(*(t.matmul(x, right) for x in left.terms)))
    if isinstance(right, t.Sum) and core_rank(right.shape) == 2 and core_rank(left.shape) == 1:
        return c.slot(t.add(*(t.matmul(left, x) for x in right.terms)))
    return _bilinear(c, term if len(factors) == len(term.factors) else t.Product(factors))


def _bilinear(c: _Compiler, term: t.Product | t.Scale | t.Hadamard) -> int:
    left, right, core, inner = _pair(term)
    return c.contract(c.slot(left), c.slot(right), term.shape, core, inner)


def _expectation(c: _Compiler, term: t.Expectation) -> int:
    if isinstance(term.body, t.Product | t.Scale | t.Hadamard):  # sum over the points inside the contraction
        left, right, core, inner = _pair(term.body)
        return c.contract(c.slot(left), c.slot(right), term.shape, core, inner, term.over.name)
    body = c.slot(term.body)
    axes = c.steps[body].axes
    if term.over.name not in axes:
        return body
    return c.emit("mean", (body,), term.shape, term.over.name, tuple(a for a in axes if a != term.over.name))


def _call(c: _Compiler, term: t.Call) -> int:
    name = term.definition.name
    if c.mode == "symbols":
        raise CannotCompileError(f"{name} is a definition; mode 'symbols' takes unfolded terms.")
    if name not in REFERENCES:  # an abbreviation, or new: its body is evaluated, and the range of the evidence says so
        return c.slot(unfold(term, frozenset({term.definition})))
    return c.emit("call", tuple(c.slot(a) for a in term.arguments), term.shape, term.definition)


def _derivative(c: _Compiler, term: t.Derivative) -> int:
    if term.kind != "gradient" and 1 in (term.variable.rows, term.body.rows if term.kind == "jacobian" else 0):
        raise CannotCompileError(f"a {term.kind} in one variable or of one entry has no torch program: {term!r}.")
    at = c.slot(term.at)
    inner = _Compiler(c.mode, term.variable, c)
    inner.memo[term.variable] = inner.emit("variable", (), term.variable.shape, axes=())
    # The variable is expanded to every axis of the body first, so that entries along an axis are independent.
    axes = tuple(sorted(set(_free_axes(term.body)) | set(c.steps[at].axes)))
    inner.steps[0] = Step("variable", (), axes, term.variable.shape)
    result = inner.slot(term.body)
    program = Program(tuple(inner.steps), result, tuple(inner.captures), 0)
    return c.emit("derivative", (at,), term.shape, (term.kind, program), axes)


def _free_axes(term: Term) -> Iterator[str]:
    """Laws on which a term depends outside of their expectations."""
    from theory.calculus.rewrite import free_symbols

    return (s.name for s in free_symbols(term) if s.has(Property.RANDOM) and depends_on(term, s))


def _unary(kind: str, detail: Callable[[Any], Any] = lambda _: None) -> Callable[[_Compiler, Any], int]:
    def rule(c: _Compiler, term: Any) -> int:
        return c.emit(kind, (c.slot(term.children[0]),), term.shape, detail(term))

    return rule


def _transpose(c: _Compiler, term: t.Transpose) -> int:
    if core_rank(term.shape) < 2:
        return c.slot(term.body)  # rows and columns are stored alike
    return c.emit("transpose", (c.slot(term.body),), term.shape)


def _square(kind: str) -> Callable[[_Compiler, Any], int]:
    """Trace, inverse and diag; for a 1 x 1 body, which has no core axes, they are the body or its reciprocal."""

    def rule(c: _Compiler, term: Any) -> int:
        body = term.children[0]
        if body.is_scalar:
            return c.slot(t.power(body, Fraction(-1)) if kind == "inverse" else body)
        return c.emit(kind, (c.slot(body),), term.shape)

    return rule


_COMPILE: Mapping[type, Callable[[_Compiler, Any], int]] = {
    t.Number: lambda c, x: c.emit("number", (), x.shape, x.value),
    t.Symbol: _symbol,
    t.Eye: lambda c, x: c.emit("eye", (), x.shape),
    t.Ones: lambda c, x: c.emit("ones", (), x.shape),
    t.Zero: lambda c, x: c.emit("zeros", (), x.shape),
    t.Sum: lambda c, x: c.emit("sum", tuple(c.slot(y) for y in x.terms), x.shape),
    t.Product: _product,
    t.Scale: _bilinear,
    t.Hadamard: _bilinear,
    t.Transpose: _transpose,
    t.Trace: _square("trace"),
    t.Inverse: _square("inverse"),
    t.Diag: _square("diag"),
    t.Power: _unary("power", lambda x: x.exponent),
    t.Abs: _unary("abs"),
    t.Elementwise: _unary("elementwise", lambda x: (x.function.name, x.order)),
    t.FieldValue: _unary("field", lambda x: (x.field.name, x.order)),
    t.Call: _call,
    t.Expectation: _expectation,
    t.Derivative: _derivative,
}


# ---- running ------------------------------------------------------------------------------------------------
def run(program: Program, inputs: Inputs) -> Tensor:
    """The term's value for every instance: (K, *core), or (1, *core) if it is the same for all."""
    return run_slots(program, inputs)[program.result]


def run_slots(program: Program, inputs: Inputs) -> list[Tensor]:
    """The value of every step, in order."""
    with torch.no_grad():
        return execute(program, inputs, {})


def execute(program: Program, inputs: Inputs, given: Mapping[int, Tensor]) -> list[Tensor]:
    """Every slot's value; `given` holds the captured slots and the variable."""
    slots: list[Tensor] = []
    for number, step in enumerate(program.steps):
        slots.append(given[number] if number in given else evaluate(program, step, slots, inputs))
    return slots


def evaluate(program: Program, step: Step, slots: list[Tensor], inputs: Inputs) -> Tensor:
    """One step's value from the slots before it."""
    if step.kind == "derivative":
        kind, inner = step.detail
        captured = {inside: slots[outside] for outside, inside in inner.captures}
        at = expanded(
            slots[step.sources[0]], program.steps[step.sources[0]].axes, step.axes, inner.steps[0].shape, inputs
        )
        return differentiate(kind, inner, captured, at, inputs, nested=program.variable >= 0)
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
    kind: str, inner: Program, captured: Mapping[int, Tensor], at: Tensor, inputs: Inputs, *, nested: bool
) -> Tensor:
    """Autograd of the compiled body at `at`, for all instances at once."""
    with torch.enable_grad():
        variable = at.clone() if at.requires_grad else at.detach().clone().requires_grad_()
        body = execute(inner, inputs, {**captured, inner.variable: variable})[inner.result]
        result = inner.steps[inner.result]
        body = expanded(body, result.axes, inner.steps[inner.variable].axes, result.shape, inputs)
        return partials(kind, body, variable, keep=nested)


def partials(kind: str, body: Tensor, variable: Tensor, *, keep: bool, again: bool = False) -> Tensor:
    """Gradient, Jacobian (rows: entries of the body) or Hessian of independent instances; zero where independent.

    `keep`: the result is differentiated once more. `again`: the graph below is needed for another call.
    """
    if kind == "gradient":
        return _grad(body, variable, keep=keep, again=keep or again)
    rows = _grad(body, variable, keep=True, again=True) if kind == "hessian" else body
    last = rows.shape[-1] - 1
    parts = [_grad(rows[..., i], variable, keep=keep, again=keep or again or i < last) for i in range(last + 1)]
    return torch.stack(parts, dim=-2)


def _grad(output: Tensor, variable: Tensor, *, keep: bool, again: bool) -> Tensor:
    if not output.requires_grad:
        return torch.zeros_like(variable)
    (result,) = torch.autograd.grad(output.sum(), variable, create_graph=keep, retain_graph=again, allow_unused=True)
    return torch.zeros_like(variable) if result is None else result


def _contract(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    return contraction(step.detail, x[0], x[1], inputs)


def contraction(detail: Contraction, a: Tensor, b: Tensor, inputs: Inputs) -> Tensor:
    result = torch.einsum(detail.equation, a, b)
    return result / inputs.laws[detail.mean].shape[1] if detail.mean else result


def _call_reference(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    extra = len(step.axes)

    def lifted(value: Tensor) -> Tensor:
        return value.reshape(value.shape[0], *(1,) * extra, *value.shape[1:])

    around = Surroundings(
        {n: lifted(v) for n, v in inputs.laws.items()},
        {n: lifted(v) for n, v in inputs.symbols.items()},
        {n: _activation(c) for n, c in inputs.functions.items() if c in activations.LIBRARY},
    )
    return REFERENCES[step.detail.name](*x, around)


def _activation(name: str) -> Callable[[Tensor], Tensor]:
    return lambda v: activations.derivative(name, 0, v)


def rational(value: Fraction, inputs: Inputs) -> Tensor:
    """A rational correctly rounded to float64, then to the dtype."""
    return torch.full((1,), value.numerator / value.denominator, dtype=inputs.dtype, device=inputs.device)


def power(base: Tensor, exponent: Fraction) -> Tensor:
    """A rational power by square roots, products and reciprocals where these suffice."""
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
        return make(*sizes, dtype=inputs.dtype, device=inputs.device)[None]

    return rule


def _field(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    name, order = step.detail
    return (fields.value, fields.gradient, fields.hessian)[order](inputs.functions[name], x[0])


def _sum(step: Step, x: list[Tensor], inputs: Inputs) -> Tensor:
    total = x[0]
    for other in x[1:]:
        total = total + other
    return total


_ALIGNED = frozenset({"sum"})
_RUN: Mapping[str, Callable[[Step, list[Tensor], Inputs], Tensor]] = {
    "number": lambda s, x, i: rational(s.detail, i),
    "dimension": lambda s, x, i: rational(Fraction(i.sizes[s.detail]), i),
    "symbol": lambda s, x, i: i.symbols[s.detail],
    "law": lambda s, x, i: i.laws[s.detail],
    "eye": lambda s, x, i: torch.eye(i.size(s.shape[0]), dtype=i.dtype, device=i.device)[
        (None, ...) if s.shape[0] != 1 else (None, 0, 0)
    ],
    "ones": _constant(torch.ones),
    "zeros": _constant(torch.zeros),
    "sum": _sum,
    "contract": _contract,
    "transpose": lambda s, x, i: x[0].mT,
    "trace": lambda s, x, i: x[0].diagonal(dim1=-2, dim2=-1).sum(-1),
    "inverse": lambda s, x, i: torch.linalg.inv_ex(x[0])[0],
    "diag": lambda s, x, i: torch.diag_embed(x[0]),
    "power": lambda s, x, i: power(x[0], s.detail),
    "abs": lambda s, x, i: x[0].abs(),
    "elementwise": lambda s, x, i: activations.derivative(i.functions[s.detail[0]], s.detail[1], x[0]),
    "field": _field,
    "call": _call_reference,
}
