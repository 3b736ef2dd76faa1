"""The number system of the dense rule: exact rational functions with radicals and free function values.

An entry is a quotient of FLINT polynomials. A square root is a generator r with r^2 = its radicand, an absolute
value a generator a with a^2 = f^2, and phi^(k)(t) a free generator for each canonical t. Every relation used is
true wherever the entries are defined, so a difference that reduces to 0 is 0; one that does not decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from verify.exact.number_system import UndefinedError, UnsupportedError

Poly = Any  # flint.fmpq_mpoly; python-flint has no type stubs
MOST_TERMS = 6000
SMALL_PRIMES, EASY = 1000, 96  # primes tried by division; bits of what is factored beyond them


class TooManyGeneratorsError(ArithmeticError):
    """The ring is full; build a larger one and start again."""


@dataclass(frozen=True, slots=True)
class Quotient:
    """num / den in lowest terms; den is monic and free of radicals."""

    num: Poly
    den: Poly


@dataclass
class RationalFunctions:
    """A field of rational functions in `capacity` generators, named as they are asked for."""

    capacity: int
    names: list[str] = field(default_factory=list)
    signs: dict[int, int] = field(default_factory=dict)
    squares: list[tuple[int, Poly]] = field(default_factory=list)
    _by_key: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _nonnegative: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ring = fmpq_mpoly_ctx.get([f"t{i}" for i in range(self.capacity)], Ordering.degrevlex)
        self.one = self.ring.constant(1)
        self.gens = self.ring.gens()

    # -- generators -----------------------------------------------------------------------------------------
    def generator(self, name: str, sign: int = 0) -> Quotient:
        """A new free entry; `sign` is 1 for >= 0, -1 for <= 0, 0 if not known."""
        return Quotient(self.gens[self._new(name, sign)], self.one)

    def _new(self, name: str, sign: int) -> int:
        if len(self.names) == self.capacity:
            raise TooManyGeneratorsError(f"more than {self.capacity} generators")
        self.names.append(name)
        if sign:
            self.signs[len(self.names) - 1] = sign
        return len(self.names) - 1

    def _value(self, name: str, key: tuple[Any, ...]) -> Quotient:
        if key not in self._by_key:
            self._by_key[key] = self._new(name, 0)
        return Quotient(self.gens[self._by_key[key]], self.one)

    def _square_generator(self, key: tuple[str, str], square: Poly) -> Poly:
        """The nonnegative generator whose square is this polynomial."""
        if key not in self._by_key:
            self._by_key[key] = self._new(f"{key[0]}({key[1]})", 1)
            self.squares.append((self._by_key[key], square))
        return self.gens[self._by_key[key]]

    def show(self, a: Quotient) -> str:
        """The entry in the names of its generators, cut to a line."""
        text = f"({a.num})/({a.den})" if not a.den.is_one() else str(a.num)
        for i in reversed(range(len(self.names))):
            text = text.replace(f"t{i}", self.names[i])
        return text if len(text) <= 160 else text[:157] + "..."

    # -- reduction ------------------------------------------------------------------------------------------
    def _parts(self, p: Poly, index: int) -> dict[int, Poly]:
        """Coefficients of p as a polynomial in one generator."""
        grouped: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in p.to_dict().items():
            rest = (*exponents[:index], 0, *exponents[index + 1 :])
            grouped.setdefault(exponents[index], {})[rest] = coefficient
        return {k: self.ring.from_dict(v) for k, v in grouped.items()}

    def _reduce(self, p: Poly) -> Poly:
        """p with every radical to a power below 2."""
        if len(p) > MOST_TERMS:
            raise UnsupportedError(f"a polynomial of more than {MOST_TERMS} terms")
        for index, square in reversed(self.squares):
            if p.degrees()[index] > 1:
                r, result = self.gens[index], 0 * self.one
                for k, part in self._parts(p, index).items():
                    result += part * square ** (k // 2) * (r if k % 2 else 1)
                p = result
        return p

    def quotient(self, num: Poly, den: Poly) -> Quotient:
        """Lowest terms; raises UndefinedError if the denominator is 0."""
        num = self._reduce(num)
        if num.is_zero():
            return Quotient(num, self.one)
        if not den.is_constant():
            den = self._reduce(den)
            for index, square in reversed(self.squares):
                if not den.is_zero() and den.degrees()[index]:
                    parts, r = self._parts(den, index), self.gens[index]
                    a, b = parts.get(0, 0 * self.one), parts[1]
                    num, den = self._reduce(num * (a - b * r)), self._reduce(a * a - b * b * square)
        if den.is_zero():
            raise UndefinedError("a denominator that is 0")
        if den.is_constant():
            return Quotient(num / den, self.one)
        common = num.gcd(den)
        if not common.is_constant():
            num, den = num / common, den / common
        lead = den.leading_coefficient()
        return Quotient(num / lead, den / lead) if lead != 1 else Quotient(num, den)

    # -- the number system ----------------------------------------------------------------------------------
    def rational(self, value: Fraction) -> Quotient:
        return Quotient(self.ring.constant(fmpq(value.numerator, value.denominator)), self.one)

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        if a.den == b.den:
            if a.den.is_one():
                return Quotient(a.num + b.num, self.one)
            return self.quotient(a.num + b.num, a.den)
        return self.quotient(a.num * b.den + b.num * a.den, a.den * b.den)

    def mul(self, a: Quotient, b: Quotient) -> Quotient:
        if a.num.is_zero() or b.num.is_zero():
            return Quotient(0 * self.one, self.one)
        return self.quotient(a.num * b.num, a.den * b.den)

    def neg(self, a: Quotient) -> Quotient:
        return Quotient(-a.num, a.den)

    def power(self, a: Quotient, exponent: Fraction) -> Quotient:
        n = exponent.numerator
        if exponent.denominator == 2:
            a = self._root(a)
        elif exponent.denominator != 1:
            raise UnsupportedError(f"the power {exponent} is not written out in components")
        if n == 0:
            return self.rational(Fraction(1))
        if n < 0 and a.num.is_zero():
            raise UndefinedError(f"0 to the power {exponent}")
        result = a if abs(n) == 1 else self.quotient(a.num ** abs(n), a.den ** abs(n))
        return self.quotient(result.den, result.num) if n < 0 else result

    def absolute(self, a: Quotient) -> Quotient:
        if a.num.is_zero():
            return a
        constant, factors = self._factors(a)
        result = Quotient(self.ring.constant(abs(constant)), self.one)
        for f, m in factors:
            result = self.mul(result, self._whole(self._absolute(f), m))
        return result

    def special(self, name: str, a: Quotient) -> Quotient:
        return self.apply(name, 0, a)  # a name for a value, of which nothing is known

    def largest_eigenvalue(self, a: Sequence[Sequence[Quotient]]) -> Quotient:
        raise UnsupportedError("eigenvalues are not written out in components")

    def apply(self, function: str, order: int, a: Quotient) -> Quotient:
        name = f"{function}{chr(39) * order}({self.show(a)})"
        return self._value(name, ("apply", function, order, str(a.num), str(a.den)))

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Quotient]) -> Quotient:
        key = ("partial", field, indices, *((str(a.num), str(a.den)) for a in at))
        return self._value(f"{field}_{''.join(map(str, indices))}", key)

    # -- roots and absolute values --------------------------------------------------------------------------
    def _factors(self, a: Quotient) -> tuple[Any, list[tuple[Poly, int]]]:
        """A rational and irreducible factors with their exponents, those of the denominator negative."""
        constant, above = a.num.factor()
        below_constant, below = a.den.factor()
        return fmpq(constant) / fmpq(below_constant), [*above, *((f, -m) for f, m in below)]

    def _whole(self, p: Poly, m: int) -> Quotient:
        return self.quotient(p**m, self.one) if m >= 0 else self.quotient(self.one, p**-m)

    def _sign(self, p: Poly) -> int:
        """1 if p >= 0 is visible, -1 if p <= 0 is, otherwise 0."""
        if str(p) in self._nonnegative:
            return 1
        if str(-p) in self._nonnegative:
            return -1
        signs = set()
        for exponents, coefficient in p.to_dict().items():
            sign = 1 if coefficient > 0 else -1
            for index, e in enumerate(exponents):
                if e % 2:
                    sign *= self.signs.get(index, 0)
            signs.add(sign)
        return signs.pop() if len(signs) == 1 else 0

    def _absolute(self, p: Poly) -> Poly:
        sign = self._sign(p)
        if sign:
            return sign * p
        return self._square_generator(("abs", str(p)), p * p)

    def _root(self, a: Quotient) -> Quotient:
        if a.num.is_zero():
            return a
        constant, factors = self._factors(a)
        result, inside = self.rational(Fraction(1)), self.one
        for f, m in factors:
            if self._sign(f) < 0:
                f, constant = -f, constant * (-1) ** (m % 2)
            if m // 2:
                result = self.mul(result, self._whole(self._absolute(f), m // 2))
            if m % 2:
                if self._sign(f) > 0:
                    result = self.mul(result, Quotient(self._square_generator(("sqrt", str(f)), f), self.one))
                else:
                    inside = inside * f
        if constant < 0:
            constant, inside = -constant, -inside
        result = self.mul(result, self._rational_root(constant))
        if inside.is_constant():
            if not inside.is_one():
                raise UndefinedError("the root of a negative number")
            return result
        if str(inside) not in self._nonnegative:
            self._nonnegative.add(str(inside))  # wherever the root is defined
        return self.mul(result, Quotient(self._square_generator(("sqrt", str(inside)), inside), self.one))

    def _rational_root(self, value: Any) -> Quotient:
        """sqrt of a positive rational as a rational times square roots of primes."""
        outside, result = Fraction(1, int(value.q)), self.rational(Fraction(1))
        for p, count in _prime_powers(value.p * value.q):
            outside *= Fraction(p) ** (count // 2)
            if count % 2:
                square = self.ring.constant(p)
                result = self.mul(result, Quotient(self._square_generator(("sqrt", str(p)), square), self.one))
        return self.mul(result, self.rational(outside))


def _prime_powers(whole: Any) -> list[tuple[int, int]]:
    """(prime, exponent) of a positive whole number, by FLINT. Raises UnsupportedError for one that takes it long.

    Small primes go first; what they leave is factored up to EASY bits, in a hundredth of a second.
    """
    found: list[tuple[int, int]] = []
    for factor, count in whole.factor(trial_limit=SMALL_PRIMES):
        if factor.is_square():
            found += [(p, 2 * count * k) for p, k in _prime_powers(factor.isqrt())]
        elif factor.bit_length() <= EASY:
            found += [(int(p), count * k) for p, k in factor.factor()]
        else:
            raise UnsupportedError(f"the root of a rational with a factor of {factor.bit_length()} bits to factor")
    return found
