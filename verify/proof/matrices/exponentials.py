"""log of numbers in normal form, and exp, log and rsqrt of each entry of a column; exp of numbers is in `powers`.

    exp(x + y) = exp x exp y        exp(c x) = (exp x)^c for rational c        exp(log x) = x        log(exp x) = x
    log(x y) = log x + log y and log(x^c) = c log x for x, y > 0               exp(v + c 1) = exp(c) exp(v)
    log(u o v) = log(u) + log(v) and rsqrt(u o v) = rsqrt(u) o rsqrt(v) for columns u, v of positive entries
    log(rsqrt(v)) = -log(v)/2       log(det(Diag(v))) = 1'log(v) for a v of positive entries,
                                    as is the diagonal of a definite matrix
    log(det(c I)) = d log(c) for c > 0, d the size of I, exp(d log(c)) = det(c I) and exp(1'log(v)) = det(Diag(v))

The first line needs nothing but that its sides are defined, and neither does log(rsqrt(v)); of columns
exp(log(v) + u) = v o exp(u). What is not shown to be positive stays under its log, or its root.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from theory.terms import Activation, Property
from theory.terms.symbols import activation
from verify.proof.matrices import contents, powers, products, scalars
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs_of_entries as entries
from verify.proof.matrices.eigenvalues import largest_eigenvalue, nonnegative_content
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Word
from verify.proof.matrices.known_activations import EXP, RSQRT
from verify.proof.matrices.signs import atom_positive, factor_definite, is_positive
from verify.proof.matrices.words import (
    applied,
    argument,
    diagonal,
    diagonal_entries,
    exponent,
    flattened,
    is_ones,
    leading,
    ones,
    turned,
)

LOG = activation("log")
MOST_TIMES, MOST_TERMS = 8, 64  # that a column stands in a product for exp of its logarithm, and those it is then of


def exponential(ctx: Context, form: Form) -> Form:
    """exp of a scalar form, with exp(c max(v)) = max(exp(v))^c, as exp is increasing, and exp(n log(c)) = det(c I)."""
    out, rest = f.scalar(1), f.scalar(0)
    for (monomial, _), value in form.terms.items():
        largest, power = _largest(ctx, monomial), _multiple_of_one(ctx, monomial)
        power = _product_of_entries(ctx, monomial) if power is None else power
        if largest is not None:
            out = products.multiply(ctx, out, powers.power(ctx, largest, Fraction(value)))
        elif power is not None and Fraction(value).denominator == 1:
            out = products.multiply(ctx, out, powers.settled(ctx, ((power, int(value)),)))
        else:
            rest = f.add(rest, f.of_monomial(monomial, value))
    return products.multiply(ctx, out, powers.exponential(ctx, rest))


def _multiple_of_one(ctx: Context, monomial: k.Monomial) -> int | None:
    """det(c I) for n log(c), n the size of I and no number of steps: c^n, and c > 0 wherever log(c) is defined."""
    whats = [ctx.atoms[atom].what for atom, exponent in monomial if exponent == 1]
    named = [what.symbol for what in whats if isinstance(what, k.Named)]
    sizes = [s for s in named if s.has(Property.DIMENSION) and not s.has(Property.STEPS)]
    logs = [what.of for what in whats if isinstance(what, k.Logarithm)]
    if len(monomial) != 2 or len(sizes) != 1 or len(logs) != 1:
        return None
    whole = Form((sizes[0], sizes[0]), dict(f.thaw(logs[0]).terms))
    return ctx.atom(k.Determinant(f.freeze(whole)), f.varying(ctx, whole))


def _product_of_entries(ctx: Context, monomial: k.Monomial) -> int | None:
    """det(Diag(v)) for 1'log(v), v one word: the product of the entries of v, each > 0 wherever log(v) is defined."""
    what = ctx.atoms[monomial[0][0]].what if len(monomial) == 1 and monomial[0][1] == 1 else None
    if not isinstance(what, k.Scalar) or len(what.word) != 2:
        return None
    for row, column in (what.word, ctx.transpose_word(what.word)):
        inside = ctx.factors[column].what
        if (
            is_ones(ctx, row)
            and isinstance(inside, k.Elementwise)
            and (inside.function.name, inside.order) == ("log", 0)
        ):
            matrix = diagonal(ctx, argument(ctx, column))
            for (inner, word), value in matrix.terms.items():
                if len(matrix.terms) == len(word) == value == 1 and not inner:
                    return ctx.atom(k.Determinant(word[0]), f.varying(ctx, matrix))
    return None


