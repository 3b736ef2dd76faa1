"""An erratum as a reader meets it, shared by terminal, LaTeX, Markdown and the report: plain data, no verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory.statements.claims import FAILS
from theory.statements.derivation import Instance
from theory.statements.erratum import Erratum, Saying
from theory.statements.theorem import Part, Theorem
from verify.press.pages import counterexamples
from verify.press.pages.again import lines
from verify.press.pages.parts import Failure
from verify.proof.observations import RoundedStep, RoundingTrace
from verify.results.records import TheoremResult

HEADING = "Errata docket"
_RELATION = {Saying.DIFFER: "!="}
SAID = {
    Saying.HOLDS: "It is printed that",
    Saying.DIFFER: "It is said that",
    Saying.COMPUTED: "It is printed, to be computed in {dtype}, that",
}
PROMISE = {
    Saying.HOLDS: "This is printed as true; it is not.",
    Saying.DIFFER: "This is printed as a difference; there is none.",
    Saying.COMPUTED: "This is printed as a formula to compute with; executed in {dtype}, it fails.",
}
ALSO = {
    Saying.HOLDS: ("Half corrections", "Repairs that do not help; each fails as well."),
    Saying.DIFFER: ("What does make a difference", "Neighbouring statements that are no identities."),
    Saying.COMPUTED: ("Neighbours", "Neighbouring statements that fail as well."),
}


def split(results: Sequence[TheoremResult]) -> tuple[list[TheoremResult], list[TheoremResult]]:
    """The theorems and the errata of a run, each in their order."""
    return [r for r in results if r.kind != "erratum"], [r for r in results if r.kind == "erratum"]


def sign(theorem: Theorem, part: Part) -> str:
    """The sign between the sides of a part as it was said: of an erratum that denies an identity, its contrary."""
    denied = _RELATION.get(theorem.says) if isinstance(theorem, Erratum) else None
    return denied or part.claim.relation


def promise(erratum: Erratum) -> str:
    """In a sentence, what the print says and that it is wrong."""
    return PROMISE[erratum.says].format(dtype=erratum.dtype)


def truth(theorem: Theorem) -> Theorem | None:
    """What is true in place of a print; None for a theorem, which is true itself."""
    return theorem.true_theorem if isinstance(theorem, Erratum) else None


def true_part(erratum: Erratum) -> Part | None:
    """The part of the true theorem that is meant; None for all of it."""
    if isinstance(erratum.truth, Instance) and erratum.truth.part is not None:
        return next(p for p in erratum.true_theorem.parts if p.label == erratum.truth.part)
    return None


def true_parts(erratum: Erratum) -> tuple[Part, ...]:
    """The statements that are true instead."""
    part = true_part(erratum)
    return erratum.true_theorem.parts if part is None else (part,)


def failure(result: TheoremResult) -> Failure | None:
    """The counterexample to a refuted statement; None where a proof refutes an erratum, or nothing was found."""
    found = result.counterexample
    again = lines(result.theorem, found.witness) if found else None
    if found is None or again is None:
        return None
    theorem = result.theorem
    trace = next((e.observation for e in result.evidence if e.witness == found.witness), None)
    return Failure(
        instance=counterexamples.place(theorem, found.witness),
        left=found.left,
        right=found.right,
        sides=counterexamples.sides_tex(found.left, found.relation, found.right),
        sign=FAILS.get(found.relation, "!="),
        steps=tuple(filter(_telling, trace.steps)) if isinstance(trace, RoundingTrace) else (),
        dtype=trace.dtype if isinstance(trace, RoundingTrace) else "",
        again=again,
    )


def where(found: Failure) -> str:
    """` at $B = 4$`, as text with formulas; nothing for a claim on numbers alone."""
    return f" at {found.instance.marked}" if found.instance else ""


def step_tex(step: RoundedStep) -> tuple[str, str, str]:
    """One operation as three formulas: what is computed, its exact value, and the float it becomes."""
    left, sign, right = step.operation.split(" ")
    sign = {"*": r"\cdot"}.get(sign, sign)
    operation = f"{Fraction(left)} {sign} {_signed(right)}"
    return operation, str(Fraction(step.exact)), str(Fraction(step.executed))


def _telling(step: RoundedStep) -> bool:
    """A quotient of small whole numbers that is exact, such as 1/2, is no step worth a line."""
    return inexact(step) or " / " not in step.operation


def inexact(step: RoundedStep) -> bool:
    """Was something rounded away?"""
    return step.exact != step.rounded


def _signed(number: str) -> str:
    return f"({Fraction(number)})" if number.startswith("-") else str(Fraction(number))
