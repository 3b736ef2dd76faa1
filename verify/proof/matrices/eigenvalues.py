"""The largest eigenvalue L(S) of a symmetric form, and what is known of it: the least c with S <= c I.

    L(S + c I) = L(S) + c      L(c S) = c L(S) for c >= 0      L(u u') = u'u      L(A'A) = L(A A')
    L(Q S Q') = L(S) for an orthogonal Q, so max(P x) = max(x) L(S^-1) = -1 / L(-S) for a definite S
    L(Diag(rsqrt(v))) = (-1 / L(-Diag(v)))^(1/2), and of its square as of the inverse of Diag(v)
    L(S S) = L(S)^2 for a semidefinite S                       L(S (x) T) = L(S) L(T) for semidefinite S and T

Each holds wherever both sides are defined: that S is symmetric, `definedness` asks of the term as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

from verify.proof.matrices import composites, contents, powers, products, scalars, signs
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs_of_entries as entries
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.words import (
    argument,
    diagonal,
    diagonal_entries,
    dyad,
    is_ones,
    is_orthogonal,
    ones,
    unturned,
)

TIMES = 4  # that a content is taken out
LONGEST = 5  # factors of a word that is bounded by the norms of its parts


def largest_eigenvalue(ctx: Context, form: Form) -> Form:
    """The largest eigenvalue of a square form, as a scalar form."""
    multiples: f.Terms = {key: value for key, value in form.terms.items() if not key[1]}
    rest = scalars.reduce_sums(ctx, Form(form.shape, {key: value for key, value in form.terms.items() if key[1]}))
    shift = Form((1, 1), multiples)
    if rest.is_zero:
        return shift
    outside, inside = nonnegative_content(ctx, rest)
    if inside.is_zero:  # once its sums are multiplied out
        return shift
    return f.add(shift, products.multiply(ctx, outside, _of_primitive(ctx, inside)))


def nonnegative_content(ctx: Context, form: Form) -> tuple[Form, Form]:
    """What all terms share and is nonnegative, and what is left, in which the sums are multiplied out that are whole
    then; they may share more."""
    outside = f.scalar(1)
    for _ in range(TIMES):
        (monomial, number), _ = contents.split_content(form)
        shared = tuple((a, e) for a, e in monomial if e % 2 == 0 or signs.atom_nonnegative(ctx, a))
        if form.is_zero or (not shared and number == 1):
            break
        inverse = tuple((a, -e) for a, e in shared)
        left: f.Terms = {}
        for (m, w), v in form.terms.items():
            powers.put(ctx, left, v / Fraction(number), f.merge(m, inverse), w)
        outside = products.multiply(ctx, outside, powers.settled(ctx, shared, number))
        form = Form(form.shape, left)
    return outside, form


def _of_primitive(ctx: Context, form: Form) -> Form:
    form = unturned(ctx, form)
    bare = _without_turn(ctx, form)
    if bare is not form:
        return largest_eigenvalue(ctx, bare)
    if len(form.terms) == 1:
        (((monomial, word), value),) = form.terms.items()
        if not monomial and abs(value) == 1:
            known = _of_kronecker(ctx, word, value)
            known = known or _of_roots(ctx, word, value)
            if known is None and value == 1:
                known = _of_square(ctx, word) or _of_word(ctx, word)
            known = known or _of_inverse(ctx, word, value)
            if known is not None:
                return known
    return f.of_atom(ctx.atom(k.LargestEigenvalue(f.freeze(form)), f.varying(ctx, form)))


def _without_turn(ctx: Context, form: Form) -> Form:
    """S of Q S Q' with an orthogonal Q; the form itself if it is none."""
    ends = {(word[0], word[-1]) for _, word in form.terms if len(word) > 2}
    if len(ends) != 1 or any(len(word) < 3 for _, word in form.terms):
        return form
    ((first, last),) = ends
    if first != ctx.transpose_factor(last) or not is_orthogonal(ctx, first):
        return form
    return Form(form.shape, {(monomial, word[1:-1]): value for (monomial, word), value in form.terms.items()})


