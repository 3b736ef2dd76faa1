r"""Weight normalisation is the case S = I.

    grad_v L_WN = (g / |v|) (I - vv' / |v|^2) grad L,   |v - eta grad_v L_WN|^2 = |v|^2 + eta^2 |grad_v L_WN|^2

With weights g v / |v| the gradient is orthogonal to v, so that a gradient step can only lengthen v.
"""

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Identity,
    Part,
    Source,
    Theorem,
    define,
    dimension,
    eye,
    gradient,
    jacobian,
    norm,
    norm_in,
    real,
    scalar_field,
    start,
    unfold,
    vector,
    zero,
)

d = dimension("d")
v = vector("v", d, nonzero=True)
g, eta = real("g"), real("eta", tex=r"\eta")
L = scalar_field("L", d)
r = norm(v)
normalised = define("L_WN", (v, g), L(g * v / r), tex=r"L_{\mathrm{WN}}", source="Salimans & Kingma 2016, eq. 2")
GRADIENT = gradient(normalised(v, g), v)
PLAIN = L.gradient(g * v / r)
RIGHT = g / r * (eye(d) - v @ v.T / r**2) @ PLAIN

SPECIAL_CASE = Identity(g * v / norm_in(v, eye(d)), g * v / r)
FORMULA = Identity(GRADIENT, RIGHT)
ORTHOGONAL = Identity(v.T @ GRADIENT, zero())
STEP = Identity((v - eta * GRADIENT).T @ (v - eta * GRADIENT), r**2 + eta**2 * (GRADIENT.T @ GRADIENT))

PROOF_OF_SPECIAL_CASE = start(SPECIAL_CASE.left).equals(g * v / r, ALGEBRA)
PROOF_OF_FORMULA = (
    start(GRADIENT)
    .equals(jacobian(g * v / r, v).T @ PLAIN, unfold(normalised), DIFFERENTIATE)
    .equals((g * eye(d) / r - g * (v @ v.T) / r**3).T @ PLAIN, DIFFERENTIATE)
    .equals(RIGHT, ALGEBRA)
)
PROOF_OF_ORTHOGONAL = (
    start(v.T @ GRADIENT)
    .equals(v.T @ RIGHT, unfold(normalised), DIFFERENTIATE)
    .equals(g / r * (v.T - (v.T @ v) / r**2 * v.T) @ PLAIN, ALGEBRA)
    .equals(zero(), ALGEBRA)
)
PROOF_OF_STEP = (
    start(STEP.left)
    .equals(r**2 - 2 * eta * (v.T @ GRADIENT) + eta**2 * (GRADIENT.T @ GRADIENT), ALGEBRA)
    .equals(STEP.right, unfold(normalised), DIFFERENTIATE)
)

NEAR_MISSES = {
    "no projection": Identity(GRADIENT, g / r * L.gradient(g * v / r)),
    "the length for its square": Identity(GRADIENT, g / r * (eye(d) - v @ v.T / r) @ L.gradient(g * v / r)),
    "a step keeps the length": Identity((v - eta * GRADIENT).T @ (v - eta * GRADIENT), r**2),
    "the step to first order in eta": Identity(
        (v - eta * GRADIENT).T @ (v - eta * GRADIENT), r**2 + eta * (GRADIENT.T @ GRADIENT)
    ),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("the case S = I", SPECIAL_CASE, PROOF_OF_SPECIAL_CASE),
        Part("gradient", FORMULA, PROOF_OF_FORMULA),
        Part("orthogonal", ORTHOGONAL, PROOF_OF_ORTHOGONAL),
        Part("length after a step", STEP, PROOF_OF_STEP),
    ),
    near_misses=NEAR_MISSES,
    sources=(Source("salimans2016", "eq. 3 and Section 2.1"),),
    meanings={"v": "the direction", "g": "the length", "eta": "the step size"},
)
