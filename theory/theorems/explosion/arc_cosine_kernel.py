r"""The mean product of two ReLUs of correlated Gaussians is half the arc-cosine kernel.

    E[relu(X) relu(Y)] = J(c)/2,  P(X > 0, Y > 0) = J'(c)/2,  J(c) = (sqrt(1 - c^2) + (pi - arccos c) c)/pi

In polar coordinates both ReLUs are positive on a sector, where the product is r^2 cos(theta) cos(theta - arccos c).
"""

from theory import (
    DIFFERENTIATE,
    Antiderivative,
    Identity,
    Numbers,
    Part,
    Source,
    Theorem,
    arccos,
    between,
    cos,
    derivative,
    gamma_integral,
    integral,
    number,
    pi,
    sin,
    start,
    unfold,
)
from theory.definitions.mean_field import arc_cosine, arc_cosine_slope, both_positive, c, relu_product, theta

PRODUCT = Identity(relu_product(c), arc_cosine(c) / 2)
ORTHANT = Identity(both_positive(c), arc_cosine_slope(c) / 2)
SLOPE = Identity(derivative(arc_cosine(c), c), arc_cosine_slope(c))

alpha = arccos(c)
SECTOR = integral(cos(theta) * cos(theta - alpha), theta, alpha - pi / 2, pi / 2)
ANGLE = integral(number(1), theta, alpha - pi / 2, pi / 2)
PRIMITIVE = Antiderivative(sin(2 * theta - alpha) / 4 + theta * cos(alpha) / 2, theta)

PROOF_OF_PRODUCT = (
    start(relu_product(c))
    .equals(SECTOR / pi, unfold(relu_product), gamma_integral(4, number(1) / 2, 2))
    .equals(arc_cosine(c) / 2, PRIMITIVE, unfold(arc_cosine))
)
PROOF_OF_ORTHANT = (
    start(both_positive(c))
    .equals(ANGLE / (2 * pi), unfold(both_positive), gamma_integral(2, number(1) / 2, 2))
    .equals(arc_cosine_slope(c) / 2, Antiderivative(theta, theta), unfold(arc_cosine_slope))
)
PROOF_OF_SLOPE = start(derivative(arc_cosine(c), c)).equals(
    arc_cosine_slope(c), DIFFERENTIATE, unfold(arc_cosine, arc_cosine_slope)
)

NEAR_MISSES = {
    "without the half": Identity(relu_product(c), arc_cosine(c)),
    "the other sector": Identity(both_positive(c), (1 - arc_cosine_slope(c)) / 2),
    "the kernel is its own slope": Identity(derivative(arc_cosine(c), c), arc_cosine(c)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("product", PRODUCT, PROOF_OF_PRODUCT),
        Part("orthant", ORTHANT, PROOF_OF_ORTHANT),
        Part("slope", SLOPE, PROOF_OF_SLOPE),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((between(c, -1, 1, open=True),)),
    sources=(Source("cho2009", "Section 2"),),
    meanings={"c": "the correlation of two standard normal numbers"},
)
