"""`propose`: a derivation for each part of a theorem that comes without one, within a limit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from theory.statements.claims import Claim
from theory.statements.derivation import Derivation
from theory.statements.doors import TheoremError
from theory.statements.setting import Matrices, Setting
from theory.statements.theorem import Part, Theorem
from verify.deriving.asking import Asking, LimitReachedError
from verify.deriving.chains import identity
from verify.deriving.proposals import PartProposal, Proposal, with_derivations

LIMIT = 400  # lines put to the checker for one part

_Way = Callable[[Asking, Claim, Sequence[Theorem]], Derivation | None]
_WAYS: Mapping[tuple[type[Setting], str], _Way] = {
    (Matrices, "="): lambda asking, claim, cited: identity(asking, claim.left, claim.right, cited),
}


def propose(theorem: Theorem, *, limit: int = LIMIT, cited: Sequence[Theorem] = ()) -> Proposal:
    """The theorem with whatever derivations are found for its parts without one.

    `limit` bounds the lines put to the checker for each part. Theorems that it `rests_on`, and those in `cited`, may be
    cited. What is returned proves nothing yet: `verify.proof.door.check` judges its lines.
    """
    may_cite = tuple(dict.fromkeys((*theorem.rests_on, *cited)))
    found = tuple(
        _sought(theorem, part, limit, may_cite)
        for part in theorem.parts
        if part.derivation is None and _way(theorem, part)
    )
    try:
        return Proposal(with_derivations(theorem, found), found)
    except TheoremError:  # a line speaks of what the theorem does not declare: no author could write it
        bare = tuple(PartProposal(part.label, None, part.tried, part.limit) for part in found)
        return Proposal(with_derivations(theorem, bare), bare)


def _way(theorem: Theorem, part: Part) -> _Way | None:
    return _WAYS.get((type(theorem.setting), part.claim.relation)) if type(theorem) is Theorem else None


def _sought(theorem: Theorem, part: Part, limit: int, cited: Sequence[Theorem]) -> PartProposal:
    asking, way = Asking(theorem, limit), _way(theorem, part)
    try:
        found = way(asking, part.claim, cited) if way else None
    except LimitReachedError:
        return PartProposal(part.label, None, asking.asked, limit, exhausted=False)
    return PartProposal(part.label, found, asking.asked, limit)
