"""How a notebook shows terms, claims and theorems: as LaTeX. Hung in from above, so that none of them knows any."""

from __future__ import annotations

from theory.statements.claims import Claim
from theory.statements.theorem import Theorem
from theory.terms import Term


def _term(term: Term) -> str:
    from theory.typeset.formulas import latex

    return f"${latex(term)}$"


def _claim(claim: Claim) -> str:
    from theory.typeset.formulas import latex_relation

    return f"${latex_relation(claim.left, claim.relation, claim.right)}$"


def _theorem(theorem: Theorem) -> str | None:
    """The statement; nothing of an experiment, which measures and states no formula."""
    from theory.typeset.statements import latex_statement

    if not theorem.parts:
        return None

    return f"$\\displaystyle {latex_statement(theorem)}$"


def attach() -> None:
    """Give every term, claim and theorem the method that notebooks ask for; LaTeX is loaded when it is first called."""
    Term._repr_latex_ = _term  # type: ignore[attr-defined]
    Claim._repr_latex_ = _claim  # type: ignore[attr-defined]
    Theorem._repr_latex_ = _theorem  # type: ignore[attr-defined]
