"""Claims for the tests of sampling, and theorems made of any claim."""

from theory import Bound, E, Identity, Theorem, derivative, eye, gradient, hessian, inverse, norm_in, variance, zero
from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT, S, bn_unit, d, gamma, phi, s_norm, w, x
from theory.statements.claims import Claim

q = norm_in(w, S)
z = gamma * (x.T @ w) / q
UNIT = bn_unit(w, gamma, zero())
SLOPE = E(phi.prime(z) * x)

TRUE: dict[str, Claim] = {
    "variance": Identity(variance(x.T @ w), w.T @ S @ w),
    "unit": Identity(UNIT, E(phi(gamma * (x.T @ w) / s_norm(w)))),
    "gradient": Identity(gradient(UNIT, w), gamma / q * (eye(d) - S @ w @ w.T / q**2) @ SLOPE),
    "in gamma": Identity(derivative(UNIT, gamma), w.T @ SLOPE / q),
    "orthogonal": Identity(w.T @ gradient(UNIT, w), zero()),
    "hessian": Identity(hessian(UNIT, w) @ w, -gradient(UNIT, w)),
    "inverse": Identity(
        gradient(UNIT, w).T @ inverse(S) @ gradient(UNIT, w),
        gamma**2 / q**2 * (SLOPE.T @ inverse(S) @ SLOPE - (w.T @ SLOPE) ** 2 / q**2),
    ),
    "bound": Bound((w.T @ SLOPE) ** 2, q**2 * E(phi.prime(z) ** 2)),
}

FALSE: dict[str, Claim] = {
    "no projection": Identity(gradient(UNIT, w), gamma / q * SLOPE),
    "transposed": Identity(gradient(UNIT, w), gamma / q * (eye(d) - w @ w.T @ S / q**2) @ SLOPE),
    "Hess(w) w = +grad": Identity(hessian(UNIT, w) @ w, gradient(UNIT, w)),
    "Euclidean length": Identity(variance(x.T @ w), w.T @ w),
    "bound reversed": Bound(q**2 * E(phi.prime(z) ** 2), (w.T @ SLOPE) ** 2),
}


def theorem(claim: Claim, assumptions=(CENTRED, SECOND_MOMENT)) -> Theorem:
    """A theorem without a derivation, for the rules that need none."""
    miss = Identity(claim.left, 2 * claim.right if not isinstance(claim, Bound) else claim.right)
    return Theorem("user.planted", claim, near_misses={"twice": miss}, assumptions=assumptions, docstring="Planted.")
