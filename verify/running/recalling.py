"""What earlier runs left of theorems, for those who print and do not wait: the store is read, little else is done.

Lines of derivations are checked and misprints refuted, which takes milliseconds. What only a run does is left out and
named: no experiment is measured because somebody wants a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from theory.statements.erratum import Erratum
from theory.statements.theorem import Theorem
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import runner
from verify.running.executors import Work
from verify.running.rulebook import PRINTED
from verify.settings import Budget, Settings

BUDGETS = (Budget.THOROUGH, Budget.STANDARD, Budget.QUICK)  # where as much is stored of several, the first is taken


@dataclass(frozen=True)
class Recalled:
    """Results, used theorems first; `missing` names what no run has done, by the theorem's id."""

    results: list[TheoremResult]
    missing: Mapping[str, tuple[str, ...]]


def recalled(
    theorems: Sequence[Theorem], settings: Settings, store: Store, budgets: Sequence[Budget] = BUDGETS
) -> Recalled:
    """Of each theorem and of all that they use, what is stored at the budget at which most is.

    Raises UserError if two theorems have one id.
    """
    misprints = {t.id: PRINTED[t.says][0] for t in theorems if isinstance(t, Erratum) and t.says in PRINTED}
    refused: dict[str, list[str]] = {}

    def at_once(work: Work) -> bool:
        done = work.rule == "derivation" or work.rule == misprints.get(work.theorem_id)
        if not done:
            refused.setdefault(work.theorem_id, []).append(work.rule)
        return done

    chosen = runner.most_stored(theorems, settings, store, budgets)
    found = runner.run(theorems, settings, store, compute=at_once, budgets=chosen)
    return Recalled(found, {name: tuple(dict.fromkeys(rules)) for name, rules in refused.items()})
