"""Text with formulas, code and links to theorems, as HTML."""

from __future__ import annotations

import html
import re

from markupsafe import Markup

from theory.statements.theorem import Theorem
from verify.press.report.mathml import MathError, mathml
from verify.press.wording import DOLLAR

_OPEN, _CLOSE = "\ue000", "\ue001"


def cite(theorem: Theorem) -> str:
    """A theorem inside text that `rich` will turn into a link."""
    return f"{_OPEN}{theorem.id}{_CLOSE}"


def formula(tex: str, *, block: bool = False) -> Markup:
    """A formula as MathML; LaTeX that cannot be converted is shown as LaTeX, marked as such, never half converted."""
    try:
        return Markup(mathml(tex, block=block))
    except MathError:
        return Markup('<code class="tex" title="LaTeX">{}</code>').format(tex)


def rich(text: str, known: frozenset[str] = frozenset(), base: str = "") -> Markup:
    """Text with `$...$`, backticks and cited theorems. Theorems in `known` become links below `base`."""
    out = []
    for piece in re.split(rf"(\$[^$]+\$|`[^`]+`|{_OPEN}[^{_CLOSE}]*{_CLOSE})", text):
        if len(piece) > 2 and piece[0] == piece[-1] == "$":
            out.append(str(formula(piece[1:-1])))
        elif len(piece) > 2 and piece[0] == piece[-1] == "`":
            out.append(f"<code>{html.escape(piece[1:-1])}</code>")
        elif piece[:1] == _OPEN:
            name = html.escape(piece[1:-1])
            out.append(f'<a href="{base}{name}.html">{name}</a>' if piece[1:-1] in known else f"<code>{name}</code>")
        else:
            out.append(html.escape(piece))
    return Markup("".join(out).replace(DOLLAR, "$"))