def _largest(ctx: Context, monomial: k.Monomial) -> Form | None:
    """max(exp(v)) where a monomial is max(v) alone, the largest eigenvalue of Diag(v); None where it is not."""
    what = ctx.atoms[monomial[0][0]].what if len(monomial) == 1 and monomial[0][1] == 1 else None
    column = diagonal_entries(ctx, f.thaw(what.of)) if isinstance(what, k.LargestEigenvalue) else None
    return None if column is None else largest_eigenvalue(ctx, diagonal(ctx, entrywise(ctx, EXP, column)))


def logarithm(ctx: Context, form: Form) -> Form:
    """log of a scalar form that is positive where it is defined."""
    if form.is_zero:
        raise f.CannotDecide("the logarithm of 0")
    (monomial, number), primitive = contents.split_content(form)
    if not all(atom_positive(ctx, atom) for atom, _ in monomial):
        return _atom(ctx, form)
    out = Form((1, 1), {})
    for prime, multiplicity in contents.prime_powers(number):
        out = f.add(out, _atom(ctx, f.scalar(prime)), multiplicity)
    for atom, power in monomial:
        out = f.add(out, _of_atom(ctx, atom), power)
    return out if primitive.terms == {((), ()): 1} else f.add(out, _atom(ctx, primitive))


def _of_atom(ctx: Context, atom: int) -> Form:
    what = ctx.atoms[atom].what
    if isinstance(what, k.Exponential):
        return f.of_monomial(what.of)
    if isinstance(what, k.Sum):
        return logarithm(ctx, f.thaw(what.form))
    if isinstance(what, k.LargestEigenvalue) and (column := diagonal_entries(ctx, f.thaw(what.of))) is not None:
        inside = exponent(ctx, column)
        if inside is not None:  # log(max(exp(v))) = max(v)
            return largest_eigenvalue(ctx, diagonal(ctx, inside))
    if isinstance(what, k.Determinant) and not isinstance(what.of, int):
        of = f.thaw(what.of)  # c I
        scale = Form((1, 1), {key: value for key, value in of.terms.items() if key[1] == ()})
        if len(scale.terms) == len(of.terms) and is_positive(ctx, scale):
            return products.multiply(ctx, f.dimension_form(ctx, of.shape[0]), logarithm(ctx, scale))
    if isinstance(what, k.Determinant) and isinstance(what.of, int):
        inner = ctx.factors[what.of].what
        if isinstance(inner, k.Diagonal) and factor_definite(ctx, what.of):
            return _sum_of_logarithms(ctx, inner.word)
    return _atom(ctx, f.scalar(what.value) if isinstance(what, k.Prime) else f.of_atom(atom))


def _sum_of_logarithms(ctx: Context, word: Word) -> Form:
    """1'log(v) of a column of positive entries."""
    size = ctx.factors[word[0]].shape[0]
    column = of_positive_entries(ctx, LOG, Form((size, 1), {((), word): 1}))
    one = products.of_word(ctx, column.shape, (ones(ctx, size),))
    return products.multiply(ctx, products.transpose(ctx, one), column)


def _atom(ctx: Context, form: Form) -> Form:
    return powers.settled(ctx, ((ctx.atom(k.Logarithm(f.freeze(form)), f.varying(ctx, form)), 1),))


