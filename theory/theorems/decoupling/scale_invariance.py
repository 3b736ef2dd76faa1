r"""A batch-normalised unit does not see the length of its weights.

    f_BN(a w, gamma) = f_BN(w, gamma)   (a > 0),   f_BN(b w, gamma) = f_BN(w, -gamma)   (b < 0)

Only the direction of w is left for the weights to say; a sign that is lost there comes back in gamma.
"""

from theory import ALGEBRA, E, Identity, Part, Source, Theorem, negative, norm_in, positive, real, start, zero
from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT, S, bn_unit, gamma, phi, w, x, z
from theory.theorems.decoupling import reparametrisation

a, b, r = positive("a"), negative("b"), real("r", nonzero=True)

POSITIVE = Identity(bn_unit(a * w, gamma, zero()), bn_unit(w, gamma, zero()))
NEGATIVE = Identity(bn_unit(b * w, gamma, zero()), bn_unit(w, -gamma, zero()))


def rescaled(factor):
    """E[phi(gamma x'(factor w) / |factor w|_S)]."""
    return E(phi(gamma * (x.T @ (factor * w)) / norm_in(factor * w, S)))


PROOF_OF_POSITIVE = (
    start(bn_unit(a * w, gamma, zero()))
    .equals(rescaled(a), reparametrisation.THEOREM.at({w: a * w}, "the S-norm"))
    .equals(E(phi(z)), ALGEBRA)
    .equals(bn_unit(w, gamma, zero()), reparametrisation.THEOREM.part("the S-norm"))
)

PROOF_OF_NEGATIVE = (
    start(bn_unit(b * w, gamma, zero()))
    .equals(rescaled(b), reparametrisation.THEOREM.at({w: b * w}, "the S-norm"))
    .equals(E(phi(-gamma * (x.T @ w) / norm_in(w, S))), ALGEBRA)
    .equals(bn_unit(w, -gamma, zero()), reparametrisation.THEOREM.at({gamma: -gamma}, "the S-norm"))
)

NEAR_MISSES = {
    "any nonzero factor": Identity(bn_unit(r * w, gamma, zero()), bn_unit(w, gamma, zero())),
    "a negative factor changes nothing": Identity(bn_unit(b * w, gamma, zero()), bn_unit(w, gamma, zero())),
    "the factor moves into gamma": Identity(bn_unit(a * w, gamma, zero()), bn_unit(w, a * gamma, zero())),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("positive factor", POSITIVE, PROOF_OF_POSITIVE),
        Part("negative factor", NEGATIVE, PROOF_OF_NEGATIVE),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT),
    sources=(Source("ioffe2015", "Section 3.3"), Source("kohler2019", "Section 2")),
    meanings={"a": "a positive factor", "b": "a negative factor"},
)
