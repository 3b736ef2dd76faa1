"""What a theorem file may not hand in, asked where it is built: types, names used twice, lies of another matter."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from theory import terms as t
from theory.statements.claims import Claim
from theory.statements.vocabulary import nodes_of, sides_of
from theory.terms import CalculusError, Property, Symbol, rewrite


class TheoremError(CalculusError):
    """A theorem file that does not state a theorem; the message says what is missing and how to supply it."""


def require(name: str, what: str, value: object, kinds: type | tuple[type, ...], remedy: str) -> None:
    """Raises TheoremError unless the value is of one of these kinds exactly: a subclass may be equal to anything.

    A Mapping may be of any kind: it is copied.
    """
    exact = type(value) in (kinds if isinstance(kinds, tuple) else (kinds,))
    if not exact and not (kinds is Mapping and isinstance(value, Mapping)):
        names = " or ".join(k.__name__ for k in (kinds if isinstance(kinds, tuple) else (kinds,)))
        raise TheoremError(
            f"{name}: {what}: expected {names}, got {value!r:.200} ({type(value).__name__}). Remedy: {remedy}"
        )


def require_each(name: str, what: str, values: object, kinds: type | tuple[type, ...], remedy: str) -> None:
    """Raises TheoremError unless it is a tuple of such values."""
    require(name, what, values, tuple, remedy)
    for k, value in enumerate(values if isinstance(values, tuple) else ()):
        require(name, f"{what}[{k}]", value, kinds, remedy)


def require_words(name: str, what: str, found: object, remedy: str) -> None:
    """Raises TheoremError unless it gives each name, a text, some text that says something."""
    require(name, what, found, Mapping, remedy)
    for key, words in found.items() if isinstance(found, Mapping) else ():
        require(name, f"a name in {what}", key, str, remedy)
        require(name, f"{what}[{key!r}]", words, str, remedy)
        if not words.strip():
            raise TheoremError(
                f"{name}: {what}[{key!r}]: expected a sentence that gives the reason, got none. Remedy: {remedy}"
            )


def matter(claims: Iterable[Claim]) -> frozenset[str]:
    """What claims speak of, by name: symbols that are no sizes, functions, definitions; sizes only if nothing else."""
    sides = [_matter(side) for side in sides_of(claims)]
    found = frozenset[str]().union(*(things for things, _ in sides))
    return found or frozenset[str]().union(*(sizes for _, sizes in sides))


@functools.lru_cache(maxsize=1024)  # a theorem is asked for once a near miss
def _matter(side: t.Term) -> tuple[frozenset[str], frozenset[str]]:
    """The names of what one side speaks of, and of its sizes."""
    symbols = rewrite.free_symbols(side)
    found = {s.name for s in symbols if not s.has(Property.DIMENSION)}
    found |= {f.name for f in rewrite.functions_in(side)}
    found |= {d.name for d in rewrite.definitions_in(side)}
    found |= {n.function.name for n in nodes_of(side) if isinstance(n, t.GrowthRate)}
    found |= {n.name for n in t.walk(side) if isinstance(n, t.Special)}
    return frozenset(found), frozenset(s.name for s in symbols if s.has(Property.DIMENSION))


def require_same_matter(name: str, what: str, found: Iterable[Claim], claims: Iterable[Claim], remedy: str) -> None:
    """Raises TheoremError if statements share nothing that they speak of; a claim on numbers alone shares with all."""
    own, other = matter(claims), matter(found)
    if own and not own & other:
        raise TheoremError(
            f"{name}: {what}: expected it to speak of {', '.join(sorted(own))}, as the claim does; got "
            f"{', '.join(sorted(other)) or 'numbers alone'}. Remedy: {remedy}"
        )


def require_one_meaning(name: str, claims: Iterable[Claim], others: Iterable[t.Term]) -> None:
    """Raises TheoremError if one name stands for two things: symbols, or functions, fields and definitions."""
    terms = [side for claim in claims for side in (claim.left, claim.right)] + list(others)
    symbols: dict[str, object] = {}
    functions: dict[str, object] = {}
    for term in terms:
        for known, found in (
            (symbols, rewrite.free_symbols(term)),
            (functions, rewrite.functions_in(term) | rewrite.definitions_in(term)),
        ):
            for thing in sorted((x for x in found if known.get(x.name) is not x), key=_name):
                before = known.setdefault(thing.name, thing)
                if before != thing:
                    kinds = sorted({_kind(before), _kind(thing)})
                    raise TheoremError(
                        f"{name}: the {' and the '.join(kinds)} {thing.name} is declared twice, with different "
                        f"{'bodies' if kinds == ['definition'] else 'shape or properties'}. "
                        "Remedy: declare it once and import it, or give one of them another name."
                    )


def require_under_expectation(name: str, terms: Iterable[t.Term]) -> None:
    """Raises TheoremError if a random vector stands outside of any expectation: it has no one value there."""
    for term in terms:
        for symbol in sorted(rewrite.free_symbols(term), key=lambda s: s.name):
            if symbol.has(Property.RANDOM) and rewrite.depends_on(term, symbol):
                raise TheoremError(
                    f"{name}: expected a random vector under an expectation over it, got {symbol.name} outside of any, "
                    f"in {term!r}. Remedy: E(..., over={symbol.name}), or an ordinary vector."
                )


def _name(thing: Symbol | t.Activation | t.ScalarField | t.Definition) -> tuple[str, str]:
    return type(thing).__name__, thing.name


def _kind(thing: object) -> str:
    kinds = {t.Activation: "activation", t.ScalarField: "scalar field", t.Definition: "definition"}
    return kinds.get(type(thing), "symbol")
