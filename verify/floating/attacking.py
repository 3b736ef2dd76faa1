"""Hypothesis shows a test one drawn example after another, and keeps what failed for the next run.

Every setting of Hypothesis is stated here, so that no profile of the caller's changes what is seen: with the same
`random` and nothing kept, the same examples come in the same order. Nothing ends by the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

# From the tenth example on Hypothesis changes single choices of what it has drawn, five times for each example that is
# new; batches are worth more than that, so each round ends before.
ROUND = 9
MOST_KEPT = 8  # failures that are shown again
LONGEST = 1 << 16  # bytes of one; a batch's choices are some hundred
BESIDE = (b".secondary", b".pareto")  # what Hypothesis keeps beside the failures themselves


class Found(Exception):  # noqa: N818 - it is what was looked for
    """Told to Hypothesis: this example failed."""


class Kept(ExampleDatabase):
    """The failures of one test, in a folder: those that are `certain`, none but those, and nothing that raises.

    Hypothesis would keep more, such as what an interruption left unfinished or what came close to a target, and then
    draw differently the next time. It names a test by its source, which all tests here share; a name is given here.
    A folder that cannot be read holds nothing, one that cannot be written to keeps nothing.
    """

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__()
        self.certain = False
        self._name = name.encode()
        self._files = DirectoryBasedExampleDatabase(folder)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """The failures, in one order."""
        found: list[bytes] = []
        with suppress(OSError):
            found = [] if key.endswith(BESIDE) else sorted(self._files.fetch(self._name))
        return [value for value in found if len(value) <= LONGEST][:MOST_KEPT]

    def save(self, key: bytes, value: bytes) -> None:
        """Keep a failure, if it is certain."""
        with suppress(OSError):
            if self.certain and not key.endswith(BESIDE):
                self._files.save(self._name, value)

    def delete(self, key: bytes, value: bytes) -> None:
        """Forget what fails no longer."""
        with suppress(OSError):
            self._files.delete(self._name, value)


def attack(
    strategy: SearchStrategy[T],
    fails: Callable[[T], bool],
    left: Callable[[], int],
    random: Random,
    kept: Kept | None = None,
) -> None:
    """Show `fails` what was kept and then drawn examples, until it says True or nothing is `left`.

    `left` says how many examples it takes at least from here on; it is asked again and again. What `fails` raises ends
    the attack and is raised.
    """
    test = _Test(fails, kept)
    phases: tuple[Phase, ...] = (Phase.reuse, Phase.generate)
    while not test.over and (examples := left()):
        once = settings(stated(), max_examples=min(ROUND, examples), phases=phases, database=kept)
        with suppress(Found):
            # a seed above the settings would take the database away
            once(seed(random.getrandbits(64))(given(strategy)(test.look)))()
        phases = (Phase.generate,)
    if test.problem is not None:
        raise test.problem


class _Test(Generic[T]):
    """What Hypothesis calls: it fails for good once it has failed, for what failed is looked at once more."""

    def __init__(self, fails: Callable[[T], bool], kept: Kept | None) -> None:
        self.fails, self.kept = fails, kept
        self.over = False
        self.problem: Exception | None = None

    @property
    def look(self) -> Callable[[T], None]:
        """As a function with one argument, which is what Hypothesis draws for."""

        def look(example: T) -> None:
            if not self.over:
                try:
                    self.over = self.fails(example)
                except Exception as problem:
                    self.over, self.problem = True, problem
                if self.kept is not None:
                    self.kept.certain = self.over and self.problem is None
            if self.over:
                raise Found

        return look


def stated() -> settings:
    """Every setting that a profile of the caller's might have changed."""
    return settings(
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=tuple(HealthCheck),
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
        print_blob=False,
        backend="hypothesis",
    )
