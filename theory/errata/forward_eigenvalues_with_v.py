r"""The forward eigenvalues of a ReLU layer with v, the covariance of two samples, for u (as copied).

    Sigma = u I + v 11',  u = q(1 - c),  v = q c:  lambda_L has the factor 1/v, and so has lambda_M

With 1/u both are right. With 1/v lambda_L is 2.58 at B = 4, as if the fixed point drove its neighbours away; it is
0.53. This was read in a machine-converted copy of the submission, not in the print, which may well have u: conversion
may have confused the letters. So the erratum is about the formula as that copy has it, with v = q c.
"""

from theory import Erratum, Identity, Numbers, Source, whole_at_least
from theory.definitions.forward_map import c_star, eigenvalue_l, eigenvalue_m, printed_l, printed_m, q_star, u_star
from theory.definitions.mean_field import B
from theory.theorems.explosion import forward_eigenvalues

U, V = q_star(B) * (1 - c_star(B)), q_star(B) * c_star(B)

ERRATUM = Erratum(
    __name__,
    Identity(eigenvalue_l(B, u_star), printed_l(V)),
    near_misses={
        "the other eigenvalue": Identity(eigenvalue_m(B, u_star), printed_m(V)),
        "q for v": Identity(eigenvalue_l(B, u_star), printed_l(q_star(B))),
        "1 - c for v": Identity(eigenvalue_l(B, u_star), printed_l(1 - c_star(B))),
        "c for v": Identity(eigenvalue_l(B, u_star), printed_l(c_star(B))),
    },
    setting=Numbers((whole_at_least(B, 4),)),
    why="Normalisation centres the batch. What samples have in common is lost, and with it their covariance v; "
    "the variance less the covariance, u, is the scale that is left. Only a machine-converted copy was read: "
    "the slip may be the conversion's and not the print's.",
    truth=forward_eigenvalues.THEOREM.part("L in the printed form, with u"),
    sources=(
        Source("yang2019submission", "Theorem 6", "with v as in Theorem 5 in a machine-converted copy; not the print"),
    ),
)
