"""The normal form of E_x[.]: linear, with everything that does not vary with x taken out.

What stays inside is a monomial s of random scalars that are not polynomials of x (such as phi'(z)), with at most
    E[s]   E[s x]   E[s x x']
as a scalar, a column and a symmetric matrix; degree one and two in x always leave the expectation in this way, so
E[(x'a)(x'b)] = a' E[x x'] b. From degree three on the polynomial stays inside, as one atom (decided up to algebra).
"""

from __future__ import annotations

from theory.terms import Dimension, Shape, Symbol
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import products
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Exponent, Monomial, Word
from verify.proof.matrices.words import is_diagonal


def expectation(ctx: Context, form: Form, over: Symbol) -> Form:
    """E over one random vector of a form."""
    x = ctx.factor(k.Named(over), frozenset({over}), over.shape)
    out = Form(form.shape, {})
    for (monomial, word), value in form.terms.items():
        fixed: Monomial = tuple(p for p in monomial if over not in ctx.atoms[p[0]].varies)
        inside: Monomial = tuple(p for p in monomial if over in ctx.atoms[p[0]].varies)
        part = _expect(ctx, form.shape, inside, word, over, x)
        out = f.add(out, products.multiply(ctx, f.of_monomial(fixed, value), part))
    return out


def _expect(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol, x: int) -> Form:
    """E[inside * word]."""
    xt = ctx.transpose_factor(x)
    linear, opaque = _linear_scalars(ctx, inside, x, xt)
    ends = [i for i, number in enumerate(word) if number in (x, xt)]
    stray = any(over in ctx.factors[n].varies for i, n in enumerate(word) if i not in ends)
    degree = len(ends) + sum(len(sides) for sides in linear)
    if stray:
        return _whole(ctx, shape, inside, word, over)
    if degree == 0 or (degree > 2 and not ends):
        return products.of_word(ctx, shape, word, ((_moment_scalar(ctx, inside, over), 1),) if inside else ())
    if degree > 2:  # the polynomial stays inside; only the word's own x leave, with their constant neighbours
        return _leave(ctx, shape, word, ends, inside, over, x)
    return _low_degree(ctx, shape, word, ends, linear, opaque, over, x)


def _linear_scalars(ctx: Context, inside: Monomial, x: int, xt: int) -> tuple[list[tuple[Word, ...]], Monomial]:
    """Split random scalars into those linear (a'x -> (a,)) or quadratic (x'Ax -> (A, None)) in x, and the rest."""
    linear: list[tuple[Word, ...]] = []
    opaque: list[tuple[int, Exponent]] = []
    for atom, exponent in inside:
        what = ctx.atoms[atom].what
        sides = _sides(ctx, what.word, x, xt) if isinstance(what, k.Scalar) else None
        if sides is not None and isinstance(exponent, int) and exponent > 0:
            linear.extend([sides] * exponent)
        else:
            opaque.append((atom, exponent))
    return linear, tuple(opaque)


def _sides(ctx: Context, word: Word, x: int, xt: int) -> tuple[Word, ...] | None:
    """(a,) for a'x and x'a, with a a column; (A, ()) for x'Ax; None for anything else."""
    over = ctx.factors[x].varies
    first, last = word[0] == xt, word[-1] == x
    middle = word[1 if first else 0 : len(word) - 1 if last else len(word)]
    if any(ctx.factors[n].varies & over for n in middle):
        return None
    if first and last:
        return (middle, ())
    return (middle,) if first else (ctx.transpose_word(middle),)


def _moment_scalar(ctx: Context, inside: Monomial, over: Symbol) -> int:
    return ctx.atom(k.Expectation(over, inside), ctx.varies(inside) - {over})


def _moment_column(ctx: Context, inside: Monomial, over: Symbol) -> int:
    return ctx.factor(k.FirstMoment(over, inside), ctx.varies(inside) - {over}, over.shape)


def _moment_matrix(ctx: Context, inside: Monomial, over: Symbol) -> int:
    n = over.shape[0]
    return ctx.factor(k.SecondMoment(over, inside), ctx.varies(inside) - {over}, (n, n), symmetric=True)


