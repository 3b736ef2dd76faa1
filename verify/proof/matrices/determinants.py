"""Determinants of forms: of a product of square factors, of a multiple, of what differs from I by a product.

    det(A B) = det A det B        det A' = det A        det A^-1 = 1 / det A        det(c A) = det(c I) det A
    det(A (x) B) = det(A)^n det(B)^m, and of blocks what `blocks` says
    det(Diag(exp(u))) = exp(1'u)    det(Diag(rsqrt(v))) = det(Diag(v))^(-1/2)
    det(I + A B) = det(I + B A)   det(A + u v') = det A (1 + v'A^-1 u) where A is shown invertible

Each holds wherever both sides are defined. What none of them takes apart is an atom: the determinant of a factor, of a
sum with its content taken out, or of a multiple of the identity, since c^n has an exponent that may be a symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from theory.terms import Dimension
from theory.terms.size_arithmetic import times
from verify.proof.matrices import blocks, composites, contents, powers, products
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.inverses import rank_one
from verify.proof.matrices.kinds import Word
from verify.proof.matrices.signs import term_invertible
from verify.proof.matrices.words import diagonal, leading, ones, unturned


def determinant(ctx: Context, form: Form) -> Form:
    """The determinant of a square form, as a scalar form."""
    if form.is_zero:
        return f.scalar(0)  # every size is at least 1
    size = form.shape[0]
    divided = blocks.determinant(ctx, form, determinant)
    if divided is not None:
        return divided
    words = {word for _, word in form.terms}
    if len(words) > 1:
        return _of_sum(ctx, form)
    (word,) = words
    multiple = _of_multiple(ctx, Form((1, 1), {(m, ()): value for (m, _), value in form.terms.items()}), size)
    if all(ctx.factors[number].shape == form.shape for number in word):
        for number in word:
            multiple = products.multiply(ctx, multiple, _of_factor(ctx, number))
        return multiple
    return products.multiply(ctx, multiple, _atom(ctx, Form(form.shape, {((), word): 1})))


def _of_factor(ctx: Context, number: int) -> Form:
    node = ctx.factors[number]
    if node.transposed:
        return _of_factor(ctx, ctx.transpose_factor(number))
    if (parts := composites.kronecker_parts(ctx, number)) and all(rows == columns for _, (rows, columns) in parts):
        return _of_kronecker(ctx, parts)
    if isinstance(node.what, k.Inverse):
        inner = node.what.of
        inverted = _of_factor(ctx, inner) if isinstance(inner, int) else determinant(ctx, f.thaw(inner))
        return powers.power(ctx, inverted, Fraction(-1))
    if isinstance(node.what, k.Diagonal) and leading(ctx, node.what.word):
        return determinant(ctx, unturned(ctx, Form(node.shape, {((), (number,)): 1})))
    if isinstance(node.what, k.Diagonal) and (known := _of_entries(ctx, node.what.word)) is not None:
        return known
    return powers.settled(ctx, ((ctx.atom(k.Determinant(number), node.varies), 1),))


def _of_entries(ctx: Context, word: Word) -> Form | None:
    """det(Diag(exp(u))) = exp(1'u), and det(Diag(rsqrt(v))) = det(Diag(v))^(-1/2), as where the root is defined each
    entry of v is positive; None of any other column. What is exp here may be a derivative of it, which is exp as well,
    and no derivative is among the roots."""
    what = ctx.factors[word[0]].what
    if len(word) != 1 or not isinstance(what, k.Elementwise):
        return None
    inside = f.thaw(what.argument)
    if what.function.name == "exp":
        one = products.of_word(ctx, inside.shape, (ones(ctx, inside.shape[0]),))
        return powers.exponential(ctx, products.multiply(ctx, products.transpose(ctx, one), inside))
    if word[0] not in ctx.roots:
        return None
    return powers.power(ctx, determinant(ctx, diagonal(ctx, inside)), Fraction(-1, 2))


def _of_kronecker(ctx: Context, parts: Sequence[composites.Part]) -> Form:
    """det(A (x) B) = det(A)^n det(B)^m for an A of size m and a B of size n."""
    out = f.scalar(1)
    for i, (word, shape) in enumerate(parts):
        others = times(*(other[0] for j, (_, other) in enumerate(parts) if j != i))
        one = determinant(ctx, Form(shape, {((), word): 1}))
        out = products.multiply(ctx, out, _of_multiple(ctx, one, others))
    return out


def _of_multiple(ctx: Context, scalar: Form, size: Dimension) -> Form:
    """det(c I): c^n, by the factors of c that are known."""
    if isinstance(size, int):
        return powers.power(ctx, scalar, Fraction(size))
    (monomial, number), primitive = contents.split_content(scalar)
    out = f.scalar(1)
    for prime, multiplicity in contents.prime_powers(number):
        out = _times(ctx, out, _multiple_of_one(ctx, f.scalar(prime), size), multiplicity)
    for atom, exponent in monomial:
        what = ctx.atoms[atom].what
        base = f.scalar(what.value) if isinstance(what, k.Prime) else f.of_atom(atom)
        out = _times(ctx, out, _multiple_of_one(ctx, base, size), exponent)
    primitive, sign = contents.without_sign(primitive)
    if sign == -1:
        out = _times(ctx, out, ctx.atom(k.Parity(size)), 1)
    return out if primitive.terms == {((), ()): 1} else _times(ctx, out, _multiple_of_one(ctx, primitive, size), 1)


def _multiple_of_one(ctx: Context, scalar: Form, size: Dimension) -> int:
    whole = Form((size, size), dict(scalar.terms))
    return ctx.atom(k.Determinant(f.freeze(whole)), f.varying(ctx, whole))


def _times(ctx: Context, form: Form, atom: int, exponent: k.Exponent) -> Form:
    return products.multiply(ctx, form, powers.settled(ctx, ((atom, exponent),)))


def _of_sum(ctx: Context, form: Form) -> Form:
    """The content is taken out; a number times something invertible, and one product more, is turned round."""
    (monomial, number), primitive = contents.split_content(form)
    primitive, sign = contents.without_sign(unturned(ctx, primitive))
    multiple = _of_multiple(ctx, f.of_monomial(monomial, sign * number), form.shape[0])
    turned = _turned(ctx, primitive)
    return products.multiply(ctx, multiple, _atom(ctx, primitive) if turned is None else turned)


def _turned(ctx: Context, form: Form) -> Form | None:
    """det(c V + b u v') = det(c V) (1 + (b/c) v'V^-1 u) for an invertible c V, and det(c I + b A B) = det(c I + b B A)
    for a c that is not 0."""
    step = rank_one(ctx, form)
    if step is not None:
        return products.multiply(ctx, determinant(ctx, Form(form.shape, {step.lead: form.terms[step.lead]})), step.gain)
    for lead, other in permutations(form.terms) if len(form.terms) == 2 else ():
        (monomial, word), (beside, product) = lead, other
        if not word and term_invertible(ctx, monomial, word):
            outside = determinant(ctx, Form(form.shape, {lead: form.terms[lead]}))
            over = powers.power(ctx, f.of_monomial(monomial, form.terms[lead]), Fraction(-1))
            scale = products.multiply(ctx, over, f.of_monomial(beside, form.terms[other]))
            return products.multiply(ctx, outside, _in_one_order(ctx, scale, product))
    return None


def _in_one_order(ctx: Context, scale: Form, product: Word) -> Form:
    """det(I + c A B), of all rotations and transposes of the product the first."""
    turns = [product[i:] + product[:i] for i in range(len(product))]
    best = min((*turns, *(ctx.transpose_word(turn) for turn in turns)))
    size = ctx.factors[best[0]].shape[0]
    one = Form((size, size), {((), ()): 1})
    whole = products.multiply(ctx, scale, products.of_word(ctx, (size, size), best))
    return _atom(ctx, f.add(one, whole))


def _atom(ctx: Context, form: Form) -> Form:
    """The determinant of a form that is not taken apart; the same for its transpose."""
    whole = min(f.freeze(form), f.freeze(products.transpose(ctx, form)), key=lambda frozen: frozen[1])
    return powers.settled(ctx, ((ctx.atom(k.Determinant(whole), f.varying(ctx, form)), 1),))
