"""The growth rates that the plots of a run draw, computed where a page is asked for."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from verify.errors import UserError
from verify.press.pages.explosion_plots import wanted
from verify.results.records import TheoremResult

DIGITS = 5


def growth_rates(results: Sequence[TheoremResult]) -> Mapping[tuple[str, int], float]:
    """The rate of each activation at each batch size that is drawn, where it exists: about a second for all names."""
    found = ((pair, _middle(*pair)) for pair in wanted(results))
    return {pair: value for pair, value in found if value is not None}


@functools.lru_cache(maxsize=1_024)
def _middle(phi: str, batch: int) -> float | None:
    from verify.rates.rate import checked_rate

    try:
        return float(checked_rate(phi, batch, DIGITS).value.mid())
    except UserError:
        return None
