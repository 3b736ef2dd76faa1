"""False statements near D1-D13 and near the calculus. None may ever be proved or supported.

Each is `name: (claim, assumptions)`. They are wrong by a factor, a sign, a transpose, a root, a side of an inequality,
or because an assumption (E[x] = 0, beta = 0, a > 0, S symmetric or definite, |phi'| <= Phi) is missing.
"""

from __future__ import annotations

import theory as c
from theory import Bound, Identity, Part, Theorem
from theory.definitions.bn_unit import (
    CENTRED,
    L_S,
    LIPSCHITZ,
    SECOND_MOMENT,
    SPECTRUM_ABOVE,
    SPECTRUM_BELOW,
    Phi,
    S,
    batch_variance,
    beta,
    bn_unit,
    d,
    effective_weights,
    gamma,
    mean_slope,
    mu_S,
    phi,
    plain_unit,
    w,
    x,
    z,
)

A, B = c.matrix("A", d), c.matrix("B", d)
a, b, r, k = c.positive("a"), c.negative("b"), c.real("r"), c.real("k", nonzero=True)
u, v = c.vector("u", d), c.vector("v", d)
vn = c.vector("vn", d, nonzero=True)
g, eta = c.real("g"), c.real("eta")
L = c.scalar_field("L", d)
one = c.ones(d)
q, S_inverse = c.norm_in(w, S), c.inverse(S)
SLOPE = mean_slope(w, gamma)
UNIT = bn_unit(w, gamma, c.zero())
GRADIENT = c.gradient(UNIT, w)
IN_GAMMA = c.derivative(UNIT, gamma)
HESSIAN = c.hessian(UNIT, w)
PROJECTION = c.eye(d) - S @ w @ w.T / q**2
DUAL = GRADIENT.T @ S_inverse @ GRADIENT
PLAIN = c.gradient(plain_unit(u), u, at=effective_weights(w, gamma))
WN = c.gradient(L(g * vn / c.norm(vn)), vn)

DATA = (CENTRED, SECOND_MOMENT)
SPECTRUM = (SPECTRUM_BELOW, SPECTRUM_ABOVE)
ALL = (*DATA, *SPECTRUM, LIPSCHITZ)

