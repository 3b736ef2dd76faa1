r"""Every degree of an activation counts in its variance, but for the constant.

    |R_k(x)| <= E|x + i sqrt(1 - x^2) t|^2 = x^2 + (1 - x^2)/(n - 1) = (n + 2)/n^2 at x = -1/n,  k >= 2

By Laplace's integral R_k(x) is the mean of (x + i sqrt(1 - x^2) t)^k over a coordinate t of the unit sphere in n - 1
dimensions, so E[t^2] = 1/(n - 1) and E[t^4] = 3/(n^2 - 1). No factor is longer than 1: all but two may be left out. So
c_k >= 4/9 for all k >= 2 and B = n + 1 >= 4, while c_1 = 1 + 1/n: u is 0 for constants alone.
"""

from theory import (
    Bound,
    Identity,
    Numbers,
    Part,
    Source,
    Theorem,
    at_least,
    between,
    number,
    real,
    start,
    surplus,
    unfold,
)
from theory.definitions.gegenbauer import ALL_DEGREES, fourth, n, x
from theory.theorems.explosion import first_degrees

t = real("t")
LENGTH = x**2 + (1 - x**2) * t**2
FOUR = x**4 - 6 * x**2 * (1 - x**2) / (n - 1) + 3 * (1 - x**2) ** 2 / (n**2 - 1)  # the mean of the fourth power
AT = -1 / n
SQUARE = AT**2 + (1 - AT**2) / (n - 1)
MOST, HIGHEST = (n + 2) / n**2, number(5) / 9

NEAR_MISSES = {
    "t is 1": Identity(SQUARE, number(1)),
    "t a coordinate in n dimensions": Identity(AT**2 + (1 - AT**2) / n, MOST),
    "at most a half": Bound(MOST, number(1) / 2),
    "any t": Bound(x**2 + (1 + x**2) * t**2, number(1)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("no longer than 1", Bound(LENGTH, number(1)), start(LENGTH).at_most(1, surplus((1 - x**2) * (1 - t**2)))),
        Part(
            "four factors",
            Identity(FOUR, fourth(x, n)),
            start(FOUR).equals(fourth(x, n), unfold(*ALL_DEGREES)),
        ),
        Part("two factors", Identity(SQUARE, MOST), start(SQUARE).equals(MOST)),
        Part(
            "from n = 3 on",
            Bound(MOST, HIGHEST),
            start(MOST).at_most(HIGHEST, surplus((n - 3) * (5 * n + 6) / (9 * n**2))),
        ),
    ),
    headline="from n = 3 on",
    near_misses=NEAR_MISSES,
    setting=Numbers((at_least(n, 3), between(x, -1, 1), between(t, -1, 1))),
    sources=(Source("szego1975", "4.10.3"),),
    rests_on=(first_degrees.THEOREM,),
    meanings={"n": "the dimension of the sphere, B - 1", "x": "a cosine", "t": "a cosine"},
)
