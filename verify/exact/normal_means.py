"""Means over the normal law itself, of one number: certified quadrature in complex balls, and a bound of what is left.

Where finite laws stand for a normal one no mean is integrated (`gaussian_laws.beyond`). Else, with x = mean +
deviation t, the body is evaluated in components at complex balls t, times the density, between two points; beyond them
its growth bounds the rest (`growing`). A derivative outside of the mean is taken within: the bound of its growth is
continuous in what stands outside, so that it holds nearby as well, a little larger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flint import acb, arb, ctx, fmpq

from theory import terms as t
from theory.statements.claims import Gaussian
from theory.terms import rewrite
from verify.exact.balls import Balls
from verify.exact.components import Matrix, Scope, evaluate
from verify.exact.gaussian_laws import is_open
from verify.exact.growing import Growing, along, beyond, of
from verify.exact.integrals_in_balls import integral
from verify.exact.jets import Jet, Jets
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.partly_varying import PartlyVarying, refusal

EACH = 20_000  # evaluations of one body
FARTHEST = 400  # standard deviations


@dataclass
class ComplexBalls(PartlyVarying):
    """What varies is a complex ball, not finite where it is to be `analytic` and may not be."""

    analytic: bool = False
    kind = acb

    def sum_of(self, a: Any, b: Any) -> Any:
        return a + b

    def product_of(self, a: Any, b: Any) -> Any:
        return a * b

    def negative_of(self, a: Any) -> Any:
        return -a

    def size_of(self, a: Any) -> Any:
        return a.real_abs(analytic=self.analytic)

    def exp_of(self, a: Any) -> Any:
        return a.exp()

    def value_of(self, function: str, order: int, a: Any) -> Any:
        if function not in FUNCTIONS:
            raise refusal(function)
        return FUNCTIONS[function](order, a, self.analytic)


# ---- functions of complex balls, with their derivatives to the third ------------------------------------------
def _tanh(order: int, z: Any, analytic: bool) -> Any:
    h = z.tanh()
    s = 1 - h * h
    return (h, s, -2 * h * s, s * (6 * h * h - 2))[order]


def _sin(order: int, z: Any, analytic: bool) -> Any:
    return (z.sin(), z.cos(), -z.sin(), -z.cos())[order]


def _sin2(order: int, z: Any, analytic: bool) -> Any:
    return 2**order * _sin(order, 2 * z, analytic)


def _erf(order: int, z: Any, analytic: bool) -> Any:
    if order == 0:
        return z.erf()
    g = 2 * (-z * z).exp() / arb.pi().sqrt()
    return (g, -2 * z * g, (4 * z * z - 2) * g)[order - 1]


def _sigmoid(order: int, z: Any, analytic: bool) -> Any:
    h = (z / 2).tanh()
    s, p = (1 + h) / 2, (1 - h * h) / 4
    return (s, p, -h * p, p * (1 - 6 * p))[order]


def _softplus(order: int, z: Any, analytic: bool) -> Any:
    return _sigmoid(order - 1, z, analytic) if order else (1 + z.exp()).log(analytic=analytic)


def _gelu(order: int, z: Any, analytic: bool) -> Any:
    density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
    if order >= 2:
        return density * (2 - z * z) if order == 2 else density * z * (z * z - 4)
    distribution = (1 + (z / arb(2).sqrt()).erf()) / 2
    return distribution + z * density if order else z * distribution


def _silu(order: int, z: Any, analytic: bool) -> Any:
    first = order * _sigmoid(order - 1, z, analytic) if order else acb(0)
    return first + z * _sigmoid(order, z, analytic)


def _abs(order: int, z: Any, analytic: bool) -> Any:
    if order:
        raise refusal("a derivative of what has kinks")
    return z.real_abs(analytic=analytic)


def _relu(order: int, z: Any, analytic: bool) -> Any:
    return (z + _abs(order, z, analytic)) / 2


def _leaky_relu(order: int, z: Any, analytic: bool) -> Any:
    return (101 * z + 99 * _abs(order, z, analytic)) / 200


def _hardtanh(order: int, z: Any, analytic: bool) -> Any:
    return (_abs(order, z + 1, analytic) - _abs(order, z - 1, analytic)) / 2


FUNCTIONS: Mapping[str, Callable[[int, Any, bool], Any]] = {
    "tanh": _tanh,
    "sin": _sin,
    "sin2": _sin2,
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "gelu": _gelu,
    "silu": _silu,
    "abs": _abs,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "hardtanh": _hardtanh,
}


# ---- integrated -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NormalMeans:
    """Means over the normal vectors of these laws, each of one number at the instance; None of those for which finite
    laws stand. `functions` are those of the instance."""

    laws: Mapping[str, Gaussian]
    functions: Mapping[str, str]

    def __call__(self, term: t.Expectation, scope: Scope[Any]) -> Matrix[Any] | None:
        law = self.laws.get(term.over.name)
        if law is None or not is_open(rewrite.unfold(term.body), term.over, self.functions):
            return None
        balls = _innermost(scope.numbers)
        if not isinstance(balls, Balls):
            raise refusal("another")
        mean, variance = (_number(evaluate(u, scope.outermost)) for u in (law.mean, law.covariance))
        if variance == 0:
            return None  # the law has one point
        if not variance > 0:
            raise UncertainError("a normal law whose variance is not known to be positive")
        return _integrated(term, scope, balls, mean, arb(variance).sqrt())


def _innermost(numbers: object) -> object:
    while isinstance(numbers, Jets):
        numbers = numbers.inner
    return numbers


def _number(value: Matrix[Any]) -> Any:
    entry = value[0][0]
    while isinstance(entry, Jet):
        if any(not (type(slope) is fmpq and slope == 0) for slope in entry.slopes):
            raise UnsupportedError("a derivative in what a normal law is made of")
        entry = entry.value
    return entry


def _integrated(term: t.Expectation, scope: Scope[Any], balls: Balls, mean: Any, deviation: Any) -> Matrix[Any]:
    """The mean of each entry. The body at the middle of the law says how many bits tell a function from its limit."""
    bound, value = Growing(balls), ComplexBalls(balls)
    growth = _at(term, _over(scope, bound), along(mean, deviation))
    _at(term, scope, mean)
    inner = _over(scope, value)

    def entry_of(place: tuple[int, ...]) -> Callable[[Any, bool], Any]:
        def integrand(z: Any, analytic: bool) -> Any:
            value.analytic = analytic
            try:
                entry = _part(_at(term, inner, mean + deviation * z), place)
            except (UncertainError, UndefinedError, ZeroDivisionError):
                return acb("nan")
            return entry * (-z * z / 2).exp()

        return integrand

    def mean_of(entry: Any, place: tuple[int, ...]) -> Any:
        if isinstance(entry, Jet):
            slopes = tuple(mean_of(slope, (*place, i + 1)) for i, slope in enumerate(entry.slopes))
            return Jet(mean_of(entry.value, (*place, 0)), slopes)
        if type(entry) in (fmpq, arb):
            return entry
        far, rest = _far(of(entry))
        goal = arb(2) ** -ctx.prec
        whole = integral(entry_of(place), -far, far, goal, EACH)
        found = whole.real / (2 * arb.pi()).sqrt() + arb(0, rest.upper())
        if not found.is_finite():
            raise UncertainError("a mean over a normal law that was not enclosed")
        return found

    return [[mean_of(entry, (i, j)) for j, entry in enumerate(row)] for i, row in enumerate(growth)]


def _far(growth: Any) -> tuple[int, Any]:
    """How far out to integrate, and what the rest is at most."""
    far = 8
    while far <= FARTHEST:
        rest = beyond(growth, far)
        if rest is not None and rest < arb(2) ** -ctx.prec:
            return far, rest
        far += 4
    raise UncertainError("a mean over a normal law of what grows too fast to be enclosed")


def _over(scope: Scope[Any], leaf: Any) -> Scope[Any]:
    """The same scope over a number system in which entries may vary; parents are flattened."""
    numbers, outermost = _rebuilt(scope.numbers, leaf), scope.outermost
    over = Scope(numbers, scope.sizes, outermost.constants, outermost.laws, scope.definitions, means=scope.means)
    return over.inside(scope.visible)


def _rebuilt(numbers: Any, leaf: Any) -> Any:
    return Jets(_rebuilt(numbers.inner, leaf), numbers.directions) if isinstance(numbers, Jets) else leaf


def _at(term: t.Expectation, scope: Scope[Any], x: Any) -> Matrix[Any]:
    point = x
    for _ in _layers(scope.numbers):
        point = Jet(point)
    return evaluate(term.body, scope.inside({term.over: [[point]]}, over=term.over))


def _layers(numbers: Any) -> Iterator[Jets[Any]]:
    while isinstance(numbers, Jets):
        yield numbers
        numbers = numbers.inner


def _part(value: Matrix[Any], place: tuple[int, ...]) -> Any:
    i, j, *inner = place
    entry = value[i][j]
    for step in inner:
        entry = entry.value if step == 0 else entry.slopes[step - 1]
    return entry
