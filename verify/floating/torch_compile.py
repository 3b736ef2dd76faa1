"""Terms become batched torch programs: straight lines of steps, shared subexpressions computed once.

Every value of a batch of K instances will have shape (K, *law axes, *core): a law's points are an axis only where the
value depends on that random vector; a scalar has no core, columns and rows have (n,), matrices (r, c). In mode
"reference" calls go to the torch references (those without one are unfolded); in mode "symbols" they must have been
unfolded. `verify.floating.torch_run` executes programs. A node that the table does not know is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.terms import CalculusError, Property, Symbol, Term, size_arithmetic
from theory.terms.limits import MOST_STEPS
from theory.terms.rewrite import depends_on, substitute, unfold
from verify.floating.calls import has_reference

NOMINAL_SIZE = 8  # stands for a symbolic dimension when products are ordered
PROGRAMS = 1_024  # that are kept of each kind, the latest asked for: a theorem with its mutants has some hundreds


class CannotCompileError(CalculusError):
    """A term that has no torch program; the message names the node."""


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
    """Steps in order. `captures` are pairs (slot outside, slot here); `variable` is a derivative's own slot.

    `spent` lists for each step the slots that nothing reads after it, results apart: whoever wants results alone
    forgets them there, so that their memory is used again while the processor's cache still holds it.
    """

    steps: tuple[Step, ...]
    result: int
    captures: tuple[tuple[int, int], ...] = ()
    variable: int = -1
    spent: tuple[tuple[int, ...], ...] = ()

    @property
    def axes(self) -> tuple[str, ...]:
        return self.steps[self.result].axes


@dataclass(frozen=True)
class Differentiation:
    """What a derivative step takes: "gradient", "jacobian" or "hessian" of the body, at a point that must have the
    `properties`."""

    kind: str
    body: Program
    properties: frozenset[Property] = frozenset()

    @property
    def order(self) -> int:
        return 2 if self.kind == "hessian" else 1


def compile_term(term: Term, mode: str = "reference") -> Program:
    """The program of a term without free random vectors.

    Raises CannotCompileError for a node without a rule, for a call in mode "symbols", and for a random vector that no
    expectation binds.
    """
    return compile_together((term,), mode)[0]


def compile_together(terms: Sequence[Term], mode: str = "reference") -> tuple[Program, ...]:
    """Programs of several terms with the same steps, each with its own result: what the terms have in common is
    computed once. Raises as `compile_term` does."""
    if mode not in ("reference", "symbols"):
        raise ValueError(f'expected mode "reference" or "symbols", got {mode!r}.')
    compiler = _Compiler(mode)
    results = [compiler.slot(term) for term in terms]
    spent = _spent(compiler.steps, results)
    programs = tuple(Program(tuple(compiler.steps), result, spent=spent) for result in results)
    for term, program in zip(terms, programs, strict=True):
        if program.axes:
            raise CannotCompileError(
                f"{term!r} depends on {', '.join(program.axes)} outside of any expectation. Remedy: E(...)."
            )
    return programs


def _spent(steps: Sequence[Step], results: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    last = dict.fromkeys(range(len(steps)), len(steps))
    for number, step in enumerate(steps):
        captured = [outside for outside, _ in step.detail.body.captures] if step.kind == "derivative" else []
        last |= dict.fromkeys((*step.sources, *captured), number)
    free = set(last) - set(results)
    return tuple(tuple(sorted(s for s in free if last[s] == number)) for number in range(len(steps)))


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

    def variables(self) -> tuple[Symbol, ...]:
        """Of the derivatives around, innermost first."""
        outer = () if self.parent is None else self.parent.variables()
        return outer if self.variable is None else (self.variable, *outer)

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
    sizes = [s if isinstance(s, int) else NOMINAL_SIZE for s in (*(f.rows for f in factors), factors[-1].columns)]
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


def _kronecker(c: _Compiler, term: t.Kronecker) -> int:
    """All products of entries, in an array whose axes are then merged: two of rows, two of columns, those of length 1
    left out."""
    (a, b), (p, q) = term.left.shape, term.right.shape
    rows, columns = (_letters((x, y), z) for x, y, z in ((a, p, "rs"), (b, q, "cd")))
    core = f"{_letters((a, b), 'rc')},{_letters((p, q), 'sd')}->{rows}{columns}"
    sides = tuple(size for size in (a, p, b, q) if size != 1)
    product = c.contract(c.slot(term.left), c.slot(term.right), sides, core)  # type: ignore[arg-type]
    return c.emit("merge", (product,), term.shape, (len(rows), len(columns)))


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
    """A call, by its reference or its body. Every argument is compiled, used or not: each must have a value."""
    if c.mode == "symbols":
        raise CannotCompileError(f"{term.definition.name} is a definition; mode 'symbols' takes unfolded terms.")
    arguments = tuple(c.slot(a) for a in term.arguments)
    if has_reference(term, c.variables()):
        return c.emit("call", arguments, term.shape, term.definition)
    body = c.slot(unfold(term, frozenset({term.definition})))
    return c.emit("guard", (body, *arguments), term.shape, axes=c.steps[body].axes)


def _iterate(c: _Compiler, term: t.Iterate) -> int:
    """Every number of steps that a batch may ask for, each made of the one before, and the one that it asks for."""
    counted = size_arithmetic.dimensions_in((term.count,))
    most = size_arithmetic.number_of(term.count, {symbol.name: MOST_STEPS for symbol in counted})
    states, slots = term.starts, [c.slot(term.starts[term.index])]
    for _ in range(most):
        values = dict(zip(term.variables, states, strict=True))
        states = tuple(substitute(body, values) for body in term.bodies)
        slots.append(c.slot(states[term.index]))
    if isinstance(term.count, int):
        return slots[-1]
    if any(c.steps[slot].axes != c.steps[slots[0]].axes for slot in slots):
        raise CannotCompileError(f"no torch program for a recursion that meets a random vector on its way: {term!r}.")
    return c.emit("choice", tuple(slots), term.shape, term.count)


_SIGNS = frozenset({Property.POSITIVE, Property.NONNEGATIVE, Property.NEGATIVE, Property.NONZERO})


def _derivative(c: _Compiler, term: t.Derivative) -> int:
    declared = term.variable.properties
    if isinstance(term.at, Symbol) and declared <= term.at.properties:
        declared = frozenset()  # checked where the symbol gets its value
    if not declared <= _SIGNS:
        names = ", ".join(sorted(p.value for p in declared - _SIGNS))
        raise CannotCompileError(f"no torch program decides whether {term.at!r} is {names}, as {term.variable!r} is.")
    at = c.slot(term.at)
    inner = _Compiler(c.mode, term.variable, c)
    inner.memo[term.variable] = inner.emit("variable", (), term.variable.shape, axes=())
    # The variable is expanded to every axis of the body first, so that entries along an axis are independent.
    axes = tuple(sorted(set(_free_axes(term.body)) | set(c.steps[at].axes)))
    inner.steps[0] = Step("variable", (), axes, term.variable.shape)
    result = inner.slot(term.body)
    program = Program(tuple(inner.steps), result, tuple(inner.captures), 0)
    return c.emit("derivative", (at,), term.shape, Differentiation(term.kind, program, declared), axes)


def _free_axes(term: Term) -> Iterator[str]:
    """Laws on which a term depends outside of their expectations."""
    from theory.terms.rewrite import free_symbols

    return (s.name for s in free_symbols(term) if s.has(Property.RANDOM) and depends_on(term, s))


def _unary(kind: str, detail: Callable[[Any], Any] = lambda _: None) -> Callable[[_Compiler, Any], int]:
    def rule(c: _Compiler, term: Any) -> int:
        return c.emit(kind, (c.slot(term.children[0]),), term.shape, detail(term))

    return rule


def _special(c: _Compiler, term: t.Special) -> int:
    if term.name not in t.ON_MATRICES:
        raise CannotCompileError(f"no torch program for {term.name}: {term!r}.")
    return c.emit("special", (c.slot(term.arguments[0]),), term.shape, term.name)


def _transpose(c: _Compiler, term: t.Transpose) -> int:
    if core_rank(term.shape) < 2:
        return c.slot(term.body)  # rows and columns are stored alike
    return c.emit("transpose", (c.slot(term.body),), term.shape)


def _square(kind: str) -> Callable[[_Compiler, Any], int]:
    """Trace, determinant, inverse and diag; of a 1 x 1 body, which has no core axes, the body or its reciprocal."""

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
    t.Place: lambda c, x: c.emit("place", (), x.shape, x.before),
    t.Sum: lambda c, x: c.emit("sum", tuple(c.slot(y) for y in x.terms), x.shape),
    t.Product: _product,
    t.Scale: _bilinear,
    t.Hadamard: _bilinear,
    t.Transpose: _transpose,
    t.Trace: _square("trace"),
    t.Determinant: _square("determinant"),
    t.LargestEigenvalue: _square("largest eigenvalue"),
    t.Inverse: _square("inverse"),
    t.Diag: _square("diag"),
    t.Kronecker: _kronecker,
    t.Vec: _unary("vec"),
    t.Power: _unary("power", lambda x: x.exponent),
    t.Abs: _unary("abs"),
    t.Special: _special,
    t.Elementwise: _unary("elementwise", lambda x: (x.function.name, x.order)),
    t.FieldValue: _unary("field", lambda x: (x.field.name, x.order)),
    t.Call: _call,
    t.Expectation: _expectation,
    t.Derivative: _derivative,
    t.Iterate: _iterate,
}
