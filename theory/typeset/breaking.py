r"""Long formulas cut into lines: where `latex_breakable` allows it, outermost places first.

A relation stays in front of its line; then sums are cut before + and -, then products, then what stands in brackets,
which have one fixed size on both sides of a cut. What is wider than a line and has no such place, a quotient or a root,
is written so that it has. Nothing is ever set smaller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from theory import terms as t
from theory.typeset.formulas import AT_COMMA, AT_PRODUCT, BREAK, Pieces, latex, latex_breakable, relation_tex
from theory.typeset.widths import width

_MARK = re.compile(BREAK + "(..)")
_COMMA, _PRODUCT = AT_COMMA[-1], AT_PRODUCT[-1]
INDENT = 2.9  # letters: a quad, by which a line inside brackets stands to the right of the bracket's line
_NARROW = 0.45  # of a line: less than that does not stand on a line by itself in front of a bracket


def plain(tex: str) -> str:
    """The formula without its marks."""
    return _MARK.sub("", tex)


@dataclass(frozen=True)
class _Line:
    """A piece of a formula, how deep in brackets it begins, and what stands in front of it if it goes on a line."""

    tex: str
    depth: int = 0
    sign: str = ""

    @cached_property
    def shown(self) -> str:
        begun = re.sub(r"(\\,|\\cdot)$", "", plain(self.tex).strip()).strip()
        return r"\quad" * self.depth + (" " if self.depth else "") + self.sign + begun

    @cached_property
    def width(self) -> float:
        return width(self.shown)

    def fits(self, limit: float) -> bool:
        return self.width <= limit


def _cut(line: _Line, limit: float) -> list[_Line]:
    marks = _MARK.findall(line.tex)
    if line.fits(limit) or not marks:
        return [line]
    shallowest = min(marks)
    depth, sign = ord(shallowest[0]) - ord("0"), r"\cdot " if shallowest[1] == _PRODUCT else ""
    first, *segments = line.tex.split(BREAK + shallowest)
    lines, current = [], _Line(first, line.depth, line.sign)
    for segment in segments:
        joined, alone = _Line(current.tex + segment, current.depth, current.sign), _Line(segment, depth, sign)
        narrow = current.width < _NARROW * limit and not alone.fits(limit) and BREAK in segment
        if joined.fits(limit) or narrow:
            current = joined
        else:
            lines.append(current)
            current = alone
    lines.append(current)
    return [piece for each in lines for piece in _cut(each, limit)]


def latex_lines(
    term: t.Term, limit: float, onward: float | None = None, known: Pieces | None = None, whole: str = ""
) -> list[str]:
    r"""The term as one line if it is at most `limit` letters wide, else cut into several to be set one below the other.

    Continued lines begin with `+`, `-` or `\cdot`, as a reader expects of a formula that goes on, or follow a comma;
    they are at most `onward` letters wide, if that is given. `known` keeps what terms have in common; `whole` is the
    term as it is on one line, where that is known.
    """
    whole = whole or latex(term, known)
    if width(whole) <= limit:
        return [whole]
    room = min(limit, onward or limit)
    found: list[_Line] = []
    for opened in (float("inf"), 0.8 * room, 0.5 * room, 0.3 * room):
        found = _cut(_Line(latex_breakable(term, opened, known)), room)
        if all(line.fits(room) for line in found):
            break
    return [line.shown for line in found]


def relation_lines(left: t.Term, relation: str, right: t.Term, limit: float, known: Pieces | None = None) -> list[str]:
    """`left relation right` on one line if it fits, else the left side alone and the right side cut below it."""
    sign, first, second = relation_tex(relation, left), latex(left, known), latex(right, known)
    taken = width(first)
    if taken + width(second) + 2 <= limit:
        return [f"{first} {sign} {second}"]
    beside = taken < 0.3 * limit
    head, *rest = latex_lines(right, limit - (taken + 2 if beside else 4), known=known, whole=second)
    if beside:
        return [f"{first} {sign} {head}", *(rf"\qquad {x}" for x in rest)]
    return [*latex_lines(left, limit, known=known, whole=first), f"{sign} {head}", *(rf"\quad {x}" for x in rest)]
