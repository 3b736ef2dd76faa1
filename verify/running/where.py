"""Which executor a text names: `--executor serial`, `processes:N`. A place more to work in is a file and a row here."""

from __future__ import annotations

import functools

from verify.errors import UserError, did_you_mean
from verify.running.executors import Executor, serial

MOST = 256  # processes of one machine


def processes(jobs: int) -> Executor:
    """The executor of `jobs` processes on this machine; of one, it is this process."""
    if jobs == 1:
        return serial
    from verify.running import in_processes

    return functools.partial(in_processes.performed, jobs=jobs)


def named(text: str) -> Executor:
    """The executor that `--executor TEXT` names. Raises UserError for a text that names none."""
    scheme, colon, rest = text.partition(":")
    if text == "serial":
        return serial
    if scheme == "processes" and colon:
        return processes(_count(rest, text))
    raise unknown(text)


def unknown(text: str) -> UserError:
    """What is said of a text that names no executor."""
    near = did_you_mean(text.partition(":")[0], NAMES)
    return UserError(
        f"expected an executor: {', '.join(NAMES.values())}", got=text or "nothing", where="--executor", remedy=near
    )


NAMES = {"serial": "serial", "processes": "processes:N"}


def _count(number: str, text: str) -> int:
    if number.isascii() and number.isdecimal() and 1 <= int(number[:4]) <= MOST and len(number) <= 4:
        return int(number)
    raise UserError(
        f"expected a number of processes from 1 to {MOST}", got=text, where="--executor", remedy="processes:2"
    )
