"""Means under a law that is assumed to be normal: of polynomials, one x after another taken out, and of exp of a'x.

For x ~ N(mu, S), also with a singular S, and a polynomial p
    E[x_i p(x)] = mu_i E[p(x)] + sum over j of S_ij E[dp/dx_j (x)],
which is Stein's identity; taken as often as there is an x, it is the theorem of Isserlis (Wick). It is used where
    * the law is assumed of this very symbol, with a mean and a covariance that vary with nothing random;
    * all that varies with x under E is a product of a'x, x'Bx and at most one column x and one row x', in which a and B
      do not vary with x, or, of a random number, a whole power of it;
    * x stands there at most `DEGREE` times.
And
    E[exp(a'x)] = exp(a'mu + a'S a/2),
where all that varies with x is a product of exp of numbers a'x, to rational powers, in which a does not vary with x:
exp(a'x)^c exp(b'x) is exp((c a + b)'x). Anything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce

from theory.terms import Shape, Symbol
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import products
from verify.proof.matrices.exponentials import exponential
from verify.proof.matrices.forms import Context, Form, GaussianLaw
from verify.proof.matrices.kinds import Monomial, Word
from verify.proof.matrices.words import shape_of

DEGREE = 6


def lowered(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol) -> Form | None:
    """A form of lower degree in x with the mean of inside * word; None where the module's conditions are not met."""
    law = ctx.gaussian.get(over)
    if law is None:
        return None
    made = _of_number if over.is_scalar else _of_column
    found = made(ctx, shape, inside, word, over, law) or _of_exponentials(ctx, shape, inside, word, over, law)
    if found is not None:
        ctx.step()
        ctx.used.add(law.name)
    return found


def _of_number(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol, law: GaussianLaw) -> Form | None:
    """x^n becomes mu x^(n - 1) + (n - 1) S x^(n - 2)."""
    x = ctx.atom(k.Named(over), frozenset({over}))
    if len(inside) != 1 or over in ctx.varies((), word):
        return None
    ((atom, degree),) = inside
    if atom != x or type(degree) is not int or not 0 < degree <= DEGREE:
        return None
    out = products.multiply(ctx, law.mean, _power(x, degree - 1))
    if degree > 1:
        squared = products.multiply(ctx, law.covariance, _power(x, degree - 2))
        out = f.add(out, squared, degree - 1)
    return f.beside(out, shape, word)


def _power(atom: int, exponent: int) -> Form:
    return f.of_monomial(((atom, exponent),) if exponent else ())


def _of_column(ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol, law: GaussianLaw) -> Form | None:
    x = ctx.factor(k.Named(over), frozenset({over}), over.shape)
    xt = ctx.transpose_factor(x)
    numbers = _numbers(ctx, inside, over, x)
    places = [i for i, factor in enumerate(word) if over in ctx.factors[factor].varies]
    if numbers is None or any(word[i] not in (x, xt) for i in places):
        return None
    if len(places) > 1 and [(i - places[0], word[i]) for i in places] != [(0, x), (1, xt)]:
        return None
    if not 0 < len(places) + sum(len(_rows(ctx, number, x)) for number in numbers) <= DEGREE:
        return None
    if places:
        return _out_of_word(ctx, numbers, word, places, x, law)
    return f.beside(_out_of_number(ctx, numbers, x, law), shape, word)


def _numbers(ctx: Context, inside: Monomial, over: Symbol, x: int) -> list[Word] | None:
    """The factors a'x and x'Bx of a monomial, each as often as it stands there; None where it has any other."""
    found: list[Word] = []
    for atom, exponent in inside:
        what = ctx.atoms[atom].what
        if not isinstance(what, k.Scalar) or type(exponent) is not int or exponent < 0:
            return None
        ends = what.word[0] == ctx.transpose_factor(x), what.word[-1] == x
        middle = what.word[ends[0] : len(what.word) - ends[1]]
        if not any(ends) or over in ctx.varies((), middle):
            return None
        found += [what.word] * min(exponent, DEGREE + 1)
    return found


def _rows(ctx: Context, number: Word, x: int) -> list[Word]:
    """The rows r with r x the number, one for each x in it: a' of a'x, x'B and x'B' of x'Bx. They add up to its
    derivative."""
    found = [number[:-1]] if number[-1] == x else []
    if number[0] == ctx.transpose_factor(x):
        found.append(ctx.transpose_word(number[1:]))
    return found


