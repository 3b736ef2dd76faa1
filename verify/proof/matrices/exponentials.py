"""log of numbers in normal form, and exp of each entry of a column; exp of numbers is in `powers`.

    exp(x + y) = exp x exp y        exp(c x) = (exp x)^c for rational c        exp(log x) = x        log(exp x) = x
    log(x y) = log x + log y and log(x^c) = c log x for x, y > 0               exp(v + c 1) = exp(c) exp(v)

The first line needs nothing but that its sides are defined. What is not shown to be positive stays under its log.
"""

from __future__ import annotations

from theory.terms import Activation
from verify.proof.matrices import contents, powers, products
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.signs import atom_positive
from verify.proof.matrices.words import applied, is_ones


def logarithm(ctx: Context, form: Form) -> Form:
    """log of a scalar form that is positive where it is defined."""
    if form.is_zero:
        raise f.CannotDecide("the logarithm of 0")
    (monomial, number), primitive = contents.split_content(form)
    if not all(atom_positive(ctx, atom) for atom, _ in monomial):
        return _atom(ctx, form)
    out = Form((1, 1), {})
    for prime, multiplicity in contents.prime_powers(number):
        out = f.add(out, _atom(ctx, f.scalar(prime)), multiplicity)
    for atom, exponent in monomial:
        out = f.add(out, _of_atom(ctx, atom), exponent)
    return out if primitive.terms == {((), ()): 1} else f.add(out, _atom(ctx, primitive))


def _of_atom(ctx: Context, atom: int) -> Form:
    what = ctx.atoms[atom].what
    if isinstance(what, k.Exponential):
        return f.of_monomial(what.of)
    if isinstance(what, k.Sum):
        return logarithm(ctx, f.thaw(what.form))
    return _atom(ctx, f.scalar(what.value) if isinstance(what, k.Prime) else f.of_atom(atom))


def _atom(ctx: Context, form: Form) -> Form:
    return powers.settled(ctx, ((ctx.atom(k.Logarithm(f.freeze(form)), f.varying(ctx, form)), 1),))


def entrywise(ctx: Context, function: Activation, form: Form) -> Form:
    """exp of each entry of a column form: what is the same in every entry is taken out."""
    shifts = {key: value for key, value in form.terms.items() if len(key[1]) == 1 and is_ones(ctx, key[1][0])}
    rest = Form(form.shape, {key: value for key, value in form.terms.items() if key not in shifts})
    common = powers.exponential(ctx, Form((1, 1), {(monomial, ()): value for (monomial, _), value in shifts.items()}))
    if rest.is_zero:
        word: tuple[int, ...] = (ctx.factor(k.Ones(form.shape[0]), frozenset(), form.shape),)
    else:
        word = applied(ctx, function, 0, rest)
    return products.multiply(ctx, common, products.of_word(ctx, form.shape, word))
