"""Inverses of forms, and inverses cleared from the ends of words, as sums are from below a line of division.

Push-through identities, Woodbury's and Sherman and Morrison's come out: (I + A B)^-1 A = A (I + B A)^-1, since both
sides are the same once each is multiplied by what is inverted in it. Diag(v)^-1 is Diag(rsqrt(v)) Diag(rsqrt(v)) for a
v of positive entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from theory.terms import Dimension
from verify.proof.matrices import composites, powers, products, scalars
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs_of_entries as entries
from verify.proof.matrices.exponentials import of_positive_entries
from verify.proof.matrices.forms import CannotDecide, Context, Form, Rule
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.known_activations import RSQRT
from verify.proof.matrices.signs import atom_nonzero, each_entry_positive, term_invertible
from verify.proof.matrices.words import cut, diagonal, diagonal_entries, dyad, inverse_factor, on_diagonal, ones

MOST_CLEARED = 24  # forms looked at, of one question


def inverse(ctx: Context, form: Form) -> Form:
    """The inverse of a square form. A word is inverted factor by factor only if each is square: then each is
    invertible where the word is. So is a Kronecker product of square matrices, part by part."""
    if form.shape == (1, 1):
        return powers.power(ctx, form, Fraction(-1))
    if len(form.terms) == 1:
        (((monomial, word), value),) = form.terms.items()
        scalar = powers.power(ctx, f.of_monomial(monomial, value), Fraction(-1))
        parts = composites.kronecker_parts(ctx, word[0]) if len(word) == 1 else ()
        if parts and all(rows == columns for _, (rows, columns) in parts):
            separate = [inverse(ctx, Form(shape, {((), part): 1})) for part, shape in parts]
            return products.multiply(ctx, scalar, products.kronecker(ctx, separate))
        if all(ctx.factors[n].shape == form.shape for n in word):
            inverted = _inverse_word(ctx, word)
            return products.multiply(ctx, scalar, products.of_word(ctx, form.shape, inverted))
    if (column := _on_the_diagonal(ctx, form)) is not None and each_entry_positive(ctx, column):
        root = diagonal(ctx, of_positive_entries(ctx, RSQRT, column))
        return products.multiply(ctx, root, root)
    symmetric = products.transpose(ctx, form).terms == form.terms
    number = ctx.factor(k.Inverse(f.freeze(form)), f.varying(ctx, form), form.shape, symmetric=symmetric)
    _add_inverse_rules(ctx, number, form)
    return products.of_word(ctx, form.shape, (number,))


def _inverse_word(ctx: Context, word: Word) -> Word:
    """The inverse of a word of square factors, factor by factor."""
    return tuple(number for factor in reversed(word) for number in _inverted_factor(ctx, factor))


def _inverted_factor(ctx: Context, number: int) -> Word:
    what = ctx.factors[number].what
    if isinstance(what, k.Diagonal) and entries.positive(ctx, what.word):
        root = of_positive_entries(ctx, RSQRT, Form((ctx.factors[number].shape[0], 1), {((), what.word): 1}))
        if [*root.terms.values()] == [1] and not (key := next(iter(root.terms)))[0]:
            return on_diagonal(ctx, key[1]) * 2
    return (inverse_factor(ctx, number),)


def _on_the_diagonal(ctx: Context, form: Form) -> Form | None:
    """The column v of a form that is Diag(v) and a multiple of I; None of any other."""
    one: Word = (ones(ctx, form.shape[0]),)
    unit: f.Terms = {(monomial, one): value for (monomial, word), value in form.terms.items() if not word}
    rest = diagonal_entries(ctx, Form(form.shape, {key: value for key, value in form.terms.items() if key[1]}))
    return None if rest is None else f.add(rest, Form(rest.shape, unit))


def _add_inverse_rules(ctx: Context, number: int, form: Form) -> None:
    """N = (c L + R)^-1 gives N L = (I - N R) / c and L N = (I - R N) / c: L the longest word whose c is a number.

    Where L is one factor and R = r W for an r that is shown not to be 0 and a word W, that of I too, N W L^-1 and
    L^-1 W N are (L^-1 - c N) / r, wherever L^-1 is defined, since r N W = I - c N L.
    """
    leads = [word for monomial, word in form.terms if word and not monomial and len(cut(ctx, word)) == 1]
    if not leads or any(rule.word and number in rule.word for rule in ctx.rules):
        return
    lead = max(leads, key=lambda w: (len(w), w))
    rest = dict(form.terms)
    value = Fraction(rest.pop(((), lead)))
    unit, inverted = Form(form.shape, {((), ()): 1}), Form(form.shape, {((), (number,)): 1})
    for pattern, product in (
        ((number, *lead), products.multiply(ctx, inverted, Form(form.shape, rest))),
        ((*lead, number), products.multiply(ctx, Form(form.shape, rest), inverted)),
    ):
        add_word_rule(ctx, "", pattern, f.times_number(f.add(unit, product, -1), 1 / value))
    if len(lead) == len(rest) == 1:
        (((monomial, word), factor),) = rest.items()
        if all(atom_nonzero(ctx, atom) for atom, _ in monomial):
            back = inverse_factor(ctx, lead[0])
            over = powers.power(ctx, f.of_monomial(monomial, factor), Fraction(-1))
            result = products.multiply(ctx, over, f.add(Form(form.shape, {((), (back,)): 1}), inverted, -value))
            for pattern in ((number, *word, back), (back, *word, number)):
                add_word_rule(ctx, "", pattern, result)


def add_word_rule(ctx: Context, name: str, word: Word, result: Form) -> None:
    """The rewrite word -> result, and its transpose."""
    ctx.rules.append(Rule(name, word, (), result))
    mirrored = ctx.transpose_word(word)
    if mirrored != word:
        ctx.rules.append(Rule(name, mirrored, (), products.transpose(ctx, result)))


def vanishes(ctx: Context, form: Form) -> bool:
    """Is a form shown to be zero once inverses in it are cleared away? What cannot be cleared shows nothing."""
    try:
        return _cleared_at_the_ends(ctx, form) or scalars.clear(ctx, _expanded(ctx, form)).is_zero
    except CannotDecide:
        return False


def _cleared_at_the_ends(ctx: Context, form: Form) -> bool:
    """Is P D, or D P, zero for the P of an inverse P^-1 at an end of D, and so on? Then so is D: P is invertible, since
    its inverse stands in the terms, of which `definedness` asks that it exists."""
    waiting: list[tuple[Form, frozenset[tuple[int, bool]]]] = [(form, frozenset())]
    for _ in range(MOST_CLEARED):
        if not waiting:
            return False
        form, done = waiting.pop(0)
        for number, at_start in sorted(_ends(form) - done):
            if isinstance(ctx.factors[number].what, k.Inverse):
                cleared = scalars.clear(ctx, _times_original(ctx, form, number, at_start))
                if cleared.is_zero:
                    return True
                waiting.append((cleared, done | {(number, at_start)}))
    return False


def _ends(form: Form) -> frozenset[tuple[int, bool]]:
    """The factors at the ends of the words of a form, and whether it is the start."""
    words_of = [word for _, word in form.terms if word]
    return frozenset({(word[0], True) for word in words_of} | {(word[-1], False) for word in words_of})


def _times_original(ctx: Context, form: Form, number: int, at_start: bool) -> Form:
    """P form, or form P, where the factor is P^-1: it is gone where it stands at that end."""
    original, gone, rest = _inverted(ctx, number), Form(form.shape, {}), Form(form.shape, {})
    for (monomial, word), value in form.terms.items():
        if word and word[0 if at_start else -1] == number:
            left = products.of_word(ctx, form.shape, word[1:] if at_start else word[:-1], monomial, value)
            gone = f.add(gone, left)
        else:
            rest = f.add(rest, Form(form.shape, {(monomial, word): value}))
    moved = products.multiply(ctx, original, rest) if at_start else products.multiply(ctx, rest, original)
    return f.add(gone, moved)


def _inverted(ctx: Context, number: int) -> Form:
    """What a factor, an inverse, is the inverse of."""
    node = ctx.factors[number]
    assert isinstance(node.what, k.Inverse)
    inner = node.what.of
    form = Form(node.shape, {((), (inner,)): 1}) if isinstance(inner, int) else f.thaw(inner)
    return products.transpose(ctx, form) if node.transposed else form


# ---- Sherman and Morrison within numbers --------------------------------------------------------------------
def _expanded(ctx: Context, form: Form) -> Form:
    """The form with each (c V + b u v')^-1 in a word, or in a number u'A v to a whole power, written out for an
    invertible V: V^-1/c - (b/c^2) V^-1 u v'V^-1 / (1 + (b/c) v'V^-1 u)."""
    numbers = {a: ctx.atoms[a].what for monomial, _ in form.terms for a, _ in monomial}
    words_of = [word for _, word in form.terms] + [w.word for w in numbers.values() if isinstance(w, k.Scalar)]
    known = {number: _of_rank_one(ctx, number) for word in words_of for number in word}
    written = {number: by for number, by in known.items() if by is not None}
    if not written:
        return form
    out = Form(form.shape, {})
    for (monomial, word), value in form.terms.items():
        part = _written(ctx, word, written, form.shape[0])
        for atom, exponent in monomial:
            what = numbers[atom]
            if isinstance(what, k.Scalar) and isinstance(exponent, int) and exponent > 0 and {*what.word} & {*written}:
                factor = powers.whole_power(ctx, _written(ctx, what.word, written, 1), exponent)
            else:
                factor = powers.settled(ctx, ((atom, exponent),))
            part = products.multiply(ctx, factor, part)
        out = f.add(out, part, value)
    return out


def _written(ctx: Context, word: Word, written: Mapping[int, Form], rows: Dimension) -> Form:
    """The product of a word's factors, some of them written out; of none of them it is I, or 1."""
    out = Form((rows, rows), {((), ()): 1})
    for number in word:
        node = ctx.factors[number]
        out = products.multiply(ctx, out, written.get(number) or Form(node.shape, {((), (number,)): 1}))
    return out


