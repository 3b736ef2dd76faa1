"""What several commands take: selectors, a budget, a device, processes, a seed; and the settings they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from verify.settings import Settings


SELECT = click.argument("selectors", metavar="[SELECT]...", nargs=-1)
BUDGET = click.option(
    "--budget", type=click.Choice(["quick", "standard", "thorough"]), default="standard", show_default=True
)
DEVICE = click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
JOBS = click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes to work in.")
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Fixes every random choice."
)
NO_CACHE = click.option("--no-cache", is_flag=True, help="Run everything again; neither read nor write the cache.")


def settings_of(budget: str, device: str, seed: int) -> Settings:
    """The settings of the three options; raises UserError for a device that is not there."""
    from verify.running.devices import resolve
    from verify.settings import Budget, Settings

    return Settings(Budget(budget), seed, resolve(device))
