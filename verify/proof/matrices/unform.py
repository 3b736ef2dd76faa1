"""From normal forms back to terms, so that they can be differentiated again and shown to a reader."""

from __future__ import annotations

from fractions import Fraction

from theory import terms as t
from theory.terms import Term
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word


def to_term(ctx: Context, form: Form) -> Term:
    """A term whose normal form is the given one."""
    parts: list[Term] = []
    for (monomial, word), value in sorted(form.terms.items(), key=_readable):
        body = _word(ctx, word, form.shape)
        scalar = monomial_term(ctx, monomial)
        piece = body if scalar is None else t.scale(scalar, body)
        parts.append(piece if value == 1 else t.scale(t.Number(Fraction(value)), piece))
    if not parts:
        return t.Number(Fraction(0)) if form.shape == (1, 1) else t.Zero(form.shape)
    return t.add(*parts)


def _readable(item: tuple[tuple[Monomial, Word], Coefficient]) -> tuple[object, ...]:
    """Positive terms first, short words first: the order in which a reader would write the sum."""
    (monomial, word), value = item
    return (value < 0, len(word), word, tuple((a, Fraction(e)) for a, e in monomial))


def monomial_term(ctx: Context, monomial: Monomial) -> Term | None:
    """The scalar term of a monomial; None for the empty one."""
    out: Term | None = None
    for atom, exponent in monomial:
        part = t.power(atom_term(ctx, atom), Fraction(exponent))
        out = part if out is None else t.scale(out, part)
    return out


def _word(ctx: Context, word: Word, shape: t.Shape) -> Term:
    if not word:
        return t.Number(Fraction(1)) if shape == (1, 1) else t.Eye(shape[0])
    out = factor_term(ctx, word[0])
    for number in word[1:]:
        out = t.matmul(out, factor_term(ctx, number))
    return out


def atom_term(ctx: Context, atom: int) -> Term:
    """The term that an atom stands for."""
    match ctx.atoms[atom].what:
        case k.Named(symbol):
            return symbol
        case k.Scalar(word):
            return _word(ctx, word, (1, 1))
        case k.Trace(word):
            size = ctx.factors[word[0]].shape[0]
            return t.trace(_word(ctx, word, (size, size)))
        case k.Prime(value):
            return t.Number(Fraction(value))
        case k.Sum(form):
            return to_term(ctx, f.thaw(form))
        case k.Abs(inner):
            return t.Abs(atom_term(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case k.Expectation(over, inside):
            scalar = monomial_term(ctx, inside)
            return t.Expectation(t.Number(Fraction(1)) if scalar is None else scalar, over)
        case what:
            return _function(ctx, what)


def factor_term(ctx: Context, number: int) -> Term:
    """The term that a factor stands for."""
    node = ctx.factors[number]
    shape = (node.shape[1], node.shape[0]) if node.transposed else node.shape
    match node.what:
        case k.Named(symbol) | k.Direction(symbol):
            out: Term = symbol
        case k.Ones(size):
            out = t.Ones(size)
        case k.Diagonal(word):
            out = t.diag(_word(ctx, word, (shape[0], 1)))
        case k.Inverse(inner):
            out = t.inverse(factor_term(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case k.Hadamard(left, right):
            out = t.hadamard(_word(ctx, left, shape), _word(ctx, right, shape))
        case k.FirstMoment(over, inside):
            out = _moment(ctx, inside, over, over)
        case k.SecondMoment(over, inside):
            out = _moment(ctx, inside, t.matmul(over, t.transpose(over)), over)
        case k.Moment(over, inside, word):
            out = _moment(ctx, inside, _word(ctx, word, shape), over)
        case what:
            out = _function(ctx, what)
    return t.transpose(out) if node.transposed else out


def _moment(ctx: Context, inside: Monomial, body: Term, over: t.Symbol) -> Term:
    scalar = monomial_term(ctx, inside)
    return t.Expectation(body if scalar is None else t.scale(scalar, body), over)


def _function(ctx: Context, what: k.Kind) -> Term:
    match what:
        case k.Elementwise(function, order, argument):
            return t.Elementwise(function, order, to_term(ctx, f.thaw(argument)))
        case k.Field(field, order, argument):
            return t.FieldValue(field, order, to_term(ctx, f.thaw(argument)))
        case k.Call(definition, arguments):
            return t.Call(definition, tuple(to_term(ctx, f.thaw(x)) for x in arguments))
        case k.Derivative(kind, variable, body, at):
            return t.Derivative(to_term(ctx, f.thaw(body)), variable, to_term(ctx, f.thaw(at)), kind)
    raise f.CannotDecide(f"no term is known for {type(what).__name__}")
