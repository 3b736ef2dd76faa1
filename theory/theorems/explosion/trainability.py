r"""Plain batch-norm networks stop learning beyond about 16 depth scales; residual ones do not: measured on real digits.

The depth scale is xi = 1/log lambda: over xi layers the squared gradient grows by the factor e. Networks of the same
width, batch and training are compared. With ReLU a plain one learns the digits at 5 layers, 2 xi, and stays near chance
(one in ten) at 60 layers, 24 xi, at every learning rate tried; the residual one of 60 layers learns. Tanh has a longer
scale, and 40 plain layers, 7 xi, still learn: what counts is depth in units of xi.
Source: Yang et al. 2019, section 3.4; the factor 16 is recalled, not read.
"""

from dataclasses import replace
from fractions import Fraction

from theory import Comparison, Experiment, Source, measured
from theory.statements.experiment import Comparisons
from theory.theorems.explosion import rate

RATES = ("0.01", "0.1")
MOST = Fraction(1, 2)
PLAN = {  # width, steps, networks, and (activation, depth, residual, learns)
    "quick": (
        (32, 100, 4),
        (("relu", 5, False, True), ("relu", 60, False, False), ("relu", 60, True, True)),
    ),
    "standard": (
        (64, 400, 6),
        (
            ("relu", 5, False, True),
            ("relu", 60, False, False),
            ("relu", 60, True, True),
            ("tanh", 40, False, True),
        ),
    ),
    "thorough": (
        (128, 1000, 8),
        (
            ("relu", 5, False, True),
            ("relu", 20, False, True),
            ("relu", 60, False, False),
            ("relu", 60, True, True),
            ("tanh", 12, False, True),
            ("tanh", 40, False, True),
            ("tanh", 140, False, False),
            ("tanh", 140, True, True),
        ),
    ),
}


def comparisons(
    size: tuple[int, int, int], settings: tuple[tuple[str, int, bool, bool], ...]
) -> tuple[Comparison, ...]:
    width, steps, networks = size
    return tuple(
        Comparison(
            f"{phi}, {'residual' if residual else 'plain'}, {depth} layers",
            measured(
                "training accuracy",
                activation=phi,
                width=width,
                batch=64,
                depth=depth,
                residual=residual,
                rates=RATES,
                steps=steps,
                networks=networks,
            ),
            ">" if learns else "<",
            MOST,
        )
        for phi, depth, residual, learns in settings
    )


COMPARISONS = {budget: comparisons(*plan) for budget, plan in PLAN.items()}
OPPOSITE = {"<": ">", ">": "<"}


def turned(label: str) -> Comparisons:
    """The opposite of one comparison."""
    return {
        budget: tuple(replace(c, relation=OPPOSITE[c.relation]) for c in chosen if c.label.startswith(label))
        for budget, chosen in COMPARISONS.items()
    }


THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={
        "plain networks of 24 xi learn as well": turned("relu, plain, 60"),
        "residual networks of 24 xi learn no better": turned("relu, residual, 60"),
    },
    margins="none: an accuracy of one half lies far from chance, 0.1, and from 1. Chosen before these seeds were run",
    long=True,
    speaks_of=(rate.THEOREM,),
    sources=(Source("yang2019", "section 3.4"),),
)
