r"""The rate of leaky ReLU with negative slope a >= 0, in closed form for every real batch size.

    phi(z) = relu(z) - a relu(-z):  E[phi(X) phi(Y)] = (1 + a^2) K(c) - 2 a K(-c), and alike for phi' with O

a = 0 is ReLU and a = 1 the identity. With w = 2a/(1 + a^2) and t = 1/(B - 1) the rate is (n_0 + w n_1)/(d_0 + w d_1).
"""

from theory import Identity, Numbers, Part, Source, Term, Theorem, Written, at_least, nonnegative, start, unfold
from theory.definitions.mean_field import (
    B,
    arc_cosine,
    arc_cosine_slope,
    both_positive,
    c,
    correlation,
    leaky_d0,
    leaky_d1,
    leaky_n0,
    leaky_n1,
    leaky_product,
    leaky_signs,
    leaky_variance,
    rate,
    relu_product,
    relu_rate,
)
from theory.theorems.explosion import arc_cosine_kernel
from theory.theorems.explosion import rate as meaning

a = nonnegative("a")
c_0, size = correlation(B), 1 + a**2
J, J_1, J_away, J_1_away = arc_cosine(c_0), arc_cosine_slope(c_0), arc_cosine(-c_0), arc_cosine_slope(-c_0)


def moments(same: Term, away: Term, signs: Term, signs_away: Term) -> Term:
    """The rate from the values of K and O at c_0 and at -c_0."""
    top = leaky_signs(a, signs, signs_away) + leaky_product(a, same, away)
    return rate(B, leaky_variance(a, same, away), size * (B - 2) / 2, top)


LEAKY, BOTH = (leaky_variance, leaky_product, leaky_signs), (leaky_n0, leaky_n1, leaky_d0, leaky_d1)
MOMENTS = moments(relu_product(c_0), relu_product(-c_0), both_positive(c_0), both_positive(-c_0))
BY_J = moments(J / 2, J_away / 2, J_1 / 2, J_1_away / 2)
VARIANCE = Written(leaky_variance(a, J / 2, J_away / 2), size * (1 - J) / 2 + a * J_away)
KERNEL = arc_cosine_kernel.THEOREM
BY_KERNEL = [KERNEL.at({c: value}, part) for value in (c_0, -c_0) for part in ("product", "orthant")]
CLOSED = (size * (B - 2 + J_1 + J) + 2 * a * (J_1_away - J_away)) / ((B - 3) * (size * (1 - J) + 2 * a * J_away))
w, t = 2 * a / size, 1 / (B - 1)
IN_T = (leaky_n0(t) + w * leaky_n1(t)) / (leaky_d0(t) + w * leaky_d1(t))

NEAR_MISSES = {
    "the slopes add": Identity(MOMENTS, (1 - a) * relu_rate(B) + a * (B - 2) / (B - 3)),
    "the negative side left out": Identity(MOMENTS, relu_rate(B)),
    "a for 2a": Identity(
        MOMENTS,
        (size * (B - 2 + J_1 + J) + a * (J_1_away - J_away)) / ((B - 3) * (size * (1 - J) + a * J_away)),
    ),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "closed form",
            Identity(MOMENTS, CLOSED),
            start(MOMENTS).equals(BY_J, *BY_KERNEL, VARIANCE).equals(CLOSED, unfold(rate, *LEAKY), VARIANCE),
        ),
        Part("in w and t", Identity(CLOSED, IN_T), start(CLOSED).equals(IN_T, unfold(*BOTH, correlation))),
        Part(
            "ReLU",
            Identity(IN_T_RELU := leaky_n0(t) / leaky_d0(t), relu_rate(B)),
            start(IN_T_RELU).equals(relu_rate(B), unfold(relu_rate, leaky_n0, leaky_d0, correlation)),
        ),
        Part(
            "identity",
            Identity(ALL := (leaky_n0(t) + leaky_n1(t)) / (leaky_d0(t) + leaky_d1(t)), (B - 2) / (B - 3)),
            start(ALL).equals((B - 2) / (B - 3), unfold(*BOTH, arc_cosine, arc_cosine_slope)),
        ),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((at_least(B, 4),)),
    sources=(Source("yang2019", "Section 3, for the rate in terms of moments"),),
    speaks_of=(meaning.THEOREM,),
    meanings={"a": "the slope below 0"},
)
