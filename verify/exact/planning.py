"""Which symbol is to meet which assumption, and in which order symbols get their values.

Each equality or inequality is given to one symbol that can meet it, such that no symbol waits for itself. What is
assumed of dimensions alone, definitions, moments of laws and normal laws are met elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Equal, Gaussian, Interchange, SupBound
from theory.terms import Property, Symbol
from theory.terms.rewrite import free_symbols
from verify.exact.assumptions import defining, definitions_of
from verify.exact.gaussian_laws import normal_laws
from verify.exact.laws import is_centred, moment_of, spread_of
from verify.exact.sizes import conditions

Solvable = Equal | AtMost | SupBound


@dataclass(frozen=True)
class Plan:
    """What gives each symbol its value: `definitions` by name, then `solved` symbols in order with what each has to
    meet; `left` are inequalities that no scalar symbol can meet."""

    definitions: Mapping[str, t.Term]
    solved: tuple[tuple[Symbol, tuple[Solvable, ...]], ...]
    left: tuple[AtMost, ...]

    @property
    def bounded(self) -> tuple[Symbol, ...]:
        """Scalar symbols that an inequality may move."""
        return tuple(s for s, wanted in self.solved if any(not isinstance(a, Equal) for a in wanted))


def plan(assumptions: Sequence[Assumption]) -> Plan:
    """How values that meet these assumptions are found."""
    return _plan(tuple(assumptions))


@lru_cache(maxsize=256)
def _plan(assumptions: tuple[Assumption, ...]) -> Plan:
    definitions = definitions_of(assumptions)
    wanted: dict[Symbol, list[Solvable]] = {}
    needs: dict[Symbol, set[Symbol]] = {}
    left: list[AtMost] = []
    alone = conditions(assumptions)
    for a in assumptions:
        if isinstance(a, Interchange | Gaussian) or a in alone or _by_law(a, assumptions) or _defining(a, definitions):
            continue
        used = all_symbols(a, definitions)
        made = _of_laws(assumptions, used)
        free = [symbol for symbol in candidates(a, definitions) if symbol not in made]
        ranked = sorted(free, key=lambda s: (any(s in n for n in needs.values()), s in wanted))
        for symbol in ranked:
            others = used - {symbol}
            if not any(_waits(needs, other, symbol) for other in others):
                wanted.setdefault(symbol, []).append(a)
                needs.setdefault(symbol, set()).update(others)
                break
        else:
            left += [a] if isinstance(a, AtMost) else []
    ordered: list[Symbol] = []

    def visit(symbol: Symbol) -> None:
        if symbol not in ordered:
            for other in sorted(needs.get(symbol, ()), key=lambda s: s.name):
                visit(other)
            ordered.append(symbol)

    for symbol in wanted:
        visit(symbol)
    return Plan(definitions, tuple((s, tuple(wanted[s])) for s in ordered if s in wanted), tuple(left))


def _waits(needs: dict[Symbol, set[Symbol]], one: Symbol, other: Symbol) -> bool:
    """Does one symbol get its value after the other?"""
    return one == other or any(_waits(needs, n, other) for n in needs.get(one, ()))


def _of_laws(assumptions: tuple[Assumption, ...], used: frozenset[Symbol]) -> frozenset[Symbol]:
    """The normal vectors among those used, and what their means and covariances are made of: no moment of such a vector
    moves them, for its law is made from them."""
    laws = [law for law in normal_laws(assumptions) if law.over in used]
    return frozenset[Symbol]().union(*({s.over} | free_symbols(s.mean) | free_symbols(s.covariance) for s in laws))


def _by_law(a: Assumption, assumptions: tuple[Assumption, ...]) -> bool:
    """Is it a mean or a second moment that laws are made with?"""
    if not isinstance(a, Equal):
        return False
    laws = [s for s in free_symbols(a.left) | free_symbols(a.right) if s.has(Property.RANDOM)]
    if any(is_centred(x, (a,)) for x in laws):
        return True
    others = [other for other in assumptions if other is not a]
    if any(spread_of(x, assumptions) and not spread_of(x, others) for x in laws):
        return True
    return any(moment_of(x, (a,)) is not None and moment_of(x, assumptions) is not None for x in laws)


def _defining(a: Assumption, definitions: Mapping[str, t.Term]) -> bool:
    return any(definitions.get(symbol.name) == term for symbol, term in defining(a))


def all_symbols(a: Solvable, definitions: Mapping[str, t.Term]) -> frozenset[Symbol]:
    """Every symbol with a value of its own that the assumption reaches, through definitions as well."""
    found: set[Symbol] = set()
    waiting = [a.bound] if isinstance(a, SupBound) else [*free_symbols(a.left), *free_symbols(a.right)]
    while waiting:
        symbol = waiting.pop()
        if symbol in found or symbol.has(Property.DIMENSION):
            continue
        found.add(symbol)
        waiting += free_symbols(definitions[symbol.name]) if symbol.name in definitions else ()
    return frozenset(found)


def candidates(a: Solvable, definitions: Mapping[str, t.Term]) -> list[Symbol]:
    """Symbols that might be moved to meet an assumption, the best first."""
    if isinstance(a, SupBound):
        return [] if a.bound.name in definitions else [a.bound]
    free = [s for s in all_symbols(a, definitions) if s.name not in definitions]
    free.sort(key=lambda s: s.name)
    if isinstance(a, Equal):
        plain = [s for s in free if not s.properties - {Property.NONZERO, Property.RANDOM, Property.SYMMETRIC}]
        signed = [s for s in free if of_signed_entries(s) and s not in plain]
        rest = [s for s in free if s.is_scalar and s not in plain]
        plain.sort(key=lambda s: (s.has(Property.RANDOM), s.is_scalar, s.has(Property.SYMMETRIC)))
        return [*plain, *signed, *rest]
    alone = [
        s
        for s, other in ((scaled_identity(a.right), a.left), (scaled_identity(a.left), a.right))
        if s is not None and s in free and s not in free_symbols(other)
    ]
    scalars = [s for s in free if s.is_scalar and not s.has(Property.RANDOM)] if a.left.is_scalar else []
    return list(dict.fromkeys((*alone, *scalars)))


def of_signed_entries(symbol: Symbol) -> bool:
    """Is it a column whose entries are declared positive or nonnegative? What moves them keeps their signs."""
    return not symbol.is_scalar and bool(symbol.properties & t.ENTRYWISE)


def scaled_identity(term: t.Term) -> Symbol | None:
    """L, if the term is L I, or the scalar L itself."""
    factor = term.scalar if isinstance(term, t.Scale) and isinstance(term.body, t.Eye) else term
    if isinstance(factor, Symbol) and factor.is_scalar and not factor.has(Property.DIMENSION):
        return factor
    return None


def orthonormal_side(symbol: Symbol, equations: Sequence[Equal]) -> str:
    """Of a matrix U: "columns" if all that is asked of it is U'U = I, "rows" if it is UU' = I; "" for anything else."""
    if len(equations) != 1 or symbol.properties:
        return ""
    flipped = t.transpose(symbol)
    for side, value in both_ways(equations[0]):
        if isinstance(value, t.Eye):
            if side == t.matmul(flipped, symbol):
                return "columns"
            if side == t.matmul(symbol, flipped):
                return "rows"
    return ""


def both_ways(equation: Equal) -> tuple[tuple[t.Term, t.Term], ...]:
    """The sides of an equation, and the other way round."""
    return (equation.left, equation.right), (equation.right, equation.left)
