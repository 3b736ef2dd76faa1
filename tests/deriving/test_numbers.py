"""Claims on real numbers are derived from the statement alone, over the whole of their ranges; false ones are not."""

from __future__ import annotations

import pytest
from deriving.statements import at_most_sides, bare, equal_sides

from theory import Numbers, at_least, between, derivative, exp, integral, limit, log, number, oo, positive, real, sqrt
from verify.deriving import propose
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict

x, n, r = real("x"), real("n"), positive("r")
UNIT, LARGE, EITHER = (Numbers((found,)) for found in (between(x, 0, 1), at_least(n, 3), between(x, -1, 1)))
ANY = Numbers()

TRUE = {
    "algebra": bare(equal_sides((n**2 - 1) / (n - 1), n + 1), setting=LARGE),
    "derivative": bare(equal_sides(derivative(x**3 * exp(x), x), (x**3 + 3 * x**2) * exp(x)), setting=UNIT),
    "integral": bare(equal_sides(integral(r * x**2, x, 0, 1), r / 3), setting=ANY),
    "limit": bare(equal_sides(limit((2 * n + 1) / (n - 1), n, oo), number(2)), setting=LARGE),
    "about the low end": bare(at_most_sides(3 * n, n**2), setting=LARGE),
    "a quotient": bare(at_most_sides((n + 2) / n**2, number(5) / 9), setting=LARGE),
    "about the high end": bare(at_most_sides(x**2, x), setting=UNIT),
    "a square": bare(at_most_sides(2 * r - 1, r**2), setting=ANY),
    "between": bare(at_most_sides(x**2, number(1)), setting=EITHER),
}
FALSE = {
    "a factor": bare(equal_sides(integral(r * x**2, x, 0, 1), r / 2), setting=ANY),
    "another limit": bare(equal_sides(limit((2 * n + 1) / (n - 1), n, oo), number(1)), setting=LARGE),
    "beyond the range": bare(at_most_sides(4 * n, n**2), setting=LARGE),
    "turned": bare(at_most_sides(x, x**2), setting=UNIT),
    "undefined at an end": bare(equal_sides(x / x, number(1)), setting=UNIT),
    "true, and of no polynomial": bare(at_most_sides(log(r), r - 1), setting=ANY),
    "the root of a square": bare(equal_sides(sqrt(x**2), x), setting=EITHER),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_claim_is_derived(name: str) -> None:
    proposal = propose(TRUE[name])
    assert proposal.complete
    assert establish(check(proposal.theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_or_out_of_reach_is_not_derived(name: str) -> None:
    proposal = propose(FALSE[name])
    assert not proposal.complete
    assert proposal.words.endswith("nothing found")
