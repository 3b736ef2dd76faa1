r"""The first Gegenbauer polynomials, by their recurrence, and what they are at -1/n.

    (k + n - 2) R_{k+1} = (2k + n - 2) x R_k - k R_{k-1},  R_0 = 1, R_1 = x:
    c_k = 1 - R_k(-1/n):  c_1 = c_2 = 1 + 1/n,  c_3 = 1 - (3n + 2)/n^3,  c_4 = 1 - (3n^2 - 6n - 8)/n^4

R_k = C_k/C_k(1) is the polynomial of degree k on the sphere in n = B - 1 dimensions, and R_k(-1/n) is what two samples
have in common of a part of degree k: E[phi_k(y_1) phi_k(y_2)] = R_k(-1/n) E[phi_k(y_1)^2]. So in the variance u that
part has the weight c_k.
"""

from theory.calculus import Term, derivative, number, real
from theory.claims import Identity
from theory.derivation import DIFFERENTIATE, start
from theory.scalar.ranges import above, between
from theory.scalar.theorem import ScalarTheorem
from theory.theorem import Part, Source

n, x = real("n"), real("x")


def degree(k: int, at: Term) -> Term:
    """R_k, by the recurrence."""
    if k < 2:
        return at if k else number(1)
    return ((2 * k + n - 4) * at * degree(k - 1, at) - (k - 1) * degree(k - 2, at)) / (k + n - 3)


def coefficient(k: int) -> Term:
    """c_k."""
    return 1 - degree(k, -1 / n)


CUBIC = degree(3, x)
OPERATOR = (1 - x**2) * derivative(derivative(CUBIC, x), x) - (n - 1) * x * derivative(CUBIC, x)
VALUES = {1: 1 + 1 / n, 2: 1 + 1 / n, 3: 1 - (3 * n + 2) / n**3, 4: 1 - (3 * n**2 - 6 * n - 8) / n**4}

NEAR_MISSES = {
    "degree three keeps nothing": Identity(coefficient(3), number(1)),
    "degree three keeps -1/n": Identity(coefficient(3), 1 + 1 / n),
    "the next eigenvalue": Identity(OPERATOR, -4 * (n + 2) * CUBIC),
    "not 1 at 1": Identity(degree(3, number(1)), n - 1),
}

DIVIDES_BY_ZERO = "it claims nothing: 3 - 3 stands in a denominator"
SURVIVORS = (
    "c_3: n left out, on the left",
    "c_4: n left out, on the left (3)",
    "eigenvalue of degree three: n left out, on the right (2)",
    "eigenvalue of degree three: n left out, on the left",
    "eigenvalue of degree three: n left out, on the left (6)",
    "1 at 1: n left out, on the left (3)",
)

THEOREM = ScalarTheorem(
    __name__,
    parts=(
        *(Part(f"c_{k}", Identity(coefficient(k), c), start(coefficient(k)).equals(c)) for k, c in VALUES.items()),
        Part(
            "eigenvalue of degree three",
            Identity(OPERATOR, -3 * (n + 1) * CUBIC),
            start(OPERATOR).equals(-3 * (n + 1) * CUBIC, DIFFERENTIATE),
        ),
        Part("1 at 1", Identity(degree(4, number(1)), number(1)), start(degree(4, number(1))).equals(number(1))),
    ),
    near_misses=NEAR_MISSES,
    survivors=dict.fromkeys(SURVIVORS, DIVIDES_BY_ZERO),
    ranges=(above(n, 2), between(x, -1, 1)),
    sources=(Source("yang2019", "Section 3"),),
)
