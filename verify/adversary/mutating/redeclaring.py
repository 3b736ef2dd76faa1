"""A symbol declared otherwise throughout: in terms, claims, assumptions, reasons and the definitions that speak of it.

A symbol with other properties is another symbol, so everything that mentions it is built again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Claim, Equal, Gaussian, Interchange, SupBound
from theory.statements.derivation import (
    CauchySchwarz,
    DeterminantBound,
    ExpTangent,
    Induction,
    MeanValue,
    Reason,
    RootBound,
    Surplus,
    Unfold,
)
from theory.terms import Symbol, Term, rewrite


@dataclass(frozen=True)
class Redeclared:
    """`old` is declared as `new`. One of these for a whole theorem keeps each definition one thing."""

    old: Symbol
    new: Symbol
    _known: dict[t.Definition, t.Definition] = field(default_factory=dict, repr=False, compare=False)

    def term(self, term: Term) -> Term:
        """Bound copies of the symbol are declared alike."""
        match term:
            case t.Symbol():
                return self.symbol(term)
            case t.Derivative(body, variable, at, kind):
                return t.Derivative(self.term(body), self.symbol(variable), self.term(at), kind)
            case t.Iterate(bodies, variables, starts, count, index):  # of what is iterated nothing is declared
                back = {self.symbol(variable): variable for variable in variables}
                made = [rewrite.substitute(self.term(body), back) for body in bodies]
                return t.Iterate(tuple(made), variables, tuple(map(self.term, starts)), count, index)
            case t.Call(definition, arguments):
                return self.definition(definition)(*(self.term(a) for a in arguments))
            case _:
                return rewrite.rebuild(term, self.term)

    def symbol(self, symbol: Symbol) -> Symbol:
        return replace(self.new, bound=symbol.bound) if replace(symbol, bound=0) == self.old else symbol

    def definition(self, definition: t.Definition) -> t.Definition:
        """Itself, unless the symbol is fixed in its body; parameters are nobody else's."""
        if definition not in self._known:
            fixed = rewrite.free_symbols(definition.body) - frozenset(definition.parameters)
            changed = replace(definition, body=self.term(definition.body)) if self.old in fixed else definition
            self._known[definition] = changed
        return self._known[definition]

    def claim(self, claim: Claim) -> Claim:
        return replace(claim, left=self.term(claim.left), right=self.term(claim.right))

    def assumption(self, assumption: Assumption) -> Assumption:
        terms = {name: self.term(value) for name, value in vars(assumption).items() if isinstance(value, Term)}
        return replace(assumption, **terms)  # type: ignore[arg-type]

    def reason(self, reason: Reason) -> Reason:
        """What is cited stays as it is: whether a theorem holds of the symbol as it is now, the line checker says."""
        match reason:
            case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
                return self.assumption(reason)
            case Surplus(term):
                return replace(reason, term=self.term(term))
            case CauchySchwarz(left, right, metric, over):
                over = self.symbol(over) if over is not None else None
                return CauchySchwarz(self.term(left), self.term(right), self.term(metric), over)
            case ExpTangent(argument):
                return ExpTangent(self.term(argument))
            case DeterminantBound(left, right):
                return DeterminantBound(self.term(left), self.term(right))
            case MeanValue(_, _, bound, left, right):
                return replace(reason, bound=self.term(bound), left=self.term(left), right=self.term(right))
            case RootBound(lower, upper, term):
                return RootBound(*map(self.term, (lower, upper, term)))
            case Induction(over, base, step):
                return Induction(over, *(chain.mapped(self.term, self.reason) for chain in (base, step)))
            case Unfold(definitions):
                return Unfold(tuple(map(self.definition, definitions)))
        return reason
