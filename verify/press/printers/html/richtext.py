"""Formulas, and text with formulas, code and links to theorems, as HTML: what the templates know of notation."""

from __future__ import annotations

import html
import re

from markupsafe import Markup

from theory.terms import Definition
from theory.typeset.breaking import latex_lines, relation_lines
from theory.typeset.formulas import excess_tex, latex, relation_tex
from verify.press.pages import parts
from verify.press.pages.wording import DOLLAR, rendered, sentence_tex
from verify.press.printers.html.mathml import MathError, mathml

_CLINGS = re.compile(r"(<math(?:[^<]|<(?!/math>))*+</math>[,.;:!?)]+)")  # no line begins with a comma
LINE = 54.0  # letters of mathematics beside the reasons on a wide screen; what cannot be cut there scrolls
CLAIM = 84.0  # letters of a statement across the page
CERTIFICATE = 34.0


def formula(tex: str, *, block: bool = False) -> Markup:
    """A formula as MathML; LaTeX that cannot be converted is shown as LaTeX, marked as such, never half converted."""
    try:
        return Markup(mathml(tex, block=block))
    except MathError:
        return Markup('<code class="tex" title="LaTeX">{}</code>').format(tex)


def rich(text: str, known: frozenset[str] = frozenset(), base: str = "") -> Markup:
    """Text with `$...$`, backticks and cited theorems. Theorems in `known` become links below `base`."""

    def link(name: str) -> str:
        name, there = html.escape(name), name in known
        return f'<a href="{base}{name}.html">{name}</a>' if there else f"<code>{name}</code>"

    rows = {
        "": html.escape,
        "$": lambda tex: str(formula(tex)),
        "`": lambda code: link(code) if code in known else f"<code>{html.escape(code)}</code>",
        "cited": link,
    }
    return Markup(_CLINGS.sub(r'<span class="nb">\1</span>', rendered(text, rows).replace(DOLLAR, "$")))


def prose(typed: str) -> Markup:
    """A sentence of ours or of an author's, as it was typed, with the formulas in it set: `1e-6`, `B = 8`, `1/n^2`."""
    typed = re.sub(r"(?<=[\w)])\.\.(?=[\w-])", " … ", typed.replace(" oo]", " ∞]"))
    return rich(sentence_tex(typed))


def number(value: float, half: float | None = None) -> Markup:
    """A number that was measured, with half the width of its interval."""
    return formula(_number(f"{value:.4g}") + ("" if half is None else rf" \pm {_number(f'{half:.2g}')}"))


def _number(typed: str) -> str:
    mantissa, _, power = typed.partition("e")
    ten = f"10^{{{int(power)}}}" if power else ""
    return ten if ten and mantissa == "1" else rf"{mantissa} \cdot {ten}" if ten else mantissa


def claim(relation: parts.Relation) -> list[Markup]:
    """A claim as one display, row by row."""
    return _rows(relation_lines(relation.left, relation.sign, relation.right, CLAIM))


def start(chain: parts.Chain) -> list[Markup]:
    """What a derivation starts from."""
    return [] if chain.start is None else _rows(latex_lines(chain.start, LINE))


def line(step: parts.Step) -> list[Markup]:
    """A line of a derivation."""
    head, *rest = latex_lines(step.term, LINE)
    return _rows([f"{relation_tex(step.sign, step.term)} {head}", *(rf"\quad {r}" for r in rest)])


def certificates(step: parts.Step) -> list[tuple[str, list[Markup], Markup]]:
    """What a comparison rests on: in words, the term, and why that has its sign."""
    found = []
    for surplus, signs in ((b.certificate, b.signs) for b in step.because if b.certificate):
        what = "the squares of the two sides differ by" if surplus.squared else "the right side exceeds the left by"
        *rows, last = latex_lines(surplus.term, CERTIFICATE)
        sign = excess_tex(step.sign, surplus.term)
        found.append((what, _rows([*rows, last + sign]), rich(signs)))
    return found


def definition(found: Definition) -> Markup:
    """A definition as a formula."""
    return formula(f"{latex(found(*found.parameters))} := {latex(found.body)}", block=True)


def _rows(lines: list[str]) -> list[Markup]:
    return [formula(row, block=True) for row in lines]


def reasons(step: parts.Step, known: frozenset[str]) -> Markup:
    """The reasons of a line but its certificates, and but those that the signs of a certificate have named."""
    told = " ".join(b.signs for b in step.because if b.certificate)
    named = (b.words.marked for b in step.because if not b.certificate)
    return Markup("; ").join(rich(words, known) for words in named if words not in told)
