"""Parts whose derivation is one line, "unfold everything, differentiate": a lecturer would write the steps between.

`python -m tests.boards` names them, as part of `make check`: it warns and fails nothing. `tests/test_boards.py` sees
that there are no more of them than before.
"""

from __future__ import annotations

from collections.abc import Iterable

from theory import Part, Theorem
from theory.statements.derivation import Algebra, Differentiate, Unfold
from verify.loading import loader

MOST = 33


def bare(part: Part) -> bool:
    """One line, by definitions and differentiation alone: several definitions at once, or one and its derivative."""
    if part.derivation is None or len(part.derivation.lines) != 1:
        return False
    reasons = part.derivation.lines[0].reasons
    unfolded = [d for reason in reasons if isinstance(reason, Unfold) for d in reason.definitions]
    differentiated = any(isinstance(reason, Differentiate) for reason in reasons)
    return (
        all(isinstance(reason, Unfold | Differentiate | Algebra) for reason in reasons)
        and len(unfolded) + differentiated > 1
    )


def found(theorems: Iterable[Theorem]) -> list[str]:
    """Each such part, by the id of its theorem and its label."""
    return [f"{t.id}{f' ({part.label})' if part.label else ''}" for t in theorems for part in t.parts if bare(part)]


def main() -> None:
    """Print a warning with their names."""
    if parts := found(loader.load([])):
        print(f"warning: {len(parts)} parts are derived in one line, unfold everything, differentiate:")
        print("\n".join(f"  {part}" for part in parts))


if __name__ == "__main__":
    main()
