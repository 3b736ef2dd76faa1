"""A text that cannot be read: what was expected, the place in the user's own text, and the remedy."""

from __future__ import annotations

from theory.terms import CalculusError

WIDTH = 72  # letters of the text that are shown around the place


class MisreadError(CalculusError):
    """What is wrong with the letters `start` to `end` of `source`."""

    def __init__(self, expected: str, got: str, source: str, start: int, end: int, remedy: str = "") -> None:
        super().__init__(f"expected {expected}, got {got}." + (f" Remedy: {remedy}." if remedy else ""))
        self.expected, self.got, self.remedy = expected, got, remedy
        self.source, self.start, self.end = source, start, max(end, start + 1)

    @property
    def marked(self) -> str:
        """The text on one line, cut to what can be looked at, and carets under the place."""
        source = "".join(c if c.isprintable() else " " for c in self.source)
        begin = max(0, min(self.start - WIDTH // 2, len(source) - WIDTH))
        end = min(len(source), begin + WIDTH)
        head, tail = "... " * (begin > 0), " ..." * (end < len(source))
        width = max(1, min(self.end, end) - self.start)
        return f"{head}{source[begin:end]}{tail}\n{' ' * (len(head) + self.start - begin)}{'^' * width}"
