"""A counterexample evaluated again from one line of Python, as reports print it.

`from verify.replay import replay; print(replay('<witness>'))` shows the claim, the instance by name, an enclosure of
each side, and what they prove. Light to import: nothing is loaded before a witness is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from theory.statements.theorem import Theorem
    from verify.adversary.replaying import Replay


MEANING = {
    ("=", "different"): "left != right, the claim fails,",
    ("<=", "different"): "left > right, the claim fails,",
    ("<", "different"): "left >= right, the claim fails,",
    ("sign", "different"): "the float has not the sign of the true value, the formula fails,",
    ("=", "agree"): "the sides cannot be told apart, the claim is not refuted,",
    ("<=", "agree"): "left <= right or the sides cannot be told apart, the claim is not refuted,",
    ("<", "agree"): "left < right, the claim holds here,",
    ("sign", "agree"): "the float has the sign of the true value,",
    ("=", "unknown"): "not decided",
    ("<=", "unknown"): "not decided",
    ("<", "unknown"): "not decided",
    ("sign", "unknown"): "not decided",
}  # what an outcome says of a claim with this relation


def replay(witness: str, source: str | None = None) -> str:
    """Evaluate a witness, the one line of JSON that a run or report gives, in ball arithmetic at rising precision.

    `source` is the file or folder of your own theorems, if it speaks of one. Raises WitnessError if the text is
    damaged or is no instance of its claim, UserError if nothing has the name it gives.
    """
    return described(replayed(witness, source))


def replayed(witness: str, source: str | None = None) -> Replay:
    """As `replay`, with outcome, enclosures and instance apart."""
    from verify.loading import loader

    return among(witness, loader.load([source]) if source else ())


def among(witness: str, theorems: Sequence[Theorem]) -> Replay:
    """As `replayed`, where the witness may speak of these theorems as well as of the catalogue's."""
    from verify.adversary import replaying
    from verify.loading import loader

    own = {theorem.id: theorem for theorem in theorems}
    return replaying.replay(witness, lambda name: own.get(name) or loader.find(name))


def described(found: Replay) -> str:
    """Five lines for people."""
    outcome = MEANING.get((found.relation, found.outcome), found.outcome)
    return (
        f"claim:   {found.claim}\nat:      {found.instance}\n"
        f"left:    {found.left}\nright:   {found.right}\noutcome: {outcome} at {found.bits} bits"
    )
