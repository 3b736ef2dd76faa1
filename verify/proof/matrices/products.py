"""Products and powers of forms, which need one another: a product raises what it merges, a power multiplies out.

A product cuts words where an inner dimension is 1, simplifies each piece (`words`) and settles monomials: whole powers
of primes and of sums, squares of absolute values, assumed rewrites. A power of a sum is kept as an atom whose base is
primitive (content taken out); whole positive powers are expanded. Where a root or a negative power is defined is not
asked here but in `definedness`, of the term as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial, reduce

from theory.terms import Activation, Dimension, Shape
from theory.terms.limits import problem_of_exponent
from theory.terms.size_arithmetic import times
from verify.proof.matrices import composites
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs_of_entries as entries
from verify.proof.matrices.contents import Content, prime_powers, split_content, without_sign
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Exponent, Monomial, Word
from verify.proof.matrices.signs import atom_negative, atom_nonnegative, is_nonnegative, term_sign
from verify.proof.matrices.words import (
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
    is_orthogonal,
    ones,
    order_runs,
    shape_of,
    simplify_piece,
    without_diagonals,
)


def multiply(ctx: Context, left: Form, right: Form) -> Form:
    """The matrix product of two forms; a scalar on either side multiplies.

    Raises CannotDecide for a product with more terms than could be multiplied out in reasonable time.
    """
    pairs = len(left.terms) * len(right.terms)
    if pairs > f.PAIR_LIMIT:
        raise f.CannotDecide(
            f"a product of sums of {len(left.terms)} and {len(right.terms)} terms is too large to expand"
        )
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
        turned = ctx.transpose_word(word)
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
    if ctx.special or ctx.ruled:
        changed = settle_monomial(ctx, monomial)
        if changed is not None:
            for (m, _), c in changed.terms.items():
                f.accumulate(out, (m, word), value * c)
            return
    f.accumulate(out, (monomial, word), value)


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
            rewritten = rewritten or _joined(ctx, simple)
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
    return Form(shape, {(m, kept): c for (m, _), c in result.terms.items()})


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
    e'(A o B) f = (e'A f)(e'B f), e'A e of the diagonal of A."""
    e, beside, *after = word[i:]
    if ctx.factors[e].shape[0] != 1:
        return None
    match ctx.factors[beside].what:
        case k.Ones():
            return f.scalar(1)
        case k.Named() if beside == ctx.transpose_factor(e):
            return f.scalar(1)
        case k.Diagonal(inner):
            return multiply(ctx, scalar_word(ctx, (e, *inner)), of_word(ctx, shape_of(ctx, word), (e, *after)))
        case k.Elementwise(function, order, argument) if not after or (len(after) == 1 and is_basis(ctx, after[0])):
            table = transpose(ctx, f.thaw(argument)) if ctx.factors[beside].transposed else f.thaw(argument)
            if not after and table.shape[1] != 1:
                return None
            at = multiply(ctx, Form((1, table.shape[0]), {((), (e,)): 1}), table)
            if after:
                at = multiply(ctx, at, Form((table.shape[1], 1), {((), tuple(after)): 1}))
            if function.name == EXP:
                return exponential(ctx, Form((1, 1), at.terms))
            if function.name == ABS:
                return absolute(ctx, Form((1, 1), at.terms))
            what = k.Elementwise(function, order, f.freeze(Form((1, 1), at.terms)))
            return settled(ctx, ((ctx.atom(what, f.varying(ctx, at)), 1),))
        case k.Hadamard() if len(after) == 1 and is_basis(ctx, after[0]):
            parts = (scalar_word(ctx, (e, *part, *after)) for part in entrywise_parts(ctx, beside))
            return reduce(partial(multiply, ctx), parts)
        case k.DiagonalOf(inner):
            return scalar_word(ctx, (e, *inner, ctx.transpose_factor(e)))
    return None


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
    if () in found.parts:
        out = of_word(ctx, shape, (*found.left, *found.right))
        for part in found.parts:
            if part:
                out = multiply(ctx, out, diagonal(ctx, diagonal_of(ctx, part)))
        return out
    middle = found.parts[0] if len(found.parts) == 1 else (entrywise_factor(ctx, found.parts),)
    return of_word(ctx, shape, (*found.left, *middle, *found.right))


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
    else:
        inner = min(core, ctx.transpose_word(core))
        factor = ctx.factor(k.DiagonalOf(inner), ctx.varies((), inner), (size, 1))
        column = Form((size, 1), {((), (factor,)): 1})
    if not left and not right:
        return column
    return multiply(ctx, of_word(ctx, (size, size), (*left, *right)), column)


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
            column = _diagonals_of(ctx, _square(ctx, (*left, *ctx.transpose_word(right))))
            found = multiply(ctx, _column(ctx, tuple(before)), column) if before else column
            return transpose(ctx, found) if turned else found
    return None


def _square(ctx: Context, word: Word) -> Form:
    size = ctx.factors[word[0]].shape[0]
    return of_word(ctx, (size, size), word)


