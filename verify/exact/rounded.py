"""A number system of IEEE floats: every operation by exact arithmetic and executed by torch, step by step.

Entries are rationals that are floats of the format. Each operation is carried out exactly, rounded to the nearest
float (ties to even), and, where an executor is given, carried out in that format as well: `steps` holds all three.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NoReturn

from verify.exact.number_system import UndefinedError, UnsupportedError
from verify.proof.observations import RoundedStep

Execute = Callable[[str, Sequence[Fraction]], Fraction]


@dataclass(frozen=True)
class Format:
    """A binary format: bits of precision, the exponent of its least positive number, the power of 2 it cannot reach."""

    name: str
    bits: int
    least: int
    limit: int


FORMATS = {f.name: f for f in (Format("float32", 24, -149, 128), Format("float64", 53, -1074, 1024))}


def nearest(value: Fraction, form: Format) -> Fraction:
    """The float nearest to a rational, ties to even. Raises UnsupportedError where that is infinite."""
    if not value:
        return value
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if size < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** max(exponent - form.bits + 1, form.least)
    rounded = round(value / unit) * unit  # Fraction rounds ties to even
    if abs(rounded) >= Fraction(2) ** form.limit:
        raise UnsupportedError(f"{form.name} overflows")
    return rounded


@dataclass(frozen=True)
class Rounded:
    """Arithmetic of one format; see the module's docstring. Knows sums, products and whole powers."""

    form: Format
    execute: Execute | None = None
    steps: list[RoundedStep] = field(default_factory=list)

    def rational(self, value: Fraction) -> Fraction:
        if nearest(value, self.form) != value:
            raise UnsupportedError(f"{value} is no {self.form.name}")
        return value

    def add(self, a: Fraction, b: Fraction) -> Fraction:
        return self._done("+", (a, b), a + b)

    def mul(self, a: Fraction, b: Fraction) -> Fraction:
        if abs(a) == 1 or abs(b) == 1:
            return a * b  # exact in every format
        return self._done("*", (a, b), a * b)

    def neg(self, a: Fraction) -> Fraction:
        return -a  # exact in every format

    def power(self, a: Fraction, exponent: Fraction) -> Fraction:
        if exponent.denominator != 1:
            raise UnsupportedError("roots are not rounded step by step")
        if exponent < 0:
            if not a:
                raise UndefinedError(f"0 to the power {exponent}")
            below = self.power(a, -exponent)
            return self._done("/", (Fraction(1), below), 1 / below)
        result = Fraction(1)
        for count in range(int(exponent)):
            result = self.mul(result, a) if count else a
        return result

    def absolute(self, a: Fraction) -> Fraction:
        return abs(a)

    def special(self, name: str, a: Fraction) -> NoReturn:
        raise UnsupportedError(f"{name} is not rounded step by step")

    def largest_eigenvalue(self, a: Sequence[Sequence[Fraction]]) -> NoReturn:
        raise UnsupportedError("eigenvalues are not rounded step by step")

    def apply(self, function: str, order: int, a: Fraction) -> NoReturn:
        raise UnsupportedError(f"{function} is not rounded step by step")

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Fraction]) -> NoReturn:
        raise UnsupportedError(f"{field} is not rounded step by step")

    def _done(self, sign: str, operands: tuple[Fraction, Fraction], exact: Fraction) -> Fraction:
        rounded = nearest(exact, self.form)
        if self.execute is not None:
            executed = self.execute(sign, operands)
            words = f"{operands[0]} {sign} {operands[1]}"
            self.steps.append(RoundedStep(words, str(exact), str(rounded), str(executed)))
        return rounded
