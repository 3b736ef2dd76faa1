"""Which rules look at which kind of theorem, and how each is called: by name, so that none is loaded before it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from theory.statements.claims import Claim, Identity
from theory.statements.erratum import Erratum, Saying
from theory.statements.experiment import Experiment
from theory.statements.setting import Matrices, Networks, Numbers, Setting
from theory.statements.theorem import Theorem
from verify.errors import UserError
from verify.running.executors import MUTANTS, NEAR_MISS


@dataclass(frozen=True)
class RuleSpec:
    """How a rule is called: `target` is `module:function`, called once per variant (once without, if there is none).

    `symbolic`: it reads the derivation, and its outcome depends on neither budget, seed nor device.
    `recalls`: it looks for counterexamples, beginning with those that lie beside the theorem's file.
    """

    target: str
    variants: tuple[str, ...] = ("",)
    symbolic: bool = False
    recalls: bool = False


SECOND = "sympy"
_SECOND = RuleSpec("verify.rules.second_opinion:observe", symbolic=True)
RULES: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "derivation": RuleSpec("verify.proof.door:check", symbolic=True),
        SECOND: _SECOND,
        "dense": RuleSpec("verify.rules.dense:observe"),
        "enclosure": RuleSpec("verify.rules.enclosure:observe"),
        "sampling": RuleSpec("verify.rules.sampling:observe", variants=("float64", "float32")),
        NEAR_MISS: RuleSpec("verify.adversary.attack:refute", recalls=True),
        MUTANTS: RuleSpec("verify.adversary.deciding.on_matrices:observe", recalls=True),
    }
)

# A printed claim is searched for its smallest counterexample; a printed formula is executed.
PRINTED: Mapping[Saying, tuple[str, RuleSpec]] = MappingProxyType(
    {
        Saying.HOLDS: ("enclosure", RuleSpec("verify.adversary.misprint_on_matrices:observe", recalls=True)),
        Saying.COMPUTED: ("sampling", RuleSpec("verify.rules.rounding:observe")),
    }
)

# A theorem on numbers is derived over its ranges, or enclosed over them; its points are numbers.
_AT_POINTS = {
    "enclosure": RuleSpec("verify.rules.scalar_points:observe"),
    NEAR_MISS: RuleSpec("verify.adversary.attack_on_numbers:refute", recalls=True),
    MUTANTS: RuleSpec("verify.adversary.deciding.on_numbers:observe", recalls=True),
}
DERIVED: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "derivation": RuleSpec("verify.proof.door:check", symbolic=True),
        SECOND: _SECOND,
        **_AT_POINTS,
    }
)
BOXED: Mapping[str, RuleSpec] = MappingProxyType(
    {"boxes": RuleSpec("verify.rules.boxes:observe", symbolic=True), SECOND: _SECOND, **_AT_POINTS}
)

# A printed claim on scalars is searched for a point at which it fails.
MISPRINTED: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "enclosure": RuleSpec("verify.adversary.misprint_on_numbers:observe", recalls=True),
        NEAR_MISS: RuleSpec("verify.adversary.misprint_on_numbers:refute", recalls=True),
    }
)

# An experiment is measured; its near misses are other predictions for the same measurements.
MEASURED: Mapping[str, RuleSpec] = MappingProxyType(
    {
        "statistics": RuleSpec("verify.rules.statistics:observe"),
        NEAR_MISS: RuleSpec("verify.rules.statistics:refute"),
    }
)


Rules = Mapping[str, RuleSpec]


def _printed(theorem: Theorem, rules: Rules) -> Rules:
    """What looks at a claim that is printed; the identities that a print denies are derived, as a theorem's are. Slips
    of the hand are sought beside what is true alone."""
    if not isinstance(theorem, Erratum) or theorem.says not in PRINTED:
        return {name: spec for name, spec in rules.items() if name != MUTANTS}
    return dict([PRINTED[theorem.says], *((name, spec) for name, spec in rules.items() if name == NEAR_MISS)])


@dataclass(frozen=True)
class Row:
    """A kind of statement in a setting: the rules that look at it, where `rules` are those of matrices.

    one_line: the claims that without a derivation are put to SymPy as one line; the others need a certificate.
    """

    rules: Callable[[Theorem, Rules], Rules]
    one_line: tuple[type[Claim], ...] = ()


# Exactly these: what is derived from them may say one thing here and another to the checkers.
_ROWS: Mapping[tuple[type[Theorem], type[Setting]], Row] = MappingProxyType(
    {
        (Theorem, Matrices): Row(lambda _, rules: rules, one_line=(Identity,)),
        (Theorem, Numbers): Row(lambda theorem, _: BOXED if theorem.by_boxes else DERIVED, one_line=Numbers.claims),
        (Erratum, Matrices): Row(_printed, one_line=(Identity,)),
        (Erratum, Numbers): Row(lambda _, __: MISPRINTED),
        (Experiment, Networks): Row(lambda _, __: MEASURED),
    }
)


def row_of(theorem: Theorem) -> Row:
    """How a statement is looked at, by its kind and its setting. Raises UserError for another kind."""
    row = _ROWS.get((type(theorem), type(theorem.setting)))
    if row is None:
        raise UserError(
            f"{theorem.id}: expected a Theorem, an Erratum or an Experiment itself",
            got=f"{type(theorem).__name__} on {type(theorem.setting).__name__}",
            remedy="state it with Theorem(...): a class of your own is not checked",
        )
    return row


def rules_of(theorem: Theorem, rules: Rules) -> Rules:
    """The rules that look at a statement. Raises UserError for another kind than those that there are."""
    return row_of(theorem).rules(theorem, rules)
