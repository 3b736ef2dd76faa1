"""Terms evaluated in components: a second algorithm, written apart from the normal form and the differential.

A term becomes plain nested lists over a `NumberSystem`. Expectations are weighted sums over a law's points, calls
evaluate their arguments and then the body, derivatives are read off jets (dual numbers over the number system,
nested for Hessians). Knows the nodes of `theory.terms`; must not know normal_form, differential, signs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic

from theory import terms as t
from theory.terms import rewrite
from theory.terms.size_arithmetic import number_of
from verify.exact.jets import Jet, Jets
from verify.exact.number_system import NumberSystem, V

Matrix = list[list[V]]
Means = Callable[[t.Expectation, "Scope[Any]"], "Matrix[Any] | None"]
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Point(Generic[V]):
    """One point of a law: its weight and its entries."""

    weight: Fraction
    entries: tuple[V, ...]

    @cached_property
    def column(self) -> Matrix[V]:
        """The same one in every expectation, so that calls at it are known again."""
        return [[entry] for entry in self.entries]


@dataclass
class Scope(Generic[V]):
    """What symbols stand for. `constants` hold everywhere, `bound` are parameters, variables and current points.

    `definitions` gives terms for symbols that have no value of their own (an assumption defines them). `means`, if
    given, is asked of each expectation first, and gives None for one that is the weighted sum over the law's points.
    """

    numbers: NumberSystem[V]
    sizes: Mapping[str, int]
    constants: Mapping[str, Matrix[V]]
    laws: Mapping[str, Sequence[Point[V]]]
    definitions: Mapping[str, t.Term] = field(default_factory=dict)
    bound: Mapping[t.Symbol, Matrix[V]] = field(default_factory=dict)
    over: t.Symbol | None = None
    parent: Scope[V] | None = None
    memo: dict[t.Term, Matrix[V]] = field(default_factory=dict)
    varies: dict[t.Symbol, dict[t.Term, bool]] = field(default_factory=dict)
    called: dict[tuple[Any, ...], tuple[Matrix[V], Sequence[Matrix[V]]]] = field(default_factory=dict)
    means: Means | None = None

    def inside(self, bound: Mapping[t.Symbol, Matrix[V]], over: t.Symbol | None = None) -> Scope[V]:
        """A scope over the same constants with these symbols bound; with `over`, a point of an expectation."""
        return Scope(
            self.numbers, self.sizes, self.constants, self.laws, self.definitions, bound, over, self,
            varies=self.varies, means=self.means,
        )  # fmt: skip

    @property
    def outermost(self) -> Scope[V]:
        """The scope that all others stand in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def visible(self) -> dict[t.Symbol, Matrix[V]]:
        """What is bound here and further out."""
        return {**(self.parent.visible if self.parent is not None else {}), **self.bound}

    def size(self, dimension: t.Dimension) -> int:
        """The size that a dimension stands for. Raises KeyError naming it."""
        return number_of(dimension, self.sizes)

    def home(self, term: t.Term) -> Scope[V]:
        """The scope that has the term's value: the parent's, as long as it does not vary with the random vector."""
        scope = self
        while scope.over is not None and scope.parent is not None:
            known = scope.varies.setdefault(scope.over, {})
            varies = known.get(term)
            if varies is None:
                varies = known[term] = rewrite.depends_on(term, scope.over)
            if varies:
                break
            scope = scope.parent
        return scope


def evaluate(term: t.Term, scope: Scope[V]) -> Matrix[V]:
    """The entries of a term, rows of lists. Raises an error of the number system, or TypeError for a node without a row
    in the table."""
    if scope.over is not None:
        scope = scope.home(term)
    found = scope.memo.get(term)
    if found is None:
        row = _TABLE.get(type(term))
        if row is None:
            raise TypeError(f"components: no row for {type(term).__name__}.")
        found = scope.memo[term] = row(term, scope)
    return found


# ---- matrices over a number system --------------------------------------------------------------------------
def _zero(scope: Scope[V], rows: int, columns: int) -> Matrix[V]:
    null = scope.numbers.rational(ZERO)
    return [[null] * columns for _ in range(rows)]


def _map(a: Matrix[V], f: Callable[[V], V]) -> Matrix[V]:
    return [[f(e) for e in row] for row in a]


