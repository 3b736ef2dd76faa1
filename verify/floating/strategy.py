"""What Hypothesis draws for the sampling rule: the ensemble of one batch, all of it made of coins.

A strategy for whole batches, not for entries: drawing 500 instances entry by entry takes Hypothesis seconds, torch
milliseconds. Sizes, points, functions, corner and the seed of the batch's generator (from which scales and conditioning
follow) are choices that replay from the coins alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from hypothesis import assume
from hypothesis import strategies as st

from verify.exact.coins import Coins
from verify.floating.building import Ensemble
from verify.floating.ensembling import find_ensemble
from verify.floating.needs import Setting


@dataclass(frozen=True)
class Drawn:
    """The ensemble of one batch, and how many instances of others were asked for in vain before it."""

    ensemble: Ensemble
    wasted: int


def ensembles(setting: Setting, dtype: torch.dtype, device: str) -> st.SearchStrategy[Drawn]:
    """Ensembles on which some instance satisfies the assumptions, as far as a few attempts find one.

    Nothing but booleans is drawn: numbers would depend on the constants that Hypothesis collects from whatever modules
    are loaded, and would make it write those to a folder where the user happens to be. Hypothesis begins with all coins
    tails, each time; the first must be heads, so that this says nothing and costs nothing. It then begins no two
    examples alike for longer than it must, which spreads what is drawn first, the functions.
    """
    boolean, tried = st.booleans(), _tried(setting, dtype, device)

    @st.composite
    def drawn(draw: st.DrawFn) -> Drawn:
        assume(draw(boolean))
        return Drawn(*find_ensemble(setting, Coins(lambda: draw(boolean)), None, dtype, device, tried))

    return drawn()


@lru_cache(maxsize=16)  # settings: parts of a theorem come one after another
def _tried(setting: Setting, dtype: torch.dtype, device: str) -> dict[int, bool]:
    """What `find_ensemble` has tried: the parts of a theorem often have one setting, and a trial has one outcome."""
    return {}
