"""Parts whose derivation is one line, "unfold everything, differentiate": a lecturer would write the steps between.

`python -m tests.boards` names them, as part of `make check`: it warns and fails nothing. `tests/test_boards.py` sees
that there are no more of them than before, and that every file of a theorem states its claims and then derives them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import theory
from theory import Part, Theorem
from theory.statements.claims import Claim
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


STATING = {name for name, kind in vars(theory).items() if isinstance(kind, type) and issubclass(kind, Claim)} | {"Part"}


def derived_first(text: str) -> bool:
    """Does this file of a theorem begin a derivation before it has stated anything?"""
    stated, derived = ([*_calls(text, names)] for names in (STATING, {"start"}))
    return bool(stated and derived and min(derived) < min(stated))


def _calls(text: str, names: set[str]) -> Iterator[tuple[int, int]]:
    """Where one of these functions is called by its name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node.lineno, node.col_offset


def files_of_theorems() -> list[Path]:
    """Every file of a theorem or an erratum that comes along."""
    (folder,) = theory.__path__
    return [path for room in ("theorems", "errata") for path in sorted(Path(folder, room).rglob("*.py"))]


def main() -> None:
    """Print a warning with their names."""
    if parts := found(loader.load([])):
        print(f"warning: {len(parts)} parts are derived in one line, unfold everything, differentiate:")
        print("\n".join(f"  {part}" for part in parts))


if __name__ == "__main__":
    main()