def _whole(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol) -> Form:
    """An expectation that is not taken apart: one opaque scalar or factor."""
    varies = ctx.varies(inside, word) - {over}
    factor = ctx.factor(k.Moment(over, inside, word), varies, shape)
    return products.of_word(ctx, shape, (factor,))


def _leave(ctx: Context, shape: Shape, word: Word, ends: list[int], inside: Monomial, over: Symbol, x: int) -> Form:
    """Put a moment of `inside` in the place of the word's own x, or x', or x x': no other word keeps them."""
    if len(ends) == 2:
        moment = _moment_matrix(ctx, inside, over)
    else:
        column = _moment_column(ctx, inside, over)
        moment = column if word[ends[0]] == x else ctx.transpose_factor(column)
    return products.of_word(ctx, shape, (*word[: ends[0]], moment, *word[ends[-1] + 1 :]))


def _low_degree(
    ctx: Context,
    shape: Shape,
    word: Word,
    ends: list[int],
    linear: list[tuple[Word, ...]],
    opaque: Monomial,
    over: Symbol,
    x: int,
) -> Form:
    """Degree one or two in x: the moments E[s x] and E[s x x'] with constants around them."""
    if not linear:
        return _leave(ctx, shape, word, ends, opaque, over, x)
    if ends:  # one x in the word, one in a scalar: L x (a'x) R = L M a R
        (i,), (a,) = ends, linear[0]
        matrix = _moment_matrix(ctx, opaque, over)
        middle = (matrix, *a) if word[i] == x else (*ctx.transpose_word(a), matrix)
        return products.of_word(ctx, shape, word[:i] + middle + word[i + 1 :])
    scalar = _scalar_moment(ctx, linear, opaque, over)
    return Form(shape, {(m, word): c for (m, _), c in scalar.terms.items()})


def _scalar_moment(ctx: Context, linear: list[tuple[Word, ...]], opaque: Monomial, over: Symbol) -> Form:
    if len(linear) == 1 and len(linear[0]) == 1:  # E[s a'x] = a'E[s x]
        word = (*ctx.transpose_word(linear[0][0]), _moment_column(ctx, opaque, over))
        return products.scalar_word(ctx, word)
    matrix = _moment_matrix(ctx, opaque, over)
    if len(linear) == 2:  # E[s (a'x)(b'x)] = a'E[s xx']b
        word = (*ctx.transpose_word(linear[0][0]), matrix, *linear[1][0])
        return products.scalar_word(ctx, word)
    middle = linear[0][0]  # E[s x'Ax] = tr(A E[s xx'])
    return trace(ctx, products.of_word(ctx, ctx.factors[matrix].shape, (*middle, matrix)))


def trace(ctx: Context, form: Form) -> Form:
    """tr of a square form: cyclic words have one canonical rotation; tr(u v') = v'u; tr(I) = n."""
    out = Form((1, 1), {})
    for (monomial, word), value in form.terms.items():
        part = _trace_word(ctx, form.shape[0], word)
        out = f.add(out, products.multiply(ctx, f.of_monomial(monomial, value), part))
    return out


def _trace_word(ctx: Context, size: Dimension, word: Word) -> Form:
    if all(is_diagonal(ctx, x) for x in word):  # tr Diag(a) Diag(b) = 1' Diag(a) Diag(b) 1 = a'b
        one = ctx.factor(k.Ones(size), frozenset(), (size, 1))
        return products.scalar_word(ctx, (ctx.transpose_factor(one), *word, one))
    rotations = [word[i:] + word[:i] for i in range(len(word))]
    for rotation in rotations:
        n = ctx.factors[rotation[0]].shape[0]
        simpler = products.of_word(ctx, (n, n), rotation)
        if all(len(w) < len(word) for _, w in simpler.terms):  # something cancelled across the ends, or it is v'u
            return trace(ctx, simpler)
    candidates = rotations + [ctx.transpose_word(r) for r in rotations]
    best = min(candidates)
    return f.of_atom(ctx.atom(k.Trace(best), ctx.varies((), best)))
