r"""Length of a multiple with the factor once.

|a w|^2 = a |w|^2.
"""

import length_of_a_multiple as truth

from theory import Erratum, Identity, Source

ERRATUM = Erratum(
    __name__,
    Identity(truth.CLAIM.left, truth.a * (truth.w.T @ truth.w)),
    why="Both factors of the product have the number, so it stands there twice.",
    truth=truth.THEOREM,
    sources=(Source("nobody", "made up"),),
)
