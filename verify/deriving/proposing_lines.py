"""`propose`: a derivation for each part of a theorem that comes without one, within a limit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from theory.statements.derivation import Derivation
from theory.statements.doors import TheoremError
from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import Part, Theorem
from verify.deriving.asking import Asking, LimitReachedError
from verify.deriving.by_both_signs import by_both_signs
from verify.deriving.by_induction import Way, by_induction
from verify.deriving.by_mean_value import by_mean_value
from verify.deriving.certificates import below, bound
from verify.deriving.chains import identity
from verify.deriving.proposals import PartProposal, Proposal, with_derivations
from verify.deriving.scalar_lines import equality, inequality, strictly

LIMIT = 4_000  # steps for one part: lines put to the checker, and bricks of certificates put into normal form

_WAYS: Mapping[tuple[type[Setting], str], Way] = {
    (Matrices, "="): by_induction(identity, "="),
    (Matrices, "<="): by_induction(by_mean_value(by_both_signs(bound)), "<="),
    (Matrices, "<"): by_induction(below, "<"),
    (Numbers, "="): equality,
    (Numbers, "<="): inequality,
    (Numbers, "<"): strictly,
}


def propose(theorem: Theorem, *, limit: int = LIMIT, cited: Sequence[Theorem] = ()) -> Proposal:
    """The theorem with whatever derivations are found for its parts without one.

    `limit` bounds the steps for each part. Theorems that it `rests_on`, and those in `cited`, may be cited. What is
    returned proves nothing yet: `verify.proof.door.check` judges its lines.
    """
    may_cite = tuple(dict.fromkeys((*theorem.rests_on, *cited)))
    found: list[PartProposal] = []
    lemmas: list[Derivation] = []
    for part in theorem.parts:
        derivation = part.derivation
        if derivation is None and (way := _way(theorem, part)) is not None:
            found.append(_sought(Asking(theorem, limit, may_cite, tuple(lemmas)), part, way))
            derivation = found[-1].derivation
        if derivation is not None and part.claim.relation == "=":
            lemmas.append(derivation)
    try:
        return Proposal(with_derivations(theorem, tuple(found)), tuple(found))
    except TheoremError:  # a line speaks of what the theorem does not declare: no author could write it
        bare = tuple(replace(part, derivation=None) for part in found)
        return Proposal(with_derivations(theorem, bare), bare)


def _way(theorem: Theorem, part: Part) -> Way | None:
    return _WAYS.get((type(theorem.setting), part.claim.relation)) if type(theorem) is Theorem else None


def _sought(asking: Asking, part: Part, way: Way) -> PartProposal:
    try:
        found = way(asking, part.claim.left, part.claim.right)
    except LimitReachedError:
        return PartProposal(part.label, None, asking.asked, asking.limit, exhausted=False)
    return PartProposal(part.label, found, asking.asked, asking.limit)
