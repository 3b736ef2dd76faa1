"""Batch normalisation of one unit over a batch of m pre-activations y, and the setting of the smoothness theorems.

Source: Ioffe & Szegedy 2015, Algorithm 1; Santurkar et al. 2018, section 4. The variance is the biased one, 1/m. For
eps = 0 the batch must not be constant: 0 < s_0 <= var(y) for some s_0.
"""

from __future__ import annotations

from theory import at_most, define, dimension, eye, nonnegative, ones, positive, real, scalar_field, sqrt, vector

m = dimension("m")
y = vector("y", m)
one = ones(m)
gamma = real("gamma", tex=r"\gamma")
beta = real("beta", tex=r"\beta")
eps = nonnegative("eps", tex=r"\varepsilon")
loss = scalar_field("L", m, tex="L")

mean = define("batch_mean", (y,), one.T @ y / m, tex=r"\mu(#1)", reference="batch_norm.batch_mean")
variance = define(
    "batch_var", (y,), (y - mean(y) * one).T @ (y - mean(y) * one) / m, tex=r"s^2(#1)", reference="batch_norm.batch_var"
)
deviation = define("sigma", (y, eps), sqrt(variance(y) + eps), tex=r"\sigma_{#2}", reference="batch_norm.sigma")
normalised = define(
    "yhat", (y, eps), (y - mean(y) * one) / deviation(y, eps), tex=r"\hat y_{#2}", reference="batch_norm.yhat"
)
batch_norm = define(
    "BN",
    (y, gamma, beta, eps),
    gamma * normalised(y, eps) + beta * one,
    source="Ioffe & Szegedy 2015, Algorithm 1",
    reference="batch_norm.BN",
)
projection = define(
    "P", (y, eps), eye(m) - one @ one.T / m - normalised(y, eps) @ normalised(y, eps).T / m, tex="P_{#2}"
)
through = define("Lhat", (y, gamma, beta, eps), loss(batch_norm(y, gamma, beta, eps)), tex=r"\hat L_{#4}(#1)")
slope = define("g", (y, gamma, beta, eps), loss.gradient(batch_norm(y, gamma, beta, eps)), tex="g_{#4}")
curvature = define("H", (y, gamma, beta, eps), loss.hessian(batch_norm(y, gamma, beta, eps)), tex="H_{#4}")

s_0 = positive("s_0")
NOT_CONSTANT = at_most(s_0, variance(y), note="the batch is not constant")
EVERYTHING = (through, slope, curvature, batch_norm, projection, normalised, deviation, variance, mean)
NORMALISED = (normalised, deviation, variance, mean)  # the normalised batch, down to the batch itself
