"""An erratum: a printed statement that is not true, why, where it was printed, and what is true instead. Data only.

It is run like a theorem and must come out refuted. What refutes it depends on what the print says:

    HOLDS      the claim holds: refuted by a certified counterexample, the smallest that is found
    DIFFER     the two sides differ (a term is missing, a check can see it): refuted by a proof that they are equal
    COMPUTED   the left side, computed in `dtype`, has the sign of the right side: refuted by executing it
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType, ModuleType
from typing import ClassVar

from theory.statements.claims import Identity
from theory.statements.derivation import Instance
from theory.statements.doors import TheoremError, require, require_same_matter
from theory.statements.theorem import Theorem

DTYPES = ("float32",)


class Saying(Enum):
    """What the print says about the two sides of each claim."""

    HOLDS = "holds"
    DIFFER = "differ"
    COMPUTED = "computed"


def stated(module: ModuleType) -> object:
    """What a file states: its THEOREM, or its ERRATUM; None if it states neither."""
    return getattr(module, "THEOREM", None) or getattr(module, "ERRATUM", None)


@dataclass(frozen=True)
class Erratum(Theorem):
    """One erratum, one file, ending in `ERRATUM = Erratum(__name__, ...)`.

    The parts are what is printed; only where the print says DIFFER do they carry derivations, of the identities that
    it denies. `truth` is the corrected statement: a theorem, or its part; it speaks of what the print
    speaks of, or `bearing` says in a sentence what it has to do with it. Near misses are optional: half corrections
    that fail as well, or what a better check sees. On numbers a claim is printed as true, what it assumes are
    inequalities, and `suspects` gives for each activation the expressions in z to try, simplest first: a hint to the
    search, no evidence. Raises TheoremError if `why`, `truth` or sources are missing, or the parts do not fit what is
    said.
    """

    says: Saying = Saying.HOLDS
    why: str = ""
    truth: Theorem | Instance | None = None
    dtype: str = ""
    bearing: str = ""
    suspects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: ClassVar[str] = "erratum"

    def __post_init__(self) -> None:
        require(self.id, "suspects", self.suspects, Mapping, "suspects={'phi': ('relu', 'sin(2*z)')}")
        object.__setattr__(self, "suspects", MappingProxyType(dict(self.suspects)))
        super().__post_init__()

    def __hash__(self) -> int:
        return hash(self.module)

    @property
    def true_theorem(self) -> Theorem:
        """The theorem that states what is true."""
        if self.truth is None:
            raise TheoremError(f"{self.id}: no truth is named.")
        return self.truth.theorem if isinstance(self.truth, Instance) else self.truth

    @property
    def true_part(self) -> str | None:
        """The label of the part that is meant, if not the whole theorem."""
        return self.truth.part if isinstance(self.truth, Instance) else None

    @property
    def uses(self) -> tuple[Theorem, ...]:
        """The true statement first, then the theorems that the derivations cite."""
        return tuple(dict.fromkeys((self.true_theorem, *super().uses)))

    # -- at the door ----------------------------------------------------------------------------------------
    def _require_lies(self) -> None:
        """In place of near misses, which an erratum may leave out: what an erratum cannot do without."""
        if not isinstance(self.truth, Theorem | Instance) or isinstance(self.true_theorem, Erratum):
            raise TheoremError(
                f"{self.id}: expected the true statement, got {self.truth!r}. "
                "Remedy: truth=other.THEOREM, or truth=other.THEOREM.part(label)."
            )
        require(self.id, "says", self.says, Saying, "says=Saying.DIFFER")
        for what in ("why", "dtype", "bearing"):
            require(self.id, what, getattr(self, what), str, f"{what}='in words'")
        if not self.bearing.strip():
            parts = [p.claim for p in self.true_theorem.parts if self.true_part in (None, p.label)]
            remedy = "name the statement that is true instead, or say in bearing='...' what it has to do with the print"
            require_same_matter(self.id, "truth", parts, [part.claim for part in self.parts], remedy)
        for name, value in (("why", self.why.strip()), ("sources", self.sources)):
            if not value:
                raise TheoremError(
                    f"{self.id}: {name} is missing. Remedy: say in a sentence why the print is wrong, and where it is."
                )
        self._check_saying()

    def _check_saying(self) -> None:
        derived = [part.label for part in self.parts if part.derivation is not None]
        if self.says is Saying.DIFFER:
            if len(derived) < len(self.parts) or any(part.claim.relation != "=" for part in self.parts):
                raise TheoremError(
                    f"{self.id}: an erratum that says DIFFER needs the identities that it denies, each with its "
                    "derivation. Remedy: Part(label, Identity(left, right), start(left).equals(right, ...))."
                )
            return
        if derived or len(self.parts) != 1:
            raise TheoremError(
                f"{self.id}: expected the one claim that is printed, without a derivation; got {len(self.parts)} "
                f"parts, {len(derived)} of them derived. Remedy: an erratum a claim; derive the truth instead."
            )
        computed = self.says is Saying.COMPUTED
        if computed != bool(self.dtype) or (computed and not isinstance(self.parts[0].claim, Identity)):
            raise TheoremError(
                f"{self.id}: an erratum that says COMPUTED has an Identity and a dtype; others have no dtype. "
                f"Remedy: dtype={DTYPES[0]!r}."
            )
        if computed and self.dtype not in DTYPES:
            raise TheoremError(
                f"{self.id}: expected a dtype to execute in, got {self.dtype!r}. Remedy: one of {', '.join(DTYPES)}."
            )

    def _check_assumed(self) -> None:
        self.setting.require_printed(self.id, self.says is Saying.HOLDS, self.assumptions)

    def _check_functions(self) -> None:
        """The print speaks of every activation; what is named are suspects."""
        wanted = self.setting.standing(part.claim for part in self.parts)
        if wanted != set(self.suspects) or not all(self.suspects.values()) or self.functions:
            raise TheoremError(
                f"{self.id}: expected suspects for {', '.join(sorted(wanted)) or 'no function'}, got "
                f"{', '.join(sorted({*self.suspects, *self.functions})) or 'none'}. "
                "Remedy: suspects={'phi': ('relu', 'sin(2*z)')}."
            )
