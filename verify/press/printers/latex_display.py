"""Display mathematics and plain text for LaTeX: rows that fit on a line, aligned; letters escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from theory import terms as t
from theory.typeset.breaking import latex_lines
from theory.typeset.formulas import latex
from theory.typeset.widths import width
from verify.press.pages.wording import DOLLAR, rendered, sentence_tex

LINE = 57.0  # letters that fit on a line of display mathematics: 444 pt of text at eleven points, a little air
ITEM = 52.0  # the same inside a list
INLINE = 30.0  # a wider formula does not stand inside a sentence
TOGETHER = 4  # rows of one relation, on a page
SIGN, QUAD = 2.0, 1.5  # letters of a relation with its space, and of a quad
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
        "`": lambda code: cite(code, known) if code in known else rf"\texttt{{{escape(code)}}}",
        "cited": lambda name: cite(name, known, words),
    }
    return rendered(marked, pieces)


def spoken(plain: str) -> str:
    """Text that speaks of no one theorem, its formulas typeset."""
    return text(sentence_tex(plain))


def cite(name: str, known: frozenset[str], words: Mapping[str, str] = MappingProxyType({})) -> str:
    """A theorem, by its number where it stands in the same document, else in words if there are any."""
    return rf"\cref{{{name}}}" if name in known else words.get(name) or rf"\texttt{{{escape(name)}}}"


def rows(left: t.Term, sign: str, right: t.Term, limit: float = LINE, *, alone: bool = False) -> list[str]:
    """`left sign right` as rows of an aligned display; a long left side gets rows of its own.

    `alone`: the relation is not aligned with that of other rows, because one of those has a left side of its own row.
    """
    first, whole = latex(left), latex(right)
    if alone and width(first) + width(whole) + SIGN <= limit:
        return [f"& {first} {sign} {whole}"]
    if _stands_alone(left, right, limit):
        head, *rest = latex_lines(right, limit - QUAD - SIGN, limit - 3 * QUAD)
        return [
            *(("& " if k == 0 else r"& \qquad ") + x for k, x in enumerate(latex_lines(left, limit, limit - 2 * QUAD))),
            rf"& \quad {sign} {head}",
            *(rf"& \quad\qquad {x}" for x in rest),
        ]
    room = limit - width(first) - SIGN
    head, *rest = latex_lines(right, room, room - 2 * QUAD + SIGN)
    return [f"& {first} {sign} {head}" if alone else f"{first} & {sign} {head}", *(rf"& \qquad {x}" for x in rest)]


def _stands_alone(left: t.Term, right: t.Term, limit: float) -> bool:
    first = width(latex(left))
    return first + width(latex(right)) + SIGN > limit and first > 0.3 * limit


def relations(claims: Sequence[tuple[str, t.Term, str, t.Term]], limit: float = LINE) -> list[str]:
    """Several relations `label left sign right` in one display, aligned at the sign where all of them can be."""
    labelled = any(label for label, *_ in claims)
    limit -= 4 if labelled else 0
    widest = max(width(latex(left)) for _, left, _, _ in claims)
    reach = max(width(latex(right)) for *_, right in claims)
    split = any(_stands_alone(x, y, limit) for _, x, _, y in claims)
    alone = len(claims) > 1 and (split or widest + reach + SIGN > limit)
    blocks = []
    for label, left, sign, right in claims:
        head, *rest = rows(left, sign, right, limit, alone=alone)
        if labelled:
            head, rest = rf"& \text{{{escape(label)}}}\quad & {head}", [f"& & {row}" for row in rest]
        blocks.append([head, *rest])
    return display(blocks, "alignat*}{2" if labelled else "align*")


def display(blocks: Sequence[Sequence[str]], environment: str = "align*") -> list[str]:
    """Blocks of rows as one aligned display; no page ends inside of a block that is short."""
    joined = [(" \\\\*\n" if len(block) <= TOGETHER else " \\\\\n").join(block) for block in blocks]
    name = environment.split("}")[0]
    return [rf"\begin{{{environment}}}", " \\\\\n".join(joined), rf"\end{{{name}}}"]


def upright(formula: str) -> str:
    """A formula inside a sentence, with its fractions as large as in a display."""
    return rf"\displaystyle {formula}" if r"\frac" in formula else formula
