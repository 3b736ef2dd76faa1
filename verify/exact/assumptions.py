"""Whether an instance is one that a claim speaks of: shapes, declared properties and assumptions, certified.

Rationals are checked exactly; what is not rational is checked in balls, and "cannot tell" is not "holds".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, fmpq

from theory import terms as t
from theory.statements.claims import (
    Assumption,
    AtMost,
    Claim,
    Equal,
    Gaussian,
    Interchange,
    SupBound,
    assumption_text,
    functions_of,
    interchange_name,
    symbols_of,
)
from theory.terms import Property
from theory.terms.known_functions import known_function
from theory.terms.rewrite import free_symbols, functions_in
from theory.terms.size_arithmetic import number_of
from verify.exact.activations import ACTIVATIONS, FIELDS
from verify.exact.balls import Balls, Real
from verify.exact.components import Matrix, Means, Point, Scope, determinant, evaluate
from verify.exact.gaussian_laws import ORDER, beyond, normal_laws, order_for, stands_for
from verify.exact.instances import Instance, InstanceError, Rows
from verify.exact.laws import congruence, left_open
from verify.exact.number_system import UncertainError, UndefinedError

CHECK_BITS = 256
MOST_BITS = 2048  # for what 256 cannot tell: a quadratic form of entries of size 10^150 that nearly cancel


@dataclass(frozen=True)
class Check:
    """holds: True or False if certain, None if it cannot be told; `problem` names what fails."""

    holds: bool | None
    problem: str = ""


def fraction(value: Any) -> Fraction:
    """A flint rational as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def definitions_of(assumptions: Sequence[Assumption]) -> dict[str, t.Term]:
    """Symbols that an assumed equality defines, such as S by E[x x'] = S, with their terms. The first one counts.

    No mean or covariance of a normal law is defined by a moment of it: the law is made from them.
    """
    made = {law.over: free_symbols(law.mean) | free_symbols(law.covariance) for law in normal_laws(assumptions)}
    found: dict[str, t.Term] = {}
    for assumption in sorted(assumptions, key=lambda a: not (isinstance(a, Equal) and congruence(a))):
        for symbol, term in defining(assumption):
            inside = free_symbols(term).union(*(parts for over, parts in made.items() if over in free_symbols(term)))
            if symbol not in inside and symbol.name not in found and not _uses(found, term, symbol):
                found[symbol.name] = term
    return found


def defining(assumption: Assumption) -> tuple[tuple[t.Symbol, t.Term], ...]:
    """The symbol that an equality may define and its term: of S = T, S^-1 = T, E[x x'] = S + u u' or W S W' = T."""
    if not isinstance(assumption, Equal):
        return ()
    sides = ((assumption.right, assumption.left), (assumption.left, assumption.right))
    for symbol, term in sides:
        if isinstance(symbol, t.Symbol) and not symbol.properties & {Property.RANDOM, Property.DIMENSION}:
            return ((symbol, term),)
    for inverse, term in sides:
        if isinstance(inverse, t.Inverse) and isinstance(inverse.body, t.Symbol):
            return ((inverse.body, t.inverse(term)),)
    if (found := congruence(assumption)) is not None:
        return (found,)
    for whole, term in sides:
        part = left_open(whole) if isinstance(term, t.Expectation) and not term.is_scalar else None
        if part is not None and isinstance(whole, t.Sum):
            rest = (t.scale(t.Number(Fraction(-1)), other) for other in whole.terms if other is not part)
            return ((part, t.add(term, *rest)),)
    return ()


def _uses(found: Mapping[str, t.Term], term: t.Term, symbol: t.Symbol) -> bool:
    """Does the term reach the symbol through definitions already made?"""
    names, seen = [s.name for s in free_symbols(term)], set[str]()
    while names:
        name = names.pop()
        if name == symbol.name:
            return True
        if name not in seen and name in found:
            seen.add(name)
            names.extend(s.name for s in free_symbols(found[name]))
    return False


def functions_used(claim: Claim, assumptions: Sequence[Assumption]) -> dict[str, t.Activation | t.ScalarField]:
    """Generic functions of a claim and of its assumptions, by name."""
    return dict(_functions_used(claim, tuple(assumptions)))


