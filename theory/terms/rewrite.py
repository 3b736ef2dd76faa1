"""Structural operations on terms: rebuild, substitute, replace, unfold. Purely syntactic; nothing is simplified.

Binders: `Expectation` binds its random vector; `Derivative`, `Integral` and `Limit` their variable, `Iterate` its own.
A bound variable carries the depth of its binder, so it is never equal to a free symbol; where what is put in has that
very variable, the binder is renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as dataclass_replace
from functools import lru_cache

from theory import terms as t
from theory.terms import CalculusError, Symbol, Term, show, size_arithmetic

Substitution = Mapping[Symbol, Term]
_Bound = tuple[tuple[Term, ...], tuple[Symbol, ...]]  # the bodies of a binder, and its variables


def rebuild(term: Term, visit: Callable[[Term], Term]) -> Term:
    """The same node over visited children. Builders are used, so shapes are checked again."""
    match term:
        case t.Sum(terms):
            return t.add(*(visit(x) for x in terms))
        case t.Product(factors):
            result = visit(factors[0])
            for factor in factors[1:]:
                result = t.matmul(result, visit(factor))
            return result
        case t.Scale(scalar, body):
            return t.scale(visit(scalar), visit(body))
        case t.Transpose(body):
            return t.transpose(visit(body))
        case t.Trace(body):
            return t.trace(visit(body))
        case t.Determinant(body):
            return t.determinant(visit(body))
        case t.LargestEigenvalue(body):
            return t.largest_eigenvalue(visit(body))
        case t.Inverse(body):
            return t.inverse(visit(body))
        case t.Hadamard(left, right):
            return t.hadamard(visit(left), visit(right))
        case t.Kronecker(left, right):
            return t.kronecker(visit(left), visit(right))
        case t.Vec(body):
            return t.vec(visit(body))
        case t.Diag(body):
            return t.diag(visit(body))
        case t.Power(base, exponent):
            return t.power(visit(base), exponent)
        case t.Abs(body):
            return t.Abs(visit(body))
        case t.Elementwise(function, order, argument):
            return t.Elementwise(function, order, visit(argument))
        case t.FieldValue(field, order, argument):
            return t.FieldValue(field, order, visit(argument))
        case t.Call(definition, arguments):
            return definition(*(visit(x) for x in arguments))
        case t.Expectation(body, over):
            return t.Expectation(visit(body), over)
        case t.Derivative(body, variable, at, kind):
            return t.Derivative(visit(body), variable, visit(at), kind)
        case t.Iterate(bodies, variables, starts, count, index):
            return t.Iterate(tuple(map(visit, bodies)), variables, tuple(map(visit, starts)), count, index)
        case t.Special(name, arguments):
            return t.Special(name, tuple(visit(x) for x in arguments))
        case t.Integral(body, variable, lower, upper):
            return t.Integral(visit(body), variable, visit(lower), visit(upper))
        case t.Limit(body, variable, at):
            return t.Limit(visit(body), variable, visit(at))
        case t.GrowthRate(function, batch):
            return t.GrowthRate(function, visit(batch))
        case _:
            return term


def rebuilt(term: Term) -> Term:
    """Every node built again by its builder: the same term, if builders made it."""
    return rebuild(term, rebuilt)


def free_symbols(term: Term) -> frozenset[Symbol]:
    """Free symbols, dimensions included; fixed symbols of definitions count, bound variables do not.

    A random vector counts as free even under its expectation: it names the law that the statement is about.
    """
    try:
        return term._free
    except AttributeError:
        found = _free_symbols(term)
        object.__setattr__(term, "_free", found)  # kept with the term, as its hash is: equal terms may be typeset apart
        return found


def _free_symbols(term: Term) -> frozenset[Symbol]:
    match term:
        case t.Symbol():
            return frozenset({term}) | _dimensions(term.shape)
        case t.Eye(size) | t.Ones(size):
            return _dimensions((size, 1))
        case t.Zero(shape):
            return _dimensions(shape)
        case t.Place(_, size, whole):
            return _dimensions((size, whole))
        case t.Derivative(body, variable, at, _):
            return (free_symbols(body) - {variable}) | free_symbols(at) | _dimensions(variable.shape)
        case t.Iterate(bodies, variables, starts, count, _):
            inside = frozenset[Symbol]().union(*map(free_symbols, bodies)) - {*variables}
            sizes = size_arithmetic.dimensions_in((count, *(size for v in variables for size in v.shape)))
            return inside.union(sizes, *map(free_symbols, starts))
        case t.Integral(body, variable, lower, upper):
            return (free_symbols(body) - {variable}) | free_symbols(lower) | free_symbols(upper)
        case t.Limit(body, variable, at):
            return (free_symbols(body) - {variable}) | free_symbols(at)
        case t.Expectation(body, over):
            return free_symbols(body) | {over} | _dimensions(over.shape)
        case t.Call(definition, arguments):
            inner = free_symbols(definition.body) - frozenset(definition.parameters)
            return inner.union(*(free_symbols(a) for a in arguments))
        case t.FieldValue(field, _, argument):
            return free_symbols(argument) | _dimensions((field.size, 1))
        case _:
            return frozenset[Symbol]().union(*(free_symbols(c) for c in term.children))


def _dimensions(shape: t.Shape) -> frozenset[Symbol]:
    return size_arithmetic.dimensions_in(shape)


@lru_cache(maxsize=4096)
def functions_in(term: Term) -> frozenset[t.Activation | t.ScalarField]:
    """Activations and scalar fields that occur, those in bodies of definitions included."""
    found: set[t.Activation | t.ScalarField] = set()
    for node in t.walk(term):
        if isinstance(node, t.Elementwise | t.GrowthRate):
            found.add(node.function)
        elif isinstance(node, t.FieldValue):
            found.add(node.field)
        elif isinstance(node, t.Call):
            found |= functions_in(node.definition.body)
    return frozenset(found)


_TAKEN = {"gradient": 1, "jacobian": 1, "hessian": 2}


def derivatives_needed(*terms: Term, function: t.Activation | t.ScalarField) -> int:
    """The highest derivative of the function that the terms speak of, uncarried ones included; -1 if none."""
    seen = dict[int, tuple[Term, int]]()  # objects, and not equals, so that what is shared is asked once

    def needed(term: Term) -> int:
        if id(term) not in seen:
            seen[id(term)] = term, of_node(term)
        return seen[id(term)][1]

    def of_node(term: Term) -> int:
        match term:
            case t.Elementwise(activation, order, argument):
                return max(order if activation == function else -1, needed(argument))
            case t.FieldValue(field, order, argument):
                return max(order if field == function else -1, needed(argument))
            case t.Call(definition, arguments):
                return max(map(needed, (definition.body, *arguments)))
            case t.Derivative(body, _, at, kind):
                inside = needed(body)
                return max(inside + _TAKEN[kind] if inside >= 0 else -1, needed(at))
            case _:
                return max(map(needed, term.children), default=-1)

    return max(map(needed, terms), default=-1)


@lru_cache(maxsize=4096)
def definitions_in(term: Term) -> frozenset[t.Definition]:
    """Definitions that occur, directly or in the body of one that does."""
    found: set[t.Definition] = set()
    for node in t.walk(term):
        if isinstance(node, t.Call):
            found |= {node.definition} | definitions_in(node.definition.body)
    return frozenset(found)


def depends_on(term: Term, symbol: Symbol) -> bool:
    """Does the value of the term vary with the symbol? A random vector is hidden by its own expectation."""
    if symbol not in free_symbols(term):
        return False
    match term:
        case t.Symbol():
            return term == symbol
        case t.Expectation(body, over):
            return over != symbol and depends_on(body, symbol)
        case t.Derivative(body, variable, at, _):
            return depends_on(at, symbol) or (variable != symbol and depends_on(body, symbol))
        case t.Iterate(bodies, variables, starts, _, _):
            inside = symbol not in variables and any(depends_on(body, symbol) for body in bodies)
            return inside or any(depends_on(start, symbol) for start in starts)
        case t.Integral(body, variable, lower, upper):
            ends = depends_on(lower, symbol) or depends_on(upper, symbol)
            return ends or (variable != symbol and depends_on(body, symbol))
        case t.Limit(body, variable, at):
            return depends_on(at, symbol) or (variable != symbol and depends_on(body, symbol))
        case t.Call(definition, arguments):
            fixed = symbol not in definition.parameters and depends_on(definition.body, symbol)
            return fixed or any(depends_on(a, symbol) for a in arguments)
        case _:
            return any(depends_on(c, symbol) for c in term.children)


def substitute(term: Term, values: Substitution) -> Term:
    """Simultaneous substitution for free symbols.

    Raises CalculusError where the result would be wrong rather than merely odd: a value that depends on a random
    vector put under that vector's expectation, a symbol fixed inside a definition, a dimension (use `specialise`).
    """
    if not values:
        return term
    for symbol, value in values.items():
        if symbol.shape != value.shape:
            raise t.ShapeError(
                f"cannot put {value!r} of shape {show(value.shape)} for {symbol.name} of shape {show(symbol.shape)}."
            )
        if symbol.has(t.Property.DIMENSION) or symbol.has(t.Property.RANDOM):
            raise CalculusError(f"cannot substitute for {symbol.name}: it is a dimension or a random vector.")

    def visit(node: Term, live: Substitution) -> Term:
        if free_symbols(node).isdisjoint(live):
            return node
        match node:
            case t.Symbol():
                return live.get(node, node)
            case t.Expectation(body, over):
                for symbol, value in live.items():
                    if depends_on(value, over) and depends_on(body, symbol):
                        raise CalculusError(
                            f"putting {value!r} for {symbol.name} under the expectation over {over.name} would "
                            f"capture {over.name}. Remedy: a fresh random vector."
                        )
                return t.Expectation(visit(body, live), over)
            case t.Derivative(body, variable, at, kind):
                (body,), (variable,) = beneath((body,), (variable,), live)
                return t.Derivative(body, variable, visit(at, live), kind)
            case t.Iterate(bodies, variables, starts, count, index):
                bodies, variables = beneath(bodies, variables, live)
                return t.Iterate(bodies, variables, tuple(visit(start, live) for start in starts), count, index)
            case t.Integral(body, variable, lower, upper):
                (body,), (variable,) = beneath((body,), (variable,), live)
                return t.Integral(body, variable, visit(lower, live), visit(upper, live))
            case t.Limit(body, variable, at):
                (body,), (variable,) = beneath((body,), (variable,), live)
                return t.Limit(body, variable, visit(at, live))
            case t.Call(definition, _):
                fixed = free_symbols(definition.body) - frozenset(definition.parameters)
                for symbol in live:
                    if symbol in fixed:
                        raise CalculusError(
                            f"{symbol.name} is fixed inside the definition {definition.name}; it cannot be "
                            f"substituted there. Remedy: make it a parameter, or unfold {definition.name} first."
                        )
                return rebuild(node, lambda child: visit(child, live))
            case _:
                return rebuild(node, lambda child: visit(child, live))

    def beneath(bodies: tuple[Term, ...], variables: tuple[Symbol, ...], live: Substitution) -> _Bound:
        """What stands below a binder, which is renamed where it would capture something that is put in."""
        inner = {s: v for s, v in live.items() if s not in variables and any(depends_on(b, s) for b in bodies)}
        if any(not free_symbols(value).isdisjoint(variables) for value in inner.values()):
            bodies, variables = _renamed(bodies, variables, 1 + max(map(binder_depth, inner.values())))
        return tuple(visit(body, inner) for body in bodies), variables

    return visit(term, dict(values))


def _renamed(bodies: tuple[Term, ...], variables: tuple[Symbol, ...], depth: int) -> _Bound:
    """The bodies over variables bound at that depth or deeper, so that what is put in stays free."""
    deep = max(depth, *(binder_depth(body) + 1 for body in bodies), *(v.bound + 1 for v in variables))
    fresh = tuple(dataclass_replace(v, bound=deep) for v in variables)
    names = dict(zip(variables, fresh, strict=True))
    return tuple(substitute(body, names) for body in bodies), fresh


def last_step(term: t.Iterate) -> Term | None:
    """The term as the step that comes last, taken after all others; as its start where no step is taken. None where it
    is not known that there is one."""
    if term.count == 0:
        return term.starts[term.index]
    before = term.before()
    if before is None:
        return None
    return substitute(term.bodies[term.index], dict(zip(term.variables, term.states(before), strict=True)))


def with_steps(term: Term, steps: Symbol, count: t.Dimension) -> Term:
    """The term for so many steps in the place of a number of steps, wherever that is a count or a number. What is no
    plain term of it, such as the body of a definition, keeps the symbol."""
    if steps not in free_symbols(term):
        return term
    if term == steps:
        return t.of_size(count)
    made = rebuild(term, lambda child: with_steps(child, steps, count))
    if isinstance(made, t.Iterate):
        return dataclass_replace(made, count=size_arithmetic.put(made.count, steps, count))
    return made


def stray(term: Term) -> frozenset[Symbol]:
    """Bound variables that no derivative around them binds, those in bodies of definitions included."""
    free = free_symbols(term).union(
        *(free_symbols(d.body) - frozenset(d.parameters) for d in definitions_in(term)),
    )
    return frozenset(symbol for symbol in free if symbol.bound)


def replace(term: Term, old: Term, new: Term) -> Term:
    """Every occurrence of the tree `old` becomes `new`. Bound variables inside differ from free ones, so no capture."""
    if term == old:
        return new
    return rebuild(term, lambda child: replace(child, old, new))


def has_calls(term: Term) -> bool:
    """Is a folded definition in the term?"""
    try:
        return term._calls
    except AttributeError:
        found = isinstance(term, t.Call) or any(map(has_calls, term.children))
        object.__setattr__(term, "_calls", found)
        return found


def unfold(term: Term, definitions: frozenset[t.Definition] | None = None) -> Term:
    """Replace calls by the bodies of their definitions, also where these call each other: those named; all if None.

    A call of the same definition with the very same arguments, object by object, is written out once. What all
    definitions make of a term is kept with it, as its hash is.
    """
    called: dict[tuple[object, ...], tuple[tuple[Term, ...], Term]] = {}  # with the arguments, whose ids stay theirs

    def visit(node: Term) -> Term:
        if not has_calls(node):
            return node
        if definitions is not None:
            return opened(node)
        try:
            return node._unfolded
        except AttributeError:
            found = opened(node)
            object.__setattr__(node, "_unfolded", found)
            return found

    def opened(node: Term) -> Term:
        node = rebuild(node, visit)
        if isinstance(node, t.Call) and (definitions is None or node.definition in definitions):
            key = (node.definition, *map(id, node.arguments))
            if key not in called:
                values = dict(zip(node.definition.parameters, node.arguments, strict=True))
                called[key] = node.arguments, visit(substitute(node.definition.body, values))
            return called[key][1]
        return node

    return visit(term)


def binder_depth(term: Term) -> int:
    """The largest depth of a bound variable in the term."""
    depth = 0
    for node in t.walk(term):
        if isinstance(node, t.Derivative | t.Integral | t.Limit):
            depth = max(depth, node.variable.bound)
        elif isinstance(node, t.Iterate):
            depth = max(depth, *(variable.bound for variable in node.variables))
        elif isinstance(node, t.Symbol):
            depth = max(depth, node.bound)
    return depth


def bind(body: Term, variable: Symbol) -> tuple[Term, Symbol]:
    """The body over a bound copy of the variable, and that copy."""
    bound = dataclass_replace(variable, bound=binder_depth(body) + 1)
    return substitute(body, {variable: bound}), bound


OPEN = frozenset({t.Property.NONZERO, t.Property.POSITIVE, t.Property.NEGATIVE, t.Property.INVERTIBLE})


def require_open(variable: Symbol) -> None:
    """A derivative needs a variable that may move in every direction. Raises CalculusError for any other.

    Symmetric matrices and projectors form no open set: the gradient of u'Sv in a symmetric S would be both uv' and vu'.
    """
    bad = sorted(p.value for p in variable.properties - OPEN)
    if bad:
        raise CalculusError(
            f"no derivative is taken in {variable.name}, which is declared {', '.join(bad)}: it cannot move in every "
            "direction. Remedy: differentiate in a symbol without that property."
        )
