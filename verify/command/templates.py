"""The files that `normproof new` writes, by kind: each runs as it is and says at each place what to put there.

A statement alone is what one begins with: the program seeks its derivation. The other kinds show what more a file may
say.
"""

from __future__ import annotations

_STATEMENT = '''"""{title}."""

from theory import Identity, Theorem, dimension, real, vector

d = dimension("d")
a, w = real("a"), vector("w", d)

CLAIM = Identity((a * w).T @ (a * w), a**2 * w.T @ w)  # |a w|^2 = a^2 |w|^2: put your own statement here
WRONG = {{"degree one": Identity((a * w).T @ (a * w), a * w.T @ w)}}  # and a mistake that must be found out
THEOREM = Theorem(__name__, CLAIM, near_misses=WRONG)
'''

_IDENTITY = '''r"""{title}.

|a w|^2 = a^2 |w|^2: replace this by your statement, the reason for it, and where it is printed.
"""

from __future__ import annotations

from theory import ALGEBRA, Identity, Theorem, dimension, real, start, vector

# The setting: every symbol with its shape and its properties.
d = dimension("d")
w = vector("w", d)
a = real("a")

# The claim: two sides, never evaluated. @ is the matrix product, .T the transpose, ' in messages.
CLAIM = Identity((a * w).T @ (a * w), a**2 * (w.T @ w))

# The derivation runs from the left side to the right side; every line says why it follows.
DERIVATION = start((a * w).T @ (a * w)).equals(a**2 * (w.T @ w), ALGEBRA)

# Lies next to the truth: each must be found out, with a certified counterexample.
NEAR_MISSES = {{
    "homogeneous of degree one": Identity((a * w).T @ (a * w), a * (w.T @ w)),
    "the wrong sign": Identity((a * w).T @ (a * w), -(a**2) * (w.T @ w)),
}}

THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses=NEAR_MISSES)
'''

_BOUND = '''r"""{title}.

2 u'v <= |u|^2 + |v|^2: replace this by your statement, the reason for it, and where it is printed.
"""

from __future__ import annotations

from theory import Bound, Theorem, dimension, start, surplus, vector

# The setting: every symbol with its shape and its properties.
d = dimension("d")
u = vector("u", d)
v = vector("v", d)

# The claim: left <= right between scalars. @ is the matrix product, .T the transpose.
CLAIM = Bound(2 * (u.T @ v), u.T @ u + v.T @ v)

# A line <= needs its certificate: right - left written as something that is visibly nonnegative.
DERIVATION = start(2 * (u.T @ v)).at_most(u.T @ u + v.T @ v, surplus((u - v).T @ (u - v)))

# Lies next to the truth: each must be found out, with a certified counterexample.
NEAR_MISSES = {{
    "without the factor of |v|^2": Bound(2 * (u.T @ v), u.T @ u),
    "a larger left side": Bound(3 * (u.T @ v), u.T @ u + v.T @ v),
}}

THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses=NEAR_MISSES)
'''

_ERRATUM = '''r"""{title}.

    yhat = (y - mean)/(s^2 + eps)

The outputs are off by the factor sqrt(s^2 + eps): replace this by what is printed, and by what is wrong with it.
"""

from __future__ import annotations

from theory import Erratum, Identity, Source
from theory.definitions.batch_norm import NOT_CONSTANT, eps, mean, normalised, one, variance, y
from theory.theorems.smoothness import normalised_batch

# What is printed, term by term, wrong as it is: it must come out refuted.
PRINTED = Identity((y - mean(y) * one) / (variance(y) + eps), normalised(y, eps))

ERRATUM = Erratum(
    __name__,
    PRINTED,
    # Optional: half corrections, which fail as well.
    near_misses={{"a square, no root": Identity((y - mean(y) * one) / (variance(y) + eps) ** 2, normalised(y, eps))}},
    assumptions=(NOT_CONSTANT,),
    # A sentence that a reader can follow without the program.
    why="What is left has the length of the batch divided by its variance; only the root gives entries of size one.",
    # What is true instead: a theorem, or one of its parts. It is run with the erratum.
    truth=normalised_batch.THEOREM.part("length"),
    # The place and the version; what was recalled and not read again says so.
    sources=(Source("tensorflow48039", "the formula of the layer's page, in training and in inference"),),
)
'''

_SCALAR = '''r"""{title}.

sqrt(x^2) = x for x > 0: replace this by your statement, the reason for it, and where it is printed.
"""

from __future__ import annotations

from theory import ALGEBRA, Identity, Numbers, Theorem, above, real, sqrt, start

# The setting: real numbers. Where each lies is said below; the claim holds for all of them.
x = real("x")

# The claim: two sides, never evaluated. theory has pi, exp, log, sin, arccos, Gamma, integral, limit and more.
CLAIM = Identity(sqrt(x**2), x)

# The derivation runs from the left side to the right side; every line says why it follows, on the whole range.
DERIVATION = start(sqrt(x**2)).equals(x, ALGEBRA)

# Lies next to the truth: each must be found out, at a point decided in ball arithmetic.
NEAR_MISSES = {{
    "the other root": Identity(sqrt(x**2), -x),
    "without the root": Identity(x**2, x),
}}

THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses=NEAR_MISSES, setting=Numbers((above(x, 0),)))
'''

_EXPERIMENT = '''r"""{title}.

Linear stacks with batch normalisation explode at (B-2)/(B-3) a layer: replace this by your statement and its source.
"""

from __future__ import annotations

from fractions import Fraction

from theory import BUDGETS, Comparison, Experiment, Rate, measured, predicting, times

# What is measured, by its name in numerics/experiments/measurements.py, with all its settings.
NETWORKS = {{"quick": 512, "standard": 2048, "thorough": 8192}}


def comparisons(networks: int) -> tuple[Comparison, ...]:
    growth = measured(
        "growth of the gradient", activation="identity", batch=8, widths=(32, 64), depths=(2, 6, 10), networks=networks
    )
    # "=": the whole interval of the estimate lies within the margin of the prediction.
    return (Comparison("linear stacks", growth, "=", Rate("identity", 8, log=True), margin=Fraction(4, 100)),)


COMPARISONS = {{budget: comparisons(NETWORKS[budget]) for budget in BUDGETS}}

# Other predictions for the same measurements: the data must refute each.
NEAR_MISSES = {{
    "at half the rate": predicting(COMPARISONS, times(Fraction(1, 2))),
    "at twice the rate": predicting(COMPARISONS, times(2)),
}}

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses=NEAR_MISSES,
    false_alarm=Fraction(1, 1000),  # for all comparisons of a budget together, stated before looking
    margins="why these margins, fixed before looking",
)
'''

TEMPLATES = {
    "statement": _STATEMENT,
    "identity": _IDENTITY,
    "bound": _BOUND,
    "scalar": _SCALAR,
    "erratum": _ERRATUM,
    "experiment": _EXPERIMENT,
}