# ---- of each entry of a column ------------------------------------------------------------------------------
def entrywise(ctx: Context, function: Activation, form: Form) -> Form:
    """exp of each entry of a column form: what is the same in every entry is taken out, and exp(log(v)) is v."""
    shifts = {key: value for key, value in form.terms.items() if len(key[1]) == 1 and is_ones(ctx, key[1][0])}
    logs = {key: found for key, value in form.terms.items() if (found := _of_logarithm(ctx, *key, value)) is not None}
    taken = shifts.keys() | logs.keys()
    rest = Form(form.shape, {key: value for key, value in form.terms.items() if key not in taken})
    common = exponential(ctx, Form((1, 1), {(monomial, ()): value for (monomial, _), value in shifts.items()}))
    if rest.is_zero:
        word: Word = (ctx.factor(k.Ones(form.shape[0]), frozenset(), form.shape),)
    else:
        word = applied(ctx, function, 0, rest)
    alone = products.of_word(ctx, form.shape, word)
    return products.multiply(ctx, common, reduce(lambda a, b: _product(ctx, b, a), logs.values(), alone))


def _of_logarithm(ctx: Context, monomial: k.Monomial, word: Word, value: Coefficient) -> Form | None:
    """exp of a multiple of log(v), or of P log(v) with a permutation P, as a product of v and rsqrt(v): of each half of
    the logarithm one root; None of anything else."""
    turn, halves = leading(ctx, word), 2 * Fraction(value)
    what = ctx.factors[word[-1]].what if len(word) == len(turn) + 1 else None
    if monomial or not isinstance(what, k.Elementwise) or (what.function.name, what.order) != ("log", 0):
        return None
    if what.argument[0][1] != 1 or halves.denominator != 1 or abs(halves) > 2 * MOST_TIMES:
        return None
    inside = f.thaw(what.argument)
    times = max(0, -(-int(halves) // 2))  # of v^(3/2) = v o v o rsqrt(v) two, and of v^(-3/2) none
    if len(inside.terms) ** times > MOST_TERMS:
        return None
    root = products.of_word(ctx, inside.shape, applied(ctx, RSQRT, 0, inside))
    columns = [*[inside] * times, *[root] * (2 * times - int(halves))]
    out = reduce(lambda a, b: _product(ctx, a, b), columns)
    return turned(ctx, turn, out) if turn else out


def _product(ctx: Context, u: Form, v: Form) -> Form:
    return products.multiply(ctx, diagonal(ctx, u), v)


def of_positive_entries(ctx: Context, function: Activation, form: Form) -> Form:
    """log or rsqrt of each entry of a column: log(c z) = log(z) + log(c) 1, rsqrt(c z) = rsqrt(z)/c^(1/2) for c >= 0,
    being > 0 where they are defined; log(exp(u)) = u, rsqrt(exp(u)) = exp(-u/2)."""
    outside, inside = nonnegative_content(ctx, form)
    if inside.is_zero:
        raise f.CannotDecide(f"{function.name} of 0")
    logs = function.name == "log"
    value = _of_primitive(ctx, function, inside, logs=logs)
    if not logs:
        return products.multiply(ctx, powers.power(ctx, outside, Fraction(-1, 2)), value)
    one = products.of_word(ctx, form.shape, (ones(ctx, form.shape[0]),))
    return f.add(value, products.multiply(ctx, logarithm(ctx, outside), one))


def _single(like: Form, word: Word) -> Form:
    return Form(like.shape, {((), word): 1})


def _of_primitive(ctx: Context, function: Activation, inside: Form, *, logs: bool) -> Form:
    power = exponent(ctx, inside)
    if power is not None:
        return power if logs else entrywise(ctx, EXP, f.times_number(power, Fraction(-1, 2)))
    ((monomial, word), value), *others = inside.terms.items()
    if not others and not monomial and value == 1:
        if turn := leading(ctx, word):
            return turned(ctx, turn, _of_primitive(ctx, function, _single(inside, word[len(turn) :]), logs=logs))
        columns = flattened(ctx, [word])
        positive = [entries.positive(ctx, column) for column in columns]
        if len(columns) > 1 and positive.count(False) < 2:  # of one more factor each entry is > 0, as of the product
            parts = [of_positive_entries(ctx, function, _single(inside, column)) for column in columns]
            return reduce(f.add if logs else lambda a, b: _product(ctx, a, b), parts)
        if logs and len(word) == 1 and word[0] in ctx.roots:
            return f.times_number(of_positive_entries(ctx, function, argument(ctx, word[0])), Fraction(-1, 2))
    return products.of_word(ctx, inside.shape, applied(ctx, function, 0, scalars.reduce_sums(ctx, inside)))
