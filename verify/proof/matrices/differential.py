"""Differentials of terms (Magnus & Neudecker): d is linear, obeys the product rule, and gradients are read off.

`differential` turns a term into one that is linear in a direction symbol; `carry_out` takes the normal form of that
and reads off the gradient, Jacobian or Hessian. Under E the differential moves inside the expectation, which is not
true of every law: the context names the random vectors of which it is assumed.
"""

from __future__ import annotations

from dataclasses import replace as dataclass_replace
from fractions import Fraction
from functools import reduce

from theory import terms as t
from theory.statements.claims import interchange_name
from theory.terms import Symbol, Term
from theory.terms.rewrite import depends_on, require_open, substitute
from theory.terms.symbols import zero
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import products
from verify.proof.matrices.expectation import expectation
from verify.proof.matrices.forms import CannotDecide, Context, Form
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term
from verify.proof.matrices.words import diagonal, entrywise_parts, shape_of


def direction_of(variable: Symbol) -> Symbol:
    """The symbol d(variable); it sorts behind all others, and no user can write it."""
    return dataclass_replace(variable, name=f"d{variable.name}", bound=-1 - variable.bound, properties=frozenset())


def differential(term: Term, variable: Symbol, direction: Symbol) -> Term:
    """d term in the direction given: a term of the same shape, linear in `direction`.

    Raises CannotDecide for a folded definition (unfold it first) and for what has no differential here.
    """
    if not depends_on(term, variable):
        return zero(*term.shape)

    def d(sub: Term) -> Term:
        return differential(sub, variable, direction)

    match term:
        case t.Symbol():
            return direction
        case t.Sum(terms):
            return t.add(*(d(x) for x in terms))
        case t.Product(factors):
            return t.add(*(_with(factors, i, d(x)) for i, x in enumerate(factors) if depends_on(x, variable)))
        case t.Scale(scalar, body):
            return t.add(t.scale(d(scalar), body), t.scale(scalar, d(body)))
        case t.Transpose(body):
            return t.transpose(d(body))
        case t.Trace(body):
            return t.trace(d(body))
        case t.Determinant(body):  # Jacobi, where the body is invertible: `definedness` asks it of this term
            return t.scale(term, t.trace(t.matmul(t.inverse(body), d(body))))
        case t.Inverse(body):
            return t.scale(t.Number(Fraction(-1)), t.matmul(t.matmul(term, d(body)), term))
        case t.Hadamard(left, right):
            return t.add(t.hadamard(d(left), right), t.hadamard(left, d(right)))
        case t.Diag(body):
            return t.diag(d(body))
        case t.Kronecker(left, right):
            return t.add(t.kronecker(d(left), right), t.kronecker(left, d(right)))
        case t.Vec(body):
            return t.vec(d(body))
        case t.Power(_, exponent) if exponent == 0:
            return t.Number(Fraction(0))
        case t.Power(t.Power(base, inner), exponent) if exponent.denominator == 1:  # one power, where both are defined
            return d(t.power(base, inner * exponent))
        case t.Power(base, exponent):
            return t.scale(t.scale(t.Number(exponent), t.power(base, exponent - 1)), d(base))
        case t.Abs(body):
            return t.scale(t.scale(body, t.power(term, Fraction(-1))), d(body))
        case t.Special("exp", (argument,)):
            return t.scale(term, d(argument))
        case t.Special("log", (argument,)):
            return t.scale(t.power(argument, Fraction(-1)), d(argument))
        case t.Elementwise(function, order, argument):
            return t.hadamard(function.derivative(order + 1, argument), d(argument))
        case t.FieldValue(field, 0, argument):
            return t.matmul(t.transpose(field.gradient(argument)), d(argument))
        case t.FieldValue(field, 1, argument):
            return t.matmul(field.hessian(argument), d(argument))
        case t.Expectation(body, over):
            return t.Expectation(d(body), over)
        case t.Call(definition, _):
            raise CannotDecide(
                f"cannot differentiate the folded {definition.name}. Remedy: unfold({definition.name}) too."
            )
    raise CannotDecide(f"no differential is known for {type(term).__name__}: {term!r}")


def _with(factors: tuple[Term, ...], index: int, value: Term) -> Term:
    return reduce(t.matmul, (*factors[:index], value, *factors[index + 1 :]))


def carry_out(ctx: Context, node: t.Derivative) -> Term:
    """The derivative as a term without this derivative node."""
    require_open(node.variable)
    body = ready(ctx, node.body, node.variable)
    try:
        result = body if node.kind == "jacobian" else _read_gradient(ctx, body, node.variable)
        result = result if node.kind == "gradient" else _read_jacobian(ctx, result, node.variable)
    except _NotLinearError:
        raise CannotDecide(
            f"cannot read off the derivative of {body!r} in {node.variable.name}: "
            f"its differential is not of the form G'd{node.variable.name}."
        ) from None
    return substitute(result, {node.variable: node.at})


class _NotLinearError(Exception):
    """The direction stands under what is not seen to be linear in it."""


def ready(ctx: Context, body: Term, variable: Symbol) -> Term:
    """The body with derivatives inside it carried out, and moments of what is polynomial under E."""
    if any(isinstance(x, t.Derivative | t.Expectation) and depends_on(x, variable) for x in t.walk(body)):
        return to_term(ctx, normal_form(ctx, body))
    return body


