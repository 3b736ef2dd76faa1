"""What is between determinants, and between a trace and logarithms of them:

    det(A) >= det(B)                                    where A - B and B are semidefinite
    tr(P Q) - n >= log(det(P)) + log(det(Q))            for definite P and Q of size n
    tr(P) - n >= log(det(P))                            for a definite P of size n

In order the eigenvalues of A are at least those of B, which are >= 0. P Q has the eigenvalues of the definite
P^(1/2) Q P^(1/2), and x - 1 >= log(x) for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import product

from theory.terms import Dimension
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import products, signs
from verify.proof.matrices.determinants import determinant
from verify.proof.matrices.exponentials import logarithm
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial, Word


def without_determinants(ctx: Context, form: Form) -> Form:
    """A number less each of these differences, times an s >= 0, as often as it has what is wanted of it.

    What is >= 0 may be taken away any number of times >= 0: what is wanted decides only how far that gets.
    """
    for monomial, _ in form.terms:
        for atom, exponent in monomial:
            rest = f.merge(monomial, ((atom, -1),))
            if exponent == 1 and signs.term_sign(ctx, rest, 1):
                for difference, wanted in _differences(ctx, form, atom, rest):
                    form = _less(ctx, form, rest, difference, wanted)
    return form


def _less(ctx: Context, form: Form, rest: Monomial, difference: Form, wanted: Form) -> Form:
    """The form less rest times a difference >= 0, as often as it has all of rest times what is wanted; rest is >= 0."""
    scale = f.of_monomial(rest)
    found = products.multiply(ctx, scale, wanted).terms.items()
    share = min((Fraction(form.terms.get(key, 0)) / value for key, value in found), default=Fraction(0))
    return f.add(form, products.multiply(ctx, scale, difference), -share) if share > 0 else form


def _differences(ctx: Context, form: Form, atom: int, rest: Monomial) -> Iterator[tuple[Form, Form]]:
    """The differences with an atom in them, and of each what is wanted in a form that has rest times the atom."""
    what, one = ctx.atoms[atom].what, f.of_atom(atom)
    if isinstance(what, k.Determinant):
        others = (f.merge(monomial, tuple((a, -e) for a, e in rest)) for monomial, _ in form.terms)
        for difference in (f.add(one, f.of_monomial(other), -1) for other in others if _above(ctx, what, other)):
            yield difference, difference
    if isinstance(what, k.Trace):
        for size, logarithms in _logarithms(ctx, what.word):
            wanted = f.add(one, logarithms, -1)
            yield f.add(wanted, f.dimension_form(ctx, size), -1), wanted
    if isinstance(what, k.Logarithm):
        for monomial, _ in f.thaw(what.of).terms:
            matrix = _matrix(ctx, monomial)
            if matrix is not None and signs.definite(ctx, matrix):
                wanted = f.times_number(logarithm(ctx, determinant(ctx, matrix)), -1)
                whole = f.add(products.trace(ctx, matrix), f.dimension_form(ctx, matrix.shape[0]), -1)
                yield f.add(whole, wanted), wanted


def _above(ctx: Context, what: k.Determinant, other: Monomial) -> bool:
    """Is a monomial det(B), or 1 = det(I), with B and A - B semidefinite for the A of a determinant?"""
    larger = _inside(ctx, what)
    smaller = _matrix(ctx, other) if other else Form(larger.shape, {((), ()): 1})
    if smaller is None or smaller.shape != larger.shape:
        return False
    return signs.semidefinite(ctx, f.add(larger, smaller, -1)) and signs.semidefinite(ctx, smaller)


def _matrix(ctx: Context, monomial: Monomial) -> Form | None:
    """B where a monomial is det(B), and None where it is not."""
    what = ctx.atoms[monomial[0][0]].what if len(monomial) == 1 and monomial[0][1] == 1 else None
    return _inside(ctx, what) if isinstance(what, k.Determinant) else None


def _inside(ctx: Context, what: k.Determinant) -> Form:
    if isinstance(what.of, int):
        return Form(ctx.factors[what.of].shape, {((), (what.of,)): 1})
    return f.thaw(what.of)


def _logarithms(ctx: Context, word: Word) -> Iterator[tuple[Dimension, Form]]:
    """n and log(det(P)) + log(det(Q)) for the definite P and Q of a trace tr(P Q); P = I where Q is all of it."""
    size = ctx.factors[word[0]].shape[0]
    for i, j in product(range(len(word)), repeat=2):
        turned = word[i:] + word[:i]
        parts = turned[:j], turned[j:]
        if all(signs.word_definite(ctx, part) for part in parts):  # each factor is invertible, and of this size
            forms = (Form((size, size), {((), part): 1}) for part in parts)
            yield size, reduce(f.add, [logarithm(ctx, determinant(ctx, one)) for one in forms])
