r"""Batch norm lowers a deep linear network's gradient correlation in its first 40 steps.

Rate 1e-6 and summed loss; the network, data and reading of `deep-linear-at-1e-6`, before the standard network begins to
oscillate. While its loss falls smoothly its gradients keep their directions; with batch norm they do not.
Source: Santurkar et al. 2018, section 2.2; that it holds for the first steps only is our finding.
"""

from dataclasses import replace
from fractions import Fraction

from theory import Experiment, Source
from theory.theorems.covariate_shift import _settings as s

FIRST = {"steps": 40, "every": 4, "seeds": 12}
COMPARISONS = {
    budget: tuple(
        replace(
            c,
            label=f"{c.label}, first 40 steps",
            measured=replace(c.measured, settings=tuple((n, FIRST.get(n, v)) for n, v in c.measured.settings)),
        )
        for c in chosen
    )
    for budget, chosen in s.linear("sum", Fraction(1, 10**6)).items()
}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={**s.opposite(COMPARISONS), **s.none(COMPARISONS)},
    margins=s.MARGINS,
    false_alarm=s.FALSE_ALARM,
    sources=(Source("santurkar2018", "section 2.2, definition 2.1"),),
)
