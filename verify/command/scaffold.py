"""`normproof new`: a small true theorem with its near misses, to be replaced line by line by the user's own."""

from __future__ import annotations

import importlib.util
import keyword
import re
from pathlib import Path

from verify.errors import UserError, writable_folder

_IDENTITY = '''r"""{title}.

|a w|^2 = a^2 |w|^2: replace this by your statement, the reason for it, and where it is printed.
"""

from __future__ import annotations

from theory.calculus import dimension, real, vector
from theory.claims import Identity
from theory.derivation import ALGEBRA, start
from theory.theorem import Theorem

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

from theory.calculus import dimension, vector
from theory.claims import Bound
from theory.derivation import start, surplus
from theory.theorem import Theorem

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

_EXPERIMENT = '''r"""{title}.

Linear stacks with batch normalisation explode at (B-2)/(B-3) a layer: replace this by your statement and its source.
"""

from __future__ import annotations

from fractions import Fraction

from theory.experiment import BUDGETS, Comparison, Experiment, Rate, measured, predicting, times

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

TEMPLATES = {"identity": _IDENTITY, "bound": _BOUND, "experiment": _EXPERIMENT}


def create(name: str, kind: str, into: Path) -> Path:
    """Write the skeleton and return its path. Raises UserError for a bad name or kind, or a file that exists."""
    if kind not in TEMPLATES:
        raise UserError(
            "expected a kind of claim that normproof can check",
            got=f"{kind!r}, which is not available yet",
            where="--kind",
            remedy=f"one of: {', '.join(TEMPLATES)}",
        )
    stem = re.sub(r"[\s-]+", "_", name.removesuffix(".py").strip()).lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", stem) or keyword.iskeyword(stem):
        raise UserError(
            "expected a name in words: letters, digits and hyphens, beginning with a letter",
            got=repr(name),
            remedy="for instance: normproof new length-of-a-multiple",
        )
    path = writable_folder(into, "the new theorem") / f"{stem}.py"
    if path.exists():
        raise UserError(
            "expected a name that is not taken", got="a file of that name", where=str(path), remedy="another name"
        )
    if not (into / "__init__.py").exists() and importlib.util.find_spec(stem) is not None:
        raise UserError(
            "expected a name that no other module has",
            got=f"{stem}, which Python or an installed package already uses",
            remedy="another name, such as on-" + stem.replace("_", "-"),
        )
    title = stem.replace("_", " ").capitalize()
    path.write_text(TEMPLATES[kind].format(title=title), encoding="utf-8")
    return path
