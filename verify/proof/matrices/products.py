"""Products of forms: words are cut where an inner dimension is 1, and each piece is simplified.

A piece is simplified by what `words` says of its letters, or to a form: what a basis vector picks, what a Kronecker
product, stacked columns or ones make of their neighbour, and so entrywise products, diagonals and traces. Monomials are
settled in `powers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial, reduce

from theory.terms import Activation, Dimension, Shape
from theory.terms.size_arithmetic import times
from verify.proof.matrices import composites, roots
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.powers import (
    ABS,
    EXP,
    absolute,
    absolute_content,
    exponential,
    limit_pairs,
    power,
    put,
    settled,
)
from verify.proof.matrices.signs import no_entry_negative
from verify.proof.matrices.words import (
    Entrywise,
    applied,
    behind_their_letters,
    cut,
    diagonal,
    diagonal_runs,
    dyad,
    entrywise,
    entrywise_factor,
    entrywise_parts,
    is_basis,
    is_diagonal,
    is_ones,
    leading,
    ones,
    order_runs,
    outside_of_parts,
    shape_of,
    simplest,
    simplify_piece,
    without_diagonals,
)


def multiply(ctx: Context, left: Form, right: Form) -> Form:
    """The matrix product of two forms; a scalar on either side multiplies.

    Raises CannotDecide as `limit_pairs` does.
    """
    limit_pairs(left, right)
    if left.shape == (1, 1):
        shape = right.shape
    elif right.shape == (1, 1):
        shape = left.shape
    else:
        shape = (left.shape[0], right.shape[1])
    out: f.Terms = {}
    for (m1, w1), c1 in left.terms.items():
        for (m2, w2), c2 in right.terms.items():
            _put(ctx, out, c1 * c2, f.merge(m1, m2), shape, w1 + w2, fresh=bool(w1 and w2))
    return Form(shape, out)


def transpose(ctx: Context, form: Form) -> Form:
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        turned = behind_their_letters(ctx, ctx.transpose_word(word))
        f.accumulate(out, (monomial, turned if 1 in form.shape else order_runs(ctx, turned)), value)
    return Form((form.shape[1], form.shape[0]), out)


def of_word(ctx: Context, shape: Shape, word: Word, monomial: Monomial = (), value: Coefficient = 1) -> Form:
    """The form of one word, simplified."""
    out: f.Terms = {}
    _put(ctx, out, value, monomial, shape, word, fresh=True)
    return Form(shape, out)


def scalar_word(ctx: Context, word: Word) -> Form:
    """The form of a word that is a number."""
    return of_word(ctx, (1, 1), word)


def _put(
    ctx: Context, out: f.Terms, value: Coefficient, monomial: Monomial, shape: Shape, word: Word, *, fresh: bool
) -> None:
    """Add value * monomial * word to `out`, settling the monomial and, if it is fresh, the word."""
    if fresh and word:
        simple = _settle_word(ctx, shape, word)
        if simple is not None:
            for (m, w), c in simple.terms.items():
                _put(ctx, out, value * c, f.merge(monomial, m), shape, w, fresh=False)
            return
    put(ctx, out, value, monomial, word)


# ---- words --------------------------------------------------------------------------------------------------
def _settle_word(ctx: Context, shape: Shape, word: Word) -> Form | None:
    """The word simplified, as a form of the same shape; None if it already is what it should be."""
    if ctx.composite and (sum_of_words := composites.placed(ctx, word)) is not None:
        out = Form(shape, {})
        for value, simpler in sum_of_words:
            ctx.step()
            out = f.add(out, of_word(ctx, shape, simpler), value)
        return out
    pieces = cut(ctx, word)
    kept: Word = ()
    result: Form | None = None
    for i, piece in enumerate(pieces):
        simple, seen = piece, list[Word]()
        while simple and simple not in seen:
            rewritten = _rewrite(ctx, shape_of(ctx, piece), simple) or _entry(ctx, simple) or _beside_ones(ctx, simple)
            rewritten = rewritten or _joined(ctx, simple) or _without_root(ctx, simple)
            if rewritten is not None:
                return _reassemble(ctx, shape, pieces, i, rewritten)
            seen.append(simple)
            simple = simplify_piece(ctx, simple)
        if simple:  # what was simplified last, or the first of some ways to write it that come round
            simple = min(seen[seen.index(simple) :])
        if shape_of(ctx, piece) == (1, 1):
            atom = scalar_piece(ctx, simple)
            result = atom if result is None else multiply(ctx, result, atom)
        else:
            kept += simple
    if ctx.composite and kept != word and composites.placed(ctx, kept) is not None:  # places came together
        again = of_word(ctx, shape, kept)
        return again if result is None else multiply(ctx, result, again)
    if result is None:
        return None if kept == word else Form(shape, {((), kept): 1})
    return f.beside(result, shape, kept)


def _reassemble(ctx: Context, shape: Shape, pieces: list[Word], index: int, rewritten: Form) -> Form:
    """The product of all pieces with one of them replaced by what an assumption makes of it."""
    parts = [rewritten if i == index else of_word(ctx, shape_of(ctx, x), x) for i, x in enumerate(pieces)]
    return Form(shape, reduce(partial(multiply, ctx), parts).terms)


def _rewrite(ctx: Context, shape: Shape, piece: Word) -> Form | None:
    """The first assumed rewrite of a stretch of the piece, or None."""
    for rule in ctx.rules:
        pattern = rule.word
        if pattern is None:
            continue
        n = len(pattern)
        for i in range(len(piece)):
            if piece[i : i + n] == pattern:
                ctx.step()
                if rule.name:
                    ctx.used.add(rule.name)
                before, after = piece[:i], piece[i + n :]
                result = _settled_again(ctx, rule.result)
                if before:
                    result = multiply(ctx, of_word(ctx, shape_of(ctx, before), before), result)
                if after:
                    result = multiply(ctx, result, of_word(ctx, shape_of(ctx, after), after))
                return Form(shape, result.terms)
    return None


def _settled_again(ctx: Context, form: Form) -> Form:
    """The result of a rewrite under all rewrites: a later assumption may apply to it."""
    out = Form(form.shape, {})
    ctx.depth += 1
    for (monomial, word), value in form.terms.items():
        out = f.add(out, of_word(ctx, form.shape, word, monomial, value))
    ctx.depth -= 1
    return out


def _entry(ctx: Context, piece: Word) -> Form | None:
    """What a standard basis vector e picks out of what stands beside it; None if there is nothing to pick. Of e'f with
    another f nothing is known."""
    if ctx.basis.isdisjoint(piece):  # as in nearly every proof
        return None
    for turned, word in ((False, piece), (True, ctx.transpose_word(piece))):
        for i in range(len(word) - 1):
            found = _picked(ctx, word, i) if is_basis(ctx, word[i]) else None
            if found is not None:
                return transpose(ctx, found) if turned else found
    return None


def _picked(ctx: Context, word: Word, i: int) -> Form | None:
    """e' at place i of the word, and what it picks: e'e = 1, e'1 = 1, e'Diag(u) = (e'u) e', e'phi(v) = phi(e'v),
    e'rsqrt(v) = (e'v)^(-1/2),
    e'(A o B) f = (e'A f)(e'B f), e'A e of the diagonal of A."""
    e, turn = word[i], leading(ctx, word[i + 1 :])  # e'P is a row of I as well, of a permutation matrix P
    if ctx.factors[e].shape[0] != 1 or i + 1 + len(turn) == len(word):
        return None
    beside, *after = word[i + 1 + len(turn) :]
    row = (e, *turn)
    alone = bool(after) and ctx.permutations.issuperset(after[:-1]) and is_basis(ctx, after[-1])
    match ctx.factors[beside].what:
        case k.Ones():
            return f.scalar(1)
        case k.Named() if not turn and beside == ctx.transpose_factor(e):
            return f.scalar(1)
        case k.Diagonal(inner):
            return multiply(ctx, scalar_word(ctx, (*row, *inner)), of_word(ctx, shape_of(ctx, word), (*row, *after)))
        case k.Elementwise(function, order, argument) if not after or alone:
            table = transpose(ctx, f.thaw(argument)) if ctx.factors[beside].transposed else f.thaw(argument)
            if not after and table.shape[1] != 1:
                return None
            at = multiply(ctx, Form((1, table.shape[0]), {((), row): 1}), table)
            if after:
                at = multiply(ctx, at, Form((table.shape[1], 1), {((), tuple(after)): 1}))
            if function.name == EXP:
                return exponential(ctx, at)
            if function.name == ABS:
                return absolute(ctx, at)
            if (function.name, order) == ("rsqrt", 0):
                return power(ctx, at, Fraction(-1, 2))
            what = k.Elementwise(function, order, f.freeze(at))
            return settled(ctx, ((ctx.atom(what, f.varying(ctx, at)), 1),))
        case k.Hadamard() if alone:
            parts = (scalar_word(ctx, (*row, *part, *after)) for part in entrywise_parts(ctx, beside))
            return reduce(partial(multiply, ctx), parts)
        case k.DiagonalOf(inner):
            return scalar_word(ctx, (*row, *inner, *ctx.transpose_word(row)))
    return None


def _without_root(ctx: Context, piece: Word) -> Form | None:
    """What is left of z o rsqrt(z) o rsqrt(z); None where a piece holds none."""
    found = roots.without(ctx, piece)
    if found is None:
        return None
    ctx.depth += 1  # |u| o |u| = u o u may bring back what was replaced: there is an end to that
    ctx.step()
    shape = shape_of(ctx, piece)
    made = reduce(f.add, [of_word(ctx, shape, word, monomial, value) for value, monomial, word in found])
    ctx.depth -= 1
    return made


# ---- Kronecker products, stacked columns --------------------------------------------------------------------
def _joined(ctx: Context, piece: Word) -> Form | None:
    """What a Kronecker product or stacked columns make of their neighbour; None where there is nothing to be made."""
    if ctx.composite.isdisjoint(piece):  # as in nearly every proof
        return None
    for turned, word in ((False, piece), (True, ctx.transpose_word(piece))):
        match composites.rewritten(ctx, word):
            case composites.Traced(inner, size):
                return trace_of_word(ctx, size, inner)
            case composites.Stacked(before, inner, shape):
                ends = [before]
                made = stacked(ctx, _word_of_shape(ctx, inner, shape))
            case composites.Kronecker(before, parts, after):
                ends = [before, after]
                made = kronecker(ctx, [_word_of_shape(ctx, inner, shape) for inner, shape in parts])
            case None:
                continue
        if ends[0]:
            made = multiply(ctx, _column(ctx, ends[0]), made)
        if ends[1:] and ends[1]:
            made = multiply(ctx, made, _column(ctx, ends[1]))
        return transpose(ctx, made) if turned else made
    return None


def _word_of_shape(ctx: Context, word: Word, shape: Shape) -> Form:
    return of_word(ctx, shape, word) if word else Form(shape, {((), ()): 1})


def kronecker(ctx: Context, forms: Sequence[Form]) -> Form:
    """The Kronecker product of forms."""
    parts: list[tuple[Form, list[composites.Part]]] = [(f.scalar(1), [])]
    for form in forms:
        parts = [
            (multiply(ctx, scalar, f.of_monomial(monomial, value)), [*before, (word, form.shape)])
            for scalar, before in parts
            for (monomial, word), value in form.terms.items()
        ]
    rows, columns = (times(*(form.shape[side] for form in forms)) for side in (0, 1))
    out = Form((rows, columns), {})
    for scalar, words in parts:
        made = _word_of_shape(ctx, composites.kronecker(ctx, words), out.shape)
        out = f.add(out, multiply(ctx, scalar, made))
    return out


def stacked(ctx: Context, form: Form) -> Form:
    """The columns of a form, one below another."""
    out = Form((times(*form.shape), 1), {})
    for (monomial, word), value in form.terms.items():
        column = _word_of_shape(ctx, composites.stacked(ctx, word, form.shape), out.shape)
        out = f.add(out, multiply(ctx, f.of_monomial(monomial, value), column))
    return out


def scalar_piece(ctx: Context, piece: Word) -> Form:
    """A 1 x 1 piece as a scalar: 1'1 = n, and x'Ay = y'A'x."""
    if all(is_ones(ctx, x) for x in piece):
        return f.dimension_form(ctx, ctx.factors[piece[0]].shape[1])
    other = simplify_piece(ctx, ctx.transpose_word(piece))
    word = min(piece, other)
    atom = ctx.atom(k.Scalar(word), ctx.varies((), word))
    return settled(ctx, ((atom, 1),), 1)


# ---- entrywise products, diagonals and traces ---------------------------------------------------------------
def hadamard(ctx: Context, shape: Shape, items: list[Word]) -> Form:
    """The entrywise product of words of one shape; with I it is the product of the diagonals."""
    found = entrywise(ctx, items)
    if ctx.permutations and len(found.parts) > 1 and () not in found.parts:
        left, parts, right = outside_of_parts(ctx, found.parts)
        if left or right:
            inner = Entrywise((), parts, ())
            made = multiply(ctx, of_word(ctx, shape, (*found.left, *left)), _of_parts(ctx, shape, inner))
            return multiply(ctx, made, of_word(ctx, shape, (*right, *found.right)))
    return _of_parts(ctx, shape, found)


def _of_parts(ctx: Context, shape: Shape, found: Entrywise) -> Form:
    if () in found.parts:
        out = of_word(ctx, shape, (*found.left, *found.right))
        for part in found.parts:
            if part:
                out = multiply(ctx, out, diagonal(ctx, diagonal_of(ctx, part)))
        return out
    middle = found.parts[0] if len(found.parts) == 1 else (entrywise_factor(ctx, found.parts),)
    return of_word(ctx, shape, (*found.left, *middle, *found.right))


def absolute_entries(ctx: Context, function: Activation, form: Form) -> Form:
    """|.| of each entry of a form that is not 0: |c v| = |c| |v|, |u o v| = |u| o |v|, and |v| = v for a v without
    negative entries."""
    if no_entry_negative(ctx, form):
        return form
    content, primitive = absolute_content(ctx, form)
    (_, word), *others = primitive.terms
    first = ctx.factors[word[0]].what if word else None
    if not others and isinstance(first, k.Diagonal) and form.shape[1] == 1:
        columns = (Form(form.shape, {((), side): 1}) for side in (first.word, word[1:]))
        left, right = (absolute_entries(ctx, function, column) for column in columns)
        return multiply(ctx, content, multiply(ctx, diagonal(ctx, left), right))
    alone = of_word(ctx, form.shape, applied(ctx, function, 0, primitive))
    return multiply(ctx, content, alone)


def diagonal_of(ctx: Context, word: Word) -> Form:
    """The diagonal of a square word as a column: of u v' it is u o v, of A Diag(d) B it is (A o B') d."""
    size = ctx.factors[word[0]].shape[0]
    one = ones(ctx, size)
    left, core, right = without_diagonals(ctx, word)
    outer, runs = dyad(ctx, core) if core else None, diagonal_runs(ctx, core)
    if not core:
        column = of_word(ctx, (size, 1), (one,))
    elif outer is not None:
        column = multiply(ctx, diagonal(ctx, _column(ctx, outer[0])), _column(ctx, ctx.transpose_word(outer[1])))
    elif len(core) == 1 and (parts := entrywise_parts(ctx, core[0])):
        columns = [diagonal_of(ctx, part) for part in parts]
        column = reduce(lambda a, b: multiply(ctx, diagonal(ctx, a), b), columns)
    elif len(runs) == 2:
        column = _between(ctx, core, runs[0])
    elif (rotated := _rotated(ctx, core)) is not None:
        turn, inner = rotated
        column = multiply(ctx, _square(ctx, turn), diagonals_of(ctx, _square(ctx, inner)))
    else:
        inner = min(core, ctx.transpose_word(core))
        factor = ctx.factor(k.DiagonalOf(inner), ctx.varies((), inner), (size, 1))
        column = Form((size, 1), {((), (factor,)): 1})
    if not left and not right:
        return column
    return multiply(ctx, of_word(ctx, (size, size), (*left, *right)), column)


def _rotated(ctx: Context, core: Word) -> tuple[Word, Word] | None:
    """P and A P for P A with a permutation P, which has the diagonal P d for the d of A P; of the word and its
    transpose the first. None where no permutation stands at the start of that."""
    if not ctx.permutations or leading(ctx, core) == core:
        return None
    options = []
    for word in (core, ctx.transpose_word(core)):
        turn = leading(ctx, word)
        options.append((simplest(ctx, (*word[len(turn) :], *turn)), turn))
    inner, turn = min(options)
    return (turn, inner) if turn else None


def _column(ctx: Context, word: Word) -> Form:
    return of_word(ctx, shape_of(ctx, word), word)


def _between(ctx: Context, core: Word, run: Word) -> Form:
    """(A o B') d of A Diag(d) B, where the diagonal matrices between A and B are the run."""
    start = next(i for i, number in enumerate(core) if is_diagonal(ctx, number))
    before, after = core[:start], core[start + len(run) :]
    inner = ctx.factors[run[0]].shape[0]
    one = ones(ctx, inner)
    both = hadamard(ctx, shape_of(ctx, before), [before, ctx.transpose_word(after)])
    return multiply(ctx, both, _column(ctx, (*run, one)))


def _beside_ones(ctx: Context, piece: Word) -> Form | None:
    """(A o B) 1 is the diagonal of A B', and 1'd the trace of A for the diagonal d of A; None of any other piece."""
    for turned, word in ((False, piece), (True, ctx.transpose_word(piece))):
        if len(word) < 2 or not is_ones(ctx, word[-1]):
            continue
        *before, last = word[:-1]
        what = ctx.factors[last].what
        if isinstance(what, k.DiagonalOf) and not before:
            return trace(ctx, _square(ctx, what.word))
        if isinstance(what, k.Hadamard) and len(what.parts) == 2:
            left, right = entrywise_parts(ctx, last)
            column = diagonals_of(ctx, _square(ctx, (*left, *ctx.transpose_word(right))))
            found = multiply(ctx, _column(ctx, tuple(before)), column) if before else column
            return transpose(ctx, found) if turned else found
    return None


def _square(ctx: Context, word: Word) -> Form:
    size = ctx.factors[word[0]].shape[0]
    return of_word(ctx, (size, size), word)


def diagonals_of(ctx: Context, form: Form) -> Form:
    """The diagonal of a square form as a column."""
    size = form.shape[0]
    one = of_word(ctx, (size, 1), (ones(ctx, size),))
    out = Form((size, 1), {})
    for (monomial, word), value in form.terms.items():
        column = diagonal_of(ctx, word) if word else one
        out = f.add(out, multiply(ctx, f.of_monomial(monomial, value), column))
    return out


def trace(ctx: Context, form: Form) -> Form:
    """tr of a square form: cyclic words have one canonical rotation; tr(u v') = v'u; tr(I) = n."""
    out = Form((1, 1), {})
    for (monomial, word), value in form.terms.items():
        part = trace_of_word(ctx, form.shape[0], word)
        out = f.add(out, multiply(ctx, f.of_monomial(monomial, value), part))
    return out


def trace_of_word(ctx: Context, size: Dimension, word: Word) -> Form:
    """tr of one square word. With one entrywise product, or one run of diagonal matrices or two, it is a number of
    columns: tr((A o B) C') = 1'(A o B o C) 1, tr(Diag(u) A Diag(v) B') = u'(A o B) v."""
    parts = composites.kronecker_parts(ctx, word[0]) if len(word) == 1 else ()
    if parts and all(rows == columns for _, (rows, columns) in parts):  # tr(A (x) B) = tr A tr B
        return reduce(partial(multiply, ctx), (trace_of_word(ctx, shape[0], inner) for inner, shape in parts))
    runs = diagonal_runs(ctx, word)
    if not word or (len(runs) == 1 and is_diagonal(ctx, word[0])):  # tr Diag(a) Diag(b) = 1' Diag(a) Diag(b) 1 = a'b
        return _total(ctx, of_word(ctx, (size, size), word))
    rotations = [word[i:] + word[:i] for i in range(len(word))]
    for rotation in rotations:
        simpler = _square(ctx, rotation)
        if all(len(w) < len(word) for _, w in simpler.terms):  # something cancelled across the ends, or it is v'u
            return trace(ctx, simpler)
    ctx.step()
    products_at = [i for i, number in enumerate(word) if entrywise_parts(ctx, number)]
    if len(products_at) == 1 or len(products_at) == len(word) == 2:
        turned = ctx.transpose_word(word[products_at[0] + 1 :] + word[: products_at[0]])
        first = word[products_at[0]]
        return _total(ctx, hadamard(ctx, ctx.factors[first].shape, [(first,), turned]))
    if not products_at and len(runs) == 2:
        return _total(ctx, multiply(ctx, diagonal(ctx, diagonal_of(ctx, runs[1])), _square(ctx, runs[0])))
    if not products_at and len(runs) == 4:
        left, one, right, other = runs
        middle = hadamard(ctx, shape_of(ctx, one), [one, ctx.transpose_word(other)])
        return _total(ctx, multiply(ctx, multiply(ctx, _square(ctx, left), middle), _square(ctx, right)))
    best = min(rotations + [ctx.transpose_word(r) for r in rotations])
    return f.of_atom(ctx.atom(k.Trace(best), ctx.varies((), best)))


def _total(ctx: Context, form: Form) -> Form:
    """The sum of all entries."""
    (left, right) = (Form((size, 1), {((), (ones(ctx, size),)): 1}) for size in form.shape)
    return multiply(ctx, transpose(ctx, left), multiply(ctx, form, right))
