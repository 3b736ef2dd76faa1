"""Theorem files for tests, under names that no other test uses, and the one limit of time that tests know."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from theory import Theorem
from verify.loading import loader

_NUMBER = itertools.count()
HANG = 1800.0  # seconds: what takes longer hangs; no loaded machine takes a tenth of it for what tests do

GOOD = '''"""A square of a multiple."""
from theory import Identity, Theorem, dimension, real, start, vector
{imports}
d = dimension("d")
w = vector("w", d)
a = real("a")
CLAIM = Identity((a * w).T @ (a * w), a**2 * (w.T @ w))
DERIVATION = start(CLAIM.left).equals(CLAIM.right{by})
THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses={{
    "one": Identity(CLAIM.left, a * (w.T @ w)), "two": Identity(CLAIM.left, w.T @ w)}}{more})
'''


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that surely comes, however slow the machine is."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > HANG:
            pytest.fail("what was waited for has not come: something hangs")
        time.sleep(0.02)


def hears_ctrl_c() -> None:
    """For a process that is begun, as `preexec_fn`: a shell's background job would not hear it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def fresh(stem: str = "case") -> str:
    """A module name not used before in this process."""
    return f"{stem}_{next(_NUMBER)}"


def write(
    folder: Path, text: str | None = None, *, stem: str | None = None, imports: str = "", by: str = "", more: str = ""
) -> Path:
    """A theorem file; the good one unless a text is given."""
    path = folder / f"{stem or fresh()}.py"
    path.write_text(GOOD.format(imports=imports, by=by, more=more) if text is None else text)
    return path


def citing(folder: Path, key: str) -> Path:
    """A theorem file with a source."""
    imports = "from theory import Source"
    return write(folder, imports=imports, more=f', sources=(Source("{key}", "section 2"),)')


def theorem(folder: Path, **how: str) -> Theorem:
    """A good theorem, loaded."""
    return loader.load([str(write(folder, **how))])[0]


def using(folder: Path, used: Path) -> Path:
    """A theorem file whose derivation cites another."""
    return write(folder, imports=f"import {used.stem}", by=f", {used.stem}.THEOREM")


def runs(process: int) -> bool:
    """Is there such a process, other than as a zombie that nobody has asked for?"""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
