r"""Two families of changes of the batch covariance come back from a layer as multiples of themselves.

    V'(H) = a H + b(h 1' + 1 h') + k Diag(h),  h = diag(H):
    G V'(H) G = (a + (1 - 2/m) k) H  for H = G Diag(d) G with 1'd = 0

Such is the change of the second moments of an activation, entry by entry, where the covariance changes by H. With
1'd = 0, as for d = G w, the diagonal of G Diag(d) G is (1 - 2/m) d. If the diagonal of H is zero, V'(H) = a H. The
density of a Gaussian in a direction e changes by way of e'(I + eps H)^-1 e, with a small number eps that is not batch
normalisation's: to first order by -eps e'He.
"""

from theory import (
    DIFFERENTIATE,
    Identity,
    Part,
    Source,
    Theorem,
    define,
    derivative,
    diag,
    eye,
    inverse,
    real,
    start,
    symmetric,
    unfold,
    vector,
    zero,
)
from theory.definitions.batch_norm import m, one
from theory.definitions.forward_map import eps

a, b, k = real("a"), real("b"), real("k")
w, e = vector("w", m), vector("e", m)
S = symmetric("S", m)
G = eye(m) - one @ one.T / m
centre = define("C", (S,), G @ S @ G, source="both sides centred")
weights = define("d", (w,), G @ w, source="numbers that add up to zero")
family = define("L", (w,), centre(diag(weights(w))), source="the changes G Diag(d) G with 1'd = 0")

d, L, M = weights(w), family(w), centre(S)
ENTRIES = diag(d) - (d @ one.T + one @ d.T) / m
CHANGE = centre(a * L + (1 - 2 / m) * (b * (d @ one.T + one @ d.T) + k * diag(d)))
VALUE = a + (1 - 2 / m) * k
SPREAD = derivative(e.T @ inverse(eye(m) + eps * S) @ e, eps, at=zero())

NEAR_MISSES = {
    "without the diagonal": Identity(CHANGE, a * L),
    "the diagonal of Diag(d)": Identity(CHANGE, (a + k) * L),
    "centring leaves Diag(d)": Identity(L, diag(d)),
    "the covariance for its inverse": Identity(SPREAD, e.T @ S @ e),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("entries", Identity(L, ENTRIES), start(L).equals(ENTRIES, unfold(family, weights, centre))),
        Part("eigenvalue of L", Identity(CHANGE, VALUE * L), start(CHANGE).equals(VALUE * L, unfold(family, centre))),
        Part("eigenvalue of M", Identity(centre(a * M), a * M), start(centre(a * M)).equals(a * M, unfold(centre))),
        Part("density", Identity(SPREAD, -(e.T @ S @ e)), start(SPREAD).equals(-(e.T @ S @ e), DIFFERENTIATE)),
    ),
    headline="eigenvalue of L",
    near_misses=NEAR_MISSES,
    sources=(Source("yang2019", "appendix, the eigenspaces L and M of the forward map; recalled"),),
    meanings={
        "S": "a change of the covariance",
        "e": "a point of the sphere",
        "w": "the weights of the diagonal",
        "a": "a number",
        "b": "a number",
        "k": "a number",
    },
)
