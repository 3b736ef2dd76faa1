"""Assumptions, declarations and reasons of derivations as LaTeX text. Terms are printed by `formulas`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Equal, Gaussian, Interchange, SupBound
from theory.statements.derivation import (
    Algebra,
    Antiderivative,
    Derivation,
    Differentiate,
    Extension,
    Induction,
    Instance,
    KnownIntegral,
    Reason,
    Surplus,
    Unfold,
    Written,
)
from theory.statements.lemmas import Lemma
from theory.statements.theorem import Theorem
from theory.typeset.formulas import excess_tex, latex, latex_relation
from theory.typeset.known_formulas import FORMULAS
from theory.typeset.lemmas_in_words import SPOKEN
from theory.typeset.names import activation_tex, name_tex, size_tex, symbol_tex

Cite = Callable[[Theorem], str]

_MATRIX_WORDS = (
    (t.Property.POSITIVE_DEFINITE, "symmetric positive definite"),
    (t.Property.POSITIVE_SEMIDEFINITE, "symmetric positive semidefinite"),
    (t.Property.PROJECTOR, "an orthogonal projector"),
    (t.Property.PERMUTATION, "a permutation matrix"),
    (t.Property.ORTHOGONAL, "orthogonal"),
    (t.Property.INVERTIBLE, "invertible"),
    (t.Property.SYMMETRIC, "symmetric"),
)
_SIGNS = (
    (t.Property.POSITIVE, " > 0"),
    (t.Property.NEGATIVE, " < 0"),
    (t.Property.NONNEGATIVE, r" \ge 0"),
    (t.Property.NONZERO, r" \ne 0"),
    (t.Property.PERMUTATION, " = 1"),
    (t.Property.ORTHOGONAL, r" = \pm 1"),
)


def cref(theorem: Theorem) -> str:
    r"""A theorem named in LaTeX text: `\cref` to its label, which is its id."""
    return rf"\cref{{{theorem.id}}}"


def latex_assumption(assumption: Assumption) -> str:
    r"""The formula assumed, for mathematics mode: `\mathbb{E}_x[x] = 0`, `S \preceq L\, I`, a supremum bound."""
    if isinstance(assumption, Interchange):
        mean = rf"\mathbb{{E}}_{{{symbol_tex(assumption.over)}}}"
        return rf"\partial\, {mean}[\,\cdot\,] = {mean}[\partial\, \cdot\,]"
    if isinstance(assumption, Gaussian):
        moments = rf"{latex(assumption.mean)},\, {latex(assumption.covariance)}"
        return rf"{symbol_tex(assumption.over)} \sim \mathcal{{N}}({moments})"
    if isinstance(assumption, SupBound):
        head = activation_tex(assumption.function)
        primes = "'" * assumption.order if assumption.order < 3 else f"^{{({assumption.order})}}"
        return rf"\sup_t \lvert {head}{primes}(t) \rvert \le {symbol_tex(assumption.bound)}"
    return latex_relation(assumption.left, "<=" if isinstance(assumption, AtMost) else "=", assumption.right)


def latex_declaration(symbol: t.Symbol) -> str:
    r"""What a symbol is, as text with formulas: `$S \in \mathbb{R}^{d \times d}$ symmetric positive definite`."""
    name = symbol_tex(symbol)
    sizes = [size_tex(n) for n in symbol.shape]
    if symbol.has(t.Property.STEPS):
        return rf"${name} \in \mathbb{{N}}$ a number of steps"
    if symbol.has(t.Property.DIMENSION):
        return rf"${name} \in \mathbb{{N}}$"
    if symbol.shape == (1, 1):
        sign = next((sign for prop, sign in _SIGNS if symbol.has(prop)), None)
        return rf"${name}{sign}$" if sign else rf"${name} \in \mathbb{{R}}$"
    if symbol.shape[1] == 1:
        where = rf"${name} \in \mathbb{{R}}^{{{sizes[0]}}}$"
        if symbol.has(t.Property.RANDOM):
            return f"{where} random with finite moments"
        if symbol.has(t.Property.BASIS):
            return rf"{where} a column of $I$"
        if symbol.has(t.Property.POSITIVE):
            return f"{where} of positive entries"
        if symbol.has(t.Property.NONNEGATIVE):
            return f"{where} of nonnegative entries" + (rf", ${name} \ne 0$" if symbol.has(t.Property.NONZERO) else "")
        return rf"{where}, ${name} \ne 0$" if symbol.has(t.Property.NONZERO) else where
    where = rf"${name} \in \mathbb{{R}}^{{{sizes[0]} \times {sizes[1]}}}$"
    word = next((word for prop, word in _MATRIX_WORDS if symbol.has(prop)), "")
    return f"{where} {word}".rstrip()


_TIMES = {0: "measurable", 1: "differentiable", 2: "twice differentiable"}


def latex_function(function: t.Activation | t.ScalarField, smoothness: int) -> str:
    """What a generic function is, as text with formulas, and nothing of one that is known by its name; `smoothness` is
    how often it must be differentiable."""
    name = activation_tex(function) if isinstance(function, t.Activation) else name_tex(function.name, function.tex)
    known = FORMULAS.get(function.name) if isinstance(function, t.Activation) else None
    if known is not None:
        return f"${name}(t) = {known}$" if f"{name}(t)" != known else ""
    word = _TIMES.get(smoothness, f"{smoothness} times differentiable")
    domain = r"\mathbb{R}"
    if isinstance(function, t.ScalarField):
        domain += f"^{{{size_tex(function.size)}}}"
    return rf"${name} \colon {domain} \to \mathbb{{R}}$ {word}"


def latex_reason(reason: Reason, cite: Cite = cref, relation: str = "<=") -> str:
    """Why a line of that relation holds, as text with formulas in dollars; theorems are named by `cite`."""
    match reason:
        case Algebra(label) | Differentiate(label):
            return label
        case Unfold(definitions):
            return "definition of " + _listed([f"${definition_head(d)}$" for d in definitions])
        case Instance(theorem, values, part):
            which = "" if part is None else f" ({_letter(theorem, part)})"
            put = [(symbol_tex(s), latex(v)) for s, v in values]
            put = [(name, value) for name, value in put if name != value]
            names = {s.name for s, _ in values}
            again = any(s.name in names for _, v in values for s in t.walk(v) if isinstance(s, t.Symbol))
            if again and put:  # w = a w would be an equation for w
                return cite(theorem) + which + " with " + _listed([f"${value}$ for ${name}$" for name, value in put])
            pairs = ", ".join(f"{name} = {value}" for name, value in put)
            return cite(theorem) + which + (f" with ${pairs}$" if pairs else "")
        case Lemma() if type(reason) in SPOKEN:
            return SPOKEN[type(reason)].cited(reason)
        case Induction():
            return _by_induction(reason, cite)
        case Antiderivative(term, variable):
            return rf"the antiderivative ${latex(term)}$ in ${symbol_tex(variable)}$"
        case KnownIntegral():
            from theory.statements.known_integrals import instantiate

            known = instantiate(reason)
            return f"{known.label} ({known.source})"
        case Written(term, form):
            return f"${latex(term)} = {latex(form)}$"
        case Extension(term, variable, offset, _):
            where = rf"{offset} + 1/{symbol_tex(variable)}" if offset else rf"1/{symbol_tex(variable)}"
            return rf"at ${where}$ this is ${latex(term)}$, which is continuous at ${symbol_tex(variable)} = 0$"
        case Theorem():
            return cite(reason)
        case Surplus(term, squared):
            what = "the squares of the two sides differ by" if squared else "the right side exceeds the left by"
            return f"{what} ${latex(term)}{excess_tex(relation, term)}$"
        case Equal() | AtMost() | SupBound() | Interchange() | Gaussian():
            return f"${latex_assumption(reason)}$"
    raise TypeError(f"latex_reason: no row for {type(reason).__name__}")


HYPOTHESIS = "by the hypothesis"


def _by_induction(reason: Induction, cite: Cite) -> str:
    """Both derivations, in a sentence each."""
    letter = symbol_tex(reason.over)
    begun, led = (_in_a_row(chain, reason, cite) for chain in (reason.base, reason.step))
    return rf"induction on ${letter}$: for ${letter} = 1$, {begun}; from ${letter}$ to ${letter} + 1$, {led}"


def _in_a_row(chain: Derivation, induction: Induction, cite: Cite) -> str:
    """A derivation on one line, each of its lines with its reasons in brackets."""
    said, before = list[str](), chain.start
    for line in chain.lines:
        formula = latex_relation(before, line.relation, line.term)
        because = [
            HYPOTHESIS if induction.supposes(reason) else latex_reason(reason, cite, line.relation)
            for reason in line.reasons
        ]
        said.append(f"${formula}$ ({'; '.join(because)})")
        before = line.term
    return ", and ".join(said)


def latex_reasons(reasons: Sequence[Reason], cite: Cite = cref, relation: str = "<=") -> str:
    """All reasons of one line, in order."""
    return "; ".join(latex_reason(reason, cite, relation) for reason in reasons)


def latex_statement(theorem: Theorem) -> str:
    r"""The claims as one formula for mathematics mode, a row each, with their letters where there are several."""
    rows = []
    for number, part in enumerate(theorem.parts):
        label = rf"\text{{({chr(ord('a') + number)})}}\quad & " if len(theorem.parts) > 1 else "& "
        rows.append(label + latex_relation(part.claim.left, part.claim.relation, part.claim.right))
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}" if len(rows) > 1 else rows[0][2:]


def _letter(theorem: Theorem, part: str) -> str:
    """How a part is labelled where the theorem is stated."""
    labels = [p.label for p in theorem.parts]
    return chr(ord("a") + labels.index(part)) if part in labels else part


def definition_head(definition: t.Definition) -> str:
    """The name of a definition in LaTeX, as it is written before its parameters are known."""
    written = definition(*definition.parameters)
    tex = name_tex(definition.name, definition.tex)
    return latex(written) if "#" in tex else tex


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


__all__ = [
    "cref",
    "definition_head",
    "latex_assumption",
    "latex_declaration",
    "latex_function",
    "latex_reason",
    "latex_reasons",
    "latex_statement",
]
