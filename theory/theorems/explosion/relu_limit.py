r"""The ReLU rate tends to pi/(pi - 1) as the batch grows.

    lim lambda(B) = pi/(pi - 1) = 1.46694...

This is the limit for the squared norm; the norm of the gradient grows by its root, 1.21117... a layer.
"""

from fractions import Fraction

from theory import Extension, Identity, Numbers, Source, Theorem, limit, oo, pi, sqrt, start
from theory.definitions.mean_field import B, relu_rate_in_t, t
from theory.definitions.mean_field import relu_rate as closed_form
from theory.theorems.explosion import relu_rate

LIMIT = limit(closed_form(B), B, oo)

CLAIM = Identity(LIMIT, pi / (pi - 1))
DERIVATION = start(LIMIT).equals(pi / (pi - 1), Extension(relu_rate_in_t(t), t, Fraction(1), Fraction(1, 3)))

NEAR_MISSES = {
    "the limit for the norm": Identity(LIMIT, sqrt(pi / (pi - 1))),
    "independent samples lose nothing": Identity(LIMIT, 2 * pi / (2 * pi - 1)),
    "no explosion": Identity(LIMIT, pi / pi),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    setting=Numbers(),
    near_misses=NEAR_MISSES,
    sources=(Source("yang2019", "Section 3.2"),),
    rests_on=(relu_rate.THEOREM,),
)
