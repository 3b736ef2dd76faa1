r"""The mean squared length of a matrix times white noise is the squared Frobenius norm.

    E[h h'] = I:  E|A h|^2 = tr(A'A)

Gradients that arrive at a layer of a wide random network are white noise to it, independent of its activations.
"""

from theory import E, Identity, Source, Theorem, dimension, equal, eye, matrix, number, random_vector, start, trace

m = dimension("m")
A = matrix("A", m)
h = random_vector("h", m)
WHITE = equal(E(h @ h.T), eye(m), note="the noise is white")
LENGTH = E((A @ h).T @ (A @ h))

NEAR_MISSES = {
    "the trace of A": Identity(LENGTH, trace(A)),
    "the trace of A squared": Identity(LENGTH, trace(A @ A)),
    "a mean over the entries": Identity(LENGTH, trace(A.T @ A) / (m + number(1))),
}

THEOREM = Theorem(
    __name__,
    Identity(LENGTH, trace(A.T @ A)),
    start(LENGTH).equals(trace(A.T @ A), WHITE),
    near_misses=NEAR_MISSES,
    assumptions=(WHITE,),
    sources=(Source("magnus2019", "Part Four"),),
    meanings={"A": "a matrix", "h": "white noise"},
)
