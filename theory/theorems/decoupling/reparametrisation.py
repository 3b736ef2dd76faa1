r"""Batch normalisation is a reparametrisation of the weights.

    f_BN(w, gamma) = E[phi(gamma x'w / (w'Sw)^(1/2))] = f(wtilde),   wtilde = gamma w / |w|_S

For centred inputs and no shift the normalised unit is the plain unit at weights whose length is gamma and whose
direction is that of w.
"""

from theory import LINEARITY, E, Identity, NearMiss, Part, Source, Theorem, norm_in, sqrt, start, unfold, zero
from theory.definitions.bn_unit import (
    CENTRED,
    SECOND_MOMENT,
    S,
    batch_mean,
    batch_variance,
    beta,
    bn_unit,
    effective_weights,
    gamma,
    phi,
    plain_unit,
    w,
    x,
    z,
)
from theory.theorems.decoupling import variance

THE_S_NORM = Identity(bn_unit(w, gamma, zero()), E(phi(z)))
THE_PLAIN_UNIT = Identity(E(phi(z)), plain_unit(effective_weights(w, gamma)))

TO_S_NORM = (
    start(bn_unit(w, gamma, zero()))
    .equals(E(phi(gamma * (x.T @ w - batch_mean(w)) / sqrt(batch_variance(w)) + zero())), unfold(bn_unit))
    .equals(E(phi(gamma * (x.T @ w - E(x.T @ w)) / sqrt(batch_variance(w)))), unfold(batch_mean))
    .equals(E(phi(gamma * (x.T @ w - E(x).T @ w) / sqrt(batch_variance(w)))), LINEARITY)
    .equals(E(phi(gamma * (x.T @ w) / sqrt(batch_variance(w)))), CENTRED)
    .equals(E(phi(gamma * (x.T @ w) / sqrt(w.T @ S @ w))), variance.THEOREM)
)

TO_PLAIN_UNIT = (
    start(E(phi(z)))
    .equals(plain_unit(gamma * w / norm_in(w, S)), unfold(plain_unit))
    .equals(plain_unit(effective_weights(w, gamma)), unfold(effective_weights))
)

NEAR_MISSES = {
    "the variance for the standard deviation": Identity(
        bn_unit(w, gamma, zero()), E(phi(gamma * (x.T @ w) / (w.T @ S @ w)))
    ),
    "the Euclidean length for the S-norm": Identity(
        bn_unit(w, gamma, zero()), E(phi(gamma * (x.T @ w) / sqrt(w.T @ w)))
    ),
    "a shift beta": Identity(bn_unit(w, gamma, beta), E(phi(z))),
    "inputs not centred": NearMiss(THE_S_NORM, without=(CENTRED,)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("the S-norm", THE_S_NORM, TO_S_NORM),
        Part("the plain unit", THE_PLAIN_UNIT, TO_PLAIN_UNIT),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT),
    sources=(Source("kohler2019", "Section 2, eq. 3--5"), Source("salimans2016", "eq. 2")),
)
