r"""Within one deep network the weight gradients grow towards the input at the rate lambda a layer: measured.

E|dLoss/dW^l|^2 is proportional to lambda^(L-l): at infinite width the gradient of W^l is the product of the gradient at
z^l, which grows by lambda a layer (`explosion.rate`), and of activations whose statistics are the same in every layer
(`explosion.weight-gradient`).
Source: Yang et al. 2019, section 3.
"""

from fractions import Fraction

from theory import Comparison, Experiment, Rate, Source, in_large_batches, measured, predicting, times
from theory.theorems.explosion import rate, weight_gradient

PLAN = {  # activations, batch sizes, narrow width, depth, networks
    "quick": (("identity", "relu", "tanh"), (8, 32), 64, 16, 256),
    "standard": (("identity", "relu", "tanh", "erf", "gelu", "silu", "sin"), (8, 32), 96, 16, 256),
    "thorough": (("identity", "relu", "tanh", "erf", "gelu", "silu", "sin"), (8, 32, 128), 256, 40, 1024),
}

LARGE = 32  # from this batch size on half as many networks measure as closely


def comparisons(
    activations: tuple[str, ...], batches: tuple[int, ...], width: int, depth: int, networks: int
) -> tuple[Comparison, ...]:
    return tuple(
        Comparison(
            f"{phi}, B = {batch}",
            measured(
                "growth of the gradient",
                activation=phi,
                batch=batch,
                widths=(width, 2 * width),
                depths=(depth,),
                networks=2 * networks if phi == "identity" else networks if batch < LARGE else networks // 2,
                against="layer",
            ),
            "=",
            Rate(phi, batch, log=True),
            margin=Fraction(4, 1000),
            relative=Fraction(1, 10),
        )
        for phi in activations
        for batch in batches
        if phi != "identity" or batch <= 32  # beyond, the margin is more than half of the slope
    )


COMPARISONS = {budget: comparisons(*plan) for budget, plan in PLAN.items()}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={
        "at half the rate": predicting(COMPARISONS, times(Fraction(1, 2))),
        "at the rate of infinite batch size": predicting(COMPARISONS, in_large_batches),
    },
    margins="a tenth of the predicted rate and 0.004, as for the growth with depth",
    rests_on=(rate.THEOREM, weight_gradient.THEOREM),
    apart="batch",
    sources=(Source("yang2019", "section 3"),),
)
