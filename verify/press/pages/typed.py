"""Assumptions and reasons as one types them, for the terminal."""

from __future__ import annotations

from theory.statements import claims
from theory.statements import derivation as d
from theory.statements.claims import Assumption, AtMost, Equal, Gaussian, Interchange, SupBound
from theory.statements.premises import known_integral
from theory.statements.theorem import Theorem
from theory.terms.text import text
from theory.typeset.statements import HYPOTHESIS


def assumption_text(assumption: Assumption) -> str:
    """An assumption in symbols, with its note."""
    words = claims.assumption_text(assumption)
    if isinstance(assumption, SupBound):
        function, bound = assumption.function.name, assumption.bound.name
        words = f"|{function}{chr(39) * assumption.order}(t)| <= {bound} for every t"
    return f"{words}   ({assumption.note})" if assumption.note else words


def reason_text(reason: d.Reason, relation: str = "<=") -> str:
    """Why a line of that relation follows, in words."""
    match reason:
        case d.Algebra(label) | d.Differentiate(label):
            return label
        case d.Unfold(definitions):
            return "definition of " + ", ".join(f.name for f in definitions)
        case d.Instance(theorem, values, part):
            where = " at " + ", ".join(f"{s.name} := {text(v)}" for s, v in values) if values else ""
            return theorem.id + (f" ({part})" if part else "") + where
        case d.Surplus(term, squared):
            what = "the squares differ by" if squared else "the difference is"
            return f"{what} {text(term)} {'>' if relation == '<' else '>='} 0"
        case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
            return assumption_text(reason)
        case d.CauchySchwarz(left, right, metric, over):
            mean = f" under E over {over.name}" if over is not None else ""
            return f"Cauchy-Schwarz for {text(left)} and {text(right)} in {text(metric)}{mean}"
        case d.Induction(over, base, step):
            begun, led = (_in_a_row(chain, reason) for chain in (base, step))
            return f"induction on {over.name}: at 1, {begun}; at {over.name} + 1, {led}"
        case d.ExpTangent(argument):
            return f"1 + t <= exp(t) for t = {text(argument)}"
        case d.DeterminantBound(left, right):
            return f"tr(P Q) - n >= log(det(P)) + log(det(Q)) for P = {text(left)}, Q = {text(right)}"
        case d.MeanValue(function, order, bound, left, right):
            slope = f"|{function.name}{chr(39) * order}| <= {text(bound)}"
            return f"the mean value theorem for {text(left)} and {text(right)}, as {slope}"
        case d.RootBound(lower, upper, term):
            return f"{text(lower)} <= {text(upper)}, as their squares differ by {text(term)} >= 0"
        case d.Antiderivative(term, variable):
            return f"the antiderivative {text(term)} in {variable.name}"
        case d.KnownIntegral():
            return known_integral(reason)
        case d.Written(term, form):
            return f"{text(term)} = {text(form)}"
        case d.Extension(term, variable, offset, _):
            return f"at {offset} + 1/{variable.name} this is {text(term)}, continuous at {variable.name} = 0"
        case Theorem():
            return reason.id


def _in_a_row(chain: d.Derivation, induction: d.Induction) -> str:
    """A derivation on one line, each of its lines with its reasons in brackets."""
    said = text(chain.start)
    for line in chain.lines:
        because = "; ".join(
            HYPOTHESIS if induction.supposes(reason) else reason_text(reason, line.relation) for reason in line.reasons
        )
        said += f" {line.relation} {text(line.term)} [{because}]"
    return said
