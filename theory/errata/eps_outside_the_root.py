r"""Normalising by the deviation plus eps, with eps outside the root.

    yhat = (y - mean)/(s + eps)

The outputs are off by the factor sqrt(s^2 + eps)/(s + eps).
"""

from theory import Erratum, Identity, Source, zero
from theory.definitions.batch_norm import NOT_CONSTANT, deviation, eps, mean, normalised, one, y
from theory.theorems.smoothness import normalised_batch

ERRATUM = Erratum(
    __name__,
    Identity((y - mean(y) * one) / (deviation(y, zero()) + eps), normalised(y, eps)),
    assumptions=(NOT_CONSTANT,),
    why="The two denominators agree at eps = 0, otherwise by chance only; at a small variance the root of eps "
    "is far more than eps.",
    truth=normalised_batch.THEOREM.part("length"),
    sources=(
        Source("pytorch1804", "the documentation before this change"),
        Source("keras10427", "documentation and one backend before this change"),
        Source("tensorflow24690", "the formula of the backend's page"),
    ),
)
