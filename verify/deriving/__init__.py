"""The program seeks a derivation where the author gives none; it proposes, and the line checker decides.

    propose    theorem -> Proposal: lines for each part that comes without, as an author would have written them

Nothing here is trusted. What is found is data, a `Derivation`, and is put to `verify.proof` exactly as an author's is.
The work is counted in lines put to the checker, never in seconds, so that a search ends in the same way every time.
"""

from verify.deriving.proposals import PartProposal, Proposal
from verify.deriving.proposing_lines import LIMIT, propose

__all__ = ["LIMIT", "PartProposal", "Proposal", "propose"]
