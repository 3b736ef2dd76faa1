r"""Batches on the sphere have the certified rates, and ReLU and tanh lead to such batches: measured.

The same numbers by Monte Carlo. Batches are drawn uniformly on the sphere of the hyperplane 1'y = 0: lambda is the
numerator E[(B - 1 - y_1^2) phi'(y_1)^2 + (1 + y_1 y_2) phi'(y_1) phi'(y_2)] over (B - 3) u with
u = E phi(y_1)^2 - E phi(y_1) phi(y_2), and q = E phi(y_1)^2 is 1/2 for ReLU. For ReLU and tanh at B = 8, from random
inputs of three dimensions, the covariance E[phi(BN(z)) phi(BN(z))'] of the next layer, taken again and again, comes
near q((1 - c) I + c 11'). Departure: the relative Frobenius distance of the centred covariance from a multiple of
G = I - 11'/B. Source: Yang et al. 2019, section 3.
"""

from fractions import Fraction

from theory import Comparison, Experiment, Rate, Source, in_large_batches, measured, predicting, times
from theory.statements.experiment import Predicted
from theory.theorems.explosion import exchangeable_batch, rate, relu_fixed_point

ACTIVATIONS = ("identity", "relu", "tanh", "erf", "gelu", "silu", "sin")
PLAN = {  # batch sizes, samples of a run at B = 4, layers, samples of a layer
    "quick": ((4, 8, 32), 10240, 24, 5_000),
    "standard": ((4, 8, 16, 32), 16384, 32, 10_000),
    "thorough": ((4, 5, 6, 8, 16, 32, 64, 128), 131_072, 40, 200_000),
}
RUNS, STARTS = 32, 8


def functional(quantity: str, phi: str, batch: int, most: int, value: Predicted) -> Comparison:
    """From as many numbers at every batch size, `most` batches of 4: a large batch says more."""
    samples = most // (batch // 4)
    what = measured(
        "functional on the sphere", quantity=quantity, activation=phi, batch=batch, samples=samples, runs=RUNS
    )
    return Comparison(f"{phi}, B = {batch}: {quantity}", what, "=", value, relative=Fraction(1, 50))


def departure(phi: str, layer: int, layers: int, samples: int, relation: str, value: Fraction) -> Comparison:
    what = measured(
        "forward map", layer=layer, activation=phi, batch=8, layers=layers, samples=samples, runs=STARTS
    )  # fmt: skip
    return Comparison(
        f"{phi}, B = 8: departure {'at the inputs' if layer == 0 else 'in the end'}", what, relation, value
    )


def comparisons(batches: tuple[int, ...], samples: int, layers: int, each: int) -> tuple[Comparison, ...]:
    rates = [functional("rate", phi, batch, samples, Rate(phi, batch)) for phi in ACTIVATIONS for batch in batches]
    half = [functional("mean square", "relu", batch, samples, Fraction(1, 2)) for batch in batches]
    paths = [
        comparison
        for phi in ("relu", "tanh")
        for comparison in (
            departure(phi, 0, layers, each, ">", Fraction(1, 2)),
            departure(phi, layers, layers, each, "<", Fraction(1, 8)),
        )
    ]
    return (*rates, *half, *paths)


COMPARISONS = {budget: comparisons(*plan) for budget, plan in PLAN.items()}
OF_RELU = {budget: tuple(c for c in chosen if c.label.startswith("relu,")) for budget, chosen in COMPARISONS.items()}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={
        "the rate of infinite batch size": predicting(COMPARISONS, in_large_batches),
        "the rate of infinite batch size, for ReLU": predicting(OF_RELU, in_large_batches),
        "everything a tenth larger": predicting(COMPARISONS, times(Fraction(11, 10))),
    },
    margins="a fiftieth of the predicted value, an eighth for the departure: some five errors of the smallest budget",
    rests_on=(rate.THEOREM, exchangeable_batch.THEOREM, relu_fixed_point.THEOREM),
    sources=(Source("yang2019", "section 3"),),
)
