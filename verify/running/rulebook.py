"""Which rules look at which kind of theorem, and how each is called: by name, so that none is loaded before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from theory.statements.erratum import Erratum, Saying
from theory.statements.experiment import Experiment
from theory.statements.scalar_erratum import ScalarErratum
from theory.statements.scalar_theorem import ScalarTheorem
from theory.statements.theorem import Theorem
from verify.running.executors import MUTANTS, NEAR_MISS


@dataclass(frozen=True)
class RuleSpec:
    """How a rule is called: `target` is `module:function`, called once per variant (once without, if there is none).

    `symbolic`: it reads the derivation, and its outcome depends on neither budget, seed nor device.
    """

    target: str
    variants: tuple[str, ...] = ("",)
    symbolic: bool = False


RULES: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "derivation": RuleSpec("verify.proof.lines_on_matrices:observe", symbolic=True),
        "dense": RuleSpec("verify.rules.dense:observe"),
        "enclosure": RuleSpec("verify.rules.enclosure:observe"),
        "sampling": RuleSpec("verify.rules.sampling:observe", variants=("float64", "float32")),
        NEAR_MISS: RuleSpec("verify.adversary.attack:refute"),
        MUTANTS: RuleSpec("verify.adversary.deciding:observe"),
    }
)

# A printed claim is searched for its smallest counterexample; a printed formula is executed.
PRINTED: Mapping[Saying, tuple[str, RuleSpec]] = MappingProxyType(
    {
        Saying.HOLDS: ("enclosure", RuleSpec("verify.adversary.misprint:observe")),
        Saying.COMPUTED: ("sampling", RuleSpec("verify.rules.rounding:observe")),
    }
)

# A scalar theorem is derived over its ranges, or enclosed over them; its points are numbers.
_AT_POINTS = {
    "enclosure": RuleSpec("verify.rules.scalar_points:observe"),
    NEAR_MISS: RuleSpec("verify.rules.scalar_points:refute"),
    MUTANTS: RuleSpec("verify.adversary.scalar_mutants:observe"),
}
DERIVED: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "derivation": RuleSpec("verify.proof.lines_on_numbers:observe", symbolic=True),
        **_AT_POINTS,
    }
)
BOXED: Mapping[str, RuleSpec] = MappingProxyType(
    {"boxes": RuleSpec("verify.rules.boxes:observe", symbolic=True), **_AT_POINTS}
)

# A printed claim on scalars is searched for a point at which it fails.
MISPRINTED: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "enclosure": RuleSpec("verify.adversary.scalar_misprint:observe"),
        NEAR_MISS: RuleSpec("verify.adversary.scalar_misprint:refute"),
    }
)

# An experiment is measured; its near misses are other predictions for the same measurements.
MEASURED: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "statistics": RuleSpec("verify.rules.statistics:observe"),
        NEAR_MISS: RuleSpec("verify.rules.statistics:refute"),
    }
)


def rules_of(theorem: Theorem, rules: Mapping[str, RuleSpec]) -> Mapping[str, RuleSpec]:
    """The rules that look at a theorem, by its kind; at an erratum by what it says."""
    if isinstance(theorem, ScalarTheorem):
        return BOXED if theorem.by_boxes else DERIVED
    if isinstance(theorem, ScalarErratum):
        return MISPRINTED
    if isinstance(theorem, Experiment):
        return MEASURED
    if not isinstance(theorem, Erratum) or theorem.says not in PRINTED:
        return rules
    return dict([PRINTED[theorem.says], *((name, spec) for name, spec in rules.items() if name == NEAR_MISS)])
