"""What SymPy says of a line, and how it is asked: within bounds, since no question to it is known to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from theory.statements.theorem import Part
from theory.terms import Term
from verify.by_sympy.atoms import Cannot
from verify.patience import OutOfTime, within

SECONDS = 60.0  # of processor time for one line and one way to show it: every line of the catalogue takes below 10


class Answer(StrEnum):
    """What SymPy says of a line."""

    EVERYWHERE = "everywhere"
    AT_SIZES = "sizes"
    AT_POINTS = "points"
    OPEN = "open"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Repeated:
    """The answer for one line, and in words at which sizes, why it is open, or where the sides differ."""

    number: int
    answer: Answer
    detail: str = ""


def claims(part: Part) -> tuple[tuple[Term, str, Term], ...]:
    """What the lines of a part say, each as left, relation, right; of a part without lines, what it claims."""
    if part.derivation is None:
        return ((part.claim.left, part.claim.relation, part.claim.right),)
    before = (part.derivation.start, *(line.term for line in part.derivation.lines))
    pairs = zip(before, part.derivation.lines, strict=False)
    return tuple((term, line.relation, line.term) for term, line in pairs)


def attempt(work: Callable[[], object]) -> str:
    """Why it did not come to "yes", or to an end, in words; empty if it did."""
    try:
        with within(SECONDS):
            return "the difference does not reduce to 0" if work() is False else ""
    except Cannot as problem:
        return f"no rule for {problem}"
    except OutOfTime:
        return f"more than {SECONDS:.0f} s of computing"
    except (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError) as problem:
        return f"SymPy raises {type(problem).__name__}: {str(problem)[:80]}"  # its own, and no answer either