def _add(n: NumberSystem[V], a: Matrix[V], b: Matrix[V]) -> Matrix[V]:
    return [[n.add(x, y) for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def total(n: NumberSystem[V], entries: Sequence[V]) -> V:
    """The sum of entries, left to right; 0 if there are none."""
    if not entries:
        return n.rational(ZERO)
    result = entries[0]
    for entry in entries[1:]:
        result = n.add(result, entry)
    return result


def multiply(n: NumberSystem[V], a: Matrix[V], b: Matrix[V]) -> Matrix[V]:
    """The matrix product."""
    columns = list(zip(*b, strict=True))
    return [[total(n, [n.mul(x, y) for x, y in zip(row, c, strict=True)]) for c in columns] for row in a]


def _faddeev_leverrier(n: NumberSystem[V], a: Matrix[V]) -> tuple[Matrix[V], V]:
    """Faddeev and Leverrier's last matrix m and last coefficient c of the characteristic polynomial: a m = -c I, and
    c = (-1)^size det a. No pivots, so it works over jets and rational functions too."""
    size = len(a)
    one, null = n.rational(Fraction(1)), n.rational(Fraction(0))
    eye = [[one if i == j else null for j in range(size)] for i in range(size)]
    m, c = eye, one
    for k in range(1, size + 1):
        product = multiply(n, a, m)
        c = n.mul(n.rational(Fraction(-1, k)), total(n, [product[i][i] for i in range(size)]))
        if k < size:
            m = _add(n, product, _map(eye, lambda e, c=c: n.mul(c, e)))  # type: ignore[misc]
    return m, c


def invert(n: NumberSystem[V], a: Matrix[V]) -> Matrix[V]:
    """The inverse of a square matrix."""
    m, c = _faddeev_leverrier(n, a)
    factor = n.neg(n.power(c, Fraction(-1)))
    return _map(m, lambda e: n.mul(factor, e))


def determinant(n: NumberSystem[V], a: Matrix[V]) -> V:
    """The determinant of a square matrix."""
    _, c = _faddeev_leverrier(n, a)
    return n.neg(c) if len(a) % 2 else c


# ---- one row per node type ----------------------------------------------------------------------------------
def _number(term: t.Number, s: Scope[V]) -> Matrix[V]:
    return [[s.numbers.rational(term.value)]]


def _symbol(term: t.Symbol, s: Scope[V]) -> Matrix[V]:
    where: Scope[V] | None = s
    while where is not None:
        if term in where.bound:
            return where.bound[term]
        where = where.parent
    if term.has(t.Property.DIMENSION):
        return [[s.numbers.rational(Fraction(s.sizes[term.name]))]]
    if term.name in s.constants and not term.bound:
        return s.constants[term.name]
    if term.name in s.definitions and not term.bound:
        return evaluate(s.definitions[term.name], s.outermost)
    raise KeyError(f"the instance gives no value for {term.name}")


def _eye(term: t.Eye, s: Scope[V]) -> Matrix[V]:
    n, (null, one) = range(s.size(term.size)), map(s.numbers.rational, (ZERO, ONE))
    return [[one if i == j else null for j in n] for i in n]


def _ones(term: t.Ones, s: Scope[V]) -> Matrix[V]:
    one = s.numbers.rational(ONE)
    return [[one] for _ in range(s.size(term.size))]


def _zeros(term: t.Zero, s: Scope[V]) -> Matrix[V]:
    return _zero(s, s.size(term.shape[0]), s.size(term.shape[1]))


def _place(term: t.Place, s: Scope[V]) -> Matrix[V]:
    before, columns = s.size(term.before), range(s.size(term.size))
    return [[s.numbers.rational(Fraction(int(i == before + j))) for j in columns] for i in range(s.size(term.whole))]


def _sum(term: t.Sum, s: Scope[V]) -> Matrix[V]:
    result = evaluate(term.terms[0], s)
    for item in term.terms[1:]:
        result = _add(s.numbers, result, evaluate(item, s))
    return result


def _product(term: t.Product, s: Scope[V]) -> Matrix[V]:
    result = evaluate(term.factors[-1], s)
    for factor in reversed(term.factors[:-1]):
        result = multiply(s.numbers, evaluate(factor, s), result)
    return result


def _scale(term: t.Scale, s: Scope[V]) -> Matrix[V]:
    factor = evaluate(term.scalar, s)[0][0]
    return _map(evaluate(term.body, s), lambda e: s.numbers.mul(factor, e))


def _transpose(term: t.Transpose, s: Scope[V]) -> Matrix[V]:
    return [list(c) for c in zip(*evaluate(term.body, s), strict=True)]


def _trace(term: t.Trace, s: Scope[V]) -> Matrix[V]:
    body = evaluate(term.body, s)
    return [[total(s.numbers, [body[i][i] for i in range(len(body))])]]


def _determinant(term: t.Determinant, s: Scope[V]) -> Matrix[V]:
    return [[determinant(s.numbers, evaluate(term.body, s))]]


def _largest_eigenvalue(term: t.LargestEigenvalue, s: Scope[V]) -> Matrix[V]:
    numbers: object = s.numbers
    if isinstance(term.body, t.Diag) and isinstance(numbers, Jets):
        entries: list[Any] = [row[0] for row in evaluate(term.body.body, s)]
        largest: Any = numbers.largest(entries)
        return [[largest]]
    return [[s.numbers.largest_eigenvalue(evaluate(term.body, s))]]


def _inverse(term: t.Inverse, s: Scope[V]) -> Matrix[V]:
    if isinstance(term.body, t.Diag):  # no determinant is needed, which may be too near to 0 to be told from it
        diagonal = evaluate(term.body, s)
        minus = Fraction(-1)
        return [[s.numbers.power(x, minus) if i == j else x for j, x in enumerate(r)] for i, r in enumerate(diagonal)]
    return invert(s.numbers, evaluate(term.body, s))


def _hadamard(term: t.Hadamard, s: Scope[V]) -> Matrix[V]:
    pairs = zip(evaluate(term.left, s), evaluate(term.right, s), strict=True)
    return [[s.numbers.mul(x, y) for x, y in zip(p, q, strict=True)] for p, q in pairs]


def _diag(term: t.Diag, s: Scope[V]) -> Matrix[V]:
    entries = [row[0] for row in evaluate(term.body, s)]
    result = _zero(s, len(entries), len(entries))
    for i, entry in enumerate(entries):
        result[i][i] = entry
    return result


def _kronecker(term: t.Kronecker, s: Scope[V]) -> Matrix[V]:
    left, right = evaluate(term.left, s), evaluate(term.right, s)
    return [[s.numbers.mul(x, y) for x in row for y in below] for row in left for below in right]


def _vec(term: t.Vec, s: Scope[V]) -> Matrix[V]:
    return [[entry] for column in zip(*evaluate(term.body, s), strict=True) for entry in column]


def _power(term: t.Power, s: Scope[V]) -> Matrix[V]:
    return [[s.numbers.power(evaluate(term.base, s)[0][0], term.exponent)]]


def _abs(term: t.Abs, s: Scope[V]) -> Matrix[V]:
    return [[s.numbers.absolute(evaluate(term.body, s)[0][0])]]


def _special(term: t.Special, s: Scope[V]) -> Matrix[V]:
    if term.name not in t.ON_MATRICES:
        raise TypeError(f"components: no row for {term.name}.")
    return [[s.numbers.special(term.name, evaluate(term.arguments[0], s)[0][0])]]


def _elementwise(term: t.Elementwise, s: Scope[V]) -> Matrix[V]:
    return _map(evaluate(term.argument, s), lambda e: s.numbers.apply(term.function.name, term.order, e))


def _field_value(term: t.FieldValue, s: Scope[V]) -> Matrix[V]:
    at = [row[0] for row in evaluate(term.argument, s)]
    name, n = term.field.name, range(len(at))
    if term.order == 0:
        return [[s.numbers.partial(name, (), at)]]
    if term.order == 1:
        return [[s.numbers.partial(name, (i,), at)] for i in n]
    return [[s.numbers.partial(name, (min(i, j), max(i, j)), at) for j in n] for i in n]


def _call(term: t.Call, s: Scope[V]) -> Matrix[V]:
    """Once for the same arguments at the same points, in whichever body the call stands."""
    arguments = [evaluate(a, s) for a in term.arguments]
    points, outermost = _points(s), s.outermost  # symbols fixed in the body keep their outer meaning
    seen = (*arguments, *points.values())
    key = (term.definition, *points, *map(id, seen))
    if key not in outermost.called:
        inner = outermost.inside({**points, **dict(zip(term.definition.parameters, arguments, strict=True))})
        outermost.called[key] = evaluate(term.definition.body, inner), seen  # whose ids stay theirs
    return outermost.called[key][0]


def _points(s: Scope[V]) -> dict[t.Symbol, Matrix[V]]:
    found: dict[t.Symbol, Matrix[V]] = {}
    where: Scope[V] | None = s
    while where is not None:
        for symbol, value in where.bound.items():
            if symbol.has(t.Property.RANDOM):
                found.setdefault(symbol, value)
        where = where.parent
    return found


def _expectation(term: t.Expectation, s: Scope[V]) -> Matrix[V]:
    n = s.numbers
    if term.over.name not in s.laws:
        raise KeyError(f"the instance gives no law for {term.over.name}")
    if s.means is not None and (found := s.means(term, s)) is not None:
        return found
    result: Matrix[V] | None = None
    for point in s.laws[term.over.name]:
        inner = s.inside({term.over: point.column}, over=term.over)
        weight = n.rational(point.weight)
        summand = _map(evaluate(term.body, inner), lambda e, w=weight: n.mul(w, e))  # type: ignore[misc]
        result = summand if result is None else _add(n, result, summand)
    return result if result is not None else _zero(s, s.size(term.rows), s.size(term.columns))


def _iterate(term: t.Iterate, s: Scope[V]) -> Matrix[V]:
    """Step by step, all variables at once."""
    values = [evaluate(start, s) for start in term.starts]
    for _ in range(s.size(term.count)):
        inner = s.inside(dict(zip(term.variables, values, strict=True)))
        values = [evaluate(body, inner) for body in term.bodies]
    return values[term.index]


# ---- derivatives by jets ------------------------------------------------------------------------------------
def _lift(scope: Scope[V], jets: Jets[V]) -> Scope[Any]:
    """The scope with every value a constant jet; parents are flattened, so nothing memoised leaks in."""

    def constant(a: Matrix[V]) -> Matrix[Jet[V]]:
        return [[Jet(e) for e in row] for row in a]

    outer: Scope[Any] = Scope(
        jets,
        scope.sizes,
        {k: constant(v) for k, v in scope.constants.items()},
        {k: [Point(p.weight, tuple(Jet(e) for e in p.entries)) for p in v] for k, v in scope.laws.items()},
        scope.definitions,
        varies=scope.varies,
        means=scope.means,
    )
    return outer.inside({symbol: constant(value) for symbol, value in scope.visible.items()})


def _require_declared(variable: t.Symbol, at: Matrix[V], n: NumberSystem[V]) -> None:
    """Raises what a power raises unless the point may be, by its declared sign, a value of the variable."""
    if variable.has(t.Property.NONZERO):
        n.power(total(n, [n.mul(e, e) for row in at for e in row]), Fraction(-1))
    if variable.has(t.Property.INVERTIBLE):
        n.power(determinant(n, at), Fraction(-1))
    for entry in (e for row in at for e in row):
        if variable.has(t.Property.POSITIVE):
            n.power(entry, Fraction(-1, 2))
        if variable.has(t.Property.NEGATIVE):
            n.power(n.neg(entry), Fraction(-1, 2))


def _derivative(term: t.Derivative, s: Scope[V]) -> Matrix[V]:
    at = evaluate(term.at, s)
    if not (isinstance(term.at, t.Symbol) and term.at.properties >= term.variable.properties):
        _require_declared(term.variable, at, s.numbers)
    rows, columns = len(at), len(at[0])
    jets = Jets(s.numbers, rows * columns)
    seeds = [[jets.seed(at[i][j], i * columns + j) for j in range(columns)] for i in range(rows)]
    if term.kind == "hessian":
        outer: Jets[Any] = Jets(jets, rows)
        twice: Matrix[Any] = [[outer.seed(seeds[i][0], i)] for i in range(rows)]
        body = evaluate(term.body, _lift(_lift(s, jets), outer).inside({term.variable: twice}))[0][0]
        return [list(jets.slopes(slope)) for slope in outer.slopes(body)]
    inner = _lift(s, jets).inside({term.variable: seeds})
    value = evaluate(term.body, inner)
    if term.kind == "jacobian":
        return [list(jets.slopes(row[0])) for row in value]
    flat = jets.slopes(value[0][0])
    return [list(flat[i * columns : (i + 1) * columns]) for i in range(rows)]


_TABLE: Mapping[type, Callable[[Any, Scope[Any]], Matrix[Any]]] = {
    t.Number: _number,
    t.Symbol: _symbol,
    t.Eye: _eye,
    t.Ones: _ones,
    t.Zero: _zeros,
    t.Place: _place,
    t.Sum: _sum,
    t.Product: _product,
    t.Scale: _scale,
    t.Transpose: _transpose,
    t.Trace: _trace,
    t.Determinant: _determinant,
    t.LargestEigenvalue: _largest_eigenvalue,
    t.Inverse: _inverse,
    t.Hadamard: _hadamard,
    t.Diag: _diag,
    t.Kronecker: _kronecker,
    t.Vec: _vec,
    t.Power: _power,
    t.Abs: _abs,
    t.Special: _special,
    t.Elementwise: _elementwise,
    t.FieldValue: _field_value,
    t.Call: _call,
    t.Expectation: _expectation,
    t.Derivative: _derivative,
    t.Iterate: _iterate,
}
