r"""The eigenvalues of the forward map of a ReLU layer behind batch normalisation, at its fixed point.

    lambda_M = B J'(c_0)/((B + 1)(1 - J(c_0))),
    lambda_L = ((B - 2)(1 - J(c_0)) + B/(B - 1) J'(c_0))/((B + 1)(1 - J(c_0)))

Here u = q(1 - c) = (1 - J(c_0))/2 and G = I - 11'/B. A small change t u H of the centred covariance u G, H 1 = 0, comes
back lambda times as large, up to t^2: lambda_M for H with zero diagonal, lambda_L for H = G Diag(d) G with 1'd = 0, and
0 for H = G, a change of scale that the layer does not see. Every symmetric H with H 1 = 0 is a sum of these three. The
layer feels the part rho(B) of the change of its second moments, and that is the change of the arc-cosine kernel. The
last two parts have the form that is printed, but with u where the copy read has v = q c
(`errata.forward-eigenvalues-with-v`).
"""

from theory import Identity, Numbers, Part, Source, Theorem, above, start, unfold
from theory.definitions.forward_map import (
    c_0,
    c_star,
    eigenvalue_l,
    eigenvalue_m,
    h_1,
    h_2,
    h_12,
    printed_l,
    printed_m,
    q_star,
    u_star,
)
from theory.definitions.mean_field import B, arc_cosine, arc_cosine_slope, c, correlation
from theory.statements.derivation import Derivation, Reason
from theory.terms import Definition, Term, rewrite
from theory.theorems.explosion import (
    arc_cosine_kernel,
    changed_moments,
    covariance_eigenspaces,
    gaussian_direction,
    relu_fixed_point,
)

J, J_1 = arc_cosine(c_0), arc_cosine_slope(c_0)
U = (1 - J) / 2
CLOSED_M = B * J_1 / ((B + 1) * (1 - J))
CLOSED_L = ((B - 2) * (1 - J) + B / (B - 1) * J_1) / ((B + 1) * (1 - J))
WITH_U = q_star(B) * (1 - c_star(B))
M, L = eigenvalue_m(B, u_star), eigenvalue_l(B, u_star)

OF_M, OF_L = Identity(M, CLOSED_M), Identity(L, CLOSED_L)
M_PRINTED, L_PRINTED = Identity(M, printed_m(WITH_U)), Identity(L, printed_l(WITH_U))

AS_PRINTED, C_0 = unfold(q_star, c_star), unfold(correlation)
CHANGE = changed_moments.THEOREM
OF_A_COVARIANCE, OF_A_VARIANCE = (CHANGE.at({h_1: 0, h_2: 0, h_12: 1}), CHANGE.at({h_1: 1, h_2: 0, h_12: 0}))
ATTENUATED = gaussian_direction.THEOREM.part("attenuation")
KERNEL = arc_cosine_kernel.THEOREM.at({c: c_0}, "product")


def closed(eigenvalue: Definition, right: Term, *by: Reason) -> Derivation:
    """An eigenvalue, first by the kernel for u, then by the changes of the moments."""
    plain = rewrite.unfold(eigenvalue(B, U), frozenset({eigenvalue}))
    return start(eigenvalue(B, u_star)).equals(plain, KERNEL, unfold(eigenvalue)).equals(right, *by)


BY_M = closed(eigenvalue_m, CLOSED_M, OF_A_COVARIANCE, ATTENUATED)
BY_L = closed(eigenvalue_l, CLOSED_L, OF_A_COVARIANCE, OF_A_VARIANCE, ATTENUATED, C_0)

NEAR_MISSES = {
    "a Gaussian batch, not normalised": Identity(M, J_1 / (1 - J)),
    "v for u": Identity(L, ((B - 2) * (1 - J) + B / (B - 1) * J_1) / ((B + 1) * J)),
    "one eigenvalue": Identity(L, CLOSED_M),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("M", OF_M, BY_M),
        Part("L", OF_L, BY_L),
        Part("M in the printed form, with u", M_PRINTED, BY_M.equals(printed_m(WITH_U), AS_PRINTED)),
        Part("L in the printed form, with u", L_PRINTED, BY_L.equals(printed_l(WITH_U), AS_PRINTED)),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(
        Source("yang2019", "Section 3.2, for the fixed point"),
        Source("yang2019submission", "Theorem 6", "with v for u in a machine-converted copy; not the print"),
    ),
    rests_on=(covariance_eigenspaces.THEOREM, relu_fixed_point.THEOREM),
)