@lru_cache(maxsize=256)
def _functions_used(
    claim: Claim, assumptions: tuple[Assumption, ...]
) -> tuple[tuple[str, t.Activation | t.ScalarField], ...]:
    found = {f.name: f for f in functions_of(claim)}
    for a in assumptions:
        if isinstance(a, Interchange | Gaussian):
            continue
        functions = [a.function] if isinstance(a, SupBound) else [*functions_in(a.left), *functions_in(a.right)]
        found.update({f.name: f for f in functions})
    return tuple(sorted(found.items()))


def fit(instance: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> None:
    """Raises InstanceError unless the instance gives every symbol a value of its shape."""
    defined = definitions_of(assumptions)
    symbols = sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name)
    for symbol in symbols:
        if symbol.has(Property.DIMENSION) and symbol.name not in instance.sizes:
            raise InstanceError(f"sizes.{symbol.name}: the claim speaks of this dimension; the instance gives no size.")
    for symbol in symbols:
        if symbol.has(Property.DIMENSION):
            continue
        rows, columns = (number_of(n, instance.sizes) for n in symbol.shape)
        if symbol.has(Property.RANDOM):
            if symbol.name not in instance.laws:
                raise InstanceError(
                    f"laws.{symbol.name}: the claim speaks of this random vector; the instance gives no law."
                )
            if instance.laws[symbol.name].size != rows:
                raise InstanceError(
                    f"laws.{symbol.name}: expected points of {rows} entries, got {instance.laws[symbol.name].size}."
                )
        elif symbol.name not in instance.values:
            if symbol.name not in defined:
                raise InstanceError(
                    f"values.{symbol.name}: the claim speaks of this symbol; the instance gives no value."
                )
        else:
            value = instance.values[symbol.name]
            if (len(value), len(value[0])) != (rows, columns):
                raise InstanceError(
                    f"values.{symbol.name}: expected {rows} x {columns} ({t.show(symbol.shape)}), "
                    f"got {len(value)} x {len(value[0])}."
                )
    for name, function in functions_used(claim, assumptions).items():
        library: Collection[str] = ACTIVATIONS if isinstance(function, t.Activation) else FIELDS
        if isinstance(function, t.Activation) and known_function(name):
            library = (name,)
        if instance.functions.get(name) not in library:
            got = instance.functions.get(name, "nothing")
            raise InstanceError(f"functions.{name}: expected one of {', '.join(library)}; got {got}.")


def scope_of(
    instance: Instance,
    definitions: Mapping[str, t.Term],
    bits: int,
    doubts: list[str] | None = None,
    reach: list[int] | None = None,
    means: Means | None = None,
) -> Scope[Real]:
    """The instance as a scope of balls; enter `Balls(bits, {}).active()` before evaluating in it."""
    numbers = Balls(bits, instance.functions, doubts, reach)

    def entries(rows: Rows) -> Matrix[Real]:
        return [[fmpq(e.numerator, e.denominator) for e in row] for row in rows]

    laws = {
        name: [Point(w, tuple(row)) for w, row in zip(law.weights, entries(law.points), strict=True)]
        for name, law in instance.laws.items()
    }
    missing = {k: v for k, v in definitions.items() if k not in instance.values}
    constants = {k: entries(v) for k, v in instance.values.items()}
    return Scope(numbers, instance.sizes, constants, laws, missing, means=means)


def check(
    instance: Instance, claim: Claim, assumptions: Sequence[Assumption], integrated: Collection[str] = ()
) -> Check:
    """Do all declared properties and assumptions hold? Raises InstanceError if the instance does not fit.

    It is not told where the claim or an assumption asks of a normal law for more than finite laws say of it, but for
    means of the claim over vectors whose names are `integrated` by whoever asks.
    """
    fit(instance, claim, assumptions)
    found = _check(instance, claim, assumptions, CHECK_BITS, integrated)
    return found if found.holds is not None else _check(instance, claim, assumptions, MOST_BITS, integrated)


