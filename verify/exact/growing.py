"""How fast a term grows in one real number t: |v(t)| <= size (1 + |t|)^degree e^(rate |t|) for every real t.

What varies with t has a bound, `Growth`, in a number system of components. What has no row there is refused, so that
whatever has a bound is defined at every t, and continuous.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from verify.exact.activations import ACTIVATIONS
from verify.exact.partly_varying import HIGHEST, PartlyVarying, refusal

BOUNDED = ("tanh", "sin", "sin2", "erf", "sigmoid", "softplus", "gelu", "silu", "hardtanh")  # or a derivative of it is
LINES = ("relu", "leaky_relu", "abs", "gelu", "silu")  # no further from 0 than their argument
NONE = arb(0)


@dataclass(frozen=True, slots=True)
class Growth:
    """`size` and `rate` are nonnegative balls, of which the upper ends count."""

    size: Any
    degree: int = 0
    rate: Any = NONE


def along(mean: Any, deviation: Any) -> Growth:
    """|mean + deviation t| <= (|mean| + deviation)(1 + |t|)."""
    return Growth(abs(arb(mean)) + abs(arb(deviation)), 1)


@dataclass
class Growing(PartlyVarying):
    """Bounds of what varies."""

    kind = Growth

    def sum_of(self, a: Any, b: Any) -> Growth:
        a, b = of(a), of(b)
        return Growth(a.size + b.size, max(a.degree, b.degree), a.rate.max(b.rate))

    def product_of(self, a: Any, b: Any) -> Growth:
        a, b = of(a), of(b)
        if a.degree + b.degree > HIGHEST:
            raise refusal(f"what grows as a power above {HIGHEST}")
        return Growth(a.size * b.size, a.degree + b.degree, a.rate + b.rate)

    def negative_of(self, a: Growth) -> Growth:
        return a

    def size_of(self, a: Growth) -> Growth:
        return a

    def exp_of(self, a: Growth) -> Growth:
        """exp(|v|) for |v| <= size (1 + |t|)."""
        if a.degree > 1 or not a.rate == 0:
            raise refusal("exp of what is no straight line")
        return Growth(a.size.exp(), 0, a.size if a.degree else NONE)

    def value_of(self, function: str, order: int, a: Growth) -> Growth:
        if function in BOUNDED and (sup := ACTIVATIONS[function].sup(order)) is not None:
            return Growth(arb(fmpq(sup.numerator, sup.denominator)))
        if order == 0 and function in LINES:
            return a
        if order == 0 and function == "softplus":  # |log(1 + e^v)| <= log 2 + |v|
            return self.sum_of(a, Growth(arb(1)))
        raise refusal(f"{function}, or of its derivative {order},")


def of(a: Any) -> Growth:
    """A bound of what varies or does not."""
    return a if isinstance(a, Growth) else Growth(abs(arb(a)))


def beyond(growth: Growth, far: int) -> Any:
    """At least the mean over N(0, 1) of what grows so, on |t| >= far; None where this far it may still grow.

    With t = far + u, (1 + t)^degree <= (1 + far)^degree e^(degree u/(1 + far)) and the density is at most that at `far`
    times e^(-far u), so that what is left under the integral falls as e^(-fall u).
    """
    fall = far - growth.rate - arb(fmpq(growth.degree, 1 + far))
    if not fall > 1:
        return None
    top = growth.size * arb(1 + far) ** growth.degree * (growth.rate * far - arb(far) ** 2 / 2).exp()
    return 2 * top / (fall * (2 * arb.pi()).sqrt())
