r"""The rate of every cubic activation, as a mean of the rates of its degrees.

    phi(z) = z^3 + a z^2 + b z:
    lambda = (w_1 A_1 + w_2 A_2 + w_3 A_3)/(A_1 + A_2 + A_3),   w_k = k(B - 3 + k)/(B - 3)

    A_1 = B/(B - 1) (b + 3(B - 1)/(B + 1))^2,  A_2 = 2 B (B - 2)/(B^2 - 1) a^2,
    A_3 = 6 B^2 (B - 2)(B - 3)/((B^2 - 1)(B + 1)(B + 3))

The moments m_j = E y_1^j and m_ij = E y_1^i y_2^j give the variance of the cubic and the numerator of the rate; both
fall apart into the three degrees of the Gegenbauer series, A_k = c_k a_k^2. The batch size moves the weight between
them: for z^3 - 3z the linear part A_1 = 36 B/((B - 1)(B + 1)^2) dies out as B grows, so its rate rises at first.
"""

from theory import Identity, Numbers, Part, Source, Theorem, above, define, real, start, unfold
from theory.definitions.mean_field import B, rate
from theory.theorems.explosion import cubic_moments, sphere_moments
from theory.theorems.explosion import rate as meaning
from theory.theorems.explosion.cubic_moments import cubes, sixth, third_first

a, b = real("a"), real("b")

m_11 = define("m_11", (B,), -1 / (B - 1), tex="m_{11}")
m_4 = define("m_4", (B,), 3 * (B - 1) / (B + 1))
m_22 = define("m_22", (B,), ((B - 1) ** 2 + 2) / (B**2 - 1), tex="m_{22}")
m_31 = define("m_31", (B,), third_first, tex="m_{31}")
m_6 = define("m_6", (B,), sixth)
m_33 = define("m_33", (B,), cubes, tex="m_{33}")
MOMENTS = unfold(m_11, m_4, m_22, m_31, m_6, m_33)

# phi = z^3 + a z^2 + b z and phi' = 3 z^2 + 2 a z + b; moments of odd degree vanish, and m_2 = 1.
SQUARE = m_6(B) + (a**2 + 2 * b) * m_4(B) + b**2
PRODUCT = m_33(B) + a**2 * m_22(B) + 2 * b * m_31(B) + b**2 * m_11(B)
SLOPE = 9 * m_4(B) + 4 * a**2 + 6 * b + b**2
p_single = define(
    "p",
    (B, a, b),
    (B - 1) * SLOPE - (9 * m_6(B) + (4 * a**2 + 6 * b) * m_4(B) + b**2),
    tex="P",
    source="E[(B - 1 - y_1^2) phi'(y_1)^2]",
)
p_pair = define(
    "s",
    (B, a, b),
    9 * (m_22(B) + m_33(B)) + 6 * b * (1 + m_31(B)) + b**2 * (1 + m_11(B)) + 4 * a**2 * (m_11(B) + m_22(B)),
    tex="S",
    source="E[(1 + y_1 y_2) phi'(y_1) phi'(y_2)]",
)
SINGLE, PAIR = p_single(B, a, b), p_pair(B, a, b)

A_1 = define("A_1", (B, b), B / (B - 1) * (b + 3 * (B - 1) / (B + 1)) ** 2)
A_2 = define("A_2", (B, a), 2 * B * (B - 2) / (B**2 - 1) * a**2)
A_3 = define("A_3", (B,), 6 * B**2 * (B - 2) * (B - 3) / ((B**2 - 1) * (B + 1) * (B + 3)))
PARTS = unfold(A_1, A_2, A_3)
DEGREES = A_1(B, b) + A_2(B, a) + A_3(B)
WEIGHTED = (B - 2) * A_1(B, b) + 2 * (B - 1) * A_2(B, a) + 3 * B * A_3(B)
MEANS = unfold(p_single, p_pair)

NEAR_MISSES = {
    "the cubic has no linear part": Identity(SQUARE - PRODUCT, A_2(B, a) + A_3(B) + B / (B - 1) * b**2),
    "the weights of large batches": Identity(
        rate(B, DEGREES, SINGLE, PAIR), (A_1(B, b) + 2 * A_2(B, a) + 3 * A_3(B)) / DEGREES
    ),
    "the two samples independent": Identity(SINGLE, WEIGHTED),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "variance",
            Identity(SQUARE - PRODUCT, DEGREES),
            start(SQUARE - PRODUCT).equals(DEGREES, MOMENTS, PARTS),
        ),
        Part(
            "numerator",
            Identity(SINGLE + PAIR, WEIGHTED),
            start(SINGLE + PAIR).equals(WEIGHTED, MEANS, MOMENTS, PARTS),
        ),
        Part(
            "rate",
            Identity(rate(B, DEGREES, SINGLE, PAIR), WEIGHTED / ((B - 3) * DEGREES)),
            start(rate(B, DEGREES, SINGLE, PAIR)).equals(
                WEIGHTED / ((B - 3) * DEGREES), unfold(rate), MEANS, MOMENTS, PARTS
            ),
        ),
    ),
    headline="rate",
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("yang2019", "Section 3"),),
    rests_on=(cubic_moments.THEOREM, sphere_moments.THEOREM),
    speaks_of=(meaning.THEOREM,),
    reads="for phi(z) = z^3 + a z^2 + b z, (a) is u, (b) the numerator of the rate and (c) the rate",
    meanings={"a": "the coefficient of z^2", "b": "the coefficient of z"},
)
