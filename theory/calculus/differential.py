"""Differentials of terms (Magnus & Neudecker): d is linear, obeys the product rule, and gradients are read off.

`differential` turns a term into one that is linear in a direction symbol; `carry_out` takes the normal form of that
and reads off the gradient, Jacobian or Hessian. Under E the differential moves inside the expectation, which is not
true of every law: the context names the random vectors of which it is assumed.
"""

from __future__ import annotations

from dataclasses import replace as dataclass_replace
from fractions import Fraction

from theory.calculus import forms as f
from theory.calculus import terms as t
from theory.calculus import words
from theory.calculus.forms import CannotDecide, Context, Form
from theory.calculus.rewrite import depends_on, require_open, substitute
from theory.calculus.terms import Symbol, Term


def direction_of(variable: Symbol) -> Symbol:
    """The symbol d(variable); it sorts behind all others, and no user can write it."""
    return dataclass_replace(variable, name=f"d{variable.name}", bound=-1 - variable.bound, properties=frozenset())


def differential(term: Term, variable: Symbol, direction: Symbol) -> Term:
    """d term in the direction given: a term of the same shape, linear in `direction`.

    Raises CannotDecide for a folded definition (unfold it first) and for what has no differential here.
    """
    if not depends_on(term, variable):
        return t.Number(Fraction(0)) if term.is_scalar else t.Zero(term.shape)

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
        case t.Inverse(body):
            return t.scale(t.Number(Fraction(-1)), t.matmul(t.matmul(term, d(body)), term))
        case t.Hadamard(left, right):
            return t.add(t.hadamard(d(left), right), t.hadamard(left, d(right)))
        case t.Diag(body):
            return t.diag(d(body))
        case t.Power(_, exponent) if exponent == 0:
            return t.Number(Fraction(0))
        case t.Power(t.Power(base, inner), exponent) if exponent.denominator == 1:  # one power, where both are defined
            return d(t.power(base, inner * exponent))
        case t.Power(base, exponent):
            return t.scale(t.scale(t.Number(exponent), t.power(base, exponent - 1)), d(base))
        case t.Abs(body):
            return t.scale(t.scale(body, t.power(term, Fraction(-1))), d(body))
        case t.Elementwise(function, order, argument):
            slope = function.derivative(order + 1, argument)
            if term.is_scalar:
                return t.scale(slope, d(argument))
            return t.hadamard(slope, d(argument))
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
    result: Term | None = None
    for i, factor in enumerate(factors):
        part = value if i == index else factor
        result = part if result is None else t.matmul(result, part)
    if result is None:
        raise CannotDecide("an empty product has no differential")
    return result


def carry_out(ctx: Context, node: t.Derivative) -> Term:
    """The derivative as a term without this derivative node."""
    require_open(node.variable)
    body = ready(ctx, node.body, node.variable)
    if node.kind == "hessian":
        gradient = _read_gradient(ctx, body, node.variable)
        result = _read_jacobian(ctx, gradient, node.variable)
    elif node.kind == "jacobian":
        result = _read_jacobian(ctx, body, node.variable)
    else:
        result = _read_gradient(ctx, body, node.variable)
    return substitute(result, {node.variable: node.at})


def ready(ctx: Context, body: Term, variable: Symbol) -> Term:
    """The body with derivatives inside it carried out, and moments of what is polynomial under E."""
    from theory.calculus.normal_form import normal_form
    from theory.calculus.unform import to_term

    if any(isinstance(x, t.Derivative | t.Expectation) and depends_on(x, variable) for x in t.walk(body)):
        return to_term(ctx, normal_form(ctx, body))
    return body


