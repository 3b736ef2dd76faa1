"""Terms read as quotients over generators: a row a node, each an identity wherever both are defined."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from theory import terms as t
from theory.terms import Symbol, Term, rewrite
from verify.proof.numbers import polynomials as p
from verify.proof.numbers.differential import derivative_of
from verify.proof.numbers.field import Field
from verify.proof.numbers.polynomials import Ratio

MOST_TURNS = 24  # the largest multiple of an angle that is expanded
HALF = Fraction(1, 2)


class UnreadableError(ValueError):
    """A term that the zero test has no row for, or must not read here."""


def read(f: Field, term: Term) -> Ratio:
    """The term as a quotient. Raises UnreadableError, ZeroDivisionError or TooLargeError."""
    match term:
        case t.Number(value):
            return p.constant(value)
        case t.Symbol():
            return _single(f, "symbol", term, varies=frozenset({term}))
        case t.Sum(terms):
            total = p.constant(0)
            for item in terms:
                total = p.plus(total, read(f, item))
            return total
        case t.Scale(scalar, body):
            return p.product(read(f, scalar), read(f, body))
        case t.Product(factors) if all(x.is_scalar for x in factors):
            result = p.constant(1)
            for factor in factors:
                result = p.product(result, read(f, factor))
            return result
        case t.Transpose(body) | t.Trace(body) if body.is_scalar:
            return read(f, body)
        case t.Power(base, exponent):
            if exponent.denominator == 1:
                return p.power(read(f, base), int(exponent))
            return _root(f, base, exponent)
        case t.Abs(body):
            if f.nonnegative(body):
                return read(f, body)
            if f.nonnegative(-body):
                return p.negative(read(f, body))
            return _single(f, "abs", "", (read(f, body),))
        case t.Call(definition, arguments):
            return _single(f, "call", definition, tuple(read(f, a) for a in arguments))
        case t.Derivative(body, variable, at, "gradient") if variable.is_scalar and f.differentiate:
            return read(f, rewrite.substitute(derivative_of(body, variable), {variable: at}))
        case t.Integral():
            return _integral(f, term)
        case t.Special(name, arguments):
            return _special(f, name, arguments)
    raise UnreadableError(f"there is no rule for {type(term).__name__} {term!r} in this line")


def _single(
    f: Field,
    kind: str,
    name: object,
    arguments: tuple[Ratio, ...] = (),
    *,
    varies: frozenset[Symbol] = frozenset(),
    positive: bool = False,
) -> Ratio:
    number = f.generator(kind, name, arguments, varies, positive=positive)
    return p.term(((number, Fraction(1)),))


# ---- roots --------------------------------------------------------------------------------------------------
def _root(f: Field, base: Term, exponent: Fraction) -> Ratio:
    """base^exponent. A product is taken apart only where no factor can be negative; that no power of it stands where it
    is 0 and may not be is for the caller to show, as everywhere."""
    factors = _factors(base, Fraction(1))
    numbers = [(x.value, e) for x, e in factors if isinstance(x, t.Number)]
    others = [(x, e) for x, e in factors if not isinstance(x, t.Number)]
    alone = [e for _, e in others] == [1]
    if not alone and all(v > 0 for v, _ in numbers) and all(_nonnegative(f, x) for x, _ in others):
        result = p.constant(1)
        for value, e in numbers:
            result = p.product(result, _number_root(f, value, e * exponent))
        for factor, e in others:
            result = p.product(result, _power(f, factor, e * exponent))
        return result
    return _fraction_power(f, read(f, base), exponent)


def _power(f: Field, base: Term, exponent: Fraction) -> Ratio:
    """base^exponent of a factor that is no product."""
    if exponent.denominator == 1:
        return p.power(read(f, base), int(exponent))
    return _fraction_power(f, read(f, base), exponent)


def _factors(term: Term, exponent: Fraction) -> list[tuple[Term, Fraction]]:
    match term:
        case t.Scale(scalar, body):
            return _factors(scalar, exponent) + _factors(body, exponent)
        case t.Product(factors):
            return [pair for factor in factors for pair in _factors(factor, exponent)]
        case t.Power(base, inner) if inner.denominator == 1:
            return _factors(base, exponent * inner)
        case _:
            return [(term, exponent)]


def _fraction_power(f: Field, base: Ratio, exponent: Fraction) -> Ratio:
    number = base.number
    if number is not None:
        return _number_root(f, number, exponent)
    single = base.monomial
    if single is not None and single[1] > 0:
        open_ones = [(g, e) for g, e in single[0] if not _never_negative(f, g)]
        if not open_ones or (len(open_ones) == 1 and open_ones[0][1] == 1):
            root = _number_root(f, single[1], exponent)
            return p.product(root, p.term(p.to_the(single[0], exponent)))
    content = _content(base)
    primitive = Ratio(p.scaled(base.over, 1 / content), base.under)
    atom = f.generator("sum", "", (primitive,), relation="root", value=primitive)
    return p.product(_number_root(f, content, exponent), p.term(((atom, exponent),)))


def _nonnegative(f: Field, term: Term) -> bool:
    return f.nonnegative(term) or f.positive(term)


def _never_negative(f: Field, number: int) -> bool:
    generator = f.generators[number]
    return generator.positive or (isinstance(generator.name, Symbol) and _nonnegative(f, generator.name))


def _content(ratio: Ratio) -> Fraction:
    """A positive rational c, one for all multiples of a quotient: the size of its first coefficients."""
    first = abs(ratio.over[min(ratio.over)])
    return first / abs(ratio.under[min(ratio.under)])


def _number_root(f: Field, value: Fraction, exponent: Fraction) -> Ratio:
    """A nonnegative rational to a rational power, over primes."""
    if value == 0 and exponent > 0:
        return p.constant(0)
    if value <= 0:
        raise UnreadableError(f"the power {exponent} of {value}")
    result = p.constant(1)
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, count in _primes(part).items():
            total = count * sign * exponent
            whole = floor(total)
            result = p.product(result, p.power(p.constant(prime), whole))
            if total != whole:
                result = p.product(result, p.term(((_prime(f, prime), total - whole),)))
    return result


def _prime(f: Field, prime: int) -> int:
    return f.generator("prime", prime, relation="root", value=p.constant(prime), positive=True)


def _primes(number: int) -> dict[int, int]:
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= number:
        if divisor > 10**6:
            raise p.TooLargeError(f"the factors of {number}")
        while number % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            number //= divisor
        divisor += 1
    if number > 1:
        found[number] = found.get(number, 0) + 1
    return found


# ---- named functions ----------------------------------------------------------------------------------------
def _special(f: Field, name: str, arguments: tuple[Term, ...]) -> Ratio:
    match name:
        case "pi":
            return p.term(((_pi(f), Fraction(1)),))
        case "sin" | "cos":
            pair = _angle(f, read(f, arguments[0]))
            return pair[0] if name == "cos" else pair[1]
        case "arccos":
            return _arccos(f, read(f, arguments[0]))
        case "exp":
            return _exp(f, read(f, arguments[0]))
        case "pow":
            return _pow(f, arguments[0], read(f, arguments[1]))
        case "Gamma":
            return _gamma(f, read(f, arguments[0]))
        case "log" | "erf":
            return _single(f, name, "", (read(f, arguments[0]),))
    raise UnreadableError(f"{name} cannot stand here")


def _pi(f: Field) -> int:
    return f.generator("pi", "", positive=True)


def _arccos(f: Field, argument: Ratio) -> Ratio:
    number = argument.number
    turns: dict[Fraction | int | None, Fraction] = {1: Fraction(0), HALF: Fraction(1, 3), 0: HALF}
    if number in turns:
        return p.term(((_pi(f), Fraction(1)),), turns[number])
    if argument.over[min(argument.over)] < 0:  # arccos(-u) = pi - arccos(u): one of the two is the generator
        return p.minus(p.term(((_pi(f), Fraction(1)),)), _arccos(f, p.negative(argument)))
    return _single(f, "arccos", "", (argument,))


def _linear(argument: Ratio) -> list[tuple[p.Monomial, Fraction]] | None:
    """The terms of an argument without a denominator, else None."""
    return list(argument.over.items()) if argument.under == {p.ONE: 1} else None


Pair = tuple[Ratio, Ratio]


def _angle(f: Field, argument: Ratio) -> Pair:
    """(cos, sin) of an angle, by the addition theorem over its terms."""
    terms = _linear(argument)
    if terms is None:
        return _circle(f, argument)
    total: Pair = (p.constant(1), p.constant(0))
    for monomial, factor in terms:
        total = _sum_of_angles(total, _multiple(f, monomial, factor))
    return total


def _sum_of_angles(a: Pair, b: Pair) -> Pair:
    cosine = p.minus(p.product(a[0], b[0]), p.product(a[1], b[1]))
    return cosine, p.plus(p.product(a[1], b[0]), p.product(a[0], b[1]))


def _multiple(f: Field, monomial: p.Monomial, factor: Fraction) -> Pair:
    """(cos, sin) of factor * monomial, over the unit angle monomial / denominator."""
    if monomial == ((_pi(f), Fraction(1)),) and (2 * factor).denominator == 1:
        quarter = int(2 * factor) % 4
        return p.constant((1, 0, -1, 0)[quarter]), p.constant((0, 1, 0, -1)[quarter])
    turns, unit = abs(factor.numerator), Fraction(1, factor.denominator)
    if turns > MOST_TURNS:
        return _circle(f, p.term(monomial, factor))
    one = _unit(f, monomial, unit)
    if factor < 0:
        one = (one[0], p.negative(one[1]))
    total: Pair = (p.constant(1), p.constant(0))
    for _ in range(turns):
        total = _sum_of_angles(total, one)
    return total


def _unit(f: Field, monomial: p.Monomial, unit: Fraction) -> Pair:
    if len(monomial) == 1 and monomial[0][1] == 1 and unit == 1:
        generator = f.generators[monomial[0][0]]
        if generator.kind == "arccos":  # in [0, pi], so its sine is the nonnegative root
            cosine = generator.arguments[0]
            return cosine, _fraction_power(f, p.minus(p.constant(1), p.power(cosine, 2)), HALF)
    return _circle(f, p.term(monomial, unit))


def _circle(f: Field, argument: Ratio) -> Pair:
    cosine = p.term(((f.generator("cos", "", (argument,)), Fraction(1)),))
    sine = f.generator("sin", "", (argument,), relation="sine", value=cosine)
    return cosine, p.term(((sine, Fraction(1)),))


def _exp(f: Field, argument: Ratio) -> Ratio:
    """A product of powers of exp(monomial), one for each term of the argument."""
    terms = _linear(argument)
    if terms is None:
        return _single(f, "exp", "", (argument,), positive=True)
    result = p.constant(1)
    for monomial, factor in terms:
        number = f.generator("exp", "", (p.term(monomial),), positive=True)
        result = p.product(result, p.term(((number, factor),)))
    return result


def _pow(f: Field, base: Term, exponent: Ratio) -> Ratio:
    """base^exponent, a power for each term of the exponent; the base is positive, as the caller must show."""
    terms = _linear(exponent)
    where = read(f, base)
    if terms is None:
        return _single(f, "pow", "", (where, exponent), positive=True)
    result = p.constant(1)
    for monomial, factor in terms:
        if monomial == p.ONE:
            result = p.product(
                result, _root(f, base, factor) if factor.denominator > 1 else p.power(where, int(factor))
            )
        elif where.number is not None and where.number > 0:
            for part, sign in ((where.number.numerator, 1), (where.number.denominator, -1)):
                for prime, count in _primes(part).items():
                    number = f.generator("pow", "", (p.constant(prime), p.term(monomial)), positive=True)
                    result = p.product(result, p.term(((number, factor * count * sign),)))
        else:
            number = f.generator("pow", "", (where, p.term(monomial)), positive=True)
            result = p.product(result, p.term(((number, factor),)))
    return result


def _gamma(f: Field, argument: Ratio) -> Ratio:
    """Gamma(z + k) = z (z + 1) ... (z + k - 1) Gamma(z), with the number in z between 0 and 1 (1 if z is a number)."""
    if argument.under != {p.ONE: 1}:
        return _single(f, "Gamma", "", (argument,))
    shift = argument.over.get(p.ONE, Fraction(0))
    alone = argument.number is not None
    whole = (-(-shift.numerator // shift.denominator) - 1) if alone else floor(shift)
    if abs(whole) > MOST_TURNS:
        return _single(f, "Gamma", "", (argument,))
    low = p.minus(argument, p.constant(whole))
    if low.number == 1:
        result = p.constant(1)
    elif low.number == HALF:
        result = p.term(((_pi(f), HALF),))
    else:
        result = _single(f, "Gamma", "", (low,))
    for k in range(whole):
        result = p.product(result, p.plus(low, p.constant(k)))
    for k in range(whole, 0):
        result = p.product(result, p.inverse(p.plus(low, p.constant(k))))
    return result


# ---- integrals ----------------------------------------------------------------------------------------------
def _integral(f: Field, term: t.Integral) -> Ratio:
    """Linear in the body: a sum of (what does not vary) x (the integral of a monomial), all over the same range."""
    total = p.constant(0)
    for outside, inside in pieces(f, term):
        ends = tuple(read(f, end) for end in (term.lower, term.upper) if not infinite(end))
        name = ("to oo" if infinite(term.upper) else "", f.level)
        number = f.generator("integral", name, (inside, *ends))
        total = p.plus(total, p.product(outside, p.term(((number, Fraction(1)),))))
    return total


def infinite(end: Term) -> bool:
    """Is this end of a range oo?"""
    return end == t.Special("oo")


def pieces(f: Field, term: t.Integral) -> list[tuple[Ratio, Ratio]]:
    """(outside, inside) of the terms of an integral's body; `inside` are monomials in what varies with the variable."""
    dummy, body = dummy_body(f, term)
    f.level += 1
    whole = f.circular(read(f, body))
    f.level -= 1
    under = Ratio(whole.under, {p.ONE: Fraction(1)})
    if dummy in f.varies(under):
        return [(p.constant(1), whole)]
    found: dict[p.Monomial, p.Polynomial] = {}
    for monomial, value in whole.over.items():
        inner = tuple((g, e) for g, e in monomial if dummy in f.generators[g].varies)
        outer = tuple((g, e) for g, e in monomial if dummy not in f.generators[g].varies)
        found[inner] = p.add(found.get(inner, {}), {outer: value})
    return [(p.product(Ratio(o, {p.ONE: Fraction(1)}), p.inverse(under)), p.term(i)) for i, o in found.items()]


def dummy_body(f: Field, term: t.Integral) -> tuple[Symbol, Term]:
    """The body over the variable that stands for integration variables at this depth."""
    dummy = Symbol(f"integration variable {f.level}", bound=-1 - f.level)
    return dummy, rewrite.substitute(term.body, {term.variable: dummy})
