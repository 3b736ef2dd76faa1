"""A mutant that nothing refutes is derived, if the program finds how: the search of `verify.deriving`, cut short.

It may cite the theorem that the mutant is of. What the search finds is nothing until the line checker accepts it.
"""

from __future__ import annotations

from theory.statements.claims import Assumption, Claim
from theory.statements.theorem import Theorem
from theory.terms import CalculusError
from verify.deriving import propose
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

DERIVED = "true as well: the program derives it"
STEPS = 600  # of the search, for one mutant


def derived(theorem: Theorem, claim: Claim, assumptions: tuple[Assumption, ...]) -> bool:
    """Is a derivation of the claim under these assumptions found, and accepted?

    The theorem is cited only where it is assumed no more than here, which the checker sees to, and only what of it is
    derived itself.
    """
    whole = all(part.derivation is not None for part in theorem.parts)
    try:
        mutant = Theorem(
            "lies.lie",
            claim,
            near_misses={"none": claim},
            assumptions=assumptions,
            setting=theorem.setting,
            docstring="A mutant, as the line checker sees it.",
        )
        found = propose(mutant, limit=STEPS, cited=(theorem,) if whole else ()).theorem
        return establish(check(found)).verdict is Verdict.PROVED
    except (CalculusError, ArithmeticError, RecursionError):
        return False
