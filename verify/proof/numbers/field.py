r"""Generators and their relations, and the zero test: is a quotient 0 wherever it is defined?

A generator is a symbol, pi, a prime under a root, a sum under a root, sin and cos of an angle, arccos, exp, ... . What
the zero test uses, and no more:

    p^(k + r) = p^k p^r                  roots of numbers and of sums, where these are defined
    sin^2 = 1 - cos^2                    for every angle
    g = value                            where a line cites a known integral

If the numerator vanishes under these, the quotient is 0 wherever its denominators do not vanish; that they do not is
for the caller to show. If it does not vanish, nothing is known: two different generators may still be related.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from theory.terms import Symbol, Term
from verify.proof.numbers import polynomials as p
from verify.proof.numbers.polynomials import Polynomial, Ratio


@dataclass(frozen=True)
class Generator:
    """`kind` and `name` say what it is, `arguments` of what; `varies` are the symbols it depends on.

    `relation`: "root" (`value` under a fractional power), "sine" (`value` is the cosine), or "" for none.
    `positive`: it is positive wherever it is defined.
    """

    kind: str
    name: Hashable
    arguments: tuple[Ratio, ...]
    varies: frozenset[Symbol]
    relation: str
    value: Ratio | None
    positive: bool


@dataclass
class Field:
    """The generators met so far. `positive` and `nonnegative` say what is known of the sign of a term on the domain."""

    positive: Callable[[Term], bool] = lambda term: False
    nonnegative: Callable[[Term], bool] = lambda term: False
    differentiate: bool = False
    generators: list[Generator] = field(default_factory=list)
    known: dict[int, Ratio] = field(default_factory=dict)
    level: int = 0

    def generator(
        self,
        kind: str,
        name: Hashable,
        arguments: tuple[Ratio, ...] = (),
        varies: frozenset[Symbol] = frozenset(),
        relation: str = "",
        value: Ratio | None = None,
        positive: bool = False,
    ) -> int:
        """The number of the generator of this kind, name and equal arguments; a new one if there is none."""
        for number, old in enumerate(self.generators):
            alike = old.kind == kind and old.name == name and len(old.arguments) == len(arguments)
            if alike and all(map(self.same, old.arguments, arguments)):
                return number
        varies = varies.union(*(self.varies(a) for a in arguments))
        self.generators.append(Generator(kind, name, arguments, varies, relation, value, positive))
        return len(self.generators) - 1

    def varies(self, ratio: Ratio) -> frozenset[Symbol]:
        """The symbols that a quotient depends on."""
        numbers = {g for side in (ratio.over, ratio.under) for monomial in side for g, _ in monomial}
        return frozenset[Symbol]().union(*(self.generators[n].varies for n in numbers))

    def same(self, a: Ratio, b: Ratio) -> bool:
        """Are the two equal wherever both are defined? False means: not known."""
        return self.vanishes(p.minus(a, b))

    def vanishes(self, ratio: Ratio) -> bool:
        """Is the quotient 0 wherever it is defined? False means: not known."""
        return not self._reduced(ratio.over)

    def circular(self, ratio: Ratio) -> Ratio:
        """The same quotient with sin^2 = 1 - cos^2 used in its numerator, where no sine stands below."""
        poly = ratio.over
        for number, generator in reversed(list(enumerate(self.generators))):
            if not poly:
                break
            if generator.relation == "sine" and generator.value is not None:
                square = p.minus(p.constant(1), p.power(generator.value, 2))
                if square.under == {p.ONE: 1} and all(_exponent(m, number) >= 0 for m in poly):
                    poly = _even_powers(poly, number, square)
        return Ratio(poly, ratio.under)

    # -- relations ------------------------------------------------------------------------------------------
    def _reduced(self, poly: Polynomial) -> Polynomial:
        """The polynomial, times powers of generators and denominators, with every relation used.

        A relation of a generator speaks of earlier generators only, so one pass from the last to the first is enough;
        a known value may speak of earlier known ones, so these are put in first, the last known before the others.
        """
        for number in [*reversed(self.known), *reversed(range(len(self.generators)))]:
            if not poly:
                break
            generator = self.generators[number]
            if number in self.known:
                poly = _replaced(poly, number, self.known[number])
            elif generator.relation == "root" and generator.value is not None:
                poly = _replaced(poly, number, generator.value)
            elif generator.relation == "sine" and generator.value is not None:
                square = p.minus(p.constant(1), p.power(generator.value, 2))
                poly = _even_powers(poly, number, square)
        return poly


def _exponent(monomial: p.Monomial, number: int) -> Fraction:
    return next((e for g, e in monomial if g == number), Fraction(0))


def _without(monomial: p.Monomial, number: int) -> p.Monomial:
    return tuple((g, e) for g, e in monomial if g != number)


def _replaced(poly: Polynomial, number: int, value: Ratio) -> Polynomial:
    """Whole parts of the generator's exponents as powers of its value, everything times a common denominator."""
    parts: dict[int, Polynomial] = {}
    for monomial, coefficient in poly.items():
        exponent = _exponent(monomial, number)
        steps = floor(exponent)
        rest = exponent - steps
        kept = _without(monomial, number)
        key = p.times(kept, ((number, rest),)) if rest else kept
        parts[steps] = p.add(parts.get(steps, {}), {key: coefficient})
    if set(parts) == {0}:
        return parts[0]
    low, high = min(parts), max(parts)
    out: Polynomial = {}
    for steps, part in parts.items():
        piece = p.multiply(part, p.whole_power(value.over, steps - low))
        out = p.add(out, p.multiply(piece, p.whole_power(value.under, high - steps)))
    return out


def _even_powers(poly: Polynomial, number: int, square: Ratio) -> Polynomial:
    """s^(2k + r) as square^k s^r, everything times a power of s and a common denominator."""
    exponents = [_exponent(m, number) for m in poly]
    if any(e.denominator != 1 for e in exponents):
        return poly
    shift = max(0, -int(min(exponents)))
    parts: dict[int, Polynomial] = {}
    for monomial, coefficient in poly.items():
        steps, rest = divmod(int(_exponent(monomial, number)) + shift, 2)
        kept = _without(monomial, number)
        key = p.times(kept, ((number, Fraction(rest)),)) if rest else kept
        parts[steps] = p.add(parts.get(steps, {}), {key: coefficient})
    high = max(parts)
    out: Polynomial = {}
    for steps, part in parts.items():
        piece = p.multiply(part, p.whole_power(square.over, steps))
        out = p.add(out, p.multiply(piece, p.whole_power(square.under, high - steps)))
    return out
