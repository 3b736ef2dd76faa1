"""The normal form of E_x[.]: linear, with everything that does not vary with x taken out.

What stays inside is a monomial s of random scalars that are not polynomials of x (such as phi'(z)), with at most
    E[s]   E[s x]   E[s x x']
as a scalar, a column and a symmetric matrix; degree one and two in x always leave the expectation in this way, so
E[(x'a)(x'b)] = a' E[x x'] b. From degree three on the polynomial stays inside, as one atom (decided up to algebra).
A trace leaves, E[tr(V)] = tr(E[V]). Other random columns leave alike, where at most two of them are to leave:
E[A phi(x)] = A E[phi(x)], E[(a'phi(x))(b'x)] = a' E[phi(x) x'] b. Where the law of x is assumed to be normal,
polynomials of x leave altogether (`gaussian_moments.py`).
"""

from __future__ import annotations

from fractions import Fraction

from theory.terms import Shape, Symbol
from verify.proof.matrices import forms as f
from verify.proof.matrices import gaussian_moments, powers, products
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Exponent, Monomial, Word
from verify.proof.matrices.words import diagonal, dyad, shape_of


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
    if (lower := gaussian_moments.lowered(ctx, shape, inside, word, over)) is not None:
        return expectation(ctx, lower, over)
    if (traced := _of_trace(ctx, shape, inside, word, over, x)) is not None:
        return traced
    xt = ctx.transpose_factor(x)
    if (parted := _parted(ctx, shape, inside, word, over, x)) is not None:
        return parted
    linear, opaque = _linear_scalars(ctx, inside, x, xt)
    ends = [i for i, number in enumerate(word) if number in (x, xt)]
    degree = len(ends) + sum(len(sides) for sides in linear)
    if degree == 0 or (degree > 2 and not ends):
        return products.of_word(ctx, shape, word, ((_moment_scalar(ctx, inside, over), 1),) if inside else ())
    if degree > 2:  # the polynomial stays inside; only the word's own x leave, with their constant neighbours
        return _leave(ctx, shape, word, ends, inside, over, x)
    return _low_degree(ctx, shape, word, ends, linear, opaque, over, x)


def _of_trace(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol, x: int) -> Form | None:
    """E[s tr(W)] = tr(E[s W]) for one trace beside numbers s, W turned so that what varies in it is shortest; None
    where the word varies too."""
    traces = [(atom, what.word) for atom, power in inside if isinstance(what := ctx.atoms[atom].what, k.Trace)]
    if len(traces) != 1 or (traces[0][0], 1) not in inside or over in ctx.varies((), word):
        return None
    atom, whole = traces[0]
    rest = tuple(pair for pair in inside if pair[0] != atom)
    turned = min((whole[i:] + whole[:i] for i in range(len(whole))), key=lambda w: (len(_ends(ctx, w, over)[1]), w))
    mean = products.trace(ctx, _expect(ctx, shape_of(ctx, turned), rest, turned, over, x))
    return f.beside(mean, shape, word)


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


# ---- random columns and matrices that are no polynomials of x -------------------------------------------------
Parts = tuple[Word, Word, Word]  # what does not vary, what varies, what does not


def _parted(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol, x: int) -> Form | None:
    """E[inside * word] with what does not vary with x taken out at the ends; None where all is a polynomial of x.

    L V R has the mean L E[V] R. A number f'c beside a column d stands for d c'f, beside a row d' for f'c d', and two of
    them are f'(c d')g.
    """
    only_x = {x, ctx.transpose_factor(x)}
    left, core, right = _ends(ctx, word, over)
    leaving, rest = _leaving(ctx, inside, over)
    if not any(_varies_beyond(ctx, part, over, only_x) for part in (core, *(c for _, c, _ in leaving))):
        return None
    if not core:
        number = _number(ctx, rest, leaving, over)
        return None if number is None else f.beside(number, shape, word)
    if len(leaving) == 1 and not leaving[0][2]:
        ((row, column, _),) = leaving
        if ctx.factors[core[-1]].shape[1] == 1:
            core, right = (*core, *ctx.transpose_word(column)), (*ctx.transpose_word(row), *right)
            return _with_mean(ctx, shape, left, rest, core, right, over)
        if ctx.factors[core[0]].shape[0] == 1:
            return _with_mean(ctx, shape, (*left, *row), rest, (*column, *core), right, over)
    if not _varies_beyond(ctx, core, over, only_x):
        return None
    return _with_mean(ctx, shape, left, inside, core, right, over)


