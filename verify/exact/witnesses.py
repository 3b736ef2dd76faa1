"""A counterexample as one line of text: the name of the claim that it refutes, and the instance."""

from __future__ import annotations

import json
from typing import Any

from theory.statements.theorem import Part, Theorem
from verify.exact.instances import Instance, to_json

LONGEST = 1_000_000  # letters of a witness
VERSION = 1  # of the text; a witness without one is of the first


def witness_json(claim_id: str, instance: Instance) -> str:
    """A witness on one line, as `verify.adversary.replaying.replay` reads it."""
    data = {"claim": claim_id, "instance": to_json(instance), "version": VERSION}
    return json.dumps(data, separators=(",", ":"))


def part_id(theorem: Theorem, part: Part) -> str:
    """How a witness names a part of a theorem: `id`, or `id#label`."""
    return f"{theorem.id}#{part.label}" if part.label else theorem.id


def read_json(text: str) -> Any:
    """JSON from outside. Raises ValueError, and nothing else, for what is none, is too long, nested too deep, or has
    numbers of too many digits.
    """
    if len(text) > LONGEST:
        raise ValueError(f"expected at most {LONGEST:,} letters, got {len(text):,}")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("expected lists and objects nested a few deep, got hundreds inside one another") from None