PLANTED = {
    # D1
    "variance: a factor 2": (Identity(batch_variance(w), 2 * (w.T @ S @ w)), DATA),
    "variance: the matrix twice": (Identity(batch_variance(w), w.T @ S @ S @ w), DATA),
    "variance: not centred": (Identity(batch_variance(w), w.T @ S @ w), (SECOND_MOMENT,)),
    "variance: any matrix for S": (Identity(batch_variance(w), w.T @ A @ w), (CENTRED,)),
    "variance: the second moment for the variance": (Identity(batch_variance(w), c.E((x.T @ w) ** 2)), ()),
    # D2
    "reparametrisation: beta": (Identity(bn_unit(w, gamma, beta), c.E(phi(z))), DATA),
    "reparametrisation: not centred": (Identity(UNIT, c.E(phi(z))), (SECOND_MOMENT,)),
    "reparametrisation: the variance for its root": (Identity(UNIT, c.E(phi(gamma * (x.T @ w) / q**2))), DATA),
    "reparametrisation: Euclidean length": (Identity(UNIT, c.E(phi(gamma * (x.T @ w) / c.norm(w)))), DATA),
    "reparametrisation: phi outside E": (Identity(UNIT, phi(c.E(z))), DATA),
    "reparametrisation: without gamma": (Identity(UNIT, plain_unit(w / q)), DATA),
    # D3
    "norm: homogeneous with the sign": (Identity(c.norm_in(r * w, S), r * q), ()),
    "norm: triangle reversed": (Bound(c.norm_in(u, S) + c.norm_in(v, S), c.norm_in(u + v, S)), ()),
    "norm: additive": (Identity(c.norm_in(u + v, S), c.norm_in(u, S) + c.norm_in(v, S)), ()),
    "norm: mu for its root": (Bound(mu_S * c.norm(w), q), SPECTRUM),
    "norm: L from below": (Bound(c.sqrt(L_S) * c.norm(w), q), SPECTRUM),
    "norm: no lower bound on the spectrum": (Bound(c.sqrt(mu_S) * c.norm(w), q), (SPECTRUM_ABOVE,)),
    "norm: a singular metric is bounded below": (Bound(c.norm(w), c.sqrt((u.T @ w) ** 2)), ()),
    # D4
    "scale: a negative factor": (Identity(bn_unit(b * w, gamma, c.zero()), UNIT), DATA),
    "scale: any factor but 0": (Identity(bn_unit(k * w, gamma, c.zero()), UNIT), DATA),
    "scale: the factor in gamma": (Identity(bn_unit(a * w, gamma, c.zero()), bn_unit(w, a * gamma, c.zero())), DATA),
    "scale: gamma has no sign": (Identity(bn_unit(w, -gamma, c.zero()), UNIT), DATA),
    # D5
    "direction: length with its sign": (Identity(c.norm_in(effective_weights(w, gamma), S), gamma), ()),
    "direction: Euclidean length": (Identity(c.norm(effective_weights(w, gamma)), abs(gamma)), ()),
    "direction: one sign alone": (Identity(effective_weights(-w, gamma), effective_weights(w, gamma)), ()),
    # D6
    "gradient: no projection": (Identity(GRADIENT, gamma / q * SLOPE), DATA),
    "gradient: transposed": (Identity(GRADIENT, gamma / q * (PROJECTION.T @ SLOPE)), DATA),
    "gradient: without S": (Identity(GRADIENT, gamma / q * (c.eye(d) - w @ w.T / q**2) @ SLOPE), DATA),
    "gradient: sign": (Identity(GRADIENT, -gamma / q * (PROJECTION @ SLOPE)), DATA),
    "gradient: 1/|w|^2": (Identity(GRADIENT, gamma / q**2 * (PROJECTION @ SLOPE)), DATA),
    "gradient: gamma squared": (Identity(GRADIENT, gamma**2 / q * (PROJECTION @ SLOPE)), DATA),
    "gradient: not centred": (Identity(GRADIENT, gamma / q * (PROJECTION @ SLOPE)), (SECOND_MOMENT,)),
    "gradient: it vanishes": (Identity(GRADIENT, 0), DATA),
    # D7
    "in gamma: without 1/|w|": (Identity(IN_GAMMA, c.E(phi.prime(z) * (x.T @ w))), DATA),
    "in gamma: second derivative": (Identity(IN_GAMMA, c.E(phi.second(z) * (x.T @ w)) / q), DATA),
    # D8
    "orthogonality: in the S-product": (Identity(w.T @ S @ GRADIENT, c.zero()), DATA),
    "orthogonality: to everything": (Identity(u.T @ GRADIENT, c.zero()), DATA),
    # D9
    "homogeneous: no change": (Identity(c.gradient(UNIT, w, at=a * w), GRADIENT), DATA),
    "homogeneous: a negative factor": (Identity(c.gradient(UNIT, w, at=b * w), GRADIENT / b), DATA),
    "homogeneous: 1/a for 1/a^2": (Identity(c.hessian(UNIT, w, at=a * w), HESSIAN / a), DATA),
    "homogeneous: sign": (Identity(HESSIAN @ w, GRADIENT), DATA),
    # D10
    "bound: S for its inverse": (Bound(GRADIENT.T @ S @ GRADIENT, gamma**2 * Phi**2 / q**2), (*DATA, LIPSCHITZ)),
    "bound: Phi for its square": (Bound(DUAL, gamma**2 * Phi / q**2), (*DATA, LIPSCHITZ)),
    "bound: reversed": (Bound(gamma**2 * Phi**2 / q**2, DUAL), (*DATA, LIPSCHITZ)),
    "bound: not Lipschitz": (Bound(DUAL, gamma**2 * Phi**2 / q**2), DATA),
    "bound: a quarter": (Bound(DUAL, gamma**2 * Phi**2 / (4 * q**2)), (*DATA, LIPSCHITZ)),
    # D11
    "Euclidean bound: mu for L": (Bound(c.norm(GRADIENT), abs(gamma) * Phi * c.sqrt(mu_S) / q), ALL),
    "Euclidean bound: sign": (Bound(c.norm(GRADIENT), gamma * Phi * c.sqrt(L_S) / q), ALL),
    "Euclidean bound: no condition number": (Bound(c.norm(GRADIENT), abs(gamma) * Phi / c.norm(w)), ALL),
    # D12
    "split: upside down": (
        Identity(PLAIN.T @ S_inverse @ PLAIN, gamma**2 / q**2 * DUAL + IN_GAMMA**2),
        DATA,
    ),
    "split: no length part": (Identity(PLAIN.T @ S_inverse @ PLAIN, q**2 / gamma**2 * DUAL), DATA),
    # D13
    "weight norm: no projection": (Identity(WN, g / c.norm(vn) * L.gradient(g * vn / c.norm(vn))), ()),
    "weight norm: a step shortens": (
        Bound((vn - eta * WN).T @ (vn - eta * WN), vn.T @ vn),
        (),
    ),
    # the calculus
    "trace is multiplicative": (Identity(c.trace(A @ B), c.trace(A) * c.trace(B)), ()),
    "transposes keep their order": (Identity((A @ B).T, A.T @ B.T), ()),
    "a square without its cross terms": (Identity((A + B) @ (A + B), A @ A + 2 * (A @ B) + B @ B), ()),
    "a bilinear form is symmetric": (Identity(u.T @ A @ v, v.T @ A @ u), ()),
    "root of a square": (Identity(c.sqrt(r**2), r), ()),
    "absolute values add": (Identity(abs(r + g), abs(r) + abs(g)), ()),
    "E and phi commute": (Identity(c.E(phi(x.T @ w)), phi(c.E(x.T @ w))), ()),
    "the square of a mean": (Identity(c.E((x.T @ w) ** 2), c.E(x.T @ w) ** 2), ()),
    "centred means no second moment": (Identity(c.E((x.T @ u) * (x.T @ v)), c.zero()), (CENTRED,)),
    "white by decree": (Identity(c.E((x.T @ u) * (x.T @ v)), u.T @ v), (CENTRED,)),
    "gradient of a form, A not symmetric": (Identity(c.gradient(w.T @ A @ w, w), 2 * A @ w), ()),
    "a Jacobian transposed": (Identity(c.jacobian(A @ w, w), A.T), ()),
    "the derivative of an inverse without its sign": (
        Identity(c.gradient(u.T @ c.inverse(S + r**2 * c.eye(d)) @ u, r), 2 * r * (u.T @ u)),
        (),
    ),
    "product rule, half of it": (Identity(c.gradient((u.T @ w) * (v.T @ w), w), (v.T @ w) * u), ()),
    "chain rule left out": (Identity(c.gradient(phi(u.T @ w), w), phi.prime(u.T @ w) * w), ()),
    "a diagonal matrix is its vector's dyad": (Identity(c.diag(u) @ v, (u.T @ v) * one), ()),
    "entrywise is matrix product": (Identity(c.hadamard(A, B), A @ B), ()),
    # SymPy 1.14's silent zeros
    "SymPy: the derivative of a normalised projection": (Identity(c.gradient((v.T @ w) / q, w), 0), ()),
    "SymPy: the derivative of a sum of traces": (
        Identity(c.gradient(c.trace(A.T @ A) + c.trace(B.T @ B), A), c.zero(d, d)),
        (),
    ),
    "SymPy: the derivative of a trace and a square": (
        Identity(c.gradient(c.trace(A) + c.trace(A @ A), A), c.zero(d, d)),
        (),
    ),
}