def _form_of_differential(ctx: Context, body: Term, variable: Symbol) -> tuple[Form, Symbol]:
    direction = direction_of(variable)
    for over in (x.over for x in t.walk(body) if isinstance(x, t.Expectation) and depends_on(x, variable)):
        if over not in ctx.interchange:
            raise CannotDecide(
                f"the derivative in {variable.name} is taken under E over {over.name}, which is not true of every "
                f"law of {over.name}: they must be dominated. Remedy: assumptions=(interchange({over.name}), ...)"
            )
        ctx.used.add(interchange_name(over))
    return normal_form(ctx, differential(body, variable, direction)), direction


def _read_gradient(ctx: Context, body: Term, variable: Symbol) -> Term:
    """The term G with d body = tr(G' d variable)."""
    form, direction = _form_of_differential(ctx, body, variable)
    out = Form(variable.shape, {})
    for (monomial, _), value in form.terms.items():
        (atom,) = _holders(ctx, monomial, direction)
        rest = tuple(p for p in monomial if p[0] != atom)
        out = f.add(out, products.multiply(ctx, f.of_monomial(rest, value), _coefficient(ctx, atom, direction)))
    return to_term(ctx, out)


def _holders(ctx: Context, monomial: Monomial, direction: Symbol) -> list[int]:
    """The atoms with the direction in them: one at most, and to the power 1, since a differential is linear."""
    return [a for a, _ in monomial if direction in ctx.atoms[a].varies]


def _coefficient(ctx: Context, atom: int, direction: Symbol) -> Form:
    """The gradient of one atom that is linear in the direction."""
    match ctx.atoms[atom].what:
        case k.Named():
            return f.scalar(1)
        case k.Scalar(word) | k.Trace(word):
            return _of_trace(ctx, word, direction)
        case k.Expectation(over, inside):  # E[s tr(G'dX)] = tr(E[s G]'dX): dX does not vary with what E is over
            (holder,) = _holders(ctx, inside, direction)
            rest = f.of_monomial(tuple(p for p in inside if p[0] != holder))
            return expectation(ctx, products.multiply(ctx, rest, _coefficient(ctx, holder, direction)), over)
    raise _NotLinearError


def _of_trace(ctx: Context, word: Word, direction: Symbol) -> Form:
    """The gradient of the trace of a word, or of a word that is a number: tr(L dX R) = tr(dX R L) has (R L)'."""
    (i,) = (i for i, n in enumerate(word) if direction in ctx.factors[n].varies)
    around, node = word[i + 1 :] + word[:i], ctx.factors[word[i]]
    match node.what:
        case k.Direction():
            return products.of_word(ctx, direction.shape, around if node.transposed else ctx.transpose_word(around))
        case k.Diagonal(column):  # tr(Diag(c) W) = c'd for the diagonal d of W
            return _beside(ctx, column, products.transpose(ctx, products.diagonal_of(ctx, around)), direction)
        case k.DiagonalOf(inner):  # u'd = tr(Diag(u) W) for the diagonal d of W
            column = around if node.transposed else ctx.transpose_word(around)
            return _beside(ctx, inner, diagonal(ctx, _of_its_shape(ctx, column)), direction)
        case k.Hadamard():  # tr((A o B) W) = tr(A (B o W')')
            parts = entrywise_parts(ctx, word[i])
            (j,) = (j for j, part in enumerate(parts) if direction in ctx.varies((), part))
            others = [*parts[:j], *parts[j + 1 :], ctx.transpose_word(around)]
            beside = products.transpose(ctx, products.hadamard(ctx, node.shape, others))
            return _beside(ctx, parts[j], beside, direction)
    raise _NotLinearError


def _beside(ctx: Context, word: Word, beside: Form, direction: Symbol) -> Form:
    """The gradient of the trace of a word times a form without the direction."""
    out = Form(direction.shape, {})
    for (monomial, other), value in beside.terms.items():
        part = _of_trace(ctx, (*word, *other), direction)
        out = f.add(out, products.multiply(ctx, f.of_monomial(monomial, value), part))
    return out


def _read_jacobian(ctx: Context, body: Term, variable: Symbol) -> Term:
    """The term J with d body = J d variable."""
    form, direction = _form_of_differential(ctx, body, variable)
    out = Form((body.shape[0], variable.shape[0]), {})
    for (monomial, word), value in form.terms.items():
        holders = _holders(ctx, monomial, direction)
        if holders:
            rest = tuple(p for p in monomial if p[0] != holders[0])
            gradient = _coefficient(ctx, holders[0], direction)
            left = Form(body.shape, {(rest, word): value})
            part = products.multiply(ctx, left, products.transpose(ctx, gradient))
        else:
            part = products.multiply(ctx, f.of_monomial(monomial, value), _applied(ctx, word, direction))
        out = f.add(out, part)
    return to_term(ctx, out)


def _applied(ctx: Context, word: Word, direction: Symbol) -> Form:
    """The J of a column J dx. Of u (x) dx it is u (x) I."""
    *before, last = word
    node = ctx.factors[last]
    if any(direction in ctx.factors[number].varies for number in before):
        raise _NotLinearError
    match node.what:
        case k.Direction():
            inner = Form((node.shape[0],) * 2, {((), ()): 1})
        case k.Kronecker(parts):
            inner = products.kronecker(ctx, [_part(ctx, part, direction) for part, _ in parts])
        case _:
            raise _NotLinearError
    return products.multiply(ctx, _of_its_shape(ctx, tuple(before)), inner) if before else inner


def _part(ctx: Context, word: Word, direction: Symbol) -> Form:
    """Of a Kronecker product that is a column, whose parts are columns."""
    return _applied(ctx, word, direction) if direction in ctx.varies((), word) else _of_its_shape(ctx, word)


def _of_its_shape(ctx: Context, word: Word) -> Form:
    return products.of_word(ctx, shape_of(ctx, word), word)