def _check(
    instance: Instance, claim: Claim, assumptions: Sequence[Assumption], bits: int, integrated: Collection[str]
) -> Check:
    scope = scope_of(instance, definitions_of(assumptions), bits)
    with Balls(bits, {}).active():
        try:
            for symbol in sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name):
                fits = _all([_properties(value, symbol.properties - _UNASKED) for value in _values(symbol, scope)])
                if fits is not True:
                    wanted = ", ".join(sorted(p.value for p in symbol.properties))
                    return Check(fits, f"{symbol.name} is declared {wanted}")
            if problem := beyond(claim, assumptions, instance.functions, integrated):
                return Check(None, problem)
            order = order_for(claim, assumptions, instance.functions)
            for assumption in assumptions:
                met = holds(assumption, scope, instance, order)
                if met is not True:
                    return Check(met, f"the assumption {in_symbols(assumption)}")
        except UndefinedError as problem:
            return Check(False, f"undefined: {problem}")
        except UncertainError as problem:
            return Check(None, f"cannot be evaluated: {problem}")
    return Check(True)


_UNASKED = {
    Property.DIMENSION,
    Property.STEPS,
    Property.RANDOM,
}  # which a symbol of an instance is by the place where it stands


def _values(symbol: t.Symbol, scope: Scope[Real]) -> list[Matrix[Real]]:
    """What a symbol is at an instance: of a random vector all points of its law."""
    if symbol.has(Property.RANDOM):
        return [[[entry] for entry in point.entries] for point in scope.laws[symbol.name]]
    return [evaluate(symbol, scope)]


def in_symbols(assumption: Assumption) -> str:
    """An assumption as one line of text."""
    if isinstance(assumption, Interchange):
        return interchange_name(assumption.over)
    if isinstance(assumption, Gaussian):
        return assumption_text(assumption)
    if isinstance(assumption, SupBound):
        return f"|{assumption.function.name}^({assumption.order})| <= {assumption.bound!r}"
    return f"{assumption.left!r} {'=' if isinstance(assumption, Equal) else '<='} {assumption.right!r}"


def _all(results: Sequence[bool | None]) -> bool | None:
    if any(r is False for r in results):
        return False
    return None if any(r is None for r in results) else True


def _sign_is(a: Real, test: str) -> bool | None:
    """Is `a` > 0, >= 0, < 0 or != 0? None if the ball cannot tell."""
    yes, no = _SIGN_TESTS[test]
    if type(a) is fmpq:
        return bool(yes(a))
    return True if yes(a) else False if no(a) else None


# certainly so, and certainly not; of a rational the one is the opposite of the other
_SIGN_TESTS: Mapping[str, tuple[Callable[[Real], bool], Callable[[Real], bool]]] = {
    "+": (lambda a: a > 0, lambda a: a <= 0),
    "0+": (lambda a: a >= 0, lambda a: a < 0),
    "-": (lambda a: a < 0, lambda a: a >= 0),
    "!0": (lambda a: a != 0, lambda a: a == 0),
}


def _same(a: Real, b: Real) -> bool | None:
    if type(a) is fmpq and type(b) is fmpq:
        return bool(a == b)
    a, b = arb(a), arb(b)
    return False if not a.overlaps(b) else True if a == b else None


def positive_semidefinite(matrix: Matrix[Real], *, definite: bool) -> bool | None:
    """Exact by symmetric elimination for rationals; None where balls cannot tell."""
    a = [list(row) for row in matrix]
    for k in range(len(a)):
        sign = _sign_is(a[k][k], "+" if definite else "0+")
        if sign is not True:
            return sign
        if type(a[k][k]) is fmpq and a[k][k] == 0:
            rest = _all([_same(e, fmpq(0)) for e in a[k][k + 1 :]])
            if rest is not True:
                return rest
            continue
        if _sign_is(a[k][k], "+") is not True:
            return None
        for i in range(k + 1, len(a)):
            factor = a[i][k] / a[k][k]
            for j in range(k + 1, len(a)):
                a[i][j] = a[i][j] - factor * a[k][j]
    return True


