"""Lemmas as text with formulas in dollars, a row each: as the reason of a line, and as why a term is not negative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from theory import terms as t
from theory.statements.lemmas import (
    CauchySchwarz,
    DeterminantBound,
    ExpTangent,
    Lemma,
    LipschitzBound,
    MeanValue,
    RootBound,
    SteinIdentity,
)
from theory.typeset.breaking import latex_lines
from theory.typeset.formulas import latex
from theory.typeset.names import activation_tex, symbol_tex


@dataclass(frozen=True)
class Spoken:
    """`cited`: why a line holds, of a lemma with its arguments. `short`: why its gap is not negative, after the gap."""

    cited: Callable[[Any], str]
    short: str


def _cauchy_schwarz(lemma: CauchySchwarz) -> str:
    product = lemma.left.T @ lemma.metric @ lemma.right
    inner = latex(product if lemma.over is None else t.Expectation(product, lemma.over))
    return f"the Cauchy-Schwarz inequality for ${inner}$"


def _tangent(lemma: ExpTangent) -> str:
    return rf"$1 + t \le e^t$ for $t = {latex(lemma.argument)}$"


def _determinants(lemma: DeterminantBound) -> str:
    both = rf"$P = {latex(lemma.left)}$ and $Q = {latex(lemma.right)}$"
    return rf"$\operatorname{{tr}}(P Q) - n \ge \log\det P + \log\det Q$ for {both}"


def _mean_value(lemma: MeanValue) -> str:
    slope = rf"\lvert {activation_tex(lemma.function)}{chr(39) * lemma.order} \rvert \le {latex(lemma.bound)}"
    return f"the mean value theorem for ${latex(lemma.left)}$ and ${latex(lemma.right)}$, as ${slope}$"


def _roots(lemma: RootBound) -> str:
    squares = rf"{latex(lemma.upper**2)} - {latex(lemma.lower**2)} = {latex(lemma.term)} \ge 0"
    return rf"${latex(lemma.lower)} \le {latex(lemma.upper)}$, as ${squares}$"


ONE = t.Number(Fraction(1))
_INDENT = r"\quad"
WIDE = 32  # letters of a formula in a sentence


def _maps(lemma: LipschitzBound) -> str:
    z, u, bound = latex(lemma.letter), latex(lemma.direction), latex(t.power(lemma.bound, Fraction(2)))
    first = rf"\lVert {u} \rVert^2" if lemma.bound == ONE else rf"{bound}\, \lVert {u} \rVert^2"
    image = rf"\lvert J {u} \rvert^2" if lemma.body.is_scalar else rf"\lVert J {u} \rVert^2"
    body, shown = latex_lines(lemma.body, WIDE), latex_lines(lemma.term, WIDE)
    maps = _broken([rf"{z} \mapsto {body[0]}", *body[1:]])
    certificate = _broken([rf"{first} - {image}", f"= {shown[0]}", *shown[1:], r"\ge 0"])
    return f"the mean value inequality for {maps} with the Jacobian $J$, as {certificate}"


def _broken(rows: list[str]) -> str:
    """A formula in a sentence, which may end a line after each of its rows."""
    return " ".join(f"${row.replace(_INDENT, '')}$" for row in rows)


def _by_parts(lemma: SteinIdentity) -> str:
    return f"Stein's identity for ${latex(lemma.argument)}$ and ${symbol_tex(lemma.over)}$"


SPOKEN: Mapping[type[Lemma], Spoken] = MappingProxyType(
    {
        CauchySchwarz: Spoken(_cauchy_schwarz, "by the Cauchy-Schwarz inequality"),
        ExpTangent: Spoken(_tangent, r"as $1 + t \le \exp(t)$"),
        DeterminantBound: Spoken(_determinants, "as the trace lies above logarithms of determinants"),
        MeanValue: Spoken(_mean_value, "by the mean value theorem"),
        RootBound: Spoken(_roots, "by their squares"),
        LipschitzBound: Spoken(_maps, "by the mean value inequality"),
        SteinIdentity: Spoken(_by_parts, "by Stein's identity"),
    }
)
