"""One batch-normalised unit and the setting of the decoupling theorems.

Source: Kohler et al. 2019, section 2 (arXiv 1805.10694). x is a random input with E[x] = 0 and E[x x'] = S > 0.
"""

from __future__ import annotations

from theory import (
    E,
    activation,
    at_most,
    define,
    dimension,
    equal,
    eye,
    interchange,
    nonnegative,
    norm_in,
    positive,
    positive_definite,
    random_vector,
    real,
    sqrt,
    sup_bound,
    variance,
    vector,
    zero,
)

d = dimension("d")
w = vector("w", d, nonzero=True)
u = vector("u", d)
x = random_vector("x", d)
S = positive_definite("S", d)
gamma = real("gamma", tex=r"\gamma")
beta = real("beta", tex=r"\beta")
phi = activation("phi", smoothness=2)

CENTRED = equal(E(x), zero(d), note="the inputs are centred")
mu_S, L_S = positive("mu_S", tex=r"\mu_S"), positive("L_S")
Phi = nonnegative("Phi", tex=r"\Phi")

SECOND_MOMENT = equal(E(x @ x.T), S, note="S is the second moment of the inputs")
SPECTRUM_BELOW = at_most(mu_S * eye(d), S, note="a lower bound on the spectrum")
SPECTRUM_ABOVE = at_most(S, L_S * eye(d), note="an upper bound on the spectrum")
EXCHANGE = interchange(
    x,
    note="derivatives may be taken under E: near every point they are dominated by an integrable function, so if x has "
    "finite support, or if phi' is bounded (and phi'', for second derivatives) and E[x'x] is finite",
)
LIPSCHITZ = sup_bound(phi, 1, Phi, note="the activation is Phi-Lipschitz")

batch_mean = define("mean", (w,), E(x.T @ w), tex=r"\mu(#1)", reference="bn_unit.mean")
batch_variance = define("var", (w,), variance(x.T @ w), tex=r"\operatorname{var}_x[x^\top #1]", reference="bn_unit.var")

bn_unit = define(
    "f_BN",
    (w, gamma, beta),
    E(phi(gamma * (x.T @ w - batch_mean(w)) / sqrt(batch_variance(w)) + beta)),
    tex=r"f_{\mathrm{BN}}",
    source="Kohler et al. 2019, eq. 3",
    reference="bn_unit.f_BN",
)
plain_unit = define("f", (u,), E(phi(x.T @ u)), tex="f", source="Kohler et al. 2019, eq. 1", reference="bn_unit.f")
s_norm = define("s_norm", (w,), norm_in(w, S), tex=r"\lVert #1 \rVert_S", reference="bn_unit.s_norm")

z = gamma * (x.T @ w) / norm_in(w, S)  # the normalised, rescaled pre-activation
mean_slope = define("v", (w, gamma), E(phi.prime(z) * x), source="Kohler et al. 2019, Section 4", reference="bn_unit.v")

effective_weights = define("wtilde", (w, gamma), gamma * w / norm_in(w, S), tex=r"\tilde w", reference="bn_unit.wtilde")
