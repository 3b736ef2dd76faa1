"""What several commands take: selectors, a budget, a device, processes, a seed; and the settings they make."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from verify.command.document_numbers import as_ids

if TYPE_CHECKING:
    from verify.running.executors import Executor
    from verify.settings import Settings


SELECT = click.argument("selectors", metavar="[SELECT]...", nargs=-1, callback=as_ids)
BUDGET = click.option(
    "--budget", type=click.Choice(["quick", "standard", "thorough"]), default="standard", show_default=True
)
DEVICE = click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
JOBS = click.option("--jobs", type=click.IntRange(1, 256), help="Processes to work in.  [default: 1]")
EXECUTOR = click.option(
    "--executor", metavar="WHERE", help="Where to work: serial, processes:N, dask (started here) or dask://HOST:PORT."
)
_TLS = {"ca-file": "Authority of a cluster with TLS.", "cert": "Own certificate.", "key": "Key of the certificate."}


def tls(command: Callable[..., int]) -> Callable[..., int]:
    """The three files of TLS as one argument `tls` of the command, None where none is given."""

    @functools.wraps(command)
    def taking(tls_ca_file: str | None, tls_cert: str | None, tls_key: str | None, **rest: object) -> int:
        return command(tls=_all_or_none(tls_ca_file, tls_cert, tls_key), **rest)

    for name, words in reversed(_TLS.items()):
        kind = click.Path(exists=True, dir_okay=False)
        taking = click.option(f"--tls-{name}", type=kind, metavar="FILE", help=words)(taking)
    return taking


def _all_or_none(*files: str | None) -> tuple[str, str, str] | None:
    match files:
        case (None, None, None):
            return None
        case (str(authority), str(certificate), str(key)):
            return authority, certificate, key
    from verify.errors import UserError

    given = [f"--tls-{name}" for name, file in zip(_TLS, files, strict=True) if file]
    raise UserError(
        "expected all three files of TLS, or none",
        got=", ".join(given),
        remedy=", ".join(f"--tls-{name} FILE" for name in _TLS),
    )


SEED = click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Fixes every random choice."
)
NO_CACHE = click.option("--no-cache", is_flag=True, help="Run everything again; neither read nor write the cache.")


def settings_of(budget: str, device: str, seed: int) -> Settings:
    """The settings of the three options; raises UserError for a device that is not there."""
    from verify.running.devices import resolve
    from verify.settings import Budget, Settings

    return Settings(Budget(budget), seed, resolve(device))


def executor_of(executor: str | None, jobs: int | None, tls: tuple[str, str, str] | None = None) -> Executor:
    """Where the options say that units are performed. Raises UserError for no executor, and for options at odds."""
    from verify.running import where

    if executor is None and tls is None:
        return where.processes(jobs or 1)
    return where.named(executor or "serial", jobs=jobs, tls=tls)
