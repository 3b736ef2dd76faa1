r"""How wide a formula is when it is set: summed from the widths of Computer Modern's letters, its fractions and roots.

A unit is a letter of 7 points at a size of ten points, 0.7 em. What TeX would set a little narrower, such as indices of
indices, is taken as wide as one step smaller. Knows LaTeX's layout, no terms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_EM = 1 / 0.7
_TOKEN = re.compile(r"\x01..|\\[A-Za-z]+|\\.|[{}^_]|\s+|.", re.S)
_MATHS = {
    "A": .75, "B": .81, "C": .79, "D": .86, "E": .80, "F": .78, "G": .79, "H": .91, "I": .52, "J": .65,
    "K": .92, "L": .68, "M": 1.08, "N": .91, "O": .79, "P": .78, "Q": .79, "R": .77, "S": .67, "T": .72,
    "U": .79, "V": .81, "W": 1.08, "X": .91, "Y": .80, "Z": .75, "a": .53, "b": .43, "c": .43, "d": .52,
    "e": .47, "f": .60, "g": .51, "h": .58, "i": .34, "j": .47, "k": .55, "l": .32, "m": .88, "n": .60,
    "o": .48, "p": .50, "q": .48, "r": .48, "s": .47, "t": .36, "u": .57, "v": .52, "w": .74, "x": .57,
    "y": .53, "z": .51,
}  # fmt: skip
_SPACED = 0.78 + 0.44  # a binary operator, with the space on both sides
_RELATED = 0.78 + 0.56
_OTHERS = {
    "(": .39, ")": .39, "[": .28, "]": .28, ",": .45, ".": .28, ";": .45, ":": .28 + .56, "'": .30, "/": .50, "!": .28,
    "|": .28, "+": _SPACED, "-": _SPACED, "*": _SPACED, "=": _RELATED, "<": _RELATED, ">": _RELATED,
}  # fmt: skip
_COMMANDS = {
    r"\le": _RELATED, r"\ge": _RELATED, r"\ne": _RELATED, r"\to": 1.56, r"\in": 1.23, r"\sim": _RELATED,
    r"\preceq": _RELATED, r"\succeq": _RELATED, r"\prec": _RELATED, r"\succ": _RELATED, r"\approx": _RELATED,
    r"\cdot": .28 + .44, r"\odot": _SPACED, r"\times": _SPACED, r"\pm": _SPACED, r"\colon": .45,
    r"\,": .17, r"\;": .28, r"\ ": .33, r"\quad": 1.0, r"\qquad": 2.0, r"\!": -.17, r"\ldots": 1.2, r"\cdots": 1.5,
    r"\lVert": .50, r"\rVert": .50, r"\lvert": .28, r"\rvert": .28, r"\{": .50, r"\}": .50, r"\top": .78,
    r"\int": 1.1, r"\sum": 1.6, r"\infty": 1.0, r"\nabla": .83, r"\partial": .59, r"\lambda": .58, r"\gamma": .57,
    r"\sigma": .61, r"\phi": .60, r"\varphi": .65, r"\varepsilon": .47, r"\mu": .60, r"\nu": .56, r"\pi": .61,
    r"\theta": .50, r"\kappa": .58, r"\rho": .52, r"\tau": .52, r"\chi": .63, r"\psi": .69, r"\eta": .51, r"\beta": .62,
    r"\alpha": .64, r"\delta": .48, r"\zeta": .52, r"\xi": .48, r"\omega": .65, r"\Lambda": .70, r"\ell": .42,
}  # fmt: skip
# What stands for itself in letters: \log is as wide as "log" with a thin space behind it.
_NAMED = frozenset(
    re.findall(
        r"\\\w+", r"\arccos \arcsin \arctan \cos \cosh \det \exp \inf \lim \log \max \min \sin \sinh \sup \tan \tanh"
    )
)
_ALPHABETS = frozenset({r"\mathrm", r"\mathbf", r"\mathbb", r"\operatorname", r"\text", r"\texttt", r"\emph"})
_SILENT = frozenset({r"\tilde", r"\hat", r"\bar", r"\displaystyle", r"\small", r"\normalsize", r"\limits"})
_FENCES = {r"\left": .42, r"\right": .42, "big": .10, "Big": .20, "bigg": .36, "Bigg": .48}  # fmt: skip
_SIZED = re.compile(r"\\([Bb]igg?)[lr]?")
_SMALLER = 0.72  # an index
WIDTHS: Mapping[str, float] = MappingProxyType({**_MATHS, **_OTHERS, **_COMMANDS})


def width(tex: str) -> float:
    r"""The width of a formula in display style, in letters: a `\frac` is as wide as its wider part."""
    return _EM * _width(_TOKEN.findall(tex))


def upright(words: str) -> float:
    """The width of plain words in the text's own font, in letters."""
    return _EM * sum(_roman(c) for c in words)


def _roman(letter: str) -> float:
    if letter in "mw" or letter.isupper():
        return 0.78
    return 0.28 if letter in "ijl.,:;'!|" else 0.39 if letter in "rstf()-" else 0.33 if letter == " " else 0.55


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
        if token in (r"\frac", r"\tfrac"):
            above, at = _group(tokens, at)
            below, at = _group(tokens, at)
            total += max(_width(above), _width(below)) * (1.0 if token == r"\frac" else _SMALLER) + 0.24
        elif token in "^_":
            total_of_index, at = _indices(tokens, at - 1)
            total += total_of_index
        elif token == r"\sqrt":
            inner, at = _group(tokens, at)
            total += _width(inner) + 0.95
        elif token in _ALPHABETS:
            words, at = _group(tokens, at)
            total += sum(_roman(c) if len(c) == 1 else WIDTHS.get(c, 0.3) for c in words)
            total += 0.17 if token == r"\operatorname" else 0.0
        elif token in (r"\begin", r"\end"):
            _, at = _group(tokens, at)
        elif token in _FENCES:
            total += _FENCES[token]
        elif sized := _SIZED.fullmatch(token):
            total += _FENCES[sized[1]]
        elif token in _NAMED:
            total += sum(map(_roman, token[1:])) + 0.17
        elif token in _SILENT or token.isspace() or token in "{}&" or token[0] == "\x01":
            continue
        else:
            total += WIDTHS.get(token, 0.65 if token[0] == "\\" else 0.5)
    return total


def _indices(tokens: list[str], at: int) -> tuple[float, int]:
    """An index above and one below stand over each other: together they are as wide as the wider one."""
    found: list[float] = []
    marks: list[str] = []
    while at < len(tokens) and tokens[at] in ("^", "_") and tokens[at] not in marks:
        marks.append(tokens[at])
        index, at = _group(tokens, at + 1)
        found.append(_SMALLER * _width(index))
    return max(found) + 0.05, at
