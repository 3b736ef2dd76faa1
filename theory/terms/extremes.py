"""Entries and eigenvalues that are the largest or the smallest, in the largest eigenvalues that they are made of: what
a printer has a word for."""

from __future__ import annotations

from enum import Enum

from theory.terms.base import Term
from theory.terms.functions import Elementwise
from theory.terms.nodes import Diag, LargestEigenvalue, Number, Scale


class Extreme(Enum):
    """What is taken of a column or of a symmetric matrix, by the name of what makes it."""

    MAX_NORM = "max_norm"
    LARGEST_ENTRY = "largest_entry"
    SMALLEST_ENTRY = "smallest_entry"
    LARGEST_EIGENVALUE = "largest_eigenvalue"
    SMALLEST_EIGENVALUE = "smallest_eigenvalue"


def as_extreme(term: Term) -> tuple[Extreme, Term] | None:
    """Which of them a term is, and of what; None for any other term."""
    match term:
        case LargestEigenvalue(Diag(Elementwise(function, 0, body))) if function.name == "abs":
            return Extreme.MAX_NORM, body
        case LargestEigenvalue(Diag(body)):
            return Extreme.LARGEST_ENTRY, body
        case Scale(Number(-1), LargestEigenvalue(Diag(Scale(Number(-1), body)))):
            return Extreme.SMALLEST_ENTRY, body
        case LargestEigenvalue(body):
            return Extreme.LARGEST_EIGENVALUE, body
        case Scale(Number(-1), LargestEigenvalue(Scale(Number(-1), body))):
            return Extreme.SMALLEST_EIGENVALUE, body
    return None
