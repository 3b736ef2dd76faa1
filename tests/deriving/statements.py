"""Statements without a derivation, true and false, for those who look for one."""

from __future__ import annotations

from theory import Bound, Claim, Identity, Theorem, dimension, matrix, positive_definite, real, vector
from theory.statements.claims import Assumption
from theory.statements.setting import Matrices, Setting

d, n = dimension("d"), dimension("n")
u, v, w = vector("u", d), vector("v", d), vector("w", d)
A = matrix("A", n, d)
S = positive_definite("S", d)
a, b, c = real("a"), real("b"), real("c")


def bare(
    claim: Claim, *assumptions: Assumption, setting: Setting | None = None, cites: tuple[Theorem, ...] = ()
) -> Theorem:
    """A theorem that is its claim alone."""
    lie = type(claim)(claim.left, claim.right + 1) if claim.left.is_scalar else Identity(claim.left, 2 * claim.right)
    return Theorem(
        "tests.statement",
        claim,
        near_misses={"off by one": lie},
        assumptions=assumptions,
        docstring="A statement alone.",
        setting=setting or Matrices(),
        rests_on=cites,
    )


def equal_sides(left: object, right: object) -> Identity:
    return Identity(left, right)  # type: ignore[arg-type]


def at_most_sides(left: object, right: object) -> Bound:
    return Bound(left, right)  # type: ignore[arg-type]
