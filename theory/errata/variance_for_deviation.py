r"""Normalising by the variance plus eps, without the root.

    yhat = (y - mean)/(s^2 + eps)

The outputs are off by the factor sqrt(s^2 + eps).
"""

from theory import Erratum, Identity, Source
from theory.definitions.batch_norm import NOT_CONSTANT, eps, mean, normalised, one, variance, y
from theory.theorems.smoothness import normalised_batch

ERRATUM = Erratum(
    __name__,
    Identity((y - mean(y) * one) / (variance(y) + eps), normalised(y, eps)),
    assumptions=(NOT_CONSTANT,),
    why="What is left has the length of the batch divided by its variance; only the root gives entries of size one.",
    truth=normalised_batch.THEOREM.part("length"),
    sources=(
        Source("tensorflow48039", "the formula of the layer's page, in training and in inference"),
        Source("tensorflow46522", "the same for inference"),
    ),
)
