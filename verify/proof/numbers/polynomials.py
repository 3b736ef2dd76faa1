"""Polynomials over numbered generators with rational exponents, and their quotients. Plain dictionaries, exact.

A monomial is a sorted tuple of (generator, exponent); exponents may be negative or fractional. What a generator means
and which relations it obeys is said in `verify.proof.numbers.field`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Monomial = tuple[tuple[int, Fraction], ...]
Polynomial = dict[Monomial, Fraction]

ONE: Monomial = ()
HIGHEST = 1000  # the largest exponent that is multiplied out
LARGEST = 4000  # terms of a product; beyond it the zero test gives up


class TooLargeError(ArithmeticError):
    """A polynomial outgrew the work that a line may cost."""


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a or not b:
        return a or b
    exponents = dict(a)
    for generator, exponent in b:
        exponents[generator] = exponents.get(generator, Fraction(0)) + exponent
    return tuple(sorted((g, e) for g, e in exponents.items() if e))


def to_the(a: Monomial, exponent: Fraction) -> Monomial:
    return tuple((g, e * exponent) for g, e in a) if exponent else ONE


def add(a: Polynomial, b: Polynomial) -> Polynomial:
    out = dict(a)
    for monomial, value in b.items():
        total = out.get(monomial, Fraction(0)) + value
        if total:
            out[monomial] = total
        else:
            out.pop(monomial, None)
    return out


def multiply(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product. Raises TooLargeError beyond `LARGEST` terms."""
    if len(a) * len(b) > LARGEST * 50:
        raise TooLargeError(f"a product of {len(a)} and {len(b)} terms")
    out: Polynomial = {}
    for m, x in a.items():
        for n, y in b.items():
            key = times(m, n)
            out[key] = out.get(key, Fraction(0)) + x * y
    out = {m: v for m, v in out.items() if v}
    if len(out) > LARGEST:
        raise TooLargeError(f"a polynomial of {len(out)} terms")
    return out


def scaled(a: Polynomial, number: Fraction) -> Polynomial:
    return {m: v * number for m, v in a.items()} if number else {}


def _require_small(exponent: int) -> None:
    if exponent > HIGHEST:
        raise TooLargeError(f"a power of {exponent}")


def whole_power(a: Polynomial, exponent: int) -> Polynomial:
    """a ** exponent for exponent >= 0."""
    _require_small(exponent)
    result: Polynomial = {ONE: Fraction(1)}
    for _ in range(exponent):
        result = multiply(result, a)
    return result


@dataclass(frozen=True)
class Ratio:
    """A quotient of polynomials; the denominator is never empty."""

    over: Polynomial
    under: Polynomial

    @property
    def monomial(self) -> tuple[Monomial, Fraction] | None:
        """(monomial, coefficient) if the quotient is a single term, else None."""
        if len(self.over) == 1 and self.under == {ONE: 1}:
            ((found, value),) = self.over.items()
            return found, value
        return None

    @property
    def number(self) -> Fraction | None:
        """The value if the quotient is a rational number, else None."""
        if not self.over:
            return Fraction(0)
        return self.over[ONE] if self.under == {ONE: 1} and set(self.over) == {ONE} else None


def constant(value: Fraction | int) -> Ratio:
    return Ratio({ONE: Fraction(value)} if value else {}, {ONE: Fraction(1)})


def term(monomial: Monomial, value: Fraction | int = 1) -> Ratio:
    return Ratio({monomial: Fraction(value)} if value else {}, {ONE: Fraction(1)})


def _tidy(over: Polynomial, under: Polynomial) -> Ratio:
    """A denominator of one term moves up; common denominators cancel only if they are the same polynomial."""
    if not over:
        return constant(0)
    if len(under) == 1:
        ((monomial, value),) = under.items()
        inverse = to_the(monomial, Fraction(-1))
        return Ratio({times(m, inverse): v / value for m, v in over.items()}, {ONE: Fraction(1)})
    return Ratio(over, under)


def plus(a: Ratio, b: Ratio) -> Ratio:
    if a.under == b.under:
        return _tidy(add(a.over, b.over), a.under)
    return _tidy(add(multiply(a.over, b.under), multiply(b.over, a.under)), multiply(a.under, b.under))


def product(a: Ratio, b: Ratio) -> Ratio:
    if a.over == b.under:
        return _tidy(b.over, a.under)
    if b.over == a.under:
        return _tidy(a.over, b.under)
    return _tidy(multiply(a.over, b.over), multiply(a.under, b.under))


def inverse(a: Ratio) -> Ratio:
    """1/a. Raises ZeroDivisionError if a is visibly 0."""
    if not a.over:
        raise ZeroDivisionError("1/0")
    return _tidy(a.under, a.over)


def negative(a: Ratio) -> Ratio:
    return Ratio(scaled(a.over, Fraction(-1)), a.under)


def minus(a: Ratio, b: Ratio) -> Ratio:
    return plus(a, negative(b))


def power(a: Ratio, exponent: int) -> Ratio:
    """a ** exponent for any whole exponent."""
    if exponent < 0:
        return power(inverse(a), -exponent)
    _require_small(exponent)
    result = constant(1)
    for _ in range(exponent):
        result = product(result, a)
    return result