def _number(ctx: Context, rest: Monomial, leaving: list[Parts], over: Symbol) -> Form | None:
    """E[rest * numbers] of one number f'Cg, or of two numbers f'c; None of others."""
    if len(leaving) == 1:
        ((left, core, right),) = leaving
        return _with_mean(ctx, (1, 1), left, rest, core, right, over)
    if len(leaving) == 2 and all(not right for _, _, right in leaving):
        (f1, c1, _), (f2, c2, _) = leaving
        return _with_mean(ctx, (1, 1), f1, rest, (*c1, *ctx.transpose_word(c2)), ctx.transpose_word(f2), over)
    return None


def _varies_beyond(ctx: Context, word: Word, over: Symbol, only_x: set[int]) -> bool:
    return any(over in ctx.factors[number].varies and number not in only_x for number in word)


def _ends(ctx: Context, word: Word, over: Symbol) -> Parts:
    """The word cut into what does not vary with x, what does from its first to its last factor, and what does not."""
    varying = [i for i, number in enumerate(word) if over in ctx.factors[number].varies]
    if not varying:
        return word, (), ()
    first, last = varying[0], varying[-1] + 1
    return word[:first], word[first:last], word[last:]


def _leaving(ctx: Context, inside: Monomial, over: Symbol) -> tuple[list[Parts], Monomial]:
    """The numbers f'c, c a varying column, and f'Cg among the random scalars, and the others; f stands on the left."""
    found: list[Parts] = []
    rest: list[tuple[int, Exponent]] = []
    for atom, exponent in inside:
        what = ctx.atoms[atom].what
        left, core, right = _ends(ctx, what.word, over) if isinstance(what, k.Scalar) else ((), (), ())
        if not left:
            left, core, right = (ctx.transpose_word(part) for part in (right, core, left))
        if left and exponent in (1, 2):
            found += [(left, core, right)] * int(exponent)
        else:
            rest.append((atom, exponent))
    return found, tuple(rest)


def _with_mean(ctx: Context, shape: Shape, left: Word, inside: Monomial, core: Word, right: Word, over: Symbol) -> Form:
    """L E[inside * V] R."""
    mean = _mean_of(ctx, inside, core[0], over) if len(core) == 1 else _of_entries(ctx, inside, core, over)
    if mean is not None:
        parts = [Form(shape_of(ctx, word), {((), word): 1}) for word in (left, right) if word]
        out = products.multiply(ctx, parts[0], mean) if left else mean
        return products.multiply(ctx, out, parts[-1]) if right else out
    mirrored = ctx.transpose_word(core)
    rows, columns = shape_of(ctx, core)
    varies = ctx.varies(inside, core) - {over}
    if mirrored < core:
        moment = ctx.transpose_factor(ctx.factor(k.Moment(over, inside, mirrored), varies, (columns, rows)))
    else:
        moment = ctx.factor(k.Moment(over, inside, core), varies, (rows, columns), symmetric=mirrored == core)
    return products.of_word(ctx, shape, (*left, moment, *right))


def _of_entries(ctx: Context, inside: Monomial, core: Word, over: Symbol) -> Form | None:
    """E[u o v] as the diagonal of E[u v'], E[Diag(u) Diag(v)] as the diagonal matrix of that, E[Diag(u) A Diag(v)] as
    E[u v'] o A for an A that does not vary; None of any other word."""
    what, last, middle = ctx.factors[core[0]].what, ctx.factors[core[-1]], core[1:-1]
    if not isinstance(what, k.Diagonal):  # a row as the column
        turned = ctx.transpose_word(core)
        mean = _of_entries(ctx, inside, turned, over) if isinstance(last.what, k.Diagonal) else None
        return None if mean is None else products.transpose(ctx, mean)
    if last.shape[1] == 1:
        return _diagonal_of_dyad(ctx, inside, what.word, core[1:], over)
    if not isinstance(last.what, k.Diagonal):
        return None
    if all(isinstance(ctx.factors[number].what, k.Diagonal) for number in middle):
        return diagonal(ctx, _diagonal_of_dyad(ctx, inside, what.word, (*middle, *last.what.word), over))
    if over in ctx.varies((), middle):
        return None
    mean = _of_dyad(ctx, inside, (*what.word, *ctx.transpose_word(last.what.word)), over)
    out = Form(mean.shape, {})
    for (monomial, word), value in mean.terms.items():
        part = products.hadamard(ctx, mean.shape, [word, middle])
        out = f.add(out, products.multiply(ctx, f.of_monomial(monomial, value), part))
    return out


