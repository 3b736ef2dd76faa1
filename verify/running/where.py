"""Which executor a text names: `--executor serial`, `processes:N`, `dask`, `dask://HOST:PORT`."""

from __future__ import annotations

import functools
import os

from verify.errors import UserError, did_you_mean
from verify.running.executors import Executor, serial

MOST = 256  # processes of one machine
REMOTE = "dask://"
NAMES = ("serial", "processes:N", "dask", "dask://HOST:PORT")


def processes(jobs: int) -> Executor:
    """The executor of `jobs` processes on this machine; of one, it is this process."""
    if jobs == 1:
        return serial
    from verify.running import in_processes

    return functools.partial(in_processes.performed, jobs=jobs)


def named(text: str, *, jobs: int | None = None, tls: tuple[str, str, str] | None = None) -> Executor:
    """The executor that `--executor TEXT` names. Raises UserError for a text that names none.

    `jobs` are the workers of a cluster that is started for the run, one a core if it is not said; `tls` are the files
    (authority, certificate, key) that a cluster elsewhere asks for. Neither goes with any other place.
    """
    if jobs is not None and text != "dask":
        raise UserError(
            "expected --jobs alone, or with --executor dask",
            got=f"--executor {text} --jobs {jobs}",
            remedy=f"--jobs {jobs} is short for --executor processes:{jobs}",
        )
    if tls is not None and not text.startswith(REMOTE):
        raise UserError(
            "expected TLS with a cluster elsewhere",
            got=f"--executor {text} with --tls-...",
            remedy=f"--executor {REMOTE}HOST:PORT",
        )
    scheme, colon, rest = text.partition(":")
    if text == "serial":
        return serial
    if scheme == "processes" and colon:
        return processes(_count(rest, text))
    if text == "dask" or text.startswith(REMOTE):
        from verify.running import clusters, on_dask

        place = clusters.Local(jobs or _cores()) if text == "dask" else clusters.remote(text.removeprefix(REMOTE), tls)
        return functools.partial(on_dask.performed, place=place)
    raise UserError(
        f"expected an executor: {', '.join(NAMES)}",
        got=text or "nothing",
        where="--executor",
        remedy=did_you_mean(scheme, (name.partition(":")[0] for name in NAMES)),
    )


def _cores() -> int:
    return min(os.cpu_count() or 1, MOST)


def _count(number: str, text: str) -> int:
    if number.isascii() and number.isdecimal() and 1 <= int(number[:4]) <= MOST and len(number) <= 4:
        return int(number)
    raise UserError(
        f"expected a number of processes from 1 to {MOST}", got=text, where="--executor", remedy="processes:2"
    )
