r"""Every degree of an activation explodes at least as fast as the first.

    k(B - 3 + k)/(B - 3) >= (B - 2)/(B - 3),  k >= 1

On the sphere an activation is a sum of Gegenbauer polynomials of degree k, eigenfunctions of
f -> (1 - t^2) f'' - (B - 2) t f'
with eigenvalue -k(k + B - 3), to be read off their leading term t^k. The rate is a mean of the weights of the degrees
k >= 1; so it is at least (B - 2)/(B - 3) > 1 for every activation, with equality for affine ones alone
(`explosion.weights-beyond-linear`). As the batch grows the weight tends to k, that of the Hermite polynomial: the rate
tends to E[phi'(Z)^2]/Var phi(Z), which is at least 1 by the Gaussian Poincare inequality.
"""

from fractions import Fraction

from theory import (
    DIFFERENTIATE,
    Bound,
    Extension,
    Identity,
    Part,
    ScalarTheorem,
    Source,
    above,
    at_least,
    derivative,
    limit,
    oo,
    positive,
    raised,
    real,
    start,
    surplus,
)
from theory.definitions.mean_field import HALF, B

k, t, s = real("k"), positive("t"), real("s")
WEIGHT, LEAST = k * (B - 3 + k) / (B - 3), (B - 2) / (B - 3)
power = raised(t, k)
OPERATOR = (1 - t**2) * derivative(derivative(power, t), t) - (B - 2) * t * derivative(power, t)
LEADING = -k * (k + B - 3) * power + k * (k - 1) * raised(t, k - 2)
LIMIT = limit(WEIGHT, B, oo)

NEAR_MISSES = {
    "a weight of k": Identity(WEIGHT, k),
    "at least B - 1 over B - 3": Bound((B - 1) / (B - 3), WEIGHT),
    "the eigenvalue k^2": Identity(OPERATOR, -(k**2) * power + k * (k - 1) * raised(t, k - 2)),
    "the limit k^2": Identity(LIMIT, k**2),
}

# Slips that survive: a bound made weaker, and what is said of a limit, which no point decides.
WEAKER = (
    "k left out, on the right",
    "k squared, on the right",
    "B - 3 + k squared, on the right",
    "-3 left out, on the right (3)",
    "the sign of -3, on the right (2)",
    "-3 left out, on the right (4)",
    "B - 2 left out, on the left",
    "-3 left out, on the left",
    "the sign of -3, on the left",
    "-3 left out, on the left (2)",
)
SAME_LIMIT = (
    "-3 left out, on the left",
    "the sign of -3, on the left",
    "-3 left out, on the left (2)",
    "-3 left out, on the left (3)",
    "the sign of -3, on the left (2)",
    "k left out, on the left (2)",
    "the sign of k, on the left",
    "-3 left out, on the left (4)",
)
OTHER_LIMIT = {
    "1 / (B~ - 3) left out, on the left": "there is none",
    "1 / (B~ - 3) squared, on the left": "0",
    "B~ left out, on the left": "there is none",
    "the sign of B~, on the left": "-k",
    "k left out, on the left": "1",
    "k squared, on the left": "k^2",
    "B~ - 3 + k left out, on the left": "0",
    "B~ - 3 + k squared, on the left": "there is none",
    "B~ left out, on the left (2)": "0",
    "the sign of B~, on the left (2)": "-k",
}
SURVIVORS = {
    **{f"at least the first: {name}": "true for B > 3 and k >= 1, by hand; intervals do not see it" for name in WEAKER},
    **{f"large batches: {name}": "true: what is added to B does not move the limit" for name in SAME_LIMIT},
    **{f"large batches: {n}": f"false, but not at points; the limit: {value}" for n, value in OTHER_LIMIT.items()},
}

THEOREM = ScalarTheorem(
    __name__,
    parts=(
        Part(
            "at least the first",
            Bound(LEAST, WEIGHT),
            start(LEAST).at_most(WEIGHT, surplus((k - 1) * (k + B - 2) / (B - 3))),
        ),
        Part("eigenvalue", Identity(OPERATOR, LEADING), start(OPERATOR).equals(LEADING, DIFFERENTIATE)),
        Part(
            "large batches",
            Identity(LIMIT, k),
            start(LIMIT).equals(k, Extension(k * (1 - 2 * s + k * s) / (1 - 2 * s), s, Fraction(1), HALF / 2)),
        ),
    ),
    near_misses=NEAR_MISSES,
    survivors=SURVIVORS,
    ranges=(above(B, 3), at_least(k, 1)),
    sources=(Source("yang2019", "Section 3"),),
)
