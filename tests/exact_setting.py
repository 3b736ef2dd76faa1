"""Claims that the tests of exact evaluation share: true ones, near misses, and a theorem that holds both."""

from __future__ import annotations

from theory import (
    Bound,
    E,
    Identity,
    NearMiss,
    Part,
    Theorem,
    at_most,
    derivative,
    eye,
    gradient,
    hessian,
    inverse,
    norm,
    number,
    positive,
    sqrt,
    sup_bound,
    zero,
)
from theory.definitions.bn_unit import (
    CENTRED,
    SECOND_MOMENT,
    S,
    batch_variance,
    bn_unit,
    d,
    effective_weights,
    gamma,
    phi,
    plain_unit,
    s_norm,
    u,
    w,
    x,
)
from theory.statements.claims import Claim

L, mu, Phi, a = positive("L"), positive("mu"), positive("Phi"), positive("a")
SETTING = (CENTRED, SECOND_MOMENT)
BOUNDED = (*SETTING, at_most(S, L * eye(d)), at_most(mu * eye(d), S), sup_bound(phi, 1, Phi))

f = bn_unit(w, gamma, zero())
q = s_norm(w) ** 2
v = E(phi.prime(gamma * (x.T @ w) / s_norm(w)) * x)
g = gradient(f, w)

TRUE: dict[str, Claim] = {
    "variance": Identity(batch_variance(w), w.T @ S @ w),
    "reparametrised": Identity(f, E(phi(gamma * (x.T @ w) / s_norm(w)))),
    "effective": Identity(f, plain_unit(effective_weights(w, gamma))),
    "scale": Identity(bn_unit(a * w, gamma, zero()), f),
    "length": Identity(s_norm(effective_weights(w, gamma)), abs(gamma)),
    "gradient": Identity(g, gamma / s_norm(w) * ((eye(d) - S @ w @ w.T / q) @ v)),
    "in gamma": Identity(derivative(f, gamma), E(phi.prime(gamma * (x.T @ w) / s_norm(w)) * (x.T @ w)) / s_norm(w)),
    "euler": Identity(w.T @ g, zero()),
    "hessian": Identity(hessian(f, w) @ w, -g),
    "hessian scale": Identity(hessian(bn_unit(u, gamma, zero()), u, at=a * w), hessian(f, w) / a**2),
    "inverse metric": Identity(g.T @ inverse(S) @ g, gamma**2 / q * (v.T @ inverse(S) @ v - (w.T @ v) ** 2 / q)),
}
BOUNDS: dict[str, Claim] = {
    "low": Bound(sqrt(mu) * norm(w), s_norm(w)),
    "high": Bound(s_norm(w), sqrt(L) * norm(w)),
    "gradient bound": Bound(norm(g), abs(gamma) * Phi * sqrt(L) / s_norm(w)),
}
FALSE: dict[str, Claim | NearMiss] = {
    "twice the variance": Identity(batch_variance(w), number(2) * (w.T @ S @ w)),
    "Euclidean length": Identity(g, gamma / s_norm(w) * ((eye(d) - S @ w @ w.T / (w.T @ w)) @ v)),
    "wrong sign": Identity(hessian(f, w) @ w, g),
    "no transpose": Identity(w.T @ g, number(1)),
    "not centred": NearMiss(TRUE["variance"], without=(CENTRED,)),
    "the derivative is 0": Identity(g, zero(d)),
    "sides swapped": Bound(sqrt(L) * norm(w), s_norm(w)),
    "sign of gamma": Bound(norm(g), gamma * Phi * sqrt(L) / s_norm(w)),
    "without L": Bound(norm(g), abs(gamma) * Phi / s_norm(w)),
}

THEOREM = Theorem(
    "theory.theorems.decoupling.planted",
    parts=tuple(Part(label, claim, None) for label, claim in {**TRUE, **BOUNDS}.items()),
    near_misses=FALSE,
    assumptions=BOUNDED,
    docstring="True and false statements for the tests of exact evaluation.",
)
