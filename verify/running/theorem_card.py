"""How a notebook shows a theorem, an erratum or an experiment: with what earlier runs left, as `normproof show` does.

Its lines are checked there and then. `normproof` hangs it in, for who shows a theorem has asked for no run.
"""

from __future__ import annotations

from theory.statements.theorem import Theorem
from verify.running.recalling import recalled


def theorem_card(theorem: Theorem) -> str:
    """The card, as HTML."""
    from verify.press.printers.html import notebook
    from verify.results.store import Store, cache_folder
    from verify.settings import Settings

    with Store(cache_folder(), lambda text: None) as store:
        found = recalled([theorem], Settings(), store).results
    own = next(result for result in found if result.theorem.id == theorem.id)
    return notebook.card(own, [result for result in found if result.examined])


def attach() -> None:
    """Give theorems the method that notebooks ask for."""
    Theorem._repr_html_ = theorem_card  # type: ignore[attr-defined]
