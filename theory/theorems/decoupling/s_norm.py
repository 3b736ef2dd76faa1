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

HOMOGENEOUS = start(norm_in(a * w, S)).equals(abs(a) * norm_in(w, S), ALGEBRA)

LEMMA = CauchySchwarz(u, v, S)
TRIANGLE = start(norm_in(u + v, S)).at_most(norm_in(u, S) + norm_in(v, S), squares(2 * LEMMA.gap), LEMMA)

BELOW = start(sqrt(mu_S) * norm(w)).at_most(norm_in(w, S), squares(w.T @ gap(SPECTRUM_BELOW) @ w), SPECTRUM_BELOW)
ABOVE = start(norm_in(w, S)).at_most(sqrt(L_S) * norm(w), squares(w.T @ gap(SPECTRUM_ABOVE) @ w), SPECTRUM_ABOVE)

NEAR_MISSES = {
    "homogeneous without the absolute value": Identity(norm_in(a * w, S), a * norm_in(w, S)),
    "the triangle inequality reversed": Bound(norm_in(u, S) + norm_in(v, S), norm_in(u + v, S)),
    "the largest eigenvalue from below": Bound(sqrt(L_S) * norm(w), norm_in(w, S)),
    "the eigenvalue for its root": Bound(norm_in(w, S), L_S * norm(w)),
    "no upper bound on the spectrum": NearMiss(Bound(norm_in(w, S), sqrt(L_S) * norm(w)), without=(SPECTRUM_ABOVE,)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("homogeneous", Identity(norm_in(a * w, S), abs(a) * norm_in(w, S)), HOMOGENEOUS),
        Part("triangle inequality", Bound(norm_in(u + v, S), norm_in(u, S) + norm_in(v, S)), TRIANGLE),
        Part("from below", Bound(sqrt(mu_S) * norm(w), norm_in(w, S)), BELOW),
        Part("from above", Bound(norm_in(w, S), sqrt(L_S) * norm(w)), ABOVE),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(SPECTRUM_BELOW, SPECTRUM_ABOVE),
    sources=(Source("kohler2019", "Section 2"),),
)
