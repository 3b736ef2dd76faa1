"""How batch normalisation and ReLU carry a small change of the batch covariance to the next layer, at the fixed point.

The fixed point is Sigma = q((1 - c) I + c 11'), so that G Sigma G = u G with u = q(1 - c), G = I - 11'/B. Let it change
to u(G + eps H) with H symmetric, H 1 = 0, tr H = 0 and a small number eps, not that of batch normalisation. Where the
centred covariance behind the layer changes by lambda u eps H, up to eps^2, lambda is an eigenvalue of the forward map.
(For H = G the layer sees no change at all.)
"""

from __future__ import annotations

from theory import Gamma, Term, define, derivative, exp, number, pi, positive, raised, real, sqrt, zero
from theory.definitions.mean_field import HALF, B, arc_cosine, arc_cosine_slope, correlation, relu_product, u, x
from theory.terms import rewrite

v, w, r = positive("v"), positive("w"), real("r")
Q, eps = positive("Q"), real("eps", tex=r"\varepsilon")
h_1, h_2, h_12 = real("h_1"), real("h_2"), real("h_12", tex="h_{12}")
c_0 = correlation(B)

# Half the squared length of a Gaussian vector of the hyperplane. Along a direction e of length 1 the density of
# covariance I + eps H is the standard one times exp((1 - Q) x), Q = e'(I + eps H)^-1 e; the means with that factor:
half_square = define(
    "chi_half",
    (x, B),
    raised(x, (B - 1) / 2 - 1) * exp(-x) / Gamma((B - 1) / 2),
    tex=r"\gamma_{#2}(#1)",
    source="the density of half a chi-square number of B - 1 degrees",
)
by_gaussian = define(
    "N", (Q, B), (B - 1) * raised(Q, -(B + 1) / 2), tex="N", source="of |g|^2 = 2 x, the Gaussian batch"
)
by_direction = define("D", (Q, B), B * raised(Q, -(B - 1) / 2), tex="D", source="of B, the normalised batch")


def first_order(term: Term) -> Term:
    """The derivative in Q at Q = 1, which is eps = 0."""
    return derivative(rewrite.unfold(term), Q, at=number(1))


attenuation = define(
    "rho",
    (B,),
    first_order(by_direction(Q, B)) / first_order(by_gaussian(Q, B)),
    tex=r"\rho",
    source="what the normalised batch feels of a change of covariance, as a part of what a Gaussian one feels",
)
second_moment = define(
    "V",
    (v, w, r),
    sqrt(v * w) * arc_cosine(r / sqrt(v * w)) / 2,
    source="E[relu(X) relu(Y)] for centred normal X, Y of variances v and w and covariance r",
)
SCALE = (B - 1) / B  # the variance; relu(s x) = s relu(x) for s > 0, so it may stand before V
VARIANCES = [1 + eps * h * B / (B - 1) for h in (h_1, h_2)]
CHANGED = SCALE * second_moment(*VARIANCES, c_0 + eps * h_12 * B / (B - 1))
moment_change = define(
    "dV",
    (B, h_1, h_2, h_12),
    derivative(CHANGED, eps, at=zero()),
    tex=r"V'",
    source="how V of two samples changes with their entries of G + eps H",
)
ALONG, SIDES = moment_change(B, 0, 0, 1), moment_change(B, 1, 0, 0)
eigenvalue_m = define(
    "lambda_M", (B, u), attenuation(B) * ALONG / u, tex=r"\lambda_M", source="for H with zero diagonal"
)
eigenvalue_l = define(
    "lambda_L",
    (B, u),
    attenuation(B) * (ALONG + (1 - 2 / B) * (HALF - ALONG - 2 * SIDES)) / u,
    tex=r"\lambda_L",
    source="for H = G Diag(d) G with 1'd = 0",
)
u_star = HALF - relu_product(c_0)  # E[relu(y_1)^2] - E[relu(y_1) relu(y_2)]

# The fixed point as printed; below, the form in which the eigenvalues are printed.
q_star = define(
    "q_*", (B,), (B - 1) / (2 * sqrt(pi)) * Gamma(3 * HALF) * Gamma((B - 1) / 2) / Gamma((B + 1) / 2), tex="q_*"
)
c_star = define("c_*", (B,), arc_cosine(c_0), tex="c_*")


def printed_m(below: Term) -> Term:
    """lambda_M in the printed form, with this in the denominator."""
    return B * _factor(below) * arc_cosine_slope(c_0)


def printed_l(below: Term) -> Term:
    """lambda_L in the printed form, with this in the denominator."""
    return _factor(below) * ((B - 2) * (1 - arc_cosine(c_0)) + B / (B - 1) * arc_cosine_slope(c_0))


def _factor(below: Term) -> Term:
    return 1 / (2 * sqrt(pi) * below) * Gamma(3 * HALF) * Gamma((B + 1) / 2) / Gamma((B + 3) / 2)
