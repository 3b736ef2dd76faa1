"""Random numbers made of booleans that somebody else draws; all False gives the first of every choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Coins(Random):
    """A `Random` whose choices are `toss`ed: `randrange`, `randint` and `choice` are uniform, `early` is not."""

    def __init__(self, toss: Callable[[], bool]) -> None:
        super().__init__(0)
        self.toss = toss

    def getrandbits(self, k: int, /) -> int:
        """k tosses, the most significant first."""
        value = 0
        for _ in range(k):
            value = 2 * value + self.toss()
        return value

    def random(self) -> float:
        """A multiple of 2^-8 in [0, 1)."""
        return self.getrandbits(8) / 256

    def rarely(self) -> bool:
        """True once in four times."""
        return self.toss() and self.toss()

    def early(self, items: Sequence[T]) -> T:
        """One of the items, the first most often: blocks of 1, 2, 4, ... items, each half as likely as the last."""
        start, block = 0, 1
        while start + block < len(items) and self.toss():
            start, block = start + block, 2 * block
        return items[start + self.randrange(min(block, len(items) - start))]
