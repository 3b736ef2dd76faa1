"""Does the theorem's own derivation still go through with less? The line checker says so, or nothing does.

What a theorem gives up, the theorems that its lines cite must give up as well, and be proved again without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from theory.statements.claims import Assumption, AtMost
from theory.statements.derivation import Instance, Reason
from theory.statements.theorem import Part, Theorem
from theory.terms import CalculusError, Symbol, Term
from verify.adversary.mutating.mutants_of_theorems import Mutant
from verify.adversary.mutating.redeclaring import Redeclared
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict


def still_proved(theorem: Theorem, part: Part, mutant: Mutant, facts: tuple[AtMost, ...] = ()) -> bool:
    """Do the part's lines, and those of all that they cite, hold with `facts` in place of what is given up?"""
    return _accepted(_Change(mutant.dropped, _redeclared(mutant), facts), theorem, part)


# ---- a theorem with less ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Change:
    """What is given up, what is assumed instead, and the changed theorems so far, each of which must be proved."""

    dropped: Assumption | None = None
    redeclared: Redeclared | None = None
    facts: tuple[AtMost, ...] = ()
    known: dict[tuple[str, str | None], Theorem] = field(default_factory=dict)

    def touches(self, theorem: Theorem) -> bool:
        return self.dropped in theorem.assumptions or (
            self.redeclared is not None and self.redeclared.old in theorem.symbols
        )

    def theorem(self, theorem: Theorem, label: str | None) -> Theorem:
        """The theorem, or one part of it, with less; itself if it has nothing of what is given up."""
        if not self.touches(theorem):
            return theorem
        key = (theorem.id, label)
        if key not in self.known:
            parts = tuple(self.part(p) for p in theorem.parts if label in (None, p.label))
            self.known[key] = _built(theorem, parts, self.assumptions(theorem.assumptions))
        return self.known[key]

    def assumptions(self, assumptions: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
        kept = tuple(self.assumption(a) for a in assumptions if a != self.dropped)
        return (*kept, *(f for f in self.facts if f not in kept))

    def assumption(self, assumption: Assumption) -> Assumption:
        return self.redeclared.assumption(assumption) if self.redeclared else assumption

    def term(self, term: Term) -> Term:
        return self.redeclared.term(term) if self.redeclared else term

    def part(self, part: Part) -> Part:
        claim = replace(part.claim, left=self.term(part.claim.left), right=self.term(part.claim.right))
        chain = part.derivation
        return Part(part.label, claim, None if chain is None else chain.mapped(self.term, self.reason))

    def reason(self, reason: Reason) -> Reason:
        match reason:
            case Theorem():
                return self.theorem(reason, None)
            case Instance(theorem, values, label):
                changed = tuple((self._symbol(s), self.term(v)) for s, v in values)
                return Instance(self.theorem(theorem, label), changed, label)
        return self.redeclared.reason(reason) if self.redeclared else reason

    def _symbol(self, symbol: Symbol) -> Symbol:
        return self.redeclared.symbol(symbol) if self.redeclared else symbol


def _redeclared(mutant: Mutant) -> Redeclared | None:
    return Redeclared(mutant.old, mutant.new) if mutant.old is not None and mutant.new is not None else None


def _accepted(change: _Change, theorem: Theorem, part: Part) -> bool:
    try:
        change.theorem(theorem, part.label)
        changed = list(change.known.values())
    except (CalculusError, ArithmeticError):
        return False  # a line speaks of what is gone
    return bool(changed) and all(establish(check(item)).verdict is Verdict.PROVED for item in changed)


def _built(theorem: Theorem, parts: tuple[Part, ...], assumptions: tuple[Assumption, ...]) -> Theorem:
    near = {"none": parts[0].claim}
    words = theorem.docstring or "A theorem with less."
    return Theorem(theorem.module, parts=parts, near_misses=near, assumptions=assumptions, docstring=words)
