r"""Weight gradients are a multiple of the gradient that comes back, in the mean square.

    E[h h'] = I:  E|X' G h|^2 = tr(G X X'),  and with X X' = n q((1 - c) I + c 11'):  tr(G X X') = n q(1 - c) (m - 1)

m is the size of the batch, elsewhere B; q and c are those of the fixed point. A unit's weights have the gradient X'g,
with X the activations of the n units below on m samples, and g = G h the gradient of its pre-activations: noise that is
centred, of E|g|^2 = m - 1 (`explosion.layer-gradient`). In a wide network at the fixed point X X' is n times the
covariance of a layer. What is proved are the two identities. A consequence, not proved here: the factor n u,
u = q(1 - c), is the same in every layer, so weight gradients grow by lambda as the gradient that comes back does.
"""

from theory import E, Identity, NearMiss, Part, Source, Theorem, dimension, matrix, start, trace
from theory.definitions.batch_norm import m
from theory.theorems.explosion.exchangeable_batch import G, Sigma, c, q
from theory.theorems.explosion.white_noise import WHITE, h

n = dimension("n")
X = matrix("X", m, n)
SQUARE = E((X.T @ G @ h).T @ (X.T @ G @ h))
VALUE = n * q * (1 - c) * (m - 1)

NEAR_MISSES = {
    "the noise is not centred": Identity(SQUARE, trace(X @ X.T)),
    "a factor of q": Identity(trace(G @ (n * Sigma)), n * q * (m - 1)),
    "all samples alike": Identity(trace(G @ (n * Sigma)), n * q * c * (m - 1)),
    "a correlated noise": NearMiss(Identity(SQUARE, trace(G @ X @ X.T)), without=(WHITE,)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("square", Identity(SQUARE, trace(G @ X @ X.T)), start(SQUARE).equals(trace(G @ X @ X.T), WHITE)),
        Part(
            "fixed point",
            Identity(trace(G @ (n * Sigma)), VALUE),
            start(trace(G @ (n * Sigma))).equals(VALUE),
        ),
    ),
    headline="fixed point",
    near_misses=NEAR_MISSES,
    assumptions=(WHITE,),
    sources=(Source("yang2019", "Section 3"),),
    meanings={
        "n": "the width",
        "q": "the second moment of the layer before",
        "c": "its correlation between samples",
        "h": "the gradient that comes back",
        "X": "what the layer before puts out",
    },
)
