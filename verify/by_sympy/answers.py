"""What SymPy says of a line, and how it is asked: within bounds, since no question to it is known to end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from theory.statements.theorem import Part
from theory.terms import Term
from verify.by_sympy.atoms import Cannot
from verify.patience import OutOfTime, within

T = TypeVar("T")

SECONDS = 60.0  # of processor time for one line and one way to show it: every line of the catalogue takes below 10
ALL = 90.0  # for all lines of a theorem; a unit of work may take 120 at the least (`verify.patience`)


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
    terms = (part.derivation.start, *(line.term for line in part.derivation.lines))
    pairs = zip(pairwise(terms), part.derivation.lines, strict=True)
    return tuple((before, line.relation, after) for (before, after), line in pairs)


class Asked:
    """The questions that a theorem puts to SymPy, each within `SECONDS` and all of them within `ALL`.

    Both lie below what a unit of work may take: lines that are left open take nothing from a proof, a unit that is
    stopped would.
    """

    def __init__(self) -> None:
        self.left = ALL

    def ask(self, work: Callable[[], T]) -> tuple[T | None, str]:
        """What came, or None and in words why nothing did."""
        bound, begin = min(SECONDS, self.left), time.process_time()
        if bound <= 0:
            return None, f"more than {ALL:.0f} s of computing for the lines before"
        try:
            with within(bound):
                return work(), ""
        except Cannot as problem:
            return None, f"no rule for {problem}"
        except OutOfTime:
            return None, f"more than {bound:.0f} s of computing"
        except (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError) as problem:
            # SymPy's own, and no answer either
            return None, f"SymPy raises {type(problem).__name__}: {str(problem)[:80]}"
        finally:
            self.left -= time.process_time() - begin

    def shown(self, work: Callable[[], bool]) -> str:
        """Why a difference is not shown to be 0, in words; empty if it is."""
        found, problem = self.ask(work)
        return problem or ("" if found else "the difference does not reduce to 0")
