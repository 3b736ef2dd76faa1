"""What is between determinants, and between a trace and logarithms of them:

    det(A) >= det(B)                                    where A - B and B are semidefinite
    tr(P Q) - n >= log(det(P)) + log(det(Q))            for definite P and Q of size n
    tr(P) - n >= log(det(P))                            for a definite P of size n

In order the eigenvalues of A are at least those of B, which are >= 0. P Q has the eigenvalues of the definite
P^(1/2) Q P^(1/2), and x - 1 >= log(x) for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import product

from theory.terms import Dimension
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import products, signs
from verify.proof.matrices.determinants import determinant
from verify.proof.matrices.exponentials import logarithm
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word


def without_determinants(ctx: Context, form: Form) -> Form:
    """A number less each of these differences that is in it, times an s >= 0."""
    for (monomial, _), value in form.terms.items():
        for atom, exponent in monomial:
            rest = f.merge(monomial, ((atom, -1),))
            if exponent != 1 or not signs.term_sign(ctx, rest, 1):
                continue
            what = ctx.atoms[atom].what
            if isinstance(what, k.Determinant) and value > 0:
                form = _less_determinants(ctx, form, atom, rest)
            elif isinstance(what, k.Trace) and value > 0:
                form = _less_logarithms(ctx, form, what.word, monomial, rest)
            elif isinstance(what, k.Logarithm) and value < 0:
                form = _less_logarithm(ctx, form, atom, monomial, rest)
    return form


def _less_determinants(ctx: Context, form: Form, atom: int, rest: Monomial) -> Form:
    """The form less what is in it of rest (det(A) - det(B)), with the A of one atom."""
    larger = _inside(ctx, atom)
    for (monomial, _), negative in [*form.terms.items()]:
        left = form.terms.get((f.merge(rest, ((atom, 1),)), ()), 0)
        beside = f.merge(monomial, tuple((a, -e) for a, e in rest))
        if left <= 0 or negative >= 0 or (smaller := _alone(ctx, beside, larger)) is None:
            continue
        gap = f.add(larger, smaller, -1)
        if signs.semidefinite(ctx, gap) and signs.semidefinite(ctx, smaller):
            share: Coefficient = min(left, -negative)
            apart = f.add(f.of_atom(atom), f.of_monomial(beside), -1)
            form = f.add(form, products.multiply(ctx, f.of_monomial(rest, share), apart), -1)
    return form


def _inside(ctx: Context, atom: int) -> Form:
    what = ctx.atoms[atom].what
    assert isinstance(what, k.Determinant)
    if isinstance(what.of, int):
        return Form(ctx.factors[what.of].shape, {((), (what.of,)): 1})
    return f.thaw(what.of)


def _alone(ctx: Context, monomial: Monomial, like: Form) -> Form | None:
    """B, of the shape of a form, where a monomial is det(B), or I where it is 1; None where it is neither."""
    if not monomial:
        return Form(like.shape, {((), ()): 1})
    ((atom, exponent), *others) = monomial
    if others or exponent != 1 or not isinstance(ctx.atoms[atom].what, k.Determinant):
        return None
    inside = _inside(ctx, atom)
    return inside if inside.shape == like.shape else None


def _less_logarithms(ctx: Context, form: Form, word: Word, monomial: Monomial, rest: Monomial) -> Form:
    """The form less rest (tr(P Q) - n - log(det(P)) - log(det(Q))) as often as it has the trace, where it has one of
    the logarithms."""
    value = form.terms.get((monomial, ()), 0)
    for size, logarithms in _logarithms(ctx, word) if value > 0 else ():
        scale = f.of_monomial(rest, value)
        lost = products.multiply(ctx, scale, logarithms)
        if all(form.terms.get(key, 0) * -number > 0 for key, number in lost.terms.items()):
            whole = f.add(products.trace_of_word(ctx, size, word), products.trace_of_word(ctx, size, ()), -1)
            excess = f.add(whole, logarithms, -1)
            return f.add(form, products.multiply(ctx, scale, excess), -1)
    return form


def _less_logarithm(ctx: Context, form: Form, atom: int, monomial: Monomial, rest: Monomial) -> Form:
    """The form less rest (tr(P) - n - log(det(P))) as often as it has less of the logarithm."""
    value, what = form.terms.get((monomial, ()), 0), ctx.atoms[atom].what
    assert isinstance(what, k.Logarithm)
    ((inside, number), *others) = f.thaw(what.of).terms.items()
    if value >= 0 or others or number != 1 or len(inside[0]) != 1:
        return form
    (((one, exponent),), _) = inside
    if exponent != 1 or not isinstance(ctx.atoms[one].what, k.Determinant):
        return form
    matrix = _inside(ctx, one)
    if not signs.definite(ctx, matrix):
        return form
    excess = f.add(products.trace(ctx, matrix), products.trace_of_word(ctx, matrix.shape[0], ()), -1)
    excess = f.add(excess, f.of_atom(atom), -1)
    return f.add(form, products.multiply(ctx, f.of_monomial(rest, -value), excess), -1)


def _logarithms(ctx: Context, word: Word) -> Iterator[tuple[Dimension, Form]]:
    """n and log(det(P)) + log(det(Q)) for the definite P and Q of a trace tr(P Q), or log(det(P)) of a tr(P)."""
    for i, j in product(range(len(word)), range(1, len(word) + 1)):
        turned = word[i:] + word[:i]
        parts = [part for part in (turned[:j], turned[j:]) if part]
        size = ctx.factors[turned[0]].shape[0]
        if all(_square(ctx, part) and signs.word_definite(ctx, part) for part in parts):
            forms = (Form((size, size), {((), part): 1}) for part in parts)
            logarithms = [logarithm(ctx, determinant(ctx, one)) for one in forms]
            yield size, reduce(f.add, logarithms)


def _square(ctx: Context, word: Word) -> bool:
    return ctx.factors[word[0]].shape[0] == ctx.factors[word[-1]].shape[1]
