"""Signs of forms: what is positive, nonnegative or nonzero by declared properties. No means "not shown"."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

from theory.terms import Property
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs_of_entries as entries
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.words import leading

MOST_POWERS = 40  # of a dimension, in a sign counted from 1


def is_nonnegative(ctx: Context, form: Form) -> bool:
    """A number, and every term of it is shown >= 0 (coefficient included), dimensions counted from 1."""
    return form.shape == (1, 1) and _termwise(ctx, _from_one(ctx, form)[0])


def is_positive(ctx: Context, form: Form) -> bool:
    """Nonnegative, with one term that vanishes nowhere."""
    counted, excesses = _from_one(ctx, form)
    return is_nonnegative(ctx, form) and any(
        all(a not in excesses for a, _ in m) and _nowhere_zero(ctx, m) for m, _ in counted.terms
    )


def _termwise(ctx: Context, form: Form) -> bool:
    return all(term_sign(ctx, m, c) for (m, _), c in form.terms.items())


def _from_one(ctx: Context, form: Form) -> tuple[Form, frozenset[int]]:
    """The form times powers of its dimensions n, with n = 1 + k: now these atoms stand for the k, which are >= 0.

    The sign is that of the form, since every dimension is at least 1.
    """
    found = {a for m, _ in form.terms for a, _ in m if ctx.atoms[a].declared(Property.DIMENSION)}
    for atom in sorted(found):
        exponents = [dict(m).get(atom, 0) for m, _ in form.terms]
        if any(not isinstance(e, int) for e in exponents) or max(exponents) - min(exponents) > MOST_POWERS:
            found.discard(atom)
            continue
        low: int = int(min(exponents))
        terms: f.Terms = {}
        for (monomial, word), value in form.terms.items():
            rest = tuple(p for p in monomial if p[0] != atom)
            power = int(dict(monomial).get(atom, 0)) - low
            for degree in range(power + 1):
                key = f.merge(rest, ((atom, degree),)) if degree else rest
                f.accumulate(terms, (key, word), value * comb(power, degree))
        form = Form(form.shape, terms)
    return form, frozenset(found)


def is_nonzero(ctx: Context, form: Form) -> bool:
    """Shown to vanish nowhere: one term of nonzero atoms, or a positive or negative sum."""
    if len(form.terms) == 1:
        ((monomial, _),) = form.terms
        if _nowhere_zero(ctx, monomial):
            return True
    return is_positive(ctx, form) or is_positive(ctx, f.times_number(form, -1))


def _nowhere_zero(ctx: Context, monomial: Monomial) -> bool:
    return all(atom_nonzero(ctx, atom) for atom, _ in monomial)


def term_sign(ctx: Context, monomial: Monomial, value: Coefficient) -> bool:
    positive = value > 0
    for atom, exponent in monomial:
        if exponent % 2 == 0 or exponent.denominator > 1 or atom_nonnegative(ctx, atom):
            continue
        if not atom_nonpositive(ctx, atom):
            return False
        positive = not positive
    return positive


# ---- atoms --------------------------------------------------------------------------------------------------
def atom_positive(ctx: Context, atom: int) -> bool:
    node = ctx.atoms[atom]
    match node.what:
        case k.Named():
            return _declared(ctx, node, Property.POSITIVE)
        case k.Scalar(word):
            return _word_positive(ctx, word)
        case k.Determinant(inner):
            return factor_definite(ctx, inner) if isinstance(inner, int) else definite(ctx, f.thaw(inner))
        case k.LargestEigenvalue(inner):
            return definite(ctx, f.thaw(inner))
        case k.Prime() | k.Exponential():
            return True
        case k.Abs(inner):
            return atom_nonzero(ctx, inner) if isinstance(inner, int) else is_nonzero(ctx, f.thaw(inner))
        case k.Elementwise() as value:
            return entries.value_positive(value)
        case k.Iterate(base=base) if base is not None:
            return is_positive(ctx, f.thaw(base))
        case k.Sum(form):
            return is_positive(ctx, f.thaw(form))
        case k.Trace(word):  # of a definite matrix, or of two
            return all(factor_invertible(ctx, number) for number in word) and _trace_nonnegative(ctx, word)
        case k.Expectation(_, inside):
            return term_sign(ctx, inside, 1) and _nowhere_zero(ctx, inside)
    return False


def atom_nonnegative(ctx: Context, atom: int) -> bool:
    if atom_positive(ctx, atom):
        return True
    node = ctx.atoms[atom]
    match node.what:
        case k.Named():
            return _declared(ctx, node, Property.NONNEGATIVE)
        case k.Scalar(word):
            return word_semidefinite(ctx, word) or entries.nonnegative(ctx, word)
        case k.Trace(word):
            return _trace_nonnegative(ctx, word) or entries.nonnegative(ctx, word)
        case k.Elementwise() as value:
            return entries.value_nonnegative(value)
        case k.Iterate(base=base) if base is not None:
            return is_nonnegative(ctx, f.thaw(base))
        case k.Determinant(inner):
            return factor_semidefinite(ctx, inner) if isinstance(inner, int) else semidefinite(ctx, f.thaw(inner))
        case k.LargestEigenvalue(inner):
            return semidefinite(ctx, f.thaw(inner))
        case k.Abs():
            return True
        case k.Sum(form):
            return is_nonnegative(ctx, f.thaw(form))
        case k.Expectation(_, inside):
            return term_sign(ctx, inside, 1)
    return False


def atom_negative(ctx: Context, atom: int) -> bool:
    what = ctx.atoms[atom].what
    if isinstance(what, k.LargestEigenvalue):
        return definite(ctx, f.times_number(f.thaw(what.of), -1))
    return _declared(ctx, ctx.atoms[atom], Property.NEGATIVE)


def atom_nonpositive(ctx: Context, atom: int) -> bool:
    """Negative, or the largest eigenvalue of a matrix whose negative is semidefinite."""
    what = ctx.atoms[atom].what
    if isinstance(what, k.LargestEigenvalue):
        return semidefinite(ctx, f.times_number(f.thaw(what.of), -1))
    return atom_negative(ctx, atom)


def atom_nonzero(ctx: Context, atom: int) -> bool:
    if atom_positive(ctx, atom) or atom_negative(ctx, atom):
        return True
    node = ctx.atoms[atom]
    match node.what:
        case k.Sum(form):
            return is_nonzero(ctx, f.thaw(form))
        case k.Determinant(inner):
            return factor_invertible(ctx, inner) if isinstance(inner, int) else invertible(ctx, f.thaw(inner))
        case k.Parity():
            return True
        case k.Iterate(base=base) if base is not None:
            return is_nonzero(ctx, f.thaw(base))
    return _declared(ctx, node, Property.NONZERO)


_WORDS = {
    Property.POSITIVE: "{} > 0",
    Property.NONNEGATIVE: "{} >= 0",
    Property.NEGATIVE: "{} < 0",
    Property.NONZERO: "{} != 0",
    Property.INVERTIBLE: "{} invertible",
    Property.POSITIVE_DEFINITE: "{} positive definite",
    Property.POSITIVE_SEMIDEFINITE: "{} positive semidefinite",
    Property.PROJECTOR: "{} a projector",
    Property.ORTHOGONAL: "{} orthogonal",
    Property.BASIS: "{} a standard basis vector",
}


def _declared(ctx: Context, node: f.Node, prop: Property) -> bool:
    if not node.declared(prop):
        return False
    if not node.declared(Property.DIMENSION):
        ctx.used.add(_WORDS[prop].format(node.name))
    return True


# ---- quadratic forms ----------------------------------------------------------------------------------------
def word_semidefinite(ctx: Context, word: Word) -> bool:
    """I, M, t' t or t' M t with M positive semidefinite, diagonal without negative entries: a matrix, or a number."""
    if len(word) == 1:
        return factor_semidefinite(ctx, word[0])
    if all(isinstance(ctx.factors[number].what, k.Diagonal) for number in word) and (
        entries.nonnegative(ctx, word) or all(factor_semidefinite(ctx, number) for number in word)
    ):
        return True
    half, middle = _palindrome(ctx, word)
    return half is not None and (middle is None or factor_semidefinite(ctx, middle))


def word_definite(ctx: Context, word: Word) -> bool:
    """Is a square word, not that of I, shown to be positive definite?"""
    return word_semidefinite(ctx, word) and all(factor_invertible(ctx, number) for number in word)


def _word_positive(ctx: Context, word: Word) -> bool:
    if entries.positive(ctx, word):
        return True
    half, middle = _palindrome(ctx, word)
    if half is None or not column_nonzero(ctx, half):
        return False
    return middle is None or factor_definite(ctx, middle)


def _trace_nonnegative(ctx: Context, word: Word) -> bool:
    """Is one of the rotations of a word semidefinite, or the product of two that are?"""
    return any(_of_two(ctx, word[i:] + word[:i]) for i in range(len(word)))


def _of_two(ctx: Context, word: Word) -> bool:
    """Is it semidefinite, or the product of two that are? The trace of either is >= 0."""
    cuts = range(1, len(word))
    return word_semidefinite(ctx, word) or any(
        word_semidefinite(ctx, word[:i]) and word_semidefinite(ctx, word[i:]) for i in cuts
    )


def _palindrome(ctx: Context, word: Word) -> tuple[Word | None, int | None]:
    """The right half t of a word t' t or t' M t (M symmetric), and M."""
    if ctx.transpose_word(word) != word:
        return None, None
    n = len(word)
    return word[n - n // 2 :], (word[n // 2] if n % 2 else None)


def column_nonzero(ctx: Context, word: Word) -> bool:
    """Invertible factors applied to a column declared nonzero or positive, or the ones."""
    *chain, last = word
    if any(not factor_invertible(ctx, x) for x in chain):
        return False
    node = ctx.factors[last]
    if isinstance(node.what, k.Ones) or _declared(ctx, node, Property.BASIS) or _declared(ctx, node, Property.POSITIVE):
        return True
    return _declared(ctx, node, Property.NONZERO)


def factor_definite(ctx: Context, number: int) -> bool:
    node = ctx.factors[number]
    if isinstance(node.what, k.Inverse):
        inner = node.what.of
        return factor_definite(ctx, inner) if isinstance(inner, int) else definite(ctx, f.thaw(inner))
    if isinstance(node.what, k.Diagonal):
        return entries.positive(ctx, node.what.word) or _diagonal_of(ctx, node.what.word, word_definite)
    if isinstance(node.what, k.Hadamard):  # Schur
        return all(word_definite(ctx, part) for part in node.what.parts)
    if isinstance(node.what, k.Kronecker):
        return _all_parts(ctx, node.what, word_definite)
    if isinstance(node.what, k.Iterate):
        return node.what.base is not None and definite(ctx, f.thaw(node.what.base))
    return _declared(ctx, node, Property.POSITIVE_DEFINITE)


def factor_invertible(ctx: Context, number: int) -> bool:
    node = ctx.factors[number]
    if isinstance(node.what, k.Inverse):
        inner = node.what.of
        return factor_invertible(ctx, inner) if isinstance(inner, int) else invertible(ctx, f.thaw(inner))
    if factor_definite(ctx, number):
        return True
    if isinstance(node.what, k.Kronecker):
        return _all_parts(ctx, node.what, lambda _, word: all(factor_invertible(ctx, part) for part in word))
    if isinstance(node.what, k.Iterate):
        return node.what.base is not None and invertible(ctx, f.thaw(node.what.base))
    return _declared(ctx, node, Property.INVERTIBLE) or _declared(ctx, node, Property.ORTHOGONAL)


def factor_semidefinite(ctx: Context, number: int) -> bool:
    if factor_definite(ctx, number):
        return True
    node = ctx.factors[number]
    if isinstance(node.what, k.SecondMoment):
        return term_sign(ctx, node.what.inside, 1)
    if isinstance(node.what, k.Moment):
        return term_sign(ctx, node.what.inside, 1) and word_semidefinite(ctx, node.what.word)
    if isinstance(node.what, k.Diagonal):
        return entries.nonnegative(ctx, node.what.word) or _diagonal_of(ctx, node.what.word, word_semidefinite)
    if isinstance(node.what, k.Hadamard):  # Schur
        return all(word_semidefinite(ctx, part) for part in node.what.parts)
    if isinstance(node.what, k.Kronecker):
        return _all_parts(ctx, node.what, word_semidefinite)
    if isinstance(node.what, k.Iterate):
        return node.what.base is not None and semidefinite(ctx, f.thaw(node.what.base))
    return _declared(ctx, node, Property.POSITIVE_SEMIDEFINITE) or _declared(ctx, node, Property.PROJECTOR)


def _all_parts(ctx: Context, what: k.Kronecker, kind: Callable[[Context, Word], bool]) -> bool:
    """Is every part of a Kronecker product square, and I or of a kind?"""
    return all(shape[0] == shape[1] and (not word or kind(ctx, word)) for word, shape in what.parts)


def _diagonal_of(ctx: Context, column: Word, kind: Callable[[Context, Word], bool]) -> bool:
    """Is a column the diagonal of a word of a kind?"""
    what = ctx.factors[column[-1]].what
    return len(leading(ctx, column)) == len(column) - 1 and isinstance(what, k.DiagonalOf) and kind(ctx, what.word)


def projects(ctx: Context, number: int) -> bool:
    """Is a factor declared a projector?"""
    return _declared(ctx, ctx.factors[number], Property.PROJECTOR)


def no_entry_negative(ctx: Context, form: Form) -> bool:
    """Is no entry of a form negative, term by term?"""
    return all(term_sign(ctx, m, value) and entries.nonnegative(ctx, w) for (m, w), value in form.terms.items())


def each_entry_positive(ctx: Context, form: Form) -> bool:
    """Is each entry of a column form > 0: none negative term by term, with one term of positive entries?"""
    return no_entry_negative(ctx, form) and any(
        _nowhere_zero(ctx, m) and entries.positive(ctx, word) for m, word in form.terms
    )


# ---- matrices -----------------------------------------------------------------------------------------------
def semidefinite(ctx: Context, form: Form) -> bool:
    """Is a square form shown to be symmetric and positive semidefinite, term by term?"""
    return all(term_sign(ctx, m, value) and word_semidefinite(ctx, word) for (m, word), value in form.terms.items())


def definite(ctx: Context, form: Form) -> bool:
    """Semidefinite, with one term that is invertible."""
    return semidefinite(ctx, form) and any(term_invertible(ctx, m, word) for m, word in form.terms)


def invertible(ctx: Context, form: Form) -> bool:
    """Is a square form shown to be invertible: one invertible term, or definite?"""
    if len(form.terms) == 1:
        ((monomial, word),) = form.terms
        if term_invertible(ctx, monomial, word):
            return True
    return definite(ctx, form)


def term_invertible(ctx: Context, monomial: Monomial, word: Word) -> bool:
    """Is a term of a square form shown to be invertible, whatever number stands before it?"""
    return _nowhere_zero(ctx, monomial) and all(factor_invertible(ctx, n) for n in word)
