"""There is a c such that ...: a claim with a term in the place of c, and what is declared of c as claims of that term.

`Theorem(__name__, **for_some({c: witness}, claim), near_misses=...)` says it, and every page prints below the claim
what was meant. What is proved is proved of the witness; that it is defined is asked for, since it stands in the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TypedDict

from theory import terms as t
from theory.statements.claims import Below, Bound, Claim, Identity
from theory.statements.derivation import Derivation
from theory.statements.doors import TheoremError
from theory.statements.theorem import Part
from theory.terms import Property, Symbol, Term, as_term, rewrite
from theory.terms.lettering import free_names
from theory.terms.symbols import basis_vector, vector
from theory.terms.text import text


class Meant(TypedDict):
    """Arguments of a theorem: its parts, and the words below them."""

    parts: tuple[Part, ...]
    reads: str


_ZERO = t.Number(Fraction(0))


def _form(witness: Term, letters: Iterator[str], *, nonzero: bool) -> Term:
    column = vector(next(letters), witness.rows, nonzero=nonzero)
    return t.transpose(column) @ witness @ column


def _entry(witness: Term, letters: Iterator[str]) -> Term:
    """A number as it is; of a column the entry at any place."""
    return witness if witness.is_scalar else t.transpose(basis_vector(next(letters), witness.rows)) @ witness


def _squared(witness: Term) -> Term:
    return t.transpose(witness) @ witness


_SAYS: Mapping[Property, Callable[[Term, Iterator[str]], Claim]] = {
    Property.POSITIVE: lambda w, e: Below(_ZERO, _entry(w, e)),
    Property.NONNEGATIVE: lambda w, e: Bound(_ZERO, _entry(w, e)),
    Property.NEGATIVE: lambda w, _: Below(w, _ZERO),
    Property.NONZERO: lambda w, _: Below(_ZERO, _squared(w)),
    Property.INVERTIBLE: lambda w, _: Below(_ZERO, t.power(t.determinant(w), Fraction(2))),
    Property.SYMMETRIC: lambda w, _: Identity(t.transpose(w), w),
    Property.POSITIVE_DEFINITE: lambda w, v: Below(_ZERO, _form(w, v, nonzero=True)),
    Property.POSITIVE_SEMIDEFINITE: lambda w, v: Bound(_ZERO, _form(w, v, nonzero=False)),
    Property.PROJECTOR: lambda w, _: Identity(w @ w, w),
    Property.ORTHOGONAL: lambda w, _: Identity(_squared(w), t.Eye(w.columns)),
    Property.PERMUTATION: lambda w, _: Identity(t.hadamard(w, w), w),  # its entries are 0 and 1: `_said` adds the rest
}


def for_some(
    witness: Mapping[Symbol, Term | int | Fraction], claim: Claim, derivation: Derivation | None = None
) -> Meant:
    """There are such symbols that the claim holds: the parts and the words of a theorem that says so of the witness.

    witness: what each symbol is, of its shape, in terms of the others. `derivation`: of the claim with that put in.
    Raises TheoremError for a symbol that the claim does not speak of, that its own witness speaks of, or that is
    random, a dimension or a basis vector, and for a witness of another shape.
    """
    given = {symbol: as_term(value) for symbol, value in witness.items()}
    for symbol, value in given.items():
        _require(symbol, value, claim, given)
    made = type(claim)(rewrite.substitute(claim.left, given), rewrite.substitute(claim.right, given))
    taken = {
        symbol.name for side in (claim.left, claim.right, *given.values()) for symbol in rewrite.free_symbols(side)
    }
    letters = free_names("v", taken)
    declared = [part for symbol, value in given.items() for part in _declared(symbol, value, letters)]
    parts = (Part("the claim" if declared else "", made, derivation), *declared)
    names = ", ".join(symbol.name for symbol in given)
    found = " and ".join(f"{symbol.name} = {text(value)}" for symbol, value in given.items())
    verb, one = ("is", "one is") if len(given) == 1 else ("are", "such are")
    said = f"{text(claim.left)} {claim.relation} {text(claim.right)}"
    every = ", ".join(dict.fromkeys(name for value in given.values() for name in _depends(value)))
    lead = f"for every {every} there" if every else "there"
    return Meant(parts=parts, reads=f"{lead} {verb} {names} such that {said}; {one} {found}")


def _depends(value: Term) -> list[str]:
    """What a witness is made of: it is chosen when that is given, and before all else is."""
    free = rewrite.free_symbols(value)
    return [symbol.name for symbol in sorted(free, key=lambda s: s.name) if not symbol.has(Property.DIMENSION)]


def _declared(symbol: Symbol, value: Term, letters: Iterator[str]) -> Iterator[Part]:
    """What is declared of the symbol, as a claim of what stands for it; `letters`: of columns that are new in it. What
    is equal as it is written is left out, unless it is to be less."""
    for prop in sorted(_said(symbol), key=lambda p: p.value):
        claim = _SAYS[prop](value, letters)
        if claim.left != claim.right or claim.relation == "<":
            yield Part(f"{symbol.name} is {prop.value}", claim)


def _said(symbol: Symbol) -> frozenset[Property]:
    """What is declared. That entries are 0 and 1 makes an orthogonal matrix a permutation matrix, and no other."""
    return symbol.properties | ({Property.ORTHOGONAL} if symbol.has(Property.PERMUTATION) else set())


def _require(symbol: Symbol, value: Term, claim: Claim, given: Mapping[Symbol, Term]) -> None:
    spoken = rewrite.free_symbols(claim.left) | rewrite.free_symbols(claim.right)
    problem = ""
    if symbol not in spoken:
        problem = f"a symbol of the claim, got {symbol.name}, of which it does not speak"
    elif symbol.properties - _SAYS.keys():
        said = ", ".join(sorted(p.value for p in symbol.properties))
        problem = f"a symbol that can be chosen, got {symbol.name}: {said}"
    elif symbol.shape != value.shape:
        problem = f"a witness of shape {t.show(symbol.shape)}, got {value!r:.80} of shape {t.show(value.shape)}"
    elif given.keys() & rewrite.free_symbols(value):
        problem = f"a witness in terms of other symbols, got {symbol.name} = {value!r:.80}"
    if problem:
        raise TheoremError(f"for_some: expected {problem}. Remedy: for_some({{c: norm(x)}}, Bound(left, c * right)).")
