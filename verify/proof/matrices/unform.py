"""From normal forms back to terms, so that they can be differentiated again and shown to a reader."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from theory import terms as t
from theory.terms import Dimension, Term
from theory.terms.symbols import zero
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word

ONE: Term = t.Number(Fraction(1))


def to_term(ctx: Context, form: Form) -> Term:
    """A term whose normal form is the given one."""
    rows, _ = form.shape
    parts = [zero(*form.shape)]
    for (monomial, word), value in sorted(form.terms.items(), key=_readable):
        scaled = t.scale(_monomial(ctx, monomial), _word_or_unit(ctx, word, rows))
        parts.append(t.scale(t.Number(Fraction(value)), scaled))
    return t.add(*parts)


def _readable(item: tuple[tuple[Monomial, Word], Coefficient]) -> tuple[object, ...]:
    """Positive terms first, short words first: the order in which a reader would write the sum."""
    (monomial, word), value = item
    return (value < 0, len(word), word, tuple((a, Fraction(e)) for a, e in monomial))


def _monomial(ctx: Context, monomial: Monomial) -> Term:
    return reduce(t.scale, (t.power(_atom(ctx, a), Fraction(e)) for a, e in monomial), ONE)


def _word(ctx: Context, word: Word) -> Term:
    return reduce(t.matmul, (_factor(ctx, number) for number in word))


def _word_or_unit(ctx: Context, word: Word, rows: Dimension) -> Term:
    if word:
        return _word(ctx, word)
    return ONE if rows == 1 else t.Eye(rows)


def _atom(ctx: Context, atom: int) -> Term:
    """The term that an atom stands for."""
    match ctx.atoms[atom].what:
        case k.Named(symbol):
            return symbol
        case k.Scalar(word):
            return _word(ctx, word)
        case k.Trace(word):
            return t.trace(_word(ctx, word))
        case k.Exponential(monomial):
            return t.Special("exp", (_monomial(ctx, monomial),))
        case k.Logarithm(form):
            return t.Special("log", (to_term(ctx, f.thaw(form)),))
        case k.Determinant(inner):
            return t.determinant(_factor(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case k.LargestEigenvalue(form):
            return t.LargestEigenvalue(to_term(ctx, f.thaw(form)))
        case k.Parity(size):
            return t.determinant(t.scale(t.Number(Fraction(-1)), t.Eye(size)))
        case k.Prime(value):
            return t.Number(Fraction(value))
        case k.Sum(form):
            return to_term(ctx, f.thaw(form))
        case k.Abs(inner):
            return t.Abs(_atom(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case k.Expectation(over, inside):
            return t.Expectation(_monomial(ctx, inside), over)
        case what:
            return _function(ctx, what)


def _factor(ctx: Context, number: int) -> Term:
    """The term that a factor stands for."""
    node = ctx.factors[number]
    match node.what:
        case k.Named(symbol) | k.Direction(symbol):
            out: Term = symbol
        case k.Ones(size):
            out = t.Ones(size)
        case k.Diagonal(word):
            out = t.diag(_word(ctx, word))
        case k.Inverse(inner):
            out = t.inverse(_factor(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case k.Hadamard(parts):
            out = reduce(t.hadamard, (_word(ctx, part) for part in parts))
        case k.DiagonalOf(word):
            size = ctx.factors[word[0]].shape[0]
            out = t.matmul(t.hadamard(_word(ctx, word), t.Eye(size)), t.Ones(size))
        case k.Place(before, size, whole):
            out = t.Place(before, size, whole)
        case k.Kronecker(parts):
            out = reduce(t.kronecker, (_word_or_unit(ctx, word, shape[0]) for word, shape in parts))
        case k.Vec(word, shape):
            out = t.vec(_word_or_unit(ctx, word, shape[0]))
        case k.FirstMoment(over, inside):
            out = t.Expectation(t.scale(_monomial(ctx, inside), over), over)
        case k.SecondMoment(over, inside):
            out = t.Expectation(t.scale(_monomial(ctx, inside), t.matmul(over, t.transpose(over))), over)
        case k.Moment(over, inside, word):
            out = t.Expectation(t.scale(_monomial(ctx, inside), _word(ctx, word)), over)
        case what:
            out = _function(ctx, what)
    return t.transpose(out) if node.transposed else out


def _function(ctx: Context, what: k.Kind) -> Term:
    match what:
        case k.Elementwise(function, order, argument):
            return t.Elementwise(function, order, to_term(ctx, f.thaw(argument)))
        case k.Field(field, order, argument):
            return t.FieldValue(field, order, to_term(ctx, f.thaw(argument)))
        case k.Call(definition, arguments):
            return t.Call(definition, tuple(to_term(ctx, f.thaw(x)) for x in arguments))
        case k.Iterate(variables, count, index, _, starts, written):
            return t.Iterate(written, variables, tuple(to_term(ctx, f.thaw(x)) for x in starts), count, index)
        case k.Derivative(kind, variable, body, at):
            return t.Derivative(to_term(ctx, f.thaw(body)), variable, to_term(ctx, f.thaw(at)), kind)
    raise f.CannotDecide(f"no term is known for {type(what).__name__}")
