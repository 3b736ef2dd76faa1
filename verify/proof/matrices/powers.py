"""Products and powers of numbers, which need one another: a product raises what it merges, a power multiplies out.

Monomials are settled: whole powers of primes and of sums, squares of absolute values, assumed rewrites. A power of a
sum is kept as an atom whose base is primitive (content taken out); whole positive powers are expanded. Where a root or
a negative power is defined is not asked here but in `definedness`, of the term as it stands.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from theory.terms.limits import problem_of_exponent
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.contents import Content, prime_powers, split_content, without_sign
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Exponent, Monomial, Word
from verify.proof.matrices.signs import atom_negative, atom_nonnegative, is_nonnegative
from verify.proof.matrices.words import is_orthogonal


def product(ctx: Context, left: Form, right: Form) -> Form:
    """The product of two numbers. Raises CannotDecide as `limit_pairs` does."""
    limit_pairs(left, right)
    out: f.Terms = {}
    for (m1, _), c1 in left.terms.items():
        for (m2, _), c2 in right.terms.items():
            put(ctx, out, c1 * c2, f.merge(m1, m2))
    return Form((1, 1), out)


def limit_pairs(left: Form, right: Form) -> None:
    """Raises CannotDecide for a product with more terms than could be multiplied out in reasonable time."""
    pairs = len(left.terms) * len(right.terms)
    if pairs > f.PAIR_LIMIT:
        raise f.CannotDecide(
            f"a product of sums of {len(left.terms)} and {len(right.terms)} terms is too large to expand"
        )


def put(ctx: Context, out: f.Terms, value: Coefficient, monomial: Monomial, word: Word = ()) -> None:
    """Add value * monomial * word to `out`, settling the monomial."""
    if ctx.special or ctx.ruled:
        changed = settle_monomial(ctx, monomial)
        if changed is not None:
            for (m, _), c in changed.terms.items():
                f.accumulate(out, (m, word), value * c)
            return
    f.accumulate(out, (monomial, word), value)


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
                return product(ctx, settled(ctx, _with(rest, atom, exponent - whole), 1), expand_sum(ctx, atom, whole))
            if isinstance(what, k.Parity | k.Determinant) and not 0 < exponent < 2:
                _note_orthogonal(ctx, what)
                return settled(ctx, _with(rest, atom, exponent % 2))
            if isinstance(what, k.Abs):
                twice = 2 * (exponent / Fraction(2)).__floor__()
                if twice:
                    if isinstance(what.of, int):
                        return settled(ctx, f.merge(_with(rest, atom, exponent - twice), ((what.of, twice),)), 1)
                    squared = power(ctx, f.thaw(what.of), Fraction(twice))
                    return product(ctx, settled(ctx, _with(rest, atom, exponent - twice), 1), squared)
    if any(atom in ctx.ruled for atom, _ in monomial):
        for rule in ctx.rules:
            if rule.word is None and (left := _divide(monomial, rule.monomial)) is not None:
                ctx.step()
                ctx.used.add(rule.name)
                ctx.depth += 1  # a later assumption may apply to the result
                again = (settled(ctx, m, value) for (m, _), value in rule.result.terms.items())
                result = reduce(f.add, again, Form((1, 1), {}))
                ctx.depth -= 1
                return product(ctx, settled(ctx, left, 1), result)
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
    return product(ctx, result, settled(ctx, ((atom, _tidy(exponent)),)))


def whole_power(ctx: Context, base: Form, exponent: int) -> Form:
    """base ** exponent by multiplication. Raises CannotDecide where that would not end in reasonable time."""
    if len(base.terms) == 1:
        (((monomial, _), value),) = base.terms.items()
        return settled(ctx, tuple((a, _tidy(e * exponent)) for a, e in monomial), value**exponent)
    if exponent * len(base.terms) > LARGEST_EXPANSION:
        raise f.CannotDecide(f"the power {exponent} of a sum of {len(base.terms)} terms is too large to expand")
    result = f.scalar(1)
    for _ in range(exponent):
        result = product(ctx, result, base)
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
        result = product(ctx, result, part)
    return result


def number_power(ctx: Context, number: Fraction, exponent: Fraction) -> Form:
    """A positive rational to a rational power, over primes with exponents in (0, 1)."""
    if exponent.denominator == 1:
        return f.scalar(number ** int(exponent))
    result = f.scalar(1)
    for prime, multiplicity in prime_powers(number):
        atom = ctx.atom(k.Prime(prime))
        result = product(ctx, result, settled(ctx, ((atom, _tidy(multiplicity * exponent)),)))
    return result


def absolute_atom(ctx: Context, atom: int, exponent: Exponent) -> Form:
    """|atom| ** exponent. Of the sign of the atom the exponent says nothing: (a^2)^(1/4) is |a|^(1/2)."""
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
    content, primitive = absolute_content(ctx, form)
    if len(primitive.terms) == 1:
        return content
    atom = ctx.atom(k.Abs(f.freeze(primitive)), f.varying(ctx, primitive))
    return product(ctx, content, settled(ctx, ((atom, 1),)))


def absolute_content(ctx: Context, form: Form) -> tuple[Form, Form]:
    """The absolute value of what all terms share, and what is left, up to its sign. What stands with an exponent that
    is no whole number is >= 0 where that is defined."""
    (content, number), primitive = split_content(form)
    result = f.scalar(number)
    for atom, exponent in content:
        root = exponent.denominator > 1
        result = product(ctx, result, settled(ctx, ((atom, exponent),)) if root else absolute_atom(ctx, atom, exponent))
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
        out = product(ctx, out, part)
    return out


# ---- sums in denominators -----------------------------------------------------------------------------------
def base_of(ctx: Context, atom: int) -> Form:
    """The sum under a "sum" atom."""
    what = ctx.atoms[atom].what
    assert isinstance(what, k.Sum)
    return f.thaw(what.form)


def expand_sum(ctx: Context, atom: int, exponent: int) -> Form:
    return whole_power(ctx, base_of(ctx, atom), exponent)
