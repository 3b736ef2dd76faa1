"""Numbers of which some vary with one real number t: a frame for number systems over balls.

What does not vary is computed in balls, in every such system; so what is a constant to one is a constant to all. Of
what varies there are sums, products, whole powers up to `HIGHEST`, exp and known functions; all else is refused.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import perm
from typing import Any

from flint import fmpq

from theory.terms.known_functions import KNOWN
from verify.exact.activations import MONOMIALS, field_partial
from verify.exact.balls import Balls
from verify.exact.number_system import UnsupportedError

HIGHEST = 64  # power


def refusal(what: str) -> UnsupportedError:
    """What is said of a mean that is not integrated."""
    return UnsupportedError(f"a mean over a normal law of {what} is not computed")


@dataclass
class PartlyVarying(ABC):
    """A number system whose entries are those of `balls`, or of the type `kind`, which vary."""

    balls: Balls

    @property
    @abstractmethod
    def kind(self) -> type:
        """The type of what varies."""

    @abstractmethod
    def sum_of(self, a: Any, b: Any) -> Any:
        """a + b, of which one at least varies; as all below."""

    @abstractmethod
    def product_of(self, a: Any, b: Any) -> Any: ...

    @abstractmethod
    def negative_of(self, a: Any) -> Any: ...

    @abstractmethod
    def size_of(self, a: Any) -> Any:
        """|a|."""

    @abstractmethod
    def exp_of(self, a: Any) -> Any: ...

    @abstractmethod
    def value_of(self, function: str, order: int, a: Any) -> Any:
        """A known function that is no monomial and not exp, or its derivative of that order."""

    def varies(self, *entries: Any) -> bool:
        return any(isinstance(entry, self.kind) for entry in entries)

    def rational(self, value: Fraction) -> Any:
        return self.balls.rational(value)

    def add(self, a: Any, b: Any) -> Any:
        return self.sum_of(a, b) if self.varies(a, b) else self.balls.add(a, b)

    def mul(self, a: Any, b: Any) -> Any:
        return self.product_of(a, b) if self.varies(a, b) else self.balls.mul(a, b)

    def neg(self, a: Any) -> Any:
        return self.negative_of(a) if self.varies(a) else self.balls.neg(a)

    def absolute(self, a: Any) -> Any:
        return self.size_of(a) if self.varies(a) else self.balls.absolute(a)

    def power(self, a: Any, exponent: Fraction) -> Any:
        if not self.varies(a):
            return self.balls.power(a, exponent)
        if exponent.denominator > 1 or not 0 <= exponent <= HIGHEST:
            raise refusal(f"a quotient, a root or a power above {HIGHEST}")
        result: Any = fmpq(1)
        for _ in range(int(exponent)):
            result = self.mul(result, a)
        return result

    def special(self, name: str, a: Any) -> Any:
        if not self.varies(a):
            return self.balls.special(name, a)
        if name != "exp":
            raise refusal(name)
        return self.exp_of(a)

    def largest_eigenvalue(self, a: Sequence[Sequence[Any]]) -> Any:
        if self.varies(*(entry for row in a for entry in row)):
            raise refusal("a largest eigenvalue")
        return self.balls.largest_eigenvalue(a)

    def apply(self, function: str, order: int, a: Any) -> Any:
        if not self.varies(a):
            return self.balls.apply(function, order, a)
        name = self._concrete(function)
        if name in MONOMIALS:
            left = max(MONOMIALS[name] - order, 0)
            return self.mul(fmpq(perm(MONOMIALS[name], order)), self.power(a, Fraction(left)))
        return self.exp_of(a) if name == "exp" else self.value_of(name, order, a)

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Any]) -> Any:
        if not self.varies(*at):
            return self.balls.partial(field, indices, at)
        return field_partial(self._concrete(field), self, indices, at)

    def _concrete(self, name: str) -> str:
        """What a function of the claim is at the instance."""
        return name if name in KNOWN else self.balls.functions[name]
