"""The plots of a run. Growth rates that they draw are computed beside it, or where a page is asked for, and kept."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from theory.statements.theorem import Theorem
from verify.errors import UserError
from verify.results import fingerprint
from verify.results.drawn_lines import Plots
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running.executors import Outcome, Unit, problem_of
from verify.running.explosion_plots import plots, wanted, wanted_of
from verify.running.storing import remembered

DIGITS = 5
KEPT = "rate=verify.running.plotting:_middle"


def drawn(results: Sequence[TheoremResult], store: Store | None = None) -> Plots:
    """What is drawn of a run."""
    return plots(results, growth_rates(results, store))


def growth_rates(results: Sequence[TheoremResult], store: Store | None = None) -> Mapping[tuple[str, int], float]:
    """The rate of each activation at each batch size that is drawn, where it exists: some seconds for all names, from
    the store nothing."""
    found = ((pair, _kept(*pair, store)) for pair in wanted(results))
    return {pair: value for pair, value in found if value is not None}


@dataclass(frozen=True)
class DrawnRate:
    """One of these rates as an errand: computed wherever the units of a run are, so that none is left to the pages."""

    phi: str
    batch: int

    @property
    def label(self) -> str:
        return f"rate of {self.phi} at {self.batch}"

    @property
    def subject(self) -> str:
        """What it is kept under."""
        return f"{self.phi}|{self.batch}|{DIGITS}"

    def performed(self) -> Outcome:
        """The rate, 0 for none. What goes wrong is told by whoever asks for it again: the page."""
        begin = time.perf_counter()
        try:
            return Outcome(_middle(self.phi, self.batch) or 0.0, time.perf_counter() - begin)
        except Exception as error:
            return Outcome(None, time.perf_counter() - begin, problem_of(error))


def beforehand(theorems: Sequence[Theorem], store: Store) -> tuple[Unit, ...]:
    """What the plots of these theorems are known to draw and the store does not have, as units beside a run."""
    if not store.usable:
        return ()
    wanted = (DrawnRate(phi, batch) for phi, batch in wanted_of(theorems))
    units = (Unit(rate, rate.performed, fingerprint.key(rate.subject, KEPT, "", None)) for rate in wanted)
    return tuple(unit for unit in units if not store.has(unit.key))


def _kept(phi: str, batch: int, store: Store | None) -> float | None:
    """As `_middle`, from the store or computed now; what does not exist is kept as 0."""
    if store is None:
        return _middle(phi, batch)
    own = DrawnRate(phi, batch)
    return remembered(store, own.label, own.subject, KEPT, "", lambda: _middle(phi, batch) or 0.0, _is_rate) or None


def _is_rate(value: object) -> TypeGuard[float]:
    return isinstance(value, float)


@functools.lru_cache(maxsize=1_024)
def _middle(phi: str, batch: int) -> float | None:
    from verify.rates.rate import checked_rate

    try:
        return float(checked_rate(phi, batch, DIGITS).value.mid())
    except UserError:
        return None
