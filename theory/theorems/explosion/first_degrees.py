r"""What two samples have in common of the parts of degree one to four of an activation.

    c_k = 1 - R_k(-1/n):  c_1 = c_2 = 1 + 1/n,  c_3 = 1 - (3n + 2)/n^3,  c_4 = 1 - (3n^2 - 6n - 8)/n^4

R_k is the Gegenbauer polynomial of the sphere in n = B - 1 dimensions, and E[phi_k(y_1) phi_k(y_2)] is R_k(-1/n) times
E[phi_k(y_1)^2] for a part of degree k. So in the variance u that part has the weight c_k. R_4 is an eigenfunction of
the operator of `explosion.degree-weights`, and 1 at 1.
"""

from theory import (
    DIFFERENTIATE,
    Identity,
    Numbers,
    Part,
    Source,
    Term,
    Theorem,
    above,
    between,
    derivative,
    number,
    start,
    unfold,
)
from theory.definitions.gegenbauer import ALL_DEGREES, fourth, n, second, third, x
from theory.terms import Definition

OPERATOR = (1 - x**2) * derivative(derivative(fourth(x, n), x), x) - (n - 1) * x * derivative(fourth(x, n), x)
EIGENVALUE = -4 * (n + 2) * fourth(x, n)
THREE, FOUR = 1 - (3 * n + 2) / n**3, 1 - (3 * n**2 - 6 * n - 8) / n**4
AT = -1 / n


def value(label: str, left: Term, right: Term, *degrees: Definition) -> Part:
    """What a polynomial is at a point."""
    return Part(label, Identity(left, right), start(left).equals(right, unfold(*degrees)))


NEAR_MISSES = {
    "degree three keeps nothing": Identity(1 - third(AT, n), number(1)),
    "degree three keeps -1/n": Identity(1 - third(AT, n), 1 + 1 / n),
    "the eigenvalue k^2": Identity(OPERATOR, -16 * fourth(x, n)),
    "not 1 at 1": Identity(fourth(number(1), n), n + 1),
}

THEOREM = Theorem(
    __name__,
    parts=(
        value("degree two", 1 - second(AT, n), 1 + 1 / n, second),
        value("degree three", 1 - third(AT, n), THREE, third, second),
        value("degree four", 1 - fourth(AT, n), FOUR, *ALL_DEGREES),
        value("1 at 1", fourth(number(1), n), number(1), *ALL_DEGREES),
        Part(
            "eigenvalue",
            Identity(OPERATOR, EIGENVALUE),
            start(OPERATOR).equals(EIGENVALUE, DIFFERENTIATE, unfold(*ALL_DEGREES)),
        ),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(n, 2), between(x, -1, 1))),
    sources=(Source("szego1975", "4.7.17"), Source("yang2019", "Section 3")),
    meanings={"n": "the dimension of the sphere, B - 1", "x": "a cosine"},
)
