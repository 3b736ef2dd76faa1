"""Which quadrature is tried, at which precision and to which degree, until the ball is small or the work is spent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from verify.errors import UserError
from verify.rates.directions import CannotSeparateError
from verify.rates.expression import Node
from verify.rates.gaussian import limit
from verify.rates.gegenbauer_series import Branch, bits_for, largest_ratio_after, moments, quotient
from verify.rates.pieces import Piece
from verify.rates.polar import products
from verify.rates.program import bind, compile_
from verify.rates.quadrature import CannotEncloseError, TooMuchWorkError, Work
from verify.rates.rational_polynomials import polynomial, rational_zeros

Ball = Any  # flint.arb
WORK = 600_000  # evaluations of phi
POLAR_UP_TO = 64  # for breaks at 0; above, few terms of the series matter
CELLS_UP_TO = 24  # for breaks elsewhere, whose cells cost more
DEGREES = (8, 16, 32, 64, 128, 256)
USUAL = DEGREES.index(32)  # where the series begins, unless less will do
SERIES_UP_TO = 6  # digits for which the series is tried first even where phi breaks at 0
HIGHEST_BITS = 1500
FEW_DIGITS = 8  # so many or fewer: asking for fewer saves little
RULE = "Gauss-Legendre rules, errors bounded on Bernstein ellipses"


@dataclass(frozen=True)
class Attempt:
    """A ball around lambda, and what bounds its errors."""

    value: Ball
    evidence: tuple[str, ...]


def attempts(found: Sequence[Piece], n: int | None, digits: int) -> Iterator[Attempt]:
    """Better and better balls; a caller stops when it has enough. Raises UserError if there is none at all."""
    work = Work(WORK)
    if n is None:
        tried = _sharper(lambda bits: _limit(found, bits, work), digits)
    else:
        tried = _finite(found, n, digits, work)
    some = False
    with _explained(found, n, digits):
        try:
            for attempt in tried:
                some = some or bool(attempt.value.is_finite())
                yield attempt
        except (TooMuchWorkError, CannotEncloseError):
            if not some:  # else what was had before is the answer, wide as it may be
                raise


def _finite(found: Sequence[Piece], n: int, digits: int, work: Work) -> Iterator[Attempt]:
    """The series, which does for phi without breaks, large batches and few digits; cells where breaks make it slow."""
    at_zero = len(found) == 2 and found[0].high == 0
    if not at_zero or n >= POLAR_UP_TO or digits <= SERIES_UP_TO:
        yield from _series(found, n, digits, work)
    if len(found) > 1 and n < (POLAR_UP_TO if at_zero else CELLS_UP_TO):
        with suppress(CannotSeparateError):  # then the ball of the series is what there is
            yield from _sharper(lambda bits: _polar(found, n, bits, work), digits)


def _branches(found: Sequence[Piece]) -> list[Branch]:
    return [Branch(p.low, p.high, bind(compile_(p.node))) for p in found]


def _sharper(compute: Callable[[int], Attempt], digits: int) -> Iterator[Attempt]:
    """The same method at rising precision: first what should do, then twice as many bits."""
    bits = int(digits * 3.33) + 16
    while bits <= HIGHEST_BITS:
        with ctx.workprec(bits + 40):
            yield compute(bits)
        bits *= 2


def _tolerance(bits: int) -> Ball:
    return arb(2) ** -bits


def _limit(found: Sequence[Piece], bits: int, work: Work) -> Attempt:
    value, cut = limit(_branches(found), _tolerance(bits), work)
    largest = max(cut.beyond, key=float)
    tail = f"beyond |z| = {cut.end} growth bounds derived from the expression, at most {_small(largest)}"
    return Attempt(value, (RULE, tail, f"{ctx.prec} bits"))


def _polar(found: Sequence[Piece], n: int, bits: int, work: Work) -> Attempt:
    branches = _branches(found)
    single = moments(branches, n, 0, _tolerance(bits), work)
    pair = products(branches, n, _tolerance(bits), work)
    value = (single.energy + pair.slope) / (single.square - pair.value) / (n - 2)
    return Attempt(value, (RULE, "pairs of units in polar coordinates, cut along the breaks", f"{ctx.prec} bits"))


def _series(found: Sequence[Piece], n: int, digits: int, work: Work) -> Iterator[Attempt]:
    """Degree and precision rise, each when it is what keeps the ball wide."""
    bits, level = int(digits * 3.33) + 16, _first_level(n, digits)
    while bits <= HIGHEST_BITS and level < len(DEGREES):
        degree = DEGREES[level]
        with ctx.workprec(bits + 40):
            needed = bits_for(n, degree)
        with ctx.workprec(needed):
            (top, u), (bare_top, bare_u) = quotient(moments(_branches(found), n, degree, _tolerance(bits), work), n)
            value, bare = top / u / (n - 2), bare_top / bare_u / (n - 2)
        cut = f"Gegenbauer series to degree {degree}, the rest bounded by Parseval's sums and Laplace's integral"
        yield Attempt(value, (RULE, cut, f"{needed} bits"))
        if bare.is_finite() and bare.rad() * arb(10) ** digits <= abs(bare):
            level += 1
        else:
            bits *= 2


def _first_level(n: int, digits: int) -> int:
    """Where in `DEGREES` to begin: a guess. A poor one costs time, as what was cut is in the ball whatever it is."""
    enough = (i for i in range(USUAL) if largest_ratio_after(n, DEGREES[i]) < arb(10) ** -digits)
    return next(enough, USUAL)


def _small(value: Ball) -> str:
    return str(value.str(1, radius=False))


@contextmanager
def _explained(found: Sequence[Piece], n: int | None, digits: int) -> Iterator[None]:
    """What quadrature cannot do, as a message."""
    try:
        yield
    except CannotEncloseError as error:
        place = error.place if n is None else _coordinate(error.place, n)
        raise _undefined(
            n, f"something near z = {round(float(place.mid()), 6) + 0.0:g} that cannot be enclosed"
        ) from None
    except TooMuchWorkError:
        pole = _pole(found, n)
        if pole is not None:
            raise _undefined(n, f"a division by 0 at z = {pole}") from None
        raise UserError(
            "expected an expression that can be integrated within the limit of work",
            got=f"one that needs more than {WORK:,} evaluations",
            where="PHI",
            remedy="fewer --digits, or a phi that varies less" if digits > FEW_DIGITS else "a phi that varies less",
        ) from None


def _undefined(n: int | None, got: str) -> UserError:
    return UserError(
        "expected phi and phi' that are defined and bounded on the range"
        + ("" if n is None else f" |z| <= sqrt({n}) of batch size {n + 1}"),
        got=got,
        where="PHI",
        remedy="see whether phi has a pole, a root or a logarithm there; write kinks with abs, max, min or clip",
    )


def _pole(found: Sequence[Piece], n: int | None) -> Fraction | None:
    """A rational zero, within the range and its piece, of a polynomial that is divided by."""
    for piece in found:
        for root in _zeros_of_divisors(piece.node):
            low, high = piece.low is None or piece.low <= root, piece.high is None or root <= piece.high
            if low and high and (n is None or root**2 <= n):
                return root
    return None


def _zeros_of_divisors(node: Node) -> Iterator[Fraction]:
    divisor = node.args[1] if node.op == "div" else node.args[0] if node.op == "power" and node.value < 0 else None
    poly = None if divisor is None else polynomial(divisor)
    if poly is not None and poly.degree() >= 1:
        yield from rational_zeros(poly)
    for argument in node.args:
        yield from _zeros_of_divisors(argument)


def _coordinate(place: Ball, n: int) -> Ball:
    return place.sin() * arb(n).sqrt()
