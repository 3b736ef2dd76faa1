"""Display mathematics and plain text for LaTeX: rows that fit on a line, aligned; letters escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from theory import terms as t
from theory.typeset.breaking import latex_lines, width
from theory.typeset.formulas import latex
from verify.press.pages.wording import DOLLAR, rendered

LINE = 61.0  # letters that fit on a line of display mathematics: 444 pt of text, 7 pt a letter, a little air
ITEM = 55.0  # the same inside a list
INLINE = 32.0  # a wider formula does not stand inside a sentence
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}",
}  # fmt: skip
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "λ": "lambda", "μ": "mu", "σ": "sigma", "φ": "phi", "ε": "epsilon"}


def escape(text: str) -> str:
    """Plain text for LaTeX. Letters that the fonts lack are spelled out, never dropped."""
    out = "".join(_SPECIAL.get(c, c) for c in text.replace(DOLLAR, "$"))
    out = "".join(rf"\(\{_GREEK[c]}\)" if c in _GREEK else c for c in out)
    return "".join(c if ord(c) < 0x250 or c in "–—‘’“”…" else f"[U+{ord(c):04X}]" for c in out)


def text(marked: str, known: frozenset[str] = frozenset(), words: Mapping[str, str] = MappingProxyType({})) -> str:
    r"""Text with formulas, code and theorems cited; those in `known` have a label, `words` say others."""
    pieces: Mapping[str, Callable[[str], str]] = {
        "": escape,
        "$": lambda tex: f"${tex}$",
        "`": lambda code: rf"\texttt{{{escape(code)}}}",
        "cited": lambda name: cite(name, known, words),
    }
    return rendered(marked, pieces)


def cite(name: str, known: frozenset[str], words: Mapping[str, str] = MappingProxyType({})) -> str:
    """A theorem, by its number where it stands in the same document, else in words if there are any."""
    return rf"\cref{{{name}}}" if name in known else words.get(name) or rf"\texttt{{{escape(name)}}}"


def rows(left: str, sign: str, right: t.Term, limit: float = LINE, *, alone: bool = False) -> list[str]:
    """`left sign right` as rows of an aligned display; a long left side gets a row of its own.

    `alone`: the relation is not aligned with that of other rows, because one of those has a left side of its own row.
    """
    fits = width(left) + width(latex(right)) + 2 <= limit
    if alone and fits:
        return [f"& {left} {sign} {latex(right)}"]
    if alone or _stands_alone(left, right, limit):
        head, *rest = latex_lines(right, limit - 6)
        return [
            "& " + fit(left, limit),
            rf"& \quad {sign} {fit(head, limit - 4)}",
            *(rf"& \quad\qquad {fit(x, limit - 5)}" for x in rest),
        ]
    room = limit - width(left) - 2
    head, *rest = latex_lines(right, room if width(latex(right)) <= room else room - 2)
    return [f"{left} & {sign} {fit(head, room)}", *(rf"& \qquad {fit(x, room - 2)}" for x in rest)]


def _stands_alone(left: str, right: t.Term, limit: float) -> bool:
    return width(left) + width(latex(right)) + 2 > limit and width(left) > 0.3 * limit


def relations(claims: Sequence[tuple[str, str, str, t.Term]], limit: float = LINE) -> list[str]:
    """Several relations `label left sign right` in one display, aligned at the sign where all of them can be."""
    labelled = any(label for label, *_ in claims)
    limit -= 4 if labelled else 0
    widest = max(width(left) for _, left, _, _ in claims)
    reach = max(width(latex(right)) for *_, right in claims)
    alone = len(claims) > 1 and (any(_stands_alone(x, y, limit) for _, x, _, y in claims) or widest + reach + 2 > limit)
    blocks = []
    for label, left, sign, right in claims:
        head, *rest = rows(left, sign, right, limit, alone=alone)
        if labelled:
            head, rest = rf"& \text{{{escape(label)}}}\quad & {head}", [f"& & {row}" for row in rest]
        blocks.append([head, *rest])
    return display(blocks, "alignat*}{2" if labelled else "align*")


def fit(line: str, room: float = LINE) -> str:
    """A line that cannot be cut and is still too long is set smaller."""
    if width(line) <= room + 0.5:
        return line
    return rf"\scalebox{{{max(0.4, room / width(line)):.2f}}}{{$\displaystyle {line}$}}"


def display(blocks: Sequence[Sequence[str]], environment: str = "align*") -> list[str]:
    """Blocks of rows as one aligned display."""
    rows = [row for block in blocks for row in block]
    name = environment.split("}")[0]
    return [rf"\begin{{{environment}}}", " \\\\\n".join(rows), rf"\end{{{name}}}"]


def upright(formula: str) -> str:
    """A formula inside a sentence, with its fractions as large as in a display."""
    return rf"\displaystyle {formula}" if r"\frac" in formula else formula