def _symmetric(a: Matrix[Real]) -> bool | None:
    return _all([a[i][j] is a[j][i] or _same(a[i][j], a[j][i]) for i in range(len(a)) for j in range(i)])


def _properties(a: Matrix[Real], properties: frozenset[Property]) -> bool | None:
    results: list[bool | None] = []
    for prop in properties:
        if prop in _SIGNS:
            results += [_sign_is(e, _SIGNS[prop]) for row in a for e in row]
        elif prop is Property.NONZERO:
            signs = [_sign_is(e, "!0") for row in a for e in row]
            results.append(True if True in signs else None if None in signs else False)
        elif prop is Property.INVERTIBLE:
            results.append(_sign_is(determinant(Balls(CHECK_BITS, {}), a), "!0"))
        elif prop is Property.SYMMETRIC:
            results.append(_symmetric(a))
        elif prop in (Property.POSITIVE_DEFINITE, Property.POSITIVE_SEMIDEFINITE):
            results.append(positive_semidefinite(a, definite=prop is Property.POSITIVE_DEFINITE))
        elif prop is Property.BASIS:
            entries = [row[0] for row in a]
            results += [_same(sum(entries, fmpq(0)), fmpq(1)), *(_same(e * e, e) for e in entries)]
        elif prop is Property.ORTHOGONAL:
            n = range(len(a))
            results += [_same(sum((a[k][i] * a[k][j] for k in n), fmpq(0)), fmpq(int(i == j))) for i in n for j in n]
        elif prop is Property.PERMUTATION:  # beside Q'Q = I: entries 0 and 1
            results += [_same(e * e, e) for row in a for e in row]
            results += [_same(sum(row, fmpq(0)), fmpq(1)) for row in (*a, *zip(*a, strict=True))]
        elif prop is Property.PROJECTOR:
            n = range(len(a))
            results += [_same(sum((a[i][k] * a[k][j] for k in n), fmpq(0)), a[i][j]) for i in n for j in n]
        else:
            raise TypeError(f"assumptions: no check for the property {prop.value}.")
    return _all(results)


_SIGNS = {Property.POSITIVE: "+", Property.NONNEGATIVE: "0+", Property.NEGATIVE: "-"}


def _rational(a: Matrix[Real]) -> Rows:
    """The entries as fractions; nothing where one is not known to be rational."""
    if any(type(e) is not fmpq for row in a for e in row):
        return ()
    return tuple(tuple(map(fraction, row)) for row in a)


def holds(assumption: Assumption, scope: Scope[Real], instance: Instance, order: int = ORDER) -> bool | None:
    """Does the assumption hold, at the active precision? None if that cannot be told.

    A normal law is met by a finite one that has its moments up to that order.
    """
    match assumption:
        case Interchange():
            return True  # the laws of an instance have finite support
        case SupBound(function, order, bound):
            sup = ACTIVATIONS[instance.functions[function.name]].sup(order)
            if sup is None:
                return None
            return _sign_is(evaluate(bound, scope)[0][0] - fmpq(sup.numerator, sup.denominator), "0+")
        case Gaussian(over, mean, covariance):
            law, first, second = instance.laws[over.name], *(_rational(evaluate(u, scope)) for u in (mean, covariance))
            if not (first and second):
                return None
            low = stands_for(law, first, second)
            return low and (order <= ORDER or stands_for(law, first, second, order) or None)
        case Equal(left, right):
            for symbol, term in ((right, left), (left, right)):
                if isinstance(symbol, t.Symbol) and scope.definitions.get(symbol.name) == term:
                    evaluate(symbol, scope)  # defined by this assumption; it must have a value
                    return True
            a, b = evaluate(left, scope), evaluate(right, scope)
            return _all([_same(x, y) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True)])
        case AtMost(left, right):
            a, b = evaluate(left, scope), evaluate(right, scope)
            gap = [[y - x for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]
            if len(gap) == 1:
                return _sign_is(gap[0][0], "0+")
            return _all([_symmetric(a), _symmetric(b), positive_semidefinite(gap, definite=False)])
    raise TypeError(f"assumptions: no check for {type(assumption).__name__}.")
