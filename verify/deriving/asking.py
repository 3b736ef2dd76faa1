"""The line checker, asked within a counted number of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from theory.statements.claims import Assumption
from theory.statements.derivation import ALGEBRA, Derivation, Line, Reason
from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Term
from verify.proof import lines_on_matrices, lines_on_numbers
from verify.proof.observations import LineTrace

_Check = Callable[[int, Term, Line], LineTrace]
_CHECKERS: Mapping[type[Setting], Callable[[Theorem, tuple[Assumption, ...]], _Check]] = {
    Matrices: lines_on_matrices.checker,
    Numbers: lambda theorem, _: partial(lines_on_numbers.check_line, theorem),
}


class LimitReachedError(Exception):
    """The search has taken as many steps as it may."""


@dataclass
class Asking:
    """Who puts lines to the checker of a theorem's setting, in `limit` steps at most."""

    theorem: Theorem
    limit: int
    cited: tuple[Theorem, ...] = ()  # what a line may cite
    lemmas: tuple[Derivation, ...] = ()  # identities derived before: their lines may stand in another derivation
    given: tuple[Assumption, ...] = ()  # hypotheses of the inductions that its lines stand in
    asked: int = 0

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What a line may use as assumed."""
        return (*self.theorem.assumptions, *self.given)

    @cached_property
    def _check(self) -> _Check:
        """One for all lines of a search: most of them begin or end with the same terms."""
        return _CHECKERS[type(self.theorem.setting)](self.theorem, self.given)

    def accepts(self, before: Term, line: Line) -> bool:
        """Does the line follow? Raises LimitReachedError where no more may be asked."""
        self.weigh()
        try:
            return self._check(1, before, line).accepted
        except (CalculusError, ArithmeticError, RecursionError):
            return False

    def weigh(self) -> None:
        """Count a step: a line that is asked, or a brick of a certificate that is put into normal form."""
        if self.asked >= self.limit:
            raise LimitReachedError
        self.asked += 1

    def derives(self, derivation: Derivation) -> bool:
        """Does every line of it follow? It stops at the first that does not."""
        before = derivation.start
        for line in derivation.lines:
            if not self.accepts(before, line):
                return False
            before = line.term
        return True

    def lean(self, before: Term, line: Line) -> Line:
        """An accepted line without the reasons that it does not need; ALGEBRA alone where it needs none."""
        reasons = line.reasons
        for reason in line.reasons:
            fewer: tuple[Reason, ...] = tuple(r for r in reasons if r is not reason) or (ALGEBRA,)
            if fewer != reasons and self.accepts(before, Line(line.relation, line.term, fewer)):
                reasons = fewer
        return Line(line.relation, line.term, reasons)
