"""What is read of a text: shapes that are made one as it is read, and terms that are made when all is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from lark import Tree

from theory.grammar import detached
from theory.grammar.declaring import Name, Names
from theory.grammar.extents import ONE, Extent, in_words, is_scalar, same, unify
from theory.grammar.misread import MisreadError
from theory.grammar.syntax import parse
from theory.terms import CalculusError, Term


@dataclass(frozen=True)
class Read:
    """What was read of some letters: its extent, how its term is made, and for literals their value.

    natural: a scalar that is none by contraction, as x'w is: it multiplies whatever stands beside it.
    squared: of a length, the term under its root.
    """

    extent: Extent
    make: Callable[[], Term]
    start: int
    end: int
    value: Fraction | None = None
    natural: bool = False
    squared: Callable[[], Term] | None = None


class Reader:
    """Reads the trees of one text into terms over names that other texts may share."""

    def __init__(self, names: Names, source: str, rules: Mapping[str, Rule], functions: frozenset[str]) -> None:
        self.names, self.source, self.rules, self.functions = names, source, rules, functions
        self.over: list[str] = []  # the names of the means around a place
        self.bound: list[tuple[str, Name]] = []  # the names of derivatives around a place, as they are written

    def text(self) -> tuple[list[Read], str]:
        """The sides of the statement and the relation between them; one side and "" where there is none."""
        tree = parse(self.source, lambda name: self.names.is_applied(name, self.functions))
        parts = tree.children
        read = [self._whole(self.read(part)) for part in parts if isinstance(part, Tree)]
        if len(read) == 1:
            return read, ""
        left, right = read
        self.require_same(left, right, "two sides of one shape")
        return read, str(parts[1])

    def _whole(self, side: Read) -> Read:
        return replace(side, make=lambda: detached.released(self.names, side.make()))

    def read(self, tree: Any) -> Read:
        return self.rules[tree.data](self, tree)

    # -- helpers ------------------------------------------------------------------------------------------------
    def made(self, extent: Extent, make: Callable[[], Term], start: int, end: int, **rest: Any) -> Read:
        """A reading whose term, if it cannot be made, is refused at its place."""

        def guarded() -> Term:
            try:
                return make()
            except MisreadError:
                raise
            except CalculusError as problem:
                words, _, remedy = str(problem).partition(" Remedy: ")
                raise self.wrong(
                    "a term that can be built", words.rstrip("."), start, end, remedy.rstrip(".")
                ) from None

        return Read(extent, guarded, start, end, **rest)

    def wrong(self, expected: str, got: str, start: int, end: int, remedy: str = "") -> MisreadError:
        return MisreadError(expected, got, self.source, start, end, remedy)

    def said(self, read: Read) -> str:
        """What stands there, with its shape, for a message."""
        letters = " ".join(self.source[read.start : read.end].split())
        return f"{letters if len(letters) <= 40 else letters[:37] + '...'}, {in_words(read.extent)}"

    def require_same(self, left: Read, right: Read, expected: str) -> None:
        before = f"{self.said(left)}, and {self.said(right)}"
        if not same(left.extent, right.extent):
            raise self.wrong(expected, before, right.start, right.end, self.remedy(left, right))

    def remedy(self, left: Read, right: Read) -> str:
        """What a user may mean where two shapes do not fit."""
        numbers = [read for read in (left, right) if is_scalar(read.extent)]
        if numbers and any(not is_scalar(r.extent) and str(r.extent[0]) == str(r.extent[1]) for r in (left, right)):
            if any("11" in self.source[read.start : read.end].replace("1 1", "") for read in numbers):
                return "11 is the number eleven: with a space, 1 1', it is the matrix of ones"
            return "for a multiple of the identity write 2 I"
        words = {"a scalar": "scalar"}
        for read in (left, right):
            letters = self.source[read.start : read.end].strip()
            if letters.isidentifier() and letters in self.names.known and not self.names.known[letters].declared:
                other = right if read is left else left
                kind = words.get(in_words(other.extent), "m x d")
                return f'transpose one of them, or say what {letters} is: --let "{letters}: {kind}"'
        return "transpose one of them, or declare what they are with --let"

    def require_scalar(self, read: Read, what: str, remedy: str = "") -> None:
        if not is_scalar(settled(read).extent):
            raise self.wrong(f"a scalar {what}", self.said(read), read.start, read.end, remedy)


def settled(read: Read) -> Read:
    """A literal 0 or 1 where only a number can be meant."""
    for size in read.extent:
        if size.known().loose and size.known().value is None:
            unify(size, ONE)
    return read


def bare_name(tree: Any) -> str:
    """The name that a tree is, if it is one name and nothing else."""
    while isinstance(tree, Tree):
        if tree.data in ("name", "letter"):
            return str(tree.children[0])
        inner = [child for child in tree.children if child is not None]
        if len(inner) != 1:
            return ""
        [tree] = inner
    return ""


def span_of(tree: Any) -> tuple[int, int]:
    return tree.meta.start_pos, tree.meta.end_pos


Rule = Callable[[Reader, Any], Read]