def _form_of_differential(ctx: Context, body: Term, variable: Symbol) -> tuple[Form, Symbol]:
    from theory.calculus.normal_form import normal_form

    direction = direction_of(variable)
    for over in (x.over for x in t.walk(body) if isinstance(x, t.Expectation) and depends_on(x, variable)):
        if over not in ctx.interchange:
            raise CannotDecide(
                f"the derivative in {variable.name} is taken under E over {over.name}, which is not true of every "
                f"law of {over.name}: they must be dominated. Remedy: assumptions=(interchange({over.name}), ...)"
            )
        ctx.used.add(f.interchange_name(over))
    return normal_form(ctx, differential(body, variable, direction)), direction


def _read_gradient(ctx: Context, body: Term, variable: Symbol) -> Term:
    """The term G with d body = tr(G' d variable)."""
    from theory.calculus.unform import to_term

    form, direction = _form_of_differential(ctx, body, variable)
    out = Form(variable.shape, {})
    for (monomial, _), value in form.terms.items():
        hits = [(a, e) for a, e in monomial if direction in ctx.atoms[a].varies]
        if len(hits) != 1 or hits[0][1] != 1:
            raise _not_linear(body, variable)
        atom = hits[0][0]
        rest = tuple(p for p in monomial if p[0] != atom)
        part = _coefficient(ctx, atom, direction, variable)
        out = f.add(out, words.multiply(ctx, Form((1, 1), {(rest, ()): value}), part))
    return to_term(ctx, out)


def _coefficient(ctx: Context, atom: int, direction: Symbol, variable: Symbol) -> Form:
    """The gradient of one atom that is linear in the direction."""
    node = ctx.atoms[atom]
    if node.kind == "symbol":
        return f.scalar(1)
    if node.kind in {"word", "trace"}:
        word: f.Word = node.payload[0]  # type: ignore[assignment]
        places = [i for i, n in enumerate(word) if direction in ctx.factors[n].varies]
        if len(places) == 1 and ctx.factors[word[places[0]]].kind == "direction":
            i = places[0]
            flipped = ctx.factors[word[i]].transposed
            if node.kind == "trace":
                around = word[i + 1 :] + word[:i]
                outer = around if flipped else ctx.transpose_word(around)
                return words.of_word(ctx, variable.shape, outer) if outer else Form(variable.shape, {((), ()): 1})
            left, right = word[:i], word[i + 1 :]  # scalar left . dW . right has gradient left' right'
            if flipped:
                left, right = ctx.transpose_word(right), ctx.transpose_word(left)
            return words.of_word(ctx, variable.shape, ctx.transpose_word(left) + ctx.transpose_word(right))
    raise _not_linear(None, variable)


def _read_jacobian(ctx: Context, body: Term, variable: Symbol) -> Term:
    """The term J with d body = J d variable."""
    from theory.calculus.unform import to_term

    form, direction = _form_of_differential(ctx, body, variable)
    shape = (body.shape[0], variable.shape[0])
    out = Form(shape, {})
    for (monomial, word), value in form.terms.items():
        hits = [(a, e) for a, e in monomial if direction in ctx.atoms[a].varies]
        if not hits and word and ctx.factors[word[-1]].kind == "direction":
            if any(direction in ctx.factors[n].varies for n in word[:-1]):
                raise _not_linear(body, variable)
            part = Form(shape, {(monomial, word[:-1]): value})
        elif len(hits) == 1 and hits[0][1] == 1 and not any(direction in ctx.factors[n].varies for n in word):
            rest = tuple(p for p in monomial if p[0] != hits[0][0])
            gradient = _coefficient(ctx, hits[0][0], direction, variable)
            left = Form(body.shape, {(rest, word): value})
            part = words.multiply(ctx, left, words.transpose(ctx, gradient))
        else:
            raise _not_linear(body, variable)
        out = f.add(out, part)
    return to_term(ctx, Form(shape, out.terms))


def _not_linear(body: Term | None, variable: Symbol) -> CannotDecide:
    what = f" of {body!r}" if body is not None else ""
    return CannotDecide(
        f"cannot read off the derivative{what} in {variable.name}: "
        f"its differential is not of the form G'd{variable.name}."
    )
