"""What SymPy says of every line of a derivation: a second deriver, which shares no code with the line checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import Theorem
from verify.by_sympy import lines_on_matrices, lines_on_numbers
from verify.by_sympy.answers import Repeated
from verify.proof.observations import LineOutcome, RepeatedLine, RepeatedPart, RepeatedTrace
from verify.settings import Settings

_ROWS: Mapping[type[Setting], Callable[[Theorem], tuple[tuple[Repeated, ...], ...]]] = {
    Matrices: lines_on_matrices.repeat,
    Numbers: lines_on_numbers.repeat,
}


def observe(theorem: Theorem, settings: Settings) -> RepeatedTrace:
    """Each part of the theorem, line by line."""
    parts = zip(theorem.parts, _ROWS[type(theorem.setting)](theorem), strict=True)
    return RepeatedTrace(
        tuple(
            RepeatedPart(part.label, tuple(RepeatedLine(a.number, LineOutcome(a.answer), a.detail) for a in lines))
            for part, lines in parts
        )
    )
