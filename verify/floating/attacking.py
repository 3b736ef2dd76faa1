"""Hypothesis shows a test one drawn example after another, and keeps what failed for the next run.

Every setting of Hypothesis is stated here, so that no profile of the caller's changes what is seen: with the same
`random` and nothing kept, the same examples come in the same order. Nothing ends by the clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Generic, Protocol, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, configuration, given, seed, settings, target
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, InMemoryExampleDatabase
from hypothesis.strategies import DrawFn, SearchStrategy, composite

T = TypeVar("T")


class Replayable(Protocol):
    """An example that can be made again from its choices, a byte each."""

    @property
    def choices(self) -> bytes: ...


R = TypeVar("R", bound=Replayable)

# From the tenth example on Hypothesis changes single choices of what it has drawn, five times for each example that is
# new; batches are worth more than that, so each round ends before.
ROUND = 9
BEGUN = 2
ARRIVED = 64  # examples at the top of what scores can be, of which none failed: a climb that has seen so many is over
MOST_KEPT = 8  # failures that are shown again
LONGEST = 1 << 16  # bytes of one; a batch's choices are some hundred
BESIDE = (b".secondary", b".pareto")  # what Hypothesis keeps beside the failures themselves


class Found(Exception):  # noqa: N818 - it is what was looked for
    """Told to Hypothesis: this example failed."""


class Spent(KeyboardInterrupt):
    """Told to Hypothesis: enough was begun. An interrupt ends it in the middle of an example; another exception there
    would be an outcome, and one that differs from what the same choices led to before."""


class Kept(ExampleDatabase):
    """The failures of one test, in a folder: those that are `certain`, none but those, and nothing that raises.

    Hypothesis would keep more, such as what an interruption left unfinished or what came close to a target, and then
    draw differently the next time. It names a test by its source, which all tests here share; a name is given here.
    A folder that cannot be read holds nothing, one that cannot be written to keeps nothing; without a folder all is
    forgotten at the end.
    """

    def __init__(self, folder: Path | None, name: str) -> None:
        super().__init__()
        self.certain = False
        self._name = name.encode()
        self._files = InMemoryExampleDatabase() if folder is None else DirectoryBasedExampleDatabase(folder)

    def failures(self) -> list[bytes]:
        """What is kept, in one order."""
        found: list[bytes] = []
        with suppress(OSError):
            found = sorted(self._files.fetch(self._name))
        return [value for value in found if len(value) <= LONGEST][:MOST_KEPT]

    def keep(self, failure: bytes) -> None:
        """Write down a failure."""
        with suppress(OSError):
            self._files.save(self._name, failure)

    def forget(self, failure: bytes) -> None:
        """What fails no longer."""
        with suppress(OSError):
            self._files.delete(self._name, failure)

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """As Hypothesis asks for it."""
        return [] if key.endswith(BESIDE) else self.failures()

    def save(self, key: bytes, value: bytes) -> None:
        """As Hypothesis tells it, which is believed where it is certain."""
        if self.certain and not key.endswith(BESIDE):
            self.keep(value)

    def delete(self, key: bytes, value: bytes) -> None:
        """As Hypothesis tells it."""
        self.forget(value)


def attack(
    strategy: SearchStrategy[T],
    fails: Callable[[T], bool],
    left: Callable[[], int],
    random: Random,
    kept: Kept,
) -> None:
    """Show `fails` what was kept and then drawn examples, until it says True or nothing is `left`.

    `left` says how many examples it takes at least from here on; it is asked again and again. What `fails` raises ends
    the attack and is raised.
    """
    test = _Test(fails, kept)
    phases: tuple[Phase, ...] = (Phase.reuse, Phase.generate)
    while test.failed is None and (examples := left()):
        test.run(strategy, min(ROUND, examples), phases, random)
        phases = (Phase.generate,)
    if test.problem is not None:
        raise test.problem


def climb(
    strategy: SearchStrategy[R],
    again: Callable[[bytes], R | None],
    scored: Callable[[R], tuple[float, bool]],
    examples: int,
    random: Random,
    kept: Kept,
    top: float = math.inf,
) -> None:
    """What was kept and then so many examples at most, the second half of them steered: from the best one, Hypothesis
    changes one choice after another for a higher score.

    No score but that of a failure is above `top`. From there nothing leads upward, so that a climb ends with the
    `ARRIVED`-th example that is there.

    `scored` gives the score of an example and whether it fails. With a database Hypothesis would steer otherwise, by
    what it keeps beside failures, so that failures are written down here; `again` makes an example of one.

    Where the score no longer grows Hypothesis may begin a hundred examples for each that it completes: a climb that
    begins more than `BEGUN` for each one asked for is given up, and another takes what is left.
    """
    for failure in kept.failures():
        example = again(failure)
        if example is not None and scored(example)[1]:
            return
        kept.forget(failure)

    seen, begun, most, arrived = 0, 0, 0, 0

    def fails(example: R) -> bool:
        nonlocal seen, arrived
        seen += 1
        score, failed = scored(example)
        arrived += score >= top
        target(score)
        return failed

    @composite
    def counted(draw: DrawFn) -> R:
        nonlocal begun
        begun += 1
        if begun > most or arrived >= ARRIVED:
            raise Spent
        return draw(strategy)

    test = _Test(fails, None)
    with _out_of_the_way():
        while test.failed is None and seen < examples and arrived < ARRIVED:
            before, begun, most = seen, 0, BEGUN * (examples - seen)
            test.run(counted(), examples - seen, (Phase.generate, Phase.target), random)
            if begun <= most or seen == before:
                break
    if test.problem is not None:
        raise test.problem
    if test.failed is not None:
        kept.keep(test.failed.choices)


class _Test(Generic[T]):
    """What Hypothesis calls. It may look at what failed once more, and at what did not once more after that."""

    def __init__(self, fails: Callable[[T], bool], kept: Kept | None) -> None:
        self.fails, self.kept = fails, kept
        self.failed: T | None = None
        self.problem: Exception | None = None

    def run(self, strategy: SearchStrategy[T], examples: int, phases: Sequence[Phase], random: Random) -> None:
        def look(example: T) -> None:
            self.look(example)

        once = settings(stated(), max_examples=examples, phases=phases, database=self.kept)
        # a seed above the settings would take the database away
        test = once(seed(random.getrandbits(64))(given(strategy)(look)))
        # and so would a seed of the caller's pytest, where a test has no name of its own in the database
        setattr(test, "_hypothesis_internal_database_key", b"normproof")  # noqa: B010 - no name for the type checker
        with suppress(Found, Spent):
            test()

    def look(self, example: T) -> None:
        if self.failed is None:
            try:
                if self.fails(example):
                    self.failed = example
            except Exception as problem:
                self.failed, self.problem = example, problem
            if self.kept is not None:
                self.kept.certain = self.failed is not None and self.problem is None
        if self.failed is not None and self.failed == example:
            raise Found


@contextmanager
def _out_of_the_way() -> Iterator[None]:
    """Hypothesis writes down constants of the modules that are loaded whenever it draws numbers: not where the user is.

    None of them is as small as the numbers that are drawn here, so that they change nothing.
    """
    before = getattr(configuration, "__hypothesis_home_directory", None)
    with TemporaryDirectory(prefix="normproof-") as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


def kept_in(folder: str, name: str) -> Kept:
    """The failures of a test in the folder of the settings, which is empty for none."""
    return Kept(Path(folder) if folder else None, name)


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
