"""A counterexample evaluated again from one line of Python, as reports print it.

`from verify.replay import replay; print(replay('<witness>'))` shows the claim, the instance by name, an enclosure of
each side, and what they prove. Light to import: nothing is loaded before a witness is there.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.adversary.replaying import Replay


def replay(witness: str, source: str | None = None) -> str:
    """Evaluate a witness, the one line of JSON that a run or report gives, in ball arithmetic at rising precision.

    `source` is the file or folder of your own theorems, if it speaks of one. Raises WitnessError if the text is
    damaged or is no instance of its claim, UserError if nothing has the name it gives.
    """
    return described(replayed(witness, source))


def replayed(witness: str, source: str | None = None) -> Replay:
    """As `replay`, with outcome, enclosures and instance apart."""
    from verify import loader
    from verify.adversary import replaying

    own = {theorem.id: theorem for theorem in loader.load([source])} if source else {}
    return replaying.replay(witness, lambda name: own.get(name) or loader.find(name))


def described(found: Replay) -> str:
    """Five lines for people."""
    return (
        f"claim:   {found.claim}\nat:      {found.instance}\n"
        f"left:    {found.left}\nright:   {found.right}\noutcome: {found.outcome} at {found.bits} bits"
    )


def shell_line(witness: str) -> str:
    """The command that shows a witness again, quoted for a shell."""
    return f"normproof replay {shlex.quote(witness)}"


def python_line(witness: str) -> str:
    """The line of Python that shows a witness again."""
    return f"from verify.replay import replay; print(replay({witness!r}))"
