r"""Two families of changes of the batch covariance come back from a layer as multiples of themselves.

    C(H) = a H + b(h 1' + 1 h') + k Diag(h), h the diagonal of H:  G C(H) G = (a + (1 - 2/m) k) H  for H = G Diag(d) G

Such is the change of the second moments of an activation entry by entry. Here 1'd = 0, as for d = G w; then
G Diag(d) G has the diagonal (1 - 2/m) d. If the diagonal h is zero, C(H) = a H. And the change of the Gaussian
density in a direction e is that of e'(I + eps H)^-1 e, of which -e'He is the first order.
"""

from theory.calculus import derivative, diag, eye, inverse, real, symmetric, vector, zero
from theory.claims import Identity
from theory.definitions.batch_norm import m, one
from theory.definitions.forward_map import eps
from theory.derivation import DIFFERENTIATE, start
from theory.theorem import Part, Source, Theorem

a, b, k = real("a"), real("b"), real("k")
w, e = vector("w", m), vector("e", m)
S = symmetric("S", m)
G = eye(m) - one @ one.T / m
d = G @ w
L, M = G @ diag(d) @ G, G @ S @ G

ENTRIES = diag(d) - (d @ one.T + one @ d.T) / m
h = (1 - 2 / m) * d
CHANGE = a * L + b * (h @ one.T + one @ h.T) + k * diag(h)
VALUE = a + (1 - 2 / m) * k
SPREAD = derivative(e.T @ inverse(eye(m) + eps * S) @ e, eps, at=zero())

NEAR_MISSES = {
    "without the diagonal": Identity(G @ CHANGE @ G, a * L),
    "the diagonal of Diag(d)": Identity(G @ CHANGE @ G, (a + k) * L),
    "centring leaves Diag(d)": Identity(L, diag(d)),
    "the covariance for its inverse": Identity(SPREAD, e.T @ S @ e),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("entries", Identity(L, ENTRIES), start(L).equals(ENTRIES)),
        Part("eigenvalue L", Identity(G @ CHANGE @ G, VALUE * L), start(G @ CHANGE @ G).equals(VALUE * L)),
        Part("eigenvalue M", Identity(G @ (a * M) @ G, a * M), start(G @ (a * M) @ G).equals(a * M)),
        Part("density", Identity(SPREAD, -(e.T @ S @ e)), start(SPREAD).equals(-(e.T @ S @ e), DIFFERENTIATE)),
    ),
    near_misses=NEAR_MISSES,
    sources=(Source("yang2019", "appendix, the eigenspaces L and M of the forward map; recalled"),),
)