def as_theorem(name: str) -> Theorem:
    """The planted statement as a theorem whose derivation claims it in one line, by every reason there is."""
    from theory import DIFFERENTIATE, CauchySchwarz, start, surplus, unfold
    from theory.statements.claims import Equal
    from theory.terms.rewrite import definitions_in

    claim, assumptions = PLANTED[name]
    definitions = definitions_in(claim.left) | definitions_in(claim.right)
    reasons = [a for a in assumptions if isinstance(a, Equal)]
    if any("Derivative" in type(t).__name__ for t in _nodes(claim)):
        reasons.append(DIFFERENTIATE)
    if definitions:
        reasons.append(unfold(*definitions))
    if claim.relation == "<=":
        reasons += [a for a in assumptions if not isinstance(a, Equal)]
        reasons += [surplus(claim.right - claim.left), CauchySchwarz(u, v, S)]
        derivation = start(claim.left).at_most(claim.right, *reasons)
    else:
        derivation = start(claim.left).equals(claim.right, *reasons)
    return Theorem(
        f"planted.{name.replace(' ', '_').replace(':', '')}",
        parts=(Part("", claim, derivation),),
        near_misses={"itself": claim},
        assumptions=assumptions,
        docstring=name,
    )


def _nodes(claim):
    from theory.terms import walk

    return [*walk(claim.left), *walk(claim.right)]
