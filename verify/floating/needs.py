"""What a claim needs of a random instance, read from its symbols and assumptions.

Every symbol is drawn or defined by an equality; laws may have to be centred or to have a second moment. Which symbol is
then moved to meet which of the other assumptions is planned as for exact instances (`verify.exact.planning`).

Says which assumptions are met by construction; `building` builds the instances and checks all the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from numerics import activations, fields
from theory import terms as t
from theory.statements.claims import (
    Assumption,
    AtMost,
    Claim,
    Equal,
    Gaussian,
    Interchange,
    SupBound,
    assumption_terms,
    assumption_text,
    symbols_of,
)
from theory.terms import Activation, CalculusError, Property, Symbol, Term
from theory.terms.known_functions import known_function
from theory.terms.rewrite import free_symbols, functions_in, replace, unfold
from verify.exact.assumptions import defining, definitions_of, functions_used
from verify.exact.gaussian_laws import normal_laws
from verify.exact.laws import moment_of, spread_of
from verify.exact.planning import Solvable, plan
from verify.exact.sizes import conditions, made_sizes
from verify.floating.calls import per_call


@dataclass(frozen=True)
class Setting:
    """Symbols of a claim by how they get their values, and the assumptions that are checked.

    `moments` are laws with the second moment assumed, white ones apart, or of those in `around` with this covariance;
    `around` has the means that are given, None for a law's own; `full_rank` lists laws that need more points
    than entries; `orthogonal` maps a column to the one it is normal to; `solved` symbols are moved, in this order, to
    meet what stands with them; `per_call` symbols have one value in a whole batch, out of those listed if any are;
    `assumed` names the functions of which assumptions speak.
    """

    dimensions: tuple[Symbol, ...]
    laws: tuple[Symbol, ...]
    centred: frozenset[str]
    white: frozenset[str]
    moments: tuple[tuple[str, Term], ...]
    around: tuple[tuple[str, Term | None], ...]
    full_rank: frozenset[str]
    drawn: tuple[Symbol, ...]
    orthogonal: tuple[tuple[str, str], ...]
    defined: tuple[tuple[Symbol, Term], ...]
    solved: tuple[tuple[Symbol, tuple[Solvable, ...]], ...]
    checked: tuple[Solvable, ...]
    sizes: tuple[Assumption, ...]
    functions: tuple[tuple[str, tuple[str, ...]], ...]
    hessian: bool
    per_call: tuple[tuple[str, tuple[float, ...]], ...] = ()
    assumed: frozenset[str] = frozenset()
    made: frozenset[t.Size] = frozenset()

    @property
    def inequalities(self) -> tuple[AtMost | SupBound, ...]:
        return tuple(a for a in self.checked if not isinstance(a, Equal))


def read(claim: Claim, assumptions: Sequence[Assumption]) -> Setting:
    """The setting of a claim under assumptions. Those that no construction meets are checked instance by instance.

    Raises CalculusError where a law is assumed to be normal: no law of samples is.
    """
    if laws := normal_laws(assumptions):
        raise CalculusError(f"{assumption_text(laws[0])}: no law of samples is normal")
    symbols = sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name)
    by_name = {s.name: s for s in symbols}
    definitions = {n: term for n, term in definitions_of(assumptions).items() if n in by_name}
    centred: set[str] = set()
    orthogonal: dict[str, str] = {}
    checked: list[Solvable] = []
    sizes = conditions(tuple(assumptions))
    random = [s for s in symbols if s.has(Property.RANDOM)]
    wanted = {s.name: moment for s in random if (moment := moment_of(s, assumptions)) is not None}
    moments = {
        n: term for n, term in wanted.items() if not isinstance(term, t.Eye) and by_name[n] not in free_symbols(term)
    }
    spreads = {s.name: _written_out(pair, definitions) for s in random if (pair := spread_of(s, assumptions))}
    given = {n: [by_name[n] not in free_symbols(term) for term in pair] for n, pair in spreads.items()}
    moments |= {n: covariance for n, (_, covariance) in spreads.items() if given[n][1]}
    by_moment = {term for s in random if s.name in wanted for term in (t.Expectation(t.matmul(s, t.transpose(s)), s),)}
    planned: list[Assumption] = []
    for assumption in assumptions:
        if isinstance(assumption, Interchange | Gaussian) or assumption in sizes:
            continue  # laws are drawn with finite support, sizes by `verify.exact.sizes`
        planned.append(assumption)
        if isinstance(assumption, SupBound | AtMost):
            checked.append(assumption)
        elif (law := _centred_law(assumption)) is not None:
            centred.add(law.name)
        elif (pair := _orthogonal_columns(assumption)) is not None and not {p.name for p in pair} & set(definitions):
            orthogonal[pair[1].name] = pair[0].name
            planned.pop()
        elif {assumption.left, assumption.right} & by_moment and not set(definitions) & _names(assumption):
            continue
        elif not any(definitions.get(symbol.name) == term for symbol, term in defining(assumption)):
            checked.append(assumption)
    definite = [u for n, u in definitions.items() if Property.POSITIVE_DEFINITE in by_name[n].properties]
    terms = (unfold(claim.left), unfold(claim.right))
    shared = per_call((claim.left, claim.right, *definitions.values()))
    return Setting(
        dimensions=tuple(s for s in symbols if s.has(Property.DIMENSION)),
        laws=tuple(random),
        centred=frozenset(centred),
        white=frozenset(n for n, term in wanted.items() if isinstance(term, t.Eye)),
        moments=tuple(sorted(moments.items())),
        around=tuple(sorted((n, mean if given[n][0] else None) for n, (mean, _) in spreads.items() if any(given[n]))),
        full_rank=frozenset(s.name for u in definite for s in free_symbols(u) if s.has(Property.RANDOM)),
        drawn=tuple(
            s for s in symbols if not s.properties & {Property.RANDOM, Property.DIMENSION} and s.name not in definitions
        ),
        orthogonal=tuple(sorted(orthogonal.items())),
        defined=tuple((by_name[n], definitions[n]) for n in _ordered(definitions)),
        solved=tuple((s, w) for s, w in plan(tuple(planned)).solved if s.name not in shared and s.name in by_name),
        checked=tuple(checked),
        sizes=tuple(sizes),
        functions=tuple(
            (name, _choices(function, assumptions, terms))
            for name, function in functions_used(claim, assumptions).items()
        ),
        hessian=any(isinstance(n, t.Derivative) and n.kind == "hessian" for term in terms for n in t.walk(term)),
        per_call=tuple(sorted(shared.items())),
        assumed=_assumed(assumptions),
        made=made_sizes(claim, tuple(assumptions)),
    )


def _assumed(assumptions: Sequence[Assumption]) -> frozenset[str]:
    """Names of the functions that any assumption reaches."""
    bounded = {a.function.name for a in assumptions if isinstance(a, SupBound)}
    return frozenset(
        bounded | {f.name for a in assumptions for u in assumption_terms(a) for f in functions_in(unfold(u))}
    )


def in_assumption(assumption: Solvable) -> frozenset[Symbol]:
    """Free symbols of an assumption."""
    return frozenset[Symbol]().union(*(free_symbols(term) for term in assumption_terms(assumption)))


def _names(assumption: Equal) -> set[str]:
    """Of the sides that are symbols."""
    return {side.name for side in (assumption.left, assumption.right) if isinstance(side, Symbol)}


def _written_out(terms: tuple[Term, Term], definitions: Mapping[str, Term]) -> tuple[Term, Term]:
    """The terms with what equalities define in place of its symbols."""
    first, second = terms
    for name in reversed(_ordered(dict(definitions))):
        for symbol in [s for s in free_symbols(first) | free_symbols(second) if s.name == name]:
            first, second = (replace(term, symbol, definitions[name]) for term in (first, second))
    return first, second


def _sides(assumption: Equal) -> tuple[tuple[Term, Term], tuple[Term, Term]]:
    return (assumption.right, assumption.left), (assumption.left, assumption.right)


def _is_zero(term: Term) -> bool:
    return isinstance(term, t.Zero) or (isinstance(term, t.Number) and term.value == 0)


def _centred_law(assumption: Equal) -> Symbol | None:
    """x, if the assumption is E[x] = 0."""
    for zero, mean in _sides(assumption):
        if _is_zero(zero) and isinstance(mean, t.Expectation) and mean.body == mean.over:
            return mean.over
    return None


def _orthogonal_columns(assumption: Equal) -> tuple[Symbol, Symbol] | None:
    """(a, b), if the assumption is a'b = 0 for two different columns."""
    for zero, product in _sides(assumption):
        if _is_zero(zero) and isinstance(product, t.Product) and len(product.factors) == 2:
            row, b = product.factors
            a = row.body if isinstance(row, t.Transpose) else None
            if not isinstance(a, Symbol) or not isinstance(b, Symbol) or a == b:
                continue
            if Property.RANDOM not in a.properties | b.properties:
                return (a, b)
    return None


