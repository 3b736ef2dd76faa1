"""Automatic mutants as a reader meets them: counts in words, what survived, what each assumption is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from theory.statements.claims import assumption_text
from theory.statements.theorem import Theorem
from theory.typeset.statements import latex_assumption
from verify.plural import plural
from verify.press.pages.parts import Words
from verify.press.pages.wording import sentence, worded
from verify.results.records import Fate, NearMissResult, Purpose, TheoremResult, docket_name

VERDICTS = (Fate.REFUTED, Fate.EQUIVALENT, Fate.SURVIVED)


def counted(mutants: Sequence[NearMissResult]) -> str:
    """`41 mutants: 30 refuted, 10 equivalent, 1 survived`; nothing if there is none."""
    if not mutants:
        return ""
    found = Counter(miss.verdict for miss in mutants)
    listed = ", ".join(f"{found[name]} {name}" for name in VERDICTS if found[name])
    return f"{plural(len(mutants), 'mutant')}: {listed}"


def survivors(result: TheoremResult) -> list[NearMissResult]:
    """The mutants that survived."""
    return [miss for miss in result.mutants if miss.verdict is Fate.SURVIVED]


def name(result: TheoremResult, miss: NearMissResult) -> Words:
    """What was changed, after the label of its part."""
    typed = docket_name(miss.id)
    return Words(typed, result.said(miss).marked or worded(result.theorem, sentence(typed)))


def stale(result: TheoremResult) -> list[str]:
    """Names in the theorem's docket that survive no longer, or never did."""
    alive = {docket_name(miss.id) for miss in survivors(result)}
    return [name for name in result.theorem.survivors if name not in alive] if result.mutants else []


def why(theorem: Theorem, words: str) -> str:
    """Why a mutant is true as well, as text with formulas: what implies it is an assumption, printed as one."""
    assumed = theorem.assumptions if "implied by " in words else ()
    told = {f"implied by {assumption_text(a)}": f"implied by ${latex_assumption(a)}$" for a in assumed}
    return "; ".join(told.get(each) or worded(theorem, each) for each in words.split("; "))


def outcome(purpose: Purpose) -> str:
    """What became of an assumption that was given up, in words, without the counterexample."""
    if purpose.needed:
        return "needed"
    if purpose.miss.verdict is Fate.SURVIVED:
        return "no counterexample is known" + "".join(f": {reason}" for reason in purpose.reasons)
    return "; ".join(purpose.reasons)
