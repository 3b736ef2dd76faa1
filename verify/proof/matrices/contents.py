"""What all terms of a form share, taken out, and the primes of a number: for powers, roots and absolute values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm

from verify.proof.matrices import forms as f
from verify.proof.matrices.forms import Form
from verify.proof.matrices.kinds import Coefficient, Exponent, Monomial

Content = tuple[Monomial, Coefficient]


def split_content(base: Form) -> tuple[Content, Form]:
    """base = content * primitive, of a form of any shape: a positive rational, and the monomial that every term shares.

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
    primitive = Form(base.shape, {(f.merge(m, inverse), w): v / number for (m, w), v in base.terms.items()})
    return (content, number), primitive


def without_sign(primitive: Form) -> tuple[Form, int]:
    """A form or its negative, whichever begins with a positive coefficient, and the sign."""
    if f.freeze(primitive)[1][0][1] < 0:
        return f.times_number(primitive, -1), -1
    return primitive, 1


def prime_powers(number: Coefficient) -> Iterator[tuple[int, int]]:
    """The primes of a positive rational, those below the line with negative exponents."""
    for value, sign in ((number.numerator, 1), (number.denominator, -1)):
        for prime, multiplicity in _factorise(value).items():
            yield prime, sign * multiplicity


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
