"""Concrete activations and scalar fields in exact rationals and balls, for instances of generic functions.

The same names stand in `numerics/activations.py` and `numerics/fields.py`, for torch; a test compares the lists. Two
functions are too tall for floats (`TOO_TALL`) and are drawn for exact instances alone.

An entry is a rational (`flint.fmpq`) while it can be one and a ball (`flint.arb`) at the active precision
otherwise. Derivatives are closed forms of order 0..3; they are tested against each other, never fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from math import factorial, isqrt
from typing import Any

from flint import arb, fmpq

from theory.terms.known_functions import of_positive
from verify.exact.jets import Jet, Jets
from verify.exact.number_system import NumberSystem, UncertainError, UndefinedError, UnsupportedError

Real = Any  # fmpq | arb; python-flint has no type stubs
HIGHEST_ORDER = 3
TALL = 10**100
TOO_TALL = ("tall", "steep")
BESIDE_NORMAL_LAWS = ("quartic",)  # for a function under a normal law alone: the second derivative of t^3 has mean 0
CONSTANTS = ("zero", "one")  # tried where a bound asks whether a function varies; drawn nowhere
BY_NAME = ("exp",)  # of a function of which nothing is said, no instance: `numerics.activations` says why


@dataclass(frozen=True)
class Concrete:
    """`derivative(k, x)` for k in 0..3; `sups[k]` bounds |phi^(k)| on the line (None: unbounded or not known).

    `tight` says which of these bounds are the supremum itself; the others are rationals slightly above it.
    """

    name: str
    derivative: Callable[[int, Real], Real]
    sups: tuple[Fraction | None, ...]
    tight: tuple[int, ...] = ()

    @property
    def of_positive(self) -> bool:
        """Is it defined for positive numbers alone?"""
        return of_positive(self.name)

    @property
    def smooth(self) -> bool:
        """Has it derivatives everywhere? Otherwise it has kinks."""
        return len(self.sups) > 1

    def sup(self, order: int) -> Fraction | None:
        return self.sups[order] if order < len(self.sups) else None


def _monomial(degree: int) -> Callable[[int, Real], Real]:
    def derivative(order: int, x: Real) -> Real:
        factor = 1
        for k in range(order):
            factor *= degree - k
        result = fmpq(factor)
        for _ in range(degree - order):  # no `**`: flint's power is not defined on balls that contain 0
            result = result * x
        return result

    return derivative


def _constant(value: int) -> Callable[[int, Real], Real]:
    return lambda order, x: fmpq(0 if order else value)


def _tall(order: int, x: Real) -> Real:
    """10^100 (t + t^3): what is bounded on this library for no better reason than its size fails here."""
    return TALL * (_monomial(1)(order, x) + _monomial(3)(order, x))


def _ball(x: Real) -> Real:
    return arb(x)


def _tanh(order: int, x: Real) -> Real:
    t = _ball(x).tanh()
    if order == 0:
        return t
    s = 1 / _ball(x).cosh() ** 2
    return (s, -2 * t * s, s * (6 * t * t - 2))[order - 1]


def _exp(order: int, x: Real) -> Real:
    return fmpq(1) if type(x) is fmpq and x == 0 else _ball(x).exp()


def _log(order: int, x: Real) -> Real:
    _require_positive(x, "logarithm")
    if order == 0:
        return fmpq(0) if type(x) is fmpq and x == 1 else _ball(x).log()
    return (-1) ** (order - 1) * factorial(order - 1) / x**order


def _root(exponent: Fraction, order: int, x: Real) -> Real:
    """The derivative of x^(1/2) or x^(-1/2) for x > 0."""
    _require_positive(x, "root with derivatives")
    factor = fmpq(1)
    for k in range(order):
        factor *= fmpq(exponent.numerator, exponent.denominator) - k
    root = exact_root(x) if type(x) is fmpq else None
    root = _ball(x).sqrt() if root is None else root
    return factor * (root if exponent > 0 else 1 / root) / x**order


def exact_root(x: Any) -> Any:
    """The root of a rational, if that is one."""
    p, q = isqrt(int(x.p)), isqrt(int(x.q))
    return fmpq(p, q) if p * p == x.p and q * q == x.q else None


def _require_positive(x: Real, what: str) -> None:
    if x <= 0:
        raise UndefinedError(f"the {what} of a number that is not positive")
    if not x > 0:
        raise UncertainError(f"cannot tell whether {x.str(8)} is positive, under a {what}")


def _sin(order: int, x: Real) -> Real:
    s, c = _ball(x).sin_cos()
    return (s, c, -s, -c)[order]


def _sin2(order: int, x: Real) -> Real:
    """sin(2t): a derivative of both signs whose sup is not 1, so that Phi and Phi^2 can be told apart."""
    return 2**order * _sin(order, 2 * x)


def _erf(order: int, x: Real) -> Real:
    x = _ball(x)
    if order == 0:
        return x.erf()
    g = 2 * (-x * x).exp() / arb.pi().sqrt()
    return (g, -2 * x * g, (4 * x * x - 2) * g)[order - 1]


def _logistic(x: Real) -> tuple[Real, Real]:
    """1/(1 + e^-x) and its complement, without overflow and without cancellation."""
    e = (-abs(x)).exp()
    large, small = 1 / (1 + e), e / (1 + e)
    if x > 0:
        return large, small
    if x < 0:
        return small, large
    return 1 / (1 + (-x).exp()), 1 / (1 + x.exp())  # the ball straddles 0


def _sigmoid(order: int, x: Real) -> Real:
    s, c = _logistic(_ball(x))
    return (s, s * c, s * c * (c - s), s * c * (1 - 6 * s * c))[order]


def _softplus(order: int, x: Real) -> Real:
    if order:
        return _sigmoid(order - 1, x)
    x = _ball(x)
    return x + (-x).exp().log1p() if x > 0 else x.exp().log1p()


def _gelu(order: int, x: Real) -> Real:
    x = _ball(x)
    density = (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
    if order >= 2:
        return density * (2 - x * x) if order == 2 else density * x * (x * x - 4)
    distribution = (-x / arb(2).sqrt()).erfc() / 2
    return x * distribution if order == 0 else distribution + x * density


def _silu(order: int, x: Real) -> Real:
    ball = _ball(x)
    first = order * _sigmoid(order - 1, ball) if order else arb(0)
    return first + ball * _sigmoid(order, ball)


@dataclass(frozen=True)
class Piecewise:
    """A continuous function with one slope between neighbouring kinks; at a kink it has no derivative."""

    name: str
    kinks: tuple[Fraction, ...]
    slopes: tuple[Fraction, ...]  # one more than kinks
    at_first: Fraction  # the value at the first kink

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        """Slopes, kinks and values at kinks."""
        value, found = self.at_first, [self.at_first]
        for k in range(1, len(self.kinks)):
            value += self.slopes[k] * (self.kinks[k] - self.kinks[k - 1])
            found.append(value)
        return (*self.slopes, *self.kinks, *found)

    def __call__(self, order: int, x: Real) -> Real:
        if type(x) is fmpq:
            return self._piece(order, x, sum(x > _fmpq(k) for k in self.kinks), any(x == _fmpq(k) for k in self.kinks))
        below = sum(not bool(x <= arb(_fmpq(k))) for k in self.kinks)
        above = sum(bool(x >= arb(_fmpq(k))) for k in self.kinks)
        touched = any(x.contains(arb(_fmpq(k))) for k in self.kinks)
        if order and touched:
            if any(bool(x == arb(_fmpq(k))) for k in self.kinks):
                return self._piece(order, x, below, True)
            raise UncertainError(f"cannot tell {x.str(8)} from a kink of {self.name}")
        result = self._piece(order, x, above, False)
        for piece in range(above + 1, below + 1):  # values over every piece that the ball meets
            result = arb(result).union(arb(self._piece(order, x, piece, False)))
        return result

    def _piece(self, order: int, x: Real, piece: int, at_kink: bool) -> Real:
        if order:
            if at_kink:
                raise UndefinedError(f"the derivative of {self.name} at a kink")
            return _fmpq(self.slopes[piece]) if order == 1 else fmpq(0)
        start, value = self.kinks[0], self.at_first
        for k in range(1, piece):
            start, value = self.kinks[k], value + self.slopes[k] * (self.kinks[k] - self.kinks[k - 1])
        return _fmpq(value) + _fmpq(self.slopes[piece]) * (x - _fmpq(start))


def _fmpq(value: Fraction) -> Real:
    return fmpq(value.numerator, value.denominator)


@lru_cache(maxsize=256)  # of what formulas have
def _f(numerator: int, denominator: int = 1) -> Fraction:
    return Fraction(numerator, denominator)


ACTIVATIONS: Mapping[str, Concrete] = {
    c.name: c
    for c in (
        Concrete("identity", _monomial(1), (None, _f(1), _f(0), _f(0)), (1, 2, 3)),
        Concrete("square", _monomial(2), (None, None, _f(2), _f(0)), (2, 3)),
        Concrete("cube", _monomial(3), (None, None, None, _f(6)), (3,)),
        Concrete("quartic", _monomial(4), (None, None, None, None)),
        Concrete("zero", _constant(0), (_f(0), _f(0), _f(0), _f(0)), (0, 1, 2, 3)),
        Concrete("one", _constant(1), (_f(1), _f(0), _f(0), _f(0)), (0, 1, 2, 3)),
        Concrete("tanh", _tanh, (_f(1), _f(1), _f(77, 100), _f(2)), (0, 1, 3)),
        Concrete("exp", _exp, (None, None, None, None)),
        Concrete("log", _log, (None, None, None, None)),
        Concrete("sqrt", partial(_root, _f(1, 2)), (None, None, None, None)),
        Concrete("rsqrt", partial(_root, _f(-1, 2)), (None, None, None, None)),
        Concrete("sin", _sin, (_f(1), _f(1), _f(1), _f(1)), (0, 1, 2, 3)),
        Concrete("sin2", _sin2, (_f(1), _f(2), _f(4), _f(8)), (0, 1, 2, 3)),
        # 2/sqrt(pi) = 1.1283791670955125738961...
        Concrete("erf", _erf, (_f(1), _f(1128379167095512574, 10**18), _f(97, 100), _f(226, 100)), (0,)),
        Concrete("softplus", _softplus, (None, _f(1), _f(1, 4), _f(97, 1000)), (1, 2)),
        Concrete("sigmoid", _sigmoid, (_f(1), _f(1, 4), _f(97, 1000), _f(1, 8)), (0, 1, 3)),
        Concrete("gelu", _gelu, (None, _f(113, 100), _f(8, 10))),
        Concrete("silu", _silu, (None, _f(11, 10), _f(1, 2)), (2,)),
        Concrete("tall", _tall, (None, None, None, _f(6 * TALL)), (3,)),
        *(
            Concrete(name, Piecewise(name, kinks, slopes, start), (sup,), (0,))
            for name, kinks, slopes, start, sup in (
                ("relu", (_f(0),), (_f(0), _f(1)), _f(0), None),
                ("leaky_relu", (_f(0),), (_f(1, 100), _f(1)), _f(0), None),
                ("abs", (_f(0),), (_f(-1), _f(1)), _f(0), None),
                ("hardtanh", (_f(-1), _f(1)), (_f(0), _f(1), _f(0)), _f(-1), _f(1)),
            )
        ),
    )
}


MONOMIALS = {"identity": 1, "square": 2, "cube": 3, "quartic": 4}  # with their degrees
POLYNOMIALS = {**MONOMIALS, "tall": 3, **dict.fromkeys(CONSTANTS, 0)}


def concrete(name: str) -> Concrete:
    """The activation of this name. Raises KeyError listing those known."""
    try:
        return ACTIVATIONS[name]
    except KeyError:
        raise KeyError(f"no activation {name!r}; known are {', '.join(ACTIVATIONS)}") from None


# ---- scalar fields: formulas over any number system; gradients and Hessians come from jets ------------------
Formula = Callable[[NumberSystem[Any], Sequence[Any]], Any]


def _sum(n: NumberSystem[Any], entries: Sequence[Any]) -> Any:
    result = n.rational(_f(0))
    for entry in entries:
        result = n.add(result, entry)
    return result


def _times(n: NumberSystem[Any], factor: Fraction, a: Any) -> Any:
    return n.mul(n.rational(factor), a)


def _level(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """1 everywhere."""
    return n.rational(_f(1))


def _none(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """0 everywhere."""
    return n.rational(_f(0))


def _quadratic(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """(1/2) sum u_i^2: its gradient at u is u. It makes counterexamples plain."""
    return _sum(n, [_times(n, _f(1, 2), n.mul(e, e)) for e in u])


def _cubic(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """sum u_i/(i+1) + (1/2) sum (i+1) u_i^2 + (1/3) (sum u_i)^3."""
    linear = [_times(n, _f(1, i + 1), e) for i, e in enumerate(u)]
    square = [_times(n, _f(i + 1, 2), n.mul(e, e)) for i, e in enumerate(u)]
    cube = _times(n, _f(1, 3), n.power(_sum(n, u), _f(3)))
    return _sum(n, [*linear, *square, cube])


def _sine(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """sin(sum (i+1) u_i) + (1/2) sum u_i^2."""
    inside = _sum(n, [_times(n, _f(i + 1), e) for i, e in enumerate(u)])
    square = [_times(n, _f(1, 2), n.mul(e, e)) for e in u]
    return _sum(n, [n.apply("sin", 0, inside), *square])


def _tilted(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """sum (i+1)^2 u_i: no curvature, and a gradient that is the same everywhere."""
    return _sum(n, [_times(n, _f((i + 1) ** 2), e) for i, e in enumerate(u)])


def _bowl(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """sum (i+1)^2 u_i + (1/4) sum u_i^2: the Hessian is I/2."""
    return n.add(_tilted(n, u), _times(n, _f(1, 2), _quadratic(n, u)))


def _wells(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """(1/4) sum (i+1) (u_i^2 - 1)^2: its gradient vanishes where every u_i is 0, 1 or -1."""
    inside = [n.add(n.mul(e, e), n.rational(_f(-1))) for e in u]
    return _sum(n, [_times(n, _f(i + 1, 4), n.mul(e, e)) for i, e in enumerate(inside)])


def _steep(n: NumberSystem[Any], u: Sequence[Any]) -> Any:
    """10^100 times the cubic field."""
    return _times(n, _f(TALL), _cubic(n, u))


# A bound on curvature has equality where there is none, or the same in every direction; a bound by the gradient at
# another point fails where that gradient vanishes. The next three fields are for that;
# the last is larger than any number that a bound is likely to name.
FIELDS: Mapping[str, Formula] = {
    "quadratic": _quadratic,
    "cubic": _cubic,
    "sine": _sine,
    "tilted": _tilted,
    "bowl": _bowl,
    "wells": _wells,
    "steep": _steep,
    "none": _none,
    "level": _level,
}
CONSTANT_FIELDS = ("none", "level")  # as `CONSTANTS`
POLYNOMIAL_FIELDS = {
    "quadratic": 2,
    "cubic": 3,
    "tilted": 1,
    "bowl": 2,
    "wells": 4,
    "steep": 3,
    "none": 0,
    "level": 0,
}  # with their degrees


def field_partial(name: str, numbers: NumberSystem[Any], indices: tuple[int, ...], at: Sequence[Any]) -> Any:
    """The partial derivative of a scalar field along the coordinates `indices`, by nested jets."""
    if name not in FIELDS:
        raise KeyError(f"no scalar field {name!r}; known are {', '.join(FIELDS)}")
    if not indices:
        return FIELDS[name](numbers, at)
    jets: Jets[Any] = Jets(numbers, 1)
    seeded = [jets.seed(e, 0) if i == indices[0] else Jet(e) for i, e in enumerate(at)]
    return jets.slopes(field_partial(name, jets, indices[1:], seeded))[0]


def bits_to_limit(name: str, x: Real) -> int:
    """About how many bits tell phi(x) from the line that phi comes near far out; 0 if it comes near none."""
    if name not in _RATES:
        return 0
    square, rate = _RATES[name]
    far = arb(x).abs_upper()
    needed = rate * (far * far if square else far)
    return FARTHEST if not needed < FARTHEST else int(float(needed)) + 1


# Bits for each |x|, or x^2 where the rest falls as exp(-x^2): 1/log 2 times 2, 1 and 1/2 for what comes near a limit.
_RATES = {
    "tanh": (False, 3),
    "sigmoid": (False, 2),
    "softplus": (False, 2),
    "silu": (False, 2),
    "erf": (True, 2),
    "gelu": (True, 1),
}
FARTHEST = 2**30


def apply_activation(name: str, order: int, x: Real) -> Real:
    """phi^(order)(x) at the active precision. Raises UnsupportedError above order 3."""
    if order > HIGHEST_ORDER:
        raise UnsupportedError(f"derivative {order} of {name}: derivatives are known up to order {HIGHEST_ORDER}")
    return concrete(name).derivative(order, x)
