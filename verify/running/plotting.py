"""The growth rates that the plots of a run draw, computed where a page is asked for, and kept as evidence is."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence

from verify.errors import UserError
from verify.press.pages.explosion_plots import wanted
from verify.results import fingerprint
from verify.results.records import TheoremResult
from verify.results.store import Store

DIGITS = 5


def growth_rates(results: Sequence[TheoremResult], store: Store | None = None) -> Mapping[tuple[str, int], float]:
    """The rate of each activation at each batch size that is drawn, where it exists: some seconds for all names, from
    the store nothing."""
    found = ((pair, _kept(*pair, store)) for pair in wanted(results))
    return {pair: value for pair, value in found if value is not None}


def _kept(phi: str, batch: int, store: Store | None) -> float | None:
    """As `_middle`, from the store or computed now; what does not exist is kept as 0."""
    if store is None or not store.usable:
        return _middle(phi, batch)
    key = fingerprint.key(f"{phi}|{batch}|{DIGITS}", "rate=verify.running.plotting:_middle", "", None)
    stored = store.get(key)
    if stored is not None and isinstance(stored.value, float):
        return stored.value or None
    begin = time.perf_counter()
    found = _middle(phi, batch)
    store.put(key, f"rate of {phi} at {batch}", found or 0.0, time.perf_counter() - begin)
    return found


@functools.lru_cache(maxsize=1_024)
def _middle(phi: str, batch: int) -> float | None:
    from verify.rates.rate import checked_rate

    try:
        return float(checked_rate(phi, batch, DIGITS).value.mid())
    except UserError:
        return None
