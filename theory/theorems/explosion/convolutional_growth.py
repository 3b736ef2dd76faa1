r"""A convolutional stack explodes at lambda(phi, B s^2) on images of s x s pixels: measured.

Batch normalisation of a channel averages over B images and s^2 pixels. With convolutions padded in a circle and inputs
that are independent from pixel to pixel, the covariance over all B s^2 entries keeps its one off-diagonal value from
layer to layer, so the stack behaves as a dense one of batch size B s^2. Own corollary; on images whose pixels depend on
one another it is not claimed. Convolutions are 3 x 3 with W ~ N(0, 1/(9 n)).
Source: Yang et al. 2019, section 3, for the dense stack.
"""

from fractions import Fraction

from theory import Comparison, Experiment, Rate, Source, measured, predicting, times
from theory.theorems.explosion import rate

PLAN = {  # activations, images and their side, channels (narrow), depths, networks
    "quick": (("relu", "tanh"), ((2, 4),), 32, (3, 7, 11), 320),
    "standard": (("identity", "relu", "tanh"), ((2, 4), (4, 4)), 32, (3, 7, 11), 512),
    "thorough": (("identity", "relu", "tanh", "gelu"), ((2, 4), (4, 4), (4, 8)), 64, (3, 11, 19), 1024),
}


def comparisons(
    activations: tuple[str, ...],
    images: tuple[tuple[int, int], ...],
    width: int,
    depths: tuple[int, ...],
    networks: int,
) -> tuple[Comparison, ...]:
    return tuple(
        Comparison(
            f"{phi}, {batch} images of {side} x {side}",
            measured(
                "growth of the gradient",
                activation=phi,
                batch=batch,
                side=side,
                widths=(width, 2 * width),
                depths=depths,
                networks=networks * (4 if phi == "identity" else 1),
            ),
            "=",
            Rate(phi, batch * side**2, log=True),
            margin=Fraction(6, 1000),
            relative=Fraction(1, 10),
        )
        for phi in activations
        for batch, side in images
        if phi != "identity" or batch * side**2 <= 64  # beyond, the margin is more than half of the slope
    )


COMPARISONS = {budget: comparisons(*plan) for budget, plan in PLAN.items()}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={
        "at half the rate": predicting(COMPARISONS, times(Fraction(1, 2))),
        "at twice the rate": predicting(COMPARISONS, times(2)),
    },
    margins="a tenth of the predicted slope and 0.006, for what the extrapolation leaves at these few channels",
    long=True,
    speaks_of=(rate.THEOREM,),
    sources=(Source("yang2019", "section 3"),),
)