def _of_rank_one(ctx: Context, number: int) -> Form | None:
    """What Sherman and Morrison say that a factor is, if it is the inverse of such a sum."""
    what = ctx.factors[number].what
    if not isinstance(what, k.Inverse) or isinstance(what.of, int):
        return None
    form = _inverted(ctx, number)
    step = rank_one(ctx, form)
    if step is None:
        return None
    away = products.multiply(ctx, step.scale, powers.power(ctx, step.gain, Fraction(-1)))
    moved = products.of_word(ctx, form.shape, (*step.inverse, *step.dyad, *step.inverse))
    whole = f.add(products.of_word(ctx, form.shape, step.inverse), products.multiply(ctx, away, moved), -1)
    return products.multiply(ctx, step.over, whole)


@dataclass(frozen=True)
class RankOne:
    """A form c V + b u v' with an invertible c V, which is its term `lead`: 1/c, b/c, V^-1 and u v' as words, and
    1 + (b/c) v'V^-1 u."""

    lead: tuple[Monomial, Word]
    over: Form
    scale: Form
    inverse: Word
    dyad: Word
    gain: Form


def rank_one(ctx: Context, form: Form) -> RankOne | None:
    """The form as an invertible matrix and a step of rank one; None if it is not seen to be that."""
    for lead, other in permutations(form.terms) if len(form.terms) == 2 else ():
        (monomial, word), (beside, product) = lead, other
        outer = dyad(ctx, product)
        if outer is None or not term_invertible(ctx, monomial, word):
            continue
        over = powers.power(ctx, f.of_monomial(monomial, form.terms[lead]), Fraction(-1))
        scale = products.multiply(ctx, over, f.of_monomial(beside, form.terms[other]))
        inverse = _inverse_word(ctx, word)
        inside = products.scalar_word(ctx, (*outer[1], *inverse, *outer[0]))
        gain = f.add(f.scalar(1), products.multiply(ctx, scale, inside))
        return RankOne(lead, over, scale, inverse, product, gain)
    return None