def _diagonals_of(ctx: Context, form: Form) -> Form:
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


# ---- monomials ----------------------------------------------------------------------------------------------
def settle_monomial(ctx: Context, monomial: Monomial) -> Form | None:
    """Apply the rules of special atoms and the assumed rewrites; None if nothing changes."""
    for atom, exponent in monomial:
        if atom in ctx.special:
            what = ctx.atoms[atom].what
            rest = tuple(x for x in monomial if x[0] != atom)
            if isinstance(what, k.Prime) and not 0 < exponent < 1:
                whole = exponent.__floor__()
                return settled(ctx, _with(rest, atom, exponent - whole), Fraction(what.value) ** whole)
            if isinstance(what, k.Sum) and exponent >= 1:
                whole = int(exponent.__floor__())
                return multiply(ctx, settled(ctx, _with(rest, atom, exponent - whole), 1), expand_sum(ctx, atom, whole))
            if isinstance(what, k.Parity | k.Determinant) and not 0 < exponent < 2:
                _note_orthogonal(ctx, what)
                return settled(ctx, _with(rest, atom, exponent % 2))
            if isinstance(what, k.Abs):
                twice = 2 * (exponent / Fraction(2)).__floor__()
                if twice:
                    if isinstance(what.of, int):
                        return settled(ctx, f.merge(_with(rest, atom, exponent - twice), ((what.of, twice),)), 1)
                    squared = power(ctx, f.thaw(what.of), Fraction(twice))
                    return multiply(ctx, settled(ctx, _with(rest, atom, exponent - twice), 1), squared)
    if any(atom in ctx.ruled for atom, _ in monomial):
        for rule in ctx.rules:
            if rule.word is None and (left := _divide(monomial, rule.monomial)) is not None:
                ctx.step()
                ctx.used.add(rule.name)
                return multiply(ctx, settled(ctx, left, 1), _settled_again(ctx, rule.result))
    return None


def _note_orthogonal(ctx: Context, what: k.Parity | k.Determinant) -> None:
    """The reader is told why the determinant is 1 or -1."""
    if isinstance(what, k.Determinant) and isinstance(what.of, int):
        is_orthogonal(ctx, what.of)


def _with(rest: Monomial, atom: int, exponent: Exponent) -> Monomial:
    return f.merge(rest, ((atom, exponent),)) if exponent else rest


def _divide(monomial: Monomial, by: Monomial) -> Monomial | None:
    """monomial / by if every exponent of `by` is there in full, else None."""
    have = dict(monomial)
    for atom, exponent in by:
        if have.get(atom, 0) < exponent:
            return None
    return f.merge(monomial, tuple((a, -e) for a, e in by))


# ---- powers -----------------------------------------------------------------------------------------------
LARGEST_EXPANSION = 200  # terms times exponent; beyond it a power of a sum is not multiplied out


def power(ctx: Context, base: Form, exponent: Fraction) -> Form:
    """base ** exponent of a scalar form, wherever that is defined. x^0 = 1 for every x, 0 included."""
    if exponent == 0:
        return f.scalar(1)
    if exponent.denominator == 1 and exponent > 0:
        return whole_power(ctx, base, int(exponent))
    if base.is_zero:
        if exponent < 0:
            raise f.CannotDecide("0 to a negative power")
        return base
    content, primitive = split_content(base)
    result = content_power(ctx, content, exponent)
    if result is None:
        primitive, result = base, f.scalar(1)
    if primitive.terms == {((), ()): 1}:
        return result
    if primitive.terms == {((), ()): -1} and exponent.denominator == 1:
        return f.times_number(result, -1 if exponent.numerator % 2 else 1)
    atom = ctx.atom(k.Sum(f.freeze(primitive)), f.varying(ctx, primitive))
    return multiply(ctx, result, settled(ctx, ((atom, _tidy(exponent)),)))


def whole_power(ctx: Context, base: Form, exponent: int) -> Form:
    """base ** exponent by multiplication. Raises CannotDecide where that would not end in reasonable time."""
    if len(base.terms) == 1:
        (((monomial, _), value),) = base.terms.items()
        return settled(ctx, tuple((a, _tidy(e * exponent)) for a, e in monomial), value**exponent)
    if exponent * len(base.terms) > LARGEST_EXPANSION:
        raise f.CannotDecide(f"the power {exponent} of a sum of {len(base.terms)} terms is too large to expand")
    result = f.scalar(1)
    for _ in range(exponent):
        result = multiply(ctx, result, base)
    return result


def settled(ctx: Context, monomial: Monomial, value: Coefficient = 1) -> Form:
    """A monomial as a form, after the rules of its atoms."""
    form = settle_monomial(ctx, monomial)
    return f.times_number(form, value) if form is not None else f.of_monomial(monomial, value)


def _tidy(exponent: Exponent) -> Exponent:
    return int(exponent) if exponent.denominator == 1 else exponent