def _of_square(ctx: Context, word: Word) -> Form | None:
    """Of W W for a semidefinite W: the square."""
    half = word[len(word) // 2 :]
    if len(word) % 2 or half * 2 != word or not signs.word_semidefinite(ctx, half):
        return None
    rows = ctx.factors[half[0]].shape[0]
    return powers.power(ctx, largest_eigenvalue(ctx, Form((rows, rows), {((), half): 1})), Fraction(2))


def _of_kronecker(ctx: Context, word: Word, sign: Coefficient) -> Form | None:
    """Of S (x) T for semidefinite S and T: L(S) L(T); of S (x) I and -S (x) I: L(S) and L(-S)."""
    parts = composites.kronecker_parts(ctx, word[0]) if len(word) == 1 else ()
    if not parts or any(rows != columns for _, (rows, columns) in parts):
        return None
    others = [(part, shape) for part, shape in parts if part]
    if len(others) > 1 and (sign < 0 or not all(signs.word_semidefinite(ctx, part) for part, _ in others)):
        return None
    out = f.scalar(1)
    for part, shape in others:
        out = products.multiply(ctx, out, largest_eigenvalue(ctx, Form(shape, {((), part): sign})))
    return out


def _of_word(ctx: Context, word: Word) -> Form | None:
    """Of t't: u'u for a column u' = t, and else of t t' where that is simpler."""
    if ctx.transpose_word(word) != word or len(word) % 2:
        return None
    half = word[len(word) // 2 :]
    if dyad(ctx, word) is not None:
        return products.scalar_word(ctx, (*half, *ctx.transpose_word(half)))
    rows = ctx.factors[half[0]].shape[0]
    other = products.of_word(ctx, (rows, rows), (*half, *ctx.transpose_word(half)))
    known = [w for _, w in other.terms]
    if len(known) == 1 and len(known[0]) == len(word):
        if known[0] >= word:
            return None
        return f.of_atom(ctx.atom(k.LargestEigenvalue(f.freeze(other)), f.varying(ctx, other)))
    return largest_eigenvalue(ctx, other)


def _of_roots(ctx: Context, word: Word, sign: Coefficient) -> Form | None:
    """Of R = Diag(rsqrt(v)), where each entry of v is positive: L(R R) = -1 / L(-Diag(v)), L(-R R) = -1 / L(Diag(v)),
    as of an inverse, and of R alone their roots."""
    what = ctx.factors[word[0]].what
    if not isinstance(what, k.Diagonal) or len(what.word) != 1 or what.word[0] not in ctx.roots:
        return None
    if len(word) > 2 or {*word} != {word[0]}:
        return None
    inner = diagonal(ctx, argument(ctx, what.word[0]))
    most = powers.power(ctx, largest_eigenvalue(ctx, f.times_number(inner, -sign)), Fraction(-1))  # < 0 for sign 1
    if len(word) == 2:
        return f.times_number(most, -1)
    return f.times_number(powers.power(ctx, f.times_number(most, -sign), Fraction(1, 2)), sign)


def _of_inverse(ctx: Context, word: Word, sign: Coefficient) -> Form | None:
    """Of S^-1 or -S^-1 for a definite S: -1 / L(-S), or -1 / L(S)."""
    what = ctx.factors[word[0]].what
    if len(word) > 1 or not isinstance(what, k.Inverse) or not signs.factor_definite(ctx, word[0]):
        return None
    shape = ctx.factors[word[0]].shape
    inner = Form(shape, {((), (what.of,)): 1}) if isinstance(what.of, int) else f.thaw(what.of)
    other = largest_eigenvalue(ctx, f.times_number(inner, -sign))
    return f.times_number(powers.power(ctx, other, Fraction(-1)), -1)


# ---- order --------------------------------------------------------------------------------------------------
def without_excesses(ctx: Context, form: Form, *, eager: bool = False) -> Form:
    """A number, column or square form less what is >= 0 in it: c (L(S) t't - t'S t), where it has a term of -c t'S t
    unless `eager`, c (L(S) + L(-S)), and of a column c (L(Diag(v)) 1 - v)."""
    found: Form | None = form
    while found is not None:
        form, found = found, _less_one(ctx, found, eager=eager)
    return form


def without_norms(ctx: Context, form: Form) -> Form:
    """A square form less what is semidefinite in it: s (2 |U| |V| I - U V - (U V)') and the same with + for s >= 0, or
    of more or fewer factors, where it has all of that. |U| is L(U U')^(1/2), and |x'U V x| <= |U| |V| x'x."""
    for (monomial, word), value in list(form.terms.items()):
        pair = dict.fromkeys((word, ctx.transpose_word(word)))
        size = value if value > 0 else -value
        if not 0 < len(word) <= LONGEST or any(form.terms.get((monomial, one)) != value for one in pair):
            continue
        if not signs.term_sign(ctx, monomial, size):
            continue
        for norms in _norms(ctx, word):
            most = products.multiply(ctx, f.of_monomial(monomial, size * len(pair)), norms)
            whole = products.multiply(ctx, most, Form(form.shape, {((), ()): 1}))
            if all(key in form.terms for key in whole.terms):
                terms = Form(form.shape, {(monomial, one): value for one in pair})
                form = f.add(f.add(form, whole, -1), terms, -1)
                break
    return form


def _norms(ctx: Context, word: Word) -> Iterator[Form]:
    """The products of the norms of the parts of a word, however it is cut, the most parts first."""
    for i in range(1, len(word)):
        yield from (products.multiply(ctx, _norm(ctx, word[:i]), rest) for rest in _norms(ctx, word[i:]))
    yield _norm(ctx, word)


def _norm(ctx: Context, word: Word) -> Form:
    """L(W W')^(1/2)."""
    rows = ctx.factors[word[0]].shape[0]
    square = products.of_word(ctx, (rows, rows), (*word, *ctx.transpose_word(word)))
    return powers.power(ctx, largest_eigenvalue(ctx, square), Fraction(1, 2))


def _less_one(ctx: Context, form: Form, *, eager: bool) -> Form | None:
    """The form less one excess; None if none is seen. There is one L less in the term that it begins with."""
    for (monomial, word), value in form.terms.items():
        for atom, exponent in monomial:
            what = ctx.atoms[atom].what
            if not isinstance(what, k.LargestEigenvalue) or exponent < 1:
                continue
            offered = (
                _excesses(ctx, one, inner, f.merge(monomial, ((atom, -power),)), word, form)
                for power, one, inner in _of_powers(ctx, atom, what.of, exponent)
            )
            for rest, excess in chain.from_iterable(offered):
                if signs.term_sign(ctx, rest, value) and (eager or _helps(form, rest, excess, value)):
                    ctx.step()
                    return f.add(form, products.multiply(ctx, f.of_monomial(rest, value), excess), -1)
    return None


def _helps(form: Form, rest: Monomial, excess: Form, value: Coefficient) -> bool:
    """Is a term that the excess takes away negative in the form, or part of a pair?"""
    lost = [f.merge(rest, m) for (m, _), v in excess.terms.items() if v < 0]
    words = [w for (_, w), v in excess.terms.items() if v < 0]
    if not lost:
        return all(form.terms.get((f.merge(rest, m), w), 0) >= value for m, w in excess.terms)
    return any(form.terms.get((m, w), 0) < 0 for m, w in zip(lost, words, strict=True))


def _of_powers(ctx: Context, atom: int, frozen: k.Frozen, exponent: k.Exponent) -> Iterator[tuple[int, Form, Form]]:
    """1, L and S; and 2, L^2 and S S, of which L^2 is the largest eigenvalue where S is semidefinite."""
    if exponent >= 2 and signs.semidefinite(ctx, inner := f.thaw(frozen)):
        yield 2, powers.settled(ctx, ((atom, 2),)), products.multiply(ctx, inner, inner)
    for inner in of_one_value(ctx, frozen):
        yield 1, f.of_atom(atom), inner


def _excesses(
    ctx: Context, one: Form, inner: Form, beside: Monomial, word: Word, form: Form
) -> Iterator[tuple[Monomial, Form]]:
    """What is >= 0 and begins with L(S) times some of the monomial and the word beside it, and the rest of these."""
    size = inner.shape[0]
    unit = Form(inner.shape, {((), ()): 1})
    gap = f.add(products.multiply(ctx, one, unit), inner, -1)
    if form.shape != (1, 1):
        half = _half(ctx, word)
        if half and ctx.factors[half[0]].shape[0] == size:
            yield beside, _within(ctx, half, gap, trace=False)
        elif not word and form.shape == inner.shape:
            yield beside, gap
        elif (column := diagonal_entries(ctx, inner)) is not None and form.shape == column.shape:
            one_each = Form(column.shape, {((), (ones(ctx, size),)): 1})
            yield beside, f.add(products.multiply(ctx, one, one_each), column, -1)
        return
    for other, exponent in beside:
        what, rest = ctx.atoms[other].what, f.merge(beside, ((other, -1),))
        if not isinstance(exponent, int) or exponent < 1:
            continue
        if isinstance(what, k.Scalar) and (weighed := _weighed(ctx, what.word, one, inner)) is not None:
            yield rest, weighed
        if isinstance(what, k.Scalar | k.Trace):
            half = _half(ctx, what.word)
            turns = (half, ctx.transpose_word(half)) if isinstance(what, k.Trace) else (half,)
            for turn in turns:
                if turn and ctx.factors[turn[0]].shape[0] == size:
                    yield rest, _within(ctx, turn, gap, trace=isinstance(what, k.Trace))
        elif isinstance(what, k.Named) and what.symbol == size:
            yield rest, products.trace(ctx, gap)
    for below in sorted({a for m, _ in form.terms for a, e in m if e < 0}):
        what, over = ctx.atoms[below].what, f.of_monomial(((below, -1),))
        if isinstance(what, k.Named) and what.symbol == size:
            yield beside, products.multiply(ctx, over, products.trace(ctx, gap))
        elif isinstance(what, k.Scalar) and (weighed := _weighed(ctx, what.word, one, inner)) is not None:
            yield beside, products.multiply(ctx, over, weighed)
    yield beside, f.add(one, largest_eigenvalue(ctx, f.times_number(inner, -1)))


def _weighed(ctx: Context, word: Word, one: Form, inner: Form) -> Form | None:
    """w'(L 1 - v) for the sum 1'w of a column without negative entries, where S is the diagonal matrix of v: no entry
    of v is above L; None of any other."""
    column = diagonal_entries(ctx, inner)
    if column is None:
        return None
    for turned in (word, ctx.transpose_word(word)):
        weights = turned[1:]
        if is_ones(ctx, turned[0]) and weights and entries.nonnegative(ctx, weights):
            size = inner.shape[0]
            if ctx.factors[weights[0]].shape[0] != size:
                return None
            above = f.add(products.multiply(ctx, one, Form((size, 1), {((), (ones(ctx, size),)): 1})), column, -1)
            row = products.transpose(ctx, Form((size, 1), {((), weights): 1}))
            return products.multiply(ctx, row, above)
    return None


def _within(ctx: Context, half: Word, gap: Form, *, trace: bool) -> Form:
    """t'G t, or its trace."""
    shape = ctx.factors[half[0]].shape[0], ctx.factors[half[-1]].shape[1]
    right = Form(shape, {((), half): 1})
    whole = products.multiply(ctx, products.multiply(ctx, products.transpose(ctx, right), gap), right)
    return products.trace(ctx, whole) if trace else whole


def _half(ctx: Context, word: Word) -> Word:
    """The t of t't; none for another word."""
    return word[len(word) // 2 :] if len(word) % 2 == 0 and ctx.transpose_word(word) == word else ()


def above_an_eigenvalue(ctx: Context, form: Form) -> Iterator[Form]:
    """For a number c - s L(S): the c I - s S, which is semidefinite only where the number v'(c I - s S) v is >= 0, for
    the v of length 1 with S v = L(S) v; and c I - s S S for c - s L(S)^2, since S S v = L(S)^2 v."""
    atoms = {a for m, _ in form.terms for a, e in m if isinstance(ctx.atoms[a].what, k.LargestEigenvalue) and e >= 1}
    for atom in sorted(atoms):
        what = ctx.atoms[atom].what
        assert isinstance(what, k.LargestEigenvalue)
        inner = f.thaw(what.of)
        yield from (_above(ctx, form, atom, 1, other) for other in of_one_value(ctx, what.of))
        if any(dict(m).get(atom, 0) >= 2 for m, _ in form.terms):
            yield _above(ctx, form, atom, 2, products.multiply(ctx, inner, inner))


def _above(ctx: Context, form: Form, atom: int, power: int, inner: Form) -> Form:
    """The form with a matrix in the place of L to the power, and its other terms times I."""
    holding = {key: value for key, value in form.terms.items() if dict(key[0]).get(atom, 0) >= power}
    factor = Form((1, 1), {(f.merge(m, ((atom, -power),)), w): v for (m, w), v in holding.items()})
    rest = Form((1, 1), {key: value for key, value in form.terms.items() if key not in holding})
    unit = Form(inner.shape, {((), ()): 1})
    return f.add(products.multiply(ctx, rest, unit), products.multiply(ctx, factor, inner))


def of_one_value(ctx: Context, frozen: k.Frozen) -> Iterator[Form]:
    """The form, and A A' beside A'A: they have one largest eigenvalue."""
    form = f.thaw(frozen)
    yield form
    words = [word for monomial, word in form.terms if not monomial and form.terms[monomial, word] == 1]
    half = _half(ctx, words[0]) if len(words) == len(form.terms) == 1 else ()
    if half:
        size = ctx.factors[half[0]].shape[0]
        yield products.of_word(ctx, (size, size), (*half, *ctx.transpose_word(half)))