def _of_dyad(ctx: Context, inside: Monomial, dyad_of: Word, over: Symbol) -> Form:
    """E[inside * u v']."""
    x = ctx.factor(k.Named(over), frozenset({over}), over.shape)
    return _expect(ctx, shape_of(ctx, dyad_of), inside, dyad_of, over, x)


def _diagonal_of_dyad(ctx: Context, inside: Monomial, u: Word, v: Word, over: Symbol) -> Form:
    """The diagonal of E[inside * u v'] as a column."""
    return products.diagonals_of(ctx, _of_dyad(ctx, inside, (*u, *ctx.transpose_word(v)), over))


def _mean_of(ctx: Context, inside: Monomial, number: int, over: Symbol) -> Form | None:
    """E of a factor that is linear in what varies; None of any other.

    E[Diag(v)] = Diag(E[v]), E[vec V] = vec E[V], E[A (x) V] = A (x) E[V], E[u (x) v] = vec E[v u'].
    """
    node, x = ctx.factors[number], ctx.factor(k.Named(over), frozenset({over}), over.shape)
    match node.what:
        case k.Diagonal(word):
            return diagonal(ctx, _expect(ctx, (node.shape[0], 1), inside, word, over, x))
        case k.Vec(word, shape):
            mean = products.stacked(ctx, _expect(ctx, shape, inside, word, over, x))
        case k.Kronecker(parts) if len(varying := [p for p in parts if over in ctx.varies((), p[0])]) == 1:
            forms = [
                _expect(ctx, shape, inside, word, over, x) if (word, shape) in varying else Form(shape, {((), word): 1})
                for word, shape in parts
            ]
            mean = products.kronecker(ctx, forms)
        case k.Kronecker(((left, (rows, 1)), (right, (others, 1)))):
            dyad = (*right, *ctx.transpose_word(left))
            mean = products.stacked(ctx, _expect(ctx, (others, rows), inside, dyad, over, x))
        case _:
            return None
    return products.transpose(ctx, mean) if node.transposed else mean


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
    return f.beside(_scalar_moment(ctx, linear, opaque, over), shape, word)


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
    """tr of a square form, taken under E where that leaves a number."""
    out = Form((1, 1), {})
    for (monomial, word), value in form.terms.items():
        part = _trace_under_mean(ctx, word) or _under_means(ctx, products.trace_of_word(ctx, form.shape[0], word))
        out = f.add(out, products.multiply(ctx, f.of_monomial(monomial, value), part))
    return out


def _under_means(ctx: Context, form: Form) -> Form:
    """A number with each trace in it taken under E where that leaves a number."""
    out = Form((1, 1), {})
    for (monomial, _), value in form.terms.items():
        part = f.scalar(value)
        for atom, exponent in monomial:
            what = ctx.atoms[atom].what
            inner = _trace_under_mean(ctx, what.word) if isinstance(what, k.Trace) else None
            same = powers.settled(ctx, ((atom, exponent),))
            part = products.multiply(ctx, part, same if inner is None else powers.power(ctx, inner, Fraction(exponent)))
        out = f.add(out, part)
    return out


def _trace_under_mean(ctx: Context, word: Word) -> Form | None:
    """tr(E[s q p'] R) = E[s p'R q], of a word with one such moment and an R that does not vary with its variable."""
    where = [i for i, number in enumerate(word) if isinstance(ctx.factors[number].what, k.Moment)]
    what = ctx.factors[word[where[0]]].what if len(where) == 1 else None
    if not isinstance(what, k.Moment):
        return None
    (i,) = where
    inner = ctx.transpose_word(what.word) if ctx.factors[word[i]].transposed else what.word
    parts = dyad(ctx, inner)
    if parts is None:
        return None
    column, row = parts
    if what.over in ctx.varies((), word):  # what stands beside it would be caught
        return None
    number = products.scalar_word(ctx, (*row, *word[i + 1 :], *word[:i], *column))
    return expectation(ctx, products.multiply(ctx, f.of_monomial(what.inside), number), what.over)