def content_power(ctx: Context, content: Content, exponent: Fraction) -> Form | None:
    """The power of a monomial with a positive coefficient; None if a root of a factor of unknown sign is needed."""
    monomial, number = content
    result = number_power(ctx, Fraction(number), exponent)
    for atom, e in monomial:
        if exponent.denominator == 1 or atom_nonnegative(ctx, atom):
            part = settled(ctx, ((atom, _tidy(e * exponent)),))
        elif e % 2 == 0:
            part = absolute_atom(ctx, atom, _tidy(e * exponent))
        else:
            return None
        result = multiply(ctx, result, part)
    return result


def number_power(ctx: Context, number: Fraction, exponent: Fraction) -> Form:
    """A positive rational to a rational power, over primes with exponents in (0, 1)."""
    if exponent.denominator == 1:
        return f.scalar(number ** int(exponent))
    result = f.scalar(1)
    for prime, multiplicity in prime_powers(number):
        atom = ctx.atom(k.Prime(prime))
        result = multiply(ctx, result, settled(ctx, ((atom, _tidy(multiplicity * exponent)),)))
    return result


def absolute_atom(ctx: Context, atom: int, exponent: Exponent) -> Form:
    """|atom| ** exponent."""
    what = ctx.atoms[atom].what
    if atom in ctx.special and isinstance(what, k.Parity | k.Determinant):
        _note_orthogonal(ctx, what)
        return f.scalar(1)
    if exponent % 2 == 0 or atom_nonnegative(ctx, atom):
        return settled(ctx, ((atom, exponent),))
    if atom_negative(ctx, atom) and isinstance(exponent, int):
        return settled(ctx, ((atom, exponent),), -1)
    number = ctx.atom(k.Abs(atom), ctx.atoms[atom].varies)
    return settled(ctx, ((number, exponent),))


def absolute(ctx: Context, form: Form) -> Form:
    """|form|: multiplicative on a single term; a sum of unknown sign stays as one atom, up to its sign."""
    if is_nonnegative(ctx, form):
        return form
    content, primitive = _absolute_content(ctx, form)
    if len(primitive.terms) == 1:
        return content
    atom = ctx.atom(k.Abs(f.freeze(primitive)), f.varying(ctx, primitive))
    return multiply(ctx, content, settled(ctx, ((atom, 1),)))


def absolute_entries(ctx: Context, function: Activation, form: Form) -> Form:
    """|.| of each entry of a form that is not 0: |c v| = |c| |v|, |u o v| = |u| o |v|, and |v| = v for a v without
    negative entries."""
    if all(term_sign(ctx, m, value) and entries.nonnegative(ctx, w) for (m, w), value in form.terms.items()):
        return form
    content, primitive = _absolute_content(ctx, form)
    (_, word), *others = primitive.terms
    first = ctx.factors[word[0]].what if word else None
    if not others and isinstance(first, k.Diagonal) and len(word) > 1 and form.shape[1] == 1:
        columns = (Form(form.shape, {((), side): 1}) for side in (first.word, word[1:]))
        left, right = (absolute_entries(ctx, function, column) for column in columns)
        return multiply(ctx, content, multiply(ctx, diagonal(ctx, left), right))
    what = k.Elementwise(function, 0, f.freeze(primitive))
    alone = of_word(ctx, form.shape, (ctx.factor(what, f.varying(ctx, primitive), form.shape),))
    return multiply(ctx, content, alone)


def _absolute_content(ctx: Context, form: Form) -> tuple[Form, Form]:
    """The absolute value of what all terms share, and what is left, up to its sign."""
    (content, number), primitive = split_content(form)
    result = f.scalar(number)
    for atom, exponent in content:
        result = multiply(ctx, result, absolute_atom(ctx, atom, exponent))
    return result, without_sign(primitive)[0]


# ---- exponentials -------------------------------------------------------------------------------------------
EXP, ABS = "exp", "abs"


def exponential(ctx: Context, form: Form) -> Form:
    """exp of a scalar form: exp(x + y) = exp x exp y, exp(c m) = (exp m)^c for a rational c, exp(log x) = x.

    exp(c log x) is the power x^c only for a c that may be written as an exponent: 2^c has to be a number that ends.
    """
    out = f.scalar(1)
    for (monomial, _), value in form.terms.items():
        alone = ctx.atoms[monomial[0][0]].what if len(monomial) == 1 and monomial[0][1] == 1 else None
        if isinstance(alone, k.Logarithm) and not problem_of_exponent(Fraction(value)):
            part = power(ctx, f.thaw(alone.of), Fraction(value))
        else:
            atom = ctx.atom(k.Exponential(monomial), ctx.varies(monomial))
            part = settled(ctx, ((atom, _tidy(Fraction(value))),))
        out = multiply(ctx, out, part)
    return out


# ---- sums in denominators -----------------------------------------------------------------------------------
def base_of(ctx: Context, atom: int) -> Form:
    """The sum under a "sum" atom."""
    what = ctx.atoms[atom].what
    assert isinstance(what, k.Sum)
    return f.thaw(what.form)


def expand_sum(ctx: Context, atom: int, exponent: int) -> Form:
    return whole_power(ctx, base_of(ctx, atom), exponent)
