r"""The S-norm is a norm, equivalent to the Euclidean one.

    |a w|_S = |a| |w|_S,   |u + v|_S <= |u|_S + |v|_S,   sqrt(mu_S) |w| <= |w|_S <= sqrt(L_S) |w|

The lower bound also says that the S-norm vanishes only at 0.
"""

from theory import (
    ALGEBRA,
    Bound,
    CauchySchwarz,
    Identity,
    NearMiss,
    Part,
    Source,
    Theorem,
    gap,
    norm,
    norm_in,
    real,
    sqrt,
    squares,
    start,
    vector,
)
from theory.definitions.bn_unit import L_S, SPECTRUM_ABOVE, SPECTRUM_BELOW, S, d, mu_S, w

a, u, v = real("a"), vector("u", d), vector("v", d)

HOMOGENEOUS = Identity(norm_in(a * w, S), abs(a) * norm_in(w, S))
TRIANGLE = Bound(norm_in(u + v, S), norm_in(u, S) + norm_in(v, S))
BELOW = Bound(sqrt(mu_S) * norm(w), norm_in(w, S))
ABOVE = Bound(norm_in(w, S), sqrt(L_S) * norm(w))

LEMMA = CauchySchwarz(u, v, S)
PROOF_OF_HOMOGENEOUS = (
    start(HOMOGENEOUS.left).equals(sqrt(a**2) * norm_in(w, S), ALGEBRA).equals(HOMOGENEOUS.right, ALGEBRA)
)
PROOF_OF_TRIANGLE = start(TRIANGLE.left).at_most(TRIANGLE.right, squares(2 * LEMMA.gap), LEMMA)
PROOF_FROM_BELOW = start(BELOW.left).at_most(BELOW.right, squares(w.T @ gap(SPECTRUM_BELOW) @ w), SPECTRUM_BELOW)
PROOF_FROM_ABOVE = start(ABOVE.left).at_most(ABOVE.right, squares(w.T @ gap(SPECTRUM_ABOVE) @ w), SPECTRUM_ABOVE)

NEAR_MISSES = {
    "homogeneous without the absolute value": Identity(norm_in(a * w, S), a * norm_in(w, S)),
    "the triangle inequality reversed": Bound(norm_in(u, S) + norm_in(v, S), norm_in(u + v, S)),
    "the largest eigenvalue from below": Bound(sqrt(L_S) * norm(w), norm_in(w, S)),
    "the eigenvalue for its root": Bound(norm_in(w, S), L_S * norm(w)),
    "no upper bound on the spectrum": NearMiss(ABOVE, without=(SPECTRUM_ABOVE,)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("homogeneous", HOMOGENEOUS, PROOF_OF_HOMOGENEOUS),
        Part("triangle inequality", TRIANGLE, PROOF_OF_TRIANGLE),
        Part("from below", BELOW, PROOF_FROM_BELOW),
        Part("from above", ABOVE, PROOF_FROM_ABOVE),
    ),
    headline="triangle inequality",
    near_misses=NEAR_MISSES,
    assumptions=(SPECTRUM_BELOW, SPECTRUM_ABOVE),
    sources=(Source("kohler2019", "Section 2"),),
    meanings={"a": "a factor", "u": "a vector", "v": "a vector"},
)
