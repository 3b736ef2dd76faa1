"""What a claim needs of a random instance, read from its symbols and assumptions.

Every symbol is drawn, defined by an equality, or solved for; laws may have to be centred.

Says which assumptions are met by construction; `batches` builds the instances and checks every one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numerics import activations, fields
from theory.calculus import terms as t
from theory.calculus.known_functions import known_function
from theory.calculus.rewrite import free_symbols, unfold
from theory.calculus.terms import Activation, Property, Symbol, Term
from theory.claims import Assumption, AtMost, Claim, Equal, Interchange, SupBound, symbols_of
from verify.exact.assumptions import definitions_of, functions_used
from verify.exact.laws import is_whitened
from verify.exact.planning import scaled_identity
from verify.floating.calls import per_call


@dataclass(frozen=True)
class Spectrum:
    """A scalar symbol solved for: the largest ("upper") or smallest ("lower") eigenvalue of a symmetric term."""

    symbol: Symbol
    side: Term
    end: str


@dataclass(frozen=True)
class Setting:
    """Symbols of a claim by how they get their values, and the assumptions left to be checked only.

    `full_rank` lists laws that need more points than entries; `orthogonal` maps a column to the one it is normal to;
    `per_call` symbols have one value in a whole batch, out of those listed if any are.
    """

    dimensions: tuple[Symbol, ...]
    laws: tuple[Symbol, ...]
    centred: frozenset[str]
    white: frozenset[str]
    full_rank: frozenset[str]
    drawn: tuple[Symbol, ...]
    orthogonal: tuple[tuple[str, str], ...]
    defined: tuple[tuple[Symbol, Term], ...]
    bounds: tuple[SupBound, ...]
    spectra: tuple[Spectrum, ...]
    checked: tuple[Equal | AtMost, ...]
    functions: tuple[tuple[str, tuple[str, ...]], ...]
    hessian: bool
    per_call: tuple[tuple[str, tuple[float, ...]], ...] = ()


def read(claim: Claim, assumptions: Sequence[Assumption]) -> Setting:
    """The setting of a claim under assumptions. Those that no construction meets are checked instance by instance."""
    symbols = sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name)
    by_name = {s.name: s for s in symbols}
    definitions = {n: term for n, term in definitions_of(assumptions).items() if n in by_name}
    centred: set[str] = set()
    orthogonal: dict[str, str] = {}
    bounds: list[SupBound] = []
    spectra: list[Spectrum] = []
    checked: list[Equal | AtMost] = []
    for assumption in assumptions:
        if isinstance(assumption, Interchange):
            continue  # laws are drawn with finite support
        if isinstance(assumption, SupBound):
            bounds.append(assumption)
        elif isinstance(assumption, AtMost):
            found = _spectra(assumption, definitions)
            spectra.extend(found)
            checked.extend([] if found else [assumption])
        elif (law := _centred_law(assumption)) is not None:
            centred.add(law.name)
        elif (pair := _orthogonal_columns(assumption)) is not None and not {p.name for p in pair} & set(definitions):
            orthogonal[pair[1].name] = pair[0].name
        elif not any(definitions.get(s.name) is u for s, u in _sides(assumption) if isinstance(s, Symbol)):
            checked.append(assumption)
    computed = set(definitions) | {b.bound.name for b in bounds} | {s.symbol.name for s in spectra}
    definite = [u for n, u in definitions.items() if Property.POSITIVE_DEFINITE in by_name[n].properties]
    terms = (unfold(claim.left), unfold(claim.right))
    return Setting(
        dimensions=tuple(s for s in symbols if s.has(Property.DIMENSION)),
        laws=tuple(s for s in symbols if s.has(Property.RANDOM)),
        centred=frozenset(centred),
        white=frozenset(s.name for s in symbols if s.has(Property.RANDOM) and is_whitened(s, assumptions)),
        full_rank=frozenset(s.name for u in definite for s in free_symbols(u) if s.has(Property.RANDOM)),
        drawn=tuple(
            s for s in symbols if not s.properties & {Property.RANDOM, Property.DIMENSION} and s.name not in computed
        ),
        orthogonal=tuple(sorted(orthogonal.items())),
        defined=tuple((by_name[n], definitions[n]) for n in _ordered(definitions)),
        bounds=tuple(bounds),
        spectra=tuple(spectra),
        checked=tuple(checked),
        functions=tuple(
            (name, _choices(function, bounds, terms)) for name, function in functions_used(claim, assumptions).items()
        ),
        hessian=any(isinstance(n, t.Derivative) and n.kind == "hessian" for term in terms for n in t.walk(term)),
        per_call=tuple(sorted(per_call((claim.left, claim.right, *definitions.values())).items())),
    )


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


def _spectra(assumption: AtMost, definitions: dict[str, Term]) -> list[Spectrum]:
    found = []
    for end, bound, side in (
        ("upper", assumption.right, assumption.left),
        ("lower", assumption.left, assumption.right),
    ):
        symbol = scaled_identity(bound)
        if symbol is not None and symbol.name not in definitions and symbol not in free_symbols(side):
            found.append(Spectrum(symbol, side, end))
    return found


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
    function: Activation | t.ScalarField, bounds: Sequence[SupBound], terms: tuple[Term, Term]
) -> tuple[str, ...]:
    """Concrete functions: a known name is itself; a free one is whatever is smooth enough for its declaration and for
    the derivatives that occur, with every sup bound finite."""
    if isinstance(function, t.ScalarField):
        return fields.NAMES
    needed = max((function.smoothness, *(_order(term, function) for term in terms)))
    known = known_function(function.name) is not None
    names = tuple(n for n in activations.LIBRARY if n == function.name) if known else activations.names(needed)
    for bound in bounds:
        if bound.function == function:
            names = tuple(n for n in names if bound.order in dict(activations.LIBRARY[n].suprema))
    return names


def _order(term: Term, function: Activation, depth: int = 0) -> int:
    """The highest derivative of the activation that evaluating the term takes."""
    here = term.order + depth if isinstance(term, t.Elementwise) and term.function == function else 0
    deeper = depth + ({"hessian": 2}.get(term.kind, 1) if isinstance(term, t.Derivative) else 0)
    parts = [_order(c, function, deeper if c is term.children[0] else depth) for c in term.children]
    return max([here, *parts])
