"""What a page says beside a line: the definitions that were unfolded in it, and why a certificate has its sign.

Only what the line checker has accepted is put in words here; nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from theory import terms as t
from theory.statements.claims import AtMost, Equal, SupBound
from theory.statements.derivation import (
    Instance,
    Line,
    Reason,
    Surplus,
    Unfold,
    Written,
    gap,
)
from theory.statements.lemmas import Lemma
from theory.statements.theorem import Theorem
from theory.terms import Definition, Property, Term, rewrite
from theory.typeset.formulas import latex, square
from theory.typeset.lemmas_in_words import SPOKEN
from theory.typeset.statements import latex_assumption
from verify.press.pages.prose import listed
from verify.press.pages.wording import cited

MOST = 4  # definitions named one by one; of more, those that a reader sees in the line
_NUMBERED = ("first", "second", "third", "fourth", "fifth", "sixth")
_NEGATIVE, _SQUARES = "a negative number", {"a square", "a squared length"}
_VISIBLE = {Property.POSITIVE, Property.NONNEGATIVE, Property.DIMENSION}


# ---- definitions --------------------------------------------------------------------------------------------
def unfolded(reason: Unfold, before: Term, line: Line) -> tuple[Definition, ...]:
    """The definitions of the reason that stand in the line, inside others too: the others have nothing to unfold."""
    found = frozenset[Definition]().union(*(rewrite.definitions_in(term) for term in _terms(before, line)))
    return tuple(definition for definition in reason.definitions if definition in found)


def seen(definitions: Sequence[Definition], before: Term, line: Line) -> tuple[Definition, ...]:
    """Those that a reader sees written in the line, not only inside the definitions of others."""
    calls = {node.definition for term in _terms(before, line) for node in t.walk(term) if isinstance(node, t.Call)}
    return tuple(definition for definition in definitions if definition in calls)


def _terms(before: Term, line: Line) -> Iterator[Term]:
    yield from (before, line.term)
    for reason in line.reasons:
        match reason:
            case Surplus(term):
                yield term
            case Written(term, form):
                yield from (term, form)
            case Lemma():
                yield reason.gap
            case Equal(left, right) | AtMost(left, right):
                yield from (left, right)
            case Theorem():
                yield from _claims(reason)
            case Instance(theorem, values):
                yield from _claims(theorem)
                yield from (value for _, value in values)


def _claims(theorem: Theorem) -> Iterator[Term]:
    for part in theorem.parts:
        yield from (part.claim.left, part.claim.right)


# ---- signs --------------------------------------------------------------------------------------------------
def signs(certificate: Surplus, line: Line) -> str:
    """Why what is left over is not negative, term by term, as text with formulas: "a square times the mean of ...".

    Of a line < it is said that what is left over is positive, which one term that vanishes nowhere makes it.
    """
    told = _signs(certificate, line)
    if line.relation != "<":
        return told
    if not isinstance(certificate.term, t.Sum):
        return told.replace(r"\ge 0$", "> 0$") if told[0] == "$" else told if told == "positive" else f"{told}, not 0"
    return told if told in ("positive", "each term is positive") else f"{told}; their sum is nowhere 0"


def _signs(certificate: Surplus, line: Line) -> str:
    summands = certificate.term.terms if isinstance(certificate.term, t.Sum) else (certificate.term,)
    told = [_product(_factors(term, line.reasons)) or "positive" for term in summands]
    if len(set(told)) == 1:
        return told[0] if len(told) == 1 else f"each term is {told[0]}"
    return "; ".join(f"the {_NUMBERED[k]} term is {words}" for k, words in enumerate(told))


def _product(factors: Iterator[str]) -> str:
    """Factors in words: what is a square or a mean first, then the formulas."""
    found = list(dict.fromkeys(factors))
    words, formulas = [x for x in found if x[0] != "$"], [x for x in found if x[0] == "$"]
    return ", with ".join(filter(None, (" times ".join(words), listed(formulas) if formulas else "")))


def _factors(term: Term, reasons: Sequence[Reason]) -> Iterator[str]:
    """What each factor is that is not plainly positive."""
    known = _known(term, reasons)
    if known:
        yield known
        return
    match term:
        case t.Number(value):
            if value < 0:
                yield _NEGATIVE
        case t.Abs() | t.Call():
            return
        case t.Symbol():
            if not term.properties & _VISIBLE:
                yield f"${latex(term)} \\ge 0$"
        case t.Power(base, exponent):
            if exponent.numerator % 2 == 0:
                yield "a square"
            else:
                sign = "> 0$" if exponent < 0 else r"\ge 0$"
                for word in _factors(base, reasons):
                    root = exponent.denominator == 2 and word == "a squared length"
                    yield "a length" if root else word.replace(r"\ge 0$", sign) if word[0] == "$" else word
        case t.Scale():
            yield from _scaled(term, reasons)
        case t.Expectation(body, _):
            yield f"the mean of {_product(_factors(body, reasons)) or 'what is positive'}"
        case t.Product():
            yield _quadratic(term, reasons)
        case t.Sum(terms):
            kinds = {word for x in terms for word in _factors(x, reasons)}
            if kinds:
                yield "a sum of squares" if kinds <= _SQUARES else f"${latex(term)} \\ge 0$"
        case _:
            yield f"${latex(term)} \\ge 0$"


def _scaled(term: Term, reasons: Sequence[Reason]) -> Iterator[str]:
    """The factors of a product of numbers; one that stands twice is a square."""
    left: list[Term] = []
    while isinstance(term, t.Scale):
        if term.scalar in left:
            left.remove(term.scalar)
            yield "a square"
        else:
            left.append(term.scalar)
        term = term.body
    for factor in (*left, term):
        yield from _factors(factor, reasons)


def _quadratic(term: t.Product, reasons: Sequence[Reason]) -> str:
    """v'v is a squared length; v'Mv is not negative because M is semidefinite, as something says, or M = P Q because P
    and Q are and commute."""
    if square(term):
        return "a squared length"
    squares = [factor for factor in term.factors if factor.rows == factor.columns and not factor.is_scalar]
    mirrored = [t.transpose(factor) for factor in reversed(term.factors)] == [*term.factors]
    if len(squares) > 1 and not mirrored:
        said = " and ".join(filter(None, (_known(factor, reasons) for factor in dict.fromkeys(squares))))
        return "a quadratic form of a product of semidefinite matrices that commute" + (f": {said}" if said else "")
    for factor in term.factors:
        known = _known(factor, reasons)
        if known:
            if factor.rows != factor.columns:
                return f"an inner product of columns without negative entries: {known}"
            return f"a quadratic form of {known}"
        middle = isinstance(factor, t.Sum) and factor.shape[0] == factor.shape[1] and not factor.is_scalar
        bound = next((r for r in reasons if isinstance(r, AtMost) and not r.left.is_scalar), None)
        if middle and bound is not None:  # the inverses of two sides, in the other order
            return f"a quadratic form of ${latex(factor)} \\succeq 0$, as ${latex_assumption(bound)}$"
    return f"${latex(term)} \\ge 0$"


def _known(term: Term, reasons: Sequence[Reason]) -> str:
    """A cited fact that the term is the difference of: the formula with its reason; else nothing."""
    relation = "succeq" if term.rows == term.columns and not term.is_scalar else "ge"
    shown = f"${latex(term)} {chr(92)}{relation} 0$" + (" in each entry" if term.rows != term.columns else "")
    for reason in reasons:
        match reason:
            case AtMost() if gap(reason) == term:
                return f"{shown}, as ${latex_assumption(reason)}$"
            case SupBound(function, order, _) if isinstance(term, t.Sum) and any(
                isinstance(node, t.Elementwise) and (node.function, node.order) == (function, order)
                for node in t.walk(term)
            ):
                return f"{shown}, as ${latex_assumption(reason)}$"
            case Lemma() if reason.gap == term:
                return f"{shown}, {SPOKEN[type(reason)].short}"
            case Instance(theorem) | (Theorem() as theorem) if isinstance(term, t.Sum) and term.is_scalar:
                if any(part.claim.ordered for part in theorem.parts):
                    return f"{shown}, by {cited(theorem.id)}"
    return ""
