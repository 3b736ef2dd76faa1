"""Mutants of a theorem: every slip of the hand in its claims, and each assumption and declared property given up.

    mutants_of   theorem -> its mutants in a fixed order, each with a claim of its own
    candidates   the same before those that say the same are merged: every name that a witness may carry
    slips_alone  of these the slips in the claims: on numbers no range is changed

A mutant is `theorem-id[#part]/mutant: what was changed`. Two that have one normal form are one mutant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import (
    Assumption,
    Claim,
    Identity,
    Interchange,
    assumption_text,
)
from theory.statements.theorem import Part, Theorem
from theory.terms import CalculusError, Property, Symbol, rewrite
from verify.adversary.lies import Lie
from verify.adversary.mutating.redeclaring import Redeclared
from verify.adversary.mutating.slips import slips
from verify.deriving.rewriting import assuming
from verify.exact.assumptions import definitions_of
from verify.exact.witnesses import part_id
from verify.proof.matrices import forms
from verify.proof.matrices.normal_form import normal_form
from verify.results.records import MUTANT

ORIGIN = "mutant"
FEW = 5  # a claim that gives fewer slips than this as written is opened by one level of its definitions
HALF = t.Number(Fraction(1, 2))
# What a declared property becomes when it is given up: the weaker ones that a hand would write instead.
WEAKER: dict[Property, tuple[frozenset[Property], ...]] = {
    Property.NONZERO: (frozenset(),),
    Property.POSITIVE: (frozenset({Property.NONNEGATIVE}), frozenset({Property.NONZERO})),
    Property.NEGATIVE: (frozenset({Property.NONZERO}),),
    Property.NONNEGATIVE: (frozenset(),),
    Property.INVERTIBLE: (frozenset(),),
    Property.POSITIVE_DEFINITE: (frozenset({Property.POSITIVE_SEMIDEFINITE}), frozenset()),
    Property.POSITIVE_SEMIDEFINITE: (frozenset(),),
    Property.PROJECTOR: (frozenset(),),
    Property.ORTHOGONAL: (frozenset({Property.INVERTIBLE}),),
    Property.PERMUTATION: (frozenset(),),  # which leaves it orthogonal
    Property.BASIS: (frozenset({Property.NONZERO}), frozenset()),
}


@dataclass(frozen=True)
class Mutant:
    """A changed claim; or the claim itself without `dropped`, or with the symbol `old` declared only as `new`."""

    lie: Lie
    part: str
    dropped: Assumption | None = None
    old: Symbol | None = None
    new: Symbol | None = None

    @property
    def altered(self) -> bool:
        """Is it the claim that was changed?"""
        return self.dropped is None and self.old is None


def mutants_of(theorem: Theorem, label: str | None = None) -> tuple[Mutant, ...]:
    """The mutants of a theorem, or of its part of that label, without repetitions."""
    found: list[Mutant] = []
    for part in theorem.parts:
        if label in (None, part.label):
            found += _distinct(theorem, part)
    return tuple(found)


def candidates(theorem: Theorem) -> Iterator[Mutant]:
    """Every mutant of every part, also those that say the same as another."""
    for part in theorem.parts:
        yield from _of(theorem, part)


def slips_alone(theorem: Theorem) -> Iterator[Mutant]:
    """Every slip in the claim of every part, also those that are written alike."""
    for part in theorem.parts:
        yield from altered(theorem, part)


def given_up(theorem: Theorem, part: Part) -> Iterator[Mutant]:
    """The claim of a part with one assumption dropped, or one declared property weakened."""
    for assumption in theorem.assumptions:
        if isinstance(assumption, Interchange):
            continue  # every instance satisfies it: laws of finite support
        kept = tuple(a for a in theorem.assumptions if a != assumption)
        name = f"without {assumption_text(assumption)}"
        yield Mutant(_lie(theorem, part, name, part.claim, kept), part.label, dropped=assumption)
    free = rewrite.free_symbols(part.claim.left) | rewrite.free_symbols(part.claim.right)
    for symbol in sorted(free, key=lambda s: s.name):
        for weaker in _weaker(symbol, computed=symbol.name in definitions_of(theorem.assumptions)):
            change = Redeclared(symbol, weaker)
            claim = change.claim(part.claim)
            assumptions = tuple(change.assumption(a) for a in theorem.assumptions)
            name = f"{symbol.name} {_words(weaker)}, not {_words(symbol)}"
            yield Mutant(_lie(theorem, part, name, claim, assumptions), part.label, old=symbol, new=weaker)


# ---- a part's mutants ---------------------------------------------------------------------------------------
def altered(theorem: Theorem, part: Part) -> Iterator[Mutant]:
    """Slips in the claim of a part, with names that tell them apart: a name that comes again gets a number."""
    times: Counter[str] = Counter()
    for name, claim in _claims(part.claim):
        times[name] += 1
        told = name if times[name] == 1 else f"{name} ({times[name]})"
        yield Mutant(_lie(theorem, part, told, claim, theorem.assumptions), part.label)


def _of(theorem: Theorem, part: Part) -> Iterator[Mutant]:
    yield from altered(theorem, part)
    yield from given_up(theorem, part)


def _lie(theorem: Theorem, part: Part, name: str, claim: Claim, assumptions: tuple[Assumption, ...]) -> Lie:
    return Lie(f"{part_id(theorem, part)}{MUTANT}{name}", claim, assumptions, ORIGIN)


def _claims(claim: Claim) -> Iterator[tuple[str, Claim]]:
    found = [(f"{name}, on the {side}", changed) for side, name, changed in _slipped(claim)]
    yield from found
    called = frozenset(
        n.definition for side in (claim.left, claim.right) for n in t.walk(side) if isinstance(n, t.Call)
    )
    if len(found) < FEW and called:
        told = "with " + ", ".join(sorted(d.name for d in called)) + " written out"
        opened = replace(claim, left=rewrite.unfold(claim.left, called), right=rewrite.unfold(claim.right, called))
        yield from ((f"{name}, on the {side} {told}", changed) for side, name, changed in _slipped(opened))
    if claim.ordered:
        yield "the inequality reversed", type(claim)(claim.right, claim.left)
        if claim.relation == "<=" or claim.left != t.Number(Fraction(0)):  # 0 < f says the same of f/2
            yield "half the right side", type(claim)(claim.left, t.scale(HALF, claim.right))
        yield "an equality", Identity(claim.left, claim.right)


def _slipped(claim: Claim) -> Iterator[tuple[str, str, Claim]]:
    for side in ("right", "left"):
        for name, term in slips(getattr(claim, side)):
            if term.shape == claim.left.shape:
                yield side, name, replace(claim, left=term) if side == "left" else replace(claim, right=term)


def _distinct(theorem: Theorem, part: Part) -> list[Mutant]:
    """The mutants of a part: those that differ neither from the claim as written nor from one before by normal form."""
    ctx = assuming(theorem.assumptions)
    kept: list[Mutant] = []
    seen: set[object] = {(part.claim.relation, part.claim.left, part.claim.right)}
    for mutant in _of(theorem, part):
        claim = mutant.lie.claim
        if mutant.altered:
            written = (claim.relation, claim.left, claim.right)
            if written in seen:
                continue
            meaning = _meaning(ctx, claim)
            if meaning in seen:
                continue
            seen |= {written, meaning}
        kept.append(mutant)
    return kept


def _meaning(ctx: forms.Context, claim: Claim) -> object:
    """The difference of the sides in normal form; the claim itself where there is none."""
    try:
        sides = [normal_form(ctx, rewrite.unfold(side)) for side in (claim.left, claim.right)]
    except (CalculusError, ArithmeticError, RecursionError):
        return claim
    difference = forms.add(sides[0], sides[1], -1)
    return claim.relation, frozenset(difference.terms.items())


# ---- symbols that are declared to be less -------------------------------------------------------------------
def _weaker(symbol: Symbol, *, computed: bool) -> Iterator[Symbol]:
    """The symbol with each property weakened; a second moment, which an assumption computes, is semidefinite anyway."""
    if symbol.properties & {Property.DIMENSION, Property.RANDOM}:
        return
    for prop in sorted(_strongest(symbol) & WEAKER.keys(), key=lambda p: p.value):
        for instead in WEAKER[prop][: 1 if computed else None]:
            yield replace(symbol, properties=symbol.properties - {prop} | instead)
    if symbol.properties == {Property.SYMMETRIC}:
        yield replace(symbol, properties=frozenset())


def _strongest(symbol: Symbol) -> frozenset[Property]:
    """What is declared, without what a permutation matrix is anyway: it would not be given up alone."""
    return symbol.properties - ({Property.ORTHOGONAL} if symbol.has(Property.PERMUTATION) else set())


def _words(symbol: Symbol) -> str:
    """`positive definite`, or `any` if nothing is declared; what follows from another property is not said."""
    strong = _strongest(symbol) - {Property.SYMMETRIC} or symbol.properties
    return " and ".join(sorted(p.value for p in strong)) or "any"
