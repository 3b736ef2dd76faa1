r"""What an activation has beyond degree one makes its rate larger, by its share of the variance.

    delta I <= V:  lambda >= w + delta b'b/u,  lambda = (w a_1^2 + b'(w I + V) b)/u,  u = a_1^2 + b'b

a_1^2 is the part of degree one in the variance u, b holds the roots of the parts of n other degrees, and w I + V their
weights. So lambda = w for affine activations alone, and where lambda - w is small, so is the share b'b/u. A batch of B
has w = (B - 2)/(B - 3) and delta = B/(B - 3). The limit has w = delta = 1: the Gaussian Poincare inequality and by how
much it is strict. It holds for every n, so for the series.
"""

from theory import (
    Bound,
    NearMiss,
    Source,
    Theorem,
    at_most,
    dimension,
    eye,
    gap,
    positive,
    positive_definite,
    real,
    start,
    surplus,
    vector,
)

n = dimension("n")
b, a_1 = vector("b", n), real("a_1")
w, delta = real("w"), positive("delta", tex=r"\delta")
V = positive_definite("V", n)
s_0 = positive("s_0")
u = a_1**2 + b.T @ b
LAMBDA = (w * a_1**2 + b.T @ (w * eye(n) + V) @ b) / u
SHARE = b.T @ b / u
HEAVIER = at_most(delta * eye(n), V, note="every other weight exceeds w by delta")
NOT_CONSTANT = at_most(s_0, u, note="the activation is not constant")

NEAR_MISSES = {
    "the share of degree one": Bound(w + delta * a_1**2 / u, LAMBDA),
    "twice the excess": Bound(w + 2 * delta * SHARE, LAMBDA),
    "without the bound on the weights": NearMiss(Bound(w + delta * SHARE, LAMBDA), without=(HEAVIER,)),
}

THEOREM = Theorem(
    __name__,
    Bound(w + delta * SHARE, LAMBDA),
    start(w + delta * SHARE).at_most(LAMBDA, surplus(b.T @ gap(HEAVIER) @ b / u), HEAVIER),
    near_misses=NEAR_MISSES,
    assumptions=(HEAVIER, NOT_CONSTANT),
    sources=(Source("yang2019", "Section 3"), Source("magnus2019", "Chapter 11")),
    meanings={
        "n": "how many degrees there are beyond the first",
        "b": "the coefficients of the activation beyond the first degree",
        "a_1": "its coefficient of the first degree",
        "V": "their weights",
        "w": "the weight of the first degree",
        "delta": "by how much every other weight exceeds w",
    },
)
