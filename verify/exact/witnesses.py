"""A counterexample as one line of text: the name of the claim that it refutes, and the instance."""

from __future__ import annotations

import json

from theory.theorem import Part, Theorem
from verify.exact.instances import Instance, to_json


def witness_json(claim_id: str, instance: Instance) -> str:
    """A witness on one line, as `verify.adversary.replaying.replay` reads it."""
    return json.dumps({"claim": claim_id, "instance": to_json(instance)}, separators=(",", ":"))


def part_id(theorem: Theorem, part: Part) -> str:
    """How a witness names a part of a theorem: `id`, or `id#label`."""
    return f"{theorem.id}#{part.label}" if part.label else theorem.id
