"""What the experiments of this topic share: networks and budgets, the least difference that counts, and the lies.

The measure is definition 2.1 of Santurkar et al. 2018. With G_i the gradient in layer i's weight at step t and G'_i the
same after the layers below have taken their step, on the same batch, a run's correlation is the mean of cos(G_i, G'_i)
over the layers 2 .. k (G'_1 = G_1 by definition) and the measured steps. Runs are paired by seed: both start from the
same weights and see the same data. The interval is Student's over the pairs.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from theory import Comparison, measured
from theory.statements.experiment import Comparisons

LEAST = Fraction(1, 100)
FALSE_ALARM = Fraction(1, 100)
MARGINS = (
    "a difference of correlations of 0.01 or less counts as none: with enough seeds any two networks differ by "
    "something; the test is paired by seed and its rate of false alarms, 1 in 100 for the file, was set beforehand"
)
PILOT = "in a pilot at other seeds, smaller than these budgets, made to set sizes and this expectation, "
RATES = {Fraction(1, 10**6): "1e-6", Fraction(1, 10**7): "1e-7", Fraction(1, 10): "0.1", Fraction(1, 100): "0.01"}
LINEAR = {  # steps, measured at every .., seeds; with the loss averaged nothing moves, and less is enough to see it
    "sum": {"quick": (600, 20, 6), "standard": (2000, 40, 8), "thorough": (10_000, 20, 10)},
    "mean": {"quick": (100, 25, 4), "standard": (2000, 200, 5), "thorough": (10_000, 200, 10)},
}
VGG = {"quick": (60, 10, 5), "standard": (400, 20, 6), "thorough": (15_000, 100, 10)}
NAMES = {"none": "standard", "batch": "batch norm", "noisy": "noisy batch norm"}
LARGE = {"quick": "vgg11", "standard": "vgg11", "thorough": "vgg16"}  # where the images have 32 x 32 pixels


def linear(loss: str, *rates: Fraction, dtype: str = "float32") -> Comparisons:
    """The deep linear network: is the standard one's correlation the higher?"""
    stated = {} if dtype == "float32" else {"dtype": dtype}
    return {
        budget: tuple(
            Comparison(
                f"correlation, standard less batch norm: deep linear network, {loss} of losses, rate {RATES[rate]}",
                measured(
                    "contrast of normalisations",
                    architecture="deep linear",
                    data="gaussian",
                    loss=loss,
                    rate=rate,
                    steps=steps,
                    every=every,
                    batch=0,
                    seeds=seeds,
                    **stated,
                ),
                ">",
                LEAST,
            )
            for rate in rates
        )
        for budget, (steps, every, seeds) in LINEAR[loss].items()
    }


def vgg(
    *rates: Fraction, first: str = "none", second: str = "batch", quantity: str = "correlation", least: Fraction = LEAST
) -> Comparisons:
    """The VGG network on real images: is `quantity` of the first normalisation the higher?"""
    return {
        budget: tuple(
            Comparison(
                f"{quantity}, {NAMES[first]} less {NAMES[second]}: VGG network, rate {RATES[rate]}",
                measured(
                    "contrast of normalisations",
                    architecture="vgg",
                    large=LARGE[budget],
                    data="images",
                    loss="cross entropy",
                    rate=rate,
                    steps=steps,
                    every=every,
                    batch=128,
                    seeds=seeds,
                    first=first,
                    second=second,
                    quantity=quantity,
                ),
                ">",
                least,
            )
            for rate in rates
        )
        for budget, (steps, every, seeds) in VGG.items()
    }


def _changed(
    comparisons: Comparisons, relation: str, predicted: Fraction, margin: Fraction = Fraction(0)
) -> Comparisons:
    return {
        budget: tuple(replace(c, relation=relation, predicted=predicted, margin=margin) for c in chosen)
        for budget, chosen in comparisons.items()
    }


def opposite(comparisons: Comparisons) -> Mapping[str, Comparisons]:
    """The lie that the second network has the higher value."""
    return {"the other way round": _changed(comparisons, "<", -LEAST)}


def large(comparisons: Comparisons) -> Mapping[str, Comparisons]:
    """The lie that the difference is as large as half of all there can be."""
    return {"higher by a half": _changed(comparisons, ">", Fraction(1, 2))}


def none(comparisons: Comparisons) -> Mapping[str, Comparisons]:
    """The lie that it makes no difference."""
    return {"no difference": _changed(comparisons, "=", Fraction(0), Fraction(1, 50))}