def _out_of_word(ctx: Context, numbers: list[Word], word: Word, places: list[int], x: int, law: GaussianLaw) -> Form:
    """The first x, or x', of the word taken out."""
    at = places[0]
    left, right, is_column = word[:at], word[at + 1 :], word[at] == x
    mean = law.mean if is_column else products.transpose(ctx, law.mean)
    out = _beside(ctx, numbers, _between(ctx, left, mean, right))
    if len(places) == 2:  # x x'
        pair = _between(ctx, left, law.covariance, right[1:])
        out = f.add(out, _beside(ctx, numbers, pair))
    for row, others in _slots(ctx, numbers, x):
        if is_column:
            pair = _between(ctx, left, law.covariance, (*ctx.transpose_word(row), *right))
        else:
            pair = _between(ctx, (*left, *row), law.covariance, right)
        out = f.add(out, _beside(ctx, others, pair))
    return out


def _out_of_number(ctx: Context, numbers: list[Word], x: int, law: GaussianLaw) -> Form:
    """The x at the end of the first number, which is r x, taken out."""
    first, *others = numbers
    row, *more = _rows(ctx, first, x)
    out = _beside(ctx, others, _between(ctx, row, law.mean, ()))
    if more:  # x'B x
        square = products.trace(ctx, _between(ctx, row[1:], law.covariance, ()))
        out = f.add(out, _beside(ctx, others, square))
    for other, rest in _slots(ctx, others, x):
        pair = _between(ctx, row, law.covariance, ctx.transpose_word(other))
        out = f.add(out, _beside(ctx, rest, pair))
    return out


# ---- exp ----------------------------------------------------------------------------------------------------
def _of_exponentials(
    ctx: Context, shape: Shape, inside: Monomial, word: Word, over: Symbol, law: GaussianLaw
) -> Form | None:
    """The mean of exp(a'x), the a of all factors added up, beside what does not vary with x."""
    if not inside or over in ctx.varies((), word):
        return None
    rows: list[Form] = []
    for atom, power in inside:
        what = ctx.atoms[atom].what
        part = _row_of(ctx, what.of, over) if isinstance(what, k.Exponential) else None
        if part is None:
            return None
        rows.append(f.times_number(part, power))
    row = reduce(f.add, rows)
    variance = products.multiply(ctx, products.multiply(ctx, row, law.covariance), products.transpose(ctx, row))
    exponent = f.add(products.multiply(ctx, row, law.mean), variance, Fraction(1, 2))
    return f.beside(exponential(ctx, exponent), shape, word)


def _row_of(ctx: Context, monomial: Monomial, over: Symbol) -> Form | None:
    """The row a' of a monomial a'x, in which a does not vary with x; None of any other."""
    fixed = tuple(p for p in monomial if over not in ctx.atoms[p[0]].varies)
    varying = [p for p in monomial if over in ctx.atoms[p[0]].varies]
    if len(varying) != 1 or varying[0][1] != 1:
        return None
    what = ctx.atoms[varying[0][0]].what
    if what == k.Named(over):
        return f.of_monomial(fixed)
    x = ctx.factor(k.Named(over), frozenset({over}), over.shape)
    rows = _rows(ctx, what.word, x) if isinstance(what, k.Scalar) else []
    if len(rows) != 1 or over in ctx.varies((), rows[0]):
        return None
    return Form(shape_of(ctx, rows[0]), {(fixed, rows[0]): 1})


def _slots(ctx: Context, numbers: list[Word], x: int) -> Iterator[tuple[Word, list[Word]]]:
    """Each row of each number, with the other numbers: the derivative of their product."""
    for i, number in enumerate(numbers):
        for row in _rows(ctx, number, x):
            yield row, numbers[:i] + numbers[i + 1 :]


def _beside(ctx: Context, numbers: list[Word], form: Form) -> Form:
    """The form times each of the numbers."""
    for number in numbers:
        form = products.multiply(ctx, products.scalar_word(ctx, number), form)
    return form


def _between(ctx: Context, left: Word, middle: Form, right: Word) -> Form:
    """left * middle * right, of words that may be empty."""
    out = products.multiply(ctx, products.of_word(ctx, shape_of(ctx, left), left), middle) if left else middle
    return products.multiply(ctx, out, products.of_word(ctx, shape_of(ctx, right), right)) if right else out
