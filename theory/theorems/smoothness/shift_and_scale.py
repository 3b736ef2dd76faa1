r"""Batch normalisation does not see a shift of the batch and, at eps = 0, no stretching.

BN(y + t 1) = BN(y),   BN(a y) = BN(y) for a > 0 at eps = 0
"""

from theory import Identity, Part, Source, Theorem, negative, positive, real, start, unfold, zero
from theory.definitions.batch_norm import NORMALISED, NOT_CONSTANT, batch_norm, beta, eps, gamma, mean, one, variance, y

t, a, b = real("t"), positive("a"), negative("b")
SHIFTED, PLAIN = batch_norm(y + t * one, gamma, beta, eps), batch_norm(y, gamma, beta, eps)
SCALED, PLAIN_0 = batch_norm(a * y, gamma, beta, zero()), batch_norm(y, gamma, beta, zero())
DEFINITIONS = unfold(batch_norm, *NORMALISED)

NEAR_MISSES = {
    "any scale for eps > 0": Identity(batch_norm(a * y, gamma, beta, eps), PLAIN),
    "a negative scale": Identity(batch_norm(b * y, gamma, beta, zero()), PLAIN_0),
    "the shift passes through": Identity(SHIFTED, PLAIN + t * one),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "mean", Identity(mean(y + t * one), mean(y) + t), start(mean(y + t * one)).equals(mean(y) + t, unfold(mean))
        ),
        Part(
            "variance",
            Identity(variance(a * y), a**2 * variance(y)),
            start(variance(a * y)).equals(a**2 * variance(y), unfold(variance, mean)),
        ),
        Part("shift", Identity(SHIFTED, PLAIN), start(SHIFTED).equals(PLAIN, DEFINITIONS)),
        Part("scale", Identity(SCALED, PLAIN_0), start(SCALED).equals(PLAIN_0, DEFINITIONS)),
        Part(
            "negative scale",
            Identity(batch_norm(b * y, gamma, beta, zero()), batch_norm(y, -gamma, beta, zero())),
            start(batch_norm(b * y, gamma, beta, zero())).equals(batch_norm(y, -gamma, beta, zero()), DEFINITIONS),
        ),
    ),
    headline="shift",
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("ioffe2015", "Section 3.3"),),
    meanings={"t": "a shift", "a": "a positive factor", "b": "a negative factor"},
)
