r"""Long formulas cut into lines: where `latex_breakable` allows it, outermost places first.

Widths are estimated in units of one letter; the estimate errs on the wide side. Knows LaTeX's layout, no terms.
"""

from __future__ import annotations

import re

from theory import terms as t
from theory.typeset.formulas import latex, latex_breakable, relation_tex

_TOKEN = re.compile(r"\x01.|\\[A-Za-z]+|\\.|[{}^_]|\s+|.", re.S)
_WIDE = {"=": 2.0, "+": 1.8, "-": 1.8, r"\le": 2.0, r"\preceq": 2.0, r"\odot": 1.8, r"\cdot": 1.2, "M": 1.7, "W": 1.7}
_NARROW = {"(": 0.7, ")": 0.7, "[": 0.6, "]": 0.6, ",": 0.7, "'": 0.4, "i": 0.7, "l": 0.6, "t": 0.7, "f": 0.9, "r": 0.8}
_SIZES = {r"\left", r"\right", *(rf"\{size}{side}" for size in ("Big", "bigg", "Bigg") for side in ("l", "r", ""))}
_NONE = {r"\mathrm", r"\mathbf", r"\operatorname", r"\tilde", r"\hat", r"\bar", r"\!", r"\text"}


def width(tex: str) -> float:
    r"""The estimated width of a formula, in letters: a `\frac` is as wide as its wider part, indices are smaller."""
    return _width(_TOKEN.findall(tex))


def _group(tokens: list[str], at: int) -> tuple[list[str], int]:
    while at < len(tokens) and tokens[at].isspace():
        at += 1
    if at >= len(tokens):
        return [], at
    if tokens[at] != "{":
        return [tokens[at]], at + 1
    depth, end = 0, at
    while end < len(tokens):
        depth += (tokens[end] == "{") - (tokens[end] == "}")
        end += 1
        if depth == 0:
            break
    return tokens[at + 1 : end - 1], end


def _width(tokens: list[str]) -> float:
    total, at = 0.0, 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == r"\frac":
            above, at = _group(tokens, at)
            below, at = _group(tokens, at)
            total += max(_width(above), _width(below)) + 0.6
        elif token in "^_":
            index, at = _group(tokens, at)
            total += 0.75 * _width(index)
        elif token == r"\sqrt":
            inner, at = _group(tokens, at)
            total += _width(inner) + 1.5
        elif token in _SIZES:
            total += 0.5
        elif token in _NONE or token.isspace() or token in "{}" or token[0] == "\x01":
            continue
        elif token == r"\,":
            total += 0.35
        elif token in (r"\quad", r"\qquad"):
            total += 2.0 if token == r"\quad" else 4.0
        else:
            total += _WIDE.get(token, _NARROW.get(token, 1.1 if token[0] == "\\" else 1.0))
    return total


def plain(tex: str) -> str:
    """The formula without its marks."""
    return re.sub("\x01.", "", tex)


def _cut(tex: str, limit: float) -> list[str]:
    if width(tex) <= limit or "\x01" not in tex:
        return [tex]
    shallowest = min(m[1] for m in re.finditer("\x01(.)", tex))
    segments = tex.split("\x01" + shallowest)
    lines, current = [], segments[0]
    for segment in segments[1:]:
        if width(current) + width(segment) <= limit:
            current += segment
        else:
            lines.append(current)
            current = segment
    lines.append(current)
    return [piece for line in lines for piece in _cut(line, limit)]


def latex_lines(term: t.Term, limit: float) -> list[str]:
    r"""The term as one line if it is at most `limit` letters wide, else cut into several to be set one below the other.

    Continued lines begin with `+`, `-` or `\cdot`, as a reader expects of a formula that goes on.
    """
    whole = latex(term)
    if width(whole) <= limit:
        return [whole]
    lines = [plain(line).strip() for line in _cut(latex_breakable(term), limit)]
    lines = [re.sub(r"(\\,|\\cdot)$", "", line).strip() for line in lines]
    return [lines[0], *(line if line[0] in "+-" else rf"\cdot {line}" for line in lines[1:])]


def relation_lines(left: t.Term, relation: str, right: t.Term, limit: float) -> list[str]:
    """`left relation right` on one line if it fits, else the left side alone and the right side cut below it."""
    sign, first = relation_tex(relation, left), latex(left)
    if width(first) + width(latex(right)) + 2 <= limit:
        return [f"{first} {sign} {latex(right)}"]
    head, *rest = latex_lines(right, limit - 4)
    if width(first) < 0.3 * limit:
        head, *rest = latex_lines(right, limit - width(first) - 2)
        return [f"{first} {sign} {head}", *(rf"\qquad {x}" for x in rest)]
    return [*latex_lines(left, limit), f"{sign} {head}", *(rf"\quad {x}" for x in rest)]
