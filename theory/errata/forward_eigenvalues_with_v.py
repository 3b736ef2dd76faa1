r"""The forward eigenvalues of a ReLU layer behind batch normalisation are inverse to the covariance of two samples.

    Sigma = u I + v 11',  u = q(1 - c),  v = q c:  lambda_L is printed with 1/v, and so is lambda_M

With 1/u both are right. With 1/v lambda_L is 2.58 at B = 4, as if the fixed point drove its neighbours away; it is
0.53. This was read in a machine-converted copy of the submission, whose letters for u and v may not be those of the
print: the erratum is about the formula with v of the fixed point Sigma = u I + v 11', as that copy has it.
"""

from theory.claims import Identity
from theory.definitions.forward_map import c_star, eigenvalue_l, eigenvalue_m, printed_l, printed_m, q_star, u_star
from theory.definitions.mean_field import B
from theory.scalar.erratum import ScalarErratum
from theory.scalar.ranges import whole_at_least
from theory.theorem import Source
from theory.theorems.explosion import forward_eigenvalues

U, V = q_star(B) * (1 - c_star(B)), q_star(B) * c_star(B)

ERRATUM = ScalarErratum(
    __name__,
    Identity(eigenvalue_l(B, u_star), printed_l(V)),
    near_misses={
        "the other eigenvalue": Identity(eigenvalue_m(B, u_star), printed_m(V)),
        "q for v": Identity(eigenvalue_l(B, u_star), printed_l(q_star(B))),
        "1 - c for v": Identity(eigenvalue_l(B, u_star), printed_l(1 - c_star(B))),
        "c for v": Identity(eigenvalue_l(B, u_star), printed_l(c_star(B))),
    },
    ranges=(whole_at_least(B, 4),),
    why="Normalisation centres the batch. What samples have in common is lost, and with it their covariance; "
    "the variance less the covariance is the scale that is left.",
    truth=forward_eigenvalues.THEOREM.part("L as printed, with u"),
    sources=(
        Source("yang2019submission", "Theorems 4 to 6, in a machine-converted copy that may have confused two letters"),
    ),
)
