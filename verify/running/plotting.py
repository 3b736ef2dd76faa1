"""The growth rates that the plots of a run draw, computed where a page is asked for, and kept as evidence is."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from verify.errors import UserError
from verify.press.pages.explosion_plots import wanted
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running.storing import remembered

DIGITS = 5
KEPT = "rate=verify.running.plotting:_middle"


def growth_rates(results: Sequence[TheoremResult], store: Store | None = None) -> Mapping[tuple[str, int], float]:
    """The rate of each activation at each batch size that is drawn, where it exists: some seconds for all names, from
    the store nothing."""
    found = ((pair, _kept(*pair, store)) for pair in wanted(results))
    return {pair: value for pair, value in found if value is not None}


def _kept(phi: str, batch: int, store: Store | None) -> float | None:
    """As `_middle`, from the store or computed now; what does not exist is kept as 0."""
    if store is None:
        return _middle(phi, batch)
    subject, label = f"{phi}|{batch}|{DIGITS}", f"rate of {phi} at {batch}"
    return remembered(store, label, subject, KEPT, "", lambda: _middle(phi, batch) or 0.0, _is_rate) or None


def _is_rate(value: object) -> TypeGuard[float]:
    return isinstance(value, float)


@functools.lru_cache(maxsize=1_024)
def _middle(phi: str, batch: int) -> float | None:
    from verify.rates.rate import checked_rate

    try:
        return float(checked_rate(phi, batch, DIGITS).value.mid())
    except UserError:
        return None
