"""The number system of certified evaluation: exact rationals while possible, balls of a given precision else.

Precision is an argument: enter `Balls(bits).active()`; flint's own precision is restored on the way out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as own
from fractions import Fraction
from functools import reduce
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from theory.terms.known_functions import KNOWN
from verify.exact.activations import apply_activation, bits_to_limit, exact_root, field_partial
from verify.exact.number_system import UncertainError, UndefinedError

Real = Any  # fmpq | arb; python-flint has no type stubs
LARGEST_ROOT = 2**31


@dataclass(frozen=True)
class Balls:
    """Entries are fmpq or arb. `functions` maps generic activation and field names to concrete ones.

    With a list `doubts`, the root of a ball around 0 is taken of its nonnegative part and the doubt is noted: what
    is computed then holds wherever the root is defined. Without it, such a root raises UncertainError. With a list
    `reach`, the bits that tell a known function from its limit are noted where it is applied.
    """

    bits: int
    functions: Mapping[str, str]
    doubts: list[str] | None = None
    reach: list[int] | None = None
    _partials: dict[tuple[Any, ...], tuple[Real, Sequence[Real]]] = own(default_factory=dict, repr=False, compare=False)

    @contextmanager
    def active(self) -> Iterator[None]:
        """Evaluate at this precision inside the block."""
        with ctx.workprec(self.bits):
            yield

    def rational(self, value: Fraction) -> Real:
        return fmpq(value.numerator, value.denominator)

    def add(self, a: Real, b: Real) -> Real:
        return a + b

    def mul(self, a: Real, b: Real) -> Real:
        if type(a) is type(b):
            return _square(a) if a is b and type(a) is arb else a * b
        if (type(a) is fmpq and not a) or (type(b) is fmpq and not b):
            return fmpq(0)  # an exact zero stays exact next to a ball
        return a * b

    def neg(self, a: Real) -> Real:
        return -a

    def power(self, a: Real, exponent: Fraction) -> Real:
        if exponent == 0:
            return fmpq(1)
        if type(a) is fmpq:
            return _rational_power(a, exponent)
        return ball_power(a, exponent, self.doubts)

    def absolute(self, a: Real) -> Real:
        return abs(a)

    def special(self, name: str, a: Real) -> Real:
        return _finite(apply_activation(name, 0, a))

    def largest_eigenvalue(self, a: Sequence[Sequence[Real]]) -> Real:
        if any(_differ(a[i][j], a[j][i]) for i in range(len(a)) for j in range(i)):
            raise UndefinedError("the largest eigenvalue of a matrix that is not symmetric")
        return _largest_eigenvalue([[arb(entry) for entry in row] for row in a])

    def apply(self, function: str, order: int, a: Real) -> Real:
        if self.reach is not None and function in KNOWN:  # a free function is not told from others by its limit
            self.reach.append(bits_to_limit(function, a))
        return _finite(apply_activation(self._concrete(function), order, a))

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Real]) -> Real:
        key = (field, indices, *map(id, at))  # mixed derivatives are asked for in every order
        if key not in self._partials:
            plain = Balls(self.bits, {"sin": "sin"})
            self._partials[key] = field_partial(self._concrete(field), plain, indices, at), at  # whose ids stay theirs
        return self._partials[key][0]

    def _concrete(self, name: str) -> str:
        if name in KNOWN:
            return name
        if name not in self.functions:
            raise KeyError(f"the instance gives no function for {name}")
        return self.functions[name]


def _differ(a: Real, b: Real) -> bool:
    """Are two numbers certainly different? Rationals are compared as they are, not as balls of this precision."""
    return bool(a != b) if type(a) is fmpq and type(b) is fmpq else not arb(a).overlaps(arb(b))


def _largest_eigenvalue(rows: list[list[Any]]) -> Any:
    """A ball around the largest eigenvalue of every symmetric matrix in a matrix of balls, of which there is one."""
    size = len(rows)
    for i in range(size):
        for j in range(i):
            rows[i][j] = rows[j][i] = rows[i][j].intersection(rows[j][i])
    matrix = arb_mat(rows)
    base = _eigenvectors(matrix)
    try:
        similar = base.inv() * matrix * base
    except ZeroDivisionError as problem:
        raise UncertainError("no columns were found that nearly are eigenvectors") from problem
    moved = base.transpose() * matrix * base
    lengths = base.transpose() * base
    least = [(moved[i, i] / lengths[i, i]).lower() for i in range(size)]  # x'S x / x'x, for any x
    most = [(similar[i, i] + sum((abs(similar[i, j]) for j in range(size) if j != i), arb(0))).upper()
            for i in range(size)]  # Gershgorin's discs  # fmt: skip
    return _finite(reduce(arb.max, least).union(reduce(arb.max, most)))


def _eigenvectors(matrix: Any) -> Any:
    """Columns that nearly are eigenvectors of the middle of a matrix of balls; nothing is promised of them."""
    import mpmath  # a tenth of a second, which few need

    size = matrix.nrows()
    with mpmath.workprec(ctx.prec):
        middle = mpmath.matrix(size)
        for i in range(size):
            for j in range(size):
                mantissa, exponent = matrix[i, j].mid().man_exp()
                middle[i, j] = mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))
        columns = mpmath.eigsy(middle)[1]
        entries = [[columns[i, j] for j in range(size)] for i in range(size)]
    return arb_mat([[_exactly(entry) for entry in row] for row in entries])


def _exactly(number: Any) -> Any:
    mantissa, exponent = number.man_exp  # of the absolute value
    return arb(mantissa if number >= 0 else -mantissa) * arb(2) ** exponent


def _finite(a: Real) -> Real:
    if type(a) is not fmpq and not a.is_finite():
        raise UncertainError("a ball without finite bounds")
    return a


def _rational_power(a: Any, exponent: Fraction) -> Real:
    if a == 0:
        if exponent < 0:
            raise UndefinedError(f"0 to the power {exponent}")
        return fmpq(0)
    if exponent.denominator == 1:
        return a ** int(exponent)
    if a < 0:
        raise UndefinedError(f"the root of a negative number, ({a})^({exponent})")
    if exponent.denominator == 2 and (root := exact_root(a)) is not None:
        return root**exponent.numerator
    return ball_power(arb(a), exponent)


def ball_power(a: Any, exponent: Fraction, doubts: list[str] | None = None) -> Real:
    """A ball around every number of the ball `a` to a rational power, 1 for the power 0; `doubts` as of `Balls`.

    Raises UndefinedError where it is certainly not defined, UncertainError where that cannot be told.
    """
    n, root = exponent.numerator, exponent.denominator
    if n == 0:
        return arb(1)
    if root > LARGEST_ROOT:
        raise UncertainError(f"the power {exponent} is no power that is evaluated")
    if root > 1:
        if a < 0:
            raise UndefinedError(f"the root of a negative number, ({a.str(8)})^({exponent})")
        if not a >= 0:
            doubt = f"cannot tell whether {a.str(8)} is negative, under the power {exponent}"
            if doubts is None or n < 0:
                raise UncertainError(doubt)
            doubts.append(doubt)
            return _finite(_whole_power(arb(0).union(a.upper().root(root)), n))
    if n < 0 and a.contains(0):
        if a == 0:
            raise UndefinedError(f"0 to the power {exponent}")
        raise UncertainError(f"cannot tell {a.str(8)} from 0, under the power {exponent}")
    if a == 0:
        return arb(0)  # flint's own roots of higher degree are nan there
    if root == 2:
        a = a.rsqrt() if n < 0 else a.sqrt()
    elif root > 2:
        a = (1 / a if n < 0 else a).root(root)
    elif n < 0:
        a = 1 / a
    return _finite(_whole_power(a, abs(n)))


def _square(a: Any) -> Any:
    """a^2 without negative numbers, so that lengths of vectors that vanish keep their root."""
    return (a * a).nonnegative_part() if a.contains(0) else a * a


def _whole_power(a: Any, n: int) -> Any:
    """a^n by repeated squaring: flint's own power is nan on a ball whose midpoint is exactly 0."""
    if n == 1:
        return a
    half = _square(_whole_power(a, n // 2)) if n > 3 or n == 2 else _square(a)
    return half * a if n % 2 else half


def enclosure(a: Real) -> str:
    """A value for people: the rational itself if short, otherwise about 20 digits with their error."""
    if type(a) is fmpq:
        exact = str(a)
        return exact if len(exact) <= 30 else str(arb(a).str(20))
    return str(a.str(20))
