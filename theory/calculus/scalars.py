"""Powers, absolute values and sums in denominators, on scalar forms.

A power of a sum is kept as an atom whose base is primitive (content taken out); whole positive powers are expanded.
Where a root or a negative power is defined is not asked here but in `definedness`, of the term as it stands.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from theory.calculus import forms as f
from theory.calculus import words
from theory.calculus.forms import Coefficient, Context, Exponent, Form, Frozen, Monomial
from theory.calculus.terms import Symbol

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
    content, primitive = split_content(ctx, base)
    result = content_power(ctx, content, exponent)
    if result is None:
        primitive, result = base, f.scalar(1)
    if primitive.terms == {((), ()): 1}:
        return result
    if primitive.terms == {((), ()): -1} and exponent.denominator == 1:
        return f.times_number(result, -1 if exponent.numerator % 2 else 1)
    atom = ctx.atom("sum", (f.freeze(primitive),), _varies(ctx, primitive))
    return words.multiply(ctx, result, settled(ctx, ((atom, _tidy(exponent)),)))


def whole_power(ctx: Context, base: Form, exponent: int) -> Form:
    """base ** exponent by multiplication. Raises CannotDecide where that would not end in reasonable time."""
    if len(base.terms) == 1:
        (((monomial, _), value),) = base.terms.items()
        return settled(ctx, tuple((a, e * exponent) for a, e in monomial), value**exponent)
    if exponent * len(base.terms) > LARGEST_EXPANSION:
        raise f.CannotDecide(f"the power {exponent} of a sum of {len(base.terms)} terms is too large to expand")
    result = f.scalar(1)
    for _ in range(exponent):
        result = words.multiply(ctx, result, base)
    return result


def settled(ctx: Context, monomial: Monomial, value: Coefficient = 1) -> Form:
    """A monomial as a form, after the rules of its atoms."""
    form = words.settle_monomial(ctx, monomial)
    return f.times_number(form, value) if form is not None else f.of_monomial(monomial, value)


def _varies(ctx: Context, form: Form) -> frozenset[Symbol]:
    return frozenset[Symbol]().union(*(ctx.varies(m, w) for m, w in form.terms))


def _tidy(exponent: Fraction) -> Exponent:
    return int(exponent) if exponent.denominator == 1 else exponent


Content = tuple[Monomial, Coefficient]


def split_content(ctx: Context, base: Form) -> tuple[Content, Form]:
    """base = content * primitive: a positive rational, and the monomial that every term shares.

    A single term is all content, except for a minus sign, which stays in the primitive part.
    """
    values = [Fraction(v) for v in base.terms.values()]
    number = Fraction(gcd(*(v.numerator for v in values)), lcm(*(v.denominator for v in values)))
    monomials = [dict(m) for m, _ in base.terms]
    shared: dict[int, Exponent] = {}
    for atom in set().union(*monomials):
        exponents = [m.get(atom, 0) for m in monomials]
        low = min(exponents)
        if low:
            shared[atom] = low
    content = tuple(sorted(shared.items()))
    inverse = tuple((a, -e) for a, e in content)
    primitive = Form(base.shape, {(f.merge(m, inverse), ()): v / number for (m, _), v in base.terms.items()})
    return (content, number), primitive


def content_power(ctx: Context, content: Content, exponent: Fraction) -> Form | None:
    """The power of a monomial with a positive coefficient; None if a root of a factor of unknown sign is needed."""
    from theory.calculus.signs import atom_nonnegative

    monomial, number = content
    result = number_power(ctx, Fraction(number), exponent)
    for atom, e in monomial:
        if exponent.denominator == 1 or atom_nonnegative(ctx, atom):
            part = settled(ctx, ((atom, _tidy(e * exponent)),))
        elif e % 2 == 0:
            part = absolute_atom(ctx, atom, _tidy(e * exponent))
        else:
            return None
        result = words.multiply(ctx, result, part)
    return result


def number_power(ctx: Context, number: Fraction, exponent: Fraction) -> Form:
    """A positive rational to a rational power, over primes with exponents in (0, 1)."""
    if exponent.denominator == 1:
        return f.scalar(number ** int(exponent))
    result = f.scalar(1)
    for value, sign in ((number.numerator, 1), (number.denominator, -1)):
        for prime, multiplicity in _factorise(value).items():
            atom = ctx.atom("prime", (prime,), frozenset())
            result = words.multiply(ctx, result, settled(ctx, ((atom, _tidy(sign * multiplicity * exponent)),)))
    return result


def _factorise(value: int) -> dict[int, int]:
    """Prime factors by trial division up to 10^4; a larger cofactor is kept whole, which is sound but less tidy."""
    found: dict[int, int] = {}
    prime = 2
    while prime * prime <= value and prime < 10_000:
        while value % prime == 0:
            found[prime] = found.get(prime, 0) + 1
            value //= prime
        prime += 1
    if value > 1:
        found[value] = found.get(value, 0) + 1
    return found


def absolute_atom(ctx: Context, atom: int, exponent: Exponent) -> Form:
    """|atom| ** exponent."""
    from theory.calculus.signs import atom_negative, atom_nonnegative

    if exponent % 2 == 0 or atom_nonnegative(ctx, atom):
        return settled(ctx, ((atom, exponent),))
    if atom_negative(ctx, atom) and isinstance(exponent, int):
        return settled(ctx, ((atom, exponent),), -1)
    number = ctx.atom("abs", (atom,), ctx.atoms[atom].varies)
    return settled(ctx, ((number, exponent),))


def absolute(ctx: Context, form: Form) -> Form:
    """|form|: multiplicative on a single term; a sum of unknown sign stays as one atom, up to its sign."""
    from theory.calculus.signs import is_nonnegative

    if is_nonnegative(ctx, form):
        return form
    (content, number), primitive = split_content(ctx, form)
    result = f.scalar(number)
    for atom, exponent in content:
        result = words.multiply(ctx, result, absolute_atom(ctx, atom, exponent))
    if len(primitive.terms) == 1:
        return result
    if f.freeze(primitive)[1][0][1] < 0:
        primitive = f.times_number(primitive, -1)
    number_atom = ctx.atom("abs", (f.freeze(primitive),), _varies(ctx, primitive))
    return words.multiply(ctx, result, settled(ctx, ((number_atom, 1),)))


# ---- sums in denominators -----------------------------------------------------------------------------------
def base_of(ctx: Context, atom: int) -> Form:
    """The sum under a "sum" atom."""
    payload: Frozen = ctx.atoms[atom].payload[0]  # type: ignore[assignment]
    return f.thaw(payload)


def expand_sum(ctx: Context, atom: int, exponent: int) -> Form:
    return whole_power(ctx, base_of(ctx, atom), exponent)


def clear(ctx: Context, form: Form) -> Form:
    """A form that is zero exactly when the given one is: multiplied by sums until none has a negative power.

    Every such sum is nonzero where the terms are defined, which `definedness` asks of the terms as they stand.
    """
    while True:
        powers = {p for monomial, _ in form.terms for p in monomial}
        below = [(a, e) for a, e in powers if ctx.atoms[a].kind == "sum" and e < 0]
        if not below:
            return form
        ctx.step()
        atom, exponent = max(below)
        form = _times_atom(ctx, form, atom, -(exponent.__floor__()))


def _times_atom(ctx: Context, form: Form, atom: int, exponent: int) -> Form:
    out: f.Terms = {}
    for (monomial, word), value in form.terms.items():
        for (m, _), c in settled(ctx, f.merge(monomial, ((atom, exponent),))).terms.items():
            f.accumulate(out, (m, word), value * c)
    return Form(form.shape, out)


def reduce_sums(ctx: Context, form: Form) -> Form:
    """Divide by sums where a term's numerator contains a sum's leading monomial: (a)/(a + b) = 1 - b/(a + b)."""
    for _ in range(200):
        hit = _reducible(ctx, form)
        if hit is None:
            return form
        key, atom, left, lead_value, rest = hit
        ctx.step()
        value = form.terms[key]
        terms = dict(form.terms)
        del terms[key]
        quotient = settled(ctx, f.merge(left, ((atom, 1),)))
        replaced = f.add(quotient, words.multiply(ctx, settled(ctx, left), rest), -1)
        for (m, _), c in replaced.terms.items():
            f.accumulate(terms, (m, key[1]), value * c / Fraction(lead_value))
        form = Form(form.shape, terms)
    return form


def _reducible(ctx: Context, form: Form) -> tuple[tuple[Monomial, f.Word], int, Monomial, Coefficient, Form] | None:
    for key in form.terms:
        for atom, exponent in key[0]:
            if ctx.atoms[atom].kind == "sum" and exponent < 0:
                lead = _lead(ctx, atom)
                if lead is None:
                    continue
                monomial, value, rest = lead
                have = dict(key[0])
                if all(have.get(a, 0) >= e for a, e in monomial):
                    left = f.merge(key[0], tuple((a, -e) for a, e in monomial))
                    return key, atom, left, value, rest
    return None


def _lead(ctx: Context, atom: int) -> tuple[Monomial, Coefficient, Form] | None:
    """The leading monomial of a sum in the lexicographic order, its coefficient, and the other terms."""
    base = base_of(ctx, atom)
    if any(e < 0 for m, _ in base.terms for _, e in m):
        return None
    atoms = sorted({a for m, _ in base.terms for a, _ in m})
    key = max(base.terms, key=lambda k: [dict(k[0]).get(a, 0) for a in atoms])
    rest = dict(base.terms)
    value = rest.pop(key)
    return key[0], value, Form(base.shape, rest)
