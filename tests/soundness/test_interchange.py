"""A derivative is taken under E only where the theorem assumes that it may be."""

from __future__ import annotations

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line, theorem
from theory import ALGEBRA, DIFFERENTIATE, Identity, NearMiss, Theorem, interchange, start, unfold
from theory.definitions.bn_unit import CENTRED, EXCHANGE, SECOND_MOMENT, bn_unit, gamma, plain_unit
from theory.statements.claims import assumption_text
from theory.statements.theorem import TheoremError
from theory.theorems.decoupling import gradient as gradient_theorem
from theory.theorems.decoupling import orthogonality
from verify.adversary.mutating.mutants_of_theorems import mutants_of
from verify.proof.lines_on_matrices import observe

d = c.dimension("d")
w, u = c.vector("w", d, nonzero=True), c.vector("u", d)
x, y = c.random_vector("x", d), c.random_vector("y", d)
phi = c.activation("phi", smoothness=2)
MEAN = c.E(phi(x.T @ u))
FOLDED = c.define("mean_of_phi", (u,), MEAN)

UNDER_E = {
    "gradient": (c.gradient(MEAN, u), c.E(phi.prime(x.T @ u) * x)),
    "at a point": (c.gradient(MEAN, u, at=2 * w), c.E(phi.prime(2 * x.T @ w) * x)),
    "hessian": (c.hessian(MEAN, u), c.E(c.hessian(phi(x.T @ u), u))),
    "jacobian": (c.jacobian(c.E(phi.prime(x.T @ u) * x), u), c.hessian(MEAN, u)),
    "inside a sum": (c.gradient(u.T @ u + MEAN, u), 2 * u + c.E(phi.prime(x.T @ u) * x)),
    "inside a power": (c.gradient(MEAN**2, u), 2 * MEAN * c.E(phi.prime(x.T @ u) * x)),
    "unfolded": (c.gradient(FOLDED(u), u), c.E(phi.prime(x.T @ u) * x)),
    "of a length": (c.gradient(c.E(c.sqrt(1 + (x.T @ u) ** 2)), u), c.E((x.T @ u) * x / c.sqrt(1 + (x.T @ u) ** 2))),
}


@pytest.mark.parametrize("name", UNDER_E)
def test_a_derivative_under_e_needs_the_assumption(name):
    left, right = UNDER_E[name]
    for sides in ((left, right), (right, left)):
        problem = one_line(*sides, DIFFERENTIATE, unfold(FOLDED))
        assert "is taken under E over x" in problem
        assert "assumptions=(interchange(x), ...)" in problem
        assert one_line(*sides, DIFFERENTIATE, unfold(FOLDED), assumptions=(interchange(x),)) == ""


def test_the_assumption_is_named_beside_the_line():
    left, right = UNDER_E["gradient"]
    chain = start(left).equals(right, DIFFERENTIATE)
    (part,) = observe(theorem(Identity(left, right), chain, (interchange(x),))).parts
    assert part.lines[0].used == (assumption_text(interchange(x)),)


def test_a_line_may_name_it_as_a_reason_if_the_theorem_makes_it():
    left, right = UNDER_E["gradient"]
    assert one_line(left, right, DIFFERENTIATE, interchange(x), assumptions=(interchange(x),)) == ""
    assert "does not assume" in one_line(left, right, DIFFERENTIATE, interchange(y), assumptions=(interchange(x),))


def test_the_assumption_speaks_of_one_random_vector():
    left, right = UNDER_E["gradient"]
    assert "under E over x" in one_line(left, right, DIFFERENTIATE, assumptions=(interchange(y),))


def test_nothing_that_is_not_derived_is_called_defined_without_it():
    """Both sides are the same term, so algebra would do; but that the derivative exists is what is not shown."""
    left, _ = UNDER_E["gradient"]
    assert "is taken under E over x" in one_line(left + u, u + left, ALGEBRA)


def test_a_polynomial_under_e_leaves_moments_that_do_not_vary():
    left = c.gradient(c.E((x.T @ u) ** 2), u)
    assert one_line(left, 2 * c.E(x @ x.T) @ u, DIFFERENTIATE) == ""
    assert one_line(c.gradient(c.E(phi(x.T @ w)) * u.T @ u, u), 2 * c.E(phi(x.T @ w)) * u, DIFFERENTIATE) == ""


def test_what_cites_such_a_theorem_assumes_it_too():
    unit = bn_unit(w, gamma, c.zero())
    chain = start(w.T @ c.gradient(unit, w)).equals(0, gradient_theorem.THEOREM)
    claim = Identity(w.T @ c.gradient(unit, w), 0)
    (part,) = observe(theorem(claim, chain, (CENTRED, SECOND_MOMENT))).parts
    assert "interchange(x)" in part.lines[0].problem
    assert EXCHANGE in orthogonality.THEOREM.assumptions


def test_the_random_vector_is_not_instantiated():
    cited = theorem(
        Identity(*UNDER_E["gradient"]),
        start(UNDER_E["gradient"][0]).equals(UNDER_E["gradient"][1], DIFFERENTIATE),
        (interchange(x),),
    )
    left, right = c.gradient(c.E(phi(2 * y.T @ u)), u), c.E(phi.prime(2 * y.T @ u) * y)
    chain = start(left).equals(right, cited.at({x: 2 * y}))
    (part,) = observe(theorem(Identity(left, right), chain, (interchange(y),))).parts
    assert not part.lines[0].accepted


def test_it_is_no_mutant_and_no_near_miss_drops_it():
    assert not any("under E" in m.lie.id for m in mutants_of(gradient_theorem.THEOREM))
    claim = Identity(*UNDER_E["gradient"])
    with pytest.raises(TheoremError, match="drops interchange"):
        Theorem(
            "sandbox.case",
            claim,
            near_misses={"without": NearMiss(claim, without=(interchange(x),))},
            assumptions=(interchange(x),),
            docstring="a case",
        )


@pytest.mark.parametrize("over", [u, c.real("r"), "x", None])
def test_it_is_an_assumption_on_a_random_vector(over):
    with pytest.raises(c.CalculusError, match="expected a random vector"):
        interchange(over)


def test_theorems_on_the_plain_unit_say_so():
    left = c.gradient(plain_unit(u), u)
    assert "under E over x" in one_line(left, left + 0 * u, unfold(plain_unit), DIFFERENTIATE)
