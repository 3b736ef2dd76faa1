"""The door of the room: `check` a theorem's lines, `establish` what was seen, `conclude` from all that was.

Whoever asks whether something is proved needs no more than this. What searches, outside, may use the room's parts: what
it finds with them comes in through this door again.
"""

from __future__ import annotations

from theory.statements.erratum import Erratum
from theory.statements.setting import Matrices, Numbers
from theory.statements.theorem import Theorem
from verify.proof import lines_on_matrices, lines_on_numbers
from verify.proof.kernel import EvidenceError, conclude, conclude_denial, establish
from verify.proof.observations import DerivationTrace
from verify.settings import Settings

__all__ = ["check", "conclude", "conclude_denial", "establish"]

_CHECKERS = {Matrices: lines_on_matrices.observe, Numbers: lines_on_numbers.observe}


def check(theorem: Theorem, settings: Settings | None = None) -> DerivationTrace:
    """Every line of every part, looked at by the checker of the theorem's setting; `settings` change nothing.

    Raises EvidenceError for a class of another kind, which could say one thing here and another elsewhere.
    """
    if type(theorem) not in (Theorem, Erratum):
        raise EvidenceError(f"expected a Theorem or an Erratum itself, got {type(theorem).__name__}.")
    return _CHECKERS[type(theorem.setting)](theorem)
