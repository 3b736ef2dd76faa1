r"""The back-propagation lacks a term: the sum of the centred samples in the derivative by the mean.

    dL/dmean = -(1'dL/dyhat)/sigma   is said to differ from   -(1'dL/dyhat)/sigma + dL/ds^2 (-2/m) sum_i (y_i - mean)

The accusation is wrong: the centred samples add up to zero, so that code without the term computes the same gradient.
"""

from theory import Erratum, Identity, Part, Saying, Source, start
from theory.definitions.batch_norm import NOT_CONSTANT, m, one
from theory.theorems.smoothness import back_propagation
from theory.theorems.smoothness.back_propagation import D_Y, VANISHING, centred, d_mean, d_variance, d_yhat, sigma

ZERO = back_propagation.THEOREM.part("the vanishing term")
mean_without = -(one.T @ d_yhat) / sigma
without = d_yhat / sigma + d_variance * (2 * centred / m) + mean_without * one / m

ERRATUM = Erratum(
    __name__,
    parts=(
        Part("the derivative by the mean", Identity(d_mean, mean_without), start(d_mean).equals(mean_without, ZERO)),
        Part("the whole gradient", Identity(D_Y, without), start(D_Y).equals(without, ZERO)),
    ),
    near_misses={
        "the sum of the squared samples vanishes as well": Identity(VANISHING, centred.T @ centred),
        "the derivative by the variance can be left out too": Identity(D_Y, d_yhat / sigma + mean_without * one / m),
    },
    assumptions=(NOT_CONSTANT,),
    says=Saying.DIFFER,
    why="The centred samples add up to zero, whatever the batch.",
    truth=ZERO,
    sources=(
        Source("caffe4110", "the report", "the mean of the normalised batch is the term said to be missing"),
        Source("darknet1723", "item 2 of the report", "the code reported is right"),
    ),
    see_also=(Source("darknet29", "the maintainer's answer", "which is right, as is the code of darknet"),),
)