def _ordered(definitions: dict[str, Term]) -> list[str]:
    """Names of defined symbols, each after those that its term needs."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for symbol in sorted(free_symbols(definitions[name]), key=lambda s: s.name):
                if symbol.name in definitions:
                    visit(symbol.name)
            order.append(name)

    for name in sorted(definitions):
        visit(name)
    return order


def _choices(
    function: Activation | t.ScalarField, assumptions: Sequence[Assumption], terms: tuple[Term, Term]
) -> tuple[str, ...]:
    """Concrete functions: a known name is itself; a free one is whatever is smooth enough for its declaration and for
    the derivatives that occur, with every sup bound finite."""
    if isinstance(function, t.ScalarField):
        return fields.NAMES
    needed = max((function.smoothness, *(_order(term, function) for term in terms)))
    known = known_function(function.name) is not None
    names = tuple(n for n in activations.LIBRARY if n == function.name) if known else activations.names(needed)
    for bound in assumptions:
        if isinstance(bound, SupBound) and bound.function == function:
            names = tuple(n for n in names if bound.order in dict(activations.LIBRARY[n].suprema))
    return names


def _order(term: Term, function: Activation, depth: int = 0) -> int:
    """The highest derivative of the activation that evaluating the term takes."""
    here = term.order + depth if isinstance(term, t.Elementwise) and term.function == function else 0
    deeper = depth + ({"hessian": 2}.get(term.kind, 1) if isinstance(term, t.Derivative) else 0)
    parts = [_order(c, function, deeper if c is term.children[0] else depth) for c in term.children]
    return max([here, *parts])
