"""How a notebook shows theorems, results and evidence. Hung in from above: none of them knows HTML or the press.

A theorem is shown as `normproof show` shows it: with what earlier runs left, and its lines checked there and then.
"""

from __future__ import annotations

import html

from theory.statements.derivation import Derivation
from theory.statements.theorem import NearMiss, Theorem
from verify.proof.kernel import Evidence
from verify.results.records import TheoremResult


def card(result: TheoremResult) -> str:
    """A result as a card."""
    from verify.press.printers.html import notebook

    return notebook.card(result)


def theorem_card(theorem: Theorem) -> str:
    """A theorem, an erratum or an experiment as a card, with what is known of it."""
    from verify.press.printers.html import notebook
    from verify.results.store import Store, cache_folder
    from verify.running.recalling import recalled
    from verify.settings import Settings

    with Store(cache_folder(), lambda text: None) as store:
        found = recalled([theorem], Settings(), store).results
    own = next(result for result in found if result.theorem.id == theorem.id)
    return notebook.card(own, [result for result in found if result.examined])


def derivation_table(written: Derivation) -> str:
    """A derivation as a table."""
    from verify.press.printers.html import notebook

    return notebook.derivation(written)


def near_miss(stated: NearMiss) -> str:
    """A false neighbour as a formula."""
    from verify.press.printers.html import notebook

    return notebook.near_miss(stated)


def _evidence(found: Evidence) -> str:
    words = html.escape(f": {found.verdict.value}, {found.reason}")
    ranges = "; ".join(f"{name}: {value}" for name, value in getattr(found.observation, "ranges", ()))
    return f"<div><strong>{found.rule.value}</strong>{words}</div><div>{html.escape(ranges)}</div>"


def attach() -> None:
    """Give them the method that notebooks ask for; the press is loaded when it is first called."""
    shown = {Evidence: _evidence, TheoremResult: card, Theorem: theorem_card, Derivation: derivation_table}
    for kind, method in (*shown.items(), (NearMiss, near_miss)):
        kind._repr_html_ = method  # type: ignore[attr-defined]
