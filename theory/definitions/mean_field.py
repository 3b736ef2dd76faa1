"""Mean-field quantities of deep batch-norm networks at initialisation (Yang et al. 2019), as functions of real scalars.

Over a batch of B samples the pre-activations y of a unit are a Gaussian vector with exchangeable coordinates, centred
and scaled to |y|^2 = B: sqrt(B) times a uniform unit vector of the hyperplane 1'y = 0. A Gaussian vector g of that
hyperplane with covariance I - 11'/B is |g| y / sqrt(B), with |g| and y independent and |g|^2 chi-square of B - 1
degrees. Two coordinates of g have the correlation -1/(B - 1).
"""

from __future__ import annotations

from fractions import Fraction

from theory import Gamma, arccos, cos, define, exp, integral, oo, pi, raised, real, sqrt

HALF = Fraction(1, 2)

B = real("B")
c = real("c")
x, r, theta = real("x"), real("r"), real("theta")

chi_square = define(
    "chi_square",
    (x, B),
    raised(x, (B - 1) / 2 - 1) * exp(-x / 2) / (raised(2, (B - 1) / 2) * Gamma((B - 1) / 2)),
    tex=r"\chi^2_{#2-1}(#1)",
    source="the chi-square density of B - 1 degrees of freedom",
)
correlation = define("c_0", (B,), -1 / (B - 1), tex="c_0", source="two coordinates of a centred exchangeable vector")

# Two standard normal numbers of correlation c are r cos(theta) and r cos(theta - arccos c), with r and theta polar
# coordinates of the plane; both are positive for arccos(c) - pi/2 < theta < pi/2.
relu_product = define(
    "K",
    (c,),
    integral(
        integral(r**3 * exp(-(r**2) / 2), r, 0, oo) * cos(theta) * cos(theta - arccos(c)),
        theta,
        arccos(c) - pi / 2,
        pi / 2,
    )
    / (2 * pi),
    source="E[relu(X) relu(Y)] for standard normal X, Y of correlation c, in polar coordinates",
)
both_positive = define(
    "O",
    (c,),
    integral(integral(r * exp(-(r**2) / 2), r, 0, oo), theta, arccos(c) - pi / 2, pi / 2) / (2 * pi),
    source="P(X > 0, Y > 0) for standard normal X, Y of correlation c, in polar coordinates",
)

arc_cosine = define(
    "J", (c,), (sqrt(1 - c**2) + (pi - arccos(c)) * c) / pi, source="the arc-cosine kernel, Cho & Saul 2009"
)
arc_cosine_slope = define("J_1", (c,), 1 - arccos(c) / pi, source="the arc-cosine kernel of degree 0")

# The rate of the squared gradient norm per layer, from the moments of phi at y:
# u = E[phi(y_1)^2] - E[phi(y_1) phi(y_2)], p = E[(B - 1 - y_1^2) phi'(y_1)^2],
# s = E[(1 + y_1 y_2) phi'(y_1) phi'(y_2)].
u, p, s = real("u"), real("p"), real("s")
rate = define("Lambda", (B, u, p, s), (p + s) / ((B - 3) * u), tex=r"\Lambda", source="Yang et al. 2019")
relu_rate = define(
    "lambda_relu",
    (B,),
    (arc_cosine_slope(correlation(B)) + B - 1) / ((B - 3) * (1 - arc_cosine(correlation(B)))) - 1 / (B - 3),
    tex=r"\lambda_{\mathrm{relu}}",
)
t = real("t")
relu_rate_in_t = define(
    "ell",
    (t,),
    (1 - t + t * (arc_cosine_slope(-t) + arc_cosine(-t))) / ((1 - 2 * t) * (1 - arc_cosine(-t))),
    tex=r"\ell",
    source="the ReLU rate at B = 1 + 1/t",
)
# Leaky ReLU of slope a: the rate is (n_0 + w n_1)/(d_0 + w d_1) with w = 2a/(1 + a^2), t = 1/(B - 1).
leaky_n0 = define("n_0", (t,), 1 - t + t * (arc_cosine_slope(-t) + arc_cosine(-t)))
leaky_n1 = define("n_1", (t,), t * (arc_cosine_slope(t) - arc_cosine(t)))
leaky_d0 = define("d_0", (t,), (1 - 2 * t) * (1 - arc_cosine(-t)))
leaky_d1 = define("d_1", (t,), (1 - 2 * t) * arc_cosine(t))
# The moments of leaky ReLU from those of ReLU, k = K(c), l = K(-c), o = O(c), q = O(-c): phi = relu(z) - a relu(-z).
a, k, ell, o, q = real("a"), real("k"), real("l", tex=r"\ell"), real("o"), real("q")
leaky_product = define(
    "M", (a, k, ell), (1 + a**2) * k - 2 * a * ell, source="E[phi(X) phi(Y)] of leaky ReLU of slope a"
)
leaky_signs = define("N", (a, o, q), (1 + a**2) * o + 2 * a * q, source="E[phi'(X) phi'(Y)] of leaky ReLU of slope a")
leaky_variance = define(
    "U", (a, k, ell), (1 + a**2) / 2 - leaky_product(a, k, ell), source="E[phi(X)^2 - phi(X) phi(Y)]"
)
EVERY_RELU = (
    relu_rate,
    relu_rate_in_t,
    leaky_n0,
    leaky_n1,
    leaky_d0,
    leaky_d1,
    arc_cosine,
    arc_cosine_slope,
    correlation,
)
