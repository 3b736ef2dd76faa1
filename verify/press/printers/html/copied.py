"""What the copy buttons of a page copy: plain LaTeX that needs amsmath and nothing else."""

from __future__ import annotations

from theory.typeset.formulas import latex, latex_relation, relation_tex
from verify.press.pages import parts
from verify.press.pages.wording import DOLLAR, rendered


def statement_tex(claims: tuple[parts.Relation, ...]) -> str:
    """The claims, each displayed; with their letters where there are several."""
    shown = [latex_relation(claim.left, claim.sign, claim.right) for claim in claims]
    if len(shown) == 1:
        return f"\\[\n  {shown[0]}\n\\]"
    rows = [f"  {tex} \\tag{{{claim.letter.strip('()')}}}" for tex, claim in zip(shown, claims, strict=True)]
    return "\\begin{gather*}\n" + " \\\\\n".join(rows) + "\n\\end{gather*}"


def chain_tex(chain: parts.Chain) -> str:
    """A derivation with the reason beside each line; nothing where there is none."""
    if chain.start is None:
        return ""
    rows = [f"  & {latex(chain.start)}"]
    for step in chain.steps:
        why = "; ".join(_text(because.words.marked) for because in step.because)
        rows.append(f"  {relation_tex(step.sign, step.term)} & {latex(step.term)} && \\text{{{why}}}")
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _text(marked: str) -> str:
    r"""Words with formulas inside `\text`."""
    rows = {
        "": lambda words: words.replace("_", r"\_").replace("&", r"\&").replace("%", r"\%").replace("#", r"\#"),
        "$": lambda tex: f"${tex}$",
        "`": lambda code: rf"\texttt{{{code.replace('_', chr(92) + '_')}}}",
        "cited": lambda name: rf"\texttt{{{name}}}",
    }
    return rendered(marked, rows).replace(DOLLAR, r"\$")
