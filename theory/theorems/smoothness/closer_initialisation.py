r"""Batch normalisation offers an optimum closer to the initialisation (Lemma 4.5).

    |W0 - k W*|^2 = |W0 - W*|^2 - (|W*|^2 - W*'W0)^2/|W*|^2,   k = W*'W0/|W*|^2

The rescaled optimum is the same network only if it keeps its sign, for which W0'W* > 0 is needed.
"""

from theory import (
    ALGEBRA,
    Bound,
    Identity,
    NearMiss,
    Part,
    Source,
    Theorem,
    at_most,
    dimension,
    gap,
    positive,
    start,
    surplus,
    vector,
    zero,
)

n = dimension("n")
W0, W = vector("W0", n, tex="W_0"), vector("W", n, nonzero=True, tex="W^*")
c = positive("c")
SAME_SIDE = at_most(c, W0.T @ W, note="the initialisation and the optimum lie on the same side")
k = W.T @ W0 / (W.T @ W)

LEFT = (W0 - k * W).T @ (W0 - k * W)
RIGHT = (W0 - W).T @ (W0 - W) - ((W.T @ W) - W.T @ W0) ** 2 / (W.T @ W)

HOW_MUCH = Identity(LEFT, RIGHT)
SAME_SIGN = Bound(zero(), k)

PROOF_BY_PYTHAGORAS = start(LEFT).equals(W0.T @ W0 - (W.T @ W0) ** 2 / (W.T @ W), ALGEBRA).equals(RIGHT, ALGEBRA)
PROOF_OF_SAME_SIGN = start(zero()).at_most(k, surplus(gap(SAME_SIDE) / (W.T @ W) + c / (W.T @ W)), SAME_SIDE)

NEAR_MISSES = {
    "k > 0 without the condition": NearMiss(SAME_SIGN, without=(SAME_SIDE,)),
    "closer by the whole distance": Identity(LEFT, (W0 - W).T @ (W0 - W) - (W.T @ W)),
    "k without the square": Identity((W0 - W.T @ W0 * W).T @ (W0 - W.T @ W0 * W), RIGHT),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("how much closer", HOW_MUCH, PROOF_BY_PYTHAGORAS),
        Part("the same sign", SAME_SIGN, PROOF_OF_SAME_SIGN),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(SAME_SIDE,),
    sources=(Source("santurkar2018", "Lemma 4.5"),),
    meanings={
        "n": "how many weights there are",
        "W0": "the initialisation",
        "W": "the optimum",
        "c": "a bound that says that they lie on the same side",
    },
)
