"""What several commands take: selectors, a budget, a device, processes, a seed; and the settings they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from verify.running.executors import Executor
    from verify.settings import Settings


SELECT = click.argument("selectors", metavar="[SELECT]...", nargs=-1)
BUDGET = click.option(
    "--budget", type=click.Choice(["quick", "standard", "thorough"]), default="standard", show_default=True
)
DEVICE = click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
JOBS = click.option("--jobs", type=click.IntRange(1, 256), help="Processes to work in.  [default: 1]")
EXECUTOR = click.option("--executor", metavar="WHERE", help="Where to work: serial, processes:N.")
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Fixes every random choice."
)
NO_CACHE = click.option("--no-cache", is_flag=True, help="Run everything again; neither read nor write the cache.")


def settings_of(budget: str, device: str, seed: int) -> Settings:
    """The settings of the three options; raises UserError for a device that is not there."""
    from verify.running.devices import resolve
    from verify.settings import Budget, Settings

    return Settings(Budget(budget), seed, resolve(device))


def executor_of(executor: str | None, jobs: int | None) -> Executor:
    """Where the two options say that units are performed. Raises UserError for no executor, and for both at odds."""
    from verify.errors import UserError
    from verify.running import where

    if executor is None:
        return where.processes(jobs or 1)
    if jobs is not None:
        raise UserError(
            "expected one of --executor and --jobs",
            got=f"--executor {executor} --jobs {jobs}",
            remedy=f"--jobs {jobs} is short for --executor processes:{jobs}",
        )
    return where.named(executor)
