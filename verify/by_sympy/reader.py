"""Terms to values: one table of nodes for whatever carries them, words of any dimension or entries at explicit sizes.

Definitions are unfolded, derivatives are taken along a line v + t h by `sympy.diff` at t = 0, and E is a linear
functional. Nothing of the calculus that checks lines is used.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import count
from typing import Any, Generic, TypeVar

import sympy as sp

from theory import terms as t
from theory.statements.claims import Assumption, Equal, interchanged
from theory.terms import Property, Symbol, Term, rewrite
from theory.terms.limits import problem_of_exponent
from verify.by_sympy.atoms import Along, Cannot, Expr, activation, along, differentiated, monomials, multilinear
from verify.by_sympy.zero import ZeroTest

V = TypeVar("V")
Values = Mapping[Symbol, Any]


_SIGNS = {
    Property.POSITIVE: "positive",
    Property.NONNEGATIVE: "nonnegative",
    Property.NEGATIVE: "negative",
    Property.NONZERO: "nonzero",
}


def assumed(symbol: Symbol) -> dict[str, bool]:
    """What SymPy assumes of a number, and of each entry of a column: a column that is not 0 may have an entry 0."""
    signs = {word: True for prop, word in _SIGNS.items() if symbol.has(prop)}
    if not symbol.is_scalar:
        signs.pop("nonzero", None)
    return signs or {"real": True}


def scalar_symbol(symbol: Symbol) -> Expr:
    """A real SymPy symbol with the sign that is declared."""
    return sp.Symbol(symbol.name, **assumed(symbol))


def rational(value: Fraction) -> Expr:
    return sp.Rational(value.numerator, value.denominator)


class Reader(ABC, Generic[V]):
    """What a term is worth, where `V` carries matrices of SymPy scalars. One of these for one theorem.

    Subclasses say what their matrices are; what stands here does not know it.
    """

    def __init__(self, assumptions: Iterable[Assumption] = ()) -> None:
        self.test = ZeroTest()
        self.assumptions = tuple(assumptions)
        self.interchanged = interchanged(self.assumptions)
        self.symbols: dict[Symbol, V] = {}
        self._known: dict[Term, V] = {}
        self._names = count(1)
        self._means: list[tuple[Symbol, Expr, tuple[Expr, ...], Expr]] = []

    # ---- what a subclass says -------------------------------------------------------------------------------
    @abstractmethod
    def scalar(self, value: Expr) -> V:
        """A number as a 1 x 1 matrix."""

    @abstractmethod
    def number(self, value: V) -> Expr:
        """The entry of a 1 x 1 matrix."""

    @abstractmethod
    def plain(self, symbol: Symbol) -> V:
        """The value of a symbol that stands for itself."""

    @abstractmethod
    def size(self, size: t.Dimension) -> Expr:
        """A dimension as a SymPy number."""

    @abstractmethod
    def eye(self, size: t.Dimension) -> V: ...

    @abstractmethod
    def ones(self, size: t.Dimension) -> V: ...

    @abstractmethod
    def zero(self, shape: t.Shape) -> V: ...

    @abstractmethod
    def place(self, term: t.Place) -> V: ...

    @abstractmethod
    def kronecker(self, one: V, other: V) -> V: ...

    @abstractmethod
    def vec(self, value: V) -> V: ...

    @abstractmethod
    def add(self, one: V, other: V) -> V: ...

    @abstractmethod
    def multiply(self, one: V, other: V) -> V: ...

    @abstractmethod
    def transpose(self, value: V) -> V: ...

    @abstractmethod
    def each(self, value: V, change: Callable[[Expr], Expr]) -> V:
        """The value with every scalar in it changed by a map that is linear."""

    @abstractmethod
    def trace(self, value: V, size: t.Dimension) -> Expr: ...

    @abstractmethod
    def determinant(self, value: V, size: t.Dimension) -> Expr: ...

    @abstractmethod
    def inverse(self, value: V, size: t.Dimension) -> V: ...

    @abstractmethod
    def diagonal(self, value: V) -> V: ...

    @abstractmethod
    def hadamard(self, one: V, other: V) -> V: ...

    @abstractmethod
    def entrywise(self, name: str, order: int, value: V, shape: t.Shape) -> V: ...

    @abstractmethod
    def field(self, field: t.ScalarField, order: int, value: V) -> V: ...

    @abstractmethod
    def expectation(self, value: V, over: Symbol) -> V: ...

    @abstractmethod
    def direction(self, shape: t.Shape) -> V:
        """A matrix of that shape, free in every entry."""

    @abstractmethod
    def coefficient(self, value: Expr, direction: V) -> V:
        """The matrix G with value = tr(G' direction), for a value that is linear in a direction."""

    @abstractmethod
    def columns_of(self, value: V, direction: V) -> V:
        """The matrix A with value = A direction, for a column that is linear in a direction."""

    @abstractmethod
    def vanishes(self, value: V) -> bool:
        """Is it shown to be 0? Raises Cannot where the question is too large."""

    # ---- assumptions ----------------------------------------------------------------------------------------
    def assume(self) -> None:
        """Take in the assumed equations: a symbol is what one of them says it is; the others as the subclass can."""
        equations = [(a, self._definition(a)) for a in self.assumptions if isinstance(a, Equal)]
        defined = dict(found for _, found in equations if found is not None)
        for symbol in sorted(defined, key=lambda s: s.name):
            self._define(symbol, defined, ())
        for assumption, found in equations:
            if found is None:
                self.assume_equal(assumption)

    def is_defined_by_equations(self, symbol: Symbol) -> bool:
        """May an equation say what the symbol is? Numbers only, where a matrix is better known by its own name."""
        return symbol.is_scalar

    def _definition(self, assumption: Equal) -> tuple[Symbol, Term] | None:
        """The symbol that an equation defines, and the term that it is."""
        for symbol, term in ((assumption.right, assumption.left), (assumption.left, assumption.right)):
            if not isinstance(symbol, Symbol) or symbol.has(Property.DIMENSION) or symbol.has(Property.RANDOM):
                continue
            if self.is_defined_by_equations(symbol) and symbol not in rewrite.free_symbols(term):
                return symbol, term
        return None

    def _define(self, symbol: Symbol, defined: Mapping[Symbol, Term], waiting: tuple[Symbol, ...]) -> None:
        if symbol in self.symbols or symbol in waiting:
            return
        for other in rewrite.free_symbols(defined[symbol]):
            if other in defined:
                self._define(other, defined, (*waiting, symbol))
        self.symbols[symbol] = self.read(defined[symbol])

    @abstractmethod
    def assume_equal(self, assumption: Equal) -> None:
        """Use an assumed equation, or leave it out: what is equal without it is equal with it."""

    # ---- terms ----------------------------------------------------------------------------------------------
    def read(self, term: Term) -> V:
        """The value of a term in which every symbol stands for itself."""
        if term not in self._known:
            self._known[term] = self.value(term, {})
        return self._known[term]

    def value(self, term: Term, env: Values) -> V:
        """The value of a term in which some symbols stand for something else. Raises Cannot."""
        row = _ROWS.get(type(term))
        if row is None:
            raise Cannot(f"{type(term).__name__} in a statement on matrices")
        return row(self, term, env)  # type: ignore[no-any-return]

    def symbol(self, symbol: Symbol, env: Values) -> V:
        if symbol in env:
            return env[symbol]  # type: ignore[no-any-return]
        if symbol not in self.symbols:
            self.symbols[symbol] = self.plain(symbol)
        return self.symbols[symbol]

    def function(self, name: str, order: int) -> Callable[[Expr], Expr]:
        """The derivative of that order of an activation: a free function."""
        return _exp if name == "exp" else activation(name, order)

    def scaled(self, factor: Expr, value: V) -> V:
        return self.each(value, lambda entry: factor * entry)

    def call(self, term: t.Call, env: Values) -> V:
        arguments = [self.value(argument, env) for argument in term.arguments]
        return self.value(
            term.definition.body, {**env, **dict(zip(term.definition.parameters, arguments, strict=True))}
        )

    def steps(self, count: t.Dimension) -> int:
        """So many steps, where that is known. Raises Cannot."""
        if not isinstance(count, int):
            raise Cannot("a recursion of any number of steps")
        return count

    def iterate(self, term: t.Iterate, env: Values) -> V:
        states = [self.value(start, env) for start in term.starts]
        for _ in range(self.steps(term.count)):
            inner = {**env, **dict(zip(term.variables, states, strict=True))}
            states = [self.value(body, inner) for body in term.bodies]
        return states[term.index]

    def derivative(self, term: t.Derivative, env: Values) -> V:
        """Along v + t h; a Hessian along v + t h + s k."""
        variable, at = term.variable, self.value(term.at, env)
        if variable.is_scalar:
            parameter = self._parameter()
            moved = self.add(at, self.scalar(parameter))
            body = self.value(term.body, {**env, variable: moved})
            if term.kind == "hessian":
                raise Cannot("the Hessian in a scalar")
            return self.each(body, lambda entry: differentiated(entry, (parameter,)))
        steps = [(self._parameter(), self.direction(variable.shape)) for _ in range(1 + (term.kind == "hessian"))]
        moved = at
        for parameter, direction in steps:
            moved = self.add(moved, self.scaled(parameter, direction))
        parameters = [parameter for parameter, _ in steps]
        body = self.value(term.body, {**env, variable: moved})
        slope = self.each(body, lambda entry: differentiated(entry, parameters))
        if term.kind == "gradient":
            return self.coefficient(self.number(slope), steps[0][1])
        if term.kind == "jacobian":
            return self.columns_of(slope, steps[0][1])
        (_, first), (_, second) = steps
        return self.columns_of(self.coefficient(self.number(slope), first), second)

    def _parameter(self) -> Along:
        return Along(f"t{next(self._names)}", real=True)

    # ---- E over a random vector -----------------------------------------------------------------------------
    def shares(self, value: Expr, over: Symbol, depends: Callable[[Expr], bool]) -> Iterable[tuple[Expr, Expr]]:
        """Pairs of what does not vary with a random vector and what does, whose products add up to the value. Where a
        derivative is under way under E, it is taken there, which the theorem must assume."""
        parameters = along(value)
        for term in monomials(value):
            outside, inside = _apart(term, depends)
            if not along(inside):
                yield outside, inside
                continue
            if over not in self.interchanged:
                raise Cannot(f"a derivative under E over {over.name}, which is not assumed")
            for monomial, beside in multilinear(term, parameters):
                for share in monomials(beside):
                    free, varying = _apart(share, depends)
                    yield monomial * free, varying

    def mean(self, over: Symbol, function: Expr, powers: tuple[Expr, ...], new: Callable[[], Any]) -> Any:
        """What E of a function times some linear parts is called: the same for equal ones."""
        for known, other, others, made in self._means:
            if known == over and others == powers and self.test.same(function, other):
                return made
        made = new()
        self._means.append((over, function, powers, made))
        return made


def _apart(term: Expr, depends: Callable[[Expr], bool]) -> tuple[Expr, Expr]:
    factors = sp.Mul.make_args(term)
    inside = [factor for factor in factors if depends(factor)]
    return sp.Mul(*(f for f in factors if f not in inside)), sp.Mul(*inside)


def _sum(reader: Reader[Any], term: t.Sum, env: Values) -> Any:
    out = reader.value(term.terms[0], env)
    for other in term.terms[1:]:
        out = reader.add(out, reader.value(other, env))
    return out


def _product(reader: Reader[Any], term: t.Product, env: Values) -> Any:
    out = reader.value(term.factors[0], env)
    for other in term.factors[1:]:
        out = reader.multiply(out, reader.value(other, env))
    return out


def _power(reader: Reader[Any], term: t.Power, env: Values) -> Any:
    base = reader.number(reader.value(term.base, env))
    made = sp.Pow(base, rational(term.exponent))
    if made.has(sp.zoo, sp.nan):
        raise Cannot("a division by 0")
    return reader.scalar(made)


def _exp(argument: Expr) -> Expr:
    """e^x. SymPy writes exp(c log 2) out as 2^c: not with a c that could be no exponent of a term."""
    for term in sp.Add.make_args(argument):
        factor, rest = term.as_coeff_Mul()
        if rest.has(sp.log) and factor.is_Rational and problem_of_exponent(Fraction(int(factor.p), int(factor.q))):
            raise Cannot("the exponential of so large a multiple of a logarithm")
    return sp.exp(argument)


_SPECIAL: Mapping[str, Any] = {"exp": _exp, "log": sp.log}


def _special(reader: Reader[Any], term: t.Special, env: Values) -> Any:
    if term.name not in t.ON_MATRICES:
        raise Cannot(f"{term.name} in a statement on matrices")
    made = _SPECIAL[term.name](reader.number(reader.value(term.arguments[0], env)))
    if made.has(sp.zoo, sp.nan, sp.I):
        raise Cannot("a logarithm of what is not positive")
    return reader.scalar(made)


def _elementwise(reader: Reader[Any], term: t.Elementwise, env: Values) -> Any:
    value = reader.value(term.argument, env)
    if term.function.name == "exp":  # its own derivative
        term = t.Elementwise(term.function, 0, term.argument)
    if term.is_scalar:
        return reader.scalar(reader.function(term.function.name, term.order)(reader.number(value)))
    return reader.entrywise(term.function.name, term.order, value, term.shape)


def _no_eigenvalues(reader: Reader[Any], term: t.LargestEigenvalue, env: Values) -> Any:
    raise Cannot("a largest eigenvalue")


_ROWS: Mapping[type, Callable[[Reader[Any], Any, Values], Any]] = {
    t.Number: lambda r, a, env: r.scalar(rational(a.value)),
    t.Symbol: lambda r, a, env: r.symbol(a, env),
    t.Eye: lambda r, a, env: r.eye(a.size),
    t.Ones: lambda r, a, env: r.ones(a.size),
    t.Zero: lambda r, a, env: r.zero(a.shape),
    t.Place: lambda r, a, env: r.place(a),
    t.Sum: _sum,
    t.Product: _product,
    t.Scale: lambda r, a, env: r.scaled(r.number(r.value(a.scalar, env)), r.value(a.body, env)),
    t.Transpose: lambda r, a, env: r.transpose(r.value(a.body, env)),
    t.Trace: lambda r, a, env: r.scalar(r.trace(r.value(a.body, env), a.body.rows)),
    t.Determinant: lambda r, a, env: r.scalar(r.determinant(r.value(a.body, env), a.body.rows)),
    t.LargestEigenvalue: _no_eigenvalues,
    t.Inverse: lambda r, a, env: r.inverse(r.value(a.body, env), a.body.rows),
    t.Hadamard: lambda r, a, env: r.hadamard(r.value(a.left, env), r.value(a.right, env)),
    t.Diag: lambda r, a, env: r.diagonal(r.value(a.body, env)),
    t.Kronecker: lambda r, a, env: r.kronecker(r.value(a.left, env), r.value(a.right, env)),
    t.Vec: lambda r, a, env: r.vec(r.value(a.body, env)),
    t.Power: _power,
    t.Abs: lambda r, a, env: r.scalar(sp.Abs(r.number(r.value(a.body, env)))),
    t.Special: _special,
    t.Elementwise: _elementwise,
    t.FieldValue: lambda r, a, env: r.field(a.field, a.order, r.value(a.argument, env)),
    t.Call: lambda r, a, env: r.call(a, env),
    t.Expectation: lambda r, a, env: r.expectation(r.value(a.body, {**env, a.over: r.symbol(a.over, {})}), a.over),
    t.Derivative: lambda r, a, env: r.derivative(a, env),
    t.Iterate: lambda r, a, env: r.iterate(a, env),
}
